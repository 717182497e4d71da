"""ML-DSA-44 (FIPS 204), the post-quantum half of every head and receipt.

Pure ML-DSA with the empty context, as C2SP tlog-cosignature uses it. Kept behind this one
interface because builds of `cryptography` against older OpenSSL lack it.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from tieline.errors import BadSignatureError, MalformedError

SEED_BYTES = 32
PUBLIC_BYTES = 1_312
SIGNATURE_BYTES = 2_420
KEYS_KEPT = 256
"""Expanded keys kept: expanding one costs as much as a signature."""


@lru_cache(maxsize=KEYS_KEPT)
def _private(seed: bytes) -> MLDSA44PrivateKey:
    return MLDSA44PrivateKey.from_seed_bytes(seed)


@lru_cache(maxsize=KEYS_KEPT)
def _public(public: bytes) -> MLDSA44PublicKey:
    return MLDSA44PublicKey.from_public_bytes(public)


@lru_cache(maxsize=KEYS_KEPT)
def public_of(seed: bytes) -> bytes:
    """The 1,312-byte public key of a 32-byte seed."""
    return _private(seed).public_key().public_bytes_raw()


def sign(seed: bytes, message: bytes) -> bytes:
    """The 2,420-byte signature, hedged: the library adds randomness, so its bytes never repeat."""
    return _private(seed).sign(message)


def check_public(public: bytes) -> bytes:
    """Return a public key that may be enrolled.

    Raises:
        MalformedError: not 1,312 bytes. (Every such string encodes a key.)
    """
    if len(public) != PUBLIC_BYTES:
        raise MalformedError(f"an ML-DSA-44 key has {PUBLIC_BYTES} bytes, not {len(public)}")
    return public


def verify(public: bytes, signature: bytes, message: bytes) -> None:
    """Accept, or raise.

    Raises:
        BadSignatureError: wrong length, or not this key's signature.
    """
    if len(public) != PUBLIC_BYTES or len(signature) != SIGNATURE_BYTES:
        raise BadSignatureError("an ML-DSA-44 key or signature of the wrong length")
    try:
        _public(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise BadSignatureError("the ML-DSA-44 signature is wrong") from error
