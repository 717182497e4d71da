"""Persons and offices from the command line."""

from __future__ import annotations

import json

import pytest

BOTH = ("--as", "first", "--as", "second")


def roster(run, place, *words):
    return run("roster", "show", "--json", *words, home=place.home).json


def offices(shown):
    return {office["name"]: office["filled"] for office in shown["offices"]}


def test_a_person_is_enrolled_for_an_office_that_is_new_and_the_others_learn_an_id(pair, run):
    run("roster", "enrol", "carla", "--offices", "watch,liaison", *BOTH, home=pair.alpha.home)
    pair.carry(pair.alpha, pair.bravo)
    seen = roster(run, pair.bravo, "--party", "alpha")
    assert offices(seen)["liaison"]
    assert seen["version"] == 2
    assert [p["offices"] for p in seen["persons"]][-1] == ["watch", "liaison"]
    assert "carla" not in json.dumps(seen)
    assert "carla" in run("roster", "show", home=pair.alpha.home).out


def test_a_roster_signed_by_one_person_waits_for_a_second(pair, run):
    home = pair.alpha.home
    (row,) = run("roster", "vacate", "principal", "--json", home=home).json
    assert row["waiting"]
    assert offices(roster(run, pair.alpha))["principal"]
    run("release", row["id"], "--as", "second", home=home)
    shown = run("roster", "show", home=home)
    assert "kept in step here: first, second" in shown.out
    assert not offices(roster(run, pair.alpha))["principal"]


def test_a_vacant_office_is_filled_again_and_this_home_follows(pair, run):
    home = pair.alpha.home
    run("roster", "vacate", "principal", *BOTH, home=home)
    card = json.loads((home / "party.json").read_text())
    assert all("principal" not in officer["offices"] for officer in card["officers"])
    run("roster", "fill", "principal", "second", *BOTH, home=home)
    card = json.loads((home / "party.json").read_text())
    assert [o["label"] for o in card["officers"] if "principal" in o["offices"]] == ["second"]


def test_a_key_is_rotated_and_the_old_one_is_gone(pair, run):
    home = pair.alpha.home
    before = {p["label"]: p["id"] for p in roster(run, pair.alpha)["persons"]}
    run("roster", "rotate", "first", *BOTH, home=home)
    after = {p["label"]: p["id"] for p in roster(run, pair.alpha)["persons"]}
    assert after["first"] != before["first"]
    assert not (home / "officers" / f"{before['first']}.key").exists()
    run("line", "test", "--as", "first", home=home)
    pair.carry(pair.alpha, pair.bravo)
    assert "echoed" in run("line", "show", home=pair.bravo.home).out


def test_rotating_with_one_person_is_refused_and_leaves_no_key_behind(pair, run):
    home = pair.alpha.home
    keys = sorted((home / "officers").iterdir())
    run("roster", "rotate", "first", "--as", "first", home=home, code=3)
    assert sorted((home / "officers").iterdir()) == keys


def test_after_a_theft_one_person_alone_revokes(pair, run):
    words = ("--reason", "Stolen.", "--alone", "--as", "first")
    run("roster", "revoke", "second", *words, home=pair.alpha.home)
    pair.carry(pair.alpha, pair.bravo)
    seen = roster(run, pair.bravo, "--party", "alpha")
    assert len(seen["persons"]) == 1
    assert {c["reason"] for c in seen["cutoffs"]} == {"Stolen."}
    ran = run("line", "test", "--as", "second", home=pair.alpha.home, code=3)
    assert "does not hold the office" in ran.err


def test_an_address_goes_to_the_others(pair, run):
    run("roster", "address", "127.0.0.1:8440", *BOTH, home=pair.alpha.home)
    pair.carry(pair.alpha, pair.bravo)
    assert roster(run, pair.bravo, "--party", "alpha")["addresses"] == ["127.0.0.1:8440"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("vacate", "kitchen"), 2),
        (("fill", "watch", "nobody"), 2),
        (("revoke", "nobody", "--reason", "x"), 2),
        (("enrol", "carla", "--offices", ","), 2),
        (("address", "127.0.0.1:0"), 2),
        (("address", "here"), 9),
        (("fill", "watch", "first"), 3),
        (("vacate", "watch", "--vault", "nowhere"), 9),
    ],
)
def test_what_cannot_be_is_refused_with_the_code_of_its_branch(pair, run, words, code):
    run("roster", *words, *BOTH, home=pair.alpha.home, code=code)
    assert roster(run, pair.alpha)["version"] == 1
