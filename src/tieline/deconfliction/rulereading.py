"""Reading of rule packs: strict, every fault with its line and what to write instead."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from importlib.resources import files
from typing import Any, Final, NoReturn

from tieline.deconfliction import rules
from tieline.deconfliction.rules import AnyRule, Pack, Severity, Support
from tieline.errors import UsageError
from tieline.words import check_key, check_line, shown

FORMAT: Final = "tieline/rules@v1"
PACK_BYTES_MAX: Final = 256 * 1024
RULES_MAX: Final = 500
"""Most rules of one pack; the longest that is shipped has under twenty."""
WORDS_MAX: Final = 32
"""Most kinds, fields or parties that one rule names."""
EDITION_MAX: Final = 9_999
HOURS_MAX: Final = 24 * 366 * 2
"""Longest notice: two years."""
COUNT_MAX: Final = 10_000_000
DISTANCE_M_MAX: Final = 1_000_000
HEIGHT_M_MAX: Final = 100_000
TIME_MIN_MAX: Final = 60 * 24 * 31
FAULTS_SHOWN_MAX: Final = 20
_HEAD: Final = re.compile(r"\s*\[\[?\s*([A-Za-z_]+)\s*\]\]?\s*(?:#.*)?")
_KEY: Final = re.compile(r"\s*\"?([A-Za-z0-9_-]+)\"?\s*=")


class _FaultError(Exception):
    """One thing wrong in a table, at a key; caught in this module."""

    def __init__(self, key: str, words: str) -> None:
        super().__init__(words)
        self.key = key


class _Table:
    """The keys of one TOML table, taken one by one."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given
        self.left = set(given)

    def _take(self, key: str, kind: type, what: str, example: str) -> Any:
        self.left.discard(key)
        if key not in self.given:
            raise _FaultError(key, f"{key} is missing; write {key} = {example}")
        value = self.given[key]
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            raise _FaultError(key, f"{key} is not {what}; write {key} = {example}")
        return value

    def has(self, key: str) -> bool:
        return key in self.given

    def text(self, key: str, example: str = '"words"') -> str:
        value = self._take(key, str, "a text", example)
        return self._checked(key, value, check_line)

    def maybe_text(self, key: str) -> str:
        return self.text(key) if self.has(key) else ""

    def key(self, key: str) -> str:
        return self._checked(key, self._take(key, str, "a text", '"a-name"'), check_key)

    def number(self, key: str, most: int, least: int = 0) -> int:
        value = self._take(key, int, "a whole number", "24")
        if not least <= value <= most:
            raise _FaultError(key, f"{key} = {value} is not from {least} to {most}")
        return int(value)

    def maybe_number(self, key: str, most: int, default: int | None = None) -> int | None:
        return self.number(key, most) if self.has(key) else default

    def words(self, key: str, example: str = '["exercise"]', *, least: int = 1) -> tuple[str, ...]:
        value = self._take(key, list, "a list of texts", example)
        if not least <= len(value) <= WORDS_MAX:
            raise _FaultError(key, f"{key} has {len(value)} items; {least} to {WORDS_MAX} are read")
        if not all(isinstance(each, str) for each in value):
            raise _FaultError(key, f"{key} is not a list of texts; write {key} = {example}")
        if len(set(value)) != len(value):
            raise _FaultError(key, f"{key} names one thing twice; leave one out")
        return tuple(self._checked(key, each, check_line) for each in value)

    def day(self, key: str) -> date:
        value = self._take(key, date, "a day", "2026-12-01 (without quotes)")
        if isinstance(value, datetime):
            raise _FaultError(key, f"{key} is not a day; write {key} = 2026-12-01")
        return date(value.year, value.month, value.day)

    def maybe_day(self, key: str) -> date | None:
        return self.day(key) if self.has(key) else None

    def choice(self, key: str, among: type[Severity | Support], default: str = "") -> str:
        if not self.has(key) and default:
            return default
        value = self.text(key, f'"{next(iter(among)).value}"')
        if value not in {each.value for each in among}:
            known = ", ".join(each.value for each in among)
            raise _FaultError(key, f"{key} is {shown(value)!r}; it is one of {known}")
        return value

    def _checked(self, key: str, value: str, check: Callable[[str], str]) -> str:
        try:
            return check(value)
        except UsageError as error:
            raise _FaultError(key, f"{key} {error}") from None

    def done(self, what: str) -> None:
        for key in self.given:
            if key in self.left:
                raise _FaultError(
                    key, f"{shown(key)} is no part of {what}; take it out, or correct its name"
                )


def read_pack(data: bytes, *, source: str = "the file") -> Pack:
    """One pack.

    Raises:
        UsageError: too large, not UTF-8 or TOML, or with faults: each with its line and remedy.
    """
    if len(data) > PACK_BYTES_MAX:
        raise UsageError(f"{source} has {len(data)} bytes; a pack has at most {PACK_BYTES_MAX}")
    try:
        text = data.decode("utf-8-sig")
        given = tomllib.loads(text)
    except UnicodeDecodeError:
        raise UsageError(f"{source} is not UTF-8 text; save it so") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{source} is not TOML: {error}") from None
    faults: list[str] = []
    found = [
        rule
        for section, make in _SECTIONS.items()
        for rule in _rules(text, given, section, make, faults)
    ]
    ids = [rule.id for rule in found]
    faults += [
        f"line {rule.line}: id {rule.id!r} stands twice; give each rule an id of its own"
        for rule in found
        if ids.count(rule.id) > 1
    ]
    pack = _head(text, given, tuple(found), faults)
    if len(found) > RULES_MAX:
        faults.append(f"{len(found)} rules; at most {RULES_MAX} are read")
    if faults or pack is None:
        _refuse(source, faults)
    return pack


def _refuse(source: str, faults: list[str]) -> NoReturn:
    more = len(faults) - FAULTS_SHOWN_MAX
    tail = [f"and {more} more"] if more > 0 else []
    raise UsageError(f"{source}: " + "; ".join([*faults[:FAULTS_SHOWN_MAX], *tail]))


def _head(
    text: str, given: Mapping[str, Any], found: tuple[AnyRule, ...], faults: list[str]
) -> Pack | None:
    table = _Table({key: value for key, value in given.items() if key not in _SECTIONS})
    try:
        if table.text("format", f'"{FORMAT}"') != FORMAT:
            raise _FaultError("format", f'the format is not known; write format = "{FORMAT}"')
        pack = Pack(
            id=table.key("id"),
            edition=table.number("edition", EDITION_MAX, 1),
            title=table.text("title"),
            dated=table.day("dated"),
            source=table.text("source"),
            parties=table.words("parties", '["North", "South"]') if table.has("parties") else (),
            signed=table.maybe_day("signed"),
            ended=table.maybe_day("ended"),
            note=table.maybe_text("note"),
            rules=found,
        )
        table.done(f"a pack; it has {', '.join(_HEAD_KEYS)} and rules in {', '.join(_SECTIONS)}")
    except _FaultError as fault:
        faults.insert(0, f"{_place(text, '', 0, fault.key)}: {fault}")
        return None
    return pack


def _rules(
    text: str,
    given: Mapping[str, Any],
    section: str,
    make: Callable[[_Table, dict[str, Any]], AnyRule],
    faults: list[str],
) -> list[AnyRule]:
    tables = given.get(section, [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        faults.append(f"{section} is not a list of tables; write [[{section}]] above each rule")
        return []
    found = []
    for number, each in enumerate(tables):
        table = _Table(each)
        try:
            found.append(make(table, _common(table, _line(text, section, number, ""))))
            table.done(f"[[{section}]]")
        except _FaultError as fault:
            faults.append(f"{_place(text, section, number, fault.key)}: {fault}")
    return found


def _common(table: _Table, line: int) -> dict[str, Any]:
    return {
        "id": table.key("id"),
        "kinds": table.words("kinds"),
        "source": table.text("source"),
        "support": Support(table.choice("support", Support)),
        "note": table.maybe_text("note"),
        "line": line,
    }


def _notice(table: _Table, common: dict[str, Any]) -> AnyRule:
    return rules.Notice(
        **common,
        hours=table.number("hours", HOURS_MAX, 1),
        emergency_hours=table.maybe_number("emergency_hours", HOURS_MAX),
        advised_hours=table.maybe_number("advised_hours", HOURS_MAX),
    )


def _threshold(table: _Table, common: dict[str, Any]) -> AnyRule:
    percent = table.maybe_number("just_under_percent", 50, rules.JUST_UNDER_PERCENT)
    return rules.Threshold(
        **common,
        quantity=table.text("quantity", '"troops"'),
        at_least=table.number("at_least", COUNT_MAX, 1),
        duty=table.text("duty", '"notify"'),
        just_under_percent=percent if percent is not None else rules.JUST_UNDER_PERCENT,
    )


def _separation(table: _Table, common: dict[str, Any]) -> AnyRule:
    between = table.words("between", '["North", "South"]') if table.has("between") else ()
    if len(between) not in {0, 2}:
        raise _FaultError("between", "between does not name two parties; name two or leave it out")
    return rules.Separation(
        **common,
        other_kinds=table.words("other_kinds"),
        between=between,
        distance_m=table.number("distance_m", DISTANCE_M_MAX),
        height_m=table.maybe_number("height_m", HEIGHT_M_MAX) or 0,
        time_min=table.maybe_number("time_min", TIME_MIN_MAX) or 0,
        meet=Severity(table.choice("meet", Severity, Severity.HIGH.value)),
        near=Severity(table.choice("near", Severity, Severity.MEDIUM.value)),
    )


def _buffer(table: _Table, common: dict[str, Any]) -> AnyRule:
    return rules.Buffer(
        **common,
        of=table.text("of", '"the border"'),
        distance_m=table.number("distance_m", DISTANCE_M_MAX, 1),
        measured=table.maybe_text("measured"),
    )


def _required(table: _Table, common: dict[str, Any]) -> AnyRule:
    return rules.Required(**common, fields=table.words("fields", '["contact"]'))


def _answer(table: _Table, common: dict[str, Any]) -> AnyRule:
    return rules.Answer(
        **common, hours=table.number("hours", HOURS_MAX, 1), then=table.maybe_text("then")
    )


_SECTIONS: Final[Mapping[str, Callable[[_Table, dict[str, Any]], AnyRule]]] = {
    "notice": _notice,
    "threshold": _threshold,
    "separation": _separation,
    "buffer": _buffer,
    "required": _required,
    "answer": _answer,
}
_HEAD_KEYS: Final = (
    "format", "id", "edition", "title", "dated", "source", "parties", "signed", "ended", "note",
)  # fmt: skip


def _place(text: str, section: str, number: int, key: str) -> str:
    line = _line(text, section, number, key) or _line(text, section, number, "")
    where = f"[[{section}]] number {number + 1}" if section else "the head"
    return f"line {line}, {where}" if line else where


def _line(text: str, section: str, number: int, key: str) -> int:
    """The line of a key in the n-th table of a section, or of its head line; 0 if not found."""
    inside, seen = "", -1
    for at, row in enumerate(text.splitlines(), start=1):
        head = _HEAD.fullmatch(row)
        if head:
            inside = head[1]
            seen += inside == section
            if not key and inside == section and seen == number:
                return at
            continue
        found = _KEY.match(row)
        here = inside == section and (not section or seen == number)
        if key and found and here and found[1] == key:
            return at
    return 0


# -- packs that are shipped


def shipped() -> dict[str, Pack]:
    """The packs that come with the program, by id, in order."""
    found = [read_pack(data, source=name) for name, data in _files()]
    return {pack.id: pack for pack in sorted(found, key=lambda pack: pack.id)}


def shipped_file(pack: str) -> bytes:
    """The file of a pack that comes with the program, by its id.

    Raises:
        KeyError: there is none.
    """
    return {read_pack(data, source=name).id: data for name, data in _files()}[pack]


def _files() -> list[tuple[str, bytes]]:
    folder = files("tieline.deconfliction") / "packs"
    return [
        (each.name, each.read_bytes()) for each in folder.iterdir() if each.name.endswith(".toml")
    ]
