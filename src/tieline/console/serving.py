"""Serving: the console on a port of its own, inside the event loop that drives the node."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tieline.console.access import Access
from tieline.console.pages import make_app
from tieline.errors import SettingsError
from tieline.node import Node

if TYPE_CHECKING:
    from asyncio import Transport

CONNECTIONS_MAX = 64
"""Connections and requests under way at once; further ones get 503."""
HEAD_BYTES_MAX = 16 * 1024
REST_S = 10.0
"""How long a connection may stay without a complete request (RELIABILITY O8)."""
GRACE_S = 3
"""How long an answer under way may hold up the end."""
BACKLOG = 64


class _Protocol(H11Protocol):
    """uvicorn's own, which also hangs up on whoever never finishes asking."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._seen: object = None
        self._watch = self.loop.call_later(REST_S, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        cycle: Any = self.cycle
        is_answering = cycle is not None and not cycle.response_complete
        if not is_answering and cycle is self._seen:
            self.transport.close()
            return
        self._seen = cycle
        self._watch = self.loop.call_later(REST_S, self._look)


class _Server(uvicorn.Server):
    """uvicorn's own, which leaves signals to whoever runs the node."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class ConsoleServer:
    """A console that runs. ``port`` is where; `link` lets one browser in."""

    def __init__(
        self, server: _Server, task: asyncio.Task[None], access: Access, handle: str
    ) -> None:
        self.port = access.port
        self._server = server
        self._task = task
        self._access = access
        self._handle = handle

    def link(self) -> str:
        """A fresh one-time link, valid for ten minutes."""
        return f"http://{self._handle}.localhost:{self.port}/open/{self._access.mint()}"

    async def stop(self) -> None:
        """Close the port and let answers under way finish, for three seconds at most."""
        self._server.should_exit = True
        await self._task


async def serve_console(node: Node, host: str, port: int) -> ConsoleServer:
    """Serve a node's pages until `ConsoleServer.stop`; port 0 takes any that is free.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    listening = _listen(host, port)
    access = Access(port=listening.getsockname()[1], now=node.now, entropy=node.entropy)
    handle = node.card.handle
    config = uvicorn.Config(
        cast("Any", make_app(node, access=access, handle=handle)),
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS_MAX,
        h11_max_incomplete_event_size=HEAD_BYTES_MAX,
        timeout_keep_alive=int(REST_S),
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config)
    task = asyncio.get_running_loop().create_task(server.serve(sockets=[listening]))
    while not server.started:
        if task.done():
            listening.close()
            await task
            raise SettingsError(f"the console did not start on {host}:{port}")
        await asyncio.sleep(0.01)
    return ConsoleServer(server, task, access, handle)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host.strip("[]"), port))
        listening.listen(BACKLOG)
        listening.setblocking(False)
    except (OSError, OverflowError) as error:
        with suppress(OSError):
            listening.close()
        raise SettingsError(
            f"the console cannot listen on {host}:{port}: {error}",
            advice="Choose another address in the setting `console`, or 127.0.0.1:0 for any port.",
        ) from error
    return listening
