"""Arcs, compiled: lengths, feet and crossings of single arcs, as `gap` has them for arrays."""

from __future__ import annotations

import math

import numpy as np

from tieline.deconfliction.compiled import jit
from tieline.deconfliction.gap import (
    A_M,
    B_M,
    CHORD_M_MAX,
    E2,
    FOOT_STEP,
    MEAN_M,
    STRETCH,
    VINCENTY_ROUNDS,
    F,
)
from tieline.deconfliction.packed import EARTH_MIN_M, Floats


@jit
def metres(p: Floats, q: Floats) -> float:
    """Length along the ellipsoid between two n-vectors."""
    n_p = A_M / math.sqrt(1.0 - E2 * p[2] * p[2])
    n_q = A_M / math.sqrt(1.0 - E2 * q[2] * q[2])
    x = n_p * p[0] - n_q * q[0]
    y = n_p * p[1] - n_q * q[1]
    z = (1.0 - E2) * (n_p * p[2] - n_q * q[2])
    chord = math.sqrt(x * x + y * y + z * z)
    if chord > CHORD_M_MAX:
        return vincenty(p, q)
    return 2.0 * MEAN_M * math.asin(chord / (2.0 * MEAN_M))


@jit
def vincenty(p: Floats, q: Floats) -> float:
    """As `gap.vincenty`."""
    turn = math.atan2(p[0] * q[1] - p[1] * q[0], p[0] * q[0] + p[1] * q[1])
    u1 = math.atan2((1 - F) * p[2], math.hypot(p[0], p[1]))
    u2 = math.atan2((1 - F) * q[2], math.hypot(q[0], q[1]))
    s1, c1, s2, c2 = math.sin(u1), math.cos(u1), math.sin(u2), math.cos(u2)
    lam = turn
    sin, cos, sigma, middle, cos2 = 0.0, 1.0, 0.0, 0.0, 1.0
    for _ in range(VINCENTY_ROUNDS):
        sin = math.hypot(c2 * math.sin(lam), c1 * s2 - s1 * c2 * math.cos(lam))
        cos = s1 * s2 + c1 * c2 * math.cos(lam)
        sigma = math.atan2(sin, cos)
        alpha = c1 * c2 * math.sin(lam) / max(sin, 1e-300)
        cos2 = 1.0 - alpha * alpha
        middle = cos - 2.0 * s1 * s2 / cos2 if cos2 > 1e-15 else 0.0
        c = F / 16.0 * cos2 * (4.0 + F * (4.0 - 3.0 * cos2))
        inner = sigma + c * sin * (middle + c * cos * (2.0 * middle * middle - 1.0))
        lam = turn + (1.0 - c) * F * alpha * inner
    square = cos2 * (A_M * A_M - B_M * B_M) / (B_M * B_M)
    big = 1.0 + square / 16384.0 * (4096.0 + square * (square * (320.0 - 175.0 * square) - 768.0))
    small = square / 1024.0 * (256.0 + square * (square * (74.0 - 47.0 * square) - 128.0))
    third = small / 6.0 * middle * (4.0 * sin * sin - 3.0) * (4.0 * middle * middle - 3.0)
    change = small * sin * (middle + small / 4.0 * (cos * (2.0 * middle * middle - 1.0) - third))
    return B_M * big * (sigma - change)


@jit
def dot(a: Floats, b: Floats) -> float:
    found: float = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    return found


@jit
def apart2(a: Floats, b: Floats) -> float:
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
        h2 = dot(p, n) ** 2
        # The foot lies at angle asin(h): 2 - 2 cos of it, written so that centimetres survive.
        return 2.0 * h2 / (1.0 + math.sqrt(max(1.0 - h2, 0.0)))
    return min(apart2(p, a), apart2(p, b))


@jit
def _foot(p: Floats, a: Floats, b: Floats, n: Floats, out: Floats) -> None:
    """The place of an arc that is nearest to p."""
    if (n[0] != 0.0 or n[1] != 0.0 or n[2] != 0.0) and _over(p, a, b, n):
        h = dot(p, n)
        x, y, z = p[0] - h * n[0], p[1] - h * n[1], p[2] - h * n[2]
        length = math.sqrt(x * x + y * y + z * z)
        out[0], out[1], out[2] = x / length, y / length, z / length
    elif apart2(p, a) <= apart2(p, b):
        out[0], out[1], out[2] = a[0], a[1], a[2]
    else:
        out[0], out[1], out[2] = b[0], b[1], b[2]


@jit
def _ecef(p: Floats, out: Floats) -> None:
    """Where a place of the ellipsoid lies in space, in metres."""
    radius = A_M / math.sqrt(1.0 - E2 * p[2] * p[2])
    out[0], out[1], out[2] = radius * p[0], radius * p[1], radius * (1.0 - E2) * p[2]


@jit
def _shift(p: Floats, a: Floats, b: Floats, n: Floats, foot: Floats) -> None:
    """Move a foot on the globe along its arc to where it is nearest on the ellipsoid."""
    if n[0] == 0.0 and n[1] == 0.0 and n[2] == 0.0:
        return
    here, there, on, moved = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    for axis in range(3):
        j, k = (axis + 1) % 3, (axis + 2) % 3
        on[axis] = n[j] * foot[k] - n[k] * foot[j]
    _ecef(foot, here)
    _ecef((foot + FOOT_STEP * on) / math.sqrt(1.0 + FOOT_STEP * FOOT_STEP), there)
    _ecef(p, moved)
    along = there - here
    step = FOOT_STEP * dot(moved - here, along) / dot(along, along)
    moved = foot + step * on
    moved /= math.sqrt(dot(moved, moved))
    if _over(moved, a, b, n):
        foot[:] = moved
    elif step > 0.0:
        foot[:] = b
    else:
        foot[:] = a


@jit
def inside(p: Floats, centre: Floats, cap: float, ring: Floats) -> bool:
    """Whether p lies in a ring: counted in the gnomonic plane at the cap's centre.

    There great circles are straight lines, so that the usual count of crossings is exact.
    """
    depth = dot(p, centre)
    if depth <= 0.0 or apart2(p, centre) > cap * cap * (1.0 + 1e-12):
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
    depth = dot(last, centre)
    ax = (last[0] * ux + last[1] * uy + last[2] * uz) / depth
    ay = (last[0] * wx + last[1] * wy + last[2] * wz) / depth
    for k in range(len(ring)):
        v = ring[k]
        depth = dot(v, centre)
        bx = (v[0] * ux + v[1] * uy + v[2] * uz) / depth
        by = (v[0] * wx + v[1] * wy + v[2] * wz) / depth
        if (ay > py) != (by > py) and px < (bx - ax) * (py - ay) / (by - ay) + ax:
            odd = not odd
        ax, ay = bx, by
    return odd


@jit
def normal(a: Floats, b: Floats, out: Floats) -> None:
    """Unit normal of an arc's great circle; nought where it has no length."""
    x, y, z = a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    length = math.sqrt(x * x + y * y + z * z)
    if length <= 1e-15:
        length = np.inf
    out[0], out[1], out[2] = x / length, y / length, z / length


@jit
def arcs(
    a1: Floats, a2: Floats, b1: Floats, b2: Floats, chord: float, best: float, at: Floats
) -> float:
    """Distance of two arcs that do not cross, if less than ``best``; ``at`` is then filled."""
    na, nb, foot = np.zeros(3), np.zeros(3), np.zeros(3)
    normal(a1, a2, na)
    normal(b1, b2, nb)
    # What is this far on the globe cannot be closer than the best on the ellipsoid.
    room2 = min(chord * chord, (best / EARTH_MIN_M) ** 2 * STRETCH)
    for k in range(4):
        if k < 2:
            p, c, d, n = a1 if k == 0 else a2, b1, b2, nb
        else:
            p, c, d, n = b1 if k == 2 else b2, a1, a2, na
        if arc_chord2(p, c, d, n) > room2:
            continue
        _foot(p, c, d, n, foot)
        _shift(p, c, d, n, foot)
        length = metres(p, foot)
        if length < best:
            best = length
            room2 = min(chord * chord, (best / EARTH_MIN_M) ** 2 * STRETCH)
            at[k // 2] = p
            at[1 - k // 2] = foot
    return best


@jit
def cross(a1: Floats, a2: Floats, na: Floats, b1: Floats, b2: Floats, nb: Floats) -> bool:
    """Whether two arcs, each shorter than half a great circle, cross."""
    s1, s2 = dot(b1, na), dot(b2, na)
    if s1 * s2 >= 0.0:
        return False
    t1, t2 = dot(a1, nb), dot(a2, nb)
    if t1 * t2 >= 0.0:
        return False
    # Both circles cross both arcs' circles; the arcs meet unless the crossing is at the antipode.
    return s1 * t1 < 0.0
