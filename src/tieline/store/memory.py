"""A store in memory: the same promises without a disk, for exercises and simulation.

Its disk is the `MemorySnapshot`: a simulator takes one where a real node would be backed
up, and restores it where a real node would come back with an old disk.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, assert_never

from tieline.errors import StoreError, StoreFullError
from tieline.replication.changes import (
    AppendEntry,
    Change,
    DropLocal,
    EraseBlob,
    PutBlob,
    PutCheckpoint,
    PutEvidence,
    PutLocal,
    PutPlaintext,
    PutReceipt,
)
from tieline.store.batch import check_batch, value_sum
from tieline.store.contract import CHECKPOINTS_KEPT, StoredReceipt

Moment = Literal["before", "after"]
CommitHook = Callable[[Moment, Sequence[Change]], None]
"""Called twice a commit: before anything is applied, and once all of it is."""


@dataclass(slots=True, kw_only=True)
class _Receipts:
    """One cosigner's receipts of one log: for each size the earliest, and the latest if later."""

    sizes: list[int] = field(default_factory=list)
    by_size: dict[int, tuple[StoredReceipt, ...]] = field(default_factory=dict)

    def put(self, receipt: StoredReceipt) -> None:
        held = self.by_size.get(receipt.size, ())
        if not held:
            insort(self.sizes, receipt.size)
        if all(receipt.time_s != other.time_s for other in held):
            times = sorted((*held, receipt), key=lambda other: other.time_s)
            self.by_size[receipt.size] = (times[0], *times[1:][-1:])

    def copy(self) -> _Receipts:
        return _Receipts(sizes=list(self.sizes), by_size=dict(self.by_size))


@dataclass(slots=True, kw_only=True)
class _Log:
    """All that is held of one log; receipts by cosigner."""

    leaves: list[bytes] = field(default_factory=list)
    checkpoints: dict[int, bytes] = field(default_factory=dict)
    receipts: dict[str, _Receipts] = field(default_factory=dict)

    def copy(self) -> _Log:
        return _Log(
            leaves=list(self.leaves),
            checkpoints=dict(self.checkpoints),
            receipts={name: held.copy() for name, held in self.receipts.items()},
        )


@dataclass(slots=True, kw_only=True)
class MemorySnapshot:
    """Everything in a `MemoryStore` at one moment; later commits do not reach it."""

    logs: dict[str, _Log] = field(default_factory=dict)
    blobs: dict[bytes, bytes] = field(default_factory=dict)
    plaintexts: dict[bytes, bytes] = field(default_factory=dict)
    erased: dict[bytes, str] = field(default_factory=dict)
    locals: dict[str, bytes] = field(default_factory=dict)
    evidence: dict[str, bytes] = field(default_factory=dict)

    def copy(self) -> MemorySnapshot:
        """As deep as can change: the values themselves are immutable bytes."""
        return MemorySnapshot(
            logs={origin: log.copy() for origin, log in self.logs.items()},
            blobs=dict(self.blobs),
            plaintexts=dict(self.plaintexts),
            erased=dict(self.erased),
            locals=dict(self.locals),
            evidence=dict(self.evidence),
        )


class MemoryStore:
    """`Store` without a disk. ``commit`` is as durable as the object.

    Args:
        on_commit: what a simulator does around a commit. Raising `StoreFullError` *before*
            is a clean refusal; raising anything else, before or after, leaves the store
            broken with the batch absent or present, as a disk would.
    """

    def __init__(self, *, on_commit: CommitHook | None = None) -> None:
        self.on_commit = on_commit
        self._held = MemorySnapshot()
        self._broken = False
        self._closed = False

    @property
    def broken(self) -> bool:
        """See `Store.broken`."""
        return self._broken

    def snapshot(self) -> MemorySnapshot:
        """A copy of all that is held now."""
        return self._held.copy()

    def restore(self, snapshot: MemorySnapshot) -> None:
        """Hold what the snapshot held, as a store that was just opened on that disk."""
        self._held = snapshot.copy()
        self._broken = self._closed = False

    def commit(self, changes: Sequence[Change]) -> None:
        """See `Store.commit`."""
        if self._closed or self._broken:
            raise StoreError("commit refused: the store must be opened again first")
        check_batch(changes, size_of=self.size, evidence_sum_of=self._evidence_sum)
        try:
            self._hook("before", changes)
        except StoreFullError:
            raise
        except BaseException:
            self._broken = True
            raise
        self._apply_all(changes)
        try:
            self._hook("after", changes)
        except BaseException:
            self._broken = True
            raise

    def _evidence_sum(self, name: str) -> bytes | None:
        held = self._held.evidence.get(name)
        return None if held is None else value_sum(held)

    def _hook(self, moment: Moment, changes: Sequence[Change]) -> None:
        if self.on_commit is not None:
            self.on_commit(moment, changes)

    def _apply_all(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._apply(change)
        for origin in {c.origin for c in changes if isinstance(c, PutCheckpoint)}:
            self._prune(self._held.logs[origin])

    def _apply(self, change: Change) -> None:
        held = self._held
        match change:
            case AppendEntry(origin=origin, leaf=leaf):
                self._log(origin).leaves.append(leaf)
            case PutBlob(digest=digest, data=data):
                held.blobs[digest] = data
                held.erased.pop(digest, None)
            case PutPlaintext(digest=digest, data=data):
                held.plaintexts[digest] = data
            case EraseBlob(digest=digest, by=by):
                held.blobs.pop(digest, None)
                held.plaintexts.pop(digest, None)
                held.erased[digest] = by
            case PutCheckpoint(origin=origin, size=size, note=note):
                self._log(origin).checkpoints.setdefault(size, note)
            case PutReceipt():
                self._put_receipt(change)
            case PutLocal(key=key, value=value):
                held.locals[key] = value
            case DropLocal(key=key):
                held.locals.pop(key, None)
            case PutEvidence(name=name, data=data):
                held.evidence[name] = data
            case _:
                assert_never(change)

    def _log(self, origin: str) -> _Log:
        return self._held.logs.setdefault(origin, _Log())

    def _put_receipt(self, put: PutReceipt) -> None:
        receipt = StoredReceipt(put.size, put.cosigner, put.time_s, put.note)
        self._log(put.origin).receipts.setdefault(put.cosigner, _Receipts()).put(receipt)

    @staticmethod
    def _prune(log: _Log) -> None:
        named = (held.sizes[-1] for held in log.receipts.values())
        keep = {*sorted(log.checkpoints)[-CHECKPOINTS_KEPT:], *named}
        log.checkpoints = {s: note for s, note in log.checkpoints.items() if s in keep}

    def origins(self) -> list[str]:
        """See `Store.origins`."""
        return sorted(self._held.logs)

    def size(self, origin: str) -> int:
        """See `Store.size`."""
        return len(self._seen(origin).leaves)

    def _seen(self, origin: str) -> _Log:
        return self._held.logs.get(origin) or _Log()

    def leaf(self, origin: str, index: int) -> bytes | None:
        """See `Store.leaf`."""
        leaves = self._seen(origin).leaves
        return leaves[index] if 0 <= index < len(leaves) else None

    def leaves(self, origin: str, start: int, end: int) -> Iterator[bytes]:
        """See `Store.leaves`."""
        yield from self._seen(origin).leaves[max(start, 0) : max(end, 0)]

    def blob(self, digest: bytes) -> bytes | None:
        """See `Store.blob`."""
        return self._held.blobs.get(digest)

    def has_blob(self, digest: bytes) -> bool:
        """See `Store.has_blob`."""
        return digest in self._held.blobs

    def plaintext(self, digest: bytes) -> bytes | None:
        """See `Store.plaintext`."""
        return self._held.plaintexts.get(digest)

    def tombstone(self, digest: bytes) -> str | None:
        """See `Store.tombstone`."""
        return self._held.erased.get(digest)

    def checkpoint(self, origin: str) -> tuple[int, bytes] | None:
        """See `Store.checkpoint`."""
        return max(self._seen(origin).checkpoints.items(), default=None)

    def checkpoint_at(self, origin: str, size: int) -> bytes | None:
        """See `Store.checkpoint_at`."""
        return self._seen(origin).checkpoints.get(size)

    def receipts(self, origin: str) -> list[StoredReceipt]:
        """See `Store.receipts`."""
        of_all = self._seen(origin).receipts.values()
        return sorted(r for held in of_all for pair in held.by_size.values() for r in pair)

    def newest_receipt(self, origin: str, cosigner: str) -> StoredReceipt | None:
        """See `Store.newest_receipt`."""
        held = self._seen(origin).receipts.get(cosigner)
        return held.by_size[held.sizes[-1]][-1] if held else None

    def receipt_covering(self, origin: str, cosigner: str, index: int) -> StoredReceipt | None:
        """See `Store.receipt_covering`."""
        held = self._seen(origin).receipts.get(cosigner, _Receipts())
        at = bisect_right(held.sizes, index)
        return held.by_size[held.sizes[at]][0] if at < len(held.sizes) else None

    def local(self, key: str) -> bytes | None:
        """See `Store.local`."""
        return self._held.locals.get(key)

    def locals(self, prefix: str) -> list[tuple[str, bytes]]:
        """See `Store.locals`."""
        return sorted(item for item in self._held.locals.items() if item[0].startswith(prefix))

    def evidence(self) -> list[tuple[str, bytes]]:
        """See `Store.evidence`."""
        return sorted(self._held.evidence.items())

    def scrub(self) -> Iterator[str]:
        """See `Store.scrub`; memory keeps no second hash except a blob's own name."""
        for digest, data in self._held.blobs.items():
            if value_sum(data) != digest:
                yield f"blob {digest.hex()}: its bytes do not match their hash"

    def close(self) -> None:
        """See `Store.close`; a closed store can be restored and goes on."""
        self._closed = True
