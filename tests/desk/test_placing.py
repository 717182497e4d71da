"""Placing: shapes and times as officers type them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from tieline.desk.placing import (
    Doubts,
    circle_of,
    geojson_shapes,
    length_m,
    shapes_of,
    waypoint,
    window_of,
)
from tieline.errors import UsageError
from tieline.space.position import Position
from tieline.space.shape import Circle, Polygon
from tieline.space.window import Interval, Repeat, Sun


@pytest.mark.parametrize(
    ("text", "metres"),
    [("5nm", 9_260), ("3.5 km", 3_500), ("200m", 200), ("1000ft", 305), ("0.1m", 1)],
)
def test_lengths_have_a_unit_and_are_rounded_up(text: str, metres: int) -> None:
    assert length_m(text) == metres


@pytest.mark.parametrize("text", ["5", "nm", "-5nm", "5 miles", "1e3m", ""])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no length"):
        length_m(text)


def test_a_circle_has_its_radius_and_error() -> None:
    found = circle_of("54-20N 012-10E r=5nm error=200m", Doubts())
    assert isinstance(found, Circle)
    assert (found.radius_m, found.error_m) == (9_260, 200)
    with pytest.raises(UsageError, match="not known here"):
        circle_of("54-20N 012-10E w=5nm", Doubts())


def test_a_sector_is_cut_and_what_it_is_is_told() -> None:
    doubts = Doubts()
    (found,) = shapes_of([("sector", "54-20N 012-10E r=5nm from=350 to=080 error=100m")], doubts)
    assert isinstance(found, Polygon)
    assert (len(found.ring), found.error_m) == (41, 102)
    assert found.ring[-1] == doubts.of("54-20N 012-10E")
    assert "sector of 9260 m (5.00 NM) around 54-20.00N 012-10.00E" in doubts.told[0]
    assert "from 350 clockwise to 080 true" in doubts.told[0]


def test_a_sector_has_an_inner_radius_and_may_go_all_the_way_round() -> None:
    (found,) = shapes_of([("sector", "54-20N 012-10E to=120.5 from=30 r=5nm inner=1nm")], Doubts())
    assert isinstance(found, Polygon)
    assert len(found.ring) == 59
    (whole,) = shapes_of([("sector", "54-20N 012-10E r=5nm from=0 to=360")], Doubts())
    assert whole == circle_of("54-20N 012-10E r=5nm", Doubts())


def test_corners_that_were_worked_out_are_not_compared_with_each_other() -> None:
    class Counted(Doubts):
        def compare(self, places: Sequence[Position]) -> None:
            counts.append(len(places))

    counts: list[int] = []
    shapes_of([("sector", "54-20N 012-10E r=500nm from=0 to=300"), ("point", "1N 2E")], Counted())
    assert counts == [2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("54-20N 012-10E r=5nm from=030", "is no sector; write"),
        ("54-20N 012-10E from=030 to=120", "is no sector; write"),
        ("54-20N 012-10E r=5nm from=030 to=400", "bearing 400"),
        ("54-20N 012-10E r=5nm from=030 to=030", "both bearings are the same"),
        ("54-20N 012-10E r=5nm from=030 to=120 w=1nm", "w= is not known here"),
    ],
)
def test_what_is_no_sector_is_refused_with_what_to_write(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        shapes_of([("sector", text)], Doubts())


def test_doubts_are_kept_and_the_position_is_what_was_typed() -> None:
    doubts = Doubts()
    (point,) = shapes_of([("point", "0, 0")], doubts)
    assert (point.at.lat_e7, point.at.lon_e7) == (0, 0)  # type: ignore[union-attr]
    assert any("Gulf of Guinea" in words for words in doubts.asked)
    assert any("latitude is taken to come first" in words for words in doubts.told)


def test_a_rule_stays_a_rule() -> None:
    found = window_of("2026-12-01", "2026-12-24", "sunset-0600 +05:30 mon,fri every 2")
    assert found is not None
    (rule,) = found.spans
    assert isinstance(rule, Repeat)
    assert (rule.first, rule.last) == (date(2026, 12, 1), date(2026, 12, 24))
    assert (rule.since.sun, rule.to.minute) == (Sun.SET, 360)
    assert (rule.zone, rule.weekdays, rule.every_days) == ("+05:30", (0, 4), 2)


def test_without_an_end_it_holds_until_cancelled() -> None:
    found = window_of("2026-12-01T00:00Z", "", "")
    assert found is not None
    assert found.spans == (Interval(start_ms=1_796_083_200_000),)
    assert window_of("", "", "") is None


@pytest.mark.parametrize(
    ("since", "until", "daily"),
    [
        ("", "2026-12-01T00:00Z", ""),
        ("2026-12-01", "", ""),
        ("2026-12-02T00:00Z", "2026-12-01T00:00Z", ""),
        ("2026-12-01", "2026-12-02", "0900"),
        ("2026-12-01", "2026-12-02", "0900-2500"),
        ("2026-12-01", "2026-12-02", "0900-1700 Europe/Paris"),
        ("2026-12-01", "2026-12-02", "0900-1700 +25:00"),
        ("2026-12-32", "2026-12-02", "0900-1700"),
    ],
)
def test_times_that_cannot_be_are_refused(since: str, until: str, daily: str) -> None:
    with pytest.raises(UsageError):
        window_of(since, until, daily)


def test_a_waypoint_has_its_time_and_name() -> None:
    found = waypoint("12.5N 45.0E @2026-12-01T06:00Z =North bridge", Doubts())
    assert found["name"] == "North bridge"
    assert found["at_ms"] == 1_796_104_800_000


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{",
        '{"type": "Point"}',
        '{"type": "Point", "coordinates": [200, 100]}',
        '{"type": "Point", "coordinates": [Infinity, 0]}',
        '{"type": "Circle"}',
        '{"type": "FeatureCollection", "features": []}',
        '{"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]], [[0,0]]]}',
        '{"type": "MultiPoint", "coordinates": [' + ",".join(["[0,0]"] * 65) + "]}",
        '{"type": "Feature", "geometry": ' * 2_000 + "null" + "}" * 2_000,
    ],
)
def test_what_is_no_geojson_of_ours_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.geojson"
    path.write_text(text)
    with pytest.raises(UsageError):
        geojson_shapes(path)
