"""What is shown of an overlap: how close, where, when, how sure; and what falls away."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from tieline.deconfliction.bulk import all_pairs
from tieline.deconfliction.measure import Measure, measured
from tieline.deconfliction.packing import pack
from tieline.space.band import Band, Datum
from tieline.space.position import of_degrees
from tieline.space.shape import Circle, Corridor, Point, Polygon, Shape
from tieline.space.volume import Volume
from tieline.space.window import Interval, Repeat, Sun, TimeOfDay, Window

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
HORIZON = (0, 400 * DAY_MS)
ALWAYS = Window(spans=(Interval(start_ms=0),))


def volume(shape: Shape, window: Window = ALWAYS, **given: Any) -> Volume:
    return Volume(shape=shape, window=window, **given)


def measures(one: Volume, other: Volume, separation_m: float = 0.0) -> tuple[Measure, ...]:
    packed = pack([one, other], party=[0, 1])
    found = all_pairs(packed, np.full((1, 1), separation_m))
    return measured(found, packed, {0: one, 1: other}, HORIZON)


def circle(lat: float, lon: float, radius_m: int, **given: Any) -> Circle:
    return Circle(centre=of_degrees(lat, lon), radius_m=radius_m, **given)


def test_the_gap_of_far_circles_is_karneys():
    one, other = circle(10, 20, 300_000), circle(15, 30, 400_000)
    apart = Geodesic.WGS84.Inverse(10, 20, 15, 30)["s12"]

    (found,) = measures(volume(one), volume(other), 1_000_000)

    assert found.gap_m == pytest.approx(apart - 700_000, abs=1e-3)
    assert found.limit_m == 1_000_000
    assert found.certain
    assert not found.marginal


def test_the_gap_to_a_line_near_the_limit_is_karneys():
    line = Corridor(points=(of_degrees(50, 0), of_degrees(50, 8)))
    geodesic = Geodesic.WGS84.InverseLine(50, 0, 50, 8)
    middle = geodesic.Position(geodesic.s13 * 0.43, Geodesic.ALL)
    off = Geodesic.WGS84.Direct(middle["lat2"], middle["lon2"], middle["azi2"] + 90, 200_000)
    place = Point(at=of_degrees(off["lat2"], off["lon2"]))

    (found,) = measures(volume(line), volume(place), 200_100)

    assert found.gap_m == pytest.approx(200_000, abs=0.02)
    at = Geodesic.WGS84.Inverse(
        found.at[0].lat_deg, found.at[0].lon_deg, middle["lat2"], middle["lon2"]
    )
    assert at["s12"] < 50


def test_what_lies_at_its_limit_is_marginal_and_what_is_beyond_is_left_out():
    real = Geodesic.WGS84.Inverse(0, 0, 0, 1)["s12"]
    one = circle(0, 0, 1_000)

    def with_radius(radius_m: int, separation_m: float) -> tuple[Measure, ...]:
        return measures(volume(one), volume(circle(0, 1, radius_m)), separation_m)

    rest = real - 1_000 - 50_000
    (at_limit,) = with_radius(50_000, rest)
    (within,) = with_radius(50_000, rest + 1)

    assert at_limit.marginal
    assert not at_limit.certain
    assert not within.marginal
    assert with_radius(50_000, rest - 1) == ()


def test_areas_that_only_touch_are_marginal_and_those_that_overlap_deeply_are_not():
    def area(west: float, east: float) -> Volume:
        corners = ((10, west), (10, east), (11, east), (11, west))
        return volume(Polygon(ring=tuple(of_degrees(*at) for at in corners)))

    (touching,) = measures(area(0, 1), area(1, 2))
    (deep,) = measures(area(0, 1), area(0.9, 2))

    assert touching.gap_m == deep.gap_m == 0
    assert touching.marginal
    assert not deep.marginal


def test_a_cross_without_a_corner_in_the_other_is_no_marginal_overlap():
    def area(south: float, north: float, west: float, east: float) -> Volume:
        corners = ((south, west), (south, east), (north, east), (north, west))
        return volume(Polygon(ring=tuple(of_degrees(*at) for at in corners)))

    (found,) = measures(area(0, 0.1, -1, 1), area(-1, 1, 0, 0.1))

    assert not found.marginal
    assert found.certain


def test_times_in_common_are_those_of_the_rules_and_pairs_without_any_fall_away():
    def daily(since: int, to: int) -> Window:
        rule = Repeat(
            first=date(1970, 1, 5), last=date(1970, 1, 7),
            since=TimeOfDay(minute=since), to=TimeOfDay(minute=to),
        )  # fmt: skip
        return Window(spans=(rule,))

    place = circle(10, 10, 5_000)
    (found,) = measures(volume(place, daily(600, 720)), volume(place, daily(660, 900)))

    assert found.common == tuple(
        ((4 + n) * DAY_MS + 11 * HOUR_MS, (4 + n) * DAY_MS + 12 * HOUR_MS) for n in range(3)
    )
    assert measures(volume(place, daily(600, 660)), volume(place, daily(660, 900))) == ()


def test_a_window_that_the_sun_ends_minutes_before_another_begins_is_marginal():
    def until_sunset(after: int) -> Window:
        rule = Repeat(
            first=date(1970, 3, 1), last=date(1970, 3, 1),
            since=TimeOfDay(minute=0), to=TimeOfDay(minute=after, sun=Sun.SET),
        )  # fmt: skip
        return Window(spans=(rule,))

    place = circle(10, 0, 5_000)
    (alone,) = measures(volume(place, until_sunset(0)), volume(place))
    sunset = alone.common[0][1]

    def from_(start_ms: int) -> tuple[Measure, ...]:
        later = Window(spans=(Interval(start_ms=start_ms, end_ms=start_ms + HOUR_MS),))
        return measures(volume(place, until_sunset(0)), volume(place, later))

    assert from_(sunset + 5 * 60_000)[0].marginal
    assert from_(sunset - 5 * 60_000)[0].marginal
    assert not from_(sunset - HOUR_MS)[0].marginal
    assert from_(sunset + HOUR_MS) == ()


def test_bands_of_one_datum_are_compared_as_they_are():
    place = circle(10, 10, 5_000)

    def level(low: int, high: int, datum: Datum) -> Volume:
        return volume(place, band=Band(lower_m=low, upper_m=high, datum=datum))

    low, high = level(3_000, 3_300, Datum.PRESSURE), level(3_600, 3_900, Datum.PRESSURE)

    assert measures(low, high) == ()
    (found,) = measures(low, level(3_600, 3_900, Datum.SEA))
    assert found.band_m == (3_600, 3_900)


def test_stated_errors_and_coarse_bounds_leave_no_certainty():
    one = volume(circle(0, 0, 10_000, error_m=3_000))
    near, far = volume(circle(0, 0.1, 5_000)), volume(circle(0, 0.15, 5_000))

    (sure,), (unsure,) = measures(one, near), measures(one, far)
    (coarse,) = measures(one, volume(near.shape, coarse=True))

    assert sure.certain
    assert not unsure.certain
    assert unsure.uncertainty_m > 3_000
    assert not coarse.certain
