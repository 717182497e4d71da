"""Checks: shapes made of a text's positions, or the reason why they are not believed.

A wrong area is worse than none: a ring that crosses itself, an area of an unlikely size, a place
outside the sea that the text names are shown as text and not as shapes.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from tieline.errors import UsageError
from tieline.feeds.warnings.model import Phrase
from tieline.feeds.warnings.phrases import Lead
from tieline.feeds.warnings.plane import (
    apart_m,
    crossing,
    edge_doubt_m,
    length_m,
    on_plane,
    touches_pole,
)
from tieline.feeds.warnings.seas import Sea, outside
from tieline.space.arcs import Sector
from tieline.space.geodesy import NM_M
from tieline.space.position import ERROR_M_MAX, Position
from tieline.space.shape import Circle, Corridor, EdgeKind, Point, Polygon, Shape

CORNERS_MAX: Final = 400
"""Most corners of one area: crossings are looked for between all pairs of edges."""
RADIUS_NM_MAX: Final = 600
"""Largest circle: the largest of two years has 500 nautical miles."""
AREA_REACH_NM_MAX: Final = 1_500
"""Largest distance of two corners of an area."""
DEBRIS_REACH_NM_MAX: Final = 6_500
"""The same for launches and falling spacecraft, whose areas cross an ocean."""
LINE_STEP_NM_MAX: Final = 3_000
LENGTH_SLACK: Final = 0.05
"""A length stated for a corridor is rounded; further off, text and positions disagree."""


class DoubtError(Exception):
    """A shape that is not believed, with the reason; never leaves this package."""


def make_shape(
    lead: Lead,
    points: tuple[Position, ...],
    precision_m: int,
    *,
    edge: EdgeKind,
    seas: tuple[Sea, ...],
    reach_nm: int = AREA_REACH_NM_MAX,
) -> Shape:
    """The shape that a phrase makes of positions.

    Raises:
        DoubtError: it is not believed.
    """
    if lead.fault:
        raise DoubtError(lead.fault)
    for point in () if lead.phrase is Phrase.PLACE else points:
        where = outside(point, seas)
        if where:
            raise DoubtError(f"a position lies outside {where}")
    try:
        return _shape(lead, points, precision_m, edge, reach_nm)
    except UsageError as error:
        raise DoubtError(str(error)) from None


def _shape(
    lead: Lead, points: tuple[Position, ...], precision_m: int, edge: EdgeKind, reach_nm: int
) -> Shape:
    match lead.phrase:
        case Phrase.POINT | Phrase.PLACE:
            return Point(at=_single(points), error_m=precision_m)
        case Phrase.CIRCLE:
            return _circle(_single(points), lead.distance_m or 0)
        case Phrase.SECTOR:
            return _sector(_single(points), lead.distance_m or 0, *(lead.bearings or (0.0, 0.0)))
        case Phrase.LINE | Phrase.WITHIN_LINE:
            return _line(points, lead.distance_m or 0, edge)
        case Phrase.AREA | Phrase.WITHIN_AREA | Phrase.BETWEEN:
            return _area(points, lead.distance_m or 0, edge, reach_nm)


def _single(points: tuple[Position, ...]) -> Position:
    if len(points) != 1:
        raise DoubtError(f"{len(points)} positions where one is due")
    return points[0]


def _circle(centre: Position, radius_m: int) -> Shape:
    if radius_m > RADIUS_NM_MAX * NM_M:
        raise DoubtError(f"a circle of more than {RADIUS_NM_MAX} nautical miles")
    return Circle(centre=centre, radius_m=radius_m)


def _sector(centre: Position, radius_m: int, start_deg: float, end_deg: float) -> Shape:
    if radius_m > RADIUS_NM_MAX * NM_M:
        raise DoubtError(f"a sector of more than {RADIUS_NM_MAX} nautical miles")
    found = Sector(centre=centre, radius_m=radius_m, start_deg=start_deg, end_deg=end_deg)
    return found.shape()


def _line(points: tuple[Position, ...], half_m: int, edge: EdgeKind) -> Shape:
    points = _distinct(points)
    if len(points) < 2:
        raise DoubtError("a line of one position")
    for one, other in pairwise(points):
        if apart_m(one, other) > LINE_STEP_NM_MAX * NM_M:
            raise DoubtError(f"a step of more than {LINE_STEP_NM_MAX} nautical miles")
    error_m = _either_way_m(points)
    return Corridor(points=points, half_width_m=half_m, edge=edge, error_m=error_m)


def _area(points: tuple[Position, ...], within_m: int, edge: EdgeKind, reach_nm: int) -> Shape:
    ring = _distinct(points)
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring = ring[:-1]
    if len(ring) < 3:
        raise DoubtError(f"an area of {len(ring)} corners")
    if len(ring) > CORNERS_MAX:
        raise DoubtError(f"an area of more than {CORNERS_MAX} corners")
    if touches_pole(ring):
        raise DoubtError("a corner at a pole, which rhumb lines do not reach")
    if any(apart_m(ring[0], point) > reach_nm * NM_M for point in ring):
        raise DoubtError(f"corners more than {reach_nm} nautical miles apart")
    spots = on_plane((*ring, ring[0]))
    if abs(spots[-1][0] - spots[0][0]) > 1:
        raise DoubtError("the area goes round the pole")
    meeting = crossing(spots[:-1])
    if meeting is not None:
        first, second = meeting
        raise DoubtError(f"its outline crosses itself: edges {first + 1} and {second + 1}")
    error_m = _either_way_m((*ring, ring[0]))
    return Polygon(ring=ring, edge=edge, within_m=within_m, error_m=error_m)


def _either_way_m(points: tuple[Position, ...]) -> int:
    """How far rhumb lines and geodesics lie apart here, where it matters.

    Which is meant is not said; on a short edge they are one, across an ocean they are not.
    """
    apart = edge_doubt_m(points)
    if apart > ERROR_M_MAX:
        raise DoubtError("edges so long that rhumb line and geodesic lie 1000 km apart")
    return round(apart) if apart >= EDGE_DOUBT_M_MIN else 0


EDGE_DOUBT_M_MIN: Final = 185
"""A tenth of a nautical mile: the second decimal that positions of warnings are given with."""


def _distinct(points: tuple[Position, ...]) -> tuple[Position, ...]:
    """Without corners that stand twice in a row."""
    return tuple(p for at, p in enumerate(points) if at == 0 or p != points[at - 1])


def check_length(points: tuple[Position, ...], stated_m: int) -> None:
    """Compare a corridor with the length that the text states for it.

    Raises:
        DoubtError: they disagree.
    """
    found = length_m(points)
    if abs(found - stated_m) > LENGTH_SLACK * stated_m:
        raise DoubtError(
            f"the text says {stated_m / NM_M:.0f} nautical miles, its positions make "
            f"{found / NM_M:.0f}"
        )
