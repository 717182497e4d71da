"""One rule of acceptance for Ed25519, the same at every party."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import BadSignatureError, MalformedError
from tieline.record import ed25519

P = 2**255 - 19
D = -121_665 * pow(121_666, -1, P) % P
SEED = bytes(range(32))
MESSAGE = b"tieline"


def add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    """Twisted Edwards addition (RFC 8032 section 5.1.4, affine)."""
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + t, -1, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - t, -1, P)
    return x % P, y % P


def x_of(y: int) -> int | None:
    """A square root of (y^2 - 1) / (d y^2 + 1), if there is one."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    for candidate in (root, root * pow(2, (P - 1) // 4, P) % P):
        if candidate * candidate % P == square:
            return candidate
    return None


def is_low_order(encoding: bytes) -> bool:
    """Whether eight times the point is the identity; the sign of x does not matter for that."""
    y = (int.from_bytes(encoding, "little") & (1 << 255) - 1) % P
    x = x_of(y)
    if x is None:
        return False
    point = (x, y)
    for _ in range(3):
        point = add(point, point)
    return point == (0, 1)


def test_the_fourteen_encodings_are_of_low_order_by_the_curve_itself() -> None:
    assert len(ed25519.LOW_ORDER_ENCODINGS) == 14
    assert all(is_low_order(encoding) for encoding in ed25519.LOW_ORDER_ENCODINGS)
    assert not is_low_order(ed25519.public_of(SEED))


def test_no_encoding_of_low_order_is_missing_from_the_list() -> None:
    # The y of the eight points, each plus p where that still fits, each with both signs.
    eighth = int.from_bytes(min(ed25519.LOW_ORDER_ENCODINGS, key=lambda e: e[0] != 0x26), "little")
    y8 = eighth & (1 << 255) - 1
    found = {
        (y + k * P | sign << 255).to_bytes(32, "little")
        for y in (0, 1, P - 1, y8, P - y8)
        for k in (0, 1)
        for sign in (0, 1)
        if y + k * P < 2**255
    }
    assert found == ed25519.LOW_ORDER_ENCODINGS


def test_what_is_signed_verifies_and_repeats() -> None:
    signature = ed25519.sign(SEED, MESSAGE)
    assert signature == ed25519.sign(SEED, MESSAGE)
    ed25519.verify(ed25519.public_of(SEED), signature, MESSAGE)


@given(st.integers(0, 511))
def test_no_bit_of_a_signature_may_change(bit: int) -> None:
    signature = bytearray(ed25519.sign(SEED, MESSAGE))
    signature[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadSignatureError):
        ed25519.verify(ed25519.public_of(SEED), bytes(signature), MESSAGE)


@given(st.binary(max_size=40), st.binary(max_size=70), st.binary(max_size=5))
def test_only_a_bad_signature_escapes(key: bytes, signature: bytes, message: bytes) -> None:
    with pytest.raises(BadSignatureError):
        ed25519.verify(key, signature, message)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=40))
def test_any_32_bytes_as_a_key_let_only_a_bad_signature_escape(key: bytes, message: bytes) -> None:
    with pytest.raises(BadSignatureError):
        ed25519.verify(key, ed25519.sign(SEED, message)[:32] + bytes(32), message)


@pytest.mark.parametrize("encoding", sorted(ed25519.LOW_ORDER_ENCODINGS), ids=bytes.hex)
def test_a_key_of_low_order_is_not_enrolled(encoding: bytes) -> None:
    with pytest.raises(MalformedError, match="low order"):
        ed25519.check_public(encoding)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_not_enrolled(length: int) -> None:
    with pytest.raises(MalformedError):
        ed25519.check_public(bytes(length))


def test_a_good_key_is_enrolled() -> None:
    public = ed25519.public_of(SEED)
    assert ed25519.check_public(public) == public


def test_libsodium_agrees_on_low_order_and_honest_signatures() -> None:
    bindings = pytest.importorskip(
        "nacl.bindings", reason="PyNaCl is absent: no second opinion on Ed25519"
    )
    from nacl.exceptions import BadSignatureError as Refused

    for number in range(50):
        seed = hashlib.sha256(b"%d" % number).digest()
        public = ed25519.public_of(seed)
        signature = ed25519.sign(seed, MESSAGE)
        assert bindings.crypto_sign_open(signature + MESSAGE, public) == MESSAGE
    for encoding in ed25519.LOW_ORDER_ENCODINGS:
        with pytest.raises(Refused):
            bindings.crypto_sign_open(ed25519.public_of(SEED) + bytes(32) + MESSAGE, encoding)
