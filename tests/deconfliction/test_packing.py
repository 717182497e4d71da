"""Lines are cut where they really run, and outlines that cannot be meant are found."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from tieline.deconfliction.bulk import all_pairs
from tieline.deconfliction.compiled import has_numba
from tieline.deconfliction.packed import LINE, POINT, RING, framed
from tieline.deconfliction.packing import OFF_TRACK_M_MAX, PIECE_M_MAX, between, pack, skeleton
from tieline.deconfliction.packing_check import FaultKind, check
from tieline.deconfliction.packing_frames import UNITS_PER_DEG, WHOLE
from tieline.deconfliction.packing_lines import divided, geodesic_m
from tieline.errors import UsageError
from tieline.space.position import Position, of_degrees
from tieline.space.shape import Circle, Corridor, EdgeKind, Point, Polygon
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window

ALWAYS = Window(spans=(Interval(start_ms=0),))
KARNEY = Geodesic.WGS84


def places(*degrees: tuple[float, float]) -> tuple[Position, ...]:
    return tuple(of_degrees(lat, lon) for lat, lon in degrees)


def off_m(lat: float, lon: float, one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance of a place from the plane of a great circle of n-vectors, in metres."""

    def vector(at: tuple[float, float]) -> np.ndarray:
        lat, lon = np.radians(at)
        return np.array((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))

    normal = np.cross(vector(one), vector(other))
    return float(abs(vector((lat, lon)) @ normal) / np.linalg.norm(normal)) * 6_371_008.8


def test_a_long_geodesic_is_cut_on_the_geodesic_into_pieces_that_are_short_enough():
    drawn = skeleton(Corridor(points=places((51, -10), (40, -70))))
    line = KARNEY.InverseLine(51, -10, 40, -70)

    vertices = list(zip(drawn.lat_deg, drawn.lon_deg, strict=True))

    assert drawn.kind == LINE
    assert len(vertices) == math.ceil(line.s13 / PIECE_M_MAX) + 1
    for n, (lat, lon) in enumerate(vertices):
        real = line.Position(line.s13 * n / (len(vertices) - 1))
        assert KARNEY.Inverse(lat, lon, real["lat2"], real["lon2"])["s12"] < 1e-3
    for n in range(len(vertices) - 1):
        real = line.Position(line.s13 * (n + 0.5) / (len(vertices) - 1))
        away = off_m(real["lat2"], real["lon2"], vertices[n], vertices[n + 1])
        assert away <= drawn.tolerance_m < 0.2


@pytest.mark.parametrize("edge", [EdgeKind.RHUMB, EdgeKind.PARALLEL])
@pytest.mark.parametrize(
    ("one", "other"),
    [((45, 0), (45, 4)), ((60, 170), (62, -160)), ((-10, 20), (70, 60)), ((80, -20), (80, 20))],
)
def test_rhumb_lines_and_parallels_are_cut_to_ten_metres(edge, one, other):
    drawn = skeleton(Corridor(points=places(one, other), edge=edge))

    assert drawn.tolerance_m <= OFF_TRACK_M_MAX + 0.2
    vertices = list(zip(drawn.lat_deg, drawn.lon_deg, strict=True))
    for part in np.linspace(0.001, 0.999, 40):
        lat, lon = between(one, other, edge, float(part))
        nearest = min(off_m(lat, lon, a, b) for a, b in pairwise(vertices)
                      if min(a[0], b[0]) - 0.5 <= lat <= max(a[0], b[0]) + 0.5)  # fmt: skip
        assert nearest <= drawn.tolerance_m


def test_a_rhumb_line_keeps_its_course():
    courses = []
    for part in np.linspace(0, 0.99, 12):
        one = between((10, 20), (55, 80), EdgeKind.RHUMB, float(part))
        other = between((10, 20), (55, 80), EdgeKind.RHUMB, float(part) + 1e-4)
        courses.append(KARNEY.Inverse(*one, *other)["azi1"])

    assert max(courses) - min(courses) < 0.01


def test_circles_and_points_stay_a_place_with_a_reach():
    at = of_degrees(10, 20)
    shapes = (Point(at=at, error_m=50), Circle(centre=at, radius_m=900, error_m=20))

    packed = pack([Volume(shape=one, window=ALWAYS) for one in shapes], party=[0, 1])

    assert packed.kind.tolist() == [POINT, POINT]
    assert packed.reach_m.tolist() == [50, 920]


def test_the_side_of_a_ring_that_is_meant_is_the_smaller_one_however_it_turns():
    ring = places((80, 0), (80, 90), (80, 180), (80, -90))
    caps = [Polygon(ring=ring), Polygon(ring=ring[::-1])]
    inside, outside = of_degrees(89, 33), of_degrees(70, 33)
    for cap in caps:
        volumes = [Volume(shape=cap, window=ALWAYS)]
        volumes += [Volume(shape=Point(at=at), window=ALWAYS) for at in (inside, outside)]

        found = all_pairs(pack(volumes, party=[0, 1, 2]), np.zeros((1, 1)))

        assert found.pairs.tolist() == [[0, 1]]


def test_more_than_a_hemisphere_is_refused():
    ring = places((-20, 0), (-20, 90), (-20, 180), (-20, -90), (30, -45))

    with pytest.raises(UsageError, match="hemisphere"):
        pack([Volume(shape=Polygon(ring=ring), window=ALWAYS)], party=[0])
    with pytest.raises(UsageError, match="hemisphere"):
        check(Polygon(ring=ring))


def test_an_edge_to_the_other_end_of_the_earth_is_refused():
    with pytest.raises(UsageError, match="opposite ends"):
        skeleton(Corridor(points=places((10, 20), (-10, -160.01))))


def test_a_line_that_would_take_a_million_points_is_refused_soon():
    chance = random.Random(1)
    far = places(*((chance.uniform(-60, 60), chance.uniform(-180, 180)) for _ in range(2_000)))

    for edge in EdgeKind:
        with pytest.raises(UsageError, match="points to draw"):
            skeleton(Corridor(points=far, edge=edge))


def test_crossing_edges_are_found_with_their_place():
    bow = Polygon(ring=places((10, 179), (10.5, -179), (10, -179), (10.5, 179)))

    (fault,) = (fault for fault in check(bow) if fault.kind is FaultKind.CROSSING)

    (at,) = fault.at
    assert abs(at.lat_deg - 10.25) < 0.01
    assert abs(abs(at.lon_deg) - 180) < 0.01


def test_slivers_and_spikes_are_found_and_sound_areas_are_not():
    sound = Polygon(ring=places((50, 0), (50, 1), (51, 1), (51, 0)))
    thin = Polygon(ring=places((50, 0), (50, 1), (50.0001, 1), (50.0001, 0)))
    spiked = Polygon(ring=places((50, 0), (50, 1), (51, 1), (50.5, 3), (51, 0.99)))

    assert check(sound) == ()
    assert FaultKind.SLIVER in {fault.kind for fault in check(thin)}
    (spike,) = (fault for fault in check(spiked) if fault.kind is FaultKind.SPIKE)
    assert spike.at == places((50.5, 3))


def test_a_shape_of_many_corners_is_checked_in_bounded_time():
    chance = random.Random(2)
    ring = [
        (math.degrees(math.atan2(1, 5)) * math.sin(t) * r, 10 * math.cos(t) * r)
        for t, r in ((2 * math.pi * n / 5_000, chance.uniform(0.9, 1)) for n in range(5_000))
    ]

    faults = check(Polygon(ring=places(*ring)))

    assert all(len(fault.at) <= 20 for fault in faults)


def test_vincenty_divides_as_karney_does():
    chance = random.Random(5)
    for _ in range(300):
        one = (chance.choice([chance.uniform(-90, 90), 90, -90, 0]), chance.uniform(-180, 180))
        other = (max(-90, min(90, one[0] + chance.uniform(-70, 70))), chance.uniform(-180, 180))
        line = KARNEY.InverseLine(*one, *other)

        assert abs(geodesic_m(one, other) - line.s13) < 1e-3
        if line.s13 < 15_000_000:
            for n, at in enumerate(divided(one, other, 4), 1):
                real = line.Position(line.s13 * n / 4)
                assert KARNEY.Inverse(real["lat2"], real["lon2"], *at)["s12"] < 2e-3


def in_box(box: np.ndarray, lat: float, lon: float) -> bool:
    east = (math.floor(lon * UNITS_PER_DEG) - int(box[0])) & WHOLE
    return east <= int(box[1]) and box[2] <= (lat + 90) * UNITS_PER_DEG <= box[3]


@pytest.mark.parametrize("compiled", [False, True] if has_numba() else [False])
def test_boxes_hold_every_place_of_every_edge(compiled):
    chance = random.Random(8)
    for _ in range(60):
        lat, lon = chance.choice([(89, 10), (0, 180), (-89.9, 0), (40, -3), (70, 179)])
        corners = [(max(-90, min(90, chance.gauss(lat, 5))), chance.gauss(lon, 20))
                   for _ in range(chance.randrange(3, 7))]  # fmt: skip
        kind = chance.choice([LINE, RING])
        lats, lons = (np.array(side) for side in zip(*corners, strict=True))
        found = framed(
            lats, lons, np.zeros(1, np.int64), np.array([len(lats)], np.int32),
            np.array([kind], np.int8), compiled=compiled,
        )  # fmt: skip
        ends = np.roll(found.xyz, -1, axis=0) if kind == RING else found.xyz[1:]
        for a, b in zip(found.xyz, ends, strict=False):
            for part in np.linspace(0, 1, 15):
                x, y, z = (1 - part) * a + part * b
                where = math.degrees(math.atan2(z, math.hypot(x, y)))
                assert in_box(found.box[0], where, math.degrees(math.atan2(y, x)))


def test_frames_are_alike_compiled_and_plain(volumes):
    pytest.importorskip("numba", reason="numba is absent: only plain numpy was tested")
    given = volumes(300, 6)
    fast, plain = (pack(given, party=[0] * 300, compiled=how) for how in (True, False))

    assert fast.cap == pytest.approx(plain.cap, abs=1e-9)
    assert fast.centre == pytest.approx(plain.centre, abs=1e-9)
    assert np.abs(fast.box.astype(np.int64) - plain.box.astype(np.int64)).max() <= 2
