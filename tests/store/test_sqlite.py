"""The SQLite store: sound builds only, one owner, old files brought forward, damage found."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING

import apsw
import pytest

from tieline.errors import StoreError, StoreLockedError
from tieline.replication.changes import (
    AppendEntry,
    PutBlob,
    PutCheckpoint,
    PutEvidence,
    PutLocal,
    PutPlaintext,
    PutReceipt,
)
from tieline.store import open_readonly, open_store, opening, schema
from tieline.store import sqlite as sqlite_module
from tieline.store.batch import leaf_sum
from tieline.store.opening import DATABASE_NAME, check_sqlite, connect, prepare_folder
from tieline.testing.powerloss import power_cuts, recording, write_image

if TYPE_CHECKING:
    from pathlib import Path

    from tieline.replication.changes import Change
    from tieline.store import SqliteStore

LOG = "lines.example/5d2f/north-1"
BLOB = b"sealed" * 50
DIGEST = sha256(BLOB).digest()


def everything() -> list[Change]:
    return [
        *(AppendEntry(origin=LOG, index=n, leaf=b"entry %d" % n) for n in range(20)),
        PutBlob(digest=DIGEST, data=BLOB),
        PutPlaintext(digest=DIGEST, data=b"opened"),
        PutCheckpoint(origin=LOG, size=20, note=b"head 20\n"),
        PutReceipt(origin=LOG, size=20, cosigner="m.example/1", time_s=5, note=b"receipt\n"),
        PutLocal(key="draft", value=b"words"),
        PutEvidence(name="fork", data=b"two heads"),
    ]


def dump(store: SqliteStore) -> tuple[object, ...]:
    return (
        store.origins(),
        list(store.leaves(LOG, 0, 10_000)),
        store.blob(DIGEST),
        store.plaintext(DIGEST),
        store.checkpoint(LOG),
        store.receipts(LOG),
        store.locals(""),
        store.evidence(),
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    store = open_store(tmp_path / "home", create=True)
    store.commit(everything())
    store.close()
    return tmp_path / "home"


def raw(home: Path, *statements: str) -> list[tuple[apsw.SQLiteValue, ...]]:
    """Go behind the store's back."""
    connection = apsw.Connection(str(home / DATABASE_NAME))
    rows = [row for statement in statements for row in connection.execute(statement)]
    connection.close()
    return rows


@pytest.mark.parametrize(
    "version", ["3.7.0", "3.40.1", "3.44.5", "3.45.0", "3.50.6", "3.51.0", "3.51.2"]
)
def test_a_sqlite_that_can_corrupt_its_log_is_refused(version: str) -> None:
    with pytest.raises(StoreError, match=f"SQLite {version} can corrupt"):
        check_sqlite(version)


@pytest.mark.parametrize("version", ["3.44.6", "3.50.7", "3.51.3", "3.54.1", "4.0.0"])
def test_a_sound_sqlite_is_accepted(version: str) -> None:
    check_sqlite(version)


def test_the_sqlite_in_use_is_asked_at_every_opening(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.40.1")
    with pytest.raises(StoreError, match=r"3\.40\.1"):
        open_store(home)
    with pytest.raises(StoreError, match=r"3\.40\.1"):
        open_readonly(home)


@pytest.mark.parametrize("row", range(len(opening.SETTINGS)))
def test_a_setting_that_does_not_take_is_noticed(
    home: Path, monkeypatch: pytest.MonkeyPatch, row: int
) -> None:
    settings = list(opening.SETTINGS)
    name, value, _ = settings[row]
    settings[row] = (name, value, "something else")
    monkeypatch.setattr(opening, "SETTINGS", tuple(settings))
    with pytest.raises(StoreError, match=f"setting {name} is"):
        open_store(home)
    monkeypatch.undo()
    open_store(home).close()  # the refusal let go of the lock


def test_commits_are_synced_and_the_log_of_writes_is_kept(home: Path) -> None:
    settings = {name: expected for name, _, expected in opening.SETTINGS}
    assert settings["journal_mode"] == "wal"
    assert settings["synchronous"] == 2
    assert (home / f"{DATABASE_NAME}-wal").exists()


def test_an_absent_store_is_not_quietly_replaced_by_an_empty_one(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(StoreError, match="no store in") as refused:
            open_store(path)
        assert "recover from a peer" in refused.value.advice
        with pytest.raises(StoreError, match="no store in"):
            open_readonly(path)
    assert list(tmp_path.iterdir()) == []


def test_creating_where_a_store_is_opens_that_one(home: Path) -> None:
    store = open_store(home, create=True)
    assert store.size(LOG) == 20
    store.close()


def test_files_are_readable_by_their_owner_only(home: Path) -> None:
    assert home.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in home.iterdir()} == {0o600}


def test_a_second_process_is_told_who_holds_the_home(home: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from tieline.errors import StoreLockedError; from tieline.store import open_store\n"
        "try:\n    open_store(Path(sys.argv[1]))\n"
        "except StoreLockedError as error:\n    print(error)\n"
        "else:\n    print('opened')\n"
    )
    command = [sys.executable, "-c", script, str(home)]

    def second() -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    store = open_store(home)
    assert f"in use by process {os.getpid()}" in second()
    store.close()
    assert second() == "opened\n"


def test_the_same_process_cannot_open_a_home_twice_either(home: Path) -> None:
    store = open_store(home)
    with pytest.raises(StoreLockedError):
        open_store(home)
    store.close()


def test_a_foreign_program_that_writes_is_a_clean_refusal(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = tuple(
        ("busy_timeout", "10", 10) if row[0] == "busy_timeout" else row for row in opening.SETTINGS
    )
    monkeypatch.setattr(opening, "SETTINGS", quick)
    store = open_store(home)
    foreign = apsw.Connection(str(home / DATABASE_NAME))
    foreign.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreLockedError, match="another program is writing"):
        store.commit([PutLocal(key="a", value=b"b")])
    assert not store.broken
    foreign.execute("ROLLBACK")
    foreign.close()
    store.commit([PutLocal(key="a", value=b"b")])
    store.close()


def test_a_reader_follows_a_writer_and_cannot_write(home: Path) -> None:
    writer = open_store(home)
    reader = open_readonly(home)
    assert dump(reader) == dump(writer)
    writer.commit([AppendEntry(origin=LOG, index=20, leaf=b"entry 20")])
    assert reader.leaf(LOG, 20) == b"entry 20"
    with pytest.raises(StoreError, match="reading only"):
        reader.commit([PutLocal(key="a", value=b"b")])
    writer.close()
    assert reader.size(LOG) == 21
    assert list(reader.scrub()) == []
    reader.close()


def test_a_store_of_each_past_version_is_brought_forward_with_all_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in range(1, len(schema.MIGRATIONS)):
        folder = tmp_path / str(version)
        old_store(folder, version, monkeypatch)
        with pytest.raises(StoreError, match=f"has version {version}"):
            open_readonly(folder)
        store = open_store(folder)
        assert store.leaf(LOG, 0) == b"from long ago"
        store.commit([PutLocal(key="new", value=b"value"), PutEvidence(name="e", data=b"f")])
        assert list(store.scrub()) == []
        store.close()
        assert raw(folder, "PRAGMA user_version") == [(len(schema.MIGRATIONS),)]


def old_store(folder: Path, version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as past:
        past.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:version])
        prepare_folder(folder)
        connection = connect(folder / DATABASE_NAME, readonly=False, vfs=None)
        schema.migrate(connection)
        leaf = b"from long ago"
        connection.execute("INSERT INTO log (origin) VALUES (?)", (LOG,))
        connection.execute("INSERT INTO entry VALUES (1, 0, ?, ?)", (leaf, leaf_sum(leaf)))
        connection.close()


def test_a_power_cut_at_any_write_of_a_migration_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_store(tmp_path / "old", 1, monkeypatch)
    before = {path.name: path.read_bytes() for path in (tmp_path / "old").iterdir()}
    before = {name: data for name, data in before.items() if not name.endswith(("-shm", ".lock"))}
    with recording() as recorder:
        open_store(tmp_path / "old", vfs=recorder.name).close()
        operations = recorder.operations
    assert len(operations) > 10
    for _, image in power_cuts(operations, Random(3), images=100, files=before):
        write_image(image, tmp_path / "image")
        store = open_store(tmp_path / "image")
        assert store.leaf(LOG, 0) == b"from long ago"
        assert list(store.scrub()) == []
        store.close()


def test_a_store_of_a_newer_program_is_left_alone(home: Path) -> None:
    raw(home, "PRAGMA user_version = 99")
    before = (home / DATABASE_NAME).read_bytes()
    for attempt in (open_store, open_readonly):
        with pytest.raises(StoreError, match="version 99") as refused:
            attempt(home)
        assert "newer one" in refused.value.advice
    assert (home / DATABASE_NAME).read_bytes() == before


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    raw(tmp_path, "CREATE TABLE mine (a)")
    with pytest.raises(StoreError, match="not made by Tieline"):
        open_store(tmp_path, create=True)
    assert raw(tmp_path, "SELECT name FROM sqlite_schema") == [("mine",)]


def test_a_backup_of_a_store_in_use_restores_to_all_that_was_committed(
    home: Path, tmp_path: Path
) -> None:
    store = open_store(home)
    store.commit([AppendEntry(origin=LOG, index=20, leaf=b"entry 20")])
    store.backup(tmp_path / "backup")
    expected = dump(store)
    store.commit([AppendEntry(origin=LOG, index=21, leaf=b"entry 21")])
    with pytest.raises(StoreError, match="File exists"):
        store.backup(tmp_path / "backup")
    store.close()
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600

    (tmp_path / "restored").mkdir()
    (tmp_path / "backup").rename(tmp_path / "restored" / DATABASE_NAME)
    restored = open_store(tmp_path / "restored")
    assert dump(restored) == expected
    assert list(restored.scrub()) == []
    restored.commit([AppendEntry(origin=LOG, index=21, leaf=b"entry 21")])
    restored.close()


def test_a_backup_that_fails_leaves_nothing_behind(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(home)
    with pytest.raises(StoreError):
        store.backup(tmp_path / "nowhere" / "backup")

    def fail(_path: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(sqlite_module, "sync_file", fail)
    with pytest.raises(StoreError, match="Input/output error"):
        store.backup(tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
    store.close()


def test_several_threads_may_use_one_store(home: Path) -> None:
    store = open_store(home)

    def work(name: int) -> int:
        for number in range(40):
            store.commit([PutLocal(key=f"thread {name}/{number}", value=b"v")])
            assert len(store.locals(f"thread {name}/")) == number + 1
            assert len(list(store.leaves(LOG, 0, 20))) == 20
        return name

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(work, range(4))) == [0, 1, 2, 3]
    assert len(store.locals("thread ")) == 160
    store.close()
