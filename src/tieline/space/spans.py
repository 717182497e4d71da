"""Spans: the times that a window stands for, worked out for the time asked about and no more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from tieline.errors import UsageError
from tieline.space.position import Position
from tieline.space.sun import is_up_all_day, sun_minute
from tieline.space.window import (
    INSTANT_MS_MAX,
    MINUTES_A_DAY,
    Interval,
    Repeat,
    Span,
    Sun,
    TimeOfDay,
    Window,
    offset_min,
)

MINUTE_MS: Final = 60_000
DAY_MS: Final = MINUTES_A_DAY * MINUTE_MS
DAYS_MAX: Final = 4_000
"""Most days for which a rule is worked out at once: eleven years."""
EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
WEEK_DAYS: Final = 7
SLACK_DAYS: Final = 2
"""A local day and a night across midnight reach at most this far beyond a UTC day."""

Times = tuple[int, int]
"""Start (included) and end (not included), milliseconds UTC."""


def envelope_ms(window: Window) -> Times:
    """The first start and the last end; ``INSTANT_MS_MAX`` where nobody named an end."""
    ends = [_envelope(span) for span in window.spans]
    return min(start for start, _ in ends), max(end for _, end in ends)


def _envelope(span: Span) -> Times:
    if isinstance(span, Interval):
        return span.start_ms, INSTANT_MS_MAX if span.end_ms is None else span.end_ms
    start = max(_midnight_ms(span.first) - SLACK_DAYS * DAY_MS, 0)
    if span.last is None:
        return start, INSTANT_MS_MAX
    return start, _midnight_ms(span.last) + (SLACK_DAYS + 1) * DAY_MS


def first_ms(window: Window, at: Position) -> int | None:
    """When a window first holds, milliseconds UTC; None if no day of its rules has any of it.

    Of a rule that names the sun, where that does not rise or set for long, a time before it. ``at``
    is where the sun is asked for.
    """
    found = [_first(span, at) for span in window.spans]
    return min((start for start in found if start is not None), default=None)


def _first(span: Span, at: Position) -> int | None:
    if isinstance(span, Interval):
        return span.start_ms
    # Weekdays come round after as many turns as a week has days.
    for turn in range(WEEK_DAYS):
        ordinal = span.first.toordinal() + turn * span.every_days
        last = span.last.toordinal() if span.last is not None else date.max.toordinal() - SLACK_DAYS
        if ordinal > last:
            return None
        times = _on_day(span, date.fromordinal(ordinal), at)
        if times:
            return times[0][0]
    has_sun = span.since.sun is not None or span.to.sun is not None
    return _envelope(span)[0] if has_sun else None


def spans_between(
    window: Window, start_ms: int, end_ms: int, *, at: Position | None = None
) -> tuple[Times, ...]:
    """Every time of the window within [start_ms, end_ms), joined where they touch, in order.

    ``at`` is where the sun is asked for, for rules that name it.

    Raises:
        UsageError: a rule would have to be worked out for more than ``DAYS_MAX`` days, or names
            the sun and there is no place.
    """
    found: list[Times] = []
    for span in window.spans:
        for start, end in _times(span, start_ms, end_ms, at):
            if start < end_ms and end > start_ms:
                found.append((max(start, start_ms), min(end, end_ms)))
    return joined(found)


def joined(times: list[Times]) -> tuple[Times, ...]:
    """The same times in order, without overlap."""
    found: list[Times] = []
    for start, end in sorted(times):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def in_common(first: tuple[Times, ...], second: tuple[Times, ...]) -> tuple[Times, ...]:
    """The times that both have; each is in order, without overlap."""
    found: list[Times] = []
    i = j = 0
    while i < len(first) and j < len(second):
        start, end = max(first[i][0], second[j][0]), min(first[i][1], second[j][1])
        if start < end:
            found.append((start, end))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def _times(span: Span, start_ms: int, end_ms: int, at: Position | None) -> list[Times]:
    if isinstance(span, Interval):
        return [(span.start_ms, INSTANT_MS_MAX if span.end_ms is None else span.end_ms)]
    first = max(span.first.toordinal(), _ordinal(start_ms) - SLACK_DAYS)
    last = _ordinal(end_ms) + SLACK_DAYS
    if span.last is not None:
        last = min(last, span.last.toordinal())
    if last - first > DAYS_MAX:
        raise UsageError(
            f"a rule for {last - first} days is too long to be worked out at once; at most "
            f"{DAYS_MAX} are, so ask about a shorter time"
        )
    return [
        times
        for ordinal in range(first, last + 1)
        if (ordinal - span.first.toordinal()) % span.every_days == 0
        for times in _on_day(span, date.fromordinal(ordinal), at)
    ]


def _on_day(rule: Repeat, day: date, at: Position | None) -> list[Times]:
    if rule.weekdays and day.weekday() not in rule.weekdays:
        return []
    midnight = _midnight_ms(day) - offset_min(rule.zone) * MINUTE_MS
    if _lacks_sun(rule, day, at):
        return [] if _is_empty(rule, day, _needed(at)) else [(midnight, midnight + DAY_MS)]
    start = _minute_ms(rule.since, day, midnight, at)
    end = _minute_ms(rule.to, day, midnight, at)
    if end <= start:
        end = _minute_ms(rule.to, day + timedelta(days=1), midnight + DAY_MS, at)
    return [(max(start, 0), end)] if end > max(start, 0) else []


def _lacks_sun(rule: Repeat, day: date, at: Position | None) -> bool:
    """Whether the sun does not do, around that day, what the rule asks of it."""
    events = [time.sun for time in (rule.since, rule.to) if time.sun is not None]
    days = (day, day + timedelta(days=1))
    return bool(events) and any(
        sun_minute(each, _needed(at), event) is None for each in days for event in events
    )


def _is_empty(rule: Repeat, day: date, at: Position) -> bool:
    """Whether a day without rise or set has none of it: no night at midsummer, no day at midwinter.

    Any other rule that names the sun then holds all day, so that nothing is missed.
    """
    by_day = rule.since.sun is Sun.RISE and rule.to.sun is Sun.SET
    by_night = rule.since.sun is Sun.SET and rule.to.sun is Sun.RISE
    up = is_up_all_day(day, at)
    return (by_day and not up) or (by_night and up)


def _needed(at: Position | None) -> Position:
    if at is None:
        raise UsageError("a window that names sunrise or sunset needs a place")
    return at


def _minute_ms(time: TimeOfDay, day: date, midnight_ms: int, at: Position | None) -> int:
    if time.sun is None:
        return midnight_ms + time.minute * MINUTE_MS
    minute = sun_minute(day, _needed(at), time.sun)
    # Days that lack the sun's event never come here: see `_lacks_sun`.
    return _midnight_ms(day) + ((minute if minute is not None else 0) + time.minute) * MINUTE_MS


def _midnight_ms(day: date) -> int:
    return (day.toordinal() - EPOCH_ORDINAL) * DAY_MS


def _ordinal(time_ms: int) -> int:
    return min(EPOCH_ORDINAL + time_ms // DAY_MS, date.max.toordinal() - SLACK_DAYS - 1)


def utc(time_ms: int) -> datetime:
    """An instant for a calendar."""
    return datetime.fromtimestamp(time_ms / 1000, UTC)
