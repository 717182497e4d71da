"""KML 2.2 (OGC 07-147r2): placemarks in and out, for programs that show the earth.

KML knows no circle and no corridor: what we write is a drawing, with the measures in words beside
it and the volumes as notified in its extended data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from html import escape
from itertools import pairwise
from typing import Final

from tieline.deconfliction.notified import UNNAMED, Notified
from tieline.errors import MalformedError, UsageError
from tieline.files import making
from tieline.files.cutting import Drawn, Lonlat, drawn
from tieline.files.making import Gathering, Reading
from tieline.files.xmltree import Element, parse
from tieline.record.strict import Fields, dump_json, load_json
from tieline.space.body import read_volumes, write_volumes
from tieline.space.position import Position
from tieline.space.shape import Circle, Corridor, EdgeKind, Point, Polygon, Shape, corners
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window
from tieline.words import shown

MEDIA_TYPE: Final = "application/vnd.google-earth.kml+xml"
NAMESPACE: Final = "http://www.opengis.net/kml/2.2"
VOLUMES: Final = "tieline:volumes"
"""Name of the extended data that holds volumes as notified."""
ABOVE_SEA: Final = "absolute"
TUPLE_CHARS_MAX: Final = 100


# -- reading


def read(data: bytes, *, source: str, party: str = UNNAMED, kind: str = "other") -> Reading:
    """Notifications of a KML text, one a placemark; lines between corners are geodesics.

    Raises:
        UsageError: not KML, or over a limit. A placemark that is wrong is a fault.
    """
    gathering = Gathering(source)
    for number, mark in enumerate(parse(data, source=source, root="kml").walk("Placemark"), 1):
        title = making.clipped(mark.words("name"), making.TITLE_CHARS_MAX)
        where = f"placemark {number} (line {mark.line}{f', {shown(title, 40)!r}' if title else ''})"
        try:
            gathering.take(_notified(mark, gathering, title or f"placemark {number}", party, kind))
        except (UsageError, MalformedError) as error:
            gathering.fault(where, str(error))
    return gathering.done()


def _notified(mark: Element, gathering: Gathering, title: str, party: str, kind: str) -> Notified:
    extra = {
        each.attributes.get("name", ""): each.words("value")
        for held in mark.all("ExtendedData")
        for each in held.all("Data")
    }
    doubts: list[str] = []
    if VOLUMES in extra:
        body = load_json(extra[VOLUMES].encode())
        volumes = read_volumes(Fields({"volumes": body}))
    else:
        volumes = tuple(_volumes(mark, doubts))
    return Notified(
        key=gathering.key(mark.attributes.get("id", "") or extra.get("key", "") or title),
        party=making.clipped(extra.get("party", ""), 80) or party,
        kind=making.clipped(extra.get("kind", ""), 80) or kind,
        title=title,
        text=mark.words("description")[: making.TEXT_CHARS_MAX],
        volumes=volumes,
        doubts=tuple(dict.fromkeys(doubts)),
    )


def _volumes(mark: Element, doubts: list[str]) -> Iterator[Volume]:
    window, doubt = _window(mark)
    doubts += doubt
    for each in _geometries(mark):
        shape = _shape(each, doubts)
        doubts += making.doubts_of(corners(shape))
        yield Volume(shape=shape, window=window)


def _geometries(element: Element) -> Iterator[Element]:
    for each in element.inside:
        if each.name == "MultiGeometry":
            yield from _geometries(each)
        elif each.name in {"Point", "LineString", "LinearRing", "Polygon"}:
            yield each


def _window(mark: Element) -> tuple[Window, tuple[str, ...]]:
    start, end = mark.words("TimeSpan", "begin"), mark.words("TimeSpan", "end")
    moment = mark.words("TimeStamp", "when")
    if moment and not start and not end:
        return making.window(moment, None)
    return making.window(start or None, end or None)


def _shape(each: Element, doubts: list[str]) -> Shape:
    ring = each.first("outerBoundaryIs", "LinearRing") if each.name == "Polygon" else each
    points = _points(ring.words("coordinates") if ring is not None else "")
    if each.name == "Point":
        if len(points) != 1:
            raise UsageError(f"a point of {len(points)} positions")
        return Point(at=points[0])
    if each.name == "LineString":
        return making.line(points, EdgeKind.GEODESIC)
    if each.first("innerBoundaryIs") is not None:
        doubts.append("holes are left out: the area is taken whole")
    return making.area(points, EdgeKind.GEODESIC)


def _points(text: str) -> list[Position]:
    tuples = text.split()
    making.check_count(len(tuples))
    found = []
    for number, each in enumerate(tuples, start=1):
        numbers = each[:TUPLE_CHARS_MAX].split(",")
        try:
            lon, lat = (Decimal(value) for value in numbers[:2])
        except (InvalidOperation, ValueError):
            raise UsageError(
                f"corner {number} is {shown(each)!r}; write longitude,latitude without blanks"
            ) from None
        try:
            found.append(making.place(lat, lon))
        except UsageError as error:
            raise UsageError(f"corner {number}: {error}") from None
    return found


# -- writing


def write(notified: Iterable[Notified], *, title: str) -> bytes:
    """A KML document: a placemark a notification, its areas on the ground."""
    marks = "".join(_placemark(each) for each in notified)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<kml xmlns="{NAMESPACE}"><Document><name>{safe(title)}</name>\n{_STYLE}{marks}'
        "</Document></kml>\n"
    )
    return text.encode()


_STYLE: Final = (
    '<Style id="told"><LineStyle><color>ff3050c8</color><width>2</width></LineStyle>'
    "<PolyStyle><color>403050c8</color></PolyStyle></Style>\n"
)


def safe(text: str) -> str:
    """Escaped, and without the characters that XML 1.0 (section 2.2) does not allow."""
    allowed = (
        c if c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
        else "\ufffd"
        for c in text
    )  # fmt: skip
    return escape("".join(allowed))


def _placemark(told: Notified) -> str:
    parts = [_geometry(volume.shape, volume) for volume in told.volumes]
    drawing = parts[0] if len(parts) == 1 else f"<MultiGeometry>{''.join(parts)}</MultiGeometry>"
    words = [told.text, *(measures(volume.shape) for volume in told.volumes)]
    extra = {"key": told.key, "party": told.party, "kind": told.kind}
    if parts:
        extra[VOLUMES] = dump_json(write_volumes(told.volumes)).decode()
    data = "".join(
        f'<Data name="{safe(name)}"><value>{safe(value)}</value></Data>'
        for name, value in extra.items()
    )
    return (
        f"<Placemark><name>{safe(told.title or told.key)}</name>"
        f"<description>{safe(chr(10).join(filter(None, words)))}</description>"
        f"{_timespan(told)}<styleUrl>#told</styleUrl>"
        f"<ExtendedData>{data}</ExtendedData>{drawing if parts else ''}</Placemark>\n"
    )


def measures(shape: Shape) -> str:
    """What a drawing cannot say of a shape, in words."""
    words = ""
    match shape:
        case Circle(radius_m=radius_m):
            words = f"circle of {radius_m} m"
        case Corridor(half_width_m=half) if half:
            words = f"corridor, {half} m to each side of the line"
        case Polygon(within_m=within) if within:
            words = f"and within {within} m of the area"
        case _:
            pass
    error = f"positions good to {shape.error_m} m" if shape.error_m else ""
    return "; ".join(filter(None, (words, error)))


def _timespan(told: Notified) -> str:
    span = told.envelope_ms()
    if span is None or span[0] == 0:
        return ""
    ends = [
        each.end_ms
        for volume in told.volumes
        for each in volume.window.spans
        if isinstance(each, Interval)
    ]
    is_open = None in ends or len(ends) == 0
    end = "" if is_open else f"<end>{making.rfc3339(span[1])}</end>"
    return f"<TimeSpan><begin>{making.rfc3339(span[0])}</begin>{end}</TimeSpan>"


def _geometry(shape: Shape, volume: Volume) -> str:
    found = drawn(shape)
    height = volume.band.upper_m or 0
    if found.point is not None:
        return f"<Point><coordinates>{_tuple(found.point, height)}</coordinates></Point>"
    parts = [*_polygons(found), *_lines(found)]
    return parts[0] if len(parts) == 1 else f"<MultiGeometry>{''.join(parts)}</MultiGeometry>"


def _polygons(found: Drawn) -> Iterator[str]:
    for ring in found.rings:
        text = " ".join(_tuple(at, 0) for at in (*ring, ring[0]))
        yield (
            "<Polygon><tessellate>1</tessellate><outerBoundaryIs><LinearRing><coordinates>"
            f"{text}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
        )


def _lines(found: Drawn) -> Iterator[str]:
    for line in found.lines:
        kept = [at for n, at in enumerate(line) if n == 0 or at != line[n - 1]]
        text = " ".join(_tuple(at, 0) for at in kept)
        if any(one != other for one, other in pairwise(kept)):
            yield (
                f"<LineString><tessellate>1</tessellate><coordinates>{text}</coordinates>"
                "</LineString>"
            )


def _tuple(at: Lonlat, height: int) -> str:
    return f"{at[0]:.7f},{at[1]:.7f}" + (f",{height}" if height else "")
