"""Spreadsheets on disk: CSV and XLSX files to rows and back, with a limit on everything.

A sheet from elsewhere is a stranger's file: formulas are not computed and not believed, archives
are measured before they are unpacked, and what is written can run nothing.
"""

from __future__ import annotations

import csv
import io
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from tieline.errors import UsageError
from tieline.observer import Item, Record
from tieline.observer.forms import ITEMS
from tieline.observer.sheet import COLUMNS_MAX, ROWS_MAX, SheetReading, read_tables
from tieline.observer.sheet_cells import BadCell, Cell, Row, guarded
from tieline.observer.sheet_mapping import Table, own_table, own_tables, read_mapping, sheet_name
from tieline.observer.sheet_rows import rows_of
from tieline.words import shown

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

FILE_BYTES_MAX = 64 * 1024 * 1024
UNPACKED_BYTES_MAX = 1024 * 1024 * 1024
"""All that an XLSX file says it unpacks to; 100,000 rows of a record have some 100 MB."""
MAPPING_BYTES_MAX = 256 * 1024
CELL_CHARS_MAX = 32_767
"""The most that a cell of Excel holds (Excel specifications and limits)."""
_FORMULA = BadCell(what="is a formula; copy the column and paste its values, then save again")
_NO_XLSX = "is not an XLSX file that can be read; save it again as XLSX, or as CSV in UTF-8"

Part = tuple[Table, str, Iterable[Row]]


def mapping_from(path: Path) -> tuple[Table, ...]:
    """The tables of a mapping file.

    Raises:
        UsageError: it cannot be read, is not TOML, or says what cannot be.
    """
    try:
        return read_mapping(tomllib.loads(_bytes(path, MAPPING_BYTES_MAX).decode("utf-8")))
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text; save it so") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}") from None


def read_csv(path: Path, tables: tuple[Table, ...], known: Record) -> SheetReading:
    """Read a CSV file, or a folder of them; without tables, in the layout that we write.

    Raises:
        UsageError: a file cannot be read as CSV in UTF-8, or a table has no file.
    """
    if not path.is_dir():
        table = tables[0] if tables else own_table()
        return read_tables([(table, path.name, csv_rows(path))], known)
    return read_tables(_folder_parts(path, tables), known)


def _folder_parts(path: Path, tables: tuple[Table, ...]) -> Iterator[Part]:
    files = {file.stem: file for file in sorted(path.glob("*.csv"))}
    for table in tables or own_tables():
        if table.sheet in files:
            yield table, files[table.sheet].name, csv_rows(files[table.sheet])
        elif not table.own:
            raise UsageError(f"{path} has no {shown(table.sheet)}.csv, which the mapping names")


def csv_rows(path: Path) -> Iterator[Row]:
    """The rows of a CSV file, as they come; comma, semicolon or tab, whichever the head line has.

    Raises:
        UsageError: too large, not UTF-8, or not CSV from some row on.
    """
    data = _bytes(path, FILE_BYTES_MAX)
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise UsageError(f"{path} is UTF-16; save it as CSV in UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{path} is not UTF-8 from line {line} on; save it as CSV in UTF-8"
        ) from None
    head = text.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    number = 0
    try:
        for number, cells in enumerate(rows, start=1):
            _check_size(path.name, number, len(cells))
            yield Row(number=number, cells=tuple(cells))
    except csv.Error as error:
        raise UsageError(f"{path} is not CSV after row {number}: {error}") from None


def _check_size(name: str, number: int, columns: int) -> None:
    if number > ROWS_MAX:
        raise UsageError(f"{name} has more than {ROWS_MAX} rows; split it")
    if columns > COLUMNS_MAX:
        raise UsageError(f"{name} row {number} has {columns} columns; {COLUMNS_MAX} can be read")


def read_xlsx(path: Path, tables: tuple[Table, ...], known: Record) -> SheetReading:
    """Read an XLSX file; without tables, in the layout that we write.

    Raises:
        UsageError: it is no XLSX file, unpacks to too much, or lacks a sheet that is mapped.
    """
    book = _open_book(path)
    try:
        return read_tables(_book_parts(book, path, tables), known)
    except (zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, IndexError) as error:
        raise UsageError(f"{path} {_NO_XLSX} ({error})") from error
    finally:
        book.close()


def xlsx_rows(path: Path) -> list[Row]:
    """The rows of the first sheet of an XLSX file.

    Raises:
        UsageError: it is no XLSX file, or unpacks to too much.
    """
    book = _open_book(path)
    try:
        sheets = book.worksheets
        return list(_sheet_rows(sheets[0], sheets[0].title)) if sheets else []
    except (zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, IndexError) as error:
        raise UsageError(f"{path} {_NO_XLSX} ({error})") from error
    finally:
        book.close()


def _open_book(path: Path) -> Workbook:
    from openpyxl import load_workbook  # noqa: PLC0415 - takes long, and few verbs need it
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    data = _bytes(path, FILE_BYTES_MAX)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(each.file_size for each in packed.infolist())
        if unpacked > UNPACKED_BYTES_MAX:
            raise UsageError(
                f"{path} unpacks to {unpacked} bytes; {UNPACKED_BYTES_MAX} is the most"
            )
        return load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    except UsageError:
        raise
    except (
        *(zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError),
        *(TypeError, AttributeError, IndexError, OSError),
    ) as error:
        raise UsageError(f"{path} {_NO_XLSX}") from error


def _book_parts(book: Workbook, path: Path, tables: tuple[Table, ...]) -> Iterator[Part]:
    names = [sheet.title for sheet in book.worksheets]
    for table in tables or own_tables():
        name = table.sheet or (names[0] if names else "")
        if name in names:
            yield table, name, _sheet_rows(book[name], name)
        elif not table.own:
            raise UsageError(
                f"{path} has no sheet {shown(name)!r}; it has {', '.join(map(shown, names))}"
            )


def _sheet_rows(sheet: Any, name: str) -> Iterator[Row]:
    # The size that a file claims for a sheet is often wrong; what is there counts.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        _check_size(name, number, len(cells))
        yield Row(number=number, cells=tuple(_cell(cell) for cell in cells))


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None or isinstance(value, str | bool | int | float | date | datetime):
        if cell.data_type == "f":
            return _FORMULA
        if cell.data_type == "e":
            return BadCell(what=f"is the error {shown(str(value))}; correct it in the sheet")
        return value
    if cell.data_type == "f":
        return _FORMULA
    return BadCell(what="holds a value of an unknown kind; write it as text")


def _bytes(path: Path, most: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > most:
            raise UsageError(f"{path} has {size} bytes; at most {most} can be taken")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None


# -- writing


def write_csv(path: Path, items: Iterable[Item]) -> list[Path]:
    """Write items as one CSV file (``.csv``), or a file a kind into a folder.

    Raises:
        UsageError: something stands there already, or it cannot be written.
    """
    listed = list(items)
    if path.suffix.lower() == ".csv":
        return [_write(path, csv_bytes(rows_of(listed)))]
    return [
        _write(path / f"{sheet_name(word)}.csv", csv_bytes(rows_of(listed, word))) for word in ITEMS
    ]


def csv_bytes(rows: Iterable[tuple[str, ...]]) -> bytes:
    """Rows as CSV (RFC 4180) in UTF-8; the mark at the beginning makes spreadsheets read it so."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        writer.writerow([guarded(text) for text in row])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(path: Path, items: Iterable[Item]) -> Path:
    """Write items as an XLSX file, a sheet a kind, every cell a text.

    Raises:
        UsageError: something stands there already, it cannot be written, or a cell is too long.
    """
    from openpyxl import Workbook as NewBook  # noqa: PLC0415 - as in reading

    listed = list(items)
    book = NewBook(write_only=True)
    for word in ITEMS:
        sheet = book.create_sheet(sheet_name(word))
        sheet.freeze_panes = "A2"
        for row in rows_of(listed, word):
            for text in row:
                if len(text) >= CELL_CHARS_MAX:
                    raise UsageError(
                        f"{word} {row[0]}: a cell of {len(text)} characters is too long for XLSX",
                        advice="Export as CSV or text; they have no such limit.",
                    )
            sheet.append([guarded(text) or None for text in row])
    out = io.BytesIO()
    book.save(out)
    return _write(path, out.getvalue())


def _write(path: Path, data: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise UsageError(f"{path} is there already; nothing is written over") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None
    return path


def write_file(path: Path, data: bytes) -> Path:
    """Write a file that is not there yet; raises `UsageError` otherwise."""
    return _write(path, data)
