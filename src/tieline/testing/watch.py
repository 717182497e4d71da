"""Watch: sees everything that happens in a world, and reports the first promise that breaks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from tieline.record.checkpoint import Checkpoint
from tieline.record.content import Spoken
from tieline.record.entry import Ref
from tieline.record.note import parse_note
from tieline.replication import effects as fx
from tieline.replication.parcel import Parcel
from tieline.state.model import Outcome
from tieline.testing import invariants
from tieline.testing.broken import require
from tieline.testing.deadlines import Deadlines
from tieline.testing.ledger import Ledger, read_head, read_parcel
from tieline.testing.options import Options
from tieline.testing.station import Station

CHEAP_MS = 5_000
DEAR_MS = 30_000


class Watched(Protocol):
    """What the watch needs of its world."""

    options: Options
    stations: dict[str, Station]

    def instant_ms(self) -> int: ...
    def honest(self) -> list[Station]: ...


@dataclass(slots=True)
class Watch:
    """Ledger, deadlines, expectations, and a journal of what was told."""

    world: Watched
    ledger: Ledger = field(default_factory=Ledger)
    deadlines: Deadlines = field(default_factory=Deadlines)
    dishonest: set[str] = field(default_factory=set)
    expected: dict[Ref, frozenset[Outcome]] = field(default_factory=dict)
    reached: dict[str, dict[str, set[bytes]]] = field(default_factory=dict)
    genuine: set[bytes] = field(default_factory=set)
    frozen: set[tuple[str, str]] = field(default_factory=set)
    alarms: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    sends: Counter[str] = field(default_factory=Counter)
    journal: list[str] = field(default_factory=list)
    keep_journal: bool = False
    keep_bytes: list[bytes] | None = None
    _cheap_ms: int = 0
    _dear_ms: int = 0

    def note(self, station: Station, words: str) -> None:
        """One line for whoever looks into a failure."""
        if self.keep_journal:
            self.journal.append(f"{self.world.instant_ms()} {station.name} {words}")

    def is_liar(self, station: Station) -> bool:
        return station.handle in self.dishonest

    # -- what happens

    def emitted(self, station: Station, data: bytes, what: str) -> None:
        """Bytes left a machine, whether or not they ever arrive."""
        if self.keep_bytes is not None:
            self.keep_bytes.append(data)
        liar = self.is_liar(station)
        self.ledger.emitted(data, f"{station.name}: {what}", liar=liar)
        parcel = read_parcel(data)
        if parcel is None or liar:
            return
        self.genuine.update(parcel.receipts)
        for head in parcel.have:
            held = station.disk.size(head.origin)
            what = f"{station.name} says it has {head.size} of {head.origin}, durable are {held}"
            require("I-3", head.size <= held, what)

    def on_send(self, station: Station, send: fx.Send) -> None:
        self.sends[station.name] += 1
        self.note(station, f"sends {len(send.data)} to {send.peer} on {send.lane}")

    def arrived(self, station: Station, data: bytes) -> None:
        """Bytes have reached a machine, which has taken them in."""
        parcel = read_parcel(data)
        if parcel is None or station.seat is None:
            return
        if parcel.line == station.line and not parcel.refused and not self.is_liar(station):
            self._receipts_count(station, parcel)
        for part in parcel.parts.values():
            for note in (part.checkpoint, part.fork):
                head = read_head(note) if note is not None else None
                if head is not None and head.origin in self.ledger.forked:
                    known = self.reached.setdefault(station.name, {})
                    known.setdefault(head.origin, set()).add(note or b"")

    def _receipts_count(self, station: Station, parcel: Parcel) -> None:
        """A true receipt that has come, for what is held here, is shown at once (I-12)."""
        seat = station.seat
        assert seat is not None
        for note in parcel.receipts:
            head = read_head(note) if note in self.genuine else None
            copy = seat.copies.get(head.origin) if head is not None else None
            if head is None or copy is None or head.size > copy.size:
                continue
            for line in parse_note(note).lines:
                party, _, mirror = line.name.rpartition("/")[2].partition("-")
                known = party != station.handle and mirror and seat.roster(party) is not None
                if not mirror.startswith("mirror") or not known:
                    continue
                shown = seat.held_by_receipt(head.origin, party)
                same = copy.tree.root(head.size) == head.root
                what = f"{station.name} shows {shown} of {head.origin} as held by {party}, "
                what += f"whose receipt for {head.size} has come"
                require("I-12", shown >= head.size or not same, what)

    def signed(self, station: Station, checkpoint: Checkpoint, note: bytes) -> None:
        self.note(station, f"signs {checkpoint.origin[-9:]} at {checkpoint.size} {len(note)}")
        self.ledger.signed(station, checkpoint, liar=self.is_liar(station))

    def before_cosign(self, station: Station, cosign: fx.Cosign) -> None:
        if not self.is_liar(station):
            self.ledger.before_cosign(station, cosign)

    def told(self, station: Station, tell: fx.Tell) -> None:
        """A machine told its officers something."""
        self.note(station, f"{tell.event}: {tell.words} {tell.ref.index if tell.ref else ''}")
        if self.is_liar(station) or station.seat is None:
            return
        if tell.event == "filed" and tell.ref is not None:
            content = station.seat.content(tell.ref) if self._durable(station, tell.ref) else None
            message_id = content.message.id if isinstance(content, Spoken) else tell.ref.text()
            self.ledger.filed(station, message_id, tell.ref)
            if isinstance(content, Spoken):
                self.deadlines.filed(station, tell.ref, content.message)
        elif tell.event == "folded" and tell.ref is not None:
            self._folded(station, tell.ref, tell.words)
        elif tell.event == "stored" and tell.ref is not None:
            self._stored(station, tell)
        elif tell.event == "alarm":
            self.alarms[tell.words[:60]] += 1
            differs = "computes another state" in tell.words and tell.party not in self.dishonest
            require("I-7", not differs, f"{station.name}: {tell.words}")
        elif tell.event == "expired" and tell.ref is not None:
            self.deadlines.expired(station, tell.ref)

    @staticmethod
    def _durable(station: Station, ref: Ref) -> bool:
        return station.disk.leaf(ref.origin, ref.index) is not None

    def _folded(self, station: Station, ref: Ref, words: str) -> None:
        outcome = words.partition(": ")[2]
        self.deadlines.folded(station, ref)
        self.outcomes[outcome] += 1
        allowed = self.expected.get(ref)
        if allowed is not None:
            names = {o.value for o in allowed}
            what = f"{station.name} judged entry {ref.index} of {ref.origin}: {words}, not {names}"
            require("I-14/I-15", outcome in names, what)

    def _stored(self, station: Station, tell: fx.Tell) -> None:
        assert tell.ref is not None
        self.deadlines.stored(station, tell.ref, tell.party)
        peer = self.world.stations[tell.party]
        if self.is_liar(peer) or (peer.handle, tell.ref.origin) not in self.ledger.cosigned:
            return
        held = peer.disk.size(tell.ref.origin)
        what = f"{station.name} shows entry {tell.ref.index} as held by {tell.party}, it has {held}"
        require("I-12", held > tell.ref.index, what)

    def died(self, station: Station, why: str) -> None:
        self.note(station, f"dies: {why}")

    def booted(self, station: Station) -> None:
        """A machine is on again: what it promised is still there."""
        self.note(station, "is on again")
        if not self.is_liar(station):
            self.ledger.still_filed(station)
            self.ledger.still_cosigned(station)
            self.deadlines.restarted(station)
            self._frozen_stays(station)

    # -- checks by time

    def after_step(self) -> None:
        """After every event: what is cheap; now and then what is not."""
        if self.reached:
            self._forks_are_shown()
        now = self.world.instant_ms()
        if now - self._cheap_ms >= CHEAP_MS:
            self._cheap_ms = now
            for station in self.world.honest():
                self.deadlines.check(station)
        if now - self._dear_ms >= DEAR_MS:
            self._dear_ms = now
            self.check_all()

    def check_all(self) -> None:
        """Everything that compares whole records."""
        honest = self.world.honest()
        invariants.equal_states(honest)
        for station in honest:
            self.ledger.still_filed(station)
            invariants.true_copies(station, honest, self.ledger.forked)
            if station.seat is not None:
                invariants.honest_strands(station.seat)
                invariants.honest_pasts(station.seat)
                invariants.one_case_per_id(station.seat)

    def _forks_are_shown(self) -> None:
        for station in self.world.honest():
            seat = station.seat
            for origin, notes in self.reached.get(station.name, {}).items():
                copy = seat.copies.get(origin) if seat is not None else None
                if copy is None or (station.name, origin) in self.frozen:
                    continue
                heads = [h for note in notes if (h := read_head(note)) is not None]
                torn = any(h.size <= copy.size and copy.tree.root(h.size) != h.root for h in heads)
                if not torn:
                    continue
                what = f"{station.name} has two histories of {origin} and shows no fork"
                require("I-5", copy.forked is not None, what)
                kept = {data for _, data in station.disk.evidence()}
                proof = copy.forked is not None and set(copy.forked) <= kept
                require("I-5", proof, f"{station.name} keeps no evidence of the fork of {origin}")
                self.frozen.add((station.name, origin))

    def _frozen_stays(self, station: Station) -> None:
        for name, origin in self.frozen:
            if name == station.name and station.seat is not None:
                copy = station.seat.copies.get(origin)
                what = f"{name} forgot the fork of {origin} when it restarted"
                require("I-5", copy is not None and copy.forked is not None, what)
