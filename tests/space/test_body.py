"""Volumes go into a body and come back equal; what no volume has is refused by its path."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import MalformedError, UsageError
from tieline.record.strict import Fields, JsonValue, dump_json, load_json
from tieline.space.band import Band, Datum
from tieline.space.body import read_volumes, write_volumes
from tieline.space.position import Position, of_degrees, position
from tieline.space.shape import Circle, Corridor, EdgeKind, Point, Polygon
from tieline.space.volume import Volume
from tieline.space.window import Interval, Repeat, Sun, TimeOfDay, Window

positions = st.builds(
    position, st.integers(-900_000_000, 900_000_000), st.integers(-1_800_000_000, 1_800_000_000)
)
errors = st.integers(0, 5_000)
lists = st.lists(positions, min_size=3, max_size=8, unique=True).map(tuple)
shapes = (
    st.builds(Point, at=positions, error_m=errors)
    | st.builds(Circle, centre=positions, radius_m=st.integers(1, 5_000_000), error_m=errors)
    | st.builds(
        Corridor,
        points=lists,
        half_width_m=st.integers(0, 50_000),
        edge=st.sampled_from(EdgeKind),
        error_m=errors,
    )
    | st.builds(
        Polygon,
        ring=lists,
        edge=st.sampled_from(EdgeKind),
        within_m=st.integers(0, 50_000),
        error_m=errors,
    )
)
intervals = st.builds(
    lambda start, length: Interval(start_ms=start, end_ms=start + length if length else None),
    st.integers(0, 4_000_000_000_000),
    st.integers(0, 10**10),
)
times = st.builds(TimeOfDay, minute=st.integers(0, 1_440)) | st.builds(
    TimeOfDay, minute=st.integers(-180, 180), sun=st.sampled_from(Sun)
)
repeats = st.builds(
    Repeat,
    first=st.just(date(2026, 1, 1)),
    last=st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    since=times,
    to=times,
    every_days=st.integers(1, 14),
    weekdays=st.sets(st.integers(0, 6), max_size=3).map(lambda days: tuple(sorted(days))),
    zone=st.sampled_from(["UTC", "+02:00", "-09:30"]),
)
bands = st.builds(
    lambda ends, datum: Band(lower_m=ends[0], upper_m=ends[1], datum=datum),
    st.tuples(st.integers(-500, 0), st.integers(0, 20_000)) | st.just((None, None)),
    st.sampled_from(Datum),
)
volumes = st.builds(
    Volume,
    shape=shapes,
    window=st.lists(intervals | repeats, min_size=1, max_size=3).map(
        lambda spans: Window(spans=tuple(spans))
    ),
    band=bands,
    coarse=st.booleans(),
)


@given(st.lists(volumes, min_size=1, max_size=3).map(tuple))
def test_what_is_written_is_read_back(found):
    body = load_json(dump_json({"volumes": write_volumes(found)}))

    fields = Fields(body)
    assert read_volumes(fields) == found
    fields.done()


ORIGIN: dict[str, JsonValue] = {"lat_e7": 0, "lon_e7": 0}


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ({"kind": "disc"}, "kind"),
        (
            {"kind": "circle", "centre": ORIGIN, "radius_m": 30_000_000},
            "radius",
        ),
        ({"kind": "area", "ring": [[0, 0], [10, 10]]}, "at least 3"),
        ({"kind": "area", "ring": [[0, 0], [10, 10], [0, 10], [0, 0]]}, "repeats the first"),
        ({"kind": "corridor", "points": [[0, 0], [0, 1.5]]}, "whole numbers"),
        ({"kind": "corridor", "points": [[0, 0], [True, 1]]}, "whole numbers"),
        ({"kind": "point", "at": {"lat_e7": 910_000_000, "lon_e7": 0}}, "lat_e7"),
        ({"kind": "point", "at": {"lat_e7": 0, "lon_e7": 1_800_000_000}}, "lon_e7"),
        ({"kind": "point", "at": {"lat_e7": 0, "lon_e7": 0}, "colour": "red"}, "colour"),
    ],
)
def test_what_is_no_shape_is_refused_by_its_path(shape, told):
    volume = {"shape": shape, "window": [{"start_ms": 0}]}

    with pytest.raises(MalformedError, match=told):
        read_volumes(Fields({"volumes": [volume]}))


def test_a_million_corners_are_refused_without_reading_them():
    ring: list[JsonValue] = [[n, n] for n in range(1_000_000)]
    volume: JsonValue = {"shape": {"kind": "area", "ring": ring}, "window": [{"start_ms": 0}]}

    with pytest.raises(MalformedError, match="ring"):
        read_volumes(Fields({"volumes": [volume]}))


def test_a_window_that_ends_before_it_starts_is_refused():
    with pytest.raises(UsageError, match="swap"):
        Interval(start_ms=10, end_ms=10)


@pytest.mark.parametrize("lat", [float("nan"), float("inf"), 90.1, -91])
def test_floats_that_are_no_latitude_are_refused(lat):
    with pytest.raises(UsageError):
        of_degrees(lat, 0)


@given(st.floats(-90, 90), st.floats(-720, 720))
def test_any_turn_of_the_longitude_is_one_position(lat, lon):
    at = of_degrees(lat, lon)

    assert -1_800_000_000 <= at.lon_e7 < 1_800_000_000
    assert at == Position(lat_e7=at.lat_e7, lon_e7=at.lon_e7)


def test_above_ground_may_be_as_high_as_the_highest_ground():
    assert Band(lower_m=0, upper_m=100, datum=Datum.GROUND).certain_m() == (0, 8_949)
