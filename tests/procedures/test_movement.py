"""Movement: from plan to arrival, and overdue never before its time."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError
from tieline.replication import machine
from tieline.replication.clocks import clocks_of, expiries
from tieline.state.model import Outcome
from tieline.state.notices import stated_due_ms
from tieline.state.snapshot import dump, fill, read

WAY_S = 3_600
SLACK_S = 600


def plan(desk: Any, **changes: Any) -> Any:
    now = desk.clock.now().wall_ms
    body = {"key": "convoy", "arrive_ms": now + WAY_S * 1000, "slack_min": SLACK_S // 60} | changes
    return desk.post("movement.plan", {k: v for k, v in body.items() if v is not None})


def moved(desk: Any, verb: str, case: Any, **body: Any) -> Any:
    whole = verb in {"amend", "reroute", "abort", "cancel"}
    strands = () if whole else (desk.party,)
    return desk.post(f"movement.{verb}", body, case=case, strands=strands)


def overdue(desk: Any, case: Any, due_ms: int) -> Any:
    body = {"due_ms": due_ms}
    return desk.machine("movement.overdue", body, case=case, strands=(desk.party,))


def due_of(desk: Any, case: Any) -> Any:
    return stated_due_ms(desk.seat.view, desk.seat.view.case_at(case))


def test_a_convoy_on_its_way_never_crosses_those_who_take_its_plan(world: Any) -> None:
    alpha, bravo = world.desks
    case = plan(alpha)
    world.sync()
    moved(alpha, "depart", case)
    bravo.post("movement.take", {}, case=case)
    world.sync()
    moved(alpha, "waypoint", case, place="the bridge")
    world.sync()
    assert bravo.state(case, "alpha") == "at waypoint"
    assert bravo.state(case, "bravo") == "taken"
    moved(alpha, "reroute", case, route=[{"lat_e7": 0, "lon_e7": 0}], why="mines")
    world.sync()
    assert bravo.state(case, "alpha") == "rerouted"
    assert bravo.state(case, "bravo") == "amended"
    moved(alpha, "arrive", case)
    world.sync()
    assert bravo.state(case, "alpha") == "arrived"


def test_overdue_is_never_said_before_the_arrival_stated_last_and_its_slack(world: Any) -> None:
    alpha, bravo = world.desks
    case = plan(alpha)
    first = due_of(alpha, case)
    world.clock.wait(WAY_S + SLACK_S - 0.001)
    with pytest.raises(RefusedError, match="before it did"):
        overdue(alpha, case, first)
    later = alpha.clock.now().wall_ms + WAY_S * 1000
    moved(alpha, "hold", case, arrive_ms=later)
    assert due_of(alpha, case) == later + SLACK_S * 1000
    world.clock.wait(1)
    for body in ({"due_ms": first}, {"due_ms": due_of(alpha, case)}):
        forged = alpha.forge(
            "movement.overdue",
            body,
            case=case,
            strands=("alpha",),
            people=("node",),
            office="node",
        )
        world.sync()
        assert bravo.outcome(forged) is Outcome.EARLY
    world.clock.wait(WAY_S + SLACK_S)
    overdue(alpha, case, due_of(alpha, case))
    world.sync()
    assert bravo.state(case, "alpha") == "overdue"
    moved(alpha, "arrive", case)


def test_the_machine_says_it_at_the_very_instant_and_not_a_millisecond_before(world: Any) -> None:
    alpha, bravo = world.desks
    case = plan(alpha)
    machine.notice(alpha.seat, alpha.outcomes[case], alpha.clock.now())
    assert expiries(alpha.seat, alpha.clock.now()) == []
    due = due_of(alpha, case)
    world.clock.wall_ms = due - 1
    assert expiries(alpha.seat, alpha.clock.now()) == []
    with pytest.raises(RefusedError, match="before it did"):
        overdue(alpha, case, due)
    world.clock.wall_ms = due
    (draft,) = expiries(alpha.seat, alpha.clock.now())
    alpha._keep(machine.say(alpha.seat, draft, alpha.clock.now()).changes)
    world.sync()
    assert bravo.state(case, "alpha") == "overdue"


def test_a_movement_without_a_stated_arrival_is_never_overdue(world: Any) -> None:
    alpha, _ = world.desks
    case = plan(alpha, arrive_ms=None)
    world.clock.wait(400 * 86_400)
    with pytest.raises(RefusedError, match="no arrival"):
        overdue(alpha, case, alpha.clock.now().wall_ms)
    found = alpha.seat.view.case_at(case)
    assert clocks_of(alpha.seat, found, "alpha") == []


def test_only_its_own_party_says_that_it_is_overdue(world: Any) -> None:
    alpha, bravo = world.desks
    case = plan(alpha)
    world.sync()
    world.clock.wait(WAY_S + SLACK_S)
    with pytest.raises(RefusedError, match="not a step"):
        bravo.machine(
            "movement.overdue", {"due_ms": due_of(bravo, case)}, case=case, strands=("alpha",)
        )


def test_the_machine_says_it_once_and_watches_until_the_arrival(world: Any) -> None:
    alpha, bravo = world.desks
    case = plan(alpha)
    key = alpha.seat.view.case_at(case).key
    machine.notice(alpha.seat, alpha.outcomes[case], alpha.clock.now())
    assert list(expiries(alpha.seat, alpha.clock.now())) == []
    world.clock.wait(WAY_S + SLACK_S - 1)
    assert expiries(alpha.seat, alpha.clock.now()) == []
    world.clock.wait(1)
    (draft,) = expiries(alpha.seat, alpha.clock.now())
    alpha._keep(machine.say(alpha.seat, draft, alpha.clock.now()).changes)
    world.sync()
    assert bravo.state(case, "alpha") == "overdue"
    assert expiries(alpha.seat, alpha.clock.now()) == []
    assert key in alpha.seat.watched
    moved(alpha, "hold", case, arrive_ms=alpha.clock.now().wall_ms + WAY_S * 1000)
    assert expiries(alpha.seat, alpha.clock.now()) == []
    world.clock.wait(WAY_S + SLACK_S)
    (draft,) = expiries(alpha.seat, alpha.clock.now())
    assert draft.kind == "movement.overdue"
    moved(alpha, "arrive", case)
    assert expiries(alpha.seat, alpha.clock.now()) == []
    assert key not in alpha.seat.watched


def test_stated_arrivals_outlive_a_snapshot(world: Any) -> None:
    alpha, _ = world.desks
    case = plan(alpha)
    moved(alpha, "depart", case, arrive_ms=alpha.clock.now().wall_ms + 5_000)
    wanted = due_of(alpha, case)
    seat = alpha.seat
    trees = {origin: copy.tree for origin, copy in seat.copies.items()}
    data = dump(seat.fold, trees.get)
    fresh = type(seat.fold)(seat.line, seat.parties, seat._item, seat._root_at)
    fill(fresh, read(data), trees.get)
    assert stated_due_ms(fresh.view, fresh.view.case_at(case)) == wanted
