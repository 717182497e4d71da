"""Nearness: how far a place lies from what a notification covers.

The shape is drawn on the plane as its points lie around the place: each at its true distance and
bearing (azimuthal equidistant projection; J. P. Snyder, Map Projections, USGS Professional Paper
1395, 1987, chapter 25). Distances to corners are exact, those to edges of 1,000 km good to a few
parts in a thousand; edges are drawn straight, whatever kind is declared. It serves lists and
matches for people; overlaps are found by another engine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

from tieline.space.geodesy import bearing_deg, distance_m
from tieline.space.position import Position
from tieline.space.shape import Corridor, Polygon, Shape, corners, reach_m
from tieline.space.volume import Volume

Flat = tuple[float, float]


def apart_m(shape: Shape, at: Position) -> int:
    """Metres from a place to the nearest part of a shape, stated error included; 0 within it."""
    drawn = [_flat(at, corner) for corner in corners(shape)]
    ring = [*drawn, drawn[0]] if isinstance(shape, Polygon) else drawn
    if isinstance(shape, Polygon) and _holds(ring):
        return 0
    if isinstance(shape, Corridor | Polygon):
        away = min(_to_edge(one, other) for one, other in pairwise(ring))
    else:
        away = math.hypot(*drawn[0])
    return max(0, math.floor(away - reach_m(shape)))


def nearest_m(volumes: Iterable[Volume], at: Position) -> int | None:
    """As :func:`apart_m`, to the nearest of several volumes; None if there is none."""
    return min((apart_m(volume.shape, at) for volume in volumes), default=None)


def _flat(at: Position, corner: Position) -> Flat:
    away, bearing = distance_m(at, corner), math.radians(bearing_deg(at, corner))
    return away * math.sin(bearing), away * math.cos(bearing)


def _to_edge(one: Flat, other: Flat) -> float:
    """Distance of the origin from a segment."""
    east, north = other[0] - one[0], other[1] - one[1]
    length = east * east + north * north
    along = -(one[0] * east + one[1] * north) / length if length else 0.0
    along = min(max(along, 0.0), 1.0)
    return math.hypot(one[0] + along * east, one[1] + along * north)


def _holds(ring: list[Flat]) -> bool:
    """Whether the origin lies in a ring (crossings of a ray to the east)."""
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > 0) != (y2 > 0) and x1 - y1 * (x2 - x1) / (y2 - y1) > 0:
            inside = not inside
    return inside
