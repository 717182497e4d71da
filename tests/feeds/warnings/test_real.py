"""Real warnings of 2018, 2022 and 2023, read beside labels and beside NGA's own drawings."""

from __future__ import annotations

import importlib
import random
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tieline.feeds.warnings import About, Kind, Phrase, read_file, read_warning
from tieline.feeds.warnings.positions import find_positions
from tieline.space.reading import read_position
from tieline.space.shape import Corridor, EdgeKind, Polygon, corners
from tieline.space.spans import envelope_ms
from tieline.space.window import Interval

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT.parent / "shared" / "data"
LABELS = Path(__file__).parents[1] / "labelled.toml"


@pytest.fixture(scope="module")
def bench():
    """The comparing code of the benchmarks, which writes the tables of the docs page."""
    if not DATA.is_dir():
        pytest.skip(f"the real warnings are not beside this checkout ({DATA}): NOT CHECKED")
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return importlib.import_module("published")
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))


@pytest.fixture(scope="module")
def two_years(bench):
    return {raw.name: raw for path in bench.YEARS for raw in read_file(path.read_bytes())}


@pytest.fixture(scope="module")
def in_force(bench):
    return {one.name: one for one in bench.read_all([bench.IN_FORCE])}


def ring(text):
    return tuple(read_position(pair).at for pair in text.split(", "))


def test_every_warning_of_the_files_is_there(two_years, in_force):
    assert (len(two_years), len(in_force)) == (6_331, 454)


def test_the_humanitarian_corridor_is_read_with_its_width_and_stand_off(in_force):
    one = in_force["HYDROLANT 603/23"]
    parts = {part.label: part for part in one.parts}
    assert list(parts) == ["1.A", "1.B", "1.C", "1.D", "1.E", "2", "3", "4", "4.A"]
    corridor = parts["2"]
    assert corridor.phrase is Phrase.WITHIN_LINE
    assert corridor.shape.points == ring(
        "44-53.00N 030-39.50E, 45-37.10N 030-48.10E, 46-12.00N 031-10.00E"
    )
    assert (corridor.shape.half_width_m, corridor.keep_off_m) == (2_778, 18_520)
    assert [parts[label].shape.half_width_m for label in ("1.A", "1.B", "1.C")] == [200, 200, 200]
    assert [len(parts[label].shape.points) for label in ("1.A", "1.B", "1.C")] == [5, 4, 4]
    assert [len(parts[label].shape.ring) for label in ("1.D", "1.E", "3", "4.A")] == [4, 6, 4, 5]
    assert parts["4"].shape.at == read_position("42-19.15N 029-27.00E").at
    assert (one.cancelled_ms, one.cancels) == (None, ())


def test_what_the_corridor_says_wrongly_stays_unread(in_force):
    """One inspection area crosses itself as printed, and local times name no zone."""
    unread = {(left.label, left.reason) for left in in_force["HYDROLANT 603/23"].unread}
    assert unread == {
        ("2", "local time, and the zone is not named"),
        ("4.B", "its outline crosses itself: edges 3 and 8"),
    }
    assert not next(p for p in in_force["HYDROLANT 603/23"].parts if p.label == "2").is_timed


def test_the_hazardous_area_of_2022_is_read_whole(in_force):
    one = in_force["HYDROLANT 838/22"]
    (part,) = one.parts
    corners = "45-05N 033-33E, 45-59N 033-51E, 47-00N 031-43E, 46-19N 029-55E, 45-05N 029-17E"
    assert part.shape == Polygon(
        ring=ring(corners), edge=EdgeKind.RHUMB, error_m=part.shape.error_m
    )
    issued = round(datetime(2022, 3, 23, 14, 17, tzinfo=UTC).timestamp() * 1000)
    assert part.window.spans == (Interval(start_ms=issued, end_ms=None),)
    assert [ref.name for ref in one.cancels] == ["HYDROLANT 814/22"]
    assert one.unread == ()


def test_the_sample_is_the_one_that_the_seed_draws(two_years):
    labels = tomllib.loads(LABELS.read_text())["warning"]
    drawn = random.Random(20230421).sample(sorted(two_years), 100)
    assert [label["name"] for label in labels] == drawn


def test_nothing_in_the_sample_is_read_wrongly_and_little_is_missed(bench, two_years):
    totals = dict.fromkeys(bench.FACTS, (0, 0, 0))
    for label in tomllib.loads(LABELS.read_text())["warning"]:
        found = bench.score(bench.facts(read_warning(two_years[label["name"]])), label)
        totals = {
            kind: tuple(a + b for a, b in zip(totals[kind], found[kind], strict=True))
            for kind in totals
        }
    assert {kind: wrong for kind, (_, wrong, _) in totals.items()} == dict.fromkeys(totals, 0)
    assert all(missed <= 2 for _, _, missed in totals.values()), totals


def test_what_nga_drew_was_read_equal_or_not_at_all(bench):
    """The few that differ are drawn wrongly, or on a sphere; the docs page lists them."""
    tallies = bench.defaultdict(bench.Tally)
    for raw, drawn in bench.plotted().values():
        bench.compare(raw, drawn, tallies, [])
    far = {
        name: sum(apart >= bench.EQUAL_M for apart in tally.apart)
        for name, tally in tallies.items()
    }
    assert {name: count for name, count in far.items() if count} == {
        "area bound by": 2,
        "within a distance of a position": 5,
        "within a distance of a trackline": 5,
        "within a distance of a position, between bearings": 6,
    }
    sectors = tallies["within a distance of a position, between bearings"].apart
    assert max(sectors) < 230, "0.2 % of 75 miles, as far as a sphere is off the ellipsoid"
    assert sum(len(tally.apart) for tally in tallies.values()) >= 1_568
    assert sum(tally.unread for tally in tallies.values()) <= 36


def test_cancellations_agree_with_the_publishers_list(bench, two_years):
    rows = dict(bench._ends(list(two_years.values())).rows)
    assert int(rows["ends by its own words: equal"]) >= 4_050
    # Three rows of the list contradict the texts that they stand beside.
    assert int(rows["ends by its own words: differs"]) == 3
    assert int(rows["ended by another: equal"]) >= 2_140


def test_every_position_of_a_text_is_in_one_shape_or_is_told(two_years):
    """Corners that a text repeats, to close a ring or by mistake, stand once."""
    for raw in two_years.values():
        one = read_warning(raw)
        told = any(left.about is About.SHAPE for left in one.unread)
        if told or one.kind in (Kind.CANCELLATION, Kind.LIST):
            continue
        written = len(find_positions(" ".join(raw.text.upper().split())))
        joined = sum(isinstance(part.shape, Polygon | Corridor) for part in one.parts)
        held = sum(
            1 if part.phrase is Phrase.SECTOR else len(corners(part.shape)) for part in one.parts
        )
        assert 0 <= written - held <= joined, one.name


def test_no_window_lies_far_from_its_warning(two_years):
    for raw in two_years.values():
        for part in read_warning(raw).parts:
            if part.window is not None and raw.issued_ms is not None:
                start_ms, _ = envelope_ms(part.window)
                days = (start_ms - raw.issued_ms) / 86_400_000
                assert -130 < days < 270, raw.name
