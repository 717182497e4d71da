"""Placing: shapes and windows as officers type them, with every doubt told and nothing corrected.

A position may be written in any usual style. What may be a mistake (0, 0; latitude and longitude
swapped) is asked about before anything is signed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from tieline.desk.talks import instant_ms
from tieline.errors import UsageError
from tieline.record.strict import Fields, JsonValue
from tieline.space.arcs import Sector
from tieline.space.body import read_position as read_body_position
from tieline.space.body import read_volumes, write_position, write_volumes
from tieline.space.geodesy import FT_M, NM_M
from tieline.space.position import Position, of_degrees
from tieline.space.reading import read_position, swap_doubt
from tieline.space.shape import Circle, Corridor, Point, Polygon, Shape, corners
from tieline.space.volume import Volume
from tieline.space.window import Interval, Repeat, Span, Sun, TimeOfDay, Window
from tieline.words import shown

GEOJSON_BYTES_MAX: Final = 16 * 1024 * 1024
SHAPES_MAX: Final = 64
_LENGTH = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(nm|km|m|ft)")
_SETTING = re.compile(r"(?:^|\s)([a-z]+)=([0-9.]+ ?(?:nm|km|m|ft))(?=\s|$)")
_BEARING = re.compile(r"(?:^|\s)(from|to)=([0-9]{1,3}(?:\.[0-9]{1,4})?)(?=\s|$)")
_HHMM = re.compile(r"([0-2][0-9]):?([0-5][0-9])")
_METRES: Final = {"m": 1.0, "km": 1000.0, "nm": float(NM_M), "ft": FT_M}
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERYWHERE_DOUBT: Final = "latitude is taken to come first"


@dataclass(slots=True, kw_only=True)
class Doubts:
    """What may be a mistake in what was typed: to be told, and to be asked about."""

    told: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def of(self, text: str) -> Position:
        """Read a position and keep its doubts.

        Raises:
            UsageError: it is none.
        """
        found = read_position(text)
        for doubt in found.doubts:
            where = self.told if EVERYWHERE_DOUBT in doubt else self.asked
            where.append(f'"{shown(text.strip())}": {doubt}')
        return found.at

    def compare(self, places: Sequence[Position]) -> None:
        """Ask about a position that lies by the others only the other way round."""
        for number, at in enumerate(places):
            doubt = swap_doubt(at, tuple(places[:number]) + tuple(places[number + 1 :]))
            if doubt:
                self.asked.append(f"position {number + 1}: {doubt}")


def length_m(text: str) -> int:
    """Whole metres, rounded up, of ``5nm``, ``3.5 km``, ``200m`` or ``1000ft``.

    Raises:
        UsageError: no length with a unit.
    """
    found = _LENGTH.fullmatch(text.strip().lower())
    if found is None:
        raise UsageError(f'"{shown(text)}" is no length; write 5nm, 3.5km, 200m or 1000ft')
    return -int(-float(found[1]) * _METRES[found[2]] // 1)


def _settings(text: str, names: tuple[str, ...]) -> tuple[str, dict[str, int]]:
    """``POSITION r=5nm`` apart: the positions, and the lengths by their letter."""
    settings = {}
    for name, value in _SETTING.findall(text.lower()):
        if name not in names:
            raise UsageError(
                f"{name}= is not known here; write {', '.join(f'{n}=' for n in names)}"
            )
        settings[name] = length_m(value)
    cut = min((m.start() for m in _SETTING.finditer(text.lower())), default=len(text))
    return text[:cut].strip(), settings


def _corners(text: str, doubts: Doubts) -> tuple[Position, ...]:
    return tuple(doubts.of(part) for part in text.split(";") if part.strip())


def circle_of(text: str, doubts: Doubts) -> Shape:
    """``POSITION r=5nm``, with ``error=200m`` if the position may be off."""
    at, lengths = _settings(text, ("r", "error"))
    if "r" not in lengths:
        raise UsageError(f'"{shown(text)}" names no radius; write r=5nm after the position')
    return Circle(centre=doubts.of(at), radius_m=lengths["r"], error_m=lengths.get("error", 0))


def point_of(text: str, doubts: Doubts) -> Shape:
    """``POSITION``, with ``error=200m`` if it may be off."""
    at, lengths = _settings(text, ("error",))
    return Point(at=doubts.of(at), error_m=lengths.get("error", 0))


def corridor_of(text: str, doubts: Doubts) -> Shape:
    """``P; P; P w=2nm``: within ``w`` of the line; ``w`` is half its width."""
    places, lengths = _settings(text, ("w", "error"))
    return Corridor(
        points=_corners(places, doubts),
        half_width_m=lengths.get("w", 0),
        error_m=lengths.get("error", 0),
    )


def area_of(text: str, doubts: Doubts) -> Shape:
    """``P; P; P``: the corners in order; ``within=2nm`` widens it."""
    places, lengths = _settings(text, ("within", "error"))
    ring = _corners(places, doubts)
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring = ring[:-1]
    return Polygon(ring=ring, within_m=lengths.get("within", 0), error_m=lengths.get("error", 0))


def sector_of(text: str, doubts: Doubts) -> Shape:
    """``POSITION r=5nm from=030 to=120``: true bearings, clockwise; ``inner=1nm`` leaves a hole.

    What it is and how it was cut is told.
    """
    bearings = {name: float(value) for name, value in _BEARING.findall(text.lower())}
    at, lengths = _settings(_BEARING.sub(" ", text.lower()).strip(), ("r", "inner", "error"))
    if "r" not in lengths or len(bearings) != 2:
        raise UsageError(
            f'"{shown(text)}" is no sector; write r=5nm from=030 to=120 after the position'
        )
    sector = Sector(
        centre=doubts.of(at),
        radius_m=lengths["r"],
        start_deg=bearings["from"],
        end_deg=bearings["to"],
        inner_m=lengths.get("inner", 0),
    )
    doubts.told.append(sector.words())
    return sector.shape(lengths.get("error", 0))


READERS: Final[dict[str, Callable[[str, Doubts], Shape]]] = {
    "point": point_of,
    "circle": circle_of,
    "corridor": corridor_of,
    "area": area_of,
    "sector": sector_of,
}
"""Options for shapes, and how each is read."""


def shapes_of(typed: Iterable[tuple[str, str]], doubts: Doubts) -> tuple[Shape, ...]:
    """Shapes from pairs of an option's name and what was typed for it.

    Raises:
        UsageError: one cannot be read; names the option.
    """
    found: list[Shape] = []
    places: list[Position] = []
    for name, text in typed:
        try:
            found.append(READERS[name](text, doubts))
        except UsageError as error:
            raise UsageError(f"--{name}: {error}") from None
        # Of a sector one corner is enough: the others were worked out and not typed.
        places += corners(found[-1])[-1:] if name == "sector" else corners(found[-1])
    doubts.compare(places)
    return tuple(found)


# -- GeoJSON


def geojson_shapes(path: Path) -> tuple[Shape, ...]:
    """Points, lines and polygons of a GeoJSON file (RFC 7946: longitude first).

    Raises:
        UsageError: it cannot be read, is no GeoJSON, or has holes, which no shape of ours has.
    """
    try:
        if path.stat().st_size > GEOJSON_BYTES_MAX:
            raise UsageError(f"{path} has more than {GEOJSON_BYTES_MAX} bytes")
        value = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not JSON: {error}") from None
    try:
        found = list(_geometry(value))
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise UsageError(f"{path} is not GeoJSON: {error!r}") from None
    if not 1 <= len(found) <= SHAPES_MAX:
        raise UsageError(f"{path} has {len(found)} shapes; 1 to {SHAPES_MAX} are taken")
    return tuple(found)


def _geometry(value: Any) -> Iterable[Shape]:
    match value["type"]:
        case "FeatureCollection":
            return [shape for each in value["features"] for shape in _geometry(each)]
        case "Feature":
            return _geometry(value["geometry"])
        case "GeometryCollection":
            return [shape for each in value["geometries"] for shape in _geometry(each)]
        case "Point":
            return [Point(at=_lon_lat(value["coordinates"]))]
        case "MultiPoint":
            return [Point(at=_lon_lat(each)) for each in value["coordinates"]]
        case "LineString":
            return [Corridor(points=tuple(map(_lon_lat, value["coordinates"])))]
        case "MultiLineString":
            return [Corridor(points=tuple(map(_lon_lat, e))) for e in value["coordinates"]]
        case "Polygon":
            return [_polygon(value["coordinates"])]
        case "MultiPolygon":
            return [_polygon(each) for each in value["coordinates"]]
        case other:
            raise UsageError(f"{str(other)[:40]!r} is no GeoJSON geometry")


def _polygon(rings: Any) -> Polygon:
    if len(rings) != 1:
        raise UsageError("a polygon with holes; name the outer ring alone, or cut it in two")
    ring = tuple(map(_lon_lat, rings[0]))
    return Polygon(ring=ring[:-1] if ring[0] == ring[-1] else ring)


def _lon_lat(pair: Any) -> Position:
    return of_degrees(float(pair[1]), float(pair[0]))


# -- windows


def window_of(since: str, until: str, daily: str) -> Window | None:
    """A window from ``--from``, ``--until`` and ``--daily``; None if nothing was typed.

    Raises:
        UsageError: not times or days, or an end without a start.
    """
    if not since:
        if until or daily:
            raise UsageError("--from is missing: since when?")
        return None
    if not daily:
        end = instant_ms(until) if until else None
        return Window(spans=(Interval(start_ms=instant_ms(since), end_ms=end),))
    return Window(spans=(_daily(daily, _day(since), _day(until) if until else None),))


def _day(text: str) -> date:
    try:
        if "T" in text:
            return datetime.fromtimestamp(instant_ms(text) / 1000, UTC).date()
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f'"{shown(text)}" is no day; write 2026-12-01') from None


def _daily(text: str, first: date, last: date | None) -> Span:
    """``0900-1700``, ``sunset-sunrise``, then a zone (+02:00), weekdays (mon,wed), ``every 2``."""
    words = text.lower().split()
    start, dash, end = (words[0] if words else "").partition("-")
    if not dash:
        raise UsageError(f'"{shown(text)}" is no daily time; write 0900-1700 or sunset-sunrise')
    zone, weekdays, every = "UTC", [], 1
    rest = words[1:]
    while rest:
        word = rest.pop(0)
        if word == "every" and rest and rest[0].isdecimal() and len(rest[0]) < 4:
            every = int(rest.pop(0))
        elif word[0] in "+-":
            zone = word
        elif word in {"utc", "z"}:
            zone = "UTC"
        elif set(word.split(",")) <= set(WEEKDAYS):
            weekdays = [WEEKDAYS.index(day) for day in word.split(",")]
        else:
            raise UsageError(f'"{shown(word)}" is no zone, weekday or "every 2"')
    return Repeat(
        first=first,
        last=last,
        since=_time(start),
        to=_time(end),
        every_days=every,
        weekdays=tuple(weekdays),
        zone=zone,
    )


def _time(text: str) -> TimeOfDay:
    if text in tuple(Sun):
        return TimeOfDay(minute=0, sun=Sun(text))
    found = _HHMM.fullmatch(text.removesuffix("z"))
    if found is None:
        raise UsageError(f'"{shown(text)}" is no time of day; write 0900, sunrise or sunset')
    return TimeOfDay(minute=int(found[1]) * 60 + int(found[2]))


# -- what a body holds


def volumes_from(
    shapes: Sequence[Shape],
    window: Window | None,
    before: Sequence[Volume] = (),
    *,
    coarse: bool,
    now_ms: int,
) -> list[JsonValue]:
    """Volumes of shapes that share one window.

    What is not named stays as it was ``before``; without that, it holds from now until cancelled.
    """
    drawn = list(shapes) or [volume.shape for volume in before]
    found = []
    for number, shape in enumerate(drawn):
        old = before[min(number, len(before) - 1)] if before else None
        kept = old.window if old is not None else Window(spans=(Interval(start_ms=now_ms),))
        volume = Volume(shape=shape, window=window or kept, coarse=coarse)
        found.append(replace(volume, band=old.band) if old is not None else volume)
    return write_volumes(tuple(found))


def volumes_before(notice: Mapping[str, Any]) -> tuple[Volume, ...]:
    """The volumes that a notification says as it stands."""
    body = notice["body"]
    return read_volumes(Fields({"volumes": body["volumes"]})) if "volumes" in body else ()


def waypoint(text: str, doubts: Doubts) -> dict[str, JsonValue]:
    """``POSITION @TIME =NAME``; time and name may be left out.

    Raises:
        UsageError: no position, or no time.
    """
    rest, _, name = text.partition("=")
    place, at, time = rest.partition("@")
    found: dict[str, JsonValue] = dict(write_position(doubts.of(place.strip())))
    if name.strip():
        found["name"] = name.strip()
    if at:
        found["at_ms"] = instant_ms(time.strip())
    return found


def read_back(text: Sequence[str]) -> tuple[list[JsonValue], list[str], Doubts]:
    """Positions as the reader read them, as a body has them, with their words and doubts."""
    doubts = Doubts()
    read: list[JsonValue] = [dict(write_position(doubts.of(each))) for each in text]
    return read, [" ".join(each.split()) for each in text], doubts


def route_of(typed: Sequence[str], doubts: Doubts) -> list[JsonValue]:
    """Waypoints in order, compared with each other; raises `UsageError` as :func:`waypoint`."""
    found = [waypoint(each, doubts) for each in typed]
    doubts.compare([read_body_position(Fields(dict(each), path="route")) for each in found])
    return [*found]
