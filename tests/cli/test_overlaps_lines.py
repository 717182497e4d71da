"""Two nodes, one line: each works out the same overlaps, and talks move their state on both."""

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
    return homes.two_homes(tmp_path_factory.mktemp("overlaps"))


@pytest.fixture
def pair(run, places, tmp_path):
    return homes.Homes(run, places, tmp_path / "stick")


def activity(key, sort, circle, *more):
    return (
        *("notify", "new", "activity", "--key", key, "--sort", sort, "--circle", circle),
        *("--from", "2030-12-01T08:00Z", "--until", "2030-12-01T16:00Z", *more),
    )


def listed(home, title, *more):
    args = ("overlaps", "list", "--line", title, "--known", "2030-11-01", *more, "--json")
    return home(*args).json


def test_both_nodes_find_the_same_and_see_it_talked_about_and_withdrawn(pair):
    title = "border"
    pair.alpha(*activity("gunnery", "firing", "54-20N 012-10E r=5nm"))
    pair.bravo(*activity("survey", "research", "54-22N 012-12E r=2nm"))
    pair.bravo(*activity("far", "research", "55-22N 014-12E r=2nm"))
    pair.carry("alpha", "bravo")
    pair.carry("bravo", "alpha")

    ours, theirs = listed(pair.alpha, title), listed(pair.bravo, title)
    (found,) = ours["overlaps"]
    assert ours["digest"] == theirs["digest"]
    assert ours["overlaps"][0]["id"] == theirs["overlaps"][0]["id"]
    assert [side["key"] for side in found["between"]] == ["gunnery", "survey"]
    assert (found["nature"], found["state"]) == ("room in common", "found")
    assert ours["summary"].startswith("1 found among these 3 notifications")

    shown = pair.alpha("overlaps", "show", found["id"][:10], "--line", title).out
    told = " ".join(shown.split())
    assert "alpha had not received survey when it filed gunnery" in told
    assert "bravo had not received gunnery when it filed survey" in told

    pair.bravo("notify", "take", "gunnery")
    assert listed(pair.bravo, title)["overlaps"][0]["state"] == "seen"
    pair.bravo("notify", "object", "gunnery", "--why", "We are there then.")
    pair.carry("bravo", "alpha")
    for home in (pair.alpha, pair.bravo):
        assert listed(home, title)["overlaps"][0]["state"] == "under talk"

    pair.bravo("notify", "cancel", "survey")
    pair.carry("bravo", "alpha")
    after = listed(pair.alpha, title)
    assert after["overlaps"] == []
    assert after["summary"] == (
        "none found among these 2 notifications, as known at 2030-11-01 00:00Z"
    )
    assert after["digest"] == listed(pair.bravo, title)["digest"] != ours["digest"]


def test_notifications_of_a_line_are_checked_by_a_pack(pair, tmp_path):
    title = "border"
    pack = tmp_path / "ours.toml"
    pack.write_text(
        'format = "tieline/rules@v1"\nid = "ours"\nedition = 1\ntitle = "Ours"\n'
        'dated = 2026-12-01\nsource = "letters"\n[[required]]\nid = "contact"\n'
        'kinds = ["firing"]\nfields = ["contact"]\nsource = "point 3"\nsupport = "agreed"\n'
    )
    pair.bravo(*activity("lone", "firing", "10-20N 012-10E r=5nm"))
    found = pair.bravo("rules", "check", pack, "--line", title, "--json").json

    assert ("incomplete", ["lone"]) in [(each["fault"], each["keys"]) for each in found["findings"]]
