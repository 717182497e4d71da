"""Gap: how far apart two skeletons are on the ellipsoid, and where they come closest.

Edges are arcs of great circles between n-vectors. Two arcs either cross, or come closest at an end
of one of them, so that crossings and distances of ends to arcs are all there is to compute. Lengths
are those of the ellipsoid: the chord between the two places, turned into an arc, which is right to
0.3 m at 300 km (DECONFLICTION, table 5.1).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from tieline.deconfliction.compiled import jit
from tieline.deconfliction.packed import POINT, RING, Bytes, Floats, Ints, Longs

A_M: Final = 6_378_137.0
E2: Final = 0.00669437999014
"""Semi-major axis and squared eccentricity of WGS84 (NIMA TR8350.2)."""
MEAN_M: Final = 6_371_008.8
"""Mean radius of the ellipsoid (IUGG): turns chords into arcs."""


@jit
def metres(p: Floats, q: Floats) -> float:
    """Length along the ellipsoid between two n-vectors, for distances up to some hundred km."""
    n_p = A_M / math.sqrt(1.0 - E2 * p[2] * p[2])
    n_q = A_M / math.sqrt(1.0 - E2 * q[2] * q[2])
    x = n_p * p[0] - n_q * q[0]
    y = n_p * p[1] - n_q * q[1]
    z = (1.0 - E2) * (n_p * p[2] - n_q * q[2])
    chord = math.sqrt(x * x + y * y + z * z)
    half = chord / (2.0 * MEAN_M)
    return 2.0 * MEAN_M * math.asin(half) if half < 1.0 else math.pi * MEAN_M


@jit
def _dot(a: Floats, b: Floats) -> float:
    found: float = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    return found


@jit
def _apart2(a: Floats, b: Floats) -> float:
    x, y, z = a[0] - b[0], a[1] - b[1], a[2] - b[2]
    found: float = x * x + y * y + z * z
    return found


@jit
def _over(p: Floats, a: Floats, b: Floats, n: Floats) -> bool:
    """Whether the foot of the perpendicular from p lies on the arc a b with normal n."""
    ta = p[0] * (n[1] * a[2] - n[2] * a[1])
    ta += p[1] * (n[2] * a[0] - n[0] * a[2]) + p[2] * (n[0] * a[1] - n[1] * a[0])
    if ta < 0.0:
        return False
    tb = p[0] * (b[1] * n[2] - b[2] * n[1])
    tb += p[1] * (b[2] * n[0] - b[0] * n[2]) + p[2] * (b[0] * n[1] - b[1] * n[0])
    return bool(tb >= 0.0)


@jit
def arc_chord2(p: Floats, a: Floats, b: Floats, n: Floats) -> float:
    """Squared chord from p to the nearest place of an arc."""
    if (n[0] != 0.0 or n[1] != 0.0 or n[2] != 0.0) and _over(p, a, b, n):
        h2 = _dot(p, n) ** 2
        # The foot lies at angle asin(h): 2 - 2 cos of it, written so that centimetres survive.
        return 2.0 * h2 / (1.0 + math.sqrt(max(1.0 - h2, 0.0)))
    return min(_apart2(p, a), _apart2(p, b))


@jit
def _foot(p: Floats, a: Floats, b: Floats, n: Floats, out: Floats) -> None:
    """The place of an arc that is nearest to p."""
    if (n[0] != 0.0 or n[1] != 0.0 or n[2] != 0.0) and _over(p, a, b, n):
        h = _dot(p, n)
        x, y, z = p[0] - h * n[0], p[1] - h * n[1], p[2] - h * n[2]
        length = math.sqrt(x * x + y * y + z * z)
        out[0], out[1], out[2] = x / length, y / length, z / length
    elif _apart2(p, a) <= _apart2(p, b):
        out[0], out[1], out[2] = a[0], a[1], a[2]
    else:
        out[0], out[1], out[2] = b[0], b[1], b[2]


@jit
def inside(p: Floats, centre: Floats, cap: float, ring: Floats) -> bool:
    """Whether p lies in a ring: counted in the gnomonic plane at the cap's centre.

    There great circles are straight lines, so that the usual count of crossings is exact.
    """
    depth = _dot(p, centre)
    if depth <= 0.0 or _apart2(p, centre) > cap * cap * (1.0 + 1e-12):
        return False
    # Two directions across the centre.
    ux, uy, uz = -centre[1], centre[0], 0.0
    if ux * ux + uy * uy < 1e-6:
        ux, uy, uz = 0.0, -centre[2], centre[1]
    length = math.sqrt(ux * ux + uy * uy + uz * uz)
    ux, uy, uz = ux / length, uy / length, uz / length
    wx = centre[1] * uz - centre[2] * uy
    wy = centre[2] * ux - centre[0] * uz
    wz = centre[0] * uy - centre[1] * ux
    px = (p[0] * ux + p[1] * uy + p[2] * uz) / depth
    py = (p[0] * wx + p[1] * wy + p[2] * wz) / depth
    odd = False
    last = ring[len(ring) - 1]
    depth = _dot(last, centre)
    ax = (last[0] * ux + last[1] * uy + last[2] * uz) / depth
    ay = (last[0] * wx + last[1] * wy + last[2] * wz) / depth
    for k in range(len(ring)):
        v = ring[k]
        depth = _dot(v, centre)
        bx = (v[0] * ux + v[1] * uy + v[2] * uz) / depth
        by = (v[0] * wx + v[1] * wy + v[2] * wz) / depth
        if (ay > py) != (by > py) and px < (bx - ax) * (py - ay) / (by - ay) + ax:
            odd = not odd
        ax, ay = bx, by
    return odd


@jit
def closest(
    i: int,
    j: int,
    limit: float,
    xyz: Floats,
    normal: Floats,
    first: Longs,
    count: Ints,
    kind: Bytes,
    centre: Floats,
    cap: Floats,
    at: Floats,
) -> float:
    """Least squared chord between the skeletons of two rows; 0 where they meet, inf beyond a limit.

    ``limit`` is a chord: what is further apart need not be told exactly. ``at`` (2, 3) is filled
    with the place on each where they come closest.
    """
    fi, ci, fj, cj = first[i], count[i], first[j], count[j]
    if kind[j] == RING and inside(xyz[fi], centre[j], cap[j], xyz[fj : fj + cj]):
        at[0], at[1] = xyz[fi], xyz[fi]
        return 0.0
    if kind[i] == RING and inside(xyz[fj], centre[i], cap[i], xyz[fi : fi + ci]):
        at[0], at[1] = xyz[fj], xyz[fj]
        return 0.0
    best = np.inf
    edges_i = 1 if kind[i] == POINT else (ci if kind[i] == RING else ci - 1)
    edges_j = 1 if kind[j] == POINT else (cj if kind[j] == RING else cj - 1)
    room_j = cap[j] + limit
    for a in range(edges_i):
        a1, a2 = fi + a, fi + (a + 1) % ci
        if arc_chord2(centre[j], xyz[a1], xyz[a2], normal[a1]) > room_j * room_j:
            continue
        for b in range(edges_j):
            b1, b2 = fj + b, fj + (b + 1) % cj
            found = _arcs(xyz[a1], xyz[a2], normal[a1], xyz[b1], xyz[b2], normal[b1], best, at)
            if found < best:
                best = found
                if best == 0.0:
                    return 0.0
    return best if best <= limit * limit else np.inf


@jit
def _arcs(
    a1: Floats,
    a2: Floats,
    na: Floats,
    b1: Floats,
    b2: Floats,
    nb: Floats,
    best: float,
    at: Floats,
) -> float:
    """Least squared chord between two arcs; ``at`` is filled if it is less than ``best``."""
    if _cross(a1, a2, na, b1, b2, nb):
        x = na[1] * nb[2] - na[2] * nb[1]
        y = na[2] * nb[0] - na[0] * nb[2]
        z = na[0] * nb[1] - na[1] * nb[0]
        length = math.sqrt(x * x + y * y + z * z)
        if x * a1[0] + y * a1[1] + z * a1[2] < 0.0:
            length = -length
        for row in range(2):
            at[row, 0], at[row, 1], at[row, 2] = x / length, y / length, z / length
        return 0.0
    found = best
    d = arc_chord2(a1, b1, b2, nb)
    if d < found:
        found = d
        at[0] = a1
        _foot(a1, b1, b2, nb, at[1])
    d = arc_chord2(a2, b1, b2, nb)
    if d < found:
        found = d
        at[0] = a2
        _foot(a2, b1, b2, nb, at[1])
    d = arc_chord2(b1, a1, a2, na)
    if d < found:
        found = d
        at[1] = b1
        _foot(b1, a1, a2, na, at[0])
    d = arc_chord2(b2, a1, a2, na)
    if d < found:
        found = d
        at[1] = b2
        _foot(b2, a1, a2, na, at[0])
    return found


@jit
def _cross(a1: Floats, a2: Floats, na: Floats, b1: Floats, b2: Floats, nb: Floats) -> bool:
    """Whether two arcs, each shorter than half a great circle, cross."""
    s1, s2 = _dot(b1, na), _dot(b2, na)
    if s1 * s2 >= 0.0:
        return False
    t1, t2 = _dot(a1, nb), _dot(a2, nb)
    if t1 * t2 >= 0.0:
        return False
    # Both circles cross both arcs' circles; the arcs meet unless the crossing is at the antipode.
    return s1 * t1 < 0.0
