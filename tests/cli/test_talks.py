"""The dialogue by the command line: what an officer types, what the other side then sees."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    return homes.two_homes(tmp_path_factory.mktemp("talks"))


@pytest.fixture
def pair(run, places, tmp_path):
    return homes.Homes(run, places, tmp_path / "stick")


def test_a_round_goes_from_proposal_to_length(pair):
    pair.alpha(
        *("mechanism", "propose", "--key", "harbour", "--name", "Harbour talks"),
        *("--levels", "bravo=vice minister"),
    )
    pair.alpha(
        *("round", "propose", "--key", "harbour-2", "--mechanism", "harbour", "--number", "2"),
        *("--planned", "2027-02", "--place", "Newport"),
    )
    pair.carry("alpha", "bravo")
    pair.bravo("mechanism", "accept", "harbour")
    pair.bravo("round", "accept", "harbour-2")
    pair.bravo("round", "postpone", "harbour-2", "--to", "2027-03", "--why", "a storm")
    pair.carry("bravo", "alpha")
    pair.alpha("round", "move", "harbour-2", "--planned", "2027-03-09", "--place", "Oldport")
    pair.carry("alpha", "bravo")
    pair.bravo("round", "accept", "harbour-2")
    pair.bravo("round", "open", "harbour-2", "--at", "2027-03-09T09:00Z", "--place", "Oldport")
    pair.carry("bravo", "alpha")
    pair.alpha(*("round", "close", "harbour-2", "--at", "2027-03-09T12:30Z", "--length-min", "210"))
    pair.carry("alpha", "bravo")

    (one,) = pair.bravo("round", "list", "--json").json
    shown = pair.bravo("round", "show", "harbour-2").out

    assert [side["state"] for side in one["sides"]] == ["closed", "closed"]
    assert "planned: 2027-02" in shown
    assert "planned: 2027-03-09" in shown
    assert "why: a storm" in shown
    assert "length min: 210" in shown


def test_a_text_is_agreed_clause_by_clause_and_adopted(pair, tmp_path):
    ours, theirs = tmp_path / "ours.toml", tmp_path / "theirs.toml"
    ours.write_text('[clause.aim]\ntitle = "Aim"\ntext = "Calm at sea."\n')
    theirs.write_text('[clause.aim]\ntitle = "Aim"\ntext = "Calm in the strait."\n')
    draft = ("--key", "joint", "--title", "Joint words", "--for", "joint statement")
    pair.alpha("text", "draft", *draft, "--clauses", ours)
    pair.carry("alpha", "bravo")
    pair.bravo("text", "draft", "joint", "--clauses", theirs)
    pair.carry("bravo", "alpha")

    told = pair.alpha("text", "show", "joint").out
    assert "alpha: Aim: Calm at sea." in told
    assert "bravo: Aim: Calm in the strait." in told
    early = pair.alpha("text", "adopt", "joint", code=None)
    assert early.code != 0
    assert "in brackets: aim" in early.err

    pair.alpha("text", "draft", "joint", "--clauses", theirs)
    pair.alpha("text", "adopt", "joint")
    pair.carry("alpha", "bravo")
    pair.bravo("text", "adopt", "joint")

    assert "Adopted by: alpha, bravo" in pair.bravo("text", "show", "joint").out


def test_what_cannot_be_is_refused_with_the_option_to_correct(pair):
    ran = pair.alpha(
        *("round", "propose", "--key", "x", "--mechanism", "harbour", "--planned", "2027-02-31"),
        code=None,
    )
    assert ran.code == 2
    assert "--planned" in ran.err
    assert "calendar" in ran.err

    ran = pair.alpha(
        "contact", "request", "--to", "bravo", "--key", "c", "--way", "shout", code=None
    )
    assert "--way" in ran.err

    ran = pair.alpha("round", "show", "harbor-2", code=None)
    assert "harbour-2" in ran.err


def test_two_readouts_stay_two(pair):
    pair.alpha("readout", "give", "--of", "harbour-2", "Frank and useful.", "--lang", "en")
    pair.bravo("readout", "give", "--of", "harbour-2", "坦诚。", "--lang", "zh")
    pair.carry("alpha", "bravo")

    told = pair.bravo("readout", "list", "--json").json

    assert [one["title"] for one in told] == ["Frank and useful.", "坦诚。"] or [
        one["title"] for one in told
    ] == ["坦诚。", "Frank and useful."]


def test_a_request_to_a_vacant_office_offers_the_next_filled_on_both_sides(pair):
    pair.bravo("roster", "vacate", "desk", "--alone")
    pair.carry("bravo", "alpha")

    ran = pair.alpha(
        *("contact", "request", "--to", "bravo/desk", "--key", "call-7", "--way", "call"),
        "The collision",
        "--json",
    )

    assert "bravo/desk is vacant; filled on both sides: watch" in ran.json["notices"][0]


def test_a_commitment_has_both_views(pair):
    pair.alpha(
        *("commitment", "make", "--key", "survey", "--owners", "bravo", "--due", "2027-06-30"),
        "A joint survey",
    )
    pair.carry("alpha", "bravo")
    pair.bravo("commitment", "meet", "survey", "--evidence", "chart 7")
    pair.carry("bravo", "alpha")
    pair.alpha("commitment", "dispute", "survey", "--why", "no chart came")

    told = pair.alpha("commitment", "show", "survey").out

    assert "holds it met" in told
    assert "disputes it" in told


def test_a_mechanism_is_suspended_by_one_and_resumed_by_both(pair):
    two = ("--as", "first", "--with", "second")
    pair.bravo("suspend", "--mechanism", "harbour", "--reason", "a sale", *two)
    pair.carry("bravo", "alpha")
    told = pair.alpha("ask", "why", "harbour", "--of", "border", "--json").json["answer"]
    assert [spell["by"] for spell in told["suspensions"]] == [["bravo"]]

    lifted = pair.alpha("resume", *two, "--json").json
    pair.carry("alpha", "bravo")
    pair.bravo("resume", "accept", lifted["ref"], *two)
    pair.carry("bravo", "alpha")

    told = pair.alpha("ask", "why", "harbour", "--of", "border", "--json").json["answer"]
    assert [spell["by"] for spell in told["restorations"]] == [["alpha", "bravo"]]
    assert "nothing is suspended" in pair.alpha("resume", *two, code=None).err


def test_one_thing_is_suspended_at_a_time(pair):
    ran = pair.alpha("suspend", "dialogue", "--mechanism", "harbour", "--reason", "r", code=None)

    assert ran.code == 2
    assert "not both" in ran.err


def test_the_inbox_shows_a_stop_first_then_what_is_notified_and_proposed(pair):
    pair.alpha("mechanism", "propose", "--key", "ports", "--name", "Port talks")
    pair.alpha(
        *("notify", "new", "activity", "--key", "guns", "--title", "Gunnery", "--sort", "firing"),
        *("--circle", "54-20N 012-10E r=5nm", "--from", "2030-12-01T08:00Z"),
        *("--until", "2030-12-01T16:00Z"),
    )
    place = ("--at", "54-20N 012-10E", "--what", "site", "--title", "Hospital")
    pair.alpha("notify", "stop", "call", *place, "--key", "halt")
    pair.carry("alpha", "bravo")

    told = pair.bravo("inbox").out
    (line,) = pair.bravo("inbox", "--json").json["lines"]

    assert told.index("STOP") < told.index("Gunnery") < told.index("Port talks")
    assert [one["key"] for one in line["stops"]] == ["halt"]

    pair.bravo("notify", "take", "guns")
    pair.bravo("mechanism", "accept", "ports")
    (line,) = pair.bravo("inbox", "--json").json["lines"]
    assert line["notifications"] == []
    assert "ports" not in [one["key"] for one in line["talks"]]
