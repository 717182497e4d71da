"""Expiry: every reader checks that a clock could have run out, by claimed times alone."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError, UsageError
from tieline.procedures.terms import ANSWER_S, RECEIPT_S, TAKE_S
from tieline.state.model import Outcome


def sent(world: Any, **changes: Any) -> Any:
    ref = world.desks[0].say(to=("bravo/watch",), **changes)
    world.sync()
    return ref


def expire(world: Any, case: Any, body: Any, kind: str = "message.expired") -> Any:
    return world.desks[0].machine(kind, body, case=case, strands=("bravo",))


@pytest.mark.parametrize(("waited", "is_early"), [(-1, True), (0, False), (1, False)])
def test_a_clock_runs_from_the_receipt_to_the_second(
    world: Any, desks: Any, waited: int, is_early: bool
) -> None:
    alpha, bravo = world.desks
    case = sent(world)
    world.clock.wait(1_000)
    receipt = bravo.receipt(case)
    world.clock.wait(TAKE_S["ROUTINE"] + waited)
    body = desks.expiry_body(allowed=TAKE_S["ROUTINE"], receipt=receipt)
    if is_early:
        with pytest.raises(RefusedError, match="before it did"):
            expire(world, case, body)
    else:
        expire(world, case, body)
        assert alpha.state(case, "bravo") == "not taken"


@pytest.mark.parametrize(
    ("clock", "allowed"), [("take", TAKE_S["ROUTINE"]), ("answer", ANSWER_S["ROUTINE"])]
)
def test_less_time_than_the_framework_gives_is_too_early(
    world: Any, desks: Any, clock: str, allowed: int
) -> None:
    _, bravo = world.desks
    case = sent(world)
    receipt = bravo.receipt(case)
    world.clock.wait(allowed)
    body = desks.expiry_body(clock=clock, allowed=allowed - 1, receipt=receipt)
    with pytest.raises(RefusedError, match="s allowed"):
        expire(world, case, body)


def test_the_framework_in_force_sets_the_clocks(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    world.agree(desks.clause("clocks", "take_ROUTINE_s = 60"))
    case = sent(world)
    receipt = bravo.receipt(case)
    world.clock.wait(60)
    expire(world, case, desks.expiry_body(allowed=60, receipt=receipt))
    assert alpha.state(case, "bravo") == "not taken"


def test_a_message_can_set_its_own_time_for_an_answer(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = sent(world, body={"answer_by_s": 30})
    bravo.post("message.take", {"note": ""}, case=case)
    world.sync()
    receipt = bravo.receipt(case)
    world.clock.wait(30)
    expire(world, case, desks.expiry_body(clock="answer", allowed=30, receipt=receipt))
    assert alpha.state(case, "bravo") == "not answered"


def test_a_receipt_of_another_party_proves_nothing(three: Any, desks: Any) -> None:
    case = sent(three)
    receipt = three.desks[2].receipt(case)
    three.clock.wait(TAKE_S["ROUTINE"])
    body = desks.expiry_body(allowed=TAKE_S["ROUTINE"], receipt=receipt)
    with pytest.raises(RefusedError, match="does not hold"):
        expire(three, case, body)


def test_a_receipt_for_less_than_the_message_proves_nothing(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    before = alpha.say()
    world.sync()
    receipt = bravo.receipt(before)
    case = sent(world)
    world.clock.wait(TAKE_S["ROUTINE"])
    body = desks.expiry_body(allowed=TAKE_S["ROUTINE"], receipt=receipt)
    with pytest.raises(RefusedError, match="does not cover"):
        expire(world, case, body)


@pytest.mark.parametrize("receipt", [b"nonsense", b"\n\n", b"x\n1\nAAAA\n\n-- x y\n"])
def test_what_is_no_receipt_proves_nothing(world: Any, desks: Any, receipt: bytes) -> None:
    alpha, bravo = world.desks
    case = sent(world)
    world.clock.wait(TAKE_S["ROUTINE"])
    body = desks.expiry_body(allowed=TAKE_S["ROUTINE"], receipt=receipt)
    forged = alpha.forge(
        "message.expired", body, case=case, strands=("bravo",), people=("node",), office="node"
    )
    world.sync()
    assert bravo.outcome(forged) is Outcome.EARLY
    assert bravo.state(case, "bravo") == "sent"


def test_a_technical_fault_takes_its_own_time(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    case = alpha.say(to=("bravo/watch",))
    body = desks.expiry_body(allowed=RECEIPT_S["ROUTINE"])
    with pytest.raises(RefusedError, match="before it did"):
        expire(world, case, body, "message.unreached")
    world.clock.wait(RECEIPT_S["ROUTINE"])
    expire(world, case, body, "message.unreached")
    assert alpha.state(case, "bravo") == "not held"


def test_one_receipt_speaks_for_one_party_only(three: Any, desks: Any) -> None:
    alpha, bravo, _ = three.desks
    case = alpha.say(to=("bravo/watch", "charlie/watch"))
    three.sync()
    receipt = bravo.receipt(case)
    three.clock.wait(TAKE_S["ROUTINE"])
    body = desks.expiry_body(allowed=TAKE_S["ROUTINE"], receipt=receipt)
    with pytest.raises(RefusedError, match="no single party"):
        alpha.machine("message.expired", body, case=case, strands=("bravo", "charlie"))


@pytest.mark.parametrize(
    "changes", [{"clock": "lunch"}, {"rung": 17}, {"allowed": 0}, {"receipt": "x" * 12_001}]
)
def test_an_expiry_names_a_known_clock_and_sane_numbers(
    world: Any, desks: Any, changes: Any
) -> None:
    case = sent(world)
    body = {**desks.expiry_body(allowed=60), **changes}
    with pytest.raises(UsageError, match=next(iter(changes))):
        expire(world, case, body)


def test_the_other_side_cannot_say_that_its_own_time_ran_out(world: Any, desks: Any) -> None:
    _, bravo = world.desks
    case = sent(world)
    receipt = bravo.receipt(case)
    world.clock.wait(TAKE_S["ROUTINE"])
    body = desks.expiry_body(allowed=TAKE_S["ROUTINE"], receipt=receipt)
    with pytest.raises(RefusedError, match="not a step"):
        bravo.machine("message.expired", body, case=case, strands=("bravo",))
