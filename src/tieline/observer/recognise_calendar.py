"""Calendar arithmetic for relative dates: what follows from the day of publication, and no more.

The day of publication is an interval whose ends may be unknown, so every answer is one too. Weeks
run from Monday (ISO 8601).
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from tieline.days import Days

if TYPE_CHECKING:
    from collections.abc import Callable

Ends = tuple[date | None, date | None]

DAY: Final = timedelta(days=1)
WEEK_DAYS: Final = 7
MONTHS: Final = 12
LEAP_GAP: Final = 10
"""Years within which every day of the calendar comes round, a century without leap day included."""
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The day of publication, as far as it is known."""

    published: Days

    def apply(self, rule: Callable[[date], Ends]) -> Days:
        """What a rule gives for every day on which the source may have been published.

        Rules never give an earlier day for a later day of publication, so the ends suffice.
        """
        first, last = self.published.earliest, self.published.latest
        earliest = rule(first)[0] if first is not None else None
        latest = rule(last)[1] if last is not None else None
        return Days(earliest=earliest, latest=latest)

    def words(self) -> str:
        if not self.published.known:
            return "the day of publication, which is not known"
        ends = Days(earliest=self.published.earliest, latest=self.published.latest)
        return f"the day of publication, {ends.words()}"


def month(year: int, number: int) -> Ends:
    """First and last day of a month; months count on over the ends of a year."""
    year, number = year + (number - 1) // MONTHS, (number - 1) % MONTHS + 1
    return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])


def year(number: int) -> Ends:
    return date(number, 1, 1), date(number, 12, 31)


def week(day: date) -> Ends:
    """Monday to Sunday around a day."""
    monday = day - day.weekday() * DAY
    return monday, monday + 6 * DAY


def one(day: date) -> Ends:
    return day, day


def weekday_before(number: int, *, today: bool) -> Callable[[date], Ends]:
    """The newest such weekday (0 Monday) before a day; ``today`` lets the day itself be it."""

    def rule(day: date) -> Ends:
        back = (day.weekday() - number) % WEEK_DAYS
        return one(day - (back if back or today else WEEK_DAYS) * DAY)

    return rule


def weekday_after(number: int) -> Callable[[date], Ends]:
    """The next such weekday after a day."""

    def rule(day: date) -> Ends:
        return one(day + ((number - day.weekday() - 1) % WEEK_DAYS + 1) * DAY)

    return rule


def weekday_in_week(number: int, weeks: int) -> Callable[[date], Ends]:
    """Such a weekday in the week of a day, or so many weeks from it."""

    def rule(day: date) -> Ends:
        monday, _ = week(day + weeks * WEEK_DAYS * DAY)
        assert monday is not None
        return one(monday + number * DAY)

    return rule


def month_before(number: int) -> Callable[[date], Ends]:
    """The newest such month that had begun by a day."""
    return lambda day: month(day.year if number <= day.month else day.year - 1, number)


def month_after(number: int) -> Callable[[date], Ends]:
    """The next such month that had not ended by a day."""
    return lambda day: month(day.year if number >= day.month else day.year + 1, number)


def day_before(number: int, first: int, last: int) -> Callable[[date], Ends]:
    """The newest such days of a month that had begun by a day."""

    def rule(day: date) -> Ends:
        return next(
            ends
            for back in range(LEAP_GAP)
            if (ends := _in_year(day.year - back, number, first, last)) and ends[0] <= day
        )

    return rule


def day_after(number: int, first: int, last: int) -> Callable[[date], Ends]:
    """The next such days of a month that had not passed by a day."""

    def rule(day: date) -> Ends:
        return next(
            ends
            for on in range(LEAP_GAP)
            if (ends := _in_year(day.year + on, number, first, last)) and ends[1] >= day
        )

    return rule


def nth_before(first: int, last: int) -> Callable[[date], Ends]:
    """The newest such days, of whichever month has them, that had begun by a day."""

    def rule(day: date) -> Ends:
        for back in range(MONTHS):
            start, end = month(day.year, day.month - back)
            assert start is not None
            assert end is not None
            if last <= end.day and start.replace(day=first) <= day:
                return start.replace(day=first), start.replace(day=last)
        raise ValueError

    return rule


def nth_of(first: int, last: int, months: int) -> Callable[[date], Ends]:
    """Such days of the month of a day, or of so many months from it."""

    def rule(day: date) -> Ends:
        start, _ = month(day.year, day.month + months)
        assert start is not None
        return start.replace(day=first), start.replace(day=last)

    return rule


def _in_year(number: int, month_: int, first: int, last: int) -> tuple[date, date] | None:
    try:
        return date(number, month_, first), date(number, month_, last)
    except ValueError:
        return None  # The 29th of February of another year.
