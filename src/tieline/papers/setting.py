"""Setting: lines of text from runs, broken to a width, each letter in a font that has it.

Measures are points of 1/72 inch. Lines are set by Unicode Standard Annex 9 (`bidi`); breaks follow
the main cases of Annex 14: at blanks, after hyphens and dashes, between East Asian letters unless a
closing or an opening mark forbids it, and anywhere in a word that is longer than a line.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tieline.papers.bidi import base_level, levels, mirrored, order
from tieline.papers.faces import Faces, clusters, script_of, visible
from tieline.papers.joining import forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_RAISED: Final = 0.66
_NO_BREAK_BEFORE: Final = frozenset("、。，．：；！？）」』】〉》〕］｝”’…,.:;!?)]}%»ー々")
_NO_BREAK_AFTER: Final = frozenset("（「『【〈《〔［｛“‘([{«")
_KEEPS: Final = frozenset("\u00a0\u202f")
_BREAK_AFTER: Final = frozenset("-/\u2010\u2013\u2014")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Text of one look. ``raised`` is for numbers of notes; ``faint`` is drawn in grey."""

    text: str
    bold: bool = False
    faint: bool = False
    raised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """A piece of a line in one font, its left edge counted from that of the line."""

    text: str
    font: str
    size: float
    x: float
    faint: bool
    raised: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLine:
    """One line, ready to be drawn; ``shift`` moves what runs from right to left to the right."""

    pieces: tuple[Glyphs, ...]
    width: float
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """A letter with its marks, as it will be drawn."""

    source: str
    drawn: str
    font: str
    size: float
    width: float
    level: int
    run: Run


def set_lines(faces: Faces, runs: Iterable[Run], *, size: float, width: float) -> list[SetLine]:
    """Break runs into lines of at most ``width`` points."""
    listed = [run for run in runs if run.text]
    if not listed:
        return []
    cells, right = _cells(faces, listed, size)
    return [_set(line, right=right) for line in _broken(cells, width)]


def _cells(faces: Faces, runs: Sequence[Run], size: float) -> tuple[list[_Cell], bool]:
    said = [_spelled(faces, run) for run in runs]
    text = "".join(run.text for run in said)
    base = base_level(text)
    found, shapes = levels(text, base), forms(text)
    owner = [run for run in said for _ in run.text]
    cells = []
    for first, last in clusters(text):
        run = owner[first]
        drawn = visible("".join(shapes[first:last]))
        if found[first] % 2:
            # Marks come before their letter where lines run to the left (rule L3).
            drawn = drawn[:0:-1] + mirrored(drawn[:1])
        own = size * (_RAISED if run.raised else 1.0)
        font = faces.font_for(drawn, bold=run.bold, near=run.text)
        font = font or faces.font_for("?", bold=run.bold) or ""
        wide = faces.width(drawn, font, own)
        cells.append(
            _Cell(
                source=text[first:last],
                drawn=drawn,
                font=font,
                size=own,
                width=wide,
                level=found[first],
                run=run,
            )
        )
    return cells, bool(base)


def _spelled(faces: Faces, run: Run) -> Run:
    """The run with words in the place of letters that no font at hand can draw."""
    text = unicodedata.normalize("NFC", run.text)
    shapes = forms(text)
    parts: list[tuple[str, str]] = []
    for first, last in clusters(text):
        drawn = visible("".join(shapes[first:last]))
        if faces.font_for(drawn, bold=run.bold, near=text) is not None:
            parts.append(("", text[first:last]))
        elif text[first:last].isspace():
            parts.append(("", " "))
        else:
            faces.note_missing(text[first:last])
            parts.append((script_of(text[first:last]), text[first:last]))
    return Run(text=_told(parts), bold=run.bold, faint=run.faint, raised=run.raised)


def _told(parts: list[tuple[str, str]]) -> str:
    told, n = "", 0
    while n < len(parts):
        script = parts[n][0]
        if not script:
            told += parts[n][1]
            n += 1
            continue
        end = n
        while end < len(parts) and (parts[end][0] == script or parts[end][1] == " "):
            end += 1
        while parts[end - 1][1] == " ":
            end -= 1
        count = sum(1 for each, _ in parts[n:end] if each)
        told += f"[{count} {'sign' if count == 1 else 'signs'} of {script} not drawn]"
        n = end
    return told


def _broken(cells: list[_Cell], width: float) -> list[list[_Cell]]:
    lines: list[list[_Cell]] = []
    line: list[_Cell] = []
    used, breakable = 0.0, 0
    for cell in cells:
        line.append(cell)
        used += cell.width
        while used > width and not _is_gap(cell) and len(line) > 1:
            at = breakable or len(line) - 1
            lines.append(line[:at])
            line = line[at:]
            used = sum(each.width for each in line)
            breakable = _last_break(line)
        if len(line) > 1 and _may_break(line[-2], line[-1]):
            breakable = len(line) - 1
        if _is_gap(cell):
            breakable = len(line)
    return [*lines, line] if line else lines


def _last_break(line: list[_Cell]) -> int:
    for at in range(len(line) - 1, 0, -1):
        if _is_gap(line[at - 1]) or _may_break(line[at - 1], line[at]):
            return at
    return 0


def _is_gap(cell: _Cell) -> bool:
    """A blank at which a line may end; the number of a note stays with its word."""
    return cell.source.isspace() and cell.source not in _KEEPS and not cell.run.raised


def _may_break(before: _Cell, after: _Cell) -> bool:
    """Whether a line may end between two letters, neither of them a blank."""
    first, second = before.source[0], after.source[0]
    if first in _NO_BREAK_AFTER or second in _NO_BREAK_BEFORE or after.run.raised:
        return False
    wide = {"W", "F"}
    if {unicodedata.east_asian_width(first), unicodedata.east_asian_width(second)} & wide:
        return not second.isspace()
    return first in _BREAK_AFTER and second.isalpha()


def _set(line: list[_Cell], *, right: bool) -> SetLine:
    while line and line[-1].source.isspace():
        line = line[:-1]
    x = 0.0
    pieces: list[Glyphs] = []
    for cell in (line[n] for n in order([cell.level for cell in line])):
        last: Glyphs | None = pieces[-1] if pieces else None
        look = (cell.font, cell.size, cell.run.faint, cell.run.raised)
        if last is not None and look == (last.font, last.size, last.faint, last.raised):
            pieces[-1] = _piece(cell, last.text + cell.drawn, last.x)
        else:
            pieces.append(_piece(cell, cell.drawn, x))
        x += cell.width
    return SetLine(pieces=tuple(pieces), width=x, right=right)


def _piece(cell: _Cell, text: str, x: float) -> Glyphs:
    return Glyphs(
        text=text,
        font=cell.font,
        size=cell.size,
        x=x,
        faint=cell.run.faint,
        raised=cell.run.raised,
    )
