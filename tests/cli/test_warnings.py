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
    told = run("warnings", "stats", file).out
    assert "2 warnings, 1 with nothing unread" in told
    assert "firing" in told


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


# ---- what the home keeps

NOTICES = """
(A0123/24 NOTAMN
Q) XXYY/QWMLW/IV/BO/W/000/350/4430N03030E025
A) XXYY B) 2404151200 C) 2404201800
E) FIRING WILL TAKE PLACE IN AREA BOUNDED BY
443000N 0300000E - 443000N 0310000E - 440000N 0303000E.
F) SFC G) FL350)
"""


@pytest.fixture
def home(run, tmp_path):
    run("init", "alpha", home=tmp_path / "alpha")
    return tmp_path / "alpha"


@pytest.fixture
def kept(run, file, home):
    run("warnings", "import", file, home=home)
    return home


def test_import_tells_what_is_new_and_what_is_known(run, file, home):
    first = run("warnings", "import", file, home=home).out
    assert "warnings.txt: 2 new, 1 with something unread" in first
    assert "2 warnings kept here, 1 of them in force now." in first
    assert "warnings.txt: 0 new, 2 known" in run("warnings", "import", file, home=home).out


def test_without_files_the_home_is_listed(run, kept):
    assert names(run("warnings", "list", "--json", home=kept)) == ["HYDROLANT 8/24"]
    both = ["HYDROLANT 8/24", "HYDROLANT 7/24"]
    assert names(run("warnings", "list", "--all", "--json", home=kept)) == both
    assert names(run("warnings", "list", "--on", "2024-04-15", "--json", home=kept)) == both
    assert names(run("warnings", "list", "--on", "2024-04-12", "--json", home=kept)) == both[:1]
    assert names(run("warnings", "list", "--near", "10N 10E", "--json", home=kept)) == []
    assert "1 of 2 warnings kept here." in run("warnings", "list", home=kept).out


def test_a_later_import_cancels_what_was_kept(run, kept, tmp_path):
    later = tmp_path / "later.txt"
    later.write_text("130430Z APR 24\nHYDROLANT 9/24(55).\nBLACK SEA.\n1. CANCEL HYDROLANT 8/24.\n")
    assert "1 new, 1 kept warning cancelled" in run("warnings", "import", later, home=kept).out
    assert names(run("warnings", "list", "--json", home=kept)) == ["HYDROLANT 9/24"]
    told = run("warnings", "show", "hydrolant 8/24", home=kept).out
    assert "2024-04-13 04:30:00Z, by HYDROLANT 9/24" in told


def test_another_text_of_a_name_is_shown_beside_the_earlier_one(run, kept, tmp_path):
    later = tmp_path / "later.txt"
    later.write_text(TEXT.replace("120430Z", "120530Z").replace("SURVEY", "DIVING"))
    ran = run("warnings", "import", later, home=kept)
    assert "0 new, 1 with another text than before, 1 known" in ran.out
    assert "HYDROLANT 8/24  !" in run("warnings", "list", home=kept).out
    told = run("warnings", "show", "HYDROLANT 8/24", home=kept).out
    assert "discrepancy" in told
    assert told.index("DIVING") < told.index("An earlier text") < told.index("SURVEY")


def test_notices_to_airmen_are_taken_by_what_is_in_the_file(run, home, tmp_path):
    path = tmp_path / "notices.txt"
    path.write_text(NOTICES)
    assert names(run("warnings", "list", path, "--json")) == ["NOTAM XXYY A0123/24"]
    assert "1 new" in run("warnings", "import", path, home=home).out
    told = run("warnings", "show", "notam xxyy a0123/24", home=home).out
    assert "flight level 350" in told


def test_a_file_that_cannot_be_read_stops_none_of_the_others(run, file, home, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text('{"broadcast-warn": [{"msgYear": 2024, "navArea": "A", "text": "WORDS"}]}')
    none = tmp_path / "none"
    none.write_text("nothing")
    ran = run("warnings", "import", none, bad, file, tmp_path / "absent", home=home, code=4)
    assert "2 of 4 files not imported" in ran.err
    assert "2 warnings kept here" in ran.out
    assert "1 row that is no warning" in ran.out
    unread = run("warnings", "list", "--unread", home=home).out
    assert "WORDS" in unread
    assert '"msgNumber"' in unread


def test_facts_go_from_one_home_to_another(run, kept, tmp_path):
    run("init", "bravo", home=tmp_path / "bravo")
    out = tmp_path / "facts.json"
    assert "facts of 2 warnings" in run("warnings", "export", "--all", "--out", out, home=kept).out
    assert "2 new" in run("warnings", "import", out, home=tmp_path / "bravo").out
    told = run("warnings", "show", "HYDROLANT 7/24", home=tmp_path / "bravo").out
    assert "GUNNERY" not in told
    assert "within 10 nm" in told
    assert out.read_text() == run("warnings", "export", "--all", home=tmp_path / "bravo").out


def test_what_is_over_can_be_forgotten(run, kept, file):
    assert (
        "1 warning forgotten, 1 kept"
        in run("warnings", "forget", "--before", "2024-05-01", home=kept).out
    )
    assert names(run("warnings", "list", "--all", "--json", home=kept)) == ["HYDROLANT 8/24"]


def test_a_home_without_warnings_or_party_says_what_to_do(run, home, file, tmp_path):
    assert "tieline warnings import" in run("warnings", "list", home=home, code=3).err
    ran = run("warnings", "import", file, home=tmp_path / "nobody", code=None)
    assert "tieline init" in ran.err
    assert not (tmp_path / "nobody").exists()


def test_notices_and_facts_are_compared_as_warnings_are(run, kept, tmp_path):
    notices, facts = tmp_path / "n.txt", tmp_path / "facts.json"
    notices.write_text(NOTICES)
    run("warnings", "export", "--all", "--out", facts, home=kept)
    line = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [[29.9, 44.3], [31.2, 44.0]]},
        "properties": {"start": "2024-04-15T00:00:00Z", "end": "2024-04-19T00:00:00Z"},
    }
    convoy = tmp_path / "convoy.geojson"
    convoy.write_text(json.dumps(line))
    ran = run("overlaps", "list", facts, notices, convoy, "--known", "2024-04-14T00:00:00Z")
    assert "NOTAM XXYY A0123/24" in ran.out
    assert "HYDROLANT 7/24" in ran.out
