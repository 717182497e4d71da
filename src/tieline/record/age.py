"""age v1 files: the sealed container of messages (C2SP age, binary form, native keys only).

age says nothing about the sender: two recipients of one file can be shown different texts.
Who spoke is proven by the DSSE signature inside, and what was said by the leaf's commitment.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode as lenient_b64decode
from base64 import b64encode
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tieline.errors import MalformedError, SealError
from tieline.record.agekeys import (
    FILE_KEY_BYTES,
    HYBRID,
    NATIVE_KINDS,
    X25519,
    Entropy,
    HybridIdentity,
    HybridRecipient,
    Identity,
    Recipient,
    Stanza,
    X25519Identity,
    X25519Recipient,
    hkdf,
    parse_identity,
    parse_recipient,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "HYBRID",
    "X25519",
    "Entropy",
    "HybridIdentity",
    "HybridRecipient",
    "Identity",
    "Recipient",
    "Stanza",
    "X25519Identity",
    "X25519Recipient",
    "decrypt",
    "encrypt",
    "parse_identity",
    "parse_recipient",
    "stanzas",
]

STANZAS_MAX = 64
"""Each hybrid trial costs about 0.1 ms an identity; 10,000 stanzas would cost seconds."""

HEADER_BYTES_MAX = 128 * 1024
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
NONCE_BYTES = 16
MAC_BYTES = 32
COLUMNS = 64

_VERSION = b"age-encryption.org/v1\n"
_END = b"--- "
_ARGS = re.compile(r"->(?: [!-~]+)+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*")


def encrypt(plaintext: bytes, recipients: Sequence[Recipient], *, entropy: Entropy) -> bytes:
    """Seal ``plaintext`` to 1 to 64 recipients, all of one kind.

    ``entropy`` is asked for the file key (16 bytes), then for an ephemeral key of each X25519
    recipient (32 bytes), then for the payload nonce (16 bytes). The encapsulations of hybrid
    recipients take their randomness from the library, so such files never repeat.

    Raises:
        MalformedError: no or too many recipients, or kinds mixed: a file that X25519 alone can
            open would not be post-quantum.
    """
    kinds = {recipient.kind for recipient in recipients}
    if len(kinds) != 1 or len(recipients) > STANZAS_MAX:
        raise MalformedError(f"a file is sealed to 1 to {STANZAS_MAX} recipients of one kind")
    file_key = entropy(FILE_KEY_BYTES)
    header = bytearray(_VERSION)
    for recipient in recipients:
        share, body = recipient.wrap(file_key, entropy)
        header += f"-> {recipient.kind} {_b64(share)}\n{_wrapped(body)}".encode()
    header += b"---"
    mac = _b64(_mac(file_key, bytes(header)))
    nonce = entropy(NONCE_BYTES)
    sealed = _seal(hkdf(file_key, nonce, b"payload"), plaintext)
    return b"%b %b\n%b%b" % (bytes(header), mac.encode(), nonce, sealed)


def decrypt(data: bytes, identities: Sequence[Identity], *, foreign_stanzas: bool = False) -> bytes:
    """Open a file with the first identity that fits one of its stanzas.

    1. Read the header. Without ``foreign_stanzas`` every stanza must be of a native kind, and
       all of one; with it, files of other tools open too, which may add stanzas for nobody.
    2. Try each identity on the stanzas of its kind.
    3. The file key must make the header's MAC.
    4. Open every chunk; the last one must say that it is the last.

    Raises:
        MalformedError: not an age v1 binary file, over 64 stanzas, a passphrase, or (without
            ``foreign_stanzas``) kinds of stanza mixed or not ours.
        SealError: no identity fits, the MAC is wrong, or the payload was damaged or cut.
    """
    # (1)
    found, mac, signed, body_start = _parse_header(data)
    _check_kinds(found, foreign=foreign_stanzas)
    # (2)
    file_key = _unwrap(found, identities)
    if file_key is None:
        raise SealError("sealed to other keys than ours")
    # (3)
    if len(file_key) != FILE_KEY_BYTES or not hmac.compare_digest(_mac(file_key, signed), mac):
        raise SealError("the header of the sealed file was changed after sealing")
    # (4)
    nonce = data[body_start : body_start + NONCE_BYTES]
    if len(nonce) != NONCE_BYTES:
        raise MalformedError("an age file that ends before its payload")
    return _open(hkdf(file_key, nonce, b"payload"), memoryview(data)[body_start + NONCE_BYTES :])


def stanzas(data: bytes) -> tuple[Stanza, ...]:
    """The stanzas of a file's header, without opening it.

    Raises:
        MalformedError: not an age v1 binary file, or over 64 stanzas.
    """
    return _parse_header(data)[0]


def _unwrap(found: Sequence[Stanza], identities: Sequence[Identity]) -> bytes | None:
    """Check every native stanza, then try the identities; the first file key wins."""
    shares = [_share(stanza) for stanza in found if stanza.kind in NATIVE_KINDS]
    for kind, share, body in shares:
        for identity in identities:
            if identity.kind == kind:
                file_key = identity.unwrap(share, body)
                if file_key is not None:
                    return file_key
    return None


def _share(stanza: Stanza) -> tuple[str, bytes, bytes]:
    if len(stanza.args) != 1:
        raise MalformedError(f"a {stanza.kind} stanza has one share, not {len(stanza.args)}")
    return stanza.kind, _unb64(stanza.args[0]), stanza.body


def _check_kinds(found: Sequence[Stanza], *, foreign: bool) -> None:
    kinds = {stanza.kind for stanza in found}
    if "scrypt" in kinds:
        raise MalformedError("sealed with a passphrase; lines use keys")
    if foreign:
        return
    if HYBRID in kinds and X25519 in kinds:
        raise MalformedError("sealed to hybrid and X25519 keys together, so not post-quantum")
    if not kinds <= NATIVE_KINDS:
        raise MalformedError("sealed to a kind of key that lines do not use")


def _parse_header(data: bytes) -> tuple[tuple[Stanza, ...], bytes, bytes, int]:
    """Stanzas, MAC, the bytes that the MAC covers, and where the payload begins."""
    if not data.startswith(_VERSION):
        raise MalformedError("not an age v1 file in binary form")
    found: list[Stanza] = []
    at = len(_VERSION)
    while data.startswith(b"-> ", at):
        if len(found) == STANZAS_MAX:
            raise MalformedError(f"an age file of more than {STANZAS_MAX} stanzas")
        stanza, at = _parse_stanza(data, at)
        found.append(stanza)
    line, after = _line(data, at)
    if not found or not line.startswith(_END.decode()):
        raise MalformedError("an age header is stanzas and a MAC")
    mac = _unb64(line[len(_END) :])
    if len(mac) != MAC_BYTES:
        raise MalformedError(f"the MAC of an age header has {MAC_BYTES} bytes")
    return tuple(found), mac, data[: at + len(_END) - 1], after


def _parse_stanza(data: bytes, at: int) -> tuple[Stanza, int]:
    line, at = _line(data, at)
    if _ARGS.fullmatch(line) is None:
        raise MalformedError("an age stanza begins with an arrow and words, one space apart")
    kind, *args = line[3:].split(" ")
    rows: list[str] = []
    while not rows or len(rows[-1]) == COLUMNS:
        row, at = _line(data, at)
        if len(row) > COLUMNS:
            raise MalformedError(f"an age stanza is wrapped at {COLUMNS} columns")
        rows.append(row)
    return Stanza(kind=kind, args=tuple(args), body=_unb64("".join(rows))), at


def _line(data: bytes, at: int) -> tuple[str, int]:
    end = data.find(b"\n", at, HEADER_BYTES_MAX)
    if end < 0:
        raise MalformedError("an age header that does not end")
    row = data[at:end]
    if not row.isascii():
        raise MalformedError("an age header is ASCII")
    return row.decode("ascii"), end + 1


def _seal(key: bytes, plaintext: bytes) -> bytes:
    """STREAM: 64 KiB chunks under a counter, the last one marked."""
    cipher = ChaCha20Poly1305(key)
    last = max(0, len(plaintext) - 1) // CHUNK_BYTES
    return b"".join(
        cipher.encrypt(
            _chunk_nonce(number, last=number == last),
            plaintext[number * CHUNK_BYTES : (number + 1) * CHUNK_BYTES],
            None,
        )
        for number in range(last + 1)
    )


def _open(key: bytes, sealed: memoryview) -> bytes:
    cipher = ChaCha20Poly1305(key)
    step = CHUNK_BYTES + TAG_BYTES
    last = max(0, len(sealed) - 1) // step
    opened = []
    for number in range(last + 1):
        chunk = sealed[number * step : (number + 1) * step]
        try:
            opened.append(cipher.decrypt(_chunk_nonce(number, last=number == last), chunk, None))
        except InvalidTag as error:
            raise SealError("the sealed file was damaged or cut short") from error
    if last and not opened[-1]:
        raise SealError("the sealed file ends in an empty chunk")
    return b"".join(opened)


def _chunk_nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((last,))


def _mac(file_key: bytes, signed: bytes) -> bytes:
    return hmac.digest(hkdf(file_key, b"", b"header"), signed, "sha256")


def _b64(data: bytes) -> str:
    return b64encode(data).decode("ascii").rstrip("=")


def _unb64(text: str) -> bytes:
    """Unpadded base64 in its one canonical form."""
    if _BASE64.fullmatch(text) is None or len(text) % 4 == 1:
        raise MalformedError("not the unpadded base64 of an age header")
    data = lenient_b64decode(text + "=" * (-len(text) % 4))
    if _b64(data) != text:
        raise MalformedError("not the canonical base64 of its value in an age header")
    return data


def _wrapped(body: bytes) -> str:
    """Base64 in lines of 64 columns; the last line is shorter, if need be empty."""
    text = _b64(body)
    rows = [text[at : at + COLUMNS] for at in range(0, len(text) + 1, COLUMNS)]
    return "".join(f"{row}\n" for row in rows)
