"""Bodies: sources, statements, inferences and withdrawals as payloads of log entries.

Objects of integers and strings only; days are ISO 8601. Each becomes one clear payload, of
kind ``reported.source``, ``reported.statement``, ``reported.inference`` or
``reported.withdrawal``. Decoding is strict: an unknown member is refused, not dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from typing import TYPE_CHECKING, Any, Final, cast

from tieline.errors import MalformedError, UsageError
from tieline.observer.form import MANY_MAX, Field, Form
from tieline.observer.forms import ASSERTION_FORM_OF, ASSERTIONS, ITEM_FORM_OF, ITEMS
from tieline.words import shown

if TYPE_CHECKING:
    from tieline.observer.assertion import Assertion
    from tieline.observer.statement import Item, Record

KIND_PREFIX: Final = "reported."
ASSERTIONS_MAX: Final = 32
_ASSERTS: Final = "asserts"
_ASSERTING: Final = frozenset({"statement", "inference"})

Body = dict[str, object]


def to_bodies(record: Record) -> list[tuple[str, Body]]:
    """Return (kind, body) for each item, sources first.

    Raises:
        UsageError: a value that no body can carry; the message names item and field.
    """
    return [to_body(item) for item in record.items()]


def to_body(item: Item) -> tuple[str, Body]:
    """Return the kind and the body of one item; raises `UsageError` as `to_bodies` does."""
    form = ITEM_FORM_OF[type(item)]
    body = _give(form, item)
    assertions: tuple[Assertion, ...] = getattr(item, "assertions", ())
    if assertions:
        body[_ASSERTS] = [_give_assertion(assertion) for assertion in assertions]
    return KIND_PREFIX + form.word, body


def from_body(kind: str, body: Mapping[str, object]) -> Item:
    """Read one body back.

    Raises:
        MalformedError: unknown kind, or a field that is missing, unknown or wrong; the message
            names it, as in ``asserts[2].held.latest``.
    """
    word = kind.removeprefix(KIND_PREFIX) if kind.startswith(KIND_PREFIX) else ""
    form = ITEMS.get(word)
    if form is None:
        raise MalformedError(f'kind: "{shown(kind)}" is not one of {", ".join(ITEMS)}')
    members = _object(body, word)
    asserts = members.pop(_ASSERTS, None) if word in _ASSERTING else None
    values = _take(form, members, "")
    if word in _ASSERTING:
        values["assertions"] = _take_assertions(asserts)
    return cast("Item", form.make(**values))


def is_empty(value: object) -> bool:
    """Whether a field's value is the absent one, which neither text nor body spells out."""
    return value is None or value is False or value == ()


def _give(form: Form, value: object) -> Body:
    body: Body = {}
    for field in form.fields:
        held = getattr(value, field.attribute)
        if is_empty(held) and not field.need:
            continue
        try:
            body[field.name] = (
                [field.codec.to_json(one) for one in held]
                if field.many
                else field.codec.to_json(held)
            )
        except UsageError as error:
            raise UsageError(f"{form.word} {_name(value)}, {field.name}: {error}") from None
    return body


def _give_assertion(assertion: Assertion) -> Body:
    form = ASSERTION_FORM_OF[type(assertion)]
    return {"kind": form.word, **_give(form, assertion)}


def _take_assertions(value: object) -> tuple[Assertion, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not 1 <= len(value) <= ASSERTIONS_MAX:
        raise MalformedError(f"{_ASSERTS}: is not a list of 1 to {ASSERTIONS_MAX} objects")
    return tuple(_take_assertion(one, f"{_ASSERTS}[{n}]") for n, one in enumerate(value))


def _take_assertion(value: object, path: str) -> Assertion:
    members = _object(value, path)
    word = members.pop("kind", None)
    form = ASSERTIONS.get(word) if isinstance(word, str) else None
    if form is None:
        raise MalformedError(f"{path}.kind: is not one of {', '.join(ASSERTIONS)}")
    return cast("Assertion", form.make(**_take(form, members, f"{path}.")))


def _take(form: Form, members: dict[str, object], path: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in form.fields:
        if field.name in members:
            values[field.attribute] = _take_field(field, members.pop(field.name), path)
        elif field.need:
            raise MalformedError(f"{path}{field.name}: is missing from this {form.word}")
    if members:
        raise MalformedError(f"{path}{shown(min(members))}: is no field of a {form.word}")
    return values


def _take_field(field: Field, value: object, path: str) -> Any:
    where = f"{path}{field.name}"
    if not field.many:
        return _take_one(field, value, where)
    if not isinstance(value, list) or not 1 <= len(value) <= MANY_MAX:
        raise MalformedError(f"{where}: is not a list of 1 to {MANY_MAX} values")
    return tuple(_take_one(field, one, f"{where}[{n}]") for n, one in enumerate(value))


def _take_one(field: Field, value: object, where: str) -> Any:
    try:
        taken = field.codec.from_json(value)
    except UsageError as error:
        raise MalformedError(f"{where}: {error}") from None
    if taken is None:
        raise MalformedError(f"{where}: is unknown; leave the member out")
    return taken


def _object(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise MalformedError(f"{where}: is not an object")
    return dict(value)


def _name(value: object) -> str:
    names = [f.name for f in dataclass_fields(value) if f.name in {"id", "thing"}]  # type: ignore[arg-type]
    return str(getattr(value, names[0]))
