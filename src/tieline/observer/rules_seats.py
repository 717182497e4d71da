"""Rules of seats: one holder at a time, counterparts of one level, one name for one person."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from tieline.observer.assertion import Attendance, Mechanism, OfSide, Round, Seat
from tieline.observer.fitting import fits
from tieline.observer.names import perhaps_one, script, share_family
from tieline.observer.offices import seen_days
from tieline.observer.rule import Discrepancy, Rule, Weight, fault
from tieline.observer.vocabulary import Manner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from tieline.observer.claims import Cite, Claim
    from tieline.observer.picture import Sight

TWO_HOLDERS: Final = Rule(
    code="two-holders", words="a seat has one holder at a time", weight=Weight.IMPOSSIBLE
)
OTHER_LEVEL: Final = Rule(
    code="other-level",
    words="a counterpart stands at another level than the talks were set up for",
    weight=Weight.BREACH,
)
PERHAPS_ONE: Final = Rule(
    code="perhaps-one-person",
    words="two spellings of perhaps one person; say so with a person, or leave it open",
    weight=Weight.DIFFER,
)
COMPARED_MAX: Final = 100
"""Holders of one seat, and names at one event, that are compared each with each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stay:
    """Days on which somebody was surely in a seat, both included."""

    first: date
    last: date
    holder: str
    at: str | None
    cite: Cite


def two_holders(sight: Sight, key: str) -> Iterator[Discrepancy]:
    """Two who were surely in one seat on one day, other than the day of handing over."""
    stays = sorted(_stays(sight, key), key=lambda one: (one.first, one.last))[:COMPARED_MAX]
    for one, two in combinations(stays, 2):
        if one.holder != two.holder and _overlap(one, two) and not _could_be(one, two):
            values = [
                (f"{stay.holder or 'vacant'} {_words(stay)}", stay.cite) for stay in (one, two)
            ]
            yield fault(TWO_HOLDERS, key, *values)


def _overlap(one: _Stay, two: _Stay) -> bool:
    if one.at is not None and one.at == two.at:
        return True
    if one.first == one.last or two.first == two.last:
        point, other = (one, two) if one.first == one.last else (two, one)
        return other.first < point.first < other.last
    return max(one.first, two.first) < min(one.last, two.last)


def _could_be(one: _Stay, two: _Stay) -> bool:
    if not one.holder or not two.holder:
        return False
    return perhaps_one(one.holder, two.holder) or _other_writing(one.holder, two.holder)


def _other_writing(one: str, two: str) -> bool:
    """Whether two names of one office at one time may be one: other script, or one family."""
    return script(one) != script(two) or share_family(one, two)


def _stays(sight: Sight, key: str) -> Iterator[_Stay]:
    for claim in sight.about(Seat, key):
        one = claim.assertion
        if one.manner is not None or not (one.holder or one.vacant):
            continue
        at = sight.key(one.at) if one.at else None
        span = _surely(sight, claim)
        if span is not None:
            holder = "" if one.vacant else one.holder or ""
            yield _Stay(first=span[0], last=span[1], holder=holder, at=at, cite=claim.cite)


def _surely(sight: Sight, claim: Claim[Seat]) -> tuple[date, date] | None:
    """From the last day on which it can have begun to the first on which it can have ended."""
    one = claim.assertion
    if one.start and one.start.latest:
        end = one.end.earliest if one.end and one.end.earliest else one.start.latest
        return (one.start.latest, end) if end >= one.start.latest else None
    if one.at:
        for days, _ in seen_days(sight, claim):
            if days.earliest is not None and days.earliest == days.latest:
                return days.earliest, days.earliest
    return None


def _words(stay: _Stay) -> str:
    holder = stay.holder or "vacant"
    if stay.first == stay.last:
        return f"{holder} on {stay.first}"
    return f"{holder} from {stay.first} to {stay.last}"


def other_rank(sight: Sight, key: str) -> Iterator[Discrepancy]:
    """A seat paired with one of another rank."""
    own = _rank(sight, key)
    for claim in sight.about(Seat, key):
        other = claim.assertion.counterpart
        if other is None or own is None:
            continue
        opposite = _rank(sight, other)
        if opposite is not None and opposite[0] != own[0]:
            mine, theirs = (f"rank {own[0]}", own[1]), (f"{other}: rank {opposite[0]}", opposite[1])
            yield fault(OTHER_LEVEL, key, mine, theirs)
            return


def _rank(sight: Sight, key: str) -> tuple[int, Cite] | None:
    ranks = [(c.assertion.rank, c.cite) for c in sight.about(Seat, key)]
    return min(
        ((rank, cite) for rank, cite in ranks if rank is not None),
        key=lambda pair: pair[0],
        default=None,
    )


def other_level(sight: Sight, key: str) -> Iterator[Discrepancy]:
    """Somebody at a round whose level is not the one named for their side, or for the other."""
    present = _present(sight, key)
    if not present:
        return
    named = _levels(sight, key)
    for claim in present:
        party, level = claim.assertion.party, claim.assertion.level
        for side, cite in named:
            if level and party and side.party == party and not fits(side.value, level):
                told = (f"{party}: {side.value}", cite)
                yield fault(OTHER_LEVEL, key, told, (f"{party}: {level}", claim.cite))
    if {side.party for side, _ in named} >= {claim.assertion.party for claim in present}:
        return
    best: dict[str, tuple[int, Cite]] = {}
    for claim in present:
        rank = claim.assertion.rank
        found = (rank, claim.cite) if rank is not None else _rank(sight, claim.assertion.thing)
        party = claim.assertion.party
        if party and found and (party not in best or found[0] < best[party][0]):
            best[party] = found
    if len({rank for rank, _ in best.values()}) > 1:
        values = [(f"{party}: rank {rank}", cite) for party, (rank, cite) in best.items()]
        yield fault(OTHER_LEVEL, key, *values)


def _present(sight: Sight, key: str) -> list[Claim[Seat]]:
    return [
        claim
        for seat in sight.referring(key, Seat)
        for claim in sight.about(Seat, seat)
        if claim.assertion.at is not None
        and sight.key(claim.assertion.at) == key
        and claim.assertion.manner is not Manner.DELEGATE
    ]


def _levels(sight: Sight, key: str) -> list[tuple[OfSide, Cite]]:
    rounds = sight.about(Round, key)
    named = [(side, c.cite) for c in rounds for side in c.assertion.levels]
    for talks in sorted({sight.key(c.assertion.of) for c in rounds if c.assertion.of}):
        for claim in sight.about(Mechanism, talks):
            named += [(side, claim.cite) for side in claim.assertion.levels]
    return named


def one_office_two_names(sight: Sight, key: str) -> Iterator[tuple[str, str, Cite, Cite]]:
    """Pairs of names under one office at one event that may be of one person."""
    for group in _by_office(sight, key).values():
        names = list(dict(group).items())[:COMPARED_MAX]
        for (one, cite), (two, other) in combinations(names, 2):
            if _other_writing(one, two):
                yield one, two, cite, other


def _by_office(sight: Sight, key: str) -> dict[tuple[str, str], list[tuple[str, Cite]]]:
    """Names with who gives them, by office and party."""
    groups: dict[tuple[str, str], list[tuple[str, Cite]]] = {}
    for claim in sight.about(Attendance, key):
        one = claim.assertion
        if one.office:
            place = (one.office.casefold(), one.party or "")
            groups.setdefault(place, []).append((one.person, claim.cite))
    for seated in _present(sight, key):
        if seated.assertion.holder:
            place = (seated.assertion.thing, "")
            groups.setdefault(place, []).append((seated.assertion.holder, seated.cite))
    return groups
