"""Bulk: every pair of volumes that comes closer than agreed, out of all at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from tieline.deconfliction.compiled import jit, threads
from tieline.deconfliction.flat import rings_meet
from tieline.deconfliction.gap import closest, metres
from tieline.deconfliction.packed import EARTH_MIN_M, Bytes, Floats, Ints, Longs, Packed
from tieline.deconfliction.sweep import entries, levels, native_cells, sweep

PAIRS_AT_ONCE: Final = 1 << 20
"""Pairs that one thread holds before it tests them exactly."""
CHUNKS_A_THREAD: Final = 8
"""Cells are handed out in so many parts, because some hold far more than others."""
CHORD_SLACK: Final = 1.01
"""A chord on the unit globe for a length on the ellipsoid: radii differ by less than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Pairs of rows in order, and how far apart they are beyond what they cover, in metres.

    ``gap_m`` is 0 where they meet. ``limit_m`` is the separation that applies, ``at`` (n, 2, 3) the
    places where the skeletons come closest.
    """

    pairs: Ints
    gap_m: Floats
    limit_m: Floats
    at: Floats


def all_pairs(packed: Packed, separation_m: Floats, *, own_too: bool = False) -> Found:
    """Every pair of different parties that comes as close as its separation, or closer.

    Args:
        packed: the volumes.
        separation_m: by class of the one and of the other, shape (k, k), symmetric.
        own_too: pairs of one party as well.

    Windows are taken by their envelopes and heights by their bands; who keeps rules in a window
    looks at those of the pairs that are found.
    """
    if packed.rows < 2:
        return _nothing()
    low, high = boxes(packed, float(separation_m.max(initial=0.0)))
    grid = _Grid(packed, low, high)
    cells = np.arange(grid.count, dtype=np.int64)
    weight = np.diff(grid.begin)
    # The fullest cells first, dealt out in turn: no thread is left with all of them at the end.
    cells = cells[np.argsort(-weight, kind="stable")]
    workers = threads()
    parts = [cells[n :: workers * CHUNKS_A_THREAD] for n in range(workers * CHUNKS_A_THREAD)]

    def work(part: Longs) -> list[Found]:
        return list(grid.pairs_of(part, separation_m, own_too=own_too))

    with ThreadPoolExecutor(workers) as pool:
        found = [one for many in pool.map(work, parts) for one in many]
    return _in_order(found)


def boxes(packed: Packed, separation_m: float) -> tuple[Floats, Floats]:
    """Corners of a box around each volume, half of the widest separation included."""
    low = np.minimum.reduceat(packed.xyz, packed.first, axis=0)
    high = np.maximum.reduceat(packed.xyz, packed.first, axis=0)
    if packed.flat:
        return low, high
    reach = packed.reach_m + packed.tolerance_m + separation_m / 2
    # An arc leaves the box of its ends by no more than its sagitta.
    step = np.minimum(2 * packed.cap, 2.0)
    bulge = 1 - np.sqrt(np.maximum(1 - (step / 2) ** 2, 0))
    margin = (bulge + reach / EARTH_MIN_M * CHORD_SLACK)[:, None]
    return low - margin, high + margin


class _Grid:
    """Cells with the boxes in each, in the order in which they start."""

    def __init__(self, packed: Packed, low: Floats, high: Floats) -> None:
        self.packed, self.low, self.high = packed, low, high
        level, self.size = levels(low, high)
        order = np.argsort(packed.start_ms, kind="stable")
        places = 1 << max(int(packed.rows * 4).bit_length(), 10)
        while True:
            table = np.full(places, -1, np.int64)
            ids = np.zeros(places, np.int32)
            self.count = native_cells(low, high, level, self.size, table, ids)
            if self.count >= 0:
                break
            places *= 2
        self.codes = np.zeros(self.count, np.int64)
        used = table != -1
        self.codes[ids[used]] = table[used]
        counts = np.zeros(self.count + 1, np.int64)
        nothing = np.empty(0, np.int32)
        entries(order, low, high, level, self.size, table, ids, counts, nothing)
        self.begin = np.concatenate(([0], np.cumsum(counts[:-1])))
        self.rows = np.empty(self.begin[-1], np.int32)
        cursor = self.begin[:-1].copy()
        entries(order, low, high, level, self.size, table, ids, cursor, self.rows)

    def pairs_of(self, cells: Longs, separation_m: Floats, *, own_too: bool) -> list[Found]:
        """The pairs of some cells, tested exactly."""
        p, found = self.packed, []
        resume, room = np.zeros(1, np.int64), PAIRS_AT_ONCE
        out = np.empty((room, 2), np.int32)
        while resume[0] < len(cells):
            at = resume[0]
            written = sweep(
                cells, self.begin, self.rows, self.codes, self.size, self.low, self.high,
                p.start_ms, p.end_ms, p.lower_m, p.upper_m, p.party, own_too, out, resume,
            )  # fmt: skip
            if written:
                found.append(exact(p, out[:written], separation_m))
            elif resume[0] == at and at < len(cells):
                # One cell alone has more pairs than there is room for.
                out = np.empty((2 * len(out), 2), np.int32)
        return found


def exact(packed: Packed, pairs: Ints, separation_m: Floats) -> Found:
    """Those of some pairs that really come as close as their separation."""
    n = len(pairs)
    gap, limit = np.empty(n), np.empty(n)
    if packed.flat:
        rings_meet(pairs, packed.xyz, packed.first, packed.count, gap)
        limit[:] = 0.0
        at = np.zeros((n, 2, 3))
    else:
        at = np.zeros((n, 2, 3))
        gaps(
            pairs, separation_m, packed.xyz, packed.normal, packed.first, packed.count,
            packed.kind, packed.centre, packed.cap, packed.reach_m, packed.tolerance_m,
            packed.klass, gap, limit, at,
        )  # fmt: skip
    close = np.isfinite(gap)
    return Found(pairs=pairs[close].copy(), gap_m=gap[close], limit_m=limit[close], at=at[close])


@jit
def gaps(
    pairs: Ints,
    separation_m: Floats,
    xyz: Floats,
    normal: Floats,
    first: Longs,
    count: Ints,
    kind: Bytes,
    centre: Floats,
    cap: Floats,
    reach_m: Floats,
    tolerance_m: Floats,
    klass: Ints,
    gap: Floats,
    limit: Floats,
    at: Floats,
) -> None:
    """Fill in the gap of each pair in metres, infinite where it is more than its separation."""
    for n in range(len(pairs)):
        i, j = pairs[n, 0], pairs[n, 1]
        limit[n] = separation_m[klass[i], klass[j]]
        reach = reach_m[i] + reach_m[j]
        most = reach + limit[n] + tolerance_m[i] + tolerance_m[j]
        chord = most / 6_335_439.0 * 1.01 + 1e-12
        gap[n] = np.inf
        apart = 0.0
        for axis in range(3):
            apart += (centre[i, axis] - centre[j, axis]) ** 2
        room = cap[i] + cap[j] + chord
        if apart > room * room:
            continue
        chord2 = closest(i, j, chord, xyz, normal, first, count, kind, centre, cap, at[n])
        if chord2 == np.inf:
            continue
        skeleton_m = 0.0 if chord2 == 0.0 else metres(at[n, 0], at[n, 1])
        if skeleton_m <= most:
            gap[n] = max(skeleton_m - reach, 0.0)


def _nothing() -> Found:
    return Found(
        pairs=np.empty((0, 2), np.int32),
        gap_m=np.empty(0),
        limit_m=np.empty(0),
        at=np.empty((0, 2, 3)),
    )


def _in_order(found: list[Found]) -> Found:
    """All pairs in the order of their rows, however many threads found them."""
    if not found:
        return _nothing()
    pairs = np.concatenate([one.pairs for one in found])
    order = np.argsort(pairs[:, 0].astype(np.int64) << 32 | pairs[:, 1], kind="stable")
    return Found(
        pairs=pairs[order],
        gap_m=np.concatenate([one.gap_m for one in found])[order],
        limit_m=np.concatenate([one.limit_m for one in found])[order],
        at=np.concatenate([one.at for one in found])[order],
    )
