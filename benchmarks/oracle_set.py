"""Oracle set: shapes in twos that lie near each other, most of them where maps have their seams.

Two in five lie along the antimeridian, one in four around a pole, the others anywhere. All edges
are geodesic, because no oracle knows another kind.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import mixture
import numpy as np

from tieline.deconfliction.packed import (
    ARC_ERROR_PER_M,
    EARTH_MIN_M,
    POINT,
    RING,
    Packed,
    n_vectors,
)
from tieline.deconfliction.packing import pack
from tieline.space.shape import EdgeKind, Polygon, Shape, corners, reach_m
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window

ALWAYS = Window(spans=(Interval(start_ms=0),))
LEAST_M, MOST_M = 300, 60_000
EARTH_M = 6_400_000.0
CAP_SLACK_M = 200.0
"""A geodesic leaves the cap of its ends by less, and caps are compared as those of a globe."""


def place(chance: random.Random) -> tuple[float, float]:
    kind = chance.random()
    if kind < 0.4:
        lat = math.degrees(math.asin(chance.uniform(-0.99, 0.99)))
        return lat, 180 + chance.gauss(0, 0.7) / math.cos(math.radians(lat))
    if kind < 0.65:
        off = min(abs(chance.gauss(0, 3)), 20.0)
        return chance.choice((90 - off, off - 90)), chance.uniform(-180, 180)
    return math.degrees(math.asin(chance.uniform(-1, 1))), chance.uniform(-180, 180)


def shapes(count: int, seed: int) -> list[Shape]:
    chance, found = random.Random(seed), []
    while len(found) < count:
        at = place(chance)
        size_m = math.exp(chance.uniform(math.log(LEAST_M), math.log(MOST_M)))
        for _ in range(2):
            found.append(mixture.shape_at(chance, at, size_m, EdgeKind.GEODESIC))
            at = mixture.near(at, chance.gauss(0, 2) * size_m, chance.uniform(0, 360))
            size_m *= chance.uniform(0.2, 1.5)
    return found[:count]


@dataclass(frozen=True, kw_only=True)
class World:
    """Shapes, the engine's rows of them, and what other engines are told."""

    shapes: list[Shape]

    @cached_property
    def packed(self) -> Packed:
        volumes = [Volume(shape=shape, window=ALWAYS) for shape in self.shapes]
        return pack(volumes, party=range(len(volumes)))

    @cached_property
    def reach_m(self) -> Any:
        return np.array([reach_m(shape) for shape in self.shapes], float)

    @cached_property
    def kind(self) -> Any:
        return self.packed.kind

    @cached_property
    def places(self) -> list[list[tuple[float, float]]]:
        """Longitudes and latitudes of the corners as they were notified."""
        return [[(at.lon_deg, at.lat_deg) for at in corners(shape)] for shape in self.shapes]

    @cached_property
    def arc_m(self) -> Any:
        """How far the great circles that other engines draw may lie from the geodesics."""
        longest = [
            max((math.dist(a, b) for a, b in pairwise(_closed(shape))), default=0.0)
            for shape in self.shapes
        ]
        return ARC_ERROR_PER_M * (np.array(longest) * EARTH_M) ** 2

    @cached_property
    def caps(self) -> tuple[Any, Any]:
        """Middle and angle of a cap around each shape with its reach; by means of our own here."""
        sizes = [len(places) for places in self.places]
        lon, lat = np.array([at for places in self.places for at in places]).T
        v, owner = n_vectors(lat, lon), np.repeat(np.arange(len(sizes)), sizes)
        middle = np.stack([np.bincount(owner, v[:, k]) for k in range(3)], axis=1)
        middle /= np.linalg.norm(middle, axis=1)[:, None]
        off = 2 * np.arcsin(np.minimum(np.linalg.norm(v - middle[owner], axis=1) / 2, 1))
        angle = np.zeros(len(sizes))
        np.maximum.at(angle, owner, off)
        return middle, angle + (self.reach_m + CAP_SLACK_M) / EARTH_MIN_M


def _closed(shape: Shape) -> list[tuple[float, float, float]]:
    """Corners as unit vectors, the first again at the end of a ring."""
    places = [(math.radians(at.lat_deg), math.radians(at.lon_deg)) for at in corners(shape)]
    found = [
        (math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat))
        for lat, lon in places
    ]
    return [*found, found[0]] if isinstance(shape, Polygon) else found


def near_pairs(world: World, rows: int = 250) -> Any:
    """All pairs whose caps come together, by comparing every cap with every other.

    Two caps meet if the cosine of the angle between them is at least that of the sum of theirs: a
    product of matrices with two more columns.
    """
    middle, angle = world.caps
    one = np.column_stack((middle, -np.cos(angle), np.sin(angle)))
    other = np.column_stack((middle, np.cos(angle), np.sin(angle))).T.copy()
    found = []
    for begin in range(0, len(one), rows):
        met = one[begin : begin + rows] @ other[:, begin:] >= -1e-12
        i, j = np.nonzero(met)
        keep = i < j
        found.append(np.stack((i[keep], j[keep]), axis=1) + begin)
    return np.concatenate(found).astype(np.int32)


def wkt(world: World, row: int) -> str:
    places = world.places[row]
    text = ",".join(f"{lon!r} {lat!r}" for lon, lat in places)
    if world.kind[row] == POINT:
        return f"POINT({text})"
    if world.kind[row] == RING:
        return f"POLYGON(({text},{places[0][0]!r} {places[0][1]!r}))"
    return f"LINESTRING({text})"
