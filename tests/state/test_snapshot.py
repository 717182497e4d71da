"""Snapshots: what is loaded and folded on is what folding from the start gives."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.util
import marshal
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tieline.errors import MalformedError
from tieline.record.entry import Ref
from tieline.record.merkle import Tree
from tieline.replication.seat import Seat
from tieline.state import snapshot
from tieline.state.digest import state_digest, unreadable_digest
from tieline.state.fold import Fold, Item
from tieline.state.packings import POSITION_BITS, SHAPE
from tieline.state.registers import OpenedAt
from tieline.state.shelf import Shelf

READER = b"a reading key"
SEEDS, PARTIES = st.integers(0, 5), st.sampled_from((2, 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A record: entries in an order in which a node could have come to hold them."""

    seat: Seat
    items: tuple[Item, ...]

    def tree(self, origin: str) -> Tree | None:
        copy = self.seat.copies.get(origin)
        return copy.tree if copy is not None else None


def beside(name: str) -> ModuleType:
    """A module beside this one, by path: the tests are no package."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"tieline_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


play = beside("test_order").play


@cache
def history(desks: Any, seed: int, parties: int) -> History:
    """What random officers and liars did, with machines, a lost disk and closed eyes on top."""
    world = play(desks, seed, parties)
    alpha, bravo, *_ = world.desks
    hidden = alpha.say(to=("bravo/watch",))
    bravo.blind.add(alpha.seat.item(hidden.origin, hidden.index).entry.payloads[0].digest)
    alpha.deliver(bravo)
    items = [{"ref": ref.text(), "result": "ok"} for ref in (hidden, alpha.say())]
    bravo.machine("opened.batch", {"items": items})
    go_on(desks, alpha)
    alpha.say("From the new log", to=("bravo/watch",))
    for _ in range(2):
        alpha.deliver(bravo)
        bravo.deliver(alpha)
    seat = bravo.seat
    held = {
        (origin, index): seat.item(origin, index)
        for origin in seat.copies
        for index in range(seat.fold.size(origin))
    }
    fold = Fold(seat.line, seat.parties, lambda o, i: held.get((o, i)), seat._root_at)
    for origin, owner in seat.fold.registers.owners.items():
        fold.own(origin, owner)
    order = [held[f.ref.origin, f.ref.index] for f in fold.advance()]
    assert len(order) == len(held)
    return History(seat=seat, items=tuple(order))


def go_on(desks: Any, desk: Any) -> None:
    """Open the next generation of a desk's logs, which nobody has heard of yet."""
    old = desk.seat.own["main"]
    copy = desk.seat.copies[old]
    copy.head_size = copy.size
    root = copy.tree.root(copy.size).hex()
    desk.seat.own = {
        role: desks.fd.log_origin(desk.seat.line, desk.party, role, 2)
        for role in ("main", "express")
    }
    body = {"continues": old, "size": copy.size, "root": root, "reason": "The disk was lost."}
    desk.post("generation.open", body)


@pytest.fixture
def told(desks: Any) -> History:
    return history(desks, 1, 2)


class Reader:
    """Folds a history entry by entry, and can go on from a snapshot."""

    def __init__(self, told: History) -> None:
        self.told = told
        self.given: dict[tuple[str, int], Item] = {}
        self.fold = self.fresh()
        for origin, owner in told.seat.fold.registers.owners.items():
            self.fold.own(origin, owner)

    def fresh(self) -> Fold:
        seat = self.told.seat
        return Fold(seat.line, seat.parties, lambda o, i: self.given.get((o, i)), seat._root_at)

    def take(self, *items: Item) -> None:
        for item in items:
            self.given[item.ref.origin, item.ref.index] = item
            assert len(self.fold.advance()) == 1

    def dump(self) -> bytes:
        return snapshot.dump(self.fold, self.told.tree, reader=READER, beside=("kept", 1))

    def load(self, data: bytes) -> None:
        found = snapshot.read(data)
        assert found.beside == ("kept", 1)
        self.fold = self.fresh()
        snapshot.check(found, self.fold.registers, self.told.tree, reader=READER)
        snapshot.fill(self.fold, found, self.told.tree)


def filled(told: History) -> Reader:
    reader = Reader(told)
    reader.take(*told.items)
    return reader


def plain(value: Any) -> Any:
    """A value with everything in it, and nothing lazy about it."""
    if isinstance(value, Shelf):
        return {key: plain(value[key]) for key in value}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(plain(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type | Ref):
        names = [field.name for field in dataclasses.fields(value)]
        return type(value).__name__, [(name, plain(getattr(value, name))) for name in names]
    return value


def whole(fold: Fold) -> dict[str, Any]:
    """Every register and every list of a fold, by name."""
    # Terms are read anew from the texts that they stand in.
    registers = {k: plain(v) for k, v in vars(fold.registers).items() if k not in ("logs", "terms")}
    return registers | {
        "origins": list(fold.registers.logs.origins),
        "positions": dict(fold.registers.logs._position),
        "pasts": plain(fold.pasts),
        "chains": plain(fold.chains),
    }


def differing(one: Fold, other: Fold) -> list[str]:
    """Names of what two folds do not hold alike."""
    left, right = whole(one), whole(other)
    return [name for name in left | right if left.get(name) != right.get(name)]


@given(seed=SEEDS, parties=PARTIES)
@examples(max_examples=4)
def test_a_fold_that_is_saved_and_loaded_after_every_entry_ends_as_one_that_never_was(
    desks: Any, seed: int, parties: int
) -> None:
    told = history(desks, seed, parties)
    cold, warm = Reader(told), Reader(told)
    for item in told.items:
        cold.take(item)
        warm.take(item)
        warm.load(warm.dump())
        assert state_digest(warm.fold) == state_digest(cold.fold)
    assert unreadable_digest(warm.fold) == unreadable_digest(cold.fold)
    assert differing(warm.fold, cold.fold) == []


@given(seed=SEEDS, parties=PARTIES, at=st.floats(0, 1), chance=st.integers(0, 2**32))
@examples(max_examples=15)
def test_from_a_snapshot_at_any_prefix_the_rest_is_folded_alike(
    desks: Any, seed: int, parties: int, at: float, chance: int
) -> None:
    told, look = history(desks, seed, parties), Random(chance)
    prefix = round(at * len(told.items))
    cold, warm = Reader(told), Reader(told)
    cold.take(*told.items[:prefix])
    warm.take(*told.items[:prefix])
    warm.load(warm.dump())
    if look.random() < 0.5:
        assert differing(warm.fold, cold.fold) == []
    cold.take(*told.items[prefix:])
    warm.take(*told.items[prefix:])
    for past in (None, look.choice(cold.fold.pasts[told.items[-1].ref.origin])):
        assert state_digest(warm.fold, past) == state_digest(cold.fold, past)
    assert differing(warm.fold, cold.fold) == []


def test_the_histories_have_what_a_snapshot_could_get_wrong(desks: Any) -> None:
    """The properties above are worth what their histories are worth."""
    seen = [filled(history(desks, s, p)).fold.registers for s in range(6) for p in (2, 3)]
    for name in "cases ids opened clauses texts signed generations discrepancies lifts".split():
        assert any(len(getattr(registers, name)) for registers in seen), name
    assert any(len(uses) > 1 for registers in seen for uses in registers.ids.values())
    assert any(len(known) > 1 for registers in seen for known in registers.rosters.values())
    assert any(len(case.openers) > 1 for registers in seen for case in registers.cases.values())


def test_the_fold_that_was_saved_goes_on_as_before(told: History) -> None:
    cold, saved = filled(told), filled(told)
    assert saved.dump() == saved.dump()
    assert differing(saved.fold, cold.fold) == []
    saved.dump()
    assert state_digest(saved.fold) == state_digest(cold.fold)


def test_loading_builds_no_cases(told: History) -> None:
    reader = filled(told)
    reader.load(reader.dump())
    registers = reader.fold.registers
    for shelf in (registers.cases, registers.ids, registers.steps_of, registers.opened):
        assert isinstance(shelf, Shelf)
        assert len(shelf) > 0
        assert not shelf._fresh
    cases = registers.cases
    assert isinstance(cases, Shelf)
    key = next(iter(cases))
    assert cases[key].key == key
    assert len(cases._fresh) == 1


def test_a_case_that_was_looked_at_stays_the_same_object(told: History) -> None:
    reader = filled(told)
    reader.load(reader.dump())
    cases = reader.fold.registers.cases
    key = next(iter(cases))
    count = len(cases)
    assert cases[key] is cases[key]
    assert key in cases
    assert len(cases) == len(list(cases)) == count


def test_a_case_that_grew_after_it_was_packed_is_packed_again(told: History) -> None:
    cold, saved = filled(told), Reader(told)
    for item in told.items:
        saved.take(item)
        saved.dump()
    before = saved.fold.registers.cases
    key = next(iter(before))
    assert saved.fold.registers.cases[key] is before[key]
    saved.load(saved.dump())
    assert differing(saved.fold, cold.fold) == []


def test_a_shelf_changes_like_any_mapping(told: History) -> None:
    reader = filled(told)
    reader.load(reader.dump())
    ids = reader.fold.registers.ids
    first, second, *_ = ids
    ids[first] = []
    assert ids[first] == []
    del ids[first], ids[second]
    assert first not in ids
    assert ids.get(second) is None
    with pytest.raises(KeyError):
        del ids[first]


def test_what_a_peer_claims_to_have_opened_is_kept_even_if_nobody_holds_it(told: History) -> None:
    reader = filled(told)
    origin = reader.told.items[0].ref.origin
    foreign = [
        Ref(f"{reader.told.seat.line}/nobody-9", 7, bytes(32)),
        Ref(origin, 0, b"\x01" * 32),
        Ref(origin, 10**9, bytes(32)),
    ]
    for ref in foreign:
        fact = OpenedAt(by=ref, party="bravo", result="ok", time_s=1)
        reader.fold.registers.opened[ref] = [fact]
    reader.load(reader.dump())
    opened = reader.fold.registers.opened
    assert set(foreign) <= set(opened)
    for ref in foreign:
        assert opened[ref] == [OpenedAt(by=ref, party="bravo", result="ok", time_s=1)]


def test_an_entry_is_one_integer_of_log_and_index(told: History) -> None:
    reader = filled(told)
    known = set(reader.fold.registers.steps_of)
    reader.dump()
    steps_of, origins = reader.fold.registers.steps_of, reader.fold.registers.logs.origins
    assert isinstance(steps_of, Shelf)
    codes = [code for code in steps_of.packed() if isinstance(code, int)]
    places = {(origins[c & (1 << POSITION_BITS) - 1], c >> POSITION_BITS) for c in codes}
    assert places == {(ref.origin, ref.index) for ref in known}


# -- what is not believed


@given(data=st.data())
@examples(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_snapshot_with_any_byte_changed_is_refused(told: History, data: st.DataObject) -> None:
    good = filled(told).dump()
    at = data.draw(st.integers(0, len(good) - 1))
    bad = good[:at] + bytes([good[at] ^ data.draw(st.integers(1, 255))]) + good[at + 1 :]
    with pytest.raises(MalformedError):
        snapshot.read(bad)


def test_a_snapshot_of_values_with_other_fields_is_refused(
    told: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = filled(told).dump()
    monkeypatch.setattr(snapshot, "SHAPE", b"fields of another version")
    with pytest.raises(MalformedError, match="fields"):
        snapshot.read(data)


@pytest.mark.parametrize("cut", [0, 5, len(snapshot.MAGIC), len(snapshot.MAGIC) + 32, -1])
def test_a_torn_snapshot_is_refused(told: History, cut: int) -> None:
    with pytest.raises(MalformedError):
        snapshot.read(filled(told).dump()[:cut])


def remade(data: bytes, part: int, at: int, value: Any) -> bytes:
    """A snapshot changed in its head (part 0) or body (1), under its own hash."""
    parts = list(map(list, marshal.loads(data[len(snapshot.MAGIC) + 32 :])))
    parts[part][at] = value(parts[part][at]) if callable(value) else value
    payload = marshal.dumps(tuple(map(tuple, parts)), 2)
    return snapshot.MAGIC + hashlib.sha256(SHAPE + payload).digest() + payload


@pytest.mark.parametrize(
    ("at", "value", "why"),
    [
        (0, 99, "rules 99"),
        (1, "tieline.invalid/other", "another line"),
        (2, {}, "another line or of other parties"),
        (3, b"another key", "reading key"),
        (4, lambda covers: [(o, n, bytes(32)) for o, n, _ in covers], "other entries"),
        (4, lambda covers: [(o, n + 10**6, r) for o, n, r in covers], "other entries"),
        (4, lambda covers: [("x/nobody-1", n, r) for _, n, r in covers], "other entries"),
    ],
    ids=["rules", "line", "parties", "reader", "root", "size", "log"],
)
def test_a_snapshot_of_something_else_is_refused(
    told: History, at: int, value: Any, why: str
) -> None:
    reader = filled(told)
    found = snapshot.read(remade(reader.dump(), 0, at, value))
    with pytest.raises(MalformedError, match=why):
        snapshot.check(found, reader.fresh().registers, reader.told.tree, reader=READER)


@pytest.mark.parametrize("at", [0, 5, 6, 7])
def test_a_body_of_another_shape_is_refused(told: History, at: int) -> None:
    reader = filled(told)
    found = snapshot.read(remade(reader.dump(), 1, at, 7))
    with pytest.raises(MalformedError, match="does not fit"):
        snapshot.fill(reader.fresh(), found, reader.told.tree)


@pytest.mark.parametrize(
    "payload", [b"", b"N", b"(\x01\x00\x00\x00N", b"i\x05\x00\x00\x00", b"\xff"]
)
def test_a_whole_file_of_nonsense_is_refused(payload: bytes) -> None:
    data = snapshot.MAGIC + hashlib.sha256(SHAPE + payload).digest() + payload
    with pytest.raises(MalformedError, match="cannot be decoded"):
        snapshot.read(data)
