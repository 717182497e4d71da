"""GeoJSON: read strictly, and written so that another reader sees the same place."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.deconfliction.notified import Notified
from tieline.errors import UsageError
from tieline.files import geojson, making
from tieline.space.band import Band
from tieline.space.position import of_degrees
from tieline.space.shape import Circle, Corridor, EdgeKind, Point, Polygon
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window


def shapely():
    """Another implementation, or a loud skip."""
    return pytest.importorskip(
        "shapely", reason="shapely is absent: what we write was NOT read by another implementation"
    )


def other_reader(value):
    return shapely().geometry.shape(value)


WINDOW = Window(spans=(Interval(start_ms=1_700_000_000_000, end_ms=1_700_000_600_500),))


def told(*shapes, key="a"):
    band = Band(lower_m=0, upper_m=500)
    volumes = tuple(Volume(shape=shape, window=WINDOW, band=band) for shape in shapes)
    return Notified(key=key, party="North", kind="exercise", title="Ring", volumes=volumes)


def area(*places, **more):
    return Polygon(ring=tuple(of_degrees(*place) for place in places), **more)


def written(*shapes):
    return json.loads(geojson.write([told(*shapes)]))["features"][0]


def read(value, **more):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return geojson.read(data, source="f.geojson", **more)


def feature(kind, coordinates, **properties):
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


SHAPES = [
    Point(at=of_degrees(1, 2), error_m=50),
    Circle(centre=of_degrees(51.5, -0.12), radius_m=5_000),
    Corridor(points=(of_degrees(10, 170), of_degrees(12, -170)), half_width_m=900),
    area((1, 179), (1, -179), (-1, -179), (-1, 179)),
    area((80, 0), (80, 90), (80, 180), (80, -90)),
    area((0, 0), (0, 5), (5, 5), edge=EdgeKind.RHUMB, within_m=2_000),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_what_we_write_we_read_back_to_equal_volumes(shape):
    one = told(shape, shape)
    found = read(geojson.write([one]))

    assert found.faults == ()
    (back,) = found.notified
    assert (back.key, back.party, back.kind, back.title) == ("a", "North", "exercise", "Ring")
    assert back.volumes == one.volumes


@pytest.mark.parametrize("shape", SHAPES)
def test_another_reader_takes_what_we_write_as_a_valid_geometry(shape):
    drawn = other_reader(written(shape)["geometry"])

    assert drawn.is_valid
    west, south, east, north = drawn.bounds
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90


def test_an_area_across_180_degrees_is_cut_and_keeps_its_size():
    drawn = other_reader(written(area((1, 179), (1, -179), (-1, -179), (-1, 179)))["geometry"])

    assert drawn.geom_type == "MultiPolygon"
    assert drawn.area == pytest.approx(4.0, rel=0.001)
    assert all(part.exterior.is_ccw for part in drawn.geoms)
    assert drawn.contains(shapely().Point(179.5, 0))
    assert not drawn.contains(shapely().Point(0, 0))


def test_an_area_around_a_pole_reaches_the_pole():
    drawn = other_reader(written(area((80, 0), (80, 90), (80, 180), (80, -90)))["geometry"])

    for lon in (-170, -60, 20, 100):
        assert drawn.contains(shapely().Point(lon, 89.5))
        assert not drawn.contains(shapely().Point(lon, 75))


@settings(max_examples=100, deadline=None)
@given(
    st.floats(60, 85), st.floats(-180, 179.9), st.sampled_from([1, -1]), st.sampled_from([1, -1])
)
def test_a_ring_around_a_pole_is_one_valid_area_wherever_it_begins(lat, lon, north, way):
    ring = area(*((north * lat, (lon + way * n * 72) % 360 - 180) for n in range(5)))
    drawn = other_reader(written(ring)["geometry"])

    assert drawn.is_valid
    assert drawn.geom_type == "Polygon"
    assert drawn.contains(shapely().Point(12.3, north * 89.8))
    assert not drawn.contains(shapely().Point(12.3, north * (lat - 1)))


def test_a_concave_area_is_cut_into_all_its_pieces():
    comb = area((0, 178), (0, -178), (1, -178), (1, 179), (2, 179), (2, -178), (3, -178), (3, 178),
                edge=EdgeKind.PARALLEL)  # fmt: skip
    drawn = other_reader(written(comb)["geometry"])

    assert drawn.is_valid
    assert len(drawn.geoms) == 3
    assert drawn.area == pytest.approx(4 + 1 + 4, rel=0.001)


@settings(max_examples=60, deadline=None)
@given(st.floats(-89, 89), st.floats(-180, 179.9), st.integers(1, 2_000_000))
def test_a_drawn_circle_holds_all_that_it_covers(lat, lon, radius_m):
    from geographiclib.geodesic import Geodesic

    drawn = other_reader(
        written(Circle(centre=of_degrees(lat, lon), radius_m=radius_m))["geometry"]
    )
    for bearing in range(0, 360, 45):
        at = Geodesic.WGS84.Direct(lat, lon, bearing, radius_m * 0.99)
        assert drawn.buffer(1e-6).contains(shapely().Point(at["lon2"], at["lat2"]))


# -- reading what others wrote


def test_a_feature_of_others_is_straight_in_degrees_and_says_what_is_missing():
    (found,) = read(
        feature("Polygon", [[[0, 60], [20, 60], [20, 61], [0, 60]]], name="Box")
    ).notified

    assert found.volumes[0].shape == area((60, 0), (60, 20), (61, 20), edge=EdgeKind.PARALLEL)
    assert found.key == found.title == "Box"
    assert found.doubts == (making.NO_TIME,)


def test_times_and_heights_are_taken_from_properties():
    value = feature("Point", [2, 1], start="2026-12-01T08:00:00+02:00", end="2026-12-02", lower_m=0,
                    upper_m=300.4, radius_m=1500, party="South", sort="firing")  # fmt: skip
    (found,) = read(value).notified
    (volume,) = found.volumes

    assert volume.shape == Circle(centre=of_degrees(1, 2), radius_m=1500)
    assert volume.window.spans == (Interval(start_ms=1_796_104_800_000, end_ms=1_796_169_600_000),)
    assert volume.band == Band(lower_m=0, upper_m=300)
    assert (found.party, found.kind, found.doubts) == ("South", "firing", ())


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (feature("Point", [10, 120]), "latitude 120 is not from -90 to 90; latitude and longitude"),
        (feature("Point", [200, 10]), "longitude 200 is not from -180 to 180"),
        (feature("Point", ["1", 2]), "a position is a longitude and a latitude"),
        (feature("Point", [True, 2]), "a position is a longitude and a latitude"),
        (feature("LineString", [[0, 0], [0, 0]]), "1 different corners; at least 2"),
        (feature("Polygon", [[[0, 0], [1, 1], [0, 0]]]), "2 different corners; at least 3"),
        (feature("MultiPolygon", [[[[0, 0], [1, 1], [2, 0], [0, 0]]], [[[0, 0], [1, 9], [0, 0]]]]),
         "part 2: area: 2 different corners"),
        (feature("Polygon", [[[0, 0], [1, 95], [2, 0], [0, 0]]]), "corner 2: latitude 95"),
        (feature("Polygon", []), "an area without a ring"),
        (feature("Curve", []), "no kind of GeoJSON"),
        (feature("Point", [1, 2], start="yesterday"), "'yesterday' is no instant"),
        (feature("Point", [1, 2], start="2026-01-02", end="2026-01-01"), "ends before or when"),
        (feature("Point", [1, 2], radius_m=30_000_000), "radius 30000000 m is not from 1"),
        (feature("Point", [1, 2], edge="straight"), "edge 'straight' is none of"),
        (feature("MultiPoint", [[0, n / 10] for n in range(100)]), "100 places; at most 64"),
    ],
)  # fmt: skip
def test_a_feature_that_is_wrong_is_a_fault_with_its_place_and_stops_no_other(value, words):
    good = feature("Point", [1, 2], name="good")
    found = read({"type": "FeatureCollection", "features": [value, good]})

    assert [each.title for each in found.notified] == ["good"]
    assert found.faults[0].startswith("f.geojson, feature 1")
    assert words in found.faults[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"type": "Point", "coordinates": [NaN, 1]}', "holds NaN"),
        (b'{"type": "Point", "coordinates": [-Infinity, 1]}', "holds -Infinity"),
        (b"[1, 2]", "is no GeoJSON"),
        (b'{"type": "Topology"}', "its type is 'Topology'"),
        (b"{", "is not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"type": "Point", "coordinates": [' + b"1" * 100_000 + b", 1]}", "number of 100000"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_a_file_that_is_no_geojson_is_refused_as_a_whole(data, words):
    with pytest.raises(UsageError, match=words.replace("[", r"\[")):
        read(data)


def test_a_million_corners_are_refused_in_little_time():
    ring = ",".join(f"[{n / 1e4:.4f},{n % 80}]" for n in range(1_000_000))
    data = f'{{"type":"Polygon","coordinates":[[{ring}]]}}'.encode()
    begin = time.perf_counter()

    found = read(data)

    assert "an outline of 1000000 corners; at most 10000" in found.faults[0]
    assert time.perf_counter() - begin < 20


def test_numbers_too_large_for_floats_are_out_of_range_and_no_crash():
    found = read(b'{"type": "Point", "coordinates": [1e999999, 1]}')

    assert "longitude 1E+999999 is not from" in found.faults[0]


def test_nought_and_nought_is_doubted_and_not_corrected():
    (found,) = read(feature("Point", [0, 0])).notified

    assert "0, 0" in found.doubts[1]
    assert found.volumes[0].shape == Point(at=of_degrees(0, 0))


def test_two_features_of_one_name_get_keys_of_their_own():
    one = feature("Point", [1, 2], name="x")
    found = read({"type": "FeatureCollection", "features": [one, one, one]})

    assert [each.key for each in found.notified] == ["x", "x #2", "x #3"]


def test_a_drawing_that_shows_another_place_than_its_volumes_is_a_fault():
    value = json.loads(geojson.write([told(Point(at=of_degrees(1, 2)))]))
    value["features"][0]["geometry"]["coordinates"] = [2, 40]

    assert "show different places" in read(value).faults[0]


def test_a_volume_with_a_field_of_nobody_is_a_fault():
    value = json.loads(geojson.write([told(Point(at=of_degrees(1, 2)))]))
    value["features"][0]["tieline"]["volumes"][0]["colour"] = 1

    assert "colour" in read(value).faults[0]


def test_real_warnings_keep_their_volumes(shared_data):
    shared_data("nga-navwarn-daily-201808")
    import gzip

    path = shared_data("nga-navwarn-daily-201808") / "NAVWARN_180801.geojson.gz"
    found = read(gzip.decompress(path.read_bytes()), party="NGA", kind="hazard")

    assert len(found.notified) > 500
    back = read(geojson.write(found.notified))
    assert [each.volumes for each in back.notified] == [each.volumes for each in found.notified]
