"""A store in one SQLite file: write-ahead log, synced at every commit, one writer.

Nothing above this module sees SQLite; nothing in it knows what the bytes mean.
"""

from __future__ import annotations

from contextlib import ExitStack
from threading import RLock
from typing import TYPE_CHECKING

import apsw

from tieline.errors import StoreError, StoreFullError, StoreLockedError
from tieline.replication.changes import Change, EraseBlob, PutCheckpoint
from tieline.store import reading, scrubbing, writing
from tieline.store.batch import check_batch, leaf_sum
from tieline.store.contract import StoredReceipt
from tieline.store.opening import (
    DATABASE_NAME,
    LOCK_NAME,
    FolderLock,
    as_store_errors,
    check_sqlite,
    connect,
    prepare_folder,
    reserve_file,
    sync_file,
    sync_folder,
)
from tieline.store.reading import RECEIPT_ROWS, integer, sound, unpacked
from tieline.store.schema import MIGRATIONS, migrate, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

WAL_PAGES = 256
"""Pages (4 MiB of them) in the write-ahead log before it is moved into the database."""
LEAVES_AT_ONCE = 256


def open_store(folder: Path, *, create: bool = False, vfs: str | None = None) -> SqliteStore:
    """Open the store in a folder for reading and writing, and keep others from writing.

    Args:
        folder: holds the database and its lock, and nothing else.
        create: make both when absent. Off by default: an empty store in place of a lost
            one is a thing to notice, not to paper over.
        vfs: name of a registered SQLite VFS, for tests with faults.

    Raises:
        StoreLockedError: another process holds the folder; it is named.
        DamagedStoreError: the file is no database.
        StoreError: no store here, one of a newer program, or an unsound SQLite.
    """
    check_sqlite(apsw.sqlite_lib_version())
    with as_store_errors(), ExitStack() as undo:
        if create:
            prepare_folder(folder)
        path = _existing(folder)
        lock = FolderLock(folder / LOCK_NAME)
        undo.callback(lock.release)
        connection = connect(path, readonly=False, vfs=vfs)
        undo.callback(connection.close)
        if not create and version_of(connection) == 0:
            raise _no_store(folder)
        migrate(connection)
        # The log of writes was made just now; its name must last like the database's.
        sync_folder(folder)
        store = SqliteStore(connection, path=path, lock=lock, vfs=vfs)
        undo.pop_all()
    return store


def open_readonly(folder: Path, *, vfs: str | None = None) -> SqliteStore:
    """Open the store in a folder for reading, whether or not another process writes to it.

    Raises:
        DamagedStoreError: the file is no database.
        StoreError: no store here, or its version is not this program's.
    """
    check_sqlite(apsw.sqlite_lib_version())
    with as_store_errors(), ExitStack() as undo:
        path = _existing(folder)
        connection = connect(path, readonly=True, vfs=vfs)
        undo.callback(connection.close)
        if (version := version_of(connection)) == 0:
            raise _no_store(folder)
        if version != len(MIGRATIONS):
            raise StoreError(
                f"the database has version {version}, not {len(MIGRATIONS)}",
                advice="Start the node once with this program: it brings the file forward.",
            )
        undo.pop_all()
    return SqliteStore(connection, path=path, lock=None, vfs=vfs)


def _existing(folder: Path) -> Path:
    path = folder / DATABASE_NAME
    if not path.is_file():
        raise _no_store(folder)
    return path


def _no_store(folder: Path) -> StoreError:
    return StoreError(
        f"no store in {folder}",
        advice="Check the path. If the disk was lost, recover from a peer; do not start afresh.",
    )


class SqliteStore:
    """`Store` in one file. Made by `open_store` and `open_readonly`."""

    def __init__(
        self,
        connection: apsw.Connection,
        *,
        path: Path,
        lock: FolderLock | None,
        vfs: str | None,
    ) -> None:
        self._connection = connection
        self._path = path
        self._folder_lock = lock
        self._vfs = vfs
        self._mutex = RLock()
        self._broken = ""
        self._closed = False
        self._to_empty = False
        self._wal_pages = 0
        connection.set_wal_hook(self._note_wal)
        if lock is not None and self._rows("SELECT 1 FROM erased LIMIT 1"):
            # A crash right after an erasure leaves the bytes in the write-ahead log.
            self._to_empty = True
            self._fold_wal()

    @property
    def broken(self) -> bool:
        """See `Store.broken`."""
        return bool(self._broken)

    def _note_wal(self, _connection: apsw.Connection, _name: str, pages: int) -> int:
        self._wal_pages = pages
        return apsw.SQLITE_OK

    def commit(self, changes: Sequence[Change]) -> None:
        """See `Store.commit`."""
        with self._mutex:
            self._check_writable()
            self._begin()
            try:
                check_batch(changes, size_of=self.size, evidence_sum_of=self._evidence_sum)
            except BaseException:
                self._rollback()
                raise
            self._write(changes)
            self._to_empty |= any(isinstance(change, EraseBlob) for change in changes)
            if self._to_empty or self._wal_pages >= WAL_PAGES:
                self._fold_wal()

    def _check_writable(self) -> None:
        if self._closed or self._folder_lock is None:
            raise StoreError("commit refused: the store is closed, or open for reading only")
        if self._broken:
            raise StoreError(f"commit refused: the store must be opened again ({self._broken})")

    def _begin(self) -> None:
        try:
            with as_store_errors():
                self._connection.execute("BEGIN IMMEDIATE")
        except (StoreFullError, StoreLockedError):
            raise
        except BaseException as error:
            self._break(error)
            raise

    def _write(self, changes: Sequence[Change]) -> None:
        try:
            with as_store_errors():
                for change in changes:
                    writing.apply(self._connection, change)
                for origin in {c.origin for c in changes if isinstance(c, PutCheckpoint)}:
                    writing.prune_checkpoints(self._connection, origin)
                # Up to here nothing is durable; from here on only success is known.
                self._connection.execute("COMMIT")
        except (StoreFullError, StoreLockedError):
            # The frame that makes a commit valid is the last one written, so a batch that
            # found no room for all its frames is not there after a restart either.
            self._rollback()
            raise
        except BaseException as error:
            self._break(error)
            self._rollback()
            raise

    def _rollback(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except apsw.Error as error:
            self._break(error)

    def _break(self, error: BaseException) -> None:
        self._broken = self._broken or f"{type(error).__name__}: {error}"

    def _fold_wal(self) -> None:
        """Move the write-ahead log into the database. The commit before it stands anyway."""
        try:
            with as_store_errors():
                if self._to_empty:
                    writing.empty_wal(self._connection)
                    self._to_empty = False
                else:
                    self._connection.wal_checkpoint("main", apsw.SQLITE_CHECKPOINT_PASSIVE)
        except (StoreFullError, StoreLockedError):
            return  # tried again after the next commit; meanwhile the log of writes grows
        except StoreError as error:
            self._break(error)

    def _rows(self, sql: str, *bindings: str | int | bytes) -> list[tuple[apsw.SQLiteValue, ...]]:
        with self._mutex, as_store_errors():
            if self._closed:
                raise StoreError("the store is closed")
            return self._connection.execute(sql, bindings).fetchall()

    def _value(self, what: str, sql: str, *bindings: str | int | bytes) -> bytes | None:
        """The one (bytes, hash) that a statement finds, hashed again."""
        rows = self._rows(sql, *bindings)
        return sound(what, *rows[0]) if rows else None

    def _evidence_sum(self, name: str) -> bytes | None:
        rows = self._rows("SELECT sum FROM evidence WHERE name = ?", name)
        return bytes(rows[0][0]) if rows else None  # type: ignore[arg-type]

    def origins(self) -> list[str]:
        """See `Store.origins`."""
        return [str(origin) for (origin,) in self._rows("SELECT origin FROM log ORDER BY origin")]

    def size(self, origin: str) -> int:
        """See `Store.size`."""
        rows = self._rows(
            "SELECT max(idx) + 1 FROM entry WHERE log = (SELECT id FROM log WHERE origin = ?)",
            origin,
        )
        return integer(rows[0][0] or 0)

    def leaf(self, origin: str, index: int) -> bytes | None:
        """See `Store.leaf`."""
        return next(self.leaves(origin, index, index + 1), None)

    def leaves(self, origin: str, start: int, end: int) -> Iterator[bytes]:
        """See `Store.leaves`."""
        for first in range(max(start, 0), min(end, self.size(origin)), LEAVES_AT_ONCE):
            rows = self._rows(
                "SELECT idx, leaf, sum FROM entry JOIN log ON log.id = log"
                " WHERE origin = ? AND idx >= ? AND idx < ? ORDER BY idx",
                origin,
                first,
                min(end, first + LEAVES_AT_ONCE),
            )
            for index, leaf, kept in rows:
                yield sound(f"entry {index} of {origin}", leaf, kept, hash_of=leaf_sum)

    def blob(self, digest: bytes) -> bytes | None:
        """See `Store.blob`."""
        return self._value(f"blob {digest.hex()}", reading.BLOB, digest)

    def has_blob(self, digest: bytes) -> bool:
        """See `Store.has_blob`."""
        return bool(self._rows(reading.HAS_BLOB, digest))

    def plaintext(self, digest: bytes) -> bytes | None:
        """See `Store.plaintext`."""
        return self._value(f"plaintext of {digest.hex()}", reading.PLAINTEXT, digest)

    def tombstone(self, digest: bytes) -> str | None:
        """See `Store.tombstone`."""
        by = self._value("tombstone", "SELECT by, sum FROM erased WHERE digest = ?", digest)
        return by.decode() if by is not None and not self._to_empty else None

    def checkpoint(self, origin: str) -> tuple[int, bytes] | None:
        """See `Store.checkpoint`."""
        rows = self._rows(
            "SELECT size, note, sum FROM checkpoint JOIN log ON log.id = log"
            " WHERE origin = ? ORDER BY size DESC LIMIT 1",
            origin,
        )
        if not rows:
            return None
        size, packed, kept = rows[0]
        return integer(size), unpacked(f"checkpoint {size} of {origin}", packed, kept)

    def checkpoint_at(self, origin: str, size: int) -> bytes | None:
        """See `Store.checkpoint_at`."""
        rows = self._rows(
            "SELECT note, sum FROM checkpoint JOIN log ON log.id = log"
            " WHERE origin = ? AND size = ?",
            origin,
            size,
        )
        return unpacked(f"checkpoint {size} of {origin}", *rows[0]) if rows else None

    def receipts(self, origin: str) -> list[StoredReceipt]:
        """See `Store.receipts`."""
        return self._receipts(f"{RECEIPT_ROWS} ORDER BY size, name, time_s", origin)

    def newest_receipt(self, origin: str, cosigner: str) -> StoredReceipt | None:
        """See `Store.newest_receipt`."""
        order = "AND name = ? ORDER BY size DESC, time_s DESC LIMIT 1"
        return next(iter(self._receipts(f"{RECEIPT_ROWS} {order}", origin, cosigner)), None)

    def receipt_covering(self, origin: str, cosigner: str, index: int) -> StoredReceipt | None:
        """See `Store.receipt_covering`."""
        order = "AND name = ? AND size > ? ORDER BY size, time_s LIMIT 1"
        found = self._receipts(f"{RECEIPT_ROWS} {order}", origin, cosigner, index)
        return next(iter(found), None)

    def _receipts(self, sql: str, origin: str, *bindings: str | int) -> list[StoredReceipt]:
        return [
            StoredReceipt(
                integer(size),
                str(cosigner),
                integer(time_s),
                unpacked(f"receipt {size} of {origin}", packed, kept),
            )
            for size, cosigner, time_s, packed, kept in self._rows(sql, origin, *bindings)
        ]

    def local(self, key: str) -> bytes | None:
        """See `Store.local`."""
        sql = "SELECT value, sum FROM local WHERE key = ?"
        return self._value(f"local value {key}", sql, key)

    def locals(self, prefix: str) -> list[tuple[str, bytes]]:
        """See `Store.locals`."""
        rows = self._rows(
            "SELECT key, value, sum FROM local"
            " WHERE key >= ?1 AND substr(key, 1, length(?1)) = ?1 ORDER BY key",
            prefix,
        )
        return [(str(key), sound(f"local value {key}", *pair)) for key, *pair in rows]

    def evidence(self) -> list[tuple[str, bytes]]:
        """See `Store.evidence`."""
        rows = self._rows("SELECT name, data, sum FROM evidence ORDER BY name")
        return [(str(name), sound(f"evidence {name}", *pair)) for name, *pair in rows]

    def scrub(self) -> Iterator[str]:
        """See `Store.scrub`; reads on a connection of its own, so that writing goes on."""
        with as_store_errors():
            connection = connect(self._path, readonly=True, vfs=self._vfs)
        try:
            yield from scrubbing.scrub(connection)
        finally:
            connection.close()

    def backup(self, path: Path) -> None:
        """Write all that is committed now into a new file, durably; writing goes on meanwhile.

        A copy of the files of a live database is no backup: it can be torn. To restore, put
        the file into an empty folder as ``record.sqlite3``. The signer's marks are not in it,
        on purpose.

        Raises:
            StoreFullError: no room for the copy; none is left behind.
            StoreError: the file exists, or the disk failed.
        """
        with as_store_errors(), ExitStack() as undo:
            reserve_file(path)
            undo.callback(path.unlink, missing_ok=True)
            connection = connect(self._path, readonly=True, vfs=self._vfs)
            try:
                connection.execute("VACUUM INTO ?", (str(path),))
            finally:
                connection.close()
            sync_file(path)
            sync_folder(path.parent)
            undo.pop_all()

    def close(self) -> None:
        """See `Store.close`."""
        with self._mutex:
            if self._closed:
                return
            self._closed = True
            try:
                with as_store_errors():
                    self._connection.close()
            finally:
                if self._folder_lock is not None:
                    self._folder_lock.release()
