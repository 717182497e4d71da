"""The pouch on a stick: a folder of small files, read with suspicion and written whole.

Names are relative, with ``/`` between parts, of ``a-z``, ``0-9``, ``.``, ``-`` and ``/``, so that
they survive FAT, exFAT and every other system that a stick may pass through. Whoever carried the
stick may have put anything on it: nothing is followed, nothing is read past its limit, and one
unexpected thing refuses the whole folder.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tieline.errors import MalformedError, TransportError, UnreachableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FILES_MAX: Final = 100_000
"""Files and folders in one pouch; a million entries need about 4,000 bundles."""

FILE_BYTES_MAX: Final = 64 * 1024 * 1024
"""Largest single file, bytes (FAT32 itself ends at 4 GiB)."""

TOTAL_BYTES_MAX: Final = 1024 * 1024 * 1024
"""Largest pouch, bytes: it is held in memory while it is checked."""

DEPTH_MAX: Final = 8
"""Most parts in a name; the deepest that tiles need is 7."""

NAME_BYTES_MAX: Final = 200
"""Longest name, bytes: leaves room for the path of the stick below the 260 of older systems."""

_FOLDER_MODE: Final = 0o755

_NOTHING_ADVICE: Final = "Nothing of it is there. Look at the medium, or take another one."
_UNSURE_ADVICE: Final = "It may not survive: read it back before you hand it over."

_PART = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9-])?")

_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
"""Names that some systems take for devices, whatever follows the dot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderLimits:
    """The limits of one pouch; the defaults are the constants above."""

    files_max: int = FILES_MAX
    file_bytes_max: int = FILE_BYTES_MAX
    total_bytes_max: int = TOTAL_BYTES_MAX


def read_parcel_folder(path: Path, limits: FolderLimits | None = None) -> dict[str, bytes]:
    """Return every file below ``path`` by its relative name, in order of names.

    Steps for each thing found: (1) its name is one that we would write; (2) it is a plain file or
    folder, not a link, pipe or device; (3) its size and the sum so far are within limits, before a
    byte is read; (4) it is opened without following links and is still what it was.

    Raises:
        UnreachableError: no folder there, or it cannot be read.
        MalformedError: anything that does not belong into a pouch; nothing is returned then.
    """
    reading = _Reading(limits or FolderLimits())
    try:
        root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as error:
        raise UnreachableError(f"no pouch at {path}: {error.strerror}") from error
    try:
        reading.walk(root, ())
    except OSError as error:
        raise UnreachableError(f"the pouch at {path} cannot be read: {error}") from error
    finally:
        os.close(root)
    return dict(sorted(reading.files.items()))


def write_parcel_folder(
    path: Path, files: Mapping[str, bytes], limits: FolderLimits | None = None
) -> None:
    """Write ``files`` (relative name to content) as the new folder ``path``, all or nothing.

    Everything is written and flushed under a temporary name beside ``path``; one rename makes it
    appear. A crash before it leaves a folder whose name starts with a dot and which nobody
    reads; a crash after it leaves the whole pouch.

    Raises:
        UsageError: ``path`` exists already, or a name or size is not allowed.
        TransportError: the medium refused (full, pulled out, write-protected); its advice says
            whether the pouch may be there all the same.
    """
    _check_files(files, limits or FolderLimits())
    if os.path.lexists(path):
        raise UsageError(f"{path} exists already; a pouch is never written over another")
    try:
        temporary = path.parent / tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError as error:
        raise _medium_error(path, error) from error
    try:
        _fill(temporary, files)
        # (crash here: only the temporary folder is left)
        temporary.rename(path)
    except OSError as error:
        raise _medium_error(path, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)  # gone already if the rename was made
    try:
        _flush_folder(path.parent)
    except OSError as error:
        raise _medium_error(path, error, advice=_UNSURE_ADVICE) from error


def check_name(name: str) -> tuple[str, ...]:
    """Return the parts of a relative name. Raises ``MalformedError`` if it may not be in a pouch.

    Refused: empty, absolute, ``.`` and ``..``, capitals (two names that differ only in case are
    one file on a stick), a part that starts with a dot or hyphen or ends with a dot, names of
    devices, more than DEPTH_MAX parts, more than NAME_BYTES_MAX bytes.
    """
    parts = tuple(name.split("/"))
    if len(name) > NAME_BYTES_MAX or len(parts) > DEPTH_MAX:
        raise MalformedError(f"name too long for a pouch: {name[:NAME_BYTES_MAX]!r}")
    for part in parts:
        if _PART.fullmatch(part) is None or _DEVICE.fullmatch(part) is not None:
            raise MalformedError(f"name not allowed in a pouch: {name!r}")
    return parts


class _Reading:
    """One pass over a folder; counts as it goes, so that no limit is passed first."""

    def __init__(self, limits: FolderLimits) -> None:
        self._limits = limits
        self._count = 0
        self._bytes = 0
        self.files: dict[str, bytes] = {}

    def walk(self, folder: int, above: tuple[str, ...]) -> None:
        for found in self._children(folder, above):
            parts = (*above, found)
            kind = os.stat(found, dir_fd=folder, follow_symlinks=False)
            # (2)
            if stat.S_ISDIR(kind.st_mode):
                flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
                child = os.open(found, flags, dir_fd=folder)
                try:
                    self.walk(child, parts)
                finally:
                    os.close(child)
            elif stat.S_ISREG(kind.st_mode):
                self.files["/".join(parts)] = self._read(folder, found, kind)
            else:
                raise MalformedError(f"neither file nor folder in the pouch: {'/'.join(parts)!r}")

    def _children(self, folder: int, above: tuple[str, ...]) -> list[str]:
        names: list[str] = []
        with os.scandir(folder) as found:
            for entry in found:
                self._count += 1
                if self._count > self._limits.files_max:
                    raise MalformedError(f"more than {self._limits.files_max} files in the pouch")
                names.append(entry.name)
        _refuse_case_collisions(names)
        for name in names:
            check_name("/".join((*above, name)))  # (1)
        return sorted(names)

    def _read(self, folder: int, name: str, expected: os.stat_result) -> bytes:
        # (3)
        self._admit(name, expected.st_size)
        # (4): without O_NONBLOCK a pipe put in its place would hold us for ever.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with os.fdopen(os.open(name, flags, dir_fd=folder), "rb") as file:
            actual = os.fstat(file.fileno())
            if not stat.S_ISREG(actual.st_mode) or actual.st_size != expected.st_size:
                raise MalformedError(f"{name!r} changed while it was read")
            data = file.read(expected.st_size + 1)
        if len(data) != expected.st_size:
            raise MalformedError(f"{name!r} changed while it was read")
        return data

    def _admit(self, name: str, size: int) -> None:
        if size > self._limits.file_bytes_max:
            raise MalformedError(f"{name!r} has {size} bytes: over the limit of a file")
        self._bytes += size
        if self._bytes > self._limits.total_bytes_max:
            raise MalformedError("the pouch is over its limit")


def _refuse_case_collisions(names: list[str]) -> None:
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            raise MalformedError(f"{other!r} and {name!r} differ only in case")


def _check_files(files: Mapping[str, bytes], limits: FolderLimits) -> None:
    folders = {"/".join(parts) for name in files for parts in _parents(name)}
    if len(files) + len(folders) > limits.files_max:
        raise UsageError(f"more than {limits.files_max} files for one pouch")
    if sum(map(len, files.values())) > limits.total_bytes_max:
        raise UsageError("too much for one pouch; divide it")
    for name, data in files.items():
        if len(data) > limits.file_bytes_max:
            raise UsageError(f"{name!r} has {len(data)} bytes: over the limit of a file")
        if name in folders:
            raise UsageError(f"{name!r} is both a file and a folder")


def _parents(name: str) -> Iterator[tuple[str, ...]]:
    try:
        parts = check_name(name)
    except MalformedError as error:
        raise UsageError(str(error)) from error
    return (parts[:depth] for depth in range(1, len(parts)))


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.chmod(_FOLDER_MODE)  # made for us alone; whoever gets the stick must read it
    folders = {folder}
    for name, data in files.items():
        target = folder.joinpath(*name.split("/"))
        target.parent.mkdir(parents=True, exist_ok=True)
        folders.update(parent for parent in target.parents if parent.is_relative_to(folder))
        with target.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    for each in folders:
        _flush_folder(each)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some file systems of sticks cannot flush a folder
            raise
    finally:
        os.close(descriptor)


def _medium_error(path: Path, error: OSError, *, advice: str = _NOTHING_ADVICE) -> TransportError:
    return TransportError(f"writing the pouch {path}: {error.strerror or error}", advice=advice)
