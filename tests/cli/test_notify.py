"""Notifications by the command line: what an officer types, what the other side then sees."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)

GUNNERY = (
    *("notify", "new", "activity", "--key", "gunnery-4", "--title", "Gunnery 4"),
    *("--sort", "firing", "--circle", "54-20N 012-10E r=5nm"),
    *("--from", "2030-12-01T08:00Z", "--until", "2030-12-01T16:00Z"),
    *("--must-know", "bravo=radar 4", "--must-know", "bravo=harbour master"),
)


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    return homes.two_homes(tmp_path_factory.mktemp("notify"))


@pytest.fixture
def pair(run, places, tmp_path):
    return homes.Homes(run, places, tmp_path / "stick")


def only(ran):
    (one,) = ran.json
    return one


def test_an_activity_goes_from_notice_to_every_unit(pair):
    told = pair.alpha(*GUNNERY, "--json").json
    assert told["key"] == "gunnery-4"
    pair.carry("alpha", "bravo")

    pair.bravo("notify", "take", "gunnery-4")
    pair.bravo("notify", "confirm", "gunnery-4", "radar 4", "--by", "watch leader")
    pair.bravo("notify", "read-back", "gunnery-4", "--position", "54.3333N 12.2500E")
    pair.bravo("notify", "reply", "gunnery-4", "Seen; go ahead.")
    pair.bravo("notify", "query", "gunnery-4", "Which weapons?", "--about", "sort")
    pair.carry("bravo", "alpha")
    pair.alpha("notify", "explain", "gunnery-4", "Guns of 76 mm.")
    pair.carry("alpha", "bravo")

    one = only(pair.alpha("notify", "show", "gunnery-4", "--json"))
    assert one["gaps"] == 1
    assert {u["unit"]: u["state"] for u in one["units"]} == {
        "radar 4": "confirmed",
        "harbour master": "no word",
    }
    (back,) = one["readbacks"]
    assert back["apart_m"] == [5_421]
    assert one["replies"][0]["label"] == "a reply is no clearance"
    bravo = next(r for r in one["receivers"] if r["party"] == "bravo")
    assert bravo["held_s"] is not None
    assert bravo["opened_s"] is not None
    shown = pair.alpha("notify", "show", "gunnery-4").out
    assert "5421 m apart" in shown
    assert "A REPLY IS NO CLEARANCE" in shown
    assert "harbour master: no word" in shown
    assert "clear to proceed" not in shown


def test_an_amendment_has_to_be_read_again_and_keeps_what_it_does_not_name(pair):
    pair.alpha(
        *("notify", "amend", "gunnery-4", "--circle", "54-25N 012-10E r=5nm", "--why", "wind")
    )
    pair.carry("alpha", "bravo")
    one = only(pair.bravo("notify", "show", "gunnery-4", "--json"))
    assert one["receivers"][1]["state"] == "amended"
    assert one["body"]["title"] == "Gunnery 4"
    volume = one["body"]["volumes"][0]
    assert volume["shape"]["centre"]["lat_e7"] == 544_166_667
    assert volume["window"][0]["end_ms"] == 1_922_371_200_000
    assert one["gaps"] == 2


def test_only_the_notifier_cancels(pair):
    ran = pair.bravo("notify", "cancel", "gunnery-4", code=None)
    assert ran.code != 0
    pair.alpha("notify", "cancel", "gunnery-4", "--why", "weather")
    pair.carry("alpha", "bravo")
    one = only(pair.bravo("notify", "show", "gunnery-4", "--json"))
    assert one["is_over"]
    pair.bravo("notify", "take", "gunnery-4")


def test_lists_by_day_and_by_place_find_what_stands(pair):
    pair.alpha(
        *("notify", "new", "hazard", "--key", "debris", "--title", "Debris", "--sort"),
        *("space debris", "--area", "10N 40E; 11N 40E; 11N 42E; 10N 42E"),
        *("--from", "2030-06-01", "--until", "2030-06-03", "--daily", "0600-1800 +02:00"),
    )
    on = pair.alpha("notify", "on", "2030-06-02", "--json").json
    assert [one["key"] for one in on] == ["debris"]
    assert pair.alpha("notify", "on", "2030-06-05", "--json").json == []
    assert "04:00-16:00" in pair.alpha("notify", "on", "2030-06-02").out

    inside = pair.alpha("notify", "near", "10-30N 041-00E", "--within", "1nm", "--json").json
    assert [(one["key"], one["apart_m"]) for one in inside] == [("debris", 0)]
    assert pair.alpha("notify", "near", "20N 041E", "--within", "50nm", "--json").json == []
    nothing = pair.alpha("notify", "near", "20N 041E").out
    assert "None found among the notifications held here" in nothing


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (("--point", "0N 0E"), "Gulf of Guinea"),
        (("--point", "12N 45E", "--point", "12.1N 45.1E", "--point", "45N 12E"), "swapped"),
    ],
)
def test_a_doubtful_position_is_asked_about_and_never_corrected(pair, shape, why):
    ran = pair.alpha(
        *("notify", "new", "site", "--key", "odd", "--title", "Odd", *shape), code=None
    )
    assert ran.code == 2
    assert why in " ".join(ran.err.split())
    assert not [o for o in pair.alpha("notify", "list", "--json").json if o["key"] == "odd"]


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (("--circle", "54N 12E r=30000km"), "radius"),
        (("--circle", "54N 12E"), "no radius"),
        (("--area", "54N 12E; 55N 12E"), "at least 3"),
        (("--corridor", "54N 12E; 54N 12E w=1nm"), "different corners"),
        (("--point", "NaN, inf"), "no position"),
        (("--point", "95.0, 12.0"), "swapped"),
    ],
)
def test_a_shape_that_cannot_be_is_refused_with_its_option(pair, shape, why):
    ran = pair.alpha("notify", "new", "hazard", "--title", "X", *shape, code=None)
    assert ran.code == 2
    assert shape[0] in ran.err
    assert why in " ".join(ran.err.split())


def test_a_window_that_ends_before_it_starts_is_refused(pair):
    ran = pair.alpha(
        *("notify", "new", "hazard", "--title", "X", "--point", "54N 12E"),
        *("--from", "2030-12-02T00:00Z", "--until", "2030-12-01T00:00Z"),
        code=None,
    )
    assert ran.code == 2
    assert "ends before" in ran.err


def test_a_notification_for_yesterday_is_taken_and_flagged(pair):
    pair.alpha(
        *("notify", "new", "activity", "--key", "late", "--point", "54N 12E"),
        *("--from", "2020-12-01T00:00Z", "--until", "2020-12-02T00:00Z"),
    )
    one = only(pair.alpha("notify", "show", "late", "--json"))
    assert "for a time that was over when it was written" in one["flags"]
    assert any("left out: title" in flag for flag in one["flags"])


def test_what_is_missing_is_asked_for_on_a_terminal(pair, monkeypatch):
    from tieline.cli import notify, notifyparts

    answers = iter(
        ["activity", "Night patrol", "patrol", "circle", "54N 12E r=2nm", "2030-02-01T20:00Z"]
    )
    asked = []

    def answer(question, **_):
        asked.append(question)
        return next(answers)

    for module in (notify, notifyparts):
        monkeypatch.setattr(module, "on_terminal", lambda: True)
    monkeypatch.setattr("typer.prompt", answer)
    told = pair.alpha("notify", "new", "--key", "asked", "--json").json
    assert told["sent"][0]["ref"]
    assert len(asked) == 6
    one = only(pair.alpha("notify", "show", "asked", "--json"))
    assert one["body"]["sort"] == "patrol"
    assert one["body"]["volumes"][0]["shape"]["radius_m"] == 3_704


def test_a_geojson_file_gives_its_shapes(pair, tmp_path):
    square = [[12, 54], [13, 54], [13, 55], [12, 55], [12, 54]]
    path = tmp_path / "area.geojson"
    path.write_text(json.dumps({"type": "Polygon", "coordinates": [square]}))
    pair.alpha("notify", "new", "hazard", "--key", "drawn", "--title", "D", "--geojson", path)
    one = only(pair.alpha("notify", "show", "drawn", "--json"))
    assert one["body"]["volumes"][0]["shape"]["ring"][0] == [540_000_000, 120_000_000]
    path.write_text('{"type": "Point", "coordinates": [NaN, 1]}')
    ran = pair.alpha("notify", "new", "hazard", "--title", "D", "--geojson", path, code=None)
    assert ran.code == 2


def test_a_convoy_goes_its_way_and_its_crew_stands_in_a_file(pair, tmp_path):
    crew = tmp_path / "crew.txt"
    crew.write_text("A driver's name")
    pair.alpha(
        *("notify", "new", "movement", "--key", "convoy-7", "--title", "Convoy 7"),
        *("--waypoint", "12.5N 45.0E @2030-12-01T06:00Z =Depot"),
        *("--waypoint", "12.9N 45.2E @2030-12-01T09:00Z =Clinic"),
        *("--set", "depart=2030-12-01T06:00Z", "--set", "arrive=2030-12-01T09:00Z"),
        *("--set", "people=6", "--set", "vehicles=truck, white; van, white", "--set"),
        *("guards=none", "--contact", "+99 1", "--attach", crew),
    )
    pair.carry("alpha", "bravo")
    pair.bravo("notify", "take", "convoy-7")
    pair.alpha("notify", "move", "depart", "convoy-7", "--place", "Depot")
    pair.alpha("notify", "move", "hold", "convoy-7", "--why", "checkpoint")
    pair.carry("alpha", "bravo")
    one = only(pair.bravo("notify", "show", "convoy-7", "--json"))
    assert one["state"] == "held"
    assert one["receivers"][1]["state"] == "taken"
    assert one["body"]["vehicles"] == ["truck, white", "van, white"]
    assert "driver" not in json.dumps(one["body"]).replace(crew.name, "")
    assert one["due_ms"] == 1_922_347_800_000
    pair.alpha("notify", "move", "arrive", "convoy-7")
    pair.carry("alpha", "bravo")
    assert only(pair.bravo("notify", "show", "convoy-7", "--json"))["is_over"]


def test_a_stop_goes_to_all_offices_and_finds_the_site(pair):
    pair.alpha(
        *("notify", "new", "site", "--key", "clinic-3", "--title", "Clinic 3", "--sort", "clinic"),
        *("--point", "12-30N 045-00E", "--from", "2026-01-01T00:00Z", "--set", "statement=yes"),
        *("--set", "reconfirm-by=2026-02-01T00:00Z"),
    )
    called = pair.alpha(
        *("notify", "stop", "call", "--at", "12-30.5N 045-00E", "--what", "site"),
        *("--key", "stop-1", "--fire", "shells", "--json"),
    ).json
    (sent,) = called["sent"]
    offices = pair.alpha("show", sent["ref"], "--json").json["entry"]["to"]
    assert offices == ["bravo/watch", "bravo/desk", "bravo/principal"]
    assert sent["notice"]["level"] == "FLASH"
    (near, *_) = sent["notice"]["matches"]
    assert (near["key"], near["apart_m"], near["expired"]) == ("clinic-3", 921, True)
    pair.carry("alpha", "bravo")
    pair.alpha(
        *("notify", "stop", "relay", "stop-1", "--to", "bravo/watch", "--who", "duty officer"),
        *("--said", "I will pass it on"),
    )
    pair.bravo("notify", "stop", "acknowledge", "stop-1")
    pair.bravo("notify", "stop", "act", "stop-1", "--what", "battery told to cease fire")
    pair.carry("bravo", "alpha")
    one = only(pair.alpha("notify", "show", "stop-1", "--json"))
    assert {r["party"]: r["state"] for r in one["receivers"]} == {
        "alpha": "calling",
        "bravo": "acted on",
    }
    assert "I will pass it on" in pair.alpha("notify", "show", "stop-1").out
    pair.alpha("notify", "stop", "end", "stop-1")


def test_the_other_screens_tell_of_notifications(pair):
    told = pair.bravo("timeline").out
    assert "notified the activity" in told
    assert "called STOP: under fire" in told
    pair.bravo("status")
    pair.bravo("inbox")


def test_a_sector_is_told_as_it_is_and_goes_out_as_its_corners(pair):
    ran = pair.alpha(
        *("notify", "new", "hazard", "--key", "sector-1", "--title", "Range", "--sector"),
        *("54-20N 012-10E r=5nm from=350 to=080", "--from", "2030-12-01T08:00Z"),
    )
    assert "from 350 clockwise to 080 true" in " ".join(ran.err.split())
    assert "cut into 41 corners" in " ".join(ran.err.split())
    one = only(pair.alpha("notify", "show", "sector-1", "--json"))
    shape = one["body"]["volumes"][0]["shape"]
    assert (shape["kind"], len(shape["ring"]), shape["error_m"]) == ("area", 41, 2)
    assert shape["ring"][-1] == [543_333_333, 121_666_667]


def test_a_stop_under_a_key_of_ours_is_answered_by_that_key(pair):
    site = ("notify", "new", "site", "--sort", "hospital", "--point", "54.1N 12.1E")
    call = ("notify", "stop", "call", "--at", "54.1N 12.1E", "--what", "site", "--fire", "shells")
    pair.alpha(*site, "--key", "clinic-8", "--title", "Clinic", "--contact", "channel 16")
    pair.carry("alpha", "bravo")
    pair.bravo(*call, "--key", "clinic-8")
    pair.carry("bravo", "alpha")

    pair.alpha("notify", "stop", "acknowledge", "clinic-8")
    pair.alpha("notify", "stop", "act", "clinic-8", "--what", "battery told")
    pair.carry("alpha", "bravo")
    pair.bravo("notify", "stop", "end", "clinic-8")

    (told,) = [
        one
        for one in pair.alpha("notify", "list", "--json").json
        if one["key"] == "clinic-8" and one["procedure"] == "stop"
    ]
    assert {r["party"]: r["state"] for r in told["receivers"]}["alpha"] == "acted on"
    ours = only(pair.alpha("notify", "show", "clinic-8", "--json"))
    assert (ours["procedure"], ours["is_over"]) == ("site", False)
