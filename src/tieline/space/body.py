"""Body: volumes as parties sign them: JSON of whole numbers and texts, read strictly.

A body names degrees in 1e-7 and metres as whole numbers, so that what is hashed is the same
everywhere. What is absent is not said: no height means every height.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final, NoReturn, TypeVar

from tieline.errors import UsageError
from tieline.record.strict import Fields, JsonValue
from tieline.space.band import DEPTH_M_MAX, EVERYWHERE, HEIGHT_M_MAX, Band, Datum
from tieline.space.position import ERROR_M_MAX, LAT_E7_MAX, LON_E7_MAX, Position
from tieline.space.shape import (
    HALF_WIDTH_M_MAX,
    RADIUS_M_MAX,
    VERTICES_MAX,
    Circle,
    Corridor,
    EdgeKind,
    Point,
    Polygon,
    Shape,
)
from tieline.space.volume import VOLUMES_MAX, Volume
from tieline.space.window import (
    EVERY_DAYS_MAX,
    INSTANT_MS_MAX,
    MINUTES_A_DAY,
    OFFSET_MIN_MAX,
    SPANS_MAX,
    Interval,
    Repeat,
    Span,
    Sun,
    TimeOfDay,
    Window,
)

T = TypeVar("T")
SHAPES: Final = ("point", "circle", "corridor", "area")
ZONE_CHARS_MAX: Final = 64
DAY_CHARS: Final = 10
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read_volumes(fields: Fields, name: str = "volumes") -> tuple[Volume, ...]:
    """Every volume of a list, at least one.

    Raises:
        MalformedError: a field is missing, unknown or out of range; names it by its path.
    """
    return tuple(_volume(item) for item in fields.objects(name, VOLUMES_MAX, min_items=1))


def write_volumes(volumes: tuple[Volume, ...]) -> list[JsonValue]:
    """What :func:`read_volumes` reads back to equal values."""
    return [_volume_body(volume) for volume in volumes]


def read_position(fields: Fields) -> Position:
    """``lat_e7`` and ``lon_e7``; raises `MalformedError` as :func:`read_volumes` does."""
    lat_e7 = fields.integer("lat_e7", -LAT_E7_MAX, LAT_E7_MAX)
    lon_e7 = fields.integer("lon_e7", -LON_E7_MAX, LON_E7_MAX)
    return _made(fields, "lon_e7", lambda: Position(lat_e7=lat_e7, lon_e7=lon_e7))


def write_position(at: Position) -> dict[str, JsonValue]:
    """What :func:`read_position` reads."""
    return {"lat_e7": at.lat_e7, "lon_e7": at.lon_e7}


def _made(fields: Fields, name: str, make: Callable[[], T]) -> T:
    try:
        return make()
    except UsageError as error:
        _refuse(fields, name, str(error))


def _refuse(fields: Fields, name: str, why: str) -> NoReturn:
    fields.refuse(name, f"is wrong: {why}")


def _volume(fields: Fields) -> Volume:
    band = fields.optional_object("band")
    volume = Volume(
        shape=read_shape(fields.object("shape")),
        window=read_window(fields),
        band=read_band(band) if band is not None else EVERYWHERE,
        coarse=fields.optional_choice("coarse", ("yes",)) is not None,
    )
    fields.done()
    return volume


def _volume_body(volume: Volume) -> dict[str, JsonValue]:
    body: dict[str, JsonValue] = {
        "shape": write_shape(volume.shape),
        "window": write_window(volume.window),
    }
    if volume.band != EVERYWHERE:
        body["band"] = write_band(volume.band)
    if volume.coarse:
        body["coarse"] = "yes"
    return body


# -- shapes


def read_shape(fields: Fields) -> Shape:
    """One shape, by its kind; raises `MalformedError` as :func:`read_volumes` does."""
    kind = fields.choice("kind", SHAPES)
    error_m = fields.optional_integer("error_m", 0, ERROR_M_MAX) or 0
    shape = _SHAPES[kind](fields, error_m)
    fields.done()
    return shape


def _point(fields: Fields, error_m: int) -> Shape:
    return Point(at=_at(fields, "at"), error_m=error_m)


def _circle(fields: Fields, error_m: int) -> Shape:
    radius_m = fields.integer("radius_m", 1, RADIUS_M_MAX)
    return Circle(centre=_at(fields, "centre"), radius_m=radius_m, error_m=error_m)


def _corridor(fields: Fields, error_m: int) -> Shape:
    points, edge = _points(fields, "points"), _edge(fields)
    half = fields.optional_integer("half_width_m", 0, HALF_WIDTH_M_MAX) or 0
    return _made(
        fields,
        "points",
        lambda: Corridor(points=points, half_width_m=half, edge=edge, error_m=error_m),
    )


def _area(fields: Fields, error_m: int) -> Shape:
    ring, edge = _points(fields, "ring"), _edge(fields)
    within = fields.optional_integer("within_m", 0, HALF_WIDTH_M_MAX) or 0
    return _made(
        fields, "ring", lambda: Polygon(ring=ring, edge=edge, within_m=within, error_m=error_m)
    )


_SHAPES: Final = {"point": _point, "circle": _circle, "corridor": _corridor, "area": _area}


def _edge(fields: Fields) -> EdgeKind:
    return EdgeKind(fields.optional_choice("edge", tuple(EdgeKind)) or EdgeKind.GEODESIC)


def _at(fields: Fields, name: str) -> Position:
    inner = fields.object(name)
    found = read_position(inner)
    inner.done()
    return found


def _points(fields: Fields, name: str) -> tuple[Position, ...]:
    """Corners as ``[lat_e7, lon_e7]`` pairs: the longest part of a body is kept short."""
    found = []
    for number, pair in enumerate(fields.list(name, VERTICES_MAX, min_items=2)):
        path = f"{name}[{number}]"
        if not isinstance(pair, list) or len(pair) != 2:
            fields.refuse(path, "is not a latitude and a longitude")
        lat_e7, lon_e7 = pair
        if not isinstance(lat_e7, int) or not isinstance(lon_e7, int):
            fields.refuse(path, "is not two whole numbers, in 1e-7 degree")
        if isinstance(lat_e7, bool) or isinstance(lon_e7, bool):
            fields.refuse(path, "is not two whole numbers, in 1e-7 degree")
        found.append(_position(fields, path, lat_e7, lon_e7))
    return tuple(found)


def _position(fields: Fields, path: str, lat_e7: int, lon_e7: int) -> Position:
    return _made(fields, path, lambda: Position(lat_e7=lat_e7, lon_e7=lon_e7))


def write_shape(shape: Shape) -> dict[str, JsonValue]:
    """What :func:`read_shape` reads."""
    body: dict[str, JsonValue]
    match shape:
        case Point(at=at):
            body = {"kind": "point", "at": write_position(at)}
        case Circle(centre=centre, radius_m=radius_m):
            body = {"kind": "circle", "centre": write_position(centre), "radius_m": radius_m}
        case Corridor(points=points, half_width_m=half):
            body = {"kind": "corridor", "points": _pairs(points)}
            body |= {"half_width_m": half} if half else {}
        case Polygon(ring=ring, within_m=within):
            body = {"kind": "area", "ring": _pairs(ring)}
            body |= {"within_m": within} if within else {}
    if isinstance(shape, Corridor | Polygon) and shape.edge is not EdgeKind.GEODESIC:
        body["edge"] = shape.edge.value
    if shape.error_m:
        body["error_m"] = shape.error_m
    return body


def _pairs(points: tuple[Position, ...]) -> list[JsonValue]:
    return [[at.lat_e7, at.lon_e7] for at in points]


# -- heights


def read_band(fields: Fields) -> Band:
    """A band of heights; raises `MalformedError` as :func:`read_volumes` does."""
    lower = fields.optional_integer("lower_m", -DEPTH_M_MAX, HEIGHT_M_MAX)
    upper = fields.optional_integer("upper_m", -DEPTH_M_MAX, HEIGHT_M_MAX)
    datum = Datum(fields.optional_choice("datum", tuple(Datum)) or Datum.SEA)
    fields.done()
    return _made(fields, "lower_m", lambda: Band(lower_m=lower, upper_m=upper, datum=datum))


def write_band(band: Band) -> dict[str, JsonValue]:
    """What :func:`read_band` reads."""
    body: dict[str, JsonValue] = {}
    body |= {"lower_m": band.lower_m} if band.lower_m is not None else {}
    body |= {"upper_m": band.upper_m} if band.upper_m is not None else {}
    return body | ({"datum": band.datum.value} if band.datum is not Datum.SEA else {})


# -- windows


def read_window(fields: Fields, name: str = "window") -> Window:
    """The spans of a window; raises `MalformedError` as :func:`read_volumes` does."""
    spans = tuple(_span(item) for item in fields.objects(name, SPANS_MAX, min_items=1))
    return Window(spans=spans)


def write_window(window: Window) -> list[JsonValue]:
    """What :func:`read_window` reads."""
    return [_span_body(span) for span in window.spans]


def _span(fields: Fields) -> Span:
    found: Span = _repeat(fields) if fields.has("first") else _interval(fields)
    fields.done()
    return found


def _interval(fields: Fields) -> Interval:
    start_ms = fields.integer("start_ms", 0, INSTANT_MS_MAX)
    end_ms = fields.optional_integer("end_ms", 0, INSTANT_MS_MAX)
    return _made(fields, "end_ms", lambda: Interval(start_ms=start_ms, end_ms=end_ms))


def _repeat(fields: Fields) -> Repeat:
    first, last = _day(fields, "first"), None
    if fields.has("last"):
        last = _day(fields, "last")
    since, to = _time(fields.object("since")), _time(fields.object("to"))
    every = fields.optional_integer("every_days", 1, EVERY_DAYS_MAX) or 1
    named = fields.texts("weekdays", 7, 3, min_items=1) if fields.has("weekdays") else []
    zone = fields.optional_text("zone", ZONE_CHARS_MAX, min_chars=1) or "UTC"
    days = tuple(_weekday(fields, day) for day in named)
    return _made(
        fields,
        "first",
        lambda: Repeat(
            first=first, last=last, since=since, to=to, every_days=every, weekdays=days, zone=zone
        ),
    )


def _weekday(fields: Fields, name: str) -> int:
    if name not in WEEKDAYS:
        fields.refuse("weekdays", f"names {name!r}; write {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(name)


def _day(fields: Fields, name: str) -> date:
    text = fields.text(name, DAY_CHARS, min_chars=DAY_CHARS)
    try:
        found = date.fromisoformat(text)
    except ValueError:
        fields.refuse(name, f"is {text!r}, which is no day; write 2026-12-01")
    if found.isoformat() != text:
        fields.refuse(name, f"is {text!r}, which is no day; write 2026-12-01")
    return found


def _time(fields: Fields) -> TimeOfDay:
    sun = fields.optional_choice("sun", tuple(Sun))
    least, most = (0, MINUTES_A_DAY) if sun is None else (-OFFSET_MIN_MAX, OFFSET_MIN_MAX)
    minute = fields.integer("minute", least, most)
    fields.done()
    return TimeOfDay(minute=minute, sun=Sun(sun) if sun is not None else None)


def _span_body(span: Span) -> dict[str, JsonValue]:
    if isinstance(span, Interval):
        end: dict[str, JsonValue] = {"end_ms": span.end_ms} if span.end_ms is not None else {}
        return {"start_ms": span.start_ms, **end}
    body: dict[str, JsonValue] = {"first": span.first.isoformat()}
    body |= {"last": span.last.isoformat()} if span.last is not None else {}
    body |= {"since": _time_body(span.since), "to": _time_body(span.to)}
    body |= {"every_days": span.every_days} if span.every_days != 1 else {}
    body |= {"weekdays": [WEEKDAYS[day] for day in span.weekdays]} if span.weekdays else {}
    return body | ({"zone": span.zone} if span.zone != "UTC" else {})


def _time_body(time: TimeOfDay) -> dict[str, JsonValue]:
    return {"minute": time.minute} | ({"sun": time.sun.value} if time.sun is not None else {})
