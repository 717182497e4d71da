"""Heads of logs: three lines, two signatures, both required."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import BadSignatureError, MalformedError, UnverifiedError, WrongLineError
from tieline.record import ed25519
from tieline.record.checkpoint import (
    Checkpoint,
    LogKey,
    encode_time,
    parse_checkpoint,
    sign_checkpoint,
    subtree_message,
    verify_checkpoint,
)
from tieline.record.merkle import EMPTY_ROOT, hash_leaf, root_of
from tieline.record.note import SignatureLine, parse_note, rebuild
from tieline.record.receipt import cosign

ORIGIN = "lines.example/2026-kestrel/alpha"
LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")
HEAD = Checkpoint(
    origin=ORIGIN, size=7, root=root_of(hash_leaf(bytes.fromhex(leaf)) for leaf in LEAVES)
)
ED_SEED, MLDSA_SEED = bytes(range(32)), bytes(range(0x40, 0x60))
KEY = LogKey.from_seeds(ORIGIN, ED_SEED, MLDSA_SEED)
TIME_S = 1_795_257_600
NOTE = sign_checkpoint(HEAD, ED_SEED, MLDSA_SEED, TIME_S)
PLAIN, TIMED = parse_note(NOTE).lines


def test_the_text_of_the_worked_example() -> None:
    text = f"{ORIGIN}\n7\n3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=\n".encode()
    assert HEAD.encode() == text
    assert parse_checkpoint(text) == HEAD


def test_the_root_of_an_empty_log_is_the_one_of_the_standard() -> None:
    empty = Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT)
    assert empty.encode().endswith(b"\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
    assert parse_checkpoint(empty.encode()) == empty


def test_the_post_quantum_message_of_the_worked_example() -> None:
    message = subtree_message(HEAD, "beta.example/mirror", TIME_S)
    assert len(message) == 121
    assert message.hex() == (
        "737562747265652f76310a00"
        "13626574612e6578616d706c652f6d6972726f72"
        "000000006b017500"
        "206c696e65732e6578616d706c652f323032362d6b65737472656c2f616c706861"
        "00000000000000000000000000000007"
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    )


def test_a_head_that_is_signed_verifies_and_comes_back() -> None:
    verified = verify_checkpoint(NOTE, KEY)
    assert (verified.checkpoint, verified.note, verified.time_s) == (HEAD, NOTE, TIME_S)
    assert verify_checkpoint(parse_note(NOTE), KEY) == verified


def test_what_others_added_is_not_kept() -> None:
    mirror = parse_note(cosign(HEAD, "beta.example/mirror", bytes(32), bytes(32), TIME_S)).lines
    stranger = SignatureLine(name=ORIGIN, key_id=b"abcd", signature=b"garbage")
    wrong = SignatureLine(name=ORIGIN, key_id=TIMED.key_id, signature=bytes(2_428))
    crowd = rebuild(HEAD.encode(), [stranger, wrong, TIMED, *mirror, PLAIN])
    assert verify_checkpoint(crowd, KEY).note == NOTE


@pytest.mark.parametrize("line", [PLAIN, TIMED])
def test_one_signature_is_not_enough(line: SignatureLine) -> None:
    with pytest.raises(BadSignatureError, match="no signature of"):
        verify_checkpoint(rebuild(HEAD.encode(), [line]), KEY)


def test_a_head_of_another_log_is_told_apart() -> None:
    other = LogKey.from_seeds("lines.example/2026-kestrel/beta", ED_SEED, MLDSA_SEED)
    with pytest.raises(WrongLineError):
        verify_checkpoint(NOTE, other)


def test_both_signatures_are_of_this_head() -> None:
    later = Checkpoint(origin=ORIGIN, size=8, root=bytes(32))
    other = parse_note(sign_checkpoint(later, ED_SEED, MLDSA_SEED, TIME_S)).lines
    for lines in ((PLAIN, other[1]), (other[0], TIMED)):
        with pytest.raises(BadSignatureError, match="is wrong"):
            verify_checkpoint(rebuild(HEAD.encode(), lines), KEY)


def test_the_time_is_signed() -> None:
    moved = SignatureLine(
        name=ORIGIN, key_id=TIMED.key_id, signature=encode_time(TIME_S + 1) + TIMED.signature[8:]
    )
    with pytest.raises(BadSignatureError):
        verify_checkpoint(rebuild(HEAD.encode(), [PLAIN, moved]), KEY)


@given(st.integers(0, 8 * len(NOTE) - 1))
def test_no_bit_of_a_head_may_change(bit: int) -> None:
    data = bytearray(NOTE)
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(UnverifiedError):
        verify_checkpoint(bytes(data), KEY)


ROOT = "3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw="


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{ORIGIN}\n7\n",
        f"{ORIGIN}\n7\n{ROOT}",
        f"{ORIGIN}\n7\n{ROOT}\n\n",
        f"{ORIGIN}\n7\n{ROOT}\nextension\n",
        f"{ORIGIN}\r\n7\r\n{ROOT}\r\n",
        f"{ORIGIN}\n07\n{ROOT}\n",
        f"{ORIGIN}\n+7\n{ROOT}\n",
        f"{ORIGIN}\n 7\n{ROOT}\n",
        f"{ORIGIN}\n1_0\n{ROOT}\n",
        f"{ORIGIN}\n٧\n{ROOT}\n",
        f"{ORIGIN}\n9223372036854775808\n{ROOT}\n",
        f"{ORIGIN}\n0\n{ROOT}\n",
        f"{ORIGIN}\n7\n{ROOT[:-1]}\n",
        f"{ORIGIN}\n7\n3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIx=\n",
        f"{ORIGIN}\n7\nQUI=\n",
        f"alpha\n7\n{ROOT}\n",
        f"Lines.example/a\n7\n{ROOT}\n",
        f"subtree/v1.a\n7\n{ROOT}\n",
        f"{'a' * 300}./b\n7\n{ROOT}\n",
    ],
)
def test_a_head_has_exactly_three_lines_of_one_spelling(text: str) -> None:
    with pytest.raises(MalformedError):
        parse_checkpoint(text.encode())


@pytest.mark.parametrize(("size", "root"), [(-1, bytes(32)), (2**63, bytes(32)), (1, bytes(31))])
def test_a_head_of_no_log_is_not_made(size: int, root: bytes) -> None:
    with pytest.raises(MalformedError):
        Checkpoint(origin=ORIGIN, size=size, root=root)


@given(st.binary(max_size=100) | st.text("a./\n017=Q", max_size=80).map(str.encode))
def test_only_malformed_escapes(data: bytes) -> None:
    with contextlib.suppress(MalformedError):
        assert parse_checkpoint(data).encode() == data


def test_a_key_of_low_order_is_no_log_key() -> None:
    for low in ed25519.LOW_ORDER_ENCODINGS:
        with pytest.raises(MalformedError):
            LogKey(origin=ORIGIN, ed25519=low, mldsa44=KEY.mldsa44)


@pytest.mark.parametrize("time_s", [-1, 2**63])
def test_a_time_fits_a_signed_integer(time_s: int) -> None:
    assert encode_time(2**63 - 1) == b"\x7f" + b"\xff" * 7
    with pytest.raises(MalformedError):
        sign_checkpoint(HEAD, ED_SEED, MLDSA_SEED, time_s)
