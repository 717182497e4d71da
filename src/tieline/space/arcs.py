"""Arcs: sectors of circles and outlines along arcs, cut into corners by one rule (decision 20).

A corner stands at each end of an arc, exactly, and between them so many that no line from one to
the next is further than ``ARC_ERROR_M`` from the arc; that much is added to the stated error of the
shape. Whoever files cuts, and what he signs are the corners: nobody has to cut them again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, cast

from tieline.errors import UsageError
from tieline.space.geodesy import NM_M, WGS84, bearing_deg, distance_m, offset
from tieline.space.position import LAT_E7_MAX, Position, of_degrees
from tieline.space.reading import Style
from tieline.space.shape import RADIUS_M_MAX, VERTICES_MAX, Circle, EdgeKind, Polygon, corners
from tieline.space.writing import write_position

ARC_ERROR_M: Final = 2
"""How far the outline of a cut shape may lie from the true one, in metres."""
SAG_M: Final = 1.9
"""How far the middle of a piece may lie from its arc: the rest is left for rounding (8 mm) and for
the ellipsoid, on which the formula below is a few parts in a thousand off."""
EARTH_M: Final = 6_371_008.8
"""Mean radius of the ellipsoid (IUGG, 1980)."""
STEP_DEG_MAX: Final = 15.0
"""Widest piece, for circles so small that nearly any chord is near enough."""
SLIVER_M: Final = 10
"""What is narrower than this, five times the error of its own outline, is no area."""
OFF_M_MAX: Final = 1_310
"""Furthest that a named end may lie off its circle: half a minute each way (926 m by 926 m)."""
OFF_SHARE_MAX: Final = 0.1
"""And at most this share of the radius."""
HALVINGS_MAX: Final = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """Part of a circle, or all of it.

    Attributes:
        centre: its middle; no pole, where every direction is south or north.
        radius_m: along the ellipsoid, in metres.
        start_deg: true bearing from the centre to its first end, in degrees.
        sweep_deg: how far it goes on from there: clockwise, or anticlockwise if negative.
    """

    centre: Position
    radius_m: float
    start_deg: float
    sweep_deg: float

    def __post_init__(self) -> None:
        if not 1 <= self.radius_m <= RADIUS_M_MAX:
            raise UsageError(f"radius {self.radius_m:.0f} m is not from 1 to {RADIUS_M_MAX} m")
        if not (abs(self.start_deg) <= 3_600 and 0 < abs(self.sweep_deg) <= 360):
            raise UsageError(
                f"an arc from {self.start_deg} degrees over {self.sweep_deg} degrees is none"
            )
        if abs(self.centre.lat_e7) == LAT_E7_MAX:
            raise UsageError("an arc around a pole has no bearings; name a circle, or its corners")

    def corners(self) -> tuple[Position, ...]:
        """Positions from one end to the other, both included, close enough for geodesics."""
        pieces = math.ceil(abs(self.sweep_deg) / step_deg(self.radius_m))
        if pieces > VERTICES_MAX:
            raise UsageError(f"an arc of {pieces} corners; at most {VERTICES_MAX} are taken")
        return tuple(
            offset(self.centre, self.start_deg + self.sweep_deg * n / pieces, self.radius_m)
            for n in range(pieces + 1)
        )


def step_deg(radius_m: float) -> float:
    """Widest angle at the centre whose chord stays within ``SAG_M`` of its arc.

    Centre, middle and end of a chord are a triangle with a right angle, in which
    cos A = tan b / tan c (Napier's rules; Todhunter, Spherical Trigonometry, article 62).
    """
    reach = radius_m / EARTH_M
    nearer = max(radius_m - SAG_M, 0.0) / EARTH_M
    half = math.acos(math.tan(nearer) / math.tan(reach))
    return min(2 * math.degrees(half), STEP_DEG_MAX)


def arc_between(
    centre: Position, radius_m: float, first: Position, last: Position, *, clockwise: bool
) -> tuple[tuple[Position, ...], int]:
    """*Thence clockwise by the arc of a circle of 5 NM around C to P*: its corners, and its error.

    Both ends stand in the result as they were named. The error, in metres, is ``ARC_ERROR_M``, or
    how far the worse end lies off the circle if that is more.

    Raises:
        UsageError: an end is too far off the circle, or it cannot be told apart from the other.
    """
    start, end = bearing_deg(centre, first), bearing_deg(centre, last)
    sweep = (end - start) % 360 if clockwise else -((start - end) % 360)
    if abs(sweep) in (0.0, 360.0):
        raise UsageError("the arc ends where it begins; name a circle if all of it is meant")
    arc = Arc(centre=centre, radius_m=radius_m, start_deg=start, sweep_deg=sweep)
    _no_sliver(arc)
    off = max(abs(distance_m(centre, at) - radius_m) for at in (first, last))
    if off > min(OFF_M_MAX, radius_m * OFF_SHARE_MAX):
        raise UsageError(
            f"an end of the arc lies {off:.0f} m off its circle of {radius_m:.0f} m; "
            "centre, radius and ends disagree"
        )
    points = (first, *arc.corners()[1:-1], last)
    return points, max(ARC_ERROR_M, math.ceil(off))


def _no_sliver(arc: Arc) -> None:
    for deg in (abs(arc.sweep_deg), 360 - abs(arc.sweep_deg)):
        if math.radians(deg) * arc.radius_m < SLIVER_M:
            raise UsageError(
                f"an arc of {abs(arc.sweep_deg):.4f} degrees leaves less than {SLIVER_M} m "
                "between its ends"
            )


def along_degrees(one: Position, other: Position) -> tuple[Position, ...]:
    """Corners of a line straight in longitude and latitude, the short way round, for geodesics."""
    turn = (other.lon_deg - one.lon_deg + 180) % 360 - 180
    ends = ((one.lat_deg, one.lon_deg), (other.lat_deg, one.lon_deg + turn))
    between = [of_degrees(*at) for at in _halved(*ends, HALVINGS_MAX)]
    points = [one, *between, other]
    return tuple(at for n, at in enumerate(points) if n == 0 or at != points[n - 1])


def _halved(
    one: tuple[float, float], other: tuple[float, float], left: int
) -> list[tuple[float, float]]:
    middle = _at_share(one, other, 0.5)
    # A line that crosses the equator meets its chord in the middle: the quarters tell.
    if all(_off_m(one, other, share) <= SAG_M for share in (0.25, 0.5, 0.75)):
        return []
    if not left:
        raise UsageError("an edge along a parallel so long that it has too many corners")
    return [*_halved(one, middle, left - 1), middle, *_halved(middle, other, left - 1)]


def _at_share(
    one: tuple[float, float], other: tuple[float, float], share: float
) -> tuple[float, float]:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _off_m(one: tuple[float, float], other: tuple[float, float], share: float) -> float:
    """How far the line and its chord are apart after the same share of either."""
    line = WGS84.Inverse(*one, *other)
    there = WGS84.Direct(*one, line["azi1"], line["s12"] * share)
    back = WGS84.Inverse(*_at_share(one, other, share), there["lat2"], there["lon2"])
    return cast("float", back["s12"])


# -- sectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """What lies between two bearings from a centre, within a radius, and beyond an inner one.

    Attributes:
        centre: where the bearings are taken; true bearings, in degrees from 0 to 360.
        radius_m: its outer radius, metres along the ellipsoid.
        start_deg: the bearing of its first side; it goes clockwise from there ..
        end_deg: .. to this one.
        inner_m: what is nearer to the centre is left out; 0 for none.
    """

    centre: Position
    radius_m: int
    start_deg: float
    end_deg: float
    inner_m: int = 0

    def __post_init__(self) -> None:
        for bearing in (self.start_deg, self.end_deg):
            if not 0 <= bearing <= 360:
                raise UsageError(f"bearing {bearing:g} is not from 0 to 360 degrees")
        if self.start_deg == self.end_deg:
            raise UsageError("both bearings are the same; name a circle if all of it is meant")
        if self.inner_m and not 0 < self.inner_m <= self.radius_m - SLIVER_M:
            raise UsageError(
                f"inner radius {self.inner_m} m is not smaller than {self.radius_m} m"
                f" by {SLIVER_M} m"
            )
        if self.is_whole and self.inner_m:
            raise UsageError(
                "a ring all the way round has a hole; name two sectors of half a turn each"
            )
        if not self.is_whole:
            _no_sliver(self._arc(self.inner_m or self.radius_m))

    @property
    def sweep_deg(self) -> float:
        """From the first bearing clockwise to the second, in degrees."""
        return (self.end_deg - self.start_deg) % 360 or 360.0

    @property
    def is_whole(self) -> bool:
        """Whether it goes all the way round."""
        return self.sweep_deg == 360

    def shape(self, error_m: int = 0) -> Circle | Polygon:
        """As it is notified: cut into corners, with the error of that added; whole as a circle.

        Raises:
            UsageError: over a limit of shapes.
        """
        if self.is_whole:
            return Circle(centre=self.centre, radius_m=self.radius_m, error_m=error_m)
        outer = self._arc(self.radius_m).corners()
        inner = self._arc(self.inner_m).corners()[::-1] if self.inner_m else (self.centre,)
        return Polygon(ring=(*outer, *inner), edge=EdgeKind.GEODESIC, error_m=error_m + ARC_ERROR_M)

    def words(self) -> str:
        """What it is and how it was cut, for the read-back."""
        at = write_position(self.centre, Style.WARNING)
        far = f"{self.radius_m} m ({self.radius_m / NM_M:.2f} NM)"
        if self.is_whole:
            return f"all the way round: a circle of {far} around {at}"
        inner = f", without the {self.inner_m} m around the middle" if self.inner_m else ""
        return (
            f"sector of {far} around {at}{inner}, from {_bearing(self.start_deg)} clockwise to "
            f"{_bearing(self.end_deg)} true, {self.sweep_deg:g} degrees wide; cut into "
            f"{len(corners(self.shape()))} corners, nowhere more than {ARC_ERROR_M} m off, "
            "which is added to its error"
        )

    def _arc(self, radius_m: int) -> Arc:
        return Arc(
            centre=self.centre,
            radius_m=radius_m,
            start_deg=self.start_deg,
            sweep_deg=self.sweep_deg,
        )


def _bearing(deg: float) -> str:
    return f"{deg:05.1f}" if deg % 1 else f"{deg:03.0f}"
