"""Test: can they hear us, and do they see what we see."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError
from tieline.procedures.terms import TEST_ANSWER_S
from tieline.replication import machine
from tieline.state.model import Outcome


def call(world: Any) -> Any:
    draft = machine.test_draft(world.desks[0].seat, "watch", "How do you hear us?")
    return world.desks[0].post(draft.kind, draft.body, mark=draft.mark)


def echo(desk: Any, case: Any) -> Any:
    drafts = machine._echo(desk.seat, case)
    assert len(drafts) == 1
    return desk.machine(drafts[0].kind, drafts[0].body, case=case)


def test_a_call_is_echoed_by_the_machine_and_confirmed_by_an_officer(world: Any) -> None:
    alpha, bravo = world.desks
    case = call(world)
    world.sync()
    assert alpha.state(case, "bravo") == "called"
    echo(bravo, case)
    world.sync()
    assert alpha.state(case, "bravo") == "echoed"
    bravo.post("test.confirm", {"note": "Loud and clear."}, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "confirmed"
    shown = alpha.board().tests[0]
    assert shown.mark == "TEST"
    assert shown.title == "How do you hear us?"
    assert shown.ladders[0].rungs[-1].words == "confirmed by bravo/watch"


def test_each_party_echoes_for_itself(three: Any) -> None:
    alpha, bravo, _ = three.desks
    case = call(three)
    three.sync()
    echo(bravo, case)
    three.sync()
    view = alpha.seat.view
    assert view.states(view.case_at(case)) == {"bravo": "echoed", "charlie": "called"}


def test_nodes_that_hold_and_read_the_same_compute_the_same(world: Any) -> None:
    alpha, bravo = world.desks
    alpha.say()
    world.sync()
    case = call(world)
    alpha.deliver(bravo)
    assert machine.compare_test(bravo.seat, bravo.outcomes[case]) is None
    answer = echo(bravo, case)
    bravo.deliver(alpha)
    assert machine.compare_test(alpha.seat, alpha.outcomes[answer]) is None


def test_what_happens_after_the_call_does_not_disturb_the_comparison(world: Any) -> None:
    alpha, bravo = world.desks
    case = call(world)
    bravo.say("Meanwhile")
    alpha.deliver(bravo)
    bravo.say("And later")
    assert machine.compare_test(bravo.seat, bravo.outcomes[case]) is None
    answer = echo(bravo, case)
    bravo.deliver(alpha)
    assert machine.compare_test(alpha.seat, alpha.outcomes[answer]) is None


def test_another_state_raises_an_alarm(world: Any) -> None:
    alpha, bravo = world.desks
    draft = machine.test_draft(alpha.seat, "watch", "")
    case = alpha.forge("test.call", {**draft.body, "state": "00" * 32}, mark=draft.mark)
    alpha.deliver(bravo)
    told = machine.compare_test(bravo.seat, bravo.outcomes[case])
    assert told is not None
    assert "another state" in told.words


def test_states_of_nodes_that_cannot_read_the_same_are_not_comparable(world: Any) -> None:
    alpha, bravo = world.desks
    message = alpha.say()
    entry = alpha.seat._item(message.origin, message.index).entry
    bravo.blind.add(entry.payloads[0].digest)
    alpha.deliver(bravo)
    case = call(world)
    alpha.deliver(bravo)
    told = machine.compare_test(bravo.seat, bravo.outcomes[case])
    assert told is not None
    assert "not comparable" in told.words


def test_a_call_without_an_echo_in_time_is_silent_and_a_later_echo_counts(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    case = call(world)
    world.clock.wait(TEST_ANSWER_S)
    body = desks.expiry_body(clock="answer", allowed=TEST_ANSWER_S)
    alpha.machine("test.expired", body, case=case, strands=("bravo",))
    world.sync()
    assert bravo.state(case, "bravo") == "silent"
    assert bravo.board().tests[0].ladders[0].standing == "no answer"
    echo(bravo, case)
    world.sync()
    assert alpha.state(case, "bravo") == "echoed"


def test_silence_cannot_be_said_early(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = call(world)
    world.clock.wait(TEST_ANSWER_S - 1)
    body = desks.expiry_body(clock="answer", allowed=TEST_ANSWER_S)
    with pytest.raises(RefusedError, match="before it did"):
        alpha.machine("test.expired", body, case=case, strands=("bravo",))
    forged = alpha.forge(
        "test.expired", body, case=case, strands=("bravo",), people=("node",), office="node"
    )
    world.sync()
    assert bravo.outcome(forged) is Outcome.EARLY


def test_an_echo_that_crosses_the_silence_is_crossed_until_the_next_word(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    case = call(world)
    alpha.deliver(bravo)
    echo(bravo, case)
    world.clock.wait(TEST_ANSWER_S)
    body = desks.expiry_body(clock="answer", allowed=TEST_ANSWER_S)
    alpha.machine("test.expired", body, case=case, strands=("bravo",))
    world.sync()
    assert alpha.state(case, "bravo") == "crossed"
    bravo.post("test.confirm", {"note": ""}, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "confirmed"


def test_a_caller_cannot_echo_itself(world: Any) -> None:
    alpha, _ = world.desks
    case = call(world)
    body = dict(alpha.spoken(case).message.body)
    with pytest.raises(RefusedError, match="not a step"):
        alpha.machine("test.echo", body, case=case, strands=("bravo",))


def test_a_digest_has_sixty_four_hexadecimal_digits(world: Any) -> None:
    alpha, bravo = world.desks
    body = {"rules": 1, "state": "00" * 31, "unreadable": "00" * 32, "text": ""}
    forged = alpha.forge("test.call", body)
    world.sync()
    assert bravo.outcome(forged) is Outcome.BAD_BODY
