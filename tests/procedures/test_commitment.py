"""Commitment: every party has its own view of it, and all of them stand."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError, UsageError
from tieline.state.model import Outcome


def made(desk: Any, desks: Any, **changes: Any) -> Any:
    body = {
        "key": "rescue-exercise",
        "texts": desks.texts("A joint rescue exercise at sea."),
        "owners": ["alpha", "bravo"],
        "due": "..2018-12-31",
    }
    body |= changes
    return desk.post("commitment.make", {k: v for k, v in body.items() if v is not None})


def states(desk: Any, case: Any) -> dict[str, str]:
    found: dict[str, str] = desk.seat.view.states(desk.seat.view.case_at(case))
    return found


def test_who_states_a_commitment_speaks_for_itself_alone(three: Any, desks: Any) -> None:
    alpha, bravo, _ = three.desks
    case = made(alpha, desks)
    three.sync()
    assert states(bravo, case) == {"alpha": "stated", "bravo": "heard", "charlie": "heard"}
    bravo.post("commitment.accept", {}, case=case)
    three.sync()
    assert states(alpha, case) == {"alpha": "stated", "bravo": "accepted", "charlie": "heard"}


def test_one_side_holds_it_met_while_the_other_disputes_that(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = made(alpha, desks)
    world.sync()
    bravo.post("commitment.accept", {"note": "Agreed."}, case=case)
    world.sync()
    met = {"evidence": "Two ships, 14 December.", "on": "2018-12-14", "references": [case.text()]}
    alpha.post("commitment.meet", met, case=case)
    world.sync()
    bravo.post("commitment.dispute", {"why": "We were not there."}, case=case)
    world.sync()
    assert states(alpha, case) == states(bravo, case) == {"alpha": "met", "bravo": "disputed"}
    says = {p: alpha.seat.view.case_at(case).procedure.says[s] for p, s in
            states(alpha, case).items()}  # fmt: skip
    assert says["alpha"] == "holds it met"
    assert says["bravo"] == "disputes it, or what is said to have become of it"


def test_two_views_filed_at_once_cross_nothing(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = made(alpha, desks)
    world.sync()
    alpha.post("commitment.meet", {}, case=case)
    bravo.post("commitment.miss", {"why": "Nothing was held."}, case=case)
    world.sync()
    assert states(bravo, case) == {"alpha": "met", "bravo": "missed"}


def test_a_party_may_change_its_view_and_renew(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = made(alpha, desks)
    world.sync()
    for kind, body, state in (
        ("commitment.miss", {}, "missed"),
        ("commitment.renew", {"due": "2019"}, "renewed"),
        ("commitment.meet", {}, "met"),
        ("commitment.dispute", {"why": "by mistake"}, "disputed"),
        ("commitment.lapse", {"why": "events"}, "lapsed"),
        ("commitment.renew", {"condition": "Once ties are restored."}, "renewed"),
    ):
        bravo.post(kind, body, case=case)
        world.sync()
        assert states(alpha, case)["bravo"] == state
    # The side that stated it takes the renewal for its own too.
    alpha.post("commitment.accept", {}, case=case)
    world.sync()
    assert states(bravo, case) == {"alpha": "accepted", "bravo": "renewed"}
    assert len(bravo.seat.view.case_at(case).strands["bravo"]) == 7


@pytest.mark.parametrize("kind", ["accept", "dispute", "meet", "miss", "lapse"])
def test_nobody_gives_the_view_of_another_party(world: Any, desks: Any, kind: str) -> None:
    alpha, bravo = world.desks
    case = made(alpha, desks)
    world.sync()
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post(f"commitment.{kind}", {}, case=case, strands=("bravo",))
    forged = alpha.forge(f"commitment.{kind}", {}, case=case, strands=("bravo",))
    world.sync()
    assert bravo.outcome(forged) is Outcome.OUT_OF_TURN
    assert states(bravo, case)["bravo"] == "heard"


def test_a_commitment_needs_neither_a_day_nor_a_condition(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = made(alpha, desks, due=None, owners=["alpha"])
    world.sync()
    assert states(bravo, case)["alpha"] == "stated"
    with pytest.raises(UsageError, match="owners"):
        made(alpha, desks, owners=None)
    with pytest.raises(UsageError, match="owners"):
        made(alpha, desks, owners=["alpha", "alpha"])
    with pytest.raises(UsageError, match=r"body\.due"):
        made(alpha, desks, due="the end of the year")
    with pytest.raises(UsageError, match="due, condition"):
        alpha.post("commitment.renew", {"why": "soon"}, case=case)


def test_an_owner_is_a_party_of_the_line(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    with pytest.raises(UsageError, match=r"body\.owners: zulu is no party"):
        made(alpha, desks, owners=["alpha", "zulu"])
    body = {"key": "x", "texts": desks.texts("A promise."), "owners": ["zulu"]}
    forged = alpha.forge("commitment.make", body)
    world.sync()
    assert bravo.outcome(forged) is Outcome.BAD_BODY
