"""Handout answer: the page that a recipient filled in and sent back, as a stranger's file.

It is read by its labels, wherever they have moved; formulas are not computed and not believed. What
cannot be read is told by its cell and costs nothing else.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from tieline.errors import UsageError
from tieline.files.handoutlabels import (
    ANSWER,
    NUMBER,
    PERSON,
    PLACE,
    READ,
    REFERENCE,
    SENT,
    WHAT,
    WORDS,
)
from tieline.observer.sheet_cells import unguarded
from tieline.procedures.house.handed import ANSWERS, READ_MAX
from tieline.space.position import Position
from tieline.space.reading import read_position
from tieline.words import shown

BYTES_MAX: Final = 6_500_000
UNPACKED_BYTES_MAX: Final = 64 * 1024 * 1024
"""All that the file may unpack to; the longest sheet that we send unpacks to some 3 MB."""
ROWS_MAX: Final = READ_MAX + 1_000
COLUMNS_MAX: Final = 16
FAULTS_MAX: Final = 20
LABELS: Final = (REFERENCE, PERSON, WHAT, WORDS, PLACE)
NO_XLSX: Final = "is not an XLSX file that can be read; ask for it once more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What was filled in: the reference, what was written, positions by number, and what is odd."""

    reference: str
    person: str
    what: str
    words: str
    place: str
    read: tuple[tuple[int, Position, str], ...]
    faults: tuple[str, ...]


def read_answer(data: bytes, name: str) -> Filled:
    """Read a page that was sent back.

    Args:
        data: the file.
        name: what it is called, for faults.

    Raises:
        UsageError: it is no XLSX file, unpacks to too much, or has no such page.
    """
    rows = list(_rows(data, name))
    said = {label: _beside(rows, label) for label in LABELS}
    faults: list[str] = []
    what = said[WHAT].casefold()
    if what and what not in ANSWERS:
        faults.append(f"{shown(what)!r} is not one of {', '.join(ANSWERS)}")
        what = ""
    read = tuple(_read(rows, faults))
    more = len(faults) - FAULTS_MAX
    told = tuple(faults[:FAULTS_MAX]) + ((f"and {more} more",) if more > 0 else ())
    return Filled(
        reference=said[REFERENCE],
        person=" ".join(said[PERSON].split()),
        what=what,
        words=said[WORDS],
        place=" ".join(said[PLACE].split()),
        read=read,
        faults=told,
    )


def _rows(data: bytes, name: str) -> Iterator[list[str]]:
    """The rows of the page as texts.

    Raises:
        UsageError: as :func:`read_answer`.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 - takes long, and few verbs need it
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    if len(data) > BYTES_MAX:
        raise UsageError(f"{shown(name)} has {len(data)} bytes; at most {BYTES_MAX} are read")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(each.file_size for each in packed.infolist())
        if unpacked > UNPACKED_BYTES_MAX:
            raise UsageError(
                f"{shown(name)} unpacks to {unpacked} bytes; {UNPACKED_BYTES_MAX} is the most"
            )
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet: Any = next(
            (s for s in book.worksheets if s.title.casefold() == ANSWER.casefold()), None
        )
        if sheet is None:
            raise UsageError(f"{shown(name)} has no page named {ANSWER}")
        sheet.reset_dimensions()
        for cells in sheet.iter_rows(max_row=ROWS_MAX, max_col=COLUMNS_MAX):
            yield [_cell(cell) for cell in cells]
    except (
        *(zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError),
        *(TypeError, AttributeError, IndexError, OSError, EOFError, NotImplementedError),
    ) as error:
        raise UsageError(f"{shown(name)} {NO_XLSX}") from error


def _cell(cell: Any) -> str:
    value = cell.value
    if value is None or cell.data_type in {"f", "e"}:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unguarded(str(value)).strip()


def _beside(rows: list[list[str]], label: str) -> str:
    """What stands to the right of a label, the first time that it stands on the left."""
    for row in rows:
        if row and row[0].casefold().rstrip(":") == label.casefold():
            return next((cell for cell in row[1:] if cell), "")
    return ""


def _read(rows: list[list[str]], faults: list[str]) -> Iterator[tuple[int, Position, str]]:
    """Number, position and what was written, of each row of the table that has something."""
    start = next((n for n, row in enumerate(rows) if NUMBER in row and READ in row), None)
    if start is None:
        return
    number_at, read_at = rows[start].index(NUMBER), rows[start].index(READ)
    sent_at = rows[start].index(SENT) if SENT in rows[start] else -1
    seen = set[int]()
    for row in rows[start + 1 :]:
        written = row[read_at] if len(row) > read_at else ""
        if not written:
            continue
        text = row[number_at] if len(row) > number_at else ""
        number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 0
        if not number or number in seen:
            faults.append(f"{shown(written)!r} stands beside no number of its own")
            continue
        try:
            at = read_position(written).at
        except UsageError as error:
            faults.append(f"number {number}: {error}")
            continue
        seen.add(number)
        if 0 <= sent_at < len(row) and _alike(row[sent_at], written):
            faults.append(f"number {number} is a copy of what we sent, not read from a chart")
        yield number, at, written


def _alike(sent: str, read: str) -> bool:
    return "".join(sent.split()).casefold() == "".join(read.split()).casefold()
