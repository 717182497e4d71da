"""Limits of what is taken in from strangers, whatever the format."""

from __future__ import annotations

from typing import Final

from tieline.errors import MalformedError

FILE_BYTES_MAX: Final = 64 * 1024 * 1024
"""Largest file, unpacked; all warnings of a year are 3 MB."""
WARNINGS_MAX: Final = 100_000
PACKED_RATIO_MAX: Final = 200
"""Text packs to a tenth; what unpacks to more than this was made to fill a memory."""


def check_size(data: bytes) -> bytes:
    """The bytes, if they are not too many.

    Raises:
        MalformedError: more than ``FILE_BYTES_MAX``.
    """
    if len(data) > FILE_BYTES_MAX:
        raise MalformedError(f"{len(data)} bytes are more than the {FILE_BYTES_MAX} that are taken")
    return data


def check_count(count: int) -> None:
    """Refuse more warnings than one file may hold.

    Raises:
        MalformedError: more than ``WARNINGS_MAX``.
    """
    if count > WARNINGS_MAX:
        raise MalformedError(f"more than {WARNINGS_MAX} warnings in one file")
