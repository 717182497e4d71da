"""Sites: sheets of protected places, CSV or XLSX, hundreds at a time, with duplicates found.

The head line names the columns. A position stands in one column in any usual style, or in two as
decimal degrees. Formulas are not computed, and nothing is corrected: what is odd is said.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tieline.deconfliction.notified import UNNAMED, Notified
from tieline.errors import UsageError
from tieline.files import making
from tieline.files.making import Gathering, Reading
from tieline.space.geodesy import distance_m
from tieline.space.position import E7, Position
from tieline.space.reading import read_position
from tieline.space.shape import Circle, Point, Shape
from tieline.space.volume import Volume
from tieline.words import shown

ROWS_MAX: Final = 100_000
COLUMNS_MAX: Final = 200
UNPACKED_BYTES_MAX: Final = 512 * 1024 * 1024
"""All that an XLSX file says it unpacks to."""
SAME_PLACE_M: Final = 50
"""Two sites nearer than this are asked about as one: our own choice, the size of a building."""
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "site", "facility", "facility name", "title"),
    "key": ("key", "id", "code", "reference"),
    "position": ("position", "coordinates", "location", "mgrs"),
    "lat": ("latitude", "lat", "y"),
    "lon": ("longitude", "lon", "lng", "long", "x"),
    "radius_m": ("radius_m", "radius", "radius (m)"),
    "error_m": ("error_m", "error", "accuracy", "accuracy (m)"),
    "kind": ("kind", "sort", "type", "function"),
    "party": ("party", "owner", "organisation", "organization"),
    "text": ("text", "note", "notes", "description", "address"),
    "until": ("until", "re-confirm by", "reconfirm by", "valid until", "expires"),
}
"""What a column may be called, in small letters."""

Cells = dict[str, str]


def read(data: bytes, *, source: str, party: str = UNNAMED, kind: str = "site") -> Reading:
    """Sites of a sheet, one a row; XLSX if it is an archive, CSV in UTF-8 otherwise.

    Raises:
        UsageError: not such a file, without a head line that names a position, or over a limit.
    """
    making.bounded(data, source)
    table = _xlsx(data, source) if data[:2] == b"PK" else _csv(data, source)
    rows = iter(table)
    columns = _columns(next(rows, []), source)
    gathering = Gathering(source)
    seen = _Seen()
    for number, row in enumerate(rows, start=2):
        if number > ROWS_MAX:
            raise UsageError(f"{source} has more than {ROWS_MAX} rows; divide it")
        cells = {name: row[at].strip() for name, at in columns.items() if at < len(row)}
        if not any(row):
            continue
        try:
            made = _site(cells, number, seen, party=party, kind=kind)
            gathering.take(replace(made, key=gathering.key(made.key)))
        except UsageError as error:
            gathering.fault(f"row {number}", str(error))
    return gathering.done()


def _columns(head: list[str], source: str) -> dict[str, int]:
    names = [cell.strip().lower() for cell in head]
    found = {
        name: names.index(word)
        for name, words in COLUMNS.items()
        for word in words[::-1]
        if word in names
    }
    if "position" not in found and not {"lat", "lon"} <= found.keys():
        raise UsageError(
            f"{source} has no column for a position; call one 'position', or two 'latitude' and "
            f"'longitude' (it has: {', '.join(shown(name, 20) for name in names[:12]) or 'none'})"
        )
    return found


def _site(cells: Cells, number: int, seen: _Seen, *, party: str, kind: str) -> Notified:
    at, error_m, doubts = _place(cells)
    error_m = _whole(cells, "error_m") if cells.get("error_m") else error_m
    shape: Shape = Point(at=at, error_m=error_m)
    if cells.get("radius_m"):
        shape = Circle(centre=at, radius_m=_whole(cells, "radius_m"), error_m=error_m)
    window, doubt = making.window(None, cells.get("until") or None)
    title = making.clipped(cells.get("name", ""), making.TITLE_CHARS_MAX)
    doubts += tuple(each for each in doubt if cells.get("until") == "" and each != making.NO_TIME)
    return Notified(
        key=cells.get("key", "") or title or f"row {number}",
        party=making.clipped(cells.get("party", ""), 80) or party,
        kind=making.clipped(cells.get("kind", ""), 80).lower() or kind,
        title=title,
        text=cells.get("text", "")[: making.TEXT_CHARS_MAX],
        volumes=(Volume(shape=shape, window=window),),
        doubts=(*doubts, *making.doubts_of([at]), *seen.doubts(number, title, at)),
    )


def _place(cells: Cells) -> tuple[Position, int, tuple[str, ...]]:
    if cells.get("position"):
        found = read_position(cells["position"])
        return found.at, found.precision_m, found.doubts
    lat, lon = (_degrees(cells, name) for name in ("lat", "lon"))
    digits = min(_digits(cells[name]) for name in ("lat", "lon"))
    # A last digit stands for so much of a degree of 111.7 km.
    return making.place(lat, lon), int(111_700 / 10**digits) + 1, ()


def _degrees(cells: Cells, name: str) -> Decimal:
    text = cells.get(name, "").replace(",", ".")[:40]
    try:
        return Decimal(text)
    except InvalidOperation:
        raise UsageError(f"{name} is {shown(text)!r}, which is no number of degrees") from None


def _digits(text: str) -> int:
    return min(len(text.replace(",", ".").partition(".")[2]), 7)


def _whole(cells: Cells, name: str) -> int:
    text = cells[name]
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise UsageError(f"{name} is {shown(text)!r}; write whole metres")
    return int(text)


class _Seen:
    """Rows so far, by name and by place, so that duplicates are found in one pass."""

    def __init__(self) -> None:
        self._names: dict[str, int] = {}
        self._places: dict[tuple[int, int], list[tuple[int, Position]]] = {}

    def doubts(self, number: int, title: str, at: Position) -> Iterator[str]:
        """What makes a row look like one before it."""
        name = " ".join(title.casefold().split())
        if name and name in self._names:
            yield f"the same name as row {self._names[name]}"
        elif name:
            self._names[name] = number
        # Cells of 0.001 degree are 111 m high, and narrower than 50 m beyond 63 degrees; there more
        # of them are looked at.
        lat, lon = at.lat_e7 // (E7 // 1000), at.lon_e7 // (E7 // 1000)
        wide = 1 if abs(at.lat_deg) < 60 else 8
        for row in range(lat - 1, lat + 2):
            for column in range(lon - wide, lon + wide + 1):
                for other, there in self._places.get((row, column), ()):
                    apart = distance_m(at, there)
                    if apart < SAME_PLACE_M:
                        yield f"the same place as row {other} ({apart:.0f} m apart)"
                        return
        self._places.setdefault((lat, lon), []).append((number, at))


# -- the two kinds of sheets


def _csv(data: bytes, source: str) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{source} is not UTF-8 from line {line} on; save it so") from None
    head = text.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True):
            yield _bounded(row, source)
    except csv.Error as error:
        raise UsageError(f"{source} is not CSV: {error}") from None


def _bounded(row: list[str], source: str) -> list[str]:
    if len(row) > COLUMNS_MAX:
        raise UsageError(f"{source} has a row of {len(row)} columns; {COLUMNS_MAX} can be read")
    return row


def _xlsx(data: bytes, source: str) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - takes long, and few files need it

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(each.file_size for each in packed.infolist())
        if unpacked > UNPACKED_BYTES_MAX:
            raise UsageError(f"{source} unpacks to {unpacked} bytes; {UNPACKED_BYTES_MAX} at most")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheet: Any = book.worksheets[0]
        # The size that a file claims for a sheet is often wrong; what is there counts.
        sheet.reset_dimensions()
        for row in sheet.iter_rows():
            yield _bounded(_cells(row, source), source)
    except UsageError:
        raise
    # A broken archive fails in many ways, and all of them mean this.
    except Exception as error:
        raise UsageError(f"{source} is no XLSX file that can be read; save it again") from error


def _cells(row: Iterable[Any], source: str) -> list[str]:
    found = []
    for cell in row:
        value = cell.value
        if cell.data_type == "f":
            raise UsageError(
                f"{source} has a formula in {cell.coordinate}; paste values, and save it again"
            )
        if isinstance(value, datetime | date):
            value = value.isoformat()[:10]
        elif isinstance(value, float):
            value = repr(value) if not value.is_integer() else str(int(value))
        found.append("" if value is None else str(value))
    return found
