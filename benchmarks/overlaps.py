"""Overlaps: all pairs out of many volumes, and one volume against many, beside other engines.

Every engine works on the same world in a process of its own. Those that take edges as straight in
longitude and latitude must find the same pairs, which is checked before any time is shown.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import worlds
from measuring import REPETITIONS, Table, sample, span
from overlap_one_probe import ASKED

from tieline.deconfliction.bulk import exact
from tieline.deconfliction.packed import packed_rings

Pair = tuple[int, int]
HERE = Path(__file__).resolve().parent
SIZES = (10_000, 100_000, 1_000_000)
QUICK_SIZES = (3_000,)
BULK = {
    "ours": "Tieline, planar edges",
    "geodesic": "Tieline, geodesic edges",
    "plain": "Tieline, planar, numpy alone",
    "tree": "shapely STRtree by two days",
    "duck": "DuckDB by two days and 3 degrees",
    "postgis": "PostGIS GiST (geometry, time)",
    "geography": "PostGIS GiST (geography, time)",
}
GEODESIC = ("geodesic", "geography")
GEOGRAPHY_MAX = 100_000
"""Geodesic edges take PostGIS an hour for more."""
ONE = {"ours": "Tieline, geodesic edges", "postgis": "PostGIS", "rtree": "rtree, boxes only"}
ONCE_FROM = 1_000_000
"""Peers are run once from this size on; so is what takes longer than a minute."""
PROBE_S_MAX = 3_600


def probe(module: str, *args: Any) -> dict[str, Any]:
    command = [sys.executable, str(HERE / module), *map(str, args)]
    done = subprocess.run(command, capture_output=True, timeout=PROBE_S_MAX, check=False)
    if done.returncode:
        last = done.stderr.decode().strip().splitlines()[-1:]
        return {"absent": f"failed: {' '.join(last)[:200]}"}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def run(*, quick: bool) -> list[Table]:
    sizes = QUICK_SIZES if quick else SIZES
    for count in sizes:
        worlds.kept(count)
    found = {count: bulk(count, 1 if quick else REPETITIONS) for count in sizes}
    tables = [bulk_table(count, results) for count, results in found.items()]
    return [*tables, growth(found), one_table(sizes[-1])]


def bulk(count: int, repetitions: int) -> dict[str, dict[str, Any]]:
    results = {}
    for engine, name in BULK.items():
        if engine == "geography" and count > GEOGRAPHY_MAX:
            continue
        own = engine in {"ours", "geodesic"}
        times = 1 if count >= ONCE_FROM and not own else repetitions
        results[engine] = probe("overlap_probe.py", engine, count, times)
        print(f"  {count:,} {name}: {_said(results[engine])}", file=sys.stderr, flush=True)
    for group in (set(BULK) - set(GEODESIC), set(GEODESIC)):
        found = {e: r for e, r in results.items() if "digest" in r and e in group}
        if len({r["digest"] for r in found.values()}) > 1:
            told = {engine: (r["pairs"], r["digest"][:12]) for engine, r in found.items()}
            raise SystemExit(f"the engines do not find the same pairs at {count:,}: {told}")
    return results


def _said(result: dict[str, Any]) -> str:
    if "absent" in result:
        return f"SKIPPED, {result['absent']}"
    return f"{result['pairs']:,} pairs, {min(result['wall_s']):.2f} s"


def bulk_table(count: int, results: dict[str, dict[str, Any]]) -> Table:
    rows, values = [], {}
    for engine, name in BULK.items():
        result = results.get(engine, {"absent": f"takes too long from {count:,}"})
        if "absent" in result:
            rows.append((name, f"SKIPPED: {result['absent']}"))
            continue
        peak = result["peak_bytes"] + max(result.get("server_bytes", [0]))
        load = f"load {result['load'][0]:.0f} to {result['load'][1]:.0f}"
        rows.append((
            name,
            (f"{span(sample(result['wall_s']))} s, CPU {span(sample(result['cpu_s']))} s, "
            f"{peak / 2**20:,.0f} MiB, {result['pairs']:,} pairs, {load}"),
        ))  # fmt: skip
        values[f"overlaps_{count}_{engine}"] = result
    return Table(title=f"(e) All pairs of {count:,} volumes", rows=rows, values=values)


def growth(found: dict[int, dict[str, dict[str, Any]]]) -> Table:
    """Time and memory of ours beside the number of pairs found."""
    rows = []
    for count, results in found.items():
        for engine in ("ours", "geodesic"):
            r = results[engine]
            if "absent" not in r:
                cpu = sample(r["cpu_s"]).median
                rows.append((
                    f"{count:,}, {'planar' if engine == 'ours' else 'geodesic'}",
                    (f"{r['pairs']:,} pairs, {sample(r['wall_s']).median:.2f} s, CPU {cpu:.2f} s, "
                    f"{cpu / count * 1e6:.1f} us a volume, {r['peak_bytes'] / 2**20:,.0f} MiB"),
                ))  # fmt: skip
    return Table(title="(e) Growth", rows=rows or [("nothing", "ran")], values={})


def one_table(count: int) -> Table:
    rows: list[tuple[str, str]] = []
    values: dict[str, Any] = {}
    for engine, name in ONE.items():
        result = probe("overlap_one_probe.py", engine, count)
        if "absent" in result:
            rows.append((name, f"SKIPPED: {result['absent']}"))
            continue
        cells = [f"{what} {_quantiles(result[key])}" for what, key in
                 (("in", "put_s"), ("asked", "ask_s"), ("both", "both_s"))]  # fmt: skip
        rows.append(
            (name, "; ".join(cells) + f"; {result['met']:,} met, load {result['load']:.0f}")
        )
        values[f"overlaps_one_{count}_{engine}"] = result
        print(f"  one against {count:,}, {name}: {rows[-1][1]}", file=sys.stderr, flush=True)
    _same(values, count)
    for result in values.values():
        del result["pairs"]
    title = f"(f) One volume against {count:,}: milliseconds, p50 / p99"
    return Table(title=title, rows=rows, values=values)


def _same(values: dict[str, Any], count: int) -> None:
    """Among all pairs that anyone names, each engine has those that meet by its kind of edges."""
    named = {
        engine: {(n + count - ASKED, row) for n, row in values[key]["pairs"]}
        for engine in ONE
        if (key := f"overlaps_one_{count}_{engine}") in values
    }
    exact_ones = {engine: named[engine] for engine in ("ours", "postgis") if engine in named}
    everyone = sorted(set().union(*exact_ones.values()))
    if not everyone:
        return
    world = worlds.read(worlds.kept(count))
    for engine, pairs in exact_ones.items():
        meant = _meeting(world, everyone, flat=engine == "postgis")
        if pairs != meant:
            told = f"{len(pairs - meant)} too many and {len(meant - pairs)} too few"
            raise SystemExit(f"one against {count:,}: {ONE[engine]} has {told}")
    if "rtree" in named and exact_ones.get("postgis", set()) - named["rtree"]:
        raise SystemExit(f"one against {count:,}: boxes of rtree miss pairs that meet")


def _meeting(world: dict[str, Any], pairs: list[Pair], *, flat: bool) -> set[Pair]:
    """Those of some pairs that meet, with the rows that they are of packed alone."""
    rows = np.unique(np.array(pairs))
    some = rows_of(world, rows)
    packed = packed_rings(**some, flat=flat)
    at = np.searchsorted(rows, np.array(pairs)).astype(np.int32)
    found = exact(packed, at, np.zeros((1, 1)), compiled=False)
    return {(int(rows[i]), int(rows[j])) for i, j in found.pairs}


def rows_of(world: dict[str, Any], rows: Any) -> dict[str, Any]:
    first = world["first"]
    corners = np.concatenate([np.arange(first[row], first[row + 1]) for row in rows])
    some = {
        name: world[name][rows] for name in world if name != "first" and not name.endswith("_deg")
    }
    some |= {name: world[name][corners] for name in ("lat_deg", "lon_deg")}
    ends = np.cumsum([first[row + 1] - first[row] for row in rows])
    return some | {"first": np.concatenate(([0], ends)).astype(np.int64)}


def _quantiles(values: list[float]) -> str:
    p50, p99 = np.percentile(np.array(values) * 1_000, (50, 99))
    return f"{p50:.3f} / {p99:.3f}"
