"""The chain of rosters, and the digits that people compare. Its cases are in vectors/roster."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import BadSignatureError, MalformedError, UnknownKeyError, UnverifiedError
from tieline.record import dsse, ed25519
from tieline.record.roster import OfficeSeat, Person
from tieline.record.rosterchain import (
    FINGERPRINT_DIGITS,
    fingerprint,
    keys_digest,
    parse_fingerprint,
    read_roster,
    sign_roster,
    spoken,
    verify_first,
    verify_next,
)
from tieline.replication.founding import first_roster, new_line_keys, new_vault, next_roster

LINE = "lines.example/5d2f"
DIGITS = "588036684543721034459779922779756312734210668991225561345949"


def entropy_of(name: str):
    """Bytes from a name: repeatable, and never twice the same."""
    count = 0

    def entropy(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_256(f"{name} {count}".encode()).digest(size)

    return entropy


ENTROPY = entropy_of("alpha")
VAULT = new_vault(ENTROPY)
KEYS = new_line_keys(LINE, "alpha", ENTROPY)
PERSON = Person(id="p1", key=ed25519.public_of(ENTROPY(32)), offices=("watch",))
FIRST = first_roster(
    handle="alpha",
    name="Alpha",
    vault=VAULT,
    keys=KEYS,
    persons=(PERSON,),
    offices=(OfficeSeat(name="watch", title="Watch", filled=True),),
)
OPERATOR = {"operator": VAULT.operator}


def first(envelope: bytes = FIRST):
    return verify_first(envelope, line=LINE, party="alpha", digits=VAULT.fingerprint())


def test_the_worked_example_has_its_digits():
    keys = [ed25519.public_of(bytes([number]) * 32) for number in (1, 2, 3)]
    assert fingerprint(keys, 2) == fingerprint(reversed(keys), 2) == DIGITS
    assert fingerprint(keys, 1) != DIGITS
    next_digest = "72c3f05688022c7951a92354b78a30f65cc6286f2e90e06d185f3b0fc4220322"
    assert keys_digest(keys) == keys_digest(reversed(keys)) == next_digest


def test_digits_are_read_as_they_are_spoken():
    assert spoken(DIGITS).startswith("58803 66845 ")
    assert spoken(DIGITS).count(" ") == FINGERPRINT_DIGITS // 5 - 1
    assert parse_fingerprint(spoken(DIGITS).replace(" ", " - ")) == DIGITS


@pytest.mark.parametrize("text", ["", DIGITS[1:], DIGITS + "0", "١" * 60, "x" + DIGITS[1:]])
def test_other_text_is_no_fingerprint(text):
    with pytest.raises(MalformedError):
        parse_fingerprint(text)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=4), st.integers(1, 16))
def test_a_fingerprint_always_has_sixty_digits(keys, threshold):
    digits = fingerprint(keys, threshold)
    assert parse_fingerprint(digits) == digits


def test_a_founded_party_passes_its_own_check_and_no_other():
    roster = first()
    assert roster.version == 1
    with pytest.raises(UnknownKeyError):
        verify_first(FIRST, line=LINE, party="alpha", digits="0" * 60)
    for line, party in (("lines.example/0000", "alpha"), (LINE, "bravo")):
        with pytest.raises(MalformedError):
            verify_first(FIRST, line=line, party=party, digits=VAULT.fingerprint())


def test_a_chain_grows_version_by_version():
    roster, envelope = first(), FIRST
    for version in (2, 3, 4):
        following = next_roster(roster, envelope, VAULT.operator, name=f"Alpha {version}")
        roster = verify_next(following, after=roster, after_envelope=envelope)
        envelope = following
        assert roster.version == version


def test_a_version_follows_the_envelope_and_not_only_its_body():
    """The same first roster, signed by other root keys, is another envelope."""
    roots = VAULT.roots
    other = sign_roster(first(), {"root-2": roots[1], "root-3": roots[2]} | OPERATOR)
    following = next_roster(first(), FIRST, VAULT.operator)
    verify_next(following, after=first(), after_envelope=FIRST)
    with pytest.raises(MalformedError):
        verify_next(following, after=first(other), after_envelope=other)


def test_each_signature_of_a_threshold_is_by_another_key():
    """Two root keys of equal bytes do not make a roster; two ids over one key do not either."""
    twice = {"root-1": VAULT.roots[0], "root-2": VAULT.roots[0]} | OPERATOR
    with pytest.raises(BadSignatureError):
        first(sign_roster(first(), twice))


def test_a_spare_log_can_be_opened_later_and_never_be_dropped():
    roster = first()
    opened = tuple(replace(log, state="open") for log in roster.logs)
    following = next_roster(roster, FIRST, VAULT.operator, logs=opened)
    assert verify_next(following, after=roster, after_envelope=FIRST).logs == opened
    fewer = next_roster(roster, FIRST, VAULT.operator, logs=roster.logs[1:])
    with pytest.raises(MalformedError, match="drops or changes"):
        verify_next(fewer, after=roster, after_envelope=FIRST)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_by_name_only(data):
    with pytest.raises(MalformedError):
        read_roster(data)


@given(st.data())
def test_a_mutated_roster_never_passes(data):
    text = bytearray(FIRST)
    at = data.draw(st.integers(0, len(text) - 1))
    new = data.draw(st.binary(min_size=1, max_size=1))
    text[at : at + 1] = new
    same = dsse.parse(FIRST, max_signatures=33)
    try:
        first(bytes(text))
    except UnverifiedError:
        return
    # What may change is the hint beside a signature beyond those that are needed, or nothing.
    assert dsse.parse(bytes(text), max_signatures=33).body == same.body
