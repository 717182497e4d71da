"""Sweep, compiled: what `sweep.candidates` finds, cell by cell and on every core."""

from __future__ import annotations

from typing import Final

import numpy as np

from tieline.deconfliction.compiled import jit
from tieline.deconfliction.packed import Bytes, Ints, Longs, Words
from tieline.deconfliction.packing_frames import POLE
from tieline.deconfliction.sweep import NARROWING, Records

WEST, WIDTH, SOUTH, NORTH, START, END, HEIGHTS, PARTY = range(8)
TABLE_MIN: Final = 1 << 12
_NARROWING: Final = tuple(int(limit) for limit in NARROWING)


class Cells:
    """Cells with the boxes in each, by rank and so in the order in which they start."""

    def __init__(self, found: Records) -> None:
        self.records = found.records
        places = TABLE_MIN
        while True:
            table, ids = np.full(places, -1, np.int64), np.zeros(places, np.int32)
            self.count = native_cells(found.records, found.level, found.shifts, table, ids)
            if self.count >= 0:
                break
            places *= 4
        self.codes = np.zeros(self.count, np.int64)
        used = table != -1
        self.codes[ids[used]] = table[used]
        cursor = np.zeros(self.count + 1, np.int64)
        given = (found.records, found.level, found.shifts, table, ids)
        entries(*given, cursor, np.empty(0, np.int32))
        self.begin = np.concatenate(([0], np.cumsum(cursor[:-1])))
        self.ranks = np.empty(self.begin[-1], np.int32)
        entries(*given, self.begin[:-1].copy(), self.ranks)


@jit
def narrowed(shift: int, row: int) -> int:
    """Shift of longitudes for the cells of a row of latitude."""
    south, north = row << shift, (row + 1) << shift
    nearest = max(south - POLE // 2, POLE // 2 - north, 0)
    k = 0
    while k < len(_NARROWING) and nearest >= _NARROWING[k]:
        k += 1
    return min(shift + k, 32)


@jit
def slot(table: Longs, code: int, mask: int) -> int:
    """Where a cell stands in an open hash table, or the free place where it would.

    The multiplier is that of a Fibonacci hash (Knuth, vol. 3, section 6.4).
    """
    at = int((np.uint64(code) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(17)) & mask
    while table[at] != -1 and table[at] != code:
        at = (at + 1) & mask
    return at


@jit
def native_cells(records: Words, level: Bytes, shifts: Longs, table: Longs, ids: Ints) -> int:
    """Enter the cells of every box at its own level; how many there are, -1 if too many."""
    mask, found = len(table) - 1, 0
    for i in range(len(records)):
        shift = shifts[level[i]]
        west, width = np.int64(records[i, WEST]), np.int64(records[i, WIDTH])
        for row in range(records[i, SOUTH] >> shift, (records[i, NORTH] >> shift) + 1):
            narrow = narrowed(shift, row)
            inner = west & ((np.int64(1) << narrow) - 1)
            columns = np.int64(1) << (32 - narrow)
            for k in range(min(((inner + width) >> narrow) + 1, columns)):
                code = shift << 56 | row << 28 | (((west >> narrow) + k) & (columns - 1))
                at = slot(table, code, mask)
                if table[at] == -1:
                    table[at] = code
                    ids[at] = found
                    found += 1
                    if 2 * found > mask:
                        return -1
    return found


@jit
def entries(
    records: Words,
    level: Bytes,
    shifts: Longs,
    table: Longs,
    ids: Ints,
    cursor: Longs,
    out: Ints,
) -> None:
    """Count the boxes of each cell, or fill them in, in the order of their starts.

    With an empty ``out`` the counts go to ``cursor``; else ``cursor`` holds where each cell's next
    box is put. A visitor from a finer level is put as -1 - rank.
    """
    mask = len(table) - 1
    counting = len(out) == 0
    for i in range(len(records)):
        west, width = np.int64(records[i, WEST]), np.int64(records[i, WIDTH])
        for n in range(level[i], len(shifts)):
            shift = shifts[n]
            for row in range(records[i, SOUTH] >> shift, (records[i, NORTH] >> shift) + 1):
                narrow = narrowed(shift, row)
                inner = west & ((np.int64(1) << narrow) - 1)
                columns = np.int64(1) << (32 - narrow)
                for k in range(min(((inner + width) >> narrow) + 1, columns)):
                    code = shift << 56 | row << 28 | (((west >> narrow) + k) & (columns - 1))
                    at = slot(table, code, mask)
                    if table[at] == -1:
                        continue
                    cell = ids[at]
                    if not counting:
                        out[cursor[cell]] = i if n == level[i] else -1 - i
                    cursor[cell] += 1


@jit
def _against(
    one: Words,
    rank: int,
    others: Words,
    ranks: Ints,
    held: int,
    shift: int,
    narrow: int,
    row: int,
    column: int,
    own_too: bool,
    out: Ints,
    written: int,
) -> tuple[int, int]:
    """Compare a box with those that have not ended; how many are left, and how many are written.

    The second is -1 when ``out`` has no room left.
    """
    west, width, south, north = one[WEST], one[WIDTH], one[SOUTH], one[NORTH]
    start, party = one[START], one[PARTY]
    lower, upper = one[HEIGHTS] & np.uint32(0xFFFF), one[HEIGHTS] >> np.uint32(16)
    k = 0
    while k < held:
        if others[k, END] < start:
            held -= 1
            others[k] = others[held]
            ranks[k] = ranks[held]
            continue
        at, k = k, k + 1
        if others[at, SOUTH] > north or others[at, NORTH] < south:
            continue
        # The box that started earlier is looked at first, so that both ways round agree.
        if np.uint32(west - others[at, WEST]) <= others[at, WIDTH]:
            first = west
        elif np.uint32(others[at, WEST] - west) <= width:
            first = others[at, WEST]
        else:
            continue
        if not own_too and others[at, PARTY] == party:
            continue
        high = others[at, HEIGHTS]
        if (high & np.uint32(0xFFFF)) > upper or (high >> np.uint32(16)) < lower:
            continue
        if (np.int64(max(south, others[at, SOUTH])) >> shift) != row:
            continue
        if (np.int64(first) >> narrow) != column:
            continue
        if written == len(out):
            return held, -1
        out[written, 0], out[written, 1] = ranks[at], rank
        written += 1
    return held, written


@jit
def sweep(
    cells: Longs,
    begin: Longs,
    entered: Ints,
    codes: Longs,
    records: Words,
    own_too: bool,
    out: Ints,
    resume: Longs,
) -> int:
    """Pairs of ranks of some cells, written to ``out`` (m, 2); returns how many.

    ``resume`` is where to begin among ``cells``, and where to go on: a cell whose pairs do not fit
    any more is begun again with an empty ``out``.
    """
    room = 0
    for n in range(resume[0], len(cells)):
        room = max(room, begin[cells[n] + 1] - begin[cells[n]])
    natives, visitors = np.empty((room, 8), np.uint32), np.empty((room, 8), np.uint32)
    native_ranks, visitor_ranks = np.empty(room, np.int32), np.empty(room, np.int32)
    written = 0
    for n in range(resume[0], len(cells)):
        cell, before = cells[n], written
        code = codes[cell]
        shift, row, column = code >> 56, (code >> 28) & 0xFFFFFFF, code & 0xFFFFFFF
        narrow = narrowed(shift, row)
        a, b = 0, 0
        for at in range(begin[cell], begin[cell + 1]):
            native = entered[at] >= 0
            i = entered[at] if native else -1 - entered[at]
            one = records[i]
            a, written = _against(
                one, i, natives, native_ranks, a, shift, narrow, row, column, own_too, out, written
            )
            if native and written >= 0:
                b, written = _against(
                    one, i, visitors, visitor_ranks, b, shift, narrow, row, column, own_too, out,
                    written,
                )  # fmt: skip
            if written < 0:
                resume[0] = n
                return before
            if native:
                natives[a] = one
                native_ranks[a] = i
                a += 1
            else:
                visitors[b] = one
                visitor_ranks[b] = i
                b += 1
    resume[0] = len(cells)
    return written
