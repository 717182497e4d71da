"""Sending: a cleared draft is said anew on its line, and the house notes where it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tieline.desk import house
from tieline.desk.speaking import Desk, Said
from tieline.errors import RefusedError, UsageError
from tieline.procedures.house import draft as dr
from tieline.procedures.line.message import SAY
from tieline.record.strict import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of a draft. ``link`` is None while the message waits for a second person."""

    said: Said
    link: Said | None


def send(desk: Desk, draft: house.Item, *, line: str, house_office: str, office: str) -> Sent:
    """Say what a draft says on its line, then link to it from the house.

    Nothing of the house goes along: the message is composed like any other, with an id that tells
    nobody anything. Interrupted in between, it files nothing twice when it is said again.

    Args:
        desk: where the officer sits.
        draft: the item, as `house.find` gives it.
        line: id of a line with others.
        house_office: for which office the house notes it.
        office: for which office it is said on the line.

    Raises:
        RefusedError: a clearance is missing, or it went or was given up before.
    """
    check(draft)
    body = draft["body"]
    more: dict[str, Any] = {name: body[name] for name in ("to", "level", "case") if body.get(name)}
    said = desk.say(
        line=line,
        kind=str(body.get("kind", SAY)),
        body=message_body(draft),
        office=office,
        id=str(draft["send_id"]),
        **more,
    )
    if said.waiting:
        return Sent(said=said, link=None)
    return Sent(said=said, link=_link(desk, draft, line, said.ref, house_office))


def link(desk: Desk, draft: house.Item, *, line: str, ref: str, house_office: str) -> Said:
    """Note where a draft went that a second person released after it was sent.

    Raises:
        UsageError: what stands there is not what this draft became.
    """
    if draft["state"] != dr.IN_DRAFT:
        raise RefusedError(f"{draft['ref']}: {draft['words']}")
    entry = desk.client.call("show", line=line, ref=ref)
    assert isinstance(entry, dict)
    if entry.get("id") != draft["send_id"]:
        raise UsageError(f"{ref} is not what {draft['ref']} became; nothing was filed")
    return _link(desk, draft, line, str(entry["ref"]), house_office)


def _link(desk: Desk, draft: house.Item, line: str, ref: str, office: str) -> Said:
    body: dict[str, JsonValue] = {"line": line, "entry": ref, "revision": draft["revision"]}
    return house.step(desk, draft, dr.SENT, body, office)


def check(draft: house.Item) -> None:
    """Whether a draft may go.

    Raises:
        RefusedError: it may not; says which office is waited for.
    """
    if draft["state"] != dr.IN_DRAFT:
        raise RefusedError(f"{draft['ref']}: {draft['words']}; it does not go again")
    if draft["may_go"]:
        return
    waiting = house.missing(draft)
    raise RefusedError(
        f"{draft['ref']} may not go: {'; '.join(waiting) or 'two revisions stand side by side'}",
        advice="Every clearance that was asked has to be given for this very text. "
        f"`tieline house show {draft['ref']}` tells more.",
    )


def message_body(draft: house.Item) -> dict[str, JsonValue]:
    """The body that a draft prepared, or that of a plain message with its texts."""
    body: dict[str, Any] = draft["body"]
    if "body" in body:
        return dict(body["body"])
    if body.get("kind", SAY) != SAY:
        return {
            "texts": body["texts"],
            **({"codes": []} if body["kind"] == "message.answer" else {}),
        }
    return {
        "subject": body["title"],
        "texts": body["texts"],
        "codes": [],
        "channel": "dialogue",
        "answer_by_s": 0,
        "references": [],
        "attachments": [],
    }
