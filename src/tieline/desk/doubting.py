"""Doubting: what is odd about a notification that was typed, beside its single positions.

Outlines that cross themselves, turn back or are slivers; words that name a place far from
everything that is covered. Nothing is corrected; it is asked about before anything is signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.record.strict import JsonValue
from tieline.space.position import Position
from tieline.space.reading import Style
from tieline.space.shape import Polygon, Shape
from tieline.space.writing import write_position
from tieline.state.strays import strays
from tieline.words import shown

PLACES_SHOWN: Final = 3
"""Places of one fault that are named; whoever drew it looks at the whole anyway."""


def outline_doubts(shapes: Iterable[Shape]) -> Iterator[str]:
    """Words for each area whose outline is odd, with the places to look at.

    Raises:
        UsageError: an area of more than a hemisphere, or with edges that cannot be drawn.
    """
    areas = [shape for shape in shapes if isinstance(shape, Polygon)]
    if not areas:
        return
    # Loading numpy takes longer than all else here, and most notifications are no areas.
    from tieline.deconfliction.packing_check import check  # noqa: PLC0415

    for number, area in enumerate(areas, 1):
        try:
            faults = check(area)
        except UsageError as error:
            raise UsageError(f"area {number}: {error}") from None
        for fault in faults:
            where = ", ".join(map(_written, fault.at[:PLACES_SHOWN]))
            rest = len(fault.at) - PLACES_SHOWN
            where += f" and {rest} more" if rest > 0 else ""
            yield f"area {number}: {fault.kind.value}, at {where}; are the corners in order?"


def word_doubts(body: Mapping[str, JsonValue]) -> Iterator[str]:
    """Words for each position in the text of a body that lies far from all that it covers."""
    for stray in strays(body):
        yield stray.words()


def refuse_taken(desk: Desk, key: str, lines: Sequence[str]) -> None:
    """See that a key is free on every line that it is to be used on.

    Raises:
        UsageError: a notification that stands has it; names the entry.
    """
    for line in lines:
        one = desk.client.call("notice", line=line, name=key) if ":" not in key else {}
        if isinstance(one, dict) and one and not one["is_over"]:
            raise UsageError(
                f"{shown(key)} is the key of {one['ref']}, which {one['opened_by']} notified and "
                "which stands; nothing was filed",
                advice="Amend that one, or name another key with --key.",
            )


def _written(at: Position) -> str:
    return write_position(at, Style.WARNING)
