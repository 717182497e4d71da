"""Signed notes in less room: base64 of signatures does not compress, but it packs.

A note with an Ed25519 and an ML-DSA-44 line is about 3,480 bytes and packs to about 2,660.
"""

from __future__ import annotations

import zlib

from tieline.errors import DamagedStoreError
from tieline.store.batch import NOTE_BYTES_MAX


def pack(note: bytes) -> bytes:
    """The note as a zlib stream (RFC 1950)."""
    return zlib.compress(note)


def unpack(packed: bytes) -> bytes:
    """The note again.

    Raises:
        DamagedStoreError: it is no such stream, or one of more than ``NOTE_BYTES_MAX``.
    """
    stream = zlib.decompressobj()
    try:
        note = stream.decompress(packed, NOTE_BYTES_MAX)
    except zlib.error as error:
        raise DamagedStoreError(f"a signed note cannot be unpacked: {error}") from error
    if not stream.eof:
        raise DamagedStoreError("a signed note cannot be unpacked: cut short or too long")
    return note
