"""Control: how a command reaches a node, in its own process or over the socket of one that runs.

The socket lies in the home, mode 0600: whoever may read the home may speak to its node. One
request a line, one answer a line, JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from tieline import errors
from tieline.errors import StoreError, StoreLockedError, TielineError, UsageError
from tieline.home import Home
from tieline.node import Node
from tieline.settings import Settings
from tieline.verbargs import Json
from tieline.verbs import VERBS

REQUEST_BYTES_MAX = 64 * 1024 * 1024
ANSWER_S = 60.0
CONNECT_S = 2.0
BUSY_S = 3.0
BUSY_POLL_S = 0.1


class Client(Protocol):
    """Something that carries verbs to a node."""

    def call(self, verb: str, **args: Json) -> Json:
        """What the node answers.

        Raises:
            TielineError: as the node raised it.
        """
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class LocalClient:
    """A node opened in this process."""

    def __init__(self, settings: Settings) -> None:
        self.node = Node(settings)
        self.node.tick()

    def call(self, verb: str, **args: Json) -> Json:
        """See `Client.call`."""
        return dispatch(self.node, verb, args)

    def close(self) -> None:
        """Close the home."""
        self.node.close()


class SocketClient:
    """A node that runs elsewhere, over the socket in its home."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(CONNECT_S)
            with _Near(path) as name:
                self._socket.connect(name)
        except OSError:
            self._socket.close()
            raise
        self._socket.settimeout(ANSWER_S)
        self._file = self._socket.makefile("rwb")

    def call(self, verb: str, **args: Json) -> Json:
        """See `Client.call`."""
        request = json.dumps({"verb": verb, "args": args}).encode()
        try:
            self._file.write(request + b"\n")
            self._file.flush()
            line = self._file.readline(REQUEST_BYTES_MAX)
        except OSError as error:
            raise StoreError(f"the running node does not answer: {error}") from error
        if not line:
            raise StoreError("the running node ended while it was asked; what it did is unknown")
        answer = json.loads(line)
        if "error" in answer:
            raise _as_error(answer["error"])
        result: Json = answer["result"]
        return result

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self._file.close()
        self._socket.close()


class _Near:
    """A socket path that fits: Unix socket names have at most 107 bytes, homes may be deep."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder: int | None = None

    def __enter__(self) -> str:
        if len(os.fsencode(self._path)) <= 100:
            return str(self._path)
        self._folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/self/fd/{self._folder}/{self._path.name}"

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            os.close(self._folder)


def connect(settings: Settings) -> Client:
    """The node of a home: the one that runs, else one opened here.

    Raises:
        SettingsError: nobody lives there.
    """
    home = Home(settings.home)
    home.card()
    give_up = time.monotonic() + BUSY_S
    while True:
        try:
            return SocketClient(home.socket)
        except OSError:
            try:
                return LocalClient(settings)
            except StoreLockedError:
                # Another command has the home for a moment, or a node is just starting.
                if time.monotonic() > give_up:
                    raise
                time.sleep(BUSY_POLL_S)


def dispatch(node: Node, verb: str, args: Mapping[str, Json]) -> Json:
    """Carry out one verb.

    Raises:
        UsageError: there is no such verb.
    """
    found = VERBS.get(verb)
    if found is None:
        raise UsageError(f"a node has no verb {verb!r}")
    return found(node, args)


def answer(node: Node, line: bytes) -> bytes:
    """Answer one request line; errors of ours travel by their code."""
    try:
        request = json.loads(line)
        result = dispatch(node, request["verb"], request["args"])
    except TielineError as error:
        fault = {"type": type(error).__name__, "message": str(error), "advice": error.advice}
        return json.dumps({"error": fault}).encode() + b"\n"
    except Exception as error:  # noqa: BLE001 - who asked must hear what went wrong
        words = f"the node could not do that: {type(error).__name__}: {error}"
        fault = {"type": "TielineError", "message": words, "advice": TielineError.advice}
        return json.dumps({"error": fault}).encode() + b"\n"
    return json.dumps({"result": result}).encode() + b"\n"


def _as_error(fault: Mapping[str, str]) -> TielineError:
    kind = getattr(errors, fault.get("type", ""), TielineError)
    if not (isinstance(kind, type) and issubclass(kind, TielineError)):
        kind = TielineError
    return kind(fault.get("message", ""), advice=fault.get("advice") or None)


async def serve_control(node: Node, path: Path) -> asyncio.Server:
    """Listen on the home's socket; the caller closes the server."""
    path.unlink(missing_ok=True)  # noqa: ASYNC240 - once, before anything runs

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.LimitOverrunError, ValueError):
            while line := await reader.readline():
                writer.write(answer(node, line))
                await writer.drain()
        writer.close()

    old = os.umask(0o177)
    try:
        with _Near(path) as name:
            return await asyncio.start_unix_server(talk, name, limit=REQUEST_BYTES_MAX)
    finally:
        os.umask(old)
