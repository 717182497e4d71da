"""Locks: logs of ours that are never signed again, remembered across restarts."""

from __future__ import annotations

import json

from tieline.procedures.line.generation import KIND
from tieline.replication.changes import Change, PutLocal
from tieline.replication.house import lock_key
from tieline.replication.seat import Seat
from tieline.state.fold import Folded


def lock(seat: Seat, origin: str, why: str) -> Change:
    """Never sign this log again; the change that remembers it."""
    if origin in seat.own.values():
        why = seat.locked.setdefault(origin, why)
    value = {"why": why, "returned": seat.returned.get(origin, 0)}
    return PutLocal(key=lock_key(origin), value=json.dumps(value).encode())


def load_locks(seat: Seat) -> None:
    """Remember after a restart which of our logs are locked, and what peers gave back of them."""
    for key, value in seat.reader.locals(lock_key(f"{seat.line}/")):
        origin, kept = key.removeprefix(lock_key("")), json.loads(value)
        seat.returned[origin] = int(kept["returned"])
        if origin in seat.own.values():
            seat.locked.setdefault(origin, str(kept["why"]))


def superseded(seat: Seat, folded: Folded) -> list[Change]:
    """Lock our logs when it turns out that we went on in others before this disk was made."""
    message = folded.message
    if message is None or message.kind != KIND or folded.party != seat.party:
        return []
    certified = seat.roster(seat.party)
    newer = certified.log(folded.ref.origin) if certified is not None else None
    ours = certified.log(seat.own["main"]) if certified is not None else None
    if newer is None or ours is None or newer.generation <= ours.generation:
        return []
    why = f"we went on in {folded.ref.origin}"
    return [lock(seat, origin, why) for origin in seat.own.values()]
