"""How a database is opened: a sound SQLite, one owner, settings that were read back."""

from __future__ import annotations

import ctypes
import fcntl
import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import apsw

from tieline.errors import DamagedStoreError, StoreError, StoreFullError, StoreLockedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATABASE_NAME = "record.sqlite3"
LOCK_NAME = "record.lock"
PAGE_BYTES = 16_384
"""Of a new database. Six packed receipts fit into such a page, one into the usual 4 KiB:
2.7 kB a receipt on the disk instead of 4.1, and a commit takes about as long.
"""
BUSY_MS = 2_000
"""How long to wait for a foreign program (a shell, a backup) before refusing."""

WAL_RESET_FIRST = (3, 7, 0)
WAL_RESET_LAST = (3, 51, 2)
WAL_RESET_BACKPORTS = ((3, 44, 6), (3, 50, 7))
"""SQLite's WAL-reset bug: in these releases two connections can corrupt a WAL database.

Source: the notice at https://www.sqlite.org/wal.html#walresetbug; the backported releases
and those after them in the same branch are sound.
"""

SETTINGS: tuple[tuple[str, str, object], ...] = (
    # (pragma, what is asked for, what must be read back)
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("wal_autocheckpoint", "0", 0),
    ("foreign_keys", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("cell_size_check", "ON", 1),
    ("mmap_size", "0", 0),
    ("secure_delete", "ON", 1),
    ("fullfsync", "ON", 1),
    ("checkpoint_fullfsync", "ON", 1),
    ("busy_timeout", str(BUSY_MS), BUSY_MS),
)
"""What durability rests on. ``synchronous=NORMAL`` loses acknowledged commits in WAL mode.

The store moves the WAL into the database itself (``wal_autocheckpoint=0``), because SQLite's
own hook ignores an error there. A mapped file would turn a read error into a signal. Without
``secure_delete`` a page that is split keeps copies of rows that moved: bytes of 46 of 406 rows that
were overwritten stood on in the file (40 random histories); with it, of none.
"""


def check_sqlite(version: str) -> None:
    """Refuse a SQLite that can corrupt a database in WAL mode.

    Raises:
        StoreError: the version has the WAL-reset bug.
    """
    number = tuple(int(part) for part in version.split(".")[:3])
    backport = any(number[:2] == fixed[:2] and number >= fixed for fixed in WAL_RESET_BACKPORTS)
    if WAL_RESET_FIRST <= number <= WAL_RESET_LAST and not backport:
        raise StoreError(
            f"SQLite {version} can corrupt a database (the WAL-reset bug)",
            advice="Install the apsw wheel from PyPI, or SQLite 3.51.3, 3.50.7 or 3.44.6.",
        )


@contextmanager
def as_store_errors() -> Iterator[None]:
    """Raise SQLite's and the system's errors as ours, with what happened in their words."""
    try:
        yield
    except apsw.FullError as error:
        raise StoreFullError(f"the disk is full: {error}") from error
    except (apsw.BusyError, apsw.LockedError) as error:
        raise StoreLockedError(f"another program is writing to the database: {error}") from error
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise DamagedStoreError(f"the database is damaged: {error}") from error
    except (apsw.Error, OSError) as error:
        raise StoreError(f"the database failed: {type(error).__name__}: {error}") from error


class FolderLock:
    """Keeps every other process out of a folder until it is released or the process dies."""

    def __init__(self, path: Path) -> None:
        """Take the lock.

        Raises:
            StoreLockedError: another process has it; the message names its process id.
        """
        self._file: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._file, 32, 0).decode("ascii", "replace").strip()
            self.release()
            raise StoreLockedError(
                f"{path.parent} is in use by process {holder or 'unknown'}"
            ) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let others in; harmless when repeated."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def prepare_folder(folder: Path) -> None:
    """Make the folder and an empty database in it, for our own user only, and sync both.

    SQLite ignores a failed sync of a directory; this does not.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(folder / DATABASE_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    sync_folder(folder)
    sync_folder(folder.resolve().parent)


def reserve_file(path: Path) -> None:
    """Make an empty file that only its owner can read.

    Raises:
        OSError: it exists already, or the system could not.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def sync_file(path: Path) -> None:
    """Make the bytes of a file durable.

    Raises:
        OSError: the system could not.
    """
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable.

    Raises:
        OSError: the system could not.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def connect(path: Path, *, readonly: bool, vfs: str | None) -> apsw.Connection:
    """A connection with every setting made and read back.

    Raises:
        StoreError: a setting did not take.
    """
    access = apsw.SQLITE_OPEN_READONLY if readonly else apsw.SQLITE_OPEN_READWRITE
    with ExitStack() as undo:
        connection = apsw.Connection(str(path), flags=access, vfs=vfs)
        undo.callback(connection.close)
        # The WAL outlives the process, so no later start has to make a durable name for it.
        on = ctypes.c_int(1)
        connection.file_control("main", apsw.SQLITE_FCNTL_PERSIST_WAL, ctypes.addressof(on))
        connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
        connection.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
        connection.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)
        # Has an effect on a file without tables only, and only before it is in WAL mode.
        connection.pragma("page_size", PAGE_BYTES)
        for name, value, expected in SETTINGS:
            connection.pragma(name, value)
            if (found := connection.pragma(name)) != expected:
                raise StoreError(f"SQLite setting {name} is {found!r} where {expected!r} is needed")
        undo.pop_all()
    return connection
