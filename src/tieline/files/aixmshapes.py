"""Shapes in airspace data: surfaces and curves of GML 3.2.1 (OGC 07-036) as AIXM 5.1.1 uses them.

Outlines are made of geodesics (``GeodesicString``), of lines straight in the coordinates
(``LineStringSegment``), of arcs around a centre and of whole circles. With EPSG:4326 angles of arcs
are true bearings, and an arc runs clockwise if its end angle is the larger one (AIXM coding
guidelines, *arc by centre point*, after ISO 19107). Arcs are cut by `tieline.space.arcs`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from typing import Final

from tieline.errors import UsageError
from tieline.files import making
from tieline.files.xmltree import Element
from tieline.space.arcs import (
    ARC_ERROR_M,
    OFF_M_MAX,
    OFF_SHARE_MAX,
    SLIVER_M,
    Arc,
    along_degrees,
)
from tieline.space.geodesy import NM_M, distance_m
from tieline.space.position import Position
from tieline.space.shape import VERTICES_MAX, Circle, Corridor, EdgeKind, Polygon, Shape
from tieline.words import shown

LENGTHS_M: Final = {
    "NM": Fraction(NM_M), "[nmi_i]": Fraction(NM_M), "KM": Fraction(1000), "km": Fraction(1000),
    "M": Fraction(1), "m": Fraction(1), "FT": Fraction(3048, 10_000), "ft": Fraction(3048, 10_000),
    "[ft_i]": Fraction(3048, 10_000), "MI": Fraction(1_609_344, 1000),
}  # fmt: skip
"""Metres of units of length: UomDistanceType of AIXM 5.1.1, and UCUM as GML uses it."""
NUMBER_CHARS_MAX: Final = 40
PATCHES_MAX: Final = 64
_LAT_FIRST: Final = ("EPSG::4326", "EPSG:4326", "EPSG/0/4326")
_LON_FIRST: Final = ("CRS84",)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """Part of an outline: its corners, how its edges run, and the arc or circle that it is."""

    points: tuple[Position, ...]
    edge: EdgeKind = EdgeKind.GEODESIC
    arc: Arc | None = None
    circle: Circle | None = None


@dataclass(slots=True, kw_only=True)
class Frame:
    """The order of coordinates, and what was doubtful about shapes."""

    lat_first: bool = True
    doubts: list[str] = field(default_factory=list)

    def doubt(self, words: str) -> None:
        if words not in self.doubts:
            self.doubts.append(words)


def surface_shapes(surface: Element, frame: Frame) -> Iterator[Shape]:
    """Circles and areas of a surface, with its horizontal accuracy as their error.

    Raises:
        UsageError: an outline cannot be read as it stands.
    """
    _set_order(surface, frame)
    error_m = error_of(surface)
    patches = [
        patch
        for held in surface.all("patches", "polygonPatches")
        for patch in held.all("PolygonPatch")
    ]
    if surface.name == "Polygon":
        patches = [surface]
    if not 1 <= len(patches) <= PATCHES_MAX:
        raise UsageError(f"a surface of {len(patches)} patches; 1 to {PATCHES_MAX} are taken")
    for patch in patches:
        if patch.first("interior") is not None:
            frame.doubt("holes are left out: the area is taken whole")
        yield _area(patch.first("exterior"), frame, error_m)


def curve_shape(curve: Element, frame: Frame, half_width_m: int) -> Corridor:
    """A line, or a corridor if it has a width; raises `UsageError` as :func:`surface_shapes`."""
    _set_order(curve, frame)
    pieces = _joined(list(_pieces(curve, frame)), frame, is_ring=False)
    points, edge, error_m = _edges(pieces)
    return Corridor(
        points=points, half_width_m=half_width_m, edge=edge, error_m=error_m + error_of(curve)
    )


def length_m(element: Element | None) -> int:
    """A length with its unit, in whole metres, rounded up.

    Raises:
        UsageError: not a number, or no unit that is known.
    """
    return math.ceil(_exact_m(element))


def _exact_m(element: Element | None) -> Fraction:
    text = element.text.strip() if element is not None else ""
    unit = element.attributes.get("uom", "") if element is not None else ""
    number = _number(text)
    if unit not in LENGTHS_M or number < 0 or number > 10**9:
        raise UsageError(f"{shown(text)} {shown(unit)!r} is no length in a known unit")
    return Fraction(number) * LENGTHS_M[unit]


def error_of(element: Element) -> int:
    """Its horizontal accuracy in whole metres; 0 if it names none."""
    found = element.first("horizontalAccuracy")
    return length_m(found) if found is not None and found.text.strip() else 0


def positions(element: Element, frame: Frame) -> tuple[Position, ...]:
    """Every position that an element holds directly, by ``pos``, ``posList`` or a point.

    Raises:
        UsageError: none, a point by reference, or numbers that are no positions.
    """
    found: list[Position] = []
    for each in element.all("pos", "posList", "pointProperty", "pointRep"):
        if each.name in {"pos", "posList"}:
            found += _numbers(each, frame)
            continue
        point = next(each.all("Point", "ElevatedPoint"), None)
        if point is None:
            raise UsageError("a point that is named by reference")
        found += positions(point, frame)
    if not found:
        raise UsageError(f"a {shown(element.name)} without positions")
    return tuple(found)


def _numbers(element: Element, frame: Frame) -> list[Position]:
    words = element.text.split()
    if element.attributes.get("srsDimension", "2") != "2" or len(words) % 2 or not words:
        raise UsageError("positions that are not pairs of numbers")
    making.check_count(len(words) // 2)
    found = []
    for one, other in zip(words[::2], words[1::2], strict=True):
        first, second = _number(one), _number(other)
        lat, lon = (first, second) if frame.lat_first else (second, first)
        found.append(making.place(lat, lon))
    return found


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text if len(text) <= NUMBER_CHARS_MAX else "none")
    except InvalidOperation:
        raise UsageError(f"{shown(text)!r} is no number") from None
    if not found.is_finite():
        raise UsageError(f"{shown(text)!r} is no number")
    return found


def _set_order(element: Element, frame: Frame) -> None:
    """Which coordinate comes first: all that name a reference system have to name the same."""
    names = set()
    stack = [element]
    while stack:
        each = stack.pop()
        names |= {each.attributes["srsName"]} if "srsName" in each.attributes else set()
        stack += each.inside
    if not names:
        frame.doubt("no coordinate reference system is named: latitude is taken to come first")
    orders = set()
    for name in names:
        if name.endswith(_LAT_FIRST):
            orders.add(True)
        elif name.endswith(_LON_FIRST):
            orders.add(False)
        else:
            raise UsageError(f"coordinates in {shown(name)}; EPSG:4326 and CRS84 are read")
    if len(orders) > 1:
        raise UsageError("coordinates in two orders in one shape")
    frame.lat_first = orders.pop() if orders else True


# -- outlines


def _area(exterior: Element | None, frame: Frame, error_m: int) -> Shape:
    ring = next(exterior.all("Ring", "LinearRing"), None) if exterior is not None else None
    if ring is None:
        raise UsageError("an area without an outline")
    pieces = list(_pieces(ring, frame))
    if len(pieces) == 1 and pieces[0].circle is not None:
        return replace(pieces[0].circle, error_m=error_m)
    points, edge, more_m = _edges(_joined(pieces, frame, is_ring=True))
    shape = making.area(points, edge)
    return Polygon(ring=shape.ring, edge=edge, error_m=error_m + more_m)


def _pieces(element: Element, frame: Frame) -> Iterator[_Piece]:
    """Pieces of a ring, a curve or a line string, in their order."""
    if element.name in {"LinearRing", "LineString"}:
        yield _Piece(points=positions(element, frame), edge=EdgeKind.PARALLEL)
        return
    for member in element.all("curveMember"):
        inner = next(member.all("Curve", "LineString", "CompositeCurve"), None)
        if inner is None:
            raise UsageError("an outline along a line that is named by reference")
        yield from _pieces(inner, frame)
    for segments in element.all("segments"):
        for segment in segments.inside:
            yield _piece(segment, frame)


def _piece(segment: Element, frame: Frame) -> _Piece:
    match segment.name:
        case "GeodesicString" | "Geodesic":
            return _Piece(points=positions(segment, frame))
        case "LineStringSegment":
            return _Piece(points=positions(segment, frame), edge=EdgeKind.PARALLEL)
        case "CircleByCenterPoint" | "ArcByCenterPoint":
            return _arc(segment, frame)
        case other:
            raise UsageError(f"an outline along a {shown(other)}, which is not read")


def _arc(segment: Element, frame: Frame) -> _Piece:
    centres = positions(segment, frame)
    if len(centres) != 1:
        raise UsageError(f"an arc around {len(centres)} centres")
    radius_m = float(_exact_m(segment.first("radius")))
    start, sweep = 0.0, 360.0
    if segment.name == "ArcByCenterPoint":
        start, end = (_angle(segment.first(name)) for name in ("startAngle", "endAngle"))
        sweep = end - start
        if not frame.lat_first:
            # The first axis points east here, and angles grow towards the second one.
            start, sweep = 90 - start, -sweep
    if abs(sweep) == 360:
        circle = Circle(centre=centres[0], radius_m=math.ceil(radius_m))
        return _Piece(points=centres, circle=circle)
    arc = Arc(centre=centres[0], radius_m=radius_m, start_deg=start, sweep_deg=sweep)
    return _Piece(points=arc.corners(), arc=arc)


def _angle(element: Element | None) -> float:
    if element is None or element.attributes.get("uom", "deg") not in {"deg", "DEG"}:
        raise UsageError("an arc whose angles are not in degrees")
    return float(_number(element.text.strip()))


def _joined(pieces: list[_Piece], frame: Frame, *, is_ring: bool) -> list[tuple[_Piece, int]]:
    """Pieces that meet, each with the error of its ends: an arc ends where its neighbour is named.

    Raises:
        UsageError: an arc ends elsewhere, or a whole circle is part of a longer outline.
    """
    if any(piece.circle is not None for piece in pieces):
        raise UsageError("a whole circle within a longer outline")
    points = [list(piece.points) for piece in pieces]
    errors = [0] * len(pieces)
    follow = [*pairwise(range(len(pieces)))] + [(len(pieces) - 1, 0)] * (
        is_ring and len(pieces) > 1
    )
    for one, other in follow:
        off = distance_m(points[one][-1], points[other][0])
        arcs = [each for each in (other, one) if pieces[each].arc is not None]
        if not arcs:
            if off > SLIVER_M:
                frame.doubt(f"an outline with a gap of {off:.0f} m: closed by a straight line")
            continue
        _check_off(off, [pieces[each].arc for each in arcs])
        moved = arcs[0]
        if moved == other:
            points[other][0] = points[one][-1]
        else:
            points[one][-1] = points[other][0]
        errors[moved] = max(errors[moved], math.ceil(off))
    return [
        (_Piece(points=tuple(points[n]), edge=piece.edge, arc=piece.arc), errors[n])
        for n, piece in enumerate(pieces)
    ]


def _check_off(off: float, arcs: Sequence[Arc | None]) -> None:
    most = min([OFF_M_MAX, *(arc.radius_m * OFF_SHARE_MAX for arc in arcs if arc is not None)])
    if off > most:
        raise UsageError(f"an arc ends {off:.0f} m from where the outline goes on")


def _edges(pieces: list[tuple[_Piece, int]]) -> tuple[tuple[Position, ...], EdgeKind, int]:
    """All corners with one kind of edge between them, and the error of having cut them."""
    if not pieces:
        raise UsageError("an outline without corners")
    kinds = {piece.edge for piece, _ in pieces}
    error_m = max(error for _, error in pieces)
    if any(piece.arc is not None for piece, _ in pieces):
        error_m = max(error_m, ARC_ERROR_M)
    found: list[Position] = []
    for piece, _ in pieces:
        if len(kinds) > 1 and piece.edge is EdgeKind.PARALLEL:
            error_m = max(error_m, ARC_ERROR_M)
            for one, other in pairwise(piece.points):
                found += along_degrees(one, other)
        else:
            found += piece.points
        if len(found) > 2 * VERTICES_MAX:
            raise UsageError(f"an outline of more than {VERTICES_MAX} corners")
    points = tuple(at for n, at in enumerate(found) if n == 0 or at != found[n - 1])
    return points, kinds.pop() if len(kinds) == 1 else EdgeKind.GEODESIC, error_m
