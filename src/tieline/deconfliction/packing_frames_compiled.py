"""Frames of many rows, compiled: what `packing_frames` works out, row by row and on every core."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from tieline.deconfliction.compiled import jit, threads
from tieline.deconfliction.packing_frames import (
    EDGE_TURN_MAX_DEG,
    POLE,
    RING,
    SURE_Z,
    UNITS_PER_DEG,
    WHOLE,
    Frames,
)

ROWS_AT_ONCE = 16_384


def frames(
    lat_deg: NDArray[np.float64],
    lon_deg: NDArray[np.float64],
    first: NDArray[np.int64],
    count: NDArray[np.int32],
    kind: NDArray[np.int8],
) -> Frames:
    """As `packing_frames.frames`."""
    rows = len(first)
    found = Frames(
        xyz=np.empty((len(lat_deg), 3)),
        centre=np.empty((rows, 3)),
        cap=np.empty(rows),
        longest=np.empty(rows),
        box=np.empty((rows, 4), np.uint32),
    )

    def some(begin: int) -> None:
        _rows(
            begin, min(begin + ROWS_AT_ONCE, rows), lat_deg, lon_deg, first, count, kind,
            found.xyz, found.centre, found.cap, found.longest, found.box,
        )  # fmt: skip

    if rows <= ROWS_AT_ONCE:
        some(0)
        return found
    with ThreadPoolExecutor(threads()) as pool:
        list(pool.map(some, range(0, rows, ROWS_AT_ONCE)))
    return found


@jit
def _rows(
    begin: int,
    end: int,
    lat_deg: NDArray[np.float64],
    lon_deg: NDArray[np.float64],
    first: NDArray[np.int64],
    count: NDArray[np.int32],
    kind: NDArray[np.int8],
    xyz: NDArray[np.float64],
    centre: NDArray[np.float64],
    cap: NDArray[np.float64],
    longest: NDArray[np.float64],
    box: NDArray[np.uint32],
) -> None:
    for i in range(begin, end):
        f, n = first[i], count[i]
        sx, sy, sz = 0.0, 0.0, 0.0
        south, north = 90.0, -90.0
        run, west, east = 0.0, 0.0, 0.0
        over_north, over_south = False, False
        for k in range(f, f + n):
            lat, lon = math.radians(lat_deg[k]), math.radians(lon_deg[k])
            c = math.cos(lat)
            x, y, z = c * math.cos(lon), c * math.sin(lon), math.sin(lat)
            xyz[k, 0], xyz[k, 1], xyz[k, 2] = x, y, z
            sx, sy, sz = sx + x, sy + y, sz + z
            south, north = min(south, lat_deg[k]), max(north, lat_deg[k])
        edges = n if kind[i] == RING else n - 1
        long2 = 0.0
        for k in range(edges):
            a, b = f + k, f + (k + 1) % n
            turn = lon_deg[b] - lon_deg[a]
            turn -= 360.0 * np.round(turn / 360.0)
            if abs(turn) > EDGE_TURN_MAX_DEG:
                ends_z = xyz[a, 2] + xyz[b, 2]
                over_north |= ends_z >= -SURE_Z
                over_south |= ends_z <= SURE_Z
            run += turn
            west, east = min(west, run), max(east, run)
            dx, dy, dz = xyz[b, 0] - xyz[a, 0], xyz[b, 1] - xyz[a, 1], xyz[b, 2] - xyz[a, 2]
            long2 = max(long2, dx * dx + dy * dy + dz * dz)
        longest[i] = math.sqrt(long2)
        cos_half = math.sqrt(max(1.0 - long2 / 4.0, 0.0))
        sz = _capped(i, f, n, sx, sy, sz, 1.0 - cos_half, xyz, centre, cap)
        if kind[i] == RING and abs(run) > 180.0:
            over_north |= sz >= 0.0
            over_south |= sz < 0.0
        south, north = _risen(south, north, cos_half, over_south, over_north)
        polar = over_north or over_south
        low = math.floor((lon_deg[f] + west - 1e-9) * UNITS_PER_DEG)
        high = math.floor((lon_deg[f] + east + 1e-9) * UNITS_PER_DEG) + 1
        box[i, 0] = np.uint32(low & WHOLE)
        box[i, 1] = np.uint32(WHOLE if polar else min(high - low, WHOLE))
        box[i, 2] = np.uint32(min(max(math.floor((south + 90.0) * UNITS_PER_DEG), 0), POLE))
        box[i, 3] = np.uint32(min(max(math.floor((north + 90.0) * UNITS_PER_DEG) + 1, 0), POLE))


@jit
def _capped(
    i: int,
    f: int,
    n: int,
    sx: float,
    sy: float,
    sz: float,
    sagitta: float,
    xyz: NDArray[np.float64],
    centre: NDArray[np.float64],
    cap: NDArray[np.float64],
) -> float:
    """Fill in the cap of a row from the sum of its vertices; returns the height of its centre."""
    length = math.sqrt(sx * sx + sy * sy + sz * sz)
    if length > 1e-9:
        sx, sy, sz = sx / length, sy / length, sz / length
    else:
        sx, sy, sz = xyz[f, 0], xyz[f, 1], xyz[f, 2]
    centre[i, 0], centre[i, 1], centre[i, 2] = sx, sy, sz
    far2 = 0.0
    for k in range(f, f + n):
        dx, dy, dz = xyz[k, 0] - sx, xyz[k, 1] - sy, xyz[k, 2] - sz
        far2 = max(far2, dx * dx + dy * dy + dz * dz)
    cap[i] = min(math.sqrt(far2) + sagitta, 2.0)
    return sz


@jit
def _risen(
    south: float, north: float, cos_half: float, over_south: bool, over_north: bool
) -> tuple[float, float]:
    """Latitudes that the edges between some vertices stay within, in degrees."""
    rise = max(cos_half, 1e-9)
    if north > 0.0:
        north = math.degrees(math.asin(min(math.sin(math.radians(north)) / rise, 1.0)))
    if south < 0.0:
        south = math.degrees(math.asin(max(math.sin(math.radians(south)) / rise, -1.0)))
    return (-90.0 if over_south else south - 1e-7), (90.0 if over_north else north + 1e-7)
