"""Firm: how clear two volumes are of each other, and whether a hair could change that.

What nodes hash must not hang on the last digits of floats. A pair is firm when its clearance is a
number that can be compared with a limit and its tolerance; outlines that cross have no such number,
so that they are looked at: a corner well inside, or edges that cross well, cannot be undone.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tieline.deconfliction.bulk import Found
from tieline.deconfliction.gap import feet, metres, skeletons, slack_m
from tieline.deconfliction.packed import EARTH_MIN_M, LINE, POINT, RING, Floats, Longs, Packed

CELLS_AT_ONCE: Final = 1 << 18
"""Edges of one outline times edges of the other that are looked at together."""
TRIED_MAX: Final = 64
SURE_M: Final = -1e9
"""Clearance of outlines that share room beyond doubt, however deep: below every limit."""


def clearances(packed: Packed, found: Found) -> tuple[Floats, Floats, Longs]:
    """Clearance in metres (negative: room in common), where, and whether that number is firm.

    A pair that shares room by its outlines alone has ``SURE_M`` if a hair cannot change it; if one
    can, it has 0 and is not firm.
    """
    i, j = found.pairs[:, 0], found.pairs[:, 1]
    reach = packed.reach_m[i] + packed.reach_m[j]
    apart, at = found.gap_m + reach, found.at.copy()
    touching = np.flatnonzero(found.gap_m <= 0.0)
    if len(touching):
        most = reach[touching] + found.limit_m[touching]
        most = most + slack_m(packed, i[touching], j[touching], most)
        chord = most / EARTH_MIN_M * 1.0001 + 1e-12
        near, where = skeletons(packed, found.pairs[touching], chord)
        known = np.isfinite(near)
        apart[touching[known]], at[touching[known]] = near[known], where[known]
    slack = slack_m(packed, i, j, reach + found.limit_m)
    clear, firm = apart - reach, np.ones(len(reach), bool)
    for n in np.flatnonzero((apart <= 0.0) & (reach <= slack)).tolist():
        is_sure = crosses_well(packed, int(i[n]), int(j[n]), float(slack[n]))
        clear[n], firm[n] = (SURE_M, True) if is_sure else (0.0, False)
    return clear, _middles(at, apart, clear, packed.reach_m[i]), firm


def _middles(at: Floats, apart: Floats, clear: Floats, reach: Floats) -> Floats:
    """The middle of the gap, or of the room in common, on the line of the closest places."""
    share = np.where(apart > 0, (reach + clear / 2) / np.maximum(apart, 1e-9), 0.5)
    share = np.clip(share, 0.0, 1.0)[:, None]
    found: Floats = at[:, 0] * (1 - share) + at[:, 1] * share
    return found


def crosses_well(packed: Packed, one: int, other: int, by_m: float) -> bool:
    """Whether two skeletons share room that moving every corner by ``by_m`` could not take away."""
    return (
        _reaches_in(packed, one, other, by_m)
        or _reaches_in(packed, other, one, by_m)
        or _edges_cross(packed, one, other, by_m)
        or _share_inside(packed, one, other, by_m)
    )


def _share_inside(packed: Packed, one: int, other: int, by_m: float) -> bool:
    """Whether a place well inside one ring lies well inside the other: outlines that are equal.

    Places tried are the middles of both and of neighbouring corners, three by three.
    """
    if packed.kind[one] != RING or packed.kind[other] != RING:
        return False
    corners, _ = _edges(packed, one)
    tried = corners + np.roll(corners, -1, axis=0) + np.roll(corners, -2, axis=0)
    tried = np.vstack((packed.centre[[one, other]], tried[:TRIED_MAX]))
    tried /= np.linalg.norm(tried, axis=1)[:, None]
    return any(
        _lies_in(packed, one, place, by_m) and _lies_in(packed, other, place, by_m)
        for place in tried
    )


def _edges(packed: Packed, row: int) -> tuple[Floats, Floats]:
    first, count = int(packed.first[row]), int(packed.count[row])
    a = packed.xyz[first : first + count]
    if packed.kind[row] == RING:
        return a, np.roll(a, -1, axis=0)
    return (a[:-1], a[1:]) if packed.kind[row] == LINE else (a, a)


def _normals(a: Floats, b: Floats) -> Floats:
    found = np.cross(a, b)
    length = np.linalg.norm(found, axis=1)
    normed: Floats = found / np.where(length > 1e-15, length, np.inf)[:, None]
    return normed


def _edges_cross(packed: Packed, one: int, other: int, by_m: float) -> bool:
    if POINT in (packed.kind[one], packed.kind[other]):
        return False
    (a1, a2), (b1, b2) = _edges(packed, one), _edges(packed, other)
    na, nb = _normals(a1, a2), _normals(b1, b2)
    # A chord on the unit globe is at most this long for so many metres on the ellipsoid.
    least = by_m / EARTH_MIN_M
    step = max(CELLS_AT_ONCE // len(b1), 1)
    for at in range(0, len(a1), step):
        part = slice(at, at + step)
        s1, s2 = na[part] @ b1.T, na[part] @ b2.T
        t1, t2 = a1[part] @ nb.T, a2[part] @ nb.T
        met = (s1 * s2 < 0) & (t1 * t2 < 0) & (s1 * t1 < 0)
        for sine in (s1, s2, t1, t2):
            met &= np.abs(sine) > least
        if met.any():
            return True
    return False


def _reaches_in(packed: Packed, inner: int, outer: int, by_m: float) -> bool:
    """Whether a corner of one lies inside the ring of the other, that far from its outline."""
    if packed.kind[outer] != RING:
        return False
    first, count = int(packed.first[inner]), int(packed.count[inner])
    places = packed.xyz[first : first + count]
    return any(_lies_in(packed, outer, place, by_m) for place in places)


def _lies_in(packed: Packed, ring: int, place: Floats, by_m: float) -> bool:
    """Whether a ring holds a place that is further than ``by_m`` from its outline."""
    if not _is_held(packed, ring, place):
        return False
    a, b = _edges(packed, ring)
    p = np.broadcast_to(place, a.shape)
    foot = feet(p, a, b, _normals(a, b))
    nearest = int(np.argmin(np.linalg.norm(p - foot, axis=1)))
    apart = metres(p[nearest : nearest + 1], foot[nearest : nearest + 1])[0]
    return bool(apart > by_m)


def _is_held(packed: Packed, ring: int, corner: Floats) -> bool:
    """Whether a ring holds a corner, in the gnomonic plane at the middle of the ring's cap."""
    centre = packed.centre[ring]
    axis = np.array((1.0, 0.0, 0.0)) if abs(centre[2]) > 0.9 else np.array((0.0, 0.0, 1.0))
    u = np.cross(axis, centre)
    u /= np.linalg.norm(u)
    w = np.cross(centre, u)
    if corner @ centre <= 0:
        return False
    a, b = _edges(packed, ring)
    px, py = corner @ u / (corner @ centre), corner @ w / (corner @ centre)
    ax, ay = a @ u / (a @ centre), a @ w / (a @ centre)
    bx, by = b @ u / (b @ centre), b @ w / (b @ centre)
    across = (ay > py) != (by > py)
    rise = np.where(across, by - ay, 1.0)
    return int((across & (px < (bx - ax) * (py - ay) / rise + ax)).sum()) % 2 == 1
