"""Field checks: how each sort of field is read out of a body, strictly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from tieline.days import format_days, parse_days
from tieline.errors import MalformedError, UsageError
from tieline.procedures import bodies
from tieline.procedures.sorts import (
    ATTACHMENTS_MAX,
    DAYS_CHARS_MAX,
    DIGEST_CHARS,
    FILES_MAX,
    HANDLE_CHARS_MAX,
    NAME_CHARS_MAX,
    STOP_MIN_MAX,
    UNITS_MAX,
    Sort,
)
from tieline.record.entry import parse_ref
from tieline.record.message import INSTANT_MS_MAX, REF_CHARS_MAX, check_handle, parse_office
from tieline.record.strict import Fields
from tieline.space.body import read_position, read_volumes
from tieline.words import KEY_CHARS_MAX, LINE_CHARS_MAX, check_key, check_line


class Shape(Protocol):
    """What a check has to know of a field."""

    @property
    def name(self) -> str: ...
    @property
    def least(self) -> int: ...
    @property
    def most(self) -> int: ...
    @property
    def choices(self) -> tuple[str, ...]: ...


def canonical_days(text: str) -> str:
    """The one way in which a body writes these days.

    Raises:
        UsageError: not days, or too long.
    """
    found = format_days(parse_days(text))
    if len(found) > DAYS_CHARS_MAX:
        raise UsageError(f"has {len(found)} characters; shorten it to {DAYS_CHARS_MAX} or fewer")
    return found


def _read(fields: Fields, name: str, check: Callable[[str], object], value: str) -> None:
    try:
        check(value)
    except (UsageError, MalformedError) as error:
        fields.refuse(name, f"is wrong: {error}")


def _one(check: Callable[[str], object]) -> Callable[[Fields, Shape], None]:
    """How a field of one checked text is read."""

    def read(fields: Fields, field: Shape) -> None:
        _read(fields, field.name, check, fields.text(field.name, field.most, min_chars=1))

    return read


def _many(
    check: Callable[[str], object], chars: int, *, once: bool = True
) -> Callable[[Fields, Shape], None]:
    """How a list of checked texts is read."""

    def read(fields: Fields, field: Shape) -> None:
        found = fields.texts(field.name, field.most, chars, min_items=1, min_chars=1)
        for number, value in enumerate(found):
            _read(fields, f"{field.name}[{number}]", check, value)
        if once and len(set(found)) != len(found):
            fields.refuse(field.name, "names one of them twice")

    return read


def _by_party(check: Callable[[str], object], chars: int) -> Callable[[Fields, Shape], None]:
    """How a list of values by party is read."""

    def read(fields: Fields, field: Shape) -> None:
        found = []
        for item in fields.objects(field.name, field.most, min_items=1):
            found.append(item.text("party", HANDLE_CHARS_MAX, min_chars=1))
            _read(item, "party", check_handle, found[-1])
            _read(item, "value", check, item.text("value", chars, min_chars=1))
        if len(set(found)) != len(found):
            fields.refuse(field.name, "names one party twice")

    return read


def _check_days(value: str) -> None:
    # Two ways to write the same days would be two bodies that say the same.
    if canonical_days(value) != value:
        raise UsageError(f"write it as {canonical_days(value)}")


def _check_key_or_ref(value: str) -> None:
    if " " in value:
        parse_ref(value)
    else:
        check_key(value)


def _texts(fields: Fields, field: Shape) -> None:
    bodies.texts(fields, field.name)


def _translations(fields: Fields, field: Shape) -> None:
    bodies.translations(fields, field.name)


def _words(fields: Fields, field: Shape) -> None:
    if not fields.text(field.name, field.most, min_chars=1).strip():
        fields.refuse(field.name, "is blank; leave it out")


def _integer(fields: Fields, field: Shape) -> None:
    fields.integer(field.name, field.least, field.most)


def _choice(fields: Fields, field: Shape) -> None:
    fields.choice(field.name, field.choices)


def _digest(fields: Fields, field: Shape) -> None:
    fields.hex(field.name, DIGEST_CHARS // 2)


def _volumes(fields: Fields, field: Shape) -> None:
    read_volumes(fields, field.name)


def _position(fields: Fields, field: Shape) -> None:
    read_position(fields.object(field.name))


def _waypoints(fields: Fields, field: Shape) -> None:
    for item in fields.objects(field.name, field.most, min_items=1):
        read_position(item)
        if item.has("name"):
            _read(item, "name", check_line, item.text("name", NAME_CHARS_MAX, min_chars=1))
        item.optional_integer("at_ms", 0, INSTANT_MS_MAX)
        item.optional_integer("stop_min", 1, STOP_MIN_MAX)


def _units(fields: Fields, field: Shape) -> None:
    found = []
    for item in fields.objects(field.name, UNITS_MAX, min_items=1):
        party = item.text("party", HANDLE_CHARS_MAX, min_chars=1)
        _read(item, "party", check_handle, party)
        unit = item.text("value", NAME_CHARS_MAX, min_chars=1)
        _read(item, "value", check_line, unit)
        found.append((party, unit))
    if len(set(found)) != len(found):
        fields.refuse(field.name, "names one unit twice")


def _attachments(fields: Fields, field: Shape) -> None:
    for item in fields.objects(field.name, ATTACHMENTS_MAX, min_items=1):
        item.text("name", 200, min_chars=1)
        item.text("type", 100)
        item.integer("length", 0, 2**31)
        item.hex("sha256", 32)
        item.optional_choice("personal", ("yes",))


def _files(fields: Fields, field: Shape) -> None:
    found = []
    for item in fields.objects(field.name, FILES_MAX, min_items=1):
        of = item.text("of", REF_CHARS_MAX, min_chars=1)
        _read(item, "of", parse_ref, of)
        found.append((of, item.integer("attachment", 1, ATTACHMENTS_MAX)))
    if len(set(found)) != len(found):
        fields.refuse(field.name, "names one of them twice")


CHECKS: Final[Mapping[Sort, Callable[[Fields, Shape], None]]] = {
    Sort.KEY: _one(check_key),
    Sort.LINE: _one(check_line),
    Sort.WORDS: _words,
    Sort.TEXTS: _texts,
    Sort.TRANSLATIONS: _translations,
    Sort.DAYS: _one(_check_days),
    Sort.INSTANT: _integer,
    Sort.INTEGER: _integer,
    Sort.CHOICE: _choice,
    Sort.REFERENCE: _one(parse_ref),
    Sort.KEY_OR_REF: _one(_check_key_or_ref),
    Sort.PARTY: _one(check_handle),
    Sort.OFFICE: _one(parse_office),
    Sort.DIGEST: _digest,
    Sort.LINES: _many(check_line, LINE_CHARS_MAX, once=False),
    Sort.KEYS: _many(check_key, KEY_CHARS_MAX),
    Sort.REFERENCES: _many(parse_ref, REF_CHARS_MAX),
    Sort.PARTIES: _many(check_handle, HANDLE_CHARS_MAX),
    Sort.LINE_BY_PARTY: _by_party(check_line, NAME_CHARS_MAX),
    Sort.KEY_BY_PARTY: _by_party(check_key, KEY_CHARS_MAX),
    Sort.VOLUMES: _volumes,
    Sort.POSITION: _position,
    Sort.WAYPOINTS: _waypoints,
    Sort.UNITS: _units,
    Sort.ATTACHMENTS: _attachments,
    Sort.FILES: _files,
}
