"""Every pair is found once, and no other: against all pairs taken one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.deconfliction.bulk import all_pairs, exact
from tieline.deconfliction.packed import Packed, packed_rings
from tieline.deconfliction.packing import pack

TOUCHING = np.zeros((1, 1))


def world(count: int, seed: int, *, around: tuple[float, float] | None = None) -> dict[str, Any]:
    """Rings of 4 to 9 corners, small and large, near a place or anywhere, within ten days."""
    rng = np.random.default_rng(seed)
    corners = rng.integers(4, 10, count)
    first = np.concatenate(([0], np.cumsum(corners))).astype(np.int64)
    row = np.repeat(np.arange(count), corners)
    turn = np.arange(first[-1]) - first[:-1][row]
    angle = 2 * np.pi * (turn + rng.uniform(0, 0.7, first[-1])) / corners[row]
    size = np.exp(rng.uniform(np.log(0.02), np.log(3.0), count))
    lat, lon = rng.uniform(-70, 70, count), rng.uniform(-170, 170, count)
    if around is not None:
        lat, lon = around[0] + rng.normal(0, 2, count), around[1] + rng.normal(0, 2, count)
    start = rng.integers(0, 10 * 86_400_000, count)
    lower = rng.integers(0, 5_000, count).astype(np.int32)
    return {
        "lat_deg": np.clip(lat[row] + size[row] * np.sin(angle), -89.9, 89.9),
        "lon_deg": lon[row] + size[row] * np.cos(angle) / np.cos(np.radians(lat[row])),
        "first": first,
        "start_ms": start,
        "end_ms": start + rng.integers(3_600_000, 3 * 86_400_000, count),
        "lower_m": lower,
        "upper_m": lower + rng.integers(0, 3_000, count).astype(np.int32),
        "party": rng.integers(0, 4, count).astype(np.int32),
    }


def one_by_one(packed: Packed, separation_m: np.ndarray) -> list[tuple[int, int]]:
    """Every pair in turn, with no cells and no order of time."""
    n = packed.rows
    i, j = np.triu_indices(n, 1)
    meet = packed.party[i] != packed.party[j]
    meet &= (packed.start_ms[i] <= packed.end_ms[j]) & (packed.start_ms[j] <= packed.end_ms[i])
    meet &= (packed.lower_m[i] <= packed.upper_m[j]) & (packed.lower_m[j] <= packed.upper_m[i])
    pairs = np.stack((i[meet], j[meet]), axis=1).astype(np.int32)
    return [tuple(pair) for pair in exact(packed, pairs, separation_m).pairs.tolist()]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.booleans(), st.sampled_from([None, (0.0, 0.0), (60.0, 20.0)]))
def test_the_grid_finds_what_going_through_all_pairs_finds(seed, flat, around):
    packed = packed_rings(**world(120, seed, around=around), flat=flat)

    found = all_pairs(packed, TOUCHING)

    assert [tuple(pair) for pair in found.pairs.tolist()] == one_by_one(packed, TOUCHING)


@pytest.mark.parametrize("flat", [False, True])
def test_compiled_and_plain_find_the_same_with_any_number_of_threads(flat):
    pytest.importorskip("numba", reason="numba is absent: only plain numpy was tested")
    packed = packed_rings(**world(2_000, 3, around=(50.0, 5.0)), flat=flat)
    plain = all_pairs(packed, TOUCHING, compiled=False)

    for workers in (1, 2, 5):
        found = all_pairs(packed, TOUCHING, compiled=True, workers=workers)

        assert found.pairs.tolist() == plain.pairs.tolist()
        assert found.gap_m == pytest.approx(plain.gap_m, abs=1e-4)
    assert len(plain.pairs) > 1_000


def test_pairs_of_one_party_are_found_if_asked_for():
    packed = packed_rings(**world(200, 9, around=(10.0, 0.0)), flat=False)

    other = all_pairs(packed, TOUCHING)
    own = all_pairs(packed, TOUCHING, own_too=True)

    same = packed.party[own.pairs[:, 0]] == packed.party[own.pairs[:, 1]]
    assert same.any()
    assert own.pairs[~same].tolist() == other.pairs.tolist()


def test_volumes_of_any_kind_are_found_alike_by_both_engines(volumes):
    pytest.importorskip("numba", reason="numba is absent: only plain numpy was tested")
    far = np.array([[0.0, 3_000.0], [3_000.0, 20_000.0]])
    for seed in range(4):
        given_ = volumes(160, seed)
        packed = pack(given_, party=[n % 4 for n in range(160)], klass=[n % 2 for n in range(160)])

        plain = all_pairs(packed, far, compiled=False)
        fast = all_pairs(packed, far, compiled=True)

        assert fast.pairs.tolist() == plain.pairs.tolist()
        assert fast.gap_m == pytest.approx(plain.gap_m, abs=1e-3)
        assert len(plain.pairs) > 20


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from([(0.0, 180.0), (89.0, 0.0), (-88.5, 100.0)]))
def test_seams_of_the_map_are_no_seams(seed, around):
    packed = packed_rings(**world(60, seed, around=around), flat=False)
    wide = np.full((1, 1), 20_000.0)

    found = all_pairs(packed, wide)

    assert [tuple(pair) for pair in found.pairs.tolist()] == one_by_one(packed, wide)


def test_turning_the_globe_changes_no_pair():
    given_ = world(300, 5, around=(40.0, 10.0))
    turned = {**given_, "lon_deg": given_["lon_deg"] + 169.3}

    one = all_pairs(packed_rings(**given_, flat=False), TOUCHING)
    other = all_pairs(packed_rings(**turned, flat=False), TOUCHING)

    assert one.pairs.tolist() == other.pairs.tolist()
    assert one.gap_m == pytest.approx(other.gap_m, abs=1e-3)


def test_one_volume_alone_meets_nothing():
    assert len(all_pairs(packed_rings(**world(1, 1), flat=False), TOUCHING).pairs) == 0
