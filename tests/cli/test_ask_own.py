"""The same questions to a line of our own and to our own house, each by its own force."""

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
    return homes.two_homes(tmp_path_factory.mktemp("ask"))


@pytest.fixture
def pair(run, places, tmp_path):
    return homes.Homes(run, places, tmp_path / "stick")


def forces(value):
    """Every force that an answer cites."""
    if isinstance(value, dict):
        if {"inferred", "passage", "force"} <= set(value):
            yield value["force"]
        for each in value.values():
            yield from forces(each)
    elif isinstance(value, list):
        for each in value:
            yield from forces(each)


def test_a_line_answers_with_what_its_parties_signed_the_same_on_both_sides(pair):
    pair.alpha(
        *("mechanism", "propose", "--key", "harbour", "--name", "Harbour talks"),
        *("--levels", "bravo=vice minister"),
    )
    pair.alpha(
        *("round", "propose", "--key", "harbour-2", "--mechanism", "harbour", "--number", "2"),
        *("--planned", "2027-02", "--place", "Newport"),
    )
    pair.carry("alpha", "bravo")
    pair.bravo("round", "accept", "harbour-2")
    pair.bravo("round", "postpone", "harbour-2", "--to", "2027-03", "--why", "a storm")
    pair.bravo("readout", "give", "--of", "harbour-2", "坦诚而有益。", "--lang", "zh")
    pair.carry("bravo", "alpha")
    pair.alpha("round", "move", "harbour-2", "--planned", "2027-03-09", "--place", "Oldport")
    pair.carry("alpha", "bravo")

    ours = pair.alpha("ask", "round", "harbour-2", "--json").json
    theirs = pair.bravo("ask", "round", "harbour-2", "--of", "border", "--json").json

    assert (ours["record"], ours["of"]) == ("line", "border")
    assert ours["answer"] == theirs["answer"]
    one = ours["answer"]
    assert one["first_plan"]["days"]["words"] == "2027-02"
    assert [plan["days"]["words"] for plan in one["plans"]] == ["2027-02", "2027-03", "2027-03-09"]
    (put_off,) = [step for step in one["steps"] if step["what"] == "postponed"]
    # Whoever tells of it is not said to have caused it.
    assert (put_off["by"], put_off["reasons"][0]["value"]) == ([], "a storm")
    assert "postponed by whom" in one["unknown"]
    assert set(forces(one)) == {"signed"}
    assert "day held" in one["unknown"]
    text = pair.alpha("ask", "round", "harbour-2").out
    assert "What was said on the line border" in text
    hits = pair.alpha("ask", "search", "有益", "--json").json["answer"]["hits"]
    assert [hit["fields"] for hit in hits] == [["text"]]


def test_our_own_notes_answer_as_recorded_by_us_only_and_obey_their_marks(pair):
    made = pair.alpha(
        *("house", "record", "call-7", "--way", "call", "--on", "2026-11-20"),
        *("--who", "charlie=Colonel X", "--said", "charlie=No convoys at night."),
        *("--topic", "convoys", "A call.", "--json"),
    ).json
    assert len(made["refs"]) == 2

    found = pair.alpha("ask", "positions", "--of", "house", "--topic", "convoys", "--json").json
    (topic,) = found["answer"]
    assert [column["side"] for column in topic["sides"]] == ["charlie"]
    assert set(forces(found["answer"])) == {"recorded"}
    told = pair.alpha("ask", "contacts", "--of", "house").out
    assert "Recorded by us only" in told
    assert "call: " in told or "held" in told


def test_with_several_records_one_has_to_be_named(pair):
    ran = pair.alpha("ask", "status", code=2)

    assert "several records: house, border" in " ".join(ran.err.split())
