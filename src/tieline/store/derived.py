"""Derived files: what can be made again from the record, and deleted at any time.

They are replaced as a whole, so that a crash leaves the old one or the new one; a reader finds out
by itself whether the bytes are good.
"""

from __future__ import annotations

import os
from pathlib import Path

from tieline.store.opening import sync_file, sync_folder


def read_derived(path: Path) -> bytes | None:
    """The bytes of a derived file, or None while there is none.

    Raises:
        OSError: it is there and cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def write_derived(path: Path, data: bytes) -> None:
    """Put a derived file in the place of the one before, for our own user only.

    Raises:
        OSError: the system could not; the one before is still there.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor with its mode set
        file.write(data)
    sync_file(fresh)
    fresh.replace(path)
    sync_folder(path.parent)
