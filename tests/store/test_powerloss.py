"""Power cuts at every write of a run: what was acknowledged is there, and nothing is torn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING

import pytest

from tieline.errors import StoreError
from tieline.replication.changes import (
    AppendEntry,
    Change,
    PutBlob,
    PutCheckpoint,
    PutLocal,
    PutReceipt,
)
from tieline.store import SqliteStore, open_store, opening
from tieline.store import sqlite as sqlite_module
from tieline.testing.powerloss import (
    SECTOR_BYTES,
    Disk,
    Kind,
    Operation,
    power_cuts,
    recording,
    write_image,
)

if TYPE_CHECKING:
    from pathlib import Path

NORTH = "lines.example/5d2f/north-1"
SOUTH = "lines.example/5d2f/south-1"
COMMITS = 60
IMAGES = 2_000


@cache
def body(number: int) -> bytes:
    return Random(number).randbytes(100 + 37 * number)


def batch(number: int) -> list[Change]:
    """One exchange: an entry on each of two logs, what it seals, a head, a receipt, a clock."""
    size = number + 1
    return [
        AppendEntry(origin=NORTH, index=number, leaf=b"north %d" % number),
        AppendEntry(origin=SOUTH, index=number, leaf=b"south %d" % number),
        PutBlob(digest=sha256(body(number)).digest(), data=body(number)),
        PutCheckpoint(origin=NORTH, size=size, note=b"head %d\n" % size),
        PutReceipt(origin=NORTH, size=size, cosigner="m.example/1", time_s=size, note=b"%d" % size),
        PutLocal(key="clock", value=b"%d" % number),
    ]


def check(store: SqliteStore) -> int:
    """How many batches are there; raise if any of them is there in part."""
    size = store.size(NORTH)
    assert store.size(SOUTH) == size
    assert list(store.leaves(NORTH, 0, size)) == [b"north %d" % n for n in range(size)]
    assert list(store.leaves(SOUTH, 0, size)) == [b"south %d" % n for n in range(size)]
    assert all(store.blob(sha256(body(n)).digest()) == body(n) for n in range(size))
    assert [r.size for r in store.receipts(NORTH)] == list(range(1, size + 1))
    assert store.checkpoint(NORTH) == ((size, b"head %d\n" % size) if size else None)
    assert store.local("clock") == (b"%d" % (size - 1) if size else None)
    assert list(store.scrub()) == []
    return size


def found_in(image: dict[str, bytes], folder: Path, *, create: bool) -> int | None:
    """Start from an image: how many batches are there, or None if it is no store."""
    write_image(image, folder)
    try:
        store = open_store(folder, create=create)
    except StoreError:
        return None
    try:
        return check(store)
    finally:
        store.close()


@dataclass(slots=True)
class Outcome:
    images: int = 0
    lost: int = 0
    damaged: int = 0
    worst: int = 0


def cut_everywhere(folder: Path, *, commits: int, images: int, seed: int = 1) -> Outcome:
    """Record a run, cut its power everywhere, and count what that did."""
    with recording() as recorder:
        store = open_store(folder / "run", create=True, vfs=recorder.name)
        recorder.acknowledge()
        for number in range(commits):
            store.commit(batch(number))
            recorder.acknowledge()
        store.close()
        operations = recorder.operations
    outcome = Outcome()
    # The database is made, empty, and its name synced before SQLite first sees it.
    empty = {opening.DATABASE_NAME: b""}
    cuts = power_cuts(operations, Random(seed), images=images, files=empty)
    for acknowledged, image in cuts:
        outcome.images += 1
        if (size := found_in(image, folder / "image", create=acknowledged == 0)) is None:
            outcome.damaged += 1
        elif (missing := acknowledged - 1 - size) > 0:
            outcome.lost += 1
            outcome.worst = max(outcome.worst, missing)
    return outcome


@pytest.fixture
def small_wal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Move the write-ahead log into the database often, so that cuts fall into that too."""
    monkeypatch.setattr(sqlite_module, "WAL_PAGES", 60)


@pytest.mark.usefixtures("small_wal")
def test_no_power_cut_loses_an_acknowledged_commit_or_leaves_half_of_one(tmp_path: Path) -> None:
    outcome = cut_everywhere(tmp_path, commits=COMMITS, images=IMAGES)
    print(outcome)
    assert outcome.images >= IMAGES
    assert (outcome.lost, outcome.damaged) == (0, 0)


@pytest.mark.usefixtures("small_wal")
def test_the_same_test_finds_a_store_that_syncs_too_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weak = [
        ("synchronous", "NORMAL", 1) if row[0] == "synchronous" else row for row in opening.SETTINGS
    ]
    monkeypatch.setattr(opening, "SETTINGS", tuple(weak))
    outcome = cut_everywhere(tmp_path, commits=20, images=400)
    print(outcome)
    assert outcome.lost > outcome.images // 4
    assert outcome.worst > 1


def test_unsynced_writes_are_kept_lost_or_torn_and_synced_ones_stay() -> None:
    block = bytes((1,)) * (4 * SECTOR_BYTES)
    disk = Disk()
    disk.apply(Operation(kind=Kind.CREATE, file="f"))
    disk.apply(Operation(kind=Kind.WRITE, file="f", offset=0, data=block))
    seen = {tuple(sorted(disk.cut(Random(seed)).items())) for seed in range(200)}
    contents = {dict(image).get("f") for image in seen}
    assert None in contents  # the name itself can be lost
    assert b"" in contents
    assert block in contents
    assert any(data and data != block and len(data) == len(block) for data in contents)

    disk.apply(Operation(kind=Kind.SYNC, file="f"))
    assert {disk.cut(Random(seed))["f"] for seed in range(50)} == {block}


def test_later_writes_can_arrive_before_earlier_ones() -> None:
    disk = Disk({"f": b""})
    for position, letter in enumerate(b"ab"):
        data = bytes((letter,)) * SECTOR_BYTES
        disk.apply(Operation(kind=Kind.WRITE, file="f", offset=position * SECTOR_BYTES, data=data))
    hole = bytes(SECTOR_BYTES) + b"b" * SECTOR_BYTES
    assert hole in {disk.cut(Random(seed))["f"] for seed in range(200)}
    assert disk.whole() == {"f": b"a" * SECTOR_BYTES + b"b" * SECTOR_BYTES}


def test_truncation_and_removal_are_operations_like_others() -> None:
    disk = Disk({"f": b"12345", "g": b"x"})
    disk.apply(Operation(kind=Kind.TRUNCATE, file="f", offset=2))
    disk.apply(Operation(kind=Kind.DELETE, file="g"))
    assert disk.whole() == {"f": b"12"}
    assert {disk.cut(Random(seed))["f"] for seed in range(50)} == {b"12", b"12345"}
