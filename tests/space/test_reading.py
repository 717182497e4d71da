"""Positions as people write them: read, doubted where they may be wrong, and written back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import UsageError
from tieline.space.geodesy import bearing_deg, distance_m, offset
from tieline.space.position import of_degrees, position
from tieline.space.reading import Style, read_position, swap_doubt
from tieline.space.writing import OTHER, write_position

READ = [
    ("51.4779, -0.0015", 51.4779, -0.0015, Style.DECIMAL, 6),
    ("N51.4779 W0.0015", 51.4779, -0.0015, Style.DECIMAL, 6),
    ("51,4779; -0,0015", 51.4779, -0.0015, Style.DECIMAL, 6),
    ("51-28.6N 000-00.1W", 51.476667, -0.001667, Style.WARNING, 94),
    ("000-00.1W 51-28.6N", 51.476667, -0.001667, Style.WARNING, 94),
    ("51°28'40\"N 0°0'5\"W", 51.477778, -0.001389, Style.SECONDS, 16),
    ("51 28 40 N 0 0 5 W", 51.477778, -0.001389, Style.SECONDS, 16),
    ("48°51.5′N 2°21.1′E", 48.858333, 2.351667, Style.MINUTES, 94),
    ("5128N00000W", 51.466667, 0.0, Style.AVIATION, 931),
    ("512840N0000005W", 51.477778, -0.001389, Style.AVIATION, 16),
    ("33.9S 151.2E", -33.9, 151.2, Style.DECIMAL, 5585),
]


@pytest.mark.parametrize(("text", "lat", "lon", "style", "precision"), READ)
def test_every_usual_style_is_read(text, lat, lon, style, precision):
    found = read_position(text)

    assert found.at.lat_deg == pytest.approx(lat, abs=1e-6)
    assert found.at.lon_deg == pytest.approx(lon, abs=1e-6)
    assert (found.style, found.precision_m) == (style, precision)


def test_a_grid_reference_is_read_as_another_program_reads_it():
    # The Eiffel tower in NGA's GEOTRANS: 31U DQ 48249 11952.
    found = read_position("31U DQ 48249 11952")

    assert found.at.lat_deg == pytest.approx(48.8583, abs=2e-4)
    assert found.at.lon_deg == pytest.approx(2.2945, abs=2e-4)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "garbage",
        "51-61N 0-0E",
        "91N 5E",
        "91, 5",
        "51N 52N",
        "51N 5",
        "31U DQ 4824 119",
        "31U ZZ 48249 11952",
        "1e5 7",
        "nan nan",
        "12.5 30 45.0 10",
        "5" * 500,
        "51\x0028N 0E",
    ],
)
def test_what_is_no_position_is_refused_with_a_remedy(text):
    with pytest.raises(UsageError):
        read_position(text)


def test_nought_nought_and_missing_letters_are_asked_about_and_not_corrected():
    found = read_position("0, 0")

    assert found.at == position(0, 0)
    assert any("Guinea" in doubt for doubt in found.doubts)


def test_a_swapped_position_is_suspected_from_the_others():
    others = (of_degrees(12.5, 45.0), of_degrees(12.6, 45.2))

    assert "swapped" in swap_doubt(of_degrees(45.1, 12.55), others)
    assert swap_doubt(of_degrees(12.7, 45.1), others) == ""


points = st.builds(
    position, st.integers(-899_000_000, 899_000_000), st.integers(-1_799_999_999, 1_799_999_999)
)


@given(points, st.sampled_from([s for s in Style if s is not Style.MGRS]))
def test_what_is_written_is_read_back_within_its_precision(at, style):
    found = read_position(write_position(at, style, digits=3))

    assert distance_m(found.at, at) <= found.precision_m * 1.5 + 1


@given(
    st.builds(
        position, st.integers(-790_000_000, 830_000_000), st.integers(-1_799_000_000, 1_799_000_000)
    )
)
def test_the_grid_comes_back_within_its_square(at):
    found = read_position(write_position(at, Style.MGRS))

    assert distance_m(found.at, at) < 3


def test_minutes_never_show_as_sixty():
    assert (
        write_position(of_degrees(10.99999, 20.0), Style.WARNING, digits=1) == "11-00.0N 020-00.0E"
    )


def test_a_position_is_read_back_in_another_style():
    assert all(OTHER[style] is not style for style in Style)


def test_distances_are_those_of_the_published_examples():
    # GeographicLib's documentation: Wellington to Salamanca, 19959679.267 m.
    one, other = of_degrees(-41.32, 174.81), of_degrees(40.96, -5.50)

    assert distance_m(one, other) == pytest.approx(19_959_679.267, abs=0.01)
    assert bearing_deg(of_degrees(0, 0), of_degrees(0, 1)) == pytest.approx(90)


@given(points, st.floats(0, 359), st.floats(1, 1_000_000))
def test_going_somewhere_is_as_far_as_it_was(at, bearing, distance):
    assert distance_m(at, offset(at, bearing, distance)) == pytest.approx(distance, abs=0.05)
