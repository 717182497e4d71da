"""Talks between honest parties, hearing of each other by chance: one state, no discrepancy."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieline.procedures import BY_KIND, PROCEDURES
from tieline.procedures.form import Form
from tieline.procedures.procedure import CROSSED, Procedure
from tieline.state.digest import state_text
from tieline.state.fold import Fold, Item
from tieline.state.ladder import allowed
from tieline.state.model import Case

_path = Path(__file__).resolve().parents[1] / "procedures" / "forms.py"
_spec = importlib.util.spec_from_file_location("forms", _path)
assert _spec is not None
assert _spec.loader is not None
forms: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(forms)

TALKS = [p for p in PROCEDURES if p.channel == "dialogue"]
STEPS_MAX = 40
CASES_MAX = 5
FINAL = (".cancel", ".withdraw", ".end", ".abolish")
"""Ends of kinds after which little can happen: taken more rarely."""
SETTINGS = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SEEDS = st.integers(0, 2**32)


def body_of(kind: str) -> dict[str, Any] | None:
    """The least body of a kind, or None where a form alone does not say what is needed."""
    form = BY_KIND[kind].bodies[kind]
    if not isinstance(form, Form) or form.also is not None:
        return None
    body: dict[str, Any] = forms.least(form)
    return None if forms.REF in body.values() else body


def begin(desk: Any, chosen: list[Procedure], rng: random.Random) -> None:
    procedure = rng.choice(chosen)
    kind = rng.choice([opening.kind for opening in procedure.openings])
    body = body_of(kind)
    if body is not None:
        to = tuple(f"{p}/watch" for p in desk.seat.parties if p != desk.party)
        desk.post(kind, body, to=to)


def cases(desk: Any) -> list[Case]:
    view = desk.seat.view
    found = [view.case(key) for key in sorted(view.registers.cases)]
    return [c for c in found if c is not None and c.strands and c.procedure in TALKS]


def can(desk: Any, case: Case, strand: str) -> list[str]:
    kinds = allowed(desk.seat.view, case, strand, desk.party)
    return [kind for kind in kinds if body_of(kind) is not None]


def mild(kinds: list[str]) -> list[str]:
    return [kind for kind in kinds if not kind.endswith(FINAL)]


def go_on(desk: Any, case: Case, strand: str, rng: random.Random) -> None:
    found = can(desk, case, strand)
    kind = rng.choice(mild(found) if mild(found) and rng.random() < 0.8 else found)
    whole = kind in case.procedure.whole
    strands = () if whole else (strand,)
    desk.post(kind, body_of(kind), case=case.opener, strands=strands)


def act(desk: Any, chosen: list[Procedure], rng: random.Random) -> None:
    found = [(c, s) for c in cases(desk) for s in c.strands if can(desk, c, s)]
    if rng.random() < 0.8:
        found = [(c, s) for c, s in found if mild(can(desk, c, s))]
    if not found or (len(cases(desk)) < CASES_MAX and rng.random() < 0.25):
        begin(desk, chosen, rng)
    else:
        go_on(desk, *rng.choice(found), rng)


def hear_some(desk: Any, other: Any, rng: random.Random) -> None:
    for origin in sorted(other.seat.copies):
        known = desk.seat.copies.get(origin)
        have = known.size if known is not None else 0
        size = other.seat.copies[origin].size
        if origin not in desk.seat.own.values() and size > have and rng.random() < 0.7:
            desk.hear(other, origin, rng.randint(have + 1, size))


def play(desks: Any, seed: int) -> Any:
    rng = random.Random(seed)
    world = desks.open_line(*("alpha", "bravo", "charlie")[: rng.choice((2, 2, 3))], seed=1)
    # A few kinds of talks at a time, so that each of them gets somewhere.
    chosen = rng.sample(TALKS, 3)
    for _ in range(rng.randrange(8, STEPS_MAX)):
        desk, other = rng.sample(world.desks, 2)
        if rng.random() < 0.3:
            hear_some(desk, other, rng)
        else:
            act(desk, chosen, rng)
        world.clock.wait(rng.choice((0, 1, 4_000)))
    world.sync()
    return world


def crossed(desk: Any) -> list[tuple[Case, str]]:
    view = desk.seat.view
    return [(c, s) for c in cases(desk) for s in c.strands if view.state(c, s) == CROSSED]


@SETTINGS
@given(seed=SEEDS)
def test_honest_parties_agree_on_the_state_and_leave_no_discrepancy(desks: Any, seed: int) -> None:
    world = play(desks, seed)
    for desk in world.desks:
        assert desk.seat.fold.registers.discrepancies == []
        for case in cases(desk):
            states = desk.seat.view.states(case).values()
            assert set(states) <= set(case.procedure.says), case.procedure.name


@SETTINGS
@given(seed=SEEDS)
def test_what_crossed_is_settled_by_whoever_it_belongs_to(desks: Any, seed: int) -> None:
    world = play(desks, seed)
    rng = random.Random(seed)
    by_party = {desk.party: desk for desk in world.desks}
    for _ in range(100):
        left = crossed(world.desks[0])
        if not left:
            break
        case, strand = left[0]
        owner = by_party[strand]
        found = owner.seat.view.case(case.key)
        assert can(owner, found, strand), (case.procedure.name, strand)
        go_on(owner, found, strand, rng)
        world.sync()
    assert crossed(world.desks[0]) == []


@SETTINGS
@given(seed=SEEDS, arrival=SEEDS)
def test_the_talks_add_up_to_one_state_in_whatever_order_they_arrive(
    desks: Any, seed: int, arrival: int
) -> None:
    world = play(desks, seed)
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
    assert fold.waiting == {}
    assert state_text(fold) == state_text(seat.fold)


def test_the_talks_reach_what_they_should(desks: Any) -> None:
    """A generator that never crosses would prove little."""
    seen = set()
    for seed in range(40):
        desk = play(desks, seed).desks[0]
        view = desk.seat.view
        for case in cases(desk):
            seen |= {f"{case.procedure.name} {s}" for s in view.states(case).values()}
    wanted = {
        *("mechanism accepted", "mechanism ended", "round agreed", "round postponed"),
        *("round crossed", "round closed", "round cancelled", "seat vacant", "contact held"),
        *("agenda left", "agenda withdrawn"),
    }
    assert wanted <= seen, wanted - seen
