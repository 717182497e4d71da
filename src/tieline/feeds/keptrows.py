"""Rows of what is kept: the tables, how an item as published is written down, and read again."""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import apsw

from tieline.errors import MalformedError, StoreError
from tieline.feeds.notices import read_notice
from tieline.feeds.warnings.facts import facts_of, warning_of
from tieline.feeds.warnings.model import NOTICES, NavWarning, Raw
from tieline.feeds.warnings.reader import read_warning
from tieline.record.strict import Fields, dump_json
from tieline.store.opening import as_store_errors, check_sqlite, connect, sync_folder

APPLICATION_ID: Final = 0x5449_4557
"""ASCII ``TIEW`` in the file's header, so that no other database is taken for ours."""
VERSION: Final = 1
READING: Final = 2
"""Raised whenever warnings are read otherwise: what was derived from texts is then made anew."""
WAL_PAGES: Final = 256
"""Pages of 16 KiB in the write-ahead log before it is moved into the file."""
BUSY_MS: Final = 10_000
"""How long to wait for another import: that of two years takes a second on a slow machine."""
RETRY_S: Final = 0.02
TABLES: Final = """
-- body is what was published, enough to read it again; sum names its text
CREATE TABLE issue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    form TEXT NOT NULL,
    body TEXT NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 32),
    facts BLOB NOT NULL CHECK (length(facts) = 32),
    issued_ms INTEGER,
    until_ms INTEGER,
    ended_ms INTEGER,
    unread INTEGER NOT NULL,
    taken_ms INTEGER NOT NULL,
    source TEXT NOT NULL,
    UNIQUE (name, sum)
) STRICT;

-- who cancelled it may have been forgotten since; that it is cancelled is not
CREATE TABLE cancelled (
    name TEXT NOT NULL,
    by_issue INTEGER NOT NULL,
    by_name TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (name, by_issue)
) STRICT;

CREATE TABLE piece (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    place TEXT NOT NULL,
    text TEXT NOT NULL,
    reason TEXT NOT NULL,
    sum BLOB NOT NULL UNIQUE,
    taken_ms INTEGER NOT NULL,
    source TEXT NOT NULL
) STRICT;

CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT INTO counter VALUES ('content', 0), ('reading', 0);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """An item as it is written down.

    ``sum`` names the text, whatever its line breaks; ``facts`` what was read of it, when it was
    issued included.
    """

    form: str
    text: str
    sum: bytes
    facts: bytes


def body_of(warning: NavWarning) -> Body:
    """What is written down of an item: its text with its heading, or its facts if it has none."""
    facts = facts_of(warning)
    # The end that a list tells comes later than the warning, and is kept beside it.
    facts.pop("ended_ms", None)
    sheet = dump_json(facts)
    if not warning.raw.text:
        return Body(form="facts", text=sheet.decode(), sum=_sum(sheet), facts=_sum(sheet))
    form = "notice" if warning.raw.series.startswith(NOTICES) else "warning"
    words = " ".join(warning.raw.text.upper().split()).encode("utf-8", "replace")
    return Body(form=form, text=_dump(warning.raw), sum=_sum(words), facts=_sum(sheet))


def _dump(raw: Raw) -> str:
    return json.dumps(asdict(raw), ensure_ascii=True, separators=(",", ":"))


def _sum(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def read_body(form: str, text: str) -> NavWarning:
    """What :func:`body_of` wrote, read anew.

    Raises:
        StoreError: it is not what was written.
    """
    try:
        value = json.loads(text)
        if form == "facts":
            return warning_of(Fields(value))
        raw = Raw(**{**value, "subregions": tuple(value["subregions"])})
        return read_notice(raw.text) if form == "notice" else read_warning(raw)
    except (ValueError, TypeError, KeyError, AttributeError, MalformedError) as error:
        raise StoreError(
            f"a warning that is kept cannot be read again: {error}",
            advice="Move warnings.db away and import the files again.",
        ) from error


def open_kept(path: Path) -> apsw.Connection:
    """A connection to the file, made if it is not there; whoever comes first makes its tables.

    Raises:
        StoreError: it is no such file, of a newer program, damaged or locked.
    """
    check_sqlite(apsw.sqlite_lib_version())
    with as_store_errors():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        sync_folder(path.parent)
        until_s = time.monotonic() + BUSY_MS / 1000
        while True:
            try:
                return _connected(path)
            except (apsw.BusyError, apsw.LockedError):
                # SQLite does not wait while another makes the file, or is the last to close it.
                if time.monotonic() > until_s:
                    raise
                time.sleep(RETRY_S)


def _connected(path: Path) -> apsw.Connection:
    connection = connect(path, readonly=False, vfs=None)
    try:
        connection.set_busy_timeout(BUSY_MS)
        connection.wal_autocheckpoint(WAL_PAGES)
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: apsw.Connection) -> None:
    if _version(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have made the tables while we waited.
        if _version(connection) == 0:
            connection.execute(TABLES)
            connection.pragma("application_id", APPLICATION_ID)
            connection.pragma("user_version", VERSION)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: apsw.Connection) -> int:
    identity = connection.pragma("application_id")
    version = int(connection.pragma("user_version"))
    if identity == 0 and version == 0:
        if connection.execute("SELECT count(*) FROM sqlite_schema").get == 0:
            return 0
        raise StoreError("the file is another program's database; name another")
    if identity != APPLICATION_ID:
        raise StoreError("the file is not one of warnings: it bears another identity")
    if version > VERSION:
        raise StoreError(
            f"the warnings are kept in version {version}; this program knows up to {VERSION}",
            advice="Install the version that wrote it, or a newer one; nothing was touched.",
        )
    return version
