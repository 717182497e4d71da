"""Incremental, compiled: one row placed, entered, taken out, or asked about among a million.

A row stands in the cells of its own level only. A row that is asked about looks into its cells at
every level; of what it meets there each is told in one cell (see `sweep`).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from tieline.deconfliction.compiled import jit
from tieline.deconfliction.packed import EARTH_MIN_M, Bytes, Floats, Ints, Longs, Words
from tieline.deconfliction.packing_frames import POLE, WHOLE
from tieline.deconfliction.sweep_compiled import (
    END,
    HEIGHTS,
    NORTH,
    PARTY,
    SOUTH,
    START,
    WEST,
    WIDTH,
    narrowed,
    slot,
)

UNIT: Final = math.pi / POLE
"""A turn of 2**-32 in radians."""
SEGMENT_MIN: Final = 4
CELLS, POOL = 0, 1
"""What ``used`` counts: cells, and places for rows in them."""


@jit
def widen(box: Words, angle: float, record: Words) -> None:
    """As `sweep.widened` for one row; ``angle`` is its reach in radians."""
    up = math.ceil(min(angle / UNIT, float(POLE)))
    south, north = int(box[SOUTH]) - up, int(box[NORTH]) + up
    steepest = max(abs(int(box[SOUTH]) - POLE // 2), abs(int(box[NORTH]) - POLE // 2))
    cos = max(math.cos(min(steepest * UNIT, math.pi / 2)), 1e-12)
    ratio = math.sin(min(angle, math.pi / 2)) / cos
    whole = south <= 0 or north >= POLE or ratio >= 1.0
    aside = math.ceil(math.asin(min(ratio, 1.0)) / UNIT) + 1
    width = WHOLE if whole else min(int(box[WIDTH]) + 2 * aside, WHOLE)
    record[WEST] = np.uint32((int(box[WEST]) - aside) & WHOLE)
    record[WIDTH] = np.uint32(width)
    record[SOUTH] = np.uint32(max(south, 0))
    record[NORTH] = np.uint32(min(north, POLE))


@jit
def record_rows(
    begin: int,
    end: int,
    box: Words,
    reach_m: Floats,
    tolerance_m: Floats,
    separation_m: float,
    start_ms: Longs,
    end_ms: Longs,
    lower_m: Ints,
    upper_m: Ints,
    party: Ints,
    shifts: Longs,
    lowest_m: int,
    highest_m: int,
    tick: int,
    records: Words,
    level: Bytes,
) -> None:
    """Work out the records and levels of some rows."""
    for i in range(begin, end):
        reach = reach_m[i] + tolerance_m[i] + separation_m / 2.0
        widen(box[i], reach * (1.0 + 1e-5) / EARTH_MIN_M + 1e-9, records[i])
        records[i, START] = np.uint32(min(max(start_ms[i], 0) >> tick, WHOLE))
        records[i, END] = np.uint32(min(max(end_ms[i], 0) >> tick, WHOLE))
        low = (min(max(int(lower_m[i]), -lowest_m), highest_m) + lowest_m) >> 1
        high = (min(max(int(upper_m[i]), -lowest_m), highest_m) + lowest_m) >> 1
        records[i, HEIGHTS] = np.uint32(low | high << 16)
        records[i, PARTY] = np.uint32(party[i])
        south, north = int(records[i, SOUTH]), int(records[i, NORTH])
        nearest = max(south - POLE // 2, POLE // 2 - north, 0)
        across = int(int(records[i, WIDTH]) * math.cos(nearest * UNIT))
        size = max(north - south, across)
        n = 0
        while n < len(shifts) - 1 and size > np.int64(1) << shifts[n]:
            n += 1
        level[i] = n


@jit
def enter(
    row: int,
    records: Words,
    level: Bytes,
    shifts: Longs,
    table: Longs,
    ids: Ints,
    segments: Longs,
    pool: Ints,
    used: Longs,
) -> bool:
    """Put a row into its cells; False, with some of it done, if there is no room.

    ``segments`` holds for each cell where its rows begin in ``pool``, how many there are, and for
    how many there is room.
    """
    shift, mask = shifts[level[row]], len(table) - 1
    west, width = np.int64(records[row, WEST]), np.int64(records[row, WIDTH])
    for line in range(records[row, SOUTH] >> shift, (records[row, NORTH] >> shift) + 1):
        narrow = narrowed(shift, line)
        inner = west & ((np.int64(1) << narrow) - 1)
        columns = np.int64(1) << (32 - narrow)
        for k in range(min(((inner + width) >> narrow) + 1, columns)):
            code = shift << 56 | line << 28 | (((west >> narrow) + k) & (columns - 1))
            at = slot(table, code, mask)
            if table[at] == -1:
                if 2 * used[CELLS] >= mask or used[CELLS] >= len(segments):
                    return False
                table[at], ids[at] = code, used[CELLS]
                segments[used[CELLS], :] = 0
                used[CELLS] += 1
            cell = ids[at]
            begin, held, room = segments[cell, 0], segments[cell, 1], segments[cell, 2]
            if held == room:
                wider = max(2 * room, SEGMENT_MIN)
                if used[POOL] + wider > len(pool):
                    return False
                pool[used[POOL] : used[POOL] + held] = pool[begin : begin + held]
                begin = used[POOL]
                segments[cell, 0], segments[cell, 2] = begin, wider
                used[POOL] += wider
            pool[begin + held] = row
            segments[cell, 1] = held + 1
    return True


@jit
def enter_all(
    rows: Ints,
    records: Words,
    level: Bytes,
    shifts: Longs,
    table: Longs,
    ids: Ints,
    segments: Longs,
    pool: Ints,
    used: Longs,
) -> bool:
    """Put many rows into their cells; False if there is no room."""
    for n in range(len(rows)):
        if not enter(rows[n], records, level, shifts, table, ids, segments, pool, used):
            return False
    return True


@jit
def leave(
    row: int,
    records: Words,
    level: Bytes,
    shifts: Longs,
    table: Longs,
    ids: Ints,
    segments: Longs,
    pool: Ints,
) -> None:
    """Take a row out of its cells, wherever it stands in them."""
    shift, mask = shifts[level[row]], len(table) - 1
    west, width = np.int64(records[row, WEST]), np.int64(records[row, WIDTH])
    for line in range(records[row, SOUTH] >> shift, (records[row, NORTH] >> shift) + 1):
        narrow = narrowed(shift, line)
        inner = west & ((np.int64(1) << narrow) - 1)
        columns = np.int64(1) << (32 - narrow)
        for k in range(min(((inner + width) >> narrow) + 1, columns)):
            code = shift << 56 | line << 28 | (((west >> narrow) + k) & (columns - 1))
            at = slot(table, code, mask)
            if table[at] == -1:
                continue
            cell = ids[at]
            begin, held = segments[cell, 0], segments[cell, 1]
            for place in range(begin, begin + held):
                if pool[place] == row:
                    pool[place] = pool[begin + held - 1]
                    segments[cell, 1] = held - 1
                    break


@jit
def _first_column(one: Words, other: Words) -> int:
    """Where the widths of two boxes begin to overlap, or -1; the row that is asked about first."""
    if np.uint32(other[WEST] - one[WEST]) <= one[WIDTH]:
        return int(other[WEST])
    if np.uint32(one[WEST] - other[WEST]) <= other[WIDTH]:
        return int(one[WEST])
    return -1


@jit
def _together(one: Words, other: Words, own_too: bool) -> bool:
    """Whether two records share latitudes, time and height, and are of parties to be compared."""
    if other[SOUTH] > one[NORTH] or other[NORTH] < one[SOUTH]:
        return False
    if other[START] > one[END] or other[END] < one[START]:
        return False
    if not own_too and one[PARTY] == other[PARTY]:
        return False
    a, b, low = one[HEIGHTS], other[HEIGHTS], np.uint32(0xFFFF)
    return bool((a & low) <= (b >> np.uint32(16)) and (b & low) <= (a >> np.uint32(16)))


@jit
def ask(
    row: int,
    used_rows: int,
    held_rows: Bytes,
    records: Words,
    shifts: Longs,
    table: Longs,
    ids: Ints,
    segments: Longs,
    pool: Ints,
    cells: int,
    own_too: bool,
    out: Ints,
) -> int:
    """Rows whose boxes overlap that of ``row``, written to ``out``; -1 if there is no room."""
    one, mask, written = records[row], len(table) - 1, 0
    west, width = np.int64(one[WEST]), np.int64(one[WIDTH])
    for n in range(len(shifts)):
        shift = shifts[n]
        lines = (one[NORTH] >> shift) - (one[SOUTH] >> shift) + 1
        if lines * ((width >> shift) + 1) > 4 * cells:
            # More cells than there are any: look at the rows themselves.
            return _ask_all(row, used_rows, held_rows, records, own_too, out)
    for n in range(len(shifts)):
        shift = shifts[n]
        for line in range(one[SOUTH] >> shift, (one[NORTH] >> shift) + 1):
            narrow = narrowed(shift, line)
            inner = west & ((np.int64(1) << narrow) - 1)
            columns = np.int64(1) << (32 - narrow)
            for k in range(min(((inner + width) >> narrow) + 1, columns)):
                column = ((west >> narrow) + k) & (columns - 1)
                at = slot(table, shift << 56 | line << 28 | column, mask)
                if table[at] == -1:
                    continue
                begin = segments[ids[at], 0]
                for place in range(begin, begin + segments[ids[at], 1]):
                    other = records[pool[place]]
                    if pool[place] == row or not _together(one, other, own_too):
                        continue
                    first = _first_column(one, other)
                    if first < 0 or first >> narrow != column:
                        continue
                    if np.int64(max(one[SOUTH], other[SOUTH])) >> shift != line:
                        continue
                    if written == len(out):
                        return -1
                    out[written] = pool[place]
                    written += 1
    return written


@jit
def _ask_all(
    row: int, used_rows: int, held_rows: Bytes, records: Words, own_too: bool, out: Ints
) -> int:
    written = 0
    for i in range(used_rows):
        if i == row or held_rows[i] == 0 or not _together(records[row], records[i], own_too):
            continue
        if _first_column(records[row], records[i]) < 0:
            continue
        if written == len(out):
            return -1
        out[written] = i
        written += 1
    return written
