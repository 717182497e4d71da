"""Gap: how far apart two skeletons are on the ellipsoid, and where they come closest.

Edges are arcs of great circles between n-vectors. Two arcs either cross, or come closest at an end
of one of them, so that crossings and distances of ends to arcs are all there is to compute. Which
place of an arc is closest is decided on the unit globe, how far that is on the ellipsoid: the
globe's lengths are off by up to 0.67 % (the two radii of curvature at the equator), so that a place
is moved along its arc to where the line to it stands upright on the ellipsoid.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from tieline.deconfliction.edges import EdgePairs, edge_pairs, odd_crossings, rings
from tieline.deconfliction.packed import EARTH_MIN_M, Flags, Floats, Ints, Packed

A_M: Final = 6_378_137.0
F: Final = 1 / 298.257223563
"""Semi-major axis and flattening of WGS84 (NGA.STND.0036)."""
E2: Final = F * (2 - F)
B_M: Final = A_M * (1 - F)
MEAN_M: Final = 6_371_008.8
"""Mean radius of the ellipsoid (IUGG): turns chords into arcs."""
CHORD_M_MAX: Final = 100_000.0
"""Up to here an arc made of the chord is right to 12 mm (DECONFLICTION, table 5.1)."""
VINCENTY_ROUNDS: Final = 10
"""Each round gains a factor of 300; far from the antipode so many are more than enough."""
STRETCH: Final = 1.0137
"""Squared chords for one length on the ellipsoid differ by no more: 2 * 0.67 %."""
SLACK: Final = 1e-6
"""How far a distance may be off, over itself: the place, and the chord turned into an arc."""
FOOT_STEP: Final = 1e-5
"""Angle, in radians, over which an arc is taken as straight to move a foot along it: 64 m."""
NOISE_M: Final = 1e-3
"""How far a distance may be off near nothing; a unit of a position is eleven times as much."""
GLOBE_LOCAL: Final = 0.5
"""Caps that with the gap span less, as a chord, are compared in one gnomonic plane."""

Gaps = tuple[Floats, Floats, Floats]
"""Gap in metres (infinite where out of reach), the separation that applies, the closest places."""


def slack_m(packed: Packed, i: Ints, j: Ints, most_m: Floats) -> Floats:
    """How far the distance of two rows may be from that of what was notified, in metres."""
    found: Floats = packed.tolerance_m[i] + packed.tolerance_m[j] + most_m * SLACK + NOISE_M
    return found


def gaps(packed: Packed, pairs: Ints, separation_m: Floats) -> Gaps:
    """The gap of each pair, infinite where it is more than its separation; in plain numpy."""
    i, j = pairs[:, 0], pairs[:, 1]
    limit = separation_m[packed.klass[i], packed.klass[j]].astype(np.float64)
    reach = packed.reach_m[i] + packed.reach_m[j]
    most = reach + limit
    most = most + slack_m(packed, i, j, most)
    chord = most / EARTH_MIN_M * 1.0001 + 1e-12
    apart = np.linalg.norm(packed.centre[i] - packed.centre[j], axis=1)
    near = np.flatnonzero(apart <= packed.cap[i] + packed.cap[j] + chord)
    skeleton, at = np.full(len(pairs), np.inf), np.zeros((len(pairs), 2, 3))
    skeleton[near], at[near] = skeletons(packed, pairs[near], chord[near])
    gap = np.where(skeleton <= most, np.maximum(skeleton - reach, 0.0), np.inf)
    return gap, limit, at


def skeletons(packed: Packed, pairs: Ints, chord: Floats) -> tuple[Floats, Floats]:
    """Distance of two skeletons in metres, and the closest places; infinite beyond ``chord``."""
    found, at = np.full(len(pairs), np.inf), np.zeros((len(pairs), 2, 3))
    for one, other in ((0, 1), (1, 0)):
        vertex = packed.xyz[packed.first[pairs[:, one]]]
        inner = np.flatnonzero(held(packed, pairs[:, other], vertex))
        found[inner] = 0.0
        at[inner] = vertex[inner][:, None, :]
    for some in edge_pairs(packed, pairs):
        _nearer(packed, some, chord, found, at)
    return found, at


def metres(p: Floats, q: Floats) -> Floats:
    """Length along the ellipsoid between n-vectors, shape (n, 3) each."""
    chord = np.linalg.norm(ecef(p) - ecef(q), axis=1)
    found: Floats = 2 * MEAN_M * np.arcsin(np.minimum(chord / (2 * MEAN_M), 1.0))
    far = chord > CHORD_M_MAX
    if far.any():
        found[far] = vincenty(p[far], q[far])
    return found


def vincenty(p: Floats, q: Floats) -> Floats:
    """Length along the ellipsoid between n-vectors some way apart, not near antipodes.

    T. Vincenty, Direct and inverse solutions of geodesics on the ellipsoid, Survey Review 23,
    1975.
    """
    turn = np.arctan2(p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0], p[:, 0] * q[:, 0] + p[:, 1] * q[:, 1])
    u1, u2 = (np.arctan2((1 - F) * v[:, 2], np.hypot(v[:, 0], v[:, 1])) for v in (p, q))
    s1, c1, s2, c2 = np.sin(u1), np.cos(u1), np.sin(u2), np.cos(u2)
    lam, sin, cos, sigma, cos2, middle = turn, turn, turn, turn, turn, turn
    for _ in range(VINCENTY_ROUNDS):
        sin = np.hypot(c2 * np.sin(lam), c1 * s2 - s1 * c2 * np.cos(lam))
        cos = s1 * s2 + c1 * c2 * np.cos(lam)
        sigma = np.arctan2(sin, cos)
        alpha = c1 * c2 * np.sin(lam) / np.maximum(sin, 1e-300)
        cos2 = 1 - alpha**2
        middle = np.where(cos2 > 1e-15, cos - 2 * s1 * s2 / np.maximum(cos2, 1e-15), 0.0)
        c = F / 16 * cos2 * (4 + F * (4 - 3 * cos2))
        inner = sigma + c * sin * (middle + c * cos * (2 * middle**2 - 1))
        lam = turn + (1 - c) * F * alpha * inner
    square = cos2 * (A_M**2 - B_M**2) / B_M**2
    big = 1 + square / 16384 * (4096 + square * (square * (320 - 175 * square) - 768))
    small = square / 1024 * (256 + square * (square * (74 - 47 * square) - 128))
    third = small / 6 * middle * (4 * sin**2 - 3) * (4 * middle**2 - 3)
    change = small * sin * (middle + small / 4 * (cos * (2 * middle**2 - 1) - third))
    found: Floats = B_M * big * (sigma - change)
    return found


def _nearer(packed: Packed, some: EdgePairs, chord: Floats, found: Floats, at: Floats) -> None:
    """Put in what is closer among some pairs of edges."""
    keep = np.flatnonzero(found[some.pair] > 0.0)
    pair = some.pair[keep]
    a1, a2, b1, b2 = (packed.xyz[vertex[keep]] for vertex in (some.a1, some.a2, some.b1, some.b2))
    # Two arcs are no closer than their middles less half of each. The middle of a chord lies below
    # its arc by the sagitta, which half the length exceeds.
    between = _length(a1 + a2 - b1 - b2) / 2
    use = between <= _length(a1 - a2) + _length(b1 - b2) + chord[pair]
    if not use.any():
        return
    pair, a1, a2, b1, b2 = pair[use], a1[use], a2[use], b1[use], b2[use]
    na, nb = normals(a1, a2), normals(b1, b2)
    met = cross(a1, a2, na, b1, b2, nb)
    place = np.cross(na[met], nb[met])
    place /= np.linalg.norm(place, axis=1)[:, None]
    place *= np.where(_dots(place, a1[met]) < 0, -1.0, 1.0)[:, None]
    found[pair[met]] = 0.0
    at[pair[met]] = place[:, None, :]
    for p, c, d, n, side in ((a1, b1, b2, nb, 0), (a2, b1, b2, nb, 0), (b1, a1, a2, na, 1),
                             (b2, a1, a2, na, 1)):  # fmt: skip
        foot = feet(p, c, d, n)
        near = np.flatnonzero(np.linalg.norm(p - foot, axis=1) <= chord[pair])
        foot[near] = shifted(p[near], c[near], d[near], n[near], foot[near])
        length, owner = metres(p[near], foot[near]), pair[near]
        order = np.lexsort((length, owner))
        first = order[np.append(True, np.diff(owner[order]) > 0)] if len(order) else order
        first = first[length[first] < found[owner[first]]]
        found[owner[first]] = length[first]
        at[owner[first], side] = p[near][first]
        at[owner[first], 1 - side] = foot[near][first]


def normals(a: Floats, b: Floats) -> Floats:
    """Unit normals of arcs; nought where they have no length."""
    crossed = np.cross(a, b)
    length = np.linalg.norm(crossed, axis=1)
    found: Floats = crossed / np.where(length > 1e-15, length, np.inf)[:, None]
    return found


def _length(v: Floats) -> Floats:
    found: Floats = np.sqrt(_dots(v, v))
    return found


def _dots(a: Floats, b: Floats) -> Floats:
    found: Floats = np.einsum("ij,ij->i", a, b)
    return found


def cross(a1: Floats, a2: Floats, na: Floats, b1: Floats, b2: Floats, nb: Floats) -> Flags:
    """Whether arcs, each shorter than half a great circle, cross."""
    s1, s2, t1, t2 = _dots(b1, na), _dots(b2, na), _dots(a1, nb), _dots(a2, nb)
    # Both circles cross both arcs' circles; the arcs meet unless the crossing is at the antipode.
    found: Flags = (s1 * s2 < 0) & (t1 * t2 < 0) & (s1 * t1 < 0)
    return found


def feet(p: Floats, a: Floats, b: Floats, n: Floats) -> Floats:
    """The places of arcs a b with normals n that are nearest to points p."""
    over = (_dots(p, np.cross(n, a)) >= 0) & (_dots(p, np.cross(b, n)) >= 0) & n.any(axis=1)
    nearer_a = _dots(p - a, p - a) <= _dots(p - b, p - b)
    end = np.where(nearer_a[:, None], a, b)
    foot = p - _dots(p, n)[:, None] * n
    foot /= np.maximum(np.linalg.norm(foot, axis=1), 1e-12)[:, None]
    found: Floats = np.where(over[:, None], foot, end)
    return found


def shifted(p: Floats, a: Floats, b: Floats, n: Floats, foot: Floats) -> Floats:
    """Feet on the globe moved along their arcs to where they are nearest on the ellipsoid."""
    on = np.cross(n, foot)
    here = ecef(foot)
    along = ecef((foot + FOOT_STEP * on) / math.sqrt(1 + FOOT_STEP**2)) - here
    step: Floats = (
        FOOT_STEP * _dots(ecef(p) - here, along) / np.maximum(_dots(along, along), 1e-300)
    )
    moved = foot + step[:, None] * on
    moved /= np.linalg.norm(moved, axis=1)[:, None]
    over: Flags = (_dots(moved, np.cross(n, a)) >= 0) & (_dots(moved, np.cross(b, n)) >= 0)
    end = np.where(step[:, None] > 0, b, a)
    found: Floats = np.where(over.reshape(-1, 1), moved, end)
    return np.where(n.any(axis=1).reshape(-1, 1), found, foot)


def ecef(p: Floats) -> Floats:
    """Where places of the ellipsoid lie in space, in metres."""
    radius = A_M / np.sqrt(1.0 - E2 * p[:, 2] ** 2)
    found: Floats = radius[:, None] * p * np.array((1.0, 1.0, 1.0 - E2))
    return found


def held(packed: Packed, rows: Ints, at: Floats) -> Flags:
    """Whether rings hold points: counted in the gnomonic plane at the centre of each ring's cap.

    There great circles are straight lines, so that the usual count of crossings is exact.
    """
    found: Flags = np.zeros(len(rows), np.bool_)
    centre, cap = packed.centre[rows], packed.cap[rows]
    away = np.linalg.norm(at - centre, axis=1)
    possible: Flags = (away <= cap * (1 + 1e-12)) & (away < math.sqrt(2) - 1e-9)
    where = np.flatnonzero(possible)
    for some in rings(packed, rows[where]):
        here = where[some.begin : some.end]
        u, w = across(centre[here])
        a, b, p = (
            gnomonic(v, centre[here][some.owner], u[some.owner], w[some.owner])
            for v in (packed.xyz[some.one], packed.xyz[some.two], at[here][some.owner])
        )
        found[here] = odd_crossings(a, b, p, some.owner, len(here))
    return found


def across(centre: Floats) -> tuple[Floats, Floats]:
    """Two directions at right angles to each centre and to each other."""
    pole = np.abs(centre[:, 2]) > 0.9
    axis = np.where(pole[:, None], np.array((1.0, 0.0, 0.0)), np.array((0.0, 0.0, 1.0)))
    u = np.cross(axis, centre)
    u /= np.linalg.norm(u, axis=1)[:, None]
    return u, np.cross(centre, u)


def gnomonic(v: Floats, centre: Floats, u: Floats, w: Floats) -> Floats:
    """Positions in the plane that touches the globe at each centre, seen from its middle."""
    depth = _dots(v, centre)
    return np.stack((_dots(v, u), _dots(v, w)), axis=1) / depth[:, None]
