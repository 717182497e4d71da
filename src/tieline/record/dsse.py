"""DSSE envelopes: who said what, inside the encryption (DSSE 1.0.2).

The signature covers :func:`pae`, never the JSON around it. ``keyid`` is a hint that nobody
authenticates: which key and which algorithm comes from the roster.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tieline.errors import MalformedError
from tieline.record import ed25519
from tieline.record.strict import Fields, b64encode, dump_json, load_json

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVELOPE_BYTES_MAX = 1 << 20
SIGNATURES_MAX = 2
"""Of a message: one officer, or two persons."""
ENVELOPE_SIGNATURES_MAX = 64
"""Of anything: a roster carries a threshold of root keys, old and new, and the operator's."""

SIGNATURE_BYTES_MAX = 4_096
KEYID_CHARS_MAX = 128
TYPE_CHARS_MAX = 255

PADDING_BUCKETS = (1 << 10, 4 << 10, 16 << 10, 64 << 10)
"""Sizes that messages are padded to, so that a length says little."""

_DEPTH = 3
_TYPE = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature of an envelope.

    Attributes:
        keyid: an unauthenticated hint; the person id in the roster.
        sig: the signature.
    """

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A signed body.

    Attributes:
        payload_type: media type of the body, printable ASCII.
        body: the exact bytes that were signed.
        signatures: at least one, of different key ids.
    """

    payload_type: str
    body: bytes
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        _check_type(self.payload_type)
        if not self.signatures:
            raise MalformedError("an envelope without a signature")
        if len({signature.keyid for signature in self.signatures}) != len(self.signatures):
            raise MalformedError("two signatures of an envelope under one key id")

    @property
    def pae(self) -> bytes:
        """What each signature covers."""
        return pae(self.payload_type, self.body)

    def encode(self) -> bytes:
        """Compact JSON in fixed field order; pad it with :func:`pad_to_bucket`."""
        return dump_json(
            {
                "payloadType": self.payload_type,
                "payload": b64encode(self.body),
                "signatures": [
                    {"keyid": signature.keyid, "sig": b64encode(signature.sig)}
                    for signature in self.signatures
                ],
            }
        )


def pae(payload_type: str, body: bytes) -> bytes:
    """Pre-authentication encoding; the lengths count bytes."""
    kind = _check_type(payload_type).encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body)


def sign_many(payload_type: str, body: bytes, signers: Mapping[str, bytes]) -> bytes:
    """Envelope of a body, signed under each key id by its Ed25519 seed (32 bytes), in order."""
    message = pae(payload_type, body)
    signatures = tuple(
        Signature(keyid=keyid, sig=ed25519.sign(seed, message)) for keyid, seed in signers.items()
    )
    return Envelope(payload_type=payload_type, body=body, signatures=signatures).encode()


def parse(
    data: bytes,
    payload_type: str | None = None,
    *,
    max_bytes: int = ENVELOPE_BYTES_MAX,
    max_signatures: int = SIGNATURES_MAX,
) -> Envelope:
    """Read an envelope; nothing in it is verified yet. Spaces after it are padding.

    Raises:
        MalformedError: not strict JSON of this shape, base64 that is not canonical, no signature
            or too many, another payload type than the one asked for, or over a limit.
    """
    fields = Fields(load_json(data, max_bytes=max_bytes, max_depth=_DEPTH), path="envelope")
    envelope = Envelope(
        payload_type=fields.text("payloadType", TYPE_CHARS_MAX, min_chars=1),
        body=fields.base64("payload", max_bytes),
        signatures=tuple(
            Signature(
                keyid=item.text("keyid", KEYID_CHARS_MAX, min_chars=1),
                sig=item.base64("sig", SIGNATURE_BYTES_MAX, min_bytes=1),
            )
            for item in fields.objects("signatures", max_signatures, min_items=1)
        ),
    )
    fields.done()
    if payload_type is not None and envelope.payload_type != payload_type:
        raise MalformedError(f"a {envelope.payload_type}, where a {payload_type} belongs")
    return envelope


def pad_to_bucket(data: bytes) -> bytes:
    """Add spaces up to 1, 4, 16 or 64 KiB; above that, up to :func:`padme`."""
    fitting = (bucket for bucket in PADDING_BUCKETS if bucket >= len(data))
    return data.ljust(next(fitting, None) or padme(len(data)), b" ")


def padme(length: int) -> int:
    """Padded length that leaks O(log log length) bits and costs at most 12 %.

    Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with
    PURBs", PoPETs 2019, section 4.
    """
    if length == 0:
        return 0
    exponent = length.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (length + mask) & ~mask


def _check_type(payload_type: str) -> str:
    if len(payload_type) > TYPE_CHARS_MAX or _TYPE.fullmatch(payload_type) is None:
        raise MalformedError(f"a payload type is 1 to {TYPE_CHARS_MAX} printable ASCII characters")
    return payload_type
