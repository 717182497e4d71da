"""Text: negotiated in brackets, agreed passages locked, adopted by all."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError, UsageError
from tieline.procedures.dialogue.text import text_digest
from tieline.state.model import Outcome
from tieline.state.negotiation import Negotiation, clause_history, negotiation

TITLE = {"key": "joint.2018", "title": "Joint statement", "for": "joint statement"}


def draft(*clauses: tuple[str, str], **more: Any) -> dict[str, Any]:
    listed = [{"id": n, "title": n.title(), "text": t, "terms": ""} for n, t in clauses]
    return {"clauses": listed} | more


def given(world: Any, *clauses: tuple[str, str]) -> Any:
    """A text that every desk has drafted alike; returns its case."""
    first, *others = world.desks
    case = first.post("text.draft", draft(*clauses, **TITLE))
    world.sync()
    for desk in others:
        desk.post("text.draft", draft(*clauses), case=case)
        world.sync()
    return case


def look(desk: Any, case: Any) -> Negotiation:
    found = desk.seat.view.case_at(case)
    assert found is not None
    return negotiation(desk.seat.view, found)


def history(desk: Any, case: Any, name: str) -> list[tuple[str, str, bool]]:
    found = clause_history(desk.seat.view, desk.seat.view.case_at(case), name)
    return [(f.party, f.clause.text, f.reopened) for f in found]


def adopt(desk: Any, case: Any) -> Any:
    return desk.post("text.adopt", {"digest": look(desk, case).digest}, case=case)


def locked(desk: Any, case: Any) -> list[str]:
    return [c.id for c in look(desk, case).clauses if c.is_locked]


def test_a_text_is_negotiated_to_adoption_though_drafts_cross(world: Any) -> None:
    alpha, bravo = world.desks
    case = alpha.post("text.draft", draft(("one", "Both meet."), ("two", "In May."), **TITLE))
    world.sync()
    assert look(bravo, case).standing == {"alpha": "drafting", "bravo": "silent"}
    # Both file at the same time.
    bravo.post("text.draft", draft(("one", "Both meet."), ("two", "In June.")), case=case)
    alpha.post("text.draft", draft(("two", "In summer.")), case=case)
    world.sync()
    found = look(alpha, case)
    assert found == look(bravo, case)
    assert locked(alpha, case) == ["one"]
    assert {p: c.text for p, c in found.clauses[1].alternatives.items()} == {
        "alpha": "In summer.",
        "bravo": "In June.",
    }
    assert found.digest == ""
    assert found.status() == "in brackets"
    with pytest.raises(RefusedError, match="in brackets: two"):
        alpha.post("text.adopt", {"digest": "00" * 32}, case=case)

    alpha.post("text.draft", draft(("two", "In June.")), case=case)
    world.sync()
    assert locked(bravo, case) == ["one", "two"]
    assert look(bravo, case).status() == "agreed"
    adopt(bravo, case)
    world.sync()
    assert look(alpha, case).given_by == ("bravo",)
    assert look(alpha, case).adopted_digest == ""
    adopt(alpha, case)
    world.sync()
    done = look(bravo, case)
    assert done.status() == "adopted"
    assert done.standing == {"alpha": "adopted", "bravo": "adopted"}
    assert {n: c.text for n, c in done.adopted.items()} == {"one": "Both meet.", "two": "In June."}
    assert done.adopted_digest == text_digest(done.adopted) == done.digest
    with pytest.raises(RefusedError, match="adopted it already"):
        adopt(alpha, case)


def test_three_parties_lock_a_clause_only_together(three: Any) -> None:
    alpha, bravo, charlie = three.desks
    case = alpha.post("text.draft", draft(("one", "All meet."), **TITLE))
    three.sync()
    bravo.post("text.draft", draft(("one", "All meet.")), case=case)
    three.sync()
    assert locked(alpha, case) == []
    assert look(alpha, case).clauses[0].missing == ("charlie",)
    # Two of three are no agreement, so that nothing has to be reopened.
    alpha.post("text.draft", draft(("one", "All three meet.")), case=case)
    three.sync()
    for desk in (bravo, charlie):
        desk.post("text.draft", draft(("one", "All three meet.")), case=case)
        three.sync()
    assert locked(charlie, case) == ["one"]
    for desk in three.desks:
        assert look(alpha, case).adopted_digest == ""
        adopt(desk, case)
        three.sync()
    assert {d.party: look(d, case).adopted_digest != "" for d in three.desks} == {
        "alpha": True,
        "bravo": True,
        "charlie": True,
    }


def test_an_agreed_passage_cannot_be_changed_in_passing(world: Any) -> None:
    alpha, bravo = world.desks
    case = given(world, ("one", "Both meet."), ("two", "In June."))
    attack = draft(("one", "Alpha invites."), ("two", "In June."))
    with pytest.raises(RefusedError, match=r"changes an agreed passage without reopening it \(one"):
        alpha.post("text.draft", attack, case=case)

    forged = alpha.forge("text.draft", attack, case=case)
    world.sync()
    assert bravo.outcome(forged) is alpha.outcome(forged) is Outcome.LOCKED
    assert locked(bravo, case) == ["one", "two"]
    assert [d.outcome for d in bravo.seat.fold.registers.discrepancies] == [Outcome.LOCKED]

    alpha.post("text.draft", {**attack, "reopens": ["one"]}, case=case)
    world.sync()
    assert locked(bravo, case) == ["two"]
    # Now it stands in brackets, and the other side need not reopen it once more.
    bravo.post("text.draft", draft(("one", "Bravo invites.")), case=case)
    world.sync()
    assert history(alpha, case, "one") == [
        ("alpha", "Both meet.", False),
        ("bravo", "Both meet.", False),
        ("alpha", "Alpha invites.", True),
        ("bravo", "Bravo invites.", False),
    ]
    assert history(alpha, case, "one") == history(bravo, case, "one")


def test_leaving_an_agreed_clause_out_reopens_it_too(world: Any) -> None:
    alpha, bravo = world.desks
    case = given(world, ("one", "Both meet."), ("two", "In June."))
    with pytest.raises(RefusedError, match="two"):
        bravo.post("text.draft", draft(("two", "")), case=case)
    bravo.post("text.draft", draft(("two", ""), reopens=["two"]), case=case)
    world.sync()
    alpha.post("text.draft", draft(("two", "")), case=case)
    world.sync()
    assert sorted(look(alpha, case).text) == ["one"]
    # That it is left out is agreed as well.
    with pytest.raises(RefusedError, match="two"):
        alpha.post("text.draft", draft(("two", "In July.")), case=case)


def test_filing_an_agreed_clause_again_or_a_new_one_reopens_nothing(world: Any) -> None:
    alpha, bravo = world.desks
    case = given(world, ("one", "Both meet."))
    again = alpha.post("text.draft", draft(("one", "Both meet."), ("two", "In June.")), case=case)
    world.sync()
    assert bravo.outcome(again) is Outcome.MOVES
    assert locked(bravo, case) == ["one"]


def test_who_had_not_heard_that_a_clause_was_agreed_attacks_nothing(world: Any) -> None:
    alpha, bravo = world.desks
    case = alpha.post("text.draft", draft(("one", "Both meet."), **TITLE))
    world.sync()
    bravo.post("text.draft", draft(("one", "Both meet.")), case=case)
    late = alpha.post("text.draft", draft(("one", "Both shall meet.")), case=case)
    world.sync()
    assert bravo.outcome(late) is Outcome.MOVES
    assert locked(bravo, case) == []
    assert sorted(history(bravo, case, "one")) == [
        ("alpha", "Both meet.", False),
        ("alpha", "Both shall meet.", False),
        ("bravo", "Both meet.", False),
    ]


def test_what_all_adopted_stands_while_the_next_text_is_negotiated(world: Any) -> None:
    alpha, bravo = world.desks
    case = given(world, ("one", "Both meet."))
    adopt(alpha, case)
    world.sync()
    adopt(bravo, case)
    world.sync()
    first = look(alpha, case).adopted_digest

    alpha.post("text.draft", draft(("one", "Both meet twice."), reopens=["one"]), case=case)
    world.sync()
    assert look(bravo, case).adopted_digest == first
    assert look(bravo, case).adopted["one"].text == "Both meet."
    assert look(bravo, case).status() == "adopted and being changed"
    bravo.post("text.draft", draft(("one", "Both meet twice.")), case=case)
    world.sync()
    adopt(bravo, case)
    world.sync()
    assert look(alpha, case).adopted_digest == first
    adopt(alpha, case)
    world.sync()
    assert look(bravo, case).adopted["one"].text == "Both meet twice."

    # And back again: the older words, adopted anew, are the newest.
    alpha.post("text.draft", draft(("one", "Both meet."), reopens=["one"]), case=case)
    world.sync()
    bravo.post("text.draft", draft(("one", "Both meet.")), case=case)
    world.sync()
    adopt(alpha, case)
    world.sync()
    assert look(bravo, case).adopted["one"].text == "Both meet twice."
    adopt(bravo, case)
    world.sync()
    assert look(alpha, case).adopted_digest == first


def test_an_adoption_that_crosses_a_change_of_mind_adopts_what_its_author_saw(world: Any) -> None:
    alpha, bravo = world.desks
    case = given(world, ("one", "Both meet."))
    adopt(alpha, case)
    world.sync()
    alpha.post("text.draft", draft(("one", "Nobody meets."), reopens=["one"]), case=case)
    adopt(bravo, case)
    world.sync()
    found = look(alpha, case)
    assert found == look(bravo, case)
    assert found.adopted["one"].text == "Both meet."
    assert found.standing == {"alpha": "drafting", "bravo": "adopted"}


def test_nothing_is_adopted_while_a_party_has_withdrawn(world: Any) -> None:
    alpha, bravo = world.desks
    case = given(world, ("one", "Both meet."))
    bravo.post("text.withdraw", {"why": "The visit is off."}, case=case)
    world.sync()
    with pytest.raises(RefusedError, match="bravo has withdrawn"):
        adopt(alpha, case)
    forged = alpha.forge("text.adopt", {"digest": look(alpha, case).digest}, case=case)
    bravo.post("text.draft", draft(("one", "Both meet.")), case=case)
    world.sync()
    assert bravo.outcome(forged) is Outcome.NOT_AGREED
    for desk in (alpha, bravo):
        adopt(desk, case)
        world.sync()
    bravo.post("text.withdraw", {}, case=case)
    world.sync()
    found = look(alpha, case)
    assert found.adopted_digest
    assert found.withdrawn() == ("bravo",)


def test_a_text_is_opened_with_its_name_and_named_once(world: Any) -> None:
    alpha, bravo = world.desks
    with pytest.raises(RefusedError, match="a text is opened with key, title, for"):
        alpha.post("text.draft", draft(("one", "Both meet.")))
    with pytest.raises(UsageError, match="go together"):
        alpha.post("text.draft", draft(("one", "Both meet."), key="joint"))
    case = given(world, ("one", "Both meet."))
    for more in (TITLE, {"round": "r1"}):
        with pytest.raises(RefusedError, match="said when the text was opened"):
            bravo.post("text.draft", draft(("two", "In June."), **more), case=case)


def test_a_draft_reopens_only_what_it_files(world: Any) -> None:
    alpha, _ = world.desks
    case = given(world, ("one", "Both meet."))
    with pytest.raises(UsageError, match="has no clause for: one"):
        alpha.post("text.draft", draft(("two", "In June."), reopens=["one"]), case=case)


def test_nobody_drafts_or_adopts_for_another_party(world: Any) -> None:
    alpha, bravo = world.desks
    case = given(world, ("one", "Both meet."))
    for kind, body in (
        ("text.draft", draft(("two", "In June."))),
        ("text.adopt", {"digest": look(alpha, case).digest}),
        ("text.withdraw", {}),
    ):
        with pytest.raises(RefusedError, match="not a step"):
            bravo.post(kind, body, case=case, strands=("alpha",))


def test_a_framework_is_shown_by_the_same_code(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    case = world.agree(desks.clause("levels", 'names = ["FLASH", "ROUTINE"]'))
    found = look(alpha, case)
    assert found.adopted_digest == found.digest == alpha.seat.view.in_force()[1]
    assert found.given_by == ("alpha", "bravo")
    assert [(f[0], f[2]) for f in history(alpha, case, "levels")] == [
        ("alpha", False),
        ("bravo", False),
    ]


def test_a_text_is_no_framework_and_its_adoption_no_signature(world: Any) -> None:
    alpha, bravo = world.desks
    case = given(world, ("levels", "As agreed."))
    for desk in (alpha, bravo):
        adopt(desk, case)
        world.sync()
    assert alpha.in_force() == 0
    assert alpha.board().framework.status == "none"
