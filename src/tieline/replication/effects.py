"""Inputs and outputs of `step`: what reaches a seat, and what it asks the shell to do.

Outputs are carried out in their order. A `Persist` is durable before anything after it is done:
no receipt, answer or acknowledgement leaves for something that could still be lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tieline.record.checkpoint import Checkpoint
from tieline.record.entry import Ref
from tieline.replication.changes import Change

Lane: TypeAlias = 'Literal["express", "main"]'


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """One instant: POSIX milliseconds, and milliseconds of a clock that never steps."""

    wall_ms: int
    elapsed_ms: int

    @property
    def wall_s(self) -> int:
        """Whole POSIX seconds."""
        return self.wall_ms // 1000


# -- inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """File a signed message. ``clear`` and ``attachments`` are its further payloads."""

    envelope: bytes
    clear: tuple[bytes, ...] = ()
    attachments: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Flush:
    """Sign the heads of our logs that have grown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The signer signed a head."""

    origin: str
    note: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerRefused:
    """The signer will not sign this log any more."""

    origin: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A parcel came in. ``peer`` is who the carrier says it is, empty for a pouch."""

    data: bytes
    peer: str
    token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigned:
    """The receipts that `Cosign` asked for."""

    token: int
    notes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A peer's answer to a parcel of ours, and how long it took."""

    peer: str
    lane: Lane
    data: bytes
    sent_bytes: int
    took_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A parcel of ours did not get through, or its answer did not."""

    peer: str
    lane: Lane
    why: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passes: clocks, heartbeats, retries, batches."""


Input: TypeAlias = (
    "File | Flush | Signed | SignerRefused | Arrived | Cosigned | Answered | Failed | Tick"
)


# -- outputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Persist:
    """Make these changes durable, in one batch, before anything that follows."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Have the head of one of our logs signed; comes back as `Signed`."""

    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosign:
    """Cosign heads of which everything is durably held; comes back as `Cosigned`."""

    checkpoints: tuple[Checkpoint, ...]
    token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Answer an `Arrived`."""

    token: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Send a parcel to a peer; comes back as `Answered` or `Failed`."""

    peer: str
    lane: Lane
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Something for the officers, or for whoever waits: an event with words.

    ``event`` is one of ``filed``, ``folded``, ``stored``, ``alarm``, ``link``, ``expired``,
    ``overlap``, ``snapshot``.
    """

    event: str
    words: str
    ref: Ref | None = None
    party: str = ""


Output: TypeAlias = "Persist | Sign | Cosign | Reply | Send | Tell"
