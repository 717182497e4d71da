"""Flat, compiled: what `flat` decides, pair by pair; its planar tests serve `gap_compiled` too."""

from __future__ import annotations

import numpy as np

from tieline.deconfliction.compiled import jit
from tieline.deconfliction.packed import Floats, Ints, Longs


@jit
def rings_meet(pairs: Ints, xyz: Floats, first: Longs, count: Ints, gap: Floats) -> None:
    """Fill in 0 for pairs whose areas have a point in common, infinity for the others."""
    for n in range(len(pairs)):
        i, j = pairs[n, 0], pairs[n, 1]
        one, other = xyz[first[i] : first[i] + count[i]], xyz[first[j] : first[j] + count[j]]
        gap[n] = 0.0 if _meet(one, other) else np.inf


@jit
def _meet(one: Floats, other: Floats) -> bool:
    low_x, high_x, low_y, high_y = np.inf, -np.inf, np.inf, -np.inf
    for k in range(len(other)):
        low_x, high_x = min(low_x, other[k, 0]), max(high_x, other[k, 0])
        low_y, high_y = min(low_y, other[k, 1]), max(high_y, other[k, 1])
    ax, ay = one[len(one) - 1, 0], one[len(one) - 1, 1]
    for a in range(len(one)):
        bx, by = one[a, 0], one[a, 1]
        near_x = max(ax, bx) >= low_x and min(ax, bx) <= high_x
        if near_x and max(ay, by) >= low_y and min(ay, by) <= high_y:
            cx, cy = other[len(other) - 1, 0], other[len(other) - 1, 1]
            for c in range(len(other)):
                dx, dy = other[c, 0], other[c, 1]
                if segments(ax, ay, bx, by, cx, cy, dx, dy):
                    return True
                cx, cy = dx, dy
        ax, ay = bx, by
    return holds(one, other[0, 0], other[0, 1]) or holds(other, one[0, 0], one[0, 1])


@jit
def _side(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> float:
    return (bx - ax) * (py - ay) - (by - ay) * (px - ax)


@jit
def segments(
    ax: float, ay: float, bx: float, by: float, cx: float, cy: float, dx: float, dy: float
) -> bool:
    """Whether two segments have a point in common, ends included."""
    if max(ax, bx) < min(cx, dx) or max(cx, dx) < min(ax, bx):
        return False
    if max(ay, by) < min(cy, dy) or max(cy, dy) < min(ay, by):
        return False
    s1, s2 = _side(cx, cy, dx, dy, ax, ay), _side(cx, cy, dx, dy, bx, by)
    s3, s4 = _side(ax, ay, bx, by, cx, cy), _side(ax, ay, bx, by, dx, dy)
    return s1 * s2 <= 0.0 and s3 * s4 <= 0.0


@jit
def holds(ring: Floats, px: float, py: float) -> bool:
    """Whether a point lies in a ring, by the count of crossings."""
    odd = False
    ax, ay = ring[len(ring) - 1, 0], ring[len(ring) - 1, 1]
    for k in range(len(ring)):
        bx, by = ring[k, 0], ring[k, 1]
        if (ay > py) != (by > py) and px < (bx - ax) * (py - ay) / (by - ay) + ax:
            odd = not odd
        ax, ay = bx, by
    return odd
