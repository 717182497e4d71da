"""Oracles: our distances, containments and overlaps beside those of engines that we did not write.

geographiclib is the truth for lengths (C. F. F. Karney, J. Geodesy 87, 2013). spherely (S2) is a
globe: its lengths may be off by what the radii of curvature differ from its radius. PostGIS
geography draws great circles, picks the closest places on the globe and measures the length between
them on the ellipsoid. What differs by more than each of these explains ends the run.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import oracle_set
from geographiclib.geodesic import Geodesic
from measuring import Table
from oracle_set import World

from tieline.deconfliction.bulk import all_pairs, exact
from tieline.deconfliction.compiled import has_numba
from tieline.deconfliction.gap import slack_m
from tieline.deconfliction.packed import EARTH_MAX_M, EARTH_MIN_M, POINT, RING
from tieline.space.shape import Point, Polygon, corners

COUNT, SEED = 100_000, 2
FAR_M = 2_000_000.0
GLOBE_M = 6_371_010.0
"""Radius that spherely takes (S2Earth)."""
SMALLEST, LARGEST = EARTH_MIN_M / GLOBE_M, EARTH_MAX_M / GLOBE_M
"""Lengths of the ellipsoid over those of the globe lie between these."""
GLOBE_OFF = 0.0068
"""A place that is closest on the globe is at most so much further, over the length, than another:
twice the difference of the radii of curvature at the equator over their sum."""
WALKED = 3_000
"""Distances of a place from a line that are walked along with Karney's algorithm: 8 ms an edge."""
Row = tuple[str, str]
WGS84 = Geodesic.WGS84


class Differs(SystemExit):
    """An oracle says something else than we do, and nothing explains it."""


def run(*, quick: bool) -> list[Table]:
    count = 2_000 if quick else COUNT
    world = World(shapes=oracle_set.shapes(count, SEED))
    rows: list[Row] = []
    for name, compare in COMPARISONS.items():
        start = time.perf_counter()
        try:
            found = compare(world)
        except ImportError as absent:
            found = [(name, f"SKIPPED: {absent}")]
        for row in found:
            print(f"  {row[0]}: {row[1]} ({time.perf_counter() - start:.0f} s)", file=sys.stderr)
        rows += found
    return [
        Table(title=f"(h) Oracles: {count:,} shapes", rows=rows, values={"oracles": dict(rows)})
    ]


# -- ours


def twos(world: World) -> Any:
    return np.arange(len(world.shapes) // 2 * 2, dtype=np.int32).reshape(-1, 2)


def ours_m(world: World, pairs: Any, *, compiled: bool | None = None) -> Any:
    """Metres between outlines (points, lines, areas without their reach); infinite if far."""
    bare = replace(world.packed, reach_m=np.zeros(len(world.shapes)))
    found = exact(bare, pairs, np.full((1, 1), FAR_M), compiled=compiled)
    length = np.full(len(pairs), np.inf)
    key = pairs[:, 0].astype(np.int64) << 32 | pairs[:, 1]
    order = np.argsort(key)
    at = order[
        np.searchsorted(key[order], found.pairs[:, 0].astype(np.int64) << 32 | found.pairs[:, 1])
    ]
    length[at] = found.gap_m
    return length


def slack(world: World, pairs: Any, length: Any) -> Any:
    """What we say that a length may be off."""
    return slack_m(world.packed, pairs[:, 0], pairs[:, 1], length)


def held_to(name: str, off: Any, pairs: Any, world: World) -> None:
    """End the run if anything is off by more than 1 of what explains it."""
    bad = np.flatnonzero(~(off <= 1))
    if len(bad):
        i, j = pairs[bad[0]]
        told = f"{oracle_set.wkt(world, i)} and {oracle_set.wkt(world, j)}"
        raise Differs(f"{name}: {len(bad)} differ, the first {told}, {off[bad[0]]:.3g} times")


# -- Karney


def karney(world: World) -> list[Row]:
    """Places from places, and places from lines and outlines walked along their geodesics."""
    pairs = twos(world)
    kinds = world.kind[pairs]
    both = pairs[(kinds == POINT).all(axis=1)]
    found = [_places(world, both, compiled=how) for how in engines()]
    one = pairs[(kinds == POINT).sum(axis=1) == 1]
    return [*found, _walks(world, one[: max(WALKED * len(world.shapes) // COUNT, 60)])]


def engines() -> list[bool]:
    return [False, True] if has_numba() else [False]


def _places(world: World, pairs: Any, *, compiled: bool) -> Row:
    length = ours_m(world, pairs, compiled=compiled)
    real = np.array([_between(world, i, j) for i, j in pairs.tolist()])
    off = np.abs(length - real)
    name = f"distance of places, {'compiled' if compiled else 'numpy'}: geographiclib"
    held_to(name, off / slack(world, pairs, real), pairs, world)
    far_km = real.max() / 1000
    return name, f"{len(pairs):,} pairs, to {far_km:,.0f} km, off by {said_m(off.max())} at most"


def _between(world: World, i: int, j: int) -> float:
    (lon1, lat1), (lon2, lat2) = world.places[i][0], world.places[j][0]
    found: float = WGS84.Inverse(lat1, lon1, lat2, lon2, Geodesic.DISTANCE)["s12"]
    return found


def _walks(world: World, pairs: Any) -> Row:
    length = ours_m(world, pairs)
    apart = np.flatnonzero(length > 0)
    real = np.array([walk(world, *pairs[n].tolist()) for n in apart])
    off = np.abs(length[apart] - real)
    name = "distance of a place from a line or outline: geographiclib, walked"
    held_to(name, off / slack(world, pairs[apart], real), pairs[apart], world)
    return name, f"{len(apart):,} pairs apart, off by {said_m(off.max())} at most"


def walk(world: World, i: int, j: int) -> float:
    if world.kind[i] != POINT:
        i, j = j, i
    (lon, lat), line = world.places[i][0], list(world.places[j])
    if world.kind[j] == RING:
        line.append(line[0])
    return min(_along(lat, lon, a, b) for a, b in pairwise(line))


def _along(lat: float, lon: float, a: tuple[float, float], b: tuple[float, float]) -> float:
    """Least distance from a geodesic: steps along it, then finer ones around the least."""
    edge = WGS84.InverseLine(a[1], a[0], b[1], b[0])
    low, high, best = 0.0, edge.s13, math.inf
    for _ in range(7):
        steps = np.linspace(low, high, 9).tolist()
        lengths = []
        for step in steps:
            at = edge.Position(step)
            lengths.append(
                WGS84.Inverse(lat, lon, at["lat2"], at["lon2"], Geodesic.DISTANCE)["s12"]
            )
        n = int(np.argmin(lengths))
        best = min(best, lengths[n])
        low, high = steps[max(n - 1, 0)], steps[min(n + 1, 8)]
    return best


# -- S2


def s2(world: World) -> list[Row]:
    import spherely  # noqa: PLC0415 - absent, only this comparison is left out

    drawn = _s2_shapes(world, spherely)
    sound = np.array([each is not None for each in drawn])
    drawn = np.array(drawn)
    pairs = twos(world)
    pairs = pairs[sound[pairs].all(axis=1)]
    found = []
    for compiled in engines():
        length = ours_m(world, pairs, compiled=compiled)
        how = "compiled" if compiled else "numpy"
        found += _s2_twos(
            world, pairs, length, spherely.distance(drawn[pairs[:, 0]], drawn[pairs[:, 1]]), how
        )
    found.append(_s2_holds(world, pairs, drawn, spherely))
    found.append(_s2_all(world, sound, drawn, spherely))
    return found


def _s2_shapes(world: World, spherely: Any) -> list[Any]:
    found: list[Any] = []
    for kind, places in zip(world.kind.tolist(), world.places, strict=True):
        try:
            if kind == POINT:
                found.append(spherely.create_point(*places[0]))
            elif kind == RING:
                found.append(spherely.create_polygon(places))
            else:
                found.append(spherely.create_linestring(places))
        except (ValueError, RuntimeError):
            found.append(None)  # crosses itself, which S2 refuses
    return found


def _edge_m(world: World, pairs: Any) -> Any:
    """How far apart the edges of the two engines may lie, both shapes together."""
    return world.arc_m[pairs].sum(axis=1) + world.packed.tolerance_m[pairs].sum(axis=1) + 1e-3


def _s2_off(world: World, pairs: Any, length: Any, globe: Any) -> Any:
    """How much of what explains a difference was needed: at most 1."""
    edges = _edge_m(world, pairs) + length * 1e-6
    short, long = globe * SMALLEST, globe * LARGEST
    return np.maximum(np.maximum(short - length, length - long), 0) / edges


def _s2_twos(world: World, pairs: Any, length: Any, globe: Any, how: str) -> list[Row]:
    off = _s2_off(world, pairs, length, globe)
    held_to(f"distance, {how}: spherely", off, pairs, world)
    far = np.minimum(length, globe) > 1_000
    ratio = length[far] / globe[far]
    met, theirs = length == 0, globe == 0
    hair = said_m(most(np.maximum(length, globe)[met != theirs]))
    lengths = (
        f"{len(pairs):,} pairs; of {far.sum():,} further than 1 km ours over theirs is "
        f"{ratio.min():.5f} to {ratio.max():.5f}, where a globe allows "
        f"{SMALLEST:.5f} to {LARGEST:.5f}"
    )
    meet = f"{met.sum():,} of {len(pairs):,} meet, " + otherwise(
        (met != theirs).sum(), f"by {hair} at most"
    )
    return [
        (f"distance of any two shapes, {how}: spherely", lengths),
        (f"whether outlines meet, {how}: spherely", meet),
    ]


def _s2_holds(world: World, pairs: Any, drawn: Any, spherely: Any) -> Row:
    """Areas that hold a corner of the other shape: ours as the distance of a point."""
    rings = np.array([world.kind[i] == RING for i in pairs[:, 0]])
    some = pairs[rings]
    firsts = [corners(world.shapes[j])[0] for j in some[:, 1]]
    areas = [replace_within(world.shapes[i]) for i in some[:, 0]]
    both: list[Any] = []
    for area, at in zip(areas, firsts, strict=True):
        both += [area, Point(at=at)]
    here = World(shapes=both)
    length = ours_m(here, twos(here))
    points = np.array([spherely.create_point(at.lon_deg, at.lat_deg) for at in firsts])
    theirs = spherely.contains(drawn[some[:, 0]], points)
    differ = np.flatnonzero((length == 0) != theirs)
    border = spherely.distance(drawn[some[:, 0]][differ], points[differ])
    edges = _edge_m(here, twos(here))[differ]
    outline = np.array([walk(here, 2 * n + 1, 2 * n) for n in differ.tolist()])
    held_to(
        "containment: spherely",
        np.maximum(border, outline) / np.maximum(edges, 1e-9),
        twos(here)[differ],
        here,
    )
    told = f"{theirs.sum():,} of {len(some):,} are held, " + otherwise(
        len(differ), f"{said_m(most(outline))} from the outline at most"
    )
    return "whether an area holds a place: spherely", told


def replace_within(shape: Any) -> Polygon:
    return replace(shape, within_m=0, error_m=0)


def _s2_all(world: World, sound: Any, drawn: Any, spherely: Any) -> Row:
    """The whole set: caps one by one, then S2's distance against both reaches."""
    near = oracle_set.near_pairs(world)
    near = near[sound[near].all(axis=1)]
    globe = spherely.distance(drawn[near[:, 0]], drawn[near[:, 1]])
    reach = world.reach_m[near].sum(axis=1)
    ours = ours_all(world)
    ours = ours[sound[ours].all(axis=1)]
    surely, maybe = globe * LARGEST, globe * SMALLEST
    edges = _edge_m(world, near) + reach * 1e-6
    theirs = near[globe <= reach]
    missed = different(near[surely <= reach - edges], ours)
    beyond = different(ours, near[maybe <= reach + 2 * edges])
    if len(missed) or len(beyond):
        raise Differs(
            f"all pairs: spherely has {len(missed)} that we miss, we have {len(beyond)} more"
        )
    only = len(different(theirs, ours)), len(different(ours, theirs))
    told = (
        f"{len(near):,} caps meet; ours {len(ours):,} pairs, theirs {len(theirs):,}; "
        f"{only[0]:,} theirs alone and {only[1]:,} ours alone, all within what a globe is off"
    )
    return "all pairs of the set: spherely over all caps", told


def ours_all(world: World) -> Any:
    """Pairs that the engine finds by cells and sweep, closer than their reach."""
    found = all_pairs(world.packed, np.zeros((1, 1)), compiled=has_numba())
    return found.pairs[found.gap_m <= 0]


def different(one: Any, other: Any) -> Any:
    keys = [pairs[:, 0].astype(np.int64) << 32 | pairs[:, 1] for pairs in (one, other)]
    return one[~np.isin(keys[0], keys[1])]


def most(values: Any) -> float:
    return float(values.max()) if len(values) else 0.0


def said_m(length: float) -> str:
    return f"{length * 1000:.3g} mm" if length < 1 else f"{length:.3g} m"


def otherwise(count: int, where: str) -> str:
    return f"{count} otherwise, {where}" if count else "none otherwise"


def geography(world: World) -> list[Row]:
    import oracle_postgis  # noqa: PLC0415 - needs psycopg and a server

    return oracle_postgis.compare(world)


COMPARISONS: dict[str, Callable[[World], list[Row]]] = {
    "geographiclib": karney, "spherely": s2, "PostGIS geography": geography
}  # fmt: skip
