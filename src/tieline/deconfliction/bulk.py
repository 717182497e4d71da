"""Bulk: every pair of volumes that comes closer than agreed, out of all at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from tieline.deconfliction import flat, gap
from tieline.deconfliction.compiled import kernels, threads, use_compiled
from tieline.deconfliction.packed import Floats, Ints, Longs, Packed
from tieline.deconfliction.sweep import Records, candidates, recorded

PAIRS_AT_ONCE: Final = 1 << 18
"""Pairs that one thread holds before it tests them exactly."""
CHUNKS_A_THREAD: Final = 8
"""Cells are handed out in so many parts, because some hold far more than others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Pairs of rows in order, and how far apart they are beyond what they cover, in metres.

    ``gap_m`` is 0 where they meet. ``limit_m`` is the separation that applies, ``at`` (n, 2, 3) the
    places where the skeletons come closest, as n-vectors.
    """

    pairs: Ints
    gap_m: Floats
    limit_m: Floats
    at: Floats


def all_pairs(
    packed: Packed,
    separation_m: Floats,
    *,
    own_too: bool = False,
    workers: int | None = None,
    compiled: bool | None = None,
) -> Found:
    """Every pair of different parties that comes as close as its separation, or closer.

    Args:
        packed: the volumes.
        separation_m: by class of the one and of the other, shape (k, k), symmetric.
        own_too: pairs of one party as well.
        workers: threads, as many as there are cores if None; the result is the same for any.
        compiled: whether to use compiled functions; by the number of rows if None.

    Windows are taken by their envelopes and heights by their bands, ends included; who keeps rules
    in a window looks at those of the pairs that are found. What lies within the tolerance of the
    rows and of the engine beyond its separation is found too.
    """
    if packed.rows < 2:
        return nothing()
    found = recorded(packed, float(separation_m.max(initial=0.0)))
    fast = use_compiled(packed.rows) if compiled is None else compiled
    if not fast:
        parts = candidates(found, own_too=own_too)
        return in_order([exact(packed, pairs, separation_m, compiled=False) for pairs in parts])
    return in_order(_compiled(packed, found, separation_m, own_too, workers or threads()))


def _compiled(
    packed: Packed, found: Records, separation_m: Floats, own_too: bool, workers: int
) -> list[Found]:
    sweeping = kernels("sweep_compiled")
    cells = sweeping.Cells(found)
    numbers = np.arange(cells.count, dtype=np.int64)
    # The fullest cells first, dealt out in turn: no thread is left with all of them at the end.
    numbers = numbers[np.argsort(-np.diff(cells.begin), kind="stable")]
    many = workers * CHUNKS_A_THREAD
    # Copies, because what is compiled is compiled for arrays without gaps.
    parts = [numbers[n::many].copy() for n in range(many)]

    def pairs_of(part: Longs) -> Iterator[Ints]:
        resume = np.zeros(1, np.int64)
        out = np.empty((PAIRS_AT_ONCE, 2), np.int32)
        while resume[0] < len(part):
            before = resume[0]
            written = sweeping.sweep(
                part, cells.begin, cells.ranks, cells.codes, found.records, own_too, out, resume
            )
            if written:
                yield np.sort(found.order[out[:written]].astype(np.int32), axis=1)
            elif resume[0] == before:
                # One cell alone has more pairs than there is room for.
                out = np.empty((2 * len(out), 2), np.int32)

    def work(part: Longs) -> list[Found]:
        return [exact(packed, pairs, separation_m, compiled=True) for pairs in pairs_of(part)]

    with ThreadPoolExecutor(workers) as pool:
        return [one for many in pool.map(work, parts) for one in many]


def exact(
    packed: Packed, pairs: Ints | Longs, separation_m: Floats, *, compiled: bool | None = None
) -> Found:
    """Those of some pairs that share time and height and come as close as their separation."""
    i, j = pairs[:, 0], pairs[:, 1]
    meet = (packed.start_ms[i] <= packed.end_ms[j]) & (packed.start_ms[j] <= packed.end_ms[i])
    meet &= (packed.lower_m[i] <= packed.upper_m[j]) & (packed.lower_m[j] <= packed.upper_m[i])
    pairs = np.ascontiguousarray(pairs[meet].astype(np.int32, copy=False))
    fast = use_compiled(packed.rows) if compiled is None else compiled
    if packed.flat:
        apart, limit = _flat_gaps(packed, pairs, fast=fast), np.zeros(len(pairs))
        at = np.zeros((len(pairs), 2, 3))
    elif fast:
        apart, limit, at = np.empty(len(pairs)), np.empty(len(pairs)), np.zeros((len(pairs), 2, 3))
        kernels("gap_compiled").gaps(
            pairs, separation_m, packed.xyz, packed.first, packed.count, packed.kind,
            packed.centre, packed.cap, packed.reach_m, packed.tolerance_m, packed.klass,
            apart, limit, at,
        )  # fmt: skip
    else:
        apart, limit, at = gap.gaps(packed, pairs, separation_m)
    close = np.isfinite(apart)
    return Found(pairs=pairs[close], gap_m=apart[close], limit_m=limit[close], at=at[close])


def _flat_gaps(packed: Packed, pairs: Ints, *, fast: bool) -> Floats:
    if not fast:
        return flat.rings_meet(packed, pairs)
    apart = np.empty(len(pairs))
    kernels("flat_compiled").rings_meet(pairs, packed.xyz, packed.first, packed.count, apart)
    return apart


def nothing() -> Found:
    """No pair at all."""
    return Found(
        pairs=np.empty((0, 2), np.int32),
        gap_m=np.empty(0),
        limit_m=np.empty(0),
        at=np.empty((0, 2, 3)),
    )


def in_order(found: list[Found]) -> Found:
    """All pairs in the order of their rows, however many threads found them."""
    if not found:
        return nothing()
    pairs = np.concatenate([one.pairs for one in found])
    order = np.argsort(pairs[:, 0].astype(np.int64) << 32 | pairs[:, 1], kind="stable")
    return Found(
        pairs=pairs[order],
        gap_m=np.concatenate([one.gap_m for one in found])[order],
        limit_m=np.concatenate([one.limit_m for one in found])[order],
        at=np.concatenate([one.at for one in found])[order],
    )
