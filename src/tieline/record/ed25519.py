"""Ed25519 with one pinned rule of acceptance, the same at every party.

Libraries differ in which odd signatures they accept. With a public key of low order, one
fixed signature fits every message: an author could file entries that hold for one reader and
not for another. So, before anything else, the fourteen encodings of low-order points are
refused, as key and as R; then `cryptography` verifies (RFC 8032, cofactorless, S below the
group order). On the 914 edge cases of C2SP's CCTV this equals libsodium's rule.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tieline.errors import BadSignatureError, MalformedError

SEED_BYTES = 32
PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64
KEYS_KEPT = 256
"""Expanded secret keys kept in memory."""

LOW_ORDER_ENCODINGS = frozenset(
    bytes.fromhex(y + last)
    for y, lasts in (
        # y = 0 (order 4) and its second spelling p
        ("00" * 31, ("00", "80")),
        ("ed" + "ff" * 30, ("7f", "ff")),
        # y = 1 (the identity) and its second spelling p + 1
        ("01" + "00" * 30, ("00", "80")),
        ("ee" + "ff" * 30, ("7f", "ff")),
        # y = -1 (order 2)
        ("ec" + "ff" * 30, ("7f", "ff")),
        # the two y of the four points of order 8
        ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc", ("05", "85")),
        ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03", ("7a", "fa")),
    )
    for last in lasts
)
"""Every 32-byte encoding, canonical or not, of a point whose order divides 8."""


@lru_cache(maxsize=KEYS_KEPT)
def _private(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


@lru_cache(maxsize=KEYS_KEPT)
def public_of(seed: bytes) -> bytes:
    """The 32-byte public key of a 32-byte seed (RFC 8032 section 5.1.5)."""
    return _private(seed).public_key().public_bytes_raw()


def sign(seed: bytes, message: bytes) -> bytes:
    """The 64-byte signature; equal inputs give equal bytes."""
    return _private(seed).sign(message)


def check_public(public: bytes) -> bytes:
    """Return a public key that may be enrolled.

    Raises:
        MalformedError: not 32 bytes, or the encoding of a point of low order.
    """
    if len(public) != PUBLIC_BYTES:
        raise MalformedError(f"an Ed25519 key has {PUBLIC_BYTES} bytes, not {len(public)}")
    if bytes(public) in LOW_ORDER_ENCODINGS:
        raise MalformedError("an Ed25519 key of low order: one signature would fit every message")
    return public


def verify(public: bytes, signature: bytes, message: bytes) -> None:
    """Accept, or raise.

    Raises:
        BadSignatureError: wrong length, low-order key or R, or not this key's signature.
    """
    if len(public) != PUBLIC_BYTES or len(signature) != SIGNATURE_BYTES:
        raise BadSignatureError("an Ed25519 key or signature of the wrong length")
    if bytes(public) in LOW_ORDER_ENCODINGS or bytes(signature[:32]) in LOW_ORDER_ENCODINGS:
        raise BadSignatureError("an Ed25519 key or signature of low order")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise BadSignatureError("the Ed25519 signature is wrong") from error
