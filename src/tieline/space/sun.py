"""Sun: when it rises and sets at a place, for windows *from sunset to sunrise*.

The equations are those of NOAA's Global Monitoring Laboratory (solar calculation details, after
Meeus, Astronomical Algorithms, 2nd edition, chapters 25 and 15): good to a minute below 72 degrees
of latitude and to ten minutes beyond, where the weather bends light by more than that.
"""

from __future__ import annotations

import math
from datetime import date
from functools import lru_cache
from typing import Final

from tieline.space.position import Position
from tieline.space.window import MINUTES_A_DAY, Sun

ZENITH_DEG: Final = 90.833
"""Zenith of the sun's centre at rise and set: 34' of refraction and 16' of radius (NOAA)."""
TOLERANCE_MIN: Final = 10
"""How far a time may be off, in minutes (NOAA, beyond 72 degrees of latitude)."""
J2000_ORDINAL: Final = date(2000, 1, 1).toordinal()
DAYS_A_CENTURY: Final = 36_525.0


@lru_cache(maxsize=8_192)
def sun_minute(on: date, at: Position, event: Sun) -> int | None:
    """Minutes after midnight UTC of ``on`` of the sun's event; None if it does not happen.

    The day is the solar day around local noon of ``on``, so that the answer may be below 0 or
    beyond 1440.
    """
    noon = 720 - 4 * at.lon_deg
    minute = noon
    # The sun moves while we look: the second round uses the time that the first one found.
    for _ in range(2):
        decl_rad, equation_min = _sun(on, minute)
        angle_deg = _hour_angle_deg(at.lat_deg, decl_rad)
        if angle_deg is None:
            return None
        turn = -angle_deg if event is Sun.RISE else angle_deg
        minute = noon - equation_min + 4 * turn
    return round(minute)


def is_up_all_day(on: date, at: Position) -> bool:
    """Whether the sun stands above the horizon at local midnight, where it does not set."""
    decl_rad, _ = _sun(on, 720 - 4 * at.lon_deg)
    return math.degrees(decl_rad) * at.lat_deg > 0


def _sun(on: date, minute: float) -> tuple[float, float]:
    """Declination (radians) and equation of time (minutes)."""
    days = on.toordinal() - J2000_ORDINAL + minute / MINUTES_A_DAY - 0.5
    t = days / DAYS_A_CENTURY
    mean_long = math.radians((280.46646 + t * (36000.76983 + t * 0.0003032)) % 360)
    anomaly = math.radians(357.52911 + t * (35999.05029 - 0.0001537 * t))
    eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t)
    centre = (
        math.sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t))
        + math.sin(2 * anomaly) * (0.019993 - 0.000101 * t)
        + math.sin(3 * anomaly) * 0.000289
    )
    node = math.radians(125.04 - 1934.136 * t)
    apparent = mean_long + math.radians(centre - 0.00569 - 0.00478 * math.sin(node))
    obliquity = math.radians(_obliquity_deg(t) + 0.00256 * math.cos(node))
    decl = math.asin(math.sin(obliquity) * math.sin(apparent))
    y = math.tan(obliquity / 2) ** 2
    equation = (
        y * math.sin(2 * mean_long)
        - 2 * eccentricity * math.sin(anomaly)
        + 4 * eccentricity * y * math.sin(anomaly) * math.cos(2 * mean_long)
        - 0.5 * y * y * math.sin(4 * mean_long)
        - 1.25 * eccentricity**2 * math.sin(2 * anomaly)
    )
    return decl, 4 * math.degrees(equation)


def _obliquity_deg(t: float) -> float:
    seconds = 21.448 - t * (46.8150 + t * (0.00059 - t * 0.001813))
    return 23 + (26 + seconds / 60) / 60


def _hour_angle_deg(lat_deg: float, decl_rad: float) -> float | None:
    lat = math.radians(max(-89.99, min(89.99, lat_deg)))
    cosine = math.cos(math.radians(ZENITH_DEG)) / (math.cos(lat) * math.cos(decl_rad)) - math.tan(
        lat
    ) * math.tan(decl_rad)
    return math.degrees(math.acos(cosine)) if -1 <= cosine <= 1 else None
