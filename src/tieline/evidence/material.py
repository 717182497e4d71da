"""Material: the bytes that a verification reads, whether from a home's store or from files.

Nothing here vouches for anything. What cannot be read back is None, and the verification says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from tieline.errors import MalformedError, SealError, StoreError, UnverifiedError
from tieline.evidence.trust import Published, carries_roster
from tieline.record.entry import parse_entry
from tieline.record.names import line_of
from tieline.replication.reader import Reader

CLEAR = b"\nclear "
"""Stands in every leaf with clear payloads: a quick test before parsing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A receipt as it is kept: its note, and the (size, cosigner, time) or path of its place."""

    note: bytes
    under: tuple[int, str, int] | str


class Material(Protocol):
    """What a verification reads of one line."""

    def origins(self) -> list[str]:
        """Logs, sorted."""
        ...

    def size(self, origin: str) -> int:
        """How many entries should be here."""
        ...

    def leaf(self, origin: str, index: int) -> bytes | None:
        """One leaf, or None if it cannot be read back."""
        ...

    def head(self, origin: str) -> bytes | None:
        """The newest signed head."""
        ...

    def receipts(self, origin: str) -> list[Kept] | None:
        """Every receipt of a log, or None if they cannot be read back."""
        ...

    def blob(self, digest: bytes) -> bytes | None:
        """A payload."""
        ...

    def plaintext(self, digest: bytes) -> bytes | None:
        """What is kept as the content of a sealed payload."""
        ...

    def opened(self, digest: bytes) -> bytes | None:
        """What a key opens the sealed payload to, if there is a key and it does."""
        ...

    def leaf_hash(self, origin: str, index: int) -> bytes | None:
        """A leaf's hash as kept apart from the leaf, where it is."""
        ...


class HomeMaterial:
    """One line out of a store. What the store cannot read back is None."""

    def __init__(
        self,
        reader: Reader,
        line: str,
        open_blob: Callable[[bytes], bytes] | None = None,
        *,
        signed_only: bool = False,
    ) -> None:
        """``signed_only`` leaves out what is above the newest head of its log.

        ``damage`` gathers plaintexts that cannot be read back: no entry is less sound for that,
        and the disk is.
        """
        self.damage: dict[bytes, str] = {}
        self._signed_only = signed_only
        self._reader = reader
        self._line = line
        self._open = open_blob

    def origins(self) -> list[str]:
        """See `Material.origins`."""
        return sorted(o for o in self._reader.origins() if self._is_ours(o))

    def _is_ours(self, origin: str) -> bool:
        try:
            return line_of(origin) == self._line
        except MalformedError:
            return False

    def size(self, origin: str) -> int:
        """See `Material.size`."""
        held = self._reader.size(origin)
        if not self._signed_only:
            return held
        head = self._reader.checkpoint(origin)
        return min(held, head[0]) if head is not None else 0

    def leaf(self, origin: str, index: int) -> bytes | None:
        """See `Material.leaf`."""
        return _read(lambda: self._reader.leaf(origin, index))

    def head(self, origin: str) -> bytes | None:
        """See `Material.head`."""
        held = _read(lambda: self._reader.checkpoint(origin))
        return held[1] if held is not None else None

    def receipts(self, origin: str) -> list[Kept] | None:
        """See `Material.receipts`."""
        held = _read(lambda: self._reader.receipts(origin))
        if held is None:
            return None
        return [Kept(note=r.note, under=(r.size, r.cosigner, r.time_s)) for r in held]

    def blob(self, digest: bytes) -> bytes | None:
        """See `Material.blob`."""
        return _read(lambda: self._reader.blob(digest))

    def plaintext(self, digest: bytes) -> bytes | None:
        """See `Material.plaintext`."""
        try:
            return self._reader.plaintext(digest)
        except StoreError as error:
            self.damage[digest] = f"the plaintext of blob {digest.hex()} is damaged here: {error}"
            return None

    def opened(self, digest: bytes) -> bytes | None:
        """See `Material.opened`."""
        data = self.blob(digest) if self._open is not None else None
        if data is None or self._open is None:
            return None
        try:
            return self._open(data)
        except (SealError, UnverifiedError):
            return None

    def leaf_hash(self, origin: str, index: int) -> bytes | None:  # noqa: ARG002 - a protocol's
        """See `Material.leaf_hash`: a store keeps none that a reader could ask for."""
        return None


_T = TypeVar("_T")


def _read(read: Callable[[], _T]) -> _T | None:
    try:
        return read()
    except StoreError:
        return None


def rosters_in(material: Material) -> Iterator[Published]:
    """Whatever may be a roster in the logs of a line."""
    for origin in material.origins():
        for index in range(material.size(origin)):
            leaf = material.leaf(origin, index)
            if leaf is None or CLEAR not in leaf:
                continue
            try:
                digest = carries_roster(parse_entry(leaf))
            except MalformedError:
                continue
            envelope = material.blob(digest) if digest is not None else None
            if envelope is not None:
                yield Published(origin=origin, index=index, envelope=envelope)
