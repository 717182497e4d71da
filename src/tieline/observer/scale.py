"""Scale: from days to places on a drawn axis; years in which nothing is reported fold up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

YEAR_PX: Final = 70.0
PER_DAY_PX: Final = 22.0
YEAR_PX_MAX: Final = 210.0
FOLD_PX: Final = 34.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Years drawn between two places; ``folded`` if nothing in them is reported."""

    first: int
    last: int
    start_px: float
    end_px: float
    folded: bool

    @property
    def label(self) -> str:
        """The year; folded years go by their last two digits, ``06-16``."""
        if not self.folded:
            return str(self.first)
        first, last = f"{self.first % 100:02d}", f"{self.last % 100:02d}"
        return first if self.first == self.last else f"{first}\N{EN DASH}{last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A piecewise linear axis; every place is in pixels from the left edge of the drawing."""

    spans: tuple[Span, ...]

    @property
    def start_px(self) -> float:
        return self.spans[0].start_px if self.spans else 0.0

    @property
    def end_px(self) -> float:
        return self.spans[-1].end_px if self.spans else self.start_px

    def at(self, day: date, *, end: bool = False) -> float:
        """Where a day begins, or ends; days beyond the axis lie on its ends."""
        for span in self.spans:
            if span.first <= day.year <= span.last:
                first = date(span.first, 1, 1).toordinal()
                length = date(span.last, 12, 31).toordinal() - first + 1
                part = (day.toordinal() + (1 if end else 0) - first) / length
                return span.start_px + part * (span.end_px - span.start_px)
        before = bool(self.spans) and day.year < self.spans[0].first
        return self.start_px if before else self.end_px


def scale_for(days: Iterable[date], start_px: float) -> Scale:
    """Give each year room by the number of its different days, and fold the years between them."""
    count = Counter(day.year for day in set(days))
    spans: list[Span] = []
    at = start_px
    years = sorted(count)
    for number, year in enumerate(years):
        if number and year > years[number - 1] + 1:
            first = years[number - 1] + 1
            spans.append(
                Span(first=first, last=year - 1, start_px=at, end_px=at + FOLD_PX, folded=True)
            )
            at += FOLD_PX
        width = min(YEAR_PX_MAX, YEAR_PX + PER_DAY_PX * count[year])
        spans.append(Span(first=year, last=year, start_px=at, end_px=at + width, folded=False))
        at += width
    return Scale(spans=tuple(spans))
