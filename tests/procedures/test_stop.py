"""Stop: at the highest level, with a clock on every hop, and no second person anywhere."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError
from tieline.replication import machine
from tieline.replication.clocks import clocks_of, expiries
from tieline.space.position import Position
from tieline.state.board import Overlay
from tieline.state.model import Outcome
from tieline.state.notifications import matches, notification

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
