"""The store in memory: snapshots for restores, and a hook where a simulated disk fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tieline.errors import StoreError, StoreFullError
from tieline.replication.changes import AppendEntry, PutLocal, PutReceipt
from tieline.store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tieline.replication.changes import Change
    from tieline.store.memory import Moment

LOG = "lines.example/5d2f/north-1"


def entry(index: int) -> AppendEntry:
    return AppendEntry(origin=LOG, index=index, leaf=b"%d" % index)


def receipt(time_s: int) -> PutReceipt:
    return PutReceipt(origin=LOG, size=1, cosigner="m.example/1", time_s=time_s, note=b"r")


def test_a_snapshot_does_not_move_with_the_store_nor_the_store_with_it() -> None:
    store = MemoryStore()
    store.commit([entry(0), receipt(5), PutLocal(key="a", value=b"old")])
    snapshot = store.snapshot()
    store.commit([entry(1), receipt(6), PutLocal(key="a", value=b"new")])

    store.restore(snapshot)
    assert (store.size(LOG), store.local("a")) == (1, b"old")
    assert [r.time_s for r in store.receipts(LOG)] == [5]
    store.commit([entry(1), receipt(7)])
    store.restore(snapshot)
    assert store.size(LOG) == 1
    assert [r.time_s for r in store.receipts(LOG)] == [5]


def test_two_stores_of_one_snapshot_part_ways() -> None:
    store, clone = MemoryStore(), MemoryStore()
    store.commit([entry(0)])
    clone.restore(store.snapshot())
    clone.commit([entry(1)])
    assert (store.size(LOG), clone.size(LOG)) == (1, 2)


class Hook:
    def __init__(self, moment: Moment, error: BaseException) -> None:
        self.moment, self.error = moment, error
        self.seen: list[tuple[Moment, int]] = []

    def __call__(self, moment: Moment, changes: Sequence[Change]) -> None:
        self.seen.append((moment, len(changes)))
        if moment == self.moment:
            raise self.error


def test_a_full_disk_before_the_commit_is_a_clean_refusal() -> None:
    store = MemoryStore(on_commit=Hook("before", StoreFullError("full")))
    with pytest.raises(StoreFullError):
        store.commit([entry(0)])
    assert not store.broken
    store.on_commit = None
    store.commit([entry(0)])
    assert store.size(LOG) == 1


@pytest.mark.parametrize(("moment", "size"), [("before", 0), ("after", 1)])
def test_any_other_failure_breaks_the_store_with_the_batch_absent_or_present(
    moment: Moment, size: int
) -> None:
    store = MemoryStore(on_commit=Hook(moment, StoreError("no sync")))
    with pytest.raises(StoreError, match="no sync"):
        store.commit([entry(0)])
    assert store.broken
    assert store.size(LOG) == size
    store.on_commit = None
    with pytest.raises(StoreError, match="opened again"):
        store.commit([entry(size)])

    store.restore(store.snapshot())

    store.commit([entry(size)])
    assert store.size(LOG) == size + 1


def test_the_hook_is_not_asked_about_a_batch_that_is_refused() -> None:
    hook = Hook("after", StoreError("never"))
    store = MemoryStore(on_commit=hook)
    with pytest.raises(StoreError, match="refused"):
        store.commit([entry(3)])
    assert hook.seen == []
    assert not store.broken
