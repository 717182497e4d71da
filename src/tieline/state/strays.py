"""Strays: positions that the words of a notification name, far from everything that it covers.

Somebody who typed one position and wrote another is asked; where a peer did it, it is said beside
the notification. Neither is corrected: which of the two is right, its author alone knows. Each
volume is taken as the cap around it on a sphere, so that a place is called far too seldom rather
than too often. The figures are for people and stand in no digest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tieline.errors import MalformedError, UsageError
from tieline.procedures.notification.covered import volumes_of
from tieline.record.strict import Fields, JsonValue
from tieline.space.body import read_position
from tieline.space.position import Position
from tieline.space.prose import Named, positions_in
from tieline.space.shape import corners, reach_m
from tieline.space.volume import Volume

FAR_M: Final = 20_000
"""Nearer than this, words may name a landmark or the far end of an approach.

Of 5,482 published warnings that were read whole and name positions, 12 name one beyond it: lists of
stations, and places mentioned (beyond 100 km still 9). Of 2,418 slips by one degree of latitude in
those with a single position, 2,405 are told (tests/state/test_strays.py)."""
EARTH_M: Final = 6_371_008
"""Mean radius of WGS84, (2a + b) / 3, in metres."""
STRAYS_MAX: Final = 3
"""Most that are told of one notification."""
WORDED: Final = (
    "title", "area", "purpose", "place", "phases", "cause", "fire", "function", "cargo", "command",
    "note", "why", "texts",
)  # fmt: skip
"""Fields in whose words a position means the notification itself."""
Vector = tuple[float, float, float]
Cap = tuple[Vector, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A position in the words of a field, and how far it lies from the nearest volume."""

    field: str
    named: Named
    away_m: int

    def words(self) -> str:
        """For people."""
        return (
            f"{self.field} names {self.named.words}, which lies {self.away_m // 1000:,} km from "
            "everything that it covers: words and positions disagree"
        )


def strays(body: Mapping[str, JsonValue]) -> tuple[Stray, ...]:
    """Positions in the words of a body that lie far from each of its volumes, at most some."""
    named = [(field, one) for field, text in _texts(body) for one in positions_in(text)]
    caps = _caps(body) if named else []
    return strays_of(named, caps)[:STRAYS_MAX]


def strays_of(named: list[tuple[str, Named]], caps: list[Cap]) -> tuple[Stray, ...]:
    """Those of some positions that lie far from each cap; none if there is no cap."""
    found = []
    for field, one in named if caps else ():
        here = _vector(one.at)
        away = min(_angle(here, centre) - radius for centre, radius in caps) * EARTH_M
        if away > FAR_M:
            found.append(Stray(field=field, named=one, away_m=int(away)))
    return tuple(found)


def _texts(body: Mapping[str, JsonValue]) -> Iterator[tuple[str, str]]:
    for name in WORDED:
        value = body.get(name)
        if isinstance(value, str):
            yield name, value
        for each in value if isinstance(value, list) else ():
            if isinstance(each, dict) and isinstance(each.get("text"), str):
                yield name, str(each["text"])


def _caps(body: Mapping[str, JsonValue]) -> list[Cap]:
    found = [cap_of(volume) for volume in volumes_of(body)]
    at = body.get("at")
    if isinstance(at, dict):
        try:
            found.append((_vector(read_position(Fields(at))), 0.0))
        except (MalformedError, UsageError):
            return found
    return found


def cap_of(volume: Volume) -> Cap:
    """The middle of a volume's corners and the angle from there that holds all of it."""
    places = [_vector(at) for at in corners(volume.shape)]
    total = tuple(map(sum, zip(*places, strict=True)))
    length = math.sqrt(sum(part * part for part in total)) or 1.0
    middle = (total[0] / length, total[1] / length, total[2] / length)
    radius = max(_angle(middle, place) for place in places)
    return middle, radius + reach_m(volume.shape) / EARTH_M


def _vector(at: Position) -> Vector:
    lat, lon = math.radians(at.lat_deg), math.radians(at.lon_deg)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _angle(one: Vector, other: Vector) -> float:
    """Angle between two unit vectors, good for small ones too."""
    chord = math.dist(one, other)
    return 2 * math.asin(min(1.0, chord / 2))
