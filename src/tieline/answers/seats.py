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
    gather,
    given,
    given_things,
    named,
    settled,
)
from tieline.days import Days, Sure
from tieline.observer.assertion import Seat
from tieline.observer.claims import Cite, Claim, Settled, refine, settle, strongest, told, unique
from tieline.observer.offices import Joined, joined_names, seen_days
from tieline.observer.vocabulary import Manner

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    """One person in a seat, or one vacancy (``holder`` None), with all days reported of it.

    ``names`` are all spellings under which they are reported in this seat, each with what gives
    it; ``person`` is the key of whoever has these names, where a person or inference joins them.
    """

    holder: str | None
    vacant: bool
    manner: Manner | None
    start: Settled | None
    end: Settled | None
    seen: Settled | None
    at: tuple[Named, ...]
    cites: tuple[Cite, ...]
    names: tuple[Told[str], ...] = ()
    person: str | None = None

    @property
    def who(self) -> tuple[str | None, Manner | None]:
        """Equal for reports of one person in one manner, however spelled; vacancies are alike."""
        return self.person or self.holder, self.manner

    def anchor(self) -> Days:
        """The days that this tenure is first tied to."""
        first = self.start or self.seen or self.end
        return first.days if first else Days()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatView:
    """A seat of one party, all who are reported in it, and how it stood on the day asked about.

    ``now`` holds everyone who may be in the seat on the day, each once with all reports of them:
    more than one when reports leave it open, or contradict each other.
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
    joined = joined_names(picture, people)

    def who(one: Seat) -> tuple[str | None, bool, Manner | None]:
        person = joined.get(one.holder or "")
        return person.person if person else one.holder, one.vacant, one.manner

    groups = refine(people, lambda a, b: who(a) == who(b))
    tenures = [_named(_tenure(picture, group), joined, people) for group in groups]
    return tuple(sorted(tenures, key=lambda tenure: tenure.anchor().sort_key()))


def _named(tenure: Tenure, joined: Mapping[str, Joined], people: list[Claim[Seat]]) -> Tenure:
    """The tenure with every name that its holder has in the seat."""
    if tenure.holder is None:
        return tenure
    person = joined.get(tenure.holder)
    if person is None:
        return replace(tenure, names=(Told(value=tenure.holder, cites=tenure.cites),))
    told = gather(
        (name, c.cite) for name in person.names for c in people if c.assertion.holder == name
    )
    others = [cite for one in told if one.value != tenure.holder for cite in one.cites]
    cites = unique([*tenure.cites, *others, *person.cites])
    return replace(tenure, names=told, person=person.person, cites=cites)


def _tenure(picture: Sight, group: list[Claim[Seat]]) -> Tenure:
    one = group[0].assertion
    events = unique(c.assertion.at for c in group if c.assertion.at)
    seen = settle(
        (days, cite)
        for c in group
        if c.assertion.at or _only_styled(c)
        for days, cite in seen_days(picture, c)
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
        cites=strongest(cites_of(c for c in group if _bears(c)), used),
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
    current = [one for one in sure[:-1] if _spans(one, on) or one.who == sure[-1].who] + sure[-1:]
    now = _each_once([*current, *doubtful], on)
    if not now:
        return (), Filled.UNKNOWN, Sure.NO
    states = unique(_filled(one) for one in now)
    if len(states) > 1:
        # A holder and a vacancy may both cover the day: nothing reported decides.
        return now, Filled.UNKNOWN, Sure.NO
    is_settled = len(now) == 1 and any(_covers(one, on) for one in current)
    return now, states[0], Sure.YES if is_settled else Sure.PERHAPS


def _each_once(listed: list[Tenure], on: date) -> tuple[Tenure, ...]:
    """All reports of one holder together; of sightings the one of the day, else the last first."""
    groups: dict[object, list[Tenure]] = {}
    for one in listed:
        groups.setdefault(id(one) if one.vacant else one.who, []).append(one)
    return tuple(group[0] if len(group) == 1 else _joined(group, on) for group in groups.values())


def _joined(group: list[Tenure], on: date) -> Tenure:
    seen = [one for one in group if one.seen]
    sure = [one for one in seen if one.anchor().begun_by(on) is Sure.YES]
    exact = [one for one in sure if _is_seen(one, on)]
    chosen = next(iter(exact or sure[-1:] or seen), group[0])
    start = _all_days(one.start for one in group)
    end = _all_days(one.end for one in group)
    used = [cite for part in (start, end) if part for cite in part.cites]
    return replace(chosen, start=start, end=end, cites=unique([*chosen.cites, *used]))


def _all_days(parts: Iterable[Settled | None]) -> Settled | None:
    return settle((part.days, cite) for part in parts if part for cite in part.cites)


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
    return _is_seen(one, on) or _spans(one, on)


def _is_seen(one: Tenure, on: date) -> bool:
    return one.seen is not None and (one.seen.days.earliest, one.seen.days.latest) == (on, on)


def _spans(one: Tenure, on: date) -> bool:
    """Whether a start and an end are reported, and the day is surely between them."""
    if one.start is None or one.end is None:
        return False
    return one.start.days.begun_by(on) is Sure.YES and one.end.days.over_by(on) is Sure.NO
