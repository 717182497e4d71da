"""Snapshots of a seat: its fold, and what its machine still has to do.

Loading trusts nothing that is kept beside the record: the trees are made from the leaves in the
store, and a snapshot whose roots are not theirs is dropped. The heads that were signed are verified
afterwards, as they are without a snapshot.
"""

from __future__ import annotations

from typing import Any

from tieline.errors import TielineError
from tieline.record.entry import Ref, parse_ref
from tieline.record.merkle import Tree
from tieline.replication.effects import Now
from tieline.replication.machine import opened_key
from tieline.replication.seat import Seat, held_tree, line_origins, open_copy
from tieline.state import snapshot
from tieline.state.model import CaseKey


def freeze(seat: Seat, reader: bytes) -> bytes:
    """A snapshot of everything folded; ``reader`` names the reading key.

    To be taken only when all that is folded is durable.
    """

    def tree_of(origin: str) -> Tree | None:
        copy = seat.copies.get(origin)
        return copy.tree if copy is not None else None

    beside = (
        sorted((key.party, key.id) for key in seat.watched),
        [(ref.text(), result, level) for ref, result, level in seat.to_open],
    )
    return snapshot.dump(seat.fold, tree_of, reader=reader, beside=beside)


def thaw(seat: Seat, data: bytes, reader: bytes, now: Now) -> str:
    """Fill a fresh seat from a snapshot; why not, when it cannot be used.

    The seat is as fresh as before when there is a reason.
    """
    try:
        _thaw(seat, data, reader, now)
    except (TielineError, ValueError, TypeError) as error:
        # Whatever is wrong, the record decides: it is folded from the start.
        seat.forget()
        return str(error)
    return ""


def _thaw(seat: Seat, data: bytes, reader: bytes, now: Now) -> None:
    found = snapshot.read(data)
    trees = {origin: held_tree(seat.reader, origin) for origin in line_origins(seat)}
    snapshot.check(found, seat.fold.registers, trees.get, reader=reader)
    # The fold asks for trees as long as the seat lives, and copies may come.
    snapshot.fill(
        seat.fold, found, lambda o: seat.copies[o].tree if o in seat.copies else trees.get(o)
    )
    for origin, tree in trees.items():
        key = seat.log_key(origin)
        if key is not None and seat.owner(origin) is not None:
            seat.copies[origin] = open_copy(seat, origin, key, tree)
    _take_up(seat, found.beside, now)


def _take_up(seat: Seat, beside: Any, now: Now) -> None:
    watched, to_open = beside
    seat.watched = {CaseKey(party, own_id) for party, own_id in watched}
    items = [(parse_ref(text), str(result), str(level)) for text, result, level in to_open]
    seat.to_open = [item for item in items if not _was_told(seat, item[0])]
    if seat.to_open:
        seat.open_since_ms = now.elapsed_ms


def _was_told(seat: Seat, ref: Ref) -> bool:
    told = seat.reader.local(opened_key(ref))
    return told is not None and ref.index < int(told)
