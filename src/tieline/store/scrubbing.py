"""Reading everything back: SQLite's own check does not see a flipped bit in a row.

Of 400 single bit flips in a table of entries ``PRAGMA integrity_check`` noticed 9 and
hashing again 359; the rest hit bytes that nothing uses (RELIABILITY, section 0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw

from tieline.errors import DamagedStoreError
from tieline.store.batch import leaf_sum, value_sum
from tieline.store.packing import unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROWS_AT_ONCE = 16
"""Few enough that no read keeps the WAL from being folded back for long."""

Rows = tuple[str, str, "Callable[[bytes], bytes]"]

ENTRIES = """
    SELECT entry.rowid, origin || ' ' || idx, leaf, sum FROM entry JOIN log ON log.id = log
    WHERE entry.rowid > ? ORDER BY entry.rowid LIMIT ?
"""
BLOBS = """
    SELECT rowid, hex(digest), data, digest FROM blob
    WHERE rowid > ? AND digest NOT IN (SELECT digest FROM erased) ORDER BY rowid LIMIT ?
"""
PLAINTEXTS = """
    SELECT rowid, hex(digest), data, sum FROM plaintext
    WHERE rowid > ? AND digest NOT IN (SELECT digest FROM erased) ORDER BY rowid LIMIT ?
"""
TOMBSTONES = "SELECT rowid, hex(digest), by, sum FROM erased WHERE rowid > ? ORDER BY rowid LIMIT ?"
CHECKPOINTS = """
    SELECT checkpoint.rowid, origin || ' ' || size, note, sum
    FROM checkpoint JOIN log ON log.id = log
    WHERE checkpoint.rowid > ? ORDER BY checkpoint.rowid LIMIT ?
"""
RECEIPTS = """
    SELECT receipt.rowid, origin || ' ' || size || ' by ' || name, note, sum
    FROM receipt JOIN log ON log.id = log JOIN mirror ON mirror.id = mirror
    WHERE receipt.rowid > ? ORDER BY receipt.rowid LIMIT ?
"""
LOCALS = "SELECT rowid, key, value, sum FROM local WHERE rowid > ? ORDER BY rowid LIMIT ?"
EVIDENCE = "SELECT rowid, name, data, sum FROM evidence WHERE rowid > ? ORDER BY rowid LIMIT ?"


def _packed_sum(packed: bytes) -> bytes:
    return value_sum(unpack(packed))


TABLES: tuple[Rows, ...] = (
    # (what a row is, its number, name, bytes and kept hash, how to hash the bytes)
    ("entry", ENTRIES, leaf_sum),
    ("blob", BLOBS, value_sum),
    ("plaintext", PLAINTEXTS, value_sum),
    ("tombstone", TOMBSTONES, value_sum),
    ("checkpoint", CHECKPOINTS, _packed_sum),
    ("receipt", RECEIPTS, _packed_sum),
    ("local value", LOCALS, value_sum),
    ("evidence", EVIDENCE, value_sum),
)
NOT_ZERO = """
    SELECT what, hex(digest) FROM erased JOIN (
        SELECT 'blob' AS what, digest, data FROM blob
        UNION ALL SELECT 'plaintext of blob', digest, data FROM plaintext
    ) USING (digest)
    WHERE data <> zeroblob(length(data))
"""
GAPS = """
    SELECT origin, count(*), max(idx) + 1 FROM entry JOIN log ON log.id = log GROUP BY log
"""


def scrub(connection: apsw.Connection) -> Iterator[str]:
    """Name what is damaged, one line each; nothing for a sound database."""
    yield from _structure(connection)
    for table in TABLES:
        yield from _rows(connection, table)
    yield from _gaps(connection)
    yield from _not_erased(connection)


def _structure(connection: apsw.Connection) -> Iterator[str]:
    try:
        for (line,) in connection.execute("PRAGMA integrity_check"):
            if line != "ok":
                yield f"database: {line}"
        for table, row, *_ in connection.execute("PRAGMA foreign_key_check"):
            yield f"database: row {row} of {table} belongs to nothing"
    except apsw.Error as error:
        yield f"database: {error}"


def _rows(connection: apsw.Connection, table: Rows) -> Iterator[str]:
    what, select, hash_of = table
    last: apsw.SQLiteValue = -1
    while True:
        try:
            found = connection.execute(select, (last, ROWS_AT_ONCE)).fetchall()
        except (apsw.Error, UnicodeDecodeError) as error:
            yield f"{what}: cannot be read after row {last}: {error}"
            return
        for _, name, data, kept in found:
            if not _matches(data, kept, hash_of):
                yield f"{what} {name}: its bytes do not match their hash"
        if len(found) < ROWS_AT_ONCE:
            return
        last = found[-1][0]


def _matches(data: object, kept: object, hash_of: Callable[[bytes], bytes]) -> bool:
    try:
        return isinstance(data, bytes) and hash_of(data) == kept
    except DamagedStoreError:
        return False


def _gaps(connection: apsw.Connection) -> Iterator[str]:
    try:
        for origin, count, size in connection.execute(GAPS):
            if count != size:
                yield f"log {origin}: {count} entries where the last one is number {size - 1}"
    except apsw.Error as error:
        yield f"entry: the logs cannot be counted: {error}"


def _not_erased(connection: apsw.Connection) -> Iterator[str]:
    try:
        for what, name in connection.execute(NOT_ZERO):
            yield f"{what} {name}: it was erased, and bytes of it are here"
    except apsw.Error as error:
        yield f"tombstone: what was erased cannot be looked at: {error}"
