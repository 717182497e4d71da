"""Edges: every edge of one skeleton with every edge of another, for plain numpy, some at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from tieline.deconfliction.packed import LINE, POINT, RING, Flags, Floats, Ints, Longs, Packed

EDGE_PAIRS_AT_ONCE: Final = 1 << 18
"""So that what numpy holds at once stays below some hundred megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgePairs:
    """Edges a and b of some pairs, by their vertices; ``pair`` says of which pair they are."""

    pair: Longs
    a1: Longs
    a2: Longs
    b1: Longs
    b2: Longs


def edge_counts(packed: Packed) -> Longs:
    """How many edges each row has; a point counts as one without length."""
    closed = packed.count.astype(np.int64)
    found: Longs = np.where(packed.kind == LINE, closed - 1, closed)
    return np.where(packed.kind == POINT, 1, found)


def edge_pairs(packed: Packed, pairs: Ints) -> Iterator[EdgePairs]:
    """All pairs of edges of some pairs of rows, in order.

    A pair is parted only where it begins alone, so that what comes of it hangs on no other.
    """
    edges = edge_counts(packed)
    i, j = pairs[:, 0], pairs[:, 1]
    many = edges[i] * edges[j]
    ends = np.cumsum(many)
    total = int(ends[-1]) if len(ends) else 0
    begin = 0
    while begin < total:
        whole = int(np.searchsorted(ends, begin + EDGE_PAIRS_AT_ONCE, side="right"))
        end = int(ends[whole - 1]) if whole else 0
        index = np.arange(begin, end if end > begin else min(begin + EDGE_PAIRS_AT_ONCE, total))
        begin = int(index[-1]) + 1
        pair = np.searchsorted(ends, index, side="right")
        within = index - (ends[pair] - many[pair])
        one, other = i[pair], j[pair]
        a, b = within // edges[other], within % edges[other]
        yield EdgePairs(
            pair=pair,
            a1=packed.first[one] + a,
            a2=packed.first[one] + (a + 1) % packed.count[one],
            b1=packed.first[other] + b,
            b2=packed.first[other] + (b + 1) % packed.count[other],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rings:
    """Edges of the rings ``begin`` to ``end`` of some rows; ``owner`` counts from ``begin``."""

    begin: int
    end: int
    owner: Longs
    one: Longs
    two: Longs


def rings(packed: Packed, rows: Ints) -> Iterator[Rings]:
    """The edges of rings, so that crossings can be counted; rows that are none have none."""
    count = np.where(packed.kind[rows] == RING, packed.count[rows], 0).astype(np.int64)
    ends = np.cumsum(count)
    begin = 0
    while begin < len(rows):
        base = int(ends[begin - 1]) if begin else 0
        end = int(np.searchsorted(ends, base + EDGE_PAIRS_AT_ONCE, side="right"))
        end = max(min(end, len(rows)), begin + 1)
        many = count[begin:end]
        owner = np.repeat(np.arange(end - begin), many)
        k = np.arange(len(owner)) - np.repeat(np.cumsum(many) - many, many)
        first = packed.first[rows[begin:end]][owner]
        two = first + (k + 1) % np.maximum(many[owner], 1)
        yield Rings(begin=begin, end=end, owner=owner, one=first + k, two=two)
        begin = end


def odd_crossings(a: Floats, b: Floats, p: Floats, owner: Longs, rows: int) -> Flags:
    """Which points lie in their rings: a ray from each crosses an odd number of edges a b."""
    across = (a[:, 1] > p[:, 1]) != (b[:, 1] > p[:, 1])
    rise = np.where(across, b[:, 1] - a[:, 1], 1.0)
    left = p[:, 0] < (b[:, 0] - a[:, 0]) * (p[:, 1] - a[:, 1]) / rise + a[:, 0]
    odd: Flags = np.bincount(owner[across & left], minlength=rows) % 2 == 1
    return odd
