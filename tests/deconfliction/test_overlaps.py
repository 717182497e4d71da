"""Overlaps are named and hashed the same everywhere, measured, and never rounded to none."""

from __future__ import annotations

import hashlib
import math
import random
import subprocess
import sys
from datetime import date

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.deconfliction.finding import find
from tieline.deconfliction.judging import Judge, Measure, Row
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Nature
from tieline.deconfliction.rulereading import read_pack
from tieline.deconfliction.rules import Severity
from tieline.errors import UsageError
from tieline.space.band import EVERYWHERE, Band, Datum
from tieline.space.position import Position, of_degrees
from tieline.space.shape import Circle, Corridor, Point, Polygon
from tieline.space.volume import Volume
from tieline.space.window import Interval, Repeat, Sun, TimeOfDay, Window

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
T0 = 1_700_000_000_000
ALWAYS = Window(spans=(Interval(start_ms=T0, end_ms=T0 + DAY_MS),))
SEPARATIONS = read_pack(b"""format = "tieline/rules@v1"
id = "apart"
edition = 1
title = "Apart"
dated = 2026-01-01
source = "our agreement"
[[separation]]
id = "convoys"
kinds = ["exercise"]
other_kinds = ["movement"]
distance_m = 5000
height_m = 300
time_min = 60
near = "medium"
source = "article 2"
support = "agreed"
""")


def told(key, shape, *, party="", kind="exercise", window=ALWAYS, band=EVERYWHERE, coarse=False):
    volume = Volume(shape=shape, window=window, band=band, coarse=coarse)
    return Notified(key=key, party=party or f"of {key}", kind=kind, volumes=(volume,))


def circle(lat, lon, radius_m, error_m=0):
    return Circle(centre=of_degrees(lat, lon), radius_m=radius_m, error_m=error_m)


def area(*places, within_m=0):
    return Polygon(ring=tuple(of_degrees(*place) for place in places), within_m=within_m)


def pair(first, second, *packs, **more):
    return find([first, second], known_ms=T0, packs=packs, **more)


def test_room_in_common_is_found_with_where_and_when():
    later = Window(spans=(Interval(start_ms=T0 + HOUR_MS, end_ms=T0 + 2 * DAY_MS),))
    (found,) = pair(
        told("a", circle(10, 20, 5_000)), told("b", circle(10, 20.08, 5_000), window=later)
    ).overlaps

    assert (found.nature, found.gap_m, found.marginal) == (Nature.MEET, 0, False)
    assert found.common == ((T0 + HOUR_MS, T0 + DAY_MS),)
    assert found.common_ms == 23 * HOUR_MS
    assert abs(found.at.lon_deg - 20.04) < 0.001
    assert [side.key for side in found.sides] == ["a", "b"]
    assert found.severity is Severity.HIGH


def test_closer_than_agreed_is_found_with_the_gap_and_its_rule():
    first, second = (
        told("a", circle(0, 0, 1_000)),
        told("b", circle(0, 0.05, 1_000), kind="movement"),
    )
    metres = Geodesic.WGS84.Inverse(0, 0, 0, 0.05)["s12"] - 2_000

    (found,) = pair(first, second, SEPARATIONS).overlaps

    assert found.nature is Nature.NEAR
    assert found.gap_m == pytest.approx(metres, abs=0.05)
    assert (found.limit_m, found.pack, found.rule) == (5_000, "apart, edition 1", "convoys")
    assert found.severity is Severity.MEDIUM
    assert pair(first, second).overlaps == ()


def test_heights_and_times_have_separations_of_their_own():
    low, high = Band(lower_m=0, upper_m=1_000), Band(lower_m=1_300, upper_m=2_000)
    higher = Band(lower_m=1_301, upper_m=2_000)
    first = told("a", circle(0, 0, 1_000), band=low)
    soon = Window(spans=(Interval(start_ms=T0 + DAY_MS + 59 * 60_000, end_ms=T0 + 2 * DAY_MS),))
    late = Window(spans=(Interval(start_ms=T0 + DAY_MS + 61 * 60_000, end_ms=T0 + 2 * DAY_MS),))

    def many(band=low, window=ALWAYS):
        other = told("b", circle(0, 0, 1_000), kind="movement", band=band, window=window)
        return [each.nature for each in pair(first, other, SEPARATIONS).overlaps]

    assert many(high) == [Nature.NEAR]
    assert many(higher) == []
    assert many(window=soon) == [Nature.MEET]
    assert many(window=late) == []


def test_a_window_that_ends_when_another_begins_shares_no_time():
    after = Window(spans=(Interval(start_ms=T0 + DAY_MS, end_ms=T0 + 2 * DAY_MS),))

    assert pair(told("a", circle(0, 0, 9)), told("b", circle(0, 0, 9), window=after)).overlaps == ()


def test_one_party_is_compared_with_itself_only_if_asked():
    both = [told("a", circle(0, 0, 9), party="N"), told("b", circle(0, 0, 9), party="N")]

    assert find(both, known_ms=T0).overlaps == ()
    assert len(find(both, known_ms=T0, own_too=True).overlaps) == 1


def test_what_was_cancelled_is_not_compared_and_not_counted():
    gone = Notified(
        key="b", party="S", kind="x", state="cancelled",
        volumes=(Volume(shape=circle(0, 0, 9), window=ALWAYS),),
    )  # fmt: skip
    result = pair(told("a", circle(0, 0, 9)), gone)

    assert (result.overlaps, result.notified) == ((), 1)


def test_nothing_at_all_is_compared_without_harm():
    assert find([], known_ms=0).overlaps == ()
    empty = Notified(key="a", party="N", kind="x", volumes=())
    assert find([empty], known_ms=0).placeless == 1


@pytest.mark.parametrize("radius_m", [5_000, 50_000, 55_660])
def test_a_hair_from_the_limit_is_marginal_and_kept_out_of_the_hash(radius_m):
    # Along the equator a length is the angle times 6,378,137 m; one of them is whole to 0.1 mm.
    metre_e7 = 6_378_137 * math.pi / 180 / 1e7
    lon_e7 = next(n for n in range(10**7, 2 * 10**7) if abs(n * metre_e7 % 1 - 1e-4) < 1e-4)
    at, apart_m = Position(lat_e7=0, lon_e7=lon_e7), int(lon_e7 * metre_e7)
    first = told("a", circle(0, 0, radius_m))
    result = pair(first, told("b", Circle(centre=at, radius_m=apart_m - radius_m)))
    sure = pair(first, told("b", Circle(centre=at, radius_m=apart_m - radius_m + 10)))

    assert [each.marginal for each in result.overlaps] == [True]
    assert [each.marginal for each in sure.overlaps] == [False]
    assert result.digest == find([], known_ms=0).digest != sure.digest


def test_areas_with_a_common_border_are_shown_as_marginal():
    west, east = area((0, 0), (0, 1), (1, 1), (1, 0)), area((0, 1), (0, 2), (1, 2), (1, 1))

    assert [each.marginal for each in pair(told("a", west), told("b", east)).overlaps] == [True]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (area((0, 0), (0, 1), (1, 1), (1, 0)), area((0.5, 0.5), (0.5, 3), (3, 3))),
        (area((0, 0), (0, 1), (1, 1), (1, 0)), area((0.4, -1), (0.4, 2), (0.6, 2), (0.6, -1))),
        (area((0, 0), (0, 1), (1, 1), (1, 0)), Point(at=of_degrees(0.5, 0.5))),
        (area((0, 0), (0, 9), (9, 9), (9, 0)), area((4, 4), (4, 5), (5, 5), (5, 4))),
        (area((0, 0), (0, 9), (9, 9), (9, 0)), area((0, 0), (0, 9), (9, 9), (9, 0))),
        (
            Corridor(points=(of_degrees(0, 0), of_degrees(1, 1))),
            Corridor(points=(of_degrees(0, 1), of_degrees(1, 0))),
        ),
        (area((88, 0), (88, 90), (88, 180), (88, -90)), Point(at=of_degrees(89.9, 10))),
        (area((1, 179), (1, -179), (-1, -179), (-1, 179)), Point(at=of_degrees(0, 179.9))),
    ],
)
def test_outlines_that_cross_or_hold_each_other_well_are_no_matter_of_a_hair(first, second):
    (found,) = pair(told("a", first), told("b", second)).overlaps

    assert (found.nature, found.marginal, found.gap_m) == (Nature.MEET, False, 0)


def test_stated_errors_and_outer_bounds_are_carried_into_the_words():
    first = told("a", circle(0, 0, 1_000, error_m=500))
    (loose,) = pair(first, told("b", circle(0, 0.0215, 1_000))).overlaps
    (coarse,) = pair(first, told("b", circle(0, 0, 1_000), coarse=True)).overlaps

    assert loose.doubts == ("only if positions are as far off as stated (500 m together)",)
    assert coarse.doubts == ("b gives an outer bound; its detail may keep clear of this",)
    assert loose.severity is coarse.severity is Severity.MEDIUM


def test_flight_levels_are_taken_at_their_widest_and_it_is_said():
    level = Band(lower_m=3_000, upper_m=4_000, datum=Datum.PRESSURE)
    above = Band(lower_m=4_500, upper_m=5_000)
    (found,) = pair(
        told("a", circle(0, 0, 9), band=level), told("b", circle(0, 0, 9), band=above)
    ).overlaps

    assert "flight levels" in found.doubts[0]


def rule(since, to, *, sun=None, **more):
    kind = None if sun is None else sun[0]
    other = None if sun is None else sun[1]
    return Window(
        spans=(
            Repeat(
                first=date(2023, 11, 14), last=None,
                since=TimeOfDay(minute=since, sun=kind), to=TimeOfDay(minute=to, sun=other), **more,
            ),
        )
    )  # fmt: skip


def test_rules_that_repeat_at_other_hours_do_not_meet():
    first = told("a", circle(0, 0, 9), window=rule(8 * 60, 10 * 60))

    assert pair(first, told("b", circle(0, 0, 9), window=rule(600, 700))).overlaps == ()
    (found,) = pair(first, told("b", circle(0, 0, 9), window=rule(540, 700))).overlaps
    assert found.is_open
    assert found.spans > 300
    assert found.common[0][1] - found.common[0][0] == HOUR_MS
    assert not found.marginal


def test_rules_too_long_to_be_worked_out_are_shown_and_not_dropped():
    every = told("a", circle(0, 0, 9), window=rule(0, 60, every_days=300))
    other = told("b", circle(0, 0, 9), window=rule(120, 180, every_days=299))
    (found,) = pair(every, other).overlaps

    assert found.marginal
    assert "do not meet within the days" in found.doubts[0]


def test_times_that_hang_on_a_sunrise_are_marginal():
    night = told("a", circle(40, 0, 9), window=rule(0, 0, sun=(Sun.SET, Sun.RISE)))
    day = told("b", circle(40, 0, 9), window=rule(0, 0, sun=(Sun.RISE, Sun.SET)))
    noon = told("c", circle(40, 0, 9), window=rule(11 * 60, 13 * 60))

    assert [each.marginal for each in pair(night, day).overlaps] == [True]
    assert [each.marginal for each in pair(day, noon).overlaps] == [False]
    assert pair(night, noon).overlaps == ()


def test_one_outline_that_cannot_be_compared_keeps_no_other_from_it():
    half = area((10, 0), (10, 120), (10, -120), (-80, 60), (-80, -60))
    ends = Corridor(points=(Position(lat_e7=0, lon_e7=0), of_degrees(0, 179.99)))
    result = find(
        [
            told("a", circle(0, 0, 9)),
            told("wrong", ends),
            told("b", circle(0, 0, 9)),
            told("h", half),
        ],
        known_ms=T0,
    )

    assert len(result.overlaps) == 1
    assert {key for key, _, _ in result.uncompared} >= {"wrong"}
    assert all(why for _, _, why in result.uncompared)


def test_an_identifier_names_notifications_and_volumes_and_nothing_else():
    first, second = told("a", circle(0, 0, 900)), told("b", circle(0, 0, 900))
    moved = told("b", circle(0, 0.0001, 900))
    one, other = pair(first, second), pair(second, first)

    assert one.overlaps[0].id == other.overlaps[0].id
    assert one.digest == other.digest
    assert pair(first, moved).overlaps[0].id != one.overlaps[0].id
    assert len(one.overlaps[0].id) == 64


def world(count: int, seed: int) -> list[Notified]:
    rng = random.Random(seed)
    found = []
    for n in range(count):
        lat, lon, size = rng.uniform(-1, 1), rng.uniform(179, 181), rng.uniform(0.05, 0.4)
        shape = rng.choice(
            [
                circle(lat, lon, round(size * 50_000)),
                area((lat, lon), (lat + size, lon), (lat, lon + size)),
                Corridor(
                    points=(of_degrees(lat, lon), of_degrees(lat, lon + size)), half_width_m=500
                ),
            ]
        )
        start = T0 + rng.randrange(5) * 12 * HOUR_MS
        window = Window(spans=(Interval(start_ms=start, end_ms=start + DAY_MS),))
        found.append(told(f"k{n}", shape, party="NSW"[n % 3], window=window))
    return found


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_arrival_changes_nothing(seed):
    given_ = world(40, seed)
    turned = random.Random(seed).sample(given_, len(given_))

    one, other = find(given_, known_ms=1), find(turned, known_ms=2)

    assert one.digest == other.digest
    assert [each.id for each in one.overlaps] == [each.id for each in other.overlaps]
    assert one.overlaps


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_pairs_two_by_two_are_those_of_all_at_once(seed):
    given_ = world(16, seed)
    alone = {
        each.id
        for n, one in enumerate(given_)
        for other in given_[:n]
        for each in pair(one, other).overlaps
    }

    assert {each.id for each in find(given_, known_ms=1).overlaps} == alone


def test_another_process_with_another_hash_seed_gets_the_same_digest():
    program = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('t', {__file__!r})\n"
        "t = importlib.util.module_from_spec(spec); spec.loader.exec_module(t)\n"
        "print(t.find(t.world(60, 7), known_ms=5, packs=(t.SEPARATIONS,)).digest)\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C", "PATH": "",
                 "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed, zone in (("1", "Asia/Tokyo"), ("2", "America/Lima"))
    }  # fmt: skip
    own = find(world(60, 7), known_ms=9, packs=(SEPARATIONS,)).digest

    assert found == {own + "\n"}


def test_too_many_volumes_are_refused(monkeypatch):
    monkeypatch.setattr("tieline.deconfliction.finding.VOLUMES_ALL_MAX", 1)
    with pytest.raises(UsageError, match="at most 1 are compared"):
        pair(told("a", circle(0, 0, 9)), told("b", circle(0, 0, 9)))


def test_digest_is_a_hash_of_names_that_a_reader_can_build_by_hand():
    result = pair(told("a", circle(0, 0, 9)), told("b", circle(0, 0, 9)))
    text = f"tieline/overlaps@v1\npacks none\nown no\n{result.overlaps[0].id} meet\n"

    assert result.digest == hashlib.sha256(text.encode()).hexdigest()


def test_a_hair_between_two_areas_is_room_in_common_on_every_processor():
    first, second = (
        Row(id=n, told=told(key, circle(0, 0, 9)), number=0,
            volume=told(key, circle(0, 0, 9)).volumes[0])
        for n, key in enumerate("ab")
    )  # fmt: skip
    judge = Judge((), [first.volume, second.volume])
    found = [
        judge.overlap(
            first, second,
            Measure(clear_m=clear_m, slack_m=1e-3, is_firm=True, at=of_degrees(0, 0)),
        )
        for clear_m in (1e-8, 0.0, -1e-8)
    ]  # fmt: skip

    assert [each.nature for each in found if each] == [Nature.MEET] * 3
    assert [each.marginal for each in found if each] == [True] * 3


def test_two_flight_levels_are_compared_as_they_are():
    def level(key, low, high, datum=Datum.PRESSURE):
        return told(key, circle(0, 0, 9), band=Band(lower_m=low, upper_m=high, datum=datum))

    low = level("a", 3_000, 3_300)

    assert pair(low, level("b", 3_600, 3_900)).overlaps == ()
    (same,) = pair(low, level("b", 3_200, 3_900)).overlaps
    assert same.doubts == ()
    (other,) = pair(low, level("b", 3_600, 3_900, Datum.SEA)).overlaps
    assert "flight levels" in other.doubts[0]
