"""Window: when something holds: spans of time, and rules that repeat kept as rules.

*Daily from sunset to sunrise, until cancelled* stays one rule; spans are worked out of it only for
the time asked about, and never more than a named limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from tieline.errors import UsageError

INSTANT_MS_MAX: Final = 253_402_300_799_999
"""31 December 9999, 23:59:59.999 UTC, in milliseconds since 1970."""
SPANS_MAX: Final = 256
"""Most spans and rules of one window."""
MINUTES_A_DAY: Final = 1_440
EVERY_DAYS_MAX: Final = 366
OFFSET_MIN_MAX: Final = 180
"""Furthest from sunrise or sunset, in minutes."""


ZONE_MIN_MAX: Final = 840
"""Furthest that a zone lies from UTC: 14 hours."""
_OFFSET: Final = re.compile(r"([+-])([0-9]{2}):([0-9]{2})")


class Sun(StrEnum):
    """Times of day that depend on the place and the day."""

    RISE = "sunrise"
    SET = "sunset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From ``start_ms`` (included) to ``end_ms`` (not included), UTC; None is until cancelled."""

    start_ms: int
    end_ms: int | None = None

    def __post_init__(self) -> None:
        _instant(self.start_ms)
        if self.end_ms is not None:
            _instant(self.end_ms)
            if self.end_ms <= self.start_ms:
                raise UsageError("a window ends before or when it starts; swap the two times")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfDay:
    """A time of day: ``minute`` after midnight, or minutes after (before: negative) sun's event."""

    minute: int
    sun: Sun | None = None

    def __post_init__(self) -> None:
        least, most = (0, MINUTES_A_DAY) if self.sun is None else (-OFFSET_MIN_MAX, OFFSET_MIN_MAX)
        if not least <= self.minute <= most:
            raise UsageError(f"minute {self.minute} is not from {least} to {most}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """On every ``every_days``-th local day from ``first`` to ``last``, from one time to another.

    A ``to`` that is not after ``since`` is on the next day. ``weekdays`` are 0 (Monday) to 6, all
    if empty. ``zone`` is ``UTC`` or an offset (``+02:00``) and no name of a place: the rules of
    places change, and two nodes with two editions of them would work out two windows. ``last``
    None is until cancelled.
    """

    first: date
    last: date | None
    since: TimeOfDay
    to: TimeOfDay
    every_days: int = 1
    weekdays: tuple[int, ...] = ()
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise UsageError("a rule's last day is before its first; swap the two days")
        if not 1 <= self.every_days <= EVERY_DAYS_MAX:
            raise UsageError(f"every {self.every_days} days is not from 1 to {EVERY_DAYS_MAX}")
        offset_min(self.zone)
        if any(not 0 <= day <= 6 for day in self.weekdays):
            raise UsageError("weekdays go from 0 (Monday) to 6 (Sunday)")


Span: TypeAlias = Interval | Repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The union of its spans; at least one."""

    spans: tuple[Span, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.spans) <= SPANS_MAX:
            raise UsageError(f"a window of {len(self.spans)} spans; 1 to {SPANS_MAX} are taken")


def offset_min(zone: str) -> int:
    """Minutes that a zone is ahead of UTC.

    Raises:
        UsageError: neither ``UTC`` nor an offset from -14:00 to +14:00, as ISO 8601 writes it.
    """
    if zone == "UTC":
        return 0
    found = _OFFSET.fullmatch(zone)
    minutes = int(found[2]) * 60 + int(found[3]) if found else ZONE_MIN_MAX + 1
    if found is None or minutes > ZONE_MIN_MAX or int(found[3]) > 59 or minutes == 0:
        raise UsageError(f"zone {zone[:40]!r} is neither UTC nor an offset; write +02:00")
    return minutes if found[1] == "+" else -minutes


def _instant(value: int) -> None:
    if not 0 <= value <= INSTANT_MS_MAX:
        raise UsageError(f"{value} ms is no time from 1970 to 9999")
