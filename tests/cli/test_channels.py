"""Severing takes one party, resuming takes both; a vacant office is said to be vacant."""

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
    return homes.two_homes(tmp_path_factory.mktemp("channels"))


@pytest.fixture
def pair(run, places, tmp_path):
    return homes.Homes(run, places, tmp_path / "stick")


def test_a_channel_is_severed_by_one_and_resumed_by_both(pair):
    told = pair.alpha(
        *("suspend", "dialogue", "--reason", "The visit", "--condition", "an apology"),
        *("--as", "first", "--with", "second"),
    ).out
    assert "dialogue: suspended by alpha" in told
    assert "safety: open; cannot be suspended" in told

    ran = pair.alpha("send", "--to", "bravo/desk", "--subject", "after", "Still said.", "--json")
    assert "sent under suspension" in ran.json["notices"][0]
    pair.carry("alpha", "bravo")
    (line,) = pair.bravo("inbox", "--json").json["lines"]
    message = next(m for m in line["waits_for_us"] if m["title"] == "after")
    assert "sent under suspension" in message["flags"]
    status = pair.bravo("status").out
    assert "suspended by alpha" in status
    assert "“The visit”; until: an apology" in " ".join(status.split())

    proposed = pair.bravo("resume", "--note", "after the call", "--with", "second", "--json").json
    foreign = pair.alpha("resume", "accept", "alpha-1:0", code=2)
    assert "proposes no resumption" in foreign.err
    pair.carry("bravo", "alpha")
    assert f"tieline resume accept {proposed['ref']}" in pair.alpha("inbox").out.replace("\n", " ")
    refused = pair.alpha("resume", "refuse", proposed["ref"], "--reason", "not yet").out
    assert "dialogue: suspended by alpha" in refused
    accepted = pair.alpha("resume", "accept", proposed["ref"], "--with", "second").out
    assert "dialogue: open" in accepted
    again = pair.alpha("resume", "accept", proposed["ref"], "--with", "second", code=3)
    assert "accepted" in again.err
    nothing = pair.alpha("resume", code=3)
    assert "nothing is suspended" in nothing.err


def test_a_case_that_moved_while_a_second_person_thought_is_to_be_looked_at_again(pair):
    pair.alpha("suspend", "notification", "--reason", "r", "--with", "second")
    proposal = pair.alpha("resume", "--channel", "notification", "--with", "second", "--json")
    ref = proposal.json["ref"]
    pair.carry("alpha", "bravo")
    held = pair.bravo("resume", "accept", ref, "--json").json
    assert held["waiting"] is True
    pair.bravo("resume", "refuse", ref, "--reason", "second thoughts")
    moved = pair.bravo("release", held["id"], "--as", "second", "--json", code=3).json
    assert moved["error"] == "refused.moved"
    assert "Look at the case again" in moved["advice"]
    pair.bravo("release", held["id"], "--drop")
    withdrawn = pair.alpha("resume", "withdraw", ref, "--reason", "void")
    assert withdrawn.code == 0


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("suspend", "safety", "--reason", "r"), 3, "does not let one party suspend safety"),
        (("suspend", "gossip", "--reason", "r"), 2, "dialogue, notification, safety"),
        (("resume", "--lift", "alpha-1:0"), 3, "no suspension that stands"),
        (("resume", "accept", "alpha-1:99"), 2, "alpha-1:99"),
    ],
)
def test_what_the_rules_forbid_is_refused_by_name(pair, args, code, words):
    assert words in pair.alpha(*args, code=code).err


def test_a_vacant_office_is_named_and_the_next_one_filled_is_offered(pair):
    pair.bravo("roster", "vacate", "desk")
    for half in pair.bravo("release", "--json").json:
        if half["kind"] == "roster.publish":
            pair.bravo("release", half["id"], "--as", "second")
    pair.carry("bravo", "alpha")
    told = pair.alpha("send", "--to", "bravo/desk", "--subject", "s", "w", "--json").json
    assert any("bravo/desk is vacant" in notice for notice in told["notices"])
    assert any("bravo/principal" in notice for notice in told["notices"])
    assert told["message"]["ladders"][0]["standing"] == "vacant"
    party = pair.alpha("send", "--to", "bravo", "--subject", "s", "w", "--json").json
    assert party["message"]["to"] == ["bravo/watch"]
    assert "vacant: desk" in pair.alpha("status").out


def test_a_taker_speaks_for_an_office_that_is_held(pair):
    ref = pair.bravo("send", "--to", "alpha/principal", "--subject", "s", "w", "--json").json["ref"]
    pair.carry("bravo", "alpha")
    assert "taken by alpha/principal" in pair.alpha("take", ref).out


def test_a_reference_means_the_shared_line_though_a_record_of_ours_has_the_same(pair, tmp_path):
    pair.run("observe", "sample", "--write", tmp_path / "s.txt")
    pair.alpha("observe", "add", tmp_path / "s.txt")
    ref = pair.alpha("send", "--to", "bravo", "--subject", "shared", "w", "--json").json["ref"]
    assert pair.alpha("show", ref, "--json").json["message"]["title"] == "shared"
    own = pair.alpha("show", ref, "--line", "observer", "--json").json
    assert own["entry"]["kind"].startswith("reported.")
    assert pair.alpha("timeline", "--until", "2001-01-01", "--json").json == []
