"""Clocks: which deadlines run for our own messages, and which have run out.

Counted on the elapsed-time clock of the party that waits; kept in the store, and armed again after
a restart from both clocks: the earlier wins.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from tieline.procedures.dialogue import contact
from tieline.procedures.line import message as msg
from tieline.procedures.line import test as line_test
from tieline.procedures.notification import movement, stop
from tieline.record.content import Spoken
from tieline.record.entry import Ref
from tieline.record.strict import JsonValue
from tieline.replication.changes import DropLocal, PutLocal
from tieline.replication.drafts import Draft
from tieline.replication.effects import Now
from tieline.replication.seat import Armed, Held, Seat
from tieline.state.model import Case
from tieline.state.notices import stated_due_ms

CLOCKS_SAVE_MS = 2_000
"""How often the time that running clocks have spent is kept: what a restart may lose of it."""
MACHINE_OFFICE = "node"
STILL_OPEN = frozenset({msg.SENT, msg.TAKEN, msg.TAKEN_LATE, msg.NOT_HELD, msg.NOT_TAKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock that runs for one strand of a case of ours. ``name`` is unique while it runs."""

    name: str
    kind: str
    clock: str
    rung: int
    allowed_s: int
    next_office: str
    receipt: Held | None


def clocks_of(seat: Seat, case: Case, strand: str) -> list[Clock]:
    """The clocks that run for one strand, from the state and the receipts held here."""
    view, state = seat.view, seat.view.state(case, strand)
    held = next(
        (h for ref in case.openers if (h := seat.receipt_for(ref, strand)) is not None), None
    )
    base = f"{case.key.party}/{case.key.id}/{strand}"
    if case.procedure is contact.CONTACT:
        return _contact_clocks(case, state, base)
    if case.procedure is movement.MOVEMENT:
        return _arrival_clocks(seat, case, strand, state, base)
    if case.procedure is stop.STOP:
        return _stop_clocks(seat, case, strand, held, base)
    if case.procedure.name == "test":
        if state != line_test.CALLED:
            return []
        allowed = view.terms().test_answer_s()
        return [_clock(f"{base}/filed/echo", line_test.EXPIRED, "answer", 0, allowed, "", None)]
    if state not in STILL_OPEN:
        return []
    terms = view.terms()
    if held is None:
        if state != msg.SENT:
            return []
        allowed = terms.receipt_s(case.level)
        return [_clock(f"{base}/filed/receipt", msg.UNREACHED, "take", 0, allowed, "", None)]
    expired = [s for s in case.strands[strand] if s.kind == msg.EXPIRED]
    bodies = [_body(seat, s.ref) for s in expired]
    clocks = []
    rung = sum(b.get("clock") == "take" for b in bodies)
    ladder = terms.ladder()
    if rung < len(ladder) and state not in (msg.TAKEN, msg.TAKEN_LATE):
        suspended = view.suspended(case.channel)
        after = ladder[rung + 1] if rung + 1 < len(ladder) and not suspended else ""
        allowed = terms.take_s(case.level) * (rung + 1)
        name = f"{base}/held/take{rung}"
        clocks.append(
            _clock(
                name, msg.EXPIRED, "take", rung, allowed, f"{strand}/{after}" if after else "", held
            )
        )
    if not any(b.get("clock") == "answer" for b in bodies):
        own = case.message.body.get("answer_by_s")
        allowed = own if isinstance(own, int) and own else terms.answer_s(case.level)
        clocks.append(_clock(f"{base}/held/answer", msg.EXPIRED, "answer", 0, allowed, "", held))
    return clocks


def _contact_clocks(case: Case, state: str, base: str) -> list[Clock]:
    """Until the instant that the request named, counted from when it was filed."""
    named = case.message.body.get("answer_by_ms")
    if state != contact.REQUESTED or not isinstance(named, int):
        return []
    # Rounded up: never before its time.
    allowed = -(-named // 1000) - case.time_s
    return [_clock(f"{base}/filed/contact", contact.EXPIRED, "answer", 0, allowed, "", None)]


def _arrival_clocks(seat: Seat, case: Case, strand: str, state: str, base: str) -> list[Clock]:
    """Until the arrival that we stated last, and its slack, counted from when it was planned."""
    due_ms = stated_due_ms(seat.view, case)
    if strand != case.key.party or state not in movement.RUNNING or due_ms is None:
        return []
    allowed = -(-due_ms // 1000) - case.time_s
    return [_clock(f"{base}/filed/overdue", movement.OVERDUE, "answer", 0, allowed, "", None)]


def _stop_clocks(seat: Seat, case: Case, strand: str, held: Held | None, base: str) -> list[Clock]:
    """One hop after the other: held by their system, acknowledged, acted on."""
    terms, state = seat.view.terms(), seat.view.state(case, strand)
    if state == stop.CALLED and held is None:
        allowed = terms.receipt_s(case.level)
        return [_clock(f"{base}/filed/receipt", stop.UNREACHED, "take", 0, allowed, "", None)]
    allowed = terms.take_s(case.level)
    if state in (stop.CALLED, stop.NOT_HELD) and held is not None:
        return [_clock(f"{base}/held/take", stop.EXPIRED, "take", 0, allowed, "", held)]
    if state == stop.ACKNOWLEDGED:
        # Each acknowledgement starts a clock of its own.
        times = len(case.strands[strand])
        return [_clock(f"{base}/taken{times}/answer", stop.EXPIRED, "answer", 0, allowed, "", None)]
    return []


def _clock(  # noqa: PLR0917 - a clock in one line
    name: str, kind: str, clock: str, rung: int, allowed: int, after: str, held: Held | None
) -> Clock:
    return Clock(
        name=name,
        kind=kind,
        clock=clock,
        rung=rung,
        allowed_s=allowed,
        next_office=after,
        receipt=held,
    )


def _body(seat: Seat, ref: Ref) -> dict[str, JsonValue]:
    known = seat.bodies.get(ref)
    if known is None:
        content = seat.content(ref)
        known = dict(content.message.body) if isinstance(content, Spoken) else {}
        seat.bodies[ref] = known
    return known


def spent_ms(armed: Armed, now: Now) -> int:
    """How long a clock has run: by elapsed time, plus what it had run before a restart."""
    return armed.spent_ms + max(0, now.elapsed_ms - armed.elapsed_ms)


def remaining_s(seat: Seat, clock: Clock, now: Now) -> int:
    """Seconds until a clock runs out; negative once it has."""
    armed = seat.clocks.get(_armed_name(clock))
    spent = spent_ms(armed, now) if armed is not None else 0
    return clock.allowed_s - spent // 1000


def _armed_name(clock: Clock) -> str:
    """All clocks that count from one event share what was armed: filed, or held."""
    return clock.name.rpartition("/")[0]


def expiries(seat: Seat, now: Now) -> list[Draft]:
    """What our machine has to say because a clock ran out."""
    drafts: list[Draft] = []
    for key in sorted(seat.watched):
        case = seat.view.case(key)
        if case is None:
            continue
        for strand in sorted(case.strands):
            for clock in clocks_of(seat, case, strand):
                armed = seat.clocks.get(_armed_name(clock)) or _arm(seat, clock, now)
                if spent_ms(armed, now) >= clock.allowed_s * 1000:
                    drafts.append(_expired(seat, case, strand, clock))
                    break
    _settle(seat)
    return drafts


def _arm(seat: Seat, clock: Clock, now: Now) -> Armed:
    armed = Armed(wall_ms=now.wall_ms, elapsed_ms=now.elapsed_ms)
    seat.clocks[_armed_name(clock)] = armed
    save_clock(seat, _armed_name(clock), armed, now)
    return armed


def _expired(seat: Seat, case: Case, strand: str, clock: Clock) -> Draft:
    if clock.kind == contact.EXPIRED:
        return _contact_expired(case, strand)
    if clock.kind == movement.OVERDUE:
        return _overdue(seat, case, strand)
    start_s = clock.receipt.time_s if clock.receipt is not None else case.time_s
    if clock.kind == stop.EXPIRED and clock.clock == "answer":
        start_s = max(tip.time_s for tip in seat.view.tips(case, strand))
    body: dict[str, JsonValue] = {
        "clock": clock.clock,
        "rung": clock.rung,
        "next": clock.next_office,
        "receipt": clock.receipt.note.decode() if clock.receipt is not None else "",
        "allowed": clock.allowed_s,
    }
    # A peer whose clock runs ahead must not make our expiry look early.
    return Draft(
        kind=clock.kind,
        office=MACHINE_OFFICE,
        body=body,
        case=case.opener,
        strands=(strand,),
        issued_ms=(start_s + clock.allowed_s) * 1000,
    )


def _contact_expired(case: Case, strand: str) -> Draft:
    named = int(str(case.message.body["answer_by_ms"]))
    return Draft(
        kind=contact.EXPIRED,
        office=MACHINE_OFFICE,
        body={"answer_by_ms": named},
        case=case.opener,
        strands=(strand,),
        issued_ms=named,
    )


def _overdue(seat: Seat, case: Case, strand: str) -> Draft:
    due_ms = stated_due_ms(seat.view, case) or 0
    return Draft(
        kind=movement.OVERDUE,
        office=MACHINE_OFFICE,
        body={"due_ms": due_ms},
        case=case.opener,
        strands=(strand,),
        issued_ms=due_ms,
    )


def _is_over(seat: Seat, case: Case) -> bool:
    """Whether no step leads back to where a clock of the case runs."""
    if case.procedure is movement.MOVEMENT:
        # What others do with the plan is theirs; a movement is over when its own party says so.
        return seat.view.state(case, case.key.party) in movement.OVER
    if case.procedure is stop.STOP:
        own = case.key.party
        others = [state for party, state in seat.view.states(case).items() if party != own]
        return all(state in stop.STOP.closed for state in others)
    if case.procedure is contact.CONTACT:
        return True
    return all(s in case.procedure.closed for s in seat.view.states(case).values())


def _settle(seat: Seat) -> None:
    for key in sorted(seat.watched):
        case = seat.view.case(key)
        if case is None:
            continue
        if any(clocks_of(seat, case, strand) for strand in case.strands):
            continue
        if _is_over(seat, case):
            seat.watched.discard(key)
            prefix = f"{key.party}/{key.id}/"
            for name in [n for n in seat.clocks if n.startswith(prefix)]:
                del seat.clocks[name]
                seat.later.append(DropLocal(key=clock_key(seat, name)))


def clock_key(seat: Seat, name: str) -> str:
    """Where a clock is kept in the store."""
    return f"clock/{seat.line}/{name}"


def save_clock(seat: Seat, name: str, armed: Armed, now: Now) -> None:
    """Keep a clock with the next thing that is persisted."""
    value = {"wall_ms": armed.wall_ms, "spent_ms": spent_ms(armed, now)}
    seat.later.append(PutLocal(key=clock_key(seat, name), value=json.dumps(value).encode()))


def load_clocks(seat: Seat, now: Now) -> None:
    """Arm the clocks again after a restart, from both clocks; the earlier wins."""
    prefix = f"clock/{seat.line}/"
    for key, value in seat.reader.locals(prefix):
        kept = json.loads(value)
        by_wall = max(0, now.wall_ms - int(kept["wall_ms"]))
        seat.clocks[key.removeprefix(prefix)] = Armed(
            wall_ms=int(kept["wall_ms"]),
            elapsed_ms=now.elapsed_ms,
            spent_ms=max(int(kept["spent_ms"]), by_wall),
        )


def keep_clocks(seat: Seat, now: Now) -> None:
    """Now and then, keep how long the running clocks have run."""
    if now.elapsed_ms - seat.saved_clocks_ms >= CLOCKS_SAVE_MS:
        seat.saved_clocks_ms = now.elapsed_ms
        for name, armed in seat.clocks.items():
            save_clock(seat, name, armed, now)
