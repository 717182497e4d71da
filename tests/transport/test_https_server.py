"""What strangers, crowds and slow peers may try at the door. Loopback only."""

from __future__ import annotations

import asyncio
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
from tieline.transport.tls import TlsIdentity

PUSH = b"POST /v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"


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
    received = await scene.everything(reader)
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
            assert b"HTTP" not in await scene.everything(reader)
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
        return await scene.send_raw(PUSH + b"Content-Length: 1\r\n\r\nx")

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


def test_twenty_trickling_handshakes_are_closed_within_the_deadline(scene, play):
    async def one():
        reader, writer = await asyncio.open_connection("127.0.0.1", scene.port)
        return await scene.ended_after(reader, writer, b"\x16\x03\x01\x02\x00\x01")

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
        return await scene.ended_after(reader, writer, b"")

    assert play(script) < 2


@pytest.mark.parametrize(
    "start", [b"", PUSH + b"Content-Length: 5000\r\n\r\n"], ids=["head", "body"]
)
def test_admitted_peers_that_trickle_are_closed_within_the_deadline(scene, play, start):
    async def one():
        reader, writer = await scene.tls()
        writer.write(start)
        return await scene.ended_after(reader, writer, b"POST /v1/push HTTP/1.1")

    async def script():
        return await asyncio.gather(*(one() for _ in range(8)))

    limits = replace(scene.quick, progress_bytes_min=100)
    assert max(play(script, limits=limits)) < 3
    assert scene.handled == []
    assert scene.server.refused["408"] == 8


def test_a_body_that_makes_progress_but_never_ends_is_closed_at_the_total(scene, play):
    async def script():
        reader, writer = await scene.tls()
        writer.write(PUSH + b"Content-Length: 9000\r\n\r\n")
        return await scene.ended_after(reader, writer, b"x")

    limits = replace(scene.quick, progress_bytes_min=1, request_s=1.5)
    assert 1.2 < play(script, limits=limits) < 4


def test_the_connection_over_the_cap_of_its_address_is_closed_at_once(scene, play):
    async def script():
        limits = replace(scene.quick, handshake_s=5)
        first = await scene.carrier(limits=limits).exchange(b"x")
        waiting = [await asyncio.open_connection("127.0.0.1", scene.port) for _ in range(20)]
        reader, writer = await asyncio.open_connection("127.0.0.1", scene.port)
        begun = time.monotonic()
        assert await scene.everything(reader) == b""
        assert time.monotonic() - begun < 1
        for _, each in [*waiting, (reader, writer)]:
            each.transport.abort()
        await asyncio.sleep(0.1)
        assert await scene.carrier().exchange(b"after") == b"after"
        return first

    assert play(script, limits=replace(scene.quick, handshake_s=5)) == b"x"
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

    assert play(script, limits=replace(scene.quick, handshake_s=5)) == b"2"


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
        newest = await scene.everything(reader)
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

    play(script, handler=long_answer, limits=replace(scene.quick, answer_bytes_max=5_000_000))


# The end


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
