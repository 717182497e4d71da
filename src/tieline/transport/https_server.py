"""The door: who may come in, how many at once, and how it is closed again."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from tieline.errors import MalformedError, SettingsError
from tieline.transport import CLOSE_S, Limits, Peer
from tieline.transport.https_request import Conversation
from tieline.transport.sockets import address_group, set_options
from tieline.transport.tls import presented_pin, server_context, spki_pin

if TYPE_CHECKING:
    import ssl

    from tieline.transport import Handler
    from tieline.transport.tls import TlsIdentity

Pins = Callable[[], Collection[bytes]]
"""The certificates (DER) that are admitted *now*; asked at each connection and each request, so
that a change of roster takes effect at once. Must be quick and must not block."""

BACKLOG: Final = 64

ACCEPT_PAUSE_S: Final = 0.2
"""Rest after the system refused us a descriptor, so that a full table does not spin a core."""


class Door:
    """One set of admitted certificates. A context cannot unlearn an anchor, so each set has its
    own, made at the first connection that needs it.
    """

    def __init__(self, certificates: frozenset[bytes]) -> None:
        self.certificates = certificates
        self.pins = frozenset(pin for pin in map(_pin_or_none, certificates) if pin is not None)
        self.context: ssl.SSLContext | None = None


class HttpsServer:
    """Takes parcels from admitted peers and gives each to the handler.

    ``refused`` counts, by reason, who was turned away (``full``, ``handshake``, ``unknown``) and
    the statuses of requests that were not answered with 200.
    """

    def __init__(
        self,
        *,
        identity: TlsIdentity,
        pins: Pins,
        handler: Handler,
        limits: Limits | None = None,
    ) -> None:
        self._identity = identity
        self._pins = pins
        self._handler = handler
        self._limits = limits or Limits()
        self.refused: Counter[str] = Counter()
        self._last_door = Door(frozenset())
        self._listeners: list[socket.socket] = []
        self._accepting: list[asyncio.Task[None]] = []
        self._serving: set[asyncio.Task[None]] = set()
        self._strangers: Counter[str] = Counter()
        self._admitted: dict[str, list[Conversation]] = {}
        self._stopping = False

    async def start(self, host: str, port: int) -> int:
        """Listen on ``host`` (a literal IP address); return the port (useful if 0 was asked).

        Raises ``SettingsError``: the address or our certificate cannot be used.
        """
        server_context(self._identity, ())  # a wrong key is found now, not at the first call
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen(BACKLOG)
            listener.setblocking(False)
        except OSError as error:
            listener.close()
            raise SettingsError(f"cannot listen on {host} port {port}: {error}") from error
        self._listeners.append(listener)
        self._accepting.append(asyncio.create_task(self._accept(listener)))
        return int(listener.getsockname()[1])

    async def stop(self) -> None:
        """Take no more; let running exchanges end for ``stop_s``, then cut. Under 3 s in all."""
        self._stopping = True
        for task in self._accepting:
            task.cancel()
        await asyncio.gather(*self._accepting, return_exceptions=True)
        for listener in self._listeners:
            listener.close()
        self._listeners.clear()
        for conversation in self._conversations():
            conversation.finish()
        # Who is not admitted yet has nothing to lose.
        handshaking = self._serving - {item.task for item in self._conversations()}
        for task in handshaking:
            task.cancel()
        if self._serving:
            await asyncio.wait(set(self._serving), timeout=self._limits.stop_s)
        rest = set(self._serving)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _conversations(self) -> list[Conversation]:
        return [item for items in self._admitted.values() for item in items]

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, remote = await loop.sock_accept(listener)
            except OSError:  # out of descriptors, or a client that left at once
                await asyncio.sleep(ACCEPT_PAUSE_S)
                continue
            address = str(remote[0])
            group = address_group(address)
            full = self._strangers[group] >= self._limits.connections_per_address_max
            if full or self._strangers.total() >= self._limits.handshakes_max:
                self.refused["full"] += 1
                connection.close()
                continue
            self._strangers[group] += 1
            task = asyncio.create_task(self._serve(connection, address, group))
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)

    async def _serve(self, connection: socket.socket, address: str, group: str) -> None:
        writer: asyncio.StreamWriter | None = None
        try:
            try:
                reader, writer = await self._handshake(connection)
            finally:
                self._leave(group)
            if writer is None:
                return
            pin = presented_pin(writer.get_extra_info("ssl_object"))
            if pin is None or not self._is_admitted(pin):
                self.refused["unknown"] += 1
                return
            await self._converse(reader, writer, Peer(spki=pin, address=address))
        finally:
            if writer is not None:
                # Early releases of 3.11 forget the protocol of a transport that is gone already.
                with suppress(AttributeError):
                    writer.transport.abort()
            connection.close()

    async def _handshake(
        self, connection: socket.socket
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter | None]:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        try:
            set_options(connection)
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol,
                connection,
                ssl=self._current_context(),
                ssl_handshake_timeout=self._limits.handshake_s,
                ssl_shutdown_timeout=CLOSE_S,
            )
        except (OSError, SettingsError):  # also ssl.SSLError, resets, the time limit
            self.refused["handshake"] += 1
            return reader, None
        return reader, asyncio.StreamWriter(transport, protocol, reader, loop)

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: Peer
    ) -> None:
        conversation = Conversation(
            reader=reader,
            writer=writer,
            peer=peer,
            handler=self._handler,
            admitted=lambda: self._is_admitted(peer.spki),
            limits=self._limits,
            refused=self.refused,
        )
        mine = self._admitted.setdefault(peer.spki, [])
        if len(mine) >= self._limits.connections_per_identity_max:
            # A peer that lost its old connections without a word must not wait for their end.
            mine.pop(0).cut()
        mine.append(conversation)
        if self._stopping:
            conversation.finish()
        try:
            await conversation.run()
        finally:
            if conversation in mine:
                mine.remove(conversation)
            if not mine and self._admitted.get(peer.spki) is mine:
                del self._admitted[peer.spki]

    def _leave(self, group: str) -> None:
        self._strangers[group] -= 1
        if self._strangers[group] <= 0:
            del self._strangers[group]

    def _is_admitted(self, pin: str) -> bool:
        return pin in self._door().pins

    def _current_context(self) -> ssl.SSLContext:
        door = self._door()
        if door.context is None:
            door.context = server_context(self._identity, door.certificates)
        return door.context

    def _door(self) -> Door:
        certificates = frozenset(self._pins())
        if certificates != self._last_door.certificates:
            self._last_door = Door(certificates)
        return self._last_door


def _pin_or_none(certificate: bytes) -> str | None:
    try:
        return spki_pin(certificate)
    except MalformedError:
        return None  # one bad certificate must not shut out the others
