"""Content: what is inside an entry's first payload, as far as this reader can tell.

Reading never raises: what cannot be opened is *unreadable*, without a reason, because the
reason differs from reader to reader. A plaintext that is not the one that the entry commits to
counts as not opened: age lets an author give two readers of one file different texts. What opens
to the committed bytes and is no message is *malformed*, alike for all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tieline.errors import MalformedError
from tieline.record.dsse import Envelope, parse
from tieline.record.entry import Entry
from tieline.record.message import MESSAGE_TYPE, Message, parse_message

ENVELOPE_BYTES_MAX = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Sealed, and not to be opened with what this reader holds."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """Opened, and not a message of this version."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A message in its envelope, with clear attachments. Its signatures are not checked yet."""

    message: Message
    envelope: Envelope
    clear: tuple[bytes, ...] = ()


Content: TypeAlias = "Unreadable | Malformed | Spoken"


def read_content(entry: Entry, first: bytes | None, clear: Sequence[bytes] = ()) -> Content:
    """Read the plaintext (or clear bytes) of an entry's first payload.

    Args:
        entry: the leaf.
        first: plaintext of a sealed payload, or the clear payload; None when it cannot be had.
        clear: the other payloads of a clear entry.
    """
    if first is None:
        return Unreadable()
    if entry.commit is not None and hashlib.sha256(first).digest() != entry.commit:
        return Unreadable()
    try:
        envelope = parse(first, MESSAGE_TYPE, max_bytes=ENVELOPE_BYTES_MAX)
        message = parse_message(envelope.body)
    except MalformedError as error:
        return Malformed(str(error))
    return Spoken(message=message, envelope=envelope, clear=tuple(clear))
