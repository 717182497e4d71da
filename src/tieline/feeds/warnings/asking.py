"""Asking: which warnings hold at some time, and which lie near a place."""

from __future__ import annotations

from itertools import pairwise
from math import cos, hypot, radians
from typing import Final

from tieline.errors import UsageError
from tieline.feeds.warnings.model import NavWarning, Part, Phrase
from tieline.feeds.warnings.plane import SPHERE_M_PER_DEG, on_plane
from tieline.space.geodesy import distance_m
from tieline.space.position import E7, Position
from tieline.space.shape import Circle, Corridor, Point, Polygon, corners, reach_m
from tieline.space.spans import spans_between
from tieline.space.volume import Volume
from tieline.space.window import INSTANT_MS_MAX, Interval, Window

NEAR_M_MAX: Final = 1_000_000
"""Furthest that *near* may mean: distances to edges are taken on a plane about the place."""


def life(warning: NavWarning) -> Window:
    """From issue until the end by its own words; what cancelled it later is not known here."""
    start = warning.raw.issued_ms or 0
    end = warning.cancelled_ms
    return Window(
        spans=(Interval(start_ms=start, end_ms=end if end is None or end > start else start + 1),)
    )


def windows(part: Part, warning: NavWarning) -> tuple[Window, ...]:
    """When a part holds: its own times and spare times, else as long as the warning."""
    own = tuple(window for window in (part.window, part.alternate) if window is not None)
    return own or (life(warning),)


def volumes(warning: NavWarning) -> tuple[Volume, ...]:
    """What a warning takes up; places that it only names take up nothing.

    A part whose time was not read takes its place as long as the warning is in force, and is
    coarse, as is one that is only *in vicinity*.
    """
    return tuple(
        Volume(
            shape=part.shape,
            window=window,
            band=part.band,
            coarse=part.is_vague or not part.is_timed,
        )
        for part in warning.parts
        if part.phrase is not Phrase.PLACE
        for window in windows(part, warning)
    )


def holds_between(warning: NavWarning, start_ms: int, end_ms: int) -> bool:
    """Whether any part holds in [start_ms, end_ms), and the warning is not over by its own words.

    A warning of which no part was read holds as long as it is in force.
    """
    if not _meets(life(warning), start_ms, end_ms, None):
        return False
    if not warning.parts:
        return True
    return any(
        _meets(window, start_ms, end_ms, corners(part.shape)[0])
        for part in warning.parts
        for window in windows(part, warning)
    )


def _meets(window: Window, start_ms: int, end_ms: int, at: Position | None) -> bool:
    return bool(spans_between(window, start_ms, min(end_ms, INSTANT_MS_MAX), at=at))


def is_near(warning: NavWarning, at: Position, within_m: float) -> bool:
    """Whether any part lies within a distance of a place.

    Distances to edges are right to about a percent, nearer the place better; a part is counted
    rather than left out.

    Raises:
        UsageError: further than ``NEAR_M_MAX``.
    """
    if not 0 <= within_m <= NEAR_M_MAX:
        raise UsageError(f"near is at most {NEAR_M_MAX // 1000} km")
    return any(_is_near(part, at, within_m * 1.01) for part in warning.parts)


def _is_near(part: Part, at: Position, within_m: float) -> bool:
    room = within_m + reach_m(part.shape)
    match part.shape:
        case Point(at=place) | Circle(centre=place):
            return distance_m(at, place) <= room
        case Corridor(points=points):
            return _from_edges(at, points) <= room
        case Polygon(ring=ring):
            return _holds(ring, at) or _from_edges(at, (*ring, ring[0])) <= room


def _from_edges(at: Position, points: tuple[Position, ...]) -> float:
    spots = [_about(at, point) for point in points]
    return min(_from_edge(one, other) for one, other in pairwise(spots))


def _about(at: Position, point: Position) -> tuple[float, float]:
    lon = ((point.lon_e7 - at.lon_e7) / E7 + 540) % 360 - 180
    middle = radians((point.lat_deg + at.lat_deg) / 2)
    lat = (point.lat_e7 - at.lat_e7) / E7
    return lon * cos(middle) * SPHERE_M_PER_DEG, lat * SPHERE_M_PER_DEG


def _from_edge(one: tuple[float, float], other: tuple[float, float]) -> float:
    dx, dy = other[0] - one[0], other[1] - one[1]
    share = -(one[0] * dx + one[1] * dy) / ((dx * dx + dy * dy) or 1.0)
    share = min(max(share, 0.0), 1.0)
    return hypot(one[0] + share * dx, one[1] + share * dy)


def _holds(ring: tuple[Position, ...], at: Position) -> bool:
    """Whether a place lies inside, on the Mercator plane (crossings of a line to the north)."""
    if abs(at.lat_deg) == 90:
        return False
    spots = on_plane((at, *ring, ring[0]))
    x, y = spots[0]
    inside = False
    for (ax, ay), (bx, by) in pairwise(spots[1:]):
        if (ax > x) != (bx > x) and y < ay + (by - ay) * (x - ax) / (bx - ax):
            inside = not inside
    return inside
