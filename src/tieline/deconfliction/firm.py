"""Firm: how clear two volumes are of each other, and whether a hair could change that.

What nodes hash must not hang on the last digits of floats. A pair is firm when its clearance is a
number that can be compared with a limit and its tolerance; outlines that cross have no such number,
so that they are looked at: a corner well inside, or edges that cross well, cannot be undone.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tieline.deconfliction.bulk import Found
from tieline.deconfliction.edges import edge_pairs
from tieline.deconfliction.gap import feet, held, metres, normals, skeletons, slack_m
from tieline.deconfliction.packed import EARTH_MIN_M, LINE, RING, Flags, Floats, Ints, Packed

TRIED_MAX: Final = 64
SURE_M: Final = -1e9
"""Clearance of outlines that share room beyond doubt, however deep: below every limit."""


def clearances(packed: Packed, found: Found) -> tuple[Floats, Floats, Flags]:
    """Clearance in metres (negative: room in common), where, and whether that number is firm.

    A pair that shares room by its outlines alone has ``SURE_M`` if a hair cannot change it; if one
    can, it has 0 and is not firm.
    """
    i, j = found.pairs[:, 0], found.pairs[:, 1]
    reach = packed.reach_m[i] + packed.reach_m[j]
    apart, at = found.gap_m + reach, found.at.copy()
    # Without a reach the gap is the distance already.
    touching = np.flatnonzero((found.gap_m <= 0.0) & (reach > 0.0))
    if len(touching):
        most = reach[touching] + found.limit_m[touching]
        most = most + slack_m(packed, i[touching], j[touching], most)
        chord = most / EARTH_MIN_M * 1.0001 + 1e-12
        near, where = skeletons(packed, found.pairs[touching], chord)
        known = np.isfinite(near)
        apart[touching[known]], at[touching[known]] = near[known], where[known]
    slack = slack_m(packed, i, j, reach + found.limit_m)
    clear, firm = apart - reach, np.ones(len(reach), bool)
    shared = np.flatnonzero((apart <= 0.0) & (reach <= slack))
    sure = crossing_well(packed, found.pairs[shared], slack[shared])
    clear[shared], firm[shared] = np.where(sure, SURE_M, 0.0), sure
    return clear, _middles(at, apart, clear, packed.reach_m[i]), firm


def _middles(at: Floats, apart: Floats, clear: Floats, reach: Floats) -> Floats:
    """The middle of the gap, or of the room in common, on the line of the closest places."""
    share = np.where(apart > 0, (reach + clear / 2) / np.maximum(apart, 1e-9), 0.5)
    share = np.clip(share, 0.0, 1.0)[:, None]
    found: Floats = at[:, 0] * (1 - share) + at[:, 1] * share
    return found


def crossing_well(packed: Packed, pairs: Ints, by_m: Floats) -> Flags:
    """Which skeletons share room that moving every corner by ``by_m`` could not take away.

    What most pairs show by is looked at for all together: edges that cross, then a first corner
    inside; the others are looked at one by one.
    """
    sure = _edges_cross(packed, pairs, by_m)
    for inner, outer in ((0, 1), (1, 0)):
        left = np.flatnonzero(~sure & (packed.kind[pairs[:, outer]] == RING))
        corner = packed.xyz[packed.first[pairs[left, inner]]]
        inside = held(packed, pairs[left, outer], corner)
        for n, place in zip(left[inside].tolist(), corner[inside], strict=True):
            sure[n] = _is_deep(packed, int(pairs[n, outer]), place, float(by_m[n]))
    for n in np.flatnonzero(~sure).tolist():
        sure[n] = _crosses_well(packed, int(pairs[n, 0]), int(pairs[n, 1]), float(by_m[n]))
    return sure


def _crosses_well(packed: Packed, one: int, other: int, by_m: float) -> bool:
    return (
        _reaches_in(packed, one, other, by_m)
        or _reaches_in(packed, other, one, by_m)
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


def _edges_cross(packed: Packed, pairs: Ints, by_m: Floats) -> Flags:
    """Which pairs have edges that cross, each ending further than ``by_m`` beyond the other."""
    found: Flags = np.zeros(len(pairs), np.bool_)
    v = packed.xyz
    # A chord on the unit globe is at most this long for so many metres on the ellipsoid.
    least = by_m / EARTH_MIN_M
    for some in edge_pairs(packed, pairs):
        # Arcs whose middles are further apart than half of each do not cross.
        apart = v[some.a1] + v[some.a2] - v[some.b1] - v[some.b2]
        one, other = v[some.a1] - v[some.a2], v[some.b1] - v[some.b2]
        between, longest = (np.einsum("ij,ij->i", d, d) for d in (apart, np.abs(one)))
        longest = (np.sqrt(longest) + np.sqrt(np.einsum("ij,ij->i", other, other))) * 2
        near = np.flatnonzero(np.sqrt(between) <= longest)
        a1, a2, b1, b2 = (v[ends[near]] for ends in (some.a1, some.a2, some.b1, some.b2))
        na, nb = normals(a1, a2), normals(b1, b2)
        s1, s2, t1, t2 = (
            np.einsum("ij,ij->i", p, q) for p, q in ((na, b1), (na, b2), (nb, a1), (nb, a2))
        )
        met = (s1 * s2 < 0) & (t1 * t2 < 0) & (s1 * t1 < 0)
        for sine in (s1, s2, t1, t2):
            met &= np.abs(sine) > least[some.pair[near]]
        found[some.pair[near[met]]] = True
    return found


def _reaches_in(packed: Packed, inner: int, outer: int, by_m: float) -> bool:
    """Whether a corner of one lies inside the ring of the other, that far from its outline."""
    if packed.kind[outer] != RING:
        return False
    first, count = int(packed.first[inner]), int(packed.count[inner])
    places = packed.xyz[first : first + count]
    return any(_lies_in(packed, outer, place, by_m) for place in places)


def _lies_in(packed: Packed, ring: int, place: Floats, by_m: float) -> bool:
    """Whether a ring holds a place that is further than ``by_m`` from its outline."""
    rows, at = np.array([ring], np.int32), place[None, :]
    return bool(held(packed, rows, at)[0]) and _is_deep(packed, ring, place, by_m)


def _is_deep(packed: Packed, ring: int, place: Floats, by_m: float) -> bool:
    """Whether a place is further than ``by_m`` from the outline of a ring."""
    a, b = _edges(packed, ring)
    p = np.broadcast_to(place, a.shape)
    foot = feet(p, a, b, normals(a, b))
    nearest = int(np.argmin(np.linalg.norm(p - foot, axis=1)))
    apart = metres(p[nearest : nearest + 1], foot[nearest : nearest + 1])[0]
    return bool(apart > by_m)
