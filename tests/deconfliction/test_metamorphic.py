"""What must change nothing: another side of the globe, another year, other ways to say the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tieline.deconfliction.bulk import all_pairs
from tieline.deconfliction.finding import find
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Overlap
from tieline.deconfliction.packed import packed_rings
from tieline.deconfliction.rulereading import read_pack
from tieline.space.position import Position, of_degrees
from tieline.space.shape import Circle, Corridor, Point, Polygon, Shape
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window

WHOLE_E7 = 3_600_000_000
COUNT = 150
ALWAYS = Window(spans=(Interval(start_ms=0),))
DAY_MS = 86_400_000
PACK = read_pack(b"""format = "tieline/rules@v1"
id = "apart"
edition = 1
title = "Apart"
dated = 2026-01-01
source = "our agreement"
[[separation]]
id = "all"
kinds = ["exercise"]
other_kinds = ["exercise"]
distance_m = 8000
near = "medium"
source = "article 2"
support = "agreed"
""")
Volumes = Callable[[int, int], list[Volume]]
Pairs = dict[frozenset[str], Overlap]


def told(volumes: Iterable[Volume | tuple[Volume, ...]]) -> list[Notified]:
    """A notification each, of three parties in turn; more than one volume if a tuple is given."""
    return [
        Notified(
            key=f"n{n}", party="NSW"[n % 3], kind="exercise",
            volumes=each if isinstance(each, tuple) else (each,),
        )
        for n, each in enumerate(volumes)
    ]  # fmt: skip


def pairs(notified: Iterable[Notified]) -> Pairs:
    """The closest overlap of every two notifications."""
    found: Pairs = {}
    for each in find(notified, known_ms=0, packs=(PACK,)).overlaps:
        key = frozenset(side.key for side in each.sides)
        if key not in found or each.gap_m < found[key].gap_m:
            found[key] = each
    return found


def same(one: Pairs, other: Pairs, *, rounded_m: float = 0.01) -> None:
    """Equal but for what is marginal; gaps to what whole units of positions can do."""
    for key in one.keys() ^ other.keys():
        assert (one.get(key) or other[key]).marginal, sorted(key)
    for key in one.keys() & other.keys():
        a, b = one[key], other[key]
        if not (a.marginal or b.marginal):
            assert a.nature is b.nature, sorted(key)
            assert a.common_ms == b.common_ms, sorted(key)
            assert a.gap_m == pytest.approx(b.gap_m, abs=rounded_m), sorted(key)
    assert sum(not each.marginal for each in one.values()) > 30


def moved(shape: Shape, move: Callable[[Position], Position]) -> Shape:
    match shape:
        case Point(at=at):
            return replace(shape, at=move(at))
        case Circle(centre=centre):
            return replace(shape, centre=move(centre))
        case Corridor(points=points):
            return replace(shape, points=tuple(move(at) for at in points))
        case Polygon(ring=ring):
            return replace(shape, ring=tuple(move(at) for at in ring))


def everywhere(volumes: list[Volume], move: Callable[[Position], Position]) -> list[Volume]:
    return [replace(volume, shape=moved(volume.shape, move)) for volume in volumes]


def wrapped(lat_e7: int, lon_e7: int) -> Position:
    return Position(lat_e7=lat_e7, lon_e7=(lon_e7 + WHOLE_E7 // 2) % WHOLE_E7 - WHOLE_E7 // 2)


MOVES: dict[str, Callable[[Position], Position]] = {
    "a mirror at the equator": lambda at: Position(lat_e7=-at.lat_e7, lon_e7=at.lon_e7),
    "a mirror at Greenwich": lambda at: wrapped(at.lat_e7, -at.lon_e7),
    "half a turn": lambda at: wrapped(at.lat_e7, at.lon_e7 + WHOLE_E7 // 2),
    "any turn about the axis": lambda at: wrapped(at.lat_e7, at.lon_e7 + 1_234_567_891),
    "a turn of one unit": lambda at: wrapped(at.lat_e7, at.lon_e7 + 1),
}


@pytest.mark.parametrize("name", MOVES)
def test_another_side_of_the_globe_changes_nothing(volumes: Volumes, name: str) -> None:
    given = volumes(COUNT, 31)

    same(pairs(told(given)), pairs(told(everywhere(given, MOVES[name]))))


def test_a_whole_turn_more_in_degrees_changes_nothing():
    rng = np.random.default_rng(5)
    centre = np.repeat(rng.uniform(-4, 4, (60, 2)), 4, axis=0) + np.array((50, 179))
    corners = centre + np.tile([(0, 0), (0, 1.5), (1, 1.5), (1, 0)], (60, 1))
    zeros = np.zeros(60, np.int64)
    rest: dict[str, Any] = {"start_ms": zeros, "end_ms": zeros, "lower_m": zeros.astype(np.int32),
            "upper_m": zeros.astype(np.int32), "party": np.arange(60, dtype=np.int32),
            "first": np.arange(0, 241, 4), "flat": False}  # fmt: skip

    found = [
        all_pairs(packed_rings(corners[:, 0], corners[:, 1] + turn, **rest), np.zeros((1, 1)))
        for turn in (0, 360, -720)
    ]

    assert len(found[0].pairs) > 100
    for other in found[1:]:
        assert other.pairs.tolist() == found[0].pairs.tolist()
        assert other.gap_m == pytest.approx(found[0].gap_m, abs=1e-3)


def test_a_longitude_beyond_half_a_turn_is_the_one_on_the_other_side():
    for lon in (179.5, -179.5, 180.0, 0.0):
        assert of_degrees(10, lon) in {of_degrees(10, lon + 360), of_degrees(10, lon - 360)}


@pytest.mark.parametrize("by_ms", [1, 7 * DAY_MS, 20_000 * DAY_MS + 12_345])
def test_another_time_changes_nothing_but_the_time(volumes: Volumes, by_ms: int) -> None:
    def later(volume: Volume) -> Volume:
        (span,) = volume.window.spans
        assert isinstance(span, Interval)
        assert span.end_ms is not None
        span = Interval(start_ms=span.start_ms + by_ms, end_ms=span.end_ms + by_ms)
        return replace(volume, window=Window(spans=(span,)))

    given = volumes(COUNT, 32)
    one, other = pairs(told(given)), pairs(told(later(volume) for volume in given))

    same(one, other, rounded_m=0)
    for key, each in one.items():
        assert other[key].common == tuple((a + by_ms, b + by_ms) for a, b in each.common)


def test_who_comes_first_and_whose_is_which_change_nothing(volumes: Volumes) -> None:
    given = told(volumes(COUNT, 33))
    names = {"N": "S", "S": "W", "W": "N"}
    swapped = [replace(each, party=names[each.party]) for each in reversed(given)]

    one, other = pairs(given), pairs(swapped)

    same(one, other, rounded_m=1e-6)
    assert one.keys() == other.keys()


def halves(shape: Shape) -> tuple[Shape, ...]:
    """The same room in two parts that share a border, where that is easy to say."""
    if isinstance(shape, Corridor):
        middle = len(shape.points) // 2
        parts = (shape.points[: middle + 1], shape.points[middle:])
        return tuple(replace(shape, points=part) for part in parts)
    if isinstance(shape, Polygon) and len(shape.ring) == 3:
        a, b, c = shape.ring
        return (shape, replace(shape, ring=(b, c, a)))
    return (shape,)


def test_a_line_in_two_parts_and_a_ring_told_twice_change_nothing(volumes: Volumes) -> None:
    given = volumes(COUNT, 34)
    parted = [
        tuple(replace(volume, shape=part) for part in halves(volume.shape)) for volume in given
    ]

    assert sum(len(parts) > 1 for parts in parted) > 30
    same(pairs(told(given)), pairs(told(parted)), rounded_m=1e-6)


def squares(seed: int) -> list[tuple[Volume, tuple[Volume, ...]]]:
    """Areas of four corners, and each cut along a diagonal: the cut is an edge of both parts."""
    chance, found = random.Random(seed), []
    for _ in range(COUNT):
        lat, lon = chance.gauss(0, 2), chance.choice((0, 179.9)) + chance.gauss(0, 2)
        north, east = chance.uniform(0.1, 0.8), chance.uniform(0.1, 0.8)
        ring = tuple(
            of_degrees(lat + n * north, lon + e * east)
            for n, e in ((0, 0), (0.1, 1), (1, 1.1), (0.9, 0))
        )
        parts = (ring[:3], (ring[2], ring[3], ring[0]))
        whole = Volume(shape=Polygon(ring=ring), window=ALWAYS)
        cut = tuple(Volume(shape=Polygon(ring=part), window=ALWAYS) for part in parts)
        found.append((whole, cut))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_an_area_cut_in_two_overlaps_with_what_the_whole_does(seed: int) -> None:
    given = squares(seed)

    same(pairs(told(whole for whole, _ in given)), pairs(told(cut for _, cut in given)))


def test_a_window_cut_in_two_holds_when_the_whole_does(volumes: Volumes) -> None:
    def cut(volume: Volume) -> Volume:
        (span,) = volume.window.spans
        assert isinstance(span, Interval)
        assert span.end_ms is not None
        middle = (span.start_ms + span.end_ms) // 2
        if middle == span.start_ms:
            return volume
        spans = (Interval(start_ms=span.start_ms, end_ms=middle),
                 Interval(start_ms=middle, end_ms=span.end_ms))  # fmt: skip
        return replace(volume, window=Window(spans=spans))

    given = volumes(COUNT, 36)

    same(pairs(told(given)), pairs(told(cut(volume) for volume in given)), rounded_m=0)


def test_a_ring_begun_elsewhere_or_told_the_other_way_round_is_the_same(volumes: Volumes) -> None:
    def turned(volume: Volume) -> Volume:
        if not isinstance(volume.shape, Polygon):
            return volume
        ring = volume.shape.ring
        ring = (ring[2:] + ring[:2])[::-1]
        return replace(volume, shape=replace(volume.shape, ring=ring))

    given = volumes(COUNT, 37)

    same(pairs(told(given)), pairs(told(turned(volume) for volume in given)), rounded_m=1e-3)


def test_more_room_never_loses_an_overlap(volumes: Volumes) -> None:
    def wider(volume: Volume) -> Volume:
        shape = volume.shape
        match shape:
            case Point():
                shape = Circle(centre=shape.at, radius_m=shape.error_m + 500)
            case Circle():
                shape = replace(shape, radius_m=shape.radius_m + 500)
            case Corridor():
                shape = replace(shape, half_width_m=shape.half_width_m + 500)
            case Polygon():
                shape = replace(shape, within_m=shape.within_m + 500)
        return replace(volume, shape=shape)

    given = volumes(COUNT, 38)
    one, other = pairs(told(given)), pairs(told(wider(volume) for volume in given))

    assert one.keys() <= other.keys()
    assert len(other) > len(one)
