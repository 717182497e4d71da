"""What a batch must satisfy before a store touches anything; one rule for every store."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, assert_never

from tieline.errors import StoreError
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

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LEAF_BYTES_MAX = 65_535
"""An entry bundle counts a leaf's length in 16 bits (C2SP tlog-tiles)."""
VALUE_BYTES_MAX = 256 * 1024 * 1024
"""One blob, plaintext, local value or piece of evidence; SQLite itself stops at 10^9."""
NOTE_BYTES_MAX = 128 * 1024
"""A signed note: room for 16 signature lines of the longest kind (RECORD 1.3)."""
NAME_CHARS_MAX = 1_024
"""An origin, a key name, a local key, a name of evidence."""
INTEGER_MAX = 2**63 - 1
"""Sizes and times; the integers of SQLite and Go are signed (RECORD 1.1)."""
DIGEST_BYTES = 32


def leaf_sum(leaf: bytes) -> bytes:
    """The leaf hash of RFC 6962, section 2.1: SHA-256 of a zero byte and the leaf."""
    return sha256(b"\x00" + leaf).digest()


def value_sum(data: bytes) -> bytes:
    """SHA-256, kept beside every value that is not named by its own digest."""
    return sha256(data).digest()


def check_batch(
    changes: Sequence[Change],
    *,
    size_of: Callable[[str], int],
    evidence_sum_of: Callable[[str], bytes | None],
) -> None:
    """Refuse a batch that contradicts itself, the limits, or what is held.

    Args:
        changes: the batch, in the order in which it will be applied.
        size_of: how many entries of a log are held before the batch.
        evidence_sum_of: SHA-256 of the evidence held under a name, or None.

    Raises:
        StoreError: the first reason found; nothing has been written.
    """
    sizes: dict[str, int] = {}
    sums: dict[str, bytes] = {}
    for change in changes:
        _check_change(change)
        if isinstance(change, AppendEntry):
            if (held := sizes.get(change.origin)) is None:
                held = size_of(change.origin)
            if change.index != held:
                raise StoreError(
                    f"entry {change.index} of {change.origin} refused: its log has {held} entries"
                )
            sizes[change.origin] = held + 1
        elif isinstance(change, PutEvidence):
            new = value_sum(change.data)
            if (sums.get(change.name) or evidence_sum_of(change.name) or new) != new:
                raise StoreError(f"evidence {change.name} refused: other bytes have that name")
            sums[change.name] = new


def _check_change(change: Change) -> None:
    """The limits of one change, by its kind."""
    match change:
        case AppendEntry(origin=origin, index=index, leaf=leaf):
            _check_name("origin", origin)
            _check_integer("index", index)
            _check_length("leaf", leaf, LEAF_BYTES_MAX)
        case PutBlob(digest=digest, data=data):
            _check_digest(digest)
            _check_length("blob", data, VALUE_BYTES_MAX)
            if sha256(data).digest() != digest:
                raise StoreError(f"blob refused: its bytes are not those of {digest.hex()}")
        case PutPlaintext(digest=digest, data=data):
            _check_digest(digest)
            _check_length("plaintext", data, VALUE_BYTES_MAX)
        case EraseBlob(digest=digest, by=by):
            _check_digest(digest)
            _check_name("tombstone", by)
        case PutCheckpoint(origin=origin, size=size, note=note):
            _check_name("origin", origin)
            _check_integer("size", size)
            _check_length("checkpoint", note, NOTE_BYTES_MAX)
        case PutReceipt(origin=origin, size=size, cosigner=cosigner, time_s=time_s, note=note):
            _check_name("origin", origin)
            _check_name("cosigner", cosigner)
            _check_integer("size", size)
            _check_integer("time", time_s)
            _check_length("receipt", note, NOTE_BYTES_MAX)
        case PutLocal(key=key, value=value):
            _check_name("local key", key)
            _check_length("local value", value, VALUE_BYTES_MAX)
        case DropLocal(key=key):
            _check_name("local key", key)
        case PutEvidence(name=name, data=data):
            _check_name("name of evidence", name)
            _check_length("evidence", data, VALUE_BYTES_MAX)
        case _:
            assert_never(change)


def _check_name(what: str, name: str) -> None:
    # A lone surrogate has no UTF-8, and a NUL would end the text early in some readers.
    if not name or len(name) > NAME_CHARS_MAX or "\x00" in name or not _is_unicode(name):
        raise StoreError(f"{what} refused: 1 to {NAME_CHARS_MAX} characters of Unicode, no NUL")


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_integer(what: str, value: int) -> None:
    if not 0 <= value <= INTEGER_MAX:
        raise StoreError(f"{what} {value} refused: it must lie between 0 and {INTEGER_MAX}")


def _check_length(what: str, data: bytes, limit: int) -> None:
    if len(data) > limit:
        raise StoreError(f"{what} refused: {len(data)} bytes exceed the limit of {limit}")


def _check_digest(digest: bytes) -> None:
    if len(digest) != DIGEST_BYTES:
        raise StoreError(f"digest refused: {len(digest)} bytes where SHA-256 has {DIGEST_BYTES}")
