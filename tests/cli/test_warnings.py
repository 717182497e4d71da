"""Navigational warnings on the command line; texts in our own words, of invented places."""

from __future__ import annotations

import gzip
import json

import pytest

TEXT = """
120426Z APR 24
HYDROLANT 7/24(55).
BLACK SEA.
1. GUNNERY EXERCISES 0800Z TO 1000Z DAILY 15 THRU 17 APR
   IN AREA WITHIN TEN MILES OF 44-00.00N 031-00.00E.
2. CANCEL HYDROLANT 5/24.
3. CANCEL THIS MSG 171100Z APR 24.

120430Z APR 24
HYDROLANT 8/24(55).
BLACK SEA.
SURVEY OPERATIONS IN PROGRESS UNTIL FURTHER NOTICE IN AREA BOUND BY
44-00N 030-00E, 43-00N 031-00E, 44-00N 031-00E, 43-00N 030-00E.
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "warnings.txt"
    path.write_text(TEXT)
    return path


def names(ran):
    return [one["name"] for one in ran.json]


def test_reading_tells_how_much_was_read(run, file):
    assert (
        "2 warnings, 1 place read, 1 warning with something unread"
        in run("warnings", "read", file).out
    )


def test_what_was_not_read_is_told_with_the_reason(run, file):
    ran = run("warnings", "read", file, "--unread")
    assert "HYDROLANT 8/24" in ran.out
    assert "crosses" in ran.out
    assert names(run("warnings", "list", file, "--unread", "--json")) == ["HYDROLANT 8/24"]


def test_a_day_and_a_place_choose(run, file):
    both = ["HYDROLANT 7/24", "HYDROLANT 8/24"]
    assert names(run("warnings", "list", file, "--on", "2024-04-15", "--json")) == both
    assert names(run("warnings", "list", file, "--on", "2024-04-18", "--json")) == both[1:]
    near = ("--near", "44-00N 031-30E", "--within", "12")
    assert names(run("warnings", "list", file, *near, "--json")) == both[:1]
    assert names(run("warnings", "list", file, "--near", "10N 10E", "--json")) == []


def test_a_warning_is_shown_with_its_text(run, file):
    ran = run("warnings", "show", "hydrolant 7/24", file)
    assert "GUNNERY EXERCISES" in ran.out
    assert "within 10 nm" in ran.out
    assert "HYDROLANT 5/24" in ran.out


def test_one_that_is_not_there_is_told(run, file):
    assert "warnings list" in run("warnings", "show", "HYDROLANT 9/24", file, code=3).err


def test_counts_are_by_kind_phrase_and_reason(run, file):
    value = run("warnings", "stats", file, "--json").json
    assert value["warnings"] == 2
    assert value["kinds"] == {"firing": 1, "survey": 1}
    assert list(value["unread"].values()) == [1]
    assert "2 warnings, 1 with nothing unread" in run("warnings", "stats", file).out


def test_places_are_written_as_geojson(run, file, tmp_path):
    out = tmp_path / "out.json"
    run("warnings", "read", file, "--geojson", out)
    (feature,) = json.loads(out.read_text())["features"]
    assert feature["properties"]["radius_m"] == 18_520


def test_files_are_read_packed(run, tmp_path):
    path = tmp_path / "warnings.txt.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert len(run("warnings", "list", path, "--json").json) == 2


def test_bad_files_days_and_positions_are_refused(run, file, tmp_path):
    other = tmp_path / "other"
    other.write_text("no warning")
    assert "begins a warning" in run("warnings", "read", other, code=4).err
    assert "cannot be read" in run("warnings", "read", tmp_path / "none", code=2).err
    assert "2023-04-21" in run("warnings", "list", file, "--on", "yesterday", code=2).err
    assert "no position" in run("warnings", "list", file, "--near", "here", code=2).err
