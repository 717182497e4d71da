"""The console on a port: starts, answers, gives links, hangs up on whoever never asks, stops."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tieline.console import ConsoleServer, serve_console
from tieline.console import serving as module
from tieline.errors import SettingsError


def served(pair: Any, act: Callable[[ConsoleServer], Awaitable[None]]) -> None:
    async def run() -> None:
        server = await serve_console(pair.alpha.node, "127.0.0.1", 0)
        try:
            await act(server)
        finally:
            await server.stop()

    asyncio.run(run())


async def get(server: ConsoleServer, path: str, **headers: str) -> httpx.Response:
    named = {"host": f"alpha.localhost:{server.port}", **headers}
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(f"http://127.0.0.1:{server.port}{path}", headers=named)


def test_a_link_leads_in(pair: Any) -> None:
    async def act(server: ConsoleServer) -> None:
        link = server.link()
        start, _, token = link.rpartition("/")
        assert start == f"http://alpha.localhost:{server.port}/open"
        assert (await get(server, "/")).status_code == 403
        opened = await get(server, f"/open/{token}")
        cookie = opened.headers["set-cookie"].partition(";")[0]
        shown = await get(server, "/", cookie=cookie)
        assert (shown.status_code, "Military hotline" in shown.text) == (200, True)
        assert "server" not in shown.headers

    served(pair, act)


def test_whoever_never_finishes_asking_is_hung_up_on(
    pair: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REST_S", 0.2)

    async def act(server: ConsoleServer) -> None:
        for head in (b"", b"GET / HTTP/1.1\r\nHost: x\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(head)
            assert await asyncio.wait_for(reader.read(), 5) == b""
            writer.close()

    served(pair, act)


def test_a_head_without_end_is_refused(pair: Any) -> None:
    async def act(server: ConsoleServer) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET / HTTP/1.1\r\nA: " + b"x" * 2 * module.HEAD_BYTES_MAX)
        answer = await asyncio.wait_for(reader.read(), 5)
        assert answer.startswith(b"HTTP/1.1 400 ")
        writer.close()

    served(pair, act)


def test_a_console_stops_with_connections_open(pair: Any) -> None:
    async def run() -> float:
        server = await serve_console(pair.alpha.node, "127.0.0.1", 0)
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        started = time.monotonic()
        await server.stop()
        writer.close()
        return time.monotonic() - started

    assert asyncio.run(run()) < module.GRACE_S + 2


def test_a_port_that_is_taken_is_named(pair: Any) -> None:
    async def act(server: ConsoleServer) -> None:
        with pytest.raises(SettingsError, match=f"127.0.0.1:{server.port}"):
            await serve_console(pair.alpha.node, "127.0.0.1", server.port)

    served(pair, act)
