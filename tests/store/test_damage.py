"""Damage: never handed out, named by the scrub, healed by putting the bytes again."""

from __future__ import annotations

from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING

import apsw
import pytest

from tieline.errors import DamagedStoreError, StoreError
from tieline.replication.changes import (
    AppendEntry,
    PutBlob,
    PutCheckpoint,
    PutEvidence,
    PutLocal,
    PutPlaintext,
    PutReceipt,
)
from tieline.store import open_store, opening
from tieline.store.opening import DATABASE_NAME
from tieline.testing.powerloss import write_image

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
    for number in range(20, 1_000):
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
    assert noticed > 150


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
        file.seek((root - 1) * opening.PAGE_BYTES)
        file.write(bytes(512))
    store = open_store(home)
    with pytest.raises(DamagedStoreError):
        list(store.leaves(LOG, 0, 20))
    lines = list(store.scrub())
    assert any(line.startswith("database: ") for line in lines)
    assert any(line.startswith("entry: cannot be read after row -1") for line in lines)
    assert store.blob(DIGEST) == BLOB
    store.close()
