"""Intervals: counting with days and outcomes that are only partly known, with exact bounds.

Median, mean, least and most of several numbers do not fall when any of them rises. So where each
is only known to lie between two ends, the lower bound takes every lower end and the upper bound
every upper end. Where the numbers do not depend on each other no narrower bounds hold (Moore,
Kearfott and Cloud, *Introduction to Interval Analysis*, SIAM 2009, on monotone functions).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from tieline.days import Days, Sure
from tieline.observer.claims import Cite, unique

if TYPE_CHECKING:
    from collections.abc import Iterable


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

    ``inferred`` of the counted rest on an inference; ``why`` says what the unknown ones lack. The
    bounds are None when nothing counts.
    """

    n: int
    unknown: int
    inferred: int
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
class Span:
    """From when to when is counted, and how requests are grouped."""

    since: date | None
    until: date | None
    period: Period


def spread(values: list[tuple[int, int]], why: list[str], used: list[tuple[Cite, ...]]) -> Spread:
    """Sum up numbers known to lie between two ends; ``why`` has one entry for each unknown one."""
    lows, highs = sorted(low for low, _ in values), sorted(high for _, high in values)
    count = len(values)

    def bounds(low: Fraction, high: Fraction) -> Bounds:
        return Bounds(low=low, high=high)

    return Spread(
        n=count,
        unknown=len(why),
        inferred=sum(any(cite.inferred for cite in cites) for cites in used),
        why=unique(why),
        median=bounds(median(lows), median(highs)) if count else None,
        mean=bounds(Fraction(sum(lows), count), Fraction(sum(highs), count)) if count else None,
        least=bounds(Fraction(lows[0]), Fraction(highs[0])) if count else None,
        most=bounds(Fraction(lows[-1]), Fraction(highs[-1])) if count else None,
        cites=unique(cite for cites in used for cite in cites),
    )


def median(ordered: list[int]) -> Fraction:
    """The middle value, or the mean of the two in the middle."""
    half, odd = divmod(len(ordered), 2)
    return Fraction(ordered[half]) if odd else Fraction(ordered[half - 1] + ordered[half], 2)


def share(yes: int, no: int, unknown: int, cites: Iterable[Cite]) -> Share:
    """The share of ``yes`` in all, from none of the unknown ones to all of them."""
    total = yes + no + unknown
    share = Bounds(low=Fraction(yes, total), high=Fraction(yes + unknown, total)) if total else None
    return Share(yes=yes, no=no, unknown=unknown, share=share, cites=unique(cites))


def ends(days: Days) -> tuple[date, date]:
    """Both ends of an interval that is known to both."""
    assert days.earliest is not None
    assert days.latest is not None
    return days.earliest, days.latest


def later(one: Days, other: Days) -> tuple[int, int]:
    """Least and most days from the first interval to the second; both known to both ends."""
    (first, last), (next_first, next_last) = ends(one), ends(other)
    return (next_first - last).days, (next_last - first).days


def apart(one: Days, other: Days) -> tuple[int, int]:
    """Least and most days between two intervals, whichever came first."""
    low, high = later(one, other)
    return max(0, low, -high), max(high, -low)


def bounded(days: Days | None) -> bool:
    """Whether both ends are known."""
    return days is not None and days.earliest is not None and days.latest is not None


def inside(days: Days | None, span: Span) -> bool:
    """Whether something may lie in the span; what has no day may."""
    since, until = span.since, span.until
    if days is None:
        return True
    if since is not None and days.over_by(since) is Sure.YES:
        return False
    return not (until is not None and days.begun_by(until) is Sure.NO)
