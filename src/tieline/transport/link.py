"""Is the other side there? One peer's connection, kept under watch.

A dead link looks alive: TCP alone may call a connection open for minutes after the far side has
vanished. So a quiet link carries a sign of life every ``HEARTBEAT_S``, and only an *answer* counts.

``LinkHealth`` decides and is pure: a value, with time and entropy as arguments, for the shell and
for a simulator alike. ``Link`` does what it says.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tieline.errors import PeerRefusedError, TransportError
from tieline.transport import DEAD_S, HEARTBEAT_S
from tieline.transport.sockets import within

if TYPE_CHECKING:
    from collections.abc import Callable

    from tieline.transport import Carrier

RETRY_S_MIN: Final = 1.0
RETRY_S_MAX: Final = 30.0
"""Bounds of the rest after a failure."""

RETRY_GROWTH: Final = 3
"""*Decorrelated jitter* (Brooker, "Exponential Backoff and Jitter", AWS 2015): the next rest is
uniform between the least and three times the last one, so that peers do not return in step."""

TICK_S: Final = 0.25
"""How often a ``Link`` looks at its own state."""

_ENTROPY_BYTES: Final = 8

HEARTBEAT_PARCEL: Final = b""


class LinkState(StrEnum):
    """What the watch page shows of a link."""

    UP = "up"
    DEGRADED = "degraded"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPace:
    """Rhythm of one link, seconds; a slow radio link takes larger figures."""

    heartbeat_s: float = HEARTBEAT_S
    dead_s: float = DEAD_S
    retry_s_min: float = RETRY_S_MIN
    retry_s_max: float = RETRY_S_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHealth:
    """What is known of a link. All instants are one monotonic clock's seconds.

    Attributes:
        heard_s: when the peer last answered anything, a refusal included; before the first
            answer, when the watch began.
        tried_s: when the last attempt began; None before the first.
        retry_s: no attempt is due before this instant; None if the last one was answered.
        rest_s: the rest that led to ``retry_s``; grows with repeated failure.
        has_answered: whether the peer has answered since the watch began.
    """

    pace: LinkPace
    heard_s: float
    tried_s: float | None = None
    retry_s: float | None = None
    rest_s: float = 0.0
    has_answered: bool = False

    @classmethod
    def begin(cls, now_s: float, *, pace: LinkPace | None = None) -> LinkHealth:
        """Start the watch over a link of which nothing is known."""
        return cls(pace=pace or LinkPace(), heard_s=now_s)

    def tried(self, now_s: float) -> LinkHealth:
        """Note that an attempt begins."""
        return replace(self, tried_s=now_s)

    def answered(self, now_s: float) -> LinkHealth:
        """Note that the peer took a parcel: all is well."""
        return replace(self, heard_s=now_s, retry_s=None, rest_s=0.0, has_answered=True)

    def refused(self, now_s: float, entropy: Callable[[int], bytes]) -> LinkHealth:
        """Note that the peer answered with a refusal: it is there, but do not press it."""
        return replace(self.failed(now_s, entropy), heard_s=now_s, has_answered=True)

    def failed(self, now_s: float, entropy: Callable[[int], bytes]) -> LinkHealth:
        """Note that no answer came; ``entropy(n)`` gives n random bytes for the rest."""
        rest_s = _next_rest(self.pace, self.rest_s, entropy(_ENTROPY_BYTES))
        return replace(self, retry_s=now_s + rest_s, rest_s=rest_s)

    def state(self, now_s: float) -> LinkState:
        """Return what to show at ``now_s``.

        *Dead*: nothing was answered for ``dead_s``. *Up*: the last attempt was answered, and not
        longer ago than two signs of life. *Degraded*: anything between.
        """
        silence_s = now_s - self.heard_s
        if silence_s >= self.pace.dead_s:
            return LinkState.DEAD
        is_well = self.has_answered and self.retry_s is None
        if is_well and silence_s <= 2 * self.pace.heartbeat_s:
            return LinkState.UP
        return LinkState.DEGRADED

    def due_s(self) -> float:
        """Return the instant at which the next sign of life, or the next retry, is due."""
        if self.retry_s is not None:
            return self.retry_s
        if self.tried_s is None:
            return self.heard_s
        return max(self.heard_s, self.tried_s) + self.pace.heartbeat_s

    def is_due(self, now_s: float) -> bool:
        """Return whether to send something now."""
        return now_s >= self.due_s()


class Link:
    """A carrier under watch.

    ``exchange`` always tries at once: a FLASH does not wait for the rest after a failure. Bulk
    senders ask ``health.is_due`` first. ``run`` sends signs of life until it is cancelled.

    Args:
        carrier: to the one peer.
        entropy: n random bytes, ``os.urandom`` in service.
        changed: called with each new state, in the event loop; must be quick.
        now: monotonic seconds.
    """

    def __init__(
        self,
        carrier: Carrier,
        *,
        entropy: Callable[[int], bytes],
        changed: Callable[[LinkState], None] = lambda _: None,
        pace: LinkPace | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._carrier = carrier
        self._entropy = entropy
        self._changed = changed
        self._now = now
        self.health = LinkHealth.begin(now(), pace=pace)
        self._shown: LinkState | None = None

    @property
    def state(self) -> LinkState:
        """The state at this instant."""
        return self.health.state(self._now())

    async def exchange(self, parcel: bytes, *, patience_s: float | None = None) -> bytes:
        """Bring ``parcel`` to the peer and keep the watch informed.

        Raises as the carrier does, and ``UnreachableError`` when ``patience_s`` is over.
        """
        self._note(self.health.tried(self._now()))
        work = self._carrier.exchange(parcel)
        try:
            answer = await (work if patience_s is None else within(patience_s, work, "the peer"))
        except PeerRefusedError:
            self._note(self.health.refused(self._now(), self._entropy))
            raise
        except TransportError:
            self._note(self.health.failed(self._now(), self._entropy))
            raise
        self._note(self.health.answered(self._now()))
        return answer

    async def run(self) -> None:
        """Send signs of life and report changes of state, until cancelled."""
        beating: asyncio.Task[None] | None = None
        try:
            while True:
                self._show()
                idle = beating is None or beating.done()
                if idle and self.health.is_due(self._now()):
                    beating = asyncio.create_task(self._beat())
                await asyncio.sleep(TICK_S)
        finally:
            if beating is not None:
                beating.cancel()
                await asyncio.gather(beating, return_exceptions=True)

    async def _beat(self) -> None:
        # A sign of life is worth waiting for only as long as it can save the link's good name.
        with suppress(TransportError):
            await self.exchange(HEARTBEAT_PARCEL, patience_s=self.health.pace.dead_s)

    def _note(self, health: LinkHealth) -> None:
        self.health = health
        self._show()

    def _show(self) -> None:
        state = self.state
        if state != self._shown:
            self._shown = state
            self._changed(state)

    async def close(self) -> None:
        """Close the carrier."""
        with suppress(TransportError):
            await self._carrier.close()


def _next_rest(pace: LinkPace, last_s: float, random: bytes) -> float:
    share = int.from_bytes(random, "big") / float(1 << (8 * _ENTROPY_BYTES))
    high_s = max(pace.retry_s_min, last_s) * RETRY_GROWTH
    return min(pace.retry_s_max, pace.retry_s_min + share * (high_s - pace.retry_s_min))
