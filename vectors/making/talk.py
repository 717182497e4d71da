"""Messages: headers, and the body of every kind, with one fault at a time."""

from __future__ import annotations

import json
from typing import Any

from making.common import LINE, MALFORMED, Files, case_file
from tieline.record.message import encode_message, parse_message

REF = f"{LINE}/alpha-1 0 a0d154dd96bccdbb007ea9778aec19bfcafcb0a50650adbc28ed7d997d55e4cf"
BODY: dict[str, Any] = {
    "subject": "Buoy",
    "texts": [{"lang": "en", "text": "A buoy is adrift.", "original": "yes"}],
    "codes": [],
    "channel": "safety",
    "answer_by_s": 0,
    "references": [],
    "attachments": [],
}
MESSAGE: dict[str, Any] = {
    "type": "tieline/message@v1",
    "line": LINE,
    "log": f"{LINE}/alpha-1",
    "id": bytes(range(16)).hex(),
    "salt": bytes(range(32, 64)).hex(),
    "issued": 1_795_257_600_000,
    "from": "alpha/watch",
    "to": ["bravo/watch"],
    "rosters": {"alpha": 1, "bravo": 1},
    "mark": "ACTUAL",
    "level": "ROUTINE",
    "kind": "message.say",
    "case": "",
    "after": [],
    "strands": [],
    "body": BODY,
}


def dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def but(**fields: object) -> bytes:
    """The example with other fields; a field given as `...` is left out."""
    value = MESSAGE | {name.rstrip("_"): given for name, given in fields.items()}
    return dump({name: given for name, given in value.items() if given is not ...})


def nested(depth: int) -> object:
    value: object = []
    for _ in range(depth - 1):
        value = [value]
    return value


def good(about: str, data: bytes) -> bytes:
    message = parse_message(data)
    return case_file(
        about,
        data,
        ("kind", message.kind),
        ("id", message.id),
        ("issued", str(message.issued_ms)),
        ("case", message.case.text() if message.case is not None else "-"),
    )


def passing() -> Files:
    step = but(kind="message.take", case=REF, after=[REF], strands=["bravo"], body={"note": ""})
    example = dump(MESSAGE)
    assert encode_message(parse_message(example)) == example
    shuffled = dump(dict(reversed(MESSAGE.items())))
    return {
        "example": good("the example of the page", example),
        "step": good("a step in a case", step),
        "fields-in-another-order": good("readers take any order", shuffled),
        "spaces-behind": good("padded with spaces", example + b" " * 100),
        "spaces-between": good("spaces and line feeds", json.dumps(MESSAGE, indent=1).encode()),
        "escaped": good("written in escapes", json.dumps(MESSAGE | {"level": "Grüße 🙂"}).encode()),
        "nobody-addressed": good("no addressee", but(to=[])),
        "unknown-kind": good("a kind that the version does not know parses", but(kind="dance.ask")),
        "latest-instant": good("the last millisecond of 9999", but(issued=253_402_300_799_999)),
        "deep": good("12 deep", but(body={"x": nested(10)})),
        "body-unread": good("a body is read by its kind, not here", but(body={"anything": 1})),
    }


def failing() -> dict[str, tuple[str, bytes]]:
    example = dump(MESSAGE)
    return {
        "empty": ("no byte at all", b""),
        "not-json": ("not JSON", example[:-1]),
        "two-values": ("two values", example + b"{}"),
        "list": ("a list", b"[" + example + b"]"),
        "byte-order-mark": ("a byte order mark", b"\xef\xbb\xbf" + example),
        "not-utf-8": ("Latin-1", example.replace(b"ROUTINE", b"\xfc")),
        "lone-surrogate": ("half a surrogate pair", example.replace(b"ROUTINE", b"\\ud800")),
        "field-twice": ("one field twice", example[:-1] + b',"level":"FLASH"}'),
        "another-version": ("another version", but(type="tieline/message@v2")),
        "field-missing": ("no salt", but(salt=...)),
        "field-unknown": ("a field too many", but(priority=1)),
        "field-null": ("null is not empty", but(case=None)),
        "id-short": ("an id of 15 bytes", but(id="00" * 15)),
        "id-in-capitals": ("hexadecimal in capitals", but(id="AB" * 16)),
        "salt-short": ("a salt of 31 bytes", but(salt="00" * 31)),
        "issued-float": ("a float", example.replace(b"1795257600000", b"1795257600000.0")),
        "issued-exponent": ("an exponent", example.replace(b"1795257600000", b"1e12")),
        "issued-negative": ("before 1970", but(issued=-1)),
        "issued-minus-zero": ("minus zero", example.replace(b"1795257600000", b"-0")),
        "issued-too-late": ("the year 10000", but(issued=253_402_300_800_000)),
        "issued-beyond-53-bits": ("2^53", example.replace(b"1795257600000", b"9007199254740992")),
        "issued-text": ("a number as text", but(issued="1795257600000")),
        "issued-boolean": ("true is no number", but(issued=True)),
        "log-no-origin": ("a log without a slash", but(log="lines.example")),
        "from-without-office": ("a party alone", but(from_="alpha")),
        "from-in-capitals": ("capitals in a handle", but(from_="Alpha/watch")),
        "from-digit-first": ("a handle that begins with a digit", but(from_="1alpha/watch")),
        "office-too-long": ("33 characters", but(from_="alpha/" + "w" * 33)),
        "addressees-65": ("65 addressees", but(to=[f"bravo/o{n}" for n in range(65)])),
        "rosters-list": ("a list of rosters", but(rosters=["alpha"])),
        "rosters-zero": ("version 0", but(rosters={"alpha": 0})),
        "rosters-boolean": ("true is no version", but(rosters={"alpha": True})),
        "rosters-11": ("11 parties", but(rosters={f"p{n}": 1 for n in range(11)})),
        "mark-unknown": ("a mark that is none", but(mark="DRILL")),
        "mark-in-lower-case": ("a mark in lower case", but(mark="actual")),
        "level-too-long": ("33 characters", but(level="F" * 33)),
        "kind-one-word": ("no step", but(kind="message")),
        "kind-in-capitals": ("capitals", but(kind="Message.say")),
        "case-no-reference": ("two words", but(case=f"{LINE}/alpha-1 0")),
        "case-index-zero-first": ("a leading zero", but(case=REF.replace(" 0 ", " 00 "))),
        "case-hash-in-capitals": ("capitals", but(case=REF[:-64] + REF[-64:].upper())),
        "after-65": ("65 steps", but(after=[REF] * 65)),
        "strands-11": ("11 strands", but(strands=["bravo"] * 11)),
        "body-list": ("a list", but(body=[])),
        "body-missing": ("no body", but(body=...)),
        "too-deep": ("13 deep", but(body={"x": nested(11)})),
        "too-long": ("over 1 MiB", example + b" " * (1 << 20)),
    }


def make() -> Files:
    """The folder `message`."""
    bad = {}
    for name, (about, data) in failing().items():
        is_text = data.isascii() or name == "escaped"
        body, more = data, ()
        if name == "too-long":
            # The file says how often the last byte is repeated, and stays small.
            body, more = dump(MESSAGE), (("spaces", str(1 << 20)),)
        bad[name] = case_file(about, body, *more, expect=MALFORMED, binary=not is_text)
    return {f"message/{name}.txt": data for name, data in (passing() | bad).items()}
