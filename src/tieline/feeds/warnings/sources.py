"""Sources: warnings as published: the JSON and XML of NGA's broadcast warnings, and plain text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from xml.parsers import expat

from tieline.errors import MalformedError
from tieline.feeds.warnings.limits import check_count
from tieline.feeds.warnings.model import PUBLISHER_AREAS, Raw
from tieline.feeds.warnings.plaintext import read_plain
from tieline.feeds.warnings.timewords import MONTHS
from tieline.feeds.warnings.unpack import unpack

DEPTH_MAX: Final = 6
"""Elements within elements; the published form has three."""
_FIELDS: Final = frozenset(
    "msgYear msgNumber navArea subregion text status issueDate authority cancelDate".split()
)
_ROW: Final = re.compile(r"broadcastWarn\w*|warning")
_ISSUED: Final = re.compile(r"(\d{2})(\d{2})(\d{2})Z ([A-Z]{3}) (\d{4})")
AREA_CHARS_MAX: Final = 40
BAD_CHARS_MAX: Final = 4_000
"""How much of a row that is no warning is kept, for a person to read."""
YEARS: Final = range(1970, 2100)
NUMBER_MAX: Final = 99_999


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row of a file that is no warning: where it stands, what it holds, and what is wrong."""

    where: str
    text: str
    reason: str


def read_file(data: bytes, bad: list[BadRow] | None = None) -> list[Raw]:
    """The warnings of a file: JSON, XML or plain text, each packed by gzip or not.

    Rows that are no warnings are put into ``bad``; without it the first of them raises.

    Raises:
        MalformedError: none of them, damaged, or beyond a limit.
    """
    plain = unpack(data)
    start = plain[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"[")):
        return read_json(plain, bad)
    if start.startswith(b"<"):
        return read_xml(plain, bad)
    try:
        return read_plain(plain.decode("utf-8"))
    except UnicodeDecodeError:
        raise MalformedError("the file is neither JSON nor XML nor text in UTF-8") from None


def read_json(data: bytes, bad: list[BadRow] | None = None) -> list[Raw]:
    """Warnings from NGA's JSON: a list, or an object whose ``broadcast-warn`` is one.

    Raises:
        MalformedError: another form.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"the JSON cannot be read: {error}") from None
    rows = value.get("broadcast-warn") if isinstance(value, dict) else value
    if not isinstance(rows, list):
        raise MalformedError('the JSON holds no list "broadcast-warn"')
    check_count(len(rows))
    return _raws(rows, bad)


def read_xml(data: bytes, bad: list[BadRow] | None = None) -> list[Raw]:
    """Warnings from NGA's XML.

    A document type is refused, so that there are no entities to expand or to fetch.

    Raises:
        MalformedError: another form, or a document type.
    """
    reader = _XmlReader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise MalformedError(f"the XML cannot be read: {error}") from None
    return _raws(reader.rows, bad)


class _XmlReader:
    """Collects the fields of each row; names and texts of other elements are stepped over."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []
        self._row: dict[str, str] | None = None
        self._field = ""
        self._pieces: list[str] = []
        self._depth = 0

    def refuse(self, *_: object) -> None:
        raise MalformedError("the XML has a document type; none is taken from strangers")

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise MalformedError(f"the XML is deeper than {DEPTH_MAX} elements")
        if self._row is None and _ROW.fullmatch(name):
            self._row = {}
        elif self._row is not None and name in _FIELDS:
            self._field, self._pieces = name, []

    def end(self, name: str) -> None:
        self._depth -= 1
        if self._row is None:
            return
        if name == self._field:
            self._row[name] = "".join(self._pieces)
            self._field = ""
        elif _ROW.fullmatch(name):
            self.rows.append(self._row)
            self._row = None
            check_count(len(self.rows))

    def text(self, piece: str) -> None:
        if self._field:
            self._pieces.append(piece)


def _raws(rows: Sequence[Any], bad: list[BadRow] | None) -> list[Raw]:
    found = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(_raw(row))
        except MalformedError as error:
            if bad is None:
                raise
            text = json.dumps(row, ensure_ascii=False)[:BAD_CHARS_MAX]
            bad.append(BadRow(where=f"row {number}", text=text, reason=str(error)))
    return found


def _raw(row: Any) -> Raw:
    if not isinstance(row, dict):
        raise MalformedError('a row of "broadcast-warn" is no object')
    area = _word(row, "navArea")
    if len(area) > AREA_CHARS_MAX:
        raise MalformedError(f'"navArea" has {len(area)} characters')
    return Raw(
        series=PUBLISHER_AREAS.get(area, area or "UNNAMED"),
        number=_number(row, "msgNumber", range(NUMBER_MAX + 1)),
        year=_number(row, "msgYear", YEARS),
        text=_word(row, "text"),
        subregions=tuple(s.strip() for s in _word(row, "subregion").split(",") if s.strip()),
        issued_ms=issued_ms(_word(row, "issueDate")),
        status={"A": "active", "C": "cancelled"}.get(_word(row, "status"), _word(row, "status")),
        authority=_word(row, "authority").strip(),
        ended_ms=issued_ms(_word(row, "cancelDate")),
    )


def _word(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise MalformedError(f'"{name}" is neither text nor a number')
    word = str(value)
    # Half a surrogate pair, which JSON can smuggle in, could not be kept or shown anywhere.
    return word if word.isascii() else word.encode("utf-8", "replace").decode()


def _number(row: dict[str, Any], name: str, within: range) -> int:
    word = _word(row, name).strip()
    if not (word.isascii() and word.isdecimal() and len(word) <= 9 and int(word) in within):
        raise MalformedError(f'"{name}" is {word[:20]!r}, no number from {within[0]} on')
    return int(word)


def issued_ms(text: str) -> int | None:
    """``191308Z MAR 2023`` in milliseconds; None for anything else."""
    found = _ISSUED.fullmatch(" ".join(text.upper().split()))
    if found is None or found[4] not in MONTHS:
        return None
    day, hour, minute = int(found[1]), int(found[2]), int(found[3])
    try:
        moment = datetime(int(found[5]), MONTHS.index(found[4]) + 1, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
    return round(moment.timestamp() * 1000)
