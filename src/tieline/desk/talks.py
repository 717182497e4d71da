"""Talks: what an officer says in the dialogue, from the fields of a form to a filed message.

Before anything is signed the node weighs it: what would not fit any more (a round closed before
it opened, a commitment due before it was made) is refused here, with the remedy. A peer that says
such a thing is not refused: it becomes a discrepancy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tieline.desk.speaking import Desk, Said
from tieline.errors import MalformedError, RefusedError, UsageError
from tieline.procedures import BY_KIND
from tieline.procedures.form import Field, Form, Sort, canonical_days
from tieline.procedures.procedure import Procedure, Strands
from tieline.record.strict import Fields, JsonValue

Given = str | Sequence[str]
"""What was typed for a field: one value, or several for a field that takes several."""
MANY = frozenset(
    {
        Sort.LINES,
        Sort.KEYS,
        Sort.REFERENCES,
        Sort.PARTIES,
        Sort.LINE_BY_PARTY,
        Sort.KEY_BY_PARTY,
    }
)
"""Sorts of field that take several values."""
SPOKEN = frozenset({Sort.TEXTS, Sort.TRANSLATIONS})
"""Sorts of field that hold words in several languages, read by the command itself."""
REFERRING = frozenset({Sort.REFERENCE, Sort.REFERENCES, Sort.KEY_OR_REF})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What became of a saying, and what an officer should know beside it."""

    said: Said
    notices: tuple[str, ...]


def option_of(name: str) -> str:
    """The option of a field, without its dashes.

    A time is typed as a time, not in milliseconds. The office of a seat is told from ours.
    """
    return "office-name" if name == "office" else name.removesuffix("_ms").replace("_", "-")


def form_of(kind: str) -> Form:
    """The form of a kind of message of the dialogue."""
    form = BY_KIND[kind].bodies[kind]
    if not isinstance(form, Form):
        raise UsageError(f"{kind} has no form; it is said by another command")
    return form


def opens(procedure: Procedure, kind: str) -> bool:
    """Whether a kind opens a case."""
    return procedure.opening(kind) is not None


def asks_addressees(procedure: Procedure, kind: str) -> bool:
    """Whether a kind opens a case that is for those it is addressed to."""
    opening = procedure.opening(kind)
    strands = opening.strands if opening is not None and opening.strands else procedure.strands
    return opening is not None and strands is Strands.ADDRESSEES


def body_of(desk: Desk, line: str, form: Form, given: Mapping[str, Given]) -> dict[str, JsonValue]:
    """A body from what was typed, checked by its form.

    Raises:
        UsageError: a field is missing or wrong; names the option and what to write.
    """
    body: dict[str, JsonValue] = {}
    for field in form:
        value = given.get(field.name)
        if value:
            body[field.name] = _value(desk, line, field, value)
    for name, ready in given.items():
        if form.field(name) is None:
            body[name] = _json(ready)
    fields = Fields(dict(body), path="")
    try:
        form.check(fields)
        fields.done()
    except MalformedError as error:
        raise UsageError(_told(str(error))) from None
    return body


def _json(value: Any) -> JsonValue:
    return value if isinstance(value, str | int | dict) else list(value)


def _told(words: str) -> str:
    """A body's fault in the words of the command: the option in place of the field."""
    name, _, rest = words.strip(". ").partition(" ")
    option = option_of(name.strip(".:").partition("[")[0])
    return f"--{option}: {rest}" if option.replace("-", "").isalnum() else words


def _value(desk: Desk, line: str, field: Field, given: Given) -> JsonValue:
    try:
        if field.sort in MANY:
            many = [given] if isinstance(given, str) else list(given)
            return [_one(desk, line, field, each) for each in many]
        if field.sort in SPOKEN:
            return _json(given)
        return _one(desk, line, field, str(given))
    except UsageError as error:
        raise UsageError(f"--{option_of(field.name)}: {error}") from None


def _one(desk: Desk, line: str, field: Field, given: str) -> JsonValue:
    match field.sort:
        case Sort.DAYS:
            return canonical_days(given)
        case Sort.INSTANT:
            return instant_ms(given)
        case Sort.INTEGER:
            return _integer(given)
        case Sort.LINE_BY_PARTY | Sort.KEY_BY_PARTY:
            party, equals, value = given.partition("=")
            if not equals or not value.strip():
                raise UsageError(f"{given[:40]!r} is not PARTY=VALUE")
            return {"party": party.strip(), "value": value.strip()}
        case sort if sort in REFERRING and ":" in given:
            return str(_shown(desk, line, given)["ref"])
        case _:
            return given


def _shown(desk: Desk, line: str, ref: str) -> dict[str, Any]:
    told = desk.client.call("show", line=line, ref=ref)
    assert isinstance(told, dict)
    return told


def _integer(given: str) -> int:
    if not given.isascii() or not given.isdecimal():
        raise UsageError(f"{given[:40]!r} is no whole number")
    return int(given)


def instant_ms(text: str) -> int:
    """Milliseconds of an ISO 8601 time with its zone; a time without a zone is nobody's.

    Raises:
        UsageError: not such a time, or without a zone.
    """
    try:
        then = datetime.fromisoformat(text)
    except ValueError:
        then = None
    if then is None or "T" not in text.replace(" ", "T"):
        raise UsageError(f"{text[:40]!r} is no time; write 2026-12-01T09:00Z")
    if then.tzinfo is None:
        raise UsageError(f"{text[:40]!r} has no zone; write 2026-12-01T09:00Z, or +02:00 after it")
    return int(then.astimezone(UTC).timestamp() * 1000)


def say(
    desk: Desk,
    *,
    line: str,
    kind: str,
    body: dict[str, JsonValue],
    office: str,
    case: str = "",
    to: Sequence[str] = (),
    anyway: bool = False,
) -> Spoken:
    """Weigh, sign and file one message of the dialogue.

    Raises:
        RefusedError: the rules forbid it, or it would not fit what is on the record.
    """
    more: dict[str, Any] = ({"case": case} if case else {}) | ({"to": list(to)} if to else {})
    composed = desk.client.call("compose", line=line, kind=kind, body=body, office=office, **more)
    assert isinstance(composed, dict)
    weighed = desk.client.call("weigh", line=line, payload=composed["payload"])
    assert isinstance(weighed, list)
    faults = [fault for fault in weighed if isinstance(fault, dict)]
    refused = [str(fault["words"]) for fault in faults if fault["refused"]]
    if refused and not anyway:
        raise RefusedError(
            f"nothing was filed; this would not fit what is on the record: {'; '.join(refused)}",
            advice="Correct the field, or say it all the same with --anyway: the record will show "
            "both, and that they do not fit.",
        )
    said = desk.say(line=line, kind=kind, body=body, office=office, **more)
    return Spoken(said=said, notices=tuple(f"does not fit: {f['words']}" for f in faults))
