"""What every carrier promises, whatever it is made of."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from tieline.errors import MalformedError, PeerRefusedError, TransportError, UsageError
from tieline.transport import Limits, Peer
from tieline.transport.https import HttpsCarrier, HttpsServer
from tieline.transport.loopback import LoopbackCarrier
from tieline.transport.tls import write_identity

SMALL = Limits(parcel_bytes_max=1000, answer_bytes_max=500, request_s=5)


@asynccontextmanager
async def loopback(handler, folder, limits):
    carrier = LoopbackCarrier(handler, peer=Peer(spki="0" * 64, address="here"), limits=limits)
    yield carrier
    await carrier.close()


@asynccontextmanager
async def https(handler, folder, limits):
    theirs, ours = folder / "theirs", folder / "ours"
    theirs.mkdir()
    ours.mkdir()
    there, here = write_identity(theirs), write_identity(ours)
    server = HttpsServer(
        identity=there, pins=lambda: [here.certificate()], handler=handler, limits=limits
    )
    port = await server.start("127.0.0.1", 0)
    carrier = HttpsCarrier(
        f"127.0.0.1:{port}", identity=here, certificate=there.certificate(), limits=limits
    )
    try:
        yield carrier
    finally:
        await carrier.close()
        await server.stop()


@pytest.fixture(params=[loopback, https], ids=["loopback", "https"])
def run(request, tmp_path):
    def runner(handler, talk, limits=None):
        async def main():
            async with request.param(handler, tmp_path, limits) as carrier:
                return await talk(carrier)

        # Whatever the exchange raises has to be an error of ours, so the handler of last resort
        # of the loop stays quiet about those that the tests provoke.
        with asyncio.Runner() as loop:
            loop.get_loop().set_exception_handler(lambda *_: None)
            return loop.run(asyncio.wait_for(main(), 20))

    return runner


async def echo(peer, parcel):
    return bytes(reversed(parcel))


def test_the_answer_to_a_parcel_comes_back_unchanged(run):
    parcel = bytes(range(256)) * 3
    assert run(echo, lambda carrier: carrier.exchange(parcel)) == parcel[::-1]


def test_an_empty_parcel_and_an_empty_answer_travel(run):
    assert run(echo, lambda carrier: carrier.exchange(b"")) == b""


def test_megabytes_travel_whole(run):
    parcel = bytes(range(251)) * 30_000

    async def first_half(peer, received):
        assert received == parcel
        return received[: 3 * 1024 * 1024]

    answer = run(first_half, lambda carrier: carrier.exchange(parcel))
    assert answer == parcel[: 3 * 1024 * 1024]


def test_the_handler_learns_whose_certificate_opened_the_door(run):
    async def who(peer, parcel):
        return f"{peer.spki} {peer.address}".encode()

    spki, address = run(who, lambda carrier: carrier.exchange(b"")).decode().split()
    assert len(bytes.fromhex(spki)) == 32
    assert address


def test_a_hundred_parcels_go_one_after_another(run):
    async def talk(carrier):
        return [await carrier.exchange(str(n).encode()) for n in range(100)]

    assert run(echo, talk) == [str(n).encode()[::-1] for n in range(100)]


def test_answers_find_their_own_parcels_when_many_are_under_way(run):
    async def slow_for_even(peer, parcel):
        await asyncio.sleep(0.02 if int(parcel) % 2 == 0 else 0)
        return parcel

    async def talk(carrier):
        return await asyncio.gather(*(carrier.exchange(str(n).encode()) for n in range(12)))

    assert run(slow_for_even, talk) == [str(n).encode() for n in range(12)]


def test_a_small_parcel_overtakes_a_slow_one(run):
    release = asyncio.Event()

    async def handler(peer, parcel):
        if parcel == b"bulk":
            await release.wait()
        return parcel

    async def talk(carrier):
        bulk = asyncio.create_task(carrier.exchange(b"bulk"))
        await asyncio.sleep(0.05)
        flash = await asyncio.wait_for(carrier.exchange(b"flash"), 3)
        assert not bulk.done()
        release.set()
        return flash, await bulk

    assert run(handler, talk) == (b"flash", b"bulk")


def test_a_parcel_over_the_limit_is_not_sent(run):
    seen = []

    async def handler(peer, parcel):
        seen.append(parcel)
        return b""

    with pytest.raises(UsageError):
        run(handler, lambda carrier: carrier.exchange(bytes(1001)), SMALL)
    assert seen == []


def test_an_answer_over_the_limit_is_a_refusal(run):
    async def handler(peer, parcel):
        return bytes(501)

    with pytest.raises(PeerRefusedError, match="503"):
        run(handler, lambda carrier: carrier.exchange(b""), SMALL)


def test_a_parcel_that_is_not_believed_is_refused_by_code_alone(run):
    async def handler(peer, parcel):
        raise MalformedError("the secret place where it broke")

    with pytest.raises(PeerRefusedError, match=r"422: unverified\.malformed") as caught:
        run(handler, lambda carrier: carrier.exchange(b"x"))
    assert "secret" not in str(caught.value)


def test_a_handler_that_breaks_tells_the_peer_nothing(run):
    async def handler(peer, parcel):
        raise ZeroDivisionError("the secret place where it broke")

    with pytest.raises(PeerRefusedError, match="503: no reason given"):
        run(handler, lambda carrier: carrier.exchange(b"x"))


def test_a_refusal_does_not_spoil_the_next_exchange(run):
    async def handler(peer, parcel):
        if parcel == b"bad":
            raise MalformedError("bad")
        return parcel

    async def talk(carrier):
        with pytest.raises(TransportError):
            await carrier.exchange(b"bad")
        return await carrier.exchange(b"good")

    assert run(handler, talk) == b"good"


def test_an_exchange_that_was_given_up_does_not_spoil_the_next(run):
    async def handler(peer, parcel):
        if parcel == b"slow":
            await asyncio.sleep(10)
        return parcel

    async def talk(carrier):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(carrier.exchange(b"slow"), 0.3)
        return await carrier.exchange(b"next")

    assert run(handler, talk) == b"next"


def test_closing_twice_is_fine_and_an_exchange_afterwards_works(run):
    async def talk(carrier):
        await carrier.exchange(b"1")
        await carrier.close()
        await carrier.close()
        return await carrier.exchange(b"2")

    assert run(echo, talk) == b"2"
