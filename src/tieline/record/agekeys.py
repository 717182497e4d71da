"""The two kinds of age key that lines use: X25519, and its hybrid with ML-KEM-768.

A *recipient* is public and wraps a file key into a stanza; an *identity* is private and
unwraps it again (C2SP age, "Native recipient types"). Hybrid is the rule; X25519 is here for
tools that cannot do better.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import shake_256
from typing import TYPE_CHECKING, Protocol, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tieline.errors import MalformedError
from tieline.record import bech32

if TYPE_CHECKING:
    from collections.abc import Callable

FILE_KEY_BYTES = 16
KEY_BYTES = 32
BODY_BYTES = FILE_KEY_BYTES + 16
"""A wrapped file key: ChaCha20-Poly1305 adds its 16-byte tag."""

X25519 = "X25519"
HYBRID = "mlkem768x25519"
NATIVE_KINDS = frozenset({X25519, HYBRID})

MLKEM_PUBLIC_BYTES = 1_184
HYBRID_PUBLIC_BYTES = MLKEM_PUBLIC_BYTES + KEY_BYTES
HYBRID_SHARE_BYTES = 1_120

Entropy: TypeAlias = "Callable[[int], bytes]"
"""``entropy(n)``: *n* unpredictable bytes, never the same twice."""

_X25519_INFO = b"age-encryption.org/v1/X25519"
_HYBRID_INFO = b"age-encryption.org/mlkem768x25519"
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_NO_NONCE = bytes(12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stanza:
    """A file key, wrapped for one recipient.

    Attributes:
        kind: the stanza's first argument.
        args: its further arguments.
        body: the wrapped file key.
    """

    kind: str
    args: tuple[str, ...]
    body: bytes


class Recipient(Protocol):
    """Public half: wraps file keys."""

    @property
    def kind(self) -> str:
        """Stanza type."""

    def wrap(self, file_key: bytes, entropy: Entropy) -> tuple[bytes, bytes]:
        """Share (the stanza's argument) and body for a 16-byte file key."""


class Identity(Protocol):
    """Private half: unwraps file keys."""

    @property
    def kind(self) -> str:
        """Stanza type."""

    def unwrap(self, share: bytes, body: bytes) -> bytes | None:
        """The file key, or ``None`` when the stanza is for somebody else."""


@dataclass(frozen=True, slots=True)
class X25519Recipient:
    """An ``age1...`` recipient; ``public`` has 32 bytes."""

    public: bytes

    def __post_init__(self) -> None:
        if len(self.public) != KEY_BYTES:
            raise MalformedError(f"an X25519 recipient has {KEY_BYTES} bytes")

    @property
    def kind(self) -> str:
        return X25519

    def encode(self) -> str:
        return bech32.encode("age", self.public)

    def wrap(self, file_key: bytes, entropy: Entropy) -> tuple[bytes, bytes]:
        """See :class:`Recipient`; takes 32 bytes of entropy for the ephemeral key."""
        ephemeral = X25519PrivateKey.from_private_bytes(entropy(KEY_BYTES))
        share = ephemeral.public_key().public_bytes_raw()
        key = _wrap_key(ephemeral, self.public, share + self.public)
        return share, ChaCha20Poly1305(key).encrypt(_NO_NONCE, file_key, None)


@dataclass(frozen=True, slots=True)
class HybridRecipient:
    """An ``age1pq1...`` recipient; ``public`` is ML-KEM-768's key and X25519's, 1,216 bytes."""

    public: bytes

    def __post_init__(self) -> None:
        if len(self.public) != HYBRID_PUBLIC_BYTES:
            raise MalformedError(f"a hybrid recipient has {HYBRID_PUBLIC_BYTES} bytes")
        self._key()

    @property
    def kind(self) -> str:
        return HYBRID

    def encode(self) -> str:
        return bech32.encode("age1pq", self.public)

    def wrap(self, file_key: bytes, entropy: Entropy) -> tuple[bytes, bytes]:  # noqa: ARG002
        """See :class:`Recipient`. The library draws the randomness of the encapsulation itself."""
        sealed = _SUITE.encrypt(file_key, self._key(), info=_HYBRID_INFO)
        return sealed[:HYBRID_SHARE_BYTES], sealed[HYBRID_SHARE_BYTES:]

    def _key(self) -> MLKEM768X25519PublicKey:
        try:
            return MLKEM768X25519PublicKey(
                MLKEM768PublicKey.from_public_bytes(self.public[:MLKEM_PUBLIC_BYTES]),
                X25519PublicKey.from_public_bytes(self.public[MLKEM_PUBLIC_BYTES:]),
            )
        except ValueError as error:
            raise MalformedError("a hybrid recipient that is no ML-KEM-768 key") from error


class X25519Identity:
    """An ``AGE-SECRET-KEY-1...`` identity of 32 bytes."""

    __slots__ = ("_key", "_public", "_secret")

    def __init__(self, secret: bytes) -> None:
        self._secret = _secret(secret)
        self._key = X25519PrivateKey.from_private_bytes(self._secret)
        self._public = self._key.public_key().public_bytes_raw()

    @property
    def kind(self) -> str:
        return X25519

    @property
    def recipient(self) -> X25519Recipient:
        return X25519Recipient(self._public)

    def encode(self) -> str:
        return bech32.encode("age-secret-key-", self._secret).upper()

    def unwrap(self, share: bytes, body: bytes) -> bytes | None:
        """See :class:`Identity`.

        Raises:
            MalformedError: a share of the wrong length or of low order, or a body that cannot be
                a wrapped file key.
        """
        _check_stanza(share, KEY_BYTES, body)
        key = _wrap_key(self._key, share, share + self._public)
        try:
            return ChaCha20Poly1305(key).decrypt(_NO_NONCE, body, None)
        except InvalidTag:
            return None


class HybridIdentity:
    """An ``AGE-SECRET-KEY-PQ-1...`` identity: a 32-byte seed (X-Wing)."""

    __slots__ = ("_key", "_public", "_seed")

    def __init__(self, seed: bytes) -> None:
        self._seed = _secret(seed)
        expanded = shake_256(self._seed).digest(64 + KEY_BYTES)
        quantum = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        classic = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._key = MLKEM768X25519PrivateKey(quantum, classic)
        self._public = (
            quantum.public_key().public_bytes_raw() + classic.public_key().public_bytes_raw()
        )

    @property
    def kind(self) -> str:
        return HYBRID

    @property
    def recipient(self) -> HybridRecipient:
        return HybridRecipient(self._public)

    def encode(self) -> str:
        return bech32.encode("age-secret-key-pq-", self._seed).upper()

    def unwrap(self, share: bytes, body: bytes) -> bytes | None:
        """See :class:`Identity`.

        Raises:
            MalformedError: a share of the wrong length, or a body that cannot be a wrapped key.
        """
        _check_stanza(share, HYBRID_SHARE_BYTES, body)
        try:
            return _SUITE.decrypt(share + body, self._key, info=_HYBRID_INFO)
        except (InvalidTag, ValueError):
            return None


def parse_recipient(text: str) -> X25519Recipient | HybridRecipient:
    """Read ``age1...`` or ``age1pq1...``.

    Raises:
        MalformedError: not such a recipient.
    """
    prefix, data = bech32.decode(text)
    if text != text.lower() or prefix not in ("age", "age1pq"):
        raise MalformedError("not a native age recipient (age1... or age1pq1...)")
    return X25519Recipient(data) if prefix == "age" else HybridRecipient(data)


def parse_identity(text: str) -> X25519Identity | HybridIdentity:
    """Read ``AGE-SECRET-KEY-1...`` or ``AGE-SECRET-KEY-PQ-1...``.

    Raises:
        MalformedError: not such an identity. The message never quotes it.
    """
    prefix, data = bech32.decode(text)
    if text != text.upper() or prefix not in ("age-secret-key-", "age-secret-key-pq-"):
        raise MalformedError("not a native age identity (AGE-SECRET-KEY-...)")
    return X25519Identity(data) if prefix == "age-secret-key-" else HybridIdentity(data)


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 to 32 bytes (RFC 5869)."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt, info).derive(secret)


def _wrap_key(private: X25519PrivateKey, public: bytes, salt: bytes) -> bytes:
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:
        # The library refuses the all-zero secret that points of low order lead to.
        raise MalformedError("an X25519 share of low order") from error
    return hkdf(shared, salt, _X25519_INFO)


def _check_stanza(share: bytes, share_bytes: int, body: bytes) -> None:
    # Trying a body of another length would let its author learn which key opened it.
    if len(share) != share_bytes or len(body) != BODY_BYTES:
        raise MalformedError("a stanza whose share or body has the wrong length")


def _secret(data: bytes) -> bytes:
    if len(data) != KEY_BYTES:
        raise MalformedError(f"an age identity has {KEY_BYTES} bytes")
    return bytes(data)
