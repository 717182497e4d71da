"""Snapshots of a seat: what its machine has to do, and the checks that stay."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from tieline.errors import TielineError
from tieline.replication import snapshots
from tieline.replication.effects import Now
from tieline.replication.seat import Seat
from tieline.replication.step import load
from tieline.state import snapshot


def beside(name: str) -> Any:
    """A module beside this one, by path: the tests are no package."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"tieline_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


folds = beside("test_snapshot")
told, history, differing, READER = folds.told, folds.history, folds.differing, folds.READER

NOW = Now(wall_ms=1_795_260_000_000, elapsed_ms=5)


def same_place(seat: Seat, reader: Any = None) -> Seat:
    """A fresh seat on the same store."""
    return Seat(
        line=seat.line,
        party=seat.party,
        parties=seat.parties,
        own=seat.own,
        mirror=seat.mirror,
        reader=reader or seat.reader,
        tools=seat.tools,
    )


def cold_seat(told: Any) -> Seat:
    seat = same_place(told.seat)
    load(seat, NOW)
    return seat


class Altered:
    """A store that answers some questions otherwise."""

    def __init__(self, reader: Any, **answers: Any) -> None:
        self._reader = reader
        vars(self).update(answers)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_seat_thaws_to_what_it_was(desks: Any, seed: int) -> None:
    cold = cold_seat(history(desks, seed, 2))
    warm = same_place(cold)
    assert snapshots.thaw(warm, snapshots.freeze(cold, READER), READER, NOW) == ""
    assert set(warm.copies) == set(cold.copies)
    load(warm, NOW)
    assert differing(warm.fold, cold.fold) == []
    for name in ("watched", "to_open", "to_echo", "open_since_ms", "held", "given", "clocks"):
        assert getattr(warm, name) == getattr(cold, name), name
    assert {o: (c.size, c.head, c.last) for o, c in warm.copies.items()} == {
        o: (c.size, c.head, c.last) for o, c in cold.copies.items()
    }


@pytest.mark.parametrize("damage", [b"", b"nonsense", snapshot.MAGIC])
def test_a_seat_that_cannot_thaw_says_why_and_folds_the_record(told: Any, damage: bytes) -> None:
    cold = cold_seat(told)
    seat = same_place(cold)
    assert snapshots.thaw(seat, damage, READER, NOW).startswith("a snapshot")
    assert not seat.copies
    load(seat, NOW)
    assert differing(seat.fold, cold.fold) == []


def test_the_signed_heads_are_verified_with_a_snapshot_as_without(told: Any) -> None:
    cold = cold_seat(told)
    data = snapshots.freeze(cold, READER)
    store = Altered(cold.reader, checkpoint=lambda _: (1, b"not a signed head\n"))
    seat = same_place(cold, store)
    assert snapshots.thaw(seat, data, READER, NOW)
    with pytest.raises(TielineError):
        load(seat, NOW)


def test_what_was_said_since_is_not_said_again(told: Any) -> None:
    cold = cold_seat(told)
    data = snapshots.freeze(cold, READER)
    ref = cold.to_open[0][0]

    def local(key: str) -> bytes | None:
        said = str(ref.index + 1).encode()
        return said if key == f"opened/{ref.origin}" else cold.reader.local(key)

    warm = same_place(cold, Altered(cold.reader, local=local))
    assert snapshots.thaw(warm, data, READER, NOW) == ""
    assert ref not in [item[0] for item in warm.to_open]
    assert len(warm.to_open) < len(cold.to_open)
