"""Negotiation: a text is shown alike after a snapshot, and in any order of arrival."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieline.errors import RefusedError
from tieline.state import snapshot
from tieline.state.digest import state_digest
from tieline.state.fold import Fold, Item
from tieline.state.negotiation import Filing, Negotiation, clause_history, negotiation

SETTINGS = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SEEDS = st.integers(0, 2**32)
NAMES, WORDS = ("one", "two"), ("May.", "June.")


def body(words: dict[str, str], **more: Any) -> dict[str, Any]:
    listed = [{"id": n, "title": n, "text": w, "terms": ""} for n, w in words.items()]
    return {"clauses": listed, "reopens": sorted(words)} | more


def play(desks: Any, seed: int) -> tuple[Any, Any]:
    """Three parties negotiate one text by chance; returns the line and the text's entry."""
    rng = random.Random(seed)
    world = desks.open_line("alpha", "bravo", "charlie", seed=1)
    named = {"key": "joint", "title": "Joint", "for": "other"}
    case = world.desks[0].post("text.draft", body({"one": "May."}, **named))
    world.sync()
    for _ in range(rng.randrange(6, 24)):
        desk, other = rng.sample(world.desks, 2)
        if rng.random() < 0.3:
            desk.deliver(other)
            continue
        found = negotiation(desk.seat.view, desk.seat.view.case_at(case))
        if found.digest and rng.random() < 0.7:
            adopt(desk, case, found.digest)
        else:
            names = rng.sample(NAMES, rng.choice((1, 2)))
            desk.post("text.draft", body({n: rng.choice(WORDS) for n in names}), case=case)
        if rng.random() < 0.5:
            world.sync()
    world.sync()
    return world, case


def adopt(desk: Any, case: Any, digest: str) -> None:
    try:
        desk.post("text.adopt", {"digest": digest}, case=case)
    except RefusedError:
        return


def shown(fold: Fold, case: Any) -> tuple[Negotiation, list[tuple[Filing, ...]]]:
    view = fold.view
    found = view.case_at(case)
    assert found is not None
    return negotiation(view, found), [clause_history(view, found, name) for name in NAMES]


@SETTINGS
@given(seed=SEEDS, arrival=SEEDS)
def test_a_text_is_shown_alike_in_whatever_order_its_drafts_arrive(
    desks: Any, seed: int, arrival: int
) -> None:
    world, case = play(desks, seed)
    seat, rng = world.desks[0].seat, random.Random(arrival)
    held = {origin: 0 for origin, copy in seat.copies.items() if copy.size}

    def source(origin: str, index: int) -> Item | None:
        return seat._item(origin, index) if index < held.get(origin, 0) else None

    def root_at(origin: str, size: int) -> bytes | None:
        return seat.copies[origin].tree.root(size) if size <= held.get(origin, 0) else None

    fold = Fold(seat.line, seat.parties, source, root_at)
    for origin in rng.sample([o for o in held if o.endswith("-1")], len(world.desks)):
        fold.own(origin, origin.rpartition("/")[2].rpartition("-")[0])
    while any(held[o] < seat.copies[o].size for o in held):
        origin = rng.choice(sorted(held))
        held[origin] = min(seat.copies[origin].size, held[origin] + rng.randrange(1, 4))
        fold.advance()
    assert shown(fold, case) == shown(seat.fold, case)
    for desk in world.desks:
        assert shown(desk.seat.fold, case) == shown(seat.fold, case)


@SETTINGS
@given(seed=SEEDS)
def test_a_text_is_shown_alike_after_a_snapshot(desks: Any, seed: int) -> None:
    world, case = play(desks, seed)
    seat = world.desks[0].seat

    def tree(origin: str) -> Any:
        return seat.copies[origin].tree if origin in seat.copies else None

    before = shown(seat.fold, case)
    found = snapshot.read(snapshot.dump(seat.fold, tree))
    fold = Fold(seat.line, seat.parties, seat._item, seat._root_at)
    snapshot.check(found, fold.registers, tree, reader=b"")
    snapshot.fill(fold, found, tree)
    assert shown(fold, case) == before
    assert state_digest(fold) == state_digest(seat.fold)


def test_chance_adopts_some_texts_and_reopens_some_passages(desks: Any) -> None:
    """A generator that never agrees would prove little."""
    adopted = reopened = 0
    for seed in range(12):
        world, case = play(desks, seed)
        found, histories = shown(world.desks[0].seat.fold, case)
        adopted += bool(found.adopted_digest)
        reopened += sum(filing.reopened for history in histories for filing in history)
    assert adopted
    assert reopened
