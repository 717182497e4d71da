"""What outsiders and admitted peers may try at the door, and what must happen. Loopback only."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import ssl
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from tieline.errors import PeerRefusedError, TransportError, UnreachableError
from tieline.transport import Limits
from tieline.transport.https import HttpsCarrier, HttpsServer
from tieline.transport.tls import TlsIdentity, client_context, write_identity

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
BRIEF = replace(QUICK, request_s=0.8)
PUSH = b"POST /v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"


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


async def everything(reader):
    """All application bytes until the end, however the connection ends."""
    parts = []
    with contextlib.suppress(OSError):
        while data := await asyncio.wait_for(reader.read(65536), 10):
            parts.append(data)
    return b"".join(parts)


async def send_raw(scene, data):
    reader, writer = await scene.tls()
    writer.write(data)
    answer = await everything(reader)
    writer.transport.abort()
    return answer


# Who is let in


def bare_context(**versions):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for name, value in versions.items():
        setattr(context, name, value)
    return context


async def bytes_for(scene, context):
    """What a client with this context gets out of the door, application bytes only."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", scene.port, ssl=context)
    except OSError:
        return b""
    writer.write(PUSH + b"Content-Length: 1\r\n\r\nx")
    received = await everything(reader)
    writer.transport.abort()
    return received


def test_without_a_certificate_no_application_byte_comes_back(scene, play):
    assert play(lambda: bytes_for(scene, bare_context())) == b""
    assert scene.handled == []
    assert scene.server.refused["handshake"] == 1


def test_an_unknown_certificate_gets_no_application_byte(scene, play):
    context = bare_context()
    context.load_cert_chain(scene.stranger.certificate_path, scene.stranger.key_path)
    assert play(lambda: bytes_for(scene, context)) == b""
    assert scene.handled == []


def test_a_carrier_with_an_unknown_certificate_learns_that_it_is_not_welcome(scene, play):
    async def script():
        with pytest.raises(TransportError) as caught:
            await scene.carrier(scene.stranger).exchange(b"x")
        assert type(caught.value) in (PeerRefusedError, UnreachableError)

    play(script)
    assert scene.handled == []


def test_an_admitted_peer_cannot_vouch_for_a_stranger(scene, play):
    # The peer's roster names a certificate that may sign others; it signs one for a stranger.
    authority_key = ec.generate_private_key(ec.SECP256R1())
    guest_key = Ed25519PrivateKey.generate()
    authority = sign(authority_key.public_key(), authority_key, "a", "a", authority=True)
    guest = sign(guest_key.public_key(), authority_key, "guest", "a", authority=False)
    scene.admitted = [authority.public_bytes(serialization.Encoding.DER)]
    identity = TlsIdentity(
        certificate_path=scene.folder / "guest.crt", key_path=scene.folder / "guest.key"
    )
    pem = serialization.Encoding.PEM
    identity.certificate_path.write_bytes(guest.public_bytes(pem) + authority.public_bytes(pem))
    identity.key_path.touch(mode=0o600)
    identity.key_path.write_bytes(
        guest_key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = bare_context()
    context.load_cert_chain(identity.certificate_path, identity.key_path)
    assert play(lambda: bytes_for(scene, context)) == b""
    assert scene.handled == []
    # OpenSSL was satisfied: it is our own comparison of keys that turned the stranger away.
    assert scene.server.refused["unknown"] == 1


def sign(public, key, subject, issuer, *, authority):
    def name(text):
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(1990, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )


def test_a_client_of_tls_1_2_is_refused(scene, play):
    context = bare_context(maximum_version=ssl.TLSVersion.TLSv1_2)
    context.load_cert_chain(scene.friend.certificate_path, scene.friend.key_path)
    assert play(lambda: bytes_for(scene, context)) == b""
    assert scene.handled == []


def test_garbage_in_place_of_a_handshake_ends_the_connection(scene, play):
    async def script():
        for garbage in (b"GET / HTTP/1.1\r\n\r\n", bytes(5000), b"\x16\x03\x01\xff\xff" * 900):
            reader, writer = await asyncio.open_connection("127.0.0.1", scene.port)
            writer.write(garbage)
            assert b"HTTP" not in await everything(reader)
            writer.close()
        assert await scene.carrier().exchange(b"still here") == b"still here"

    play(script)


def test_the_door_does_not_tell_strangers_whom_it_admits(scene, play):
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("no openssl program here: cannot look at the certificate request")

    async def script():
        command = [program, "s_client", "-connect", f"127.0.0.1:{scene.port}"]
        run = asyncio.to_thread(
            subprocess.run, command, input=b"", capture_output=True, timeout=10, check=False
        )
        return (await run).stdout

    output = play(script)
    assert b"No client certificate CA names sent" in output
    assert b"New Session Ticket" not in output


# Changes of the roster take effect at once


def test_a_pin_that_is_removed_ends_a_connection_that_rests(scene, play):
    async def script():
        carrier = scene.carrier()
        assert await carrier.exchange(b"1") == b"1"
        scene.admitted = []
        with pytest.raises(TransportError):
            await carrier.exchange(b"2")

    play(script)
    assert scene.handled == [b"1"]


def test_a_pin_that_is_removed_while_a_parcel_is_handled_gets_no_answer(scene, play):
    async def handler(peer, parcel):
        scene.admitted = []
        return b"secret"

    async def script():
        return await send_raw(scene, PUSH + b"Content-Length: 1\r\n\r\nx")

    assert play(script, handler=handler) == b""


def test_a_pin_that_is_added_is_admitted_without_a_restart(scene, play):
    async def script():
        carrier = scene.carrier(scene.stranger)
        with pytest.raises(TransportError):
            await carrier.exchange(b"1")
        scene.admitted = [*scene.admitted, scene.stranger.certificate()]
        assert await carrier.exchange(b"2") == b"2"
        assert await scene.carrier().exchange(b"3") == b"3"

    play(script)


def test_a_damaged_certificate_in_the_roster_does_not_shut_out_the_others(scene, play):
    friend = scene.friend.certificate()
    scene.admitted = [b"nonsense", friend[:-20], friend]
    assert play(lambda: scene.carrier().exchange(b"x")) == b"x"


# Slow, many, and half gone


async def trickle(writer, data):
    with contextlib.suppress(OSError):
        for byte in data * 100:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.1)


async def ended_after(reader, writer, data):
    begun = time.monotonic()
    feeding = asyncio.create_task(trickle(writer, data))
    await everything(reader)
    feeding.cancel()
    writer.transport.abort()
    return time.monotonic() - begun


def test_twenty_trickling_handshakes_are_closed_within_the_deadline(scene, play):
    async def one():
        reader, writer = await asyncio.open_connection("127.0.0.1", scene.port)
        return await ended_after(reader, writer, b"\x16\x03\x01\x02\x00\x01")

    async def script():
        ends = await asyncio.gather(*(one() for _ in range(20)))
        assert await scene.carrier().exchange(b"x") == b"x"
        return ends

    ends = play(script)
    assert max(ends) < 2
    assert min(ends) > 0.4


def test_silent_connections_are_closed_within_the_deadline(scene, play):
    async def script():
        reader, writer = await asyncio.open_connection("127.0.0.1", scene.port)
        return await ended_after(reader, writer, b"")

    assert play(script) < 2


@pytest.mark.parametrize(
    "start", [b"", PUSH + b"Content-Length: 5000\r\n\r\n"], ids=["head", "body"]
)
def test_admitted_peers_that_trickle_are_closed_within_the_deadline(scene, play, start):
    async def one():
        reader, writer = await scene.tls()
        writer.write(start)
        return await ended_after(reader, writer, b"POST /v1/push HTTP/1.1")

    async def script():
        return await asyncio.gather(*(one() for _ in range(8)))

    limits = replace(QUICK, progress_bytes_min=100)
    assert max(play(script, limits=limits)) < 3
    assert scene.handled == []
    assert scene.server.refused["408"] == 8


def test_a_body_that_makes_progress_but_never_ends_is_closed_at_the_total(scene, play):
    async def script():
        reader, writer = await scene.tls()
        writer.write(PUSH + b"Content-Length: 9000\r\n\r\n")
        return await ended_after(reader, writer, b"x")

    limits = replace(QUICK, progress_bytes_min=1, request_s=1.5)
    assert 1.2 < play(script, limits=limits) < 4


def test_the_connection_over_the_cap_of_its_address_is_closed_at_once(scene, play):
    async def script():
        limits = replace(QUICK, handshake_s=5)
        first = await scene.carrier(limits=limits).exchange(b"x")
        waiting = [await asyncio.open_connection("127.0.0.1", scene.port) for _ in range(20)]
        reader, writer = await asyncio.open_connection("127.0.0.1", scene.port)
        begun = time.monotonic()
        assert await everything(reader) == b""
        assert time.monotonic() - begun < 1
        for _, each in [*waiting, (reader, writer)]:
            each.transport.abort()
        await asyncio.sleep(0.1)
        assert await scene.carrier().exchange(b"after") == b"after"
        return first

    assert play(script, limits=replace(QUICK, handshake_s=5)) == b"x"
    assert scene.server.refused["full"] == 1


def test_strangers_at_the_cap_do_not_disturb_who_is_admitted(scene, play):
    async def script():
        carrier = scene.carrier()
        await carrier.exchange(b"1")
        crowd = [await asyncio.open_connection("127.0.0.1", scene.port) for _ in range(25)]
        answer = await carrier.exchange(b"2")
        for _, writer in crowd:
            writer.transport.abort()
        return answer

    assert play(script, limits=replace(QUICK, handshake_s=5)) == b"2"


def test_two_connections_of_one_identity_are_both_served(scene, play):
    async def script():
        one, two = scene.carrier(), scene.carrier()
        return await asyncio.gather(*(each.exchange(b"x") for each in (one, two) * 3))

    assert play(script) == [b"x"] * 6


def test_one_identity_over_its_cap_loses_its_oldest_connection(scene, play):
    async def script():
        open_ones = [await scene.tls() for _ in range(9)]
        await asyncio.sleep(0.2)
        oldest = await asyncio.wait_for(open_ones[0][0].read(1), 1)
        reader, writer = open_ones[8]
        writer.write(PUSH + b"Content-Length: 1\r\nConnection: close\r\n\r\nx")
        newest = await everything(reader)
        for _, each in open_ones:
            each.transport.abort()
        return oldest, newest

    oldest, newest = play(script)
    assert oldest == b""
    assert newest.startswith(b"HTTP/1.1 200")


def test_a_peer_that_does_not_read_its_answer_is_cut(scene, play):
    async def long_answer(peer, parcel):
        return bytes(4_000_000)

    async def script():
        _, writer = await scene.tls()
        writer.transport.pause_reading()
        writer.write(PUSH + b"Content-Length: 1\r\n\r\nx")
        for _ in range(60):
            await asyncio.sleep(0.1)
            if scene.handled and not scene.server._conversations():
                break
        else:
            pytest.fail("the connection is still served")
        writer.transport.abort()

    play(script, handler=long_answer, limits=replace(QUICK, answer_bytes_max=5_000_000))


# Bodies and heads


@pytest.mark.parametrize(
    ("status", "request_bytes"),
    [
        (413, PUSH + b"Content-Length: 10001\r\n\r\n"),
        (413, PUSH + b"Content-Length: 999999999999999\r\n\r\n"),
        (411, PUSH + b"\r\n"),
        (411, PUSH + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
        (400, PUSH + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (400, PUSH + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        (400, PUSH + b"Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\nabcde"),
        (400, PUSH + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        (400, PUSH + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
        (400, PUSH + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
        (400, PUSH + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde"),
        (400, PUSH + b"Content-Length: 5, 6\r\n\r\nabcde"),
        (400, PUSH + b"Content-Length: +5\r\n\r\nabcde"),
        (400, PUSH + b"Content-Length: -5\r\n\r\nabcde"),
        (400, PUSH + b"Content-Length: 0x5\r\n\r\nabcde"),
        (400, PUSH + b"Content-Length: 1_0\r\n\r\nabcde"),
        (400, PUSH + b"Content-Length: \r\n\r\nabcde"),
        (400, PUSH + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n"),
        (400, PUSH + b"Content-Length : 5\r\n\r\nabcde"),
        (400, b"POST /v1/push HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
        (400, b"\x00\x01\x02 nonsense\r\n\r\n"),
        (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        (404, PUSH.replace(b"/v1/push", b"/") + b"Content-Length: 0\r\n\r\n"),
        (404, PUSH.replace(b"/v1/push", b"/v1/push/../push") + b"Content-Length: 0\r\n\r\n"),
        (404, PUSH.replace(b"/v1/push", b"//v1/push") + b"Content-Length: 0\r\n\r\n"),
        (404, PUSH.replace(b"/v1/push", b"/v1/push?x") + b"Content-Length: 0\r\n\r\n"),
        (404, PUSH.replace(b"/v1/push", b"http://x/v1/push") + b"Content-Length: 0\r\n\r\n"),
        (405, PUSH.replace(b"POST", b"GET") + b"Content-Length: 0\r\n\r\n"),
        (405, PUSH.replace(b"POST", b"HEAD") + b"Content-Length: 0\r\n\r\n"),
        (405, PUSH.replace(b"POST", b"CONNECT") + b"Content-Length: 0\r\n\r\n"),
        (415, PUSH.replace(b"octet-stream", b"json") + b"Content-Length: 0\r\n\r\n"),
        (417, PUSH + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"),
        (417, PUSH + b"Content-Length: 0\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n"),
        (431, PUSH + b"X: " + b"x" * 100_000 + b"\r\n\r\n"),
        (505, PUSH.replace(b"HTTP/1.1", b"HTTP/1.0") + b"Content-Length: 0\r\n\r\n"),
    ],
)
def test_a_request_that_breaks_a_rule_is_answered_by_its_status_and_the_end(
    scene, play, status, request_bytes
):
    # What follows must not be taken for a second request.
    smuggled = PUSH + b"Content-Length: 8\r\n\r\nsmuggled"
    answer = play(lambda: send_raw(scene, request_bytes + smuggled))
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in answer.lower()
    assert scene.handled == []


def test_a_body_over_the_limit_is_refused_before_it_is_read(scene, play):
    async def script():
        begun = time.monotonic()
        reader, writer = await scene.tls()
        writer.write(PUSH + b"Content-Length: 10001\r\n\r\n")  # and none of the body ever comes
        head = await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()
        return head, time.monotonic() - begun

    head, took_s = play(script)
    assert head.startswith(b"HTTP/1.1 413 ")
    assert took_s < 0.5


def test_requests_that_follow_without_waiting_are_served_in_order(scene, play):
    first = PUSH + b"Content-Length: 1\r\n\r\na"
    second = PUSH + b"Content-Length: 1\r\nConnection: close\r\n\r\nb"
    answer = play(lambda: send_raw(scene, first + second))
    assert answer.count(b"HTTP/1.1 200 ") == 2
    assert scene.handled == [b"a", b"b"]


def test_a_parcel_that_breaks_off_is_never_handled(scene, play):
    async def script():
        _, writer = await scene.tls()
        writer.write(PUSH + b"Content-Length: 10\r\n\r\nhalf")
        await writer.drain()
        writer.close()
        await asyncio.sleep(0.3)

    play(script)
    assert scene.handled == []


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
            await scene.carrier(limits=BRIEF, port=server.sockets[0].getsockname()[1]).exchange(
                b"x"
            )
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
                await scene.carrier(limits=BRIEF, port=port).exchange(b"x")
            await asyncio.sleep(0.1)
            return time.monotonic() - begun

    assert meet(main) < 3


def test_nobody_at_the_port_is_unreachable(scene, meet):
    with pytest.raises(UnreachableError):
        meet(lambda: scene.carrier(limits=BRIEF, port=1).exchange(b"x"))


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
            await scene.carrier(limits=BRIEF, port=server.sockets[0].getsockname()[1]).exchange(
                b"x"
            )
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
        (UnreachableError, b"HTTP/1.1 200 x\r\nContent-Length: 10\r\n\r\nhalf"),
        (UnreachableError, b"HTTP/1.1 100 x\r\n\r\n" * 50),
        (UnreachableError, b""),
    ],
    ids=["redirect", "huge", "endless", "garbage", "head", "text", "half", "informational", "none"],
)
def test_an_answer_that_breaks_a_rule_is_an_error_of_ours_in_time(scene, meet, error, answer):
    async def main():
        async def behave(reader, writer):
            await answer_all(reader, writer, answer)

        async with rogue(scene.there, scene.friend, behave) as port:
            begun = time.monotonic()
            with pytest.raises(error) as caught:
                await scene.carrier(limits=BRIEF, port=port).exchange(b"x")
            assert "script" not in str(caught.value)
            await asyncio.sleep(0.05)
            return time.monotonic() - begun

    assert meet(main) < 3


def test_an_answer_in_trickles_is_given_up_at_the_total(scene, meet):
    async def behave(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 x\r\nContent-Length: 1000\r\n\r\n")
        await trickle(writer, b"x")

    async def main():
        async with rogue(scene.there, scene.friend, behave) as port:
            begun = time.monotonic()
            with pytest.raises(UnreachableError, match="took longer"):
                await scene.carrier(limits=BRIEF, port=port).exchange(b"x")
            await asyncio.sleep(0.2)
            return time.monotonic() - begun

    assert meet(main) < 4


# Coming and going


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


def test_stopping_lets_a_running_exchange_end_and_ends_the_resting_ones(scene, meet):
    started = asyncio.Event()

    async def handler(peer, parcel):
        started.set()
        await asyncio.sleep(0.4)
        return parcel

    async def main():
        await scene.start(handler=handler)
        resting, running = scene.carrier(), scene.carrier()
        await resting.exchange(b"0")
        started.clear()
        under_way = asyncio.create_task(running.exchange(b"1"))
        await started.wait()
        begun = time.monotonic()
        await scene.server.stop()
        took_s = time.monotonic() - begun
        assert await under_way == b"1"
        with pytest.raises(UnreachableError):
            await resting.exchange(b"2")
        return took_s

    assert meet(main) < 2


def test_stopping_takes_under_three_seconds_whatever_the_handler_does(scene, meet):
    started = asyncio.Event()

    async def handler(peer, parcel):
        started.set()
        await asyncio.sleep(60)
        return parcel

    async def main():
        limits = replace(Limits(), handshake_s=5)
        await scene.start(handler=handler, limits=limits)
        silent = [await asyncio.open_connection("127.0.0.1", scene.port) for _ in range(3)]
        under_way = asyncio.create_task(scene.carrier(limits=limits).exchange(b"1"))
        await started.wait()
        begun = time.monotonic()
        await scene.server.stop()
        took_s = time.monotonic() - begun
        with pytest.raises(TransportError):
            await under_way
        for _, writer in silent:
            writer.transport.abort()
        return took_s

    assert meet(main) < 3
