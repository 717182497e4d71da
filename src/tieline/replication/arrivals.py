"""Arrivals: what a peer sent, from its bytes to an answer with receipts."""

from __future__ import annotations

from tieline.errors import TielineError, UnverifiedError
from tieline.record.checkpoint import Checkpoint, parse_checkpoint
from tieline.record.note import parse_note
from tieline.record.receipt import verify_receipt
from tieline.replication import effects as fx
from tieline.replication import locks
from tieline.replication.admit import Admitted, admit
from tieline.replication.advance import flush, folded, persist
from tieline.replication.changes import Change, PutReceipt
from tieline.replication.effects import Now, Output
from tieline.replication.parcel import PARCEL_BYTES_MAX, Parcel, encode_parcel, parse_parcel
from tieline.replication.pushes import heard
from tieline.replication.receipts import alarm, evidence, take_receipts
from tieline.replication.seat import Seat
from tieline.replication.withdrawing import fill_gaps, is_whole, wanted


class _Taking:
    """What a parcel has led to so far. ``given`` are receipts that were given before."""

    def __init__(self) -> None:
        self.out: list[Output] = []
        self.changes: list[Change] = []
        self.complete: list[Checkpoint] = []
        self.given: list[bytes] = []


def arrived(seat: Seat, event: fx.Arrived, now: Now) -> list[Output]:
    """Take a parcel from a peer or a pouch; receipts go back once all is durable."""
    try:
        # A pouch is bounded by its folder's limits, not by what one request may carry.
        limit = PARCEL_BYTES_MAX if event.peer else len(event.data)
        parcel = parse_parcel(event.data, max_bytes=limit)
        if parcel.line != seat.line:
            raise UnverifiedError(f"a parcel of the line {parcel.line}, not of {seat.line}")
        if len(seat.parties) == 1:
            raise UnverifiedError("a line of one party takes nothing in from anybody")
    except UnverifiedError as error:
        return _refuse(seat, event, error)
    taking = _Taking()
    taking.changes += fill_gaps(seat, parcel.blobs, taking.out)
    _take_parcel(seat, parcel, event.peer, now, taking)
    told, more = folded(seat, now)
    heard(seat, event.peer, parcel, now, taking.out)
    changes = taking.changes + more
    out: list[Output] = [persist(seat, changes)] if changes else []
    out += [*taking.out, *told, *flush(seat)]
    # Asked once all is folded: what excuses an absent file may have come in the same parcel.
    whole = tuple(c for c in taking.complete if is_whole(seat, c.origin, c.size))
    if whole:
        seat.pending[event.token] = tuple(taking.given)
        out.append(fx.Cosign(checkpoints=whole, token=event.token))
    else:
        out.append(_reply(seat, event.token, tuple(taking.given)))
    return out


def _refuse(seat: Seat, event: fx.Arrived, error: TielineError) -> list[Output]:
    who = event.peer or "a pouch"
    refusal = Parcel(line=seat.line, refused=f"{error.code}: {error}")
    return [
        fx.Tell(event="alarm", words=f"refused what {who} sent: {error}", party=event.peer),
        fx.Reply(token=event.token, data=encode_parcel(refusal)),
    ]


def _take_parcel(seat: Seat, parcel: Parcel, peer: str, now: Now, taking: _Taking) -> None:
    """Admit what a parcel brought, log by log; a part that is refused harms no other part."""
    waiting = dict(parcel.parts)
    while waiting:
        progress = False
        for name in sorted(waiting):
            try:
                admitted = admit(seat, waiting[name], parcel.blobs, parcel.withdrawn)
            except UnverifiedError as error:
                if error.code == "unverified.unknown-key" and len(waiting) > 1:
                    continue  # Another part may bring the roster that certifies this log.
                taking.out.append(alarm(peer, error))
                taking.changes += evidence(error, name)
                del waiting[name]
                progress = True
                break
            del waiting[name]
            progress = True
            taking.changes += admitted.changes
            _after_admission(seat, admitted, taking)
            told, more = folded(seat, now)
            taking.out += told
            taking.changes += more
            break
        if not progress:
            for name in sorted(waiting):
                words = f"no roster certifies the log {name[:16]}"
                taking.out.append(fx.Tell(event="alarm", words=words))
            break
    taking.changes += take_receipts(seat, parcel, taking.out)


def _after_admission(seat: Seat, admitted: Admitted, taking: _Taking) -> None:
    taking.out += [fx.Tell(event="alarm", words=words) for words in admitted.alarms]
    origin, complete = admitted.origin, admitted.complete
    if seat.owner(origin) == seat.party:
        _ours_returned(seat, admitted, taking)
    elif complete is not None:
        given = seat.given.get(origin)
        # A receipt is never taken back: an old head gets the newest receipt that was given.
        if given is not None and given[0] >= complete.size:
            taking.given.append(given[1])
        else:
            # Always the newest head that is filled: after a crash an older one may come first.
            taking.complete.append(seat.copies[origin].newest(complete))


def _ours_returned(seat: Seat, admitted: Admitted, taking: _Taking) -> None:
    """A peer holds more of our log than we did, or another history of it."""
    copy = seat.copies[admitted.origin]
    if not admitted.entries and copy.forked is None:
        return
    if admitted.entries:
        seat.returned[copy.origin] = copy.size
    first = copy.origin in seat.own.values() and copy.origin not in seat.locked
    why = "a peer holds more of our log than we did"
    if copy.forked is not None:
        why = "two histories of it were signed"
    taking.changes.append(locks.lock(seat, copy.origin, why))
    if first:
        taking.out.append(fx.Tell(event="alarm", words=f"{copy.origin} is locked: {why}"))


def cosigned(seat: Seat, event: fx.Cosigned) -> list[Output]:
    """Give the receipts that the mirror made."""
    before = seat.pending.pop(event.token, ())
    roster = seat.roster(seat.party)
    for note in event.notes if roster is not None else ():
        assert roster is not None
        checkpoint = parse_checkpoint(parse_note(note).text)
        receipt = verify_receipt(note, roster.mirror)
        seat.given[checkpoint.origin] = (checkpoint.size, note)
        seat.later.append(
            PutReceipt(
                origin=checkpoint.origin,
                size=checkpoint.size,
                cosigner=receipt.cosigner,
                time_s=receipt.time_s,
                note=receipt.note,
            )
        )
    return [_reply(seat, event.token, (*before, *event.notes))]


def _reply(seat: Seat, token: int, notes: tuple[bytes, ...]) -> fx.Reply:
    parcel = Parcel(
        line=seat.line, have=tuple(seat.have()), want=wanted(seat), receipts=list(notes)
    )
    return fx.Reply(token=token, data=encode_parcel(parcel))
