"""The Merkle tree of a log: hashes, roots and proofs (RFC 6962 section 2.1, RFC 9162 section 2.1).

A tree of *n* leaves splits at the largest power of two below *n*; nothing is doubled or
padded. :class:`Tree` keeps every complete node and proves; :class:`Frontier` keeps only what
the next append needs; the ``verify_*`` functions need neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from tieline.errors import BrokenProofError, MalformedError
from tieline.record.strict import INTEGER_MAX

HASH_BYTES = 32
PROOF_HASHES_MAX = 63
"""A tree of 2^63 - 1 leaves is 63 levels high (also the limit of C2SP tlog-witness)."""

EMPTY_ROOT = sha256(b"").digest()
"""Root of the tree without leaves."""

NodeReader: TypeAlias = Callable[[int, int], bytes]
"""``read(level, index)``: the 32-byte hash over leaves ``index << level`` up to
``(index + 1) << level``. Only complete nodes below the size in question are asked for."""


def hash_leaf(leaf: bytes) -> bytes:
    """SHA-256(0x00 || leaf)."""
    return sha256(b"\x00" + leaf).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Root over leaf hashes of 32 bytes each."""
    row = list(leaf_hashes)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        above = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(row[::2], row[1::2], strict=False)
        ]
        if len(row) % 2:
            above.append(row[-1])
        row = above
    return row[0]


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: enough to append leaves and to state the root.

    Attributes:
        size: number of leaves.
        peaks: roots of the complete subtrees that the size's binary digits name, largest first.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf_hash: bytes) -> Frontier:
        """The frontier with one more leaf."""
        return self.extend((leaf_hash,))

    def extend(self, leaf_hashes: Iterable[bytes]) -> Frontier:
        """The frontier with more leaves, in order."""
        size, peaks = self.size, list(self.peaks)
        for leaf_hash in leaf_hashes:
            node, carry = leaf_hash, size
            while carry & 1:
                node = sha256(b"\x01" + peaks.pop() + node).digest()
                carry >>= 1
            peaks.append(node)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """Root of the tree, 32 bytes."""
        return _join(self.peaks) if self.peaks else EMPTY_ROOT

    def encode(self) -> bytes:
        """Eight bytes of size, big-endian, then the peaks."""
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    @classmethod
    def decode(cls, data: bytes) -> Frontier:
        """Read what :meth:`encode` wrote.

        Raises:
            MalformedError: the number of peaks does not fit the size.
        """
        size = int.from_bytes(data[:8], "big")
        if len(data) != 8 + HASH_BYTES * size.bit_count() or size > INTEGER_MAX:
            raise MalformedError("a frontier whose length does not fit its size")
        return cls(size, tuple(data[i : i + HASH_BYTES] for i in range(8, len(data), HASH_BYTES)))


class Tree:
    """Every complete node of a growing tree, in flat rows: appends, roots and proofs in O(log n).

    About 64 bytes of memory a leaf. A row is a run of hashes, so a tile is one slice of it.
    """

    __slots__ = ("_rows",)

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._rows = [bytearray()]
        self.extend(leaf_hashes)

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._rows[0]) // HASH_BYTES

    def append(self, leaf_hash: bytes) -> None:
        """Add one leaf by its hash."""
        self.extend((leaf_hash,))

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add leaves by their hashes, in order.

        Raises:
            MalformedError: a hash that is not 32 bytes; nothing was added.
        """
        added = list(leaf_hashes)
        if not all(len(leaf_hash) == HASH_BYTES for leaf_hash in added):
            raise MalformedError(f"a leaf hash has {HASH_BYTES} bytes")
        self._rows[0] += b"".join(added)
        level = 0
        while len(self._rows[level]) >= 2 * HASH_BYTES:
            if len(self._rows) == level + 1:
                self._rows.append(bytearray())
            if not self._grow(self._rows[level], self._rows[level + 1]):
                break
            level += 1

    @staticmethod
    def _grow(below: bytearray, above: bytearray) -> bool:
        """Hash the pairs that are new below; whether there were any."""
        pair = 2 * HASH_BYTES
        start, stop = 2 * len(above), len(below) - len(below) % pair
        above += b"".join(
            [sha256(b"\x01" + below[at : at + pair]).digest() for at in range(start, stop, pair)]
        )
        return start < stop

    def node(self, level: int, index: int) -> bytes:
        """Hash of one complete node (a :data:`NodeReader`).

        Raises:
            IndexError: no such complete node.
        """
        hashes = self.hashes(level, index, index + 1)
        if len(hashes) != HASH_BYTES:
            raise IndexError(f"no complete node {index} at level {level}")
        return hashes

    def hashes(self, level: int, start: int, stop: int) -> bytes:
        """Run of complete nodes of one level, concatenated."""
        if level >= len(self._rows):
            return b""
        return bytes(memoryview(self._rows[level])[start * HASH_BYTES : stop * HASH_BYTES])

    def root(self, size: int | None = None) -> bytes:
        """Root at ``size`` (now, by default)."""
        size = self._checked(self.size if size is None else size)
        return _range_root(self.node, 0, size) if size else EMPTY_ROOT

    def frontier(self, size: int | None = None) -> Frontier:
        """Frontier at ``size`` (now, by default)."""
        size = self._checked(self.size if size is None else size)
        return Frontier(size, tuple(_peaks(self.node, 0, size)))

    def inclusion_proof(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """See :func:`inclusion_proof`; within the first ``size`` leaves."""
        size = self._checked(self.size if size is None else size)
        return inclusion_proof(self.node, index, size)

    def consistency_proof(self, old_size: int, size: int | None = None) -> tuple[bytes, ...]:
        """See :func:`consistency_proof`; from ``old_size`` to ``size`` leaves."""
        size = self._checked(self.size if size is None else size)
        return consistency_proof(self.node, old_size, size)

    def _checked(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise MalformedError(f"a tree of {self.size} leaves has no size {size}")
        return size


def inclusion_proof(
    nodes: NodeReader | Sequence[bytes], index: int, size: int
) -> tuple[bytes, ...]:
    """Audit path of leaf ``index`` in the tree of ``size`` leaves, the leaf's sibling first.

    ``nodes`` reads complete nodes, or is the list of leaf hashes (RFC 9162 section 2.1.3.1).

    Raises:
        MalformedError: ``index`` is not below ``size``.
    """
    if not 0 <= index < size:
        raise MalformedError(f"a tree of {size} leaves has no leaf {index}")
    read = _reader(nodes, size)
    proof: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            proof.append(_range_root(read, middle, stop))
            stop = middle
        else:
            proof.append(_range_root(read, start, middle))
            start = middle
    return tuple(reversed(proof))


def consistency_proof(
    nodes: NodeReader | Sequence[bytes], old_size: int, size: int
) -> tuple[bytes, ...]:
    """Proof that the first ``old_size`` of ``size`` leaves are the old tree.

    Empty from size 0 and between equal sizes; when ``old_size`` is a power of two the old root
    itself is left out (RFC 9162 section 2.1.4.1).

    Raises:
        MalformedError: ``old_size`` is above ``size`` or negative.
    """
    if not 0 <= old_size <= size:
        raise MalformedError(f"no tree grows from {old_size} leaves to {size}")
    if old_size in (0, size):
        return ()
    read = _reader(nodes, size)
    proof: list[bytes] = []
    start, stop = 0, size
    while old_size != stop:
        middle = start + _split(stop - start)
        if old_size <= middle:
            proof.append(_range_root(read, middle, stop))
            stop = middle
        else:
            proof.append(_range_root(read, start, middle))
            start = middle
    if start:
        proof.append(_range_root(read, start, stop))
    return tuple(reversed(proof))


def verify_inclusion(
    leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check an audit path (RFC 9162 section 2.1.3.2).

    Raises:
        MalformedError: a hash that is not 32 bytes, over 63 of them, or an index past the end.
        BrokenProofError: the path does not lead to ``root``, or has hashes to spare.
    """
    _check_hashes((leaf_hash, root, *proof), proof)
    if not 0 <= index < size <= INTEGER_MAX:
        raise MalformedError(f"a tree of {size} leaves has no leaf {index}")
    position, last, node = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            raise BrokenProofError("the inclusion proof is longer than the tree is high")
        if position & 1 or position == last:
            node = hash_children(sibling, node)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            node = hash_children(node, sibling)
        position >>= 1
        last >>= 1
    if last or node != root:
        raise BrokenProofError(f"the proof does not put leaf {index} under the root of {size}")


def verify_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that a tree grew without rewriting its past (RFC 9162 section 2.1.4.2).

    Size 0 is consistent with anything; a checkpoint, not this, insists on the empty root.

    Raises:
        MalformedError: a hash that is not 32 bytes, over 63 of them, or a tree that shrank.
        BrokenProofError: the proof does not join the two roots, or has hashes to spare.
    """
    _check_hashes((old_root, root, *proof), proof)
    if not 0 <= old_size <= size <= INTEGER_MAX:
        raise MalformedError(f"no tree grows from {old_size} leaves to {size}")
    if old_size in (0, size):
        if proof or (old_size == size and old_root != root):
            raise BrokenProofError(f"no proof joins {old_size} and {size} leaves in this way")
        return
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise BrokenProofError("an empty consistency proof between different sizes")
    position, last = old_size - 1, size - 1
    while position & 1:
        position >>= 1
        last >>= 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise BrokenProofError("the consistency proof is longer than the tree is high")
        if position & 1 or position == last:
            old = hash_children(sibling, old)
            new = hash_children(sibling, new)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            new = hash_children(new, sibling)
        position >>= 1
        last >>= 1
    if last or old != old_root or new != root:
        raise BrokenProofError(f"the proof does not join the roots of {old_size} and {size} leaves")


def _split(size: int) -> int:
    """Largest power of two strictly below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _peaks(read: NodeReader, start: int, stop: int) -> list[bytes]:
    """Complete subtrees that make up leaves ``start`` to ``stop``, ``start`` being aligned."""
    found = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        found.append(read(level, start >> level))
        start += 1 << level
    return found


def _range_root(read: NodeReader, start: int, stop: int) -> bytes:
    return _join(_peaks(read, start, stop))


def _join(peaks: Sequence[bytes]) -> bytes:
    node = peaks[-1]
    for left in reversed(peaks[:-1]):
        node = sha256(b"\x01" + left + node).digest()
    return node


def _reader(nodes: NodeReader | Sequence[bytes], size: int) -> NodeReader:
    if callable(nodes):
        return nodes
    if len(nodes) < size:
        raise MalformedError(f"{len(nodes)} leaf hashes do not make a tree of {size}")
    return Tree(nodes[:size]).node


def _check_hashes(hashes: Iterable[bytes], proof: Sequence[bytes]) -> None:
    if len(proof) > PROOF_HASHES_MAX:
        raise MalformedError(f"a proof of {len(proof)} hashes; {PROOF_HASHES_MAX} are allowed")
    if not all(len(item) == HASH_BYTES for item in hashes):
        raise MalformedError(f"a proof holds hashes of {HASH_BYTES} bytes only")
