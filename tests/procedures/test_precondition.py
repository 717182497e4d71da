"""Precondition: met or withdrawn by whoever named it, acknowledged or rejected by the others."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError, UsageError
from tieline.state.model import Outcome


def named(desk: Any, desks: Any, **changes: Any) -> Any:
    body = {
        "key": "sanctions-first",
        "of": "talks",
        "texts": desks.texts("The sanctions are lifted first."),
        "measure": "sanctions-2018",
    }
    return desk.post("precondition.name", body | changes)


def states(desk: Any, case: Any) -> dict[str, str]:
    found: dict[str, str] = desk.seat.view.states(desk.seat.view.case_at(case))
    return found


def test_only_the_party_that_named_it_says_that_it_is_met(three: Any, desks: Any) -> None:
    alpha, bravo, charlie = three.desks
    case = named(alpha, desks)
    three.sync()
    assert states(bravo, case) == {"alpha": "named", "bravo": "heard", "charlie": "heard"}
    for kind in ("precondition.meet", "precondition.withdraw"):
        for strand in ("alpha", "bravo", "charlie"):
            with pytest.raises(RefusedError, match="not a step"):
                bravo.post(kind, {}, case=case, strands=(strand,))
    bravo.post("precondition.acknowledge", {}, case=case)
    charlie.post("precondition.reject", {"why": "It has nothing to do with it."}, case=case)
    three.sync()
    alpha.post("precondition.meet", {"note": "They were lifted."}, case=case)
    three.sync()
    assert states(bravo, case) == {"alpha": "met", "bravo": "acknowledged", "charlie": "rejected"}
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post("precondition.withdraw", {}, case=case)


def test_the_party_that_named_it_neither_acknowledges_nor_rejects_it(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    case = named(alpha, desks)
    world.sync()
    for kind in ("precondition.acknowledge", "precondition.reject"):
        for strand in ("alpha", "bravo"):
            forged = alpha.forge(kind, {}, case=case, strands=(strand,))
            world.sync()
            assert bravo.outcome(forged) is Outcome.OUT_OF_TURN
    assert states(bravo, case) == {"alpha": "named", "bravo": "heard"}


def test_an_answer_may_change_and_crosses_no_withdrawal(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = named(alpha, desks)
    world.sync()
    bravo.post("precondition.reject", {}, case=case)
    world.sync()
    bravo.post("precondition.acknowledge", {}, case=case)
    alpha.post("precondition.withdraw", {"why": "overtaken"}, case=case)
    world.sync()
    assert states(alpha, case) == states(bravo, case)
    assert states(alpha, case) == {"alpha": "withdrawn", "bravo": "acknowledged"}


def test_a_precondition_says_of_what(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    body = {"key": "first", "texts": desks.texts("An apology.")}
    with pytest.raises(UsageError, match=r"body\.of is missing"):
        alpha.post("precondition.name", body)
    with pytest.raises(UsageError, match=r"body\.of"):
        named(alpha, desks, of="two words")
