"""First rosters, with one fault at a time, and fingerprints."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from making.common import (
    ALPHA,
    BRAVO,
    LINE,
    MALFORMED,
    Files,
    case_file,
    seed,
)
from making.talk import dump
from tieline.record import age, dsse, ed25519
from tieline.record.ed25519 import LOW_ORDER_ENCODINGS
from tieline.record.message import MESSAGE_TYPE
from tieline.record.roster import Roster, encode_roster
from tieline.record.rosterchain import ROSTER_TYPE, fingerprint, keys_digest
from tieline.record.strict import b64encode

BAD_SIGNATURE = "unverified.bad-signature"
UNKNOWN_KEY = "unverified.unknown-key"
FIRST = ALPHA.first()
OPERATOR = {"operator": ALPHA.seed("operator")}
Value = dict[str, Any]


def signed(roster: Roster, signers: Mapping[str, bytes], kind: str = ROSTER_TYPE) -> bytes:
    return dsse.sign_many(kind, encode_roster(roster), signers)


def edited(edit: Callable[[Value], object]) -> bytes:
    """The first roster, changed as JSON and signed as it should be."""
    value = json.loads(encode_roster(ALPHA.roster()))
    edit(value)
    return dsse.sign_many(ROSTER_TYPE, dump(value), ALPHA.first_signers())


def first_case(about: str, data: bytes, *, expect: str = "pass", digits: str = "") -> bytes:
    headers = (
        ("check", "first"),
        ("line", LINE),
        ("party", "alpha"),
        ("fingerprint", digits or ALPHA.fingerprint()),
    )
    more = (("sha256", hashlib.sha256(data).hexdigest()),) if expect == "pass" else ()
    return case_file(about, data, *headers, *more, expect=expect)


def put(path: str, new: object) -> Callable[[Value], object]:
    """Set the field at a dotted path; numbers are places in lists."""

    def edit(value: Any) -> None:
        *steps, last = path.split(".")
        for step in steps:
            value = value[int(step) if step.isdigit() else step]
        value[int(last) if last.isdigit() else last] = new

    return edit


def twice(name: str) -> Callable[[Value], object]:
    return lambda value: value[name].append(value[name][0])


def copied(source: str, target: str) -> Callable[[Value], object]:
    def edit(value: Value) -> None:
        found: Any = value
        for step in source.split("."):
            found = found[int(step) if step.isdigit() else step]
        put(target, found)(value)

    return edit


LOW = b64encode(min(LOW_ORDER_ENCODINGS))
X25519_ONLY = age.X25519Identity(seed("x25519")).recipient.encode()
LOW_READING = age.HybridRecipient(
    ALPHA.identity("reading").recipient.public[:-32] + bytes(32)
).encode()

MALFORMED_FIRST: dict[str, tuple[str, Callable[[Value], object]]] = {
    "another-version": ("another version", put("type", "tieline/roster@v2")),
    "field-missing": ("no node key", lambda v: v.pop("node")),
    "field-unknown": ("a field too many", put("colour", "red")),
    "version-zero": ("version 0", put("version", 0)),
    "version-two": ("a first roster is version 1", put("version", 2)),
    "follows-another": ("a first roster follows no other", put("previous", "00" * 32)),
    "another-line": ("of another line", put("line", "lines.example/6e30")),
    "another-party": ("of another party", put("party", "bravo")),
    "threshold-over-keys": ("4 of 3 root keys", put("root.threshold", 4)),
    "root-key-twice": ("one root key twice", copied("root.keys.0", "root.keys.1")),
    "key-of-low-order": ("a key of low order", put("node", LOW)),
    "key-short": ("a key of 31 bytes", put("node", b64encode(bytes(31)))),
    "mldsa-key-short": ("a short ML-DSA-44 key", put("mirror.mldsa44", b64encode(bytes(1311)))),
    "one-key-two-logs": ("two logs share a key", copied("logs.0.ed25519", "logs.1.ed25519")),
    "one-mldsa-key-two-logs": ("the same", copied("logs.0.mldsa44", "logs.1.mldsa44")),
    "mirror-has-log-key": ("mirror and log", copied("logs.0.ed25519", "mirror.ed25519")),
    "node-has-operator-key": ("node and operator", copied("operator.key", "node")),
    "person-has-node-key": ("person and node", copied("node", "persons.0.key")),
    "persons-share-a-key": ("two persons", copied("persons.0.key", "persons.1.key")),
    "archive-is-reading": ("one recipient for two things", copied("reading", "archive")),
    "reading-not-hybrid": ("an X25519 recipient", put("reading", X25519_ONLY)),
    "reading-no-recipient": ("no recipient at all", put("reading", "age1pq1qqqq")),
    "reading-of-low-order": ("nothing can be sealed to it", put("reading", LOW_READING)),
    "log-twice": ("one log twice", twice("logs")),
    "log-of-another-line": ("a log elsewhere", put("logs.0.origin", "lines.example/6e30/alpha-1")),
    "log-of-another-party": ("a log under bravo's name", put("logs.0.origin", f"{LINE}/bravo-1")),
    "log-without-number": ("no generation in the name", put("logs.0.origin", f"{LINE}/alpha-x")),
    "mirror-of-another-party": ("bravo's name", put("mirror.name", f"{LINE}/bravo-mirror-1")),
    "role-unknown": ("a role that is none", put("logs.0.role", "slow")),
    "generation-zero": ("generation 0", put("logs.0.generation", 0)),
    "person-twice": ("one id twice", copied("persons.0.id", "persons.1.id")),
    "person-named-node": ("`node` is no person", put("persons.0.id", "node")),
    "office-unknown": ("an office that the roster lacks", put("persons.0.offices", ["cook"])),
    "scheme-unknown": ("a scheme of later versions", put("persons.0.scheme", "webauthn")),
    "state-unknown": ("neither filled nor vacant", put("offices.0.state", "busy")),
    "addresses-9": ("9 addresses", put("addresses", ["a"] * 9)),
}


def firsts() -> Files:
    """Version 1 against a fingerprint."""
    roster, signers = ALPHA.roster(), ALPHA.first_signers()
    roots = ALPHA.roots()
    padded = FIRST + b" " * 40
    other_two = {"root-3": roots[2], "root-1": roots[0], "operator": OPERATOR["operator"]}
    only_one = fingerprint([ed25519.public_of(r) for r in roots], 1)
    parsed = dsse.parse(FIRST, max_signatures=33)
    flipped = replace(
        parsed.signatures[0], sig=bytes((parsed.signatures[0].sig[0] ^ 1,)) + bytes(63)
    )
    spoiled = replace(parsed, signatures=(flipped, *parsed.signatures[1:])).encode()
    files = {
        "first": first_case("two of three root keys, and the operator", FIRST),
        "first-other-roots": first_case("any two root keys do", signed(roster, other_two)),
        "first-unknown-signer": first_case(
            "signatures of others are ignored", signed(roster, signers | {"guest": seed("guest")})
        ),
        "first-padded": first_case("spaces behind", padded),
        "first-another-fingerprint": first_case(
            "the fingerprint of somebody else", FIRST, expect=UNKNOWN_KEY,
            digits=BRAVO.fingerprint(),
        ),
        "first-another-threshold": first_case(
            "the same keys under another threshold", FIRST, expect=UNKNOWN_KEY, digits=only_one
        ),
        "first-one-root": first_case(
            "one of two root signatures",
            signed(roster, {"root-1": roots[0]} | OPERATOR), expect=BAD_SIGNATURE,
        ),
        "first-one-root-twice": first_case(
            "one key under two key ids",
            signed(roster, {"root-1": roots[0], "root-2": roots[0]} | OPERATOR),
            expect=BAD_SIGNATURE,
        ),
        "first-no-operator": first_case(
            "without the operator",
            signed(roster, {"root-1": roots[0], "root-2": roots[1]}), expect=BAD_SIGNATURE,
        ),
        "first-another-operator": first_case(
            "another operator's signature",
            signed(roster, signers | {"operator": ALPHA.seed("next operator")}),
            expect=BAD_SIGNATURE,
        ),
        "first-root-spoiled": first_case(
            "a root signature is wrong", spoiled, expect=BAD_SIGNATURE
        ),
        "first-another-type": first_case(
            "signed as a message", signed(roster, signers, MESSAGE_TYPE), expect=MALFORMED
        ),
    }  # fmt: skip
    for name, (about, edit) in MALFORMED_FIRST.items():
        files[f"first-{name}"] = first_case(about, edited(edit), expect=MALFORMED)
    return files


def fingerprints() -> Files:
    """The worked example of docs/wire/roster.md, and what the digits depend on."""
    keys = [ed25519.public_of(bytes([n]) * 32) for n in (1, 2, 3)]
    cases = {
        "fingerprint": ("the worked example", keys, 2),
        "fingerprint-order": ("the order of the keys says nothing", keys[::-1], 2),
        "fingerprint-threshold": ("the threshold counts", keys, 3),
        "fingerprint-one-key": ("one root key", keys[:1], 1),
    }
    files = {}
    for name, (about, given, threshold) in cases.items():
        headers = [("check", "fingerprint"), ("threshold", str(threshold))]
        headers += [("key", key.hex()) for key in given]
        headers += [("fingerprint", fingerprint(given, threshold))]
        files[name] = case_file(about, b"", *headers, ("next-digest", keys_digest(given)))
    return files


def make() -> Files:
    """The folder `roster`, but for later versions."""
    return {f"roster/{name}.txt": data for name, data in (firsts() | fingerprints()).items()}
