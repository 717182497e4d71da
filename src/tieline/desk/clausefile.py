"""Clause files: the positions of one party on a framework, as a TOML file that a person edits.

::

    [clause.test]
    title = "Test of the line"
    text = "The line is tested once a day."
    [clause.test.terms]
    every_s = 86400

Two parties agree on a clause when title, text and terms are equal to the last character. So what
is read here is written anew in one form, whatever the order, blanks and quotes of the file.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tieline.desk.clauserules import faults_in, levels_named
from tieline.errors import MalformedError, UsageError
from tieline.procedures.brackets import CLAUSE_CHARS_MAX, CLAUSES_MAX, Clause
from tieline.procedures.terms import TERMS_CHARS_MAX, Table, Term, parse_terms
from tieline.record.message import check_handle

TITLE_CHARS_MAX = 200
"""As the record allows for a clause's title."""
FILE_CHARS_MAX = CLAUSES_MAX * (CLAUSE_CHARS_MAX + TERMS_CHARS_MAX)
FAULTS_SHOWN_MAX = 20
FIELDS = ("title", "text", "terms", "leave_out")
MANY_LINES_CHARS = 70
"""A text longer than this is written over several lines."""

Place = tuple[str, str]
"""Where in a file: the clause, and ``terms`` or nothing."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_HEAD = re.compile(r"\s*\[\s*clause\s*\.\s*\"?([^\].\"]+)\"?\s*(?:\.\s*(terms)\s*)?\]\s*(?:#.*)?")
_KEY = re.compile(r"\s*\"?([^\s=\"]+)\"?\s*=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong in a file: the line (from 1, 0 if unknown), the field, why, the remedy."""

    line: int
    field: str
    why: str
    remedy: str

    def words(self) -> str:
        """One line for an officer."""
        where = f"line {self.line}, " if self.line else ""
        return f"{where}{self.field}: {self.why}. {self.remedy}"


def canonical_terms(table: Mapping[str, Term]) -> str:
    """The one text of a table of terms: keys in order, one a line, plain TOML 1.0.

    The same table always gives the same text, and `parse_terms` reads the same table back.
    """
    return "".join(f"{_key(name)} = {_value(value)}\n" for name, value in sorted(table.items()))


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _value(value: Term) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _quoted(value)
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case dict():
            inner = ", ".join(f"{_key(n)} = {_value(v)}" for n, v in sorted(value.items()))
            return f"{{ {inner} }}" if inner else "{}"


def _quoted(text: str) -> str:
    """A basic string; JSON escapes the same characters, but for DEL, in the same way."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def canonical_text(text: str) -> str:
    """Words without blanks at the ends of lines and around them, in Unicode's form NFC (UAX 15)."""
    rows = unicodedata.normalize("NFC", text).strip().splitlines()
    return "\n".join(row.rstrip() for row in rows)


def read_clauses(
    text: str, *, source: str = "the file", levels: tuple[str, ...] = ()
) -> dict[str, Clause]:
    """Positions by clause id, in canonical form.

    Args:
        text: the file.
        source: what to call it in an error.
        levels: precedence levels that hold if the file names none; empty for the defaults.

    Raises:
        UsageError: every fault with its line, field and remedy; nothing was taken.
    """
    table = _toml(text, source)
    found: dict[str, Clause] = {}
    faults = [
        _fault(text, ("", ""), name, "is no part of a framework file", "Clauses are [clause.NAME].")
        for name in table
        if name != "clause"
    ]
    clauses = table.get("clause")
    if not isinstance(clauses, dict) or not clauses:
        remedy = "Begin with `tieline framework template`."
        raise _refused(
            source, [*faults, Fault(line=0, field="clause", why="there is none", remedy=remedy)]
        )
    levels = levels_named(clauses) or levels
    for name, given in clauses.items():
        wrong = _check_clause(text, name, given, levels)
        faults += wrong
        if not wrong:
            found[name] = _clause(given)
    if len(found) > CLAUSES_MAX:
        why = f"{len(found)} clauses; at most {CLAUSES_MAX}"
        faults.append(Fault(line=0, field="clause", why=why, remedy="Join some of them."))
    if faults:
        raise _refused(source, faults)
    return found


def _toml(text: str, source: str) -> dict[str, Any]:
    if len(text) > FILE_CHARS_MAX:
        raise UsageError(f"{source} has {len(text)} characters; at most {FILE_CHARS_MAX}")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{source} is not TOML: {error}",
            advice="Put texts in quotes, lists in [ ], and each field on a line of its own.",
        ) from None


def _refused(source: str, faults: list[Fault]) -> UsageError:
    shown = sorted(faults, key=lambda f: f.line)[:FAULTS_SHOWN_MAX]
    more = len(faults) - len(shown)
    words = [fault.words() for fault in shown] + ([f"and {more} more"] if more else [])
    return UsageError(f"{source} cannot be taken as it is:\n" + "\n".join(words))


def _fault(text: str, place: Place, key: str, why: str, remedy: str) -> Fault:
    """A fault of one key, with its line."""
    clause, part = place
    path = ".".join(filter(None, ("clause" if clause else "", clause, part, key)))
    return Fault(line=_line_of(text, place, key), field=path, why=why, remedy=remedy)


def _line_of(text: str, place: Place, key: str) -> int:
    """The line of a key, or of its table's head; 0 if it is written in another way."""
    here, head = ("", ""), 0
    for number, row in enumerate(text.splitlines(), 1):
        if match := _HEAD.fullmatch(row):
            here = (match[1].strip(), match[2] or "")
            head = number if here == place and not head else head
        elif (match := _KEY.match(row)) and here == place and match[1] == key:
            return number
    return head


def _check_clause(text: str, name: str, given: object, levels: tuple[str, ...]) -> list[Fault]:
    def fault(key: str, why: str, remedy: str, part: str = "") -> Fault:
        return _fault(text, (name, part), key, why, remedy)

    try:
        check_handle(name, "clause")
    except MalformedError as error:
        return [fault("", str(error), "Name it like `levels` or `air-corridors`.")]
    if not isinstance(given, dict):
        return [fault("", "is not a section", f"Write [clause.{name}] on a line of its own.")]
    found = [
        fault(key, "is no field of a clause", f"A clause has {', '.join(FIELDS)}.")
        for key in given
        if key not in FIELDS
    ]
    for key, most in (("title", TITLE_CHARS_MAX), ("text", CLAUSE_CHARS_MAX)):
        value = given.get(key, "")
        if not isinstance(value, str):
            found.append(fault(key, "is not a text", "Put it in quotes."))
        elif len(value) > most:
            found.append(fault(key, f"has {len(value)} characters; at most {most}", "Shorten it."))
    terms = given.get("terms", {})
    if not isinstance(terms, dict):
        found.append(fault("terms", "is not a table", f"Write [clause.{name}.terms]."))
    elif given.get("leave_out", False) not in (True, False):
        found.append(fault("leave_out", "is not true or false", "Write leave_out = true."))
    elif not given.get("leave_out") and not given.get("text") and not terms:
        remedy = "Write a text or terms, or leave_out = true to have none of it."
        found.append(fault("", "says nothing", remedy))
    elif given.get("leave_out") and (given.get("text") or terms):
        remedy = "Remove leave_out, or text and terms."
        found.append(fault("leave_out", "stands beside a text or terms", remedy))
    else:
        found += [fault(k, w, r, "terms") for k, w, r in _term_faults(name, terms, levels)]
    return found


def _term_faults(
    name: str, terms: dict[str, Any], levels: tuple[str, ...]
) -> list[tuple[str, str, str]]:
    wrong = [
        (key, "holds a number with a point, or a date", "Use whole numbers and quoted texts.")
        for key, value in terms.items()
        if not _is_plain(value)
    ]
    if wrong:
        return wrong
    try:
        parse_terms(canonical_terms(terms))
    except (MalformedError, RecursionError) as error:
        return [("", f"cannot be kept in the record: {error}", "Make it shorter or simpler.")]
    return faults_in(name, terms, levels)


def _is_plain(value: object) -> bool:
    match value:
        case dict():
            return all(map(_is_plain, value.values()))
        case list():
            return all(map(_is_plain, value))
        case _:
            return isinstance(value, str | int)


def _clause(given: dict[str, Any]) -> Clause:
    if given.get("leave_out"):
        return Clause(title="", text="", terms="")
    return Clause(
        title=" ".join(unicodedata.normalize("NFC", given.get("title", "")).split()),
        text=canonical_text(given.get("text", "")),
        terms=canonical_terms(given.get("terms", {})),
    )


def write_clauses(clauses: Mapping[str, Clause], remark: str = "") -> str:
    """A file that reads back as these positions; ``remark`` stands above them."""
    parts = ["".join(f"# {row}".rstrip() + "\n" for row in remark.splitlines())] if remark else []
    for name, clause in clauses.items():
        rows = [f"[clause.{name}]"]
        if clause.left_out():
            rows.append("leave_out = true")
        else:
            rows += [f"title = {_quoted(clause.title)}", f"text = {_long(clause.text)}"]
        part = "\n".join(rows) + "\n"
        if clause.terms:
            part += f"[clause.{name}.terms]\n{canonical_terms(_table(clause))}"
        parts.append(part)
    return "\n".join(parts)


def _table(clause: Clause) -> Table:
    return parse_terms(clause.terms)


def _long(text: str) -> str:
    """A text over several lines where it has or needs them."""
    if "\n" not in text and len(text) <= MANY_LINES_CHARS:
        return _quoted(text)
    rows = [_quoted(row)[1:-1].replace('\\"', '"') for row in text.split("\n")]
    body = "\n".join(rows).replace('"""', '""\\"')
    return f'"""\n{body}\n"""'
