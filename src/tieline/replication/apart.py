"""Apart: what keeps a party's own house from ever crossing a line with others.

Asked when a message is composed, again before it is filed and so before anything is signed by the
log's key, and whenever something is packed for somebody. The judge refuses house items once more,
whoever files them (`state/house.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tieline.errors import RefusedError
from tieline.procedures.house.shared import is_house
from tieline.record.strict import JsonValue
from tieline.replication.seat import Seat


def refuse_kind(seat: Seat, kind: str) -> None:
    """House items stand on a line of one party only.

    Raises:
        RefusedError: the line has others.
    """
    if is_house(kind) and len(seat.parties) > 1:
        raise RefusedError(
            f"{kind} belongs into our own house, and {_others(seat)} would read it here",
            advice="Keep it with `tieline house`; nothing was filed.",
        )


def refuse_mention(seat: Seat, body: Mapping[str, JsonValue], parts: Sequence[bytes] = ()) -> None:
    """A message on a line with others names no line that is ours alone, nor any log of one.

    Raises:
        RefusedError: it does, in its body or in what goes along.
    """
    if len(seat.parties) == 1 or not seat.alone:
        return
    for text in _texts(body):
        if any(line in text for line in seat.alone):
            raise _named(seat)
    names = [line.encode() for line in seat.alone]
    if any(name in part for part in parts for name in names):
        raise _named(seat)


def refuse_carrying(seat: Seat) -> None:
    """A line of one party is packed for nobody.

    Raises:
        RefusedError: it has no other party.
    """
    if len(seat.parties) == 1:
        raise RefusedError(
            "this line has no other party: it is carried to nobody",
            advice="Copy the home to keep it twice; `tieline export` writes what others may see.",
        )


def _named(seat: Seat) -> RefusedError:
    # The name itself is left out: errors are logged and shown further than the house.
    return RefusedError(
        f"it names an entry of a line that is ours alone, and {_others(seat)} would read it",
        advice="Take the reference out; say in words what is meant. Nothing was filed.",
    )


def _others(seat: Seat) -> str:
    return ", ".join(party for party in seat.parties if party != seat.party)


def _texts(value: object) -> Iterator[str]:
    """Every text inside a JSON value, names of fields too."""
    waiting: list[object] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, Mapping):
            waiting += [*item, *item.values()]
        elif isinstance(item, list | tuple):
            waiting += item
