"""Generation: a party goes on in a new log, and what turns up of the old one is flagged."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError, UsageError
from tieline.replication import founding as fd
from tieline.state.model import Outcome


def go_on(desk: Any, *, size: int, number: int = 2) -> Any:
    """Open the next generation of a desk's logs."""
    old = desk.seat.own["main"]
    copy = desk.seat.copies[old]
    copy.head_size = copy.size
    root = copy.tree.root(size)
    desk.seat.own = {
        role: fd.log_origin(desk.seat.line, desk.party, role, number)
        for role in ("main", "express")
    }
    body = {"continues": old, "size": size, "root": root.hex(), "reason": "The disk was lost."}
    return desk.post("generation.open", body)


def test_a_party_goes_on_in_a_log_that_was_certified_as_a_spare(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    opening = go_on(alpha, size=1)
    message = alpha.say(to=("bravo/watch",))
    world.sync()
    assert opening.origin.endswith("alpha-2")
    assert bravo.outcome(opening) is Outcome.OPENS
    assert bravo.flags(opening) == ("goes on in a new log",)
    bravo.post("message.answer", desks.answer_body(), case=message)
    world.sync()
    assert alpha.state(message, "bravo") == "answered"


def test_what_turns_up_of_the_old_log_is_flagged_as_sent_before_the_loss(world: Any) -> None:
    alpha, bravo = world.desks
    kept = alpha.say("Kept")
    lost = alpha.say("Lost")
    go_on(alpha, size=lost.index)
    world.sync()
    shown = {m.title: m.flags for m in bravo.board().levels[-1].messages}
    assert shown == {"Kept": (), "Lost": ("sent before the loss",)}
    assert bravo.outcome(kept) is bravo.outcome(lost) is Outcome.OPENS


def test_nobody_writes_in_a_log_that_no_roster_certifies(world: Any) -> None:
    alpha, _ = world.desks
    with pytest.raises(RefusedError, match="certifies"):
        go_on(alpha, size=1, number=9)


@pytest.mark.parametrize(
    "changes", [{"reason": ""}, {"root": "00"}, {"size": -1}, {"continues": "alpha"}]
)
def test_an_opening_names_the_old_log_and_a_reason(world: Any, changes: Any) -> None:
    alpha, _ = world.desks
    body = {
        "continues": alpha.seat.own["main"],
        "size": 1,
        "root": "00" * 32,
        "reason": "The disk was lost.",
    }
    with pytest.raises(UsageError):
        alpha.post("generation.open", {**body, **changes})


def test_a_message_issued_again_counts_once_when_the_old_one_turns_up(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    body = desks.say_body("Convoy")
    # Filed in a log that bravo does not get for now, and again in another that did not see it.
    lost = alpha.say(to=("bravo/watch",), id="ab" * 16)
    again = alpha.forge("message.say", body, role="express", to=("bravo/watch",), id="ab" * 16)
    bravo.hear(alpha, again.origin)
    bravo.post("message.answer", desks.answer_body(), case=again)
    world.sync()
    assert bravo.outcome(again) is bravo.outcome(lost) is Outcome.OPENS
    assert bravo.state(again, "bravo") == "answered"
