"""Secret keys in files: a few lines of text that only their owner can read.

::

    tieline/key@v1
    purpose log
    name lines.example/5d2f/alpha-1
    seed ed25519 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
    seed mldsa44 QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8=
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tieline.errors import SettingsError, UnverifiedError
from tieline.record.strict import b64decode, b64encode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SEED_BYTES = 32
"""Of Ed25519 (RFC 8032) and of ML-DSA-44 (FIPS 204, xi) alike."""
KEY_FILE_BYTES_MAX = 16 * 1024
KEY_FILE_HEADER = "tieline/key@v1"

_PURPOSE = re.compile(r"purpose ([a-z][a-z0-9-]{0,31})")
_NAME = re.compile(r"name ([!-~]{1,255})")
_SEED_LINE = re.compile(r"seed ([a-z0-9-]{1,32}) (\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """Secret seeds of one key, as they stand in a file.

    Attributes:
        purpose: what the key is for: ``log``, ``mirror``, ``node``, ``officer``, ``reading``.
        name: the key's name: an origin, a mirror's name, a person id.
        seeds: secret bytes by algorithm, ``ed25519`` or ``mldsa44`` for instance.
    """

    purpose: str
    name: str
    seeds: Mapping[str, bytes] = field(repr=False)

    def seed(self, algorithm: str) -> bytes:
        """One seed of 32 bytes.

        Raises:
            SettingsError: the key has none for this algorithm, or of another length.
        """
        seed = self.seeds.get(algorithm, b"")
        if len(seed) != SEED_BYTES:
            raise SettingsError(f"the {self.purpose} key {self.name} has no {algorithm} seed")
        return seed

    def encode(self) -> bytes:
        """The text of the file.

        Raises:
            SettingsError: a purpose or name that could not be read back.
        """
        rows = [KEY_FILE_HEADER, f"purpose {self.purpose}", f"name {self.name}"]
        rows += [f"seed {name} {b64encode(seed)}" for name, seed in self.seeds.items()]
        data = ("\n".join(rows) + "\n").encode()
        KeyFile.decode(data)
        return data

    @classmethod
    def decode(cls, data: bytes) -> KeyFile:
        """Read the text of a key file.

        Raises:
            SettingsError: it is none. The message never quotes the file.
        """
        try:
            header, *rows = data.decode("ascii").removesuffix("\n").split("\n")
            purpose, name = _PURPOSE.fullmatch(rows[0]), _NAME.fullmatch(rows[1])
            found = [_SEED_LINE.fullmatch(row) for row in rows[2:]]
            seeds = {match[1]: b64decode(match[2]) for match in found if match}
        except (ValueError, IndexError, UnverifiedError):
            raise SettingsError("this is not a key file") from None
        if header != KEY_FILE_HEADER or not purpose or not name:
            raise SettingsError("this is not a key file")
        if not seeds or len(seeds) != len(found):
            raise SettingsError("this key file has a line that is no seed, or a seed twice")
        return cls(purpose=purpose[1], name=name[1], seeds=seeds)


def read_key(path: Path) -> KeyFile:
    """Read a key that only its owner can read.

    Raises:
        SettingsError: missing, open to others, somebody else's, or not a key file.
    """
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            data = file.read(KEY_FILE_BYTES_MAX + 1)
    except OSError as error:
        raise SettingsError(f"the key file {path} cannot be read: {error.strerror}") from error
    if about.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingsError(
            f"the key file {path} is open to other users (mode {stat.S_IMODE(about.st_mode):04o})",
            advice=f"Run `chmod 600 {path}`; if others could log in, replace the key.",
        )
    if about.st_uid not in (os.geteuid(), 0):
        raise SettingsError(f"the key file {path} belongs to another user")
    if len(data) > KEY_FILE_BYTES_MAX:
        raise SettingsError(f"{path} is too large for a key file")
    return KeyFile.decode(data)


def write_key(path: Path, key: KeyFile) -> None:
    """Write a new key for its owner only, durably; an existing file is never replaced.

    Raises:
        SettingsError: the file exists, or the disk refused.
    """
    data = key.encode()
    try:
        spare = write_beside(path, data)
        try:
            # A link, unlike a rename, fails where a file already stands.
            path.hardlink_to(spare)
        finally:
            spare.unlink()
        sync_folder(path.parent)
    except FileExistsError as error:
        raise SettingsError(f"the key file {path} exists already") from error
    except OSError as error:
        raise SettingsError(f"the key file {path} cannot be written: {error}") from error


def write_beside(path: Path, data: bytes) -> Path:
    """Write a synced file next to ``path``, for its owner only, to be moved into its place.

    Raises:
        OSError: the disk refused; ``path`` is as it was.
    """
    spare = path.with_name(f".{path.name}.new")
    with suppress(FileNotFoundError):
        spare.unlink()  # what a crash left; nobody ever read it
    handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return spare


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable.

    Raises:
        OSError: the disk refused.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
