"""Advance: what follows once entries are held: the fold, the machine's answers, what to persist."""

from __future__ import annotations

from collections import deque

from tieline.errors import RefusedError, UnverifiedError
from tieline.record.checkpoint import Checkpoint
from tieline.replication import effects as fx
from tieline.replication import locks, machine
from tieline.replication.changes import Change
from tieline.replication.compare import compare_test
from tieline.replication.drafts import Draft
from tieline.replication.effects import Now, Output
from tieline.replication.seat import Seat
from tieline.state.expiries import TIMED


def say(seat: Seat, drafts: list[Draft], now: Now) -> tuple[list[Output], list[Change]]:
    """File machine steps; what they led to, and what must be persisted first.

    What is filed may release entries that waited, and those may ask for more: a queue, because a
    peer decides how long the chain is.
    """
    told: list[Output] = []
    changes: list[Change] = []
    waiting = deque(drafts)
    while waiting and seat.own["main"] not in seat.locked:
        draft = waiting.popleft()
        try:
            filing = machine.say(seat, draft, now)
        except (RefusedError, UnverifiedError) as error:
            told.append(fx.Tell(event="alarm", words=f"{draft.kind} not said: {error}"))
            machine.said(seat, draft)
            continue
        machine.said(seat, draft)
        changes += filing.changes
        more_told, more_changes, more = _fold(seat, now)
        told += more_told
        changes += more_changes
        waiting += more
        if draft.kind in TIMED:
            told.append(
                fx.Tell(
                    event="expired",
                    words=f"{draft.kind} {draft.strands[0]} {draft.body.get('next', '')}".rstrip(),
                    ref=filing.ref,
                    party=draft.strands[0],
                )
            )
    return told, changes


def folded(seat: Seat, now: Now) -> tuple[list[Output], list[Change]]:
    """Fold what can be folded; what to tell, and what the machine said to it."""
    told, changes, drafts = _fold(seat, now)
    if not drafts:
        return told, changes
    more_told, more = say(seat, drafts, now)
    return told + more_told, changes + more


def _fold(seat: Seat, now: Now) -> tuple[list[Output], list[Change], list[Draft]]:
    told: list[Output] = []
    drafts: list[Draft] = []
    locked: list[Change] = []
    for each in seat.fold.advance():
        seat.items.pop((each.ref.origin, each.ref.index), None)
        kind = each.message.kind if each.message is not None else "unreadable"
        words = f"{kind}: {each.judgement.outcome.value}"
        told.append(fx.Tell(event="folded", words=words, ref=each.ref, party=each.party))
        alarm = compare_test(seat, each)
        if alarm is not None:
            told.append(alarm)
        drafts += machine.notice(seat, each, now)
        locked += locks.superseded(seat, each)
    return told, locked, drafts


def persist(seat: Seat, changes: list[Change]) -> fx.Persist:
    """One batch of these changes and of what could wait for the next one."""
    batch = (*changes, *seat.later)
    seat.later = []
    return fx.Persist(changes=batch)


def flush(seat: Seat) -> list[Output]:
    """Have the heads of our logs signed that have grown."""
    out: list[Output] = []
    for origin in seat.own.values():
        copy = seat.copies.get(origin)
        if copy is not None and copy.size > copy.head_size and origin not in seat.locked:
            head = copy.at(copy.size)
            checkpoint = Checkpoint(origin=origin, size=head.size, root=head.root)
            out.append(fx.Sign(checkpoint=checkpoint))
    return out
