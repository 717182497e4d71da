"""What every signer promises, and the one rule by which a mark moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from tieline.errors import MarkError, UnverifiedError
from tieline.record.merkle import verify_consistency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tieline.record.checkpoint import Checkpoint, LogKey


class Mark(NamedTuple):
    """The newest head ever signed: entries, and the 32-byte root over them."""

    size: int
    root: bytes


class Signer(Protocol):
    """Signs the heads of our logs. The keys never leave it.

    A head is signed when it *extends* the mark: a consistency proof joins the two, or they
    are equal (signing one head twice is harmless). When ``sign`` returns, the mark is durable
    and no later call, on any restart, will sign a head that does not extend this one.
    """

    def create_log(self, origin: str, ed_seed: bytes, mldsa_seed: bytes) -> LogKey:
        """Take the keys of a new log, with its mark at size 0.

        Raises:
            SignerError: there is a key or a mark for this log already.
        """
        ...

    def log_key(self, origin: str) -> LogKey:
        """The public keys of a log.

        Raises:
            SignerError: no key for this log.
        """
        ...

    def mark(self, origin: str) -> Mark | None:
        """The newest head ever signed for this log; None if there is no mark."""
        ...

    def sign(self, checkpoint: Checkpoint, *, consistency: Sequence[bytes], time_s: int) -> bytes:
        """The signed note of a head (C2SP signed-note with both of the log's signatures).

        Args:
            checkpoint: the head.
            consistency: RFC 6962 proof from the mark's size to the head's.
            time_s: POSIX seconds, put into the ML-DSA-44 line.

        Raises:
            MarkError: the mark is missing, ahead of the head, or of another history. Open a
                new generation; never repair a mark by hand.
            SignerError: no key for this log, or the mark could not be made durable; no
                signature has left.
        """
        ...


def advance(mark: Mark | None, checkpoint: Checkpoint, consistency: Sequence[bytes]) -> Mark:
    """The mark after signing a head.

    Raises:
        MarkError: the head does not extend the mark.
    """
    log = checkpoint.origin
    if mark is None:
        raise MarkError(f"{log}: no high-water mark beside the key; this is a copy or a restore")
    if checkpoint.size < mark.size:
        raise MarkError(
            f"{log}: {mark.size} entries were signed already, these are {checkpoint.size}"
        )
    try:
        verify_consistency(mark.size, mark.root, checkpoint.size, checkpoint.root, consistency)
    except UnverifiedError as error:
        raise MarkError(f"{log}: this head does not extend the one signed last: {error}") from error
    return Mark(checkpoint.size, checkpoint.root)
