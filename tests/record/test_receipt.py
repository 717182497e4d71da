"""Receipts: two cosignatures of a mirror, at one time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import BadSignatureError, MalformedError, UnverifiedError
from tieline.record import ed25519, mldsa
from tieline.record.checkpoint import Checkpoint, encode_time, subtree_message
from tieline.record.merkle import hash_leaf, root_of
from tieline.record.note import SignatureLine, parse_note, rebuild
from tieline.record.receipt import MirrorKey, cosign, cosignature_message, verify_receipt

NAME = "beta.example/mirror"
LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")
HEAD = Checkpoint(
    origin="lines.example/2026-kestrel/alpha",
    size=7,
    root=root_of(hash_leaf(bytes.fromhex(leaf)) for leaf in LEAVES),
)
TEXT = HEAD.encode()
ED_SEED, MLDSA_SEED = bytes(range(0x20, 0x40)), bytes(range(0x40, 0x60))
KEY = MirrorKey.from_seeds(NAME, ED_SEED, MLDSA_SEED)
TIME_S = 1_795_257_600
NOTE = cosign(HEAD, NAME, ED_SEED, MLDSA_SEED, TIME_S)
CLASSIC, QUANTUM = parse_note(NOTE).lines


def test_the_classic_line_of_the_worked_example_is_made_byte_for_byte() -> None:
    assert CLASSIC.encode() == (
        "— beta.example/mirror aC9qNAAAAABrAXUA+jn6/NpyXS3D8rA56Gs9NUGwiVkW392SVmLYs77DkjzwVeMXeo5"
        "IXOetK+h9oicp6OPhtGAyVY/os3c2uRlwDw==\n"
    )
    assert (CLASSIC.time_s, QUANTUM.time_s) == (TIME_S, TIME_S)


def test_a_receipt_verifies_and_comes_back() -> None:
    receipt = verify_receipt(NOTE, KEY)
    assert (receipt.checkpoint, receipt.cosigner) == (HEAD, NAME)
    assert (receipt.time_s, receipt.note) == (TIME_S, NOTE)
    assert verify_receipt(parse_note(NOTE), KEY) == receipt


def test_of_several_pairs_the_earliest_dates_the_delivery() -> None:
    later = parse_note(cosign(HEAD, NAME, ED_SEED, MLDSA_SEED, TIME_S + 60)).lines
    receipt = verify_receipt(rebuild(TEXT, [*later, CLASSIC, QUANTUM]), KEY)
    assert (receipt.time_s, receipt.note) == (TIME_S, NOTE)


@pytest.mark.parametrize("line", [CLASSIC, QUANTUM])
def test_one_signature_is_not_enough(line: SignatureLine) -> None:
    with pytest.raises(BadSignatureError, match="no signature of"):
        verify_receipt(rebuild(TEXT, [line]), KEY)


def test_two_signatures_of_different_times_are_no_receipt() -> None:
    later = parse_note(cosign(HEAD, NAME, ED_SEED, MLDSA_SEED, TIME_S + 60)).lines
    with pytest.raises(BadSignatureError, match="different times"):
        verify_receipt(rebuild(TEXT, [CLASSIC, later[1]]), KEY)


def test_a_receipt_at_time_zero_is_neither_made_nor_taken() -> None:
    with pytest.raises(MalformedError):
        cosign(HEAD, NAME, ED_SEED, MLDSA_SEED, 0)
    classic = ed25519.sign(ED_SEED, cosignature_message(TEXT, 0))
    quantum = mldsa.sign(MLDSA_SEED, subtree_message(HEAD, NAME, 0))
    lines = [
        SignatureLine(name=NAME, key_id=line.key_id, signature=encode_time(0) + signature)
        for line, signature in ((CLASSIC, classic), (QUANTUM, quantum))
    ]
    with pytest.raises(BadSignatureError):
        verify_receipt(rebuild(TEXT, lines), KEY)


def test_a_signature_over_a_subtree_is_no_receipt() -> None:
    message = subtree_message(HEAD, NAME, TIME_S)
    start = len(message) - 48
    partial = message[:start] + (1).to_bytes(8, "big") + message[start + 8 :]
    line = SignatureLine(
        name=NAME,
        key_id=QUANTUM.key_id,
        signature=encode_time(TIME_S) + mldsa.sign(MLDSA_SEED, partial),
    )
    with pytest.raises(BadSignatureError):
        verify_receipt(rebuild(TEXT, [CLASSIC, line]), KEY)


def test_the_receipt_of_another_mirror_is_not_ours() -> None:
    other = cosign(HEAD, "gamma.example/mirror", ED_SEED, MLDSA_SEED, TIME_S)
    with pytest.raises(BadSignatureError, match="no signature of"):
        verify_receipt(other, KEY)


def test_lines_do_not_move_to_another_head() -> None:
    shorter = Checkpoint(origin=HEAD.origin, size=6, root=HEAD.root)
    with pytest.raises(BadSignatureError):
        verify_receipt(rebuild(shorter.encode(), [CLASSIC, QUANTUM]), KEY)


@given(st.integers(0, 8 * len(NOTE) - 1))
def test_no_bit_of_a_receipt_may_change(bit: int) -> None:
    data = bytearray(NOTE)
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(UnverifiedError):
        verify_receipt(bytes(data), KEY)


@given(st.binary(max_size=100).map(lambda tail: TEXT + b"\n" + tail) | st.binary(max_size=100))
def test_only_unverified_escapes(data: bytes) -> None:
    with pytest.raises(UnverifiedError):
        verify_receipt(data, KEY)


@pytest.mark.parametrize("name", ["mirror", "beta.example", "beta example/m.1", "subtree/v1.x"])
def test_a_mirror_has_a_name_of_the_grammar(name: str) -> None:
    with pytest.raises(MalformedError):
        cosign(HEAD, name, ED_SEED, MLDSA_SEED, TIME_S)
    with pytest.raises(MalformedError):
        MirrorKey(name=name, ed25519=KEY.ed25519, mldsa44=KEY.mldsa44)
