"""Sheets: rows of a spreadsheet become items of the record, and items become rows.

A mapping says which column is which field. Every fault names its sheet and its cell, as ``B17``,
and what to do about it. Nothing here reads a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, cast

from tieline.errors import UsageError
from tieline.observer.body import ASSERTIONS_MAX
from tieline.observer.form import DAYS, MANY_MAX, Field, Form
from tieline.observer.forms import ASSERTIONS, ITEM_FORM_OF, ITEMS
from tieline.observer.intake import check_named
from tieline.observer.intake_gain import impossible
from tieline.observer.notation import parse_assertion
from tieline.observer.references import reference_faults
from tieline.observer.sheet_cells import BadCell, Row, cell_name, cell_text
from tieline.observer.sheet_mapping import ASSERTS, KIND, AssertColumns, DateOrder, Table
from tieline.observer.statement import Item, Record, Source, Statement
from tieline.words import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tieline.observer.assertion import Assertion
    from tieline.observer.picture import Picture

FAULTS_MAX: Final = 100
ROWS_MAX: Final = 200_000
COLUMNS_MAX: Final = 256
_LINE_ENDS: Final = re.compile(r"\s*\n\s*")
_NUMBERED_DAY: Final = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFault:
    """What is wrong in a cell."""

    sheet: str
    cell: str
    field: str
    what: str

    def words(self) -> str:
        return f"{self.sheet}!{self.cell}, {self.field}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReading:
    """What sheets gave: items that are whole, the first faults and their number.

    ``unused`` names columns that no mapping mentions; ``rows`` counts rows that hold anything;
    ``places`` are sheet and cell of every item's key.
    """

    items: tuple[Item, ...]
    faults: tuple[SheetFault, ...]
    fault_count: int
    rows: int
    unused: tuple[str, ...]
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)


@dataclass(slots=True, kw_only=True)
class _Place:
    """Where an item came from, for faults that show only when all rows are read."""

    sheet: str
    row: int
    columns: dict[str, int]

    def cell(self, name: str) -> str:
        return cell_name(self.columns.get(name, 0), self.row)


@dataclass(slots=True, kw_only=True)
class SheetReader:
    """Reads tables one after the other; `finish` checks what refers to what."""

    known: Record
    _items: list[tuple[_Place, Item]] = field(default_factory=list)
    _faults: list[SheetFault] = field(default_factory=list)
    _count: int = 0
    _rows: int = 0
    _unused: list[str] = field(default_factory=list)
    _sources: list[Source] = field(default_factory=list)

    def read(self, table: Table, sheet: str, rows: Iterable[Row]) -> None:
        """Read the rows of one sheet by a table of the mapping."""
        for source in table.sources:
            if source not in self._sources:
                self._sources.append(source)
        columns: dict[str, int] | None = None
        for row in rows:
            if row.number < table.header:
                continue
            if columns is None:
                columns = self._heads(table, sheet, row)
                continue
            if any(cell not in (None, "") for cell in row.cells):
                self._rows += 1
                self._read_row(table, sheet, row, columns)
        if columns is None:
            self._fault(
                sheet, cell_name(0, table.header), "header", "there is no such row; give it"
            )

    def finish(self) -> SheetReading:
        """All that was read, when every reference was looked up."""
        own = _Place(sheet="mapping", row=1, columns={})
        self._items = [*((own, source) for source in self._sources), *self._items]
        places = [place for place, _ in self._items]

        def where(number: int) -> str:
            return f"{places[number].sheet} row {places[number].row}"

        items = list(enumerate(item for _, item in self._items))
        wrong: set[int] = set()
        told: set[tuple[str, str, str]] = set()
        for number, name, what in reference_faults(items, self.known, where):
            wrong.add(number)
            place = places[number]
            # A key that stands twice is told under the word of the item itself.
            twice = name == ITEM_FORM_OF[type(items[number][1])].word
            if twice or name in place.columns:
                self._fault(place.sheet, place.cell("id" if twice else name), name, what)
            elif (place.sheet, name, what) not in told:
                # It is the mapping's, the same for every row: once is enough.
                told.add((place.sheet, name, what))
                self._fault(place.sheet, place.cell("id"), f"{name}, by the mapping", what)
        kept = [item for number, item in items if number not in wrong]
        return SheetReading(
            items=tuple(kept),
            faults=tuple(self._faults),
            fault_count=self._count,
            rows=self._rows,
            unused=tuple(self._unused),
            places={item.id: (place.sheet, place.cell("id")) for place, item in self._items},
        )

    def _fault(self, sheet: str, cell: str, name: str, what: str) -> None:
        self._count += 1
        if len(self._faults) < FAULTS_MAX:
            self._faults.append(SheetFault(sheet=sheet, cell=cell, field=name, what=what))

    def _heads(self, table: Table, sheet: str, row: Row) -> dict[str, int]:
        """Columns by heading. Raises nothing: a mapped heading that is not there is a fault."""
        found: dict[str, int] = {}
        for number, cell in enumerate(row.cells):
            name = str(cell).strip() if isinstance(cell, str | int | float) else ""
            if name in found:
                self._fault(sheet, cell_name(number, row.number), name, "stands twice; rename one")
            elif name:
                found[name] = number
        wanted = table.headings()
        for name in wanted:
            if name not in found and not table.own:
                what = f'there is no column "{shown(name)}"; correct the mapping or the heading'
                self._fault(sheet, cell_name(0, row.number), "header", what)
        self._unused += [f"{sheet}: {shown(name)}" for name in found if name not in wanted]
        return {name: number for name, number in found.items() if name in wanted}

    def _read_row(self, table: Table, sheet: str, row: Row, columns: dict[str, int]) -> None:
        before = self._count
        cells = self._texts(table, sheet, row, columns)
        kind = table.kind or cells.get(KIND, "")
        form = ITEMS.get(kind)
        if form is None:
            at = cell_name(columns.get(KIND, 0), row.number)
            what = f'"{shown(kind)}" is not one of {", ".join(ITEMS)}; write one of them'
            self._fault(sheet, at, KIND, what)
            return
        place = _Place(sheet=sheet, row=row.number, columns={})
        values = self._fields(table, form, place, cells, columns)
        assertions = self._assertions(table, form, place, cells, columns)
        if self._count > before:
            return
        if assertions:
            values["assertions"] = tuple(assertions)
        item = cast("Item", form.make(**values))
        try:
            self._items.append((place, check_named(item) if isinstance(item, Statement) else item))
        except UsageError as error:
            self._fault(sheet, place.cell("force"), "force", str(error))

    def _texts(self, table: Table, sheet: str, row: Row, columns: dict[str, int]) -> dict[str, str]:
        """Texts by heading; a cell that holds no value is told, and left out."""
        texts: dict[str, str] = {}
        for heading, number in columns.items():
            cell = row.cells[number] if number < len(row.cells) else None
            if isinstance(cell, BadCell):
                name = table.columns.get(heading, heading)
                self._fault(sheet, cell_name(number, row.number), name, cell.what)
            else:
                texts[heading] = cell_text(cell)
        return texts

    def _fields(
        self,
        table: Table,
        form: Form,
        place: _Place,
        cells: dict[str, str],
        columns: dict[str, int],
    ) -> dict[str, Any]:
        texts, bad = dict(table.constants), set[str]()
        for heading, name in table.columns.items():
            if name in {ASSERTS, KIND} or heading not in columns:
                continue
            place.columns.setdefault(name, columns[heading])
            if heading not in cells:
                bad.add(name)
                continue
            text = table.value_of(name, cells[heading])
            if text and form.field(name) is None:
                what = f"is no field of a {form.word}; empty the cell"
                self._fault(place.sheet, place.cell(name), name, what)
            elif text:
                texts[name] = f"{texts[name]}\n{text}" if name in texts else text
        for name, text in table.defaults.items():
            texts.setdefault(name, text)
        values: dict[str, Any] = {}
        for known in form.fields:
            if known.name in texts:
                column = place.columns.get(known.name, 0)
                value = self._value(table, place, known, texts[known.name], column)
                values |= {} if value is None else {known.attribute: value}
            elif known.need and known.name not in bad:
                what = f"is missing from this {form.word}; fill the cell"
                self._fault(place.sheet, place.cell(known.name), known.name, what)
        return values

    def _value(self, table: Table, place: _Place, known: Field, text: str, column: int) -> Any:
        """The value of a field; None where it is empty, or a fault was told."""
        try:
            value = read_field(known, text, table)
        except UsageError as error:
            cell = cell_name(column, place.row)
            self._fault(place.sheet, cell, known.name, str(error))
            return None
        return None if value == () else value

    def _assertions(
        self,
        table: Table,
        form: Form,
        place: _Place,
        cells: dict[str, str],
        columns: dict[str, int],
    ) -> list[Assertion]:
        found: list[Assertion] = []
        for heading, name in table.columns.items():
            if name != ASSERTS or not cells.get(heading):
                continue
            at = cell_name(columns[heading], place.row)
            if form.word not in {"statement", "inference"}:
                what = f"a {form.word} asserts nothing; empty the cell"
                self._fault(place.sheet, at, ASSERTS, what)
                continue
            for line in filter(None, map(str.strip, cells[heading].split("\n"))):
                try:
                    found.append(parse_assertion(line))
                except UsageError as error:
                    self._fault(place.sheet, at, ASSERTS, str(error))
        for one in table.asserts:
            made = self._assertion(table, one, place, cells, columns)
            found += [made] if made is not None else []
        if len(found) > ASSERTIONS_MAX:
            what = f"has {len(found)} assertions; split the row"
            self._fault(place.sheet, place.cell("id"), ASSERTS, what)
        return found

    def _assertion(
        self,
        table: Table,
        one: AssertColumns,
        place: _Place,
        cells: dict[str, str],
        columns: dict[str, int],
    ) -> Assertion | None:
        """An assertion of several columns; none where all of them are empty."""
        form, before = ASSERTIONS[one.kind], self._count
        given = {h: cells[h] for h in one.columns if cells.get(h)}
        if not given:
            return None
        where = {name: columns[head] for head, name in one.columns.items() if head in columns}
        texts = dict(one.constants)
        for heading, text in given.items():
            name = one.columns[heading]
            mapped = table.value_of(name, text)
            texts[name] = f"{texts[name]}\n{mapped}" if name in texts else mapped
        values: dict[str, Any] = {}
        for known in form.fields:
            at = where.get(known.name, 0)
            if known.name in texts:
                value = self._value(table, place, known, texts[known.name], at)
                values |= {} if value is None else {known.attribute: value}
            elif known.need:
                what = f"is missing from this {form.word}; fill the cell"
                self._fault(place.sheet, cell_name(at, place.row), known.name, what)
        return cast("Assertion", form.make(**values)) if self._count == before else None


def read_field(known: Field, text: str, table: Table) -> Any:
    """The value of a field out of a cell; several values stand on lines of their own.

    Raises:
        UsageError: with the remedy.
    """
    if not known.many:
        line = _LINE_ENDS.sub(" ", text).strip()
        return known.codec.from_text(_iso_day(line, table.dates) if known.codec is DAYS else line)
    parts = [part.strip() for part in re.split(rf"\n|{re.escape(table.separator)}", text)]
    if len(parts) > MANY_MAX:
        raise UsageError(f"holds {len(parts)} values; {MANY_MAX} can stand there")
    values = (known.codec.from_text(part) for part in parts if part)
    return tuple(value for value in values if value is not None)


def _iso_day(text: str, order: DateOrder) -> str:
    match = _NUMBERED_DAY.fullmatch(text)
    if match is None or order is DateOrder.ISO:
        return text
    day, month = (match[1], match[2]) if order is DateOrder.DAY_FIRST else (match[2], match[1])
    return f"{match[3]}-{int(month):02d}-{int(day):02d}"


def read_tables(parts: Iterable[tuple[Table, str, Iterable[Row]]], known: Record) -> SheetReading:
    """Read whole sheets, each by its table; total: any cells give items, faults, or both."""
    reader = SheetReader(known=known)
    for table, sheet, rows in parts:
        reader.read(table, sheet, rows)
    return reader.finish()


def against_rules(reading: SheetReading, picture: Picture) -> SheetReading:
    """The reading with a fault at each item that cannot be, beside the record or another row."""
    faults, count, wrong = list(reading.faults), reading.fault_count, set[str]()
    for one in impossible(picture, reading.items):
        ids = [cite.id for _, cite in one.values if cite.id in reading.places]
        if not ids:
            continue
        wrong.update(ids)
        count += 1
        if len(faults) < FAULTS_MAX:
            sheet, cell = reading.places[ids[-1]]
            name = one.field or one.rule.code
            faults.append(
                SheetFault(sheet=sheet, cell=cell, field=name, what=f"{one.thing}, {one.words()}")
            )
    kept = tuple(item for item in reading.items if item.id not in wrong)
    return replace(reading, items=kept, faults=tuple(faults), fault_count=count)
