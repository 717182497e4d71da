"""Sweep: pairs of boxes that come together in space, height and time, each of them once.

Cells of several sizes: a box belongs to the level whose cells are at least as large as the box, and
visits the cells of every coarser level that hold a box of that level. In each cell boxes are taken
in the order in which they start, and each is compared with those that have not ended: time first,
because of a year's notifications few hold at once. A pair is told only in the cell that holds the
corner where the two boxes begin to overlap, so that nothing is told twice.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from tieline.deconfliction.compiled import jit
from tieline.deconfliction.packed import Bytes, Floats, Ints, Longs

LEVEL_RATIO: Final = 3.0
"""Cells of a level are so many times as large as those of the one below."""
LEVELS_MAX: Final = 7
"""Levels fit into the three bits that a cell's number has left."""


def levels(low: Floats, high: Floats) -> tuple[Bytes, Floats]:
    """The level of each box, and the size of each level's cells, from the smallest.

    The smallest cells are as large as the middle one of all boxes, or larger, if the levels would
    not reach the largest.
    """
    size = np.max(high - low, axis=1)
    largest = float(size.max(initial=1e-9))
    smallest = max(float(np.median(size)), largest / LEVEL_RATIO ** (LEVELS_MAX - 1), 1e-9)
    steps = np.log(np.maximum(size / smallest, 1.0)) / math.log(LEVEL_RATIO)
    level: Bytes = np.ceil(steps - 1e-12).astype(np.int8)
    top = int(level.max(initial=0)) + 1
    sizes: Floats = smallest * np.power(LEVEL_RATIO, np.arange(top, dtype=np.float64))
    return level, sizes


@jit
def _code(x: int, y: int, z: int, level: int) -> int:
    """One number for a cell; 20 bits a side hold every cell of a unit globe down to 6 m."""
    offset = 1 << 19
    return (((level << 20 | (x + offset)) << 20 | (y + offset)) << 20) | (z + offset)


@jit
def _slot(table: Longs, code: int, mask: int) -> int:
    """Where a cell stands in an open hash table, or the free place where it would.

    The multiplier is that of a Fibonacci hash (Knuth, vol. 3, section 6.4).
    """
    at = int((np.uint64(code) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(17)) & mask
    while table[at] != -1 and table[at] != code:
        at = (at + 1) & mask
    return at


@jit
def native_cells(
    low: Floats, high: Floats, level: Bytes, size: Floats, table: Longs, ids: Ints
) -> int:
    """Enter the cells of every box at its own level; returns how many different ones there are."""
    mask = len(table) - 1
    found = 0
    for i in range(len(low)):
        s = size[level[i]]
        for x in range(math.floor(low[i, 0] / s), math.floor(high[i, 0] / s) + 1):
            for y in range(math.floor(low[i, 1] / s), math.floor(high[i, 1] / s) + 1):
                for z in range(math.floor(low[i, 2] / s), math.floor(high[i, 2] / s) + 1):
                    code = _code(x, y, z, level[i])
                    at = _slot(table, code, mask)
                    if table[at] == -1:
                        table[at] = code
                        ids[at] = found
                        found += 1
                        if 2 * found > mask:
                            return -1
    return found


@jit
def entries(
    order: Longs,
    low: Floats,
    high: Floats,
    level: Bytes,
    size: Floats,
    table: Longs,
    ids: Ints,
    cursor: Longs,
    out: Ints,
) -> None:
    """Count the boxes of each cell, or fill them in, in the order given.

    With an empty ``out`` the counts go to ``cursor``; else ``cursor`` holds where each cell's next
    box is put. A visitor from a finer level is put as -1 - row.
    """
    mask = len(table) - 1
    counting = len(out) == 0
    for n in range(len(order)):
        i = order[n]
        for k in range(level[i], len(size)):
            s = size[k]
            for x in range(math.floor(low[i, 0] / s), math.floor(high[i, 0] / s) + 1):
                for y in range(math.floor(low[i, 1] / s), math.floor(high[i, 1] / s) + 1):
                    for z in range(math.floor(low[i, 2] / s), math.floor(high[i, 2] / s) + 1):
                        at = _slot(table, _code(x, y, z, k), mask)
                        if table[at] == -1:
                            continue
                        cell = ids[at]
                        if not counting:
                            out[cursor[cell]] = i if k == level[i] else -1 - i
                        cursor[cell] += 1


@jit
def _meet(
    i: int,
    j: int,
    size: float,
    x: int,
    y: int,
    z: int,
    low: Floats,
    high: Floats,
    lower_m: Ints,
    upper_m: Ints,
    party: Ints,
    own_too: bool,
) -> bool:
    """Whether two boxes of one time overlap, and this is the cell to tell it in."""
    if not own_too and party[i] == party[j]:
        return False
    if low[i, 0] > high[j, 0] or low[j, 0] > high[i, 0]:
        return False
    if low[i, 1] > high[j, 1] or low[j, 1] > high[i, 1]:
        return False
    if low[i, 2] > high[j, 2] or low[j, 2] > high[i, 2]:
        return False
    if lower_m[i] > upper_m[j] or lower_m[j] > upper_m[i]:
        return False
    if math.floor(max(low[i, 0], low[j, 0]) / size) != x:
        return False
    if math.floor(max(low[i, 1], low[j, 1]) / size) != y:
        return False
    return bool(math.floor(max(low[i, 2], low[j, 2]) / size) == z)


@jit
def _against(
    i: int,
    others: Ints,
    held: int,
    size: float,
    x: int,
    y: int,
    z: int,
    low: Floats,
    high: Floats,
    start_ms: Longs,
    end_ms: Longs,
    lower_m: Ints,
    upper_m: Ints,
    party: Ints,
    own_too: bool,
    out: Ints,
    written: int,
) -> tuple[int, int]:
    """Compare a box with those that have not ended; how many are left, and how many are written.

    The second is -1 when ``out`` has no room left.
    """
    k = 0
    while k < held:
        j = others[k]
        if end_ms[j] < start_ms[i]:
            held -= 1
            others[k] = others[held]
            continue
        k += 1
        if _meet(i, j, size, x, y, z, low, high, lower_m, upper_m, party, own_too):
            if written == len(out):
                return held, -1
            out[written, 0], out[written, 1] = min(i, j), max(i, j)
            written += 1
    return held, written


@jit
def _with(others: Ints, held: int, i: int) -> Ints:
    """The list with one more; twice as long when it was full."""
    if held == len(others):
        others = np.concatenate((others, np.empty_like(others)))
    others[held] = i
    return others


@jit
def sweep(
    cells: Longs,
    begin: Longs,
    rows: Ints,
    codes: Longs,
    size: Floats,
    low: Floats,
    high: Floats,
    start_ms: Longs,
    end_ms: Longs,
    lower_m: Ints,
    upper_m: Ints,
    party: Ints,
    own_too: bool,
    out: Ints,
    resume: Longs,
) -> int:
    """Pairs of some cells, written to ``out`` (m, 2); returns how many.

    ``resume`` is where to begin among ``cells``, and where to go on: a cell whose pairs do not fit
    any more is begun again with an empty ``out``.
    """
    natives = np.empty(1024, np.int32)
    visitors = np.empty(1024, np.int32)
    written = 0
    for n in range(resume[0], len(cells)):
        cell = cells[n]
        before = written
        code = codes[cell]
        z = (code & 0xFFFFF) - (1 << 19)
        y = ((code >> 20) & 0xFFFFF) - (1 << 19)
        x = ((code >> 40) & 0xFFFFF) - (1 << 19)
        s = size[code >> 60]
        a, b = 0, 0
        for at in range(begin[cell], begin[cell + 1]):
            native = rows[at] >= 0
            i = rows[at] if native else -1 - rows[at]
            a, written = _against(
                i, natives, a, s, x, y, z, low, high, start_ms, end_ms, lower_m, upper_m, party,
                own_too, out, written,
            )  # fmt: skip
            if native and written >= 0:
                b, written = _against(
                    i, visitors, b, s, x, y, z, low, high, start_ms, end_ms, lower_m, upper_m,
                    party, own_too, out, written,
                )  # fmt: skip
            if written < 0:
                resume[0] = n
                return before
            if native:
                natives = _with(natives, a, i)
                a += 1
            else:
                visitors = _with(visitors, b, i)
                b += 1
    resume[0] = len(cells)
    return written
