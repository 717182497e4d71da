"""Phrases of place become the shapes that they say, or stay text with the reason."""

from __future__ import annotations

import pytest

from tieline.feeds.warnings import About, Phrase
from tieline.space.geodesy import distance_m
from tieline.space.position import position
from tieline.space.shape import Circle, Corridor, EdgeKind, Point, Polygon

RING = "44-00.00N 030-00.00E, 44-00.00N 031-00.00E,\n43-00.00N 031-00.00E, 43-00.00N 030-00.00E"


def at(lat: float, lon: float):
    return position(round(lat * 10**7), round(lon * 10**7))


def only(warning):
    assert warning.unread == ()
    (part,) = warning.parts
    return part


def reason(warning):
    assert [part for part in warning.parts if not isinstance(part.shape, Point)] == []
    return next(left.reason for left in warning.unread if left.about is About.SHAPE)


def test_an_area_is_a_ring_with_rhumb_edges(read):
    part = only(read(f"GUNNERY EXERCISES 15 APR IN AREA BOUND BY\n{RING}."))
    assert part.phrase is Phrase.AREA
    assert part.shape == Polygon(
        ring=(at(44, 30), at(44, 31), at(43, 31), at(43, 30)),
        edge=EdgeKind.RHUMB,
        error_m=part.shape.error_m,
    )


def test_a_closing_corner_is_left_out(read):
    part = only(read(f"SURVEY IN AREA BOUND BY\n{RING}, 44-00.00N 030-00.00E."))
    assert len(part.shape.ring) == 4


def test_long_edges_carry_how_far_rhumb_line_and_geodesic_lie_apart(read):
    ring = "40-00N 010-00W, 40-00N 040-00W, 30-00N 025-00W"
    part = only(read(f"HAZARDOUS OPERATIONS IN AREA BOUND BY {ring}."))
    # 30 degrees of longitude at 40 N: sagitta of about (2,555 km)^2 tan 40 / 8 R.
    assert 90_000 < part.shape.error_m < 120_000


@pytest.mark.parametrize(
    ("words", "radius_m"),
    [
        ("IN AREA WITHIN TEN MILES OF", 18_520),
        ("IN AREA WITHIN 2.5 MILES OF", 4_630),
        ("IN AREA WITHIN 500 METERS OF", 500),
        ("IN AREA WITHIN A RADIUS OF 3 NM OF", 5_556),
        ("IN 5 MILE RADIUS OF", 9_260),
        ("IN AREA WITHIN 200 YARDS OF", 183),
    ],
)
def test_circles_are_read_in_their_units(read, words, radius_m):
    part = only(read(f"DIVING OPERATIONS {words}\n43-30.00N 030-30.00E."))
    assert part.shape == Circle(centre=at(43.5, 30.5), radius_m=radius_m)


def test_a_bare_m_is_metres_only_where_it_cannot_be_miles(read):
    line = "TRACKLINE JOINING 43-30N 030-30E, 43-40N 030-40E."
    assert only(read(f"CHANNEL WITHIN 200M OF {line}")).shape.half_width_m == 200
    assert "not said" in reason(read(f"CHANNEL WITHIN 20M OF {line}"))


def test_items_take_the_phrase_of_their_paragraph(read):
    warning = read(
        "1. SURVEY OPERATIONS 15 APR IN AREAS WITHIN FOUR MILES OF:\n"
        "   A. 43-30.00N 030-30.00E.\n"
        "   B. 43-40.00N 030-40.00E.\n"
        "   TWO MILE BERTH REQUESTED.\n"
        "2. CANCEL THIS MSG 160000Z APR 24."
    )
    assert [part.label for part in warning.parts] == ["1.A", "1.B"]
    assert all(part.shape.radius_m == 7_408 for part in warning.parts)
    assert all(part.keep_off_m == 3_704 for part in warning.parts)
    assert warning.unread == ()


def test_items_may_have_phrases_of_their_own(read):
    warning = read(
        "1. HAZARDOUS OPERATIONS 15 APR IN AREAS:\n"
        "   A. BOUND BY 44-00N 030-00E, 44-00N 031-00E, 43-00N 031-00E.\n"
        "   B. WITHIN SIX MILES OF TRACKLINE BETWEEN\n"
        "      43-30N 030-30E AND 43-40N 030-40E.\n"
        "   C. WITHIN SIX MILES OF 43-10N 030-10E."
    )
    kinds = [type(part.shape) for part in warning.parts]
    assert kinds == [Polygon, Corridor, Circle]
    assert warning.parts[1].shape.half_width_m == 11_112


def test_parallels_and_meridians_make_a_box(read):
    part = only(read("FIRING 15 APR IN AREA BETWEEN\n43-00S 44-00S AND 030-00W 031-00W."))
    assert part.phrase is Phrase.BETWEEN
    assert set(part.shape.ring) == {at(-43, -30), at(-43, -31), at(-44, -31), at(-44, -30)}


def test_a_corridor_has_its_width_and_the_distance_from_vessels_in_it(read):
    warning = read(
        "1. A SAFE CORRIDOR (SC) IS OPEN. NO AIRCRAFT MAY CLOSE WITHIN A RADIUS OF 10NM\n"
        "   OF ANY VESSEL IN IT.\n"
        "2. THE SC IS 60NM LONG AND 3NM WIDE. VESSELS TRANSIT ALONG TRACKLINE JOINING\n"
        "   43-00N 030-00E, 44-00N 030-00E."
    )
    part = only(warning)
    assert (part.shape.half_width_m, part.keep_off_m) == (2_778, 18_520)


def test_a_corridor_of_another_length_than_stated_is_not_believed(read):
    line = "TRACKLINE JOINING 43-00N 030-00E, 44-00N 030-00E"
    text = f"THE CORRIDOR IS 80NM LONG AND 3NM WIDE ALONG {line}."
    assert "the text says 80" in reason(read(text))


@pytest.mark.parametrize(
    "text",
    [
        "FIRING WITHIN 20 MILES OF 43-30N 030-30E BETWEEN 270 DEGREES AND 360 DEGREES.",
        "FIRING BETWEEN 270 DEGREES AND 360 DEGREES IN AREA WITHIN 20 MILES OF 43-30N 030-30E.",
    ],
)
def test_bearings_make_a_sector_clockwise_from_the_first_to_the_second(read, text):
    part = only(read(text))
    assert part.phrase is Phrase.SECTOR
    ring = part.shape.ring
    assert at(43.5, 30.5) in ring
    assert all(corner.lat_deg >= 43.497 and corner.lon_deg <= 30.5001 for corner in ring)
    assert max(distance_m(at(43.5, 30.5), corner) for corner in ring) == pytest.approx(
        37_040, abs=4
    )


def test_an_area_over_the_antimeridian_is_read(read):
    part = only(read("SURVEY IN AREA BOUND BY 10-00N 179-00E, 10-00N 179-00W, 09-00N 179-30W."))
    assert len(part.shape.ring) == 3


def test_positions_in_brackets_are_places_and_no_parts_of_the_sea(read):
    warning = read("S/V SAMPLE OVERDUE PORTO (43-00N 030-00E) TO VILLA (44-00N 030-00E).")
    assert [part.phrase for part in warning.parts] == [Phrase.PLACE, Phrase.PLACE]


def test_a_thing_seen_has_its_time_and_what_its_digits_leave_open(read):
    part = only(read("CONTAINER ADRIFT IN VICINITY 43-30N 030-30E AT 111200Z APR."))
    assert part.is_vague
    assert part.shape.error_m == 931
    assert part.observed_ms == 1_712_836_800_000


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "AREA BOUND BY 44-00N 030-00E, 43-00N 031-00E, 44-00N 031-00E, 43-00N 030-00E.",
            "crosses itself",
        ),
        ("SURVEY IN AREA BOUND BY 44-00N 030-00E, 43-00N 031-00E.", "2 corners"),
        ("SURVEY IN AREA BOUND BY 44-00N 030-00E, 43-60N 031-00E, 42-00N 030-00E.", "to 59"),
        ("SURVEY IN AREA BOUND BY 44-00N 030-00E, 43-30N 031 00E, 42-00N 030-00E.", "misspelt"),
        (
            "FIRING IN AREA WITHIN 20 MILES OF 43-30N 030-30E BETWEEN 270 DEGREES WESTWARD.",
            "sector",
        ),
        (
            "FIRING BETWEEN 270 DEGREES AND 360 DEGREES IN SEAS WITHIN 9 MILES OF 43-30N 030-30E.",
            "sector",
        ),
        ("FIRING WITHIN 20 MILES OF 43-30N 030-30E BETWEEN 270 DEGREES AND 460 DEGREES.", "460"),
        (
            "SURVEY IN AREA BOUND BY 44-00N 030-00E, 43-00N 031-00E, 43-00N 030-00E AND COASTLINE.",
            "coast",
        ),
        (
            "SURVEY WITHIN SEVEN MILES WITHIN TRACKLINE BETWEEN 43-00N 030-00E AND 44-00N 030-00E.",
            "was not read",
        ),
        ("FIRING IN AREA 44-00N 030-00E, 43-00N 031-00E, 43-00N 030-00E.", "fit no phrase"),
        ("SURVEY IN 44-00N 030-00E, 43-00N 031-00E, 43-00N 030-00E.", "how they are joined"),
        ("FIRING IN AREA WITHIN 900 MILES OF 43-30N 030-30E.", "600 nautical miles"),
    ],
)  # fmt: skip
def test_what_is_not_believed_stays_text_with_the_reason(read, text, why):
    warning = read(text)
    assert why in reason(warning)
    assert warning.parts == ()


def test_a_place_in_another_sea_than_the_opening_line_is_not_believed(read):
    text = (
        "1. GUNNERY IN AREA WITHIN TWO MILES OF 43-30{}030-30E.\n2. CANCEL THIS MSG 010000Z MAY 24."
    )
    assert read(text.format("N "), sea="BLACK SEA").unread == ()
    assert "outside BLACK SEA" in reason(read(text.format("S "), sea="BLACK SEA"))
    assert "subregions 51" in reason(
        read(text.format("N ").replace("030", "130"), subregions=("55",))
    )
