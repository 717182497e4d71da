"""Offers: what to send to a peer, given what it is known to hold.

The express logs go first, and nothing more than one unit of the budget goes ahead of them on a
slow link: the budget follows the link, from 4 kB up. All logs of the line are offered, others' and
the peer's own included, so that any party can fill any gap and a lost disk is healed.
"""

from __future__ import annotations

from tieline.record.entry import parse_entry
from tieline.replication.effects import Lane
from tieline.replication.parcel import Parcel, log_name
from tieline.replication.seat import LogCopy, Peer, Seat

BUDGET_MIN = 4_096
"""Smallest unit in bytes: what may go ahead of a FLASH on a slow link (DESIGN, Express)."""
BUDGET_MAX = 4 * 1024 * 1024
FAST_MS = 250
"""A unit answered within this time doubles the next one; a slower one halves it."""
FORK_LOOKBACK = 4_096
"""How far below a contradicted size a signed head of ours is looked for."""
LEAVES_MAX = 20_000
"""Most leaves of one log in one parcel."""


def next_budget(budget: int, sent_bytes: int, took_ms: int) -> int:
    """Size of the next unit after one that took so long."""
    if took_ms <= FAST_MS:
        return min(BUDGET_MAX, budget * 2) if sent_bytes * 2 >= budget else budget
    return max(BUDGET_MIN, budget // 2)


def offer(seat: Seat, peer: Peer, lane: Lane | None, budget: int) -> Parcel | None:
    """A parcel with what the peer lacks, or None when it lacks nothing.

    ``lane`` None offers everything (a pouch). Our receipts for the peer's news go along.
    """
    parcel = Parcel(line=seat.line, have=tuple(seat.have()))
    left = budget
    for copy in _ordered(seat):
        if lane == "express" and seat.role(copy.origin) != "express":
            continue
        left -= _offer_log(seat, peer, copy, parcel, left)
        if left <= 0:
            break
    _offer_receipts(seat, peer, parcel)
    return parcel if parcel.parts or parcel.receipts else None


def _ordered(seat: Seat) -> list[LogCopy]:
    """Express logs first; among others, those that certify (main, ours) before the rest."""
    return sorted(
        seat.copies.values(),
        key=lambda c: (
            seat.role(c.origin) != "express",
            seat.owner(c.origin) != seat.party,
            c.origin,
        ),
    )


def _offer_log(seat: Seat, peer: Peer, copy: LogCopy, parcel: Parcel, budget: int) -> int:
    known = peer.has.get(copy.origin)
    size = known.size if known is not None else 0
    spent = 0
    if known is not None and 0 < size <= copy.size and copy.tree.root(size) != known.root:
        spent += _offer_fork(seat, copy, parcel, size)
        return spent
    if copy.forked is not None and copy.head is not None:
        part = parcel.part(log_name(copy.origin))
        part.checkpoint, part.fork = copy.forked
        return len(copy.head) * 2
    if copy.head is None or size >= copy.head_size or budget <= 0:
        return 0
    part = parcel.part(log_name(copy.origin))
    part.checkpoint = copy.head
    spent += len(copy.head)
    leaves: list[bytes] = []
    end = min(copy.head_size, size + LEAVES_MAX)
    for leaf in seat.reader.leaves(copy.origin, size, end):
        blobs = _blobs(seat, leaf, parcel)
        cost = len(leaf) + sum(len(data) for data in blobs.values())
        if leaves and spent + cost > budget:
            break
        leaves.append(leaf)
        parcel.blobs.update(blobs)
        spent += cost
    part.runs[size] = leaves
    reached = size + len(leaves)
    if reached < copy.head_size:
        part.proofs[(reached, copy.head_size)] = list(
            copy.tree.consistency_proof(reached, copy.head_size)
        )
    return spent


def _blobs(seat: Seat, leaf: bytes, parcel: Parcel) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for payload in parse_entry(leaf).payloads:
        data = seat.reader.blob(payload.digest) if payload.digest not in parcel.blobs else None
        if data is not None:
            found[payload.digest] = data
    return found


def _offer_fork(seat: Seat, copy: LogCopy, parcel: Parcel, size: int) -> int:
    """The peer holds another history: send a signed head of ours that contradicts it."""
    note = None
    top = min(size, copy.head_size)
    for at in range(top, max(0, top - FORK_LOOKBACK), -1):
        note = copy.head if at == copy.head_size else seat.reader.checkpoint_at(copy.origin, at)
        if note is not None:
            break
    note = note or copy.head
    if note is None:
        return 0
    part = parcel.part(log_name(copy.origin))
    part.checkpoint = note
    return len(note)


def _offer_receipts(seat: Seat, peer: Peer, parcel: Parcel) -> None:
    for origin, (size, note) in sorted(seat.given.items()):
        if size > peer.told.get(origin, 0):
            parcel.receipts.append(note)
