"""Unpacking gzip without letting it fill the memory."""

from __future__ import annotations

import zlib
from typing import Final

from tieline.errors import MalformedError
from tieline.feeds.warnings.limits import FILE_BYTES_MAX, PACKED_RATIO_MAX, check_size

MAGIC: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = 31
"""Window bits by which zlib expects the header of gzip (zlib manual, inflateInit2)."""
MEMBERS_MAX: Final = 1_000


def unpack(data: bytes) -> bytes:
    """The bytes themselves, or what gzip packed into them.

    Raises:
        MalformedError: damaged, or unpacks to more than is taken.
    """
    if not data.startswith(MAGIC):
        return check_size(data)
    room = min(FILE_BYTES_MAX, max(len(data), 1024) * PACKED_RATIO_MAX)
    pieces: list[bytes] = []
    rest = data
    try:
        for _ in range(MEMBERS_MAX):
            if not rest.startswith(MAGIC):
                break
            packer = zlib.decompressobj(_GZIP_WINDOW)
            piece = packer.decompress(rest, room + 1)
            if len(piece) > room:
                raise MalformedError(f"it unpacks to more than {FILE_BYTES_MAX} bytes, or too far")
            if not packer.eof:
                raise MalformedError("the packed file is cut short")
            pieces.append(piece)
            room -= len(piece)
            rest = packer.unused_data
    except zlib.error as error:
        raise MalformedError(f"the packed file is damaged: {error}") from None
    return b"".join(pieces)
