"""Deadlines: an auditor with clocks of its own (I-10). It counts the time a machine is on."""

from __future__ import annotations

from dataclasses import dataclass, field

from tieline.procedures.line import message as msg
from tieline.procedures.notification import movement, stop
from tieline.record.content import Spoken
from tieline.record.entry import Ref
from tieline.record.message import Message
from tieline.replication.seat import Seat
from tieline.state.model import Case
from tieline.state.past import Past
from tieline.testing.broken import require
from tieline.testing.station import Station

GRACE_MS = 5_000
"""How much later than its deadline an escalation may be filed (RELIABILITY I-10)."""
RESTART_GRACE_MS = 3_000
"""What a restart may cost: the time since the running clocks were kept last, and one tick."""
EARLY_MS = 1_500
COUNTED = frozenset({msg.SAY, stop.CALL, movement.PLAN})
"""What is counted from, from the moment that its sender filed it."""


@dataclass(slots=True, kw_only=True)
class Since:
    """An event of one machine, on the clock that counts the time it was on."""

    uptime_ms: int
    restarts: int


@dataclass(slots=True)
class Deadlines:
    """When what was filed and held, as each sender knew it."""

    filed_at: dict[tuple[str, Ref], Since] = field(default_factory=dict)
    held_at: dict[tuple[str, Ref, str], Since] = field(default_factory=dict)
    first_held_at: dict[tuple[str, Ref, str], Since] = field(default_factory=dict)
    returned: set[tuple[str, Ref]] = field(default_factory=set)
    excused_ms: dict[str, int] = field(default_factory=dict)
    booted_with: dict[str, dict[str, int]] = field(default_factory=dict)

    def filed(self, station: Station, ref: Ref, message: Message) -> None:
        if message.kind in COUNTED:
            since = self._now(station)
            if ref.index < self.booted_with.get(station.handle, {}).get(ref.origin, 0):
                since.restarts = -1  # It was filed in an earlier life, and is acknowledged now.
            self.filed_at.setdefault((station.handle, ref), since)
            if since.restarts < 0:
                self._untold(station)

    def folded(self, station: Station, ref: Ref) -> None:
        """An entry of ours was folded: when it was filed, or when it came back from a peer."""
        if (station.handle, ref) in self.filed_at:
            if self.filed_at[station.handle, ref].restarts != station.restarts:
                self.returned.add((station.handle, ref))
            self.filed_at[station.handle, ref] = self._now(station)
            for known in (self.held_at, self.first_held_at):
                for key in [k for k in known if k[:2] == (station.handle, ref)]:
                    del known[key]
            self._untold(station)

    def stored(self, station: Station, ref: Ref, party: str) -> None:
        """Everything up to an entry is held by a party."""
        for handle, filed in self.filed_at:
            covered = filed.origin == ref.origin and filed.index <= ref.index
            if handle == station.handle and covered:
                since = self.held_at.setdefault((handle, filed, party), self._now(station))
                self.first_held_at.setdefault((handle, filed, party), since)

    def restarted(self, station: Station) -> None:
        """Receipts that a crash took along arrive again later: their clock begins anew."""
        seat = station.seat
        if seat is None:
            return
        disk = station.disk
        self.booted_with[station.handle] = {o: disk.size(o) for o in disk.origins()}
        for key in [k for k in self.held_at if k[0] == station.handle]:
            if seat.receipt_for(key[1], key[2]) is None:
                del self.held_at[key]
        self._untold(station)

    def _untold(self, station: Station) -> None:
        """Receipts that came before we heard of them, or of what they cover: of unknown age."""
        seat = station.seat
        assert seat is not None
        for handle, ref in self.filed_at:
            for party in seat.peers if handle == station.handle else ():
                if seat.receipt_for(ref, party) is not None:
                    since = self._now(station)
                    self.held_at.setdefault((handle, ref, party), since)
                    since = Since(uptime_ms=since.uptime_ms, restarts=-1)
                    self.first_held_at.setdefault((handle, ref, party), since)

    def excuse(self, station: Station) -> None:
        """From now on: the machine was in recovery, and said so."""
        self.excused_ms[station.handle] = uptime_ms(station)

    @staticmethod
    def _now(station: Station) -> Since:
        return Since(uptime_ms=uptime_ms(station), restarts=station.restarts)

    def _spent(self, station: Station, since: Since) -> int:
        start = max(since.uptime_ms, self.excused_ms.get(station.handle, 0))
        grace = GRACE_MS + RESTART_GRACE_MS * (station.restarts - since.restarts)
        return uptime_ms(station) - start - grace

    # -- too late

    def check(self, station: Station) -> None:
        """Whatever has run out was said to have run out."""
        seat = station.seat
        if seat is None:
            return
        if seat.locked or uptime_ms(station) == 0:
            self.excuse(station)
            return
        for (handle, ref), filed in self.filed_at.items():
            if handle != station.handle:
                continue
            case = seat.view.case_at(ref)
            for strand in case.strands if case is not None else ():
                assert case is not None
                self._check_strand(station, case, strand, ref, filed)

    def _check_strand(
        self, station: Station, case: Case, strand: str, ref: Ref, filed: Since
    ) -> None:
        seat = station.seat
        assert seat is not None
        state, terms = seat.view.state(case, strand), seat.view.terms()
        held = self.held_at.get((station.handle, ref, strand))
        if case.procedure is movement.MOVEMENT:
            self._check_arrival(station, case, strand, filed)
            return
        if case.procedure is stop.STOP and state in (stop.CALLED, stop.NOT_HELD):
            if held is None and state == stop.NOT_HELD:
                return
            spent = self._spent(station, held or filed)
            allowed = (terms.receipt_s if held is None else terms.take_s)(case.level)
        elif state == msg.SENT and held is None:
            spent, allowed = self._spent(station, filed), terms.receipt_s(case.level)
        elif state == msg.SENT and held is not None:
            spent, allowed = self._spent(station, held), terms.take_s(case.level)
        elif state == msg.TAKEN and held is not None:
            own = case.message.body["answer_by_s"]
            allowed = own if isinstance(own, int) and own else terms.answer_s(case.level)
            spent = self._spent(station, held)
        else:
            return
        what = f"{station.name}: {case.level} to {strand} is {state} {spent} ms late"
        require("I-10", spent <= allowed * 1_000, what)

    def _check_arrival(self, station: Station, case: Case, strand: str, filed: Since) -> None:
        seat = station.seat
        assert seat is not None
        due_ms = stated_last_ms(seat, case, seat.view.past)
        running = seat.view.state(case, strand) in movement.RUNNING
        if strand != case.key.party or not running or due_ms is None:
            return
        late = self._spent(station, filed) - (due_ms - case.time_s * 1_000)
        require("I-10", late <= 0, f"{station.name}: a movement is overdue and {late} ms silent")

    # -- too early

    def expired(self, station: Station, ref: Ref) -> None:
        """A clock is said to have run out: it had the time that the framework gives."""
        seat = station.seat
        content = seat.content(ref) if seat is not None else None
        if not isinstance(content, Spoken) or content.message.case is None:
            return
        message = content.message
        assert message.case is not None
        if (station.handle, message.case) in self.returned:
            return  # The disk that was restored may know how long its clock ran in an earlier life.
        since = self.filed_at.get((station.handle, message.case))
        if message.kind == movement.OVERDUE:
            self._overdue(station, ref, message.case, since)
            return
        if message.kind == stop.EXPIRED and message.body["clock"] == "answer":
            return  # Counted from an acknowledgement, which the state itself is compared with.
        if message.kind in (msg.EXPIRED, stop.EXPIRED):
            since = self.first_held_at.get((station.handle, message.case, message.strands[0]))
        if since is None or since.restarts != station.restarts:
            return
        spent = uptime_ms(station) - since.uptime_ms
        allowed = int(str(message.body["allowed"])) * 1_000
        what = f"{station.name} says after {spent} ms that {allowed} ms have run out"
        require("I-10", spent >= allowed - EARLY_MS, what)

    def _overdue(self, station: Station, ref: Ref, opener: Ref, since: Since | None) -> None:
        seat = station.seat
        assert seat is not None
        case = seat.view.case_at(opener)
        if since is None or since.restarts != station.restarts or case is None:
            return
        due_ms = stated_last_ms(seat, case, seat.fold.past_of(ref))
        spent = uptime_ms(station) - since.uptime_ms
        allowed = (due_ms or 0) - case.time_s * 1_000
        what = f"{station.name} says after {spent} ms that a movement is overdue, not {allowed}"
        require("I-10", due_ms is not None and spent >= allowed - EARLY_MS, what)


def stated_last_ms(seat: Seat, case: Case, past: Past) -> int | None:
    """When the arrival that a movement's own party stated last, and its slack, are over.

    Read from the bodies of its steps alone, one after the other as their author filed them.
    """
    logs, found, newest = seat.view.registers.logs, None, -1
    for step in case.strands.get(case.key.party, ()):
        content = seat.content(step.ref)
        if not isinstance(content, Spoken) or sum(step.past) < newest:
            continue
        due_ms = movement.due_ms(content.message.body, case.message.body)
        if due_ms is not None and logs.holds(past, step.ref.origin, step.ref.index):
            found, newest = due_ms, sum(step.past)
    return found


def uptime_ms(station: Station) -> int:
    """How long a machine has been on, over all its lives."""
    if station.seat is None:
        return station.uptime_ms
    return station.uptime_ms + station.world.instant_ms() - station.ticking_ms
