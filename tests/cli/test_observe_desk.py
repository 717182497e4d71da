"""An observer's desk: from a report to reviewed statements, by options alone."""

from __future__ import annotations

import importlib.util
import stat
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)

REPORT = Path(__file__).parent / "data" / "lowland-courier.txt"
TAKE = ("--published", "2031-03-14", "--outlet", "Lowland Courier", "--headings", "2")


@pytest.fixture
def desk(run, tmp_path):
    """A fresh home of two persons; `first` signs unless told otherwise."""
    homes.party(tmp_path, "watcher").client.close()

    def ran(*args, code=0):
        return run("observe", *args, home=tmp_path / "watcher", code=code)

    return ran


@pytest.fixture
def taken(desk):
    desk("take", REPORT, "--key", "lc", *TAKE)
    return desk


QUOTED = "Asked whether that was a condition for a sixth round, he said that it was"


def marked(taken, passage, text, *more, force="narrated", code=0):
    args = ("mark", "lc", "--passage", passage, "--force", force, "--text", text, *more, "--json")
    return taken(*args, code=code)


def test_a_report_becomes_a_source_with_numbered_passages_and_a_private_copy(desk, tmp_path):
    value = desk("take", REPORT, "--key", "lc", *TAKE, "--json").json
    assert (value["source"], value["passages"], value["kept"]) == ("lc", 14, True)
    passages = desk("passages", "lc", "--json").json
    assert [p["passage"] for p in passages[:3]] == ["title", "standfirst", "1"]
    copy = tmp_path / "watcher" / "reports" / f"{value['sha256']}.txt"
    assert copy.read_bytes() == REPORT.read_bytes()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    again = desk("take", REPORT, *TAKE, code=2)
    assert "source lc" in again.err


def test_the_sentences_of_a_report_are_in_no_file_but_the_private_copy(taken, tmp_path):
    marked(taken, "1", "Two days of talks on the Sund took place in Newport.")
    words = b"Naval officers and diplomats of Aval and Borun"
    holding = [p for p in tmp_path.rglob("*") if p.is_file() and words in p.read_bytes()]
    assert [p.parent.name for p in holding] == ["reports"]


def test_no_copy_is_kept_if_asked_and_one_can_be_removed(desk, tmp_path):
    desk("take", REPORT, "--key", "lc", *TAKE, "--no-keep")
    assert not (tmp_path / "watcher" / "reports").exists()
    assert "no private copy" in desk("passages", "lc", code=2).err
    marked(desk, "standfirst", "Three promises and a quarrel.")
    other = tmp_path / "other.txt"
    other.write_text("Another report.", encoding="utf-8")
    desk("take", other, "--published", "unknown")
    desk("forget", "other")
    assert not list((tmp_path / "watcher" / "reports").iterdir())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<!doctype html><html>", "web page"),
        (b"caf\xe9", "UTF-8"),
        (b"", "empty"),
        (b"word " * 1_000_000, "at most"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_advice(desk, tmp_path, data, words):
    file = tmp_path / "report"
    file.write_bytes(data)
    ran = desk("take", file, "--published", "unknown", code=2)
    assert words in ran.err
    assert desk("unreviewed", "--json").json["of"] == 0


def test_a_day_of_publication_must_be_said_and_be_one(desk):
    assert "--published unknown" in desk("take", REPORT, code=2).err
    assert "2031-02-30" in desk("take", REPORT, "--published", "2031-02-30", code=2).err


def test_days_and_names_are_proposed_and_nothing_is_entered(taken):
    found = taken("propose", "lc", "--passage", "1", "--json").json
    days = {one["words"]: one["value"] for one in found if one["found"] == "days"}
    assert days["14 March 2031"] == '2031-03-14 "14 March 2031"'
    assert days["two years ago"] == '2029 "two years ago"'
    assert taken("list", "--json").json == []
    marked(taken, "2", "Orr led.", "--assert", "attendance r-5; person=Ilse Orr; party=Aval")
    found = taken("propose", "lc", "--passage", "6", "--json").json
    assert any(one["value"] == "Ilse Orr" and one["words"] == "Orr" for one in found)


def test_a_passage_becomes_a_statement_with_all_its_fields(taken):
    value = marked(
        taken,
        "6",
        "Aval will lend two survey boats.",
        *("--speaker", "Ilse Orr", "--happened", '2031-03-13 "Thursday"', "--topic", "boats"),
        *("--topic", "sund", "--via", "quay", "--note", "one side only", "--id", "lc-boats"),
        *("--assert", "commitment boats; by=Aval; due=..2031-12-31"),
        force="press",
    ).json
    assert value["filed"] == ["statement lc-boats"]
    assert value["joins"][0]["with"] == []
    shown = taken("show", "lc-boats", "--json").json
    assert (shown["passage"], shown["force"], shown["speaker"]) == ("6", "press", "Ilse Orr")
    assert shown["topics"] == ["boats", "sund"]
    assert shown["asserts"][0] == "asserts: commitment boats"


def test_a_span_names_its_passage(taken):
    passages = {p["passage"]: p for p in taken("passages", "lc", "--json").json}
    args = ("mark", "lc", "--span", passages["8"]["span"], "--force", "narrated", "--json")
    id_ = taken(*args, "--text", "He called it sensible.").json["statement"]
    shown = taken("show", id_, "--json").json
    assert (shown["passage"], shown["span"]) == ("8", passages["8"]["span"])
    assert "not in 7" in taken(*args, "--passage", "7", "--text", "x", code=2).out


@pytest.mark.parametrize(
    ("passage", "text", "more", "words"),
    [
        ("99", "x", (), "paragraphs 1 to 12"),
        ("1", "x", ("--happened", "Friday"), "2018-11-09"),
        ("1", "x", ("--assert", "round r; held=2031-02-30"), "no day"),
        ("1", "x", ("--assert", "rnd r"), "not one of mechanism"),
        ("1", "x", ("--topic", "two words"), "not a key"),
        ("1", "x", ("--learned", "2031-01-01"), "before it was published"),
        ("1", "x", ("--assert", "commitment c; by=Aval; due=2020", "--happened", "2031"), "due"),
        ("8", f"{QUOTED} sense", (), "own words"),
    ],
)
def test_what_is_wrong_is_refused_with_the_remedy(taken, passage, text, more, words):
    ran = marked(taken, passage, text, *more, code=2)
    assert words in ran.json["message"]
    assert taken("list", "--json").json == []


@pytest.mark.parametrize("force", ["opinion", "press", "said", "post"])
def test_a_force_of_somebodys_words_needs_the_name(taken, force):
    assert "say who" in marked(taken, "11", "x", force=force, code=2).json["message"]


def test_what_contradicts_is_told_and_filed_only_when_confirmed(taken):
    first = ("--assert", "round r-5; number=5; place=Newport")
    marked(taken, "3", "The fifth round, in Newport.", *first)
    other = ("--assert", "round r-5; number=6")
    told = marked(taken, "12", "The sixth.", *other, "--dry-run").json
    assert told["filed"] == []
    assert told["joins"][0]["with"] == ["lc-1"]
    (against,) = told["contradicts"]
    assert "number" in against
    refused = marked(taken, "12", "The sixth.", *other, code=3)
    assert "--yes" in refused.json["advice"]
    assert marked(taken, "12", "The sixth.", *other, "--yes").json["filed"] == ["statement lc-2"]


def test_only_another_person_reviews_and_an_objection_needs_its_reason(taken):
    marked(taken, "8", "He called it sensible.")
    assert taken("unreviewed", "--json").json["unreviewed"] == ["lc-1"]
    shown = taken("review", "--json").json[0]
    assert "a matter of good sense" in shown["paragraphs"][0]["text"]
    own = taken("review", "lc-1", "--agree", code=3)
    assert "second" in own.err
    assert "reason" in taken("review", "lc-1", "--object", "--as", "second", code=3).err
    taken("review", "lc-1", "--object", "--note", "the force is press", "--as", "second")
    assert taken("unreviewed", "--json").json["unreviewed"] == []
    (review,) = taken("show", "lc-1", "--json").json["reviews"]
    assert (review["verdict"], review["note"]) == ("objects", "the force is press")
    taken("review", "lc-1", "--agree", "--as", "second")
    assert len(taken("show", "lc-1", "--json").json["reviews"]) == 2
    assert "no 'lc-9'" in taken("review", "lc-9", "--agree", "--as", "second", code=2).err


def test_two_reports_of_one_event_are_merged_by_an_inference_that_can_be_undone(taken):
    marked(taken, "1", "Talks in Newport.", "--assert", "round newport; place=Newport")
    marked(taken, "3", "The fifth round.", "--assert", "round fifth; number=5")
    marked(taken, "4", "Radars.", "--assert", "measure radars; by=Aval")
    args = ("merge", "newport", "fifth", "--because", "one report tells of one round")
    assert "'lc-77'" in taken(*args, "--ground", "lc-77", code=2).err
    value = taken(*args, "--json").json
    assert value["grounds"] == ["lc-1", "lc-2"]
    id_ = value["inference"]
    shown = taken("show", id_, "--json").json
    assert shown["author"].startswith("p-")
    assert "one thing" in taken(*args, code=3).err
    assert "different kinds" in taken("merge", "newport", "radars", "--because", "x", code=3).err
    assert "'nowhere'" in taken("merge", "newport", "nowhere", "--because", "x", code=2).err
    taken("undo", id_, "--why", "the second is another round")
    assert "withdrawn" in taken("show", id_).out
    assert "already" in taken("undo", id_, "--why", "again", code=3).err
    assert taken(*args, "--json").json["inference"] != id_


def test_a_text_may_cite_sources_that_were_taken(taken, tmp_path):
    text = "statement: x-1\n  source: lc\n  passage: 1\n  force: narrated\n  text: Told.\n"
    (tmp_path / "x.txt").write_text(text, encoding="utf-8")
    assert taken("add", tmp_path / "x.txt", "--json").json["filed"] == 1
    bad = text.replace("x-1", "x-2").replace("text:", "learned: 2031-01-01\n  text:")
    (tmp_path / "y.txt").write_text(bad, encoding="utf-8")
    assert "before it was published" in taken("add", tmp_path / "y.txt", code=2).err
