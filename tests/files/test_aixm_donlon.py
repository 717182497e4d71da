"""The eight examples of Donlon, a state that is not: what their XML says, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from tests.files.aixmmaking import (
    DONLON,
    FL,
    during,
    ms,
    only,
)

from tieline.cli.overlapsources import read_file
from tieline.deconfliction.finding import find
from tieline.deconfliction.notified import Notified
from tieline.errors import UsageError
from tieline.files import aixm
from tieline.space.band import EVERYWHERE, Band
from tieline.space.geodesy import NM_M
from tieline.space.position import of_degrees
from tieline.space.shape import Circle
from tieline.space.volume import Volume
from tieline.space.window import Interval, Repeat, TimeOfDay, Window


@pytest.fixture(scope="session")
def donlon(shared_data):
    folder = shared_data(DONLON)

    def load(name: str):
        return aixm.read((folder / f"DN_{name}.xml").read_bytes(), source=f"{name}.xml")

    return load


EAR2 = Circle(centre=of_degrees(41 + 47 / 60, -(35 + 1 / 60)), radius_m=11 * NM_M)
"""4147N03501W, radius 11: item Q of the NOTAM, for an airspace whose outline is elsewhere."""


def test_saa_act_area_activation(donlon):
    reading = donlon("SAA.ACT_area_activation")
    one, volumes = only(reading)

    assert (one.key, one.title, one.party) == ("A1200/18", "EAR2_20180501", "EAAD")
    assert (one.kind, one.state) == ("exercise", "")
    assert one.filed_ms == ms("2018-04-20T09:51:22")
    assert one.text.endswith("Restricted Area EAR2 PASOUND activated, training activities.")
    assert volumes == (
        Volume(
            shape=EAR2,
            window=during("2018-05-01T05:00", "2018-05-01T15:00"),
            band=Band(lower_m=7_620, upper_m=10_668, datum=FL),
            coarse=True,
        ),
    )
    assert len(reading.faults) == 1
    assert "no outline stands in this file: the circle of its NOTAM" in reading.faults[0]


def test_saa_act_changed_limits_are_the_wrong_way_round_and_are_not_turned(donlon):
    reading = donlon("SAA.ACT_changed_limits")
    one, volumes = only(reading)

    assert (one.key, one.kind) == ("A1222/18", "exercise")
    assert volumes == (
        Volume(
            shape=Circle(
                centre=of_degrees(41.7969444444445, -35.02694444),
                radius_m=10 * NM_M,
                error_m=1_000,
            ),
            window=during("2018-05-07T14:00", "2018-05-08T14:00"),
            band=EVERYWHERE,
            coarse=True,
        ),
    )
    assert [fault.partition("): ")[2] for fault in reading.faults] == [
        "the lower limit is above the upper one (FL400 to FL300): every height is taken",
        "the NOTAM says FL300 to FL400 where the data say FL400 to FL300",
    ]


def test_saa_act_date_range_schedule(donlon):
    reading = donlon("SAA.ACT_date_range_schedule")
    one, volumes = only(reading)

    assert (one.key, one.kind) == ("A1233/18", "hazard")
    assert one.text.startswith("AIR DROP: Restricted Area EAR2 PASOUND")
    daily = Repeat(
        first=date(2018, 5, 10),
        last=date(2018, 5, 20),
        since=TimeOfDay(minute=360),
        to=TimeOfDay(minute=930),
    )
    assert volumes == (
        Volume(
            shape=EAR2,
            window=Window(spans=(daily,)),
            band=Band(lower_m=7_620, upper_m=10_668, datum=FL),
            coarse=True,
        ),
    )
    assert "left out: 1 that say INACTIVE" in one.doubts
    assert len(reading.faults) == 1


def test_saa_new_sar(donlon):
    reading = donlon("SAA.NEW_SAR")
    one, volumes = only(reading)

    assert (one.key, one.title, one.kind) == ("A0144/17", "RA_20170829", "hazard")
    assert one.filed_ms == ms("2017-08-29T16:55:23")
    assert one.text.startswith("SAR: Restricted Area established for search and rescue within")
    assert volumes == (
        Volume(
            shape=Circle(centre=of_degrees(53.103333, -40.033055), radius_m=3 * NM_M),
            window=during("2017-08-29T17:01", "2017-08-29T19:00"),
            band=Band(upper_m=153),
        ),
    )
    assert "no time reference is given: taken as UTC" in one.doubts
    assert [fault.partition("): ")[2] for fault in reading.faults] == [
        "the text says a radius of 4 NM where the data say 3 NM"
    ]


def test_saa_new_several_notam_whose_words_are_about_another_place_and_day(donlon):
    reading = donlon("SAA.NEW_several_NOTAM")
    one, volumes = only(reading)

    assert one.key == "A1142/18"
    assert volumes == (
        Volume(
            shape=Circle(centre=of_degrees(52.103333, -41.033055), radius_m=3 * NM_M),
            window=during("2018-02-05T07:00", "2018-02-05T23:00"),
            band=Band(upper_m=153),
        ),
    )
    assert [fault.partition("): ")[2] for fault in reading.faults] == [
        "the NOTAM says 2017-08-29 17:01Z where the data say 2018-02-05 07:00Z",
        "the NOTAM says 2017-08-29 19:00Z where the data say 2018-02-05 23:00Z",
        "the outline reaches 73.2 NM from 53-06N 040-02W, around which the NOTAM names 4 NM",
        "the text says a radius of 4 NM where the data say 3 NM",
    ]


def test_atsa_new_in_use(donlon):
    reading = donlon("ATSA.NEW_in_use")
    one, volumes = only(reading)

    assert (one.key, one.title) == ("A1574/18 EAA0422-18", "EAA0422-18")
    assert volumes == (
        Volume(
            shape=Circle(
                centre=of_degrees(51.28333333333333, -0.7833333333333333), radius_m=18_520
            ),
            window=during("2018-11-15T10:00", "2018-11-15T20:00"),
            band=Band(upper_m=1_524, datum=FL),
        ),
    )
    assert (one.doubts, reading.faults) == ((), ())


def test_rte_cls_with_schedule(donlon):
    reading = donlon("RTE.CLS_w_schedule")
    one, volumes = only(reading)

    assert (one.key, one.title, one.kind) == ("A1298/18", "RTESG_CLS_20180915", "closure")
    assert volumes == (
        Volume(
            shape=Circle(centre=EAR2.centre, radius_m=14 * NM_M),
            window=during("2018-09-15T09:00", "2018-09-15T11:00"),
            band=Band(lower_m=3_048, upper_m=3_810, datum=FL),
            coarse=True,
        ),
    )
    assert "left out: 6 that say OPEN" in one.doubts
    assert len(reading.faults) == 1


def test_atsa_act_sectors_is_not_well_formed_and_is_refused_with_its_line(donlon):
    with pytest.raises(UsageError, match=r"is not XML: not well-formed .*line 98"):
        donlon("ATSA.ACT_sectors")


def test_atsa_act_sectors_with_its_comment_mended(shared_data):
    text = (shared_data(DONLON) / "DN_ATSA.ACT_sectors.xml").read_text()
    text = text.replace("--exact radius to be determined-\n", "exact radius to be determined\n")
    reading = aixm.read(text.encode(), source="sectors.xml")

    assert [one.key for one in reading.notified] == ["A1455/18", "A1455/18 #2"]
    east, west = (one.volumes[0] for one in reading.notified)
    enclosing = Circle(centre=of_degrees(49 + 22 / 60, 9 / 60), radius_m=14 * NM_M)
    assert (east.shape, west.shape) == (enclosing, enclosing)
    assert east.window == during("2018-10-14T15:00", "2018-10-15T23:00")
    assert west.window == Window(spans=(Interval(start_ms=ms("2017-07-01T00:00")),))
    assert east.band == Band(lower_m=914, upper_m=13_716, datum=FL)
    assert sum("no outline stands in this file" in fault for fault in reading.faults) == 2
    assert any("2018-10-14 15:00Z where the data say 2017-07-01" in f for f in reading.faults)


def flight(where, times, heights_m) -> Notified:
    volume = Volume(
        shape=Circle(centre=of_degrees(*where), radius_m=2 * NM_M),
        window=during(*times),
        band=Band(lower_m=heights_m[0], upper_m=heights_m[1], datum=FL),
    )
    return Notified(key="flight", party="Other", kind="flight", volumes=(volume,))


@pytest.fixture(scope="session")
def published(donlon):
    names = (
        *(f"SAA.ACT_{name}" for name in ("area_activation", "changed_limits")),
        *("SAA.ACT_date_range_schedule", "SAA.NEW_SAR", "SAA.NEW_several_NOTAM"),
        *("ATSA.NEW_in_use", "RTE.CLS_w_schedule"),
    )
    return [one for name in names for one in donlon(name).notified]


def met(published, other) -> set[str]:
    found = find([*published, other], known_ms=0).overlaps
    return {side.key for each in found for side in each.sides} - {"flight"}


def test_no_two_of_the_examples_overlap(published):
    found = find(published, known_ms=0, own_too=True)

    assert (found.volumes, found.overlaps, found.uncompared) == (7, (), ())


@pytest.mark.parametrize(
    ("where", "times", "heights_m", "expected"),
    [
        ((41.8, -35), ("2018-05-01T10:00", "2018-05-01T11:00"), (8_000, 9_000), {"A1200/18"}),
        ((41.8, -35), ("2018-05-01T15:00", "2018-05-01T16:00"), (8_000, 9_000), set()),
        ((41.8, -35), ("2018-05-01T10:00", "2018-05-01T11:00"), (1_000, 2_000), set()),
        ((41.5, -35), ("2018-05-01T10:00", "2018-05-01T11:00"), (8_000, 9_000), set()),
        ((41.8, -35), ("2018-05-08T13:00", "2018-05-08T16:00"), (1_000, 2_000), {"A1222/18"}),
        ((41.8, -35), ("2018-05-12T06:00", "2018-05-12T07:00"), (8_000, 9_000), {"A1233/18"}),
        ((41.8, -35), ("2018-05-12T15:30", "2018-05-12T23:00"), (8_000, 9_000), set()),
        ((41.8, -35), ("2018-05-20T15:00", "2018-05-20T23:00"), (8_000, 9_000), {"A1233/18"}),
        ((41.8, -35), ("2018-05-21T06:00", "2018-05-21T07:00"), (8_000, 9_000), set()),
        ((53.1, -40), ("2017-08-29T18:00", "2017-08-29T18:05"), (0, 100), {"A0144/17"}),
        ((53.1, -40), ("2018-02-05T18:00", "2018-02-05T18:05"), (0, 100), set()),
        ((52.1, -41), ("2018-02-05T18:00", "2018-02-05T18:05"), (0, 100), {"A1142/18"}),
        ((51.3, -0.8), ("2018-11-15T19:00", "2018-11-15T21:00"), (0, 100), {"A1574/18 EAA0422-18"}),
        ((41.8, -35), ("2018-09-15T10:00", "2018-09-15T10:30"), (3_500, 3_600), {"A1298/18"}),
        ((41.8, -35), ("2018-09-15T10:00", "2018-09-15T10:30"), (9_000, 9_500), set()),
    ],
)
def test_a_flight_meets_what_holds_where_and_when_it_is(
    published, where, times, heights_m, expected
):
    assert met(published, flight(where, times, heights_m)) == expected


def test_a_file_is_known_by_what_is_in_it(shared_data):
    name = str(shared_data(DONLON) / "DN_ATSA.NEW_in_use.xml")

    assert read_file(name).notified[0].party == "EAAD"
    assert read_file(f"Donlon={name}").notified[0].party == "Donlon"
