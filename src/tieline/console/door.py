"""Door: what every request must pass before any page is made, and what every answer carries.

Looking is all that can be done here: GET and HEAD, from an address of this machine, with a session.
Everyone else gets one short page that says how to get a link.
"""

from __future__ import annotations

import traceback
from http.cookies import CookieError, SimpleCookie

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tieline.console.access import Access

HOSTS = ("127.0.0.1", "localhost")
SUFFIX = ".localhost"
OPEN_PATH = "/open/"
NEW_LINK_COMMAND = "tieline serve --link"
"""What an officer types on the node's machine to get another link."""

POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "connect-src 'self'; "
    "frame-ancestors 'none'; "
    "base-uri 'none'; "
    "form-action 'self'; "
    "require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
"""RELIABILITY section 6, Browser; no script may turn a text into markup at all."""

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}

_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{title}</title>
<h1>{title}</h1>
<p>{words}</p>
</html>
"""
_CLOSED = (
    "Nothing is shown without a session. For a link, "
    f"type <kbd>{NEW_LINK_COMMAND}</kbd> on the machine of the node and open what it prints. "
    "A link works once and for ten minutes; a session ends after 12 hours, or 15 minutes after "
    "its last page."
)
log = structlog.get_logger()


class Door:
    """An ASGI application that lets through to another one whoever may look."""

    def __init__(self, inner: ASGIApp, access: Access) -> None:
        self._inner = inner
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        answer = _Answer(send, is_head=scope["method"] == "HEAD")
        try:
            await self._answer(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 - the door is where every failure ends
            # Where, and no values: the program's log never holds what messages say.
            at = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{at.filename.rpartition('/')[2]}:{at.lineno}"
            log.error("console.failed", error=type(error).__name__, where=where)  # noqa: TRY400
            if not answer.started:
                await answer.page(500, "This page failed", "The node's log tells why.")

    async def _answer(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        headers = Headers(scope=scope)
        if scope["method"] not in {"GET", "HEAD"}:
            allow = {"allow": "GET, HEAD"}
            await answer.page(405, "Look only", "These pages take no orders.", allow)
        elif not self._is_ours(headers):
            await answer.page(400, "Not this address", "Open the console by its own address.")
        elif _is_foreign(headers):
            await answer.page(403, "Not from another page", "Open the console by itself.")
        elif scope["path"].startswith(OPEN_PATH):
            await self._open(scope, headers, answer)
        else:
            session = self._access.session(self._secret(headers))
            if session is None:
                await answer.page(403, "This console is closed", _CLOSED)
                return
            scope["tieline.session"] = session
            await self._inner(scope, receive, answer)

    def _is_ours(self, headers: Headers) -> bool:
        hosts = headers.getlist("host")
        if len(hosts) != 1:
            return False
        name, colon, port = hosts[0].lower().partition(":")
        if (port if colon else "80") != str(self._access.port):
            return False
        return name in HOSTS or name.endswith(SUFFIX)

    def _secret(self, headers: Headers) -> str:
        for header in headers.getlist("cookie"):
            try:
                morsel = SimpleCookie(header).get(self._access.cookie)
            except CookieError:
                continue
            if morsel is not None:
                return morsel.value
        return ""

    async def _open(self, scope: Scope, headers: Headers, answer: _Answer) -> None:
        # A HEAD is somebody's preview of the link, and must not use it up.
        is_get = scope["method"] == "GET"
        token = scope["path"].removeprefix(OPEN_PATH)
        secret = self._access.exchange(token) if is_get else None
        if secret is None:
            if is_get and self._access.session(self._secret(headers)) is not None:
                # The officer went back to the link in a browser that is in already.
                await answer.page(200, "Open already", _ONWARD, {"refresh": "0; url=/"})
                return
            await answer.page(403, "This link is not valid", _CLOSED)
            return
        # A page that leads on, no redirect: a redirect from another site's page would arrive
        # without the cookie, since that is SameSite=Strict.
        cookie = f"{self._access.cookie}={secret}; Path=/; HttpOnly; SameSite=Strict"
        fields = {"set-cookie": cookie, "refresh": "0; url=/"}
        await answer.page(200, "Opening", _ONWARD, fields)


_ONWARD = '<a href="/">To the overview</a>'


def _is_foreign(headers: Headers) -> bool:
    """Whether a page of another origin embeds or fetches this: a link followed is no such thing."""
    site = headers.get("sec-fetch-site", "none")
    return site not in {"same-origin", "none"} and headers.get("sec-fetch-mode") != "navigate"


class _Answer:
    """The sending half of one request, which adds our headers to whatever is answered."""

    def __init__(self, send: Send, *, is_head: bool) -> None:
        self._send = send
        self._is_head = is_head
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            given = {name.lower() for name, _ in message["headers"]}
            ours = [
                (name.encode(), value.encode())
                for name, value in HEADERS.items()
                if name.encode() not in given
            ]
            message = {**message, "headers": [*message["headers"], *ours]}
        elif message["type"] == "http.response.body" and self._is_head:
            message = {**message, "body": b""}
        await self._send(message)

    async def page(
        self, status: int, title: str, words: str, fields: dict[str, str] | None = None
    ) -> None:
        """Answer with a short page of our own; ``words`` are markup."""
        body = _PAGE.format(title=title, words=words).encode()
        named = {"content-type": "text/html; charset=utf-8", "content-length": str(len(body))}
        headers = [(k.encode(), v.encode()) for k, v in {**named, **(fields or {})}.items()]
        await self({"type": "http.response.start", "status": status, "headers": headers})
        await self({"type": "http.response.body", "body": body})
