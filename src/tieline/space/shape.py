"""Shape: what a notification covers on the ground: a point, a circle, a corridor, an area.

Circles and corridors stay what they are and never become polygons: a polygon drawn inside a safety
circle of 100 km leaves out up to half a kilometre. How the edges of a corridor or an area run is
declared, because the same corners joined by a rhumb line and by a geodesic lie kilometres apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final, TypeAlias

from tieline.errors import UsageError
from tieline.space.position import ERROR_M_MAX, Position

RADIUS_M_MAX: Final = 5_000_000
"""Largest circle: half a quarter of a meridian, so that a shape stays within a hemisphere."""
HALF_WIDTH_M_MAX: Final = 1_000_000
VERTICES_MAX: Final = 10_000
"""Most corners of one shape; an outline with more has to be drawn coarser."""
CORNERS_MIN: Final = 3


class EdgeKind(StrEnum):
    """How the line between two corners runs."""

    GEODESIC = "geodesic"
    RHUMB = "rhumb"
    PARALLEL = "parallel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place; ``error_m`` is how far off it may be."""

    at: Position
    error_m: int = 0

    def __post_init__(self) -> None:
        _within("error", self.error_m, 0, ERROR_M_MAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Everything within ``radius_m`` of a centre, measured along the ellipsoid."""

    centre: Position
    radius_m: int
    error_m: int = 0

    def __post_init__(self) -> None:
        _within("radius", self.radius_m, 1, RADIUS_M_MAX)
        _within("error", self.error_m, 0, ERROR_M_MAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """Everything within ``half_width_m`` of a line; a line alone has 0."""

    points: tuple[Position, ...]
    half_width_m: int = 0
    edge: EdgeKind = EdgeKind.GEODESIC
    error_m: int = 0

    def __post_init__(self) -> None:
        _within("half width", self.half_width_m, 0, HALF_WIDTH_M_MAX)
        _within("error", self.error_m, 0, ERROR_M_MAX)
        _count("corridor", self.points, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polygon:
    """The area on the left or right of a ring, whichever is smaller; the first corner stands once.

    ``within_m`` widens it: *within n miles of the area bound by*.
    """

    ring: tuple[Position, ...]
    edge: EdgeKind = EdgeKind.GEODESIC
    within_m: int = 0
    error_m: int = 0

    def __post_init__(self) -> None:
        _within("margin", self.within_m, 0, HALF_WIDTH_M_MAX)
        _within("error", self.error_m, 0, ERROR_M_MAX)
        _count("area", self.ring, CORNERS_MIN)
        if self.ring[0] == self.ring[-1]:
            raise UsageError("the last corner repeats the first; leave it out")


Shape: TypeAlias = Point | Circle | Corridor | Polygon


def corners(shape: Shape) -> tuple[Position, ...]:
    """The positions that a shape is written with."""
    match shape:
        case Point(at=at):
            return (at,)
        case Circle(centre=centre):
            return (centre,)
        case Corridor(points=points):
            return points
        case Polygon(ring=ring):
            return ring


def reach_m(shape: Shape) -> int:
    """How far a shape goes beyond its skeleton (point, line or ring), stated error included."""
    match shape:
        case Point(error_m=error):
            return error
        case Circle(radius_m=radius, error_m=error):
            return radius + error
        case Corridor(half_width_m=width, error_m=error):
            return width + error
        case Polygon(within_m=within, error_m=error):
            return within + error


def _within(what: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise UsageError(f"{what} {value} m is not from {least} to {most} m")


def _count(what: str, points: tuple[Position, ...], least: int) -> None:
    if len(points) > VERTICES_MAX:
        raise UsageError(f"an {what} of {len(points)} corners; at most {VERTICES_MAX} are taken")
    if len(set(points)) < least:
        raise UsageError(f"{what}: {len(set(points))} different corners; at least {least} are due")
    repeated = [a for a, b in pairwise(points) if a == b]
    if repeated:
        raise UsageError(f"{what}: a corner stands twice in a row; leave one out")
