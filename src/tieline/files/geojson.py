"""GeoJSON (RFC 7946): features in and out; circles, corridors and rules travel beside the drawing.

In GeoJSON an edge is straight in longitude and latitude, a circle is unknown and nothing may cross
180 degrees (sections 3.1.1 and 3.1.9). What we write is therefore a drawing, with the notified
volumes in the member ``tieline`` of each feature; who knows it reads them back to equal values.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, NoReturn

from tieline.deconfliction.notified import UNNAMED, Notified
from tieline.errors import MalformedError, UsageError
from tieline.files import making
from tieline.files.cutting import drawn
from tieline.files.making import Gathering, Reading
from tieline.record.strict import Fields
from tieline.space.body import read_volumes, write_volumes
from tieline.space.position import Position
from tieline.space.shape import Circle, Corridor, EdgeKind, Point, Polygon, Shape, corners
from tieline.space.volume import Volume
from tieline.space.window import Interval
from tieline.words import shown

MEDIA_TYPE: Final = "application/geo+json"
DEPTH_MAX: Final = 32
NUMBER_CHARS_MAX: Final = 64
PARTS_MAX: Final = 10_000
"""Most parts of one geometry; what goes beyond the volumes of a notification is refused later."""
TITLES: Final = ("title", "name", "label", "msgid")
TEXTS: Final = ("text", "description", "desc")
STARTS: Final = ("start", "begin", "from", "time", "timeBegin")
ENDS: Final = ("end", "stop", "until", "timeEnd")
AWAY_DEG: Final = 0.01
"""How far the notified corners may lie from the drawing beside them before it is another place."""


# -- reading


def read(data: bytes, *, source: str, party: str = UNNAMED, kind: str = "other") -> Reading:
    """Notifications of a GeoJSON text, one a feature.

    Args:
        data: the file.
        source: what to call it in a fault.
        party: of features that name none.
        kind: of features that name none.

    Raises:
        UsageError: not JSON, not GeoJSON, or over a limit. A feature that is wrong is a fault.
    """
    value = _loaded(making.bounded(data, source), source)
    gathering = Gathering(source)
    for number, feature in enumerate(_features(value, source), start=1):
        where = f"feature {number}{_named(feature)}"
        try:
            gathering.take(_notified(feature, gathering, number, party, kind))
        except (UsageError, MalformedError) as error:
            gathering.fault(where, str(error))
    return gathering.done()


def _loaded(data: bytes, source: str) -> Any:
    def refuse(text: str) -> NoReturn:
        raise UsageError(f"{source} holds {text}, which is no number")

    def number(text: str) -> Decimal:
        if len(text) > NUMBER_CHARS_MAX:
            raise UsageError(f"{source} holds a number of {len(text)} characters")
        return Decimal(text)

    try:
        return json.loads(
            data.decode("utf-8-sig"), parse_constant=refuse, parse_float=number, parse_int=number
        )
    except UnicodeDecodeError:
        raise UsageError(f"{source} is not UTF-8 text; save it so") from None
    except RecursionError:
        raise UsageError(f"{source} is nested too deeply") from None
    except ValueError as error:
        raise UsageError(f"{source} is not JSON: {error}") from None


def _features(value: Any, source: str) -> Iterator[Any]:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "FeatureCollection":
        features = value.get("features")
        if not isinstance(features, list):
            raise UsageError(f"{source} has no list of features")
        yield from features
    elif kind == "Feature":
        yield value
    elif isinstance(kind, str) and kind in {*_GEOMETRIES, "GeometryCollection"}:
        yield {"type": "Feature", "geometry": value, "properties": {}}
    else:
        raise UsageError(f"{source} is no GeoJSON: its type is {shown(str(kind))!r}")


def _named(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    title = _first(properties, TITLES) if isinstance(properties, dict) else ""
    return f" ({shown(title, 40)!r})" if title else ""


def _first(properties: Mapping[str, Any], names: Iterable[str]) -> str:
    for name in names:
        value = properties.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _notified(feature: Any, gathering: Gathering, number: int, party: str, kind: str) -> Notified:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise UsageError("is not a feature")
    given = feature.get("properties") or {}
    if not isinstance(given, dict):
        raise UsageError("its properties are no object")
    geometry = feature.get("geometry")
    ours = feature.get("tieline")
    doubts: tuple[str, ...] = ()
    if ours is not None:
        volumes = _ours(ours, geometry)
    else:
        volumes, doubts = _theirs(geometry, given)
    title = making.clipped(_first(given, TITLES), making.TITLE_CHARS_MAX)
    id_ = feature.get("id")
    wanted = str(id_) if isinstance(id_, str | Decimal) else _first(given, ("key", "id"))
    return Notified(
        key=gathering.key(wanted or title or f"feature {number}"),
        party=making.clipped(_first(given, ("party",)), 80) or party,
        kind=making.clipped(_first(given, ("kind", "sort")), 80) or kind,
        title=title,
        text=_first(given, TEXTS)[: making.TEXT_CHARS_MAX],
        volumes=volumes,
        filed_ms=making.instant_ms(filed) if (filed := _first(given, ("filed",))) else None,
        doubts=doubts,
    )


def _ours(value: Any, geometry: Any) -> tuple[Volume, ...]:
    """Volumes as notified; the drawing beside them has to show the same place."""
    volumes = read_volumes(Fields(_whole(value), path="tieline"))
    places = [making.place(*at) for at in _places(geometry)]
    for volume in volumes:
        for at in corners(volume.shape)[:1]:
            near = any(
                abs(at.lat_deg - other.lat_deg) <= AWAY_DEG + _size_deg(volume.shape)
                for other in places
            )
            if places and not near:
                raise UsageError("its drawing and its member tieline show different places")
    return volumes


def _size_deg(shape: Shape) -> float:
    return shape.radius_m / 110_000 if isinstance(shape, Circle) else 0.0


def _whole(value: Any) -> Any:
    """The same JSON with whole numbers as integers; raises on any other number."""
    if isinstance(value, Decimal):
        if value != value.to_integral_value() or abs(value) > 2**53:
            raise UsageError("its member tieline holds a number that is not whole")
        return int(value)
    if isinstance(value, dict):
        return {str(key): _whole(each) for key, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list) else value


def _places(geometry: Any) -> Iterator[tuple[Decimal, Decimal]]:
    """Every position of a geometry, latitude first."""
    stack = (
        [geometry.get("coordinates", geometry.get("geometries"))]
        if isinstance(geometry, dict)
        else []
    )
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            stack.append(one.get("coordinates", one.get("geometries")))
        elif isinstance(one, list) and one and isinstance(one[0], Decimal):
            if len(one) >= 2 and isinstance(one[1], Decimal):
                yield one[1], one[0]
        elif isinstance(one, list):
            stack += one


def _theirs(geometry: Any, given: Mapping[str, Any]) -> tuple[tuple[Volume, ...], tuple[str, ...]]:
    if geometry is None:
        return (), ("no place is given",)
    window, doubts = making.window(_first(given, STARTS) or None, _first(given, ENDS) or None)
    band = making.band(_metres(given, "lower_m"), _metres(given, "upper_m"))
    edge = _edge(given)
    found, told = [], list(doubts)
    for shape, doubt in _shapes(geometry, given, edge, DEPTH_MAX):
        found.append(Volume(shape=shape, window=window, band=band))
        told += [*doubt, *making.doubts_of(corners(shape))]
        if len(found) > PARTS_MAX:
            raise UsageError(f"more than {PARTS_MAX} parts")
    return tuple(found), tuple(dict.fromkeys(told))


def _metres(given: Mapping[str, Any], name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, Decimal) or abs(value) > 10**9:
        raise UsageError(f"{name} is no number of metres")
    return round(value)


def _edge(given: Mapping[str, Any]) -> EdgeKind:
    """As declared, or straight in longitude and latitude as RFC 7946 means it."""
    name = _first(given, ("edge",))
    if not name:
        return EdgeKind.PARALLEL
    if name not in set(EdgeKind):
        raise UsageError(f"edge {shown(name)!r} is none of {', '.join(EdgeKind)}")
    return EdgeKind(name)


Shapes = Iterator[tuple[Shape, tuple[str, ...]]]


def _shapes(geometry: Any, given: Mapping[str, Any], edge: EdgeKind, depth: int) -> Shapes:
    if not isinstance(geometry, dict) or depth == 0:
        raise UsageError("its geometry is no object, or nested too deeply")
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        for each in _list(geometry.get("geometries")):
            yield from _shapes(each, given, edge, depth - 1)
        return
    if not isinstance(kind, str) or kind not in _GEOMETRIES:
        raise UsageError(f"its geometry is {shown(str(kind))!r}, which is no kind of GeoJSON")
    parts = _list(geometry.get("coordinates"))
    for number, part in enumerate(parts if kind.startswith("Multi") else [parts], start=1):
        try:
            yield _GEOMETRIES[kind](part, given, edge)
        except UsageError as error:
            where = f"part {number}: " if kind.startswith("Multi") else ""
            raise UsageError(f"{where}{error}") from None


def _point(part: Any, given: Mapping[str, Any], _edge: EdgeKind) -> tuple[Shape, tuple[str, ...]]:
    at, error_m = _position(part), _metres(given, "error_m") or 0
    radius_m = _metres(given, "radius_m")
    if radius_m is not None:
        return Circle(centre=at, radius_m=radius_m, error_m=error_m), ()
    return Point(at=at, error_m=error_m), ()


def _line(part: Any, given: Mapping[str, Any], edge: EdgeKind) -> tuple[Shape, tuple[str, ...]]:
    points = _positions(part)
    return making.line(points, edge, _metres(given, "half_width_m") or 0), _turns(points)


def _area(part: Any, _given: Mapping[str, Any], edge: EdgeKind) -> tuple[Shape, tuple[str, ...]]:
    rings = _list(part)
    if not rings:
        raise UsageError("an area without a ring")
    points = _positions(rings[0])
    doubts = _turns(points)
    if len(rings) > 1:
        doubts += ("holes are left out: the area is taken whole",)
    if len(points) > 1 and points[0] != points[-1]:
        doubts += ("a ring does not end where it begins: taken as closed",)
    return making.area(points, edge), doubts


_GEOMETRIES: Final = {
    "Point": _point, "MultiPoint": _point,
    "LineString": _line, "MultiLineString": _line,
    "Polygon": _area, "MultiPolygon": _area,
}  # fmt: skip


def _turns(points: list[Position]) -> tuple[str, ...]:
    wide = any(abs(a.lon_deg - b.lon_deg) > making.TURNED_DEG for a, b in pairwise(points))
    return ("an edge over more than 180 degrees of longitude: taken the short way",) if wide else ()


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise UsageError("coordinates are no list")
    return value


def _positions(value: Any) -> list[Position]:
    points = _list(value)
    making.check_count(len(points))
    found = []
    for number, each in enumerate(points, start=1):
        try:
            found.append(_position(each))
        except UsageError as error:
            raise UsageError(f"corner {number}: {error}") from None
    return found


def _position(value: Any) -> Position:
    pair = _list(value)
    if len(pair) < 2 or not all(isinstance(number, Decimal) for number in pair[:2]):
        raise UsageError("a position is a longitude and a latitude, as two numbers")
    return making.place(pair[1], pair[0])


# -- writing


def write(notified: Iterable[Notified]) -> bytes:
    """A FeatureCollection: each notification a feature, drawn so that nothing crosses 180 degrees.

    Circles are drawn from outside, never smaller than they are.
    """
    features = [_feature(each) for each in notified]
    value = {"type": "FeatureCollection", "features": features}
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _feature(told: Notified) -> dict[str, Any]:
    parts = [geometry(volume.shape) for volume in told.volumes]
    properties: dict[str, Any] = {
        "key": told.key,
        "title": told.title or told.key,
        "party": told.party,
        "kind": told.kind,
    }
    if told.text:
        properties["text"] = told.text
    properties |= _times(told) | _measures(told)
    found: dict[str, Any] = {"type": "Feature", "id": told.key, "geometry": None}
    if parts:
        found["geometry"] = (
            parts[0] if len(parts) == 1 else {"type": "GeometryCollection", "geometries": parts}
        )
        found["tieline"] = {"volumes": write_volumes(told.volumes)}
    return {**found, "properties": properties}


def _times(told: Notified) -> dict[str, Any]:
    """Start and end where one interval says it all; rules stand in the member ``tieline`` alone."""
    spans = {span for volume in told.volumes for span in volume.window.spans}
    if len(spans) != 1:
        return {}
    (span,) = spans
    if not isinstance(span, Interval):
        return {}
    found = {"start": making.rfc3339(span.start_ms)}
    return found | ({"end": making.rfc3339(span.end_ms)} if span.end_ms is not None else {})


def _measures(told: Notified) -> dict[str, Any]:
    """What a drawing cannot say, for readers that do not know our member."""
    found: dict[str, Any] = {}
    for volume in told.volumes[:1]:
        match volume.shape:
            case Circle(radius_m=radius_m):
                found["drawn_radius_m"] = radius_m
            case Corridor(half_width_m=half) if half:
                found["half_width_m"] = half
            case Polygon(within_m=within) if within:
                found["within_m"] = within
            case _:
                pass
    return found


def geometry(shape: Shape) -> dict[str, Any]:
    """The drawing of a shape, cut at 180 degrees; rings run counterclockwise (section 3.1.6)."""
    found = drawn(shape)
    if found.point is not None:
        return {"type": "Point", "coordinates": _pair(found.point)}
    if found.rings:
        rings = [[[_pair(at) for at in (*ring, ring[0])]] for ring in found.rings]
        if len(rings) == 1:
            return {"type": "Polygon", "coordinates": rings[0]}
        return {"type": "MultiPolygon", "coordinates": rings}
    lines = [[_pair(at) for at in line] for line in found.lines]
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def _pair(at: tuple[float, float]) -> list[float]:
    return [round(at[0], 7), round(at[1], 7)]
