"""Step: the whole behaviour of a node on one line, as `step(seat, input, now) -> outputs`.

It reads no clock, opens no file and sends nothing; `serve` and the simulator drive this very
function. The seat is changed at once and its outputs are then carried out in order; a driver that
fails to carry out a `Persist` throws the seat away and loads it anew.
"""

from __future__ import annotations

from typing import assert_never

from tieline.errors import RefusedError, TielineError, UnverifiedError
from tieline.procedures.line import message as msg
from tieline.procedures.line import test as line_test
from tieline.record.checkpoint import Checkpoint, parse_checkpoint, verify_checkpoint
from tieline.record.note import parse_note
from tieline.record.receipt import verify_receipt
from tieline.replication import clocks, machine
from tieline.replication import effects as fx
from tieline.replication.admit import Admitted, admit
from tieline.replication.changes import Change, PutCheckpoint, PutReceipt
from tieline.replication.drafts import Draft
from tieline.replication.effects import Lane, Now, Output
from tieline.replication.filing import file
from tieline.replication.offers import next_budget, offer
from tieline.replication.parcel import PARCEL_BYTES_MAX, Parcel, encode_parcel, parse_parcel
from tieline.replication.receipts import alarm, evidence, take_receipts
from tieline.replication.seat import Held, Peer, Seat, line_origins, open_copy
from tieline.state.fold import Folded

HEARTBEAT_MS = 5_000
"""Something is said to every peer at least this often (RELIABILITY 0.8)."""
DEAD_MS = 15_000
"""A peer that answered nothing for this long is shown as dead (RELIABILITY 0.8)."""
LANES: tuple[Lane, ...] = ("express", "main")
RETRY_MIN_MS = 1_000
RETRY_MAX_MS = 30_000
"""Bounds of the pause after a failure, chosen at random in between (RELIABILITY N8)."""


def load(seat: Seat, now: Now) -> list[Output]:
    """Fill a fresh seat from its store, verifying everything; what it wants to do first.

    Raises:
        DamagedStoreError: the store's entries do not have the roots that were signed.
    """
    pending = line_origins(seat)
    folded: list[Folded] = []
    while pending:
        opened = [origin for origin in pending if _open_one(seat, origin)]
        if not opened:
            break
        pending = [origin for origin in pending if origin not in opened]
        folded += seat.fold.advance()
    _load_receipts(seat)
    clocks.load_clocks(seat, now)
    machine.remember(seat, folded, now)
    return []


def _open_one(seat: Seat, origin: str) -> bool:
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
            party = seat.mirror_party(stored.cosigner)
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
            out = _flush(seat)
        case fx.Signed():
            out = _signed(seat, event, now)
        case fx.SignerRefused():
            seat.locked[event.origin] = event.why
            out = [fx.Tell(event="alarm", words=f"{event.origin} is locked: {event.why}")]
        case fx.Arrived():
            out = _arrived(seat, event, now)
        case fx.Cosigned():
            out = _cosigned(seat, event)
        case fx.Answered():
            out = _answered(seat, event, now)
        case fx.Failed():
            out = _failed(seat, event, now)
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
    told, more = _folded(seat, now)
    changes = [*filing.changes, *more]
    return [_persist(seat, changes), filed, *told, *_flush(seat)]


def _say(seat: Seat, drafts: list[Draft], now: Now) -> tuple[list[Output], list[Change]]:
    """File machine steps; what they led to, and what must be persisted first."""
    told: list[Output] = []
    changes: list[Change] = []
    for draft in drafts:
        if seat.own["main"] in seat.locked:
            return told, changes
        try:
            filing = machine.say(seat, draft, now)
        except RefusedError as error:
            told.append(fx.Tell(event="alarm", words=f"{draft.kind} not said: {error}"))
            machine.said(seat, draft)
            continue
        machine.said(seat, draft)
        changes += filing.changes
        more_told, more = _folded(seat, now)
        told += more_told
        changes += more
        if draft.kind in (msg.EXPIRED, msg.UNREACHED, line_test.EXPIRED):
            told.append(
                fx.Tell(
                    event="expired",
                    words=f"{draft.kind} {draft.strands[0]} {draft.body['next']}".rstrip(),
                    ref=filing.ref,
                    party=draft.strands[0],
                )
            )
    return told, changes


def _folded(seat: Seat, now: Now) -> tuple[list[Output], list[Change]]:
    told: list[Output] = []
    drafts: list[Draft] = []
    for folded in seat.fold.advance():
        kind = folded.message.kind if folded.message is not None else "unreadable"
        words = f"{kind}: {folded.judgement.outcome.value}"
        told.append(fx.Tell(event="folded", words=words, ref=folded.ref, party=folded.party))
        alarm = machine.compare_test(seat, folded)
        if alarm is not None:
            told.append(alarm)
        drafts += machine.notice(seat, folded, now)
    if drafts:
        more_told, changes = _say(seat, drafts, now)
        return told + more_told, changes
    return told, []


def _persist(seat: Seat, changes: list[Change]) -> fx.Persist:
    batch = (*changes, *seat.later)
    seat.later = []
    return fx.Persist(changes=batch)


def _flush(seat: Seat) -> list[Output]:
    out: list[Output] = []
    for origin in seat.own.values():
        copy = seat.copies.get(origin)
        if copy is not None and copy.size > copy.head_size and origin not in seat.locked:
            head = copy.at(copy.size)
            checkpoint = Checkpoint(origin=origin, size=head.size, root=head.root)
            out.append(fx.Sign(checkpoint=checkpoint))
    return out


def _signed(seat: Seat, event: fx.Signed, now: Now) -> list[Output]:
    copy = seat.copies[event.origin]
    verified = verify_checkpoint(event.note, copy.key)
    if verified.checkpoint.size <= copy.head_size:
        return []
    copy.head_size, copy.head = verified.checkpoint.size, verified.note
    seat.later.append(PutCheckpoint(origin=event.origin, size=copy.head_size, note=verified.note))
    return _offers(seat, now)


# -- what a peer sent


def _arrived(seat: Seat, event: fx.Arrived, now: Now) -> list[Output]:
    try:
        # A pouch is bounded by its folder's limits, not by what one request may carry.
        limit = PARCEL_BYTES_MAX if event.peer else len(event.data)
        parcel = parse_parcel(event.data, max_bytes=limit)
        if parcel.line != seat.line:
            raise UnverifiedError(f"a parcel of the line {parcel.line}, not of {seat.line}")
    except UnverifiedError as error:
        return _refuse(seat, event, error)
    out, changes, complete = _take_parcel(seat, parcel, event.peer, now)
    told, more = _folded(seat, now)
    _heard(seat, event.peer, parcel, now, out)
    changes += more
    if changes:
        out.insert(0, _persist(seat, changes))
    out += told
    out += _flush(seat)
    if complete:
        seat.pending[event.token] = ()
        out.append(fx.Cosign(checkpoints=tuple(complete), token=event.token))
    else:
        out.append(_reply(seat, event.token, ()))
    return out


def _refuse(seat: Seat, event: fx.Arrived, error: TielineError) -> list[Output]:
    who = event.peer or "a pouch"
    refusal = Parcel(line=seat.line, refused=f"{error.code}: {error}")
    return [
        fx.Tell(event="alarm", words=f"refused what {who} sent: {error}", party=event.peer),
        fx.Reply(token=event.token, data=encode_parcel(refusal)),
    ]


def _take_parcel(
    seat: Seat, parcel: Parcel, peer: str, now: Now
) -> tuple[list[Output], list[Change], list[Checkpoint]]:
    """Admit what a parcel brought, log by log; a part that is refused harms no other part."""
    out: list[Output] = []
    changes: list[Change] = []
    complete: list[Checkpoint] = []
    waiting = dict(parcel.parts)
    while waiting:
        progress = False
        for name in sorted(waiting):
            try:
                admitted = admit(seat, waiting[name], parcel.blobs)
            except UnverifiedError as error:
                if error.code == "unverified.unknown-key" and len(waiting) > 1:
                    continue  # Another part may bring the roster that certifies this log.
                out.append(alarm(peer, error))
                changes += evidence(error, name)
                del waiting[name]
                progress = True
                break
            del waiting[name]
            progress = True
            changes += admitted.changes
            _after_admission(seat, admitted, out, complete)
            told, more = _folded(seat, now)
            out += told
            changes += more
            break
        if not progress:
            for name in sorted(waiting):
                out.append(fx.Tell(event="alarm", words=f"no roster certifies the log {name[:16]}"))
            break
    changes += take_receipts(seat, parcel, out)
    return out, changes, complete


def _after_admission(
    seat: Seat, admitted: Admitted, out: list[Output], complete: list[Checkpoint]
) -> None:
    out += [fx.Tell(event="alarm", words=words) for words in admitted.alarms]
    ours = admitted.origin in seat.own.values()
    if admitted.complete is not None and seat.owner(admitted.origin) != seat.party:
        complete.append(admitted.complete)
    if ours and admitted.entries:
        why = "a peer holds more of our log than we did"
        seat.locked[admitted.origin] = why
        out.append(fx.Tell(event="alarm", words=f"{admitted.origin} is locked: {why}"))


def _cosigned(seat: Seat, event: fx.Cosigned) -> list[Output]:
    seat.pending.pop(event.token, None)
    for note in event.notes:
        checkpoint = parse_checkpoint(parse_note(note).text)
        roster = seat.roster(seat.party)
        if roster is None:
            continue
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
    return [_reply(seat, event.token, event.notes)]


def _reply(seat: Seat, token: int, notes: tuple[bytes, ...]) -> fx.Reply:
    parcel = Parcel(line=seat.line, have=tuple(seat.have()), receipts=list(notes))
    return fx.Reply(token=token, data=encode_parcel(parcel))


def _heard(seat: Seat, party: str, parcel: Parcel, now: Now, out: list[Output]) -> None:
    peer = seat.peers.get(party)
    if peer is None:
        return
    peer.heard_at_ms = now.elapsed_ms
    peer.has = {head.origin: head for head in parcel.have}
    if not peer.up:
        peer.up = True
        out.append(fx.Tell(event="link", words="up", party=party))


# -- our pushes


def _answered(seat: Seat, event: fx.Answered, now: Now) -> list[Output]:
    peer = seat.peers[event.peer]
    lane = peer.lanes[event.lane]
    try:
        parcel = parse_parcel(event.data)
        if parcel.line != seat.line:
            raise UnverifiedError(f"an answer of the line {parcel.line}")
        if parcel.refused:
            raise UnverifiedError(f"{event.peer} refused what we sent: {parcel.refused[:300]}")
    except UnverifiedError as error:
        failed = fx.Failed(peer=event.peer, lane=event.lane, why=str(error))
        return [alarm(event.peer, error), *_failed(seat, failed, now)]
    lane.busy, lane.failures, lane.retry_at_ms = False, 0, 0
    peer.told.update(lane.telling)
    if event.lane == "main":
        peer.budget = next_budget(peer.budget, event.sent_bytes, event.took_ms)
    out: list[Output] = []
    _heard(seat, event.peer, parcel, now, out)
    changes = take_receipts(seat, parcel, out)
    if changes:
        out.insert(0, _persist(seat, changes))
    return out + _offers(seat, now)


def _failed(seat: Seat, event: fx.Failed, now: Now) -> list[Output]:
    peer = seat.peers[event.peer]
    lane = peer.lanes[event.lane]
    lane.busy = False
    lane.failures += 1
    ceiling = min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** min(lane.failures, 10))
    spread = int.from_bytes(seat.tools.entropy(4)) % (ceiling - RETRY_MIN_MS + 1)
    lane.retry_at_ms = now.elapsed_ms + RETRY_MIN_MS + spread
    return _watch_link(peer, now)


def _offers(seat: Seat, now: Now) -> list[Output]:
    out: list[Output] = []
    for peer in seat.peers.values():
        for lane in LANES:
            sent = _offer(seat, peer, lane, now)
            if sent is not None:
                out.append(sent)
    return out


def _offer(seat: Seat, peer: Peer, lane: Lane, now: Now) -> fx.Send | None:
    state = peer.lanes[lane]
    if state.busy or now.elapsed_ms < state.retry_at_ms or seat.roster(seat.party) is None:
        return None
    parcel = offer(seat, peer, lane, peer.budget)
    if parcel is None:
        due = now.elapsed_ms - state.sent_at_ms >= HEARTBEAT_MS
        if lane == "express" or not due:
            return None
        parcel = Parcel(line=seat.line, have=tuple(seat.have()))
    state.busy, state.sent_at_ms = True, now.elapsed_ms
    state.telling = {origin: size for origin, (size, _) in seat.given.items()}
    return fx.Send(peer=peer.party, lane=lane, data=encode_parcel(parcel))


def _watch_link(peer: Peer, now: Now) -> list[Output]:
    silent = peer.heard_at_ms is None or now.elapsed_ms - peer.heard_at_ms >= DEAD_MS
    if peer.up and silent:
        peer.up = False
        return [fx.Tell(event="link", words="down", party=peer.party)]
    return []


# -- time


def _tick(seat: Seat, now: Now) -> list[Output]:
    out: list[Output] = []
    told, changes = _say(seat, machine.due_drafts(seat, now), now)
    clocks.keep_clocks(seat, now)
    if changes or seat.later:
        out.append(_persist(seat, changes))
    out += told
    out += _flush(seat)
    for peer in seat.peers.values():
        out += _watch_link(peer, now)
    return out + _offers(seat, now)
