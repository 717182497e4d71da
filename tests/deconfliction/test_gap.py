"""Distances and meetings against other people's geometry: S2, GEOS and Karney's geodesics."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from tieline.deconfliction.bulk import all_pairs, exact
from tieline.deconfliction.compiled import has_numba
from tieline.deconfliction.gap import NOISE_M, SLACK, vincenty
from tieline.deconfliction.packed import n_vectors, packed_rings
from tieline.deconfliction.packing import pack
from tieline.space.position import of_degrees
from tieline.space.shape import Circle, Corridor, EdgeKind, Point, Polygon
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window

ALWAYS = Window(spans=(Interval(start_ms=0),))
HOW = [False, True] if has_numba() else [False]
PAIRS = 3_000
LONG_PAIRS = 100_000
"""Of the long run: `./run exercise`."""
SEAMS = ((0.0, 179.99), (5.0, -179.9), (89.7, 10.0), (-89.8, -100.0), (51.0, 3.0), (-33.0, 18.0))


def crowded(count: int, seed: int) -> dict[str, Any]:
    """Rings close to each other in twos, most of them at poles and at the antimeridian."""
    rng = np.random.default_rng(seed)
    corners = rng.integers(3, 9, count)
    first = np.concatenate(([0], np.cumsum(corners))).astype(np.int64)
    row = np.repeat(np.arange(count), corners)
    turn = np.arange(first[-1]) - first[:-1][row]
    angle = 2 * np.pi * (turn + rng.uniform(0, 0.7, first[-1])) / corners[row]
    km = np.exp(rng.uniform(np.log(0.5), np.log(40), count // 2 + 1))[np.arange(count) // 2]
    spot = np.array(SEAMS)[rng.integers(0, len(SEAMS), count // 2 + 1)][np.arange(count) // 2]
    off = rng.normal(0, 1, (count, 2)) * km[:, None]
    # In kilometres across a pole or a meridian alike: a plane, and a turn of the globe.
    size = km[row] * rng.uniform(0.3, 1.2, first[-1])
    x, y = off[row, 0] + size * np.cos(angle), off[row, 1] + size * np.sin(angle)
    lat0, lon0 = np.radians(spot[row, 0]), np.radians(spot[row, 1])
    east = np.stack((-np.sin(lon0), np.cos(lon0), np.zeros_like(lon0)), axis=1)
    up = np.stack((np.cos(lat0) * np.cos(lon0), np.cos(lat0) * np.sin(lon0), np.sin(lat0)), axis=1)
    north = np.cross(up, east)
    v = up + east * (x / 6371)[:, None] + north * (y / 6371)[:, None]
    zeros = np.zeros(count, np.int64)
    return {
        "lat_deg": np.degrees(np.arctan2(v[:, 2], np.hypot(v[:, 0], v[:, 1]))),
        "lon_deg": np.degrees(np.arctan2(v[:, 1], v[:, 0])),
        "first": first,
        "start_ms": zeros,
        "end_ms": zeros + 1,
        "lower_m": zeros.astype(np.int32),
        "upper_m": zeros.astype(np.int32),
        "party": np.arange(count, dtype=np.int32),
    }


def meetings(given: dict[str, Any], pairs: np.ndarray, *, compiled: bool, flat: bool) -> np.ndarray:
    packed = packed_rings(**given, flat=flat)
    found = exact(packed, pairs, np.zeros((1, 1)), compiled=compiled)
    met = {tuple(pair) for pair, gap in zip(found.pairs.tolist(), found.gap_m, strict=True)
           if gap == 0}  # fmt: skip
    return np.array([tuple(pair) in met for pair in pairs.tolist()])


def twos(count: int) -> np.ndarray:
    return np.arange(2 * count, dtype=np.int32).reshape(-1, 2)


def against_s2(count: int, seed: int, *, compiled: bool) -> tuple[int, int]:
    """How many of some pairs meet, and how many are decided otherwise than by S2."""
    spherely = pytest.importorskip("spherely", reason="spherely (S2) is absent: no oracle")
    given = crowded(2 * count, seed)
    ends = given["first"]
    places = list(zip(given["lon_deg"].tolist(), given["lat_deg"].tolist(), strict=True))
    rings = []
    for a, b in pairwise(ends):
        try:
            rings.append(spherely.create_polygon(places[a:b]))
        except (ValueError, RuntimeError):
            rings.append(None)  # crosses itself, which S2 refuses
    sound = [n for n in range(count) if rings[2 * n] is not None and rings[2 * n + 1] is not None]
    pairs = twos(count)[sound]
    one, other = (np.array([rings[i] for i in pairs[:, side]]) for side in (0, 1))

    expected = spherely.intersects(one, other)
    found = meetings(given, pairs, compiled=compiled, flat=False)

    assert len(sound) > 0.9 * count
    return int(found.sum()), int((expected != found).sum())


@pytest.mark.parametrize("compiled", HOW)
def test_areas_meet_where_s2_says_so(compiled):
    met, different = against_s2(PAIRS, 1, compiled=compiled)

    assert different == 0
    assert 0.2 * PAIRS < met < 0.9 * PAIRS


@pytest.mark.long
def test_a_hundred_thousand_areas_meet_where_s2_says_so():
    total = 0
    for seed in range(LONG_PAIRS // 10_000):
        met, different = against_s2(10_000, 100 + seed, compiled=has_numba())
        assert different == 0
        total += met
    print(f"{LONG_PAIRS} pairs, {total} meet, none is decided otherwise")


@pytest.mark.parametrize("compiled", HOW)
def test_planar_areas_meet_where_geos_says_so(compiled):
    shapely = pytest.importorskip("shapely", reason="shapely (GEOS) is absent: no oracle")
    rng = np.random.default_rng(3)
    given = crowded(2 * PAIRS, 3)
    given["lon_deg"] = rng.uniform(-1, 1, len(given["lat_deg"]))
    given["lat_deg"] = np.repeat(rng.uniform(-1, 1, 2 * PAIRS), np.diff(given["first"]))
    given["lat_deg"] += rng.uniform(0, 1, len(given["lat_deg"]))
    corners = np.stack((given["lon_deg"], given["lat_deg"]), axis=1)
    rings = [
        shapely.polygons(corners[a:b])
        for a, b in zip(given["first"][:-1], given["first"][1:], strict=True)
    ]
    pairs = np.array([
        pair for pair in twos(PAIRS).tolist()
        if shapely.is_valid(rings[pair[0]]) and shapely.is_valid(rings[pair[1]])
    ], np.int32)  # fmt: skip

    expected = shapely.intersects([rings[i] for i in pairs[:, 0]], [rings[i] for i in pairs[:, 1]])
    found = meetings(given, pairs, compiled=compiled, flat=True)

    assert (expected == found).all()
    assert 0.1 < found.mean() < 0.95


def circles(count: int, seed: int) -> tuple[list[Volume], np.ndarray]:
    """Circles in twos whose gap is of the order of their size, at any distance and place."""
    rng = np.random.default_rng(seed)
    volumes, gaps = [], []
    for _ in range(count):
        lat, lon = SEAMS[rng.integers(len(SEAMS))]
        lat = max(-90.0, min(90.0, lat + rng.normal(0, 0.5)))
        distance = math.exp(rng.uniform(math.log(100), math.log(4_000_000)))
        there = Geodesic.WGS84.Direct(lat, lon, rng.uniform(0, 360), distance)
        one, other = of_degrees(lat, lon), of_degrees(there["lat2"], there["lon2"])
        radii = [max(int(distance * part), 1) for part in rng.uniform(0.1, 0.5, 2)]
        real = Geodesic.WGS84.Inverse(one.lat_deg, one.lon_deg, other.lat_deg, other.lon_deg)["s12"]
        gaps.append(real - sum(radii))
        for at, radius in ((one, radii[0]), (other, radii[1])):
            volumes.append(Volume(shape=Circle(centre=at, radius_m=radius), window=ALWAYS))
    return volumes, np.array(gaps)


@pytest.mark.parametrize("compiled", HOW)
def test_circles_are_as_far_apart_as_karney_says(compiled):
    count = 400
    volumes, gaps = circles(count, 8)
    packed = pack(volumes, party=range(2 * count))
    far = np.full((1, 1), 5_000_000.0)

    found = exact(packed, twos(count), far, compiled=compiled)

    assert len(found.pairs) == count
    assert found.gap_m == pytest.approx(np.maximum(gaps, 0), abs=0.02)


def test_the_length_of_far_places_is_karneys():
    rng = np.random.default_rng(4)
    lat, lon = np.degrees(np.arcsin(rng.uniform(-1, 1, (2, 300)))), rng.uniform(-180, 180, (2, 300))
    expected = np.array([
        Geodesic.WGS84.Inverse(lat[0, n], lon[0, n], lat[1, n], lon[1, n])["s12"]
        for n in range(300)
    ])  # fmt: skip
    near = expected < 15_000_000

    found = vincenty(n_vectors(lat[0], lon[0]), n_vectors(lat[1], lon[1]))

    assert found[near] == pytest.approx(expected[near], abs=1e-3)


def nearest_by_steps(line: Any, lat: float, lon: float) -> float:
    """Least distance of a place from a geodesic: coarse steps, then finer ones around the best."""
    low, high = 0.0, line.s13
    best = math.inf
    for _ in range(6):
        steps = np.linspace(low, high, 15)
        lengths = []
        for step in steps:
            at = line.Position(step)
            lengths.append(Geodesic.WGS84.Inverse(lat, lon, at["lat2"], at["lon2"])["s12"])
        n = int(np.argmin(lengths))
        best = min(best, lengths[n])
        low, high = steps[max(n - 1, 0)], steps[min(n + 1, len(steps) - 1)]
    return best


@pytest.mark.parametrize("compiled", HOW)
def test_a_place_is_as_far_from_a_long_line_as_karney_says(compiled):
    rng = np.random.default_rng(12)
    count = 25
    volumes, expected = [], []
    for _ in range(count):
        lat, lon = SEAMS[rng.integers(len(SEAMS))]
        lat = max(-89.0, min(89.0, lat + rng.normal(0, 1)))
        end = Geodesic.WGS84.Direct(lat, lon, rng.uniform(0, 360), rng.uniform(5e4, 2e6))
        one, other = of_degrees(lat, lon), of_degrees(end["lat2"], end["lon2"])
        line = Geodesic.WGS84.InverseLine(one.lat_deg, one.lon_deg, other.lat_deg, other.lon_deg)
        middle = line.Position(line.s13 * rng.uniform(0.1, 0.9))
        off = Geodesic.WGS84.Direct(
            middle["lat2"], middle["lon2"], rng.uniform(0, 360), rng.uniform(100, 50_000)
        )
        place = of_degrees(off["lat2"], off["lon2"])
        expected.append(nearest_by_steps(line, place.lat_deg, place.lon_deg))
        volumes.append(Volume(shape=Corridor(points=(one, other)), window=ALWAYS))
        volumes.append(Volume(shape=Point(at=place), window=ALWAYS))
    packed = pack(volumes, party=range(2 * count))

    found = exact(packed, twos(count), np.full((1, 1), 100_000.0), compiled=compiled)

    # The drawn line lies within its row's tolerance of the geodesic.
    off = np.abs(found.gap_m - expected)
    assert (off < packed.tolerance_m[::2] + found.gap_m * SLACK + NOISE_M).all(), off.max()
    assert len(found.pairs) == count


def test_swapping_mirroring_and_turning_change_no_overlap():
    given = crowded(400, 21)
    rows = len(given["party"])
    wide = np.full((1, 1), 2_000.0)

    def gaps(world: dict[str, Any]) -> dict[tuple[int, int], float]:
        found = all_pairs(packed_rings(**world, flat=False), wide)
        return {tuple(p): g for p, g in zip(found.pairs.tolist(), found.gap_m, strict=True)}

    plain = gaps(given)
    mirrored = gaps(given | {"lat_deg": -given["lat_deg"]})
    turned = gaps(given | {"lon_deg": given["lon_deg"] + 73.123})
    shifted = gaps(given | {"lon_deg": given["lon_deg"] + 360})
    later = gaps(given | {name: given[name] + 10**11 for name in ("start_ms", "end_ms")})
    order = np.arange(rows)[::-1]
    pieces = [slice(a, b) for a, b in zip(given["first"][:-1], given["first"][1:], strict=True)]
    swapped = gaps(given | {
        name: np.concatenate([given[name][pieces[n]] for n in order])
        for name in ("lat_deg", "lon_deg")
    } | {"first": np.concatenate(([0], np.cumsum(np.diff(given["first"])[::-1]))),
         "party": given["party"][::-1].copy()})  # fmt: skip
    back = {(rows - 1 - j, rows - 1 - i): gap for (i, j), gap in swapped.items()}

    assert len(plain) > 100
    for other in (mirrored, turned, shifted, later, back):
        assert set(other) == set(plain)
        assert all(abs(other[pair] - plain[pair]) < 1e-2 for pair in plain)


def test_an_area_cut_in_two_meets_what_the_whole_meets():
    rng = np.random.default_rng(2)
    whole = [(10.0, 179.0), (10.0, -179.0), (12.0, -179.0), (12.0, 179.0)]
    halves = [[(10, 179), (10, 180), (12, 180), (12, 179)],
              [(10, 180), (10, -179), (12, -179), (12, 180)]]  # fmt: skip
    places = [(rng.uniform(9, 13), rng.uniform(178, 182)) for _ in range(300)]
    volumes = [
        Volume(shape=Circle(centre=of_degrees(*at), radius_m=20_000), window=ALWAYS)
        for at in places
    ]

    def met(*rings: Any) -> set[int]:
        areas = [
            Volume(
                shape=Polygon(
                    ring=tuple(of_degrees(lat, lon) for lat, lon in ring), edge=EdgeKind.PARALLEL
                ),
                window=ALWAYS,
            )
            for ring in rings
        ]
        packed = pack([*volumes, *areas], party=[0] * len(volumes) + [1] * len(areas))
        return set(all_pairs(packed, np.zeros((1, 1))).pairs[:, 0].tolist())

    assert met(whole) == met(*halves)
    assert 50 < len(met(whole)) < 250
