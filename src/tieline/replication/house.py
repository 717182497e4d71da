"""House: what a seat keeps of its own beside the record; never replicated.

One local value a fact, under a key that ends in the log's origin.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """That the first ``size`` entries of a log lie under the larger head of ``note``.

    ``proof`` joins them to it. It lets us pass on what no head that we fill covers.
    """

    size: int
    note: bytes
    proof: tuple[bytes, ...]


def cut_key(origin: str) -> str:
    """Where it is kept that a log of ours counts only up to a size: the rest was never signed."""
    return f"cut/{origin}"


def cut_size(stored: int, cut: bytes | None) -> int:
    """Entries of a log that count: all that are stored, or up to the cut."""
    return stored if cut is None else min(stored, int(cut))


def backing_key(origin: str) -> str:
    """Where the larger head is kept that the entries of a log lie under."""
    return f"backing/{origin}"


def lock_key(origin: str) -> str:
    """Where it is kept that a log of ours is locked."""
    return f"locked/{origin}"


def fork_key(origin: str) -> str:
    """Where the two heads are kept that convict a log's author."""
    return f"forked/{origin}"


def claims_key(origin: str) -> str:
    """Where signed heads are kept of sizes that are not filled yet."""
    return f"claims/{origin}"


def read_claims(value: bytes | None) -> dict[int, tuple[bytes, bytes]]:
    """Roots and notes by size, as :func:`write_claims` keeps them."""
    kept = json.loads(value) if value is not None else {}
    return {int(size): (bytes.fromhex(root), note.encode()) for size, (root, note) in kept.items()}


def write_claims(claims: Mapping[int, tuple[bytes, bytes]]) -> bytes:
    """Signed heads as one local value."""
    kept = {str(size): [root.hex(), note.decode()] for size, (root, note) in claims.items()}
    return json.dumps(kept).encode()


def read_fork(value: bytes | None) -> tuple[bytes, bytes] | None:
    """The two notes of a fork, as :func:`write_fork` keeps them."""
    if value is None:
        return None
    ours, theirs = json.loads(value)
    return ours.encode(), theirs.encode()


def write_fork(ours: bytes, theirs: bytes) -> bytes:
    """Two signed notes as one local value."""
    return json.dumps([ours.decode(), theirs.decode()]).encode()


def steps_key(origin: str) -> str:
    """Where it is kept how the entries behind the newest filled head lie under larger heads."""
    return f"steps/{origin}"


def read_steps(value: bytes | None) -> list[Step]:
    """Steps by size, as :func:`write_steps` keeps them."""
    kept = json.loads(value) if value is not None else []
    return [
        Step(size=size, note=note.encode(), proof=tuple(bytes.fromhex(h) for h in proof))
        for size, note, proof in kept
    ]


def write_steps(steps: Iterable[Step]) -> bytes:
    """Steps as one local value."""
    kept = [[s.size, s.note.decode(), [h.hex() for h in s.proof]] for s in steps]
    return json.dumps(kept).encode()
