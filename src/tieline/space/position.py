"""Position: a point on the WGS84 ellipsoid, in whole units of 1e-7 degree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tieline.errors import UsageError

E7: Final = 10_000_000
"""Units in one degree: 1e-7 degree is 11 mm at the equator."""
LAT_E7_MAX: Final = 90 * E7
LON_E7_MAX: Final = 180 * E7
ERROR_M_MAX: Final = 1_000_000
"""Largest stated error of a position, in metres."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Position:
    """Latitude and longitude on WGS84 in 1e-7 degree; east and north are positive.

    A longitude is at least -180 and less than 180 degrees, and 0 at a pole, so that one point has
    one way to be written.

    Raises:
        UsageError: beyond a pole, or a longitude out of range.
    """

    lat_e7: int
    lon_e7: int

    def __post_init__(self) -> None:
        if not -LAT_E7_MAX <= self.lat_e7 <= LAT_E7_MAX:
            raise UsageError(
                f"latitude {self.lat_deg:.7f} lies beyond a pole; it goes from -90 to 90, and "
                "comes before the longitude"
            )
        if not -LON_E7_MAX <= self.lon_e7 < LON_E7_MAX:
            raise UsageError(f"longitude {self.lon_deg:.7f} is not from -180 to 180")
        if abs(self.lat_e7) == LAT_E7_MAX and self.lon_e7:
            raise UsageError("a pole has no longitude; write 0")

    @property
    def lat_deg(self) -> float:
        """Latitude in degrees."""
        return self.lat_e7 / E7

    @property
    def lon_deg(self) -> float:
        """Longitude in degrees."""
        return self.lon_e7 / E7


def position(lat_e7: int, lon_e7: int) -> Position:
    """A position from units that may name the antimeridian as 180, or a pole with a longitude.

    Raises:
        UsageError: a latitude beyond a pole, or a longitude beyond 180 degrees either way.
    """
    if abs(lon_e7) > LON_E7_MAX:
        raise UsageError(f"longitude {lon_e7 / E7:.7f} is not from -180 to 180")
    if abs(lat_e7) == LAT_E7_MAX:
        return Position(lat_e7=lat_e7, lon_e7=0)
    return Position(lat_e7=lat_e7, lon_e7=-LON_E7_MAX if lon_e7 == LON_E7_MAX else lon_e7)


def of_degrees(lat_deg: float, lon_deg: float) -> Position:
    """The nearest position to degrees given as floats; any turn of the longitude is taken.

    Raises:
        UsageError: not a number, infinite, or a latitude beyond a pole.
    """
    if not (-90 <= lat_deg <= 90 and abs(lon_deg) <= 3_600):
        raise UsageError(f"{lat_deg}, {lon_deg} is no position; latitudes go from -90 to 90")
    turned = (lon_deg + 180) % 360 - 180
    lon_e7 = round(turned * E7)
    return position(round(lat_deg * E7), lon_e7)
