"""Overlap probe: one engine on one world in a process of its own; prints what that took."""

# ruff: noqa: PLC0415 - each engine imports what it alone needs, in a process of its own

from __future__ import annotations

import hashlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
import worlds

World = dict[str, Any]
DAY_MS = 86_400_000
SLAB_MS = 2 * DAY_MS


@contextmanager
def timed(spent: dict[str, list[float]]) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    spent.setdefault("wall_s", []).append(time.perf_counter() - wall)
    spent.setdefault("cpu_s", []).append(time.process_time() - cpu)


def ours(world: World, spent: dict[str, list[float]], times: int, *, flat: bool) -> Any:
    from tieline.deconfliction.bulk import all_pairs
    from tieline.deconfliction.compiled import COMPILED_FROM, warm
    from tieline.deconfliction.packed import packed_rings

    if len(world["party"]) >= COMPILED_FROM:
        warm()  # loads what is compiled; a node does so once when it starts
    pairs = None
    for _ in range(times):
        with timed(spent):
            found = all_pairs(packed_rings(**world, flat=flat), np.zeros((1, 1)))
        # Those within centimetres are found as well; other engines know only what meets.
        pairs = found.pairs[found.gap_m == 0]
    return pairs


def plain(world: World, spent: dict[str, list[float]], times: int, *, flat: bool) -> Any:
    from tieline.deconfliction.bulk import all_pairs
    from tieline.deconfliction.packed import packed_rings

    pairs = None
    for _ in range(times):
        with timed(spent):
            packed = packed_rings(**world, flat=flat)
            pairs = all_pairs(packed, np.zeros((1, 1)), compiled=False).pairs
    return pairs


def rings(world: World) -> Any:
    import shapely

    owner = np.repeat(np.arange(len(world["party"])), np.diff(world["first"]))
    corners = np.stack((world["lon_deg"], world["lat_deg"]), axis=1)
    order = np.concatenate((np.arange(len(owner)), world["first"][:-1]))
    owner = np.concatenate((owner, np.arange(len(world["party"]))))
    sort = np.argsort(owner, kind="stable")
    return shapely.polygons(shapely.linearrings(corners[order[sort]], indices=owner[sort]))


def tree(world: World, spent: dict[str, list[float]], times: int) -> Any:
    """shapely's STRtree, one for every two days."""
    import shapely

    polygons = rings(world)
    pairs = None
    for _ in range(times):
        with timed(spent):
            pairs = slabs(world, polygons, shapely)
    return pairs


def slabs(world: World, polygons: Any, shapely: Any) -> Any:
    start, end = world["start_ms"], world["end_ms"]
    low, high, party = world["lower_m"], world["upper_m"], world["party"]
    boxes = shapely.box(*shapely.bounds(polygons).T)
    found = []
    for slab in range(int(start.max() // SLAB_MS) + 1):
        here = np.flatnonzero((start < (slab + 1) * SLAB_MS) & (end >= slab * SLAB_MS))
        one, other = shapely.STRtree(boxes[here]).query(boxes[here])
        keep = one < other
        i, j = here[one[keep]], here[other[keep]]
        both = np.maximum(start[i], start[j])
        keep = (both <= np.minimum(end[i], end[j])) & (both // SLAB_MS == slab)
        keep &= (low[i] <= high[j]) & (low[j] <= high[i]) & (party[i] != party[j])
        i, j = i[keep], j[keep]
        met = shapely.intersects(polygons[i], polygons[j])
        found.append(np.stack((i[met], j[met]), axis=1))
    return np.concatenate(found)


def duck(world: World, spent: dict[str, list[float]], times: int) -> Any:
    """DuckDB, joined by two days and cells of three degrees."""
    import duckdb
    import duckdb_extension_spatial
    import shapely

    db = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    where = Path(duckdb_extension_spatial.__path__[0])
    (extension,) = where.glob("extensions/*/spatial.duckdb_extension")
    db.execute(f"INSTALL '{extension}'")
    db.execute("LOAD spatial")
    polygons = rings(world)
    bounds = shapely.bounds(polygons)
    columns = {"id": np.arange(len(polygons)), "wkb": shapely.to_wkb(polygons, hex=True)}
    columns |= {name: bounds[:, n] for n, name in enumerate(("x0", "y0", "x1", "y1"))}
    columns |= {
        "t0": world["start_ms"], "t1": world["end_ms"], "lo": world["lower_m"],
        "hi": world["upper_m"], "party": world["party"],
    }  # fmt: skip
    db.register("given", columns)
    db.execute("CREATE TABLE v AS SELECT * EXCLUDE wkb, ST_GeomFromHEXWKB(wkb) AS g FROM given")
    pairs = None
    for _ in range(times):
        with timed(spent):
            found = db.execute(DUCK.format(slab=SLAB_MS)).fetchnumpy()
            pairs = np.stack((found["i"], found["j"]), axis=1)
    return pairs


DUCK = """
WITH s AS (SELECT *, unnest(range(t0 // {slab}, t1 // {slab} + 1)) AS slab FROM v),
c AS (SELECT *, unnest(range(floor(x0 / 3)::INT, floor(x1 / 3)::INT + 1)) AS cx FROM s),
d AS (SELECT *, unnest(range(floor(y0 / 3)::INT, floor(y1 / 3)::INT + 1)) AS cy FROM c)
SELECT a.id AS i, b.id AS j FROM d a JOIN d b
ON a.slab = b.slab AND a.cx = b.cx AND a.cy = b.cy AND a.id < b.id
WHERE a.party <> b.party AND a.t0 <= b.t1 AND b.t0 <= a.t1 AND a.lo <= b.hi AND b.lo <= a.hi
AND a.x0 <= b.x1 AND b.x0 <= a.x1 AND a.y0 <= b.y1 AND b.y0 <= a.y1
AND a.slab = greatest(a.t0, b.t0) // {slab}
AND a.cx = floor(greatest(a.x0, b.x0) / 3)::INT AND a.cy = floor(greatest(a.y0, b.y0) / 3)::INT
AND ST_Intersects(a.g, b.g)
"""


def postgis(
    world: World, spent: dict[str, list[float]], times: int, *, kind: str = "geometry"
) -> Any:
    """PostGIS with an index over place and time, for planar or for geodesic edges."""
    import overlap_postgis

    with overlap_postgis.server() as connection:
        overlap_postgis.fill(connection, world, rings(world), kind)
        pairs = None
        for _ in range(times):
            index, join, cpu, pairs = overlap_postgis.joined(connection)
            spent.setdefault("wall_s", []).append(index + join)
            spent.setdefault("cpu_s", []).append(cpu)
        spent["server_bytes"] = [overlap_postgis.size(connection)]
    return pairs


ENGINES: dict[str, Callable[..., Any]] = {
    "ours": lambda *a: ours(*a, flat=True),
    "geodesic": lambda *a: ours(*a, flat=False),
    "plain": lambda *a: plain(*a, flat=True),
    "tree": tree,
    "duck": duck,
    "postgis": postgis,
    "geography": lambda *a: postgis(*a, kind="geography"),
}


def main(engine: str, count: int, times: int) -> dict[str, Any]:
    world = worlds.read(worlds.kept(count))
    spent: dict[str, list[float]] = {}
    load = os.getloadavg()[0]
    pairs = ENGINES[engine](world, spent, times)
    pairs = np.ascontiguousarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))], dtype="<i8")
    return {
        **spent,
        "pairs": len(pairs),
        "digest": hashlib.sha256(pairs.tobytes()).hexdigest(),
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "load": [load, os.getloadavg()[0]],
    }


if __name__ == "__main__":
    try:
        result = main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except ImportError as absent:
        result = {"absent": str(absent)}
    json.dump(result, sys.stdout)
