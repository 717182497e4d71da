"""Limits and times of airspace: rounded outwards, taken wider where they are left to others."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.files.aixmmaking import (
    FL,
    airspace,
    arc,
    limits,
    ms,
    period,
    read,
    sheet,
    surface,
    times,
)

from tieline.files.aixmtimes import Told, window_of
from tieline.files.xmltree import parse
from tieline.space.band import EVERYWHERE, Band, Datum
from tieline.space.position import of_degrees
from tieline.space.spans import spans_between
from tieline.space.sun import sun_minute
from tieline.space.window import Interval, Sun


@pytest.mark.parametrize(
    ("lower", "upper", "band"),
    [
        ("FT GND", "FT UNL", EVERYWHERE),
        ("FT 0 SFC", "FL 50", Band(upper_m=1_524, datum=FL)),
        ("FT 500 MSL", "FT 1500 MSL", Band(lower_m=152, upper_m=458)),
        ("M 300 SFC", "M 600 SFC", Band(lower_m=300, upper_m=600, datum=Datum.GROUND)),
        ("FT 1000 SFC", "FT UNL", Band(lower_m=304, datum=Datum.GROUND)),
        ("SM 120", "SM 300", Band(lower_m=1_200, upper_m=3_000, datum=FL)),
        ("M 10 W84", "M 20 W84", Band(lower_m=10, upper_m=20, datum=Datum.ELLIPSOID)),
        ("FT 11500 MSL", "FL 245", Band(lower_m=3_505, upper_m=7_468 + 1_200)),
    ],
)
def test_limits_are_rounded_outwards_and_keep_what_they_are_measured_from(lower, upper, band):
    (one,) = read(
        airspace(surface(arc(50.0, 1.0, 5, 0, 360), limits=limits(lower, upper)))
    ).notified

    assert one.volumes[0].band == band
    assert not one.volumes[0].coarse


@pytest.mark.parametrize(
    ("lower", "upper", "words"),
    [
        ("FL 300", "FL 100", "the lower limit is above the upper one"),
        ("FT 300", "FT 900 MSL", "does not say above what"),
        ("YD 300 MSL", "FT 900 MSL", "no height in a known unit"),
        ("FT much MSL", "FT 900 MSL", "is no height"),
        ("FT 1e99 MSL", "FT 900 MSL", "above what is taken"),
        ("FT NaN MSL", "FT 900 MSL", "no height in a known unit"),
    ],
)
def test_limits_that_cannot_be_read_are_every_height_and_a_fault(lower, upper, words):
    reading = read(airspace(surface(arc(50.0, 1.0, 5, 0, 360), limits=limits(lower, upper))))

    volume = reading.notified[0].volumes[0]
    assert (volume.band, volume.coarse) == (EVERYWHERE, True)
    assert words in reading.faults[0]
    assert "every height is taken" in reading.faults[0]


def test_an_activation_may_have_levels_of_its_own():
    own = limits("FL 100", "FL 300")
    layer, whole = (
        f"<aixm:levels><aixm:AirspaceLayer>{limits(*ends)}</aixm:AirspaceLayer></aixm:levels>"
        for ends in (("FL 150", "FL 200"), ("OTHER FLOOR", "OTHER CEILING"))
    )
    place = surface(arc(50.0, 1.0, 5, 0, 360), limits=own)
    (one,), (other,) = (read(airspace(place, levels=each)).notified for each in (layer, whole))

    assert one.volumes[0].band == Band(lower_m=4_572, upper_m=6_096, datum=FL)
    assert other.volumes[0].band == Band(lower_m=3_048, upper_m=9_144, datum=FL)


@pytest.mark.parametrize(
    ("sheets", "start", "stop", "expected"),
    [
        ("", "2026-12-01T09:00", "2026-12-03T10:00", ["1T09:00-3T10:00"]),
        (sheet(), "2026-12-01T09:00", "2026-12-03T10:00",
         ["1T09:00-1T12:00", "2T08:00-2T12:00", "3T08:00-3T10:00"]),
        (sheet(), "2026-12-01T13:00", "2026-12-02T07:00", []),
        (sheet(start="22:00", stop="04:00"), "2026-12-01T00:00", "2026-12-03T00:00",
         ["1T00:00-1T04:00", "1T22:00-2T04:00", "2T22:00-3T00:00"]),
        (sheet(start="00:00", stop="00:00", dayTil="ANY"), "2026-12-01T09:00", "2026-12-03T10:00",
         ["1T09:00-3T10:00"]),
        (sheet(start="00:00", stop="24:00"), "2026-12-01T09:00", "2026-12-03T10:00",
         ["1T09:00-3T10:00"]),
        # 1 December 2026 is a Tuesday.
        (sheet("WED") + sheet("FRI", "13:00", "14:00"), "2026-12-01T00:00", "2026-12-06T00:00",
         ["2T08:00-2T12:00", "4T13:00-4T14:00"]),
        (sheet("FRI", "17:00", "07:00", dayTil="MON"), "2026-12-01T00:00", "2026-12-09T00:00",
         ["4T17:00-7T07:00"]),
        (sheet("MON", "06:00", "18:00", dayTil="FRI"), "2026-12-02T00:00", "2026-12-08T00:00",
         ["2T00:00-4T18:00", "7T06:00-8T00:00"]),
        (sheet(timeReference="UTC+2"), "2026-12-01T00:00", "2026-12-02T00:00",
         ["1T06:00-1T10:00"]),
        (sheet(timeReference="UTC-5", start="20:00", stop="23:00"), "2026-12-01T00:00",
         "2026-12-03T00:00", ["1T01:00-1T04:00", "2T01:00-2T04:00"]),
        (sheet(startDate="02-12", endDate="03-12"), "2026-12-01T00:00", "2026-12-06T00:00",
         ["2T08:00-2T12:00", "3T08:00-3T12:00"]),
        (sheet(startDate="30-12", endDate="02-01"), "2026-12-31T00:00", "2027-01-15T00:00",
         ["31T08:00-31T12:00", "1T08:00-1T12:00", "2T08:00-2T12:00"]),
        (sheet(daylightSavingAdjust="YES"), "2026-12-01T00:00", "2026-12-02T00:00",
         ["1T07:00-1T12:00"]),
        (sheet() + sheet(start="09:00", stop="10:00", excluded="YES"), "2026-12-01T00:00",
         "2026-12-02T00:00", ["1T08:00-1T12:00"]),
        (sheet("HOL"), "2026-12-01T00:00", "2026-12-02T00:00", ["1T08:00-1T12:00"]),
    ],
)  # fmt: skip
def test_timesheets_hold_when_they_say_within_the_validity(sheets, start, stop, expected):
    if expected:
        assert times(sheets, start, stop) == expected
        return
    place = surface(arc(50.0, 1.0, 5, 0, 360))
    reading = read(airspace(place, sheets=sheets, valid=period(f"{start}:00Z", f"{stop}:00Z")))
    assert reading.notified[0].volumes == ()
    assert "no time of its timesheets lies within its validity" in reading.faults[0]


def test_sunset_to_sunrise_is_worked_out_where_it_is():
    night = sheet(start="", stop="", startEvent="SS", endEvent="SR",
                  startTimeRelativeEvent="-30", endTimeRelativeEvent="30")  # fmt: skip
    first, *_ = times(night, "2026-12-01T00:00", "2026-12-03T00:00")

    at = of_degrees(50, 1)
    sunset = (sun_minute(date(2026, 12, 1), at, Sun.SET) or 0) - 30
    sunrise = (sun_minute(date(2026, 12, 2), at, Sun.RISE) or 0) + 30
    assert first == (
        f"1T{sunset // 60:02d}:{sunset % 60:02d}-2T{sunrise // 60:02d}:{sunrise % 60:02d}"
    )


@given(
    st.integers(0, 20 * 1440), st.integers(1, 12 * 1440),
    st.tuples(st.integers(0, 95), st.integers(0, 96)),
    st.sampled_from(["UTC", "UTC+9", "UTC-11", "UTC+5:30"]), st.sampled_from(["ANY", "MON", "THU"]),
)  # fmt: skip
@settings(max_examples=150)
def test_a_rule_within_a_validity_is_what_both_have_in_common(
    begin, lasts, times_of_day, zone, day
):
    since, to = times_of_day

    clock = [f"{n // 4:02d}:{n % 4 * 15:02d}" for n in (since, to)]
    held = sheet(day, *clock, timeReference=zone).replace("aixm:", "")
    root = parse(held.encode(), source="x", root="timeInterval")
    start_ms = ms("2026-12-01T00:00") + begin * 60_000
    end_ms = start_ms + lasts * 60_000
    valid = Interval(start_ms=start_ms, end_ms=end_ms)
    window = window_of(list(root.all("Timesheet")), valid, Told())

    # The long way: every quarter of an hour, by the clock and the weekday of its zone.
    ahead = {"UTC": 0, "UTC+9": 540, "UTC-11": -660, "UTC+5:30": 330}[zone]
    wanted = set()
    minute0 = start_ms // 60_000
    for minute in range(minute0, minute0 + lasts):
        local = minute + ahead
        on, of_day = divmod(local, 1440)
        for back in (0, 1):
            at = of_day + 1440 * back
            finish = to * 15 if to > since else to * 15 + 1440
            weekday = (on - back + 3) % 7
            if since * 15 <= at < finish and (
                day == "ANY" or weekday == (0 if day == "MON" else 3)
            ):
                wanted.add(minute)
    spans = spans_between(window, start_ms - 10**9, end_ms + 10**9) if window else ()
    assert {m for a, b in spans for m in range(a // 60_000, b // 60_000)} == wanted


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        (sheet(start="25:00"), "is no time of day"),
        (sheet(timeReference="CET"), "neither UTC nor an offset"),
        (sheet(timeReference="UTC+15"), "neither UTC nor an offset"),
        (sheet(start="", startEvent="MOON"), "neither sunrise nor sunset"),
        (sheet(startDate="31-02", endDate="31-12"), "is no day of a year"),
    ],
)
def test_a_timesheet_that_cannot_be_read_is_a_fault(sheets, words):
    reading = read(airspace(surface(arc(50.0, 1.0, 5, 0, 360)), sheets=sheets))

    assert reading.notified == ()
    assert words in reading.faults[0]


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        (sheet(excluded="YES") + sheet(), "times that are excluded are not taken away"),
        (sheet("WORK_DAY"), "days by a calendar of their place (WORK_DAY)"),
        (sheet(startEvent="SR"), "a whole day is taken"),
        (sheet(daylightSavingAdjust="YES"), "both are taken all the year"),
        (sheet(startDate="SDLST", endDate="EDLST"), "dates that are not worked out"),
    ],
)
def test_what_a_timesheet_leaves_to_others_is_taken_wider_marked_and_said(sheets, words):
    reading = read(airspace(surface(arc(50.0, 1.0, 5, 0, 360)), sheets=sheets))

    assert reading.notified[0].volumes[0].coarse
    assert words in reading.faults[0]
