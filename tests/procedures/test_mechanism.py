"""Mechanism: a standing series of talks, accepted by each, ended for all."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError, UsageError
from tieline.state.model import Outcome

PROPOSAL: dict[str, Any] = {
    "key": "talks",
    "name": "Talks on 海上安全",
    "levels": [{"party": "alpha", "value": "deputy"}, {"party": "bravo", "value": "vice-minister"}],
    "mandated_by": "summit-2017",
    "prepares": ["ministers-2018"],
}


def propose(desk: Any, **changes: Any) -> Any:
    return desk.post("mechanism.propose", PROPOSAL | changes)


def states(desk: Any, case: Any) -> dict[str, str]:
    view = desk.seat.view
    found: dict[str, str] = view.states(view.case_at(case))
    return found


def test_each_party_accepts_for_itself_and_may_change_a_refusal(three: Any) -> None:
    alpha, bravo, charlie = three.desks
    case = propose(alpha)
    three.sync()
    bravo.post("mechanism.accept", {"note": "With pleasure."}, case=case)
    charlie.post("mechanism.decline", {"why": "too many talks"}, case=case)
    three.sync()
    assert states(alpha, case) == {"alpha": "accepted", "bravo": "accepted", "charlie": "declined"}
    charlie.post("mechanism.accept", {}, case=case)
    three.sync()
    assert set(states(bravo, case).values()) == {"accepted"}


def test_a_proposal_is_withdrawn_while_nobody_else_has_accepted(world: Any) -> None:
    alpha, bravo = world.desks
    first, second = propose(alpha), propose(alpha, key="other")
    world.sync()
    with pytest.raises(RefusedError, match="not a step"):
        bravo.post("mechanism.withdraw", {}, case=first)
    alpha.post("mechanism.withdraw", {"why": "reworded"}, case=first)
    bravo.post("mechanism.accept", {}, case=second)
    world.sync()
    assert set(states(bravo, first).values()) == {"withdrawn"}
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post("mechanism.withdraw", {}, case=second)


def test_any_party_ends_it_for_all_and_an_acceptance_that_crossed_is_seen(world: Any) -> None:
    alpha, bravo = world.desks
    case = propose(alpha)
    world.sync()
    bravo.post("mechanism.accept", {}, case=case)
    alpha.post("mechanism.end", {"why": "no budget"}, case=case)
    world.sync()
    assert states(alpha, case) == {"alpha": "ended", "bravo": "crossed"}
    bravo.post("mechanism.decline", {"why": "since you ended it"}, case=case)
    world.sync()
    assert states(alpha, case) == {"alpha": "ended", "bravo": "declined"}


def test_ending_is_for_all_parties_or_for_none(world: Any) -> None:
    alpha, bravo = world.desks
    case = propose(alpha)
    world.sync()
    two = ("bravo-p1", "bravo-p2")
    forged = bravo.forge("mechanism.end", {}, case=case, strands=("bravo",), people=two)
    world.sync()
    assert alpha.outcome(forged) is Outcome.NO_STRAND


def test_ending_takes_two_persons_as_suspending_does(world: Any) -> None:
    alpha, bravo = world.desks
    case = propose(alpha)
    world.sync()
    with pytest.raises(RefusedError, match="two persons"):
        bravo.post("mechanism.end", {}, case=case, people=1)
    bravo.post("mechanism.end", {}, case=case)
    world.sync()
    assert set(states(alpha, case).values()) == {"ended"}


def test_a_mechanism_has_a_key_and_a_name_and_each_party_one_level(world: Any) -> None:
    alpha, _ = world.desks
    with pytest.raises(UsageError, match=r"body\.name is missing"):
        alpha.post("mechanism.propose", {"key": "talks"})
    with pytest.raises(UsageError, match="one party twice"):
        propose(alpha, levels=[{"party": "alpha", "value": "deputy"}] * 2)
    with pytest.raises(UsageError, match="not a key"):
        propose(alpha, key="two words")


def test_talks_in_a_suspended_channel_are_stored_and_flagged(world: Any) -> None:
    alpha, bravo = world.desks
    before = propose(alpha)
    body = {"channel": "dialogue", "reason": "an incident", "conditions": []}
    bravo.post("suspension.declare", body)
    world.sync()
    after = propose(alpha, key="other")
    world.sync()
    assert bravo.flags(before) == ()
    assert bravo.flags(after) == ("sent under suspension",)
    assert states(bravo, after) == {"alpha": "accepted", "bravo": "proposed"}
