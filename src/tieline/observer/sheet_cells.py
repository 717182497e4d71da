"""Cells: what stands in one field of a spreadsheet, its name, and how it is made harmless."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

_DANGER: Final = "=+\\-@\t\r\n＝＋－＠"
# OWASP, "CSV Injection": a cell that begins so may be run as a formula. An apostrophe before it
# makes it text; what has one already gets one more, so that reading takes exactly one away.
_TO_GUARD: Final = re.compile(rf"'*[{_DANGER}]")
_GUARDED: Final = re.compile(rf"'('*[{_DANGER}])")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCell:
    """A cell that holds no value: a formula, an error; ``what`` tells, with the remedy."""

    what: str


Cell = str | int | float | bool | date | BadCell | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, by its number on the sheet, from 1."""

    number: int
    cells: tuple[Cell, ...]


def cell_text(cell: Cell) -> str:
    """What a cell holds, as the text format would write it."""
    if cell is None or isinstance(cell, BadCell):
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()[: len("2018-11-09")]
    return unguarded(str(cell)).strip() if isinstance(cell, str) else str(cell)


def guarded(text: str) -> str:
    """A text that no spreadsheet runs as a formula; `unguarded` gives it back."""
    return f"'{text}" if _TO_GUARD.match(text) else text


def unguarded(text: str) -> str:
    """Take away the one apostrophe that `guarded` put there."""
    match = _GUARDED.match(text)
    return text[1:] if match else text


def cell_name(column: int, row: int) -> str:
    """``B17`` for column 1 (from 0) and row 17 (from 1)."""
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{row}"
