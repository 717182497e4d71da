"""Message: what an office says; the signed body that stands inside a payload.

A message is strict JSON (integers and strings only) inside a DSSE envelope. It repeats what
sealing does not bind: line, log, speaker, every addressee. The received bytes are what is
signed, kept and hashed; nothing is serialised again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tieline.errors import MalformedError
from tieline.record.entry import Ref, parse_ref
from tieline.record.names import ORIGIN_BYTES_MAX, check_origin
from tieline.record.strict import Fields, JsonValue, dump_json, load_json

MESSAGE_TYPE = "application/vnd.tieline.message.v1+json"
"""DSSE payload type of every message."""
MESSAGE_BYTES_MAX = 1024 * 1024
"""Longest message body in bytes; longer texts travel as attachments."""
DEPTH_MAX = 12
"""Deepest nesting of a message's JSON."""
ADDRESSEES_MAX = 64
AFTER_MAX = 64
PARTIES_MAX = 10
"""Most parties of a line (DESIGN 5.1)."""
LEVEL_CHARS_MAX = 32
REF_CHARS_MAX = 400
ID_BYTES = 16
"""A message's id: 128 random bits, the caller's idempotency key."""
SALT_BYTES = 32
"""256 random bits, so that nobody can guess a message from its `commit` (RECORD 1.7)."""
INSTANT_MS_MAX = 253_402_300_799_999
"""31 December 9999, 23:59:59.999 UTC, in milliseconds since 1970."""

_HANDLE = re.compile(r"[a-z][a-z0-9-]{0,31}")
_KIND = re.compile(r"[a-z][a-z-]{0,31}(\.[a-z][a-z-]{0,31}){1,3}")


class Mark(StrEnum):
    """What a message is for; no page may let the three be confused."""

    ACTUAL = "ACTUAL"
    EXERCISE = "EXERCISE"
    TEST = "TEST"


@dataclass(frozen=True, slots=True, order=True)
class Office:
    """A role inside a party."""

    party: str
    name: str

    def __str__(self) -> str:
        return f"{self.party}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message, parsed. ``case`` is None on the message that opens a case.

    ``after`` names the steps that the author had in view; ``strands`` the parties whose
    strand of the case the step moves; ``rosters`` the version of each party's roster used.
    """

    line: str
    log: str
    id: str
    salt: str
    issued_ms: int
    sender: Office
    to: tuple[Office, ...]
    rosters: Mapping[str, int]
    mark: Mark
    level: str
    kind: str
    case: Ref | None
    after: tuple[Ref, ...]
    strands: tuple[str, ...]
    body: Mapping[str, JsonValue]


def check_handle(text: str, what: str = "party") -> str:
    """A short name: lower-case ASCII letters, digits and hyphens, a letter first.

    Raises:
        MalformedError: it is not.
    """
    if not _HANDLE.fullmatch(text):
        raise MalformedError(f"{what} {text[:40]!r} is not a handle (a-z, 0-9, -; 32 at most)")
    return text


def parse_office(text: str) -> Office:
    """Read ``party/office``."""
    party, slash, name = text.partition("/")
    if not slash:
        raise MalformedError(f"{text[:80]!r} is not of the form party/office")
    return Office(check_handle(party), check_handle(name, "office"))


def encode_message(message: Message) -> bytes:
    """The bytes to be signed, fields in a fixed order."""
    value: dict[str, JsonValue] = {
        "type": "tieline/message@v1",
        "line": message.line,
        "log": message.log,
        "id": message.id,
        "salt": message.salt,
        "issued": message.issued_ms,
        "from": str(message.sender),
        "to": [str(office) for office in message.to],
        "rosters": dict(sorted(message.rosters.items())),
        "mark": message.mark.value,
        "level": message.level,
        "kind": message.kind,
        "case": message.case.text() if message.case is not None else "",
        "after": [ref.text() for ref in message.after],
        "strands": list(message.strands),
        "body": dict(message.body),
    }
    return dump_json(value)


def parse_message(data: bytes) -> Message:
    """Read a message strictly.

    Raises:
        MalformedError: not a message of this version, naming the field.
    """
    value = load_json(data, max_bytes=MESSAGE_BYTES_MAX, max_depth=DEPTH_MAX)
    fields = Fields(value, path="message")
    fields.choice("type", ["tieline/message@v1"])
    case = fields.text("case", REF_CHARS_MAX)
    body = fields.value("body")
    if not isinstance(body, dict):
        fields.refuse("body", "is not an object")
    message = Message(
        line=fields.text("line", ORIGIN_BYTES_MAX),
        log=check_origin(fields.text("log", ORIGIN_BYTES_MAX)),
        id=fields.hex("id", ID_BYTES).hex(),
        salt=fields.hex("salt", SALT_BYTES).hex(),
        issued_ms=fields.integer("issued", 0, INSTANT_MS_MAX),
        sender=parse_office(fields.text("from", 80)),
        to=tuple(map(parse_office, fields.texts("to", ADDRESSEES_MAX, 80))),
        rosters=_rosters(fields),
        mark=Mark(fields.choice("mark", list(Mark))),
        level=fields.text("level", LEVEL_CHARS_MAX),
        kind=_kind(fields.text("kind", 140)),
        case=parse_ref(case) if case else None,
        after=tuple(map(parse_ref, fields.texts("after", AFTER_MAX, REF_CHARS_MAX))),
        strands=tuple(map(check_handle, fields.texts("strands", PARTIES_MAX, 32))),
        body=body,
    )
    fields.done()
    return message


def _kind(text: str) -> str:
    if not _KIND.fullmatch(text):
        raise MalformedError(f"message.kind {text[:60]!r} is not of the form procedure.step")
    return text


def _rosters(fields: Fields) -> dict[str, int]:
    value = fields.value("rosters")
    if not isinstance(value, dict) or len(value) > PARTIES_MAX:
        fields.refuse("rosters", f"is not an object of at most {PARTIES_MAX} parties")
    versions: dict[str, int] = {}
    for party, version in value.items():
        if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version < 2**31:
            fields.refuse(f"rosters.{party[:32]}", "is not a version number")
        versions[check_handle(party)] = version
    return versions
