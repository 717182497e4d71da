"""Packing: notified volumes as rows of arrays.

Circles and corridors stay a centre and a line with a reach. Long edges are cut where the notified
line really runs: geodesics to pieces of at most 50 km, rhumb lines and parallels to pieces whose
great circles lie within 10 m of them. What is left between the two is the row's tolerance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from tieline.deconfliction.packed import (
    ARC_ERROR_PER_M,
    EARTH_MAX_M,
    LINE,
    POINT,
    RING,
    Packed,
    framed,
)
from tieline.deconfliction.packing_lines import divided, geodesic_m
from tieline.errors import UsageError
from tieline.space.geodesy import WGS84
from tieline.space.position import Position
from tieline.space.shape import Circle, Corridor, EdgeKind, Point, Polygon, Shape, corners, reach_m
from tieline.space.spans import envelope_ms
from tieline.space.volume import Volume

PIECE_M_MAX: Final = 50_000.0
"""Longest piece of a geodesic: its great circle then lies within 0.2 m of it."""
OFF_TRACK_M_MAX: Final = 10.0
"""Furthest that a piece of a rhumb line or a parallel may lie from it (DECONFLICTION, 1)."""
VERTICES_PACKED_MAX: Final = 20_000
"""Most vertices of one volume after cutting: a million kilometres of edges."""
EDGE_M_MAX: Final = 19_000_000.0
"""An edge as long as this ends nearly opposite where it begins, and could run any way."""
HEMISPHERE_CAP: Final = 1.4
"""An area fits into a cap of this chord around its middle: a little less than a hemisphere."""
DEG_M: Final = 111_700.0
"""A degree is at most so long, along any meridian or parallel of WGS84."""
MERIDIAN_SURE: Final = 1e-6
"""Below this ratio of latitudes to longitudes a rhumb line is a parallel."""

Place = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """A shape without its reach: one vertex, a line or a ring, in degrees, and its tolerance."""

    lat_deg: list[float]
    lon_deg: list[float]
    kind: int
    tolerance_m: float


def pack(
    volumes: Sequence[Volume],
    *,
    party: Sequence[int],
    klass: Sequence[int] | None = None,
    skeletons: Sequence[Skeleton] | None = None,
    compiled: bool | None = None,
) -> Packed:
    """Volumes as rows, in order; ``party`` and ``klass`` are small numbers of the caller.

    Raises:
        UsageError: an area of more than a hemisphere, an edge between opposite ends of the earth,
            or more edges than can be compared.
    """
    drawn = [skeleton(volume.shape) for volume in volumes] if skeletons is None else skeletons
    count = np.array([len(one.lat_deg) for one in drawn], np.int32)
    first = np.concatenate(([0], np.cumsum(count[:-1], dtype=np.int64))).astype(np.int64)[
        : len(drawn)
    ]
    kind = np.array([one.kind for one in drawn], np.int8)
    lat = np.array([lat for one in drawn for lat in one.lat_deg], np.float64)
    lon = np.array([lon for one in drawn for lon in one.lon_deg], np.float64)
    found = framed(lat, lon, first, count, kind, compiled=compiled)
    if ((kind == RING) & (found.cap > HEMISPHERE_CAP)).any():
        raise UsageError("an area of more than a hemisphere; divide it into smaller ones")
    times = [envelope_ms(volume.window) for volume in volumes]
    bands = [volume.band.certain_m() for volume in volumes]
    return Packed(
        xyz=found.xyz,
        first=first,
        count=count,
        kind=kind,
        centre=found.centre,
        cap=found.cap,
        box=found.box,
        reach_m=np.array([reach_m(volume.shape) for volume in volumes], np.float64),
        tolerance_m=np.array([one.tolerance_m for one in drawn], np.float64),
        start_ms=np.array([start for start, _ in times], np.int64),
        # The end of a window is not part of it.
        end_ms=np.array([end - 1 for _, end in times], np.int64),
        lower_m=np.array([lower for lower, _ in bands], np.int32),
        upper_m=np.array([upper for _, upper in bands], np.int32),
        party=np.array(party, np.int32),
        klass=np.array(klass if klass is not None else [0] * len(volumes), np.int32),
    )


def with_klass(packed: Packed, klass: Sequence[int]) -> Packed:
    """The same rows in other classes of separation."""
    return replace(packed, klass=np.array(klass, np.int32))


def skeleton(shape: Shape) -> Skeleton:
    """A shape's vertices with long edges cut.

    Raises:
        UsageError: an edge between opposite ends of the earth, or too many pieces.
    """
    match shape:
        case Point() | Circle():
            at = corners(shape)[0]
            return Skeleton(lat_deg=[at.lat_deg], lon_deg=[at.lon_deg], kind=POINT, tolerance_m=0.0)
        case Corridor(points=points, edge=edge):
            return _cut(points, edge, LINE)
        case Polygon(ring=ring, edge=edge):
            return _cut(ring, edge, RING)


def _cut(points: tuple[Position, ...], edge: EdgeKind, kind: int) -> Skeleton:
    places = [(at.lat_deg, at.lon_deg) for at in points]
    if kind == RING:
        places.append(places[0])
    found, tolerance = [places[0]], 0.0
    for begin, end in pairwise(places):
        most = _most_m(begin, end)
        if edge is EdgeKind.GEODESIC and most <= PIECE_M_MAX:
            tolerance = max(tolerance, ARC_ERROR_PER_M * most * most)
            found.append(end)
            continue
        for at in pieces(begin, end, edge, room=VERTICES_PACKED_MAX - len(found)):
            length = _most_m(found[-1], at)
            off = 0.0 if edge is EdgeKind.GEODESIC else _off_track_m(found[-1], at, edge)
            tolerance = max(tolerance, ARC_ERROR_PER_M * length * length + off)
            found.append(at)
    if kind == RING:
        found.pop()
    return Skeleton(
        lat_deg=[lat for lat, _ in found],
        lon_deg=[lon for _, lon in found],
        kind=kind,
        tolerance_m=tolerance,
    )


def pieces(begin: Place, end: Place, edge: EdgeKind, *, room: int) -> Iterator[Place]:
    """Places along an edge up to its end, close enough together for great circles between them."""
    if edge is EdgeKind.GEODESIC:
        yield from _geodesic(begin, end, room)
        return
    left = room
    stack = [(0.0, 1.0)]
    while stack:
        since, to = stack.pop()
        one, other = between(begin, end, edge, since), between(begin, end, edge, to)
        middle = between(begin, end, edge, (since + to) / 2)
        if _length_m(one, other) > PIECE_M_MAX or _off_m(one, other, middle) > OFF_TRACK_M_MAX:
            stack += [((since + to) / 2, to), (since, (since + to) / 2)]
            if len(stack) > left:
                raise _too_long()
            continue
        left -= 1
        if left < 0:
            raise _too_long()
        yield end if to == 1.0 else other


def _geodesic(begin: Place, end: Place, room: int) -> Iterator[Place]:
    if _most_m(begin, end) > PIECE_M_MAX:
        length = geodesic_m(begin, end)
        if length > EDGE_M_MAX:
            raise UsageError(
                f"an edge of {length / 1000:,.0f} km joins opposite ends of the earth and could "
                "run any way; give a point between them"
            )
        many = math.ceil(length / PIECE_M_MAX)
        if many > room:
            raise _too_long()
        yield from divided(begin, end, many)
    yield end


def between(begin: Place, end: Place, edge: EdgeKind, part: float) -> Place:
    """The place that lies a part of the way along a rhumb line, or a line straight in degrees.

    A line *along the parallel* between two places of one latitude keeps that latitude; between two
    others the latitude changes evenly with the longitude. A rhumb line is straight in longitude and
    isometric latitude (J. P. Snyder, Map Projections, USGS PP 1395, equation 7-7).
    """
    (lat1, lon1), (lat2, lon2) = begin, end
    turn = (lon2 - lon1 + 180) % 360 - 180
    lat = lat1 + (lat2 - lat1) * part
    if edge is EdgeKind.PARALLEL or abs(lat2 - lat1) <= MERIDIAN_SURE * abs(turn):
        return lat, lon1 + turn * part
    if abs(lat1) == 90 or abs(lat2) == 90:
        # All rhumb lines end at a pole; the one that is straight is the meridian.
        return lat, lon2 if abs(lat1) == 90 else lon1
    height1 = _isometric(lat1)
    share = (_isometric(lat) - height1) / (_isometric(lat2) - height1)
    return lat, lon1 + turn * share


def _isometric(lat_deg: float) -> float:
    e = math.sqrt(WGS84.f * (2 - WGS84.f))
    sine = math.sin(math.radians(lat_deg))
    return math.atanh(sine) - e * math.atanh(e * sine)


def _vector(at: Place) -> tuple[float, float, float]:
    lat, lon = math.radians(at[0]), math.radians(at[1])
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _most_m(one: Place, other: Place) -> float:
    """What the geodesic between two places is no longer than: as a line straight in degrees.

    Every degree is taken for the longest, and every parallel for the one nearest to the equator.
    """
    turn = abs((other[1] - one[1] + 180) % 360 - 180)
    nearest = 0.0 if one[0] * other[0] <= 0 else min(abs(one[0]), abs(other[0]))
    return math.hypot(other[0] - one[0], turn * math.cos(math.radians(nearest))) * DEG_M


def _length_m(one: Place, other: Place) -> float:
    return math.dist(_vector(one), _vector(other)) * EARTH_MAX_M


def _off_m(one: Place, other: Place, middle: Place) -> float:
    """How far the middle of an edge lies from the middle of the great circle under it."""
    a, b = _vector(one), _vector(other)
    summed = [x + y for x, y in zip(a, b, strict=True)]
    length = math.hypot(*summed)
    if length < 1e-9:
        return math.inf
    return math.dist([x / length for x in summed], _vector(middle)) * EARTH_MAX_M


def _off_track_m(one: Place, other: Place, edge: EdgeKind) -> float:
    return _off_m(one, other, between(one, other, edge, 0.5))


def _too_long() -> UsageError:
    return UsageError(
        f"a line that takes more than {VERTICES_PACKED_MAX:,} points to draw; divide it, or give "
        "fewer corners"
    )
