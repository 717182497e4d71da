"""Seen: which heads our next entry names, and the past that it has by that."""

from __future__ import annotations

from tieline.record.entry import Entry, Head
from tieline.record.message import Office
from tieline.replication.seat import Seat
from tieline.state.past import Past
from tieline.state.view import View

SEEN_BYTES_MAX = 2_800
"""Bytes of a leaf for what it has seen; 4,096 less its first lines and sixteen payloads."""
SEEN_LINE_BYTES = 70
"""A `seen` line beside its origin: words, blanks, a size and a root in base64."""


def _named_logs(seat: Seat, origin: str, before: set[str]) -> list[str]:
    """The other logs that our next entry names, in order: those named before, and what fits.

    A party may certify many logs, and a leaf is short: each party has a fair share of it, its
    newest generations first. What is left out is simply not seen by us.
    """
    share = SEEN_BYTES_MAX // max(1, len(seat.parties))
    spent: dict[str, int] = {}
    named = []
    others = [other for other in seat.copies if other != origin]
    for other in sorted(others, key=lambda o: (o not in before, -_generation(seat, o), o)):
        owner = seat.owner(other) or ""
        cost = len(other) + SEEN_LINE_BYTES
        if other in before or spent.get(owner, 0) + cost <= share:
            spent[owner] = spent.get(owner, 0) + cost
            named.append(other)
    return sorted(named)


def _generation(seat: Seat, origin: str) -> int:
    roster = seat.roster(seat.owner(origin) or "")
    certificate = roster.log(origin) if roster is not None else None
    return certificate.generation if certificate is not None else 0


def seen_heads(seat: Seat, role: str, to: tuple[Office, ...]) -> tuple[Head, ...]:
    """The heads that our next entry names, never smaller than those of the entry before.

    Only folded entries are named: a peer whose newest entry waits for something that nobody
    holds stops its own log and no other. On the express log, only what all addressees are
    known to hold, so that nothing there waits for a backlog.
    """
    origin = seat.own[role]
    last = seat.copies[origin].last if origin in seat.copies else None
    before = {head.origin: head for head in last.seen} if last is not None else {}
    others = {office.party for office in to} - {seat.party}
    heads = []
    for other in _named_logs(seat, origin, set(before)):
        copy = seat.copies[other]
        size = seat.fold.size(other)
        if role == "express":
            size = min([size, *(seat.held_by(other, party) for party in others)])
        if seat.owner(other) == seat.party and other not in seat.own.values():
            # What was never signed of an old log of ours can never be held by a peer. What a peer
            # gave back was signed, though the head that it lies under may not be filled here yet.
            size = min(size, max(copy.head_size, seat.returned.get(other, 0)))
        earlier = before.get(other)
        heads.append(earlier if earlier is not None and earlier.size > size else copy.at(size))
    return tuple(heads)


def past_of_next(seat: Seat, role: str, to: tuple[Office, ...]) -> Past | None:
    """The past that our next entry would have."""
    origin = seat.own[role]
    copy = seat.copies.get(origin)
    entry = Entry(
        log=origin,
        index=copy.size if copy is not None else 0,
        time_s=0,
        sealed=False,
        payloads=(),
        commit=None,
        seen=seen_heads(seat, role, to),
    )
    return seat.fold.past_after(origin, entry)


def knows_signers(seat: Seat, to: tuple[Office, ...]) -> bool:
    """Whether the express log can name our newest roster: a fresh one goes by the main log."""
    past = past_of_next(seat, "express", to)
    known = View(seat.fold.registers, past).roster(seat.party) if past is not None else None
    return known is not None and known == seat.roster(seat.party)
