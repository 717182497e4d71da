"""Network of an exercise: loss, repetition, delay, cuts in one or both directions, slow links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tieline.replication import effects as fx
from tieline.testing.options import Options
from tieline.testing.station import Station

TIMEOUT_MS = 10_000
"""A parcel without an answer for this long has failed."""
DELAY_MS = (5, 120)
LATE_MS = (5_000, 90_000)

Later = Callable[[int, Callable[[], None]], None]


@dataclass(slots=True)
class Exchange:
    """One parcel on its way, and its answer."""

    source: Station
    target: Station
    epoch: int
    send: fx.Send
    sent_ms: int
    done: bool = False


@dataclass(slots=True)
class Network:
    """Carries parcels between stations; all chance comes from one generator."""

    options: Options
    rng: Random
    later: Later
    instant_ms: Callable[[], int]
    arrived: Callable[[Station, bytes], None]
    cuts: set[tuple[str, str]] = field(default_factory=set)
    faulty: bool = False
    tokens: dict[int, Exchange | None] = field(default_factory=dict)
    free_at_ms: dict[tuple[str, str], int] = field(default_factory=dict)
    next_token: int = 0
    carried_bytes: int = 0
    blocked: set[tuple[str, str]] = field(default_factory=set)
    route: dict[tuple[str, str], Station] = field(default_factory=dict)

    def send(self, source: Station, target: Station, send: fx.Send) -> None:
        """Put a parcel on its way."""
        exchange = Exchange(source, target, source.epoch, send, self.instant_ms())
        self.later(TIMEOUT_MS, lambda: self._give_up(exchange))
        if (source.name, target.handle) in self.blocked:
            return
        for delay in self._delays(source.handle, target.handle, len(send.data)):
            self.later(delay, lambda: self._arrive(exchange))

    def _delays(self, source: str, target: str, size: int) -> list[int]:
        """When copies of something sent now arrive; none if it is lost."""
        if (source, target) in self.cuts:
            return []
        self.carried_bytes += size
        queued = self._queue(source, target, size)
        if not self.faulty:
            return [queued + self.rng.randint(*DELAY_MS)]
        if self.rng.random() < self.options.loss:
            return []
        copies = 2 if self.rng.random() < self.options.twice else 1
        return [
            queued + self.rng.randint(*(LATE_MS if late else DELAY_MS))
            for late in (self.rng.random() < self.options.late for _ in range(copies))
        ]

    def _queue(self, source: str, target: str, size: int) -> int:
        """Time until the last byte is through: everything between two parties shares one line."""
        if not self.options.bytes_per_s:
            return 0
        now = self.instant_ms()
        start = max(now, self.free_at_ms.get((source, target), 0))
        end = start + size * 1_000 // self.options.bytes_per_s
        self.free_at_ms[source, target] = end
        return end - now

    def _arrive(self, exchange: Exchange) -> None:
        target = exchange.target
        if target.seat is None or (exchange.source.handle, target.handle) in self.cuts:
            return
        self.deliver(target, exchange.send.data, exchange.source.handle, exchange)

    def deliver(
        self, target: Station, data: bytes, peer: str, exchange: Exchange | None = None
    ) -> None:
        """Hand bytes to a station; ``peer`` is empty for a pouch."""
        self.next_token += 1
        self.tokens[self.next_token] = exchange
        if target.give(fx.Arrived(data=data, peer=peer, token=self.next_token)):
            self.arrived(target, data)

    def reply(self, source: Station, reply: fx.Reply) -> None:
        """Carry an answer back."""
        exchange = self.tokens.pop(reply.token, None)
        if exchange is None:
            return
        size = len(reply.data)
        for delay in self._delays(source.handle, exchange.source.handle, size)[:1]:
            self.later(delay, lambda: self._answered(exchange, reply.data))

    def _answered(self, exchange: Exchange, data: bytes) -> None:
        source = exchange.source
        cut = (exchange.target.handle, source.handle) in self.cuts
        if exchange.done or cut or source.epoch != exchange.epoch:
            return
        exchange.done = True
        answer = fx.Answered(
            peer=exchange.send.peer,
            lane=exchange.send.lane,
            data=data,
            sent_bytes=len(exchange.send.data),
            took_ms=self.instant_ms() - exchange.sent_ms,
        )
        if source.give(answer):
            self.arrived(source, data)

    def _give_up(self, exchange: Exchange) -> None:
        if exchange.done or exchange.source.epoch != exchange.epoch:
            return
        exchange.done = True
        send = exchange.send
        exchange.source.give(fx.Failed(peer=send.peer, lane=send.lane, why="no answer in time"))
