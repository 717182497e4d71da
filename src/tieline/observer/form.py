"""Forms: one table of fields for each kind of value, from which the text and the body follow.

A field reads its value from one line of text and from one JSON value, and writes both. There is
no other place where a field's name is spelled, so text and body cannot drift apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tieline.days import Days, format_days, parse_day, parse_days
from tieline.errors import UsageError
from tieline.observer.assertion import OfSide
from tieline.words import check_key, check_line, shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import Enum

NUMBER_MAX: Final = 1_000_000
MANY_MAX: Final = 64
_SIDE_MARK: Final = " = "
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """How one value is read and written; every function raises `UsageError` with the remedy."""

    from_text: Callable[[str], Any]
    to_text: Callable[[Any], str]
    from_json: Callable[[object], Any]
    to_json: Callable[[Any], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: its name in text and body, its attribute, and how often it may stand.

    ``single`` marks what a thing has only one of, so that two values are a discrepancy.
    """

    name: str
    codec: Codec
    attr: str = ""
    need: bool = False
    many: bool = False
    single: bool = False

    @property
    def attribute(self) -> str:
        return self.attr or self.name.replace("-", "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A kind of value: the word that names it, the class it makes, its fields in order."""

    word: str
    make: Callable[..., Any]
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        return next((f for f in self.fields if f.name == name), None)


def _text_of(value: object) -> str:
    if not isinstance(value, str):
        raise UsageError("is not a text; write a JSON string")
    return value


def _stringlike(read: Callable[[str], Any], write: Callable[[Any], str]) -> Codec:
    return Codec(
        from_text=read,
        to_text=write,
        from_json=lambda value: read(_text_of(value)),
        to_json=write,
    )


def _read_line_or_unknown(text: str) -> str | None:
    return None if text == "unknown" else check_line(text)


def _write_party(value: str) -> str:
    if value == "unknown":
        raise UsageError('a name cannot be "unknown"; leave the field empty')
    return check_line(value)


def _read_flag(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise UsageError(f'"{shown(text)}" is not yes or no; write one of them')
    return text == "yes"


def _read_number(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,7}", text) is None or int(text) > NUMBER_MAX:
        raise UsageError(f'"{shown(text)}" is not a number from 0 to {NUMBER_MAX}; use digits')
    return int(text)


def _take_number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= NUMBER_MAX:
        raise UsageError(f"is not a whole number from 0 to {NUMBER_MAX}")
    return value


def _read_sha256(text: str) -> str:
    if _SHA256.fullmatch(text) is None:
        raise UsageError(f'"{shown(text)}" is not a SHA-256; write 64 digits 0-9 a-f')
    return text


def _read_side(text: str) -> OfSide:
    party, mark, value = text.partition(_SIDE_MARK)
    if not mark:
        return OfSide(party=None, value=check_line(text))
    return _check_side(OfSide(party=party, value=value))


def _check_side(side: OfSide) -> OfSide:
    check_line(side.value)
    if side.party is None and _SIDE_MARK in side.value:
        raise UsageError('holds " = " but names no side; write SIDE = VALUE')
    if side.party is not None and "=" in check_line(side.party):
        raise UsageError('has "=" in the name of a side; write SIDE = VALUE')
    return side


def _write_side(side: OfSide) -> str:
    _check_side(side)
    return side.value if side.party is None else f"{side.party}{_SIDE_MARK}{side.value}"


def _members(value: object, allowed: frozenset[str]) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise UsageError("is not an object; write {...}")
    extra = sorted(set(value) - allowed)
    if extra:
        raise UsageError(f'has the unknown member "{shown(extra[0])}"; take it out')
    return {key: _text_of(item) for key, item in value.items()}


def _take_side(value: object) -> OfSide:
    members = _members(value, frozenset({"party", "value"}))
    if "value" not in members:
        raise UsageError('lacks "value"; add it')
    return _check_side(OfSide(party=members.get("party"), value=members["value"]))


def _give_side(side: OfSide) -> object:
    _check_side(side)
    return {"value": side.value} | ({"party": side.party} if side.party is not None else {})


def _take_days(value: object) -> Days:
    members = _members(value, frozenset({"earliest", "latest", "wording"}))
    return Days(
        earliest=parse_day(members["earliest"]) if "earliest" in members else None,
        latest=parse_day(members["latest"]) if "latest" in members else None,
        wording=check_line(members["wording"]) if "wording" in members else "",
    )


def _give_days(days: Days) -> object:
    given: dict[str, str] = {}
    if days.earliest is not None:
        given["earliest"] = days.earliest.isoformat()
    if days.latest is not None:
        given["latest"] = days.latest.isoformat()
    if days.wording:
        given["wording"] = check_line(days.wording)
    return given


KEY: Final = _stringlike(check_key, check_key)
LINE: Final = _stringlike(check_line, check_line)
# "by: unknown" may be written for the reader's sake; it is the same as leaving the line out.
PARTY: Final = _stringlike(_read_line_or_unknown, _write_party)
FLAG: Final = _stringlike(_read_flag, lambda value: "yes" if value else "no")
SHA256: Final = _stringlike(_read_sha256, _read_sha256)
NUMBER: Final = Codec(
    from_text=_read_number,
    to_text=lambda value: str(_take_number(value)),
    from_json=_take_number,
    to_json=_take_number,
)
DAYS: Final = Codec(
    from_text=parse_days, to_text=format_days, from_json=_take_days, to_json=_give_days
)
SIDE: Final = Codec(
    from_text=_read_side, to_text=_write_side, from_json=_take_side, to_json=_give_side
)


def choice(
    members: type[Enum], remedy: str = "write one of them", unnamed: frozenset[Any] = frozenset()
) -> Codec:
    """A closed list of words, the values of an enumeration; an error offers all but ``unnamed``."""
    by_word = {str(member.value): member for member in members}
    words = ", ".join(word for word, member in by_word.items() if member not in unnamed)

    def read(text: str) -> Enum:
        if text not in by_word:
            raise UsageError(f'"{shown(text)}" is not one of {words}; {remedy}')
        return by_word[text]

    return _stringlike(read, lambda member: str(member.value))
