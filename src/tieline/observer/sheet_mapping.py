"""Mapping: which column of a spreadsheet is which field, written as TOML.

::

    format = "tieline/mapping@v1"

    [[source]]                   # sources that the rows cite and that no sheet holds
    id = "ledger"
    published = "2019-03"
    file = "talks.xlsx"

    [[table]]
    sheet = "Talks"              # left out: the first sheet, or the CSV file itself
    kind = "statement"
    header = 1
    dates = "day first"          # how 03/04/2018 is meant; ISO days are read always
    separator = ";"              # between several values in one cell, beside line ends

    [table.columns]              # heading = field
    "Ref" = "id"
    "What was said" = "text"

    [table.defaults]             # where the cell is empty
    force = "narrated"

    [table.constants]            # for every row
    source = "ledger"

    [table.values.force]         # what stands there = what is meant
    "official text" = "readout"

    [[table.asserts]]            # an assertion of several columns
    kind = "round"
    constants = { of = "talks" }
    columns = { "Round" = "thing", "Held on" = "held", "City" = "place" }
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from tieline.errors import UsageError
from tieline.observer.forms import ASSERTIONS, ITEMS
from tieline.observer.notation import make_item
from tieline.observer.statement import Source
from tieline.words import shown

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict

FORMAT: Final = "tieline/mapping@v1"
TABLES_MAX: Final = 50
HEADER_MAX: Final = 1_000
ASSERTS: Final = "asserts"
KIND: Final = "kind"
_TABLE_MEMBERS: Final = frozenset(
    "sheet kind header dates separator columns defaults constants values asserts".split()
)
_ASSERT_MEMBERS: Final = frozenset({"kind", "columns", "constants"})


class DateOrder(Enum):
    """How a day of three numbers is meant."""

    ISO = "iso"
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertColumns:
    """Columns that make one assertion a row; ``columns`` are field names by heading."""

    kind: str
    columns: Dict[str, str]
    constants: Dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """How one sheet is read; ``kind`` empty means that a column tells it.

    ``own`` marks the layout that this program writes: columns may be left out of it.
    """

    sheet: str = ""
    kind: str = ""
    header: int = 1
    dates: DateOrder = DateOrder.ISO
    separator: str = "\n"
    columns: Dict[str, str] = field(default_factory=dict)
    defaults: Dict[str, str] = field(default_factory=dict)
    constants: Dict[str, str] = field(default_factory=dict)
    values: Dict[str, Dict[str, str]] = field(default_factory=dict)
    asserts: tuple[AssertColumns, ...] = ()
    sources: tuple[Source, ...] = ()
    own: bool = False

    def headings(self) -> frozenset[str]:
        """Every heading that is read."""
        return frozenset(self.columns).union(*(one.columns for one in self.asserts))

    def value_of(self, name: str, text: str) -> str:
        """What a cell's text means, if the mapping says that it means something else."""
        return self.values.get(name, {}).get(text, text)


def sheet_name(word: str) -> str:
    """The sheet on which this program writes items of one kind."""
    return {"inference": "inferences"}.get(word, f"{word}s")


def own_tables() -> tuple[Table, ...]:
    """The layout that this program writes: a sheet a kind."""
    return tuple(
        Table(sheet=sheet_name(word), kind=word, columns=_own_columns(word), own=True)
        for word in ITEMS
    )


def own_table() -> Table:
    """The layout of a single file that holds all kinds."""
    columns = {KIND: KIND}
    for word in ITEMS:
        columns |= _own_columns(word)
    return Table(columns=columns, own=True)


def _own_columns(word: str) -> dict[str, str]:
    names = [each.name for each in ITEMS[word].fields]
    names += [ASSERTS] if word in {"statement", "inference"} else []
    return {name: name for name in names}


def read_mapping(value: Dict[str, Any]) -> tuple[Table, ...]:
    """Read a mapping.

    Raises:
        UsageError: the message names the table and the member, with the remedy.
    """
    if value.get("format") != FORMAT:
        raise UsageError(f'the mapping does not say format = "{FORMAT}"; write it on top')
    _only(value, frozenset({"format", "source", "table"}), "the mapping")
    tables = value.get("table")
    if not isinstance(tables, list) or not 1 <= len(tables) <= TABLES_MAX:
        raise UsageError(f"the mapping has no [[table]], or more than {TABLES_MAX}")
    sources = tuple(_source(one, n) for n, one in enumerate(value.get("source", []), start=1))
    return tuple(
        replace(_table(one, f"table {n}"), sources=sources) for n, one in enumerate(tables, start=1)
    )


def _source(value: object, number: int) -> Source:
    where = f"source {number}"
    texts = _texts({"source": value}, "source", where)
    try:
        made = make_item("source", texts.items())
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
    assert isinstance(made, Source)
    return made


def _table(value: object, where: str) -> Table:
    members = _members(value, where)
    _only(members, _TABLE_MEMBERS, where)
    kind = _text(members, "kind", where)
    if kind and kind not in ITEMS:
        raise UsageError(f'{where}, kind: "{shown(kind)}" is not one of {", ".join(ITEMS)}')
    header = members.get("header", 1)
    if not isinstance(header, int) or isinstance(header, bool) or not 1 <= header <= HEADER_MAX:
        raise UsageError(f"{where}, header: is not a row from 1 to {HEADER_MAX}")
    columns = _texts(members, "columns", where)
    names = _field_names(kind) | {ASSERTS} | (set() if kind else {KIND})
    given = {part: _texts(members, part, where) for part in ("defaults", "constants")}
    for part, texts in (("columns", dict.fromkeys(columns.values(), "")), *given.items()):
        for name in texts:
            if name not in names - ({ASSERTS, KIND} if part != "columns" else set()):
                raise UsageError(
                    f'{where}, {part}: a {kind or "row"} has no field "{shown(name)}"; '
                    f"it has {', '.join(sorted(names))}"
                )
    if not kind and KIND not in columns.values():
        raise UsageError(f"{where}: no kind; write kind = ..., or map a column to it")
    return Table(
        sheet=_text(members, "sheet", where),
        kind=kind,
        header=header,
        dates=_order(members, where),
        separator=_text(members, "separator", where) or "\n",
        columns=columns,
        defaults=given["defaults"],
        constants=given["constants"],
        values={
            name: _texts(_members(members["values"], f"{where}, values"), name, where)
            for name in _members(members.get("values", {}), f"{where}, values")
        },
        asserts=_asserts(members, where),
    )


def _asserts(members: dict[str, Any], where: str) -> tuple[AssertColumns, ...]:
    listed = members.get(ASSERTS, [])
    if not isinstance(listed, list):
        raise UsageError(f"{where}, asserts: is not a list; write [[table.asserts]]")
    found = []
    for number, value in enumerate(listed, start=1):
        at = f"{where}, asserts {number}"
        one = _members(value, at)
        _only(one, _ASSERT_MEMBERS, at)
        kind = _text(one, "kind", at)
        if kind not in ASSERTIONS:
            raise UsageError(f'{at}, kind: "{shown(kind)}" is not one of {", ".join(ASSERTIONS)}')
        names = {each.name for each in ASSERTIONS[kind].fields}
        columns, constants = _texts(one, "columns", at), _texts(one, "constants", at)
        for name in (*columns.values(), *constants):
            if name not in names:
                raise UsageError(
                    f'{at}: a {kind} has no field "{shown(name)}"; '
                    f"it has {', '.join(sorted(names))}"
                )
        if not columns:
            raise UsageError(f"{at}: has no columns; write columns = {{ ... }}")
        found.append(AssertColumns(kind=kind, columns=columns, constants=constants))
    return tuple(found)


def _order(members: dict[str, Any], where: str) -> DateOrder:
    text = _text(members, "dates", where) or DateOrder.ISO.value
    if text not in {order.value for order in DateOrder}:
        known = ", ".join(order.value for order in DateOrder)
        raise UsageError(f'{where}, dates: "{shown(text)}" is not one of {known}')
    return DateOrder(text)


def _field_names(kind: str) -> set[str]:
    words = [kind] if kind else list(ITEMS)
    return {each.name for word in words for each in ITEMS[word].fields}


def _members(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"{where}: is not a table of TOML")
    return value


def _only(members: Dict[str, Any], allowed: frozenset[str], where: str) -> None:
    extra = sorted(set(members) - allowed)
    if extra:
        raise UsageError(
            f'{where}: there is no "{shown(extra[0])}"; there are {", ".join(sorted(allowed))}'
        )


def _text(members: dict[str, Any], name: str, where: str) -> str:
    value = members.get(name, "")
    if not isinstance(value, str):
        raise UsageError(f"{where}, {name}: is not a text; write it in quotes")
    return value


def _texts(members: dict[str, Any], name: str, where: str) -> dict[str, str]:
    value = _members(members.get(name, {}), f"{where}, {name}")
    for key, one in value.items():
        if not isinstance(one, str):
            raise UsageError(f"{where}, {name}, {shown(key)}: is not a text; write it in quotes")
    return dict(value)
