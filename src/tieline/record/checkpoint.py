"""Checkpoints: a log's signed size and root (C2SP tlog-checkpoint v1.0.0).

The text has exactly three lines: origin, size, root. Extension lines are refused, because the
post-quantum signature would not cover them. A head carries two signatures of the log, Ed25519
over the text and ML-DSA-44 over :func:`subtree_message`; both are required.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tieline.errors import MalformedError, WrongLineError
from tieline.record import ed25519, mldsa
from tieline.record.merkle import EMPTY_ROOT, HASH_BYTES
from tieline.record.names import check_origin
from tieline.record.note import (
    ED25519,
    MLDSA44,
    TIME_BYTES,
    Note,
    SignatureLine,
    VerifierKey,
    key_id,
    parse_note,
    rebuild,
    sign_text,
    valid_lines,
)
from tieline.record.strict import INTEGER_MAX, b64decode, b64encode, parse_decimal

CHECKPOINT_TEXT_BYTES_MAX = 512

_TEXT = re.compile(rb"([!-~]+)\n([0-9]+)\n([!-~]+)\n")
_SUBTREE_LABEL = b"subtree/v1\n\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Head of a log, unsigned.

    Attributes:
        origin: name of the log.
        size: number of entries.
        root: Merkle root over them, 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        check_origin(self.origin)
        if not 0 <= self.size <= INTEGER_MAX or len(self.root) != HASH_BYTES:
            raise MalformedError(f"no head of {self.origin} has this size and root")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise MalformedError(f"{self.origin}: an empty log has the root of the empty tree")

    def encode(self) -> bytes:
        """The three lines."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root)}\n".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey:
    """Public keys of one log; the key name is the origin.

    Attributes:
        origin: name of the log.
        ed25519: 32 bytes.
        mldsa44: 1,312 bytes.
    """

    origin: str
    ed25519: bytes
    mldsa44: bytes

    def __post_init__(self) -> None:
        check_origin(self.origin)
        ed25519.check_public(self.ed25519)
        mldsa.check_public(self.mldsa44)

    @classmethod
    def from_seeds(cls, origin: str, ed_seed: bytes, mldsa_seed: bytes) -> LogKey:
        """Public half of two 32-byte seeds."""
        return cls(
            origin=origin,
            ed25519=ed25519.public_of(ed_seed),
            mldsa44=mldsa.public_of(mldsa_seed),
        )

    def verifiers(self) -> tuple[VerifierKey, VerifierKey]:
        """The two keys as note verifier keys, Ed25519 first."""
        return (
            VerifierKey(name=self.origin, type=ED25519, public=self.ed25519),
            VerifierKey(name=self.origin, type=MLDSA44, public=self.mldsa44),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedCheckpoint:
    """A head that both keys of its log have signed.

    Attributes:
        checkpoint: the head.
        note: the note rebuilt, text and exactly these two lines; the only form to store.
        time_s: the log's claimed time of signing, POSIX seconds.
    """

    checkpoint: Checkpoint
    note: bytes
    time_s: int


def parse_checkpoint(text: bytes) -> Checkpoint:
    """Read the text of a checkpoint note.

    Raises:
        MalformedError: not exactly origin, size and root.
    """
    match = _TEXT.fullmatch(text) if len(text) <= CHECKPOINT_TEXT_BYTES_MAX else None
    if match is None:
        raise MalformedError("a checkpoint has exactly three lines: origin, size, root")
    origin, size, root = match.groups()
    return Checkpoint(origin=origin.decode(), size=parse_decimal(size), root=b64decode(root))


def subtree_message(checkpoint: Checkpoint, cosigner: str, time_s: int) -> bytes:
    """What ML-DSA-44 signs for a head: ``cosigned_message`` of C2SP tlog-cosignature, start 0.

    Raises:
        MalformedError: a name or time that does not fit.
    """
    name = check_origin(cosigner).encode()
    origin = checkpoint.origin.encode()
    return b"".join(
        (
            _SUBTREE_LABEL,
            bytes((len(name),)) + name,
            encode_time(time_s),
            bytes((len(origin),)) + origin,
            bytes(8),
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def subtree_line(checkpoint: Checkpoint, cosigner: str, seed: bytes, time_s: int) -> SignatureLine:
    """Timed ML-DSA-44 line (type 0x06) of ``cosigner`` over a head."""
    signature = mldsa.sign(seed, subtree_message(checkpoint, cosigner, time_s))
    return SignatureLine(
        name=cosigner,
        key_id=key_id(cosigner, MLDSA44, mldsa.public_of(seed)),
        signature=encode_time(time_s) + signature,
    )


def encode_time(time_s: int) -> bytes:
    """POSIX seconds as eight bytes.

    Raises:
        MalformedError: negative or over 2^63 - 1.
    """
    if not 0 <= time_s <= INTEGER_MAX:
        raise MalformedError(f"{time_s} is not a time in POSIX seconds")
    return time_s.to_bytes(TIME_BYTES, "big")


def sign_checkpoint(
    checkpoint: Checkpoint, ed_seed: bytes, mldsa_seed: bytes, time_s: int
) -> bytes:
    """The note of a head with both signatures of its log. The signer alone calls this."""
    text = checkpoint.encode()
    return rebuild(
        text,
        (
            sign_text(text, checkpoint.origin, ed_seed),
            subtree_line(checkpoint, checkpoint.origin, mldsa_seed, time_s),
        ),
    )


def verify_checkpoint(note: bytes | Note, key: LogKey) -> VerifiedCheckpoint:
    """Check a head against the keys of its log.

    1. The text is a checkpoint of this log.
    2. Ed25519 signed the text.
    3. ML-DSA-44 signed the head, under the log's own name and the line's time.
    4. The note is rebuilt from these two lines.

    Raises:
        MalformedError: not a note, or not a checkpoint.
        WrongLineError: a checkpoint of another log.
        BadSignatureError: one of the two signatures is missing or wrong.
    """
    parsed = parse_note(note) if isinstance(note, bytes) else note
    # (1)
    checkpoint = parse_checkpoint(parsed.text)
    if checkpoint.origin != key.origin:
        raise WrongLineError(f"a head of {checkpoint.origin}, where one of {key.origin} belongs")
    classic, quantum = key.verifiers()
    # (2)
    plain = valid_lines(parsed, classic, lambda _: parsed.text)[0]
    # (3)
    timed = valid_lines(
        parsed, quantum, lambda time_s: subtree_message(checkpoint, key.origin, time_s)
    )[0]
    # (4)
    return VerifiedCheckpoint(
        checkpoint=checkpoint, note=rebuild(parsed.text, (plain, timed)), time_s=timed.time_s
    )
