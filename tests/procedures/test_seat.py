"""Seat: who holds an office since when, said by its own party."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError, UsageError
from tieline.state.model import Outcome

NAMED: dict[str, Any] = {
    "key": "alpha-deputy",
    "office": "Deputy Assistant Secretary",
    "level": "deputy",
    "rank": 3,
    "counterpart": [{"party": "bravo", "value": "bravo-vice"}],
}


def state(desk: Any, case: Any) -> str:
    found: str = desk.state(case, "alpha")
    return found


def test_a_seat_is_filled_vacated_acted_in_and_filled_again(world: Any) -> None:
    alpha, bravo = world.desks
    case = alpha.post("seat.name", NAMED)
    world.sync()
    assert state(bravo, case) == "unfilled"
    for kind, body, now in (
        ("seat.appoint", {"holder": "Ely Ratner", "from": "2021-07"}, "filled"),
        ("seat.delegate", {"round": "round-17", "holder": "Michael Chase"}, "filled"),
        ("seat.vacate", {"since": "unknown"}, "vacant"),
        ("seat.act", {"holder": "Jed Royal", "from": "2023"}, "acting"),
        ("seat.appoint", {"holder": "倪乐雄"}, "filled"),
        ("seat.abolish", {"note": "merged"}, "abolished"),
    ):
        alpha.post(kind, body, case=case)
        world.sync()
        assert state(bravo, case) == now
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post("seat.appoint", {"holder": "Somebody"}, case=case)


def test_only_the_party_of_a_seat_moves_it_and_it_has_no_other_strand(three: Any) -> None:
    alpha, bravo, charlie = three.desks
    case = alpha.post("seat.name", NAMED)
    three.sync()
    view = charlie.seat.view
    assert view.states(view.case_at(case)) == {"alpha": "unfilled"}
    with pytest.raises(RefusedError, match="not a step"):
        bravo.post("seat.vacate", {}, case=case)
    forged = bravo.forge("seat.vacate", {}, case=case, strands=("alpha",))
    stranger = bravo.forge("seat.vacate", {}, case=case, strands=("bravo",))
    three.sync()
    assert charlie.outcome(forged) is Outcome.OUT_OF_TURN
    assert charlie.outcome(stranger) is Outcome.NO_STRAND
    assert state(charlie, case) == "unfilled"


def test_a_step_that_passes_over_a_newer_one_of_its_own_party_moves_nothing(world: Any) -> None:
    alpha, bravo = world.desks
    case = alpha.post("seat.name", NAMED)
    alpha.post("seat.appoint", {"holder": "One"}, case=case)
    late = alpha.forge("seat.vacate", {}, case=case, strands=("alpha",), after=(case,))
    world.sync()
    assert bravo.outcome(late) is Outcome.STALE
    assert state(bravo, case) == "filled"


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        ("seat.name", {"key": "k"}, "office is missing"),
        ("seat.name", NAMED | {"rank": 0}, "1 to 100"),
        ("seat.name", NAMED | {"counterpart": [{"party": "bravo", "value": "x y"}]}, "not a key"),
        ("seat.appoint", {"from": "2021"}, "holder is missing"),
        ("seat.appoint", {"holder": "A\u202eB"}, "invisible"),
        ("seat.delegate", {"holder": "A"}, "round is missing"),
    ],
)
def test_a_seat_that_says_what_cannot_be_is_refused(
    world: Any, kind: str, body: dict[str, Any], why: str
) -> None:
    alpha, _ = world.desks
    case = alpha.post("seat.name", NAMED) if kind != "seat.name" else None
    with pytest.raises(UsageError, match=why):
        alpha.post(kind, body, case=case)
