"""Wire: two nodes as `tieline serve` runs them, over HTTPS on loopback, in one event loop.

One loop and one thread: what both sides do adds up, like the primitives of the limit.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from houses import Officer

from tieline.daemon import Daemon
from tieline.demo.stage import House
from tieline.node import Node
from tieline.record.entry import Ref
from tieline.replication import effects as fx

WAIT_S = 60.0


@dataclass(slots=True)
class Wire:
    """A speaker, and what the other system has receipted of its logs."""

    officer: Officer
    held: dict[str, int] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    up: int = 0

    def told(self, tell: fx.Tell) -> None:
        if tell.event == "stored" and tell.ref is not None:
            self.held[tell.ref.origin] = tell.ref.index
            self.news.set()
        elif tell.event == "link" and tell.words == "up":
            self.up += 1
            self.news.set()

    async def until_held(self, ref: Ref) -> None:
        """Wait until the other system has receipted an entry."""
        end = time.monotonic() + WAIT_S
        while self.held.get(ref.origin, -1) < ref.index:
            self.news.clear()
            async with asyncio.timeout(end - time.monotonic()):
                await self.news.wait()


@asynccontextmanager
async def wired(alpha: House, bravo: House) -> AsyncIterator[Wire]:
    """Both parties up and linked; alpha speaks."""
    nodes = [Node(alpha.settings), Node(bravo.settings)]
    daemons = [Daemon(node) for node in nodes]
    wire = Wire(Officer(nodes[0]))
    nodes[0].on_tell = lambda _line, tell: wire.told(tell)
    nodes[1].on_tell = None
    running = [asyncio.create_task(daemon.run()) for daemon in daemons]
    try:
        ref = wire.officer.file([wire.officer.saying(0)])[0]
        await wire.until_held(ref)
        yield wire
    finally:
        for daemon in daemons:
            daemon.stop()
        await asyncio.gather(*running)
        for node in nodes:
            node.close()
