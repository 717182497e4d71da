"""Short references: what officers read to each other and type."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import UsageError
from tieline.record.entry import Ref
from tieline.state.board import find_ref, parse_short_ref, short_ref
from tieline.state.shortref import known_refs

LINE = "tieline.invalid/00"


def test_a_reference_is_the_logs_name_and_the_index() -> None:
    assert short_ref(Ref(f"{LINE}/alpha-1x", 12, bytes(32))) == "alpha-1x:12"


@given(st.from_regex(r"[a-z][a-z0-9-]{0,20}-[1-9]x?", fullmatch=True), st.integers(0, 2**63 - 1))
def test_a_short_reference_reads_back(name: str, index: int) -> None:
    ref = Ref(f"{LINE}/{name}", index, bytes(32))
    assert parse_short_ref(short_ref(ref), LINE) == (ref.origin, index)


@pytest.mark.parametrize(
    "text",
    [
        *("", "alpha-1", "alpha-1:", ":1", "alpha-1:01", "alpha-1:-1", "a b:1", "x/y:1", "..:1"),
        *("alpha-1:99999999999999999999", "ALPHA-1:1", "alpha-1:1:2", "alpha-1:٣"),
    ],
)
def test_what_names_no_entry_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_short_ref(text, LINE)


def test_blanks_around_are_allowed() -> None:
    assert parse_short_ref(" alpha-1:3\n", LINE) == (f"{LINE}/alpha-1", 3)


def test_an_entry_that_is_held_is_found_with_its_hash(world: Any) -> None:
    alpha, bravo = world.desks
    message = alpha.say()
    world.sync()
    assert find_ref(bravo.seat.fold, short_ref(message)) == message
    with pytest.raises(UsageError, match="is held"):
        find_ref(bravo.seat.fold, "alpha-1:999")


def test_every_folded_entry_has_a_reference_whatever_became_of_it(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    message = alpha.say(id="00" * 16)
    alpha.forge("message.say", desks.say_body("Convoy"), id="00" * 16)
    alpha.forge("message.take", {"note": ""}, case=message, strands=("bravo",))
    alpha.forge("message.say", {"odd": 1})
    bravo.blind.add(alpha.seat._item(message.origin, message.index).entry.payloads[0].digest)
    world.sync_unequal()
    for desk in world.desks:
        held = {(o, i) for o in desk.seat.copies for i in range(desk.seat.fold.size(o))}
        assert {(r.origin, r.index) for r in known_refs(desk.seat.fold)} == held
