"""Packed: volumes as arrays, one row each, in the form that the engine reads.

Positions are unit normals of the ellipsoid (n-vectors: Gade, J. Navigation 63, 2010), which know no
antimeridian and no pole. Between two of them runs a great circle, which on short edges is the
geodesic: at most 6.7e-11 / m times the square of the length away from it (measured at 45 degrees),
so that long edges are cut where the true line runs.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tieline.deconfliction.compiled import kernels, use_compiled
from tieline.deconfliction.packing_frames import Frames, flat_frames, frames

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]
Ints: TypeAlias = NDArray[np.int32]
Bytes: TypeAlias = NDArray[np.int8]
Words: TypeAlias = NDArray[np.uint32]
Flags: TypeAlias = NDArray[np.bool_]

POINT: Final = 0
LINE: Final = 1
RING: Final = 2
"""Kinds of skeleton: one vertex, an open line, a closed ring with its inside."""
ARC_ERROR_PER_M: Final = 6.7e-11
"""Distance of a great circle on n-vectors from the geodesic, over the length squared (1/m)."""
EARTH_MIN_M: Final = 6_335_439.0
"""Smallest radius of curvature of WGS84, along the meridian at the equator: bounds angles."""
EARTH_MAX_M: Final = 6_399_594.0
"""Largest radius of curvature of WGS84, at the poles: bounds lengths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Volumes in rows; vertices of row i are ``first[i]`` to ``first[i] + count[i]``.

    Attributes:
        xyz: vertices, shape (v, 3), or (v, 2) as longitude and latitude if ``flat``.
        first, count, kind: where a row's vertices are, and its skeleton.
        centre: of a cap that holds all vertices and edges, (n, 3); cap: its radius as a chord.
        box: western end, width, southern and northern end of the skeleton, (n, 4), in turns of
            2**-32; latitudes are counted from the south pole.
        reach_m: how far the volume goes beyond its skeleton, stated error included.
        tolerance_m: how far its edges may lie from those that were notified.
        start_ms, end_ms: envelope of its window; lower_m, upper_m: its heights.
        party, klass: small numbers; separations are looked up by class.
        flat: positions are plain longitudes and latitudes (for comparison with other engines).
    """

    xyz: Floats
    first: Longs
    count: Ints
    kind: Bytes
    centre: Floats
    cap: Floats
    box: Words
    reach_m: Floats
    tolerance_m: Floats
    start_ms: Longs
    end_ms: Longs
    lower_m: Ints
    upper_m: Ints
    party: Ints
    klass: Ints
    flat: bool = False

    @property
    def rows(self) -> int:
        """How many volumes there are."""
        return len(self.count)


def one_row(packed: Packed, row: int) -> Packed:
    """One row by itself."""
    first, many = int(packed.first[row]), int(packed.count[row])
    own = {
        f.name: getattr(packed, f.name)[row : row + 1]
        for f in fields(Packed)
        if f.name not in {"xyz", "first", "flat"}
    }
    return Packed(
        xyz=packed.xyz[first : first + many],
        first=np.zeros(1, np.int64),
        flat=packed.flat,
        **own,
    )


def n_vectors(lat_deg: Floats, lon_deg: Floats) -> Floats:
    """Unit normals of the ellipsoid at geodetic positions, shape (n, 3)."""
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    cos = np.cos(lat)
    return np.stack((cos * np.cos(lon), cos * np.sin(lon), np.sin(lat)), axis=1)


def framed(
    lat_deg: Floats,
    lon_deg: Floats,
    first: Longs,
    count: Ints,
    kind: Bytes,
    *,
    compiled: bool | None = None,
) -> Frames:
    """Vertices, caps and boxes of rows, whichever way is faster for so many."""
    if use_compiled(len(first)) if compiled is None else compiled:
        found: Frames = kernels("packing_frames_compiled").frames(
            lat_deg, lon_deg, first, count, kind
        )
        return found
    return frames(lat_deg, lon_deg, first, count, kind)


def packed_rings(
    lat_deg: Floats,
    lon_deg: Floats,
    first: Longs,
    *,
    start_ms: Longs,
    end_ms: Longs,
    lower_m: Ints,
    upper_m: Ints,
    party: Ints,
    flat: bool,
) -> Packed:
    """Areas given as rings of degrees, all edges geodesic, or straight in degrees if ``flat``.

    ``first`` has one more element than there are rows. Edges are taken as they are and not cut.
    """
    rows = len(first) - 1
    count = np.diff(first).astype(np.int32)
    kind = np.full(rows, RING, np.int8)
    starts = first[:-1].astype(np.int64)
    if flat:
        found = flat_frames(lat_deg, lon_deg, starts)
    else:
        found = framed(lat_deg, lon_deg, starts, count, kind)
    return Packed(
        xyz=found.xyz,
        first=starts,
        count=count,
        kind=kind,
        centre=found.centre,
        cap=found.cap,
        box=found.box,
        reach_m=np.zeros(rows),
        tolerance_m=ARC_ERROR_PER_M * (found.longest * EARTH_MAX_M) ** 2,
        start_ms=start_ms,
        end_ms=end_ms,
        lower_m=lower_m,
        upper_m=upper_m,
        party=party,
        klass=np.zeros(rows, np.int32),
        flat=flat,
    )
