"""The order of arrival decides nothing: any order that respects causes gives the same state."""

from __future__ import annotations

import functools
import itertools
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieline.errors import RefusedError
from tieline.procedures.procedure import roles_of
from tieline.record.entry import Ref
from tieline.record.message import Mark
from tieline.record.roster import Cutoff
from tieline.state.digest import state_digest, state_text, unreadable_digest
from tieline.state.fold import Fold, Item

PARTIES = ("alpha", "bravo", "charlie")
STEPS_MAX = 90
SEED_MAX = 29
LEVELS = ("FLASH", "ROUTINE", "")
SETTINGS = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, *HealthCheck]
)

SEEDS, COUNTS, ARRIVALS = st.integers(0, SEED_MAX), st.sampled_from((2, 3)), st.integers(0, 2**32)

# -- histories


def play(desks: Any, seed: int, parties: int) -> Any:
    """A line on which random officers did what the rules allow, hearing of each other by chance."""
    world = desks.open_line(*PARTIES[:parties], seed=1)
    rng = random.Random(seed)
    if rng.random() < 0.5:
        world.agree(desks.clause("levels", 'names = ["FLASH", "ROUTINE"]'))
    for _ in range(rng.randrange(20, STEPS_MAX)):
        desk = rng.choice(world.desks)
        if rng.random() < 0.4:
            hear_some(world, desk, rng)
        else:
            act(desks, desk, rng)
        world.clock.wait(rng.choice((0, 1, 30, 4_000)))
    world.sync()
    return world


def hear_some(world: Any, desk: Any, rng: random.Random) -> None:
    """A desk hears of part of one log from somebody."""
    other = rng.choice([d for d in world.desks if d is not desk])
    origin = rng.choice(sorted(other.seat.copies))
    size = other.seat.copies[origin].size
    if origin in desk.seat.own.values():
        return
    known = desk.seat.copies.get(origin)
    have = known.size if known is not None else 0
    if size > have:
        desk.hear(other, origin, rng.randint(have + 1, size))


def act(desks: Any, desk: Any, rng: random.Random) -> None:
    """One thing that an officer, a machine or a liar does."""
    move = rng.choice((say, *[step] * 9, suspend, suspend, draft, declare_roster, call, lie, twice))
    try:
        move(desks, desk, rng)
    except RefusedError:
        return


def office(desk: Any, rng: random.Random) -> str:
    others = [p for p in desk.seat.parties if p != desk.party]
    return f"{rng.choice(others)}/watch"


def say(desks: Any, desk: Any, rng: random.Random) -> None:
    channel = rng.choice(("dialogue", "safety"))
    to = {office(desk, rng) for _ in range(2)}
    desk.say(
        f"Message {rng.randrange(99)}",
        to=tuple(sorted(to)),
        level=rng.choice(LEVELS),
        mark=rng.choice(list(Mark)),
        body={"channel": channel},
    )


def suspend(desks: Any, desk: Any, rng: random.Random) -> None:
    standing = desk.seat.view.suspensions("dialogue")
    if standing and rng.random() < 0.6:
        lifts = [rng.choice(standing).opener.text()]
        desk.post("resumption.propose", {"lifts": lifts, "note": ""})
        return
    body = {"channel": "dialogue", "reason": "x", "conditions": []}
    desk.post("suspension.declare", body)


def draft(desks: Any, desk: Any, rng: random.Random) -> None:
    view = desk.seat.view
    case = view.framework()
    if case is not None and rng.random() < 0.5:
        body = {"version": view.in_force()[0] + 1, "digest": "00" * 32}
        if not desk.board().framework.next_digest:
            return
        body["digest"] = desk.agreed_digest()
        desk.post("framework.sign", body, case=case.opener)
        return
    clause = desks.clause("levels", rng.choice(('names = ["FLASH", "ROUTINE"]', "x = 1")))
    opener = case.opener if case is not None else None
    desk.post("framework.draft", desks.draft_body(clause), case=opener)


def declare_roster(desks: Any, desk: Any, rng: random.Random) -> None:
    if rng.random() < 0.7:
        desks.vacate(desk, rng.choice(("watch", "desk")), filled=rng.random() < 0.5)
        return
    cut = Cutoff(
        key=f"{desk.party}-p{rng.choice((1, 2))}",
        log=desk.seat.own[rng.choice(("main", "express"))],
        index=rng.randrange(1, 12),
        reason="stolen",
        suspect=rng.random() < 0.3,
    )
    desks.publish(desk, cutoffs=(cut,))


def step(desks: Any, desk: Any, rng: random.Random) -> None:
    """A step in some case, mostly one that its table has for this side."""
    view = desk.seat.view
    cases = [c for c in map(view.case, sorted(view.registers.cases)) if c is not None]
    cases = [c for c in cases if c.strands and c.procedure.name != "framework"]
    if not cases:
        return
    case = rng.choice(cases)
    strand = desk.party if desk.party in case.strands else rng.choice(sorted(case.strands))
    if rng.random() < 0.1:
        strand = rng.choice(sorted(case.strands))
    roles = roles_of(desk.party, opener=case.key.party, strand=strand)
    state = view.state(case, strand)
    kinds = sorted(case.procedure.kinds() - {o.kind for o in case.procedure.openings})
    fitting = [k for k in kinds if case.procedure.target(state, k, roles) is not None]
    if rng.random() < 0.8:
        fitting = [k for k in fitting if not k.endswith((".withdraw", ".expired"))]
    if not fitting and rng.random() < 0.9:
        return
    kind = rng.choice(fitting or kinds)
    body = body_of(desks, kind, sorted({t.state for t in view.tips(case, strand)}), rng)
    if kind.endswith((".expired", ".unreached")):
        desk.clock.wait(21_600)
        desk.machine(kind, body, case=case.opener, strands=(strand,))
    elif kind == "test.echo":
        desk.machine(kind, body, case=case.opener)
    else:
        desk.post(kind, body, case=case.opener, strands=(strand,))


def body_of(desks: Any, kind: str, states: list[str], rng: random.Random) -> Any:
    verb = kind.partition(".")[2]
    if verb in {"decline", "withdraw", "refuse", "dispute"}:
        return {"reason": "x"}
    if verb == "reconcile":
        return {"outcome": rng.choice(states), "note": ""}
    if verb in {"expired", "unreached"}:
        return desks.expiry_body(allowed=rng.choice((3_600, 21_600)))
    if verb == "echo":
        return {"rules": 1, "state": "00" * 32, "unreadable": "00" * 32, "text": ""}
    return desks.answer_body() if verb == "answer" else {"note": ""}


def call(desks: Any, desk: Any, rng: random.Random) -> None:
    """A test, or a correction of anything."""
    if rng.random() < 0.5:
        desks.call_test(desk)
        return
    ref = rng.choice(sorted(desk.seat.view.registers.steps_of))
    body = {"corrects": ref.text(), "texts": desks.texts("One."), "reason": ""}
    desk.post("correction.file", body)


def lie(desks: Any, desk: Any, rng: random.Random) -> None:
    """Something that no honest node files."""
    role = rng.choice(("main", "express"))
    kind = rng.choice(("message.say", "message.take", "roster.publish", "message.shout"))
    body = rng.choice(({}, {"x": [1, {"y": ""}]}, desks.say_body(), {"note": ""}))
    desk.forge(kind, body, role=role, people=(f"{desk.party}-p{rng.choice((1, 2))}",))


def twice(desks: Any, desk: Any, rng: random.Random) -> None:
    """The same id in both logs of a party, with the same or another content."""
    body = desks.say_body(rng.choice(("Convoy", "Another")))
    number = f"{rng.randrange(2):032x}"
    role = rng.choice(("main", "express"))
    to = (office(desk, rng),)
    desk.forge("message.say", body, role=role, id=number, to=to)


# -- arrivals


def items_of(world: Any) -> dict[str, list[Item]]:
    seat = world.desks[0].seat
    return {
        origin: [seat._item(origin, i) for i in range(copy.size)]
        for origin, copy in seat.copies.items()
        if copy.size
    }


def refold(world: Any, items: dict[str, list[Item]], rng: random.Random | None) -> Fold:
    """Fold the same entries again, arriving in an order of their own, some of them twice."""
    seat = world.desks[0].seat
    held = dict.fromkeys(items, 0)

    def source(origin: str, index: int) -> Item | None:
        return items[origin][index] if index < held.get(origin, 0) else None

    def root_at(origin: str, size: int) -> bytes | None:
        return seat.copies[origin].tree.root(size) if size <= held.get(origin, 0) else None

    fold = Fold(seat.line, seat.parties, source, root_at)
    first = [o for o in items if o.endswith("-1")]
    if rng is not None:
        rng.shuffle(first)
    for origin in first:
        fold.own(origin, origin.rpartition("/")[2].rpartition("-")[0])
    while any(held[o] < len(items[o]) for o in items):
        origin = (
            rng.choice(sorted(items))
            if rng is not None
            else min(o for o in items if held[o] < len(items[o]))
        )
        more = rng.randrange(1, 4) if rng is not None else 1
        held[origin] = min(len(items[origin]), held[origin] + more)
        if rng is None or rng.random() < 0.7:
            fold.advance()
    fold.advance()
    return fold


@functools.cache
def histories(seed: int, parties: int, desks: Any) -> tuple[Any, dict[str, list[Item]]]:
    world = play(desks, seed, parties)
    return world, items_of(world)


@SETTINGS
@given(seed=SEEDS, parties=COUNTS, arrival=st.integers(0, 2**32))
def test_any_arrival_gives_the_same_state(
    desks: Any, seed: int, parties: int, arrival: int
) -> None:
    world, items = histories(seed, parties, desks)
    fold = refold(world, items, random.Random(arrival))
    assert fold.waiting == {}
    assert state_text(fold) == state_text(world.desks[0].seat.fold)
    assert unreadable_digest(fold) == unreadable_digest(world.desks[0].seat.fold)
    assert sorted((d.ref, d.outcome, d.detail) for d in fold.registers.discrepancies) == sorted(
        (d.ref, d.outcome, d.detail) for d in world.desks[0].seat.fold.registers.discrepancies
    )


@SETTINGS
@given(seed=SEEDS, parties=COUNTS)
def test_all_parties_compute_one_digest_and_one_board(desks: Any, seed: int, parties: int) -> None:
    world, _ = histories(seed, parties, desks)
    assert len({desk.digest() for desk in world.desks}) == 1
    boards = {repr(desk.board(own="nobody", held=lambda _r, _p: None)) for desk in world.desks}
    assert len(boards) == 1


@SETTINGS
@given(seed=SEEDS, parties=COUNTS, arrival=st.integers(0, 2**32))
def test_the_digest_of_an_older_past_stays_when_more_arrives(
    desks: Any, seed: int, parties: int, arrival: int
) -> None:
    world, items = histories(seed, parties, desks)
    rng = random.Random(arrival)
    fold = refold(world, items, rng)
    whole = world.desks[0].seat.fold
    for origin, entries in items.items():
        index = rng.randrange(len(entries))
        ref = entries[index].ref
        assert state_digest(fold, fold.past_of(ref)) == state_digest(whole, whole.past_of(ref))
        assert ref.origin == origin


@SETTINGS
@given(seed=SEEDS, parties=COUNTS)
def test_a_digest_computed_on_the_way_is_the_one_computed_at_the_end(
    desks: Any, seed: int, parties: int
) -> None:
    world, items = histories(seed, parties, desks)
    rng = random.Random(seed)
    seat = world.desks[0].seat
    held = dict.fromkeys(items, 0)
    fold = Fold(
        seat.line,
        seat.parties,
        lambda o, i: items[o][i] if i < held.get(o, 0) else None,
        lambda o, n: seat.copies[o].tree.root(n) if n <= held.get(o, 0) else None,
    )
    for origin in [o for o in items if o.endswith("-1")]:
        fold.own(origin, origin.rpartition("/")[2].rpartition("-")[0])
    noted = []
    for origin in rng.sample(sorted(items) * 8, len(items) * 8):
        held[origin] = min(len(items[origin]), held[origin] + 4)
        fold.advance()
        noted.append((fold.registers.full, state_digest(fold)))
    assert [state_digest(fold, past) for past, _ in noted] == [digest for _, digest in noted]


@SETTINGS
@given(seed=SEEDS, parties=COUNTS)
def test_tie_breaks_between_entries_that_did_not_see_each_other_decide_nothing(
    desks: Any, seed: int, parties: int
) -> None:
    world, items = histories(seed, parties, desks)

    def flipped(one: Ref, other: Ref) -> bool:
        return (other.origin, other.index) < (one.origin, one.index)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ref, "__lt__", flipped)
        fold = refold(world, items, None)
        text = state_text(fold)
        terms = fold.view.terms()
    assert text == state_text(world.desks[0].seat.fold)
    assert terms == world.desks[0].seat.view.terms()


def test_a_message_filed_twice_at_once_is_shown_alike_whichever_came_first(desks: Any) -> None:
    world = desks.open_line("alpha", "bravo", "charlie")
    alpha, bravo, charlie = world.desks
    one = alpha.say(to=("bravo/watch",), id="ab" * 16)
    world.clock.wait(100)
    other = alpha.forge(
        "message.say", desks.say_body(), role="express", to=("bravo/watch",), id="ab" * 16
    )
    bravo.hear(alpha, one.origin)
    charlie.hear(alpha, other.origin)
    world.sync()
    shown = [desk.board(own="nobody", held=lambda _r, _p: None).levels for desk in world.desks]
    assert shown[0] == shown[1] == shown[2]


def test_the_histories_reach_every_corner_that_they_should(desks: Any) -> None:
    """A generator that never crosses or lies would prove little."""
    seen: set[str] = set()
    for seed, parties in itertools.product(range(SEED_MAX + 1), (2, 3)):
        world, _ = histories(seed, parties, desks)
        view = world.desks[0].seat.view
        for case in map(view.case, view.registers.cases):
            assert case is not None
            seen |= {f"{case.procedure.name} {s}" for s in view.states(case).values()}
        seen |= {d.outcome.name for d in view.registers.discrepancies}
        seen |= {"in force"} if view.in_force()[0] else set()
    wanted = {
        *("message sent", "message taken", "message answered", "message declined"),
        *("message crossed", "message withdrawn", "message not held", "in force"),
        *("resumption accepted", "resumption proposed", "resumption refused"),
        *("BAD_BODY", "UNKNOWN_KIND", "NOT_ENTITLED", "SAME_ID"),
    }
    assert wanted <= seen, wanted - seen
