"""Check: what is doubtful about an outline, with the places to look at; nothing is corrected."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from tieline.deconfliction.gap import across, gnomonic
from tieline.deconfliction.packed import EARTH_MIN_M, RING, Floats, Longs, n_vectors
from tieline.deconfliction.packing import HEMISPHERE_CAP, Skeleton, skeleton
from tieline.deconfliction.packing_frames import frames
from tieline.errors import UsageError
from tieline.space.position import Position, of_degrees
from tieline.space.shape import Polygon, Shape

FAULTS_MAX: Final = 20
"""Most places reported of one kind; who drew this has to draw it again anyway."""
SLIVER_M: Final = 20.0
"""An area that is narrower than this on the whole is likelier a slip than an area."""
SPIKE_DEG: Final = 1.0
"""Edges that turn back at less than this enclose nothing between them."""
PAIRS_AT_ONCE: Final = 1 << 18


class FaultKind(StrEnum):
    """What may be wrong with an outline."""

    CROSSING = "edges cross"
    SLIVER = "narrower than it could be meant"
    SPIKE = "turns back on itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something doubtful, and where."""

    kind: FaultKind
    at: tuple[Position, ...]


def check(shape: Shape) -> tuple[Fault, ...]:
    """What is doubtful about a shape: only areas can be.

    Raises:
        UsageError: an area of more than a hemisphere, or with edges that cannot be drawn.
    """
    drawn = skeleton(shape)
    if not isinstance(shape, Polygon):
        return ()
    count = np.array([len(drawn.lat_deg)], np.int32)
    lat, lon = np.array(drawn.lat_deg), np.array(drawn.lon_deg)
    found = frames(lat, lon, np.zeros(1, np.int64), count, np.array([RING], np.int8))
    if found.cap[0] > HEMISPHERE_CAP:
        raise UsageError("an area of more than a hemisphere; divide it into smaller ones")
    u, w = across(found.centre)
    many = len(lat)
    plane = gnomonic(found.xyz, *(np.repeat(v, many, axis=0) for v in (found.centre, u, w)))
    faults = [
        Fault(kind=FaultKind.CROSSING, at=_places(_crossings(plane), found.centre[0], u[0], w[0])),
        Fault(kind=FaultKind.SPIKE, at=_spikes(shape)),
        Fault(kind=FaultKind.SLIVER, at=_sliver(plane, drawn)),
    ]
    return tuple(fault for fault in faults if fault.at)


def _crossings(plane: Floats) -> Floats:
    """Where edges of a ring cross that are no neighbours, in the plane, at most some."""
    a, b = plane, np.roll(plane, -1, axis=0)
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.argsort(low[:, 0], kind="stable")
    until = np.searchsorted(low[order, 0], high[order, 0], side="right")
    after = np.maximum(until - np.arange(1, len(order) + 1), 0)
    total, done = np.cumsum(after), 0
    found: list[Floats] = []
    while done < len(order) and sum(map(len, found)) < FAULTS_MAX:
        base = total[done - 1] if done else 0
        upto = max(int(np.searchsorted(total, base + PAIRS_AT_ONCE, side="right")), done + 1)
        many = after[done:upto]
        one = np.repeat(np.arange(done, upto), many)
        other = one + 1 + np.arange(len(one)) - np.repeat(np.cumsum(many) - many, many)
        found.append(_met(a, b, order[one], order[other]))
        done = upto
    return np.concatenate(found)[:FAULTS_MAX] if found else np.empty((0, 2))


def _met(a: Floats, b: Floats, i: Longs, j: Longs) -> Floats:
    apart = np.abs(i - j)
    keep = (apart > 1) & (apart < len(a) - 1)
    i, j = i[keep], j[keep]
    s1, s2 = _side(a[j], b[j], a[i]), _side(a[j], b[j], b[i])
    t1, t2 = _side(a[i], b[i], a[j]), _side(a[i], b[i], b[j])
    met = (s1 * s2 < 0) & (t1 * t2 < 0)
    part = (s1 / np.where(met, s1 - s2, 1.0))[met, None]
    where: Floats = a[i[met]] + part * (b[i[met]] - a[i[met]])
    return where


def _side(a: Floats, b: Floats, p: Floats) -> Floats:
    found: Floats = (b[:, 0] - a[:, 0]) * (p[:, 1] - a[:, 1])
    return found - (b[:, 1] - a[:, 1]) * (p[:, 0] - a[:, 0])


def _places(plane: Floats, centre: Floats, u: Floats, w: Floats) -> tuple[Position, ...]:
    return tuple(position_of(centre + x * u + y * w) for x, y in plane)


def position_of(vector: Floats) -> Position:
    """The position of an n-vector of any length."""
    x, y, z = (float(part) for part in vector)
    return of_degrees(math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x)))


def _spikes(shape: Polygon) -> tuple[Position, ...]:
    lat = np.array([at.lat_deg for at in shape.ring])
    here = n_vectors(lat, np.array([at.lon_deg for at in shape.ring]))
    back, on = np.roll(here, 1, axis=0) - here, np.roll(here, -1, axis=0) - here
    lengths = np.linalg.norm(back, axis=1) * np.linalg.norm(on, axis=1)
    cos = np.einsum("ij,ij->i", back, on) / np.maximum(lengths, 1e-30)
    sharp = np.flatnonzero(cos > math.cos(math.radians(SPIKE_DEG)))[:FAULTS_MAX]
    return tuple(shape.ring[n] for n in sharp)


def _sliver(plane: Floats, drawn: Skeleton) -> tuple[Position, ...]:
    following = np.roll(plane, -1, axis=0)
    area = abs(float(np.sum(plane[:, 0] * following[:, 1] - plane[:, 1] * following[:, 0]))) / 2
    around = float(np.sum(np.linalg.norm(following - plane, axis=1)))
    # A long strip has twice its area over its outline for a width.
    if 2 * area / max(around, 1e-12) * EARTH_MIN_M >= SLIVER_M:
        return ()
    return (of_degrees(drawn.lat_deg[0], drawn.lon_deg[0]),)
