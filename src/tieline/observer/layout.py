"""Layout: where labels go, so that none lies on another or on another's leader."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

# Mean advance of a proportional sans serif, in em; wide East Asian letters take a full em.
_EM: Final = 0.55
_WIDE: Final = frozenset("WF")
_GAP_PX: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A label's row under its lane and its box; ``anchor_px`` is where its leader falls."""

    row: int
    left_px: float
    right_px: float
    anchor_px: float


def width_px(text: str, size_px: float) -> float:
    """An estimate of a line's width, as no font is at hand to measure it."""
    return sum(1.0 if unicodedata.east_asian_width(c) in _WIDE else _EM for c in text) * size_px


def shorten(text: str, room_px: float, size_px: float) -> str:
    """The text, or its beginning and an ellipsis if it needs more room."""
    if width_px(text, size_px) <= room_px:
        return text
    while text and width_px(text, size_px) > room_px - size_px:
        text = text[:-1]
    return text.rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def place(anchors_px: Sequence[float], widths_px: Sequence[float], right_px: float) -> list[Placed]:
    """Place labels from right to left, each in the first row that is free.

    A label goes right of its leader, or left of it where it would pass ``right_px``. From right
    to left no leader falls on a label that goes right; those that go left come last, in rows
    below, where a leader may have to cross.
    """
    placed: dict[int, Placed] = {}
    turned = {n: anchors_px[n] + widths_px[n] > right_px for n in range(len(anchors_px))}
    order = sorted(turned, key=lambda n: (turned[n], -anchors_px[n], -n))
    for n in order:
        left = anchors_px[n] - (widths_px[n] if turned[n] else 0)
        right = left + widths_px[n] + _GAP_PX
        row = _free_row(list(placed.values()), left, right, anchors_px[n])
        placed[n] = Placed(row=row, left_px=left, right_px=right, anchor_px=anchors_px[n])
    return [placed[n] for n in range(len(anchors_px))]


def _free_row(others: list[Placed], left: float, right: float, anchor: float) -> int:
    rows = max((other.row for other in others), default=-1) + 1
    for row in range(rows):
        if all(_clear(other, row, left, right, anchor) for other in others):
            return row
    return rows


def _clear(other: Placed, row: int, left: float, right: float, anchor: float) -> bool:
    if other.row == row:
        return right <= other.left_px or left >= other.right_px
    if other.row > row:
        return not left < other.anchor_px < right
    return not other.left_px < anchor < other.right_px
