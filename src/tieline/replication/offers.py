"""Offers: what to send to a peer, given what it is known to hold.

The express logs go first, and nothing more than one unit of the budget goes ahead of them on a
slow link: the budget follows the link, from 4 kB up. All logs of the line are offered, others' and
the peer's own included, so that any party can fill any gap and a lost disk is healed.
"""

from __future__ import annotations

from tieline.record.checkpoint import parse_checkpoint
from tieline.record.entry import parse_entry
from tieline.record.note import parse_note
from tieline.replication import apart
from tieline.replication.effects import Lane
from tieline.replication.house import Step
from tieline.replication.parcel import LogPart, Parcel, log_name
from tieline.replication.seat import LogCopy, Peer, Seat
from tieline.replication.withdrawing import asked_for, places, wanted

BUDGET_MIN = 4_096
"""Smallest unit in bytes: what may go ahead of a FLASH on a slow link (DESIGN, Express)."""
BUDGET_MAX = 4 * 1024 * 1024
FAST_MS = 250
"""A unit answered within this time doubles the next one; a slower one halves it."""
LEAVES_MAX = 20_000
"""Most leaves of one log in one parcel."""


def next_budget(budget: int, sent_bytes: int, took_ms: int) -> int:
    """Size of the next unit after one that took so long."""
    if took_ms <= FAST_MS:
        return min(BUDGET_MAX, budget * 2) if sent_bytes * 2 >= budget else budget
    return max(BUDGET_MIN, budget // 2)


def offer(seat: Seat, peer: Peer, lane: Lane | None, budget: int) -> Parcel | None:
    """A parcel with what the peer lacks, or None when it lacks nothing.

    ``lane`` None offers everything (a pouch). Our receipts for the peer's news go along.

    Raises:
        RefusedError: the line has one party: a house or a record of our own is carried to nobody.
    """
    apart.refuse_carrying(seat)
    parcel = Parcel(line=seat.line, have=tuple(seat.have()), want=wanted(seat))
    left = budget
    for copy in _ordered(seat):
        express = seat.role(copy.origin) == "express"
        # What is under way on the express lane is not sent a second time beside it.
        under_way = express and lane == "main" and peer.lanes["express"].busy
        if under_way or (lane == "express" and not express):
            continue
        left -= _offer_log(seat, peer, copy, parcel, left)
        if left <= 0:
            break
    if lane == "main" and left > 0:
        _offer_wanted(seat, peer, parcel, left)
    _offer_receipts(seat, peer, parcel, blind=lane is None)
    return parcel if parcel.parts or parcel.receipts or parcel.blobs else None


def _ordered(seat: Seat) -> list[LogCopy]:
    """Express logs first; among others, those that certify (main, ours) before the rest."""
    return sorted(
        seat.copies.values(),
        key=lambda c: (
            seat.role(c.origin) != "express",
            seat.owner(c.origin) != seat.party,
            c.origin,
        ),
    )


def _offer_log(seat: Seat, peer: Peer, copy: LogCopy, parcel: Parcel, budget: int) -> int:
    known = peer.has.get(copy.origin)
    size = known.size if known is not None else 0
    spent = 0
    if copy.forked is not None:
        return _offer_evidence(peer, copy, parcel, size)
    if known is not None and 0 < size <= copy.size and copy.tree.root(size) != known.root:
        return _offer_fork(seat, peer, copy, parcel, size)
    if budget <= 0:
        return 0
    if copy.head_size <= size < copy.size and copy.steps:
        return _offer_step(seat, copy, parcel, size, budget)
    if copy.head is None:
        return 0
    if size >= copy.head_size:
        return _ask_for_receipt(seat, peer, copy, parcel)
    part = parcel.part(log_name(copy.origin))
    part.checkpoint = copy.head
    spent += len(copy.head)
    leaves: list[bytes] = []
    end = min(copy.head_size, size + LEAVES_MAX)
    for leaf in seat.reader.leaves(copy.origin, size, end):
        blobs = _blobs(seat, leaf, parcel)
        cost = len(leaf) + sum(len(data) for data in blobs.values())
        if leaves and spent + cost > budget:
            break
        leaves.append(leaf)
        parcel.blobs.update(blobs)
        spent += cost
    part.runs[size] = leaves
    reached = size + len(leaves)
    if reached < copy.head_size:
        part.proofs[(reached, copy.head_size)] = list(
            copy.tree.consistency_proof(reached, copy.head_size)
        )
    return spent


def _offer_step(seat: Seat, copy: LogCopy, parcel: Parcel, size: int, budget: int) -> int:
    """Entries behind the newest head that we fill, under a larger one, as they were proven to us.

    Their author may have lost them, and then nobody fills a newer head ever again.
    """
    found: list[tuple[Step, list[bytes], dict[bytes, bytes], int]] = []
    for step in copy.steps:
        if step.size <= size:
            continue
        leaves = list(seat.reader.leaves(copy.origin, size, step.size))
        blobs = {d: data for leaf in leaves for d, data in _blobs(seat, leaf, parcel).items()}
        cost = len(step.note) + sum(map(len, leaves)) + sum(map(len, blobs.values()))
        if found and cost > budget:
            break
        found = [(step, leaves, blobs, cost)]
    for step, leaves, blobs, cost in found:
        part = parcel.part(log_name(copy.origin))
        part.checkpoint, part.runs[size] = step.note, leaves
        head = parse_checkpoint(parse_note(step.note).text)
        part.proofs[step.size, head.size] = list(step.proof)
        parcel.blobs.update(blobs)
        return cost
    return 0


def _blobs(seat: Seat, leaf: bytes, parcel: Parcel) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    entry = parse_entry(leaf)
    for number, payload in enumerate(entry.payloads):
        data = seat.reader.blob(payload.digest) if payload.digest not in parcel.blobs else None
        if data is not None:
            found[payload.digest] = data
        elif number and (entry.log, entry.index, number) in places(seat):
            parcel.withdrawn.add(payload.digest)
    return found


def _offer_wanted(seat: Seat, peer: Peer, parcel: Parcel, budget: int) -> None:
    """Files that the peer took entries without; one at least, however slow the link is."""
    for digest, data in asked_for(seat, peer.want).items():
        if parcel.blobs and len(data) > budget:
            return
        parcel.blobs[digest] = data
        budget -= len(data)


def _ask_for_receipt(seat: Seat, peer: Peer, copy: LogCopy, parcel: Parcel) -> int:
    """The head alone: the peer has all of our log, but it may have stopped before it said so."""
    ours = seat.owner(copy.origin) == seat.party
    if not ours or copy.head is None:
        return 0
    if seat.held_by_receipt(copy.origin, peer.party) >= copy.head_size:
        return 0
    parcel.part(log_name(copy.origin)).checkpoint = copy.head
    return len(copy.head)


def _offer_evidence(peer: Peer, copy: LogCopy, parcel: Parcel, size: int) -> int:
    """Both heads of a log that we have frozen, once for each state that the peer is in."""
    assert copy.forked is not None
    name = log_name(copy.origin)
    ours, theirs = copy.forked
    if (name, size) in peer.proved or not ours:
        return 0
    part = parcel.part(name)
    part.checkpoint, part.fork = ours, theirs
    return len(ours) + len(theirs)


def _offer_fork(seat: Seat, peer: Peer, copy: LogCopy, parcel: Parcel, size: int) -> int:
    """The peer holds another history: show it a signed head of ours that contradicts it.

    One of exactly its size speaks for itself. Otherwise the newest head goes along with the
    entries since the last size at which the peer agreed with us, so that it can see for itself.
    """
    name = log_name(copy.origin)
    if (name, size) in peer.proved:
        return 0
    exact = copy.head if size == copy.head_size else None
    note = exact or seat.reader.checkpoint_at(copy.origin, size) or copy.head
    if note is None:
        return 0
    part = parcel.part(name)
    part.checkpoint, part.shows_fork = note, True
    if parse_checkpoint(parse_note(note).text).size <= size:
        return len(note)
    agreed = [held.size for held in seat.held.get((copy.origin, peer.party), [])]
    start = max((s for s in agreed if s < size), default=0)
    leaves = list(seat.reader.leaves(copy.origin, start, min(size, start + LEAVES_MAX)))
    part.runs[start] = leaves
    reached = start + len(leaves)
    part.proofs[reached, copy.head_size] = list(
        copy.tree.consistency_proof(reached, copy.head_size)
    )
    return len(note) + sum(map(len, leaves))


def proofs_in(parcel: Parcel, peer: Peer) -> set[tuple[str, int]]:
    """Which contradictions a parcel shows: names of logs, and the size that the peer had."""
    sizes = {log_name(origin): head.size for origin, head in peer.has.items()}
    return {(name, sizes.get(name, 0)) for name, part in parcel.parts.items() if _contradicts(part)}


def _contradicts(part: LogPart) -> bool:
    return part.fork is not None or part.shows_fork


def can_use(seat: Seat, peer: Peer, origin: str, size: int) -> bool:
    """Whether a receipt of ours is of use to a peer yet.

    It must hold the entries, and the roster that says whose mirror it is.
    """
    known = any(seat.owner(o) == seat.party and head.size for o, head in peer.has.items())
    return known and origin in peer.has and peer.has[origin].size >= size


def _offer_receipts(seat: Seat, peer: Peer, parcel: Parcel, *, blind: bool) -> None:
    """Receipts that the peer has not been told of, once they are of use; a pouch goes blind."""
    told = dict(peer.told)
    for state in peer.lanes.values() if not blind else ():
        if state.busy:
            told |= {o: max(size, told.get(o, 0)) for o, size in state.telling.items()}
    for origin, (size, note) in sorted(seat.given.items()):
        if size > told.get(origin, 0) and (blind or can_use(seat, peer, origin, size)):
            parcel.receipts.append(note)
