"""What every store promises: the protocol, and the values that it hands out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tieline.replication.changes import Change

CHECKPOINTS_KEPT = 64
"""Newest checkpoints kept of each log; about 220 kB a log (one note is about 3.5 kB)."""


class StoredReceipt(NamedTuple):
    """One mirror cosignature: what a peer says that it holds, and since when.

    Attributes:
        size: every entry below this index is covered.
        cosigner: key name of the mirror.
        time_s: POSIX seconds, as the cosigner claims them.
        note: the checkpoint's text and the cosigner's lines, exactly as put.
    """

    size: int
    cosigner: str
    time_s: int
    note: bytes


class Store(Protocol):
    """Where one party's record rests. A store keeps bytes and vouches for none of them.

    **Commit.** ``commit`` makes a whole batch durable or none of it. When it returns, the
    batch survives a crash of the process, of the machine, and a power cut. When it raises:

    * *a clean refusal*: nothing was written, the store goes on. These are a batch that
      contradicts what is held (an entry at another index than the log's size, a blob that is
      not its digest, other evidence under a name in use, a value over a limit),
      `StoreFullError` and `StoreLockedError`.
    * *anything else*: the outcome is **unknown**. A write that the database reported as
      failed can be there after a restart. ``broken`` is true from then on and every later
      commit is refused until the store is opened again and read anew.

    **Retention.** Entries, blobs, plaintexts and evidence stay for ever, but for what is erased.
    Of the checkpoints
    of one log the newest ``CHECKPOINTS_KEPT`` stay, and the one that each cosigner's newest
    receipt names; at one size the first one put wins. Of the receipts of one cosigner for
    one size the earliest and the latest stay: the first proves since when an entry is held,
    the last that the peer still says so. A blob or plaintext put again replaces the bytes
    held, which is how a damaged one is healed.

    **Erasing.** ``EraseBlob`` takes a payload's bytes and its plaintext out of every file of the
    store, and leaves a tombstone; it may be asked for what was never held, and again. A payload
    that is put again after that is held like any other, and its tombstone is gone.

    **Reading** sees what was committed last. What was read back and does not match the hash
    that was kept beside it raises `DamagedStoreError`; it is never handed out. Methods may
    be called from several threads, one after another.
    """

    @property
    def broken(self) -> bool:
        """True when the outcome of an earlier commit is unknown: close, open, read anew."""
        ...

    def commit(self, changes: Sequence[Change]) -> None:
        """Write all of it durably, in the given order, or nothing.

        Raises:
            StoreFullError: no room; nothing was written.
            StoreLockedError: somebody else is writing; nothing was written.
            StoreError: the batch was refused (``broken`` stays as it was), or the outcome
                is unknown (``broken`` is true now).
        """
        ...

    def origins(self) -> list[str]:
        """Every log of which something is held, sorted."""
        ...

    def size(self, origin: str) -> int:
        """How many entries of this log are held; 0 for a log never heard of."""
        ...

    def leaf(self, origin: str, index: int) -> bytes | None:
        """One entry's leaf, or None if it is not held."""
        ...

    def leaves(self, origin: str, start: int, end: int) -> Iterator[bytes]:
        """The leaves with start <= index < end that are held, in order."""
        ...

    def blob(self, digest: bytes) -> bytes | None:
        """The payload with this SHA-256 (32 bytes), or None."""
        ...

    def has_blob(self, digest: bytes) -> bool:
        """Whether a payload was put under this SHA-256; its bytes are not read."""
        ...

    def plaintext(self, digest: bytes) -> bytes | None:
        """What was inside the sealed blob with this SHA-256, if it was ever opened here."""
        ...

    def tombstone(self, digest: bytes) -> str | None:
        """Which entry withdrew a payload that was erased; None if none was.

        None also while bytes of it may still be in a file of the store: while another program
        reads, the write-ahead log stays. It is tried again at each commit and each start.
        """
        ...

    def checkpoint(self, origin: str) -> tuple[int, bytes] | None:
        """The largest head of this log: (size, signed note)."""
        ...

    def checkpoint_at(self, origin: str, size: int) -> bytes | None:
        """The signed note of exactly this size, if it is among those kept."""
        ...

    def receipts(self, origin: str) -> list[StoredReceipt]:
        """Every receipt of this log, by size, cosigner and time."""
        ...

    def newest_receipt(self, origin: str, cosigner: str) -> StoredReceipt | None:
        """The receipt with the largest size, and of those the latest."""
        ...

    def receipt_covering(self, origin: str, cosigner: str, index: int) -> StoredReceipt | None:
        """The first receipt that covers this entry: the smallest size, then the earliest."""
        ...

    def local(self, key: str) -> bytes | None:
        """One value of our own house."""
        ...

    def locals(self, prefix: str) -> list[tuple[str, bytes]]:
        """All values whose key begins with these characters, by key."""
        ...

    def evidence(self) -> list[tuple[str, bytes]]:
        """Everything kept as evidence, by name."""
        ...

    def scrub(self) -> Iterator[str]:
        """Read everything back, hash it again, and name what is damaged, one line each.

        Raises nothing for damage: a store of which half is lost still tells which half.
        """
        ...

    def close(self) -> None:
        """Let go of the files; harmless when repeated."""
        ...
