"""A disk that is full or fails: refused without a trace, or unknown and then closed."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING

import apsw
import pytest

from tieline.errors import StoreError, StoreFullError
from tieline.replication.changes import AppendEntry, PutBlob, PutCheckpoint, PutLocal
from tieline.store import SqliteStore, open_store, writing
from tieline.store import sqlite as sqlite_module
from tieline.store.opening import DATABASE_NAME
from tieline.testing.powerloss import Disk, Kind, Operation, recording, write_image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tieline.replication.changes import Change
    from tieline.testing.powerloss import Recorder

LOG = "lines.example/5d2f/north-1"
HELD = 3
"""Commits before the fault."""


def batch(number: int) -> list[Change]:
    data = Random(number).randbytes(9_000)
    return [
        AppendEntry(origin=LOG, index=number, leaf=b"entry %d" % number),
        PutBlob(digest=sha256(data).digest(), data=data),
        PutCheckpoint(origin=LOG, size=number + 1, note=b"head %d\n" % (number + 1)),
        PutLocal(key="last", value=b"%d" % number),
    ]


def sizes_after_a_crash(recorder: Recorder, folder: Path, *, cuts: int) -> set[int]:
    """Crash now, the process alone once and the power many times; how much is there after."""
    disk = Disk({DATABASE_NAME: b""})
    for operation in recorder.operations:
        disk.apply(operation)
    images = [disk.whole(), *(disk.cut(Random(seed)) for seed in range(cuts))]
    found = set()
    for image in images:
        write_image(image, folder)
        store = open_store(folder)
        size = store.size(LOG)
        assert [b"entry %d" % n for n in range(size)] == list(store.leaves(LOG, 0, size))
        assert store.local("last") == b"%d" % (size - 1)
        assert list(store.scrub()) == []
        store.close()
        found.add(size)
    return found


class Failing:
    """Lets some operations of a kind pass and fails the next one."""

    def __init__(self, kind: Kind, after: int, error: type[apsw.Error], file: str = "") -> None:
        self.kind, self.left, self.error, self.file = kind, after, error, file
        self.fired = False

    def __call__(self, operation: Operation) -> None:
        if operation.kind is not self.kind or not operation.file.endswith(self.file):
            return
        if self.left == 0 and not self.fired:
            self.fired = True
            raise self.error("planted")
        self.left -= 1


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[SqliteStore, Recorder]]:
    with recording() as recorder:
        store = open_store(tmp_path / "home", create=True, vfs=recorder.name)
        for number in range(HELD):
            store.commit(batch(number))
        yield store, recorder
        recorder.fault = None
        store.close()


def writes_of_one_commit(store: SqliteStore, recorder: Recorder, number: int) -> int:
    before = len(recorder.operations)
    store.commit(batch(number))
    return sum(op.kind is Kind.WRITE for op in recorder.operations[before:])


def test_a_full_disk_is_a_clean_refusal_at_every_write(
    running: tuple[SqliteStore, Recorder], tmp_path: Path
) -> None:
    store, recorder = running
    writes = writes_of_one_commit(store, recorder, HELD)
    assert writes > 10
    held = HELD + 1
    for after in range(writes):
        fault = recorder.fault = Failing(Kind.WRITE, after, apsw.FullError)
        try:
            store.commit(batch(held))
        except StoreFullError:
            assert fault.fired
        else:
            # This commit needed fewer writes than the one that was counted.
            assert not fault.fired
            held += 1
            continue
        recorder.fault = None
        assert not store.broken
        assert store.size(LOG) == held
        assert sizes_after_a_crash(recorder, tmp_path / "image", cuts=3) == {held}
    recorder.fault = None
    store.commit(batch(held))
    assert store.size(LOG) == held + 1


def test_a_full_disk_leaves_reading_and_smaller_commits(
    running: tuple[SqliteStore, Recorder],
) -> None:
    store, recorder = running
    recorder.fault = Failing(Kind.WRITE, 5, apsw.FullError)
    with pytest.raises(StoreFullError):
        store.commit(batch(HELD))
    assert store.leaf(LOG, HELD - 1) == b"entry %d" % (HELD - 1)
    store.commit([PutLocal(key="alarm", value=b"on")])
    assert store.local("alarm") == b"on"


def test_a_failed_sync_leaves_the_outcome_unknown_and_the_store_closed_to_writing(
    running: tuple[SqliteStore, Recorder], tmp_path: Path
) -> None:
    store, recorder = running
    recorder.fault = Failing(Kind.SYNC, 0, apsw.IOError)

    with pytest.raises(StoreError, match="IOError") as failed:
        store.commit(batch(HELD))

    assert not isinstance(failed.value, StoreFullError)
    assert store.broken
    assert store.leaf(LOG, 0) == b"entry 0"
    with pytest.raises(StoreError, match="opened again"):
        store.commit([PutLocal(key="last", value=b"anything")])
    # The reason for all this: what was reported as failed can be there, or not be there.
    assert sizes_after_a_crash(recorder, tmp_path / "image", cuts=40) == {HELD, HELD + 1}


def test_after_opening_again_the_store_goes_on_from_what_it_finds(
    running: tuple[SqliteStore, Recorder], tmp_path: Path
) -> None:
    store, recorder = running
    recorder.fault = Failing(Kind.SYNC, 0, apsw.IOError)
    with pytest.raises(StoreError):
        store.commit(batch(HELD))
    recorder.fault = None
    store.close()

    again = open_store(tmp_path / "home", vfs=recorder.name)
    size = again.size(LOG)
    assert size in (HELD, HELD + 1)
    assert not again.broken
    again.commit(batch(size))
    again.close()

    final = open_store(tmp_path / "home")
    assert final.size(LOG) == size + 1
    assert list(final.scrub()) == []
    final.close()


def test_a_failed_write_leaves_the_outcome_unknown_wherever_it_happens(tmp_path: Path) -> None:
    for after in range(0, 12, 3):
        with recording() as recorder:
            store = open_store(tmp_path / f"home{after}", create=True, vfs=recorder.name)
            for number in range(HELD):
                store.commit(batch(number))
            recorder.fault = Failing(Kind.WRITE, after, apsw.IOError)
            with pytest.raises(StoreError):
                store.commit(batch(HELD))
            recorder.fault = None
            assert store.broken
            found = sizes_after_a_crash(recorder, tmp_path / "image", cuts=5)
            assert found <= {HELD, HELD + 1}
            store.close()


@pytest.mark.parametrize("kind", [Kind.WRITE, Kind.SYNC])
def test_an_error_while_folding_the_wal_does_not_undo_the_commit_but_stops_the_next(
    running: tuple[SqliteStore, Recorder],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
) -> None:
    store, recorder = running
    monkeypatch.setattr(sqlite_module, "WAL_PAGES", 1)
    fault = recorder.fault = Failing(kind, 0, apsw.IOError, file=DATABASE_NAME)

    store.commit(batch(HELD))

    assert fault.fired
    assert store.broken
    with pytest.raises(StoreError, match="opened again"):
        store.commit(batch(HELD + 1))
    assert sizes_after_a_crash(recorder, tmp_path / "image", cuts=20) == {HELD + 1}


def test_a_disk_full_while_folding_the_wal_stops_nothing(
    running: tuple[SqliteStore, Recorder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, recorder = running
    monkeypatch.setattr(sqlite_module, "WAL_PAGES", 1)
    recorder.fault = Failing(Kind.WRITE, 0, apsw.FullError, file=DATABASE_NAME)
    store.commit(batch(HELD))
    store.commit(batch(HELD + 1))
    assert not store.broken
    assert sizes_after_a_crash(recorder, tmp_path / "image", cuts=20) == {HELD + 2}


def test_an_interruption_inside_a_commit_leaves_the_store_closed_to_writing(
    running: tuple[SqliteStore, Recorder], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = running

    def interrupt(_connection: apsw.Connection, _change: Change) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(writing, "apply", interrupt)
        with pytest.raises(KeyboardInterrupt):
            store.commit(batch(HELD))
    assert store.broken


def test_a_limit_on_file_size_leaves_every_acknowledged_entry(tmp_path: Path) -> None:
    script = """
import resource, sys
from pathlib import Path
from tieline.errors import StoreError
from tieline.replication.changes import AppendEntry
from tieline.store import open_store
store = open_store(Path(sys.argv[1]), create=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
done = 0
try:
    while done < 10_000:
        store.commit([AppendEntry(origin="a.b/c", index=done, leaf=bytes(2_000))])
        done += 1
except StoreError:
    print(done, store.size("a.b/c"))
"""
    done, size = _run(script, tmp_path / "home")
    store = open_store(tmp_path / "home")
    assert store.size("a.b/c") >= int(done) > 10
    assert int(size) == int(done)
    assert list(store.scrub()) == []
    store.close()


def fill(store: SqliteStore) -> int:
    """Append until the disk is full; how many entries went in."""
    for done in range(10_000):
        try:
            store.commit([AppendEntry(origin=LOG, index=done, leaf=bytes(2_000))])
        except StoreFullError:
            return done
    pytest.fail("the disk never filled")


def test_a_disk_that_is_really_full_is_a_clean_refusal(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"no small disk to fill here: {error}")
    if mounted.returncode:
        pytest.skip(f"no small disk to fill here: {mounted.stderr.strip()}")
    try:
        store = open_store(disk / "home", create=True)
        done = fill(store)
        assert not store.broken
        assert store.size(LOG) == done > 10
        assert len(list(store.leaves(LOG, 0, done))) == done
        store.close()
        again = open_store(disk / "home")
        assert again.size(LOG) == done
        assert list(again.scrub()) == []
        again.close()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_folder_that_cannot_be_synced_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # SQLite goes on when a directory cannot be synced; a name could then vanish.
    def fail(_handle: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreError, match="Input/output error"):
        open_store(tmp_path / "home", create=True)


def _run(script: str, folder: Path) -> list[str]:
    command = [sys.executable, "-c", script, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
