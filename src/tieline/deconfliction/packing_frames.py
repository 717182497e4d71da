"""Frames: vertices, caps and boxes of skeletons, worked out once when volumes are packed.

A box is four whole numbers: its western end and its width, its southern and its northern end, in
turns of 2**-32 (9 mm at the equator) and rounded outwards. Longitudes wrap as the numbers do, so
that the antimeridian is no place at all; a box around a pole is as wide as the globe.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

TURN: Final = 1 << 32
UNITS_PER_DEG: Final = TURN / 360.0
WHOLE: Final = TURN - 1
"""Width of a box that goes all the way round."""
POLE: Final = 1 << 31
"""Latitude of the north pole, counted from the south pole."""
EDGE_TURN_MAX_DEG: Final = 179.999
"""An edge whose ends are further apart in longitude may pass a pole on either side."""
SURE_Z: Final = 1e-6
"""An edge whose ends' heights above the equator sum to less may pass either pole."""
LINE, RING = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """What is worked out of rows of vertices; ``longest`` is a row's longest edge as a chord."""

    xyz: NDArray[np.float64]
    centre: NDArray[np.float64]
    cap: NDArray[np.float64]
    longest: NDArray[np.float64]
    box: NDArray[np.uint32]


def frames(
    lat_deg: NDArray[np.float64],
    lon_deg: NDArray[np.float64],
    first: NDArray[np.int64],
    count: NDArray[np.int32],
    kind: NDArray[np.int8],
) -> Frames:
    """Frames of rows whose edges are great circles between n-vectors."""
    if not len(first):
        none = np.zeros(0)
        return Frames(
            xyz=np.zeros((0, 3)),
            centre=np.zeros((0, 3)),
            cap=none,
            longest=none,
            box=np.zeros((0, 4), np.uint32),
        )
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    cos = np.cos(lat)
    xyz = np.stack((cos * np.cos(lon), cos * np.sin(lon), np.sin(lat)), axis=1)
    following = np.arange(1, len(xyz) + 1)
    last = first + count - 1
    following[last] = np.where(kind == RING, first, last)
    step = xyz[following] - xyz
    longest = np.sqrt(np.maximum.reduceat(np.einsum("ij,ij->i", step, step), first))
    # Half the angle of the longest edge: its sagitta and what it may rise above its ends.
    cos_half = np.sqrt(np.maximum(1 - (longest / 2) ** 2, 0))
    sums = np.add.reduceat(xyz, first, axis=0)
    length = np.sqrt(np.einsum("ij,ij->i", sums, sums))
    # Vertices that cancel out lie around the whole globe; any centre holds them in the widest cap.
    centre = np.where(length[:, None] > 1e-9, sums / np.maximum(length, 1e-9)[:, None], xyz[first])
    away = xyz - np.repeat(centre, count, axis=0)
    chord = np.sqrt(np.maximum.reduceat(np.einsum("ij,ij->i", away, away), first))
    cap = np.minimum(chord + (1 - cos_half), 2.0)
    box = _boxes(lat_deg, lon_deg, xyz[:, 2], first, following, kind, centre, cos_half)
    return Frames(xyz=xyz, centre=centre, cap=cap, longest=longest, box=box)


def _boxes(
    lat_deg: NDArray[np.float64],
    lon_deg: NDArray[np.float64],
    z: NDArray[np.float64],
    first: NDArray[np.int64],
    following: NDArray[np.int64],
    kind: NDArray[np.int8],
    centre: NDArray[np.float64],
    cos_half: NDArray[np.float64],
) -> NDArray[np.uint32]:
    # Along an edge the longitude only grows or only shrinks, so the corners bound it.
    turn = lon_deg[following] - lon_deg
    turn -= 360.0 * np.round(turn / 360.0)
    polar = np.abs(turn) > EDGE_TURN_MAX_DEG
    ends_z = z[following] + z
    over_north = np.logical_or.reduceat(polar & (ends_z >= -SURE_Z), first)
    over_south = np.logical_or.reduceat(polar & (ends_z <= SURE_Z), first)
    summed = np.cumsum(turn)
    before = summed[first] - turn[first]
    # Longitude of each edge's far end, from the first corner of its row.
    row = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(lat_deg))))
    run = summed - before[row]
    west = np.minimum(np.minimum.reduceat(run, first), 0.0)
    east = np.maximum(np.maximum.reduceat(run, first), 0.0)
    ends = np.append(first[1:], len(lat_deg)) - 1
    around = (kind == RING) & (np.abs(run[ends]) > 180.0)
    south_sin = np.sin(np.radians(np.minimum.reduceat(lat_deg, first)))
    north_sin = np.sin(np.radians(np.maximum.reduceat(lat_deg, first)))
    rise = np.maximum(cos_half, 1e-9)
    north_sin = np.where(north_sin > 0, np.minimum(north_sin / rise, 1.0), north_sin)
    south_sin = np.where(south_sin < 0, np.maximum(south_sin / rise, -1.0), south_sin)
    north = np.degrees(np.arcsin(north_sin)) + 1e-7
    south = np.degrees(np.arcsin(south_sin)) - 1e-7
    north = np.where(over_north | (around & (centre[:, 2] >= 0)), 90.0, north)
    south = np.where(over_south | (around & (centre[:, 2] < 0)), -90.0, south)
    whole = around | over_north | over_south
    base = lon_deg[first]
    return in_turns(base + west - 1e-9, base + east + 1e-9, south, north, whole)


def in_turns(
    west_deg: NDArray[np.float64],
    east_deg: NDArray[np.float64],
    south_deg: NDArray[np.float64],
    north_deg: NDArray[np.float64],
    whole: NDArray[np.bool_],
) -> NDArray[np.uint32]:
    """Boxes of degrees in turns of 2**-32, rounded outwards, shape (n, 4)."""
    low = np.floor(west_deg * UNITS_PER_DEG).astype(np.int64)
    high = np.floor(east_deg * UNITS_PER_DEG).astype(np.int64) + 1
    width = np.where(whole, WHOLE, np.minimum(high - low, WHOLE))
    south = np.floor((south_deg + 90.0) * UNITS_PER_DEG).astype(np.int64)
    north = np.floor((north_deg + 90.0) * UNITS_PER_DEG).astype(np.int64) + 1
    return np.stack(
        (low & WHOLE, width, np.clip(south, 0, POLE), np.clip(north, 0, POLE)), axis=1
    ).astype(np.uint32)


def flat_frames(
    lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], first: NDArray[np.int64]
) -> Frames:
    """Frames of rings that are straight in longitude and latitude."""
    low_x, high_x = np.minimum.reduceat(lon_deg, first), np.maximum.reduceat(lon_deg, first)
    low_y, high_y = np.minimum.reduceat(lat_deg, first), np.maximum.reduceat(lat_deg, first)
    return Frames(
        xyz=np.stack((lon_deg, lat_deg), axis=1),
        centre=np.zeros((0, 3)),
        cap=np.zeros(0),
        longest=np.zeros(len(first)),
        box=in_turns(low_x, high_x, low_y, high_y, np.zeros(len(first), bool)),
    )
