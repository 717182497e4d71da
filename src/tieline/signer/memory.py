"""A signer without a disk, whose marks stand apart from any store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieline.errors import MarkError, SignerError
from tieline.record.checkpoint import Checkpoint, LogKey, sign_checkpoint
from tieline.record.merkle import EMPTY_ROOT
from tieline.signer.contract import Mark, advance

if TYPE_CHECKING:
    from collections.abc import Sequence


class MemorySigner:
    """`Signer` without a disk, for exercises. Restoring a store does not restore its marks."""

    def __init__(self) -> None:
        self._keys: dict[str, tuple[bytes, bytes]] = {}
        self._marks: dict[str, Mark] = {}

    def create_log(self, origin: str, ed_seed: bytes, mldsa_seed: bytes) -> LogKey:
        """See `Signer.create_log`."""
        public = LogKey.from_seeds(origin, ed_seed, mldsa_seed)
        if origin in self._marks:
            raise MarkError(f"{origin}: there is a mark for this log already")
        if origin in self._keys:
            raise SignerError(f"{origin}: there is a key for this log already")
        self._keys[origin] = (ed_seed, mldsa_seed)
        self._marks[origin] = Mark(0, EMPTY_ROOT)
        return public

    def log_key(self, origin: str) -> LogKey:
        """See `Signer.log_key`."""
        return LogKey.from_seeds(origin, *self._seeds(origin))

    def mark(self, origin: str) -> Mark | None:
        """See `Signer.mark`."""
        return self._marks.get(origin)

    def sign(self, checkpoint: Checkpoint, *, consistency: Sequence[bytes], time_s: int) -> bytes:
        """See `Signer.sign`."""
        seeds = self._seeds(checkpoint.origin)
        mark = advance(self.mark(checkpoint.origin), checkpoint, consistency)
        self._marks[checkpoint.origin] = mark
        return sign_checkpoint(checkpoint, *seeds, time_s)

    def lose_marks(self) -> None:
        """What the loss of the whole machine does: keys come back from a backup, marks do not."""
        self._marks.clear()

    def _seeds(self, origin: str) -> tuple[bytes, bytes]:
        if origin not in self._keys:
            raise SignerError(f"{origin}: there is no key for this log")
        return self._keys[origin]
