"""Overlap probe of single notifications: each is put in and asked about, among many held."""

# ruff: noqa: PLC0415 - each engine imports what it alone needs, in a process of its own

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
import overlap_probe
import worlds

World = dict[str, Any]
ASKED = 2_000
"""The last rows of a world arrive one by one; the others are held."""
Times = tuple[list[float], list[float], list[list[int]]]
CPU: list[float] = []
"""Processor time of each of ours, which a machine that is shared does not lengthen."""


def cut(world: World, begin: int, end: int) -> World:
    corners = slice(world["first"][begin], world["first"][end])
    found = {name: world[name][begin:end] for name in world if not name.endswith("_deg")}
    found["first"] = world["first"][begin : end + 1] - world["first"][begin]
    return found | {name: world[name][corners] for name in ("lat_deg", "lon_deg")}


def ours(world: World, held: int) -> Times:
    """From a volume as it comes out of a notification to what it meets, geodesic edges."""
    from tieline.deconfliction.compiled import warm
    from tieline.deconfliction.incremental import Engine
    from tieline.deconfliction.packed import packed_rings
    from tieline.space.band import Band
    from tieline.space.position import of_degrees
    from tieline.space.shape import Polygon
    from tieline.space.volume import Volume
    from tieline.space.window import Interval, Window

    new, first = cut(world, held, held + ASKED), 0
    volumes = []
    for n in range(ASKED):
        first, end = (int(at) for at in new["first"][n : n + 2])
        corners = zip(new["lat_deg"][first:end], new["lon_deg"][first:end], strict=True)
        ring = tuple(of_degrees(float(lat), float(lon)) for lat, lon in corners)
        span = Interval(start_ms=int(new["start_ms"][n]), end_ms=int(new["end_ms"][n]) + 1)
        band = Band(lower_m=int(new["lower_m"][n]), upper_m=int(new["upper_m"][n]))
        volumes.append(Volume(shape=Polygon(ring=ring), window=Window(spans=(span,)), band=band))
    engine = Engine(np.zeros((1, 1)))
    engine.load(packed_rings(**cut(world, 0, held), flat=False))
    warm()  # loads what is compiled; a node does so once when it starts
    engine.query(volumes[0], party=0)
    put, ask, met = [], [], []
    for n, volume in enumerate(volumes):
        cpu, start = time.thread_time(), time.perf_counter()
        row = engine.add(volume, party=int(new["party"][n]))
        middle = time.perf_counter()
        found = engine.meets(row)
        ask.append(time.perf_counter() - middle)
        put.append(middle - start)
        CPU.append(time.thread_time() - cpu)
        met.append(sorted(found.pairs[:, 1].tolist()))
    return put, ask, met


def rtree(world: World, held: int) -> Times:
    """libspatialindex with boxes in longitude, latitude, height and time; boxes only."""
    from rtree import index

    def low_high(name: str) -> tuple[Any, Any]:
        starts = world["first"][:-1]
        return np.minimum.reduceat(world[name], starts), np.maximum.reduceat(world[name], starts)

    x, y = low_high("lon_deg"), low_high("lat_deg")
    sides = (x[0], y[0], world["lower_m"], world["start_ms"])
    sides += (x[1], y[1], world["upper_m"], world["end_ms"])
    boxes = np.stack(sides, axis=1).astype(np.float64)
    properties = index.Property(dimension=4)
    stream = ((n, box, None) for n, box in enumerate(boxes[:held].tolist()))
    tree = index.Index(stream, properties=properties)
    put, ask, met = [], [], []
    for n, box in enumerate(boxes[held : held + ASKED].tolist(), start=held):
        start = time.perf_counter()
        tree.insert(n, box)
        middle = time.perf_counter()
        found = sorted(tree.intersection(box))
        ask.append(time.perf_counter() - middle)
        put.append(middle - start)
        met.append(found)
    return put, ask, met


def postgis(world: World, held: int) -> Times:
    """PostGIS with planar edges; statements are prepared."""
    import overlap_postgis
    import shapely

    new = cut(world, held, held + ASKED)
    wkb = shapely.to_wkb(overlap_probe.rings(new), hex=True)
    with overlap_postgis.server() as connection:
        before = cut(world, 0, held)
        overlap_postgis.fill(connection, before, overlap_probe.rings(before))
        connection.execute("CREATE INDEX ON v USING gist (g, tr)")
        connection.execute("ANALYZE v")
        put, ask, met = [], [], []
        for n in range(ASKED):
            times = f"[{new['start_ms'][n]},{new['end_ms'][n]}]"
            party, low, high = (int(new[name][n]) for name in ("party", "lower_m", "upper_m"))
            row = {"g": wkb[n], "tr": times, "party": party, "lo": low, "hi": high, "id": held + n}
            values = (held + n, party, low, high, times, wkb[n])
            start = time.perf_counter()
            connection.execute(overlap_postgis.INSERT, values, prepare=True)
            middle = time.perf_counter()
            found = connection.execute(overlap_postgis.ASK, row, prepare=True).fetchall()
            ask.append(time.perf_counter() - middle)
            put.append(middle - start)
            met.append(sorted(one for (one,) in found))
    return put, ask, met


ENGINES: dict[str, Callable[[World, int], Times]] = {
    "ours": ours, "rtree": rtree, "postgis": postgis
}  # fmt: skip


def main(engine: str, count: int) -> dict[str, Any]:
    world = worlds.read(worlds.kept(count))
    put, ask, met = ENGINES[engine](world, count - ASKED)
    both = np.array(put) + np.array(ask)
    return {
        "put_s": put,
        "ask_s": ask,
        "both_s": both.tolist(),
        "cpu_s": CPU,
        "met": sum(map(len, met)),
        "pairs": [[n, other] for n, row in enumerate(met) for other in row],
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "load": os.getloadavg()[0],
    }


if __name__ == "__main__":
    try:
        result = main(sys.argv[1], int(sys.argv[2]))
    except ImportError as absent:
        result = {"absent": str(absent)}
    json.dump(result, sys.stdout)
