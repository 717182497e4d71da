"""Incremental: volumes held in force, and one at a time added, replaced, removed or asked about.

What a row meets is the same as `bulk.all_pairs` finds of it. Large sets stand in cells, and
compiled functions look into those that matter; small ones are gone through in plain numpy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np

from tieline.deconfliction.bulk import Found, exact, nothing
from tieline.deconfliction.compiled import COMPILED_FROM, has_numba, kernels
from tieline.deconfliction.packed import Flags, Floats, Ints, Longs, Packed
from tieline.deconfliction.packing import Skeleton, pack, skeleton
from tieline.deconfliction.packing_frames import WHOLE
from tieline.deconfliction.sweep import (
    HIGHEST_M,
    LEVEL_STEP,
    LOWEST_M,
    SHIFT_MAX,
    SOUTH,
    WEST,
    WIDTH,
    heights,
    sizes,
    widened,
)
from tieline.errors import UsageError
from tieline.space.volume import Volume

TICK: Final = 13
"""Times are compared in steps of 2**13 ms before they are compared exactly: until the year 3085."""
ROOM_MIN: Final = 1_024
SHIFT_FEWEST: Final = 10
"""Cells of a set in force are at least ten metres wide, however small its volumes."""
PER_ROW: Final = 4
"""Places kept in cells for each row: three are used on the average."""
COLUMNS: Final = tuple(
    f.name for f in fields(Packed) if f.name not in {"xyz", "first", "count", "flat"}
)


@dataclass(slots=True)
class _Cells:
    """An open hash table of cells, and the rows in each."""

    shifts: Longs
    table: Longs
    ids: Ints
    segments: Longs
    pool: Ints
    used: Longs


def _cells(shifts: Longs, rows: int, factor: int) -> _Cells:
    places = 1 << (factor * max(rows, ROOM_MIN) * 2).bit_length()
    return _Cells(
        shifts=shifts,
        table=np.full(places, -1, np.int64),
        ids=np.zeros(places, np.int32),
        segments=np.zeros((places // 2, 3), np.int64),
        pool=np.zeros(factor * PER_ROW * max(rows, ROOM_MIN), np.int32),
        used=np.zeros(2, np.int64),
    )


class Engine:
    """Volumes in force by row numbers; a number is given again after its row is gone.

    Args:
        separation_m: by class of the one and of the other, shape (k, k), symmetric.
        own_too: pairs of one party as well.
        compiled: whether to use compiled functions; by the number of rows if None.
    """

    def __init__(
        self, separation_m: Floats, *, own_too: bool = False, compiled: bool | None = None
    ) -> None:
        self.separation_m, self.own_too = separation_m, own_too
        self._widest = float(separation_m.max(initial=0.0))
        self._wanted = compiled
        self._grid: _Cells | None = None
        self._held = np.zeros(0, np.int8)
        self._level = np.zeros(0, np.int8)
        self._records = np.zeros((0, 8), np.uint32)
        self._rows = 0
        self._vertices = 0
        self._free_rows: list[int] = []
        self._free_vertices: dict[int, list[int]] = {}
        self._p = pack([], party=[])

    def __len__(self) -> int:
        return int(np.count_nonzero(self._held[: self._rows]))

    def __contains__(self, row: int) -> bool:
        return 0 <= row < self._rows and bool(self._held[row])

    def load(self, packed: Packed) -> Ints:
        """Hold many rows at once; their numbers here, in order.

        Raises:
            UsageError: rows of flat edges.
        """
        if packed.flat:
            raise UsageError("flat edges are for comparison only; an engine holds geodesics")
        begin, vertices = self._rows, self._vertices
        self._grow(packed.rows, len(packed.xyz))
        rows = np.arange(begin, begin + packed.rows, dtype=np.int32)
        self._p.xyz[vertices : vertices + len(packed.xyz)] = packed.xyz
        self._p.first[rows] = packed.first + vertices
        self._p.count[rows] = packed.count
        for name in COLUMNS:
            getattr(self._p, name)[rows] = getattr(packed, name)
        self._rows += packed.rows
        self._vertices += len(packed.xyz)
        self._held[rows] = 1
        self._record(begin, self._rows)
        self._build()
        return rows

    def add(self, volume: Volume, *, party: int, klass: int = 0) -> int:
        """Hold one volume; its number.

        Raises:
            UsageError: as `packing.pack`.
        """
        return self._add(self._packed(volume, party, klass))

    def add_packed(self, one: Packed) -> int:
        """Hold the one row of ``one``; its number."""
        return self._add(one)

    def remove(self, row: int) -> None:
        """Hold a row no longer.

        Raises:
            UsageError: there is no such row.
        """
        self._check(row)
        if self._grid is not None:
            g = self._grid
            kernels("incremental_compiled").leave(
                row, self._records, self._level, g.shifts, g.table, g.ids, g.segments, g.pool
            )
        self._release(row)

    def replace(self, row: int, volume: Volume, *, party: int, klass: int = 0) -> int:
        """Hold a volume instead of a row; its number, which need not be the same.

        Raises:
            UsageError: there is no such row, or as `packing.pack`; the old row then stays.
        """
        self._check(row)
        new = self._packed(volume, party, klass)
        self.remove(row)
        return self._add(new)

    def meets(self, row: int) -> Found:
        """What a row that is held meets: pairs of it with others, in the order of those.

        Raises:
            UsageError: there is no such row.
        """
        self._check(row)
        return self._ask(row)

    def near(self, row: int) -> Ints:
        """Rows whose boxes, times and heights allow that they meet a row that is held, in order.

        Raises:
            UsageError: there is no such row.
        """
        self._check(row)
        others = self._candidates(row)
        others.sort()
        return others

    @property
    def rows(self) -> Packed:
        """All rows by their numbers; what stands under a number that is not held means nothing."""
        return self._p

    def query(self, volume: Volume, *, party: int, klass: int = 0) -> Found:
        """What a volume that is not held would meet; it stands as -1 in the pairs.

        Raises:
            UsageError: as `packing.pack`.
        """
        return self.query_packed(self._packed(volume, party, klass))

    def query_packed(self, one: Packed) -> Found:
        """What the one row of ``one`` would meet; it stands as -1 in the pairs."""
        row = self._place(one)
        found = self._ask(row)
        self._release(row)
        found.pairs[:, 0] = -1
        return found

    def pass_time(self, now_ms: int) -> Ints:
        """Drop what is over at a time; the numbers of what was dropped."""
        over = (self._held[: self._rows] == 1) & (self._p.end_ms[: self._rows] < now_ms)
        rows = np.flatnonzero(over).astype(np.int32)
        for row in rows:
            self.remove(int(row))
        return rows

    def packed(self) -> tuple[Packed, Ints]:
        """All that is held as rows of their own, and their numbers here."""
        rows = np.flatnonzero(self._held[: self._rows]).astype(np.int32)
        count = self._p.count[rows]
        ends = np.cumsum(count, dtype=np.int64)
        within = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - count, count)
        taken = {name: getattr(self._p, name)[rows] for name in COLUMNS}
        return Packed(
            xyz=self._p.xyz[np.repeat(self._p.first[rows], count) + within],
            first=ends - count,
            count=count,
            **taken,
        ), rows

    def _packed(self, volume: Volume, party: int, klass: int) -> Packed:
        drawn: list[Skeleton] = [skeleton(volume.shape)]
        compiled = self._grid is not None
        return pack([volume], party=[party], klass=[klass], skeletons=drawn, compiled=compiled)

    def _check(self, row: int) -> None:
        if row not in self:
            raise UsageError(f"row {row} is not held")

    def _add(self, one: Packed) -> int:
        row = self._place(one)
        self._held[row] = 1
        if self._grid is None:
            if self._rows >= COMPILED_FROM or self._wanted:
                self._build()
        elif not self._entered(kernels("incremental_compiled").enter, row):
            self._build()
        return row

    def _place(self, one: Packed) -> int:
        """Write a row's columns, so that it can be compared; it is not yet held."""
        count = int(one.count[0])
        if not self._free_rows or not self._free_vertices.get(count):
            self._grow(1, count)
        row = self._free_rows.pop() if self._free_rows else self._rows
        if self._free_vertices.get(count):
            first = self._free_vertices[count].pop()
        else:
            first = self._vertices
            self._vertices += count
        self._rows = max(self._rows, row + 1)
        self._p.first[row], self._p.count[row] = first, count
        self._p.xyz[first : first + count] = one.xyz
        for name in COLUMNS:
            getattr(self._p, name)[row] = getattr(one, name)[0]
        self._record(row, row + 1)
        return row

    def _release(self, row: int) -> None:
        self._held[row] = 0
        self._free_rows.append(row)
        count = int(self._p.count[row])
        self._free_vertices.setdefault(count, []).append(int(self._p.first[row]))

    def _record(self, begin: int, end: int) -> None:
        p = self._p
        if self._grid is not None:
            kernels("incremental_compiled").record_rows(
                begin, end, p.box, p.reach_m, p.tolerance_m, self._widest, p.start_ms, p.end_ms,
                p.lower_m, p.upper_m, p.party, self._grid.shifts, LOWEST_M, HIGHEST_M, TICK,
                self._records, self._level,
            )  # fmt: skip
            return
        some = _part(p, slice(begin, end))
        records = self._records[begin:end]
        records[:, :4] = widened(some, self._widest)
        records[:, 4] = np.clip(some.start_ms >> TICK, 0, WHOLE)
        records[:, 5] = np.clip(some.end_ms >> TICK, 0, WHOLE)
        records[:, 6] = heights(some.lower_m, some.upper_m)
        records[:, 7] = some.party.astype(np.uint32)

    def _build(self) -> None:
        """Put all that is held into cells that suit it, if the set is large enough for them."""
        wanted = self._rows >= COMPILED_FROM if self._wanted is None else self._wanted
        if not wanted or not has_numba():
            return
        held = np.flatnonzero(self._held[: self._rows]).astype(np.int32)
        size = sizes(self._records[held])
        middle = int(np.median(size)) if len(size) else 1
        least = min(max(middle.bit_length(), SHIFT_FEWEST), SHIFT_MAX - LEVEL_STEP)
        shifts = np.append(np.arange(least, SHIFT_MAX, LEVEL_STEP), SHIFT_MAX).astype(np.int64)
        factor = 2
        while True:
            self._grid = _cells(shifts, len(held), factor)
            self._record(0, self._rows)
            if self._entered(kernels("incremental_compiled").enter_all, held):
                return
            factor *= 2

    def _entered(self, kernel: Callable[..., Any], what: Any) -> bool:
        g = self._grid
        assert g is not None
        cells = (g.shifts, g.table, g.ids, g.segments, g.pool, g.used)
        return bool(kernel(what, self._records, self._level, *cells))

    def _ask(self, row: int) -> Found:
        others = self._candidates(row)
        if not len(others):
            return nothing()
        others.sort()
        pairs = np.stack((np.full(len(others), row, np.int32), others), axis=1)
        compiled = self._grid is not None
        found = exact(self._p, np.sort(pairs, axis=1), self.separation_m, compiled=compiled)
        swapped = found.pairs[:, 0] != row
        found.pairs[swapped] = found.pairs[swapped][:, ::-1]
        found.at[swapped] = found.at[swapped][:, ::-1]
        return found

    def _candidates(self, row: int) -> Ints:
        g = self._grid
        if g is None:
            return self._plain(row)
        out = np.empty(ROOM_MIN, np.int32)
        while True:
            written = kernels("incremental_compiled").ask(
                row, self._rows, self._held, self._records, g.shifts, g.table, g.ids, g.segments,
                g.pool, g.used[0], self.own_too, out,
            )  # fmt: skip
            if written >= 0:
                return out[:written]
            out = np.empty(8 * len(out), np.int32)

    def _plain(self, row: int) -> Ints:
        """The rows whose boxes overlap that of one; all are gone through."""
        r, one = self._records[: self._rows], self._records[row]
        met: Flags = (self._held[: self._rows] == 1) & (r[:, SOUTH] <= one[3])
        met &= (r[:, 3] >= one[SOUTH]) & (r[:, 4] <= one[5]) & (r[:, 5] >= one[4])
        met &= (r[:, WEST] - one[WEST] <= one[WIDTH]) | (one[WEST] - r[:, WEST] <= r[:, WIDTH])
        met &= (r[:, 6] & 0xFFFF) <= (one[6] >> 16)
        met &= (one[6] & 0xFFFF) <= (r[:, 6] >> 16)
        if not self.own_too:
            met &= r[:, 7] != one[7]
        met[row] = False
        return np.flatnonzero(met).astype(np.int32)

    def _grow(self, rows: int, vertices: int) -> None:
        """Make room for more rows and vertices."""
        p = self._p
        room, need = len(self._p.first), self._rows + rows
        if need > room:
            room = max(need + need // 4, ROOM_MIN)
            grown = {name: _wider(getattr(p, name), room) for name in (*COLUMNS, "first", "count")}
            self._p = p = Packed(xyz=p.xyz, **grown)
            self._held, self._level = _wider(self._held, room), _wider(self._level, room)
            self._records = _wider(self._records, room)
        need = self._vertices + vertices
        if need > len(p.xyz):
            kept = {name: getattr(p, name) for name in (*COLUMNS, "first", "count")}
            xyz = _wider(p.xyz, max(need + need // 4, 16 * ROOM_MIN))
            self._p = Packed(xyz=xyz, **kept)


def _wider(array: Any, room: int) -> Any:
    found = np.zeros((room, *array.shape[1:]), array.dtype)
    found[: len(array)] = array
    return found


def _part(p: Packed, rows: slice) -> Packed:
    taken = {name: getattr(p, name)[rows] for name in (*COLUMNS, "first", "count")}
    return Packed(xyz=p.xyz, **taken)
