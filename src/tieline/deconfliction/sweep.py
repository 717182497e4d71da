"""Sweep: pairs of boxes that come together in space, height and time, each of them once.

Boxes and times are whole numbers, rounded outwards, so that nothing here depends on a processor.
Cells lie in rows of latitude, fewer to a row towards the poles. They come in several sizes: a box
belongs to the level whose cells are at least as large as the box, and visits the cells of every
coarser level that hold a box of that level. In each cell boxes are taken in the order in which they
start, and each is compared with those that have not ended: of a year's notifications few hold at
once. A pair is told only in the cell where the two boxes begin to overlap: none is told twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from tieline.deconfliction.packed import (
    EARTH_MIN_M,
    Bytes,
    Flags,
    Ints,
    Longs,
    Packed,
    Words,
)
from tieline.deconfliction.packing_frames import POLE, TURN, WHOLE

WEST, WIDTH, SOUTH, NORTH, START, END, HEIGHTS, PARTY = range(8)
"""Columns of a record, 32 bits each: half a line of a processor's cache."""
LEVEL_STEP: Final = 2
"""Cells of a level are four times as wide as those of the one below."""
SHIFT_MIN: Final = 6
SHIFT_MAX: Final = 31
"""Cells are 2**shift turns of 2**-32 wide: from half a metre to a hemisphere."""
NARROWING: Final = np.array(
    [round(POLE / 2 - math.asin(0.5 ** (k + 0.5)) / math.pi * POLE) for k in range(24)]
)
"""Distance from the equator beyond which a row's cells are 2, 4, 8 times as wide in longitude."""
SAMPLE: Final = 20_000
COST_ENTRY: Final = 30.0
COST_COMPARED: Final = 2.0
"""Nanoseconds for a box in a cell, and for two boxes compared (measured): they choose the cells."""
LOWEST_M: Final = 11_000
HIGHEST_M: Final = 120_000
PAIRS_AT_ONCE: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Boxes in the order in which they start; ``order`` says which row each is of."""

    order: Longs
    records: Words
    level: Bytes
    shifts: Longs


def widened(packed: Packed, separation_m: float) -> Words:
    """Boxes around the volumes, with their reach and half of the widest separation."""
    if packed.flat:
        return packed.box
    # A length is an angle between normals of at most so much.
    angle = (packed.reach_m + packed.tolerance_m + separation_m / 2) * (1 + 1e-5) / EARTH_MIN_M
    angle += 1e-9
    unit = 2 * math.pi / TURN
    up = np.ceil(np.minimum(angle / unit, POLE)).astype(np.int64)
    box = packed.box.astype(np.int64)
    south, north = box[:, SOUTH] - up, box[:, NORTH] + up
    over = (south <= 0) | (north >= POLE)
    steepest = np.maximum(np.abs(box[:, SOUTH] - POLE // 2), np.abs(box[:, NORTH] - POLE // 2))
    cos = np.cos(np.minimum(steepest * unit, math.pi / 2))
    ratio = np.sin(np.minimum(angle, math.pi / 2)) / np.maximum(cos, 1e-12)
    over |= ratio >= 1
    aside = np.ceil(np.arcsin(np.minimum(ratio, 1)) / unit).astype(np.int64) + 1
    width = np.where(over, WHOLE, np.minimum(box[:, WIDTH] + 2 * aside, WHOLE))
    west = (box[:, WEST] - aside) & WHOLE
    return np.stack((west, width, np.maximum(south, 0), np.minimum(north, POLE)), axis=1).astype(
        np.uint32
    )


def instants(start_ms: Longs, end_ms: Longs) -> tuple[Longs, Longs]:
    """Times as 32-bit numbers in the same order; ends after all starts become one."""
    first, last = int(start_ms.min()), int(start_ms.max())
    shift = max(int(last - first + 1).bit_length() - 32, 0)
    start = (start_ms - first) >> shift
    end = (np.clip(end_ms, first, last + 1) - first) >> shift
    return start, np.minimum(end, WHOLE)


def heights(lower_m: Ints, upper_m: Ints) -> Words:
    """Both ends of a band in one number, in steps of two metres that keep their order."""
    low = (np.clip(lower_m.astype(np.int64), -LOWEST_M, HIGHEST_M) + LOWEST_M) >> 1
    high = (np.clip(upper_m.astype(np.int64), -LOWEST_M, HIGHEST_M) + LOWEST_M) >> 1
    found: Words = (low | high << 16).astype(np.uint32)
    return found


def recorded(packed: Packed, separation_m: float) -> Records:
    """Records of all rows in the order of their starts, and the sizes of cells that suit them."""
    box = widened(packed, separation_m)
    start, end = instants(packed.start_ms, packed.end_ms)
    order = np.argsort(start, kind="stable")
    records = np.empty((packed.rows, 8), np.uint32)
    records[:, :4] = box[order]
    records[:, START] = start[order]
    records[:, END] = end[order]
    records[:, HEIGHTS] = heights(packed.lower_m, packed.upper_m)[order]
    records[:, PARTY] = packed.party[order].astype(np.uint32)
    size = sizes(records)
    shifts = levels(records, size)
    level = np.zeros(packed.rows, np.int8)
    for shift in shifts[:-1]:
        level += size > (1 << int(shift))
    return Records(order=order, records=records, level=level, shifts=shifts)


def sizes(records: Words) -> Longs:
    """Length of a box's longer side in turns at the equator."""
    south, north = records[:, SOUTH].astype(np.int64), records[:, NORTH].astype(np.int64)
    nearest = np.maximum(np.maximum(south - POLE // 2, POLE // 2 - north), 0)
    across = records[:, WIDTH] * np.cos(nearest * (math.pi / POLE))
    longer: Longs = np.maximum(north - south, across.astype(np.int64))
    return longer


def levels(records: Words, size: Longs) -> Longs:
    """Shifts of the cells of each level, from the smallest, which cost least for these boxes.

    Large cells hold more boxes to compare, small ones make a box stand in more of them: both are
    counted on a sample.
    """
    step = max(len(records) // SAMPLE, 1)
    some, length = records[::step].astype(np.int64), size[::step]
    scale = len(records) / len(some)
    start, end = some[:, START], some[:, END]
    held = float(np.mean(end - start)) / max(float(start.max() - start.min()), 1.0)
    best, best_cost = SHIFT_MAX, math.inf
    for shift in range(SHIFT_MAX, SHIFT_MIN - 1, -1):
        cell = 1 << shift
        fine = length <= cell
        if fine.mean() < 0.5:
            break
        entered = float(np.sum((1 + np.minimum(length / cell, 1)) ** 2)) * scale
        rows, wide = some[:, SOUTH] >> shift, some[:, WEST] >> shift
        _, counts = np.unique(rows << 32 | wide, return_counts=True)
        # A sample of one in a cell says little; pairs of the sample are scaled by its square.
        pairs = float(np.sum(counts * (counts - 1) / 2)) * scale * scale
        cost = entered * COST_ENTRY + pairs * min(2 * held, 1.0) * COST_COMPARED
        if cost < best_cost:
            best, best_cost = shift, cost
    largest = int(size.max(initial=1))
    found = [best]
    while (1 << found[-1]) < largest and found[-1] < SHIFT_MAX:
        found.append(min(found[-1] + LEVEL_STEP, SHIFT_MAX))
    return np.array(found, np.int64)


def candidates(found: Records, *, own_too: bool) -> Iterator[Longs]:
    """Pairs of rows whose boxes overlap, shape (m, 2), some at a time; in plain numpy."""
    key, rank, native = _entries(found)
    order = np.argsort(key, kind="stable")
    key, rank, native = key[order], rank[order], native[order]
    new = np.append(True, key[1:] != key[:-1])
    cell = np.cumsum(new) - 1
    has_native = np.logical_or.reduceat(native, np.flatnonzero(new))
    keep = has_native[cell]
    key, rank, native, cell = key[keep], rank[keep], native[keep], cell[keep]
    start = found.records[rank, START].astype(np.int64)
    end = found.records[rank, END].astype(np.int64)
    # Within a cell ranks, and so starts, only grow: a box meets those that start before it ends.
    line = cell << 33 | start
    until = np.searchsorted(line, cell << 33 | end, side="right")
    after = np.maximum(until - np.arange(1, len(line) + 1), 0)
    done, total = 0, np.cumsum(after)
    while done < len(after):
        base = total[done - 1] if done else 0
        upto = max(int(np.searchsorted(total, base + PAIRS_AT_ONCE, side="right")), done + 1)
        many = after[done:upto]
        one = np.repeat(np.arange(done, upto), many)
        other = one + 1 + np.arange(len(one)) - np.repeat(np.cumsum(many) - many, many)
        told = native[one] | native[other]
        one, other = one[told], other[told]
        met = _met(found.records, rank[one], rank[other], key[one], own_too=own_too)
        pairs = np.stack((found.order[rank[one[met]]], found.order[rank[other[met]]]), axis=1)
        yield np.sort(pairs, axis=1)
        done = upto


def _met(records: Words, one: Longs, other: Longs, key: Longs, *, own_too: bool) -> Longs:
    """Which of some pairs of a cell overlap, and are to be told in this cell."""
    left: Longs = np.arange(len(one))
    tests: list[Callable[[Words, Words], Flags]] = [
        lambda a, b: a[:, SOUTH] <= b[:, NORTH],
        lambda a, b: b[:, SOUTH] <= a[:, NORTH],
        lambda a, b: (
            (b[:, WEST] - a[:, WEST] <= a[:, WIDTH]) | (a[:, WEST] - b[:, WEST] <= b[:, WIDTH])
        ),
        lambda a, b: (a[:, HEIGHTS] & 0xFFFF) <= (b[:, HEIGHTS] >> 16),
        lambda a, b: (b[:, HEIGHTS] & 0xFFFF) <= (a[:, HEIGHTS] >> 16),
    ]
    if not own_too:
        tests.insert(0, lambda a, b: a[:, PARTY] != b[:, PARTY])
    a, b = records[one], records[other]
    for test in tests:
        keep = test(a, b)
        left, a, b = left[keep], a[keep], b[keep]
    shift, row, column, narrow = _decoded(key[left])
    top = np.maximum(a[:, SOUTH], b[:, SOUTH]).astype(np.int64)
    first = np.where(b[:, WEST] - a[:, WEST] <= a[:, WIDTH], b[:, WEST], a[:, WEST])
    here = (top >> shift == row) & (first.astype(np.int64) >> narrow == column)
    told: Longs = left[here]
    return told


def narrowed(shift: Longs, row: Longs) -> Longs:
    """Shift of longitudes for the cells of a row of latitude."""
    south, north = row << shift, (row + 1) << shift
    nearest = np.maximum(np.maximum(south - POLE // 2, POLE // 2 - north), 0)
    found: Longs = np.minimum(shift + np.searchsorted(NARROWING, nearest, side="right"), 32)
    return found


def _decoded(key: Longs) -> tuple[Longs, Longs, Longs, Longs]:
    shift, row, column = key >> 56, (key >> 28) & 0xFFFFFFF, key & 0xFFFFFFF
    return shift, row, column, narrowed(shift, row)


def _entries(found: Records) -> tuple[Longs, Longs, Longs]:
    """Every box in every cell it touches at its level and above: cell, rank, and whether native."""
    keys, ranks, natives = [], [], []
    box = found.records.astype(np.int64)
    for n, shift in enumerate(found.shifts):
        rank = np.flatnonzero(found.level <= n)
        south = box[rank, SOUTH] >> shift
        many = (box[rank, NORTH] >> shift) - south + 1
        rank = np.repeat(rank, many)
        row = np.repeat(south, many) + _counted(many)
        narrow = narrowed(np.full(len(row), shift), row)
        west = box[rank, WEST]
        mask = (1 << narrow) - 1
        many = np.minimum((((west & mask) + box[rank, WIDTH]) >> narrow) + 1, 1 << (32 - narrow))
        column = np.repeat(west >> narrow, many) + _counted(many)
        row, narrow, rank = np.repeat(row, many), np.repeat(narrow, many), np.repeat(rank, many)
        column &= (1 << (32 - narrow)) - 1
        keys.append(shift << 56 | row << 28 | column)
        ranks.append(rank)
        natives.append(found.level[rank] == n)
    return np.concatenate(keys), np.concatenate(ranks), np.concatenate(natives)


def _counted(many: Longs) -> Longs:
    """0, 1 .. for each of some numbers, one after the other."""
    found: Longs = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return found
