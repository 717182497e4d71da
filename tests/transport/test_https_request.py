"""What an admitted peer may try with lengths, chunks, heads and paths."""

from __future__ import annotations

import asyncio
import time

import pytest

PUSH = b"POST /v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
CHUNKED = PUSH + b"Transfer-Encoding: chunked\r\n"


# Bodies and heads


@pytest.mark.parametrize(
    ("status", "request_bytes"),
    [
        (413, PUSH + b"Content-Length: 10001\r\n\r\n"),
        (413, PUSH + b"Content-Length: 999999999999999\r\n\r\n"),
        (411, PUSH + b"\r\n"),
        (411, PUSH + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
        (400, PUSH + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        # Both lengths lead to the same five bytes: refused all the same.
        (400, CHUNKED + b"Content-Length: 5\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"),
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
    answer = play(lambda: scene.send_raw(request_bytes + smuggled))
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
    answer = play(lambda: scene.send_raw(first + second))
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
