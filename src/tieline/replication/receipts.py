"""Receipts that came in a parcel: verified one by one, and remembered by who holds what."""

from __future__ import annotations

import hashlib

from tieline.errors import TielineError, UnverifiedError
from tieline.record.checkpoint import parse_checkpoint
from tieline.record.entry import Ref
from tieline.record.names import line_of
from tieline.record.note import parse_note
from tieline.record.receipt import verify_receipt
from tieline.replication import effects as fx
from tieline.replication.changes import Change, PutEvidence, PutReceipt
from tieline.replication.effects import Output
from tieline.replication.parcel import Parcel
from tieline.replication.seat import Held, Seat


def alarm(peer: str, error: TielineError) -> fx.Tell:
    """An alarm about something that was refused."""
    return fx.Tell(event="alarm", words=f"refused from {peer or 'a pouch'}: {error}", party=peer)


def evidence(error: UnverifiedError, name: str) -> list[Change]:
    """What to keep of something that was refused."""
    return [
        PutEvidence(
            name=f"{error.code}/{name[:16]}/{hashlib.sha256(data).hexdigest()[:16]}", data=data
        )
        for data in error.evidence
    ]


RECEIPT_TIME_MAX_S = 221_845_392_000
"""1 January 9000: a later one would leave no time in which a clock could run out."""


def take_receipts(seat: Seat, parcel: Parcel, out: list[Output]) -> list[Change]:
    """Verify the receipts of a parcel; what to persist of them."""
    changes: list[Change] = []
    for note in parcel.receipts:
        try:
            change = _take_receipt(seat, note, out)
        except UnverifiedError as error:
            out.append(alarm("", error))
            changes += evidence(error, "receipt")
            continue
        if change is not None:
            changes.append(change)
    return changes


def _take_receipt(seat: Seat, note: bytes, out: list[Output]) -> Change | None:
    parsed = parse_note(note)
    claimed = parse_checkpoint(parsed.text)
    copy = seat.copies.get(claimed.origin)
    if line_of(claimed.origin) != seat.line or copy is None or claimed.size > copy.size:
        return None
    for line in parsed.lines:
        found = seat.mirror_of(line.name)
        if found is None or found[0] == seat.party:
            continue
        party, mirror = found
        receipt = verify_receipt(parsed, mirror)
        if receipt.time_s > RECEIPT_TIME_MAX_S:
            raise UnverifiedError(f"{party}'s receipt for {claimed.origin} is dated beyond 9000")
        if copy.tree.root(claimed.size) != claimed.root:
            raise UnverifiedError(
                f"{party} cosigned a history of {claimed.origin} that is not ours",
                evidence=(note,),
            )
        held = Held(size=claimed.size, time_s=receipt.time_s, note=receipt.note)
        if not seat.add_receipt(claimed.origin, party, held):
            return None
        if seat.owner(claimed.origin) == seat.party:
            ref = Ref(claimed.origin, claimed.size - 1, bytes(32))
            words = f"held by {party} up to {claimed.size}"
            out.append(fx.Tell(event="stored", words=words, ref=ref, party=party))
        return PutReceipt(
            origin=claimed.origin,
            size=claimed.size,
            cosigner=receipt.cosigner,
            time_s=receipt.time_s,
            note=receipt.note,
        )
    return None
