"""One server on loopback, with limits short enough for tests, and callers of every kind."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest

from tieline.transport import Limits
from tieline.transport.https import HttpsCarrier, HttpsServer
from tieline.transport.tls import client_context, write_identity

QUICK = Limits(
    connect_s=1,
    handshake_s=0.6,
    head_s=0.6,
    progress_s=0.5,
    request_s=2,
    idle_s=5,
    stop_s=1,
    linger_s=0.2,
    parcel_bytes_max=10_000,
    answer_bytes_max=10_000,
)


async def echo(peer, parcel):
    return parcel


class Scene:
    """One server, the identity it admits, and a stranger's."""

    def __init__(self, folder):
        for name in ("server", "friend", "stranger"):
            (folder / name).mkdir()
        self.folder = folder
        self.there = write_identity(folder / "server")
        self.friend = write_identity(folder / "friend")
        self.stranger = write_identity(folder / "stranger")
        self.admitted = [self.friend.certificate()]
        self.handled = []
        self.carriers = []
        self.quick = QUICK
        self.server = None
        self.port = 0

    async def start(self, *, handler=echo, limits=QUICK):
        async def counted(peer, parcel):
            self.handled.append(parcel)
            return await handler(peer, parcel)

        self.server = HttpsServer(
            identity=self.there, pins=lambda: self.admitted, handler=counted, limits=limits
        )
        self.port = await self.server.start("127.0.0.1", self.port)

    async def end(self):
        for carrier in self.carriers:
            await carrier.close()
        if self.server is not None:
            await self.server.stop()
        await asyncio.sleep(0.02)  # the loop closes sockets on its next round

    def carrier(self, identity=None, limits=QUICK, port=None):
        carrier = HttpsCarrier(
            f"127.0.0.1:{port or self.port}",
            identity=identity or self.friend,
            certificate=self.there.certificate(),
            limits=limits,
        )
        self.carriers.append(carrier)
        return carrier

    async def tls(self, identity=None):
        context = client_context(identity or self.friend, self.there.certificate())
        return await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=context, server_hostname="", ssl_shutdown_timeout=0.2
        )

    @staticmethod
    async def everything(reader):
        """All application bytes until the end, however the connection ends."""
        parts = []
        with contextlib.suppress(OSError):
            while data := await asyncio.wait_for(reader.read(65536), 10):
                parts.append(data)
        return b"".join(parts)

    @staticmethod
    async def trickle(writer, data):
        with contextlib.suppress(OSError):
            for byte in data * 100:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.1)

    async def ended_after(self, reader, writer, data):
        """Seconds until a connection that trickles ``data`` is ended by the other side."""
        begun = time.monotonic()
        feeding = asyncio.create_task(self.trickle(writer, data))
        await self.everything(reader)
        feeding.cancel()
        writer.transport.abort()
        return time.monotonic() - begun

    async def send_raw(self, data):
        """What comes back for ``data``, application bytes, until the end."""
        reader, writer = await self.tls()
        writer.write(data)
        answer = await self.everything(reader)
        writer.transport.abort()
        return answer


@pytest.fixture
def scene(tmp_path):
    return Scene(tmp_path)


@pytest.fixture
def play(scene):
    def runner(script, **options):
        async def main():
            await scene.start(**options)
            try:
                return await script()
            finally:
                await scene.end()

        return asyncio.run(asyncio.wait_for(main(), 30))

    return runner


@pytest.fixture
def meet(scene):
    """For scripts that bring their own server, or stop ours."""

    def runner(script):
        async def main():
            try:
                return await script()
            finally:
                await scene.end()

        return asyncio.run(asyncio.wait_for(main(), 30))

    return runner
