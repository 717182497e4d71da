"""Flat: rings with edges straight in longitude and latitude, as other engines take them.

Only to be compared with engines that know nothing else: such edges lie up to kilometres from the
geodesics that notifications mean, and end at the antimeridian.
"""

from __future__ import annotations

import numpy as np

from tieline.deconfliction.edges import edge_pairs, odd_crossings, rings
from tieline.deconfliction.packed import Flags, Floats, Ints, Packed


def rings_meet(packed: Packed, pairs: Ints) -> Floats:
    """0 for pairs whose areas have a point in common, infinity for the others."""
    gap = np.full(len(pairs), np.inf)
    xy = packed.xyz
    for some in edge_pairs(packed, pairs):
        met = segments_meet(xy[some.a1], xy[some.a2], xy[some.b1], xy[some.b2])
        gap[some.pair[met]] = 0.0
    for inner, outer in ((pairs[:, 0], pairs[:, 1]), (pairs[:, 1], pairs[:, 0])):
        gap[_held(packed, outer, xy[packed.first[inner]])] = 0.0
    return gap


def segments_meet(a: Floats, b: Floats, c: Floats, d: Floats) -> Flags:
    """Whether segments a b and c d have a point in common, ends included."""
    near = (np.maximum(a, b) >= np.minimum(c, d)) & (np.maximum(c, d) >= np.minimum(a, b))
    met: Flags = np.logical_and.reduce(near, axis=1)
    at = np.flatnonzero(met)
    a, b, c, d = a[at], b[at], c[at], d[at]
    met[at] = (_side(c, d, a) * _side(c, d, b) <= 0) & (_side(a, b, c) * _side(a, b, d) <= 0)
    return met


def _side(a: Floats, b: Floats, p: Floats) -> Floats:
    """Twice the area of a triangle, negative clockwise; its sign tells the side of a line."""
    found: Floats = (b[:, 0] - a[:, 0]) * (p[:, 1] - a[:, 1])
    return found - (b[:, 1] - a[:, 1]) * (p[:, 0] - a[:, 0])


def _held(packed: Packed, rows: Ints, at: Floats) -> Flags:
    found = np.zeros(len(rows), bool)
    for some in rings(packed, rows):
        a, b = packed.xyz[some.one], packed.xyz[some.two]
        points = at[some.begin : some.end][some.owner]
        found[some.begin : some.end] = odd_crossings(
            a, b, points, some.owner, some.end - some.begin
        )
    return found
