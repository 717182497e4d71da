"""Site sheets: hundreds of protected sites from a CSV or XLSX file, faults by cell, twins found.

Columns are found by their head line, whatever their order. Nothing is filed while a cell is wrong
or two entries look like one place, unless the officer says that they are two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from tieline.days import format_days, parse_days
from tieline.desk.placing import Doubts
from tieline.desk.speaking import Desk
from tieline.desk.spreadsheets import csv_rows, xlsx_rows
from tieline.desk.talks import instant_ms
from tieline.errors import UsageError
from tieline.observer.sheet_cells import BadCell, Row, cell_name, cell_text
from tieline.procedures.notification.site import RELATIONS, SORTS
from tieline.record import dsse
from tieline.record.message import MESSAGE_TYPE
from tieline.record.strict import JsonValue, b64decode, b64encode
from tieline.space.body import write_volumes
from tieline.space.geodesy import distance_m
from tieline.space.position import ERROR_M_MAX, Position
from tieline.space.shape import Point
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window
from tieline.words import check_key, check_line, shown

SITES_MAX: Final = 5_000
"""Sites in one sheet; each is a signed message of its own."""
TWIN_M: Final = 200
"""Two entries nearer than this, in metres, may be one place."""
NAMED_TWIN_M: Final = 2_000
"""Two entries with one name nearer than this may be one place; ours."""
CELL_DEG: Final = 0.05
Body = dict[str, JsonValue]
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "key": ("id", "code", "reference"),
    "title": ("name", "facility", "facility name", "site"),
    "position": ("coordinates", "location", "lat/lon"),
    "lat": ("latitude", "y"),
    "lon": ("long", "longitude", "x"),
    "error_m": ("error", "precision", "accuracy"),
    "sort": ("type", "facility type", "kind"),
    "function": ("use",),
    "relation": (),
    "owner": ("organisation", "organization", "submitting organisation"),
    "focal_point": ("focal point", "office"),
    "area": ("address", "district", "admin area"),
    "markings": ("marking",),
    "contact": ("phone", "telephone"),
    "from": ("valid from", "since"),
    "reconfirm": ("reconfirm by", "re-confirm by", "valid until", "expires"),
    "stated_by": ("stated by",),
}
"""Our names of columns, and others that are taken for them."""
_WORD = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong with a cell, or with a whole row."""

    cell: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site of a sheet: its row, what will be filed, and where it is."""

    row: int
    at: Position
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """Two entries that may be one place; ``row`` 0 is one that was notified before."""

    row: int
    other_row: int
    other: str
    apart_m: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet as it was read."""

    sites: tuple[Site, ...]
    faults: tuple[Fault, ...]
    doubts: Doubts


def read_sheet(path: Path, *, now_ms: int, reconfirm: str = "", prefix: str = "site") -> Sheet:
    """The sites of a CSV or XLSX file.

    Args:
        path: the file; its first sheet.
        now_ms: since when a site without a date is protected.
        reconfirm: for rows that name no day by which they have to be confirmed again.
        prefix: of the keys of rows that have none.

    Raises:
        UsageError: it cannot be read, or no column holds positions.
    """
    rows = xlsx_rows(path) if path.suffix.lower() in {".xlsx", ".xlsm"} else csv_rows(path)
    return _read(rows, str(path), now_ms, reconfirm, prefix)


def _read(rows: Iterable[Row], name: str, now_ms: int, reconfirm: str, prefix: str) -> Sheet:
    places: dict[str, int] = {}
    sites: list[Site] = []
    faults: list[Fault] = []
    doubts = Doubts()
    for row in rows:
        if not any(cell_text(cell) for cell in row.cells):
            continue
        if not places:
            places = _heads(row, name)
            continue
        if len(sites) + 1 > SITES_MAX:
            raise UsageError(f"{name} has more than {SITES_MAX} sites; split it")
        try:
            sites.append(_site(row, places, doubts, now_ms, reconfirm, prefix))
        except _CellError as error:
            faults += error.faults
    if not places:
        raise UsageError(f"{name} is empty")
    keys: dict[str, int] = {}
    for site in sites:
        first = keys.setdefault(str(site.body["key"]), site.row)
        if first != site.row:
            column = places.get("key", 0)
            faults.append(
                Fault(cell=cell_name(column, site.row), words=f"is the key of row {first} too")
            )
    doubts.compare([site.at for site in sites[:200]])
    return Sheet(sites=tuple(sites), faults=tuple(faults), doubts=doubts)


class _CellError(UsageError):
    """What is wrong in one row. Never leaves this module."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("a row is wrong")
        self.faults = faults


def _heads(row: Row, name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, cell in enumerate(row.cells):
        word = " ".join(cell_text(cell).lower().replace("_", " ").split())
        for column, others in COLUMNS.items():
            if word in {column.replace("_", " "), *others}:
                found.setdefault(column, number)
    if "position" not in found and not {"lat", "lon"} <= found.keys():
        raise UsageError(
            f"{name} has no column for positions",
            advice="Name a column position, or two columns lat and lon, in the first line. "
            f"Others: {', '.join(COLUMNS)}.",
        )
    return found


def _site(  # noqa: PLR0917 - what a row is read with
    row: Row, places: dict[str, int], doubts: Doubts, now_ms: int, reconfirm: str, prefix: str
) -> Site:
    faults: list[Fault] = []

    def said(column: str) -> str:
        number = places.get(column, -1)
        cell = row.cells[number] if 0 <= number < len(row.cells) else None
        if isinstance(cell, BadCell):
            faults.append(Fault(cell=cell_name(number, row.number), words=cell.what))
        return cell_text(cell)

    def wrong(column: str, words: object) -> None:
        where = cell_name(places.get(column, 0), row.number)
        faults.append(Fault(cell=where, words=str(words)))

    at = Position(lat_e7=0, lon_e7=0)
    column = "position" if "position" in places else "lat"
    try:
        text = said("position") if column == "position" else f"{said('lat')}, {said('lon')}"
        at = doubts.of(text)
    except UsageError as error:
        wrong(column, error)
    body: Body = {"key": said("key") or f"{prefix}-{row.number}"}
    _words(body, said, wrong)
    error_m = _metres(said("error_m"), wrong)
    start_ms = _dates(body, said, wrong, now_ms, reconfirm)
    if faults:
        raise _CellError(faults)
    window = Window(spans=(Interval(start_ms=start_ms),))
    body["volumes"] = write_volumes((Volume(shape=Point(at=at, error_m=error_m), window=window),))
    body["statement"] = "yes"
    return Site(row=row.number, at=at, body=body)


def _words(body: Body, said: Any, wrong: Any) -> None:
    try:
        check_key(str(body["key"]))
    except UsageError as error:
        wrong("key", error)
    for name in ("title", "function", "owner", "focal_point", "stated_by"):
        _line(body, name, said(name), wrong)
    area = said("area")
    body |= {"area": area[:2_000]} if area.strip() else {}
    for name in ("markings", "contact"):
        given = [part.strip() for part in said(name).split(";") if part.strip()]
        body |= {name: [*given[:64]]} if given else {}
    for name, choices in (("sort", SORTS), ("relation", RELATIONS)):
        value = said(name).lower()
        if value and value not in choices:
            wrong(name, f"{value[:40]!r} is not one of {', '.join(choices)}")
        elif value:
            body[name] = value


def _line(body: Body, name: str, value: str, wrong: Any) -> None:
    if not value:
        return
    try:
        body[name] = check_line(" ".join(value.split()))
    except UsageError as error:
        wrong(name, error)


def _metres(text: str, wrong: Any) -> int:
    if not text:
        return 0
    if not text.isdecimal() or int(text) > ERROR_M_MAX:
        wrong("error_m", f"{text[:40]!r} is no number of metres to {ERROR_M_MAX}")
        return 0
    return int(text)


def _dates(body: Body, said: Any, wrong: Any, now_ms: int, reconfirm: str) -> int:
    by = said("reconfirm") or reconfirm
    if by:
        try:
            body["reconfirm_by_ms"] = _instant(by)
        except UsageError as error:
            wrong("reconfirm", error)
    since = said("from")
    if not since:
        return now_ms
    try:
        days = parse_days(since)
        body["from"] = format_days(days)
        first = days.earliest or days.latest
        return instant_ms(f"{first.isoformat()}T00:00Z") if first is not None else now_ms
    except UsageError as error:
        wrong("from", error)
        return now_ms


def _instant(text: str) -> int:
    """A time with its zone, or the beginning of a day in UTC."""
    if "T" in text:
        return instant_ms(text)
    try:
        return instant_ms(f"{date.fromisoformat(text).isoformat()}T00:00Z")
    except ValueError:
        raise UsageError(f'"{shown(text)}" is no day; write 2027-03-01') from None


# -- twins


def twins(sites: Sequence[Site], known: Sequence[dict[str, Any]]) -> tuple[Twin, ...]:
    """Entries that may be one place: near each other, or of one name and not far.

    ``known`` are sites that were notified before, as the node shows them near a place.
    """
    grid: dict[tuple[int, int], list[tuple[int, str, Position, str]]] = {}
    found: list[Twin] = []
    for each in known:
        at = _known_at(each)
        if at is not None:
            entry = (0, str(each["key"]), at, _plain(str(each["title"])))
            grid.setdefault(_cell(at), []).append(entry)
    for site in sites:
        name = _plain(str(site.body.get("title", "")))
        for row, key, at, other in _around(grid, site.at):
            away = distance_m(site.at, at)
            named = bool(name) and name == other and away < NAMED_TWIN_M
            if away < TWIN_M or named:
                why = "the same name" if named else "the same place"
                found.append(
                    Twin(row=site.row, other_row=row, other=key, apart_m=round(away), why=why)
                )
        entry = (site.row, str(site.body["key"]), site.at, name)
        grid.setdefault(_cell(site.at), []).append(entry)
    return tuple(found)


def _cell(at: Position) -> tuple[int, int]:
    return int(at.lat_deg // CELL_DEG), int(at.lon_deg // CELL_DEG)


def _around(grid: dict[tuple[int, int], Any], at: Position) -> Iterator[Any]:
    """Entries of the cells around a place; cells near a pole are narrow, and may miss a twin."""
    y, x = _cell(at)
    turn = round(360 / CELL_DEG)
    half = turn // 2
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            yield from grid.get((y + dy, (x + dx + half) % turn - half), ())


def _known_at(each: dict[str, Any]) -> Position | None:
    volumes = each["body"].get("volumes") or ()
    for volume in volumes:
        shape = volume["shape"]
        at = shape.get("at") or shape.get("centre")
        if at:
            return Position(lat_e7=at["lat_e7"], lon_e7=at["lon_e7"])
        pairs = shape.get("ring") or shape.get("points")
        if pairs:
            return Position(lat_e7=pairs[0][0], lon_e7=pairs[0][1])
    return None


def _plain(name: str) -> str:
    """A name without accents, case and marks, to compare with."""
    text = unicodedata.normalize("NFKD", name).casefold()
    return _WORD.sub(" ", "".join(c for c in text if not unicodedata.combining(c))).strip()


# -- filing


def file_many(
    desk: Desk, line: str, kind: str, bodies: Sequence[Body], *, office: str
) -> list[str]:
    """Sign many notifications, then file them in one commit; short references, in order.

    Raises:
        UsageError: one is wrong; nothing was filed.
    """
    envelopes = []
    for body in bodies:
        composed = desk.client.call("compose", line=line, kind=kind, body=body, office=office)
        assert isinstance(composed, dict)
        envelopes.append(_signed(desk, b64decode(str(composed["payload"])), office))
    filed = desk.client.call("file.many", line=line, envelopes=[b64encode(e) for e in envelopes])
    assert isinstance(filed, dict)
    refs = filed["refs"]
    assert isinstance(refs, list)
    return [str(ref) for ref in refs]


def _signed(desk: Desk, payload: bytes, office: str) -> bytes:
    """Nothing in safety waits for a second person: one signature is enough."""
    signer = desk.signers(office, 1)[0]
    seeds = {signer.id: desk.home.officer_seed(signer.id)}
    return dsse.sign_many(MESSAGE_TYPE, payload, seeds)
