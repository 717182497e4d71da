"""Framework: promised, drafted in brackets, agreed, signed, in force, amended, lapsed."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError, UsageError
from tieline.state.model import Outcome


def page(desk: Any) -> Any:
    return desk.board().framework


def test_without_a_framework_the_fixed_defaults_hold(world: Any) -> None:
    alpha, _ = world.desks
    shown = page(alpha)
    assert (shown.status, shown.version) == ("none", 0)
    assert alpha.seat.view.terms().levels() == ("FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE")


def test_one_side_can_promise_a_framework_alone(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    body = {"texts": desks.texts("A draft follows."), "due": "before the summit"}
    case = alpha.post("framework.promise", body)
    world.sync()
    assert bravo.state(case, "alpha") == "promised"
    assert bravo.state(case, "bravo") == "silent"
    shown = page(bravo)
    assert shown.status == "promised"
    assert [(p.party, p.due) for p in shown.promises] == [("alpha", "before the summit")]

    world.case = case
    world.agree(desks.clause("levels", 'names = ["FLASH", "ROUTINE"]'))
    assert bravo.in_force() == 1


def test_a_clause_stands_in_brackets_until_all_positions_are_equal(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = alpha.post("framework.draft", desks.draft_body(desks.clause("levels", "x = 1")))
    world.sync()
    shown = page(bravo).clauses[0]
    assert shown.is_bracketed
    assert shown.missing == ("bravo",)

    bravo.post("framework.draft", desks.draft_body(desks.clause("levels", "x = 2")), case=case)
    world.sync()
    shown = page(alpha).clauses[0]
    assert shown.is_bracketed
    assert [(p.party, p.terms) for p in shown.positions] == [("alpha", "x = 1"), ("bravo", "x = 2")]
    assert page(alpha).status == "drafted"

    alpha.post("framework.draft", desks.draft_body(desks.clause("levels", "x = 2")), case=case)
    world.sync()
    assert not page(bravo).clauses[0].is_bracketed
    assert page(bravo).status == "agreed"


def test_a_clause_that_all_leave_out_is_left_out(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    both = (desks.clause("levels"), desks.clause("codes"))
    gone = desks.draft_body(desks.clause("codes", text=""))
    case = alpha.post("framework.draft", desks.draft_body(*both))
    world.sync()
    bravo.post("framework.draft", desks.draft_body(*both), case=case)
    bravo.post("framework.draft", gone, case=case)
    world.sync()
    assert page(alpha).status == "drafted"
    alpha.post("framework.draft", gone, case=case)
    world.sync()
    world.case = case
    world.sign()
    assert [clause.id for clause in page(alpha).in_force] == ["levels"]


def test_a_framework_is_in_force_when_all_have_signed_it(three: Any, desks: Any) -> None:
    alpha, bravo, charlie = three.desks
    clause = desks.clause("levels", 'names = ["FLASH", "ROUTINE"]')
    case = alpha.post("framework.draft", desks.draft_body(clause))
    three.sync()
    for desk in (bravo, charlie):
        desk.post("framework.draft", desks.draft_body(clause), case=case)
        three.sync()
    for number, desk in enumerate(three.desks):
        assert alpha.in_force() == 0
        assert page(alpha).next_signed == tuple(d.party for d in three.desks[:number])
        body = {"version": 1, "digest": desk.agreed_digest()}
        desk.post("framework.sign", body, case=case)
        three.sync()
    assert [desk.in_force() for desk in three.desks] == [1, 1, 1]
    assert page(bravo).status == "in force"
    assert page(bravo).signed == ("alpha", "bravo", "charlie")
    assert charlie.seat.view.terms().levels() == ("FLASH", "ROUTINE")


def test_a_framework_takes_two_persons_to_sign(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = alpha.post("framework.draft", desks.draft_body(desks.clause("levels")))
    world.sync()
    bravo.post("framework.draft", desks.draft_body(desks.clause("levels")), case=case)
    world.sync()
    body = {"version": 1, "digest": alpha.agreed_digest()}
    with pytest.raises(RefusedError, match="two persons"):
        alpha.post("framework.sign", body, case=case, people=1)
    forged = alpha.forge("framework.sign", body, case=case)
    world.sync()
    assert bravo.outcome(forged) is Outcome.NEEDS_TWO


def test_a_text_with_brackets_cannot_be_signed(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    case = alpha.post("framework.draft", desks.draft_body(desks.clause("levels")))
    with pytest.raises(RefusedError, match="not agreed"):
        alpha.post("framework.sign", {"version": 1, "digest": "00" * 32}, case=case)


@pytest.mark.parametrize(("version", "digest"), [(1, "00" * 32), (2, None)])
def test_another_digest_or_version_than_the_agreed_one_cannot_be_signed(
    world: Any, desks: Any, version: int, digest: str | None
) -> None:
    alpha, bravo = world.desks
    case = alpha.post("framework.draft", desks.draft_body(desks.clause("levels")))
    world.sync()
    bravo.post("framework.draft", desks.draft_body(desks.clause("levels")), case=case)
    world.sync()
    body = {"version": version, "digest": digest or alpha.agreed_digest()}
    with pytest.raises(RefusedError, match="not agreed"):
        alpha.post("framework.sign", body, case=case)
    forged = alpha.forge("framework.sign", body, case=case, people=("alpha-p1", "alpha-p2"))
    world.sync()
    assert bravo.outcome(forged) is Outcome.NOT_AGREED
    assert bravo.in_force() == 0


def test_two_signatures_under_two_different_texts_bring_nothing_into_force(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    one, other = desks.clause("levels", "x = 1"), desks.clause("levels", "x = 2")
    case = alpha.post("framework.draft", desks.draft_body(one))
    world.sync()
    bravo.post("framework.draft", desks.draft_body(one), case=case)
    world.sync()
    # Alpha signs the first text while bravo, who did not hear of it, changes its mind.
    alpha.post("framework.sign", {"version": 1, "digest": alpha.agreed_digest()}, case=case)
    bravo.post("framework.draft", desks.draft_body(other), case=case)
    world.sync()
    alpha.post("framework.draft", desks.draft_body(other), case=case)
    world.sync()
    bravo.post("framework.sign", {"version": 1, "digest": bravo.agreed_digest()}, case=case)
    world.sync()
    assert alpha.in_force() == bravo.in_force() == 0
    assert page(alpha).next_signed == ("bravo",)

    alpha.post("framework.sign", {"version": 1, "digest": alpha.agreed_digest()}, case=case)
    world.sync()
    assert alpha.in_force() == bravo.in_force() == 1
    assert alpha.seat.view.terms().clauses["levels"] == {"x": 2}


def test_a_version_stays_in_force_while_the_next_one_is_negotiated(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = world.agree(desks.clause("clocks", "take_FLASH_s = 60"))
    new = desks.draft_body(desks.clause("clocks", "take_FLASH_s = 90"))
    alpha.post("framework.draft", new, case=case)
    world.sync()
    assert bravo.seat.view.terms().take_s("FLASH") == 60
    assert page(bravo).status == "amended"

    bravo.post("framework.draft", new, case=case)
    world.sync()
    assert bravo.seat.view.terms().take_s("FLASH") == 60
    world.sign()
    assert alpha.in_force() == 2
    assert bravo.seat.view.terms().take_s("FLASH") == 90


def test_signing_the_text_that_is_in_force_again_is_refused(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    case = world.agree(desks.clause("levels"))
    body = {"version": 2, "digest": alpha.seat.view.in_force()[1]}
    with pytest.raises(RefusedError, match="in force"):
        alpha.post("framework.sign", body, case=case)


def test_a_second_framework_is_not_drafted_beside_the_first(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    alpha.post("framework.draft", desks.draft_body(desks.clause("levels")))
    with pytest.raises(RefusedError, match="under way already"):
        alpha.post("framework.draft", desks.draft_body(desks.clause("levels")))


def test_any_party_can_denounce_and_the_defaults_hold_again(three: Any, desks: Any) -> None:
    alpha, bravo, charlie = three.desks
    case = three.agree(
        desks.clause("levels", 'names = ["FLASH", "ROUTINE"]'),
        desks.clause("channels", 'safety = "suspendable"'),
    )
    charlie.post("framework.denounce", {"reason": "We leave."}, case=case)
    three.sync()
    for desk in (alpha, bravo, charlie):
        assert desk.in_force() == 0
        assert page(desk).status == "lapsed"
        assert not desk.seat.view.terms().suspendable("safety")
    assert dict(page(alpha).standing)["charlie"] == "has denounced it"


def test_nobody_drafts_signs_or_denounces_for_another_party(three: Any, desks: Any) -> None:
    alpha, bravo, _ = three.desks
    case = alpha.post("framework.draft", desks.draft_body(desks.clause("levels")))
    three.sync()
    for kind, body in (
        ("framework.draft", desks.draft_body(desks.clause("levels"))),
        ("framework.denounce", {"reason": "For them."}),
    ):
        with pytest.raises(RefusedError, match="not a step"):
            bravo.post(kind, body, case=case, strands=("charlie",))


@pytest.mark.parametrize(
    "terms", ["x = 1.5", "x = 2026-01-01", "x", "x = 1\nx = 2", "[a]\nb = [1, 2.0]"]
)
def test_terms_that_are_no_toml_of_whole_numbers_and_words_are_refused(
    world: Any, desks: Any, terms: str
) -> None:
    alpha, bravo = world.desks
    body = desks.draft_body(desks.clause("levels", terms))
    with pytest.raises(UsageError, match="terms"):
        alpha.post("framework.draft", body)
    forged = alpha.forge("framework.draft", body)
    world.sync()
    assert bravo.outcome(forged) is Outcome.BAD_BODY


def test_a_draft_names_each_clause_once(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    twice = desks.draft_body(desks.clause("levels"), desks.clause("levels"))
    with pytest.raises(UsageError, match="one clause twice"):
        alpha.post("framework.draft", twice)


def test_a_procedure_that_the_framework_leaves_out_moves_nothing(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    world.agree(desks.clause("procedures", "message = 1\nsuspension = 1\nresumption = 1"))
    body = {"rules": 1, "state": "00" * 32, "unreadable": "00" * 32, "text": ""}
    with pytest.raises(RefusedError, match="framework does not have"):
        desks.call_test(alpha)
    forged = alpha.forge("test.call", body)
    message = alpha.say()
    world.sync()
    assert bravo.outcome(forged) is Outcome.NOT_IN_FRAMEWORK
    assert bravo.outcome(message) is Outcome.OPENS


def test_a_procedure_pinned_at_another_version_moves_nothing(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    world.agree(desks.clause("procedures", "message = 2"))
    with pytest.raises(RefusedError, match="message version 1"):
        alpha.say()


def test_no_framework_can_leave_out_what_carries_the_line(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = world.agree(desks.clause("procedures", "message = 1"))
    roster = desks.vacate(alpha, "desk")
    draft = alpha.post(
        "framework.draft", desks.draft_body(desks.clause("procedures", "")), case=case
    )
    world.sync()
    assert bravo.outcome(roster) is Outcome.OPENS
    assert bravo.outcome(draft) is Outcome.MOVES


def test_after_a_framework_lapsed_another_one_can_be_agreed(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = world.agree(desks.clause("levels"))
    bravo.post("framework.denounce", {"reason": "We leave."}, case=case)
    world.sync()

    body = {"texts": desks.texts("Let us begin again."), "due": ""}
    world.case = alpha.post("framework.promise", body)
    world.sync()
    world.agree(desks.clause("levels", 'names = ["FLASH", "ROUTINE"]'))

    assert alpha.in_force() > 0
    assert alpha.seat.view.terms().levels() == ("FLASH", "ROUTINE")
