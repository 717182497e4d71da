"""Step: the whole behaviour of a node on one line, as `step(seat, input, now) -> outputs`.

It reads no clock, opens no file and sends nothing; `serve` and the simulator drive this very
function. The seat is changed at once and its outputs are then carried out in order; a driver that
fails to carry out a `Persist` throws the seat away and loads it anew.
"""

from __future__ import annotations

from typing import assert_never

from tieline.record.checkpoint import verify_checkpoint
from tieline.replication import clocks, locks, machine, withdrawing
from tieline.replication import effects as fx
from tieline.replication.advance import flush, folded, persist, say
from tieline.replication.arrivals import arrived, cosigned
from tieline.replication.changes import PutCheckpoint
from tieline.replication.effects import Now, Output
from tieline.replication.filing import file
from tieline.replication.pushes import answered, failed, offers, watch_link
from tieline.replication.seat import Held, Seat, line_origins, open_copy
from tieline.state.fold import Folded

WAITING_MS = 60_000
"""After this long it is an alarm that a peer's entry names what nobody has shown us."""


def load(seat: Seat, now: Now) -> list[Output]:
    """Fill a fresh seat from its store, verifying everything; what it wants to do first.

    Raises:
        DamagedStoreError: the store's entries do not have the roots that were signed.
    """
    pending = line_origins(seat)
    done: list[Folded] = []
    while pending:
        opened = [origin for origin in pending if _open_one(seat, origin)]
        if not opened:
            break
        pending = [origin for origin in pending if origin not in opened]
        done += seat.fold.advance()
    _load_receipts(seat)
    locks.load_locks(seat)
    for each in done:
        seat.later += locks.superseded(seat, each)
    withdrawing.load_gaps(seat)
    clocks.load_clocks(seat, now)
    machine.remember(seat, done, now)
    return []


def _open_one(seat: Seat, origin: str) -> bool:
    if origin in seat.copies:
        return True  # A snapshot was thawed from it.
    key = seat.log_key(origin)
    owner = seat.owner(origin)
    if key is None:
        first = machine.first_roster(seat, origin)
        if first is None:
            return False
        certificate = first.log(origin)
        if certificate is None:
            return False
        key, owner = certificate.key, first.party
    seat.copies[origin] = open_copy(seat, origin, key)
    if owner is not None:
        seat.fold.own(origin, owner)
    return True


def _load_receipts(seat: Seat) -> None:
    for origin in seat.copies:
        for stored in seat.reader.receipts(origin):
            found = seat.mirror_of(stored.cosigner)
            party = found[0] if found is not None else None
            if party == seat.party:
                seat.given[origin] = (stored.size, stored.note)
            elif party is not None:
                held = Held(size=stored.size, time_s=stored.time_s, note=stored.note)
                seat.add_receipt(origin, party, held)


def step(seat: Seat, event: fx.Input, now: Now) -> list[Output]:
    """What one input makes a seat do. Never raises for what a peer sent.

    Raises:
        RefusedError: a `File` of our own officer that the rules forbid; nothing was changed.
    """
    match event:
        case fx.File():
            out = _file(seat, event, now)
        case fx.Flush():
            out = flush(seat)
        case fx.Signed():
            out = _signed(seat, event, now)
        case fx.SignerRefused():
            seat.later.append(locks.lock(seat, event.origin, event.why))
            out = [fx.Tell(event="alarm", words=f"{event.origin} is locked: {event.why}")]
        case fx.Arrived():
            out = arrived(seat, event, now)
        case fx.Cosigned():
            out = cosigned(seat, event)
        case fx.Answered():
            out = answered(seat, event, now)
        case fx.Failed():
            out = failed(seat, event, now)
        case fx.Tick():
            out = _tick(seat, now)
        case _:
            assert_never(event)
    return out


# -- our own words


def _file(seat: Seat, event: fx.File, now: Now) -> list[Output]:
    filing = file(seat, event.envelope, event.clear, event.attachments, now)
    filed = fx.Tell(event="filed", words="filed", ref=filing.ref, party=seat.party)
    if filing.repeated:
        return [filed]
    told, more = folded(seat, now)
    changes = [*filing.changes, *more]
    return [persist(seat, changes), filed, *told, *flush(seat)]


def _signed(seat: Seat, event: fx.Signed, now: Now) -> list[Output]:
    copy = seat.copies[event.origin]
    verified = verify_checkpoint(event.note, copy.key)
    if verified.checkpoint.size <= copy.head_size:
        return []
    copy.head_size, copy.head = verified.checkpoint.size, verified.note
    seat.later.append(PutCheckpoint(origin=event.origin, size=copy.head_size, note=verified.note))
    return offers(seat, now)


# -- time


def _tick(seat: Seat, now: Now) -> list[Output]:
    out: list[Output] = []
    # Before anything is said: all that entries name has to be in the store by then.
    erased = withdrawing.erase(seat, now)
    told, changes = say(seat, machine.due_drafts(seat, now), now)
    changes = [*erased, *changes]
    clocks.keep_clocks(seat, now)
    if changes or seat.later:
        out.append(persist(seat, changes))
    out += told
    out += flush(seat)
    out += _watch_waiting(seat, now)
    out += withdrawing.watch_gaps(seat, now)
    for peer in seat.peers.values():
        out += watch_link(peer, now)
    return out + offers(seat, now)


def _watch_waiting(seat: Seat, now: Now) -> list[Output]:
    """Say once when an entry waits for a head that does not come."""
    out: list[Output] = []
    for origin, (index, what) in sorted(seat.fold.waiting.items()):
        since = seat.waiting_since.setdefault((origin, index), now.elapsed_ms)
        if since >= 0 and now.elapsed_ms - since >= WAITING_MS:
            seat.waiting_since[origin, index] = -1
            words = f"entry {index} of {origin} names {what}, which nobody has shown us"
            out.append(fx.Tell(event="alarm", words=words, party=seat.owner(origin) or ""))
    return out
