"""Arcs are cut so that nothing is further off than is stated, wherever on the earth they lie.

What is true is worked out apart from the code: by distances and bearings of single places, by an
azimuthal projection of PROJ, in which a sector is a sector, and by areas.
"""

from __future__ import annotations

import gzip
import json
import math
import re
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tieline.errors import UsageError
from tieline.space.arcs import (
    ARC_ERROR_M,
    SLIVER_M,
    Arc,
    Sector,
    along_degrees,
    arc_between,
    step_deg,
)
from tieline.space.geodesy import NM_M, WGS84, bearing_deg, distance_m, offset
from tieline.space.position import of_degrees
from tieline.space.shape import VERTICES_MAX, Circle, EdgeKind, Polygon

ROUNDED_M = 0.01
centres = st.builds(
    of_degrees,
    st.one_of(st.floats(-89.99, 89.99), st.sampled_from([-89.9999, 89.9, 89.99999, 0.0])),
    st.one_of(st.floats(-180, 179.99), st.sampled_from([179.9999, -180.0, 0.0])),
)
radii = st.one_of(st.integers(20, 400_000), st.sampled_from([NM_M, 5 * NM_M, 5_000_000]))
bearings = st.one_of(st.floats(0, 359.99), st.sampled_from([0.0, 90.0, 180.0, 359.0]))
widths = st.floats(40, 320)


def between(one, other, share):
    line = WGS84.Inverse(one.lat_deg, one.lon_deg, other.lat_deg, other.lon_deg)
    at = WGS84.Direct(one.lat_deg, one.lon_deg, line["azi1"], line["s12"] * share)
    return at["lat2"], at["lon2"]


def away_m(centre, at):
    return WGS84.Inverse(centre.lat_deg, centre.lon_deg, *at)["s12"]


@settings(max_examples=25)
@given(centres, radii, bearings, widths, st.booleans())
def test_every_place_of_a_cut_arc_is_as_near_to_the_arc_as_is_stated(
    centre, radius, start, width, anticlockwise
):
    sweep = -width if anticlockwise else width
    found = Arc(centre=centre, radius_m=radius, start_deg=start, sweep_deg=sweep).corners()

    for at in (*found[:12], *found[-12:]):
        assert abs(distance_m(centre, at) - radius) < ROUNDED_M
    for one, other in list(pairwise(found))[:12]:
        for share in (0.1, 0.5, 0.8):
            off = radius - away_m(centre, between(one, other, share))
            assert -ROUNDED_M < off < ARC_ERROR_M


@settings(max_examples=25)
@given(centres, st.integers(2_000, 40_000), bearings, widths, st.booleans())
def test_an_arc_turns_the_way_it_is_told_from_end_to_end(
    centre, radius, start, width, anticlockwise
):
    sweep = -width if anticlockwise else width
    found = Arc(centre=centre, radius_m=radius, start_deg=start, sweep_deg=sweep).corners()
    turns = [
        (bearing_deg(centre, other) - bearing_deg(centre, one) + 180) % 360 - 180
        for one, other in pairwise(found)
    ]

    near = math.degrees(3 * ROUNDED_M / radius)
    assert all((turn < 0) == anticlockwise for turn in turns)
    assert sum(turns) == pytest.approx(sweep, abs=len(turns) * near)
    assert abs((bearing_deg(centre, found[0]) - start + 180) % 360 - 180) < near


def test_a_piece_is_no_shorter_than_it_has_to_be():
    # A chord of a circle on a plane, which 5 NM are nearly: r (1 - cos(a / 2)) = 1.9 m.
    plane = 2 * math.degrees(math.acos(1 - 1.9 / (5 * NM_M)))

    assert step_deg(5 * NM_M) == pytest.approx(plane, rel=1e-3)
    assert step_deg(20) == 15


@settings(max_examples=25)
@given(centres, st.integers(2_000, 400_000), bearings, widths, st.booleans())
def test_named_ends_of_an_arc_stand_as_they_were_named(centre, radius, start, width, clockwise):
    sweep = width if clockwise else -width
    first, last = offset(centre, start, radius + 40), offset(centre, start + sweep, radius - 25.5)

    points, error_m = arc_between(centre, radius, first, last, clockwise=clockwise)

    assert (points[0], points[-1]) == (first, last)
    assert error_m in (40, 41)
    assert all(abs(distance_m(centre, at) - radius) < ROUNDED_M for at in points[1:-1:7])
    middle = points[len(points) // 2]
    ahead = (bearing_deg(centre, middle) - start) % 360
    assert (0 < ahead < width) if clockwise else (360 - width < ahead < 360)


def test_ends_that_lie_on_the_circle_add_the_error_of_cutting_alone():
    centre = of_degrees(52.5, -31.9)
    first, last = offset(centre, 30, 9260), offset(centre, 120, 9260)

    assert arc_between(centre, 9260, first, last, clockwise=True)[1] == ARC_ERROR_M


@pytest.mark.parametrize(
    ("radius", "off", "end_deg", "words"),
    [
        (9260, 1_000, 120, "1000 m off its circle"),
        (100_000, 1_400, 120, "1400 m off its circle"),
        (9260, 0, 30, "ends where it begins"),
        (9260, 0, 30.001, "less than 10 m"),
        (9260, 0, 29.999, "less than 10 m"),
    ],
)
def test_an_arc_whose_ends_disagree_is_refused(radius, off, end_deg, words):
    centre = of_degrees(52.5, -31.9)
    first, last = offset(centre, 30, radius + off), offset(centre, end_deg, radius + off)

    with pytest.raises(UsageError, match=words):
        arc_between(centre, radius, first, last, clockwise=True)


# -- sectors


def sector(lat=54.3, lon=12.1, radius_m=9260, start=30, end=120, **more) -> Sector:
    return Sector(
        centre=of_degrees(lat, lon), radius_m=radius_m, start_deg=start, end_deg=end, **more
    )


def area(cut: Sector, error_m: int = 0) -> Polygon:
    found = cut.shape(error_m)
    assert isinstance(found, Polygon)
    return found


@settings(max_examples=25)
@given(centres, st.integers(2_000, 400_000), bearings, widths, st.sampled_from([0, 500, 1_500]))
def test_a_sector_covers_what_it_should_in_somebody_elses_projection(
    centre, radius, start, width, inner
):
    shapely, pyproj = pytest.importorskip("shapely"), pytest.importorskip("pyproj")
    end = (start + width) % 360
    found = area(
        Sector(centre=centre, radius_m=radius, start_deg=start, end_deg=end, inner_m=inner)
    )
    flat = pyproj.Transformer.from_crs(
        "EPSG:4326",
        f"+proj=aeqd +lat_0={centre.lat_deg!r} +lon_0={centre.lon_deg!r} +ellps=WGS84",
        always_xy=True,
    )
    xs, ys = flat.transform([p.lon_deg for p in found.ring], [p.lat_deg for p in found.ring])
    drawn = shapely.Polygon(zip(xs, ys, strict=True))

    def place(bearing, far):
        turn = math.radians(bearing)
        return shapely.Point(far * math.sin(turn), far * math.cos(turn))

    assert drawn.is_valid
    for share in (0.02, 0.5, 0.98):
        bearing = start + share * width
        assert drawn.contains(place(bearing, radius - ARC_ERROR_M))
        assert not drawn.intersects(place(bearing, radius + 0.1))
        assert drawn.contains(place(bearing, inner + 0.1 if inner else radius * 0.01))
        assert not inner or not drawn.contains(place(bearing, inner - ARC_ERROR_M))
    for bearing in (start - 1, start + width + 1):
        assert not drawn.intersects(place(bearing, radius * 0.9))


@pytest.mark.parametrize("lat", [0.0, 54.3, 89.95, -89.99])
@pytest.mark.parametrize("lon", [12.1, 179.98])
def test_a_sector_has_the_area_of_its_share_of_a_circle(lat, lon):
    pyproj = pytest.importorskip("pyproj")
    found = area(sector(lat, lon, 50_000, 300, 120, inner_m=20_000))
    geod = pyproj.Geod(ellps="WGS84")

    covered, _ = geod.polygon_area_perimeter(
        [p.lon_deg for p in found.ring], [p.lat_deg for p in found.ring]
    )

    true = math.pi * (50_000**2 - 20_000**2) * 180 / 360
    assert abs(covered) == pytest.approx(true, rel=2e-4)


def test_a_sector_keeps_its_own_error_beside_that_of_cutting():
    found = area(sector(), 100)

    assert found.error_m == 100 + ARC_ERROR_M
    assert found.edge is EdgeKind.GEODESIC
    assert found.ring[-1] == of_degrees(54.3, 12.1)


def test_a_sector_all_the_way_round_is_a_circle_and_has_no_error_of_cutting():
    assert sector(start=0, end=360).shape(50) == Circle(
        centre=of_degrees(54.3, 12.1), radius_m=9260, error_m=50
    )


def test_a_sector_across_north_goes_clockwise():
    found = sector(start=350, end=10)

    assert found.sweep_deg == 20
    assert all(at.lat_deg > 54.3 for at in area(found).ring[:-1])


def test_the_widest_sector_with_the_smallest_pieces_is_within_the_limit_of_corners():
    found = area(sector(10, 179, 5_000_000, 1, 359, inner_m=4_900_000))

    assert len(found.ring) < VERTICES_MAX


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"start": 30, "end": 30}, "the same; name a circle"),
        ({"start": 30, "end": 30.01}, "less than 10 m"),
        ({"start": 30.01, "end": 30}, "less than 10 m"),
        ({"start": 30, "end": 31, "inner_m": 500}, "less than 10 m"),
        ({"start": -1, "end": 31}, "bearing -1 is not from 0 to 360"),
        ({"start": float("nan"), "end": 31}, "bearing nan is not"),
        ({"inner_m": 9260}, "inner radius 9260 m"),
        ({"inner_m": 9260 - SLIVER_M + 1}, "inner radius 9251 m"),
        ({"start": 0, "end": 360, "inner_m": 100}, "has a hole"),
        ({"radius_m": 30_000_000}, "radius 30000000 m"),
        ({"lat": 90, "lon": 0}, "around a pole"),
    ],
)
def test_what_is_no_sector_is_refused(given_, words):
    with pytest.raises(UsageError, match=words):
        sector(**given_).shape()


def test_the_words_of_a_sector_say_what_it_is_and_how_it_was_cut():
    assert sector(inner_m=1852).words() == (
        "sector of 9260 m (5.00 NM) around 54-18.00N 012-06.00E, without the 1852 m around the "
        "middle, from 030 clockwise to 120 true, 90 degrees wide; cut into 59 corners, nowhere "
        "more than 2 m off, which is added to its error"
    )


PLOTTED = re.compile(
    r"(\d+|FIVE) MILES OF (\d+)-([\d.]+)([NS]) (\d+)-([\d.]+)([EW]) "
    r"BETWEEN (\d+) DEGREES AND (\d+) DEGREES"
)


def plotted(folder):
    """Sectors in the words of warnings, and the lines that their publisher drew for each."""
    for path in sorted(folder.glob("*.geojson.gz")):
        for feature in json.loads(gzip.decompress(path.read_bytes()))["features"]:
            text = re.sub("<[^>]*>", " ", feature["properties"]["description"] or "").upper()
            told = list(PLOTTED.finditer(" ".join(text.split())))
            parts = feature["geometry"].get("geometries", []) if told else []
            drawn = [part["coordinates"] for part in parts if part["type"] == "LineString"]
            for found in told:
                north, east = (-1 if found[n] in "SW" else 1 for n in (4, 7))
                yield (
                    Sector(
                        centre=of_degrees(
                            north * (int(found[2]) + float(found[3]) / 60),
                            east * (int(found[5]) + float(found[6]) / 60),
                        ),
                        radius_m=NM_M * (5 if found[1] == "FIVE" else int(found[1])),
                        start_deg=float(found[8]),
                        end_deg=float(found[9]),
                    ),
                    drawn,
                )


def test_published_sectors_lie_where_their_publisher_drew_them(shared_data):
    shapely = pytest.importorskip("shapely", reason="shapely is absent: drawings NOT compared")
    met = set()
    for sector_, lines in plotted(shared_data("nga-navwarn-daily-201808")):
        wide = math.cos(math.radians(sector_.centre.lat_deg))
        own = shapely.Polygon([(p.lon_deg * wide, p.lat_deg) for p in area(sector_).ring])
        for line in lines:
            theirs = shapely.Polygon([(lon * wide, lat) for lon, lat, *_ in line]).buffer(0)
            common = theirs.intersection(own).area
            # They draw arcs by a corner every seven to eleven degrees, inside the true arc.
            if common > 0.97 * own.area and common > 0.99 * theirs.area:
                met.add((sector_.centre, sector_.radius_m, sector_.start_deg))

    assert len(met) == 11


# -- edges straight in degrees


@settings(max_examples=25)
@example(lat=-3, lon=0, up=6, turn=20)
@given(st.floats(-85, 85), st.floats(-180, 180), st.floats(-3, 3), st.floats(-20, 20))
def test_a_line_along_degrees_is_followed_by_its_pieces(lat, lon, up, turn):
    one, other = of_degrees(lat, lon), of_degrees(lat + up, lon + turn)
    if one == other:
        return
    found = along_degrees(one, other)

    assert (found[0], found[-1]) == (one, other)
    rise = (other.lat_deg - one.lat_deg) / turn if abs(turn) > 1e-6 else 0
    for a, b in list(pairwise(found))[:20]:
        for share in (0.2, 0.5, 0.7):
            at_lat, at_lon = between(a, b, share)
            gone = (at_lon - one.lon_deg + 180) % 360 - 180
            slope = math.hypot(1, rise / math.cos(math.radians(at_lat)))
            if abs(turn) > 0.01:
                off_m = abs(one.lat_deg + gone * rise - at_lat) * 111_000 / slope
                assert off_m < ARC_ERROR_M


def test_a_line_along_a_short_way_needs_no_corner_between():
    one, other = of_degrees(50, 10), of_degrees(50, 10.01)

    assert along_degrees(one, other) == (one, other)
