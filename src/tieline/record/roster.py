"""Roster: a party's published chain of keys, offices and revocations, for one line.

The party's root (offline, k of n) certifies an operator key, which certifies everything else;
the next operator and root keys are committed to beforehand by their digests. Version n+1 names
the digest of version n and is signed by the operator key of version n, by the one that version n
committed to, or by another one and a threshold of the root; where the root changes, by a threshold
of the old *and* of the new root.
That is TUF's root rule with KERI's pre-rotation (RECORD 1.11). Validity goes by position in a
log, never by clock: ``cutoffs`` name the first index at which a key no longer counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from tieline.errors import MalformedError
from tieline.record import agekeys, ed25519, mldsa
from tieline.record.checkpoint import LogKey
from tieline.record.message import check_handle
from tieline.record.names import ORIGIN_BYTES_MAX, check_origin
from tieline.record.receipt import MirrorKey
from tieline.record.strict import (
    JSON_INTEGER_MAX,
    Fields,
    JsonValue,
    b64decode,
    b64encode,
    dump_json,
    load_json,
)

ROSTER_BYTES_MAX = 256 * 1024
ROOT_KEYS_MAX = 16
LOGS_MAX = 32
PERSONS_MAX = 500
OFFICES_MAX = 64
CUTOFFS_MAX = 500
ADDRESSES_MAX = 8

ROLES = ("main", "express")
STATES = ("open", "spare")
RECIPIENT_CHARS_MAX = 2500
"""An age1pq recipient has 1,959 characters (RECORD 1.8)."""
CERTIFICATE_BYTES_MAX = 4096

_LOG_NUMBER = re.compile(r"[1-9][0-9]{0,4}x?")
_MIRROR_NUMBER = re.compile(r"mirror-[1-9][0-9]{0,4}")
_PROBE = X25519PrivateKey.from_private_bytes(bytes(32))
"""Any scalar shows a point of low order: RFC 7748 clears the cofactor from every scalar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCertificate:
    """A log that may speak for the party: name, role, generation and public keys.

    ``state`` is ``open`` or ``spare``: a spare one is certified before it is needed, its private
    keys kept off the node.
    """

    key: LogKey
    role: str
    generation: int
    state: str

    @property
    def origin(self) -> str:
        return self.key.origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person by opaque id, with the offices that this person may speak for."""

    id: str
    key: bytes
    offices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSeat:
    """An office of the party; ``filled`` is False while it is vacant."""

    name: str
    title: str
    filled: bool


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Cutoff:
    """A key (person id, or ``node``) counts on a log only below this index.

    ``suspect`` flags entries from the index on and removes nothing.
    """

    key: str
    log: str
    index: int
    reason: str
    suspect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """One version of a party's roster on one line, parsed."""

    line: str
    party: str
    name: str
    version: int
    previous: str
    root_keys: tuple[bytes, ...]
    root_threshold: int
    root_next: str
    operator: bytes
    operator_next: str
    node: bytes
    logs: tuple[LogCertificate, ...]
    mirror: MirrorKey
    reading: str
    archive: str
    persons: tuple[Person, ...]
    offices: tuple[OfficeSeat, ...]
    cutoffs: tuple[Cutoff, ...]
    addresses: tuple[str, ...]
    certificate: bytes

    def person(self, person_id: str) -> Person | None:
        return next((p for p in self.persons if p.id == person_id), None)

    def office(self, name: str) -> OfficeSeat | None:
        return next((o for o in self.offices if o.name == name), None)

    def log(self, origin: str) -> LogCertificate | None:
        return next((c for c in self.logs if c.origin == origin), None)


def encode_roster(roster: Roster) -> bytes:
    """The bytes that root and operator sign, fields in a fixed order."""
    return dump_json(
        {
            "type": "tieline/roster@v1",
            "line": roster.line,
            "party": roster.party,
            "name": roster.name,
            "version": roster.version,
            "previous": roster.previous,
            "root": {
                "keys": [b64encode(k) for k in roster.root_keys],
                "threshold": roster.root_threshold,
                "next": roster.root_next,
            },
            "operator": {"key": b64encode(roster.operator), "next": roster.operator_next},
            "node": b64encode(roster.node),
            "logs": [_log_value(c) for c in roster.logs],
            "mirror": {
                "name": roster.mirror.name,
                "ed25519": b64encode(roster.mirror.ed25519),
                "mldsa44": b64encode(roster.mirror.mldsa44),
            },
            "reading": roster.reading,
            "archive": roster.archive,
            "persons": [
                {
                    "id": p.id,
                    "scheme": "ed25519",
                    "key": b64encode(p.key),
                    "offices": list(p.offices),
                }
                for p in roster.persons
            ],
            "offices": [
                {"name": o.name, "title": o.title, "state": "filled" if o.filled else "vacant"}
                for o in roster.offices
            ],
            "cutoffs": [_cutoff_value(c) for c in roster.cutoffs],
            "addresses": list(roster.addresses),
            "certificate": b64encode(roster.certificate),
        }
    )


def _log_value(certificate: LogCertificate) -> JsonValue:
    return {
        "origin": certificate.origin,
        "role": certificate.role,
        "generation": certificate.generation,
        "state": certificate.state,
        "ed25519": b64encode(certificate.key.ed25519),
        "mldsa44": b64encode(certificate.key.mldsa44),
    }


def _cutoff_value(cutoff: Cutoff) -> JsonValue:
    return {
        "key": cutoff.key,
        "log": cutoff.log,
        "index": cutoff.index,
        "reason": cutoff.reason,
        "effect": "suspect" if cutoff.suspect else "revoked",
    }


def parse_roster(data: bytes) -> Roster:
    """Read a roster strictly; says nothing yet about its signatures.

    Raises:
        MalformedError: not a roster of this version, naming the field.
    """
    value = load_json(data, max_bytes=ROSTER_BYTES_MAX, max_depth=6)
    fields = Fields(value, path="roster")
    fields.choice("type", ["tieline/roster@v1"])
    root, operator = fields.object("root"), fields.object("operator")
    mirror = fields.object("mirror")
    roster = Roster(
        line=fields.text("line", ORIGIN_BYTES_MAX),
        party=check_handle(fields.text("party", 32)),
        name=fields.text("name", 200),
        version=fields.integer("version", 1, 2**31 - 1),
        previous=fields.text("previous", 64),
        root_keys=tuple(_ed(k) for k in root.texts("keys", ROOT_KEYS_MAX, 44)),
        root_threshold=root.integer("threshold", 1, ROOT_KEYS_MAX),
        root_next=root.text("next", 64),
        operator=_ed(operator.text("key", 44)),
        operator_next=operator.text("next", 64),
        node=_ed(fields.text("node", 44)),
        logs=tuple(_log(f) for f in fields.objects("logs", LOGS_MAX)),
        mirror=MirrorKey(
            name=check_origin(mirror.text("name", ORIGIN_BYTES_MAX)),
            ed25519=_ed(mirror.text("ed25519", 44)),
            mldsa44=_ml(mirror),
        ),
        reading=_recipient(fields, "reading"),
        archive=_recipient(fields, "archive"),
        persons=tuple(_person(f) for f in fields.objects("persons", PERSONS_MAX)),
        offices=tuple(_office(f) for f in fields.objects("offices", OFFICES_MAX)),
        cutoffs=tuple(_cutoff(f) for f in fields.objects("cutoffs", CUTOFFS_MAX)),
        addresses=fields.texts("addresses", ADDRESSES_MAX, 255),
        certificate=fields.base64("certificate", CERTIFICATE_BYTES_MAX),
    )
    fields.done()
    _check_consistent(roster)
    return roster


def _check_consistent(roster: Roster) -> None:
    if roster.root_threshold > len(set(roster.root_keys)):
        raise MalformedError("roster.root.threshold is more than there are root keys")
    _check_names(roster)
    ids = [p.id for p in roster.persons]
    if len(set(ids)) != len(ids) or "node" in ids:
        raise MalformedError("roster.persons names one id twice, or the id `node`")
    known = {o.name for o in roster.offices}
    for person in roster.persons:
        if not set(person.offices) <= known:
            raise MalformedError(f"roster: {person.id} holds an office that the roster lacks")
    _check_keys(roster)


def _check_names(roster: Roster) -> None:
    """Names say whose they are: nobody can certify a log or mirror under another's name."""
    origins = [c.origin for c in roster.logs]
    if len(set(origins)) != len(origins):
        raise MalformedError("roster.logs names one origin twice")
    own = f"{roster.line}/{roster.party}-"
    rules = [(origin, _LOG_NUMBER) for origin in origins]
    for name, number in [*rules, (roster.mirror.name, _MIRROR_NUMBER)]:
        if not name.startswith(own) or not number.fullmatch(name[len(own) :]):
            raise MalformedError(f"roster: {name} is not a name of {roster.party} on this line")


def _check_keys(roster: Roster) -> None:
    classic = [roster.operator, roster.node, roster.mirror.ed25519, *roster.root_keys]
    classic += [c.key.ed25519 for c in roster.logs] + [p.key for p in roster.persons]
    quantum = [roster.mirror.mldsa44, *(c.key.mldsa44 for c in roster.logs)]
    for keys in (classic, quantum, [roster.reading, roster.archive]):
        if len(set(keys)) != len(keys):
            raise MalformedError("roster: one key stands for two things")


def _recipient(fields: Fields, name: str) -> str:
    """A hybrid recipient to which a file can be sealed; others could stop whoever seals to it."""
    text = fields.text(name, RECIPIENT_CHARS_MAX)
    recipient = agekeys.parse_recipient(text)
    if not isinstance(recipient, agekeys.HybridRecipient):
        fields.refuse(name, "is not a hybrid (age1pq) recipient")
    point = recipient.public[agekeys.MLKEM_PUBLIC_BYTES :]
    try:
        _PROBE.exchange(X25519PublicKey.from_public_bytes(point))
    except ValueError:
        fields.refuse(name, "has an X25519 half of low order: nothing can be sealed to it")
    return text


def _ed(text: str) -> bytes:
    return ed25519.check_public(b64decode(text))


def _ml(fields: Fields) -> bytes:
    return mldsa.check_public(fields.base64("mldsa44", mldsa.PUBLIC_BYTES))


def _log(fields: Fields) -> LogCertificate:
    return LogCertificate(
        key=LogKey(
            origin=check_origin(fields.text("origin", ORIGIN_BYTES_MAX)),
            ed25519=_ed(fields.text("ed25519", 44)),
            mldsa44=_ml(fields),
        ),
        role=fields.choice("role", ROLES),
        generation=fields.integer("generation", 1, 10_000),
        state=fields.choice("state", STATES),
    )


def _person(fields: Fields) -> Person:
    fields.choice("scheme", ["ed25519"])
    return Person(
        id=check_handle(fields.text("id", 32), "person"),
        key=_ed(fields.text("key", 44)),
        offices=tuple(
            check_handle(name, "office") for name in fields.texts("offices", OFFICES_MAX, 32)
        ),
    )


def _office(fields: Fields) -> OfficeSeat:
    return OfficeSeat(
        name=check_handle(fields.text("name", 32), "office"),
        title=fields.text("title", 200),
        filled=fields.choice("state", ["filled", "vacant"]) == "filled",
    )


def _cutoff(fields: Fields) -> Cutoff:
    return Cutoff(
        key=fields.text("key", 32),
        log=check_origin(fields.text("log", ORIGIN_BYTES_MAX)),
        index=fields.integer("index", 0, JSON_INTEGER_MAX),
        reason=fields.text("reason", 500),
        suspect=fields.choice("effect", ["revoked", "suspect"]) == "suspect",
    )
