"""What a caller must survive at the other end. Loopback only."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from dataclasses import replace

import pytest

from tieline.errors import PeerRefusedError, UnreachableError

# The other end: what a caller must survive


@contextlib.asynccontextmanager
async def rogue(identity, friend, behave):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.certificate_path, identity.key_path)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=friend.certificate())

    async def serve(reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await behave(reader, writer)
        writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context, ssl_handshake_timeout=2)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def test_a_peer_that_accepts_and_never_speaks_is_unreachable_in_time(scene, meet):
    async def main():
        held = []

        async def hold(reader, writer):
            held.append(writer)
            await reader.read()
            writer.transport.abort()

        server = await asyncio.start_server(hold, "127.0.0.1", 0)
        begun = time.monotonic()
        with pytest.raises(UnreachableError):
            await scene.carrier(
                limits=replace(scene.quick, request_s=0.8), port=server.sockets[0].getsockname()[1]
            ).exchange(b"x")
        server.close()
        await asyncio.sleep(0.1)
        return time.monotonic() - begun

    assert meet(main) < 2


def test_a_peer_that_takes_the_parcel_and_never_answers_is_unreachable_in_time(scene, meet):
    async def silent(reader, writer):
        await reader.read()

    async def main():
        async with rogue(scene.there, scene.friend, silent) as port:
            begun = time.monotonic()
            with pytest.raises(UnreachableError, match="took longer"):
                await scene.carrier(limits=replace(scene.quick, request_s=0.8), port=port).exchange(
                    b"x"
                )
            await asyncio.sleep(0.1)
            return time.monotonic() - begun

    assert meet(main) < 3


def test_nobody_at_the_port_is_unreachable(scene, meet):
    with pytest.raises(UnreachableError):
        meet(
            lambda: scene.carrier(limits=replace(scene.quick, request_s=0.8), port=1).exchange(b"x")
        )


def test_a_server_with_another_certificate_is_refused_before_we_show_ours(scene, meet):
    shown = []

    async def main():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(scene.stranger.certificate_path, scene.stranger.key_path)
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_verify_locations(cadata=scene.friend.certificate())

        async def serve(reader, writer):
            shown.append(writer.get_extra_info("ssl_object").getpeercert(binary_form=True))
            shown.append(await reader.read())
            writer.transport.abort()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        with pytest.raises(UnreachableError, match="pinned certificate") as caught:
            await scene.carrier(
                limits=replace(scene.quick, request_s=0.8), port=server.sockets[0].getsockname()[1]
            ).exchange(b"x")
        assert "fingerprints" in caught.value.advice
        server.close()
        await asyncio.sleep(0.1)

    meet(main)
    assert shown == []


async def answer_all(reader, writer, answer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(answer)
    await writer.drain()
    await reader.read()


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (PeerRefusedError, b"HTTP/1.1 302 x\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"),
        (PeerRefusedError, b"HTTP/1.1 200 x\r\nContent-Length: 99999999999\r\n\r\n" + bytes(20000)),
        (PeerRefusedError, b"HTTP/1.1 200 x\r\n\r\n" + bytes(20000)),
        (PeerRefusedError, b"\x00garbage\r\n\r\n"),
        (PeerRefusedError, b"HTTP/1.1 200 " + b"x" * 9000),
        (PeerRefusedError, b"HTTP/1.1 422 x\r\nContent-Length: 9\r\n\r\n<script>\n"),
        (UnreachableError, b"HTTP/1.1 100 x\r\n\r\n" * 50),
        (UnreachableError, b""),
    ],
    ids=["redirect", "huge", "endless", "garbage", "head", "text", "informational", "none"],
)
def test_an_answer_that_breaks_a_rule_is_an_error_of_ours_in_time(scene, meet, error, answer):
    async def main():
        async def behave(reader, writer):
            await answer_all(reader, writer, answer)

        async with rogue(scene.there, scene.friend, behave) as port:
            begun = time.monotonic()
            with pytest.raises(error) as caught:
                await scene.carrier(limits=replace(scene.quick, request_s=0.8), port=port).exchange(
                    b"x"
                )
            assert "script" not in str(caught.value)
            await asyncio.sleep(0.05)
            return time.monotonic() - begun

    assert meet(main) < 3


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 x\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 x\r\n\r\nuntil the end",
        b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"HTTP/1.1 200",
        b"",
    ],
    ids=["half", "unframed", "chunk", "head", "none"],
)
def test_an_answer_that_is_cut_short_does_not_look_whole(scene, meet, answer):
    async def behave(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(1)
        writer.write(answer)
        writer.close()  # with a proper goodbye, as a peer that was told to stop
        await writer.wait_closed()

    async def main():
        async with rogue(scene.there, scene.friend, behave) as port:
            with pytest.raises(UnreachableError, match="closed without a complete answer"):
                await scene.carrier(port=port).exchange(b"x")
            await asyncio.sleep(0.05)

    meet(main)


def test_an_answer_in_trickles_is_given_up_at_the_total(scene, meet):
    async def behave(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 x\r\nContent-Length: 1000\r\n\r\n")
        await scene.trickle(writer, b"x")

    async def main():
        async with rogue(scene.there, scene.friend, behave) as port:
            begun = time.monotonic()
            with pytest.raises(UnreachableError, match="took longer"):
                await scene.carrier(limits=replace(scene.quick, request_s=0.8), port=port).exchange(
                    b"x"
                )
            await asyncio.sleep(0.2)
            return time.monotonic() - begun

    assert meet(main) < 4


def test_a_kept_connection_that_died_is_replaced_within_one_exchange(scene, meet):
    async def main():
        await scene.start()
        carrier = scene.carrier()
        assert await carrier.exchange(b"1") == b"1"
        await scene.server.stop()
        await scene.start()  # the same port again
        assert await carrier.exchange(b"2") == b"2"
        await carrier.close()
        await scene.server.stop()

    meet(main)


def test_a_kept_connection_that_ends_at_the_next_parcel_is_replaced(scene, meet):
    # To us it still looks open when the parcel is written: the far side has gone meanwhile.
    requests: list[bytes] = []

    async def behave(reader, writer):
        for _ in range(2 if not requests else 1):
            requests.append(await reader.readuntil(b"\r\n\r\n"))
            await reader.readexactly(1)
            if len(requests) == 2:
                return
            writer.write(b"HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\nok")
        await reader.read()

    async def main():
        async with rogue(scene.there, scene.friend, behave) as port:
            carrier = scene.carrier(limits=scene.quick, port=port)
            answers = [await carrier.exchange(b"1"), await carrier.exchange(b"2")]
            await carrier.close()
            await asyncio.sleep(0.05)
            return answers

    assert meet(main) == [b"ok", b"ok"]
    assert len(requests) == 3
