"""Message: clocks that run out, answers that come late or cross, faults of the machines."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import MovedError, RefusedError
from tieline.procedures.terms import ANSWER_S, RECEIPT_S, TAKE_S
from tieline.record.message import Mark

NOTE = {"note": ""}


def said(world: Any, **changes: Any) -> Any:
    """A message of alpha's to bravo's watch that bravo holds."""
    changes.setdefault("to", ("bravo/watch",))
    ref = world.desks[0].say(**changes)
    world.sync()
    return ref


def expire(desks: Any, world: Any, case: Any, *, clock: str = "take", rung: int = 0) -> Any:
    """Let a clock run out on alpha's side, counted from bravo's receipt."""
    alpha, bravo = world.desks[:2]
    receipt = bravo.receipt(case)
    allowed = ANSWER_S["ROUTINE"] if clock == "answer" else TAKE_S["ROUTINE"] * (rung + 1)
    world.clock.wait(allowed)
    body = desks.expiry_body(clock=clock, rung=rung, allowed=allowed, receipt=receipt)
    return alpha.machine("message.expired", body, case=case, strands=("bravo",))


def test_a_message_that_nobody_takes_in_time_is_not_taken(world: Any, desks: Any) -> None:
    _, bravo = world.desks
    case = said(world)
    expire(desks, world, case)
    world.sync()
    assert bravo.state(case, "bravo") == "not taken"
    assert "no answer" in bravo.board().levels[-1].messages[0].ladders[0].words


def test_each_rung_of_the_ladder_needs_its_own_time(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    expire(desks, world, case)
    allowed = TAKE_S["ROUTINE"]
    body = desks.expiry_body(rung=1, allowed=allowed, receipt=bravo.receipt(case))
    with pytest.raises(RefusedError, match="before it did"):
        alpha.machine("message.expired", body, case=case, strands=("bravo",))


def test_what_was_taken_and_never_answered_is_not_answered(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    bravo.post("message.take", NOTE, case=case)
    world.sync()
    expire(desks, world, case, clock="answer")
    assert alpha.state(case, "bravo") == "not answered"


def test_a_take_clock_says_nothing_about_a_message_that_was_taken(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = alpha.say(level="FLASH", mark=Mark.EXERCISE, to=("bravo/watch",))
    world.sync()
    bravo.post("message.take", NOTE, case=case)
    world.sync()
    receipt = bravo.receipt(case)
    world.clock.wait(TAKE_S["FLASH"])
    body = desks.expiry_body(clock="take", allowed=TAKE_S["FLASH"], receipt=receipt)
    with pytest.raises(RefusedError):
        alpha.machine("message.expired", body, case=case, strands=("bravo",))


def test_an_officer_may_take_and_answer_late_and_both_stand(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    expire(desks, world, case)
    world.sync()
    bravo.post("message.take", NOTE, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "taken late"
    bravo.post("message.answer", desks.answer_body(), case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "answered late"
    rungs = alpha.board().levels[-1].messages[0].ladders[0].rungs
    assert [r.step for r in rungs][-3:] == ["not taken", "taken late", "answered late"]


def test_a_refusal_after_the_clock_is_declined_late(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    expire(desks, world, case)
    world.sync()
    bravo.post("message.decline", {"reason": "Too late."}, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "declined late"


def test_an_answer_that_crosses_the_expiry_is_crossed_and_both_stand(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    case = said(world)
    bravo.post("message.answer", desks.answer_body(), case=case)
    expire(desks, world, case)

    world.sync()

    assert alpha.state(case, "bravo") == bravo.state(case, "bravo") == "crossed"
    ladder = alpha.board().levels[-1].messages[0].ladders[0]
    assert ladder.standing == "crossed"
    assert {r.step for r in ladder.rungs} >= {"answered", "not taken"}


@pytest.mark.parametrize("settler", [0, 1])
def test_crossed_steps_are_settled_by_a_step_that_names_both(
    world: Any, desks: Any, settler: int
) -> None:
    alpha, bravo = world.desks
    case = said(world)
    bravo.post("message.answer", desks.answer_body(), case=case)
    expire(desks, world, case)
    world.sync()

    body = {"outcome": "answered", "note": "The answer stands."}
    world.desks[settler].post("message.reconcile", body, case=case, strands=("bravo",))
    world.sync()

    assert alpha.state(case, "bravo") == bravo.state(case, "bravo") == "answered"


def test_crossed_steps_cannot_be_settled_as_something_that_was_never_said(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    case = said(world)
    bravo.post("message.answer", desks.answer_body(), case=case)
    expire(desks, world, case)
    world.sync()
    body = {"outcome": "declined", "note": ""}
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post("message.reconcile", body, case=case, strands=("bravo",))


def test_two_settlements_that_agree_leave_nothing_crossed(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    bravo.post("message.answer", desks.answer_body(), case=case)
    expire(desks, world, case)
    world.sync()
    body = {"outcome": "answered", "note": ""}
    alpha.post("message.reconcile", body, case=case, strands=("bravo",))
    bravo.post("message.reconcile", body, case=case, strands=("bravo",))
    world.sync()
    assert alpha.state(case, "bravo") == "answered"


def test_a_step_that_names_only_one_of_two_crossed_steps_is_refused(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    answered = bravo.post("message.answer", desks.answer_body(), case=case)
    expire(desks, world, case)
    world.sync()
    body = {"outcome": "answered", "note": ""}
    with pytest.raises(MovedError):
        alpha.post("message.reconcile", body, case=case, strands=("bravo",), after=(answered,))


def test_what_their_system_never_held_is_a_technical_fault(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = alpha.say(to=("bravo/watch",))
    allowed = RECEIPT_S["ROUTINE"]
    world.clock.wait(allowed)
    body = desks.expiry_body(allowed=allowed)
    alpha.machine("message.unreached", body, case=case, strands=("bravo",))
    assert alpha.state(case, "bravo") == "not held"
    ladder = alpha.board().levels[-1].messages[0].ladders[0]
    assert ladder.standing == "technical fault"
    assert ladder.reached == "filed"

    world.sync()
    bravo.post("message.take", NOTE, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "taken late"


def test_an_officer_cannot_be_said_to_be_late_without_a_receipt(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    case = alpha.say(to=("bravo/watch",))
    world.clock.wait(TAKE_S["ROUTINE"])
    body = desks.expiry_body(allowed=TAKE_S["ROUTINE"])
    with pytest.raises(RefusedError, match="no receipt"):
        alpha.machine("message.expired", body, case=case, strands=("bravo",))
