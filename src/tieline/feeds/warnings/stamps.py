"""Stamps: days and times as written, given their month and year by the day of issue.

Months and years that a text leaves out follow from what stands to the right (``30 THRU 02 MAY``
begins in April), and at the end of a list from the day of issue. What does not come out near that
day, or backwards, is not read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from tieline.space.window import MINUTES_A_DAY, Interval, Repeat, Span, TimeOfDay

DAY_MS: Final = 86_400_000
MINUTE_MS: Final = 60_000
PAST_DAYS_MAX: Final = 400
"""A warning of a season or a year is sometimes issued again after it began."""
AHEAD_DAYS_MAX: Final = 800
LATE_DAYS: Final = 2
"""A window may have ended so long before its warning was issued; more is a misreading."""


class NotReadError(Exception):
    """A time that cannot be read, with the reason; never leaves this package."""


@dataclass(slots=True)
class Stamp:
    """A day, or a time on a day, as written; month and year may be left out."""

    day: int
    minute: int | None = None
    month: int | None = None
    year: int | None = None

    def date(self) -> date:
        assert self.year is not None
        assert self.month is not None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            raise NotReadError(f"there is no day {self.day} in that month") from None

    def ms(self) -> int:
        """Start of the day, or the time on it."""
        moment = datetime.combine(self.date(), datetime.min.time(), UTC)
        return round(moment.timestamp() * 1000) + (self.minute or 0) * MINUTE_MS

    def end_ms(self) -> int:
        """The time, or the end of the day: *until 5 May* includes the fifth."""
        return self.ms() + (DAY_MS if self.minute is None else 0)


Clock = tuple[TimeOfDay, TimeOfDay]


@dataclass(slots=True)
class Piece:
    """One span as written: its clocks if it repeats, its days or its two times."""

    ranges: list[tuple[Stamp | None, Stamp | None]]
    clocks: list[Clock] = field(default_factory=list)
    weekdays: tuple[int, ...] = ()
    is_alternate: bool = False


def minute_of(clock: str) -> int:
    hours, minutes = int(clock[:2]), int(clock[2:])
    if minutes > 59 or hours * 60 + minutes > MINUTES_A_DAY:
        raise NotReadError(f"there is no time {clock}")
    return hours * 60 + minutes


def resolve(stamps: list[Stamp], issued_ms: int) -> None:
    """Give every stamp its month and year, from the right to the left."""
    issued = datetime.fromtimestamp(issued_ms / 1000, UTC).date()
    later: Stamp | None = None
    for stamp in reversed(stamps):
        if stamp is later:
            continue
        if later is None:
            _resolve_last(stamp, issued)
        else:
            _resolve_before(stamp, later, issued)
        days = (stamp.date() - issued).days
        if not -PAST_DAYS_MAX <= days <= AHEAD_DAYS_MAX:
            raise NotReadError("a day far from the day of issue")
        later = stamp


def _resolve_last(stamp: Stamp, issued: date) -> None:
    if stamp.month is None:
        if stamp.minute is None:
            raise NotReadError("a day without its month")
        stamp.month = issued.month
        if stamp.day < issued.day:
            stamp.month = issued.month % 12 + 1
    if stamp.year is None:
        stamp.year = issued.year
        # A window that was over before its warning came is one of next year.
        if stamp.date() < issued - timedelta(days=PAST_DAYS_MAX // 8):
            stamp.year += 1


def _resolve_before(stamp: Stamp, later: Stamp, issued: date) -> None:
    assert later.month is not None
    assert later.year is not None
    # Days alone are compared: a spare time may begin before the first choice has ended.
    if stamp.month is None:
        back = stamp.day > later.day
        stamp.month = (later.month - 2) % 12 + 1 if back else later.month
        stamp.year = later.year - (back and later.month == 1)
        if back and stamp.date() < issued - timedelta(days=LATE_DAYS):
            # Days out of order: the month before would lie before the warning.
            stamp.month, stamp.year = later.month, later.year
        return
    if stamp.year is None:
        stamp.year = later.year
        if stamp.month > later.month:
            # Of the year before, or out of order: whichever lies nearer to the day of issue.
            there = abs((stamp.date() - issued).days)
            stamp.year -= 1
            stamp.year += abs((stamp.date() - issued).days) > there


def past(stamp: Stamp, issued_ms: int) -> Stamp:
    """A time seen lies before the warning: the last such day."""
    issued = datetime.fromtimestamp(issued_ms / 1000, UTC).date() + timedelta(days=1)
    month, year = stamp.month or issued.month, stamp.year or issued.year
    if stamp.month is None and stamp.day > issued.day:
        month, year = (12, year - 1) if month == 1 else (month - 1, year)
    found = Stamp(stamp.day, stamp.minute, month, year)
    if stamp.year is None and found.date() > issued:
        found.year = year - 1
    return found


def spans_of(piece: Piece, issued_ms: int) -> list[Span]:
    spans: list[Span] = []
    for first, last in piece.ranges:
        if piece.clocks:
            spans += _repeats(piece, first, last, issued_ms)
            continue
        start = issued_ms if first is None else first.ms()
        end = None if last is None else last.end_ms()
        if end is not None and end <= start:
            raise NotReadError("it ends before it begins")
        if end is not None and end < issued_ms - LATE_DAYS * DAY_MS:
            raise NotReadError("it ended before the warning was issued")
        spans.append(Interval(start_ms=start, end_ms=end))
    return spans


def _repeats(piece: Piece, first: Stamp | None, last: Stamp | None, issued_ms: int) -> list[Span]:
    if any(stamp is not None and stamp.minute is not None for stamp in (first, last)):
        raise NotReadError("times of day between two times")
    since = datetime.fromtimestamp(issued_ms / 1000, UTC).date() if first is None else first.date()
    until = None if last is None else last.date()
    if until is not None and until < since:
        raise NotReadError("it ends before it begins")
    if last is not None and last.end_ms() < issued_ms - LATE_DAYS * DAY_MS:
        raise NotReadError("it ended before the warning was issued")
    if until is not None and (until - since).days > AHEAD_DAYS_MAX:
        raise NotReadError("it goes on for more than two years")
    return [
        Repeat(first=since, last=until, since=clock[0], to=clock[1], weekdays=piece.weekdays)
        for clock in piece.clocks
    ]


def last_ms(span: Span) -> int:
    """The latest that a span may end, to a day where it has clocks; 0 where it has no end."""
    match span:
        case Interval(end_ms=end):
            return end or 0
        case Repeat(last=last):
            if last is None:
                return 0
            return Stamp(last.day, 0, last.month, last.year).ms() + DAY_MS
