"""Form: the body of a message as a tuple of typed fields, declared once.

From one declaration follow the strict check of a body, the table on the docs page and the options
of the command line. A field that is absent means *not said*: nothing stands for it, neither an
empty text nor a zero. Nothing that the form does not name is allowed in a body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tieline.procedures import bodies
from tieline.procedures.fieldchecks import CHECKS, canonical_days
from tieline.procedures.sorts import (
    ATTACHMENTS_MAX,
    DAYS_CHARS_MAX,
    DIGEST_CHARS,
    FILES_MAX,
    HANDLE_CHARS_MAX,
    ITEMS_MAX,
    NAME_CHARS_MAX,
    OFFICE_CHARS_MAX,
    UNITS_MAX,
    WAYPOINTS_MAX,
    Sort,
)
from tieline.record.message import INSTANT_MS_MAX, PARTIES_MAX, REF_CHARS_MAX
from tieline.record.strict import JSON_INTEGER_MAX, Fields
from tieline.space.volume import VOLUMES_MAX
from tieline.words import KEY_CHARS_MAX

__all__ = [
    "DAYS_CHARS_MAX",
    "DIGEST_CHARS",
    "HANDLE_CHARS_MAX",
    "ITEMS_MAX",
    "NAME_CHARS_MAX",
    "OFFICE_CHARS_MAX",
    "Sort",
    "canonical_days",
]
COUNTED = frozenset(
    {
        *(Sort.LINES, Sort.KEYS, Sort.REFERENCES, Sort.PARTIES),
        *(Sort.VOLUMES, Sort.WAYPOINTS, Sort.UNITS, Sort.ATTACHMENTS, Sort.FILES),
    }
)
"""Sorts that are lists, whose most items a page names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a body.

    ``least`` and ``most`` bound the characters of a text, the value of an integer, or the items
    of a list; ``choices`` are the words of a choice.
    """

    name: str
    sort: Sort
    help: str
    required: bool = False
    least: int = 1
    most: int = 0
    choices: tuple[str, ...] = ()

    def holds(self) -> str:
        """What the field holds, with its limits, for a page or a prompt."""
        match self.sort:
            case Sort.CHOICE:
                return "one of " + ", ".join(f"*{choice}*" for choice in self.choices)
            case Sort.INTEGER:
                return f"{self.sort}, {self.least:,} to {self.most:,}"
            case Sort.LINE | Sort.WORDS:
                return f"{self.sort}, at most {self.most:,} characters"
            case sort if sort in COUNTED:
                return f"{self.sort}, at most {self.most:,}"
            case _:
                return str(self.sort)

    def check(self, fields: Fields) -> None:
        """Read this field of a body; absent is allowed unless it is required.

        Raises:
            MalformedError: missing, of another sort, or over its limit; names the field.
        """
        if self.required or fields.has(self.name):
            CHECKS[self.sort](fields, self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A whole body: its fields in the order in which an officer fills them in.

    Attributes:
        fields: what the body may hold.
        either: groups of names; of each group at least one field must be there.
        together: groups of names; of each group all fields are there, or none.
        also: reads what no sort of field can say; it must take what it reads.
    """

    fields: tuple[Field, ...]
    either: tuple[tuple[str, ...], ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    also: Callable[[Fields], None] | None = None

    def __post_init__(self) -> None:
        names = [field.name for field in self.fields]
        if len(set(names)) != len(names):
            raise ValueError(f"a form names a field twice: {', '.join(names)}")
        for group in (*self.either, *self.together):
            if not set(group) <= set(names):
                raise ValueError(f"a form groups a field that it lacks: {', '.join(group)}")

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __call__(self, fields: Fields) -> None:
        """As :meth:`check`: a form stands in a procedure's table of bodies."""
        self.check(fields)

    def field(self, name: str) -> Field | None:
        """The field of this name."""
        return next((field for field in self.fields if field.name == name), None)

    def check(self, fields: Fields) -> None:
        """Read every field of a body; the caller refuses what is left with ``fields.done()``.

        Raises:
            MalformedError: a field is missing, of another sort or over its limit.
        """
        for field in self.fields:
            field.check(fields)
        for group in self.either:
            if not any(map(fields.has, group)):
                fields.refuse(group[0], f"is missing; one of {', '.join(group)} has to be said")
        for group in self.together:
            missing = [name for name in group if not fields.has(name)]
            if missing and len(missing) < len(group):
                fields.refuse(missing[0], f"is missing; {', '.join(group)} go together")
        if self.also is not None:
            self.also(fields)


# -- how a form declares its fields


def key(name: str, help_: str, *, required: bool = False) -> Field:
    """The key by which answers name a thing; see `tieline.words.check_key`."""
    return Field(name=name, sort=Sort.KEY, help=help_, required=required, most=KEY_CHARS_MAX)


def line(name: str, help_: str, *, required: bool = False, most: int = NAME_CHARS_MAX) -> Field:
    """One printable line; see `tieline.words.check_line`."""
    return Field(name=name, sort=Sort.LINE, help=help_, required=required, most=most)


def words(
    name: str, help_: str, *, required: bool = False, most: int = bodies.REASON_CHARS_MAX
) -> Field:
    """One text in whatever language it was written, of one line or several."""
    return Field(name=name, sort=Sort.WORDS, help=help_, required=required, most=most)


def texts(name: str, help_: str, *, required: bool = False) -> Field:
    """The same words in several languages, one of them marked original."""
    return Field(name=name, sort=Sort.TEXTS, help=help_, required=required, most=bodies.TEXTS_MAX)


def translations(name: str, help_: str, *, required: bool = False) -> Field:
    """Words of which the original stands elsewhere, in several languages."""
    sort = Sort.TRANSLATIONS
    return Field(name=name, sort=sort, help=help_, required=required, most=bodies.TEXTS_MAX)


def days(name: str, help_: str, *, required: bool = False) -> Field:
    """Days as `tieline.days.format_days` writes them."""
    return Field(name=name, sort=Sort.DAYS, help=help_, required=required, most=DAYS_CHARS_MAX)


def instant(name: str, help_: str, *, required: bool = False) -> Field:
    """A time on the clock, in whole milliseconds since 1970 UTC."""
    most = INSTANT_MS_MAX
    return Field(name=name, sort=Sort.INSTANT, help=help_, required=required, least=0, most=most)


def integer(
    name: str, help_: str, *, required: bool = False, least: int = 0, most: int = JSON_INTEGER_MAX
) -> Field:
    """A whole number from ``least`` to ``most``, both allowed."""
    return Field(
        name=name, sort=Sort.INTEGER, help=help_, required=required, least=least, most=most
    )


def choice(name: str, help_: str, choices: tuple[str, ...], *, required: bool = False) -> Field:
    """One of some words."""
    return Field(name=name, sort=Sort.CHOICE, help=help_, required=required, choices=choices)


def reference(name: str, help_: str, *, required: bool = False) -> Field:
    """An entry of the line, as `tieline.record.entry.Ref.text` writes it."""
    return Field(name=name, sort=Sort.REFERENCE, help=help_, required=required, most=REF_CHARS_MAX)


def key_or_ref(name: str, help_: str, *, required: bool = False) -> Field:
    """A thing by its key, or by the entry that named it."""
    return Field(name=name, sort=Sort.KEY_OR_REF, help=help_, required=required, most=REF_CHARS_MAX)


def party(name: str, help_: str, *, required: bool = False) -> Field:
    """The handle of a party."""
    return Field(name=name, sort=Sort.PARTY, help=help_, required=required, most=HANDLE_CHARS_MAX)


def office(name: str, help_: str, *, required: bool = False) -> Field:
    """An office of a party, ``party/office``."""
    return Field(name=name, sort=Sort.OFFICE, help=help_, required=required, most=OFFICE_CHARS_MAX)


def digest(name: str, help_: str, *, required: bool = False) -> Field:
    """A SHA-256 in hexadecimal."""
    return Field(name=name, sort=Sort.DIGEST, help=help_, required=required, most=DIGEST_CHARS)


def lines(name: str, help_: str, *, required: bool = False, most: int = ITEMS_MAX) -> Field:
    """Several lines, at least one."""
    return Field(name=name, sort=Sort.LINES, help=help_, required=required, most=most)


def keys(name: str, help_: str, *, required: bool = False, most: int = ITEMS_MAX) -> Field:
    """Several keys, at least one, none of them twice."""
    return Field(name=name, sort=Sort.KEYS, help=help_, required=required, most=most)


def references(
    name: str, help_: str, *, required: bool = False, most: int = bodies.REFERENCES_MAX
) -> Field:
    """Several entries, at least one, none of them twice."""
    return Field(name=name, sort=Sort.REFERENCES, help=help_, required=required, most=most)


def parties(name: str, help_: str, *, required: bool = False) -> Field:
    """Several parties, at least one, none of them twice."""
    return Field(name=name, sort=Sort.PARTIES, help=help_, required=required, most=PARTIES_MAX)


def line_by_party(name: str, help_: str, *, required: bool = False) -> Field:
    """A line for each of some parties: ``[{"party": "alpha", "value": "vice-minister"}]``."""
    sort = Sort.LINE_BY_PARTY
    return Field(name=name, sort=sort, help=help_, required=required, most=PARTIES_MAX)


def key_by_party(name: str, help_: str, *, required: bool = False) -> Field:
    """A key for each of some parties."""
    sort = Sort.KEY_BY_PARTY
    return Field(name=name, sort=sort, help=help_, required=required, most=PARTIES_MAX)


def volumes(name: str, help_: str) -> Field:
    """Where, how high and when; see `tieline.space.body.read_volumes`."""
    return Field(name=name, sort=Sort.VOLUMES, help=help_, most=VOLUMES_MAX)


def position(name: str, help_: str, *, required: bool = False) -> Field:
    """A position on WGS84, in 1e-7 degree."""
    return Field(name=name, sort=Sort.POSITION, help=help_, required=required)


def waypoints(name: str, help_: str, *, required: bool = False) -> Field:
    """Positions in order, each with ``name``, ``at_ms`` and ``stop_min`` where it has them."""
    most = WAYPOINTS_MAX
    return Field(name=name, sort=Sort.WAYPOINTS, help=help_, required=required, most=most)


def units(name: str, help_: str) -> Field:
    """Units of parties: ``[{"party": "bravo", "value": "radar site 4"}]``."""
    return Field(name=name, sort=Sort.UNITS, help=help_, most=UNITS_MAX)


def attachments(name: str, help_: str) -> Field:
    """Files that travel beside the body, sealed, each with its digest."""
    return Field(name=name, sort=Sort.ATTACHMENTS, help=help_, most=ATTACHMENTS_MAX)


def files(name: str, help_: str) -> Field:
    """Attachments of entries of the case: ``[{"of": reference, "attachment": 1}]``."""
    return Field(name=name, sort=Sort.FILES, help=help_, required=True, most=FILES_MAX)
