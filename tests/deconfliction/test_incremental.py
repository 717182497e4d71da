"""One at a time gives what all at once gives, whatever came, went and was replaced before."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.deconfliction.bulk import all_pairs
from tieline.deconfliction.compiled import has_numba
from tieline.deconfliction.incremental import Engine
from tieline.deconfliction.packing import pack
from tieline.errors import UsageError

FAR = np.array([[0.0, 3_000.0], [3_000.0, 20_000.0]])
COUNT = 60
HOW = [False, True] if has_numba() else [False]


def party_class(n: int) -> dict[str, Any]:
    return {"party": n % 4, "klass": n % 2}


def met_one_by_one(engine: Engine, rows: dict[int, int]) -> dict[tuple[int, int], float]:
    name = {row: n for n, row in rows.items()}
    found = {}
    for row in rows.values():
        met = engine.meets(row)
        for (one, other), gap in zip(met.pairs.tolist(), met.gap_m.tolist(), strict=True):
            first, second = sorted((name[one], name[other]))
            found[first, second] = gap
    return found


def met_at_once(given_: list[Any], left: list[int], *, compiled: bool) -> Any:
    kinds = [party_class(n) for n in left]
    packed = pack(
        [given_[n] for n in left],
        party=[kind["party"] for kind in kinds],
        klass=[kind["klass"] for kind in kinds],
    )
    found = all_pairs(packed, FAR, compiled=compiled)
    pairs = zip(found.pairs.tolist(), found.gap_m.tolist(), strict=True)
    return {(left[i], left[j]): gap for (i, j), gap in pairs}


@pytest.mark.parametrize("compiled", HOW)
@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 10_000))
def test_any_order_of_arrivals_gives_what_bulk_finds_of_what_is_left(volumes, compiled, seed):
    given_, chance = volumes(COUNT, seed), random.Random(seed)
    engine, rows = Engine(FAR, compiled=compiled), {}
    order = chance.sample(range(COUNT), COUNT)
    for n in order:
        rows[n] = engine.add(given_[n], **party_class(n))
        if chance.random() < 0.3:
            gone = chance.choice(sorted(rows))
            engine.remove(rows.pop(gone))
        if rows and chance.random() < 0.3:
            # First something else stands there, then what is due.
            again = chance.choice(sorted(rows))
            between = engine.replace(rows[again], given_[n], party=3, klass=1)
            rows[again] = engine.replace(between, given_[again], **party_class(again))

    found = met_one_by_one(engine, rows)

    assert found == met_at_once(given_, sorted(rows), compiled=compiled)
    assert len(engine) == len(rows)


@pytest.mark.parametrize("compiled", HOW)
def test_what_is_loaded_at_once_is_held_like_what_came_singly(volumes, compiled):
    given_ = volumes(120, 5)
    packed = pack(
        given_[:100], party=[n % 4 for n in range(100)], klass=[n % 2 for n in range(100)]
    )
    engine = Engine(FAR, compiled=compiled)
    rows = dict(enumerate(engine.load(packed).tolist()))
    for n in range(100, 120):
        rows[n] = engine.add(given_[n], **party_class(n))

    found = met_one_by_one(engine, rows)

    assert found == met_at_once(given_, list(range(120)), compiled=compiled)
    held, numbers = engine.packed()
    assert held.rows == len(numbers) == 120
    assert len(all_pairs(held, FAR, compiled=compiled).pairs) == len(found)


@pytest.mark.parametrize("compiled", HOW)
def test_a_question_leaves_nothing_behind(volumes, compiled):
    given_ = volumes(80, 2)
    engine = Engine(FAR, compiled=compiled)
    for n in range(79):
        engine.add(given_[n], **party_class(n))

    before = engine.query(given_[79], **party_class(79))
    row = engine.add(given_[79], **party_class(79))
    after = engine.meets(row)

    assert (before.pairs[:, 0] == -1).all()
    assert before.pairs[:, 1].tolist() == after.pairs[:, 1].tolist()
    assert before.gap_m.tolist() == after.gap_m.tolist()
    assert len(engine) == 80


@pytest.mark.parametrize("compiled", HOW)
def test_what_is_over_is_dropped_as_time_passes(volumes, compiled):
    given_ = volumes(60, 4)
    ends = [volume.window.spans[0].end_ms for volume in given_]
    now = sorted(ends)[30]
    engine = Engine(FAR, compiled=compiled)
    rows = {engine.add(volume, party=0): end for volume, end in zip(given_, ends, strict=True)}

    dropped = engine.pass_time(now)

    assert {rows[row] for row in dropped.tolist()} == {end for end in ends if end <= now}
    assert len(engine) == sum(end > now for end in ends)
    assert all((row in engine) == (end > now) for row, end in rows.items())


def test_rows_that_are_not_held_are_refused():
    engine = Engine(FAR)

    for act in (engine.remove, engine.meets):
        with pytest.raises(UsageError, match="not held"):
            act(3)
