"""Deadlines: an auditor with clocks of its own (I-10). It counts the time a machine is on."""

from __future__ import annotations

from dataclasses import dataclass, field

from tieline.procedures.line import message as msg
from tieline.record.content import Spoken
from tieline.record.entry import Ref
from tieline.record.message import Message
from tieline.state.model import Case
from tieline.testing.broken import require
from tieline.testing.station import Station

GRACE_MS = 5_000
"""How much later than its deadline an escalation may be filed (RELIABILITY I-10)."""
RESTART_GRACE_MS = 3_000
"""What a restart may cost: the time since the running clocks were kept last, and one tick."""
EARLY_MS = 1_500


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
        if message.kind == msg.SAY:
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
        if state == msg.SENT and held is None:
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
        if message.kind == msg.EXPIRED:
            since = self.first_held_at.get((station.handle, message.case, message.strands[0]))
        if since is None or since.restarts != station.restarts:
            return
        spent = uptime_ms(station) - since.uptime_ms
        allowed = int(str(message.body["allowed"])) * 1_000
        what = f"{station.name} says after {spent} ms that {allowed} ms have run out"
        require("I-10", spent >= allowed - EARLY_MS, what)


def uptime_ms(station: Station) -> int:
    """How long a machine has been on, over all its lives."""
    if station.seat is None:
        return station.uptime_ms
    return station.uptime_ms + station.world.instant_ms() - station.ticking_ms
