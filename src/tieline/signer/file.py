"""A signer on disk: keys in the home, marks in a folder that no backup contains."""

from __future__ import annotations

import fcntl
import os
from hashlib import sha256
from typing import TYPE_CHECKING

from tieline.errors import MarkError, SettingsError, SignerError, UnverifiedError
from tieline.record.checkpoint import Checkpoint, LogKey, parse_checkpoint, sign_checkpoint
from tieline.record.merkle import EMPTY_ROOT
from tieline.record.names import check_origin
from tieline.signer.contract import Mark, advance
from tieline.signer.keyfile import KeyFile, read_key, sync_folder, write_beside, write_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MARK_HEADER = b"tieline/mark@v1\n"
LOCK_NAME = "signer.lock"


class FileSigner:
    """`Signer` with keys in files of mode 0600, and marks in a folder apart from them.

    Args:
        keys: folder of the log keys; part of the home, and of its sealed backups.
        marks: folder of the marks; outside the home, excluded from every backup and snapshot.

    Raises:
        SettingsError: the marks would lie inside the folder of keys, or one cannot be made.
        SignerError: another process signs with these marks.
    """

    def __init__(self, *, keys: Path, marks: Path) -> None:
        if marks.resolve().is_relative_to(keys.resolve()):
            raise SettingsError(
                f"the marks in {marks} would be restored together with the keys in {keys}",
                advice="Put the marks into a folder of their own that no backup contains.",
            )
        self._keys, self._marks = keys, marks
        self._durable: dict[str, Mark] = {}
        self._lock: int | None = None
        try:
            for folder in (keys, marks):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(f"{error.filename} cannot be made: {error.strerror}") from error
        self._lock = _lock(marks / LOCK_NAME)

    def close(self) -> None:
        """Let another process sign; harmless when repeated."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def create_log(self, origin: str, ed_seed: bytes, mldsa_seed: bytes) -> LogKey:
        """See `Signer.create_log`."""
        self._check_open()
        public = LogKey.from_seeds(origin, ed_seed, mldsa_seed)
        # A crash between the two writes leaves a mark of size 0 and no key: nothing was signed yet.
        if self.mark(origin) not in (None, Mark(0, EMPTY_ROOT)):
            raise MarkError(f"{origin}: there is a mark for this log already")
        if self._key_path(origin).exists():
            raise SignerError(f"{origin}: there is a key for this log already")
        seeds = {"ed25519": ed_seed, "mldsa44": mldsa_seed}
        self._keep(origin, Mark(0, EMPTY_ROOT))
        write_key(self._key_path(origin), KeyFile(purpose="log", name=origin, seeds=seeds))
        return public

    def take_log(self, origin: str, ed_seed: bytes, mldsa_seed: bytes) -> LogKey:
        """Create a log, or find it created with these very keys and nothing signed yet.

        For what an interruption may repeat.

        Raises:
            SignerError: there is another key, or more than the mark of a new log.
        """
        public = LogKey.from_seeds(origin, ed_seed, mldsa_seed)
        begun = self._key_path(origin).exists() and self.mark(origin) == Mark(0, EMPTY_ROOT)
        if begun and self.log_key(origin) == public:
            return public
        return self.create_log(origin, ed_seed, mldsa_seed)

    def log_key(self, origin: str) -> LogKey:
        """See `Signer.log_key`."""
        key = self._key(origin)
        return LogKey.from_seeds(origin, key.seed("ed25519"), key.seed("mldsa44"))

    def mark(self, origin: str) -> Mark | None:
        """See `Signer.mark`.

        Raises:
            MarkError: there is a mark, but it cannot be read.
        """
        try:
            data = self._mark_path(origin).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise MarkError(f"{origin}: its mark cannot be read: {error}") from error
        try:
            head = parse_checkpoint(data.removeprefix(MARK_HEADER))
        except UnverifiedError as error:
            raise MarkError(f"{origin}: its mark is damaged") from error
        if not data.startswith(MARK_HEADER) or head.origin != origin:
            raise MarkError(f"{origin}: its mark is damaged, or that of another log")
        return Mark(head.size, head.root)

    def sign(self, checkpoint: Checkpoint, *, consistency: Sequence[bytes], time_s: int) -> bytes:
        """See `Signer.sign`."""
        self._check_open()
        origin = checkpoint.origin
        key = self._key(origin)
        mark = advance(self.mark(origin), checkpoint, consistency)
        # What reads back may never have reached the disk, if an earlier sync failed. Only a
        # mark that this process has synced itself need not be written again.
        if self._durable.get(origin) != mark:
            self._keep(origin, mark)
        return sign_checkpoint(checkpoint, key.seed("ed25519"), key.seed("mldsa44"), time_s)

    def _check_open(self) -> None:
        if self._lock is None:
            raise SignerError("the signer is closed")

    def _key(self, origin: str) -> KeyFile:
        path = self._key_path(origin)
        if not path.exists():
            raise SignerError(f"{origin}: there is no key for this log")
        key = read_key(path)
        if (key.purpose, key.name) != ("log", origin):
            raise SignerError(f"{path} is not the key of {origin}")
        return key

    def _keep(self, origin: str, mark: Mark) -> None:
        """Make a mark durable."""
        head = Checkpoint(origin=origin, size=mark.size, root=mark.root)
        path = self._mark_path(origin)
        self._durable.pop(origin, None)
        try:
            write_beside(path, MARK_HEADER + head.encode()).replace(path)
            sync_folder(self._marks)
        except OSError as error:
            raise SignerError(f"{origin}: its mark could not be made durable: {error}") from error
        self._durable[origin] = mark

    def _key_path(self, origin: str) -> Path:
        return self._keys / f"{_file_name(origin)}.key"

    def _mark_path(self, origin: str) -> Path:
        return self._marks / f"{_file_name(origin)}.mark"


def _file_name(origin: str) -> str:
    """SHA-256 of the origin in hexadecimal, as mirrors publish it (RECORD 1.6)."""
    return sha256(check_origin(origin).encode()).hexdigest()


def _lock(path: Path) -> int:
    """An open, locked file; the lock goes when it is closed or the process dies."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(handle)
        raise SignerError(
            f"process {holder} already signs with the marks in {path.parent}",
            advice="Stop the other process (`tieline serve`), or send the command to it.",
        ) from error
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    return handle
