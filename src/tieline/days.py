"""Days: when something was, as an interval whose ends may be unknown, with the words it had.

Reports say "Friday", "October" or nothing. An interval keeps what follows from that and no
more; a question about it has three answers: yes, perhaps, no.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from tieline.errors import UsageError
from tieline.words import check_line, shown

UNKNOWN: Final = "unknown"
_REMEDY: Final = "write 2018-11-09, 2018-11, 2018, 2018-10-01..2018-10-31, ..2018-11-10 or unknown"
_VALUE: Final = re.compile(r'(\S+)(?:[ \t]+"(.+)")?')
_POINT: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class Sure(Enum):
    """A three-valued answer (Kleene's strong logic): unknown is never rounded up or down."""

    NO = "no"
    PERHAPS = "perhaps"
    YES = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days from ``earliest`` to ``latest``, both included; None is an end that nobody gave.

    ``wording`` is the report's own expression of time ("Friday", "the 8th and 9th").

    Raises:
        UsageError: the earliest day is after the latest.
    """

    earliest: date | None = None
    latest: date | None = None
    wording: str = ""

    def __post_init__(self) -> None:
        if self.earliest and self.latest and self.earliest > self.latest:
            raise UsageError(f"{self.earliest} is after {self.latest}; swap the two days")

    @property
    def known(self) -> bool:
        """Whether at least one end is known."""
        return self.earliest is not None or self.latest is not None

    def begun_by(self, day: date) -> Sure:
        """Had it happened by the end of that day?"""
        if self.latest is not None and self.latest <= day:
            return Sure.YES
        if self.earliest is not None and self.earliest > day:
            return Sure.NO
        return Sure.PERHAPS

    def over_by(self, day: date) -> Sure:
        """Was it wholly past before that day began?"""
        if self.latest is not None and self.latest < day:
            return Sure.YES
        if self.earliest is not None and self.earliest >= day:
            return Sure.NO
        return Sure.PERHAPS

    def meet(self, other: Days) -> Days | None:
        """Return the days that both allow, with our own wording; None when there are none."""
        earliest = max((d for d in (self.earliest, other.earliest) if d), default=None)
        latest = min((d for d in (self.latest, other.latest) if d), default=None)
        if earliest and latest and earliest > latest:
            return None
        wording = self.wording or other.wording
        return Days(earliest=earliest, latest=latest, wording=wording)

    def same_ends(self, other: Days) -> bool:
        return (self.earliest, self.latest) == (other.earliest, other.latest)

    def sort_key(self) -> tuple[int, date, date]:
        """Known earliest ends first; what has no end at all comes last."""
        anchor = self.earliest or self.latest
        return (0 if anchor else 1, anchor or date.max, self.latest or date.max)

    def words(self) -> str:
        """For readers: ``2018-11-09``, ``on or before 2018-11-10``, ``day not known``."""
        core = _span_words(self)
        return f'{core} ("{self.wording}")' if self.wording else core


def parse_days(text: str) -> Days:
    """Read ``2018-10-01..2018-10-31 "October"`` and its shorter forms.

    Raises:
        UsageError: not of that form, no such day, or ends in the wrong order.
    """
    match = _VALUE.fullmatch(text)
    if match is None:
        raise UsageError(f'"{shown(text)}" is not a day or an interval; {_REMEDY}')
    span, wording = match.group(1), match.group(2) or ""
    if wording:
        check_line(wording)
    if span == UNKNOWN:
        return Days(wording=wording)
    first, dots, last = span.partition("..")
    if not dots:
        last = first
    if not first and not last:
        raise UsageError(f'"{shown(text)}" names no day; {_REMEDY}')
    earliest = _point(first)[0] if first else None
    latest = _point(last)[1] if last else None
    return Days(earliest=earliest, latest=latest, wording=wording)


def format_days(days: Days) -> str:
    """Write what `parse_days` reads back to an equal value."""
    span = _short(days)
    return f'{span} "{check_line(days.wording)}"' if days.wording else span


def parse_day(text: str) -> date:
    """Read one full ISO 8601 day, ``2018-11-09`` and no other form; raises UsageError."""
    if len(text) != len("2018-11-09"):
        raise UsageError(f'"{shown(text)}" is not a day; write it as 2018-11-09')
    return _point(text)[0]


def _point(text: str) -> tuple[date, date]:
    match = _POINT.fullmatch(text)
    if match is None:
        raise UsageError(f'"{shown(text)}" is not a day; {_REMEDY}')
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        if year and month and day:
            return date(year, month, day), date(year, month, day)
        if year and month and day is None:
            return date(year, month, 1), _month_end(date(year, month, 1))
        if year and month is None:
            return date(year, 1, 1), date(year, 12, 31)
    except ValueError:
        pass
    raise UsageError(f'there is no day "{shown(text)}" in the calendar; {_REMEDY}')


def _month_end(first: date) -> date:
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _short(days: Days) -> str:
    first, last = days.earliest, days.latest
    if first is None and last is None:
        return UNKNOWN
    if first and last:
        if first == last:
            return first.isoformat()
        if (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31)):
            return f"{first.year:04d}"
        if first.day == 1 and last == _month_end(first):
            return f"{first.year:04d}-{first.month:02d}"
    start = first.isoformat() if first else ""
    end = last.isoformat() if last else ""
    return f"{start}..{end}"


def _span_words(days: Days) -> str:
    if days.earliest is None and days.latest is None:
        return "day not known"
    if days.earliest is None:
        return f"on or before {days.latest}"
    if days.latest is None:
        return f"{days.earliest} or later"
    return _short(days).replace("..", " to ")
