"""Recording: calls, letters and meetings with a counterpart that has no node, by us only.

One contact is several items under one key: that it took place, and what each side said in it.
Each item is one statement in the observer's form with the force *recorded*, so that every answer
reads it and none takes it for more than it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tieline.days import Days
from tieline.desk import house
from tieline.desk.speaking import Desk
from tieline.errors import MalformedError, UsageError
from tieline.observer import Reading, Statement, from_body, read_text, to_body
from tieline.observer.assertion import Assertion, Attendance, Contact, OfSide, Position
from tieline.observer.statement import Force
from tieline.observer.vocabulary import Result, Way
from tieline.procedures.house import recorded as rec
from tieline.record import dsse
from tieline.record.marking import Audience, Cut, Marking
from tieline.record.message import MESSAGE_TYPE
from tieline.record.strict import JsonValue, b64decode, b64encode
from tieline.words import KEY_CHARS_MAX, LINE_CHARS_MAX, check_key

STATEMENT = "reported.statement"
PASSAGE = "recorded"
LINES_MAX = 64
"""Sayings and persons of one contact that are filed at once."""
_WAYS = {
    "call": Way.CALL,
    "letter": Way.LETTER,
    "e-mail": Way.MESSAGE,
    "radio": Way.MESSAGE,
    "meeting": Way.MEETING,
    "virtual meeting": Way.VIRTUAL,
    "visit": Way.VISIT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What one side said. ``verbatim`` means in its own words, as far as we wrote them down."""

    side: str
    text: str
    verbatim: bool = False
    speaker: str = ""
    lang: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One contact as we wrote it down.

    Attributes:
        contact: its key; ``of`` is the key of the channel or mechanism that it belongs to.
        way: one of `rec.WAYS`; ``result`` what became of it.
        by: sides that sought it; ``who`` are persons or offices, with their side.
        days: when; ``learned`` the day on which it is written down.
        text: what it was, in one line; ``topic`` is the key that positions are listed under.
        answers: full reference of the item that it answers.
    """

    contact: str
    way: str
    result: Result = Result.HELD
    of: str = ""
    by: tuple[str, ...] = ()
    who: tuple[OfSide, ...] = ()
    days: Days
    learned: date
    place: str = ""
    length_min: int | None = None
    text: str
    topic: str = ""
    said: tuple[Saying, ...] = ()
    answers: str = ""


def record(desk: Desk, where: house.Where, recording: Recording, *, marking: Marking) -> list[str]:
    """File a contact and what was said in it, in one commit; the references, the contact first.

    Said again for a contact that is known, it adds what was said, and the contact only if it is
    told otherwise than before.

    Raises:
        UsageError: a key, a line or a day that cannot be taken; nothing was filed.
    """
    known = contact_items(desk, recording.contact) if house.house_line(desk) else []
    bodies = list(_bodies(recording, known, marking))
    return put_many(desk, where, bodies)


def record_statements(
    desk: Desk, where: house.Where, data: bytes, *, contact: str, way: str, marking: Marking
) -> list[str]:
    """File statements written in the observer's text format, with all that they assert.

    Their source is our own house and their force *recorded*; a text that says otherwise is refused.

    Raises:
        UsageError: the text has faults, each is named; nothing was filed.
    """
    reading = read_statements(data)
    if reading.faults:
        words = "\n".join(fault.words() for fault in reading.faults)
        raise UsageError(f"nothing was filed; correct this first:\n{words}")
    known = {item["body"]["item"].get("id") for item in _recorded(desk)}
    twice = [one.id for one in reading.record.statements if one.id in known]
    if twice:
        raise UsageError(f"{twice[0]} is recorded already; give the new statement another id")
    fixed: dict[str, JsonValue] = {"marking": marking.value, "contact": check_key(contact)}
    bodies = []
    for statement in reading.record.statements:
        body = {**fixed, "part": rec.CONTACT, **house.filled(way=way)}
        bodies.append({**body, "item": _item_of(replace(statement, force=Force.RECORDED))})
    return put_many(desk, where, bodies)


def read_statements(data: bytes) -> Reading:
    """Read a text of statements that name our house as their source and ``recorded`` as force."""
    head = f"format: tieline/observer@v1\n\nsource: {rec.SOURCE}\n  published: unknown\n"
    head += f"  file: {rec.SOURCE}\n\n"
    plain = data.decode("utf-8", errors="surrogateescape").removeprefix("\ufeff")
    plain = plain.replace("format: tieline/observer@v1", "# format", 1)
    wrong = [
        line.strip()
        for line in plain.splitlines()
        if line.strip().startswith("force:") and line.split(":", 1)[1].strip() != "recorded"
    ]
    if wrong:
        raise UsageError(f"{wrong[0]!r}: what our house records has the force recorded, no other")
    # The text format refuses this force in an observer's record, where it has no place.
    plain = plain.replace("force: recorded", "force: said")
    reading = read_text((head + plain).encode("utf-8", errors="surrogateescape"))
    shift = head.count("\n")
    faults = tuple(replace(f, line=max(1, f.line - shift)) for f in reading.faults)
    return replace(reading, faults=faults)


def put_many(desk: Desk, where: house.Where, bodies: Sequence[dict[str, JsonValue]]) -> list[str]:
    """File several recorded items in one commit; their short references."""
    if not bodies:
        raise UsageError("there is nothing new to record; nothing was filed")
    if len(bodies) > LINES_MAX:
        raise UsageError(f"{len(bodies)} items at once; record at most {LINES_MAX} together")
    line = house.open_house(desk, where.vault)
    signer = desk.signers(where.office, 1)[0]
    seed = desk.home.officer_seed(signer.id)
    envelopes: list[JsonValue] = []
    for body in bodies:
        composed = desk.client.call(
            "compose", line=line, kind=rec.RECORDED, body=body, office=where.office
        )
        assert isinstance(composed, dict)
        payload = b64decode(str(composed["payload"]))
        envelopes.append(b64encode(dsse.sign_many(MESSAGE_TYPE, payload, {signer.id: seed})))
    told = desk.client.call("file.many", line=line, envelopes=envelopes)
    assert isinstance(told, dict)
    refs = told["refs"]
    assert isinstance(refs, list)
    return [_short(str(ref)) for ref in refs]


def _short(ref: str) -> str:
    origin, index, _ = ref.split(" ")
    return f"{origin.rpartition('/')[2]}:{index}"


def _bodies(
    recording: Recording, known: Sequence[house.Item], marking: Marking
) -> Iterator[dict[str, JsonValue]]:
    fixed = {"marking": marking.value, "contact": recording.contact}
    told = {_content(item["body"]["item"]) for item in known}
    number = len(known)
    for part, statement, more in _statements(recording):
        number += 1
        item = _item_of(replace(statement, id=_id(recording.contact, number)))
        if _content(item) in told:
            number -= 1
            continue
        yield {**fixed, "part": part, "way": recording.way, **more, "item": item}


def _content(item: dict[str, Any]) -> str:
    said = {name: value for name, value in item.items() if name not in {"id", "learned"}}
    return json.dumps(said, sort_keys=True)


def _id(contact: str, number: int) -> str:
    """Key of a recorded statement: ``house-<contact>-<number>``, within the limit of a key."""
    tail = f"-{number}"
    return f"house-{contact}"[: KEY_CHARS_MAX - len(tail)] + tail


def _statements(
    recording: Recording,
) -> Iterator[tuple[str, Statement, dict[str, JsonValue]]]:
    """The contact, then each saying: part, statement without its id, further fields."""
    contact = _statement(recording, recording.text, assertions=tuple(_assertions(recording)))
    answers = house.filled(answers=recording.answers)
    yield rec.CONTACT, contact, answers
    for said in recording.said:
        assertions: tuple[Assertion, ...] = (
            (Position(thing=recording.topic, side=said.side),) if recording.topic else ()
        )
        statement = _statement(
            recording, one_line(said.text), speaker=said.speaker or said.side, assertions=assertions
        )
        statement = replace(statement, language=said.lang)
        more: dict[str, JsonValue] = {
            "side": said.side,
            "words": rec.VERBATIM if said.verbatim else rec.SUMMARY,
            **answers,
        }
        if statement.text != said.text:
            more["texts"] = [{"lang": said.lang, "text": said.text, "original": "yes"}]
        yield rec.SAID, statement, more


def one_line(text: str) -> str:
    """Words as one line of a statement; longer ones end in an ellipsis and stand in full beside."""
    line = " ".join(text.split())
    return line if len(line) <= LINE_CHARS_MAX else line[: LINE_CHARS_MAX - 1].rstrip() + "…"


def _statement(
    recording: Recording, text: str, *, speaker: str = "", assertions: tuple[Assertion, ...]
) -> Statement:
    return Statement(
        id="unnamed",
        source=rec.SOURCE,
        passage=PASSAGE,
        speaker=speaker or None,
        force=Force.RECORDED,
        happened=recording.days,
        learned=Days(earliest=recording.learned, latest=recording.learned),
        text=text,
        topics=(recording.topic,) if recording.topic else (),
        assertions=assertions,
    )


def _assertions(recording: Recording) -> Iterator[Assertion]:
    yield Contact(
        thing=recording.contact,
        way=_WAYS[recording.way],
        result=recording.result,
        of=recording.of or None,
        by=recording.by,
        who=recording.who,
        days=recording.days,
        place=recording.place or None,
        length_min=recording.length_min,
    )
    for who in recording.who:
        yield Attendance(thing=recording.contact, person=who.value, party=who.party)


def _item_of(statement: Statement) -> dict[str, Any]:
    """A statement as a body, read back once: what cannot be read is never filed."""
    _, body = to_body(statement)
    item: dict[str, Any] = json.loads(json.dumps(body))
    try:
        from_body(STATEMENT, item)
    except MalformedError as error:
        raise UsageError(f"this cannot be recorded: {error}") from None
    return item


# -- reading


def _recorded(desk: Desk) -> list[house.Item]:
    if not house.house_line(desk):
        return []
    return [item for item in house.items(desk) if item["kind"] == rec.RECORDED]


def contact_items(desk: Desk, contact: str) -> list[house.Item]:
    """Everything recorded of one contact, withdrawn items too."""
    return [item for item in _recorded(desk) if item["body"].get("contact") == contact]


def statements(desk: Desk, audience: Audience) -> Cut[tuple[str, dict[str, Any]]]:
    """Recorded statements that an audience may see, as bodies for `tieline.observer.fold`.

    Withdrawn ones are left out. The caller allows the force ``recorded`` when folding them.
    """
    standing = [item for item in _recorded(desk) if item["state"] == rec.STANDS]
    seen = house.seen_by(audience, standing)
    return Cut(
        shown=tuple((STATEMENT, dict(item["body"]["item"])) for item in seen.shown),
        withheld=seen.withheld,
    )
