"""Erasing: no byte of what was erased is left in any file of the store."""

from __future__ import annotations

from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING

import apsw
import pytest

from tieline.replication.changes import EraseBlob, PutBlob, PutLocal, PutPlaintext
from tieline.store import open_readonly, open_store
from tieline.testing.powerloss import power_cuts, recording, write_image

if TYPE_CHECKING:
    from pathlib import Path

NEEDLE_BYTES = 24
SIZES = (300, 5_000, 17_000, 400_000)
"""A row within a page, a page of its own, and overflow pages."""


def traces(folder: Path, data: bytes) -> set[str]:
    """Files in which some piece of the bytes stands."""
    last = len(data) - NEEDLE_BYTES
    pieces = [data[at : at + NEEDLE_BYTES] for at in range(0, last, max(1, last // 100))]
    held = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name for name, found in held.items() if any(piece in found for piece in pieces)}


def put(data: bytes) -> PutBlob:
    return PutBlob(digest=sha256(data).digest(), data=data)


@pytest.mark.parametrize("size", SIZES)
def test_no_byte_of_what_was_erased_is_left_in_any_file(tmp_path: Path, size: int) -> None:
    rng = Random(size)
    data, opened = rng.randbytes(size), rng.randbytes(size)
    others = [rng.randbytes(size) for _ in range(12)]
    store = open_store(tmp_path / "home", create=True)
    store.commit([*map(put, others[:6]), put(data), *map(put, others[6:])])
    store.commit([PutPlaintext(digest=sha256(data).digest(), data=opened)])
    assert traces(tmp_path, data)
    assert traces(tmp_path, opened)

    store.commit([EraseBlob(digest=sha256(data).digest(), by="an entry")])

    assert traces(tmp_path, data) == set()
    assert traces(tmp_path, opened) == set()
    assert all(store.blob(sha256(other).digest()) == other for other in others)
    assert list(store.scrub()) == []
    store.close()


def test_while_another_program_reads_nothing_is_said_to_be_erased(tmp_path: Path) -> None:
    data = Random(1).randbytes(5_000)
    store = open_store(tmp_path / "home", create=True)
    store.commit([put(data)])
    reader = open_readonly(tmp_path / "home")
    reader._connection.execute("BEGIN")
    assert reader.blob(sha256(data).digest()) == data

    store.commit([EraseBlob(digest=sha256(data).digest(), by="an entry")])
    assert store.blob(sha256(data).digest()) is None
    assert store.tombstone(sha256(data).digest()) is None
    assert traces(tmp_path, data) == {"record.sqlite3-wal"}

    reader.close()
    store.commit([PutLocal(key="a", value=b"b")])
    assert store.tombstone(sha256(data).digest()) == "an entry"
    assert traces(tmp_path, data) == set()
    store.close()


def test_a_power_cut_at_any_write_of_an_erasure_leaves_it_undone_or_is_finished_at_the_next_start(
    tmp_path: Path,
) -> None:
    data, other = Random(2).randbytes(40_000), Random(3).randbytes(40_000)
    digest = sha256(data).digest()
    store = open_store(tmp_path / "old", create=True)
    store.commit([put(data), put(other)])
    store.close()
    before = {path.name: path.read_bytes() for path in (tmp_path / "old").iterdir()}
    before = {name: held for name, held in before.items() if not name.endswith(("-shm", ".lock"))}
    with recording() as recorder:
        store = open_store(tmp_path / "old", vfs=recorder.name)
        store.commit([EraseBlob(digest=digest, by="an entry")])
        store.close()
        operations = recorder.operations
    seen = set()
    for _, image in power_cuts(operations, Random(4), images=150, files=before):
        write_image(image, tmp_path / "image")
        store = open_store(tmp_path / "image")
        erased = store.tombstone(digest) is not None
        seen.add(erased)
        assert store.has_blob(digest) is not erased
        assert store.blob(sha256(other).digest()) == other
        assert list(store.scrub()) == []
        store.close()
        if erased:
            assert traces(tmp_path / "image", data) == set()
    assert seen == {True, False}


def test_the_scrub_names_bytes_that_should_have_been_erased(tmp_path: Path) -> None:
    data = Random(5).randbytes(500)
    digest = sha256(data).digest()
    store = open_store(tmp_path / "home", create=True)
    store.commit([put(data), EraseBlob(digest=digest, by="an entry")])
    store.close()
    connection = apsw.Connection(str(tmp_path / "home" / "record.sqlite3"))
    connection.execute("UPDATE blob SET data = ?", (data,))
    connection.close()
    store = open_store(tmp_path / "home")
    found = f"blob {digest.hex().upper()}: it was erased, and bytes of it are here"
    assert list(store.scrub()) == [found]
    store.close()
