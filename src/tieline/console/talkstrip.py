"""Strip: the days of change as marks on a scale, and the part of them that the slider covers."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Final

from tieline.console.talkchanges import Changes

MARKS_MAX: Final = 120
"""Days of change under one slider: beyond that, marks on a screen run into each other."""
LABEL_GAP: Final = 5.0
NARROW_GAP: Final = 14.0
"""Least distance of two years' names, in hundredths of the width; the other one on a telephone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A day of change: ``at`` is its place in hundredths of the width.

    ``is_roomy`` says that the year's name has room on a narrow screen too.
    """

    step: int
    day: date
    sort: str
    at: str
    year: str
    is_roomy: bool
    is_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """The slider: steps from ``first`` to ``last``, of ``total`` days of change.

    ``exact`` says whether the day shown is one of them.
    """

    ticks: tuple[Tick, ...]
    first: int
    last: int
    step: int
    total: int
    exact: bool
    earlier: date | None
    later: date | None


def strip(changes: Changes, on: date) -> Strip | None:
    """The strip around a day; None when fewer than two days would be on it."""
    days = changes.days
    if len(days) < 2:
        return None
    step = max(0, bisect_right(days, on) - 1)
    first = max(0, min(step - MARKS_MAX // 2, len(days) - MARKS_MAX))
    last = min(len(days), first + MARKS_MAX) - 1
    span = max(1, last - first)
    ticks, year_at, roomy_at, year = [], -LABEL_GAP, -NARROW_GAP, 0
    for number in range(first, last + 1):
        at = 100.0 * (number - first) / span
        day = days[number]
        named = day.year != year and at - year_at >= LABEL_GAP
        roomy = named and at - roomy_at >= NARROW_GAP
        if named:
            year_at, year = at, day.year
        if roomy:
            roomy_at = at
        ticks.append(
            Tick(
                step=number,
                day=day,
                sort=changes.sorts[number],
                at=f"{at:.2f}%",
                year=str(day.year) if named else "",
                is_roomy=roomy,
                is_shown=number == step,
            )
        )
    return Strip(
        ticks=tuple(ticks),
        first=first,
        last=last,
        step=step,
        total=len(days),
        exact=days[step] == on,
        earlier=days[first - 1] if first else None,
        later=days[last + 1] if last + 1 < len(days) else None,
    )
