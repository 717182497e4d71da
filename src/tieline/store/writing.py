"""One change as SQL. The caller has checked the batch and holds the transaction."""

from __future__ import annotations

from typing import assert_never

import apsw

from tieline.replication.changes import (
    AppendEntry,
    Change,
    DropLocal,
    EraseBlob,
    PutBlob,
    PutCheckpoint,
    PutEvidence,
    PutLocal,
    PutPlaintext,
    PutReceipt,
)
from tieline.store.batch import leaf_sum, value_sum
from tieline.store.contract import CHECKPOINTS_KEPT
from tieline.store.opening import BUSY_MS
from tieline.store.packing import pack

ADD_LOG = "INSERT INTO log (origin) VALUES (?) ON CONFLICT DO NOTHING"
ADD_MIRROR = "INSERT INTO mirror (name) VALUES (?) ON CONFLICT DO NOTHING"
ADD_ENTRY = "INSERT INTO entry SELECT id, ?, ?, ? FROM log WHERE origin = ?"
PUT_BLOB = """
    INSERT INTO blob VALUES (?, ?) ON CONFLICT (digest) DO UPDATE SET data = excluded.data
"""
PUT_PLAINTEXT = """
    INSERT INTO plaintext VALUES (?, ?, ?)
    ON CONFLICT (digest) DO UPDATE SET data = excluded.data, sum = excluded.sum
"""
# Zeros over the bytes, in the same cells and pages: a row that was deleted would let SQLite move
# others, and leave copies of them in the gaps of pages that nothing ever writes over.
ERASE = (
    "UPDATE blob SET data = zeroblob(length(data)) WHERE digest = ?",
    "UPDATE plaintext SET data = zeroblob(length(data)) WHERE digest = ?",
)
PUT_TOMBSTONE = """
    INSERT INTO erased VALUES (?, ?, ?)
    ON CONFLICT (digest) DO UPDATE SET by = excluded.by, sum = excluded.sum
"""
# What is put again has to be opened again; in place of its plaintext stand zeros.
DROP_TOMBSTONE = (
    "DELETE FROM plaintext WHERE digest = ?1 AND digest IN (SELECT digest FROM erased)",
    "DELETE FROM erased WHERE digest = ?1",
)
PUT_CHECKPOINT = """
    INSERT INTO checkpoint SELECT id, ?, ?, ? FROM log WHERE origin = ?
    ON CONFLICT (log, size) DO NOTHING
"""
# A correlated look-up for each mirror is two steps in an index; GROUP BY would read every
# receipt of the log at each commit.
PRUNE_CHECKPOINTS = """
    DELETE FROM checkpoint
    WHERE log = (SELECT id FROM log WHERE origin = :origin)
    AND size NOT IN (
        SELECT size FROM checkpoint
        WHERE log = (SELECT id FROM log WHERE origin = :origin)
        ORDER BY size DESC LIMIT :kept
    )
    AND size NOT IN (
        SELECT newest FROM (
            SELECT (
                SELECT max(size) FROM receipt
                WHERE log = (SELECT id FROM log WHERE origin = :origin) AND mirror = mirror.id
            ) AS newest
            FROM mirror
        )
        WHERE newest IS NOT NULL
    )
"""
PUT_RECEIPT = """
    INSERT INTO receipt
    SELECT log.id, mirror.id, :size, :time_s, :note, :sum FROM log, mirror
    WHERE origin = :origin AND name = :cosigner
    ON CONFLICT (log, mirror, size, time_s) DO NOTHING
"""
PRUNE_RECEIPTS = """
    WITH held AS (
        SELECT rowid AS row, time_s FROM receipt
        WHERE log = (SELECT id FROM log WHERE origin = :origin)
        AND mirror = (SELECT id FROM mirror WHERE name = :cosigner) AND size = :size
    )
    DELETE FROM receipt WHERE rowid IN (
        SELECT row FROM held
        WHERE time_s > (SELECT min(time_s) FROM held)
        AND time_s < (SELECT max(time_s) FROM held)
    )
"""
PUT_LOCAL = """
    INSERT INTO local VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, sum = excluded.sum
"""
DROP_LOCAL = "DELETE FROM local WHERE key = ?"
# Evidence is never replaced by other bytes (the batch was checked), only healed.
PUT_EVIDENCE = """
    INSERT INTO evidence VALUES (?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET data = excluded.data
"""


def apply(connection: apsw.Connection, change: Change) -> None:
    """Write one change inside the open transaction."""
    run = connection.execute
    match change:
        case AppendEntry(origin=origin, index=index, leaf=leaf):
            run(ADD_LOG, (origin,))
            run(ADD_ENTRY, (index, leaf, leaf_sum(leaf), origin))
        case PutBlob(digest=digest, data=data):
            run(PUT_BLOB, (digest, data))
            for statement in DROP_TOMBSTONE:
                run(statement, (digest,))
        case PutPlaintext(digest=digest, data=data):
            run(PUT_PLAINTEXT, (digest, data, value_sum(data)))
        case EraseBlob(digest=digest, by=by):
            for statement in ERASE:
                run(statement, (digest,))
            run(PUT_TOMBSTONE, (digest, by.encode(), value_sum(by.encode())))
        case PutCheckpoint(origin=origin, size=size, note=note):
            run(ADD_LOG, (origin,))
            run(PUT_CHECKPOINT, (size, pack(note), value_sum(note), origin))
        case PutReceipt():
            _put_receipt(connection, change)
        case PutLocal(key=key, value=value):
            run(PUT_LOCAL, (key, value, value_sum(value)))
        case DropLocal(key=key):
            run(DROP_LOCAL, (key,))
        case PutEvidence(name=name, data=data):
            run(PUT_EVIDENCE, (name, data, value_sum(data)))
        case _:
            assert_never(change)


def _put_receipt(connection: apsw.Connection, put: PutReceipt) -> None:
    connection.execute(ADD_LOG, (put.origin,))
    connection.execute(ADD_MIRROR, (put.cosigner,))
    key = {"origin": put.origin, "cosigner": put.cosigner, "size": put.size}
    row = {"time_s": put.time_s, "note": pack(put.note), "sum": value_sum(put.note)}
    connection.execute(PUT_RECEIPT, key | row)
    connection.execute(PRUNE_RECEIPTS, key)


def empty_wal(connection: apsw.Connection) -> None:
    """Move the write-ahead log into the database and cut it to nothing: it holds erased bytes.

    Raises:
        apsw.BusyError: another connection reads; it is not waited for.
    """
    connection.set_busy_timeout(0)
    try:
        connection.wal_checkpoint("main", apsw.SQLITE_CHECKPOINT_TRUNCATE)
    finally:
        connection.set_busy_timeout(BUSY_MS)


def prune_checkpoints(connection: apsw.Connection, origin: str) -> None:
    """Drop the checkpoints of one log that the contract does not keep."""
    connection.execute(PRUNE_CHECKPOINTS, {"origin": origin, "kept": CHECKPOINTS_KEPT})
