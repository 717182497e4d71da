"""Maps show things where they lie, over the poles and 180 degrees, and give no clearance."""

from __future__ import annotations

import io
import sys
import xml.etree.ElementTree as ET

import pytest

from tieline.deconfliction.finding import find
from tieline.deconfliction.notified import Notified
from tieline.errors import UsageError
from tieline.files.chart import ALARM, Area, Chart, Dot, Hatch, Label, Line, make_chart
from tieline.files.pictures import png, svg
from tieline.space.position import of_degrees
from tieline.space.shape import Circle, Corridor, Point, Polygon, Shape
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window

WINDOW = Window(spans=(Interval(start_ms=0),))
MARK = "OWN"


def told(key: str, shape: Shape, party: str = "") -> Notified:
    return Notified(
        key=key, party=party or key, kind="x", volumes=(Volume(shape=shape, window=WINDOW),)
    )


def circle(lat, lon, radius_m):
    return Circle(centre=of_degrees(lat, lon), radius_m=radius_m)


def chart(*all_told: Notified) -> Chart:
    result = find(all_told, known_ms=0)
    return make_chart(all_told, result.overlaps, title="A <map> & more", under="no clearance")


def things(drawn, kind):
    return [each for each in drawn.things if isinstance(each, kind)]


def test_a_picture_is_xml_with_its_mark_and_escaped_words():
    text = svg(chart(told("a<b", circle(10, 10, 5_000))), mark=MARK)
    root = ET.fromstring(text)
    words = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]

    assert words.count(MARK) == 2
    assert "A <map> & more" in words
    assert "a<b" in words
    assert "script" not in text
    assert "href" not in text


def test_what_has_room_in_common_is_hatched_and_marked():
    near = chart(told("a", circle(10, 10, 5_000)), told("b", circle(10, 10.05, 5_000)))
    apart = chart(told("a", circle(10, 10, 5_000)), told("b", circle(10, 12, 5_000)))

    assert len(things(near, Hatch)) == 1
    assert [each.colour for each in things(near, Dot) if each.cross] == [ALARM]
    assert things(apart, Hatch) == []


def test_a_circle_stays_round_in_the_middle_of_the_map():
    (area,) = things(chart(told("a", circle(60, 25, 50_000))), Area)
    xs, ys = [x for x, _ in area.rings[0]], [y for _, y in area.rings[0]]

    assert max(xs) - min(xs) == pytest.approx(max(ys) - min(ys), rel=0.01)


@pytest.mark.parametrize(("lat", "lon"), [(0, 180), (89.9, 0), (-89.5, 77), (45, -179.99)])
def test_nothing_jumps_at_a_pole_or_at_180_degrees(lat, lon):
    drawn = chart(
        told("a", circle(lat, lon, 100_000)),
        told(
            "b",
            Corridor(
                points=(of_degrees(lat * 0.99 + 0.1, lon), of_degrees(lat, -lon)), half_width_m=99
            ),
        ),
    )
    for area in things(drawn, Area):
        for ring in area.rings:
            assert all(0 <= x <= drawn.width for x, _ in ring)
    for line in things(drawn, Line):
        if line.width > 1:
            assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in line.points)


def test_the_whole_world_is_drawn_flat_and_cut():
    drawn = chart(
        told("a", circle(0, 179.9, 500_000)), told("b", circle(40, 0, 500_000)),
        told("c", Point(at=of_degrees(-50, -90))),
    )  # fmt: skip
    (east_and_west, _) = things(drawn, Area)

    assert len(east_and_west.rings) == 2
    assert "0°" in [each.words for each in things(drawn, Label)]


def test_parties_have_colours_of_their_own_in_the_legend():
    drawn = chart(told("a", circle(1, 1, 900)), told("b", circle(1, 1.5, 900), party="Süd"))

    assert len({each.colour for each in things(drawn, Area)}) == 2
    assert {"a", "Süd"} <= {each.words for each in things(drawn, Label)}


def test_a_png_holds_the_same_picture():
    image_module = pytest.importorskip("PIL.Image", reason="Pillow is absent: no PNG was drawn")
    drawn = chart(told("a", circle(10, 10, 5_000)), told("b", circle(10, 10.05, 5_000)))
    image = image_module.open(io.BytesIO(png(drawn, mark=MARK)))
    image.load()

    assert image.size == (round(drawn.width * 2), round(drawn.height * 2))
    colours = {colour for _, colour in image.getcolors(1 << 24)}
    assert (0xC8, 0x10, 0x2E) in colours
    assert len(colours) > 10


def test_without_pillow_a_png_is_refused_with_what_to_install(monkeypatch):
    monkeypatch.setattr("tieline.files.pictures.find_spec", lambda _: None)
    with pytest.raises(UsageError, match="need Pillow") as caught:
        png(chart(told("a", circle(1, 1, 9))), mark=MARK)

    assert "tieline[papers]" in caught.value.advice
    assert "--svg" in caught.value.advice


def test_a_picture_of_nothing_is_still_a_picture():
    ET.fromstring(svg(chart(), mark=MARK))
    assert sys.getsizeof(chart().things) > 0


def test_too_many_places_are_left_out_and_it_is_said(monkeypatch):
    monkeypatch.setattr("tieline.files.chart.SHAPES_MAX", 2)
    drawn = chart(*(told(f"k{n}", circle(n, n, 900)) for n in range(3)))

    assert drawn.left_out == ("1 of 3 places are not drawn",)


def test_an_area_and_its_outline_are_drawn_where_it_lies():
    ring = Polygon(ring=tuple(of_degrees(*at) for at in ((0, 0), (0, 2), (1, 2), (1, 0))))
    (area,) = things(chart(told("a", ring)), Area)
    xs, ys = [x for x, _ in area.rings[0]], [y for _, y in area.rings[0]]

    assert (max(xs) - min(xs)) / (max(ys) - min(ys)) == pytest.approx(2, rel=0.01)
