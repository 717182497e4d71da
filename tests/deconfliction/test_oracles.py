"""Distances, containments and whole sets beside geographiclib, S2 and PostGIS geography.

What is compared, and how far apart engines may be, is in `benchmarks/oracles.py`.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from tieline.deconfliction.finding import find
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Overlap
from tieline.deconfliction.rulereading import read_pack
from tieline.space.position import of_degrees
from tieline.space.shape import Circle
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
COUNT = 2_000


def oracle(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[Any]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return [import_module(name) for name in names]


def world(monkeypatch: pytest.MonkeyPatch, count: int = COUNT, seed: int = 5) -> tuple[Any, Any]:
    oracles, drawn = oracle(monkeypatch, "oracles", "oracle_set")
    return oracles, drawn.World(shapes=drawn.shapes(count, seed))


def test_lengths_are_those_of_geographiclib(monkeypatch):
    oracles, here = world(monkeypatch)

    for _, said in oracles.karney(here):
        assert "off by" in said


def test_lengths_holds_and_whole_sets_are_those_of_s2_but_for_its_globe(monkeypatch):
    pytest.importorskip("spherely", reason="spherely (S2) is absent: no oracle")
    oracles, here = world(monkeypatch)

    said = dict(oracles.s2(here))

    assert f"ours {len(oracles.ours_all(here)):,} pairs" in said[
        "all pairs of the set: spherely over all caps"
    ]  # fmt: skip
    assert len(oracles.ours_all(here)) > 500


@pytest.mark.parametrize("wrong", ["a metre longer", "a pair left out"])
def test_what_is_not_explained_is_told(monkeypatch, wrong):
    oracles, here = world(monkeypatch, 400)
    ours_m, ours_all = oracles.ours_m, oracles.ours_all
    if wrong == "a metre longer":
        monkeypatch.setattr(oracles, "ours_m", lambda *a, **more: ours_m(*a, **more) + 1)
        compare = oracles.karney
    else:
        pytest.importorskip("spherely", reason="spherely (S2) is absent: no oracle")
        monkeypatch.setattr(oracles, "ours_all", lambda given: ours_all(given)[1:])
        compare = oracles.s2

    with pytest.raises(oracles.Differs, match=r"differ|miss"):
        compare(here)


@pytest.mark.long
def test_a_hundred_thousand_shapes_are_as_three_others_say(monkeypatch):
    oracles, here = world(monkeypatch, 100_000, 2)
    for compare in oracles.COMPARISONS.values():
        try:
            said = compare(here)
        except ImportError as absent:
            pytest.skip(f"an oracle is absent: {absent}")
        for row in said:
            print(*row, sep=": ")


# -- what people are shown, at its limit


def pack(distance_m: int) -> Any:
    return read_pack(
        f"""format = "tieline/rules@v1"
id = "apart"
edition = 1
title = "Apart"
dated = 2026-01-01
source = "our agreement"
[[separation]]
id = "all"
kinds = ["exercise"]
other_kinds = ["exercise"]
distance_m = {distance_m}
near = "medium"
source = "article 2"
support = "agreed"
""".encode()
    )


def shown(one: Circle, other: Circle, distance_m: int) -> tuple[Overlap, ...]:
    window = Window(spans=(Interval(start_ms=0),))
    told = [
        Notified(
            key=party, party=party, kind="exercise", volumes=(Volume(shape=shape, window=window),)
        )
        for party, shape in (("N", one), ("S", other))
    ]
    return find(told, known_ms=0, packs=(pack(distance_m),)).overlaps


def test_the_gap_of_far_circles_is_karneys():
    apart = Geodesic.WGS84.Inverse(10, 20, 15, 30)["s12"]
    one = Circle(centre=of_degrees(10, 20), radius_m=300_000)
    other = Circle(centre=of_degrees(15, 30), radius_m=400_000)

    (found,) = shown(one, other, 900_000)

    assert found.gap_m == pytest.approx(apart - 700_000, abs=1e-3)
    assert not found.marginal


@pytest.mark.parametrize("lon", [0.0, 179.5, -180.0])
def test_a_metre_decides_at_a_limit_of_fifty_kilometres_and_less_is_marginal(lon):
    apart = Geodesic.WGS84.Inverse(0, lon, 0, lon + 1)["s12"]
    limit = 50_000
    rest = round(apart) - limit
    one = Circle(centre=of_degrees(0, lon), radius_m=1_000)

    found = {
        by: shown(one, Circle(centre=of_degrees(0, lon + 1), radius_m=rest - 1_000 + by), limit)
        for by in (-1, 0, 1, 2)
    }

    assert np.abs(apart - round(apart)) < 0.5
    assert found[-1] == ()
    assert [each.marginal for each in found[2]] == [False]
    assert found[2][0].gap_m == pytest.approx(apart - rest - 2, abs=1e-3)
