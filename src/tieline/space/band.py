"""Band: between which heights or depths; open ends reach to the ground, the bed or the sky."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tieline.errors import UsageError

HEIGHT_M_MAX: Final = 100_000
"""Top of what is compared: the lower edge of space (FAI)."""
DEPTH_M_MAX: Final = 11_000
"""Deeper than any sea (Challenger Deep, 10.9 km)."""
TERRAIN_M: Final = 8_849
"""Highest ground, metres above the sea (China and Nepal, 2020): what *above ground* may add."""
PRESSURE_SLACK_M: Final = 1_200
"""How far a flight level may lie from its nominal height: pressures at the sea have been 870 to
1085 hPa (WMO records) against 1013.25, and a hPa is about 8.3 m near the ground (ICAO Doc 7488)."""


class Datum(StrEnum):
    """What heights are measured from."""

    SEA = "above mean sea level"
    GROUND = "above ground"
    PRESSURE = "flight level"
    ELLIPSOID = "above the ellipsoid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """From ``lower_m`` to ``upper_m`` above a datum; None is an open end; depths are negative.

    Raises:
        UsageError: the lower end is above the upper one, or an end lies out of range.
    """

    lower_m: int | None = None
    upper_m: int | None = None
    datum: Datum = Datum.SEA

    def __post_init__(self) -> None:
        for end in (self.lower_m, self.upper_m):
            if end is not None and not -DEPTH_M_MAX <= end <= HEIGHT_M_MAX:
                raise UsageError(f"height {end} m is not from {-DEPTH_M_MAX} to {HEIGHT_M_MAX} m")
        if self.lower_m is not None and self.upper_m is not None and self.lower_m > self.upper_m:
            raise UsageError(f"the lower end {self.lower_m} m is above the upper {self.upper_m} m")

    def certain_m(self) -> tuple[int, int]:
        """The widest span above the sea that the band can mean, in metres.

        What is above ground may lie as high as the highest ground, a flight level as far off as
        the pressure; neither terrain nor weather is known here, so that nothing is missed.
        """
        lower = -DEPTH_M_MAX if self.lower_m is None else self.lower_m
        upper = HEIGHT_M_MAX if self.upper_m is None else self.upper_m
        if self.datum is Datum.GROUND and self.upper_m is not None:
            upper = min(upper + TERRAIN_M, HEIGHT_M_MAX)
        if self.datum is Datum.PRESSURE:
            lower = lower if self.lower_m is None else max(lower - PRESSURE_SLACK_M, -DEPTH_M_MAX)
            upper = upper if self.upper_m is None else min(upper + PRESSURE_SLACK_M, HEIGHT_M_MAX)
        return lower, upper


EVERYWHERE: Final = Band()
"""From the bed to the sky: what a notification without heights covers."""
