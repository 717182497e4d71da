"""Words of notifications: places in two styles, shapes, heights and times, as a person reads them.

Every time is UTC and says so. Every position stands in two styles, so that whoever reads one aloud
has one that nobody typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tieline.deconfliction.report import distance
from tieline.record.strict import JsonValue
from tieline.space.band import EVERYWHERE, Band
from tieline.space.body import WEEKDAYS
from tieline.space.position import Position
from tieline.space.reading import Style
from tieline.space.shape import Circle, Corridor, EdgeKind, Point, Polygon, Shape, corners
from tieline.space.volume import Volume
from tieline.space.window import INSTANT_MS_MAX, Interval, Repeat, Span, TimeOfDay
from tieline.space.writing import write_position

CORNERS_MAX: Final = 60
"""Corners of one shape that a page lists; the entry as it was signed has all of them."""
SPANS_MAX: Final = 12
"""Times of one volume that a page lists."""
UNTIL_CANCELLED: Final = "until cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position in the style of navigational warnings, and in decimal degrees."""

    warning: str
    decimal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeShown:
    """One volume in words. ``corners_left`` and ``times_left`` are not listed here."""

    number: int
    sort: str
    extent: str
    places: tuple[Place, ...]
    corners_left: int
    times: tuple[str, ...]
    times_left: int
    heights: str
    edges: str
    error: str
    coarse: bool


def place(at: Position) -> Place:
    """A position in two styles."""
    return Place(
        warning=write_position(at, Style.WARNING), decimal=write_position(at, Style.DECIMAL)
    )


def place_of(value: object) -> Place | None:
    """The position of a body (``lat_e7``, ``lon_e7``), or None where there is none."""
    if not isinstance(value, Mapping):
        return None
    lat, lon = value.get("lat_e7"), value.get("lon_e7")
    if not isinstance(lat, int) or not isinstance(lon, int):
        return None
    return place(Position(lat_e7=lat, lon_e7=lon))


def volume_shown(volume: Volume, number: int) -> VolumeShown:
    """A volume for its page; ``number`` counts from 1."""
    shape, spans = volume.shape, volume.window.spans
    points = corners(shape)
    edge = getattr(shape, "edge", EdgeKind.GEODESIC)
    return VolumeShown(
        number=number,
        sort=_sort(shape),
        extent=_extent(shape),
        places=tuple(place(at) for at in points[:CORNERS_MAX]),
        corners_left=max(0, len(points) - CORNERS_MAX),
        times=tuple(span_words(span) for span in spans[:SPANS_MAX]),
        times_left=max(0, len(spans) - SPANS_MAX),
        heights=heights_words(volume.band),
        edges="" if edge is EdgeKind.GEODESIC else f"edges run as {edge.value}s",
        error=distance(shape.error_m) if shape.error_m else "",
        coarse=volume.coarse,
    )


def _sort(shape: Shape) -> str:
    match shape:
        case Point():
            return "point"
        case Circle():
            return "circle"
        case Corridor():
            return "corridor"
        case Polygon():
            return "area"


def _extent(shape: Shape) -> str:
    match shape:
        case Point():
            return "at"
        case Circle(radius_m=radius):
            return f"within {distance(radius)} of"
        case Corridor(half_width_m=0):
            return "along the line"
        case Corridor(half_width_m=half):
            return f"within {distance(half)} of the line"
        case Polygon(within_m=0):
            return "the area bound by"
        case Polygon(within_m=within):
            return f"the area, and {distance(within)} around it, bound by"


def where_words(volume: Volume) -> str:
    """A shape in one short line, for a list."""
    points = corners(volume.shape)
    first = write_position(points[0], Style.WARNING)
    if isinstance(volume.shape, Point | Circle):
        return f"{_extent(volume.shape)} {first}"
    if isinstance(volume.shape, Corridor):
        last = write_position(points[-1], Style.WARNING)
        return f"{_extent(volume.shape)} from {first} to {last}"
    return f"{_extent(volume.shape)} {len(points)} corners, the first at {first}"


def heights_words(band: Band) -> str:
    """Between which heights; nothing said means all of them."""
    if band == EVERYWHERE:
        return "all heights and depths"
    low = f"{band.lower_m} m" if band.lower_m is not None else "the ground or bed"
    high = f"{band.upper_m} m" if band.upper_m is not None else "any height"
    return f"from {low} to {high}, {band.datum.value}"


def instant_ms(time_ms: int) -> str:
    """``2026-12-01 08:00 UTC``, to the second where it has one."""
    return f"{_moment(time_ms)} UTC"


def times_words(start_ms: int, end_ms: int) -> str:
    """``2026-12-01 08:00 to 16:00 UTC``; the last instant there is means until cancelled."""
    if end_ms >= INSTANT_MS_MAX:
        return f"from {_moment(start_ms)} UTC {UNTIL_CANCELLED}"
    start, end = _moment(start_ms), _moment(end_ms)
    return f"{start} to {end[11:] if start[:10] == end[:10] else end} UTC"


def span_words(span: Span) -> str:
    """A span of a window, or the rule by which it repeats."""
    if isinstance(span, Interval):
        return times_words(span.start_ms, span.end_ms or INSTANT_MS_MAX)
    return _rule_words(span)


def _rule_words(rule: Repeat) -> str:
    every = "daily" if rule.every_days == 1 else f"every {rule.every_days} days"
    days = f" on {', '.join(WEEKDAYS[day] for day in rule.weekdays)}" if rule.weekdays else ""
    zone = "UTC" if rule.zone == "UTC" else f"at UTC{rule.zone}"
    last = f"to {rule.last}" if rule.last is not None else UNTIL_CANCELLED
    return (
        f"{every}{days}, {_time(rule.since)} to {_time(rule.to)} {zone}, from {rule.first} {last}"
    )


def _time(time: TimeOfDay) -> str:
    if time.sun is None:
        return f"{time.minute // 60:02}:{time.minute % 60:02}"
    if not time.minute:
        return time.sun.value
    side = "after" if time.minute > 0 else "before"
    return f"{abs(time.minute)} min {side} {time.sun.value}"


def _moment(time_ms: int) -> str:
    at = datetime.fromtimestamp(time_ms // 1000, UTC)
    return f"{at:%Y-%m-%d %H:%M:%S}" if at.second else f"{at:%Y-%m-%d %H:%M}"


def counted(count: int, one: str, many: str = "") -> str:
    """``1 unit``, ``2 units``."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def field_words(name: str) -> str:
    """The name of a field as words."""
    return name.removesuffix("_ms").removesuffix("_min").replace("_", " ")


def value_words(name: str, value: JsonValue) -> str:
    """The value of a field as words; objects by their parts."""
    if name.endswith("_ms") and isinstance(value, int):
        return instant_ms(value) if 0 <= value <= INSTANT_MS_MAX else str(value)
    if name.endswith("_min") and isinstance(value, int):
        return f"{value} min"
    if name.endswith("_m") and isinstance(value, int):
        return distance(value)
    if isinstance(value, list):
        return "; ".join(value_words("", one) for one in value)
    if isinstance(value, dict):
        found = place_of(value)
        if found is not None:
            return f"{found.warning} ({found.decimal})"
        return ", ".join(value_words("", one) for one in value.values())
    return str(value)
