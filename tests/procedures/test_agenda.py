"""Agenda: items of one side, answered by the others, or raised all the same."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError, UsageError
from tieline.state.model import Outcome


def item(desks: Any, **changes: Any) -> dict[str, Any]:
    body = {"round": "round-2", "item": desks.texts("Encounters at sea."), "topic": "encounters"}
    return body | changes


@pytest.mark.parametrize(
    ("kind", "now"),
    [("agenda.accept", "accepted"), ("agenda.decline", "declined"), ("agenda.leave", "left")],
)
def test_an_item_is_answered_in_three_ways_and_the_answer_may_change(
    world: Any, desks: Any, kind: str, now: str
) -> None:
    alpha, bravo = world.desks
    case = alpha.post("agenda.propose", item(desks))
    world.sync()
    assert alpha.state(case, "bravo") == "proposed"
    bravo.post(kind, {}, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == now
    other = "agenda.leave" if now != "left" else "agenda.accept"
    bravo.post(other, {}, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == ("left" if now != "left" else "accepted")


def test_the_side_that_proposed_an_item_withdraws_it_for_all(three: Any, desks: Any) -> None:
    alpha, bravo, charlie = three.desks
    case = alpha.post("agenda.propose", item(desks))
    three.sync()
    bravo.post("agenda.accept", {}, case=case)
    three.sync()
    with pytest.raises(RefusedError, match="not a step"):
        charlie.post("agenda.withdraw", {}, case=case)
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post("agenda.accept", {}, case=case, strands=("bravo",))
    alpha.post("agenda.withdraw", {"why": "settled elsewhere"}, case=case)
    three.sync()
    view = charlie.seat.view
    assert set(view.states(view.case_at(case)).values()) == {"withdrawn"}


def test_an_answer_that_crosses_the_withdrawal_is_seen_and_settled(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = alpha.post("agenda.propose", item(desks))
    world.sync()
    alpha.post("agenda.withdraw", {}, case=case)
    bravo.post("agenda.accept", {}, case=case)
    world.sync()
    assert bravo.state(case, "bravo") == "crossed"
    alpha.post("agenda.withdraw", {}, case=case)
    world.sync()
    assert bravo.state(case, "bravo") == "withdrawn"


def test_an_item_raised_by_one_side_asks_nobody(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    body = item(desks, where="to the press", by="bravo")
    case = alpha.post("agenda.raise", body)
    world.sync()
    assert bravo.outcome(case) is Outcome.OPENS
    view = bravo.seat.view
    assert view.states(view.case_at(case)) == {}
    with pytest.raises(RefusedError, match="has none"):
        bravo.post("agenda.accept", {}, case=case)
    with pytest.raises(UsageError, match="where is missing"):
        alpha.post("agenda.raise", item(desks))


def test_an_item_has_one_original(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    with pytest.raises(UsageError, match="exactly one"):
        alpha.post("agenda.propose", item(desks, item=[*desks.texts("One."), *desks.texts("Two.")]))
