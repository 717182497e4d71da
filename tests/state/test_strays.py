"""Words and positions that disagree: what is told, and how often it is told wrongly."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tieline.feeds.warnings.asking import volumes
from tieline.feeds.warnings.model import NavWarning
from tieline.feeds.warnings.reader import read_warning
from tieline.feeds.warnings.sources import read_file
from tieline.record.strict import JsonValue
from tieline.space.body import write_volumes
from tieline.space.position import of_degrees
from tieline.space.prose import Named, positions_in
from tieline.space.shape import Circle, Corridor, Point, Polygon, Shape
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window
from tieline.state.strays import STRAYS_MAX, cap_of, strays, strays_of

WHEN = Window(spans=(Interval(start_ms=0),))
FALSE_MAX = 0.005
"""Share of published warnings that may be told of although they are right."""
CAUGHT_MIN = 0.95
"""Share of slips by one degree of latitude that have to be told."""


def body(shape: Shape, **words: str) -> dict[str, JsonValue]:
    return {"volumes": write_volumes((Volume(shape=shape, window=WHEN),)), **words}


AT = of_degrees(54.0, 12.0)
SHAPES = [
    Point(at=AT),
    Circle(centre=AT, radius_m=9_000),
    Corridor(points=(AT, of_degrees(54.2, 12.2)), half_width_m=500),
    Polygon(ring=(AT, of_degrees(54.2, 12.0), of_degrees(54.0, 12.4))),
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: type(shape).__name__)
def test_a_place_in_the_words_is_told_if_it_lies_far_from_the_shape(shape: Shape) -> None:
    assert strays(body(shape, area="off 54-00N 012-00E")) == ()
    assert strays(body(shape, area="off 54-05N 012-05E")) == ()
    (far,) = strays(body(shape, area="off 55-00N 012-00E"))
    assert (far.field, far.named.words) == ("area", "55-00N 012-00E")
    assert 80_000 < far.away_m < 112_000
    assert "words and positions disagree" in far.words()


def test_over_the_antimeridian_and_round_the_pole_nothing_is_far() -> None:
    over = Polygon(ring=(of_degrees(0, 179), of_degrees(1, -179), of_degrees(-1, -179)))
    assert strays(body(over, area="off 00-00N 180-00E")) == ()
    pole = Polygon(ring=(of_degrees(80, 0), of_degrees(80, 120), of_degrees(80, -120)))
    assert strays(body(pole, area="at 89-00N 077-00W")) == ()


def test_without_a_place_there_is_nothing_to_compare_and_only_some_are_told() -> None:
    assert strays({"area": "off 54-00N 012-00E"}) == ()
    assert strays({"at": {"lat_e7": "x"}, "fire": "at 54-00N 012-00E"}) == ()
    here: dict[str, JsonValue] = {"at": {"lat_e7": 540_000_000, "lon_e7": 120_000_000}}
    assert strays({**here, "fire": "at 54-00N 012-00E"}) == ()
    many = " ".join(f"{n}-00N 100-00E" for n in range(10, 30))
    assert len(strays({**here, "fire": many})) == STRAYS_MAX


def published(shared_data: Callable[[str], Path]) -> Iterator[NavWarning]:
    known = set()
    for folder in ("nga-msi-inforce-20230421", "nga-hydrolant-2022-2023"):
        for path in sorted(shared_data(folder).iterdir()):
            if path.suffix not in {".json", ".gz"}:
                continue
            data = path.read_bytes()
            for raw in read_file(gzip.decompress(data) if path.suffix == ".gz" else data):
                found = read_warning(raw)
                if found.name not in known:
                    known.add(found.name)
                    yield found


def test_published_warnings_are_seldom_told_of_and_slips_nearly_always(
    shared_data: Callable[[str], Path],
) -> None:
    looked_at = false = slips = caught = 0
    for warning in published(shared_data):
        named = [("text", one) for one in positions_in(warning.raw.text)]
        caps = [cap_of(volume) for volume in volumes(warning)]
        if not named or not caps or warning.unread:
            continue
        looked_at += 1
        false += bool(strays_of(named, caps))
        if len(named) == 1:
            at = named[0][1].at
            turn = 1 if at.lat_deg < 80 else -1
            slipped = Named(words="", at=of_degrees(at.lat_deg + turn, at.lon_deg))
            slips += 1
            caught += bool(strays_of([("text", slipped)], caps))
    print(f"{looked_at} warnings, told of {false}; {slips} slips by one degree, told {caught}")
    assert looked_at > 4_000
    assert false / looked_at <= FALSE_MAX
    assert caught / slips >= CAUGHT_MIN
