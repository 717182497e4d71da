"""Gap, compiled: what `gap` works out, pair by pair.

Small shapes near each other, which is nearly all of them, are drawn in one gnomonic plane, where
great circles are straight lines: whether they meet is decided there, and only edges that come near
without meeting are measured on the ellipsoid.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from tieline.deconfliction.compiled import jit
from tieline.deconfliction.flat_compiled import holds, segments
from tieline.deconfliction.gap import (
    A_M,
    B_M,
    CHORD_M_MAX,
    E2,
    FOOT_STEP,
    GLOBE_LOCAL,
    MEAN_M,
    NOISE_M,
    SLACK,
    STRETCH,
    VINCENTY_ROUNDS,
    F,
)
from tieline.deconfliction.packed import EARTH_MIN_M, POINT, RING, Bytes, Floats, Ints, Longs

PLANE_STRETCH: Final = 1.4
"""A length on the globe within 30 degrees of the middle of a gnomonic plane grows by no more."""


@jit
def gaps(
    pairs: Ints,
    separation_m: Floats,
    xyz: Floats,
    first: Longs,
    count: Ints,
    kind: Bytes,
    centre: Floats,
    cap: Floats,
    reach_m: Floats,
    tolerance_m: Floats,
    klass: Ints,
    gap: Floats,
    limit: Floats,
    at: Floats,
) -> None:
    """Fill in the gap of each pair in metres, infinite where it is more than its separation."""
    plane = np.empty((64, 2))
    for n in range(len(pairs)):
        i, j = pairs[n, 0], pairs[n, 1]
        limit[n] = separation_m[klass[i], klass[j]]
        reach = reach_m[i] + reach_m[j]
        most = reach + limit[n]
        most += tolerance_m[i] + tolerance_m[j] + most * SLACK + NOISE_M
        chord = most / EARTH_MIN_M * 1.0001 + 1e-12
        gap[n] = np.inf
        apart = 0.0
        for axis in range(3):
            apart += (centre[i, axis] - centre[j, axis]) ** 2
        room = cap[i] + cap[j] + chord
        if apart > room * room:
            continue
        if count[i] + count[j] > len(plane):
            plane = np.empty((2 * (count[i] + count[j]), 2))
        skeleton = np.inf
        if room < GLOBE_LOCAL:
            skeleton = _in_plane(i, j, chord, xyz, first, count, kind, centre, plane, at[n])
        else:
            skeleton = _on_globe(i, j, chord, xyz, first, count, kind, centre, cap, at[n])
        if skeleton <= most:
            gap[n] = max(skeleton - reach, 0.0)


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
    step = FOOT_STEP * _dot(moved - here, along) / _dot(along, along)
    moved = foot + step * on
    moved /= math.sqrt(_dot(moved, moved))
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
def _edges(kind: int, count: int) -> int:
    """How many edges a row has; a point counts as one without length."""
    if kind == POINT:
        return 1
    return count if kind == RING else count - 1


@jit
def _in_plane(
    i: int,
    j: int,
    chord: float,
    xyz: Floats,
    first: Longs,
    count: Ints,
    kind: Bytes,
    centre: Floats,
    plane: Floats,
    at: Floats,
) -> float:
    """Distance of two skeletons within one plane in metres; infinite beyond a chord."""
    fi, ci, fj, cj = first[i], count[i], first[j], count[j]
    axes = _axes(centre[i], centre[j])
    _draw(xyz[fi : fi + ci], axes, plane)
    _draw(xyz[fj : fj + cj], axes, plane[ci:])
    one, other = plane[:ci], plane[ci : ci + cj]
    margin = chord * PLANE_STRETCH
    low_x, high_x, low_y, high_y = _box(other)
    low_x, high_x, low_y, high_y = low_x - margin, high_x + margin, low_y - margin, high_y + margin
    near = False
    edges_i, edges_j = _edges(kind[i], ci), _edges(kind[j], cj)
    for a in range(edges_i):
        b = (a + 1) % ci
        ax, ay, bx, by = one[a, 0], one[a, 1], one[b, 0], one[b, 1]
        if max(ax, bx) < low_x or min(ax, bx) > high_x:
            continue
        if max(ay, by) < low_y or min(ay, by) > high_y:
            continue
        left, right = min(ax, bx) - margin, max(ax, bx) + margin
        down, up = min(ay, by) - margin, max(ay, by) + margin
        for c in range(edges_j):
            d = c + 1 if c + 1 < cj else 0
            cx, cy, dx, dy = other[c, 0], other[c, 1], other[d, 0], other[d, 1]
            if (cx > right and dx > right) or (cx < left and dx < left):
                continue
            if (cy > up and dy > up) or (cy < down and dy < down):
                continue
            near = True
            if segments(ax, ay, bx, by, cx, cy, dx, dy):
                det = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
                t = 0.0
                if det != 0.0:
                    t = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / det
                    t = min(max(t, 0.0), 1.0)
                place = axes[0] + (ax + t * (bx - ax)) * axes[1] + (ay + t * (by - ay)) * axes[2]
                at[0] = place / math.sqrt(_dot(place, place))
                at[1] = at[0]
                return 0.0
    if kind[j] == RING and holds(other, one[0, 0], one[0, 1]):
        at[0], at[1] = xyz[fi], xyz[fi]
        return 0.0
    if kind[i] == RING and holds(one, other[0, 0], other[0, 1]):
        at[0], at[1] = xyz[fj], xyz[fj]
        return 0.0
    if not near:
        return np.inf
    return _beside(
        one, other, edges_i, edges_j, margin, chord, xyz[fi : fi + ci], xyz[fj : fj + cj], at
    )


@jit
def _beside(
    one: Floats,
    other: Floats,
    edges_i: int,
    edges_j: int,
    margin: float,
    chord: float,
    on_i: Floats,
    on_j: Floats,
    at: Floats,
) -> float:
    """Distance of two skeletons that do not meet, from those edges that come near in the plane."""
    best = np.inf
    for a in range(edges_i):
        b = (a + 1) % len(one)
        left, right = min(one[a, 0], one[b, 0]) - margin, max(one[a, 0], one[b, 0]) + margin
        down, up = min(one[a, 1], one[b, 1]) - margin, max(one[a, 1], one[b, 1]) + margin
        for c in range(edges_j):
            d = (c + 1) % len(other)
            if max(other[c, 0], other[d, 0]) < left or min(other[c, 0], other[d, 0]) > right:
                continue
            if max(other[c, 1], other[d, 1]) < down or min(other[c, 1], other[d, 1]) > up:
                continue
            best = _arcs(on_i[a], on_i[b], on_j[c], on_j[d], chord, best, at)
    return best


@jit
def _axes(one: Floats, other: Floats) -> Floats:
    """The middle of two directions, and two directions across it."""
    axes = np.empty((3, 3))
    m = one + other
    m /= math.sqrt(_dot(m, m))
    if abs(m[2]) > 0.9:
        x, y, z = 0.0, -m[2], m[1]
    else:
        x, y, z = -m[1], m[0], 0.0
    length = math.sqrt(x * x + y * y + z * z)
    x, y, z = x / length, y / length, z / length
    axes[0] = m
    axes[1, 0], axes[1, 1], axes[1, 2] = x, y, z
    axes[2, 0], axes[2, 1] = m[1] * z - m[2] * y, m[2] * x - m[0] * z
    axes[2, 2] = m[0] * y - m[1] * x
    return axes


@jit
def _draw(xyz: Floats, axes: Floats, plane: Floats) -> None:
    """Positions in the gnomonic plane of some axes."""
    for k in range(len(xyz)):
        depth = 1.0 / _dot(xyz[k], axes[0])
        plane[k, 0] = _dot(xyz[k], axes[1]) * depth
        plane[k, 1] = _dot(xyz[k], axes[2]) * depth


@jit
def _box(points: Floats) -> tuple[float, float, float, float]:
    low_x, high_x, low_y, high_y = np.inf, -np.inf, np.inf, -np.inf
    for k in range(len(points)):
        low_x, high_x = min(low_x, points[k, 0]), max(high_x, points[k, 0])
        low_y, high_y = min(low_y, points[k, 1]), max(high_y, points[k, 1])
    return low_x, high_x, low_y, high_y


@jit
def _on_globe(
    i: int,
    j: int,
    chord: float,
    xyz: Floats,
    first: Longs,
    count: Ints,
    kind: Bytes,
    centre: Floats,
    cap: Floats,
    at: Floats,
) -> float:
    """Distance of two skeletons anywhere in metres; infinite beyond a chord."""
    fi, ci, fj, cj = first[i], count[i], first[j], count[j]
    if kind[j] == RING and inside(xyz[fi], centre[j], cap[j], xyz[fj : fj + cj]):
        at[0], at[1] = xyz[fi], xyz[fi]
        return 0.0
    if kind[i] == RING and inside(xyz[fj], centre[i], cap[i], xyz[fi : fi + ci]):
        at[0], at[1] = xyz[fj], xyz[fj]
        return 0.0
    best = np.inf
    edges_i, edges_j = _edges(kind[i], ci), _edges(kind[j], cj)
    room_j = cap[j] + chord
    na, nb, foot = np.zeros(3), np.zeros(3), np.zeros(3)
    for a in range(edges_i):
        a1, a2 = xyz[fi + a], xyz[fi + (a + 1) % ci]
        _normal(a1, a2, na)
        if arc_chord2(centre[j], a1, a2, na) > room_j * room_j:
            continue
        long_a = math.sqrt(_apart2(a1, a2))
        for b in range(edges_j):
            b1, b2 = xyz[fj + b], xyz[fj + (b + 1) % cj]
            # Two arcs are no closer than their middles less half of each.
            between = 0.0
            for axis in range(3):
                between += (a1[axis] + a2[axis] - b1[axis] - b2[axis]) ** 2
            room = long_a + math.sqrt(_apart2(b1, b2)) + chord
            if between > 4.0 * room * room:
                continue
            _normal(b1, b2, nb)
            if _cross(a1, a2, na, b1, b2, nb):
                foot[0] = na[1] * nb[2] - na[2] * nb[1]
                foot[1] = na[2] * nb[0] - na[0] * nb[2]
                foot[2] = na[0] * nb[1] - na[1] * nb[0]
                length = math.sqrt(_dot(foot, foot))
                if _dot(foot, a1) < 0.0:
                    length = -length
                at[0] = foot / length
                at[1] = at[0]
                return 0.0
            best = _arcs(a1, a2, b1, b2, chord, best, at)
    return best


@jit
def _normal(a: Floats, b: Floats, out: Floats) -> None:
    """Unit normal of an arc's great circle; nought where it has no length."""
    x, y, z = a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    length = math.sqrt(x * x + y * y + z * z)
    if length <= 1e-15:
        length = np.inf
    out[0], out[1], out[2] = x / length, y / length, z / length


@jit
def _arcs(
    a1: Floats, a2: Floats, b1: Floats, b2: Floats, chord: float, best: float, at: Floats
) -> float:
    """Distance of two arcs that do not cross, if less than ``best``; ``at`` is then filled."""
    na, nb, foot = np.zeros(3), np.zeros(3), np.zeros(3)
    _normal(a1, a2, na)
    _normal(b1, b2, nb)
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
