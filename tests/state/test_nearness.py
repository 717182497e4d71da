"""Nearness: how far a place lies from a shape, compared with points strewn along its edges."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.space.geodesy import WGS84, distance_m
from tieline.space.position import Position, of_degrees
from tieline.space.shape import Circle, Corridor, Point, Polygon
from tieline.state.nearness import apart_m, nearest_m

LATS, LONS = st.floats(-80, 80), st.floats(-180, 179)


def strewn_m(one: Position, other: Position, at: Position) -> float:
    """Least distance to points along the geodesic, by ternary search on it."""
    line = WGS84.InverseLine(one.lat_deg, one.lon_deg, other.lat_deg, other.lon_deg)

    def away(s: float) -> float:
        found = line.Position(s)
        return distance_m(at, of_degrees(found["lat2"], found["lon2"]))

    return min(away(line.s13 * n / 400) for n in range(401))


@settings(max_examples=40, deadline=None)
@given(lat=LATS, lon=LONS, bearing=st.floats(0, 360), length=st.floats(1e3, 2e5), aside=LATS)
def test_the_distance_to_an_edge_is_that_to_its_nearest_point(
    lat: float, lon: float, bearing: float, length: float, aside: float
) -> None:
    one = of_degrees(lat, lon)
    end = WGS84.Direct(lat, lon, bearing, length)
    other = of_degrees(end["lat2"], end["lon2"])
    off = WGS84.Direct(lat, lon, bearing + aside, length * 0.7)
    at = of_degrees(off["lat2"], off["lon2"])
    wanted = strewn_m(one, other, at)
    slack = 0.003 * wanted + length / 300
    assert apart_m(Corridor(points=(one, other)), at) == pytest.approx(wanted, abs=slack + 1)


def test_reach_and_stated_error_are_taken_off_and_inside_is_nought() -> None:
    at, off = of_degrees(54, 12), of_degrees(54, 12.1)
    away = distance_m(at, off)
    assert apart_m(Point(at=at, error_m=100), off) == math.floor(away - 100)
    assert apart_m(Circle(centre=at, radius_m=1_000), off) == math.floor(away - 1_000)
    assert apart_m(Circle(centre=at, radius_m=10_000), off) == 0


@pytest.mark.parametrize("turn", [0, 180, -179.5])
def test_an_area_holds_what_lies_in_it_also_across_the_antimeridian(turn: float) -> None:
    ring = tuple(of_degrees(lat, lon + turn) for lat, lon in ((-1, -1), (-1, 1), (1, 1), (1, -1)))
    area = Polygon(ring=ring)
    assert apart_m(area, of_degrees(0.5, turn)) == 0
    assert 54_000 < apart_m(area, of_degrees(0, turn + 1.5)) < 57_000


def test_no_volume_is_no_distance() -> None:
    assert nearest_m((), of_degrees(0, 0)) is None
