"""What every store promises, asked of each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tieline.errors import StoreError
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
from tieline.store import (
    CHECKPOINTS_KEPT,
    MemoryStore,
    Store,
    StoredReceipt,
    open_store,
)
from tieline.store.batch import (
    LEAF_BYTES_MAX,
    NAME_CHARS_MAX,
    NOTE_BYTES_MAX,
    leaf_sum,
)

if TYPE_CHECKING:
    from pathlib import Path

NORTH = "lines.example/5d2f/north-1"
SOUTH = "lines.example/5d2f/south-1"
MIRROR = "south.example/mirror-1"
OTHER_MIRROR = "depot.example/mirror-1"

Reopen = Callable[[Store], Store]


def blob(data: bytes) -> PutBlob:
    return PutBlob(digest=sha256(data).digest(), data=data)


def entry(index: int, *, origin: str = NORTH) -> AppendEntry:
    return AppendEntry(origin=origin, index=index, leaf=f"{origin} {index}".encode())


def checkpoint(size: int, *, note: bytes = b"") -> PutCheckpoint:
    return PutCheckpoint(origin=NORTH, size=size, note=note or f"head {size}\n".encode())


def receipt(size: int, time_s: int, *, cosigner: str = MIRROR, note: bytes = b"") -> PutReceipt:
    text = note or f"{cosigner} {size} {time_s}\n".encode()
    return PutReceipt(origin=NORTH, size=size, cosigner=cosigner, time_s=time_s, note=text)


@pytest.fixture(params=["memory", "sqlite"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Reopen]]:
    """A store, and the way to open it again on the same disk."""
    opened: list[Store] = []

    def reopen(store: Store) -> Store:
        if isinstance(store, MemoryStore):
            store.restore(store.snapshot())
            return store
        store.close()
        opened.append(open_store(tmp_path / "home"))
        return opened[-1]

    in_memory = request.param == "memory"
    first: Store = MemoryStore() if in_memory else open_store(tmp_path / "home", create=True)
    opened.append(first)
    yield first, reopen
    for store in opened:
        store.close()


@pytest.fixture
def store(pair: tuple[Store, Reopen]) -> Store:
    return pair[0]


def test_a_new_store_holds_nothing(store: Store) -> None:
    assert store.origins() == []
    assert store.size(NORTH) == 0
    assert store.leaf(NORTH, 0) is None
    assert list(store.leaves(NORTH, 0, 10)) == []
    assert store.blob(bytes(32)) is None
    assert not store.has_blob(bytes(32))
    assert store.plaintext(bytes(32)) is None
    assert store.checkpoint(NORTH) is None
    assert store.checkpoint_at(NORTH, 0) is None
    assert store.receipts(NORTH) == []
    assert store.newest_receipt(NORTH, MIRROR) is None
    assert store.receipt_covering(NORTH, MIRROR, 0) is None
    assert store.local("a") is None
    assert store.locals("") == []
    assert store.evidence() == []
    assert list(store.scrub()) == []
    assert not store.broken


def test_everything_of_a_batch_is_read_back_after_reopening(pair: tuple[Store, Reopen]) -> None:
    store, reopen = pair
    sealed = blob(b"sealed")
    store.commit(
        [
            entry(0),
            entry(1),
            entry(0, origin=SOUTH),
            sealed,
            PutPlaintext(digest=sealed.digest, data=b"open"),
            checkpoint(2),
            receipt(2, 1_700_000_000),
            PutLocal(key="clock/1", value=b"armed"),
            PutEvidence(name="fork", data=b"two heads"),
        ]
    )

    store = reopen(store)

    assert store.origins() == [NORTH, SOUTH]
    assert (store.size(NORTH), store.size(SOUTH)) == (2, 1)
    assert store.leaf(NORTH, 1) == f"{NORTH} 1".encode()
    assert store.blob(sealed.digest) == b"sealed"
    assert store.has_blob(sealed.digest)
    assert store.plaintext(sealed.digest) == b"open"
    assert store.checkpoint(NORTH) == (2, b"head 2\n")
    note = f"{MIRROR} 2 1700000000\n".encode()
    assert store.receipts(NORTH) == [StoredReceipt(2, MIRROR, 1_700_000_000, note)]
    assert store.local("clock/1") == b"armed"
    assert store.evidence() == [("fork", b"two heads")]
    assert list(store.scrub()) == []


@pytest.mark.parametrize("index", [0, 1, 3])
def test_an_entry_at_another_index_than_the_size_is_refused_with_its_batch(
    store: Store, index: int
) -> None:
    store.commit([entry(0), entry(1)])

    with pytest.raises(StoreError, match=f"entry {index} of .* 2 entries"):
        store.commit([PutLocal(key="a", value=b"b"), entry(index)])

    assert not store.broken
    assert store.size(NORTH) == 2
    assert store.local("a") is None
    store.commit([entry(2)])


def test_one_batch_appends_many_entries_in_order_and_no_other(store: Store) -> None:
    store.commit([entry(0), entry(0, origin=SOUTH), entry(1)])
    with pytest.raises(StoreError, match="refused"):
        store.commit([entry(2), entry(2)])
    with pytest.raises(StoreError, match="refused"):
        store.commit([entry(3), entry(2)])
    assert (store.size(NORTH), store.size(SOUTH)) == (2, 1)


def test_a_blob_that_is_not_its_digest_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="blob refused"):
        store.commit([entry(0), PutBlob(digest=bytes(32), data=b"x")])
    assert store.size(NORTH) == 0
    assert not store.broken


@pytest.mark.parametrize(
    "change",
    [
        AppendEntry(origin=NORTH, index=0, leaf=bytes(LEAF_BYTES_MAX + 1)),
        AppendEntry(origin="", index=0, leaf=b""),
        AppendEntry(origin="a\x00b", index=0, leaf=b""),
        AppendEntry(origin="\ud800", index=0, leaf=b""),
        PutBlob(digest=b"short", data=b""),
        PutPlaintext(digest=bytes(33), data=b""),
        PutCheckpoint(origin=NORTH, size=-1, note=b""),
        PutCheckpoint(origin=NORTH, size=2**63, note=b""),
        PutCheckpoint(origin=NORTH, size=1, note=bytes(NOTE_BYTES_MAX + 1)),
        PutReceipt(origin=NORTH, size=1, cosigner=MIRROR, time_s=2**63, note=b""),
        PutReceipt(origin=NORTH, size=1, cosigner="", time_s=1, note=b""),
        PutLocal(key="k" * (NAME_CHARS_MAX + 1), value=b""),
        DropLocal(key=""),
        PutEvidence(name="", data=b""),
    ],
)
def test_what_exceeds_a_limit_is_refused_cleanly(store: Store, change: Change) -> None:
    with pytest.raises(StoreError, match="refused"):
        store.commit([PutLocal(key="a", value=b"b"), change])
    assert not store.broken
    assert store.local("a") is None


def test_the_largest_values_allowed_are_kept(store: Store) -> None:
    leaf = bytes(LEAF_BYTES_MAX)
    note = bytes(NOTE_BYTES_MAX)
    store.commit([AppendEntry(origin=NORTH, index=0, leaf=leaf)])
    store.commit([PutCheckpoint(origin=NORTH, size=2**63 - 1, note=note)])
    assert store.leaf(NORTH, 0) == leaf
    assert store.checkpoint(NORTH) == (2**63 - 1, note)


def test_leaves_come_in_order_and_only_those_held(store: Store) -> None:
    store.commit([entry(index) for index in range(600)])
    expected = [f"{NORTH} {index}".encode() for index in range(600)]
    assert list(store.leaves(NORTH, 0, 600)) == expected
    assert list(store.leaves(NORTH, 255, 514)) == expected[255:514]
    assert list(store.leaves(NORTH, 590, 10_000)) == expected[590:]
    assert list(store.leaves(NORTH, -5, 2)) == expected[:2]
    assert list(store.leaves(NORTH, 5, 5)) == []
    assert store.leaf(NORTH, -1) is None
    assert store.leaf(NORTH, 600) is None


def test_the_first_checkpoint_of_a_size_wins_and_the_largest_is_the_head(store: Store) -> None:
    store.commit([checkpoint(5, note=b"first\n")])
    store.commit([checkpoint(5, note=b"second\n"), checkpoint(3)])
    assert store.checkpoint_at(NORTH, 5) == b"first\n"
    assert store.checkpoint(NORTH) == (5, b"first\n")
    assert store.checkpoint_at(NORTH, 3) == b"head 3\n"
    assert store.checkpoint_at(NORTH, 4) is None


def test_old_checkpoints_go_except_those_that_a_newest_receipt_names(store: Store) -> None:
    store.commit([checkpoint(1), checkpoint(2), checkpoint(3)])
    store.commit([receipt(1, 10), receipt(2, 20), receipt(1, 30, cosigner=OTHER_MIRROR)])
    for size in range(4, CHECKPOINTS_KEPT + 4):
        store.commit([checkpoint(size)])
    kept = [s for s in range(CHECKPOINTS_KEPT + 10) if store.checkpoint_at(NORTH, s) is not None]
    assert kept == [1, 2, *range(4, CHECKPOINTS_KEPT + 4)]

    store.commit([receipt(9, 40), receipt(9, 41, cosigner=OTHER_MIRROR), checkpoint(100)])

    kept = [s for s in range(110) if store.checkpoint_at(NORTH, s) is not None]
    assert kept == [*range(5, CHECKPOINTS_KEPT + 4), 100]


def test_of_one_size_the_earliest_and_the_latest_receipt_stay(store: Store) -> None:
    for time_s in (50, 20, 70, 60, 10, 30):
        store.commit([receipt(4, time_s)])
    store.commit([receipt(4, 10, note=b"another at the same second\n"), receipt(6, 5)])
    store.commit([receipt(4, 55, cosigner=OTHER_MIRROR)])

    held = [(r.size, r.cosigner, r.time_s) for r in store.receipts(NORTH)]

    assert held == [(4, OTHER_MIRROR, 55), (4, MIRROR, 10), (4, MIRROR, 70), (6, MIRROR, 5)]
    assert store.receipts(NORTH)[1].note == f"{MIRROR} 4 10\n".encode()


def test_a_receipt_is_found_by_its_newest_size_and_by_the_entry_that_it_covers(
    store: Store,
) -> None:
    store.commit([receipt(2, 100), receipt(5, 300), receipt(5, 200)])
    store.commit([receipt(9, 400, cosigner=OTHER_MIRROR)])

    newest = store.newest_receipt(NORTH, MIRROR)
    assert newest is not None
    assert (newest.size, newest.time_s) == (5, 300)
    covering = [store.receipt_covering(NORTH, MIRROR, index) for index in (0, 1, 2, 4, 5)]
    assert [r and (r.size, r.time_s) for r in covering] == [
        (2, 100),
        (2, 100),
        (5, 200),
        (5, 200),
        None,
    ]
    assert store.newest_receipt(SOUTH, MIRROR) is None


def test_a_local_value_is_replaced_and_dropped(store: Store) -> None:
    store.commit([PutLocal(key="a", value=b"1")])
    store.commit([PutLocal(key="a", value=b"2"), DropLocal(key="never there")])
    assert store.local("a") == b"2"
    store.commit([DropLocal(key="a")])
    assert store.local("a") is None


def test_local_values_are_found_by_prefix_whatever_characters_it_has(store: Store) -> None:
    keys = ["a", "a%", "a%b", "a*", "a/1", "a/2", "aé", "b", "\U0010ffff", "\U0010ffffz"]
    store.commit([PutLocal(key=key, value=key.encode()) for key in keys])
    assert [key for key, _ in store.locals("a/")] == ["a/1", "a/2"]
    assert [key for key, _ in store.locals("a%")] == ["a%", "a%b"]
    assert [key for key, _ in store.locals("\U0010ffff")] == ["\U0010ffff", "\U0010ffffz"]
    assert store.locals("") == [(key, key.encode()) for key in sorted(keys)]


def test_evidence_is_never_replaced_by_other_bytes(store: Store) -> None:
    store.commit([PutEvidence(name="fork", data=b"two heads")])
    store.commit([PutEvidence(name="fork", data=b"two heads")])

    with pytest.raises(StoreError, match="other bytes"):
        store.commit([PutEvidence(name="fork", data=b"harmless")])
    with pytest.raises(StoreError, match="other bytes"):
        store.commit([PutEvidence(name="x", data=b"1"), PutEvidence(name="x", data=b"2")])

    assert store.evidence() == [("fork", b"two heads")]


def test_an_empty_batch_changes_nothing(store: Store) -> None:
    store.commit([])
    assert store.origins() == []


def test_a_closed_store_refuses_to_commit_and_closes_twice(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError):
        store.commit([entry(0)])


def test_the_hash_kept_beside_a_leaf_is_that_of_rfc_6962() -> None:
    # The worked example of RECORD 1.1 begins with the empty leaf; its hash is SHA-256(0x00).
    assert leaf_sum(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


# -- erasing


def test_what_is_erased_is_gone_and_leaves_a_tombstone_across_a_restart(
    pair: tuple[Store, Reopen],
) -> None:
    store, reopen = pair
    crew, other = blob(b"crew" * 100), blob(b"other" * 100)
    store.commit([crew, PutPlaintext(digest=crew.digest, data=b"names"), other])
    assert store.tombstone(crew.digest) is None
    store.commit([EraseBlob(digest=crew.digest, by="an entry")])
    for again in (lambda: store, lambda: reopen(store)):
        each = again()
        assert each.blob(crew.digest) is None
        assert not each.has_blob(crew.digest)
        assert each.plaintext(crew.digest) is None
        assert each.tombstone(crew.digest) == "an entry"
        assert each.blob(other.digest) == other.data
        assert list(each.scrub()) == []


def test_what_was_never_held_can_be_erased_and_twice(pair: tuple[Store, Reopen]) -> None:
    store, _ = pair
    for by in ("an entry", "another"):
        store.commit([EraseBlob(digest=bytes(32), by=by)])
        assert store.tombstone(bytes(32)) == by
    assert list(store.scrub()) == []


def test_what_is_put_again_after_it_was_erased_is_held_again(pair: tuple[Store, Reopen]) -> None:
    store, _ = pair
    crew = blob(b"crew" * 100)
    store.commit([crew, PutPlaintext(digest=crew.digest, data=b"names")])
    store.commit([EraseBlob(digest=crew.digest, by="an entry")])
    store.commit([crew])
    assert store.blob(crew.digest) == crew.data
    assert store.plaintext(crew.digest) is None
    assert store.tombstone(crew.digest) is None
    assert list(store.scrub()) == []
    store.commit([EraseBlob(digest=crew.digest, by="an entry"), crew])
    assert store.has_blob(crew.digest)
    store.commit([crew, EraseBlob(digest=crew.digest, by="an entry")])
    assert not store.has_blob(crew.digest)


def test_a_refused_batch_erases_nothing(pair: tuple[Store, Reopen]) -> None:
    store, _ = pair
    crew = blob(b"crew" * 100)
    store.commit([crew])
    for bad in (EraseBlob(digest=b"short", by="x"), EraseBlob(digest=bytes(32), by="")):
        with pytest.raises(StoreError):
            store.commit([EraseBlob(digest=crew.digest, by="an entry"), bad])
    assert store.blob(crew.digest) == crew.data
