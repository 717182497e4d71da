"""The observer's record from the command line: what was reported, and never more."""

from __future__ import annotations

import importlib.util
import json
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tieline.observer import parse_text

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)


SAMPLE = files("tieline.observer").joinpath("samples", "talks-2017-2024.txt")
ITEMS = len(parse_text(SAMPLE.read_bytes()).items())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("observe")
    homes.party(place, "observer").client.close()
    return place


@pytest.fixture
def observer(run, folder):
    """The observer's home, with the sample in its record."""

    def ran(*args, code=0):
        return run(*args, home=folder / "observer", code=code)

    if not (folder / "sample.txt").exists():
        run("observe", "sample", "--write", folder / "sample.txt")
        assert ran("observe", "add", folder / "sample.txt", "--json").json["filed"] == ITEMS
    return ran


def lines(ran):
    return {(each["name"], each["about"]): each for each in ran.json["observed"]["lines"]}


def test_the_first_of_september_2022(observer):
    found = lines(observer("status", "--on", "2022-09-01", "--json"))
    ties = found["Military ties", "suspension"]
    assert ties["words"].startswith("severed, by China; since: 2022-08-01 to 2024-01-09")
    assert ties["words"].endswith("whether by then is not said")
    assert ties["forces"] == ["narrated"]
    assert ties["inferences"] == ["i-round-17-day"]
    (framework,) = [each for (_, about), each in found.items() if about == "framework"]
    assert framework["words"] == (
        "promised, by US only (on or before 2018-11-10); "
        "not reported as drafted, agreed, in force, amended, lapsed"
    )
    assert framework["forces"] == ["said"]
    exercises = found["joint military maritime search and rescue exercises", "commitment"]
    assert exercises["words"].endswith("due passed, outcome unknown")

    text = observer("status", "--on", "2022-09-01").out
    flat = " ".join(text.split())
    assert "severed, by China" in flat
    assert "?≈ Military ties" in flat
    assert "[004-3 ¶1 narrated, ≈i-round-17-day inferred]" in flat
    assert text.index("Military ties") < text.index("FRAMEWORK") < text.index("WHAT HAD HAPPENED")


def test_what_was_known_that_day_was_less(observer):
    args = ("status", "--on", "2022-09-01", "--known-on", "2022-09-01", "--json")
    found = lines(observer(*args))
    assert ("Military ties", "suspension") not in found
    assert ("Diplomatic and Security Dialogue", "round") in found


def test_the_tenth_of_november_2018(observer):
    ran = observer("status", "--on", "2018-11-10", "--json")
    rounds = [each["words"] for each in ran.json["observed"]["lines"] if each["about"] == "round"]
    second = next(words for words in rounds if words.startswith("round 2 held 2018-11-09"))
    assert 'first planned for 2018-10 ("October"), Beijing' in second
    assert "postponed, by whom is not said" in second
    found = lines(ran)
    exercises = found["joint military maritime search and rescue exercises", "commitment"]
    assert exercises["words"].endswith('("by the end of the year"): open')
    assert exercises["forces"] == ["press"]
    assert ("Military ties", "suspension") not in found
    assert found["Military ties", "standing"]["sure"] == "no"


def test_a_statement_is_shown_with_its_source_passage_force_and_inferences(observer):
    text = observer("observe", "show", "004-3").out
    for words in ("004_1bb91dc2a6042aef.txt", "¶1", "the journalist, no source given"):
        assert words in text
    assert "≈i-round-17-day by observer" in text
    value = observer("observe", "show", "004-3", "--json").json
    assert value["happened"]["earliest"] == "2022-08-01"
    assert value["happened"]["wording"] == "after a visit in August 2022"
    assert "i-round-17-day" in value["rest_on_it"]
    missing = observer("observe", "show", "004-333", code=2)
    assert "'004-333'" in missing.err


def test_without_an_inference_the_picture_says_less(observer):
    args = ("observe", "without", "i-round-17-day", "--on", "2022-09-01", "--json")
    value = observer(*args).json
    before = {each["name"]: each["words"] for each in value["before"]}
    after = [each["words"] for each in value["after"] if each["name"] == "Military ties"]
    assert "to 2024-01-09" in before["Military ties"]
    assert after[0].startswith("severed, by China; since: 2022-08-01 or later")
    assert "- Military ties" in observer(*args[:-1]).out


def test_a_list_can_be_cut_to_a_topic_and_a_force(observer):
    value = observer("observe", "list", "--force", "readout", "--json").json
    assert {each["force"] for each in value} == {"readout"}
    assert "000-16" in observer("observe", "list", "--topic", "taiwan").out
    assert "readout" in observer("observe", "list", "--force", "rumour", code=2).err


def test_all_faults_are_told_at_once_and_nothing_is_filed(observer, folder):
    bad = folder / "bad.txt"
    text = (folder / "sample.txt").read_text(encoding="utf-8")
    first = text.replace("force: narrated", "force: stated", 1)
    bad.write_text(first.replace("2018-11-10", "2018-13-10", 1), encoding="utf-8")
    before = len(observer("observe", "list", "--json").json)
    ran = observer("observe", "add", bad, "--json", code=2)
    assert {fault["field"] for fault in ran.json["faults"]} >= {"force", "published"}
    assert all(fault["line"] > 0 for fault in ran.json["faults"])
    told = observer("observe", "add", bad, code=2).out
    assert "write said if the channel is not given" in " ".join(told.split())
    assert len(observer("observe", "list", "--json").json) == before


def test_check_needs_no_home_and_files_nothing(run, tmp_path):
    run("observe", "sample", "--write", tmp_path / "s.txt")
    assert "75 statements" in run("observe", "check", tmp_path / "s.txt").out
    assert (
        "nothing is written over"
        in run("observe", "sample", "--write", tmp_path / "s.txt", code=2).err
    )
    (tmp_path / "s.txt").write_bytes(b"\xff")
    assert run("observe", "check", tmp_path / "s.txt", "--json", code=2).json["faults"]
    assert "no-such" in run("observe", "check", tmp_path / "no-such", code=2).err


def test_adding_twice_files_nothing_new(observer, folder):
    again = observer("observe", "add", folder / "sample.txt", "--json").json
    assert (again["filed"], again["known"]) == (0, ITEMS)


def test_the_record_has_a_timeline_with_uncertain_days_marked_and_can_be_drawn(observer, tmp_path):
    rows = observer("timeline", "--until", "2018-12-31", "--json").json
    assert all(row["earliest"] is None or row["earliest"] <= "2018-12-31" for row in rows)
    assert "~  on or before" in observer("timeline").out
    drawing = tmp_path / "talks.svg"
    observer("timeline", "--svg", drawing)
    assert ET.fromstring(drawing.read_bytes()).tag.endswith("svg")
    crossed = observer("timeline", "--since", "2022-01-02", "--until", "2022-01-01", code=2)
    assert "swap" in crossed.err


@pytest.mark.parametrize("day", ["2022-13-01", "yesterday", "2022-09"])
def test_a_day_that_is_none_is_refused(observer, day):
    assert day in observer("status", "--on", day, code=2).err


def test_a_home_without_a_record_says_how_to_begin_one(run, folder):
    homes.party(folder, "empty").client.close()
    ran = run("status", "--on", "2022-09-01", home=folder / "empty", code=2)
    assert "tieline observe add" in ran.err
    assert json.loads(run("status", "--json", home=folder / "empty").out)["lines"] == []


def test_a_wrong_name_lists_the_samples(run):
    ran = run("observe", "sample", "nothing", code=2)

    assert "talks-2017-2024" in ran.err
    assert len(run("observe", "sample", "aegean-2020").out) > 1_000
