"""One admitted connection: request after request, each within its limits."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import h11

from tieline.errors import TransportError, UnreachableError, UnverifiedError
from tieline.transport import CLOSE_S
from tieline.transport.sockets import within

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from tieline.transport import Handler, Limits, Peer

PATH: Final = b"/v1/push"
CONTENT_TYPE: Final = b"application/octet-stream"

HEAD_BYTES_MAX: Final = 8192
"""Largest request or answer head; ours have under 200 bytes."""

READ_BYTES: Final = 65536

LINGER_BYTES_MAX: Final = 1024 * 1024
"""Most bytes that are thrown away after a refusal."""


class _RefusalError(TransportError):
    """A request that is answered by a status and the end of the connection."""

    def __init__(self, status: int) -> None:
        super().__init__(f"request refused with status {status}")
        self.status = status


def announced_length(request: h11.Request, *, bytes_max: int) -> int:
    """Return the length of the body that a request announces; nothing of it was read yet.

    Steps: (1) version, path, method; (2) exactly one way to tell the length, no chunks, so that
    no two readers can disagree on where the parcel ends; (3) the limit; (4) type, no ``Expect``.

    Raises a refusal with the status of the first step that fails.
    """
    fields = dict(request.headers)
    # (1)
    if request.http_version != b"1.1":
        raise _RefusalError(505)
    if request.target != PATH:
        raise _RefusalError(404)
    if request.method != b"POST":
        raise _RefusalError(405)
    # (2): h11 has already refused lengths that differ, are signed, or are absurd.
    if b"transfer-encoding" in fields:
        raise _RefusalError(400 if b"content-length" in fields else 411)
    if b"content-length" not in fields:
        raise _RefusalError(411)
    length = int(fields[b"content-length"])
    # (3)
    if length > bytes_max:
        raise _RefusalError(413)
    # (4)
    if fields.get(b"content-type") != CONTENT_TYPE:
        raise _RefusalError(415)
    if b"expect" in fields or b"upgrade" in fields:
        raise _RefusalError(417)
    return length


def _too_slow(_: str) -> _RefusalError:
    return _RefusalError(408)


class Pace:
    """How long the next read may take: for the head, for each window of the body, in all."""

    def __init__(self, limits: Limits, *, now: float) -> None:
        self._limits = limits
        self._begun = now
        self._window = now
        self._bytes = 0

    def left_s(self, now: float) -> float:
        """Return what remains for the whole exchange, seconds."""
        return self._begun + self._limits.request_s - now

    def head_left_s(self, now: float) -> float:
        """Return what remains for the request head, seconds."""
        return min(self._begun + self._limits.head_s - now, self.left_s(now))

    def body_left_s(self, now: float) -> float:
        """Return what remains for the next piece of the body, seconds."""
        return min(self._window + self._limits.progress_s - now, self.left_s(now))

    def start_body(self, now: float) -> None:
        """The head is complete: windows of progress count from here."""
        self._window, self._bytes = now, 0

    def moved(self, count: int, now: float) -> None:
        """Note that ``count`` bytes of the body came; a window with enough starts a new one."""
        self._bytes += count
        if self._bytes >= self._limits.progress_bytes_min:
            self._window, self._bytes = now, 0


class Conversation:
    """Serves one connection until the peer leaves, breaks a rule, or is admitted no longer."""

    def __init__(
        self,
        *,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        peer: Peer,
        handler: Handler,
        admitted: Callable[[], bool],
        limits: Limits,
        refused: Counter[str],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._peer = peer
        self._handler = handler
        self._admitted = admitted
        self._limits = limits
        self._refused = refused
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES_MAX)
        self._resting = False
        self._finishing = False
        self.task: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Serve until the end; returns normally whatever the peer does."""
        self.task = asyncio.current_task()
        try:
            while await self._exchange():
                pass
        except _RefusalError as refusal:
            await self._refuse(refusal.status)
        except (UnreachableError, OSError):
            pass  # the link is gone: nobody is left to tell
        finally:
            await self._close()

    def finish(self) -> None:
        """End after the exchange that is running; at once if none is."""
        self._finishing = True
        if self._resting:
            self._writer.close()

    def cut(self) -> None:
        """End the connection now. A handler that is running ends its work, unheard."""
        self._finishing = True
        self._writer.transport.abort()

    async def _exchange(self) -> bool:
        """Serve one request; return whether another may follow."""
        started = await self._first_bytes()
        if not started:
            return False
        pace = Pace(self._limits, now=time.monotonic())
        request = await self._head(pace)
        length = announced_length(request, bytes_max=self._limits.parcel_bytes_max)
        parcel = await self._body(length, pace)
        if not self._admitted():
            raise UnreachableError("no longer admitted")
        status, answer = await self._handle(parcel, pace)
        closing = self._finishing
        await within(
            pace.left_s(time.monotonic()), self._send(status, answer, closing=closing), "answer"
        )
        if closing or self._http.our_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True

    async def _first_bytes(self) -> bool:
        if self._http.trailing_data[0]:
            return True  # the peer did not wait for our answer
        if self._finishing:
            return False
        self._resting = True
        try:
            data = await within(self._limits.idle_s, self._reader.read(READ_BYTES), "rest")
        finally:
            self._resting = False
        if data:
            self._http.receive_data(data)
        return bool(data)

    async def _head(self, pace: Pace) -> h11.Request:
        while True:
            event = self._next_event()
            if isinstance(event, h11.Request):
                return event
            if event is not h11.NEED_DATA:
                raise UnreachableError("the peer left")
            await self._read(pace.head_left_s(time.monotonic()))

    async def _body(self, length: int, pace: Pace) -> bytes:
        parts: list[bytes] = []
        pace.start_body(time.monotonic())
        while True:
            event = self._next_event()
            if isinstance(event, h11.Data):
                parts.append(bytes(event.data))
                pace.moved(len(event.data), time.monotonic())
            elif isinstance(event, h11.EndOfMessage):
                break
            else:
                await self._read(pace.body_left_s(time.monotonic()))
        parcel = b"".join(parts)
        if len(parcel) != length:
            raise _RefusalError(400)
        return parcel

    def _next_event(self) -> object:
        try:
            return self._http.next_event()
        except h11.RemoteProtocolError as error:
            too_large = error.error_status_hint == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise _RefusalError(431 if too_large else 400) from error

    async def _read(self, seconds: float) -> None:
        reading = self._reader.read(READ_BYTES)
        data = await within(seconds, reading, "the peer's request", late=_too_slow)
        if not data:
            raise UnreachableError("the peer left in the middle of a request")
        self._http.receive_data(data)

    async def _handle(self, parcel: bytes, pace: Pace) -> tuple[int, bytes]:
        left_s = pace.left_s(time.monotonic())
        try:
            answer = await within(left_s, self._call(parcel), "the handler")
        except UnverifiedError as error:
            self._refused["422"] += 1
            return 422, error.code.encode("ascii")
        except Exception as error:  # noqa: BLE001 -- whatever it is, the door stays open
            # Our disk or our bug: the peer learns nothing of it, our own log does.
            self._refused["503"] += 1
            asyncio.get_running_loop().call_exception_handler(
                {"message": "a parcel could not be handled", "exception": error}
            )
            return 503, b""
        return 200, answer

    async def _call(self, parcel: bytes) -> bytes:
        answer = await self._handler(self._peer, parcel)
        if len(answer) > self._limits.answer_bytes_max:
            raise TransportError(f"our answer of {len(answer)} bytes is over the limit")
        return answer

    async def _send(self, status: int, body: bytes, *, closing: bool) -> None:
        # No application byte for whom the roster no longer names, not even a refusal.
        if not self._admitted():
            raise UnreachableError("no longer admitted")
        fields: list[tuple[str, str]] = [
            ("Content-Type", CONTENT_TYPE.decode("ascii")),
            ("Content-Length", str(len(body))),
        ]
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            fields.append(("Allow", "POST"))
        if closing:
            fields.append(("Connection", "close"))
        head = self._http.send(h11.Response(status_code=status, headers=fields, reason=b""))
        self._writer.write(head or b"")
        if body:
            self._writer.write(self._http.send(h11.Data(data=body)) or b"")
        self._writer.write(self._http.send(h11.EndOfMessage()) or b"")
        await self._writer.drain()

    async def _refuse(self, status: int) -> None:
        self._refused[str(status)] += 1
        if self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        try:
            await within(self._limits.linger_s, self._send(status, b"", closing=True), "refusal")
            await within(self._limits.linger_s, self._discard(), "goodbye")
        except (UnreachableError, OSError):
            pass

    async def _discard(self) -> None:
        left = LINGER_BYTES_MAX
        while left > 0 and (data := await self._reader.read(READ_BYTES)):
            left -= len(data)

    async def _close(self) -> None:
        try:
            self._writer.close()
            await within(2 * CLOSE_S, self._writer.wait_closed(), "close")
        except (UnreachableError, OSError):
            self._writer.transport.abort()
