"""What a step asks the store to make durable: values, in one atomic batch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendEntry:
    """One leaf at the end of a log. The store refuses any other index than its size."""

    origin: str
    index: int
    leaf: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBlob:
    """The exact bytes of a payload, under their SHA-256 (32 bytes)."""

    digest: bytes
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPlaintext:
    """What was inside a sealed blob, under the SHA-256 of the *blob* (32 bytes)."""

    digest: bytes
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseBlob:
    """The bytes of a payload, and what was opened of it, must not be here any more.

    ``by`` is the reference of the entry that withdrew it; digest and ``by`` stay as a tombstone.
    """

    digest: bytes
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutCheckpoint:
    """A verified signed note of a log's head. Every size is kept once, the first one wins."""

    origin: str
    size: int
    note: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PutReceipt:
    """A verified mirror cosignature (a note: checkpoint text and the cosigner's lines)."""

    origin: str
    size: int
    cosigner: str
    time_s: int
    note: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PutLocal:
    """A value of our own house (settings of a line, clocks, drafts): never replicated."""

    key: str
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DropLocal:
    """Remove a local value; absent is fine."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutEvidence:
    """Bytes that convict somebody (two heads of one log, say), under a name of our own."""

    name: str
    data: bytes


Change = (
    AppendEntry
    | PutBlob
    | PutPlaintext
    | EraseBlob
    | PutCheckpoint
    | PutReceipt
    | PutLocal
    | DropLocal
    | PutEvidence
)
