"""A home on a real disk, changed by hand behind the program's back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw
import pytest

from tieline.evidence.audit import audit_reader
from tieline.evidence.report import Report, Side
from tieline.replication.changes import (
    AppendEntry,
    Change,
    PutBlob,
    PutCheckpoint,
    PutPlaintext,
    PutReceipt,
)
from tieline.store import open_store

CHANGED = {
    "leaf": ("UPDATE entry SET leaf = ? WHERE rowid = 4", "SELECT leaf FROM entry WHERE rowid = 4"),
    "blob": ("UPDATE blob SET data = ? WHERE rowid = 3", "SELECT data FROM blob WHERE rowid = 3"),
    "plaintext": (
        "UPDATE plaintext SET data = ? WHERE rowid = 2",
        "SELECT data FROM plaintext WHERE rowid = 2",
    ),
    "receipt": (
        "UPDATE receipt SET note = ? WHERE rowid = 1",
        "SELECT note FROM receipt WHERE rowid = 1",
    ),
}


@pytest.fixture
def home(small_line: Any, tmp_path: Path) -> Path:
    """Alpha's record, written to a disk."""
    held = small_line.desks["alpha"].store.snapshot()
    changes: list[Change] = [PutBlob(digest=d, data=b) for d, b in held.blobs.items()]
    changes += [PutPlaintext(digest=d, data=b) for d, b in held.plaintexts.items()]
    for origin, log in held.logs.items():
        changes += [
            AppendEntry(origin=origin, index=i, leaf=leaf) for i, leaf in enumerate(log.leaves)
        ]
        for size, note in log.checkpoints.items():
            changes.append(PutCheckpoint(origin=origin, size=size, note=note))
        for one in small_line.desks["alpha"].store.receipts(origin):
            changes.append(PutReceipt(origin=origin, **one._asdict()))
    store = open_store(tmp_path / "home", create=True)
    store.commit(changes)
    store.close()
    return tmp_path / "home"


def verified(home: Path, small_line: Any) -> Report:
    store = open_store(home)
    try:
        desk = small_line.desks["alpha"]
        return audit_reader(store, small_line.line, small_line.parties, open_blob=desk.open_blob)
    finally:
        store.close()


def test_a_home_on_disk_is_sound(home: Path, small_line: Any) -> None:
    assert verified(home, small_line).verdict == "sound"


@pytest.mark.parametrize("what", ["leaf", "blob", "receipt"])
def test_a_row_changed_by_hand_is_named(home: Path, small_line: Any, what: str) -> None:
    update, select = CHANGED[what]
    connection = apsw.Connection(str(home / "record.sqlite3"))
    ((data,),) = connection.execute(select)
    connection.execute(update, (bytes([data[0] ^ 1]) + data[1:],))
    connection.close()

    report = verified(home, small_line)

    assert report.verdict == "wrong"
    assert report.first is not None
    assert report.first.side is Side.HERE
    assert report.first.party in small_line.parties


def test_a_changed_plaintext_is_read_again_out_of_its_blob(home: Path, small_line: Any) -> None:
    """With the key at hand nothing is lost; that the disk changed it is said all the same."""
    update, select = CHANGED["plaintext"]
    connection = apsw.Connection(str(home / "record.sqlite3"))
    ((data,),) = connection.execute(select)
    connection.execute(update, (data + b" ",))
    connection.close()

    report = verified(home, small_line)

    assert report.counts["plaintexts"] == report.counts["entries"] - 2
    assert report.first is not None
    assert "the plaintext of blob" in report.first.what
