"""The SQLite store: sound builds only, one owner, old files brought forward, damage found."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING

import apsw
import pytest

from tieline.errors import DamagedStoreError, StoreError, StoreLockedError
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
from tieline.store.opening import DATABASE_NAME, check_sqlite
from tieline.testing.powerloss import power_cuts, recording, write_image

if TYPE_CHECKING:
    from collections.abc import Callable
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
        list(store.leaves(LOG, 0, 100)),
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
        store = open_store(folder, create=True)
        store.commit([AppendEntry(origin=LOG, index=0, leaf=b"from long ago")])
        store.close()


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


def test_what_is_no_database_is_damage(home: Path) -> None:
    for path in home.iterdir():
        path.write_bytes(b"x" * 8192)
    with pytest.raises(DamagedStoreError):
        open_store(home)


DAMAGES: list[tuple[str, Callable[[SqliteStore], object], str]] = [
    ("UPDATE entry SET leaf = x'00' WHERE idx = 7", lambda s: s.leaf(LOG, 7), f"entry {LOG} 7"),
    (
        "UPDATE blob SET data = x'00'",
        lambda s: s.blob(DIGEST),
        f"blob {DIGEST.hex().upper()}",
    ),
    (
        "UPDATE plaintext SET data = x'00'",
        lambda s: s.plaintext(DIGEST),
        f"plaintext {DIGEST.hex().upper()}",
    ),
    ("UPDATE checkpoint SET note = x'00'", lambda s: s.checkpoint(LOG), f"checkpoint {LOG} 20"),
    (
        "UPDATE checkpoint SET note = substr(note, 1, 12)",
        lambda s: s.checkpoint_at(LOG, 20),
        f"checkpoint {LOG} 20",
    ),
    (
        "UPDATE receipt SET sum = zeroblob(32)",
        lambda s: s.receipts(LOG),
        f"receipt {LOG} 20 by m.example/1",
    ),
    ("UPDATE local SET value = x'00'", lambda s: s.local("draft"), "local value draft"),
    ("UPDATE evidence SET data = x'00'", lambda s: s.evidence(), "evidence fork"),
]


@pytest.mark.parametrize(
    ("damage", "read", "named"),
    DAMAGES,
    ids=[f"{n} {d[2].split()[0]}" for n, d in enumerate(DAMAGES)],
)
def test_a_changed_row_is_never_handed_out_and_the_scrub_names_it(
    home: Path, damage: str, read: Callable[[SqliteStore], object], named: str
) -> None:
    raw(home, damage)
    store = open_store(home)
    with pytest.raises(DamagedStoreError):
        read(store)
    assert list(store.scrub()) == [f"{named}: its bytes do not match their hash"]
    store.close()


def test_a_missing_entry_is_named_by_the_scrub(home: Path) -> None:
    raw(home, "DELETE FROM entry WHERE idx = 5")
    store = open_store(home)
    assert list(store.scrub()) == [f"log {LOG}: 19 entries where the last one is number 19"]
    store.close()


def test_a_damaged_blob_or_piece_of_evidence_is_healed_by_putting_it_again(home: Path) -> None:
    raw(home, "UPDATE blob SET data = x'00'", "UPDATE evidence SET data = x'00'")
    store = open_store(home)
    store.commit([PutBlob(digest=DIGEST, data=BLOB), PutEvidence(name="fork", data=b"two heads")])
    assert store.blob(DIGEST) == BLOB
    assert store.evidence() == [("fork", b"two heads")]
    assert list(store.scrub()) == []
    store.close()


def test_a_flipped_bit_anywhere_is_noticed_or_harmless(home: Path, tmp_path: Path) -> None:
    sound = open_store(home)
    random = Random(11)
    for number in range(20, 120):
        entry = AppendEntry(origin=LOG, index=number, leaf=random.randbytes(400))
        sound.commit([entry, PutLocal(key=f"clock/{number}", value=b"armed")])
    expected = dump(sound)
    sound._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    sound.close()
    data = (home / DATABASE_NAME).read_bytes()
    noticed = 0
    for _ in range(300):
        flipped = bytearray(data)
        flipped[random.randrange(len(data))] ^= 1 << random.randrange(8)
        write_image({DATABASE_NAME: bytes(flipped)}, tmp_path / "image")
        try:
            store = open_store(tmp_path / "image")
        except StoreError:
            noticed += 1
            continue
        if list(store.scrub()):
            noticed += 1
        else:
            assert dump(store) == expected
        store.close()
    print(f"300 flips: {noticed} noticed, the others changed nothing that is read")
    assert noticed > 100


def test_a_scrub_does_not_keep_the_writer_waiting(home: Path) -> None:
    raw(home, "UPDATE entry SET leaf = x'00' WHERE idx IN (3, 7)")
    store = open_store(home)
    scrub = store.scrub()
    assert next(scrub).startswith(f"entry {LOG} 3:")
    store.commit([PutLocal(key="a", value=b"b")])
    assert next(scrub).startswith(f"entry {LOG} 7:")
    assert next(scrub, None) is None
    store.close()


def test_a_scrub_of_torn_pages_tells_what_it_can_still_read(home: Path) -> None:
    store = open_store(home)
    store._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    (root,) = raw(home, "SELECT rootpage FROM sqlite_schema WHERE name = 'entry'")[0]
    store.close()
    assert isinstance(root, int)
    with (home / DATABASE_NAME).open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(bytes(512))
    store = open_store(home)
    with pytest.raises(DamagedStoreError):
        list(store.leaves(LOG, 0, 20))
    lines = list(store.scrub())
    assert any(line.startswith("database: ") for line in lines)
    assert any(line.startswith("entry: cannot be read after row -1") for line in lines)
    assert store.blob(DIGEST) == BLOB
    store.close()
