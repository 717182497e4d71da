"""Measure: of the pairs that were found, how close, where, when and how sure.

Bulk works with envelopes and with lengths that are right to some millionths. Here rules in windows
are worked out, bands of one datum are compared as they are, and where a pair is far apart or near
its limit its distance is Karney's (J. Geodesy 87, 2013). What lies within the stated tolerance of
its limit is marginal: it is shown and counts as an overlap, and it stays out of the result's hash.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from tieline.deconfliction.bulk import Found
from tieline.deconfliction.gap import (
    CHORD_M_MAX,
    NOISE_M,
    SLACK,
    cross,
    feet,
    held,
    metres,
    normals,
)
from tieline.deconfliction.packed import EARTH_MIN_M, POINT, RING, Floats, Packed
from tieline.deconfliction.packing_check import position_of
from tieline.space.geodesy import WGS84, distance_m
from tieline.space.position import Position
from tieline.space.shape import reach_m
from tieline.space.spans import MINUTE_MS, Times, in_common, joined, spans_between
from tieline.space.sun import TOLERANCE_MIN
from tieline.space.volume import Volume
from tieline.space.window import Repeat, Window

AT_VERTEX: Final = 1e-11
"""A place this close to a vertex, as a chord, is that vertex: less than a tenth of a millimetre."""
ROUNDS: Final = 3
"""Parabolas fitted to the square of the distance; the second is right to nanometres already."""
STEP: Final = 0.25
"""How far, of an edge, the two other places of the first parabola lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One overlap, measured.

    Attributes:
        pair: the rows, as they were found.
        gap_m: metres between what the two cover, 0 where they meet; limit_m: the separation.
        at: the closest places of the two skeletons.
        common: the times that both hold, within the horizon.
        band_m: the heights that both may cover, metres above the sea.
        uncertainty_m: stated errors of both positions, and how their edges were drawn.
        certain: they are as close even if all stated errors are the other way, and neither is a
            coarse outer bound.
        marginal: space or time lie within the tolerance of their limit.
    """

    pair: tuple[int, int]
    gap_m: float
    limit_m: float
    at: tuple[Position, Position]
    common: tuple[Times, ...]
    band_m: tuple[int, int]
    uncertainty_m: float
    certain: bool
    marginal: bool


def measured(
    found: Found, packed: Packed, volumes: Mapping[int, Volume], horizon: Times
) -> tuple[Measure, ...]:
    """Measures of those pairs that share some time of the horizon, and are close enough.

    Args:
        found: pairs of rows of ``packed``.
        packed: the arrays that they were found in.
        volumes: what the rows stand for.
        horizon: from when (included) to when (not included), milliseconds UTC.

    Raises:
        UsageError: a rule would have to be worked out for too many days.
    """
    results = []
    for n in range(len(found.pairs)):
        one = _measure(found, n, packed, volumes, horizon)
        if one is not None:
            results.append(one)
    return tuple(results)


def _measure(
    found: Found, n: int, packed: Packed, volumes: Mapping[int, Volume], horizon: Times
) -> Measure | None:
    i, j = (int(row) for row in found.pairs[n])
    first, second = volumes[i], volumes[j]
    band = _band(first, second)
    if band is None:
        return None
    reach, limit = reach_m(first.shape) + reach_m(second.shape), float(found.limit_m[n])
    places = found.at[n]
    skeleton_m = float(metres(places[:1], places[1:])[0])
    tolerance = float(packed.tolerance_m[i] + packed.tolerance_m[j]) + NOISE_M
    rough = tolerance + SLACK * (reach + limit)
    if skeleton_m > 0 and (
        skeleton_m > CHORD_M_MAX or abs(skeleton_m - reach - limit) <= 2 * rough
    ):
        skeleton_m, places = exact_m(packed, i, j, places)
    elif skeleton_m > 0:
        tolerance = rough
    room = reach + limit - skeleton_m
    if room < -tolerance:
        return None
    errors = first.shape.error_m + second.shape.error_m
    marginal = abs(room) <= tolerance
    if skeleton_m == 0 and marginal:
        marginal = not _is_deep(packed, i, j, tolerance)
    # An error has widened a shape, and may have moved it as far.
    certain = room > 2 * errors + tolerance
    if skeleton_m == 0 and not certain:
        certain = _is_deep(packed, i, j, errors + tolerance)
    at = (position_of(places[0]), position_of(places[1]))
    common, sure = _times(first.window, second.window, horizon, at)
    if not common:
        return None
    return Measure(
        pair=(i, j),
        gap_m=max(skeleton_m - reach, 0.0),
        limit_m=limit,
        at=at,
        common=common,
        band_m=band,
        uncertainty_m=errors + tolerance,
        certain=certain and sure and not (first.coarse or second.coarse),
        marginal=marginal or not sure,
    )


def _band(first: Volume, second: Volume) -> tuple[int, int] | None:
    """The heights that both may cover; bands of one datum are compared as they are."""
    if first.band.datum is second.band.datum:
        lows = [b for b in (first.band.lower_m, second.band.lower_m) if b is not None]
        highs = [b for b in (first.band.upper_m, second.band.upper_m) if b is not None]
        if lows and highs and max(lows) > min(highs):
            return None
    (low1, high1), (low2, high2) = first.band.certain_m(), second.band.certain_m()
    low, high = max(low1, low2), min(high1, high2)
    return (low, high) if low <= high else None


def exact_m(packed: Packed, i: int, j: int, places: Floats) -> tuple[float, Floats]:
    """Karney's distance of two skeletons near the places found, and the places.

    Of two edges that do not cross one is closest at an end, so that only one place moves.
    """
    one, other = _edge(packed, i, places[0]), _edge(packed, j, places[1])
    if one is not None and other is not None:
        # Neither is at an end: on the ellipsoid that differs by less than the noise.
        other = None
    if one is None and other is None:
        return distance_m(position_of(places[0]), position_of(places[1])), places
    side, edge = (0, one) if one is not None else (1, other)
    assert edge is not None
    length, place = _along(edge, places[1 - side])
    moved = places.copy()
    moved[side] = place
    return length, moved


def _edge(packed: Packed, row: int, place: Floats) -> tuple[Floats, Floats] | None:
    """The edge of a row that a place lies on; None where it is a vertex."""
    first, count = int(packed.first[row]), int(packed.count[row])
    vertices = packed.xyz[first : first + count]
    away = np.linalg.norm(vertices - place, axis=1)
    if packed.kind[row] == POINT or float(away.min()) < AT_VERTEX:
        return None
    ends = np.roll(vertices, -1, axis=0) if packed.kind[row] == RING else vertices[1:]
    begins = vertices[: len(ends)]
    foot = feet(np.repeat(place[None], len(ends), 0), begins, ends, normals(begins, ends))
    nearest = int(np.argmin(np.linalg.norm(foot - place, axis=1)))
    return begins[nearest], ends[nearest]


def _along(edge: tuple[Floats, Floats], fixed: Floats) -> tuple[float, Floats]:
    """The least distance from a place to the geodesic of an edge, and where on it that is."""
    (lat1, lon1), (lat2, lon2) = _degrees(edge[0]), _degrees(edge[1])
    line, here = WGS84.InverseLine(lat1, lon1, lat2, lon2), _degrees(fixed)

    def at(part: float) -> tuple[float, float]:
        there = line.Position(line.s13 * part)
        return there["lat2"], there["lon2"]

    def square(part: float) -> float:
        found: float = WGS84.Inverse(*here, *at(part))["s12"]
        return found * found

    middle, step = 0.5, STEP
    for _ in range(ROUNDS):
        before, now, after = square(middle - step), square(middle), square(middle + step)
        bend = before - 2 * now + after
        if bend > 0:
            middle += step * (before - after) / (2 * bend)
        step /= 10
    middle = min(max(middle, 0.0), 1.0)
    lat, lon = (math.radians(angle) for angle in at(middle))
    vector = (math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat))
    return math.sqrt(square(middle)), np.array(vector)


def _degrees(vector: Floats) -> tuple[float, float]:
    x, y, z = (float(part) for part in vector)
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def _is_deep(packed: Packed, i: int, j: int, tolerance_m: float) -> bool:
    """Whether two skeletons still meet if every edge lies as far off as the tolerance says."""
    off = tolerance_m / EARTH_MIN_M
    a, b = _begins_ends(packed, i), _begins_ends(packed, j)
    for one, other, row in ((a, b, j), (b, a, i)):
        if packed.kind[row] == RING and _inside(packed, one[0], row, other, off):
            return True
    return _crosses(a, b, off)


def _begins_ends(packed: Packed, row: int) -> tuple[Floats, Floats]:
    first, count = int(packed.first[row]), int(packed.count[row])
    vertices = packed.xyz[first : first + count]
    if packed.kind[row] == RING:
        return vertices, np.roll(vertices, -1, axis=0)
    return (vertices, vertices) if count == 1 else (vertices[:-1], vertices[1:])


def _inside(
    packed: Packed, vertices: Floats, row: int, edges: tuple[Floats, Floats], off: float
) -> bool:
    """Whether a vertex lies in a ring, further than ``off`` from its edges."""
    rows = np.full(len(vertices), row, np.int32)
    n = normals(*edges)
    for vertex in vertices[held(packed, rows, vertices)]:
        place = np.repeat(vertex[None], len(n), 0)
        if float(np.linalg.norm(place - feet(place, *edges, n), axis=1).min()) > off:
            return True
    return False


def _crosses(a: tuple[Floats, Floats], b: tuple[Floats, Floats], off: float) -> bool:
    """Whether an edge crosses another with all four ends further than ``off`` from the other."""
    nb = normals(*b)
    for begin, end in zip(*a, strict=True):
        one, other = (np.repeat(v[None], len(nb), 0) for v in (begin, end))
        na = normals(one, other)
        met = cross(one, other, na, *b, nb)
        for n, v in ((nb, one), (nb, other), (na, b[0]), (na, b[1])):
            met &= np.abs(np.einsum("ij,ij->i", n, v)) > off
        if met.any():
            return True
    return False


def _times(
    first: Window, second: Window, horizon: Times, at: tuple[Position, Position]
) -> tuple[tuple[Times, ...], bool]:
    """The times in common, and whether they do not hang on some minutes of the sun."""
    one = spans_between(first, *horizon, at=at[0])
    other = spans_between(second, *horizon, at=at[1])
    common = in_common(one, other)
    sun = [_has_sun(first), _has_sun(second)]
    if not any(sun):
        return common, True
    wide, narrow = (
        in_common(*(_moved(t, by * s) for t, s in zip((one, other), sun, strict=True)))
        for by in (TOLERANCE_MIN * MINUTE_MS, -TOLERANCE_MIN * MINUTE_MS)
    )
    return common or wide, bool(narrow)


def _has_sun(window: Window) -> bool:
    rules = [span for span in window.spans if isinstance(span, Repeat)]
    return any(time.sun is not None for rule in rules for time in (rule.since, rule.to))


def _moved(times: tuple[Times, ...], by_ms: int) -> tuple[Times, ...]:
    """Times that begin so much earlier and end so much later; what is left of them."""
    moved = [(start - by_ms, end + by_ms) for start, end in times]
    return joined([(start, end) for start, end in moved if start < end])
