"""Generation: how a party goes on in new logs after its old ones can no longer be signed.

A mark that is missing, or that does not fit what is held, is never repaired: the log is locked,
heals from the peers as far as they hold it, and a new log says up to where the old one is proven.
What the old log held beyond that was *possibly sent*: it is quoted to the officer, who issues it
again under the same id, so that it counts once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from tieline.errors import RefusedError
from tieline.procedures.line.generation import KIND
from tieline.record.content import Spoken
from tieline.record.entry import Head, Ref
from tieline.record.message import Message
from tieline.record.strict import JsonValue
from tieline.replication.changes import Change, PutLocal
from tieline.replication.drafts import Draft
from tieline.replication.house import cut_key
from tieline.replication.seat import LogCopy, Seat


class SizedRoot(Protocol):
    """A signer's high-water mark."""

    @property
    def size(self) -> int: ...
    @property
    def root(self) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PossiblySent:
    """An entry of an old log that no peer is proven to hold; ``message`` if it can be read.

    ``signed`` entries still travel with the old log; others will never leave, and have no effect.
    """

    ref: Ref
    message: Message | None
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a new generation consists of.

    Attributes:
        own: the logs to write from now on, by role; their spare keys must be at hand.
        bodies: one ``generation.open`` for each old log, to be filed in the new main log.
        possibly_sent: for the officer to look at, and to issue again where it matters.
        changes: to persist first. If there are any, the seat must be loaded anew.
    """

    own: Mapping[str, str]
    bodies: tuple[Mapping[str, JsonValue], ...]
    possibly_sent: tuple[PossiblySent, ...]
    changes: tuple[Change, ...]


def check_marks(seat: Seat, marks: Mapping[str, SizedRoot | None]) -> None:
    """Lock each of our logs whose mark is missing or does not fit what is held.

    To be called after every load, before anything is filed. ``marks`` are the signer's, by origin.
    """
    for origin, mark in marks.items():
        copy = seat.copies.get(origin)
        size = copy.size if copy is not None else 0
        if mark is None:
            seat.locked.setdefault(origin, "its high-water mark is missing here")
        elif mark.size > size:
            why = f"{mark.size} entries were signed and {size} are held: a restored copy"
            seat.locked.setdefault(origin, why)
        elif copy is not None and copy.tree.root(mark.size) != mark.root:
            seat.locked.setdefault(origin, "what was signed is not what is held")


def proven(seat: Seat, copy: LogCopy) -> int:
    """Entries of a log of ours that a peer is proven to hold, and that we hold too."""
    sizes = [held.size for party in seat.peers for held in seat.held.get((copy.origin, party), [])]
    sizes.append(seat.returned.get(copy.origin, 0))
    return max(size for size in [0, *sizes] if size <= copy.size)


def plan(seat: Seat, *, reason: str) -> Plan:
    """How to go on in the next generation, from what is known here and now.

    Raises:
        RefusedError: our roster is not known yet, or certifies no further generation.
    """
    roster = seat.roster(seat.party)
    if roster is None:
        raise RefusedError(
            "our own roster is not here; it comes back from a peer, or from a pouch",
            advice="Connect to a peer, or read a pouch of theirs, and try again.",
        )
    newest = max(c.generation for c in roster.logs if c.origin in _begun(seat))
    own = {c.role: c.origin for c in roster.logs if c.generation == newest + 1}
    if set(own) != {"main", "express"}:
        raise RefusedError(
            f"no spare log is certified for generation {newest + 1}",
            advice="Publish a roster with spare logs first: it needs the operator key.",
        )
    bodies, possibly, changes = [], list[PossiblySent](), list[Change]()
    for origin in seat.own.values():
        copy = seat.copies.get(origin)
        if copy is None:
            continue
        head = copy.at(proven(seat, copy))
        bodies.append(_body(head, reason))
        possibly += _tail(seat, copy, head.size)
        kept = max(head.size, copy.head_size)
        if kept < copy.size:
            changes.append(PutLocal(key=cut_key(origin), value=str(kept).encode()))
    return Plan(
        own=own, bodies=tuple(bodies), possibly_sent=tuple(possibly), changes=tuple(changes)
    )


def _begun(seat: Seat) -> set[str]:
    return {*seat.own.values(), *(o for o, copy in seat.copies.items() if copy.size)}


def _body(head: Head, reason: str) -> dict[str, JsonValue]:
    return {
        "continues": head.origin,
        "size": head.size,
        "root": head.root.hex(),
        "reason": reason,
    }


def _tail(seat: Seat, copy: LogCopy, start: int) -> list[PossiblySent]:
    found = []
    for index in range(start, copy.size):
        item = seat.item(copy.origin, index)
        content = item.content
        found.append(
            PossiblySent(
                ref=item.ref,
                message=content.message if isinstance(content, Spoken) else None,
                signed=index < copy.head_size,
            )
        )
    return found


def drafts(plan: Plan, office: str) -> list[Draft]:
    """The messages that open the generation, to be signed by an officer and filed in order."""
    return [Draft(kind=KIND, office=office, body=body) for body in plan.bodies]


def issue_again(message: Message) -> Draft:
    """The same message under the same id, for the log that we write now."""
    return Draft(
        kind=message.kind,
        office=message.sender.name,
        body=message.body,
        to=message.to,
        level=message.level,
        mark=message.mark,
        case=message.case,
        strands=message.strands,
        id=message.id,
    )
