"""Observing: an observer's record in a home, on a line of one party, in clear."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tieline.desk import opening
from tieline.desk.lines import found_line
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.observer import Item, Picture, Reading, Record, fold, read_text, to_body
from tieline.record import dsse
from tieline.record.message import MESSAGE_TYPE
from tieline.record.strict import JsonValue, b64decode, b64encode
from tieline.replication.founding import new_line_id

TITLE = "observer"
SAID_KINDS = ("reported.statement", "reported.inference")
BATCH = 200
"""Entries filed in one commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What entering a text brought: items filed, and items that were there already."""

    line: str
    filed: int
    known: int


def observer_line(desk: Desk) -> str:
    """The line of one party that holds the record; empty when there is none yet."""
    told = desk.client.call("info")
    assert isinstance(told, dict)
    lines = told["lines"]
    assert isinstance(lines, list)
    for line in lines:
        if isinstance(line, dict) and line["title"] == TITLE and len(_dict(line["parties"])) == 1:
            return str(line["line"])
    return ""


def _dict(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def open_record(desk: Desk, vault: Path) -> str:
    """The observer's line, made when there is none."""
    own = {desk.card.handle: desk.card.fingerprint}
    begun = opening.find(vault, title=TITLE, parties=own, addresses=())
    line = observer_line(desk)
    if line and begun is None:
        return line
    line = begun.line if begun is not None else new_line_id(os.urandom)
    found_line(desk, line=line, title=TITLE, parties=own, vault=vault)
    return line


def read_report(data: bytes, known: Record | None = None) -> Reading:
    """Read a text in the text format, faults and all; it may refer to what is ``known``."""
    return read_text(data, known)


def enter(desk: Desk, data: bytes, *, vault: Path, office: str = "desk") -> Entered:
    """File every item of a text that is not in the record yet, in as few commits as possible.

    Raises:
        UsageError: the text has faults; each is named, and nothing was filed.
    """
    reading = read_report(data, known_record(desk))
    if reading.faults:
        words = "\n".join(fault.words() for fault in reading.faults)
        raise UsageError(f"nothing was filed; correct this first:\n{words}")
    return file_items(desk, reading.record.items(), vault=vault, office=office)


def known_record(desk: Desk) -> Record:
    """What is recorded already; empty where there is no record yet."""
    line = observer_line(desk)
    return fold(bodies(desk, line)).record if line else Record()


def file_items(desk: Desk, items: Iterable[Item], *, vault: Path, office: str = "desk") -> Entered:
    """File items that were checked, those that are there already left out.

    Raises:
        UsageError: a value that no body can carry; nothing was filed.
    """
    line = open_record(desk, vault)
    there = {_content(kind, item) for kind, item in bodies(desk, line)}
    listed: list[tuple[str, dict[str, JsonValue]]] = []
    for item in items:
        kind, body = to_body(item)
        listed.append((kind, json.loads(json.dumps(body))))
    fresh = [(kind, body) for kind, body in listed if _content(kind, body) not in there]
    for start in range(0, len(fresh), BATCH):
        _file_batch(desk, line, fresh[start : start + BATCH], office)
    return Entered(line=line, filed=len(fresh), known=len(listed) - len(fresh))


def _content(kind: str, item: dict[str, JsonValue]) -> tuple[str, str]:
    return kind, json.dumps(item, sort_keys=True)


def _file_batch(
    desk: Desk, line: str, items: list[tuple[str, dict[str, JsonValue]]], office: str
) -> None:
    signer = desk.signers(office, 1)[0]
    seed = desk.home.officer_seed(signer.id)
    envelopes: list[JsonValue] = []
    for kind, item in items:
        composed = desk.client.call(
            "compose", line=line, kind=kind, body={"item": item}, office=office
        )
        assert isinstance(composed, dict)
        payload = b64decode(str(composed["payload"]))
        envelopes.append(b64encode(dsse.sign_many(MESSAGE_TYPE, payload, {signer.id: seed})))
    desk.client.call("file.many", line=line, envelopes=envelopes)


def bodies(desk: Desk, line: str) -> list[tuple[str, dict[str, JsonValue]]]:
    """The items of a record, as filed."""
    told = desk.client.call("observed", line=line)
    assert isinstance(told, list)
    found = []
    for each in told:
        entry = _dict(each)
        found.append((str(entry["kind"]), _dict(entry["item"])))
    return found


def filed_as(desk: Desk, id_: str) -> tuple[str, tuple[str, ...]]:
    """Where a statement or inference was filed, and which officers signed it, by their ids.

    Raises:
        UsageError: the record has no such item.
    """
    line = observer_line(desk)
    told = desk.client.call("observed", line=line) if line else []
    assert isinstance(told, list)
    for each in map(_dict, told):
        if str(each["kind"]) in SAID_KINDS and _dict(each["item"]).get("id") == id_:
            shown = _dict(desk.client.call("show", line=line, ref=str(each["ref"])))
            signed = shown["signed_by"]
            assert isinstance(signed, list)
            return str(shown["short"]), tuple(str(person) for person in signed)
    raise UsageError(f"the record has no {id_[:80]!r}", advice="`tieline observe list` lists all.")


def picture(desk: Desk, line: str = "") -> Picture:
    """What the record adds up to.

    Raises:
        UsageError: there is no observer's record in this home.
    """
    line = line or observer_line(desk)
    if not line:
        raise UsageError(
            "there is no observer's record here",
            advice="Begin one with `tieline observe add FILE`; `tieline observe sample` shows one.",
        )
    return fold(bodies(desk, line))
