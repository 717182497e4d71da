"""Airspace data as published are read as they stand, and what they leave open is said."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieline.cli.overlapsources import read_file
from tieline.deconfliction.finding import find
from tieline.deconfliction.notified import Notified
from tieline.errors import UsageError
from tieline.files import aixm
from tieline.files.aixmtimes import Told, window_of
from tieline.files.xmltree import parse
from tieline.space.arcs import ARC_ERROR_M, Sector
from tieline.space.band import EVERYWHERE, Band, Datum
from tieline.space.geodesy import NM_M, distance_m
from tieline.space.position import of_degrees
from tieline.space.shape import Circle, Corridor, EdgeKind, Polygon, corners
from tieline.space.spans import spans_between
from tieline.space.sun import sun_minute
from tieline.space.volume import Volume
from tieline.space.window import Interval, Repeat, Sun, TimeOfDay, Window

DONLON = "aixm-donlon-dnotam"
FL = Datum.PRESSURE


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


def during(start: str, end: str) -> Window:
    return Window(spans=(Interval(start_ms=ms(start), end_ms=ms(end)),))


# -- the eight examples of Donlon, a state that is not: what their XML says, and nothing else


@pytest.fixture(scope="session")
def donlon(shared_data):
    folder = shared_data(DONLON)

    def load(name: str):
        return aixm.read((folder / f"DN_{name}.xml").read_bytes(), source=f"{name}.xml")

    return load


EAR2 = Circle(centre=of_degrees(41 + 47 / 60, -(35 + 1 / 60)), radius_m=11 * NM_M)
"""4147N03501W, radius 11: item Q of the NOTAM, for an airspace whose outline is elsewhere."""


def only(reading):
    (one,) = reading.notified
    return one, one.volumes


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


# -- overlaps with and among them


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


# -- outlines, made here as the guidelines of AIXM write them


def message(*members: str) -> bytes:
    inside = "".join(f"<m:hasMember>{member}</m:hasMember>" for member in members)
    return (
        '<m:AIXMBasicMessage xmlns:m="http://www.aixm.aero/schema/5.1.1/message" '
        'xmlns:aixm="http://www.aixm.aero/schema/5.1.1" xmlns:gml="http://www.opengis.net/gml/3.2" '
        'xmlns:event="http://www.aixm.aero/schema/5.1/event" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink">{inside}</m:AIXMBasicMessage>'
    ).encode()


def period(start="2026-12-01T00:00:00Z", end="2026-12-31T00:00:00Z") -> str:
    return (
        f"<gml:validTime><gml:TimePeriod><gml:beginPosition>{start}</gml:beginPosition>"
        f"<gml:endPosition>{end}</gml:endPosition></gml:TimePeriod></gml:validTime>"
    )


LIMITS = (
    '<aixm:upperLimit uom="FT">UNL</aixm:upperLimit><aixm:lowerLimit uom="FT">GND</aixm:lowerLimit>'
)
EPSG = "urn:ogc:def:crs:EPSG::4326"


def airspace(
    volume: str = "", *, sheets="", levels="", status="ACTIVE", valid=None, more=""
) -> str:
    component = (
        "<aixm:geometryComponent><aixm:AirspaceGeometryComponent><aixm:theAirspaceVolume>"
        f"<aixm:AirspaceVolume>{volume}</aixm:AirspaceVolume></aixm:theAirspaceVolume>"
        "</aixm:AirspaceGeometryComponent></aixm:geometryComponent>"
    ) * bool(volume)
    return (
        f'<aixm:Airspace gml:id="uuid.a1">{more}<aixm:timeSlice><aixm:AirspaceTimeSlice>'
        f"{period() if valid is None else valid}"
        "<aixm:interpretation>TEMPDELTA</aixm:interpretation><aixm:sequenceNumber>1"
        f"</aixm:sequenceNumber><aixm:designator>EAR9</aixm:designator>{component}"
        f"<aixm:activation><aixm:AirspaceActivation>{sheets}<aixm:status>{status}</aixm:status>"
        f"{levels}</aixm:AirspaceActivation></aixm:activation>"
        "</aixm:AirspaceTimeSlice></aixm:timeSlice></aixm:Airspace>"
    )


def surface(*segments: str, srs=EPSG, limits=LIMITS, extra="") -> str:
    return (
        f'{limits}<aixm:horizontalProjection><aixm:Surface srsName="{srs}"><gml:patches>'
        "<gml:PolygonPatch><gml:exterior><gml:Ring><gml:curveMember><aixm:Curve><gml:segments>"
        f"{''.join(segments)}</gml:segments></aixm:Curve></gml:curveMember></gml:Ring>"
        f"</gml:exterior>{extra}</gml:PolygonPatch></gml:patches></aixm:Surface>"
        "</aixm:horizontalProjection>"
    )


def string(*places, kind="GeodesicString") -> str:
    text = " ".join(f"{lat!r} {lon!r}" for lat, lon in places)
    return f"<gml:{kind}><gml:posList>{text}</gml:posList></gml:{kind}>"


def arc(lat, lon, radius_nm, start, end) -> str:
    return (
        f'<gml:ArcByCenterPoint numArc="1"><gml:pos>{lat!r} {lon!r}</gml:pos>'
        f'<gml:radius uom="NM">{radius_nm}</gml:radius><gml:startAngle uom="deg">{start}'
        f'</gml:startAngle><gml:endAngle uom="deg">{end}</gml:endAngle></gml:ArcByCenterPoint>'
    )


def pie(lat, lon, radius_nm, start, end, *, flip=False) -> tuple[str, str]:
    """A sector as the guidelines write it: end of the arc, centre, begin of the arc; then the arc.

    Places are worked out by PROJ's own geodesics, which are not ours.
    """
    pyproj = pytest.importorskip("pyproj", reason="pyproj is absent: arcs were NOT checked")
    geod = pyproj.Geod(ellps="WGS84")
    ends = [geod.fwd(lon, lat, bearing, radius_nm * NM_M)[1::-1] for bearing in (end, start)]
    places = [ends[0], (lat, lon), ends[1]]
    if flip:
        turned = [place[::-1] for place in places]
        return string(*turned), arc(lon, lat, radius_nm, 90 - start, 90 - end)
    return string(*places), arc(lat, lon, radius_nm, start, end)


def read(*members: str):
    return aixm.read(message(*members), source="a.xml")


def shape_of(*members: str):
    (one,) = read(*members).notified
    (volume,) = one.volumes
    return volume.shape


def test_a_sector_by_an_arc_is_the_sector_that_an_officer_would_type():
    found = shape_of(airspace(surface(*pie(52.5, -31.9, 5, 30, 120))))
    typed = Sector(centre=of_degrees(52.5, -31.9), radius_m=9_260, start_deg=30, end_deg=120)

    assert isinstance(found, Polygon)
    assert set(found.ring) == set(corners(typed.shape()))
    assert (found.error_m, found.edge) == (ARC_ERROR_M, EdgeKind.GEODESIC)


@pytest.mark.parametrize(
    ("start", "end", "share"),
    [(30, 120, 90 / 360), (120, 30, 90 / 360), (350, 370, 20 / 360), (30, -240, 270 / 360)],
)
def test_an_arc_runs_clockwise_if_its_end_angle_is_larger_and_has_its_share_of_the_circle(
    start, end, share
):
    pyproj = pytest.importorskip("pyproj", reason="pyproj is absent: areas were NOT checked")
    found = shape_of(airspace(surface(*pie(52.5, 179.95, 20, start, end))))

    area, _ = pyproj.Geod(ellps="WGS84").polygon_area_perimeter(
        [at.lon_deg for at in found.ring], [at.lat_deg for at in found.ring]
    )

    assert abs(area) == pytest.approx(share * math.pi * (20 * NM_M) ** 2, rel=1e-3)


def test_an_outline_of_lines_and_an_arc_is_what_shapely_makes_of_it():
    shapely, pyproj = pytest.importorskip("shapely"), pytest.importorskip("pyproj")
    # A rectangle 40 km by 20 km with a half circle of 10 km at its eastern side.
    flat = pyproj.CRS.from_proj4("+proj=aeqd +lat_0=52 +lon_0=-32 +ellps=WGS84")
    back = pyproj.Transformer.from_crs(flat, "EPSG:4326", always_xy=True).transform
    there = pyproj.Transformer.from_crs("EPSG:4326", flat, always_xy=True).transform
    ends = [back(x, y)[::-1] for x, y in [(0, -10e3), (-40e3, -10e3), (-40e3, 10e3), (0, 10e3)]]
    half = arc(52.0, -32.0, 10_000 / NM_M, 0, 180)
    found = shape_of(airspace(surface(string(*ends), half)))

    drawn = shapely.Polygon([there(at.lon_deg, at.lat_deg) for at in found.ring])
    true = shapely.union_all([
        shapely.box(-40e3, -10e3, 0, 10e3),
        shapely.Point(0, 0).buffer(10e3, quad_segs=2_000),
    ])  # fmt: skip
    assert found.error_m == ARC_ERROR_M
    assert drawn.is_valid
    assert shapely.hausdorff_distance(drawn.boundary, true.boundary) < 3
    assert drawn.symmetric_difference(true).area < 1e-3 * true.area


def test_ends_of_an_arc_are_those_that_its_neighbours_name():
    # Both ends stand some hundred metres off the circle of 15 NM, as minutes of arc do.
    named = of_degrees(52.725, -31.72), of_degrees(52.5, -31.4883)
    places = [(at.lat_deg, at.lon_deg) for at in (named[0], of_degrees(52.5, -31.9), named[1])]
    found = shape_of(airspace(surface(string(*places), arc(52.5, -31.9, 15, 90, 26))))

    assert set(named) <= set(found.ring)
    off = max(abs(distance_m(of_degrees(52.5, -31.9), at) - 15 * NM_M) for at in named)
    assert 100 < off <= found.error_m < 1_500


def test_an_arc_that_ends_somewhere_else_makes_no_outline():
    reading = read(
        airspace(surface(string((52.5, -31.9), (52.7, -31.4)), arc(52.5, -31.9, 5, 90, 27)))
    )

    assert reading.notified == ()
    assert re.search(r"an arc ends \d+ m from where the outline goes on", reading.faults[0])


def test_lines_straight_in_degrees_keep_that_kind_alone_and_are_cut_beside_arcs():
    places = [(60.0, -32.0), (60.0, -22.0), (58.0, -22.0), (58.0, -32.0)]
    alone = shape_of(airspace(surface(string(*places, kind="LineStringSegment"))))
    beside = shape_of(
        airspace(surface(string(*places[:2], kind="LineStringSegment"), string(*places[2:])))
    )

    assert (alone.edge, len(alone.ring), alone.error_m) == (EdgeKind.PARALLEL, 4, 0)
    assert (beside.edge, beside.error_m) == (EdgeKind.GEODESIC, ARC_ERROR_M)
    on_parallel = [at for at in beside.ring if at.lat_deg == 60]
    assert len(on_parallel) > 50


def test_longitude_first_is_read_where_it_is_declared_and_turns_angles():
    there = shape_of(airspace(surface(*pie(52.5, -31.9, 5, 30, 120))))
    crs84 = "urn:ogc:def:crs:OGC:1.3:CRS84"
    other = shape_of(airspace(surface(*pie(52.5, -31.9, 5, 30, 120, flip=True), srs=crs84)))

    assert set(there.ring) == set(other.ring)


@pytest.mark.parametrize(
    ("volume", "words"),
    [
        (surface(string((1, 1), (1, 2), (2, 2)), srs="urn:ogc:def:crs:EPSG::27700"), "27700"),
        (surface("<gml:ArcString/>"), "an outline along a ArcString, which is not read"),
        (surface(string((1, 1), (1, 2))), "2 different corners; at least 3"),
        (surface(string((100, 1), (1, 2), (2, 2))), "latitude 100 .* look swapped"),
        (surface(string((1, 1), (1, 2), (2, float("nan")))), "'nan' is no number"),
        (surface(arc(1, 1, 20_000, 0, 360)), "radius 37040000 m"),
        (surface(arc(1, 1, "x", 0, 90)), "'x' is no number"),
        (surface("<gml:GeodesicString/>"), "without positions"),
        (surface("<gml:GeodesicString><gml:pos>1</gml:pos></gml:GeodesicString>"), "not pairs"),
        (surface(arc(1, 1, 5, 0, 360), string((1, 1))), "a whole circle within a longer outline"),
        (LIMITS, "empty, or named by reference"),
        (surface().replace("aixm:Curve>", "aixm:Other>"), "named by reference"),
        (surface().replace("PolygonPatch", "Cone"), "a surface of 0 patches"),
    ],
)
def test_an_outline_that_cannot_be_read_is_a_fault_with_its_line(volume, words):
    reading = read(airspace(volume))

    assert reading.notified == ()
    (fault,) = reading.faults
    assert re.search(words, fault)
    assert "line 1 (AirspaceTimeSlice): EAR9: " in fault
    assert "no NOTAM bounds it" in fault


def test_a_hole_is_left_out_and_said():
    hole = "<gml:interior/>"
    (one,) = read(airspace(surface(string((1, 1), (1, 2), (2, 2)), extra=hole))).notified

    assert "holes are left out: the area is taken whole" in one.doubts


def test_a_corridor_by_its_middle_line_has_half_its_width():
    line = (
        f'{LIMITS}<aixm:width uom="NM">10</aixm:width><aixm:centreline>'
        f'<aixm:Curve srsName="{EPSG}">'
        f"<gml:segments>{string((50.0, 1.0), (51.0, 2.0), (51.0, 3.0))}</gml:segments></aixm:Curve>"
        "</aixm:centreline>"
    )

    assert shape_of(airspace(line)) == Corridor(
        points=(of_degrees(50, 1), of_degrees(51, 2), of_degrees(51, 3)), half_width_m=9_260
    )


def test_the_outline_of_another_airspace_is_taken_if_it_is_in_the_file():
    link = (
        f"{LIMITS}<aixm:contributorAirspace><aixm:AirspaceVolumeDependency>"
        '<aixm:theAirspace xlink:href="urn:uuid:b2"/></aixm:AirspaceVolumeDependency>'
        "</aixm:contributorAirspace>"
    )
    other = airspace(surface(arc(50.0, 1.0, 5, 0, 360)), more="<gml:identifier>b2</gml:identifier>")

    with_it, without = read(airspace(link), other), read(airspace(link))

    assert with_it.notified[0].volumes[0].shape == Circle(centre=of_degrees(50, 1), radius_m=9_260)
    assert "an airspace that is not in this file" in without.faults[0]


# -- routes


def segment(ends: str, width='<aixm:widthLeft uom="KM">9</aixm:widthLeft>') -> str:
    return (
        '<aixm:RouteSegment gml:id="uuid.r1"><aixm:timeSlice><aixm:RouteSegmentTimeSlice>'
        f"{period()}<aixm:interpretation>TEMPDELTA</aixm:interpretation><aixm:availability>"
        "<aixm:RouteAvailability><aixm:status>CLSD</aixm:status></aixm:RouteAvailability>"
        "</aixm:availability></aixm:RouteSegmentTimeSlice></aixm:timeSlice><aixm:timeSlice>"
        f"<aixm:RouteSegmentTimeSlice>{period('2020-01-01T00:00:00Z', '')}<aixm:interpretation>"
        '"BASELINE</aixm:interpretation><aixm:upperLimit uom="FL">195</aixm:upperLimit>'
        '<aixm:lowerLimit uom="M">1350</aixm:lowerLimit><aixm:lowerLimitReference>SFC'
        f"</aixm:lowerLimitReference>{width}{ends}</aixm:RouteSegmentTimeSlice></aixm:timeSlice>"
        "</aixm:RouteSegment>"
    )


def point(name: str, lat: float, lon: float) -> str:
    return (
        f"<aixm:DesignatedPoint><gml:identifier>{name}</gml:identifier><aixm:timeSlice><aixm:x>"
        f'<aixm:location><aixm:Point srsName="{EPSG}"><gml:pos>{lat} {lon}</gml:pos></aixm:Point>'
        "</aixm:location></aixm:x></aixm:timeSlice></aixm:DesignatedPoint>"
    )


def end(name: str, to: str) -> str:
    return (
        f"<aixm:{name}><aixm:EnRouteSegmentPoint><aixm:pointChoice_fixDesignatedPoint "
        f'xlink:href="urn:uuid:{to}"/></aixm:EnRouteSegmentPoint></aixm:{name}>'
    )


def test_a_closed_route_is_a_corridor_between_its_points():
    ends = end("start", "p") + end("end", "q")
    (one,) = read(segment(ends), point("p", 50, 1), point("q", 51, 2)).notified

    (volume,) = one.volumes
    assert one.kind == "closure"
    assert volume.shape == Corridor(
        points=(of_degrees(50, 1), of_degrees(51, 2)), half_width_m=9_000
    )
    # 1,350 m above ground to flight level 195: 5,944 m, and what pressure may add.
    assert volume.band == Band(lower_m=1_350, upper_m=5_944 + 1_200)
    assert any("limits from two references" in words for words in one.doubts)


def test_a_closed_route_without_a_width_is_a_line_along_its_curve():
    curve = (
        f'<aixm:curveExtent><aixm:Curve srsName="{EPSG}"><gml:segments>'
        f"{string((50, 1), (50.5, 1), (51, 2))}</gml:segments></aixm:Curve></aixm:curveExtent>"
    )

    found = shape_of(segment(curve, width=""))

    assert (found.half_width_m, len(found.points)) == (0, 3)


def test_a_closed_route_whose_points_are_elsewhere_is_a_fault():
    reading = read(segment(end("start", "p") + end("end", "q")), point("p", 50, 1))

    assert reading.notified == ()
    assert "no outline stands in this file, and no NOTAM bounds it" in reading.faults[0]


# -- limits


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


def limits(lower: str, upper: str) -> str:
    found = ""
    for name, text in (("upper", upper), ("lower", lower)):
        unit, value, *reference = text.split()
        found += f'<aixm:{name}Limit uom="{unit}">{value}</aixm:{name}Limit>'
        for each in reference:
            found += f"<aixm:{name}LimitReference>{each}</aixm:{name}LimitReference>"
    return found


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


# -- times


def sheet(day="ANY", start="08:00", stop="12:00", **more) -> str:
    tags = {"timeReference": "UTC", "day": day, "startTime": start, "endTime": stop} | more
    inner = "".join(f"<aixm:{name}>{value}</aixm:{name}>" for name, value in tags.items() if value)
    return f"<aixm:timeInterval><aixm:Timesheet>{inner}</aixm:Timesheet></aixm:timeInterval>"


def times(sheets: str, start: str, stop: str) -> list[str]:
    """The times that a window stands for, as ``1T08:00-1T12:00``, in December 2026."""
    place = surface(arc(50.0, 1.0, 5, 0, 360))
    (one,) = read(
        airspace(place, sheets=sheets, valid=period(f"{start}:00Z", f"{stop}:00Z"))
    ).notified
    found = spans_between(
        one.volumes[0].window, ms("2026-11-01T00:00"), ms("2027-03-01T00:00"), at=of_degrees(50, 1)
    )
    return [
        "-".join(f"{datetime.fromtimestamp(t / 1000, UTC):%-dT%H:%M}" for t in span)
        for span in found
    ]


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


# -- what is no airspace in force, and what is no such file


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


def event(**items) -> str:
    notam = {"series": "B", "number": "7", "year": "2026", "affectedFIR": "EAAD"} | items
    inner = "".join(f"<event:{name}>{value}</event:{name}>" for name, value in notam.items())
    return (
        "<event:Event><gml:identifier>e1</gml:identifier><event:timeSlice><event:EventTimeSlice>"
        f"<event:textNOTAM><event:NOTAM>{inner}</event:NOTAM></event:textNOTAM>"
        "</event:EventTimeSlice></event:timeSlice></event:Event>"
    )


def linked(member: str) -> str:
    link = '</aixm:activation><event:theEvent xlink:href="urn:uuid:e1"/>'
    return member.replace("</aixm:activation>", link)


CIRCLE = surface(arc(50.0, 1.0, 5, 0, 360))


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


WHOLE = message(
    airspace(
        surface(string((52.5, -31.777), (52.5, -31.9)), arc(52.5, -31.9, 5, 0, 90)),
        sheets=sheet("MON"),
    ),
    segment(end("start", "p") + end("end", "p")),
    point("p", 50, 1),
)
TOKENS = [b"", b"0", b"-1", b"99999999999999999999", b"NaN", b"1e400", b"\xc3\xa9", b"<a/>", b" "]


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
