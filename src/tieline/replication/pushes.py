"""Pushes: what we send to our peers, and what their answers tell us."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from tieline.errors import UnverifiedError
from tieline.replication import effects as fx
from tieline.replication.advance import persist
from tieline.replication.effects import Lane, Now, Output
from tieline.replication.offers import BUDGET_MIN, can_use, next_budget, offer, proofs_in
from tieline.replication.parcel import Parcel, encode_parcel, parse_parcel
from tieline.replication.receipts import alarm, take_receipts
from tieline.replication.seat import Peer, Seat
from tieline.replication.withdrawing import wanted

HEARTBEAT_MS = 5_000
"""Something is said to every peer at least this often (RELIABILITY 0.8)."""
DEAD_MS = 15_000
"""A peer that answered nothing for this long is shown as dead (RELIABILITY 0.8)."""
LANES: tuple[Lane, ...] = ("express", "main")
RETRY_MIN_MS = 1_000
RETRY_MAX_MS = 30_000
"""Bounds of the pause after a failure, chosen at random in between (RELIABILITY N8)."""


def heard(seat: Seat, party: str, parcel: Parcel, now: Now, out: list[Output]) -> None:
    """Remember what a peer says that it holds."""
    peer = seat.peers.get(party)
    if peer is None:
        return
    peer.heard_at_ms = now.elapsed_ms
    has = {head.origin: head for head in parcel.have}
    if any(o not in has or has[o].size < head.size for o, head in peer.has.items()):
        # It came back with an old disk: what it was told before may be gone.
        peer.told.clear()
        peer.proved.clear()
    peer.has, peer.want = has, parcel.want
    if not peer.up:
        peer.up = True
        out.append(fx.Tell(event="link", words="up", party=party))


def answered(seat: Seat, event: fx.Answered, now: Now) -> list[Output]:
    """A peer answered: its receipts, what it holds now, and the next unit."""
    peer = seat.peers[event.peer]
    lane = peer.lanes[event.lane]
    try:
        parcel = parse_parcel(event.data)
        if parcel.line != seat.line:
            raise UnverifiedError(f"an answer of the line {parcel.line}")
        if parcel.refused:
            raise UnverifiedError(f"{event.peer} refused what we sent: {parcel.refused[:300]}")
    except UnverifiedError as error:
        failure = fx.Failed(peer=event.peer, lane=event.lane, why=str(error))
        return [alarm(event.peer, error), *failed(seat, failure, now)]
    lane.busy, lane.failures, lane.retry_at_ms = False, 0, 0
    lane.said = lane.saying
    if event.lane == "main":
        peer.budget = next_budget(peer.budget, event.sent_bytes, event.took_ms)
    out: list[Output] = []
    heard(seat, event.peer, parcel, now, out)
    for origin, size in lane.telling.items():
        if can_use(seat, peer, origin, size):
            peer.told[origin] = size
    peer.proved |= lane.proving
    changes = take_receipts(seat, parcel, out)
    if changes:
        out.insert(0, persist(seat, changes))
    return out + offers(seat, now)


def failed(seat: Seat, event: fx.Failed, now: Now) -> list[Output]:
    """A push failed: pause for a random while, longer each time."""
    peer = seat.peers[event.peer]
    lane = peer.lanes[event.lane]
    lane.busy, lane.said = False, b""
    lane.failures += 1
    # A unit that was too large for the link would fail in the same way for ever.
    peer.budget = max(BUDGET_MIN, peer.budget // 2)
    ceiling = min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** min(lane.failures, 10))
    spread = int.from_bytes(seat.tools.entropy(4)) % (ceiling - RETRY_MIN_MS + 1)
    lane.retry_at_ms = now.elapsed_ms + RETRY_MIN_MS + spread
    return watch_link(peer, now)


def offers(seat: Seat, now: Now) -> list[Output]:
    """What is to be sent now, on every lane that is free."""
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
    due = now.elapsed_ms - state.sent_at_ms >= HEARTBEAT_MS
    parcel = offer(seat, peer, lane, peer.budget)
    saying = _digest(parcel) if parcel is not None else b""
    if parcel is not None and saying == state.said and not due:
        # It was answered and changed nothing there: once a heartbeat is enough.
        return None
    news = parcel is not None and (parcel.parts or parcel.blobs)
    if parcel is not None and not news and (lane == "express" or not due):
        # Receipts have gone back in the answer already: here they are only for who lost it.
        return None
    if parcel is None:
        if lane == "express" or not due:
            return None
        parcel = Parcel(line=seat.line, have=tuple(seat.have()), want=wanted(seat))
    state.busy, state.sent_at_ms, state.saying = True, now.elapsed_ms, saying
    sent = set(parcel.receipts)
    state.telling = {o: size for o, (size, note) in seat.given.items() if note in sent}
    state.proving = proofs_in(parcel, peer)
    return fx.Send(peer=peer.party, lane=lane, data=encode_parcel(parcel))


def _digest(parcel: Parcel) -> bytes:
    """What an offer says, apart from what we hold ourselves."""
    return hashlib.sha256(encode_parcel(replace(parcel, have=(), want=()))).digest()


def watch_link(peer: Peer, now: Now) -> list[Output]:
    """Say so when a link has gone dead."""
    silent = peer.heard_at_ms is None or now.elapsed_ms - peer.heard_at_ms >= DEAD_MS
    if peer.up and silent:
        peer.up = False
        return [fx.Tell(event="link", words="down", party=peer.party)]
    return []
