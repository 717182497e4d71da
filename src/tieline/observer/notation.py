"""Notation: an assertion in one line, for options of a command and cells of a sheet.

::

    round ferry-2; held=1931-06-09; place=Oldport
    postponement ferry-2; by=unknown
    contact visit-1; who=alpha = M. Orr; who=bravo = J. Lund

Kind and key come first; then the fields of `tieline.observer.forms`, as in the text format. A
semicolon or backslash inside a value is written after a backslash.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from tieline.errors import UsageError
from tieline.observer.body import ASSERTIONS_MAX, is_empty
from tieline.observer.form import MANY_MAX, Field, Form
from tieline.observer.forms import ASSERTION_FORM_OF, ASSERTIONS, ITEMS
from tieline.words import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tieline.observer.assertion import Assertion
    from tieline.observer.statement import Item

_PART: Final = re.compile(r"(?:[^;\\]|\\.)+", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_SPECIAL: Final = re.compile(r"[;\\]")
_EXAMPLE: Final = "write it as: round ferry-2; held=1931-06-09; place=Oldport"


def parse_assertion(text: str) -> Assertion:
    """Read one assertion.

    Raises:
        UsageError: the message names the field and what to write instead.
    """
    parts = [part.strip() for part in _PART.findall(text) if part.strip()]
    if not parts:
        raise UsageError(f"an assertion is empty; {_EXAMPLE}")
    word, _, thing = _plain(parts[0]).partition(" ")
    form = ASSERTIONS.get(word)
    if form is None:
        raise UsageError(f'"{shown(word)}" is not one of {", ".join(ASSERTIONS)}; {_EXAMPLE}')
    pairs = [("thing", thing.strip())]
    for part in parts[1:]:
        name, equals, value = part.partition("=")
        if not equals:
            raise UsageError(f'{form.word}: "{shown(part)}" has no "="; {_EXAMPLE}')
        pairs.append((_plain(name).strip(), _plain(value).strip()))
    return make_assertion(form, pairs)


def make_assertion(form: Form, pairs: Iterable[tuple[str, str]]) -> Assertion:
    """Make an assertion of fields as the text format writes them, ``thing`` among them.

    Raises:
        UsageError: the message names the field and what to write instead.
    """
    return cast("Assertion", form.make(**_values(form, pairs)))


def make_item(
    word: str, pairs: Iterable[tuple[str, str]], assertions: tuple[Assertion, ...] = ()
) -> Item:
    """Make a source, statement, inference, review or withdrawal of fields as the text has them.

    Raises:
        UsageError: the message names the field and what to write instead.
    """
    form = ITEMS[word]
    values = _values(form, pairs)
    if len(assertions) > ASSERTIONS_MAX:
        raise UsageError(f"{word}: more than {ASSERTIONS_MAX} assertions; split it in two")
    if assertions:
        values["assertions"] = assertions
    return cast("Item", form.make(**values))


def check_value(form: Form, name: str, text: str) -> str:
    """Return the text if it can stand in that field; raises `UsageError` with the remedy."""
    _values(form, [(name, text)], whole=False)
    return text


def _values(form: Form, pairs: Iterable[tuple[str, str]], *, whole: bool = True) -> dict[str, Any]:
    values: dict[str, Any] = {}
    given: set[str] = set()
    for name, text in pairs:
        known = form.field(name)
        if known is None:
            names = ", ".join(f.name for f in form.fields if f.name not in {"thing", "id"})
            raise UsageError(f'a {form.word} has no field "{shown(name)}"; it has {names}')
        given.add(name)
        try:
            _keep(values, known, known.codec.from_text(text))
        except UsageError as error:
            raise UsageError(f"{form.word}, {known.name}: {error}") from None
    for known in form.fields:
        if whole and known.need and known.name not in given:
            raise UsageError(f"{form.word}, {known.name}: is missing; give it")
    return values


def _keep(values: dict[str, Any], known: Field, value: Any) -> None:
    if value is None:
        return
    if not known.many:
        if known.attribute in values:
            raise UsageError("stands twice; give it once")
        values[known.attribute] = value
        return
    kept = (*values.get(known.attribute, ()), value)
    if len(kept) > MANY_MAX:
        raise UsageError(f"stands more than {MANY_MAX} times; split it")
    values[known.attribute] = kept


def write_assertion(assertion: Assertion) -> str:
    """Write what `parse_assertion` reads back to an equal value."""
    form = ASSERTION_FORM_OF[type(assertion)]
    parts = [f"{form.word} {assertion.thing}"]
    for known in form.fields[1:]:
        held = getattr(assertion, known.attribute)
        if is_empty(held) and not known.need:
            continue
        parts += [
            f"{known.name}={_SPECIAL.sub(_escape, known.codec.to_text(one))}"
            for one in (held if known.many else (held,))
        ]
    return "; ".join(parts)


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda match: match[1], text)


def _escape(match: re.Match[str]) -> str:
    return f"\\{match[0]}"
