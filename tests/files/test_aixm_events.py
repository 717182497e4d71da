"""What is no airspace in force, what a NOTAM adds, and what is no such file."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.files.aixmmaking import (
    CIRCLE,
    EPSG,
    FL,
    TOKENS,
    WHOLE,
    airspace,
    arc,
    event,
    limits,
    linked,
    period,
    read,
    segment,
    shape_of,
    string,
    surface,
)

from tieline.errors import UsageError
from tieline.files import aixm
from tieline.space.band import EVERYWHERE, Band, Datum
from tieline.space.geodesy import NM_M


@pytest.mark.parametrize(
    ("member", "words"),
    [
        (airspace(status="INACTIVE"), "EAR9 is not in force: INACTIVE"),
        (airspace().replace("activation>", "other>"), "EAR9 says nothing of when it is in force"),
        (airspace(valid=""), "it does not say when it is valid"),
        (airspace(valid=period("2026-12-02", "2026-12-01")), "ends before"),
        (airspace(valid=period("soon", "")), "is no instant"),
        ("<aixm:Runway/>", "1 of Runway: features of this sort are not read"),
        ("<event:Event/>", "an event without a time slice"),
        ("<aixm:DesignatedPoint/>", "holds no airspace and no route segment"),
    ],
)
def test_what_is_not_taken_is_a_fault(member, words):
    reading = read(member)

    assert reading.notified == ()
    assert any(words in fault for fault in reading.faults)


def test_only_the_last_correction_of_a_time_slice_counts():
    wrong, right = (
        airspace(surface(arc(50.0, 1.0, radius, 0, 360))).replace(
            "<aixm:sequenceNumber>",
            f"<aixm:correctionNumber>{n}</aixm:correctionNumber><aixm:sequenceNumber>",
        )
        for n, radius in ((0, 5), (1, 6))
    )
    slices = right.partition("<aixm:timeSlice>")[2].partition("</aixm:Airspace>")[0]
    both = wrong.replace("</aixm:Airspace>", f"<aixm:timeSlice>{slices}</aixm:Airspace>")

    (one,) = read(both).notified
    assert one.volumes[0].shape.radius_m == 6 * NM_M


def test_a_notam_that_cancels_makes_a_notification_that_is_over():
    (one,) = read(event(type="C"), linked(airspace(CIRCLE))).notified

    assert (one.key, one.state) == ("B0007/26 EAR9", "cancelled")


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ({"coordinates": "5000N00100E", "radius": "999"}, "and no NOTAM bounds it"),
        ({"coordinates": "5000N00100E", "radius": "far"}, "radius 'far' of its NOTAM is none"),
        ({"coordinates": "522231N315670W", "radius": "5"}, "315670W"),
    ],
)
def test_a_circle_that_bounds_nothing_does_not_stand_in(items, words):
    reading = read(event(**items), linked(airspace()))

    assert reading.notified == ()
    assert words in reading.faults[0]


@pytest.mark.parametrize(
    ("items", "band"),
    [
        ({"lowerLimit": "SFC", "upperLimit": "3000FT AGL"}, Band(upper_m=915, datum=Datum.GROUND)),
        ({"lowerLimit": "300M AMSL", "upperLimit": "UNL"}, Band(lower_m=300)),
        ({"minimumFL": "100", "maximumFL": "999"}, Band(lower_m=3_048, datum=FL)),
        ({}, EVERYWHERE),
    ],
)
def test_limits_of_a_notam_stand_in_where_the_data_hold_none(items, band):
    place = {"coordinates": "5000N00100E", "radius": "5"}
    (one,) = read(event(**place, **items), linked(airspace())).notified

    assert one.volumes[0].band == band


def test_what_may_be_activated_on_request_is_taken_and_said():
    (one,) = read(airspace(CIRCLE, status="AVBL_FOR_ACTIVATION")).notified

    assert "may be activated on request: taken as in force" in one.doubts


@pytest.mark.parametrize(
    ("operation", "shapes", "words"),
    [
        ("UNION", 2, ""),
        ("SUBTR", 1, "a part that is to be taken away is not: the area is taken whole"),
        ("INTERS", 2, "only what two parts have in common is meant: each is taken whole"),
    ],
)
def test_parts_of_an_outline_are_never_taken_smaller_than_they_are(operation, shapes, words):
    whole = airspace(CIRCLE)
    begin, close = "<aixm:geometryComponent>", "</aixm:geometryComponent>"
    part = begin + whole.partition(begin)[2].partition(close)[0] + close
    other = part.replace("50.0 1.0", "50.1 1.0").replace(
        "<aixm:theAirspaceVolume>", f"<aixm:operation>{operation}</aixm:operation>"
        "<aixm:theAirspaceVolume>"
    )  # fmt: skip
    reading = read(whole.replace(close, close + other))

    assert len(reading.notified[0].volumes) == shapes
    assert [fault.partition("): ")[2] for fault in reading.faults] == [words] * bool(words)


def test_a_maximum_limit_leaves_no_upper_end():
    place = surface(
        arc(50.0, 1.0, 5, 0, 360),
        limits=limits("FT GND", "FT 3000 MSL")
        + '<aixm:maximumLimit uom="FT">500</aixm:maximumLimit>',
    )
    (one,) = read(airspace(place)).notified

    assert one.volumes[0].band == EVERYWHERE
    assert any("a maximum limit overrides the upper one" in words for words in one.doubts)


def test_a_route_closed_with_two_widths_takes_the_wider_one():
    curve = (
        f'<aixm:curveExtent><aixm:Curve srsName="{EPSG}"><gml:segments>'
        f"{string((50, 1), (51, 2))}</gml:segments></aixm:Curve></aixm:curveExtent>"
        '<aixm:widthRight uom="KM">4</aixm:widthRight>'
    )

    assert shape_of(segment(curve)).half_width_m == 9_000


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<gpx/>", "begins with 'gpx'"),
        (b"<AIXMBasicMessage>", "is not XML"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><AIXMBasicMessage/>', "declares a document type"),
        (b"<AIXMBasicMessage>" + b"<a>" * 100, "nested more than 64 deep"),
        (b"", "is not XML"),
    ],
)
def test_what_is_no_such_message_is_refused(data, words):
    with pytest.raises(UsageError, match=words):
        aixm.read(data, source="a.xml")


def test_an_outline_of_a_million_corners_is_refused_in_little_time():
    text = "1.5 2.5 " * 1_000_000
    huge = surface(f"<gml:GeodesicString><gml:posList>{text}</gml:posList></gml:GeodesicString>")

    assert "an outline of 1000000 corners" in read(airspace(huge)).faults[0]


@given(st.data())
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_a_message_with_anything_in_any_place_is_read_or_refused_and_never_more(data):
    spots = [found.span() for found in re.finditer(rb'(?<=>)[^<]+|(?<=")[^"]*(?=")', WHOLE)]
    changed = WHOLE
    for start, stop in sorted(
        data.draw(st.lists(st.sampled_from(spots), max_size=3)), reverse=True
    ):
        changed = changed[:start] + data.draw(st.sampled_from(TOKENS)) + changed[stop:]

    try:
        reading = aixm.read(changed, source="a.xml")
    except UsageError:
        return
    assert reading.notified or reading.faults
