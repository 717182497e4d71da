"""The caller: brings parcels to one pinned peer over connections that it keeps."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from http import HTTPStatus
from typing import Final

import h11

from tieline.errors import PeerRefusedError, UnreachableError, UsageError
from tieline.transport import CLOSE_S, Limits
from tieline.transport.https_request import CONTENT_TYPE, HEAD_BYTES_MAX, PATH, READ_BYTES
from tieline.transport.sockets import set_options, split_address, within
from tieline.transport.tls import TlsIdentity, client_context, presented_pin, spki_pin

CONNECTIONS_MAX: Final = 3
"""Exchanges with one peer at once: bulk, express, and a sign of life beside them."""

ADDRESSES_MAX: Final = 4
"""Addresses tried of those that a name resolves to."""

_CODE = re.compile(rb"[a-z0-9.-]{1,64}")

_STRANGER_ADVICE: Final = (
    "Somebody else answers at this address, or the peer has a new certificate: "
    "compare fingerprints with the other party by voice or on paper."
)


SocketAddress = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
"""What the system's resolver gives, passed on untouched."""


class _StaleError(UnreachableError):
    """A kept connection turned out to be gone before any byte of an answer came."""


class Connection:
    """One open, verified connection and its HTTP state."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES_MAX)
        self.is_used = False
        self.is_heard = False

    def is_open(self) -> bool:
        """Return whether it looks usable; only an answer proves that it is."""
        return not (self.reader.at_eof() or self.writer.transport.is_closing())


class HttpsCarrier:
    """Carries parcels to one peer.

    Args:
        address: ``host:port`` or ``[IPv6]:port``. A name is resolved once for each connection.
        identity: our certificate and key.
        certificate: the peer's certificate (DER) from its roster. A certificate that has the
            same key and other bytes is refused too.
        limits: other than the default, for slow links and tests.

    Raises:
        SettingsError: the address or our own certificate cannot be used.
        MalformedError: the peer's certificate cannot be used.
    """

    def __init__(
        self,
        address: str,
        *,
        identity: TlsIdentity,
        certificate: bytes,
        limits: Limits | None = None,
    ) -> None:
        self._address = address
        self._host, self._port = split_address(address)
        self._pin = spki_pin(certificate)
        self._context = client_context(identity, certificate)
        self._limits = limits or Limits()
        self._resting: list[Connection] = []
        self._lanes = asyncio.Semaphore(CONNECTIONS_MAX)

    async def exchange(self, parcel: bytes) -> bytes:
        """Bring ``parcel`` to ``POST /v1/push``; return the body of the answer.

        Raises as ``Carrier.exchange`` says.
        """
        if len(parcel) > self._limits.parcel_bytes_max:
            raise UsageError(f"a parcel of {len(parcel)} bytes is over the limit of the carrier")
        what = f"the exchange with {self._address}"
        return await within(self._limits.request_s, self._exchange(parcel), what)

    async def close(self) -> None:
        """Say goodbye on all connections that rest."""
        resting, self._resting = self._resting, []
        for connection in resting:
            connection.writer.close()
        for connection in resting:
            try:
                await within(2 * CLOSE_S, connection.writer.wait_closed(), "close")
            except (UnreachableError, OSError):
                connection.writer.transport.abort()

    async def _exchange(self, parcel: bytes) -> bytes:
        async with self._lanes:
            while self._resting:
                connection = self._resting.pop()
                if not connection.is_open():
                    connection.writer.transport.abort()
                    continue
                try:
                    return await self._ask(connection, parcel)
                except _StaleError:
                    break  # the others have most likely gone with it; handlers are idempotent
            return await self._ask(await self._connect(), parcel)

    async def _ask(self, connection: Connection, parcel: bytes) -> bytes:
        try:
            status, body = await self._round_trip(connection, parcel)
        except BaseException:
            # Cancelled or broken in the middle: what is left on it belongs to no exchange.
            connection.writer.transport.abort()
            raise
        self._put_back(connection)
        if status != HTTPStatus.OK:
            code = _CODE.fullmatch(body)
            reason = code[0].decode("ascii") if code else "no reason given"
            raise PeerRefusedError(f"{self._address} answered {status}: {reason}")
        return body

    async def _round_trip(self, connection: Connection, parcel: bytes) -> tuple[int, bytes]:
        try:
            # Written without waiting: a peer that refuses early is heard early.
            connection.writer.write(self._request(connection.http, parcel))
            response = await self._response(connection)
            return response.status_code, await self._body(connection)
        except h11.RemoteProtocolError as error:
            raise PeerRefusedError(f"{self._address} does not speak our HTTP: {error}") from error
        except ssl.SSLError as error:
            if "ALERT" in (error.reason or "").upper():
                text = f"{self._address} does not admit our certificate ({error.reason})"
                raise PeerRefusedError(text) from error
            raise UnreachableError(f"{self._address}: {error}") from error
        except OSError as error:
            raise self._gone(connection, str(error)) from error

    def _request(self, http: h11.Connection, parcel: bytes) -> bytes:
        fields: list[tuple[str, str]] = [
            ("Host", self._address),
            ("Content-Type", CONTENT_TYPE.decode("ascii")),
            ("Content-Length", str(len(parcel))),
        ]
        head = http.send(h11.Request(method="POST", target=PATH, headers=fields))
        body = http.send(h11.Data(data=parcel)) if parcel else b""
        return (head or b"") + (body or b"") + (http.send(h11.EndOfMessage()) or b"")

    async def _response(self, connection: Connection) -> h11.Response:
        while True:
            event = connection.http.next_event()
            if isinstance(event, h11.Response):
                return event
            if not isinstance(event, h11.InformationalResponse):
                await self._read(connection)

    async def _body(self, connection: Connection) -> bytes:
        parts: list[bytes] = []
        size = 0
        while True:
            event = connection.http.next_event()
            if isinstance(event, h11.EndOfMessage):
                return b"".join(parts)
            if isinstance(event, h11.Data):
                size += len(event.data)
                if size > self._limits.answer_bytes_max:
                    raise PeerRefusedError(f"the answer of {self._address} is over the limit")
                parts.append(bytes(event.data))
            else:
                await self._read(connection)

    async def _read(self, connection: Connection) -> None:
        data = await connection.reader.read(READ_BYTES)
        if not data:
            # Also where HTTP lets the end of the connection end the body: an answer that somebody
            # cut short must not look whole.
            raise self._gone(connection, "closed without a complete answer")
        connection.is_heard = True
        connection.http.receive_data(data)

    def _gone(self, connection: Connection, why: str) -> UnreachableError:
        if connection.is_used and not connection.is_heard:
            return _StaleError(f"{self._address}: {why}")
        return UnreachableError(f"{self._address}: {why}")

    def _put_back(self, connection: Connection) -> None:
        http = connection.http
        if http.our_state is h11.DONE and http.their_state is h11.DONE:
            http.start_next_cycle()
            connection.is_used, connection.is_heard = True, False
            self._resting.append(connection)
        else:
            connection.writer.close()

    async def _connect(self) -> Connection:
        failures: list[str] = []
        for family, target in await self._resolve():
            try:
                return await self._open(family, target)
            except ssl.SSLCertVerificationError as error:
                text = f"{self._address} does not present the pinned certificate"
                raise UnreachableError(text, advice=_STRANGER_ADVICE) from error
            except (OSError, UnreachableError) as error:
                failures.append(str(error) or type(error).__name__)
        raise UnreachableError(f"{self._address}: {'; '.join(failures)}")

    async def _resolve(self) -> list[tuple[int, SocketAddress]]:
        loop = asyncio.get_running_loop()
        look_up = loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        try:
            found = await within(self._limits.connect_s, look_up, f"resolving {self._host}")
        except (OSError, UnicodeError) as error:
            raise UnreachableError(f"{self._host} does not resolve: {error}") from error
        return [(entry[0], entry[4]) for entry in found[:ADDRESSES_MAX]]

    async def _open(self, family: int, target: SocketAddress) -> Connection:
        loop = asyncio.get_running_loop()
        raw = socket.socket(family, socket.SOCK_STREAM)
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        try:
            set_options(raw)
            await within(self._limits.connect_s, loop.sock_connect(raw, target), "connecting")
            transport, _ = await loop.create_connection(
                lambda: protocol,
                sock=raw,
                ssl=self._context,
                server_hostname="",  # no name is sent, and none is compared
                ssl_handshake_timeout=self._limits.handshake_s,
                ssl_shutdown_timeout=CLOSE_S,
            )
        except BaseException:
            raw.close()
            raise
        if presented_pin(transport.get_extra_info("ssl_object")) != self._pin:
            transport.abort()
            text = f"{self._address} presents another key than the pinned one"
            raise UnreachableError(text, advice=_STRANGER_ADVICE)
        return Connection(reader, asyncio.StreamWriter(transport, protocol, reader, loop))
