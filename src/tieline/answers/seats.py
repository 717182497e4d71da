"""Seats: who is reported in an office, from when to when, and how it stood on a day.

A holder who was seen before the day, and of whom no end is reported, may still hold the seat: the
answer is then *perhaps*, never yes. A seat is vacant only if somebody says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Final

from tieline.answers.told import (
    Named,
    Told,
    as_known,
    cites_of,
    find,
    given,
    given_things,
    named,
    settled,
)
from tieline.days import Days, Sure
from tieline.observer.assertion import Contact, Round, Seat
from tieline.observer.claims import Cite, Claim, Settled, refine, settle, told, unique
from tieline.observer.vocabulary import Manner

if TYPE_CHECKING:
    from tieline.observer.picture import Picture, Sight


class Filled(Enum):
    """How a seat stands on a day."""

    HELD = "held"
    ACTING = "acting"
    DELEGATED = "delegated"
    VACANT = "vacant"
    UNKNOWN = "unknown"
    NO_SEAT = "no seat"


IS_FILLED: Final = frozenset({Filled.HELD, Filled.ACTING, Filled.DELEGATED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """One person in a seat, or one vacancy (``holder`` None), with all days reported of it."""

    holder: str | None
    vacant: bool
    manner: Manner | None
    start: Settled | None
    end: Settled | None
    seen: Settled | None
    at: tuple[Named, ...]
    cites: tuple[Cite, ...]

    def anchor(self) -> Days:
        """The days that this tenure is first tied to."""
        first = self.start or self.seen or self.end
        return first.days if first else Days()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatView:
    """A seat of one party, all who are reported in it, and how it stood on the day asked about.

    ``now`` holds every tenure that may cover the day: more than one when reports leave it open, or
    contradict each other.
    """

    thing: Named
    party: str | None
    office: str | None
    level: tuple[Told[str], ...]
    rank: tuple[Told[int], ...]
    counterpart: tuple[Told[Named], ...]
    filled: Filled
    sure: Sure
    now: tuple[Tenure, ...]
    history: tuple[Tenure, ...]
    cites: tuple[Cite, ...]


def seat_of(picture: Picture, key: str, *, on: date, known_on: date | None = None) -> SeatView:
    """One seat.

    Raises:
        UsageError: none has that key.
    """
    seen = as_known(picture, known_on)
    return seat_on(seen, find(seen, key, Seat), on)


def seat_on(picture: Picture, key: str, on: date) -> SeatView:
    """A seat by the key under which it is shown, as it stood at the end of a day."""
    seat = picture.view(_whole, key)
    now, filled, sure = _standing(seat.history, on)
    cites = unique(cite for tenure in now for cite in tenure.cites)
    return replace(seat, filled=filled, sure=sure, now=now, cites=cites or seat.cites)


def _whole(picture: Sight, key: str) -> SeatView:
    """A seat through all time."""
    claims = picture.about(Seat, key)
    return SeatView(
        thing=named(picture, key),
        party=told(c.assertion.party for c in claims),
        office=told(c.assertion.office for c in claims),
        level=given(claims, lambda one: one.level),
        rank=given(claims, lambda one: one.rank),
        counterpart=given_things(picture, claims, lambda one: one.counterpart),
        filled=Filled.UNKNOWN,
        sure=Sure.NO,
        now=(),
        history=_tenures(picture, claims),
        cites=cites_of(claims),
    )


def _tenures(picture: Sight, claims: list[Claim[Seat]]) -> tuple[Tenure, ...]:
    people = [c for c in claims if c.assertion.holder or c.assertion.vacant]

    def same(a: Seat, b: Seat) -> bool:
        return (a.holder, a.vacant, a.manner) == (b.holder, b.vacant, b.manner)

    tenures = [_tenure(picture, group) for group in refine(people, same)]
    return tuple(sorted(tenures, key=lambda tenure: tenure.anchor().sort_key()))


def _tenure(picture: Sight, group: list[Claim[Seat]]) -> Tenure:
    one = group[0].assertion
    events = unique(c.assertion.at for c in group if c.assertion.at)
    seen = settle(
        (days, cite)
        for c in group
        if c.assertion.at or _only_styled(c)
        for days, cite in _seen(picture, c)
    )
    start = settled(group, lambda seat: seat.start)
    end = settled(group, lambda seat: seat.end)
    used = [cite for part in (start, end, seen) if part for cite in part.cites]
    return Tenure(
        holder=None if one.vacant else one.holder,
        vacant=one.vacant,
        manner=one.manner,
        start=start,
        end=end,
        seen=seen,
        at=tuple(named(picture, at) for at in events),
        cites=unique([*cites_of(c for c in group if _bears(c)), *used]),
    )


def _only_styled(claim: Claim[Seat]) -> bool:
    """Whether a report only calls somebody so, with no day of its own."""
    one = claim.assertion
    return not (claim.cite.inferred or one.start or one.end or one.vacant)


def _bears(claim: Claim[Seat]) -> bool:
    """Whether a claim tells of the tenure; an inference about the seat's rank alone does not."""
    one = claim.assertion
    tells = one.at or one.start or one.end or one.vacant or one.manner
    return not claim.cite.inferred or bool(tells)


def _seen(picture: Sight, claim: Claim[Seat]) -> list[tuple[Days, Cite]]:
    at = claim.assertion.at
    if at is None:
        return [(claim.learned or Days(), claim.cite)]
    held = [(c.assertion.held, c.cite) for c in picture.about(Round, at) if c.assertion.held]
    met = [(c.assertion.days, c.cite) for c in picture.about(Contact, at) if c.assertion.days]
    return [(claim.happened or Days(), claim.cite), *held, *met]


def _standing(history: tuple[Tenure, ...], on: date) -> tuple[tuple[Tenure, ...], Filled, Sure]:
    begun = [(one, one.anchor().begun_by(on)) for one in history]
    sure = [
        one for one, is_begun in begun if is_begun is Sure.YES and _ended(one, on) is not Sure.YES
    ]
    doubtful = [
        one
        for one, is_begun in begun
        if is_begun is Sure.PERHAPS and _ended(one, on) is not Sure.YES
    ]
    current = sure[-1:]
    now = (*current, *doubtful)
    if not now:
        return (), Filled.UNKNOWN, Sure.NO
    states = unique(_filled(one) for one in now)
    if len(states) > 1:
        # A holder and a vacancy may both cover the day: nothing reported decides.
        return now, Filled.UNKNOWN, Sure.NO
    is_settled = len(now) == 1 and bool(current) and _covers(now[0], on)
    return now, states[0], Sure.YES if is_settled else Sure.PERHAPS


def _filled(one: Tenure) -> Filled:
    if one.vacant:
        return Filled.VACANT
    if one.manner is Manner.ACTING:
        return Filled.ACTING
    return Filled.DELEGATED if one.manner is Manner.DELEGATE else Filled.HELD


def _ended(one: Tenure, on: date) -> Sure:
    return one.end.days.over_by(on) if one.end else Sure.NO


def _covers(one: Tenure, on: date) -> bool:
    """Whether a report, and not our carrying it forward, puts them there on that day."""
    if one.seen is not None and (one.seen.days.earliest, one.seen.days.latest) == (on, on):
        return True
    return bool(one.end and one.start and one.end.days.over_by(on) is Sure.NO)
