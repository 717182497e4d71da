"""Words of a notice: times, places and heights written out for somebody who has no node.

Nothing is rounded to look tidy: minutes of arc have three places (2 m), degrees six (0.1 m), and
every length stands in two units. Times are in Universal Time first, and in a local one beside it
where whoever writes names its offset.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, assert_never

from tieline.record.marking import Marking
from tieline.record.message import Mark
from tieline.space.band import Band, Datum
from tieline.space.position import Position
from tieline.space.reading import Style
from tieline.space.shape import Circle, Corridor, EdgeKind, Point, Polygon, Shape
from tieline.space.window import Interval, Repeat, Span, TimeOfDay, offset_min
from tieline.space.writing import write_position

NM_M: Final = 1_852
"""International nautical mile (BIPM, SI brochure, 8th edition, table 8)."""
FOOT_M: Final = 0.3048
"""International foot (NIST SP 811, appendix B.8)."""
MINUTES_DIGITS: Final = 3
DEGREES_DIGITS: Final = 6
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MARK_WORDS: Final = {
    Mark.ACTUAL: "ACTUAL",
    Mark.EXERCISE: "EXERCISE  EXERCISE  EXERCISE",
    Mark.TEST: "TEST  TEST  TEST",
}
MARK_MEANING: Final = {
    Mark.ACTUAL: "This is real. It is no exercise.",
    Mark.EXERCISE: "For practice only: nothing in it is real.",
    Mark.TEST: "A trial of the means alone: nothing in it is real.",
}
HANDLING_WORDS: Final = {
    Marking.LINE: "For the recipient named here; ask before you pass it on",
    Marking.PUBLISHABLE: "May be shown to anyone",
}
"""How far the recipient may pass it on. What is marked *own* is handed to nobody."""
NO_REQUEST: Final = (
    "This tells you of something; it asks for nothing. It is no request, and no answer to it is a "
    "clearance, an approval or a permission."
)
EDGE_WORDS: Final = {
    EdgeKind.GEODESIC: "shortest lines between the corners",
    EdgeKind.RHUMB: "lines of constant bearing between the corners",
    EdgeKind.PARALLEL: "lines straight in degrees between the corners, along a parallel if level",
}


def in_minutes(at: Position) -> str:
    """A position in degrees and minutes, as navigational warnings write it."""
    return write_position(at, Style.WARNING, digits=MINUTES_DIGITS)


def in_degrees(at: Position) -> str:
    """The same in decimal degrees, latitude first."""
    return write_position(at, Style.DECIMAL, digits=DEGREES_DIGITS)


def length(metres: int) -> str:
    """A distance in nautical miles and in metres or kilometres."""
    metric = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres} m"
    return f"{metres / NM_M:.2f} nm ({metric})"


def height(metres: int, datum: Datum) -> str:
    """A height or depth in metres and feet, or as a flight level."""
    feet = round(metres / FOOT_M)
    if datum is Datum.PRESSURE:
        return f"flight level {round(feet / 100):03d} (nominally {metres} m)"
    return f"{metres} m ({feet} ft)"


def band(told: Band) -> str:
    """From which height to which, above what."""
    if told.lower_m is None and told.upper_m is None:
        return "every height, from the bed or the ground upwards"
    lower = "the bed or the ground" if told.lower_m is None else height(told.lower_m, told.datum)
    upper = (
        "without upper end" if told.upper_m is None else f"to {height(told.upper_m, told.datum)}"
    )
    return f"from {lower} {upper}, {told.datum.value}"


def shape(told: Shape) -> str:
    """What a shape is, with its measures; its corners are listed apart."""
    match told:
        case Point():
            found = "a place"
        case Circle(radius_m=radius):
            found = f"a circle, everything within {length(radius)} of its centre"
        case Corridor(half_width_m=half, edge=edge):
            wide = f"everything within {length(half)} of a line" if half else "a line without width"
            found = f"{wide} through the positions below, in their order; {EDGE_WORDS[edge]}"
        case Polygon(within_m=within, edge=edge):
            found = f"an area with the corners below, in their order; {EDGE_WORDS[edge]}"
            found += f"; and everything within {length(within)} of it" if within else ""
        case _:
            assert_never(told)
    return found + (f"; positions are good to {told.error_m} m" if told.error_m else "")


def instant(time_ms: int, zone: str = "") -> str:
    """A time in UTC, and with an offset also by that clock."""
    rest = time_ms % 60_000
    tail = f":{rest // 1000:02d}" if rest else ""
    tail += f".{rest % 1000:03d}" if rest % 1000 else ""
    told = f"{_clock(time_ms, 0):%Y-%m-%d %H:%M}{tail}Z"
    if not zone or zone == "UTC":
        return told
    return f"{told} ({_clock(time_ms, offset_min(zone)):%Y-%m-%d %H:%M}{tail} {zone})"


def _clock(time_ms: int, minutes: int) -> datetime:
    there = timezone(timedelta(minutes=minutes))
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time_ms)).astimezone(there)


def span(told: Span, zone: str = "") -> str:
    """One span of a window, in words."""
    if isinstance(told, Repeat):
        return _rule(told)
    return " ".join(_interval(told, zone))


def _interval(told: Interval, zone: str) -> Iterator[str]:
    yield f"from {instant(told.start_ms, zone)}" if told.start_ms else "holding already,"
    yield f"to {instant(told.end_ms, zone)}" if told.end_ms is not None else "until cancelled"


def _rule(told: Repeat) -> str:
    often = "every day" if told.every_days == 1 else f"every {told.every_days} days"
    if told.weekdays:
        often = "on " + ", ".join(DAYS[day] for day in told.weekdays)
        often += f" of every {told.every_days} days" if told.every_days != 1 else ""
    days = f"from {told.first} " + (f"to {told.last}" if told.last else "until cancelled")
    times = f"{_time(told.since)} to {_time(told.to)}"
    fixed = told.since.sun is None and told.to.sun is None
    if fixed and told.zone != "UTC":
        shift = offset_min(told.zone)
        times += f" by clocks at {told.zone}, which is {_utc(told.since.minute - shift)} to "
        times += _utc(told.to.minute - shift)
    elif fixed:
        times += " UTC"
    else:
        times += f" at the place (days by clocks at {told.zone})"
    return f"{often} {times}, {days}"


def _time(told: TimeOfDay) -> str:
    if told.sun is None:
        return f"{told.minute // 60:02d}:{told.minute % 60:02d}"
    if not told.minute:
        return told.sun.value
    side = "after" if told.minute > 0 else "before"
    return f"{abs(told.minute)} min {side} {told.sun.value}"


def _utc(minute: int) -> str:
    """A time of day in UTC, with the day that it falls on where that is another."""
    day, rest = divmod(minute, 1_440)
    other = {-1: " the day before", 1: " the day after"}.get(day, "")
    return f"{rest // 60:02d}:{rest % 60:02d}Z{other}"
