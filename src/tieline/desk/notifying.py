"""Notifying: one filing for several recipients, and every later word on a notification.

The same notification goes out on each line that is named, under one key, with what each recipient
may see. No line learns of another. Each message is signed and filed on its own, so that one line
that refuses leaves the others as they are, and is told.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tieline.desk import stopwords
from tieline.desk.mustknow import parties_of, refuse_strangers
from tieline.desk.placing import Doubts
from tieline.desk.speaking import Desk, Said
from tieline.desk.talks import body_of, option_of
from tieline.errors import RefusedError, TielineError, UsageError
from tieline.procedures import BY_KIND
from tieline.procedures.form import Form, Sort
from tieline.record.strict import JsonValue, b64decode
from tieline.words import shown

Shown = dict[str, Any]
Body = dict[str, JsonValue]
OPENINGS: Final = {
    "activity": "activity.notify",
    "hazard": "hazard.notify",
    "site": "site.notify",
    "movement": "movement.plan",
    "stop": "stop.call",
}
"""What each kind of notification opens with."""
READY: Final = frozenset(
    {
        *(Sort.VOLUMES, Sort.POSITION, Sort.WAYPOINTS, Sort.UNITS),
        *(Sort.ATTACHMENTS, Sort.TEXTS, Sort.FILES),
    }
)
"""Sorts of field that are given ready, not as one word to be read."""
NEVER_REDACTED: Final = frozenset({"key", "redacted"})
KEY_BYTES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A line that a notification goes out on, and the fields that its parties may not see."""

    line: str
    redacted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of a notification on one line.

    ``instead`` says in words why something else was filed than what was asked for.
    """

    line: str
    said: Said | None
    redacted: tuple[str, ...] = ()
    fault: str = ""
    instead: str = ""


@dataclass(slots=True, kw_only=True)
class Draft:
    """A notification before it is filed: its kind and whole body, and the files that go along."""

    kind: str
    body: Body
    attachments: tuple[bytes, ...] = ()
    doubts: Doubts = field(default_factory=Doubts)


def fresh_key(procedure: str) -> str:
    """A key for a notification that nobody named."""
    return f"{procedure}-{secrets.token_hex(KEY_BYTES)}"


def form_of(kind: str) -> Form:
    """The form of a kind of message about notifications.

    Raises:
        UsageError: it has none.
    """
    found = BY_KIND[kind].bodies[kind] if kind in BY_KIND else None
    if not isinstance(found, Form):
        raise UsageError(f"{shown(kind)} is not said of notifications")
    return found


def settings_of(kind: str, typed: Sequence[str]) -> dict[str, Any]:
    """``FIELD=VALUE`` for any field of a form that has no option of its own.

    Raises:
        UsageError: not of that form, or a field that the form lacks; lists those it has.
    """
    form, found = form_of(kind), {}
    names = {f.name.removesuffix("_ms"): f for f in form if f.sort not in READY}
    for each in typed:
        name, equals, value = each.partition("=")
        one = names.get(name.strip().replace("-", "_").removesuffix("_ms"))
        if one is None or not equals or not value.strip():
            raise UsageError(
                f'"{shown(each)}" is not FIELD=VALUE with one of: {", ".join(sorted(names))}'
            )
        many = one.sort in {Sort.LINES, Sort.KEYS, Sort.REFERENCES, Sort.PARTIES}
        found[one.name] = [v.strip() for v in value.split(";")] if many else value.strip()
    return found


def checked(desk: Desk, line: str, kind: str, given: Mapping[str, Any]) -> Body:
    """A body from what was typed and what is ready, checked by its form.

    Raises:
        UsageError: a field is missing or wrong; names its option.
    """
    form = form_of(kind)
    said = {name: value for name, value in given.items() if value not in ("", None, [], ())}
    for name in said:
        if form.field(name) is None:
            raise UsageError(f"{kind.partition('.')[0]} has no field {name.removesuffix('_ms')}")
    ready = {name: value for name, value in said.items() if _sort(form, name) in READY}
    rest = Form(fields=tuple(replace(f, required=False) for f in form if f.sort not in READY))
    typed = {name: value for name, value in said.items() if name not in ready}
    body: Body = {**body_of(desk, line, rest, typed), **ready}
    missing = [f.name for f in form if f.required and f.name not in body]
    if missing:
        raise UsageError(f"--{option_of(missing[0])} is missing")
    return {f.name: body[f.name] for f in form if f.name in body}


def _sort(form: Form, name: str) -> Sort:
    found = form.field(name)
    assert found is not None
    return found.sort


def attachment(desk: Desk, line: str, wordings: Sequence[str], number: int) -> bytes:
    """An attachment of the newest wording that has it, by its number from 1.

    Raises:
        UsageError: no wording has it, or it cannot be opened here.
    """
    for ref in reversed(wordings):
        try:
            told = desk.client.call("attachment", line=line, ref=ref, number=number)
        except UsageError:
            continue
        assert isinstance(told, dict)
        return b64decode(str(told["data"]))
    raise UsageError(f"attachment {number} cannot be read here; attach it anew")


def units_of(typed: Sequence[str]) -> list[JsonValue]:
    """``PARTY=UNIT`` as a body has it.

    Raises:
        UsageError: not of that form.
    """
    found: list[JsonValue] = []
    for each in typed:
        party, equals, unit = each.partition("=")
        if not equals or not unit.strip():
            raise UsageError(f'"{shown(each)}" is not PARTY=UNIT')
        found.append({"party": party.strip(), "value": unit.strip()})
    return found


def recipients(
    lines: Sequence[str], names: Mapping[str, str], typed: Sequence[str]
) -> list[Recipient]:
    """Who gets it: lines by id, and what each may not see, from ``LINE:field,field``.

    Args:
        lines: ids of the lines, in the order in which they were named.
        names: what was typed for each line, to its id.
        typed: what was typed for ``--redact``.

    Raises:
        UsageError: a line is named that gets nothing, or a field that is never withheld.
    """
    withheld: dict[str, tuple[str, ...]] = {}
    for each in typed:
        name, colon, fields = each.rpartition(":")
        if not colon or name not in names:
            raise UsageError(
                f'"{shown(each)}" is not LINE:field,field with one of: {", ".join(names)}'
            )
        named = tuple(f.strip().replace("-", "_") for f in fields.split(",") if f.strip())
        never = NEVER_REDACTED & set(named)
        if never:
            raise UsageError(f"{', '.join(sorted(never))} cannot be withheld")
        withheld[names[name]] = withheld.get(names[name], ()) + named
    return [Recipient(line=line, redacted=withheld.get(line, ())) for line in dict.fromkeys(lines)]


def redact(draft: Draft, names: tuple[str, ...]) -> Draft:
    """The same without some fields, which it names.

    Raises:
        UsageError: the form has no such field.
    """
    if not names:
        return draft
    form = form_of(draft.kind)
    fields = {f.name.removesuffix("_ms"): f.name for f in form} | {f.name: f.name for f in form}
    unknown = [name for name in names if name not in fields]
    if unknown:
        raise UsageError(f"--redact: there is no field {shown(unknown[0])}")
    left = {fields[name] for name in names}
    body = {n: v for n, v in draft.body.items() if n not in left}
    body["redacted"] = [*sorted(left)]
    files = () if "attachments" in left else draft.attachments
    return Draft(kind=draft.kind, body=body, attachments=files)


def for_line(desk: Desk, draft: Draft, line: str) -> Draft:
    """The same with those units that must know which are of this line: it learns of no other.

    Units of no line at all are refused before (`desk.mustknow`).
    """
    parties = parties_of(desk, line)
    named: Any = draft.body.get("must_know", [])
    units = [unit for unit in named if unit["party"] in parties]
    body = {name: value for name, value in draft.body.items() if name != "must_know"}
    body |= {"must_know": units} if units else {}
    return replace(draft, body=body)


def on_each(found: Mapping[str, Shown], say: Callable[[str, Shown], Sent]) -> list[Sent]:
    """Say something on every line that has a notification; one that refuses stops no other.

    Raises:
        TielineError: the only line refuses.
    """
    sent = []
    for line, notice in found.items():
        try:
            sent.append(say(line, notice))
        except TielineError as error:
            if len(found) == 1:
                raise
            sent.append(Sent(line=line, said=None, fault=str(error)))
    return sent


def send(
    desk: Desk, draft: Draft, where: Sequence[Recipient], *, office: str, **more: Any
) -> list[Sent]:
    """File a notification on each line; a line that refuses is told and stops no other.

    Raises:
        UsageError: a field that is to be withheld is none of the form's, or a unit that must know
            is of none of the lines; nothing was filed.
        TielineError: the only line refuses.
    """
    refuse_strangers(desk, draft.body, [each.line for each in where])
    drafts = [(each, redact(for_line(desk, draft, each.line), each.redacted)) for each in where]
    found = []
    for each, one in drafts:
        try:
            said = desk.say(
                line=each.line,
                kind=one.kind,
                body=one.body,
                office=office,
                attachments=one.attachments,
                **more,
            )
        except TielineError as error:
            if len(drafts) == 1:
                raise
            found.append(Sent(line=each.line, said=None, fault=str(error)))
            continue
        found.append(Sent(line=each.line, said=said, redacted=each.redacted))
    return found


def call_stop(
    desk: Desk, draft: Draft, where: Sequence[Recipient], *, office: str, mark: str = ""
) -> list[Sent]:
    """File a *stop* on each line, at its highest level, to all offices of its ladder at once.

    On a line whose framework has no *stop* it goes as a message in the safety channel, in words.
    """
    found = []
    for each in where:
        args: Shown = {"at": draft.body["at"]} if "at" in draft.body else {}
        plan = desk.client.call("stop.plan", line=each.line, **args)
        assert isinstance(plan, dict)
        more: Shown = {"level": plan["level"], "to": plan["to"]} | ({"mark": mark} if mark else {})
        try:
            if plan["listed"]:
                found += send(desk, draft, [each], office=office, **more)
            else:
                take_s = int(str(plan["take_s"]))
                found.append(_in_words(desk, draft, each, take_s, office=office, **more))
        except TielineError as error:
            # One line that refuses must not keep the call from the others.
            if len(where) == 1:
                raise
            found.append(Sent(line=each.line, said=None, fault=str(error)))
    return found


def _in_words(
    desk: Desk, draft: Draft, where: Recipient, take_s: int, *, office: str, **more: Any
) -> Sent:
    """File a call as a message; it is to be taken and acted on in the times of a *stop*."""
    one = redact(for_line(desk, draft, where.line), where.redacted)
    body = stopwords.message_body(one.body, answer_by_s=2 * take_s)
    try:
        said = desk.say(
            line=where.line,
            kind=stopwords.SAY,
            body=body,
            office=office,
            attachments=one.attachments,
            **more,
        )
    except RefusedError as error:
        raise RefusedError(
            f"NOTHING WAS FILED: the framework of this line has no stop, and no message: {error}",
            advice="Ring them up now, by every other way that there is.",
        ) from None
    return Sent(line=where.line, said=said, redacted=where.redacted, instead=stopwords.INSTEAD)


def step(
    desk: Desk,
    notice: Shown,
    *,
    line: str,
    kind: str,
    body: Body,
    office: str,
    party: str = "",
    attachments: tuple[bytes, ...] = (),
) -> Said:
    """Say something about a notification that is there.

    Args:
        desk: where the officer sits.
        notice: the notification, as the node shows it.
        line: its line.
        kind: what is said.
        body: with what.
        office: for which office.
        party: whose strand it is about; empty for our own, or for all where all move together.
        attachments: files that go along.

    Raises:
        RefusedError: it is not ours to say, or not now.
    """
    more: Shown = {"strands": [party]} if party else {}
    return desk.say(
        line=line,
        kind=kind,
        body=body,
        office=office,
        case=notice["full_ref"],
        attachments=attachments,
        **more,
    )


def amended(notice: Shown, kind: str, given: Body) -> Body:
    """The whole notification as it stands, with what changes, as an amendment says it."""
    form = form_of(kind)
    body = {n: v for n, v in notice["body"].items() if form.field(n) is not None}
    return body | given


def lines_with(desk: Desk, key: str, lines: Sequence[str]) -> dict[str, Shown]:
    """The notification of a key on every line that has one.

    Raises:
        UsageError: none has.
    """
    found = {}
    for line in lines:
        shown_there = desk.client.call("notice", line=line, name=key)
        if isinstance(shown_there, dict) and shown_there:
            found[line] = shown_there
    if not found:
        raise UsageError(
            f"there is no notification {shown(key)!r}",
            advice="`tieline notify list` shows what there is.",
        )
    return found
