"""Evidence in one file: an entry's place under a signed head (C2SP tlog-proof, version 1).

A proof holds the index, the inclusion path and the head's note; the leaf travels beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from tieline.errors import MalformedError
from tieline.record.checkpoint import LogKey, VerifiedCheckpoint, verify_checkpoint
from tieline.record.merkle import (
    HASH_BYTES,
    PROOF_HASHES_MAX,
    hash_leaf,
    verify_inclusion,
)
from tieline.record.note import NOTE_BYTES_MAX, parse_note
from tieline.record.strict import INTEGER_MAX, b64decode, b64encode, parse_decimal

EXTRA_BYTES_MAX = 64 * 1024
PROOF_BYTES_MAX = NOTE_BYTES_MAX + 2 * EXTRA_BYTES_MAX

_FIRST = b"c2sp.org/tlog-proof@v1\n"
_EXTRA = b"extra "
_INDEX = b"index "


@dataclass(frozen=True, slots=True, kw_only=True)
class TlogProof:
    """A parsed proof; nothing in it is verified yet.

    Attributes:
        index: the entry's place in its log.
        hashes: inclusion path, the leaf's sibling first, 32 bytes each.
        note: the head with its signatures, as it came. Keep what :func:`verify_proof` returns.
        extra: bytes that nobody authenticates, or ``None``.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index <= INTEGER_MAX or len(self.hashes) > PROOF_HASHES_MAX:
            raise MalformedError("a proof with an index or a path beyond every log")
        if any(len(item) != HASH_BYTES for item in self.hashes):
            raise MalformedError(f"a proof holds hashes of {HASH_BYTES} bytes only")
        if self.extra is not None and len(self.extra) > EXTRA_BYTES_MAX:
            raise MalformedError(f"a proof carries at most {EXTRA_BYTES_MAX} extra bytes")
        parse_note(self.note)

    def encode(self) -> bytes:
        """The file."""
        extra = b"" if self.extra is None else b"extra %b\n" % b64encode(self.extra).encode()
        path = "".join(f"{b64encode(item)}\n" for item in self.hashes).encode()
        return b"%b%bindex %d\n%b\n%b" % (_FIRST, extra, self.index, path, self.note)


def parse_proof(data: bytes) -> TlogProof:
    """Read a proof file.

    Raises:
        MalformedError: not of the grammar, or over a limit.
    """
    if len(data) > PROOF_BYTES_MAX or not data.startswith(_FIRST):
        raise MalformedError("not a c2sp.org/tlog-proof@v1 file")
    head, empty, note = data[len(_FIRST) :].partition(b"\n\n")
    if not empty:
        raise MalformedError("a proof without the empty line before its head")
    lines = head.split(b"\n")
    extra = None
    if lines[0].startswith(_EXTRA):
        extra = b64decode(lines.pop(0).removeprefix(_EXTRA))
    if not lines or not lines[0].startswith(_INDEX):
        raise MalformedError("a proof without its index line")
    return TlogProof(
        index=parse_decimal(lines[0].removeprefix(_INDEX)),
        hashes=tuple(b64decode(line) for line in lines[1:]),
        note=note,
        extra=extra,
    )


def verify_proof(proof: TlogProof, leaf: bytes, key: LogKey) -> VerifiedCheckpoint:
    """Check that ``leaf`` stands at the proof's index under a head that its log signed twice.

    Cosignatures are checked apart, with :func:`tieline.record.receipt.verify_receipt` on
    ``proof.note``.

    Raises:
        UnverifiedError: as :func:`verify_checkpoint` and :func:`verify_inclusion` do.
    """
    head = verify_checkpoint(proof.note, key)
    checkpoint = head.checkpoint
    verify_inclusion(hash_leaf(leaf), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return head
