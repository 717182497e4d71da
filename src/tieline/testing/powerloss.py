"""Power cuts at every write: a SQLite VFS that remembers what the disk may have forgotten.

A `Recorder` passes everything on to the real file system and keeps the order of what was
done. From that it builds the *images* that a power cut at any moment could leave: what was
synced is there; each unsynced write is there, lost, or torn at 512 bytes, independently of
the others; names appear and vanish in order, at the latest when the file is first synced.
(The model of RELIABILITY section 2, after SQLite's own crash tests.) Shared memory of
the write-ahead log is left out: it does not outlive the machine.

It can also fail on purpose: ``fault`` is asked before each operation and may raise.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import apsw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

SECTOR_BYTES = 512
"""The largest piece that a disk is trusted to write whole."""

_numbers = count()


class Kind(StrEnum):
    """What was asked of the disk; `ACK` is the program telling somebody that it is done."""

    CREATE = "create"
    WRITE = "write"
    TRUNCATE = "truncate"
    SYNC = "sync"
    DELETE = "delete"
    ACK = "ack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing asked of the disk.

    Attributes:
        kind: what.
        file: name in its folder; empty for an ACK.
        offset: of a write in bytes; the new length of a truncated file.
        data: what was written.
    """

    kind: Kind
    file: str = ""
    offset: int = 0
    data: bytes = b""


class Recorder:
    """A registered VFS that records; close it with ``with recording() as recorder``.

    Attributes:
        name: what to give to SQLite as ``vfs``.
        operations: all that was done so far, in order.
        fault: asked before each operation; raising, an `apsw.FullError` or `apsw.IOError`
            say, makes SQLite see that failure, and the operation is not carried out.
    """

    def __init__(self) -> None:
        self.name = f"tieline-recorder-{next(_numbers)}"
        self.operations: list[Operation] = []
        self.fault: Callable[[Operation], None] | None = None
        self._vfs = _RecordingVfs(self)

    def do(self, operation: Operation, act: Callable[[], None]) -> None:
        """Carry an operation out and remember it, unless the fault says otherwise."""
        if self.fault is not None:
            self.fault(operation)
        act()
        self.operations.append(operation)

    def acknowledge(self) -> None:
        """Note that the program has just told somebody: this is done."""
        self.operations.append(Operation(kind=Kind.ACK))

    def unregister(self) -> None:
        """Let SQLite forget the VFS; every connection through it must be closed."""
        self._vfs.unregister()


@contextmanager
def recording() -> Iterator[Recorder]:
    """A recorder for the length of a block."""
    recorder = Recorder()
    try:
        yield recorder
    finally:
        recorder.unregister()


class _RecordingVfs(apsw.VFS):
    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        super().__init__(recorder.name, base="")

    def xOpen(  # noqa: N802 - SQLite's name
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> apsw.VFSFile:
        return _RecordingFile(self._recorder, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: FBT001, N802 - SQLite's
        operation = Operation(kind=Kind.DELETE, file=Path(filename).name)
        self._recorder.do(operation, lambda: super(_RecordingVfs, self).xDelete(filename, syncdir))


class _RecordingFile(apsw.VFSFile):
    def __init__(
        self, recorder: Recorder, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        # A file without a name is a temporary one, and nobody misses it after a power cut.
        self._file = Path(path).name if path else ""
        self._recorder = recorder
        super().__init__("", name, flags)
        known = {operation.file for operation in recorder.operations}
        if self._file and self._file not in known:
            recorder.operations.append(Operation(kind=Kind.CREATE, file=self._file))

    def _do(self, operation: Operation, act: Callable[[], None]) -> None:
        if operation.file:
            self._recorder.do(operation, act)
        else:
            act()

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        operation = Operation(kind=Kind.WRITE, file=self._file, offset=offset, data=bytes(data))
        self._do(operation, lambda: super(_RecordingFile, self).xWrite(data, offset))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        operation = Operation(kind=Kind.TRUNCATE, file=self._file, offset=newsize)
        self._do(operation, lambda: super(_RecordingFile, self).xTruncate(newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802
        operation = Operation(kind=Kind.SYNC, file=self._file)
        self._do(operation, lambda: super(_RecordingFile, self).xSync(flags))


@dataclass(slots=True, kw_only=True)
class _Held:
    """One file on the simulated disk: what is safe, and what was done since its last sync."""

    safe: bytes
    named: bool
    pending: list[Operation]


class Disk:
    """The operations replayed, one at a time; at any moment it can be cut off.

    Args:
        files: what was on the disk, synced, before the first operation.
    """

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        given = files or {}
        self._files = {n: _Held(safe=data, named=True, pending=[]) for n, data in given.items()}
        self.acknowledged = 0

    def apply(self, operation: Operation) -> None:
        """Carry one operation out."""
        if operation.kind is Kind.ACK:
            self.acknowledged += 1
            return
        fresh = _Held(safe=b"", named=False, pending=[])
        held = self._files.setdefault(operation.file, fresh)
        if operation.kind is Kind.SYNC:
            held.safe = _played(held.safe, held.pending)
            held.pending.clear()
            # ext4, XFS and SQLite's own unix VFS all make the name durable here.
            held.named = True
        elif operation.kind is Kind.DELETE:
            del self._files[operation.file]
        elif operation.kind is not Kind.CREATE:
            held.pending.append(operation)

    def cut(self, random: Random) -> dict[str, bytes]:
        """What a power cut now could leave: the bytes of each file by name."""
        image = {}
        for name, held in self._files.items():
            if held.named or random.random() < 0.5:
                survivors = [piece for done in held.pending for piece in _survive(done, random)]
                image[name] = _played(held.safe, survivors)
        return image

    def whole(self) -> dict[str, bytes]:
        """What is there when everything arrives: a crash of the process, not of the machine."""
        return {name: _played(held.safe, held.pending) for name, held in self._files.items()}


def _survive(operation: Operation, random: Random) -> Iterator[Operation]:
    """What of one unsynced operation reached the disk: all, nothing, or some sectors."""
    fate = random.randrange(3)
    if fate == 0 or (fate == 1 and operation.kind is Kind.TRUNCATE):
        yield operation
    elif fate == 1:
        for start in range(0, len(operation.data), SECTOR_BYTES):
            if random.getrandbits(1):
                yield Operation(
                    kind=Kind.WRITE,
                    file=operation.file,
                    offset=operation.offset + start,
                    data=operation.data[start : start + SECTOR_BYTES],
                )


def _played(content: bytes, operations: Sequence[Operation]) -> bytes:
    """The content after writes and truncations; a gap reads as zeros, as in any file."""
    data = bytearray(content)
    for operation in operations:
        if operation.kind is Kind.TRUNCATE:
            del data[operation.offset :]
        end = operation.offset + len(operation.data)
        data.extend(bytes(max(0, end - len(data))))
        data[operation.offset : end] = operation.data
    return bytes(data)


def power_cuts(
    operations: Sequence[Operation],
    random: Random,
    *,
    images: int,
    files: dict[str, bytes] | None = None,
) -> Iterator[tuple[int, dict[str, bytes]]]:
    """Images of a power cut before, between and after all operations.

    Args:
        operations: what was recorded.
        random: decides which unsynced writes arrive.
        images: how many in all, spread evenly; at least one at every boundary comes anyway.
        files: what was on the disk before.

    Yields:
        How many acknowledgements had been given, and what each file then holds.
    """
    disk = Disk(files)
    boundaries = len(operations) + 1
    for number in range(boundaries):
        share = (number + 1) * images // boundaries - number * images // boundaries
        for _ in range(max(share, 1)):
            yield disk.acknowledged, disk.cut(random)
        if number < len(operations):
            disk.apply(operations[number])


def write_image(image: dict[str, bytes], folder: Path) -> None:
    """Put an image into a folder, in place of whatever is there."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, data in image.items():
        (folder / name).write_bytes(data)
