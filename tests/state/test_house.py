"""The house in the state: no effect on a line with others, marks that never loosen silently."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tieline.procedures import BY_KIND
from tieline.procedures.house.shared import is_house
from tieline.record.marking import Marking
from tieline.record.message import encode_message
from tieline.replication import filing
from tieline.state.digest import state_digest
from tieline.state.house import items_of
from tieline.state.model import PLAIN, Outcome

WORDS = [{"lang": "en", "text": "A convoy leaves at noon.", "original": "yes"}]
NOTE = {"marking": "own", "texts": WORDS}
DRAFT = {"marking": "own", "title": "Convoy", "texts": WORDS}
HOUSE_KINDS = sorted(kind for kind in BY_KIND if is_house(kind))


def items(desk: Any) -> Any:
    return items_of(desk.seat.view, desk.seat.content)


def item(desk: Any, ref: Any) -> Any:
    (found,) = (each for each in items(desk) if each.ref == ref)
    return found


@pytest.fixture
def alone(desks: Any) -> Any:
    (desk,) = desks.open_line("alpha").desks
    return desk


def mark(desk: Any, ref: Any, before: str, after: str, **changes: Any) -> Any:
    kind = desk.seat.view.case_at(ref).message.kind
    body = {"marking": after, "before": before, "why": "agreed"}
    return desk.post(f"{kind}.mark", body, case=ref, **changes)


@pytest.mark.parametrize("kind", [*HOUSE_KINDS, "house.of-a-later-version"])
def test_a_house_item_on_a_line_with_others_is_a_discrepancy_for_all(
    world: Any, desks: Any, kind: str
) -> None:
    alpha, bravo = world.desks
    ref = desks.forge_raw(alpha, {"kind": kind, "body": NOTE})
    world.sync()
    for desk in (alpha, bravo):
        assert desk.outcome(ref) is Outcome.HOUSE_ONLY
        (found,) = [d for d in desk.seat.fold.registers.discrepancies if d.ref == ref]
        assert (found.party, found.detail) == ("alpha", kind)
        assert items(desk) == ()
        assert desk.seat.view.case_at(ref) is None
    assert Outcome.HOUSE_ONLY not in PLAIN


def test_three_parties_judge_it_alike_whoever_files_it(three: Any, desks: Any) -> None:
    for author in three.desks:
        ref = desks.forge_raw(author, {"kind": "house.note", "body": NOTE})
        three.sync()
        assert {desk.outcome(ref) for desk in three.desks} == {Outcome.HOUSE_ONLY}


def test_a_house_item_on_a_line_with_others_leaves_its_cases_alone(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    said = alpha.say()
    world.sync()
    case = bravo.seat.view.case_at(said)
    before = bravo.seat.view.states(case)
    changes = {"kind": "house.draft.drop", "body": {}, "case": said, "after": (said,)}
    ref = desks.forge_raw(alpha, {**changes, "strands": ("bravo",)})
    world.sync()
    assert bravo.outcome(ref) is Outcome.HOUSE_ONLY
    assert bravo.seat.view.states(case) == before


def test_the_newest_mark_counts_with_its_author(alone: Any) -> None:
    note = alone.post("house.note", NOTE)
    assert item(alone, note).marking is Marking.OWN
    mark(alone, note, "own", "publishable")
    assert item(alone, note).marking is Marking.PUBLISHABLE
    mark(alone, note, "publishable", "line", office="desk")
    found = item(alone, note)
    assert found.marking is Marking.LINE
    assert [step.office for step in found.steps] == ["alpha/watch", "alpha/watch", "alpha/desk"]


def test_whoever_saw_another_mark_can_narrow_and_never_loosen(alone: Any) -> None:
    note = alone.post("house.note", NOTE)
    mark(alone, note, "line", "publishable")
    assert item(alone, note).marking is Marking.OWN
    other = alone.post("house.note", NOTE | {"marking": "publishable"})
    mark(alone, other, "line", "own")
    assert item(alone, other).marking is Marking.OWN


def test_of_two_marks_that_did_not_see_each_other_the_narrower_counts(
    alone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = alone.post("house.note", NOTE | {"marking": "line"})
    main, express = (alone.seat.own[role] for role in ("main", "express"))
    seen = alone.seat.copies[main].at(alone.seat.copies[main].size)
    step = {"kind": "house.note.mark", "case": note, "after": (note,), "strands": ("alpha",)}
    for origin, new in {express: "publishable", main: "own"}.items():
        composed = filing.compose(alone.seat, alone.draft("house.note", NOTE), alone.clock.now())
        body = {"marking": new, "before": "line", "why": "agreed"}
        said = replace(composed.message, **step, body=body, log=origin)
        with monkeypatch.context() as patch:
            heads = (seen,) if origin == express else ()
            patch.setattr(filing, "seen_heads", lambda *_, heads=heads: heads)
            ref = alone.place(alone.sign(encode_message(said), "alpha-p1"), said, origin)
        assert alone.outcome(ref) is Outcome.MOVES
    assert len(alone.seat.view.tips(alone.seat.view.case_at(note), "alpha")) == 2
    assert item(alone, note).marking is Marking.OWN


def test_a_draft_may_go_only_when_every_clearance_is_given_for_its_newest_text(alone: Any) -> None:
    draft = alone.post("house.draft", DRAFT)
    assert item(alone, draft).may_go
    body = {"marking": "own", "draft": draft.text(), "revision": 1}
    asked = {o: alone.post("house.clearance", body | {"office": o}) for o in ("desk", "principal")}
    assert not item(alone, draft).may_go

    def clear(office: str, revision: int) -> None:
        said = {"revision": revision}
        alone.post("house.clearance.clear", said, case=asked[office], office=office)

    clear("desk", 1)
    assert not item(alone, draft).may_go
    clear("principal", 1)
    assert item(alone, draft).may_go
    alone.post("house.draft.revise", {"revision": 2, "title": "Two", "texts": WORDS}, case=draft)
    found = item(alone, draft)
    assert (found.may_go, found.revision, found.body["title"]) == (False, 2, "Two")
    clear("desk", 2)
    clear("principal", 1)
    assert not item(alone, draft).may_go
    clear("principal", 2)
    assert item(alone, draft).may_go


def test_a_refused_or_withdrawn_clearance_holds_back_or_lets_go(alone: Any) -> None:
    draft = alone.post("house.draft", DRAFT)
    body = {"marking": "own", "draft": draft.text(), "revision": 1, "office": "desk"}
    asked = alone.post("house.clearance", body)
    said = {"revision": 1, "why": "not yet"}
    alone.post("house.clearance.refuse", said, case=asked, office="desk")
    assert not item(alone, draft).may_go
    alone.post("house.clearance.withdraw", {}, case=asked)
    assert item(alone, draft).may_go


def test_two_texts_under_one_number_may_not_go(alone: Any) -> None:
    draft = alone.post("house.draft", DRAFT)
    for _ in range(2):
        alone.post("house.draft.revise", {"revision": 2, "texts": WORDS}, case=draft)
    assert not item(alone, draft).may_go


def test_what_is_said_about_a_draft_goes_no_further_than_the_draft(alone: Any) -> None:
    draft = alone.post("house.draft", DRAFT)
    body = {"marking": "publishable", "draft": draft.text(), "revision": 1, "office": "desk"}
    asked = alone.post("house.clearance", body)
    assert item(alone, asked).marking is Marking.OWN
    mark(alone, draft, "own", "line")
    assert item(alone, asked).marking is Marking.LINE


def test_a_prepared_body_takes_the_place_of_words_and_back(alone: Any) -> None:
    draft = alone.post("house.draft", DRAFT)
    alone.post("house.draft.revise", {"revision": 2, "body": {"a": 1}}, case=draft)
    assert "texts" not in item(alone, draft).body
    alone.post("house.draft.revise", {"revision": 3, "texts": WORDS}, case=draft)
    found = item(alone, draft).body
    assert found["texts"] == WORDS
    assert "body" not in found


def test_the_id_of_what_a_draft_becomes_follows_its_text_and_nothing_that_is_shown(
    alone: Any,
) -> None:
    one, other = (alone.post("house.draft", DRAFT) for _ in range(2))
    first = item(alone, one).send_id
    assert len(first) == 32
    assert first == item(alone, one).send_id
    assert first != item(alone, other).send_id
    alone.post("house.draft.revise", {"revision": 2, "texts": WORDS}, case=one)
    assert item(alone, one).send_id != first


def test_the_house_folds_to_one_state_however_often(alone: Any) -> None:
    draft = alone.post("house.draft", DRAFT)
    mark(alone, draft, "own", "line")
    assert state_digest(alone.seat.fold) == state_digest(alone.seat.fold)
    assert [each.ref for each in items(alone)] == [draft]
