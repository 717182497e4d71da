"""The Mercator plane, on which rhumb lines are straight: rings that cross themselves, lengths."""

from __future__ import annotations

from itertools import pairwise
from math import acos, asin, asinh, atan, cos, degrees, hypot, radians, sin, sinh, tan
from typing import Final

from tieline.space.position import E7, LAT_E7_MAX, LON_E7_MAX, Position

Spot = tuple[float, float]

SPHERE_M_PER_DEG: Final = 60 * 1_852
"""A degree of a great circle by the nautical mile: for plausibility, not for measure."""


def on_plane(points: tuple[Position, ...]) -> list[Spot]:
    """Positions on the Mercator plane, longitudes unrolled so that none jumps half a turn."""
    spots: list[Spot] = []
    turned = 0
    for at, point in enumerate(points):
        if at:
            step = point.lon_e7 - points[at - 1].lon_e7
            turned -= _turns(step)
        lon = (point.lon_e7 + turned * 2 * LON_E7_MAX) / E7
        spots.append((radians(lon), asinh(tan(radians(point.lat_deg)))))
    return spots


def _turns(step: int) -> int:
    return 1 if step > LON_E7_MAX else -1 if step < -LON_E7_MAX else 0


def touches_pole(points: tuple[Position, ...]) -> bool:
    """Whether a rhumb line to one of the points would not end."""
    return any(abs(point.lat_e7) == LAT_E7_MAX for point in points)


def crossing(spots: list[Spot]) -> tuple[int, int] | None:
    """Two edges of a closed ring that meet without being neighbours, by their first corners."""
    count = len(spots)
    edges = [(spots[at], spots[(at + 1) % count]) for at in range(count)]
    boxes = [(min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), max(a[1], b[1])) for a, b in edges]
    for at in range(count):
        west, east, south, north = boxes[at]
        for other in range(at + 2, count - (at == 0)):
            box = boxes[other]
            if box[0] > east or box[1] < west or box[2] > north or box[3] < south:
                continue
            if _meet(*edges[at], *edges[other]):
                return at, other
    return None


def _meet(a: Spot, b: Spot, c: Spot, d: Spot) -> bool:
    first, second = _side(a, b, c), _side(a, b, d)
    third, fourth = _side(c, d, a), _side(c, d, b)
    # Boxes overlap already, so that edges on one line which touch count as meeting.
    return first * second <= 0 and third * fourth <= 0


def _side(a: Spot, b: Spot, c: Spot) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def length_m(points: tuple[Position, ...]) -> float:
    """Length of a line, to about half a percent."""
    return sum(apart_m(one, other) for one, other in pairwise(points))


def apart_m(one: Position, other: Position) -> float:
    """Distance of two positions, to a few percent up to some thousand kilometres."""
    lat = (other.lat_e7 - one.lat_e7) / E7
    lon = abs(other.lon_e7 - one.lon_e7) / E7
    lon = min(lon, 360 - lon) * cos(radians((one.lat_deg + other.lat_deg) / 2))
    return hypot(lat, lon) * SPHERE_M_PER_DEG


EDGE_M_MIN: Final = 50_000
"""Below, and up to 80 degrees of latitude, the two kinds of edge lie less than 280 m apart."""
STEPS: Final = 8


def edge_doubt_m(points: tuple[Position, ...]) -> float:
    """Largest distance between the rhumb lines and the great circles that join positions.

    Taken at seven points of each edge, at the same share of its way (on the great circle by
    spherical linear interpolation), on a sphere: an upper bound of how far the lines lie apart,
    to a percent.
    """
    spots = on_plane(points)
    return max(
        (
            _edge_doubt_m(one, other)
            for (one, other), ends in zip(pairwise(spots), pairwise(points), strict=True)
            if apart_m(*ends) > EDGE_M_MIN
        ),
        default=0.0,
    )


def _edge_doubt_m(one: Spot, other: Spot) -> float:
    first, last = _unit(*_off_plane(one)), _unit(*_off_plane(other))
    angle = acos(max(-1.0, min(1.0, sum(a * b for a, b in zip(first, last, strict=True)))))
    if angle == 0:
        return 0.0
    most = 0.0
    sine = sin(angle)
    lat0, rise = _off_plane(one)[0], other[1] - one[1]
    span = _off_plane(other)[0] - lat0
    for step in range(1, STEPS):
        share = step / STEPS
        back, on = sin((1 - share) * angle) / sine, sin(share * angle) / sine
        lat = lat0 + span * share
        run = share if abs(rise) < 1e-9 else (asinh(tan(lat)) - one[1]) / rise
        x, y, z = _unit(lat, one[0] + (other[0] - one[0]) * run)
        half = hypot(
            first[0] * back + last[0] * on - x,
            first[1] * back + last[1] * on - y,
            first[2] * back + last[2] * on - z,
        )
        most = max(most, 2 * asin(min(half / 2, 1.0)))
    return degrees(most) * SPHERE_M_PER_DEG


def _off_plane(spot: Spot) -> Spot:
    return atan(sinh(spot[1])), spot[0]


def _unit(lat: float, lon: float) -> tuple[float, float, float]:
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)
