"""Statistics: what can be counted of rounds and requests, with the unknowns beside every number.

Days are intervals, and so is what follows from them. For sorted or averaged values the bounds are
exact: median, mean, least and most do not fall when any value rises, so the lower bound takes every
lower end and the upper bound every upper end (Moore, Kearfott and Cloud, *Introduction to Interval
Analysis*, SIAM 2009, section 5.2, on monotone functions).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from tieline.answers.mechanisms import standing_keys
from tieline.answers.told import Named, as_known, cites_of, named, no_such
from tieline.days import Days, Sure
from tieline.observer.assertion import Contact, Postponement, Round
from tieline.observer.claims import Cite, settle, unique
from tieline.observer.vocabulary import Result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tieline.observer.picture import Picture


class Period(Enum):
    """How requests are grouped by time."""

    ALL = "all"
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A number between two ends, both included; equal ends where it is exact."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Numbers of days: ``n`` counted, ``unknown`` that could not be, with exact bounds.

    ``why`` says of the unknown ones what is missing; the bounds are None when nothing counts.
    """

    n: int
    unknown: int
    why: tuple[str, ...]
    median: Bounds | None
    mean: Bounds | None
    least: Bounds | None
    most: Bounds | None
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of all: ``yes``, ``no`` and ``unknown``; ``share`` holds whatever they turn out."""

    yes: int
    no: int
    unknown: int
    share: Bounds | None
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRate:
    """Requests that one side made, by level and period; None where that is not said.

    ``answered`` counts yes, yes on conditions and no alike (``accepted``, ``declined``), late ones
    too. ``unknown`` counts requests whose answer nobody reports, or that reports tell differently;
    of these an inference speaks of ``inferred``. ``cancelled`` ones are not counted as asked.
    """

    sought_by: str | None
    asked: str | None
    level: str | None
    period: str | None
    requests: int
    answered: int
    accepted: int
    declined: int
    late: int
    unanswered: int
    unknown: int
    inferred: int
    cancelled: int
    rate: Bounds | None
    cites: tuple[Cite, ...]


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
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    since: date | None
    until: date | None
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meeting:
    key: str
    series: str | None
    numbers: frozenset[int]
    planned: Days | None
    held: Days | None
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
    if shown is not None and shown not in (keys := standing_keys(seen)):
        raise no_such(key or "", keys, "no mechanism or channel is reported under")
    span = _Span(since=since, until=until, period=period)
    meetings = [
        one
        for each in seen.things(Round)
        if _inside((one := _meeting(seen, each)).held or one.planned, span)
        and shown in {None, one.series}
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
        answers=_answers(seen, shown, span),
        cites=unique(cite for one in meetings for cite in one.cites),
    )


def _inside(days: Days | None, span: _Span) -> bool:
    since, until = span.since, span.until
    if days is None:
        return True
    if since is not None and days.over_by(since) is Sure.YES:
        return False
    return not (until is not None and days.begun_by(until) is Sure.NO)


def _meeting(picture: Picture, key: str) -> _Meeting:
    claims = picture.about(Round, key)
    held = settle((c.assertion.held, c.cite) for c in claims if c.assertion.held)
    planned = next((c.assertion.planned for c in claims if c.assertion.planned), None)
    series = min((picture.key(c.assertion.of) for c in claims if c.assertion.of), default=None)
    put_off = picture.about(Postponement, key)
    numbers = frozenset(c.assertion.number for c in claims if c.assertion.number is not None)
    return _Meeting(
        key=key,
        series=series,
        numbers=numbers,
        planned=planned,
        held=held.days if held else None,
        is_postponed=bool(put_off),
        cites=unique([*cites_of(claims), *cites_of(put_off)]),
    )


def _bounded(days: Days | None) -> bool:
    return days is not None and days.earliest is not None and days.latest is not None


def _days_between(meetings: list[_Meeting]) -> Spread:
    """Between each two dated rounds of a series that follow each other, in days.

    Where numbers are known and not consecutive, or other rounds of the series are not dated, what
    lies between is not known to be one gap; such gaps count as unknown.
    """
    gaps: list[tuple[int, int]] = []
    why: list[str] = []
    used: list[Cite] = []
    for series in unique(one.series for one in meetings):
        own = [one for one in meetings if one.series == series]
        dated = sorted(
            (one for one in own if _bounded(one.held)),
            key=lambda one: (one.held or Days()).sort_key(),
        )
        undated = len(own) - len(dated)
        why += ["the day of a round is not known to both ends"] * undated
        if series is None:
            why += ["the mechanism of a round is not named"] * len(dated)
            continue
        for one, other in pairwise(dated):
            if _follow(one, other, undated):
                gaps.append(_apart(one.held or Days(), other.held or Days()))
                used += [*one.cites, *other.cites]
            else:
                why.append("a round in between is not reported or not dated")
    return _spread(gaps, why, used)


def _follow(one: _Meeting, other: _Meeting, undated: int) -> bool:
    if len(one.numbers) == 1 and len(other.numbers) == 1:
        return abs(min(other.numbers) - min(one.numbers)) == 1
    return undated == 0


def _apart(one: Days, other: Days) -> tuple[int, int]:
    """Least and most days between two intervals, whichever was first."""
    assert one.earliest is not None
    assert one.latest is not None
    assert other.earliest is not None
    assert other.latest is not None
    least = max(0, (other.earliest - one.latest).days, (one.earliest - other.latest).days)
    most = max((other.latest - one.earliest).days, (one.latest - other.earliest).days)
    return least, most


def _delay(meetings: list[_Meeting]) -> Spread:
    """From the day first planned to the day held, in days; below 0 when it was held earlier."""
    delays: list[tuple[int, int]] = []
    why: list[str] = []
    used: list[Cite] = []
    for one in meetings:
        if one.planned is None or not _bounded(one.planned):
            why.append("the day first planned is not known")
        elif one.held is None or not _bounded(one.held):
            why.append("the day held is not known to both ends")
        else:
            planned, held = one.planned, one.held
            assert planned.earliest is not None
            assert planned.latest is not None
            assert held.earliest is not None
            assert held.latest is not None
            low, high = (held.earliest - planned.latest).days, (held.latest - planned.earliest).days
            delays.append((low, high))
            used += one.cites
    return _spread(delays, why, used)


def _spread(values: list[tuple[int, int]], why: list[str], used: list[Cite]) -> Spread:
    lows, highs = sorted(low for low, _ in values), sorted(high for _, high in values)
    count = len(values)

    def bounds(low: Fraction, high: Fraction) -> Bounds:
        return Bounds(low=low, high=high)

    return Spread(
        n=count,
        unknown=len(why),
        why=unique(why),
        median=bounds(_median(lows), _median(highs)) if count else None,
        mean=bounds(Fraction(sum(lows), count), Fraction(sum(highs), count)) if count else None,
        least=bounds(Fraction(lows[0]), Fraction(highs[0])) if count else None,
        most=bounds(Fraction(lows[-1]), Fraction(highs[-1])) if count else None,
        cites=unique(used),
    )


def _median(ordered: list[int]) -> Fraction:
    """The middle value, or the mean of the two in the middle."""
    half, odd = divmod(len(ordered), 2)
    return Fraction(ordered[half]) if odd else Fraction(ordered[half - 1] + ordered[half], 2)


def _postponed(meetings: list[_Meeting]) -> Share:
    """Postponed, as is reported; not, when it was held on days that it was first planned for."""
    yes = sum(one.is_postponed for one in meetings)
    no = sum(
        not one.is_postponed
        and one.planned is not None
        and one.held is not None
        and _within(one.held, one.planned)
        for one in meetings
    )
    return _share(yes, no, len(meetings) - yes - no, (c for one in meetings for c in one.cites))


def _within(held: Days, planned: Days) -> bool:
    if not _bounded(held) or not _bounded(planned):
        return False
    met = held.meet(planned)
    return met is not None and met.same_ends(held)


def _share(yes: int, no: int, unknown: int, cites: Iterable[Cite]) -> Share:
    total = yes + no + unknown
    share = Bounds(low=Fraction(yes, total), high=Fraction(yes + unknown, total)) if total else None
    return Share(yes=yes, no=no, unknown=unknown, share=share, cites=unique(cites))


ACCEPTED = frozenset({Result.ACCEPTED, Result.CONDITIONAL, Result.HELD})
DECLINED = frozenset({Result.REBUFFED, Result.REFUSED})
ANSWERED = ACCEPTED | DECLINED
ASKED = ANSWERED - {Result.HELD} | {Result.REQUESTED, Result.UNANSWERED}
"""Results that only something that was asked for can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    group: tuple[str | None, str | None, str | None, str | None]
    fate: str
    is_late: bool
    is_inferred: bool
    cites: tuple[Cite, ...]


def _answers(picture: Picture, key: str | None, span: _Span) -> tuple[AnswerRate, ...]:
    groups: dict[tuple[str | None, str | None, str | None, str | None], list[_Request]] = {}
    for thing in picture.things(Contact):
        for one in _requests(picture, thing, key, span):
            groups.setdefault(one.group, []).append(one)
    rows = [_rate(group, listed) for group, listed in groups.items()]
    return tuple(sorted(rows, key=_row_order))


def _row_order(row: AnswerRate) -> list[tuple[bool, str]]:
    named_by = (row.period, row.sought_by, row.asked, row.level)
    return [(value is None, value or "") for value in named_by]


def _requests(picture: Picture, thing: str, key: str | None, span: _Span) -> list[_Request]:
    claims = picture.about(Contact, thing)
    of = {picture.key(c.assertion.of) for c in claims if c.assertion.of}
    sought = unique(by for c in claims for by in c.assertion.by)
    results = [c for c in claims if c.assertion.result]
    if key is not None and key not in of:
        return []
    if not sought and not any(c.assertion.result in ASKED for c in results):
        return []
    days = settle((c.days(c.assertion.days), c.cite) for c in claims)
    when = days.days if days else Days()
    if not _inside(when, span):
        return []
    told = {c.assertion.result for c in results if not c.cite.inferred}
    fate, late = _fate(
        told, {c.assertion.result: c.happened or Days() for c in results if not c.cite.inferred}
    )
    inferred = {c.assertion.result for c in results if c.cite.inferred}
    levels = unique(c.assertion.level for c in claims if c.assertion.level)
    who = unique(one.party for c in claims for one in c.assertion.who if one.party)
    asked = [party for party in who if party not in sought]
    return [
        _Request(
            group=(
                side,
                other,
                levels[0] if len(levels) == 1 else None,
                _period(when, span.period),
            ),
            fate=fate,
            is_late=late,
            is_inferred=fate == "unknown" and bool(inferred & (ANSWERED | {Result.UNANSWERED})),
            cites=cites_of(claims),
        )
        for side in sought or (None,)
        for other in asked or (None,)
    ]


def _fate(told: set[Result | None], when: dict[Result | None, Days]) -> tuple[str, bool]:
    """What became of a request by the reports alone, and whether its answer came late."""
    accepted, declined = told & ACCEPTED, told & DECLINED
    silent = Result.UNANSWERED in told
    answer = "accepted" if accepted else "declined"
    if accepted and declined:
        return "unknown", False
    if silent and (accepted or declined):
        deadline = when[Result.UNANSWERED]
        came = max((when[one] for one in accepted | declined), key=lambda days: days.sort_key())
        later = deadline.latest and came.earliest and came.earliest >= deadline.latest
        return (answer, True) if later else ("unknown", False)
    if accepted or declined:
        return answer, False
    if silent:
        return "unanswered", False
    return ("cancelled" if Result.CANCELLED in told else "unknown"), False


def _period(days: Days, period: Period) -> str | None:
    """The one period that the days lie in; None when they may lie in several."""
    if period is Period.ALL:
        return ""
    if days.earliest is None or days.latest is None:
        return None
    names = {_period_of(day, period) for day in (days.earliest, days.latest)}
    return names.pop() if len(names) == 1 else None


def _period_of(day: date, period: Period) -> str:
    if period is Period.YEAR:
        return f"{day.year:04d}"
    if period is Period.QUARTER:
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return f"{day.year:04d}-{day.month:02d}"


def _rate(
    group: tuple[str | None, str | None, str | None, str | None], listed: list[_Request]
) -> AnswerRate:
    fates = [one.fate for one in listed]
    accepted, declined = fates.count("accepted"), fates.count("declined")
    unanswered, unknown = fates.count("unanswered"), fates.count("unknown")
    answered = accepted + declined
    total = answered + unanswered + unknown
    rate = (
        Bounds(low=Fraction(answered, total), high=Fraction(answered + unknown, total))
        if total
        else None
    )
    sought_by, asked, level, period = group
    return AnswerRate(
        sought_by=sought_by,
        asked=asked,
        level=level,
        period=period,
        requests=total,
        answered=answered,
        accepted=accepted,
        declined=declined,
        late=sum(one.is_late for one in listed),
        unanswered=unanswered,
        unknown=unknown,
        inferred=sum(one.is_inferred for one in listed),
        cancelled=fates.count("cancelled"),
        rate=rate,
        cites=unique(cite for one in listed for cite in one.cites),
    )
