"""Times in airspace data (AIXM 5.1.1): validities, and timesheets that repeat within them.

A timesheet says on which days, from when to when: at fixed times, at sunrise and sunset, or from
one weekday to another without a break (*from Friday 17:00 to Monday 07:00*). Times are UTC unless
it says otherwise. What follows from calendars of places (holidays, working days) is not known here,
so that every day is taken instead, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from tieline.errors import UsageError
from tieline.files.making import instant_ms
from tieline.files.xmltree import Element
from tieline.space.spans import DAY_MS, EPOCH_ORDINAL, MINUTE_MS
from tieline.space.window import (
    MINUTES_A_DAY,
    SPANS_MAX,
    Interval,
    Repeat,
    Span,
    Sun,
    TimeOfDay,
    Window,
    offset_min,
)
from tieline.words import shown

WEEKDAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
YEARS_MAX: Final = 20
"""Most years for which dates without a year are worked out."""
SAVING_MIN: Final = 60
"""Daylight saving moves times by an hour (AIXM coding examples: 0500-2200 (0400-2100))."""
_ZONE: Final = re.compile(r"UTC([+-])(\d{1,2})(?:[.:](\d{1,2}))?")
_CLOCK: Final = re.compile(r"([01]\d|2[0-4]):([0-5]\d)(?::00)?")
_DATE: Final = re.compile(r"([0-3]\d)-([01]\d)")
_RELATIVE: Final = re.compile(r"[+-]?\d{1,3}(?:\.0+)?")
_SUNS: Final = {"SR": Sun.RISE, "SS": Sun.SET}


@dataclass(slots=True, kw_only=True)
class Told:
    """What was doubtful about times, and whether more is taken than is said."""

    doubts: list[str] = field(default_factory=list)
    is_more: bool = False

    def more(self, why: str) -> None:
        self.doubts.append(why)
        self.is_more = True


def validity(element: Element | None) -> Interval | None:
    """A ``TimePeriod``, from its beginning to its end, or until cancelled; None if it is no period.

    Raises:
        UsageError: an instant cannot be read, or the end is not after the beginning.
    """
    period = element.first("TimePeriod") if element is not None else None
    if period is None:
        return None
    begin = period.words("beginPosition") or period.words("begin", "TimeInstant", "timePosition")
    if not begin:
        raise UsageError("its validity has no beginning")
    end = period.words("endPosition") or period.words("end", "TimeInstant", "timePosition")
    return Interval(start_ms=utc_ms(begin), end_ms=utc_ms(end) if end else None)


def utc_ms(text: str) -> int:
    """An instant that is UTC if it does not name a zone, as times of aviation are (Annex 15).

    Raises:
        UsageError: it is none.
    """
    bare = "T" in text and re.search(r"(?:Z|[+-]\d\d:\d\d)$", text) is None
    return instant_ms(f"{text}Z" if bare else text)


def window_of(sheets: list[Element], valid: Interval, told: Told) -> Window | None:
    """When an activation holds: by its timesheets within a validity; None if that is never.

    Times that are excluded are not taken away, which is told: more than is said, never less.

    Raises:
        UsageError: a timesheet cannot be read, or there are too many spans.
    """
    spans: list[Span] = []
    for sheet in sheets:
        if sheet.words("excluded") == "YES":
            told.more("times that are excluded are not taken away")
            continue
        for rule in _rules(sheet, valid, told):
            spans += within(rule, valid)
    if not any(sheet.words("excluded") != "YES" for sheet in sheets):
        spans = [valid]
    spans = list(dict.fromkeys(spans))
    if len(spans) > SPANS_MAX:
        raise UsageError(f"{len(spans)} spans of time; at most {SPANS_MAX} are taken")
    return Window(spans=tuple(spans)) if spans else None


# -- timesheets


def _rules(sheet: Element, valid: Interval, told: Told) -> Iterator[Repeat]:
    zone = _zone(sheet.words("timeReference"), told)
    since, to = _time(sheet, "start", told), _time(sheet, "end", told)
    for first, last in _days(sheet, valid, zone, told):
        for weekdays, begin, end in _weekly(sheet, since, to, told):
            rule = Repeat(first=first, last=last, since=begin, to=end, weekdays=weekdays, zone=zone)
            yield rule
            if sheet.words("daylightSavingAdjust") == "YES":
                told.more("an hour earlier in summer: both are taken all the year")
                yield replace(rule, since=_earlier(begin), to=_earlier(end))


def _earlier(time: TimeOfDay) -> TimeOfDay:
    if time.sun is not None:
        return time
    return TimeOfDay(minute=(time.minute - SAVING_MIN) % MINUTES_A_DAY)


def _zone(text: str, told: Told) -> str:
    if not text:
        told.doubts.append("no time reference is given: taken as UTC")
    if text in {"", "UTC"}:
        return "UTC"
    found = _ZONE.fullmatch(text)
    if found is None:
        raise UsageError(f"time reference {shown(text)!r} is neither UTC nor an offset of it")
    minutes = round(float(f"0.{found[3]}") * 60) if found[3] and "." in text else int(found[3] or 0)
    zone = f"{found[1]}{int(found[2]):02d}:{minutes:02d}"
    if zone[1:] == "00:00":
        return "UTC"
    offset_min(zone)
    return zone


def _time(sheet: Element, end: str, told: Told) -> TimeOfDay:
    clock, event = sheet.words(f"{end}Time"), sheet.words(f"{end}Event")
    if clock and event:
        told.more(
            f"the earlier or later of {shown(clock)} and {shown(event)}: a whole day is taken"
        )
        return TimeOfDay(minute=0)
    if event:
        if event not in _SUNS:
            raise UsageError(f"{end} event {shown(event)!r} is neither sunrise nor sunset")
        text = sheet.words(f"{end}TimeRelativeEvent") or "0"
        if _RELATIVE.fullmatch(text) is None:
            raise UsageError(f"{shown(text)!r} are no minutes before or after {event}")
        return TimeOfDay(minute=int(float(text)), sun=_SUNS[event])
    found = _CLOCK.fullmatch(clock)
    if found is None and clock:
        raise UsageError(f"{end} time {shown(clock)!r} is no time of day")
    return TimeOfDay(minute=int(found[1]) * 60 + int(found[2]) if found else 0)


def _weekly(
    sheet: Element, since: TimeOfDay, to: TimeOfDay, told: Told
) -> Iterator[tuple[tuple[int, ...], TimeOfDay, TimeOfDay]]:
    """Weekdays with times; from one weekday to another it lasts without a break."""
    day, until = sheet.words("day") or "ANY", sheet.words("dayTil")
    until = until or day
    for name in (day, until):
        if name not in WEEKDAYS and name != "ANY":
            told.more(f"days by a calendar of their place ({shown(name)}): every day is taken")
    if day not in WEEKDAYS or until not in WEEKDAYS:
        yield (), since, to
        return
    one, other = WEEKDAYS.index(day), WEEKDAYS.index(until)
    if one == other:
        yield (one,), since, to
        return
    midnight = TimeOfDay(minute=0)
    yield (one,), since, midnight
    between = tuple(sorted((one + n) % 7 for n in range(1, (other - one) % 7)))
    if between:
        yield between, midnight, midnight
    if to != midnight:
        yield (other,), midnight, to


def _days(
    sheet: Element, valid: Interval, zone: str, told: Told
) -> Iterator[tuple[date, date | None]]:
    """Days between which a sheet holds: those of the validity, or its dates in each year of it."""
    start = _local_day(valid.start_ms, zone) - timedelta(days=1)
    end = _local_day(valid.end_ms, zone) if valid.end_ms is not None else None
    since, to = sheet.words("startDate"), sheet.words("endDate")
    found = _DATE.fullmatch(since), _DATE.fullmatch(to)
    if not since and not to:
        yield start, end
    elif end is None or end.year - start.year > YEARS_MAX or not found[0] or not found[1]:
        told.more(f"dates that are not worked out ({shown(since)} to {shown(to)}): all are taken")
        yield start, end
    else:
        for year in range(start.year - 1, end.year + 1):
            first = _on(year, found[0])
            last = _on(year, found[1])
            last = last if last >= first else _on(year + 1, found[1])
            if last >= start and first <= end:
                yield first, last


def _on(year: int, found: re.Match[str]) -> date:
    try:
        return date(year, int(found[2]), int(found[1]))
    except ValueError:
        if (found[1], found[2]) == ("29", "02"):
            return date(year, 3, 1)
        raise UsageError(f"{found[0]!r} is no day of a year") from None


# -- a rule within a validity


def within(rule: Repeat, valid: Interval) -> list[Span]:
    """What of a rule lies within a validity: whole days as a rule, what is cut as intervals.

    Rules by the sun are held to the days of the validity alone.
    """
    first = max(rule.first, _local_day(valid.start_ms, rule.zone) - timedelta(days=1))
    last = rule.last
    if valid.end_ms is not None:
        end = _local_day(valid.end_ms - 1, rule.zone)
        last = min(last, end) if last is not None else end
    if rule.since.sun is not None or rule.to.sun is not None:
        first = max(first, _local_day(valid.start_ms, rule.zone))
        return [replace(rule, first=first, last=last)] if last is None or last >= first else []
    if not rule.weekdays and _is_all_day(rule) and _covers(rule, valid):
        return [valid]
    if last is not None and last < first:
        return []
    cut: list[Span] = []
    for _ in range(2):
        begin, _end = _on_day(rule, first)
        if begin < valid.start_ms and (last is None or first <= last):
            cut += _clipped(rule, first, valid)
            first += timedelta(days=1)
    tail: list[Span] = []
    if valid.end_ms is not None and last is not None:
        for _ in range(2):
            if last >= first and _on_day(rule, last)[1] > valid.end_ms:
                tail += _clipped(rule, last, valid)
                last -= timedelta(days=1)
    if last is None or last > first:
        cut.append(replace(rule, first=first, last=last))
    elif last == first:
        cut += _clipped(rule, first, valid)
    return [*cut, *reversed(tail)]


def _is_all_day(rule: Repeat) -> bool:
    return rule.since.minute % MINUTES_A_DAY == rule.to.minute % MINUTES_A_DAY == 0


def _covers(rule: Repeat, valid: Interval) -> bool:
    if _on_day(rule, rule.first)[0] > valid.start_ms:
        return False
    if rule.last is None or valid.end_ms is None:
        return rule.last is None
    return _on_day(rule, rule.last)[1] >= valid.end_ms


def _on_day(rule: Repeat, day: date) -> tuple[int, int]:
    minutes = (day.toordinal() - EPOCH_ORDINAL) * MINUTES_A_DAY - offset_min(rule.zone)
    begin, end = minutes + rule.since.minute, minutes + rule.to.minute
    return begin * MINUTE_MS, (end if end > begin else end + MINUTES_A_DAY) * MINUTE_MS


def _clipped(rule: Repeat, day: date, valid: Interval) -> list[Span]:
    if rule.weekdays and day.weekday() not in rule.weekdays:
        return []
    begin, end = _on_day(rule, day)
    begin = max(begin, valid.start_ms)
    end = end if valid.end_ms is None else min(end, valid.end_ms)
    return [Interval(start_ms=begin, end_ms=end)] if begin < end else []


def _local_day(time_ms: int, zone: str) -> date:
    moved = time_ms + offset_min(zone) * MINUTE_MS
    return datetime.fromtimestamp(moved // DAY_MS * (DAY_MS // 1000), UTC).date()
