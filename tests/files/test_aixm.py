"""Outlines and routes, made here as the guidelines of AIXM write them."""

from __future__ import annotations

import math
import re

import pytest
from tests.files.aixmmaking import (
    EPSG,
    LIMITS,
    airspace,
    arc,
    end,
    pie,
    point,
    read,
    segment,
    shape_of,
    string,
    surface,
)

from tieline.space.arcs import ARC_ERROR_M, Sector
from tieline.space.band import Band
from tieline.space.geodesy import NM_M, distance_m
from tieline.space.position import of_degrees
from tieline.space.shape import Circle, Corridor, EdgeKind, Polygon, corners


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
