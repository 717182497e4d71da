"""Statistics: what can be counted of rounds and requests, with the unknowns beside every number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tieline.answers.intervals import (
    Period,
    Share,
    Span,
    Spread,
    apart,
    bounded,
    inside,
    later,
    share,
    spread,
)
from tieline.answers.mechanisms import standing_keys
from tieline.answers.requests import AnswerRate, answer_rates
from tieline.answers.rounds import rounds_named
from tieline.answers.told import Named, as_known, cites_of, named, no_such
from tieline.days import Days
from tieline.observer.assertion import Postponement, Round
from tieline.observer.claims import Cite, Settled, settle, unique

if TYPE_CHECKING:
    from tieline.observer.picture import Picture, Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsAnswer:
    """What can be counted of one mechanism, or of all together (``thing`` None)."""

    thing: Named | None
    since: date | None
    until: date | None
    rounds: int
    held: int
    days_between: Spread
    delay: Spread
    postponed: Share
    answers: tuple[AnswerRate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meeting:
    key: str
    series: str | None
    numbers: frozenset[int]
    planned: tuple[Days, Cite] | None
    held: Settled | None
    is_postponed: bool
    cites: tuple[Cite, ...]


def statistics(
    picture: Picture,
    key: str | None = None,
    *,
    since: date | None = None,
    until: date | None = None,
    period: Period = Period.ALL,
    known_on: date | None = None,
) -> StatisticsAnswer:
    """Count rounds and requests of one mechanism or channel, or of everything.

    ``since`` and ``until`` leave out what surely lies outside of them.

    Raises:
        UsageError: nothing is reported of a mechanism or channel under that key.
    """
    seen = as_known(picture, known_on)
    shown = seen.key(key) if key is not None else None
    if shown is not None and shown not in (keys := seen.once(standing_keys)):
        raise no_such(key or "", keys, "no mechanism or channel is reported under")
    span = Span(since=since, until=until, period=period)
    meetings = [
        one
        for each in (seen.things(Round) if shown is None else rounds_named(seen, shown))
        if inside(_when(one := seen.view(_meeting, each)), span) and shown in {None, one.series}
    ]
    return StatisticsAnswer(
        thing=named(seen, shown) if shown is not None else None,
        since=since,
        until=until,
        rounds=len(meetings),
        held=sum(one.held is not None for one in meetings),
        days_between=_days_between(meetings),
        delay=_delay(meetings),
        postponed=_postponed(meetings),
        answers=answer_rates(seen, shown, span),
    )


def _meeting(picture: Sight, key: str) -> _Meeting:
    claims = picture.about(Round, key)
    planned = ((c.assertion.planned, c.cite) for c in claims)
    put_off = picture.about(Postponement, key)
    return _Meeting(
        key=key,
        series=min((picture.key(c.assertion.of) for c in claims if c.assertion.of), default=None),
        numbers=frozenset(c.assertion.number for c in claims if c.assertion.number is not None),
        planned=next(((days, cite) for days, cite in planned if days is not None), None),
        held=settle((c.assertion.held, c.cite) for c in claims if c.assertion.held),
        is_postponed=bool(put_off),
        cites=unique([*cites_of(claims), *cites_of(put_off)]),
    )


def _when(one: _Meeting) -> Days | None:
    """The days held, else those first planned."""
    if one.held is not None:
        return one.held.days
    return one.planned[0] if one.planned is not None else None


def _days_between(meetings: list[_Meeting]) -> Spread:
    """Between each two dated rounds of a series that follow each other, in days.

    Where numbers are known and not consecutive, or other rounds of the series are not dated, what
    lies between is not known to be one gap; such gaps count as unknown.
    """
    gaps: list[tuple[int, int]] = []
    why: list[str] = []
    used: list[tuple[Cite, ...]] = []
    by_series: dict[str | None, list[_Meeting]] = {}
    for one in meetings:
        by_series.setdefault(one.series, []).append(one)
    for series, own in by_series.items():
        dated = [(one, one.held) for one in own if one.held and bounded(one.held.days)]
        why += [UNDATED] * (len(own) - len(dated))
        if series is None:
            why += [UNNAMED] * len(dated)
            continue
        dated.sort(key=lambda pair: pair[1].days.sort_key())
        for (one, held), (other, held_next) in pairwise(dated):
            if _follow(one, other, all_dated=len(own) == len(dated)):
                gaps.append(apart(held.days, held_next.days))
                used.append((*held.cites, *held_next.cites))
            else:
                why.append(BETWEEN)
    return spread(gaps, why, used)


UNDATED: Final = "the day of a round is not known to both ends"
UNNAMED: Final = "the mechanism of a round is not named"
BETWEEN: Final = "a round in between is not reported or not dated"
NOT_PLANNED: Final = "the day first planned is not known to both ends"
NOT_HELD: Final = "the day held is not known to both ends"


def _follow(one: _Meeting, other: _Meeting, *, all_dated: bool) -> bool:
    if len(one.numbers) == 1 and len(other.numbers) == 1:
        return abs(min(other.numbers) - min(one.numbers)) == 1
    return all_dated


def _delay(meetings: list[_Meeting]) -> Spread:
    """From the day first planned to the day held, in days; below 0 when it was held earlier."""
    delays: list[tuple[int, int]] = []
    why: list[str] = []
    used: list[tuple[Cite, ...]] = []
    for one in meetings:
        if one.planned is None or not bounded(one.planned[0]):
            why.append(NOT_PLANNED)
        elif one.held is None or not bounded(one.held.days):
            why.append(NOT_HELD)
        else:
            delays.append(later(one.planned[0], one.held.days))
            used.append((one.planned[1], *one.held.cites))
    return spread(delays, why, used)


def _postponed(meetings: list[_Meeting]) -> Share:
    """Postponed, as is reported; not, when it was held on the days first planned."""
    yes = [one for one in meetings if one.is_postponed]
    no = [one for one in meetings if not one.is_postponed and _as_planned(one)]
    cites = [cite for one in (*yes, *no) for cite in one.cites]
    return share(len(yes), len(no), len(meetings) - len(yes) - len(no), cites)


def _as_planned(one: _Meeting) -> bool:
    if one.planned is None or one.held is None:
        return False
    held, planned = one.held.days, one.planned[0]
    if not bounded(held) or not bounded(planned):
        return False
    met = held.meet(planned)
    return met is not None and met.same_ends(held)
