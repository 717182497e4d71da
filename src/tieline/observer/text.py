"""The text format: blocks of ``key: value`` lines that a person writes in any editor.

::

    statement: a-6
      source: a
      passage: 4
      force: narrated
      text: The round had been set for October and was put off;
        | by whom is not said.
      asserts: round river-2
        planned: 2018-10 "October"

A block opens with its kind and key and ends at a blank line. Indentation is for the eye; fields
after an ``asserts`` line belong to that assertion. ``#`` opens a comment line, ``|`` goes on
with the line above. Reading is total: any bytes give a record, the faults found, or both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tieline.errors import UsageError
from tieline.observer.body import ASSERTIONS_MAX, is_empty
from tieline.observer.form import MANY_MAX, Field, Form
from tieline.observer.forms import ASSERTION_FORM_OF, ASSERTIONS, ITEM_FORM_OF, ITEMS
from tieline.observer.references import reference_faults
from tieline.observer.statement import (
    Inference,
    Item,
    Record,
    Review,
    Source,
    Statement,
    Withdrawal,
)
from tieline.words import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tieline.observer.assertion import Assertion

FORMAT: Final = "tieline/observer@v1"
TEXT_BYTES_MAX: Final = 4 * 1024 * 1024
FAULTS_MAX: Final = 100
_WRAP_COLUMNS: Final = 92
_FORMAT_KEY: Final = "format"
_ASSERTS: Final = "asserts"
_ASSERTING: Final = frozenset({"statement", "inference"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong in a text: the line (from 1), the field, and what to do about it."""

    line: int
    field: str
    what: str

    def words(self) -> str:
        return f"line {self.line}, {self.field}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text gave: the items that are whole, and every fault up to ``FAULTS_MAX``."""

    record: Record
    faults: tuple[Fault, ...]


@dataclass(slots=True, kw_only=True)
class _Line:
    number: int
    key: str
    value: str


@dataclass(slots=True, kw_only=True)
class _Part:
    """A block's own fields, or those of one of its assertions, before they are understood."""

    form: Form | None
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    spoilt: bool = False


class _Faults:
    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, line: int, name: str, what: str) -> None:
        if len(self.found) < FAULTS_MAX:
            self.found.append(Fault(line=line, field=name, what=what))


def parse_text(data: bytes) -> Record:
    """Read a record that has no fault.

    Raises:
        UsageError: with one line for each fault: line, field, what to write instead.
    """
    reading = read_text(data)
    if reading.faults:
        raise UsageError("\n".join(fault.words() for fault in reading.faults))
    return reading.record


def read_text(data: bytes, known: Record | None = None) -> Reading:
    """Read any bytes, in steps: (1) decode, (2) blocks, (3) fields, (4) references.

    Args:
        data: the text.
        known: what is recorded already; blocks may refer to it, and repeat it word for word.
    """
    faults = _Faults()
    # (1)
    text = _decode(data, faults)
    # (2)
    blocks = list(_blocks(text, faults))
    # (3)
    items: list[tuple[int, Item]] = []
    for block in blocks:
        item = _item(block, faults)
        if item is not None:
            items.append((block[0].number, item))
    # (4): only in a text that reads well, or one wrong block would fault all that cite it.
    if not faults.found:
        _check_references(items, faults, known or Record())
    return Reading(record=_record([item for _, item in items]), faults=tuple(faults.found))


def _decode(data: bytes, faults: _Faults) -> str:
    if len(data) > TEXT_BYTES_MAX:
        what = f"has {len(data)} bytes; split it into files of {TEXT_BYTES_MAX} at most"
        faults.add(1, "file", what)
        return ""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.add(line, "file", "is not UTF-8 from here on; save it as UTF-8")
        return ""


def _blocks(text: str, faults: _Faults) -> Iterator[list[_Line]]:
    block: list[_Line] = []
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip(" \t\r")
        if line.startswith("#"):
            continue
        if not line:
            if block:
                yield block
            block = []
        elif line.startswith("|"):
            _go_on(block, number, line, faults)
        else:
            _add_line(block, number, line, faults)
    if block:
        yield block


def _go_on(block: list[_Line], number: int, line: str, faults: _Faults) -> None:
    if not block:
        faults.add(number, "|", "goes on with no line above; write key: value first")
        return
    more = line[1:].strip(" \t")
    block[-1].value = f"{block[-1].value} {more}".strip(" \t")


def _add_line(block: list[_Line], number: int, line: str, faults: _Faults) -> None:
    key, colon, value = line.partition(":")
    if not colon:
        faults.add(number, shown(key, 30), 'has no ":"; write key: value, or begin with | or #')
        # The line still opens or spoils a block, so that what follows is read in its place.
        key, value = "", line
    block.append(_Line(number=number, key=key.strip(" \t"), value=value.strip(" \t")))


def _item(block: list[_Line], faults: _Faults) -> Item | None:
    head = block[0]
    if head.key == _FORMAT_KEY:
        if head.value != FORMAT or head.number != block[-1].number:
            faults.add(head.number, _FORMAT_KEY, f"is not this one; write {FORMAT} alone")
        return None
    form = ITEMS.get(head.key)
    if form is None:
        if head.key:
            kinds = ", ".join(ITEMS)
            what = f"is no kind of block; begin the block with one of {kinds}"
            faults.add(head.number, shown(head.key, 30), what)
        return None
    own = _Part(form=form, number=head.number)
    parts = [own]
    _set(own, _Line(number=head.number, key="id", value=head.value), faults)
    for line in block[1:]:
        if line.key == _ASSERTS and head.key in _ASSERTING:
            parts.append(_open_assertion(line, faults))
        else:
            _set(parts[-1], line, faults)
    return _finish(own, parts[1:], faults)


def _open_assertion(line: _Line, faults: _Faults) -> _Part:
    word, _, thing = line.value.partition(" ")
    form = ASSERTIONS.get(word)
    part = _Part(form=form, number=line.number)
    if form is None:
        what = f'"{shown(word)}" is not one of {", ".join(ASSERTIONS)}; write kind and key'
        faults.add(line.number, _ASSERTS, what)
        part.spoilt = True
    else:
        thing_line = _Line(number=line.number, key="thing", value=thing.strip(" \t"))
        _set(part, thing_line, faults)
    return part


def _set(part: _Part, line: _Line, faults: _Faults) -> None:
    if part.form is None or not line.key:
        part.spoilt = True
        return
    known = part.form.field(line.key)
    if known is None:
        names = ", ".join(f.name for f in part.form.fields if f.name not in {"id", "thing"})
        what = f"is no field of a {part.form.word}; it has {names}"
        faults.add(line.number, shown(line.key, 30), what)
        part.spoilt = True
        return
    if known.name in part.seen and not known.many:
        faults.add(line.number, known.name, "stands twice; keep one of the two lines")
        part.spoilt = True
        return
    part.seen.add(known.name)
    try:
        _keep(part, known, known.codec.from_text(line.value))
    except UsageError as error:
        faults.add(line.number, known.name, str(error))
        part.spoilt = True


def _keep(part: _Part, known: Field, value: Any) -> None:
    if value is None:
        return
    if not known.many:
        part.values[known.attribute] = value
        return
    kept = (*part.values.get(known.attribute, ()), value)
    if len(kept) > MANY_MAX:
        raise UsageError(f"stands more than {MANY_MAX} times; split the {known.name} lines")
    part.values[known.attribute] = kept


def _finish(own: _Part, parts: list[_Part], faults: _Faults) -> Item | None:
    if len(parts) > ASSERTIONS_MAX:
        what = f"has {len(parts)} assertions; split it into blocks of {ASSERTIONS_MAX} or fewer"
        faults.add(own.number, _ASSERTS, what)
        return None
    assertions = [_make(part, faults) for part in parts]
    if parts:
        own.values["assertions"] = tuple(made for made in assertions if made is not None)
    made: Item | None = _make(own, faults)
    return None if None in assertions else made


def _make(part: _Part, faults: _Faults) -> Any:
    if part.form is None:
        return None
    for known in part.form.fields:
        if known.need and known.name not in part.seen:
            what = f'is missing from this {part.form.word}; add a line "{known.name}: ..."'
            faults.add(part.number, known.name, what)
            part.spoilt = True
    return None if part.spoilt else part.form.make(**part.values)


def _check_references(items: list[tuple[int, Item]], faults: _Faults, known: Record) -> None:
    for number, name, what in reference_faults(items, known, "line {}".format):
        faults.add(number, name, what)


def _record(items: list[Item]) -> Record:
    return Record(
        sources=tuple(item for item in items if isinstance(item, Source)),
        statements=tuple(item for item in items if isinstance(item, Statement)),
        inferences=tuple(item for item in items if isinstance(item, Inference)),
        withdrawals=tuple(item for item in items if isinstance(item, Withdrawal)),
        reviews=tuple(item for item in items if isinstance(item, Review)),
    )


def write_text(record: Record) -> str:
    """Write a record that `parse_text` reads back to an equal one.

    Raises:
        UsageError: a value that the format cannot carry; the message names item and field.
    """
    blocks = [f"{_FORMAT_KEY}: {FORMAT}\n"]
    blocks += ["".join(_write_item(item)) for item in record.items()]
    return "\n".join(blocks)


def _write_item(item: Item) -> Iterator[str]:
    form = ITEM_FORM_OF[type(item)]
    yield from _write_fields(form, item, f"{form.word}: {item.id}", "  ")
    assertions: tuple[Assertion, ...] = getattr(item, "assertions", ())
    for one in assertions:
        assertion_form = ASSERTION_FORM_OF[type(one)]
        head = f"  {_ASSERTS}: {assertion_form.word} {one.thing}"
        yield from _write_fields(assertion_form, one, head, "    ")


def _write_fields(form: Form, value: object, head: str, indent: str) -> Iterator[str]:
    name = form.fields[0].attribute
    _spell(form.fields[0], getattr(value, name), head)
    yield head + "\n"
    for known in form.fields[1:]:
        held = getattr(value, known.attribute)
        if is_empty(held) and not known.need:
            continue
        for one in held if known.many else (held,):
            opening = f"{indent}{known.name}: "
            yield from _wrap(opening, _spell(known, one, head), f"{indent}  | ")


def _spell(known: Field, value: object, head: str) -> str:
    try:
        return known.codec.to_text(value)
    except UsageError as error:
        raise UsageError(f"{head.strip()}, {known.name}: {error}") from None


def _wrap(opening: str, rest: str, margin: str) -> Iterator[str]:
    while len(opening) + len(rest) > _WRAP_COLUMNS:
        cut = _cut(rest, _WRAP_COLUMNS - len(opening))
        if cut is None:
            break
        yield f"{opening}{rest[:cut]}\n"
        opening, rest = margin, rest[cut + 1 :]
    yield f"{opening}{rest}\n"


def _cut(text: str, room: int) -> int | None:
    """The last single space between two words that fits; joining lines gives it back."""
    for at in range(min(room, len(text) - 2), 0, -1):
        if text[at] == " " and not text[at - 1].isspace() and not text[at + 1].isspace():
            return at
    return None
