"""Packed: volumes as arrays, one row each, in the form that the kernels read.

Positions are unit normals of the ellipsoid (n-vectors: Gade, J. Navigation 63, 2010), which know no
antimeridian and no pole. Between two of them runs a great circle, which on short edges is the
geodesic: at most 6.7e-11 / m times the square of the length away from it (measured at 45 degrees),
so that long edges are cut where the true line runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]
Ints: TypeAlias = NDArray[np.int32]
Bytes: TypeAlias = NDArray[np.int8]

POINT: Final = 0
LINE: Final = 1
RING: Final = 2
"""Kinds of skeleton: one vertex, an open line, a closed ring with its inside."""
ARC_ERROR_PER_M: Final = 6.7e-11
"""Distance of a great circle on n-vectors from the geodesic, over the length squared (1/m)."""
EARTH_MIN_M: Final = 6_335_439.0
"""Smallest radius of curvature of WGS84, along the meridian at the equator: bounds angles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Volumes in rows; vertices of row i are ``first[i]`` to ``first[i] + count[i]``.

    Attributes:
        xyz: vertices, shape (v, 3); normal: of the edge from each vertex to the next, (v, 3).
        first, count, kind: where a row's vertices are, and its skeleton.
        centre: of a cap that holds all vertices and edges, (n, 3); cap: its radius as a chord.
        reach_m: how far the volume goes beyond its skeleton, stated error included.
        tolerance_m: how far its edges may lie from those that were notified.
        start_ms, end_ms: envelope of its window; lower_m, upper_m: its heights.
        party, klass: small numbers; separations are looked up by class.
        flat: positions are plain longitudes and latitudes (for comparison with other engines).
    """

    xyz: Floats
    normal: Floats
    first: Longs
    count: Ints
    kind: Bytes
    centre: Floats
    cap: Floats
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


def n_vectors(lat_deg: Floats, lon_deg: Floats) -> Floats:
    """Unit normals of the ellipsoid at geodetic positions, shape (n, 3)."""
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    cos = np.cos(lat)
    return np.stack((cos * np.cos(lon), cos * np.sin(lon), np.sin(lat)), axis=1)


def edge_normals(xyz: Floats, first: Longs, count: Ints, kind: Bytes) -> Floats:
    """Unit normal of each edge's great circle; nought where a vertex has no edge or no length."""
    following = np.arange(1, len(xyz) + 1)
    last = first + count - 1
    following[last] = np.where(kind == RING, first, last)
    crossed = np.cross(xyz, xyz[following])
    length = np.sqrt(np.einsum("ij,ij->i", crossed, crossed))
    return crossed / np.where(length > 1e-15, length, np.inf)[:, None]


def caps(xyz: Floats, first: Longs, count: Ints, kind: Bytes) -> tuple[Floats, Floats]:
    """Centre (unit) and chord radius of a cap around each row's vertices and edges."""
    sums = np.add.reduceat(xyz, first, axis=0)
    length = np.sqrt(np.einsum("ij,ij->i", sums, sums))
    # Vertices that cancel out lie around the whole globe; any centre holds them in the widest cap.
    centre = np.where(length[:, None] > 1e-9, sums / np.maximum(length, 1e-9)[:, None], xyz[first])
    away = xyz - np.repeat(centre, count, axis=0)
    chord = np.sqrt(np.maximum.reduceat(np.einsum("ij,ij->i", away, away), first))
    following = np.arange(1, len(xyz) + 1)
    last = first + count - 1
    following[last] = np.where(kind == RING, first, last)
    step = xyz[following] - xyz
    longest = np.sqrt(np.maximum.reduceat(np.einsum("ij,ij->i", step, step), first))
    # An edge bulges beyond its ends by at most the sagitta of its arc.
    bulge = 1 - np.sqrt(np.maximum(1 - (longest / 2) ** 2, 0))
    return centre, np.minimum(chord + bulge, 2.0)


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
        xyz = np.stack((lon_deg, lat_deg, np.zeros_like(lat_deg)), axis=1)
        normal = np.zeros((0, 3))
        low, high = np.minimum.reduceat(xyz, starts), np.maximum.reduceat(xyz, starts)
        centre, half = (low + high) / 2, (high - low) / 2
        cap = np.sqrt(np.einsum("ij,ij->i", half, half))
        tolerance = np.zeros(rows)
    else:
        xyz = n_vectors(lat_deg, lon_deg)
        normal = edge_normals(xyz, starts, count, kind)
        centre, cap = caps(xyz, starts, count, kind)
        tolerance = ARC_ERROR_PER_M * (2 * cap * EARTH_MIN_M) ** 2
    return Packed(
        xyz=xyz,
        normal=normal,
        first=starts,
        count=count,
        kind=kind,
        centre=centre,
        cap=cap,
        reach_m=np.zeros(rows),
        tolerance_m=tolerance,
        start_ms=start_ms,
        end_ms=end_ms,
        lower_m=lower_m,
        upper_m=upper_m,
        party=party,
        klass=np.zeros(rows, np.int32),
        flat=flat,
    )
