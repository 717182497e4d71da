"""What comes out of the database: believed once it has the kept hash again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieline.errors import DamagedStoreError
from tieline.store.batch import value_sum
from tieline.store.packing import unpack

if TYPE_CHECKING:
    from collections.abc import Callable

    import apsw

RECEIPT_ROWS = """
    SELECT size, name, time_s, note, sum
    FROM receipt JOIN log ON log.id = log JOIN mirror ON mirror.id = mirror WHERE origin = ?
"""
# Of a payload that was erased the row stays, full of zeros.
BLOB = """
    SELECT data, digest FROM blob
    WHERE digest = ?1 AND NOT EXISTS (SELECT 1 FROM erased WHERE digest = ?1)
"""
PLAINTEXT = """
    SELECT data, sum FROM plaintext
    WHERE digest = ?1 AND NOT EXISTS (SELECT 1 FROM erased WHERE digest = ?1)
"""
HAS_BLOB = """
    SELECT 1 FROM blob
    WHERE digest = ?1 AND NOT EXISTS (SELECT 1 FROM erased WHERE digest = ?1)
"""


def sound(
    what: str,
    data: apsw.SQLiteValue,
    kept: apsw.SQLiteValue,
    *,
    hash_of: Callable[[bytes], bytes] = value_sum,
) -> bytes:
    """The bytes, if they still have the hash that was kept beside them.

    Raises:
        DamagedStoreError: they have not; ``what`` names them.
    """
    if not isinstance(data, bytes) or hash_of(data) != kept:
        raise DamagedStoreError(f"{what}: its bytes do not match their hash")
    return data


def unpacked(what: str, packed: apsw.SQLiteValue, kept: apsw.SQLiteValue) -> bytes:
    """The signed note in a row, hashed again.

    Raises:
        DamagedStoreError: it cannot be unpacked, or does not match its hash.
    """
    if not isinstance(packed, bytes):
        raise DamagedStoreError(f"{what}: not bytes")
    return sound(what, unpack(packed), kept)


def integer(value: apsw.SQLiteValue) -> int:
    """A size or a time.

    Raises:
        DamagedStoreError: the column holds something else.
    """
    if not isinstance(value, int):
        raise DamagedStoreError("a size or a time in the database is not an integer")
    return value
