"""Contact: asked for and answered, rebuffed, conditioned, or left without an answer."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError, UsageError
from tieline.replication import machine
from tieline.replication.clocks import clocks_of, expiries, remaining_s
from tieline.state.model import Outcome

WAIT_S = 3_600


def request(desk: Any, **changes: Any) -> Any:
    to = changes.pop("to", ("bravo/desk",))
    now = desk.clock.now().wall_ms
    body = {"key": "call-1", "way": "call", "answer_by_ms": now + WAIT_S * 1000} | changes
    return desk.post("contact.request", {k: v for k, v in body.items() if v is not None}, to=to)


def silence(desk: Any, case: Any, **changes: Any) -> Any:
    body = {"answer_by_ms": desk.spoken(case).message.body["answer_by_ms"]}
    return desk.machine("contact.expired", body | changes, case=case, strands=("bravo",))


def test_a_request_is_accepted_and_the_contact_held(world: Any) -> None:
    alpha, bravo = world.desks
    case = request(alpha)
    world.sync()
    assert alpha.state(case, "bravo") == "requested"
    bravo.post("contact.accept", {"note": "At nine."}, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "accepted"
    at = alpha.clock.now().wall_ms
    alpha.post("contact.hold", {"at_ms": at, "length_min": 45}, case=case)
    world.sync()
    bravo.post("contact.hold", {"at_ms": at, "length_min": 50}, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "held"


@pytest.mark.parametrize(
    ("kind", "body", "in_time", "late"),
    [
        ("contact.accept", {}, "accepted", "accepted late"),
        ("contact.rebuff", {"why": "not now"}, "rebuffed", "rebuffed late"),
        (
            "contact.condition",
            {"conditions": ["Lift the sanctions."]},
            "conditioned",
            "conditioned late",
        ),
    ],
)
def test_each_answer_is_another_and_a_late_one_is_taken_as_late(
    world: Any, kind: str, body: dict[str, Any], in_time: str, late: str
) -> None:
    alpha, bravo = world.desks
    first, second = request(alpha), request(alpha, key="call-2")
    world.sync()
    bravo.post(kind, body, case=first)
    world.clock.wait(WAIT_S)
    silence(alpha, second)
    world.sync()
    assert alpha.state(first, "bravo") == in_time
    assert alpha.state(second, "bravo") == "silent"
    bravo.post(kind, body, case=second)
    world.sync()
    assert alpha.state(second, "bravo") == late


def test_an_answer_that_crosses_the_silence_is_crossed_until_the_next_word(world: Any) -> None:
    alpha, bravo = world.desks
    case = request(alpha)
    world.sync()
    world.clock.wait(WAIT_S)
    bravo.post("contact.accept", {}, case=case)
    silence(alpha, case)
    world.sync()
    assert alpha.state(case, "bravo") == "crossed"
    bravo.post("contact.accept", {}, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "accepted"


def test_no_answer_is_never_said_before_its_time(world: Any) -> None:
    alpha, bravo = world.desks
    case = request(alpha)
    world.sync()
    world.clock.wait(WAIT_S - 0.001)
    with pytest.raises(RefusedError, match="before it did"):
        silence(alpha, case)
    by = alpha.spoken(case).message.body["answer_by_ms"]
    for body in ({"answer_by_ms": by}, {"answer_by_ms": by - WAIT_S * 1000}):
        forged = alpha.forge(
            "contact.expired", body, case=case, strands=("bravo",), people=("node",), office="node"
        )
        world.sync()
        assert bravo.outcome(forged) is Outcome.EARLY
    assert alpha.state(case, "bravo") == "requested"


def test_a_request_without_a_time_never_falls_silent(world: Any) -> None:
    alpha, bravo = world.desks
    case = request(alpha, answer_by_ms=None)
    world.sync()
    world.clock.wait(400 * 86_400)
    body = {"answer_by_ms": alpha.clock.now().wall_ms}
    with pytest.raises(RefusedError, match="names no time"):
        alpha.machine("contact.expired", body, case=case, strands=("bravo",))
    found = alpha.seat.view.case_at(case)
    assert clocks_of(alpha.seat, found, "bravo") == []
    assert alpha.state(case, "bravo") == bravo.state(case, "bravo") == "requested"


def test_only_the_side_that_asked_says_that_no_answer_came(world: Any) -> None:
    alpha, bravo = world.desks
    case = request(alpha)
    world.sync()
    world.clock.wait(WAIT_S)
    with pytest.raises(RefusedError, match="not a step"):
        silence(bravo, case)


def test_a_request_whose_time_has_passed_is_refused(world: Any) -> None:
    alpha, bravo = world.desks
    past = alpha.clock.now().wall_ms
    with pytest.raises(UsageError, match="has passed"):
        request(alpha, answer_by_ms=past)
    body = {"key": "call-1", "way": "call", "answer_by_ms": past}
    forged = alpha.forge("contact.request", body, to=("bravo/desk",))
    world.sync()
    assert bravo.outcome(forged) is Outcome.BAD_BODY


def watched(desk: Any, case: Any) -> list[Any]:
    """What the machine says now, after it has noticed the case."""
    machine.notice(desk.seat, desk.outcomes[case], desk.clock.now())
    return list(expiries(desk.seat, desk.clock.now()))


def test_the_machine_says_it_at_the_instant_that_was_named(world: Any) -> None:
    alpha, bravo = world.desks
    case = request(alpha, answer_by_ms=alpha.clock.now().wall_ms + WAIT_S * 1000 + 1)
    world.sync()
    assert watched(alpha, case) == []
    key = alpha.seat.view.case_at(case).key
    assert key in alpha.seat.watched
    clock = clocks_of(alpha.seat, alpha.seat.view.case(key), "bravo")[0]
    assert remaining_s(alpha.seat, clock, alpha.clock.now()) == WAIT_S + 1
    world.clock.wait(WAIT_S)
    assert expiries(alpha.seat, alpha.clock.now()) == []
    world.clock.wait(1)
    drafts = expiries(alpha.seat, alpha.clock.now())
    assert [d.kind for d in drafts] == ["contact.expired"]
    filed = machine.say(alpha.seat, drafts[0], alpha.clock.now())
    alpha._keep(filed.changes)
    world.sync()
    assert bravo.state(case, "bravo") == "silent"
    assert expiries(alpha.seat, alpha.clock.now()) == []
    assert key not in alpha.seat.watched
    assert not [name for name in alpha.seat.clocks if key.id in name]


def test_an_answered_request_is_watched_no_more(world: Any) -> None:
    alpha, bravo = world.desks
    case = request(alpha)
    world.sync()
    assert watched(alpha, case) == []
    bravo.post("contact.accept", {}, case=case)
    world.sync()
    world.clock.wait(2 * WAIT_S)
    assert expiries(alpha.seat, alpha.clock.now()) == []
    assert alpha.seat.watched == set()


def test_a_request_of_the_other_side_or_without_a_time_is_not_watched(world: Any) -> None:
    alpha, bravo = world.desks
    timed, untimed = request(alpha), request(alpha, key="k", answer_by_ms=None)
    world.sync()
    assert watched(bravo, timed) == []
    assert bravo.seat.watched == set()
    assert watched(alpha, untimed) == []
    assert alpha.seat.watched == set()


def test_either_side_calls_off_what_was_accepted_and_the_asker_what_was_not_answered(
    world: Any,
) -> None:
    alpha, bravo = world.desks
    first, second = request(alpha), request(alpha, key="call-2")
    world.sync()
    with pytest.raises(RefusedError, match="not a step"):
        bravo.post("contact.cancel", {}, case=first)
    alpha.post("contact.cancel", {"why": "overtaken"}, case=first)
    bravo.post("contact.accept", {}, case=second)
    world.sync()
    bravo.post("contact.cancel", {}, case=second)
    world.sync()
    assert alpha.state(first, "bravo") == alpha.state(second, "bravo") == "cancelled"


def test_a_request_unanswered_is_held_only_on_the_word_of_whoever_was_asked(world: Any) -> None:
    alpha, bravo = world.desks
    case = request(alpha)
    world.sync()
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post("contact.hold", {"at_ms": 0}, case=case)
    bravo.post("contact.hold", {"at_ms": 0}, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "held"


def test_a_contact_that_took_place_is_told_of_and_asks_nobody(world: Any) -> None:
    alpha, bravo = world.desks
    who = [{"party": "alpha", "value": "the minister"}]
    body = {"key": "visit-1", "way": "visit", "days": "2018-06-26..2018-06-28", "who": who}
    case = alpha.post("contact.record", body)
    world.sync()
    assert bravo.outcome(case) is Outcome.OPENS
    view = bravo.seat.view
    assert view.states(view.case_at(case)) == {}
    assert [c.message.kind for c in view.cases("contact")] == ["contact.record"]
    with pytest.raises(UsageError, match="days is missing"):
        alpha.post("contact.record", {"key": "visit-2", "way": "visit"})


def test_a_request_to_a_vacant_office_says_so(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    desks.vacate(bravo, "desk")
    world.sync()
    case = request(alpha)
    assert alpha.flags(case) == ("vacant: bravo/desk",)


def test_a_request_to_nobody_is_refused(world: Any) -> None:
    alpha, _ = world.desks
    with pytest.raises(UsageError, match="nobody"):
        request(alpha, to=("alpha/watch",))
