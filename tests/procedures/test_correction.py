"""Correction: a party amends what it said before, without erasing it."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError, UsageError


def correct(desk: Any, ref: Any, desks: Any) -> Any:
    body = {"corrects": ref.text(), "texts": desks.texts("At one."), "reason": "A slip."}
    return desk.post("correction.file", body)


def test_a_correction_stands_beside_what_it_corrects(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    message = alpha.say()
    correction = correct(alpha, message, desks)
    world.sync()
    board = bravo.board()
    shown = board.levels[-1].messages[0]
    assert shown.texts[0].text == "A convoy leaves at noon."
    assert shown.corrections == (f"alpha-1:{correction.index}",)
    assert board.corrections[0].references == (shown.ref,)
    assert board.corrections[0].texts[0].text == "At one."


def test_the_others_note_or_dispute_it_and_may_change_their_mind(three: Any, desks: Any) -> None:
    alpha, bravo, charlie = three.desks
    case = correct(alpha, alpha.say(), desks)
    three.sync()
    assert alpha.board().corrections[0].is_open
    bravo.post("correction.note", {"note": ""}, case=case)
    charlie.post("correction.dispute", {"reason": "It was noon."}, case=case)
    three.sync()
    view = alpha.seat.view
    assert view.states(view.case_at(case)) == {"bravo": "noted", "charlie": "disputed"}
    assert not alpha.board().corrections[0].is_open

    bravo.post("correction.dispute", {"reason": "We looked again."}, case=case)
    charlie.post("correction.note", {"note": ""}, case=case)
    three.sync()
    assert view.states(view.case_at(case)) == {"bravo": "noted", "charlie": "disputed"}
    now = alpha.seat.view
    assert now.states(now.case_at(case)) == {"bravo": "disputed", "charlie": "noted"}


def test_its_author_cannot_note_its_own_correction(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    case = correct(alpha, alpha.say(), desks)
    with pytest.raises(RefusedError):
        alpha.post("correction.note", {"note": ""}, case=case)


def test_a_correction_names_an_entry(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    body = {"corrects": "alpha-1:3", "texts": desks.texts("At one."), "reason": ""}
    with pytest.raises(UsageError, match="reference"):
        alpha.post("correction.file", body)
