"""Pouches: what a folder holds, before anything of it is taken in or believed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from tieline.errors import UnverifiedError
from tieline.procedures.line.invitation import KIND as INVITE
from tieline.record import dsse
from tieline.record.checkpoint import parse_checkpoint
from tieline.record.entry import parse_entry
from tieline.record.message import MESSAGE_TYPE, parse_message
from tieline.replication.parcel import LogPart, Parcel, log_name, parse_files
from tieline.transport.directory import read_parcel_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSeen:
    """A log in a pouch: runs of entries (first, last), and the size that its author claims."""

    name: str
    party: str
    runs: tuple[tuple[int, int], ...]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PouchSeen:
    """What a pouch says about itself; nothing of it is verified."""

    line: str
    logs: tuple[LogSeen, ...]
    inviters: tuple[str, ...]
    parties: tuple[str, ...]
    blobs: int
    receipts: int
    size_bytes: int

    def value(self) -> dict[str, object]:
        """For machines."""
        return asdict(self)


def look_into(folder: Path) -> PouchSeen:
    """Read a pouch without a home.

    Raises:
        TransportError: the folder cannot be read.
        UnverifiedError: it is no pouch.
    """
    files = read_parcel_folder(folder)
    parcel = parse_files(files)
    named = {log_name(head.origin): head.origin for head in parcel.have}
    invitations = [found for part in parcel.parts.values() if (found := _invitation(parcel, part))]
    return PouchSeen(
        line=parcel.line,
        logs=tuple(sorted((_log(p, named) for p in parcel.parts.values()), key=lambda s: s.name)),
        inviters=tuple(sorted({who for who, _ in invitations})),
        parties=tuple(sorted({party for _, listed in invitations for party in listed})),
        blobs=len(parcel.blobs),
        receipts=len(parcel.receipts),
        size_bytes=sum(map(len, files.values())),
    )


def _log(part: LogPart, named: dict[str, str]) -> LogSeen:
    origin, size = named.get(part.name, ""), 0
    if part.checkpoint is not None:
        # The text ends at the first empty line; signatures follow.
        text = part.checkpoint.partition(b"\n\n")[0] + b"\n"
        try:
            head = parse_checkpoint(text)
            origin, size = head.origin, head.size
        except UnverifiedError:
            pass
    name = origin.rpartition("/")[2] or part.name[:16]
    runs = ((start, start + len(leaves) - 1) for start, leaves in sorted(part.runs.items()))
    return LogSeen(
        name=name, party=name.rpartition("-")[0] or "unknown", runs=tuple(runs), size=size
    )


def _invitation(parcel: Parcel, part: LogPart) -> tuple[str, tuple[str, ...]] | None:
    """Who invites and which parties are named, if the log begins with an invitation."""
    leaves = part.runs.get(0)
    try:
        payloads = parse_entry(leaves[0]).payloads if leaves else ()
        data = parcel.blobs.get(payloads[0].digest) if payloads else None
        message = parse_message(dsse.parse(data or b"", MESSAGE_TYPE).body)
    except UnverifiedError:
        return None
    listed = message.body.get("parties")
    if message.kind != INVITE or not isinstance(listed, list):
        return None
    return message.sender.party, tuple(str(i["party"]) for i in listed if isinstance(i, dict))
