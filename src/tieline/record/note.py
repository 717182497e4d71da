"""Signed notes: a text, and lines in which named keys sign it (C2SP signed-note v1.0.0).

A signature counts by (key name, key id). Lines of unknown keys are ignored. A courier can add
garbage under a name that we know, so a received note is never kept as it came: verify it and
:func:`rebuild` it from the lines that held.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from tieline.errors import BadSignatureError, MalformedError, UnverifiedError
from tieline.record import ed25519, mldsa
from tieline.record.strict import b64decode, b64encode, hexdecode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NOTE_BYTES_MAX = 128 * 1024
SIGNATURE_LINES_MAX = 64
"""The standard asks for at least 16; a note of 128 KiB holds 39 post-quantum lines."""

KEY_ID_BYTES = 4
KEY_NAME_CHARS_MAX = 255

ED25519 = 0x01
"""Ed25519 over the text of the note."""

ED25519_COSIGNATURE = 0x04
"""Timed Ed25519 cosignature of a checkpoint (C2SP tlog-cosignature)."""

MLDSA44 = 0x06
"""Timed ML-DSA-44 signature of a tree (C2SP tlog-cosignature)."""

TIMED = frozenset({ED25519_COSIGNATURE, MLDSA44})
TIME_BYTES = 8

_TYPES = frozenset({ED25519, *TIMED})
_NEWLINE = 0x0A
_CONTROLS = bytes({*range(0x20), 0x7F} - {_NEWLINE})
_LINE = re.compile("\N{EM DASH} ([^ ]+) ([^ ]+)")
# Only the first two plus signs divide: base64 has plus signs of its own.
_VKEY = re.compile(r"([^+]+)\+([^+]+)\+(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One signature line.

    Attributes:
        name: key name; no space, no ``+``.
        key_id: four bytes.
        signature: what follows the key id in the decoded line.
    """

    name: str
    key_id: bytes
    signature: bytes

    @property
    def time_s(self) -> int:
        """POSIX seconds in front of the signature of a timed type."""
        return int.from_bytes(self.signature[:TIME_BYTES], "big")

    def encode(self) -> str:
        """The line, with its newline."""
        return f"\N{EM DASH} {self.name} {b64encode(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A parsed note; nothing in it is verified yet.

    Attributes:
        text: UTF-8, ends with a newline.
        lines: the signature lines, in order.
    """

    text: bytes
    lines: tuple[SignatureLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """Public half of a key that signs notes.

    Attributes:
        name: key name.
        type: signature type byte.
        public: the key, encoded as its type says.
    """

    name: str
    type: int
    public: bytes
    key_id: bytes = field(init=False)

    def __post_init__(self) -> None:
        _check_name(self.name)
        if self.type not in _TYPES:
            raise MalformedError(f"{self.name}: unknown signature type {self.type:#04x}")
        if self.type == MLDSA44:
            mldsa.check_public(self.public)
        else:
            ed25519.check_public(self.public)
        object.__setattr__(self, "key_id", key_id(self.name, self.type, self.public))


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """First four bytes of SHA-256(name || 0x0A || type byte || public key)."""
    return sha256(name.encode() + bytes((_NEWLINE, kind)) + public).digest()[:KEY_ID_BYTES]


def format_vkey(key: VerifierKey) -> str:
    """``name+hex(key id)+base64(type || public key)``."""
    return f"{key.name}+{key.key_id.hex()}+{b64encode(bytes((key.type,)) + key.public)}"


def parse_vkey(text: str) -> VerifierKey:
    """Read a verifier key and recompute its id.

    Raises:
        MalformedError: not of the form, of an unknown type or length, or the id is not its own.
    """
    match = _VKEY.fullmatch(text)
    if match is None:
        raise MalformedError("a verifier key has a name, an id and a key, joined by +")
    name, given_id, encoded = match.groups()
    blob = b64decode(encoded)
    if not blob:
        raise MalformedError("a verifier key without a key")
    key = VerifierKey(name=name, type=blob[0], public=blob[1:])
    if hexdecode(given_id, KEY_ID_BYTES) != key.key_id:
        raise MalformedError(f"the key of {name} says id {given_id}; it is {key.key_id.hex()}")
    return key


def parse_note(data: bytes) -> Note:
    """Split a note into its text and signature lines.

    The last empty line separates them; the text may have empty lines of its own.

    Raises:
        MalformedError: not of the grammar, over 128 KiB, or over 64 signature lines.
    """
    _check_text(data)
    split = data.rfind(b"\n\n")
    if split < 0 or not data.endswith(b"\n"):
        raise MalformedError("a note has a text, an empty line, and lines that end in newlines")
    rows = data[split + 2 :].split(b"\n")[:-1]
    if not 1 <= len(rows) <= SIGNATURE_LINES_MAX:
        raise MalformedError(f"a note has 1 to {SIGNATURE_LINES_MAX} signature lines")
    return Note(text=data[: split + 1], lines=tuple(_parse_line(row) for row in rows))


def rebuild(text: bytes, lines: Sequence[SignatureLine]) -> bytes:
    """A note from its text and the lines that are worth keeping.

    Raises:
        MalformedError: the text does not end in a newline, or there is no line.
    """
    if not text.endswith(b"\n") or not lines:
        raise MalformedError("a note has a text that ends in a newline, and a signature")
    data = text + b"\n" + "".join(line.encode() for line in lines).encode()
    _check_text(data)
    return data


def valid_lines(
    note: Note, key: VerifierKey, message: Callable[[int], bytes]
) -> tuple[SignatureLine, ...]:
    """The lines of ``key`` that hold; lines of the same key that do not are left out.

    ``message`` gives what was signed, and is called with the time that the line carries in
    POSIX seconds (0 for types without one). It raises :class:`UnverifiedError` for a time that
    it cannot take.

    Raises:
        BadSignatureError: the key signed nothing here, or only wrongly.
    """
    mine = [line for line in note.lines if (line.name, line.key_id) == (key.name, key.key_id)]
    if not mine:
        raise BadSignatureError(f"no signature of {key.name}+{key.key_id.hex()}")
    good = tuple(line for line in mine if _holds(line, key, message))
    if not good:
        raise BadSignatureError(f"the signature of {key.name}+{key.key_id.hex()} is wrong")
    return good


def sign_text(text: bytes, name: str, seed: bytes) -> SignatureLine:
    """An Ed25519 line (type 0x01) over the text of a note."""
    id_ = key_id(name, ED25519, ed25519.public_of(seed))
    return SignatureLine(name=name, key_id=id_, signature=ed25519.sign(seed, text))


def verify_note(data: bytes, keys: Sequence[VerifierKey]) -> tuple[Note, bytes]:
    """Check a note against plain Ed25519 keys (type 0x01), *all* of which must have signed.

    Returns the note with only the lines that held, and its bytes rebuilt from those.

    Raises:
        MalformedError: not a note, no key given, or a key of another type.
        BadSignatureError: a key has not signed, or not rightly.
    """
    if not keys or any(key.type != ED25519 for key in keys):
        raise MalformedError("plain notes are verified by one or more Ed25519 keys")
    note = parse_note(data)
    lines = tuple(valid_lines(note, key, lambda _: note.text)[0] for key in keys)
    return Note(text=note.text, lines=lines), rebuild(note.text, lines)


def _holds(line: SignatureLine, key: VerifierKey, message: Callable[[int], bytes]) -> bool:
    stamp = TIME_BYTES if key.type in TIMED else 0
    verify = mldsa.verify if key.type == MLDSA44 else ed25519.verify
    try:
        verify(key.public, line.signature[stamp:], message(line.time_s if stamp else 0))
    except UnverifiedError:
        return False
    return True


def _parse_line(row: bytes) -> SignatureLine:
    match = _LINE.fullmatch(row.decode())
    if match is None:
        raise MalformedError("a signature line is an em dash, a name and base64, one space apart")
    name, encoded = match.groups()
    blob = b64decode(encoded)
    if len(blob) <= KEY_ID_BYTES:
        raise MalformedError("a signature line without a signature")
    return SignatureLine(
        name=_check_name(name), key_id=blob[:KEY_ID_BYTES], signature=blob[KEY_ID_BYTES:]
    )


def _check_name(name: str) -> str:
    if not 1 <= len(name) <= KEY_NAME_CHARS_MAX:
        raise MalformedError(f"a key name has 1 to {KEY_NAME_CHARS_MAX} characters")
    if name.isascii() and name.isprintable() and "+" not in name and " " not in name:
        return name  # All names of ours; the rest is looked at letter by letter.
    if any(letter in "+\x7f" or letter < " " or letter.isspace() for letter in name):
        raise MalformedError(f"{name!a} is no key name: it has a space, a control or a +")
    if any("\ud800" <= letter <= "\udfff" for letter in name):
        raise MalformedError(f"{name!a} is no key name: half a surrogate pair is no character")
    return name


def _check_text(data: bytes) -> None:
    if len(data) > NOTE_BYTES_MAX:
        raise MalformedError(f"a note of {len(data)} bytes; {NOTE_BYTES_MAX} are allowed")
    if len(data.translate(None, _CONTROLS)) != len(data):
        raise MalformedError("a note with a control character other than newline")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError("a note that is not UTF-8") from error
