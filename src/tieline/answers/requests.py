"""Requests: who sought a contact, and whether an answer is reported, by side, level and period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from tieline.answers.intervals import Bounds, Period, Span, inside
from tieline.answers.told import cites_of
from tieline.days import Days
from tieline.observer.assertion import Contact
from tieline.observer.claims import Cite, settle, unique
from tieline.observer.vocabulary import Result

if TYPE_CHECKING:
    from tieline.observer.picture import Picture


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


def answer_rates(picture: Picture, key: str | None, span: Span) -> tuple[AnswerRate, ...]:
    groups: dict[tuple[str | None, str | None, str | None, str | None], list[_Request]] = {}
    things = picture.things(Contact) if key is None else picture.referring(key, Contact)
    for thing in things:
        for one in _requests(picture, thing, key, span):
            groups.setdefault(one.group, []).append(one)
    rows = [_rate(group, listed) for group, listed in groups.items()]
    return tuple(sorted(rows, key=_row_order))


def _row_order(row: AnswerRate) -> list[tuple[bool, str]]:
    named_by = (row.period, row.sought_by, row.asked, row.level)
    return [(value is None, value or "") for value in named_by]


def _requests(picture: Picture, thing: str, key: str | None, span: Span) -> list[_Request]:
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
    if not inside(when, span):
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
