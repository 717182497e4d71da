"""Calendar: windows as iCalendar (RFC 5545), so that a watch sees them beside its own days.

A rule of repetition stays a rule where a calendar can hold it. Times of sunrise and sunset are
worked out one by one, and how far is said. *Until cancelled* has no end, and none is made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from tieline.deconfliction.notified import Notified
from tieline.space.position import Position
from tieline.space.reading import Style
from tieline.space.shape import corners
from tieline.space.spans import DAY_MS, MINUTE_MS, spans_between
from tieline.space.volume import Volume
from tieline.space.window import MINUTES_A_DAY, Interval, Repeat, Window, offset_min
from tieline.space.writing import write_position

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
PRODUCT: Final = "-//Tieline//Windows//EN"
LINE_OCTETS_MAX: Final = 75
"""RFC 5545, section 3.1."""
SUN_DAYS: Final = 60
"""So many days of a rule that names the sun are written, each as an event."""
EVENTS_MAX: Final = 50_000
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A calendar, how many events it has, and what it leaves out, in words."""

    data: bytes
    events: int
    left_out: tuple[str, ...]


def write(notified: Iterable[Notified], *, name: str, now_ms: int) -> Sheet:
    """Every window of some notifications; ``now_ms`` stamps them and begins what the sun rules."""
    left_out: list[str] = []
    events: list[list[str]] = []
    for told in notified:
        for number, volume in enumerate(told.volumes):
            events += _events(told, number, volume, now_ms, left_out)
    if len(events) > EVENTS_MAX:
        left_out.append(f"{len(events) - EVENTS_MAX} events beyond the first {EVENTS_MAX}")
        events = events[:EVENTS_MAX]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        *(line for event in events for line in event),
        "END:VCALENDAR",
    ]
    data = "".join(f"{_folded(line)}\r\n" for line in lines).encode()
    return Sheet(data=data, events=len(events), left_out=tuple(dict.fromkeys(left_out)))


def _events(
    told: Notified, number: int, volume: Volume, now_ms: int, left_out: list[str]
) -> Iterator[list[str]]:
    at = corners(volume.shape)[0]
    for place, span in enumerate(volume.window.spans):
        uid = f"{told.party}\n{told.key}\n{number}\n{place}"
        if isinstance(span, Interval):
            if span.start_ms == 0:
                left_out.append(f"{told.key} gives no beginning")
                continue
            yield _event(told, uid, at, now_ms, _interval(span), is_open=span.end_ms is None)
        elif span.since.sun is None and span.to.sun is None:
            yield _event(told, uid, at, now_ms, _rule(span), is_open=span.last is None)
        else:
            yield from _by_sun(told, uid, at, now_ms, span)
            left_out.append(f"{told.key} goes by the sun: {SUN_DAYS} days of it are written")


def _by_sun(
    told: Notified, uid: str, at: Position, now_ms: int, span: Repeat
) -> Iterator[list[str]]:
    window = Window(spans=(span,))
    begin = max(now_ms, _midnight_ms(span) - DAY_MS)
    for start, end in spans_between(window, begin, begin + SUN_DAYS * DAY_MS, at=at):
        times = [f"DTSTART:{_utc(start)}", f"DTEND:{_utc(end)}"]
        yield _event(told, f"{uid}\n{start // DAY_MS}", at, now_ms, times, is_open=False)


def _event(
    told: Notified, uid: str, at: Position, now_ms: int, times: list[str], *, is_open: bool
) -> list[str]:
    title = f"{told.party}: {told.title or told.key}" + (" (until cancelled)" if is_open else "")
    words = f"{told.kind}\nAt {write_position(at, Style.WARNING)}\n{told.text}".strip()
    return [
        "BEGIN:VEVENT",
        f"UID:{sha256(uid.encode()).hexdigest()[:40]}@tieline.invalid",
        f"DTSTAMP:{_utc(now_ms)}",
        *times,
        f"SUMMARY:{_text(title)}",
        f"DESCRIPTION:{_text(words)}",
        f"GEO:{at.lat_deg:.6f};{at.lon_deg:.6f}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _interval(span: Interval) -> list[str]:
    end = [f"DTEND:{_utc(span.end_ms)}"] if span.end_ms is not None else []
    return [f"DTSTART:{_utc(span.start_ms)}", *end]


def _rule(span: Repeat) -> list[str]:
    """A rule at fixed hours: written in UTC, where a local day may be the day before or after."""
    minute = span.since.minute - offset_min(span.zone)
    lasts = (span.to.minute - span.since.minute) % MINUTES_A_DAY or MINUTES_A_DAY
    moved = minute // MINUTES_A_DAY
    first_ms = _midnight_ms(span) + minute * MINUTE_MS
    parts = [f"FREQ=DAILY;INTERVAL={span.every_days}"]
    if span.last is not None:
        until_ms = first_ms + (span.last - span.first).days * DAY_MS
        parts.append(f"UNTIL={_utc(until_ms)}")
    if span.weekdays:
        days = sorted({(day + moved) % 7 for day in span.weekdays})
        parts.append(f"BYDAY={','.join(WEEKDAYS[day] for day in days)}")
        # DTSTART has to be an instance of its rule (RFC 5545, section 3.8.5.3).
        for ahead in range(7 * span.every_days):
            day = span.first + timedelta(days=ahead)
            if ahead % span.every_days == 0 and day.weekday() in span.weekdays:
                first_ms += ahead * DAY_MS
                break
    end_ms = first_ms + lasts * MINUTE_MS
    return [f"DTSTART:{_utc(first_ms)}", f"DTEND:{_utc(end_ms)}", f"RRULE:{';'.join(parts)}"]


def _midnight_ms(span: Repeat) -> int:
    then = datetime(span.first.year, span.first.month, span.first.day, tzinfo=UTC)
    return int(then.timestamp()) * 1000


def _utc(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    """Escaped as RFC 5545, section 3.3.11, asks; without other characters that control."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return "".join(c if c.isprintable() else " " for c in text)


def _folded(line: str) -> str:
    """Folded after 75 octets, never within a character (section 3.1)."""
    pieces, octets = [""], 0
    for char in line:
        size = len(char.encode())
        if octets + size > LINE_OCTETS_MAX - (len(pieces) > 1):
            pieces.append("")
            octets = 0
        pieces[-1] += char
        octets += size
    return "\r\n ".join(pieces)
