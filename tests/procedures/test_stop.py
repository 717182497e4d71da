"""Stop: at the highest level, with a clock on every hop, and no second person anywhere."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.desk.stopwords import message_body, words_of
from tieline.errors import RefusedError
from tieline.procedures.line.message import check_say
from tieline.procedures.terms import Terms
from tieline.record.strict import Fields
from tieline.replication import machine
from tieline.replication.clocks import clocks_of, expiries
from tieline.space.position import Position
from tieline.state.board import Overlay
from tieline.state.model import Outcome
from tieline.state.notifications import matches, notification
from tieline.state.unfit import has_stop, unfit_stops

AT = {"lat_e7": 125_000_000, "lon_e7": 450_000_000}


def call(desk: Any, **changes: Any) -> Any:
    body = {"key": "stop-1", "what": "site", "at": AT, "fire": "shells"} | changes.pop("body", {})
    changes.setdefault("level", "FLASH")
    return desk.post("stop.call", body, **changes)


def site(desk: Any, key: str, lat_e7: int) -> Any:
    shape = {"kind": "point", "at": {"lat_e7": lat_e7, "lon_e7": 450_000_000}, "error_m": 100}
    volumes = [{"shape": shape, "window": [{"start_ms": 0}]}]
    return desk.post("site.notify", {"key": key, "title": key, "volumes": volumes})


def overlay(desk: Any) -> Overlay:
    return Overlay(
        own=desk.party,
        now_s=desk.clock.now().wall_s,
        held=lambda ref, party: None,
        content=desk.seat.content,
    )


def test_one_person_calls_and_each_answer_is_another(world: Any) -> None:
    alpha, bravo = world.desks
    first, second = call(alpha), call(alpha, body={"key": "stop-2"})
    world.sync()
    assert bravo.state(first, "bravo") == "called"
    bravo.post("stop.acknowledge", {}, case=first)
    bravo.post("stop.act", {"what": "told to cease fire"}, case=first)
    bravo.post("stop.cannot", {"why": "not our fire"}, case=second)
    world.sync()
    assert alpha.state(first, "bravo") == "acted on"
    assert alpha.state(second, "bravo") == "cannot comply"
    alpha.post("stop.end", {}, case=first)
    world.sync()
    assert bravo.state(first, "bravo") == "ended"


def test_it_goes_by_the_express_log_and_one_below_the_highest_level_is_flagged(world: Any) -> None:
    alpha, bravo = world.desks
    world.sync()
    case = call(alpha)
    assert case.origin == alpha.seat.own["express"]
    slow = call(alpha, level="ROUTINE", body={"key": "slow"})
    world.sync()
    assert "not at the highest level" in bravo.flags(slow)
    assert "not at the highest level" not in bravo.flags(case)


def test_what_is_called_without_a_place_is_taken_and_flagged(world: Any) -> None:
    alpha, bravo = world.desks
    case = alpha.post("stop.call", {"key": "somewhere"}, level="FLASH")
    world.sync()
    assert bravo.outcome(case) is Outcome.OPENS
    assert "left out: at, fire" in bravo.flags(case)


def test_a_call_by_telephone_is_logged_on_the_callers_strand_alone(world: Any) -> None:
    alpha, bravo = world.desks
    case = call(alpha)
    world.sync()
    told = {"to": "bravo/watch", "how": "telephone", "at_ms": 1, "result": "reached"}
    alpha.post("stop.relay", told, case=case)
    world.sync()
    assert bravo.state(case, "bravo") == "called"
    bravo.post("stop.relay", told | {"to": "battery 3", "how": "radio"}, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "acknowledged"


def watch(desk: Any, case: Any) -> Any:
    machine.notice(desk.seat, desk.outcomes[case], desk.clock.now())
    return expiries(desk.seat, desk.clock.now())


def clock_names(desk: Any, case: Any) -> list[tuple[str, str, int]]:
    found = clocks_of(desk.seat, desk.seat.view.case_at(case), "bravo")
    return [(clock.kind, clock.clock, clock.allowed_s) for clock in found]


def say_due(desk: Any) -> Any:
    (draft,) = expiries(desk.seat, desk.clock.now())
    filed = machine.say(desk.seat, draft, desk.clock.now())
    desk._keep(filed.changes)
    return draft.kind


def test_a_call_that_nobody_holds_is_a_technical_fault_after_a_minute(world: Any) -> None:
    alpha, _ = world.desks
    case = call(alpha)
    assert watch(alpha, case) == []
    assert clock_names(alpha, case) == [("stop.unreached", "take", 60)]
    world.clock.wait(59)
    assert expiries(alpha.seat, alpha.clock.now()) == []
    world.clock.wait(1)
    assert say_due(alpha) == "stop.unreached"
    assert alpha.state(case, "bravo") == "not held"


def test_acknowledged_and_not_acted_on_runs_out_two_minutes_after_the_acknowledgement(
    world: Any,
) -> None:
    alpha, bravo = world.desks
    case = call(alpha)
    world.sync()
    watch(alpha, case)
    assert clock_names(alpha, case) == [("stop.expired", "take", 120)]
    world.clock.wait(100)
    bravo.post("stop.acknowledge", {}, case=case)
    world.sync()
    assert expiries(alpha.seat, alpha.clock.now()) == []
    assert clock_names(alpha, case) == [("stop.expired", "answer", 120)]
    world.clock.wait(119)
    assert expiries(alpha.seat, alpha.clock.now()) == []
    world.clock.wait(1)
    assert say_due(alpha) == "stop.expired"
    world.sync()
    assert bravo.state(case, "bravo") == "not acted on"
    bravo.post("stop.act", {}, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "acted on"
    assert expiries(alpha.seat, alpha.clock.now()) == []
    assert alpha.seat.watched == set()


def test_an_expiry_before_its_time_is_no_step(world: Any) -> None:
    alpha, bravo = world.desks
    case = call(alpha)
    world.sync()
    bravo.post("stop.acknowledge", {}, case=case)
    world.sync()
    body = {"clock": "answer", "rung": 0, "next": "", "receipt": "", "allowed": 120}
    world.clock.wait(60)
    with pytest.raises(RefusedError, match="before it did"):
        alpha.machine("stop.expired", body, case=case, strands=("bravo",))
    for changed in (body, body | {"allowed": 1}):
        forged = alpha.forge(
            "stop.expired",
            changed,
            case=case,
            strands=("bravo",),
            people=("node",),
            office="node",
        )
        world.sync()
        assert bravo.outcome(forged) is Outcome.EARLY


def test_held_and_acknowledged_by_nobody_counts_from_the_receipt(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = call(alpha)
    world.sync()
    held = bravo.receipt(case)
    body = desks.expiry_body(clock="take", allowed=120, receipt=held)
    world.clock.wait(119)
    with pytest.raises(RefusedError, match="before it did"):
        alpha.machine("stop.expired", body, case=case, strands=("bravo",))
    with pytest.raises(RefusedError, match="no receipt named"):
        alpha.machine("stop.expired", body | {"receipt": ""}, case=case, strands=("bravo",))
    world.clock.wait(1)
    alpha.machine("stop.expired", body, case=case, strands=("bravo",))
    world.sync()
    assert bravo.state(case, "bravo") == "not taken"
    bravo.post("stop.acknowledge", {}, case=case)
    assert bravo.state(case, "bravo") == "acknowledged"


def test_lists_are_matched_by_place_nearest_first_and_never_required(world: Any) -> None:
    alpha, bravo = world.desks
    for key, lat in (("far", 135_000_000), ("near", 125_080_000), ("mid", 126_000_000)):
        site(bravo, key, lat)
    world.sync()
    case = call(alpha)
    world.sync()
    for desk in world.desks:
        view = desk.seat.view
        found = notification(view, overlay(desk), view.case_at(case), whole=True).matches
        assert [one.key for one in found] == ["near", "mid", "far"]
        assert found[0].apart_m == 785
    at = Position(lat_e7=-800_000_000, lon_e7=0)
    assert len(matches(alpha.seat.view, overlay(alpha), at)) == 3


OLD_TERMS = "message = 1\nsuspension = 1\nsite = 1"
"""A framework that was agreed before there was a *stop*."""


def unfit(desk: Any) -> Any:
    return unfit_stops(desk.seat.view, overlay(desk))


def test_a_stop_that_the_framework_does_not_have_is_refused_here_and_never_lost_there(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    world.agree(desks.clause("procedures", OLD_TERMS))
    site(bravo, "clinic-3", 125_010_000)
    world.sync()
    assert not has_stop(alpha.seat.view.terms())
    with pytest.raises(RefusedError, match="framework does not have"):
        call(alpha)
    body = {"key": "stop-1", "what": "site", "at": AT, "title": "Clinic 3", "fire": "shells"}
    forged = alpha.forge("stop.call", body, level="FLASH")
    world.sync()

    assert bravo.outcome(forged) is Outcome.NOT_IN_FRAMEWORK
    (found,) = unfit(bravo)
    assert (found.opened_by, found.title, found.fire) == ("alpha/watch", "Clinic 3", "shells")
    assert found.at == AT
    assert "the framework does not have" in found.why
    assert [(near.key, near.apart_m) for near in found.matches] == [("clinic-3", 10)]
    assert unfit(alpha) == ()

    bravo.say("Seen", to=["alpha/watch"], body={"references": [forged.text()]})
    assert unfit(bravo) == ()


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"key": "stop-1", "at": AT, "colour": "red"}, AT),
        ({"at": {"lat_e7": "12 N", "lon_e7": 5}, "fire": ["a"]}, {}),
        ({"key": "stop-1", "at": {"lat_e7": 10**12, "lon_e7": 0}}, {}),
        ({}, {}),
    ],
)
def test_a_call_that_no_form_takes_is_shown_all_the_same(world: Any, body: Any, at: Any) -> None:
    alpha, bravo = world.desks
    forged = alpha.forge("stop.call", body, level="FLASH")
    world.sync()
    assert bravo.outcome(forged) is Outcome.BAD_BODY
    (found,) = unfit(bravo)
    assert found.at == at


def test_what_is_said_in_words_holds_all_that_the_call_says() -> None:
    body = {
        "key": "stop-1", "what": "movement", "of": "convoy-7", "title": "Convoy 7", "at": AT,
        "error_m": 200, "fire": "drones", "since_ms": 1_793_498_880_000, "contact": ["radio 5"],
        "texts": [{"lang": "fr", "text": "Au secours", "original": "yes"}],
        "redacted": ["attachments"],
    }  # fmt: skip
    words = words_of(body)
    for part in (
        "a protected movement is under fire", "Convoy 7", "convoy-7", "12.50000, 45.00000",
        "12-30.00N 045-00.00E", "38P", "200 m", "drones", "2026-11-01 02:08:00Z", "radio 5",
        "Au secours", "stop-1", "attachments",
    ):  # fmt: skip
        assert part.lower() in words.lower()
    check_say(Fields(dict(message_body(body, answer_by_s=240))))
    assert "not known" in words_of({"key": "stop-2"})
    assert "89.99999" in words_of({"key": "pole", "at": {"lat_e7": 899_999_900, "lon_e7": 0}})


@pytest.mark.parametrize(
    ("listed", "has"),
    [({}, True), ({"message": 1, "stop": 1}, True), ({"message": 1}, False), ({"stop": 2}, False)],
)
def test_terms_have_a_stop_if_they_pin_none_or_our_version(listed: Any, has: bool) -> None:
    assert has_stop(Terms(version=1, clauses={"procedures": listed} if listed else {})) is has
