"""What a node keeps of overlaps: equal on both sides, warm, with what became of earlier ones."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)


@pytest.fixture
def pair(run, tmp_path):
    return homes.Homes(run, homes.two_homes(tmp_path), tmp_path / "stick")


def activity(key, sort, circle, *more):
    return (
        *("notify", "new", "activity", "--key", key, "--sort", sort, "--circle", circle),
        *("--from", "2030-12-01T08:00Z", "--until", "2030-12-01T16:00Z", *more),
    )


def listed(home, *more):
    return home("overlaps", "list", "--line", "border", *more, "--json").json


def shown(home, id_, *more):
    return home("overlaps", "show", id_, "--line", "border", *more, "--json").json


def both(pair):
    ours, theirs = listed(pair.alpha), listed(pair.bravo)
    assert ours["line_digest"] == theirs["line_digest"]
    assert ours["digest"] == theirs["digest"]
    assert ours["gone"] == theirs["gone"]
    return ours


def test_both_nodes_tell_alike_what_overlaps_and_what_became_of_what_did(pair):
    pair.alpha(*activity("gunnery", "firing", "54-20N 012-10E r=5nm"))
    pair.carry("alpha", "bravo")
    pair.bravo(*activity("survey", "research", "54-22N 012-12E r=2nm"))
    pair.carry("bravo", "alpha")

    first = both(pair)
    (found,) = first["overlaps"]
    assert first["gone"] == []
    for home in (pair.alpha, pair.bravo):
        told = shown(home, found["id"][:10])
        assert [(one["words"], one["received"]) for one in told["knew"]] == [
            ("alpha had not received survey when it filed gunnery", False),
            ("bravo had received gunnery when it filed survey", True),
        ]

    pair.alpha("notify", "amend", "gunnery", "--from", "2030-12-02T08:00Z", "--until",
               "2030-12-02T16:00Z")  # fmt: skip
    pair.carry("alpha", "bravo")
    after = both(pair)
    assert after["overlaps"] == []
    (gone,) = after["gone"]
    assert gone["id"] == found["id"]
    assert (gone["state"], gone["state_words"]) == ("settled", "settled by amending gunnery")
    assert after["line_digest"] != first["line_digest"]
    told = shown(pair.bravo, found["id"][:10])
    assert told["gone"] is True
    assert told["knew"] == shown(pair.alpha, found["id"][:10])["knew"]
    assert told["knew"][1]["received"] is True

    # Moved back, it is another filing of the same volumes, and overlaps under the same name.
    pair.alpha("notify", "amend", "gunnery", "--from", "2030-12-01T08:00Z", "--until",
               "2030-12-01T16:00Z")  # fmt: skip
    pair.carry("alpha", "bravo")
    again = both(pair)
    assert [each["id"] for each in again["overlaps"]] == [found["id"]]
    assert again["gone"] == []

    pair.bravo("notify", "cancel", "survey")
    pair.carry("bravo", "alpha")
    (gone,) = both(pair)["gone"]
    assert (gone["state"], gone["state_words"]) == ("withdrawn", "survey was cancelled")


def test_an_overlap_is_settled_by_moving_agreeing_or_cancelling(pair):
    pair.alpha(*activity("gunnery", "firing", "54-20N 012-10E r=5nm"))
    pair.bravo(*activity("survey", "research", "54-22N 012-12E r=2nm"))
    pair.carry("alpha", "bravo", "alpha")
    (found,) = both(pair)["overlaps"]
    settle = ("overlaps", "settle", found["id"][:10], "--line", "border")

    nobody = pair.alpha(*settle, "--agree", "fine", code=3)
    assert "nothing that the other side proposed" in nobody.err
    words = "We stay north of 54-22N."
    asked = pair.bravo(*settle, "--separate", words, "--distance", "2nm", "--json").json
    assert asked["will"] == [f'Will ask to keep apart, on alpha\'s gunnery: "{words}"']
    assert (asked["state"], asked["sent"][0]["kind"]) == ("under talk", "activity.separate")
    pair.carry("bravo", "alpha")
    agreed = pair.alpha(*settle, "--agree", "Agreed.", "--json").json
    assert agreed["state"] == "settled"
    assert "agreed with the notifier to keep apart" in agreed["state_words"]
    pair.carry("alpha", "bravo")
    assert both(pair)["overlaps"][0]["state"] == "settled"

    short = pair.bravo(*settle, "--shift", "2h", "--json").json
    (will,) = short["will"]
    assert will == (
        "Will amend survey: 2030-12-01 08:00Z to 2030-12-01 16:00Z becomes "
        "2030-12-01 10:00Z to 2030-12-01 18:00Z"
    )
    (still,) = short["still"]
    assert still["state"] == "under talk"
    assert (
        "agreed with the notifier to keep apart, before the other was changed"
        in (still["state_words"])
    )
    moved = short["still"][0]["id"]
    on = pair.bravo("overlaps", "show", found["id"][:10], "--line", "border", code=2).err
    assert f"still overlap, as {moved[:10]}" in " ".join(on.split())
    shifted = pair.bravo(
        "overlaps", "settle", moved[:10], "--line", "border", "--shift", "6h", "--why", "tides"
    ).out
    assert "now settled: settled by amending survey" in " ".join(shifted.split())
    pair.carry("bravo", "alpha")
    assert both(pair)["overlaps"] == []
    over = pair.alpha("overlaps", "settle", moved[:10], "--line", "border", "--cancel", code=3)
    assert "over already: settled by amending survey" in " ".join(over.err.split())


def test_what_cannot_be_settled_so_is_refused_with_what_can_be_done(pair):
    pair.alpha(*activity("gunnery", "firing", "54-20N 012-10E r=5nm"))
    pair.alpha(*activity("drill", "firing", "54-21N 012-11E r=5nm"))
    pair.alpha(
        *("notify", "new", "movement", "--key", "convoy", "--sure"),
        *("--waypoint", "54-10N 012-10E @2030-12-01T09:00Z"),
        *("--waypoint", "54-30N 012-10E @2030-12-01T12:00Z"),
    )
    pair.carry("alpha", "bravo")
    own = pair.alpha("overlaps", "list", "--line", "border", "--own", "--json").json["overlaps"]
    by_keys = {tuple(side["key"] for side in each["between"]): each["id"] for each in own}
    settle = ("overlaps", "settle", by_keys["drill", "gunnery"], "--line", "border")
    none = pair.alpha(*settle, "--shift", "1h", code=2).err
    assert "no overlap of this line begins" in none
    which = pair.alpha(*settle, "--own", "--shift", "1h", code=2).err
    assert "both notifications are ours; which one? --key drill or gunnery" in which
    alone = pair.alpha(*settle, "--own", "--separate", "words", code=2).err
    assert "both notifications are ours, and there is nobody to agree with" in alone
    theirs = pair.bravo(*settle, "--own", "--cancel", code=2).err
    assert "no notification in it is ours: it lies between alpha's drill and alpha's gunnery" in (
        " ".join(theirs.split())
    )

    moved = ("overlaps", "settle", by_keys["convoy", "drill"], "--line", "border", "--key")
    route = pair.alpha(*moved, "convoy", "--from", "2030-12-02T09:00Z", code=2).err
    assert "says a route and no windows" in route
    past = pair.alpha(*moved, "convoy", "--shift", "-9999d", code=2).err
    assert "it would begin before now" in past
    done = pair.alpha(*moved, "convoy", "--shift", "2d", "--json").json
    assert (done["state"], done["state_words"]) == ("settled", "settled by amending convoy")
    assert done["sent"][0]["kind"] == "movement.amend"
    for words, option in (((), "say how"), (("--shift", "1h", "--cancel"), "one way only")):
        assert option in pair.alpha(*settle, *words, code=2).err
    assert "--until goes with --from" in pair.alpha(*settle, "--cancel", "--until", "x", code=2).err


def test_packs_are_adopted_by_a_home_and_the_hash_shows_who_has_not(pair, tmp_path):
    pack = tmp_path / "ours.toml"
    pack.write_text(
        'format = "tieline/rules@v1"\nid = "ours"\nedition = 3\ntitle = "Ours"\n'
        'dated = 2026-12-01\nsource = "letters"\n[[separation]]\nid = "far"\n'
        'kinds = ["any"]\nother_kinds = ["any"]\ndistance_m = 50000\n'
        'source = "point 3"\nsupport = "agreed"\n'
    )
    pair.alpha(*activity("gunnery", "firing", "54-20N 012-10E r=5nm"))
    pair.bravo(*activity("survey", "research", "54-40N 012-12E r=2nm"))
    pair.carry("alpha", "bravo", "alpha")
    assert both(pair)["overlaps"] == []
    pair.alpha("rules", "adopt", pack, "--line", "border")
    ours, theirs = listed(pair.alpha), listed(pair.bravo)
    assert [each["rule"] for each in ours["overlaps"]] == ["far"]
    assert ours["line_digest"] != theirs["line_digest"]
    assert (ours["packs"], theirs["packs"]) == (["ours@3"], [])
    (own,) = [each for each in pair.alpha("rules", "list", "--json").json if not each["shipped"]]
    assert [one["where"] for one in own["adopted"]] == ["border"]
    pair.bravo("rules", "adopt", pack)
    assert both(pair)["overlaps"] == ours["overlaps"]
    assert "adopted are: none" in pair.alpha("rules", "drop", "ours", code=2).err
    pair.alpha("rules", "drop", "ours", "--line", "border")
    assert listed(pair.alpha)["overlaps"] == []
