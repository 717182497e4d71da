"""World: parties, their machines, a network and a clock that all repeat exactly for one seed.

Everything happens in one queue of events in virtual milliseconds. The phase with faults is
followed by a calm one in which everything must converge (RELIABILITY 4).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from random import Random

from tieline.record.checkpoint import Checkpoint
from tieline.replication import effects as fx
from tieline.replication import founding
from tieline.replication.changes import Change
from tieline.testing.broken import PowerCutError
from tieline.testing.network import Network
from tieline.testing.options import Options
from tieline.testing.parties import HANDLES, Party, make_party
from tieline.testing.station import Station
from tieline.testing.watch import Watch

START_MS = 1_795_257_600_000
"""A moment in November 2026: virtual time begins there."""
TICK_MS = 1_000
SETTLE_MS = 4_000
SETTLE_ROUNDS = 20
RESTART_MS = (200, 4_000)


class World:
    """One seeded world. `exercise.run` drives it through its phases."""

    def __init__(self, seed: int, options: Options) -> None:
        self.seed = seed
        self.options = options
        self.rng = Random(f"world {seed}")
        self.start_ms = START_MS
        self._now_ms = START_MS
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._number = 0
        self.faulty = False
        self.crashing = False
        self.opening = False
        self.outputs = 0
        self.line = founding.new_line_id(self.rng.randbytes)
        self.parties: dict[str, Party] = {
            handle: make_party(self.line, handle, self.rng.randbytes)
            for handle in HANDLES[: options.parties]
        }
        self.fingerprints = {h: p.vault.fingerprint() for h, p in self.parties.items()}
        self.network = Network(
            options=options,
            rng=Random(f"network {seed}"),
            later=self.later,
            instant_ms=self.instant_ms,
            arrived=self._arrived,
        )
        self.stations = {h: self.new_station(p) for h, p in self.parties.items()}
        self.watch = Watch(world=self)
        self.on_died: list[Callable[[Station], None]] = []
        self.intercept: Callable[[Station, fx.Send | fx.Reply], bytes] | None = None

    def new_station(self, party: Party) -> Station:
        """A machine of a party; there is one, unless it is cloned."""
        rng = Random(f"station {self.seed} {party.handle} {self.rng.random()}")
        return Station(party, self.fingerprints, self, rng)

    def honest(self) -> list[Station]:
        """Machines that do what the code says, and only one of each party."""
        return [s for h, s in self.stations.items() if h not in self.watch.dishonest]

    # -- time

    def instant_ms(self) -> int:
        return self._now_ms

    def later(self, delay_ms: int, do: Callable[[], None]) -> None:
        """Do something after a delay."""
        self._number += 1
        heapq.heappush(self._queue, (self._now_ms + delay_ms, self._number, do))

    def run(self, duration_ms: int) -> None:
        """Let time pass."""
        end = self._now_ms + duration_ms
        while self._queue and self._queue[0][0] <= end:
            self._now_ms, _, do = heapq.heappop(self._queue)
            do()
            self.watch.after_step()
        self._now_ms = end

    def settle(self) -> None:
        """Let time pass until all machines hold the same; a line is opened in these steps."""
        for _ in range(SETTLE_ROUNDS):
            self.run(SETTLE_MS)
            seats = [s.seat for s in self.stations.values() if s.seat is not None]
            if len(seats) < len(self.stations):
                continue
            sizes = {tuple(sorted((o, c.size) for o, c in seat.copies.items())) for seat in seats}
            if len(sizes) == 1:
                return

    def start_ticking(self, station: Station) -> None:
        """Let a machine's clock tick for ever."""
        station.ticking_ms = self._now_ms

        def tick() -> None:
            if station.retired:
                return
            if station.seat is not None:
                station.uptime_ms += self._now_ms - station.ticking_ms
                station.give(fx.Tick())
            station.ticking_ms = self._now_ms
            self.later(TICK_MS, tick)

        self.later(self.rng.randrange(TICK_MS), tick)

    # -- what a station asks of its surroundings

    def between(self, station: Station) -> None:
        """The moment before or after an output; here the power may fail."""
        self.outputs += 1
        if self.outputs == self.options.crash_at:
            raise PowerCutError("power cut at the chosen output")
        if self._strikes(station, self.options.crash):
            raise PowerCutError("power cut between two outputs")

    def around_commit(self, station: Station, moment: str, changes: Sequence[Change]) -> None:
        """The moment before or after a commit; here its outcome may become unknown."""
        if self._strikes(station, self.options.unknown / 2):
            raise OSError(f"input/output error {moment} {len(changes)} changes")

    def _strikes(self, station: Station, rate: float) -> bool:
        """Whether a fault of this rate happens now; while the line is opened, ``early`` counts."""
        if self.opening:
            return self.options.early > 0 and station.rng.random() < self.options.early
        return self.crashing and station.rng.random() < rate

    def send(self, station: Station, send: fx.Send) -> None:
        if self.intercept is not None:
            data = self.intercept(station, send)
            send = fx.Send(peer=send.peer, lane=send.lane, data=data)
        self.watch.emitted(station, send.data, f"parcel to {send.peer}")
        target = self.network.route.get((station.handle, send.peer)) or self.stations[send.peer]
        self.watch.on_send(station, send)
        self.network.send(station, target, send)

    def reply(self, station: Station, reply: fx.Reply) -> None:
        if self.intercept is not None:
            reply = fx.Reply(token=reply.token, data=self.intercept(station, reply))
        self.watch.emitted(station, reply.data, "answer")
        self.network.reply(station, reply)

    def _arrived(self, station: Station, data: bytes) -> None:
        self.watch.arrived(station, data)

    def told(self, station: Station, tell: fx.Tell) -> None:
        if station.heard is not None:
            station.heard(tell)
        self.watch.told(station, tell)

    def signed(self, station: Station, checkpoint: Checkpoint, note: bytes) -> None:
        self.watch.signed(station, checkpoint, note)

    def before_cosign(self, station: Station, cosign: fx.Cosign) -> None:
        self.watch.before_cosign(station, cosign)

    def died(self, station: Station, why: str) -> None:
        self.watch.died(station, why)
        if not station.retired and "restore" not in why:
            self.later(self.rng.randint(*RESTART_MS), lambda: self.boot(station))

    def boot(self, station: Station) -> None:
        """Start a machine that is off."""
        if station.seat is not None or station.retired:
            return
        try:
            station.boot()
        except PowerCutError as cut:
            station.crash(str(cut))
        else:
            self.watch.booted(station)
