"""ML-DSA-44 behind one small interface."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import BadSignatureError, MalformedError
from tieline.record import mldsa

SEED = bytes(range(32))
PUBLIC = mldsa.public_of(SEED)
SIGNATURE = mldsa.sign(SEED, b"tieline")


def test_what_is_signed_verifies_with_sizes_as_published() -> None:
    mldsa.verify(PUBLIC, SIGNATURE, b"tieline")
    assert (len(PUBLIC), len(SIGNATURE)) == (1_312, 2_420)


def test_signing_is_hedged_and_both_signatures_hold() -> None:
    again = mldsa.sign(SEED, b"tieline")
    assert again != SIGNATURE
    mldsa.verify(PUBLIC, again, b"tieline")


def test_another_message_or_key_is_refused() -> None:
    with pytest.raises(BadSignatureError):
        mldsa.verify(PUBLIC, SIGNATURE, b"tieline!")
    with pytest.raises(BadSignatureError):
        mldsa.verify(mldsa.public_of(bytes(32)), SIGNATURE, b"tieline")


@given(st.integers(0, 8 * mldsa.SIGNATURE_BYTES - 1))
def test_no_bit_of_a_signature_may_change(bit: int) -> None:
    signature = bytearray(SIGNATURE)
    signature[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadSignatureError):
        mldsa.verify(PUBLIC, bytes(signature), b"tieline")


@pytest.mark.parametrize(
    ("public", "signature"),
    [(b"", SIGNATURE), (PUBLIC[:-1], SIGNATURE), (PUBLIC, b""), (PUBLIC, SIGNATURE + b"\0")],
)
def test_other_lengths_are_refused(public: bytes, signature: bytes) -> None:
    with pytest.raises(BadSignatureError):
        mldsa.verify(public, signature, b"tieline")


def test_a_key_is_enrolled_by_its_length() -> None:
    assert mldsa.check_public(PUBLIC) == PUBLIC
    with pytest.raises(MalformedError):
        mldsa.check_public(PUBLIC[1:])
