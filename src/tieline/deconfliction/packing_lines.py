"""Lines: places along a geodesic, worked out faster than by Karney's algorithm where that is safe.

T. Vincenty, Direct and inverse solutions of geodesics on the ellipsoid, Survey Review 23 (1975):
right to a tenth of a millimetre, and sure to converge, up to a quarter of the way round. A call
takes some microseconds, which matters to a notification that is put among a million others.
"""

from __future__ import annotations

import math
from typing import Final

from tieline.space.geodesy import WGS84

A_M: Final = 6_378_137.0
F: Final = 1 / 298.257223563
"""Semi-major axis and flattening of WGS84 (NGA.STND.0036)."""
B_M: Final = A_M * (1 - F)
SECOND: Final = (A_M**2 - B_M**2) / B_M**2
"""Second eccentricity, squared."""
SURE_DEG: Final = 60.0
"""Ends no further apart than this in latitude and in longitude are left to Vincenty."""
ROUNDS: Final = 8
"""Each round gains a factor of some hundred."""

Place = tuple[float, float]


def geodesic_m(begin: Place, end: Place) -> float:
    """Length of the geodesic between two places in degrees, in metres."""
    if not _is_sure(begin, end):
        found: float = WGS84.Inverse(*begin, *end)["s12"]
        return found
    return _inverse(begin, end)[0]


def divided(begin: Place, end: Place, many: int) -> list[Place]:
    """The places that divide a geodesic into equal parts, without its ends."""
    if not _is_sure(begin, end):
        line = WGS84.InverseLine(*begin, *end)
        steps = [line.Position(line.s13 * n / many) for n in range(1, many)]
        return [(at["lat2"], at["lon2"]) for at in steps]
    length, course = _inverse(begin, end)
    return [_direct(begin, course, length * n / many) for n in range(1, many)]


def _is_sure(begin: Place, end: Place) -> bool:
    turn = abs((end[1] - begin[1] + 180) % 360 - 180)
    return turn <= SURE_DEG and abs(end[0] - begin[0]) <= SURE_DEG


def _inverse(begin: Place, end: Place) -> tuple[float, float]:
    """Length in metres and azimuth at the first place in radians."""
    turn = math.radians((end[1] - begin[1] + 180) % 360 - 180)
    s1, c1 = _reduced(begin[0])
    s2, c2 = _reduced(end[0])
    lam, sin, cos, sigma, cos2, middle = turn, 0.0, 1.0, 0.0, 1.0, 0.0
    for _ in range(ROUNDS):
        east, north = c2 * math.sin(lam), c1 * s2 - s1 * c2 * math.cos(lam)
        sin, cos = math.hypot(east, north), s1 * s2 + c1 * c2 * math.cos(lam)
        if sin == 0:
            return 0.0, 0.0
        sigma, alpha = math.atan2(sin, cos), c1 * c2 * math.sin(lam) / sin
        cos2 = 1 - alpha * alpha
        middle = cos - 2 * s1 * s2 / cos2 if cos2 > 1e-15 else 0.0
        before, lam = lam, turn + _turned(alpha, cos2, sigma, sin, cos, middle)
        if abs(lam - before) < 1e-14:
            break
    big, small = _series(cos2)
    course = math.atan2(c2 * math.sin(lam), c1 * s2 - s1 * c2 * math.cos(lam))
    return B_M * big * (sigma - _change(small, sin, cos, middle)), course


def _direct(begin: Place, course: float, length: float) -> Place:
    """Where one comes by a length in metres on a course in radians."""
    s1, c1 = _reduced(begin[0])
    sigma1 = math.atan2(s1 / c1, math.cos(course))
    alpha = c1 * math.sin(course)
    cos2 = 1 - alpha * alpha
    big, small = _series(cos2)
    straight = sigma = length / (B_M * big)
    for _ in range(ROUNDS):
        middle = math.cos(2 * sigma1 + sigma)
        sigma = straight + _change(small, math.sin(sigma), math.cos(sigma), middle)
    sin, cos, middle = math.sin(sigma), math.cos(sigma), math.cos(2 * sigma1 + sigma)
    back = s1 * sin - c1 * cos * math.cos(course)
    lat = math.atan2(s1 * cos + c1 * sin * math.cos(course), (1 - F) * math.hypot(alpha, back))
    lam = math.atan2(sin * math.sin(course), c1 * cos - s1 * sin * math.cos(course))
    lon = math.degrees(lam - _turned(alpha, cos2, sigma, sin, cos, middle))
    return math.degrees(lat), (begin[1] + lon + 180) % 360 - 180


def _reduced(lat_deg: float) -> tuple[float, float]:
    """Sine and cosine of the latitude on the auxiliary sphere; never quite at a pole."""
    lat = math.radians(lat_deg)
    angle = math.atan2((1 - F) * math.sin(lat), max(math.cos(lat), 1e-15))
    return math.sin(angle), math.cos(angle)


def _turned(
    alpha: float, cos2: float, sigma: float, sin: float, cos: float, middle: float
) -> float:
    """By how much the longitude on the auxiliary sphere exceeds that on the ellipsoid."""
    c = F / 16 * cos2 * (4 + F * (4 - 3 * cos2))
    inner = sigma + c * sin * (middle + c * cos * (2 * middle * middle - 1))
    return (1 - c) * F * alpha * inner


def _series(cos2: float) -> tuple[float, float]:
    square = cos2 * SECOND
    big = 1 + square / 16384 * (4096 + square * (square * (320 - 175 * square) - 768))
    return big, square / 1024 * (256 + square * (square * (74 - 47 * square) - 128))


def _change(small: float, sin: float, cos: float, middle: float) -> float:
    third = small / 6 * middle * (4 * sin * sin - 3) * (4 * middle * middle - 3)
    return small * sin * (middle + small / 4 * (cos * (2 * middle * middle - 1) - third))
