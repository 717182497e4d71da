"""Cutting: the true outline of a shape as longitudes and latitudes that nothing makes jump.

Other programs draw straight lines between longitudes and latitudes. So geodesics are given enough
corners, what crosses 180 degrees is cut there, and what holds a pole is led along the edge of the
map to it (RFC 7946, section 3.1.9).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tieline.deconfliction.packing import skeleton
from tieline.space.geodesy import WGS84
from tieline.space.shape import Circle, Corridor, Point, Polygon, Shape

CIRCLE_CORNERS: Final = 120
"""Corners of a drawn circle: drawn from outside, it is then at most 0.04 % too wide."""
END_CORNERS: Final = 16
"""Corners of the half circle at the end of a drawn corridor."""

Lonlat = tuple[float, float]
"""Longitude and latitude in degrees, as maps take them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A point, rings (counterclockwise, not closed) or lines; longitudes from -180 to 180."""

    point: Lonlat | None = None
    rings: tuple[tuple[Lonlat, ...], ...] = ()
    lines: tuple[tuple[Lonlat, ...], ...] = ()


def drawn(shape: Shape) -> Drawn:
    """A shape as a map may draw it; a corridor by its middle line, an area by its own outline.

    Raises:
        UsageError: more edges than can be drawn.
    """
    match shape:
        case Point(at=at):
            return Drawn(point=(at.lon_deg, at.lat_deg))
        case Circle() | Polygon():
            return Drawn(rings=rings_cut(outline(shape)))
        case Corridor():
            return Drawn(lines=lines_cut(outline(shape)))


def outline(shape: Shape) -> list[Lonlat]:
    """Corners of a circle, an area or a line, close enough together for straight lines between."""
    if isinstance(shape, Circle):
        return circle(shape.centre.lon_deg, shape.centre.lat_deg, shape.radius_m)
    found = skeleton(shape)
    return list(zip(found.lon_deg, found.lat_deg, strict=True))


def circle(lon_deg: float, lat_deg: float, radius_m: float) -> list[Lonlat]:
    """A circle by corners that lie outside, so that their chords touch it and never cut it."""
    far_m = radius_m / math.cos(math.pi / CIRCLE_CORNERS)
    found = []
    for n in range(CIRCLE_CORNERS):
        at = WGS84.Direct(lat_deg, lon_deg, -360 * n / CIRCLE_CORNERS, far_m)
        found.append((at["lon2"], at["lat2"]))
    return found


def unrolled(points: list[Lonlat]) -> list[Lonlat]:
    """The same places with longitudes that go on past 180 instead of jumping."""
    found = points[:1]
    for lon, lat in points[1:]:
        turn = (lon - found[-1][0] + 180) % 360 - 180
        found.append((found[-1][0] + turn, lat))
    return found


def rings_cut(points: list[Lonlat]) -> tuple[tuple[Lonlat, ...], ...]:
    """A ring as one or more rings that lie between -180 and 180 degrees."""
    ring = unrolled([*points, points[0]])
    turned = ring[-1][0] - ring[0][0]
    if abs(turned) > 180:
        return (_home(_around_pole(ring, turned)),)
    ring.pop()
    parts = [ring]
    for meridian in _meridians(ring):
        parts = [piece for part in parts for piece in _split(part, meridian)]
    return tuple(_home(part) for part in parts if len(part) > 2)


def _around_pole(ring: list[Lonlat], turned: float) -> list[Lonlat]:
    """A closed ring that goes round the earth, from 180 degrees to 180 degrees and over the pole.

    Of the two poles it is the nearer one, because an area is the smaller side of its ring.
    """
    meridian = _meridians([ring[0], (ring[0][0] + turned, 0.0)])[:1]
    begin = next(
        (
            n
            for n, (one, other) in enumerate(pairwise(ring))
            if meridian and min(one[0], other[0]) <= meridian[0] <= max(one[0], other[0])
        ),
        0,
    )
    at = _crossing(ring[begin], ring[begin + 1], meridian[0]) if meridian else ring[0]
    end = (at[0] + turned, at[1])
    after = [(lon + turned, lat) for lon, lat in ring[1 : begin + 1]]
    pole = math.copysign(90.0, sum(lat for _, lat in ring))
    return [at, *ring[begin + 1 :], *after, end, (end[0], pole), (at[0], pole)]


def _meridians(points: list[Lonlat]) -> list[float]:
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    first = math.floor((west - 180) / 360) + 1
    found = []
    while 180 + 360 * first < east:
        found.append(180.0 + 360 * first)
        first += 1
    return found


def _split(ring: list[Lonlat], at: float) -> list[list[Lonlat]]:
    """A simple ring cut along a meridian.

    Chains between two crossings lie on one side. Along the meridian the inside and the outside take
    turns, so that each crossing is joined with its neighbour: first and second, third and fourth ..
    """
    sides = [lon >= at for lon, _ in ring]
    if all(sides) or not any(sides):
        return [ring]
    begin = next(n for n in range(len(ring)) if sides[n] != sides[n - 1])
    ring, sides = ring[begin:] + ring[:begin], sides[begin:] + sides[:begin]
    chains: list[list[Lonlat]] = []
    for n, point in enumerate(ring):
        if sides[n] != sides[n - 1]:
            crossing = _crossing(ring[n - 1], point, at)
            if chains:
                chains[-1].append(crossing)
            chains.append([crossing])
        chains[-1].append(point)
    chains[-1].append(chains[0][0])
    return _joined(chains, [chain[1][0] >= at for chain in chains])


def _crossing(one: Lonlat, other: Lonlat, at: float) -> Lonlat:
    part = (at - one[0]) / (other[0] - one[0])
    return at, one[1] + part * (other[1] - one[1])


def _joined(chains: list[list[Lonlat]], sides: list[bool]) -> list[list[Lonlat]]:
    ends = [(chain[end][1], number, end) for number, chain in enumerate(chains) for end in (0, -1)]
    found = []
    for side in (False, True):
        ordered = sorted(each for each in ends if sides[each[1]] == side)
        partner = {
            each[1:]: ordered[place ^ 1][1:]
            for place, each in enumerate(ordered)
            if place ^ 1 < len(ordered)
        }
        left = {number for number, own in enumerate(sides) if own == side}
        while left:
            number, ring = min(left), list[Lonlat]()
            while number in left:
                left.discard(number)
                ring += chains[number]
                number = partner.get((number, -1), (number, 0))[0]
            found.append(ring)
    return found


def _home(part: list[Lonlat]) -> tuple[Lonlat, ...]:
    """A part turned back to between -180 and 180 degrees, counterclockwise, without doublets."""
    middle = (min(lon for lon, _ in part) + max(lon for lon, _ in part)) / 2
    back = 360 * math.floor((middle + 180) / 360)
    ring = [(lon - back, lat) for lon, lat in part]
    ring = [at for n, at in enumerate(ring) if at != ring[n - 1]]
    area = sum(
        (lon + other) * (lat2 - lat)
        for (lon, lat), (other, lat2) in zip(ring, ring[1:] + ring[:1], strict=True)
    )
    return tuple(ring if area > 0 else reversed(ring))


def lines_cut(points: list[Lonlat]) -> tuple[tuple[Lonlat, ...], ...]:
    """A line as one or more lines that lie between -180 and 180 degrees."""
    line = unrolled(points)
    parts = [[line[0]]]
    for one, other in pairwise(line):
        for meridian in sorted(_meridians([one, other]), reverse=one[0] > other[0]):
            crossing = _crossing(one, other, meridian)
            if one[0] != meridian:
                parts[-1].append(crossing)
                parts.append([crossing])
        parts[-1].append(other)
    return tuple(_line_home(part) for part in parts if len(part) > 1)


def _line_home(part: list[Lonlat]) -> tuple[Lonlat, ...]:
    middle = (min(lon for lon, _ in part) + max(lon for lon, _ in part)) / 2
    back = 360 * math.floor((middle + 180) / 360)
    return tuple((lon - back, lat) for lon, lat in part)


def capsules(shape: Corridor) -> tuple[tuple[Lonlat, ...], ...]:
    """A corridor as rings that together cover it: one round each piece of its line, ends included.

    Nothing for a line without a width.
    """
    half_m = shape.half_width_m
    if not half_m:
        return ()
    found: list[tuple[Lonlat, ...]] = []
    for one, other in pairwise(outline(shape)):
        if one != other:
            found += rings_cut(_capsule(one, other, half_m / math.cos(math.pi / END_CORNERS / 2)))
    return tuple(found)


def _capsule(one: Lonlat, other: Lonlat, far_m: float) -> list[Lonlat]:
    there = WGS84.Inverse(one[1], one[0], other[1], other[0])
    found = []
    for (lon, lat), ahead in ((other, there["azi2"]), (one, there["azi1"] + 180)):
        for n in range(END_CORNERS + 1):
            at = WGS84.Direct(lat, lon, ahead + 90 - 180 * n / END_CORNERS, far_m)
            found.append((at["lon2"], at["lat2"]))
    return found
