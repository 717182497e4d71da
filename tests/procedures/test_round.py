"""Round: planned, put off, crossed, settled, held; and nothing of it lost."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import MovedError, RefusedError, UsageError
from tieline.state.ladder import allowed
from tieline.state.model import Outcome

DAY_MS = 86_400_000
PROPOSAL = {
    "key": "round-2",
    "mechanism": "talks",
    "number": 2,
    "host": "bravo",
    "planned": '2018-10 "October"',
    "place": "Beijing",
}


def propose(desk: Any, **changes: Any) -> Any:
    return desk.post("round.propose", PROPOSAL | changes)


def states(desk: Any, case: Any) -> dict[str, str]:
    view = desk.seat.view
    found: dict[str, str] = view.states(view.case_at(case))
    return found


def bodies_of(desk: Any, case: Any, kind: str) -> list[dict[str, Any]]:
    """What was filed in the case under a kind, each message once."""
    found = desk.seat.view.case_at(case)
    refs = {s.ref for steps in found.strands.values() for s in steps if s.kind == kind}
    return [dict(desk.spoken(ref).message.body) for ref in sorted(refs)]


def test_a_round_is_agreed_put_off_crossed_settled_opened_and_closed(world: Any) -> None:
    alpha, bravo = world.desks
    case = propose(alpha)
    world.sync()
    assert states(bravo, case) == {"alpha": "agreed", "bravo": "proposed"}
    bravo.post("round.accept", {}, case=case)
    world.sync()
    assert states(alpha, case) == {"alpha": "agreed", "bravo": "agreed"}

    # Both put it off at once: one to a month, the other to nobody knows when.
    alpha.post("round.postpone", {"to": "2018-11", "why": "elections"}, case=case)
    bravo.post("round.postpone", {"by": "bravo", "to": "unknown"}, case=case)
    world.sync()
    assert states(alpha, case) == {"alpha": "postponed", "bravo": "postponed"}
    assert len(alpha.seat.view.tips(alpha.seat.view.case_at(case), "alpha")) == 2

    # Both move it at once: each has agreed to its own days, so both strands are crossed.
    to_ninth = {"planned": "2018-11-09", "place": "Washington"}
    alpha.post("round.move", to_ninth, case=case)
    bravo.post("round.move", {"planned": "2018-11-10"}, case=case)
    world.sync()
    assert states(alpha, case) == {"alpha": "crossed", "bravo": "crossed"}
    assert alpha.board().discrepancies == ()
    settled = bravo.post("round.move", to_ninth | {"why": "yours it is"}, case=case)
    world.sync()
    assert states(alpha, case) == {"alpha": "proposed", "bravo": "agreed"}
    alpha.post("round.accept", {"proposal": settled.text()}, case=case)
    world.sync()
    assert states(bravo, case) == {"alpha": "agreed", "bravo": "agreed"}

    alpha.post("round.open", {"at_ms": 17_844 * DAY_MS, "place": "Washington"}, case=case)
    world.sync()
    assert states(bravo, case) == {"alpha": "open", "bravo": "open"}
    close = {"at_ms": 17_844 * DAY_MS + 9_000_000, "length_min": 150}
    bravo.post("round.close", close, case=case)
    world.sync()
    assert states(alpha, case) == {"alpha": "closed", "bravo": "closed"}
    alpha.post("round.close", close | {"length_min": 145}, case=case)
    world.sync()
    assert states(bravo, case) == {"alpha": "closed", "bravo": "closed"}

    # What was planned first, both postponements and both lengths are still there.
    assert dict(bravo.spoken(case).message.body) == PROPOSAL
    assert {b.get("to") for b in bodies_of(alpha, case, "round.postpone")} == {"2018-11", "unknown"}
    lengths = [b["length_min"] for b in bodies_of(bravo, case, "round.close")]
    assert sorted(lengths) == [145, 150]


def test_an_acceptance_that_crossed_a_move_names_what_it_accepts(world: Any) -> None:
    alpha, bravo = world.desks
    case = propose(alpha)
    world.sync()
    bravo.post("round.accept", {}, case=case)
    moved = alpha.post("round.move", {"place": "Shanghai"}, case=case)
    world.sync()
    assert states(alpha, case) == {"alpha": "agreed", "bravo": "crossed"}
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post("round.accept", {}, case=case, strands=("bravo",))
    bravo.post("round.accept", {"proposal": moved.text()}, case=case)
    world.sync()
    assert states(alpha, case) == {"alpha": "agreed", "bravo": "agreed"}


def test_what_is_named_by_reference_is_of_this_line_and_what_it_says(world: Any) -> None:
    alpha, bravo = world.desks
    talks = alpha.post("mechanism.propose", {"key": "talks", "name": "Talks"})
    case = propose(alpha, mechanism=talks.text())
    world.sync()
    with pytest.raises(MovedError):
        propose(alpha, mechanism=case.text())
    with pytest.raises(MovedError):
        bravo.post("round.accept", {"proposal": talks.text()}, case=case)
    forged = bravo.forge("round.accept", {"proposal": talks.text()}, case=case)
    world.sync()
    assert alpha.outcome(forged) is Outcome.UNSEEN_STEP
    bravo.post("round.accept", {"proposal": case.text()}, case=case)
    seat = bravo.post("seat.name", {"key": "deputy", "office": "Deputy"})
    for body, good in (({"round": talks.text()}, False), ({"round": case.text()}, True)):
        sent = body | {"holder": "Somebody"}
        if good:
            bravo.post("seat.delegate", sent, case=seat)
        else:
            with pytest.raises(MovedError):
                bravo.post("seat.delegate", sent, case=seat)
    world.sync()
    assert states(alpha, case) == {"alpha": "agreed", "bravo": "agreed"}


def test_nobody_moves_a_round_in_one_strand_alone(world: Any) -> None:
    alpha, bravo = world.desks
    case = propose(alpha)
    world.sync()
    for kind, body in (("round.cancel", {}), ("round.move", {"place": "Here"})):
        with pytest.raises(RefusedError, match="every strand together"):
            bravo.post(kind, body, case=case, strands=("bravo",))
    forged = bravo.forge("round.cancel", {}, case=case, strands=("bravo",))
    world.sync()
    assert alpha.outcome(forged) is Outcome.NO_STRAND
    assert states(alpha, case) == {"alpha": "agreed", "bravo": "proposed"}


def test_a_round_opens_only_once_all_have_agreed_and_closes_only_once_open(world: Any) -> None:
    alpha, bravo = world.desks
    case = propose(alpha)
    world.sync()
    opening = {"at_ms": 0}
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post("round.open", opening, case=case)
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post("round.close", opening, case=case)
    forged = alpha.forge("round.close", opening, case=case, strands=("alpha", "bravo"))
    world.sync()
    assert bravo.outcome(forged) is Outcome.OUT_OF_TURN
    # Whoever was asked and opens it has agreed.
    bravo.post("round.open", opening, case=case)
    world.sync()
    assert states(alpha, case) == {"alpha": "open", "bravo": "open"}


def test_an_opening_that_crossed_a_cancellation_is_settled_by_either(world: Any) -> None:
    alpha, bravo = world.desks
    case = propose(alpha)
    world.sync()
    bravo.post("round.accept", {}, case=case)
    world.sync()
    alpha.post("round.open", {"at_ms": 0}, case=case)
    bravo.post("round.cancel", {"why": "no visa"}, case=case)
    world.sync()
    assert states(alpha, case) == {"alpha": "crossed", "bravo": "crossed"}
    bravo.post("round.cancel", {"why": "we were not there"}, case=case)
    world.sync()
    assert states(alpha, case) == {"alpha": "cancelled", "bravo": "cancelled"}
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post("round.open", {"at_ms": 0}, case=case)


def test_a_round_of_three_is_moved_for_all_and_agreed_to_by_each(three: Any) -> None:
    alpha, bravo, charlie = three.desks
    case = propose(alpha)
    three.sync()
    bravo.post("round.accept", {}, case=case)
    charlie.post("round.decline", {"why": "too early"}, case=case)
    three.sync()
    assert states(alpha, case) == {"alpha": "agreed", "bravo": "agreed", "charlie": "declined"}
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post("round.open", {"at_ms": 0}, case=case)
    charlie.post("round.move", {"planned": "2019"}, case=case)
    three.sync()
    assert states(alpha, case) == {"alpha": "proposed", "bravo": "proposed", "charlie": "agreed"}


def test_a_step_composed_before_the_other_side_moved_is_refused_here(world: Any) -> None:
    alpha, bravo = world.desks
    case = propose(alpha)
    world.sync()
    bravo.post("round.move", {"place": "Here"}, case=case)
    world.sync()
    with pytest.raises(MovedError):
        alpha.post("round.cancel", {}, case=case, after=(case,))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"planned": "2018-02-30"}, "calendar"),
        ({"planned": "next week"}, "body.planned"),
        ({"number": 0}, "1 to"),
        ({"form": "by post"}, "body.form"),
        ({"mechanism": "two words"}, "not a reference"),
        ({"host": ""}, "body.host"),
        ({"colour": "red"}, "not known"),
    ],
)
def test_a_proposal_that_says_what_cannot_be_is_refused_here_and_named_there(
    world: Any, changes: Any, why: str
) -> None:
    alpha, bravo = world.desks
    with pytest.raises(UsageError, match=why):
        propose(alpha, **changes)
    forged = alpha.forge("round.propose", PROPOSAL | changes)
    world.sync()
    assert bravo.outcome(forged) is Outcome.BAD_BODY


def test_a_move_says_what_is_new(world: Any) -> None:
    alpha, _ = world.desks
    case = propose(alpha)
    with pytest.raises(UsageError, match="one of planned, place, form"):
        alpha.post("round.move", {"why": "just so"}, case=case)


def test_officers_are_offered_what_they_can_do_with_the_whole_round(world: Any) -> None:
    alpha, bravo = world.desks
    case = propose(alpha)
    world.sync()

    def offered(desk: Any) -> tuple[str, ...]:
        view = desk.seat.view
        found: tuple[str, ...] = allowed(view, view.case_at(case), desk.party, desk.party)
        return found

    whole = ("round.cancel", "round.move", "round.postpone")
    assert offered(alpha) == whole
    assert offered(bravo) == ("round.accept", *whole[:1], "round.decline", *whole[1:2],
                              "round.open", whole[2])  # fmt: skip
