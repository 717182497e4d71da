"""Ladder: the seats of two sides by rank, who holds them, and which sit opposite each other.

A line joins counterparts: unbroken where a report or the record pairs them, broken where they only
share a rank or a level. A vacant seat is empty, an unknown one is marked so; neither is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tieline.answers import Filled, LadderAnswer, Rung, SeatView, ladder
from tieline.days import Sure
from tieline.errors import UsageError
from tieline.papers.drawing import (
    BODY,
    BOLD,
    FAINT,
    LINE,
    SMALL,
    box,
    cited,
    document,
    path,
    sign,
    text,
    wrapped,
)
from tieline.papers.paper import mark_words
from tieline.papers.wordings import either, seat_words

if TYPE_CHECKING:
    from datetime import date

    from tieline.observer.picture import Picture
    from tieline.record.marking import Marking

_WIDTH: Final = 1000.0
_RANK: Final = 70.0
_GAP: Final = 96.0
_TOP: Final = 112.0
_PAD: Final = 10.0
_LINE: Final = 16.0
_STEP: Final = 18.0
_FILLS: Final = {
    Filled.HELD: ("#eef3f8", "#1f5f8b", ""),
    Filled.ACTING: ("#eef3f8", "#1f5f8b", "6 3"),
    Filled.DELEGATED: ("#eef3f8", "#6a4c93", "6 3"),
    Filled.VACANT: ("#ffffff", "#b3323f", "2 3"),
    Filled.UNKNOWN: ("#f4f2ec", FAINT, "2 3"),
    Filled.NO_SEAT: ("#ffffff", LINE, "1 4"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """A drawn seat: its lines, and how high it is."""

    lines: tuple[tuple[str, str], ...]
    height: float
    look: tuple[str, str, str]


def ladder_svg(
    picture: Picture,
    *,
    on: date,
    mark: Marking,
    sides: tuple[str, str] | None = None,
    known_on: date | None = None,
) -> str:
    """Draw the ladder of two sides; the first two that the record has unless they are named.

    Raises:
        UsageError: fewer than two sides have a seat.
    """
    answer = two_sides(picture, on=on, sides=sides, known_on=known_on)
    left, right = answer.sides[:2]
    room = (_WIDTH - 40 - _RANK - _GAP) / 2
    xs = (20 + _RANK, 20 + _RANK + room + _GAP)
    parts = [
        text(xs[0], _TOP - 14, left, "n"),
        text(xs[1], _TOP - 14, right, "n"),
        text(20, _TOP - 14, "rank", "s"),
    ]
    at = _TOP
    for rung in answer.rungs:
        drawn, height = _rung(rung, (left, right), xs, room, at)
        parts += drawn
        at += height + _STEP
    parts += _legend(at + 6)
    known = f", as known on {known_on}" if known_on else ""
    return document(
        parts,
        title=f"{left} and {right}: counterparts",
        under=f"As of {on}{known}. Citations stand in small print; ≈ hangs on an inference.",
        mark=mark_words(mark),
        width=_WIDTH,
        height=at + 92,
    )


def two_sides(
    picture: Picture, *, on: date, sides: tuple[str, str] | None, known_on: date | None
) -> LadderAnswer:
    """The ladder of exactly two sides."""
    if sides is None:
        found = ladder(picture, on=on, known_on=known_on).sides
        if len(found) < 2:
            raise UsageError(
                f"a ladder needs two sides with seats; there are {len(found)}",
                advice="Name two sides with --side, or record their seats first.",
            )
        sides = (found[0], found[1])
    return ladder(picture, on=on, known_on=known_on, sides=sides)


def _rung(
    rung: Rung, sides: tuple[str, str], xs: tuple[float, float], room: float, top: float
) -> tuple[list[str], float]:
    columns = [[seat for seat in rung.seats if seat.party == side] for side in sides]
    cells = [
        [_cell(seat, room) for seat in column] or [_empty(missing_words(rung, side))]
        for column, side in zip(columns, sides, strict=True)
    ]
    heights = [sum(cell.height + 6 for cell in column) - 6 for column in cells]
    height = max(heights)
    rank = str(rung.rank) if rung.rank is not None else "not said"
    parts = [text(20, top + 20, rank, "n" if rung.rank is not None else "s")]
    if rung.level:
        parts += [
            text(20, top + 34 + 11 * n, line, "s")
            for n, line in enumerate(wrapped(rung.level, _RANK - 10, SMALL)[:6])
        ]
    middles: list[list[float]] = []
    for x, column in zip(xs, cells, strict=True):
        at, mids = top, []
        for cell in column:
            parts += _drawn(cell, x, at, room)
            mids.append(at + cell.height / 2)
            at += cell.height + 6
        middles.append(mids)
    parts += _joined(rung, columns, middles, xs[0] + room, xs[1])
    return parts, height


def _joined(
    rung: Rung,
    columns: list[list[SeatView]],
    middles: list[list[float]],
    left: float,
    right: float,
) -> list[str]:
    """Lines between counterparts, with how they are paired."""
    if not (columns[0] and columns[1] and rung.paired_by):
        return []
    said = rung.paired_by == "counterpart"
    parts = [
        path((left, a), (right, b), colour="#1f5f8b" if said else FAINT, dash="" if said else "4 4")
        for a in middles[0]
        for b in middles[1]
    ]
    words = "counterparts" if said else f"same {rung.paired_by}"
    y = (middles[0][0] + middles[1][0]) / 2 - 5
    return [*parts, text((left + right) / 2, y, words, "s", "middle")]


def _cell(seat: SeatView, room: float) -> _Cell:
    inner = room - 2 * _PAD
    office = seat.office or seat.thing.key
    level = either(seat.level)
    lines = [(line, "n") for line in wrapped(office, inner, BODY * BOLD)]
    lines += [(line, "s") for line in wrapped(level, inner, SMALL)] if level else []
    told = f"{sign(seat.cites)}{seat_words(seat)}"
    doubt = seat.sure is not Sure.YES
    lines += [(line, "i" if doubt else "") for line in wrapped(told, inner)]
    lines += [(line, "s") for line in wrapped(cited(seat.cites), inner, SMALL)[:3]]
    return _Cell(lines=tuple(lines), height=_height(lines), look=_FILLS[seat.filled])


def missing_words(rung: Rung, side: str) -> str:
    """What is said where a side has no seat."""
    if rung.rank is None and not rung.level:
        return f"no seat of {side} is said to be its counterpart"
    return f"no seat of {side} is reported on this level"


def _empty(words: str) -> _Cell:
    lines = [(words, "s")]
    return _Cell(lines=tuple(lines), height=_height(lines), look=_FILLS[Filled.NO_SEAT])


def _height(lines: list[tuple[str, str]]) -> float:
    return 2 * _PAD + sum(_LINE if style != "s" else 12.5 for _, style in lines) - 2


def _drawn(cell: _Cell, x: float, y: float, room: float) -> list[str]:
    fill, stroke, dash = cell.look
    parts = [box(x, y, room, cell.height, fill=fill, stroke=stroke, dash=dash)]
    at = y + _PAD
    for words, style in cell.lines:
        at += _LINE if style != "s" else 12.5
        parts.append(text(x + _PAD, at - 4, words, style))
    return parts


def _legend(top: float) -> list[str]:
    parts = []
    told = (
        (Filled.HELD, "held"),
        (Filled.ACTING, "acting"),
        (Filled.DELEGATED, "delegated for one round"),
        (Filled.VACANT, "vacant"),
        (Filled.UNKNOWN, "unknown"),
    )
    x = 20.0
    for filled, words in told:
        fill, stroke, dash = _FILLS[filled]
        parts.append(box(x, top, 22, 14, fill=fill, stroke=stroke, dash=dash))
        parts.append(text(x + 30, top + 11, words, "c"))
        x += 60 + len(words) * BODY * 0.6
    parts.append(text(20, top + 34, "Slanted: last reported before the day, or perhaps.", "c"))
    return parts
