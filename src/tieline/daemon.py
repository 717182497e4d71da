"""Daemon: a node that stays up: peers by HTTPS, commands by the control socket, the web page.

Everything runs on one event loop; a node's step is short. If a write's outcome is unknown the
daemon ends with the store's exit code, so that whoever supervises it starts it anew.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

import structlog

from tieline.control import serve_control
from tieline.errors import (
    MalformedError,
    StoreError,
    StoreFullError,
    StoreLockedError,
    TielineError,
    TransportError,
    UnverifiedError,
)
from tieline.node import Node
from tieline.overlapping import watch
from tieline.replication import effects as fx
from tieline.replication.parcel import parse_parcel
from tieline.transport import Peer
from tieline.transport.https import HttpsCarrier, HttpsServer
from tieline.transport.tls import check_certificate

TICK_S = 0.5
"""How often clocks, heartbeats and batches are looked at."""

log = structlog.get_logger()


class Page(Protocol):
    """A web page that runs beside the node."""

    port: int

    def link(self) -> str:
        """A fresh one-time link."""
        ...

    async def stop(self) -> None:
        """End it."""
        ...


class Daemon:
    """Runs one node until it is told to stop."""

    def __init__(
        self, node: Node, *, page: Callable[[Node], Awaitable[Page]] | None = None
    ) -> None:
        """``page`` starts the web page, if there is to be one."""
        self.node = node
        self.page: Page | None = None
        self._start_page = page
        self._carriers: dict[tuple[str, str, str], HttpsCarrier] = {}
        self._exchanges: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._failed: BaseException | None = None
        self.port = 0
        node.on_send = self._send
        node.on_tell = self._tell

    async def run(self, *, ready: Callable[[], None] | None = None) -> None:
        """Serve until SIGTERM or SIGINT.

        Raises:
            StoreError: the outcome of a write is unknown; start again.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        server = await self._listen()
        if self._start_page is not None:
            self.page = await self._start_page(self.node)
            self.node.page_link = self.page.link
        # Last, so that who reaches the socket finds everything up.
        control = await serve_control(self.node, self.node.home.socket)
        if ready is not None:
            ready()
        try:
            await self._ticks()
        finally:
            control.close()
            with suppress(FileNotFoundError):
                self.node.home.socket.unlink()
            if self.page is not None:
                await self.page.stop()
            if server is not None:
                await server.stop()
            for task in self._exchanges:
                task.cancel()
            for carrier in self._carriers.values():
                await carrier.close()
        if self._failed is not None:
            raise self._failed

    def stop(self) -> None:
        """End after the present tick."""
        self._stop.set()

    async def _listen(self) -> HttpsServer | None:
        address = self.node.settings.listen
        if not address:
            return None
        host, _, port = address.rpartition(":")
        server = HttpsServer(
            identity=self.node.home.tls(), pins=self._certificates, handler=self._handle
        )
        self.port = await server.start(host.strip("[]"), int(port))
        log.info("peer.listening", host=host, port=self.port)
        return server

    def _certificates(self) -> list[bytes]:
        found = {}
        for seat in self.node.seats.values():
            for party in seat.peers:
                roster = seat.roster(party)
                if roster is not None and roster.certificate:
                    with suppress(MalformedError):
                        found[check_certificate(roster.certificate)] = roster.certificate
        return list(found.values())

    def _party(self, line: str, pin: str) -> str | None:
        seat = self.node.seats.get(line)
        for party in seat.peers if seat is not None else ():
            roster = seat.roster(party) if seat is not None else None
            if roster is not None and roster.certificate:
                with suppress(MalformedError):
                    if check_certificate(roster.certificate) == pin:
                        return party
        return None

    async def _handle(self, peer: Peer, data: bytes) -> bytes:
        if not data:
            return b""
        line = parse_parcel(data).line
        party = self._party(line, peer.spki)
        if party is None:
            raise UnverifiedError("this certificate belongs to no party of that line")
        return self._guarded(lambda: self.node.arrived(line, data, party))

    def _guarded(self, act: Callable[[], bytes]) -> bytes:
        try:
            return act()
        except StoreError as error:
            self._fail_if_spoiled(error)
            raise

    def _fail_if_spoiled(self, error: BaseException) -> None:
        """End if nothing can be written any more; a full disk alone is no reason to go dark."""
        clean = isinstance(error, StoreFullError | StoreLockedError)
        if self.node.is_spoiled or (isinstance(error, StoreError) and not clean):
            self._fail(error)
        else:
            log.error("not.kept", error=str(error))

    def _fail(self, error: BaseException) -> None:
        log.error("store.unknown", error=str(error))
        self._failed = self._failed or error
        self._stop.set()

    def _send(self, line: str, send: fx.Send) -> None:
        task = asyncio.get_running_loop().create_task(self._exchange(line, send))
        self._exchanges.add(task)
        task.add_done_callback(self._exchanges.discard)

    async def _exchange(self, line: str, send: fx.Send) -> None:
        started = time.monotonic()
        event: fx.Input
        try:
            data = await self._carrier(line, send).exchange(send.data)
            took_ms = int((time.monotonic() - started) * 1000)
            event = fx.Answered(
                peer=send.peer,
                lane=send.lane,
                data=data,
                sent_bytes=len(send.data),
                took_ms=took_ms,
            )
        except TielineError as error:
            event = fx.Failed(peer=send.peer, lane=send.lane, why=str(error))
        try:
            # Looked up now: the seat may have been loaded anew meanwhile.
            self.node.do(self.node.seats[line], event)
        except StoreError as error:
            self._fail_if_spoiled(error)

    def _carrier(self, line: str, send: fx.Send) -> HttpsCarrier:
        roster = self.node.seats[line].roster(send.peer)
        if roster is None or not roster.addresses or not roster.certificate:
            raise TransportError(f"{send.peer} has given no address; carry a pouch")
        address = roster.addresses[0]
        key = (address, roster.certificate.hex(), send.lane)
        if key not in self._carriers:
            self._carriers[key] = HttpsCarrier(
                address, identity=self.node.home.tls(), certificate=roster.certificate
            )
        return self._carriers[key]

    def _tell(self, line: str, tell: fx.Tell) -> None:
        log.info("line.told", what=tell.event, line=line[-8:], party=tell.party, words=tell.words)

    async def _ticks(self) -> None:
        while not self._stop.is_set():
            try:
                self.node.tick()
                await watch(self.node)
            except Exception as error:  # noqa: BLE001 - display and alarms go on, whatever fails
                self._fail_if_spoiled(error)
                if self._failed is not None:
                    return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), TICK_S)
