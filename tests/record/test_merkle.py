"""The tree of RFC 6962: roots, proofs, and what must fail."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import BrokenProofError, MalformedError, UnverifiedError
from tieline.record.merkle import (
    EMPTY_ROOT,
    PROOF_HASHES_MAX,
    Frontier,
    Tree,
    consistency_proof,
    hash_leaf,
    inclusion_proof,
    root_of,
    verify_consistency,
    verify_inclusion,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAVES = tuple(hash_leaf(b"leaf %d" % number) for number in range(300))
TREE = Tree(LEAVES)
SIZES = st.integers(1, len(LEAVES))


def by_the_book(leaves: Sequence[bytes]) -> bytes:
    """MTH as RFC 6962 section 2.1 writes it down."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\x01" + by_the_book(leaves[:k]) + by_the_book(leaves[k:])).digest()


def path_by_the_book(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if m < k:
        return [*path_by_the_book(m, leaves[:k]), by_the_book(leaves[k:])]
    return [*path_by_the_book(m - k, leaves[k:]), by_the_book(leaves[:k])]


def subproof_by_the_book(m: int, leaves: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2."""
    if m == len(leaves):
        return [] if whole else [by_the_book(leaves)]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if m <= k:
        return [*subproof_by_the_book(m, leaves[:k], whole=whole), by_the_book(leaves[k:])]
    return [*subproof_by_the_book(m - k, leaves[k:], whole=False), by_the_book(leaves[:k])]


@cache
def root(size: int) -> bytes:
    return by_the_book(LEAVES[:size])


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("size", range(len(LEAVES) + 1))
def test_four_ways_to_a_root_agree_at_every_size(size: int) -> None:
    assert root_of(LEAVES[:size]) == root(size)
    assert Frontier().extend(LEAVES[:size]).root() == root(size)
    assert TREE.root(size) == root(size)
    assert TREE.frontier(size).root() == root(size)


def test_a_tree_grown_leaf_by_leaf_is_the_tree_grown_at_once() -> None:
    grown, frontier = Tree(), Frontier()
    for size, leaf in enumerate(LEAVES, 1):
        grown.append(leaf)
        frontier = frontier.append(leaf)
        assert (grown.size, frontier.size) == (size, size)
        assert grown.root() == frontier.root() == root(size)
    assert all(
        grown.hashes(level, 0, 300) == TREE.hashes(level, 0, 300) for level in range(grown.size)
    )


@given(st.lists(st.integers(0, 70), max_size=5))
def test_a_tree_grown_in_steps_is_the_tree_grown_at_once(steps: list[int]) -> None:
    grown, at = Tree(), 0
    for step in steps:
        grown.extend(LEAVES[at : at + step])
        at = min(len(LEAVES), at + step)
    assert grown.root() == root(at)


@pytest.mark.parametrize("size", range(1, len(LEAVES) + 1))
def test_every_leaf_of_every_size_is_proven(size: int) -> None:
    for index in range(0, size, 1 + size // 20):
        proof = TREE.inclusion_proof(index, size)
        assert list(proof) == path_by_the_book(index, LEAVES[:size])
        verify_inclusion(LEAVES[index], index, size, proof, root(size))


@pytest.mark.parametrize("size", range(1, len(LEAVES) + 1))
def test_every_earlier_size_is_proven(size: int) -> None:
    for old in range(0, size + 1, 1 + size // 20):
        proof = TREE.consistency_proof(old, size)
        if old:
            assert list(proof) == subproof_by_the_book(old, LEAVES[:size])
        verify_consistency(old, root(old), size, root(size), proof)


@pytest.mark.parametrize("size", range(1, 41))
def test_every_pair_of_small_sizes_is_proven(size: int) -> None:
    for old in range(size + 1):
        proof = TREE.consistency_proof(old, size)
        verify_consistency(old, root(old), size, root(size), proof)
        for index in range(size):
            proof = TREE.inclusion_proof(index, size)
            verify_inclusion(LEAVES[index], index, size, proof, root(size))


def test_a_list_of_hashes_proves_like_a_tree() -> None:
    assert inclusion_proof(LEAVES, 5, 11) == TREE.inclusion_proof(5, 11)
    assert consistency_proof(LEAVES, 5, 11) == TREE.consistency_proof(5, 11)
    with pytest.raises(MalformedError):
        inclusion_proof(LEAVES[:10], 5, 11)


@given(size=SIZES, data=st.data())
def test_no_bit_of_an_inclusion_proof_may_change(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    parts = [LEAVES[index], *TREE.inclusion_proof(index, size), root(size)]
    bit = data.draw(st.integers(0, 256 * len(parts) - 1))
    parts[bit // 256] = flipped(parts[bit // 256], bit % 256)
    leaf, *proof, end = parts
    if size == 1:
        assert leaf != end
    with pytest.raises(BrokenProofError):
        verify_inclusion(leaf, index, size, proof, end)


@given(size=SIZES, data=st.data())
def test_no_bit_of_a_consistency_proof_may_change(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    parts = [root(old), *TREE.consistency_proof(old, size), root(size)]
    bit = data.draw(st.integers(0, 256 * len(parts) - 1))
    parts[bit // 256] = flipped(parts[bit // 256], bit % 256)
    start, *proof, end = parts
    with pytest.raises(BrokenProofError):
        verify_consistency(old, start, size, end, proof)


@given(size=SIZES, data=st.data())
def test_a_proof_is_consumed_exactly(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    path = TREE.inclusion_proof(index, size)
    joint = TREE.consistency_proof(old, size)
    for spare in (root(size), LEAVES[index]):
        with pytest.raises(BrokenProofError):
            verify_inclusion(LEAVES[index], index, size, (*path, spare), root(size))
        with pytest.raises(BrokenProofError):
            verify_consistency(old, root(old), size, root(size), (*joint, spare))
    if path:
        with pytest.raises(BrokenProofError):
            verify_inclusion(LEAVES[index], index, size, path[:-1], root(size))
    if joint:
        with pytest.raises(BrokenProofError):
            verify_consistency(old, root(old), size, root(size), joint[:-1])


@given(size=SIZES, data=st.data())
def test_a_path_proves_its_own_index_only(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda i: size == 1 or i != index))
    if other == index:
        return
    proof = TREE.inclusion_proof(index, size)
    with pytest.raises(BrokenProofError):
        verify_inclusion(LEAVES[index], other, size, proof, root(size))


@given(
    st.integers(-2, 2**64),
    st.integers(-2, 2**64),
    st.lists(st.binary(min_size=31, max_size=32), max_size=66),
    st.binary(min_size=31, max_size=32),
)
def test_only_unverified_escapes(m: int, n: int, proof: list[bytes], end: bytes) -> None:
    with pytest.raises(UnverifiedError):
        verify_inclusion(LEAVES[0], m, n, proof, end)
    if m not in (0, n):
        with pytest.raises(UnverifiedError):
            verify_consistency(m, end, n, LEAVES[0], proof)


def test_a_proof_longer_than_any_tree_is_high_is_malformed() -> None:
    proof = [LEAVES[0]] * (PROOF_HASHES_MAX + 1)
    with pytest.raises(MalformedError):
        verify_inclusion(LEAVES[0], 0, 2**63 - 1, proof, LEAVES[0])
    with pytest.raises(MalformedError):
        verify_consistency(1, LEAVES[0], 2**63 - 1, LEAVES[0], proof)


def test_a_root_does_not_pass_for_a_smaller_or_larger_tree() -> None:
    # A root does not say its size: only counting the path against the size does.
    pair = root_of(LEAVES[:2])
    with pytest.raises(BrokenProofError, match="longer than"):
        verify_inclusion(LEAVES[1], 0, 1, (LEAVES[0],), pair)
    with pytest.raises(BrokenProofError, match="longer than"):
        verify_consistency(3, root(7), 4, root(8), TREE.consistency_proof(7, 8))
    with pytest.raises(BrokenProofError):
        verify_consistency(4, root(4), 9, root(7), TREE.consistency_proof(4, 7))
    with pytest.raises(BrokenProofError):
        verify_inclusion(LEAVES[0], 0, 9, TREE.inclusion_proof(0, 7), root(7))


def test_from_size_zero_there_is_nothing_to_prove() -> None:
    assert TREE.consistency_proof(0, 300) == ()
    verify_consistency(0, EMPTY_ROOT, 300, root(300), ())
    with pytest.raises(BrokenProofError):
        verify_consistency(0, EMPTY_ROOT, 300, root(300), (LEAVES[0],))


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0), (0, 301)])
def test_a_tree_proves_only_the_leaves_that_it_has(index: int, size: int) -> None:
    with pytest.raises(MalformedError):
        TREE.inclusion_proof(index, size)


@pytest.mark.parametrize(("old", "size"), [(-1, 5), (6, 5), (0, 301)])
def test_a_tree_proves_only_growth(old: int, size: int) -> None:
    with pytest.raises(MalformedError):
        TREE.consistency_proof(old, size)


def test_a_hash_of_another_length_is_not_added() -> None:
    tree = Tree(LEAVES[:3])
    with pytest.raises(MalformedError):
        tree.extend([LEAVES[3], b"short"])
    assert (tree.size, tree.root()) == (3, root(3))


def test_a_node_that_is_not_complete_cannot_be_read() -> None:
    tree = Tree(LEAVES[:5])
    assert tree.node(2, 0) == root(4)
    for level, index in ((2, 1), (0, 5), (9, 0)):
        with pytest.raises(IndexError):
            tree.node(level, index)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 255, 256, 300])
def test_a_frontier_comes_back_and_goes_on(size: int) -> None:
    frontier = Frontier.decode(TREE.frontier(size).encode())
    assert frontier == TREE.frontier(size) == Frontier().extend(LEAVES[:size])
    assert frontier.extend(LEAVES[size:]).root() == root(300)


@given(st.binary(max_size=120))
def test_a_frontier_that_does_not_fit_its_size_is_malformed(data: bytes) -> None:
    try:
        frontier = Frontier.decode(data)
    except MalformedError:
        return
    assert frontier.encode() == data


def test_an_older_frontier_does_not_change() -> None:
    old = TREE.frontier(5)
    old.append(LEAVES[5])
    assert old.root() == root(5)
