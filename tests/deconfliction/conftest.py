"""What the tests of overlaps share: volumes drawn by chance, often at seams of the map."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest

from tieline.space.band import Band
from tieline.space.position import Position, of_degrees
from tieline.space.shape import Circle, Corridor, EdgeKind, Point, Polygon, Shape
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window

DAY_MS = 86_400_000
SPOTS = ((0.0, 179.9), (10.0, -179.5), (89.0, 0.0), (-89.5, 90.0), (45.0, 10.0), (-60.0, 180.0))
"""Where volumes gather: three on the antimeridian and two at poles, of six."""


def drawn_shape(chance: random.Random) -> Shape:
    lat, lon = chance.choice(SPOTS)
    lat, lon = max(-90.0, min(90.0, lat + chance.gauss(0, 2))), lon + chance.gauss(0, 3)
    size, edge = chance.uniform(0.02, 2), chance.choice(list(EdgeKind))

    def near(north: float, east: float) -> Position:
        wide = max(math.cos(math.radians(lat)), 0.1)
        return of_degrees(max(-89.9999, min(89.9999, lat + north)), lon + east / wide)

    kind = chance.randrange(4)
    if kind == 0:
        return Point(at=near(0, 0), error_m=chance.choice([0, 500, 5_000]))
    if kind == 1:
        return Circle(centre=near(0, 0), radius_m=int(10 ** chance.uniform(2, 6)))
    if kind == 2:
        points = [near(chance.gauss(0, size), chance.gauss(0, size)) for _ in range(3)]
        return Corridor(
            points=tuple(points), half_width_m=chance.choice([0, 1_000, 20_000]), edge=edge
        )
    corners = chance.randrange(3, 8)
    turns = [2 * math.pi * (k + chance.uniform(0, 0.7)) / corners for k in range(corners)]
    ring = [near(size * math.sin(turn), size * math.cos(turn)) for turn in turns]
    return Polygon(ring=tuple(ring), edge=edge, within_m=chance.choice([0, 0, 2_000]))


def drawn_volume(chance: random.Random) -> Volume:
    start = chance.randrange(10 * DAY_MS)
    span = Interval(start_ms=start, end_ms=start + chance.randrange(1, 4 * DAY_MS))
    lower, upper = chance.choice([None, 0, 1_000]), chance.choice([None, 3_000, 9_000])
    band = Band(lower_m=lower, upper_m=upper)
    return Volume(shape=drawn_shape(chance), window=Window(spans=(span,)), band=band)


@pytest.fixture(scope="session")
def volumes() -> Callable[[int, int], list[Volume]]:
    """So many volumes for a seed."""

    def draw(count: int, seed: int) -> list[Volume]:
        chance = random.Random(seed)
        return [drawn_volume(chance) for _ in range(count)]

    return draw
