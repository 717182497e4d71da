"""Roster chain: whose signature makes a roster count, and the fingerprint that people compare."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from tieline.errors import BadSignatureError, MalformedError, UnknownKeyError
from tieline.record import dsse, ed25519
from tieline.record.roster import ROOT_KEYS_MAX, Roster, encode_roster, parse_roster
from tieline.record.strict import b64encode

ROSTER_TYPE = "application/vnd.tieline.roster.v1+json"
"""DSSE payload type of a roster."""
ENVELOPE_BYTES_MAX = 400 * 1024
"""A roster in base64 with its signatures."""
FINGERPRINT_DIGITS = 60
"""Digits of a fingerprint: 199 bits, read aloud as twelve groups of five."""


def fingerprint(root_keys: Iterable[bytes], threshold: int) -> str:
    """Sixty decimal digits that name a party: its root keys and their threshold.

    SHA-256 over ``tieline/root@v1``, the threshold and the sorted keys in base64, one a line,
    taken as a number modulo 10**60. Compared by voice or on paper before a line is opened.
    """
    keys = sorted(b64encode(key) for key in root_keys)
    text = "\n".join(["tieline/root@v1", f"threshold {threshold}", *(f"key {k}" for k in keys)])
    digest = hashlib.sha256((text + "\n").encode()).digest()
    return str(int.from_bytes(digest) % 10**FINGERPRINT_DIGITS).zfill(FINGERPRINT_DIGITS)


def spoken(digits: str) -> str:
    """A fingerprint in groups of five, as it is read aloud."""
    return " ".join(digits[i : i + 5] for i in range(0, len(digits), 5))


def parse_fingerprint(text: str) -> str:
    """Sixty digits, blanks and hyphens between them allowed.

    Raises:
        MalformedError: another count of digits, or other characters.
    """
    digits = "".join(c for c in text if c not in " -\t\n")
    if len(digits) != FINGERPRINT_DIGITS or not (digits.isascii() and digits.isdigit()):
        raise MalformedError(f"a fingerprint has {FINGERPRINT_DIGITS} digits, not {len(digits)}")
    return digits


def keys_digest(keys: Iterable[bytes]) -> str:
    """What a roster commits to for next keys: hex SHA-256 of the sorted keys in base64."""
    return hashlib.sha256("\n".join(sorted(b64encode(k) for k in keys)).encode()).hexdigest()


def sign_roster(roster: Roster, signers: Mapping[str, bytes]) -> bytes:
    """The DSSE envelope of a roster. ``signers`` maps key id to Ed25519 seed (32 bytes).

    Key ids: ``operator``, and ``root-N`` for the N-th root key, counted from 1. A new root signs
    as ``new-root-N`` beside the old one.
    """
    body = encode_roster(roster)
    parse_roster(body)
    return dsse.sign_many(ROSTER_TYPE, body, signers)


def read_roster(envelope: bytes) -> tuple[dsse.Envelope, Roster]:
    """Envelope and roster, parsed; nothing of it is verified yet.

    Raises:
        MalformedError: not a roster in an envelope.
    """
    parsed = dsse.parse(
        envelope, ROSTER_TYPE, max_bytes=ENVELOPE_BYTES_MAX, max_signatures=2 * ROOT_KEYS_MAX + 1
    )
    return parsed, parse_roster(parsed.body)


def verify_first(envelope: bytes, *, line: str, party: str, digits: str) -> Roster:
    """Check a party's first roster against the fingerprint that people compared.

    Raises:
        UnknownKeyError: its root is not the one of the fingerprint.
        BadSignatureError: too few root signatures, or no operator signature.
        MalformedError: not a roster, or of another line or party.
    """
    parsed, roster = read_roster(envelope)
    if (roster.line, roster.party) != (line, party):
        raise MalformedError(f"a roster of {roster.party} on {roster.line}, not of {party} here")
    if roster.version != 1 or roster.previous:
        raise MalformedError("a party's first roster is version 1 and follows no other")
    if fingerprint(roster.root_keys, roster.root_threshold) != digits:
        raise UnknownKeyError(f"{party}'s root keys do not have the fingerprint that was agreed")
    _require_threshold(parsed, "root-", roster.root_keys, roster.root_threshold)
    _require(parsed, "operator", roster.operator)
    return roster


def verify_next(envelope: bytes, *, after: Roster, after_envelope: bytes) -> Roster:
    """Check version n+1 of a roster against version n.

    Raises:
        BadSignatureError: not signed by whom version n entitles.
        MalformedError: not the next version, or it drops or changes a log.
    """
    parsed, roster = read_roster(envelope)
    if (roster.line, roster.party, roster.version) != (after.line, after.party, after.version + 1):
        raise MalformedError(f"not version {after.version + 1} of {after.party}'s roster here")
    if roster.previous != hashlib.sha256(after_envelope).hexdigest():
        raise MalformedError("a roster that does not follow the version before it")
    for old in after.logs:
        new = roster.log(old.origin)
        if new is None or new.key != old.key:
            raise MalformedError(f"the next roster drops or changes the log {old.origin}")
    if roster.operator != after.operator and keys_digest([roster.operator]) != after.operator_next:
        # A key that was stolen or lost cannot say who follows it: the root can.
        _require_threshold(parsed, "root-", after.root_keys, after.root_threshold)
    root_changed = (roster.root_keys, roster.root_threshold) != (
        after.root_keys,
        after.root_threshold,
    )
    if root_changed:
        if keys_digest(roster.root_keys) != after.root_next:
            raise BadSignatureError("the new root keys are not those that were committed to")
        _require_threshold(parsed, "root-", after.root_keys, after.root_threshold)
        _require_threshold(parsed, "new-root-", roster.root_keys, roster.root_threshold)
    _require(parsed, "operator", roster.operator)
    return roster


def _require(parsed: dsse.Envelope, keyid: str, key: bytes) -> None:
    for signature in parsed.signatures:
        if signature.keyid == keyid:
            ed25519.verify(key, signature.sig, parsed.pae)
            return
    raise BadSignatureError(f"a roster without the signature of its {keyid}")


def _require_threshold(
    parsed: dsse.Envelope, prefix: str, keys: tuple[bytes, ...], threshold: int
) -> None:
    wanted = {f"{prefix}{number}": key for number, key in enumerate(keys, 1)}
    good = set()
    for signature in parsed.signatures:
        if signature.keyid in wanted:
            ed25519.verify(wanted[signature.keyid], signature.sig, parsed.pae)
            good.add(wanted[signature.keyid])
    if len(good) < threshold:
        raise BadSignatureError(f"a roster with {len(good)} of {threshold} root signatures")
