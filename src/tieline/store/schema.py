"""The tables, as numbered migrations: one script a version, never edited once released.

Every table has a rowid on purpose. Its key then stands in the file twice, in the row and in
the index, and SQLite's own check compares the two: a flipped bit in a key is noticed, as one
in the bytes is by their hash. Rows here are too long for ``WITHOUT ROWID`` to gain much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieline.errors import StoreError

if TYPE_CHECKING:
    import apsw

APPLICATION_ID = 0x5449_454C
"""ASCII ``TIEL`` in the file's header, so that no other database is taken for ours."""

RECORD = """
CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    origin TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE mirror (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- sum is the RFC 6962 leaf hash of leaf
CREATE TABLE entry (
    log INTEGER NOT NULL REFERENCES log (id),
    idx INTEGER NOT NULL CHECK (idx >= 0),
    leaf BLOB NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 32),
    PRIMARY KEY (log, idx)
) STRICT;

CREATE TABLE blob (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    data BLOB NOT NULL
) STRICT;

-- digest is that of the sealed blob; sum is the SHA-256 of data
CREATE TABLE plaintext (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    data BLOB NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 32)
) STRICT;

-- notes are packed (zlib, RFC 1950); sum is the SHA-256 of the note unpacked
CREATE TABLE checkpoint (
    log INTEGER NOT NULL REFERENCES log (id),
    size INTEGER NOT NULL CHECK (size >= 0),
    note BLOB NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 32),
    PRIMARY KEY (log, size)
) STRICT;

CREATE TABLE receipt (
    log INTEGER NOT NULL REFERENCES log (id),
    mirror INTEGER NOT NULL REFERENCES mirror (id),
    size INTEGER NOT NULL CHECK (size >= 0),
    time_s INTEGER NOT NULL CHECK (time_s >= 0),
    note BLOB NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 32),
    PRIMARY KEY (log, mirror, size, time_s)
) STRICT;
"""

HOUSE = """
CREATE TABLE local (
    key TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 32)
) STRICT;

CREATE TABLE evidence (
    name TEXT NOT NULL PRIMARY KEY,
    data BLOB NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 32)
) STRICT;
"""

ERASED = """
-- digest is that of a payload that its author withdrew, by the reference of the entry that did so,
-- sum the SHA-256 of that. The row of the payload stays, with as many zeros as it had bytes.
CREATE TABLE erased (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    by BLOB NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 32)
) STRICT;
"""

MIGRATIONS: tuple[str, ...] = (RECORD, HOUSE, ERASED)
"""Script n brings a file from version n to version n + 1."""


def version_of(connection: apsw.Connection) -> int:
    """The version of this file; 0 when it holds nothing yet.

    Raises:
        StoreError: it is not ours, or was written by a newer program.
    """
    identity = connection.pragma("application_id")
    version = int(connection.pragma("user_version"))
    empty = connection.execute("SELECT count(*) FROM sqlite_schema").get == 0
    if identity == 0 and version == 0 and empty:
        return 0
    if identity != APPLICATION_ID:
        raise StoreError("the database was not made by Tieline: it bears another identity")
    if version > len(MIGRATIONS):
        raise StoreError(
            f"the database has version {version}, this program knows up to {len(MIGRATIONS)}",
            advice="Install the version that wrote it, or a newer one; nothing was touched.",
        )
    return version


def migrate(connection: apsw.Connection) -> None:
    """Bring the file to the newest version, one transaction a step.

    A crash in between leaves the step before or the step after, never half of one.
    """
    for number in range(version_of(connection), len(MIGRATIONS)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute(MIGRATIONS[number])
            connection.pragma("application_id", APPLICATION_ID)
            connection.pragma("user_version", number + 1)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
