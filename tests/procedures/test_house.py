"""Our own house: what each item allows, on a line that has one party."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import MovedError, RefusedError, UsageError
from tieline.procedures import BY_KIND
from tieline.procedures.house import HOUSE
from tieline.procedures.house.shared import is_house, mark_kind
from tieline.state.house import DID
from tieline.state.model import Outcome

WORDS = [{"lang": "en", "text": "A convoy leaves at noon.", "original": "yes"}]
DRAFT = {"marking": "own", "title": "Convoy", "texts": WORDS}
NOTE = {"marking": "own", "texts": WORDS}


@pytest.fixture
def alpha(desks: Any) -> Any:
    (desk,) = desks.open_line("alpha").desks
    return desk


def state(desk: Any, ref: Any) -> str:
    case = desk.seat.view.case_at(ref)
    assert case is not None
    return str(desk.seat.view.state(case, desk.party))


def ask(desk: Any, draft: Any, office: str = "desk", **changes: Any) -> Any:
    body = {"marking": "own", "draft": draft.text(), "office": office, "revision": 1} | changes
    return desk.post("house.clearance", body)


OPENINGS: dict[str, dict[str, Any]] = {
    "house.draft": DRAFT,
    "house.instruction": NOTE | {"to": ["watch"]},
    "house.points": NOTE | {"about": "round-17"},
    "house.note": NOTE,
    "house.recorded": {"marking": "own", "contact": "call-7", "part": "contact", "item": {}},
    "house.handed": {
        "marking": "own",
        "key": "gunnery-4",
        "line": "tieline.invalid/00",
        "wording": f"tieline.invalid/00/alpha-1 1 {'00' * 32}",
        "mark": "EXERCISE",
        "to": "Coast guard",
        "handling": "line",
        "reference": "gunnery-4/00000000",
        "answer_to": ["telephone 555 0100"],
    },
}


@pytest.mark.parametrize("kind", OPENINGS)
def test_every_item_is_sealed_and_bears_a_mark(alpha: Any, kind: str) -> None:
    ref = alpha.post(kind, OPENINGS[kind])
    assert alpha.outcome(ref) is Outcome.OPENS
    assert alpha.seat._item(ref.origin, ref.index).entry.sealed is True
    bare = {name: value for name, value in OPENINGS[kind].items() if name != "marking"}
    with pytest.raises(UsageError, match="marking"):
        alpha.post(kind, bare)
    with pytest.raises(UsageError, match="marking"):
        alpha.post(kind, bare | {"marking": "secret"})


def test_every_kind_of_the_house_is_known_as_such_and_no_other_kind() -> None:
    of_the_house = {kind for procedure in HOUSE for kind in procedure.kinds()}
    assert {kind for kind in BY_KIND if is_house(kind)} == of_the_house
    assert is_house("house.something-of-a-later-version")
    assert not is_house("households.note")
    assert set(DID) == of_the_house
    for procedure in HOUSE:
        assert procedure.clear == frozenset()
        assert procedure.machine == frozenset()
        assert mark_kind(procedure.openings[0].kind) in procedure.bodies


def test_a_draft_has_words_or_a_prepared_body_and_never_both(alpha: Any) -> None:
    bare = {"marking": "own", "title": "Convoy"}
    with pytest.raises(UsageError, match="texts or a prepared body"):
        alpha.post("house.draft", bare)
    with pytest.raises(UsageError, match="one of them"):
        alpha.post("house.draft", DRAFT | {"body": {}})
    with pytest.raises(UsageError, match="not an object"):
        alpha.post("house.draft", bare | {"body": "words"})
    assert alpha.outcome(alpha.post("house.draft", bare | {"body": {"a": 1}})) is Outcome.OPENS


def test_a_draft_that_was_sent_or_given_up_is_changed_no_more(alpha: Any) -> None:
    first, second = alpha.post("house.draft", DRAFT), alpha.post("house.draft", DRAFT)
    alpha.post("house.draft.revise", {"revision": 2, "texts": WORDS}, case=first)
    entry = {"line": "a line", "entry": first.text(), "revision": 2}
    alpha.post("house.draft.sent", entry, case=first)
    alpha.post("house.draft.drop", {}, case=second)
    assert (state(alpha, first), state(alpha, second)) == ("sent", "dropped")
    for ref in (first, second):
        with pytest.raises(RefusedError, match="not a step"):
            alpha.post("house.draft.revise", {"revision": 3, "texts": WORDS}, case=ref)
        with pytest.raises(RefusedError):
            alpha.post("house.draft.sent", entry, case=ref)


@pytest.mark.parametrize("kind", ["house.draft.revise", "house.note.revise", "house.points.revise"])
def test_no_other_step_carries_a_mark(alpha: Any, kind: str) -> None:
    opening = kind.removesuffix(".revise")
    ref = alpha.post(opening, OPENINGS[opening])
    body: dict[str, Any] = {"texts": WORDS}
    if kind == "house.draft.revise":
        body["revision"] = 2
    with pytest.raises(UsageError, match="marking"):
        alpha.post(kind, body | {"marking": "publishable"}, case=ref)


@pytest.mark.parametrize("kind", OPENINGS)
def test_a_mark_changes_by_a_step_with_a_reason(alpha: Any, kind: str) -> None:
    ref = alpha.post(kind, OPENINGS[kind])
    before = state(alpha, ref)
    change = {"marking": "line", "before": "own", "why": "the desk agreed"}
    assert alpha.outcome(alpha.post(mark_kind(kind), change, case=ref)) is Outcome.MOVES
    assert state(alpha, ref) == before
    for missing in ("before", "why"):
        bare = {name: value for name, value in change.items() if name != missing}
        with pytest.raises(UsageError, match=missing):
            alpha.post(mark_kind(kind), bare, case=ref)


def test_only_the_office_that_was_asked_clears_or_refuses(alpha: Any) -> None:
    asked = ask(alpha, alpha.post("house.draft", DRAFT))
    for kind, body in (
        ("house.clearance.clear", {"revision": 1}),
        ("house.clearance.refuse", {"revision": 1, "why": "not yet"}),
    ):
        with pytest.raises(RefusedError, match="alpha/watch for desk"):
            alpha.post(kind, body, case=asked, office="watch")
        assert alpha.outcome(alpha.post(kind, body, case=asked, office="desk")) is Outcome.MOVES
    assert state(alpha, asked) == "refused"


def test_anybody_of_the_house_comments_and_that_decides_nothing(alpha: Any) -> None:
    asked = ask(alpha, alpha.post("house.draft", DRAFT))
    body = {"revision": 1, "note": "Name the road."}
    alpha.post("house.clearance.comment", body, case=asked, office="watch")
    assert state(alpha, asked) == "asked"


def test_a_refusal_owes_a_reason_and_can_be_taken_back(alpha: Any) -> None:
    asked = ask(alpha, alpha.post("house.draft", DRAFT))
    with pytest.raises(UsageError, match="why"):
        alpha.post("house.clearance.refuse", {"revision": 1}, case=asked, office="desk")
    body = {"revision": 1, "why": "not yet"}
    alpha.post("house.clearance.refuse", body, case=asked, office="desk")
    alpha.post("house.clearance.clear", {"revision": 1}, case=asked, office="desk")
    assert state(alpha, asked) == "cleared"


def test_only_a_draft_can_be_cleared(alpha: Any) -> None:
    note = alpha.post("house.note", NOTE)
    with pytest.raises(RefusedError, match="had not seen"):
        ask(alpha, note)


def test_what_was_recorded_says_whose_words_it_holds(alpha: Any) -> None:
    body = OPENINGS["house.recorded"] | {"part": "said", "side": "bravo"}
    with pytest.raises(UsageError, match="go together"):
        alpha.post("house.recorded", body)
    whole = body | {"words": "our summary"}
    assert alpha.outcome(alpha.post("house.recorded", whole)) is Outcome.OPENS
    with pytest.raises(UsageError, match="item"):
        alpha.post("house.recorded", whole | {"item": "they called"})


def test_a_step_that_passes_over_a_newer_one_is_not_filed(alpha: Any) -> None:
    note = alpha.post("house.note", NOTE)
    alpha.post("house.note.revise", {"texts": WORDS}, case=note)
    with pytest.raises(MovedError):
        alpha.post("house.note.revise", {"texts": WORDS}, case=note, after=(note,))
