"""Bad input typed by an officer: a precise error that says what to do, and nothing is filed."""

from __future__ import annotations

import importlib.util
import json
import time
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)

SPAN = ("--from", "2030-12-01T08:00Z", "--until", "2030-12-01T16:00Z")
QUICK_S = 60.0
"""Far more than any of these takes; what is unbounded takes for ever."""


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    return homes.two_homes(tmp_path_factory.mktemp("bad"))


@pytest.fixture
def pair(run, places, tmp_path):
    return homes.Homes(run, places, tmp_path / "stick")


def refused(pair, *args, why, code=2):
    """The words of a refusal; that nothing was filed is looked at in the end."""
    started = time.monotonic()
    ran = pair.alpha(*args, code=None)
    assert time.monotonic() - started < QUICK_S
    told = " ".join(ran.err.replace("│", " ").split())
    assert ran.code == code, told
    assert why in told
    return told


NEW = ("notify", "new", "hazard", "--title", "Bad")
SHAPES = {
    "not a number": ("--point", "nan, nan", "no position that we can read"),
    "infinite": ("--circle", "inf, 12.0 r=5nm", "no position that we can read"),
    "an infinite radius": ("--circle", "54N 012E r=infnm", "names no radius"),
    "a negative radius": ("--circle", "54N 012E r=-5nm", "names no radius"),
    "a circle of 30,000 km": ("--circle", "54N 012E r=30000km", "is not from 1 to 5000000 m"),
    "no such latitude": ("--point", "95-00N 012-00E", "latitude"),
    "latitude and longitude swapped": ("--point", "121.5, 31.2", "if the two are swapped"),
    "60 minutes": ("--point", "54-60N 012-10E", "60 or more"),
    "nought and nought": ("--point", "0N 0E", "an empty field often gives"),
    "a ring of two": ("--area", "54N 12E; 55N 13E", "at least 3"),
    "a ring of one place": ("--area", "54N 12E; 54N 12E; 54N 12E", "at least 3"),
    "a line of one place": ("--corridor", "54N 12E w=2nm", "at least 2"),
    "more than a hemisphere": (
        "--area", "10S 0E; 10S 120E; 10S 120W; 20N 180E; 20N 60E", "hemisphere",
    ),
    "edges that cross": ("--area", "54N 012E; 55N 013E; 54N 013E; 55N 012E", "edges cross"),
    "a sliver": (
        "--area", "54-00N 012-00E; 54-00.001N 012-30E; 54-00.002N 012-00E", "narrower than",
    ),
    "a spike": (
        "--area", "54-00N 012-00E; 55-00N 012-00E; 55-00N 013-00E; 55-00.001N 012-00.2E",
        "turns back",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_that_cannot_be_meant_is_refused_or_asked_about(pair, name):
    option, text, why = SHAPES[name]
    refused(pair, *NEW, option, text, *SPAN, why=why)


def test_what_is_odd_and_right_is_filed_on_the_officers_word(pair):
    area = ("--area", "54N 012E; 55N 013E; 54N 013E; 55N 012E")
    pair.alpha(*NEW, "--key", "bow-tie", *area, *SPAN, "--sure")
    (one,) = pair.alpha("notify", "show", "bow-tie", "--json").json
    assert one["body"]["volumes"][0]["shape"]["kind"] == "area"


WINDOWS = {
    "ends before it starts": (
        ("--from", "2030-12-02T08:00Z", "--until", "2030-12-01T08:00Z"), "end",
    ),
    "of no length": (("--from", "2030-12-02T08:00Z", "--until", "2030-12-02T08:00Z"), "end"),
    "of no zone": (("--from", "2030-12-02T08:00", "--until", "2030-12-02T10:00"), "zone"),
    "no such day": (("--from", "2030-02-30", "--daily", "0900-1700"), "no day"),
    "no such hour": (("--from", "2030-02-03", "--daily", "0900-2570"), "no time of day"),
    "daily, ends before it starts": (
        ("--from", "2030-12-05", "--until", "2030-12-01", "--daily", "0900-1700"), "before",
    ),
    "an end without a start": (("--until", "2030-12-01T08:00Z"), "--from is missing"),
}  # fmt: skip


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_that_cannot_be_is_refused(pair, name):
    window, why = WINDOWS[name]
    refused(pair, *NEW, "--point", "54N 012E", *window, why=why)


def test_a_rule_with_a_million_windows_is_kept_as_a_rule_and_shown_at_once(pair):
    started = time.monotonic()
    window = ("--from", "1970-01-01", "--until", "9999-12-31", "--daily", "0900-1700")
    pair.alpha(*NEW, "--key", "for-ever", "--point", "54N 012E", *window)
    (one,) = pair.alpha("notify", "show", "for-ever", "--json").json
    assert len(one["body"]["volumes"][0]["window"]) == 1
    on = pair.alpha("notify", "on", "5555-05-05", "--json").json
    assert "for-ever" in [each["key"] for each in on]
    pair.alpha("overlaps", "list", "--line", "border", "--json")
    assert time.monotonic() - started < QUICK_S


def geojson(ring):
    return {"type": "Polygon", "coordinates": [ring]}


FILES = {
    "not a number": ('{"type": "Point", "coordinates": [NaN, 1]}', "nan is no position"),
    "infinite": ('{"type": "Point", "coordinates": [1e999, 1]}', "inf is no position"),
    "nested too deep": ('{"type":"Feature","geometry":' * 5_000 + "1" + "}" * 5_000, "JSON"),
    "a ring of two": (json.dumps(geojson([[12, 54], [13, 55], [12, 54]])), "at least 3"),
    "no ring": (json.dumps(geojson([])), "not GeoJSON"),
    "text for a number": ('{"type": "Point", "coordinates": ["12", "x"]}', "not GeoJSON"),
    "a latitude of 200": ('{"type": "Point", "coordinates": [12, 200]}', "latitude"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_a_shape_that_cannot_be_is_refused(pair, tmp_path, name):
    text, why = FILES[name]
    path = tmp_path / "shape.geojson"
    path.write_text(text)
    refused(pair, *NEW, "--geojson", path, *SPAN, why=why)


def test_a_million_vertices_are_refused_in_bounded_time(pair, tmp_path):
    path = tmp_path / "many.geojson"
    ring = [[12 + n / 1_000_000, 54 + (n % 2) / 1_000] for n in range(1_000_000)]
    path.write_text(json.dumps(geojson(ring), separators=(",", ":")))
    refused(pair, *NEW, "--geojson", path, *SPAN, why="bytes")
    ring = [[12 + n / 10_001, 54 + (n % 2) / 1_000] for n in range(10_001)]
    path.write_text(json.dumps(geojson(ring)))
    refused(pair, *NEW, "--geojson", path, *SPAN, why="at most 10000 are taken")


WORDS = {
    "area": ("--set", "area=off the pier at 12-34N 045-06E"),
    "title": ("--title", "Firing 45.0456N 12.5123E"),
    "texts": ("around 38S MB 43 61 or N 12.5 E 45.2",),
}


@pytest.mark.parametrize("field", WORDS)
def test_words_and_positions_that_disagree_are_asked_about(pair, field):
    told = refused(
        pair,
        *("notify", "new", "hazard", "--key", f"words-{field}", "--point", "54-20N 012-10E"),
        *SPAN,
        *(("--title", "X") if field != "title" else ()),
        *WORDS[field],
        why="words and positions disagree",
    )
    assert field in told
    pair.alpha(
        *("notify", "new", "hazard", "--key", f"words-{field}", "--point", "54-20N 012-10E"),
        *SPAN,
        *(("--title", "X") if field != "title" else ()),
        *WORDS[field],
        "--sure",
    )
    pair.carry("alpha", "bravo")
    (one,) = pair.bravo("notify", "show", f"words-{field}", "--json").json
    assert [flag for flag in one["flags"] if "words and positions disagree" in flag]


def test_an_amendment_that_moves_it_away_from_its_words_is_asked_about(pair):
    point = ("--point", "54-20N 012-10E")
    words = ("--set", "area=54-20.0N 012-10.0E, by the pier")
    pair.alpha(*("notify", "new", "hazard", "--key", "pier", "--title", "Pier"), *point, *words)
    refused(
        pair,
        *("notify", "amend", "pier", "--point", "55-20N 012-10E"),
        why="words and positions disagree",
    )


def test_a_key_that_stands_is_not_used_again(pair):
    pair.alpha(*NEW, "--key", "twice", "--point", "54N 012E")
    told = refused(pair, *NEW, "--key", "twice", "--point", "54N 012E", why="is the key of alpha-1")
    assert "Amend that one" in told
    pair.alpha("notify", "cancel", "twice")
    pair.alpha(*NEW, "--key", "twice", "--point", "54N 012E")


def test_another_partys_notification_is_not_ours_to_change(pair):
    pair.bravo(*NEW, "--key", "theirs", "--point", "54N 012E")
    pair.carry("bravo", "alpha")
    for verb in (
        ("cancel", "theirs"),
        ("amend", "theirs", "--title", "Ours"),
        ("replace", "theirs", "--by", "twice"),
    ):
        refused(pair, "notify", *verb, why="not a step that the procedure has", code=3)


def test_a_stop_is_told_of_its_odd_words_and_goes_out_all_the_same(pair):
    ran = pair.alpha(
        *("notify", "stop", "call", "--at", "54N 012E", "--key", "odd-stop"),
        *("--fire", "shells at 12-34N 045-06E"),
    )
    assert "words and positions disagree" in " ".join(ran.err.split())
    assert "STOP filed" in ran.out


FILED = {"bow-tie", "for-ever", "pier", "twice", "theirs", "odd-stop"}


def test_nothing_that_was_refused_was_filed(pair):
    refused(pair, *NEW, "--point", "nan, nan", why="no position that we can read")
    keys = {one["key"] for one in pair.alpha("notify", "list", "--json").json}
    assert keys <= FILED | {f"words-{field}" for field in WORDS}
