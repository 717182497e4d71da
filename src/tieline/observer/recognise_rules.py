"""How a style of date is described: a pattern, and what its matches may mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tieline.days import Days
from tieline.observer import recognise_calendar as cal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from tieline.observer.recognise_calendar import Anchor, Ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One meaning of a date, and how it was come by; ``ahead`` if it lies after publication."""

    days: Days
    why: str
    ahead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A way to write a date; the group ``it`` of the pattern is what is cited."""

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], Anchor], Iterator[Reading]]


def given(ends: Ends) -> Reading:
    """A date that the passage gives whole."""
    return Reading(days=Days(earliest=ends[0], latest=ends[1]), why="as the passage gives it")


def counted(
    anchor: Anchor, rule: Callable[[date], Ends], what: str, *, ahead: bool = False
) -> Reading:
    """A date counted from the day of publication."""
    return Reading(
        days=anchor.apply(rule), why=f"{what}, counted from {anchor.words()}", ahead=ahead
    )


def in_year(year: int, month: int, first: int = 0, last: int = 0) -> Ends:
    """Days of a month, or the whole month where ``first`` is 0.

    Raises:
        ValueError: there is no such day.
    """
    if not 1 <= month <= cal.MONTHS:
        raise ValueError
    start, end = cal.month(year, month)
    assert start is not None
    assert end is not None
    if not first:
        return start, end
    return start.replace(day=first), start.replace(day=last or first)


def partial(anchor: Anchor, month: int, first: int = 0, last: int = 0) -> Iterator[Reading]:
    """Days of a month, or a whole month, whose year is not said: the last one, and the next."""
    if first:
        # Checked in a leap year: the 29th of February is a day in some years.
        in_year(2000, month, first, last or first)
        before = cal.day_before(month, first, last or first)
        after = cal.day_after(month, first, last or first)
    else:
        in_year(2000, month)
        before, after = cal.month_before(month), cal.month_after(month)
    yield counted(anchor, before, "the year is not said; the last one that had begun")
    yield counted(anchor, after, "the year is not said; the next one to come", ahead=True)


def shifted(anchor: Anchor, unit: str, by: int, what: str) -> Reading:
    """A whole week, month or year, so many from that of publication."""
    rules: dict[str, Callable[[date], Ends]] = {
        "day": lambda day: cal.one(day + by * cal.DAY),
        "week": lambda day: cal.week(day + by * 7 * cal.DAY),
        "month": lambda day: cal.month(day.year, day.month + by),
        "year": lambda day: cal.year(day.year + by),
    }
    return counted(anchor, rules[unit], what, ahead=by > 0)
