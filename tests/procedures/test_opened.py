"""Opened: a machine's word that it could decrypt and verify, in batches."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import UsageError
from tieline.procedures.line.opened import ITEMS_MAX
from tieline.state.model import Outcome


def batch(desk: Any, *items: tuple[Any, str]) -> Any:
    body = {"items": [{"ref": ref.text(), "result": result} for ref, result in items]}
    return desk.machine("opened.batch", body)


def ladder(desk: Any) -> Any:
    return desk.board().levels[-1].messages[0].ladders[0]


def rung(desk: Any, step: str) -> Any:
    return next(r for r in ladder(desk).rungs if r.step == step)


def test_opened_is_the_rung_between_held_and_taken(world: Any) -> None:
    alpha, bravo = world.desks
    message = alpha.say(to=("bravo/watch",))
    assert ladder(alpha).reached == "filed"
    world.sync()
    assert ladder(alpha).reached == "held"
    assert not rung(alpha, "opened").proven
    said = batch(bravo, (message, "ok"))
    world.sync()
    assert bravo.outcome(said) is Outcome.FACT
    assert ladder(alpha).reached == "opened"
    assert rung(alpha, "opened").ref == f"bravo-1:{said.index}"
    assert alpha.state(message, "bravo") == "sent"


@pytest.mark.parametrize("result", ["unreadable", "malformed", "bad-signature"])
def test_what_their_machine_could_not_open_is_not_shown_as_opened(world: Any, result: str) -> None:
    alpha, bravo = world.desks
    message = alpha.say(to=("bravo/watch",))
    world.sync()
    batch(bravo, (message, result))
    world.sync()
    assert ladder(alpha).reached == "held"
    assert rung(alpha, "opened").words.startswith("held, but")
    batch(bravo, (message, "ok"))
    world.sync()
    assert ladder(alpha).reached == "opened"


def test_nobodys_machine_opens_for_another_party(three: Any) -> None:
    alpha, _, charlie = three.desks
    message = alpha.say(to=("bravo/watch",))
    three.sync()
    batch(charlie, (message, "ok"))
    three.sync()
    assert ladder(alpha).reached == "held"


def test_a_batch_has_a_limit_and_known_results(world: Any) -> None:
    alpha, bravo = world.desks
    message = alpha.say()
    world.sync()
    with pytest.raises(UsageError, match="items"):
        batch(bravo)
    with pytest.raises(UsageError, match="items"):
        batch(bravo, *[(message, "ok")] * (ITEMS_MAX + 1))
    with pytest.raises(UsageError, match="result"):
        batch(bravo, (message, "fine"))
