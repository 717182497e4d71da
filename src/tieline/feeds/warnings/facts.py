"""Facts: what a warning says, without its published prose, as JSON that is read strictly.

A sheet of facts lets a watch hand on what was read where the text itself may not or need not go.
Places, times and numbers carry over; sentences do not, so the published text stays the authority
and has to be asked for from its publisher.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tieline.errors import MalformedError
from tieline.feeds.warnings.limits import FILE_BYTES_MAX, WARNINGS_MAX
from tieline.feeds.warnings.model import (
    About,
    Kind,
    NavWarning,
    Part,
    Phrase,
    Raw,
    Reference,
    Unread,
)
from tieline.record.strict import Fields, JsonValue, dump_json, load_json
from tieline.space.band import EVERYWHERE
from tieline.space.body import read_band, read_shape, read_window, write_band, write_shape
from tieline.space.body import write_window as window_body
from tieline.space.shape import HALF_WIDTH_M_MAX, EdgeKind
from tieline.space.window import INSTANT_MS_MAX, Window

FORMAT: Final = "tieline-warnings"
VERSION: Final = 1
DEPTH_MAX: Final = 12
SERIES_CHARS_MAX: Final = 40
NUMBER_MAX: Final = 99_999
YEAR_MIN: Final = 1970
YEAR_MAX: Final = 2099
LINE_CHARS_MAX: Final = 400
"""Longest opening line, label or reason."""
LINES_MAX: Final = 200
ITEMS_MAX: Final = 100_000
"""Most parts, references or unread pieces of one warning; the whole sheet is bounded too."""
MARK: Final = f'"{FORMAT}"'.encode()
"""What the first bytes of a sheet hold, and no published file's do."""


def is_facts(plain: bytes) -> bool:
    """Whether unpacked bytes begin like a sheet of facts."""
    return plain[:200].lstrip().startswith(b"{") and MARK in plain[:200]


def write_facts(warnings: Iterable[NavWarning]) -> bytes:
    """A sheet of facts, one warning to a line, in the order given."""
    lines = [dump_json(facts_of(one)) for one in warnings]
    head = f'{{"{FORMAT}": {VERSION}, "warnings": [\n'.encode()
    return head + b",\n".join(lines) + b"\n]}\n"


def read_facts(plain: bytes) -> list[NavWarning]:
    """The warnings of a sheet, without text.

    Raises:
        MalformedError: not this format or version, or any field is missing, unknown or wrong.
    """
    value = load_json(plain, max_bytes=FILE_BYTES_MAX, max_depth=DEPTH_MAX)
    fields = Fields(value)
    if not fields.has(FORMAT):
        raise MalformedError(f'the JSON names no "{FORMAT}"')
    if (version := fields.value(FORMAT)) != VERSION or isinstance(version, bool):
        raise MalformedError(
            f"facts of version {str(version)[:20]}; this program reads version {VERSION}",
            advice="Ask for the sheet in that version, or install a newer program.",
        )
    found = [warning_of(item) for item in fields.objects("warnings", WARNINGS_MAX)]
    fields.done()
    return found


def facts_of(warning: NavWarning) -> dict[str, JsonValue]:
    """One warning as :func:`warning_of` reads it; what is empty is left out."""
    raw = warning.raw
    body: dict[str, JsonValue] = {"series": raw.series, "number": raw.number, "year": raw.year}
    body |= {"issued_ms": raw.issued_ms} if raw.issued_ms is not None else {}
    body |= {"ended_ms": raw.ended_ms} if raw.ended_ms is not None else {}
    body |= {"until_ms": warning.cancelled_ms} if warning.cancelled_ms is not None else {}
    body |= {"subregions": _clipped(raw.subregions)} if raw.subregions else {}
    body |= {"areas": _clipped(warning.areas)} if warning.areas else {}
    body |= {"kind": warning.kind.value, "edge": warning.edge.value}
    body |= {"parts": [_part_body(part) for part in warning.parts]} if warning.parts else {}
    body |= {"unread": [_unread_body(left) for left in warning.unread]} if warning.unread else {}
    body |= {"cancels": [_reference_body(r) for r in warning.cancels]} if warning.cancels else {}
    names: list[JsonValue] = [_reference_body(r) for r in warning.references]
    return body | ({"references": names} if names else {})


def _clipped(lines: tuple[str, ...]) -> list[JsonValue]:
    return [line[:LINE_CHARS_MAX] for line in lines[:LINES_MAX]]


def _part_body(part: Part) -> dict[str, JsonValue]:
    body: dict[str, JsonValue] = {"label": part.label[:LINE_CHARS_MAX]} if part.label else {}
    body |= {"phrase": part.phrase.value, "shape": write_shape(part.shape)}
    body |= {"window": window_body(part.window)} if part.window is not None else {}
    body |= {"alternate": window_body(part.alternate)} if part.alternate is not None else {}
    body |= {"band": write_band(part.band)} if part.band != EVERYWHERE else {}
    body |= {"keep_off_m": part.keep_off_m} if part.keep_off_m is not None else {}
    body |= {"observed_ms": part.observed_ms} if part.observed_ms is not None else {}
    body |= {"vague": True} if part.is_vague else {}
    return body | ({} if part.is_timed else {"timed": False})


def _unread_body(left: Unread) -> dict[str, JsonValue]:
    label: dict[str, JsonValue] = {"label": left.label[:LINE_CHARS_MAX]} if left.label else {}
    return {"about": left.about.value, **label, "reason": left.reason[:LINE_CHARS_MAX]}


def _reference_body(one: Reference) -> dict[str, JsonValue]:
    return {"series": one.series, "number": one.number, "year": one.year}


def warning_of(fields: Fields) -> NavWarning:
    """One warning; raises `MalformedError` as :func:`read_facts` does, naming the field."""
    reference = _reference(fields)
    raw = Raw(
        series=reference.series,
        number=reference.number,
        year=reference.year,
        text="",
        subregions=_lines(fields, "subregions"),
        issued_ms=fields.optional_integer("issued_ms", 0, INSTANT_MS_MAX),
        ended_ms=fields.optional_integer("ended_ms", 0, INSTANT_MS_MAX),
    )
    warning = NavWarning(
        raw=raw,
        kind=Kind(fields.choice("kind", tuple(Kind))),
        areas=_lines(fields, "areas"),
        parts=tuple(_part(item) for item in _objects(fields, "parts", ITEMS_MAX)),
        unread=tuple(_unread(item) for item in _objects(fields, "unread", ITEMS_MAX)),
        cancels=_references(fields, "cancels"),
        references=_references(fields, "references"),
        cancelled_ms=fields.optional_integer("until_ms", 0, INSTANT_MS_MAX),
        edge=EdgeKind(fields.choice("edge", tuple(EdgeKind))),
    )
    fields.done()
    return warning


def _lines(fields: Fields, name: str) -> tuple[str, ...]:
    return fields.texts(name, LINES_MAX, LINE_CHARS_MAX) if fields.has(name) else ()


def _objects(fields: Fields, name: str, most: int) -> tuple[Fields, ...]:
    return fields.objects(name, most) if fields.has(name) else ()


def _references(fields: Fields, name: str) -> tuple[Reference, ...]:
    return tuple(_reference(item) for item in _objects(fields, name, ITEMS_MAX))


def _reference(fields: Fields) -> Reference:
    return Reference(
        series=fields.text("series", SERIES_CHARS_MAX, min_chars=1),
        number=fields.integer("number", 0, NUMBER_MAX),
        year=fields.integer("year", YEAR_MIN, YEAR_MAX),
    )


def _unread(fields: Fields) -> Unread:
    return Unread(
        about=About(fields.choice("about", tuple(About))),
        label=fields.optional_text("label", LINE_CHARS_MAX) or "",
        text="",
        reason=fields.text("reason", LINE_CHARS_MAX),
    )


def _part(fields: Fields) -> Part:
    band = fields.optional_object("band")
    return Part(
        label=fields.optional_text("label", LINE_CHARS_MAX) or "",
        phrase=Phrase(fields.choice("phrase", tuple(Phrase))),
        words="",
        shape=read_shape(fields.object("shape")),
        window=_window(fields, "window"),
        alternate=_window(fields, "alternate"),
        band=read_band(band) if band is not None else EVERYWHERE,
        keep_off_m=fields.optional_integer("keep_off_m", 0, HALF_WIDTH_M_MAX),
        observed_ms=fields.optional_integer("observed_ms", 0, INSTANT_MS_MAX),
        is_vague=fields.optional_boolean("vague") or False,
        is_timed=fields.optional_boolean("timed") is not False,
    )


def _window(fields: Fields, name: str) -> Window | None:
    return read_window(fields, name) if fields.has(name) else None
