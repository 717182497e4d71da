"""Warnings as JSON and GeoJSON."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.feeds.warnings import Raw, read_warning
from tieline.feeds.warnings.showing import to_geojson, to_json


def geometry(read, text):
    value = to_geojson([read(text)])
    assert json.loads(json.dumps(value)) == value
    return value["features"][0]["geometry"]


def doubled_area(ring):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def test_everything_that_was_read_stands_in_json(read):
    value = to_json(
        read(
            "1. FIRING 15 APR IN AREA WITHIN ONE MILE OF 44-00N 030-00E.\n2. CANCEL HYDROLANT 5/24."
        )
    )
    assert json.loads(json.dumps(value)) == value
    assert value["parts"][0]["shape"]["radius_m"] == 1_852
    assert (value["issued"], value["cancels"]) == ("2024-04-12T04:26:00Z", ["HYDROLANT 5/24"])


def test_a_ring_is_closed_and_counterclockwise(read):
    found = geometry(
        read, "SURVEY IN AREA BOUND BY 44-00N 030-00E, 44-00N 031-00E, 43-00N 031-00E."
    )
    (ring,) = found["coordinates"]
    assert ring[0] == ring[-1]
    assert doubled_area(ring) > 0


def test_an_area_is_cut_at_the_antimeridian(read):
    found = geometry(
        read,
        "SURVEY IN AREA BOUND BY 10-00N 179-00E, 10-00N 179-00W, 09-00N 179-00W, 09-00N 179-00E.",
    )
    assert found["type"] == "MultiPolygon"
    rings = [polygon[0] for polygon in found["coordinates"]]
    assert sorted(sorted({x for x, _ in ring}) for ring in rings) == [[-180, -179], [179, 180]]
    assert sum(map(doubled_area, rings)) == pytest.approx(2 * 2.0)


def test_a_line_is_cut_at_the_antimeridian(read):
    found = geometry(read, "CABLE ALONG TRACKLINE JOINING 10-00N 179-00E, 10-00N 179-00W.")
    assert found["coordinates"] == [[[179, 10], [180, 10]], [[-180, 10], [-179, 10]]]


def test_a_circle_keeps_its_radius(read):
    value = to_geojson([read("FIRING IN AREA WITHIN ONE MILE OF 44-00N 030-00E.")])
    assert value["features"][0]["properties"]["radius_m"] == 1_852


angles = st.tuples(st.integers(-80, 80), st.integers(0, 8), st.integers(0, 8))


@settings(max_examples=200)
@given(st.lists(angles, min_size=3, max_size=6, unique=True))
def test_no_piece_leaves_the_world_or_spans_half_of_it(corners: list[tuple[int, int, int]]) -> None:
    words = []
    for base, east, south in corners:
        lon = (176 + east + 180) % 360 - 180
        lat = base // 20 - south
        words.append(
            f"{abs(lat):02d}-00{'S' if lat < 0 else 'N'} {abs(lon):03d}-00{'W' if lon < 0 else 'E'}"
        )
    text = f"SURVEY IN AREA BOUND BY {', '.join(words)}."
    warning = read_warning(Raw(series="HYDROLANT", number=1, year=2024, text=text))
    for feature in to_geojson([warning])["features"]:
        shape = feature["geometry"]
        rings = (
            shape["coordinates"]
            if shape["type"] == "Polygon"
            else [p[0] for p in shape["coordinates"]]
        )
        for ring in rings:
            longitudes = [x for x, _ in ring]
            assert all(-180 <= x <= 180 for x in longitudes)
            assert max(longitudes) - min(longitudes) < 20
