"""Receipts: a mirror's timed cosignatures on a head (C2SP tlog-cosignature).

Under a *mirror* key a cosignature says: every entry below this size, and every blob that they
name, is durably stored here. It is two lines with one time, Ed25519 and ML-DSA-44; a receipt
needs both.
"""

from __future__ import annotations

from dataclasses import dataclass

from tieline.errors import BadSignatureError, MalformedError
from tieline.record import ed25519, mldsa
from tieline.record.checkpoint import (
    Checkpoint,
    encode_time,
    parse_checkpoint,
    subtree_line,
    subtree_message,
)
from tieline.record.names import check_origin
from tieline.record.note import (
    ED25519_COSIGNATURE,
    MLDSA44,
    Note,
    SignatureLine,
    VerifierKey,
    key_id,
    parse_note,
    rebuild,
    valid_lines,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorKey:
    """Public keys of one mirror (or witness: one key per statement).

    Attributes:
        name: the cosigner's name, of the grammar of origins.
        ed25519: 32 bytes.
        mldsa44: 1,312 bytes.
    """

    name: str
    ed25519: bytes
    mldsa44: bytes

    def __post_init__(self) -> None:
        check_origin(self.name)
        ed25519.check_public(self.ed25519)
        mldsa.check_public(self.mldsa44)

    @classmethod
    def from_seeds(cls, name: str, ed_seed: bytes, mldsa_seed: bytes) -> MirrorKey:
        """Public half of two 32-byte seeds."""
        return cls(
            name=name, ed25519=ed25519.public_of(ed_seed), mldsa44=mldsa.public_of(mldsa_seed)
        )

    def verifiers(self) -> tuple[VerifierKey, VerifierKey]:
        """The two keys as note verifier keys, Ed25519 first."""
        return (
            VerifierKey(name=self.name, type=ED25519_COSIGNATURE, public=self.ed25519),
            VerifierKey(name=self.name, type=MLDSA44, public=self.mldsa44),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A head that a mirror has cosigned with both keys, at one time.

    Attributes:
        checkpoint: what is stored.
        cosigner: name of the mirror.
        time_s: the mirror's claimed time, POSIX seconds, never 0.
        note: the note rebuilt, text and exactly these two lines; the only form to store.
    """

    checkpoint: Checkpoint
    cosigner: str
    time_s: int
    note: bytes


def cosignature_message(text: bytes, time_s: int) -> bytes:
    """What Ed25519 signs for a receipt: two header lines, then the whole checkpoint text.

    Raises:
        MalformedError: a time that does not fit.
    """
    encode_time(time_s)
    return b"cosignature/v1\ntime %d\n%b" % (time_s, text)


def cosign(
    checkpoint: Checkpoint, name: str, ed_seed: bytes, mldsa_seed: bytes, time_s: int
) -> bytes:
    """The note of a receipt. Sign only what is durably stored.

    Raises:
        MalformedError: a name that is none, or a time of 0 (that says nothing about a latest head).
    """
    stamp = encode_time(_stated(time_s))
    text = checkpoint.encode()
    classic = SignatureLine(
        name=check_origin(name),
        key_id=key_id(name, ED25519_COSIGNATURE, ed25519.public_of(ed_seed)),
        signature=stamp + ed25519.sign(ed_seed, cosignature_message(text, time_s)),
    )
    return rebuild(text, (classic, subtree_line(checkpoint, name, mldsa_seed, time_s)))


def verify_receipt(note: bytes | Note, key: MirrorKey) -> Receipt:
    """Check a mirror's receipt. Whose log the head belongs to is for the caller to compare.

    1. The text is a checkpoint.
    2. Ed25519 signed it with its time; ML-DSA-44 signed the head with its time.
    3. Two of these lines state one time, not zero. Of several pairs the earliest counts,
       because a mirror may sign a head again and delivery is dated by the first.
    4. The note is rebuilt from the pair.

    Raises:
        MalformedError: not a note, or not a checkpoint.
        BadSignatureError: a signature is missing or wrong, or no two share a time.
    """
    parsed = parse_note(note) if isinstance(note, bytes) else note
    # (1)
    checkpoint = parse_checkpoint(parsed.text)
    classic, quantum = key.verifiers()
    # (2)
    plain = _by_time(
        valid_lines(parsed, classic, lambda t: cosignature_message(parsed.text, _stated(t)))
    )
    timed = _by_time(
        valid_lines(parsed, quantum, lambda t: subtree_message(checkpoint, key.name, _stated(t)))
    )
    # (3)
    shared = plain.keys() & timed.keys()
    if not shared:
        raise BadSignatureError(f"the two signatures of {key.name} state different times")
    time_s = min(shared)
    # (4)
    pair = (plain[time_s], timed[time_s])
    return Receipt(
        checkpoint=checkpoint, cosigner=key.name, time_s=time_s, note=rebuild(parsed.text, pair)
    )


def _by_time(lines: tuple[SignatureLine, ...]) -> dict[int, SignatureLine]:
    found: dict[int, SignatureLine] = {}
    for line in lines:
        found.setdefault(line.time_s, line)
    return found


def _stated(time_s: int) -> int:
    if time_s == 0:
        raise MalformedError("a cosignature at time 0 says nothing about the latest head")
    return time_s
