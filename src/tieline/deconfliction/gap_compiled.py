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
from tieline.deconfliction.gap import GLOBE_LOCAL, NOISE_M, SLACK
from tieline.deconfliction.gap_arcs_compiled import (
    apart2,
    arc_chord2,
    arcs,
    cross,
    dot,
    inside,
    normal,
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
    low_x, high_x, low_y, high_y = _box(other, margin)
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
                at[0] = place / math.sqrt(dot(place, place))
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
            best = arcs(on_i[a], on_i[b], on_j[c], on_j[d], chord, best, at)
    return best


@jit
def _axes(one: Floats, other: Floats) -> Floats:
    """The middle of two directions, and two directions across it."""
    axes = np.empty((3, 3))
    m = one + other
    m /= math.sqrt(dot(m, m))
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
        depth = 1.0 / dot(xyz[k], axes[0])
        plane[k, 0] = dot(xyz[k], axes[1]) * depth
        plane[k, 1] = dot(xyz[k], axes[2]) * depth


@jit
def _box(points: Floats, margin: float) -> tuple[float, float, float, float]:
    low_x, high_x, low_y, high_y = np.inf, -np.inf, np.inf, -np.inf
    for k in range(len(points)):
        low_x, high_x = min(low_x, points[k, 0]), max(high_x, points[k, 0])
        low_y, high_y = min(low_y, points[k, 1]), max(high_y, points[k, 1])
    return low_x - margin, high_x + margin, low_y - margin, high_y + margin


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
        normal(a1, a2, na)
        if arc_chord2(centre[j], a1, a2, na) > room_j * room_j:
            continue
        long_a = math.sqrt(apart2(a1, a2))
        for b in range(edges_j):
            b1, b2 = xyz[fj + b], xyz[fj + (b + 1) % cj]
            # Two arcs are no closer than their middles less half of each.
            between = 0.0
            for axis in range(3):
                between += (a1[axis] + a2[axis] - b1[axis] - b2[axis]) ** 2
            room = long_a + math.sqrt(apart2(b1, b2)) + chord
            if between > 4.0 * room * room:
                continue
            normal(b1, b2, nb)
            if cross(a1, a2, na, b1, b2, nb):
                foot[0] = na[1] * nb[2] - na[2] * nb[1]
                foot[1] = na[2] * nb[0] - na[0] * nb[2]
                foot[2] = na[0] * nb[1] - na[1] * nb[0]
                length = math.sqrt(dot(foot, foot))
                if dot(foot, a1) < 0.0:
                    length = -length
                at[0] = foot / length
                at[1] = at[0]
                return 0.0
            best = arcs(a1, a2, b1, b2, chord, best, at)
    return best
