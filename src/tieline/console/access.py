"""Access: one-time links that open the console, and the sessions that they are changed into.

Only SHA-256 digests of links and sessions are kept, in memory: a restart ends them all. Time is
counted by both clocks and the longer span holds, so that neither a stepped wall clock nor a
machine that slept keeps a session alive.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace

from tieline.replication.effects import Now

SECRET_BYTES = 32
"""256 bits in links and sessions alike."""
LINK_S = 600
"""How long a link that nobody used stays valid."""
IDLE_S = 15 * 60
"""A session ends when no page was asked for during this long."""
ABSOLUTE_S = 12 * 3600
"""A session ends after this long, whatever happens."""
LINKS_MAX = 16
SESSIONS_MAX = 32
"""Beyond these the oldest goes: no caller fills the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that was let in: since when, and when it last asked for a page."""

    since: Now
    used: Now

    def left_s(self, now: Now) -> int:
        """Seconds until its absolute end."""
        return ABSOLUTE_S - _passed_s(self.since, now)


class Access:
    """Who may look at the pages of one console."""

    def __init__(
        self, *, port: int, now: Callable[[], Now], entropy: Callable[[int], bytes]
    ) -> None:
        """``port`` is part of the cookie's name: cookies ignore ports, consoles must not."""
        self.port = port
        self.now = now
        self._entropy = entropy
        self._links: dict[bytes, Now] = {}
        self._sessions: dict[bytes, Session] = {}

    @property
    def cookie(self) -> str:
        """Name of the session's cookie."""
        return f"tieline-{self.port}"

    def mint(self) -> str:
        """A new link's token: valid once, for ten minutes."""
        token = self._secret()
        self._links[_digest(token)] = self.now()
        _keep_newest(self._links, LINKS_MAX)
        return token

    def exchange(self, token: str) -> str | None:
        """Use a link up: a session's secret, or None when the link is not or no longer valid."""
        minted = self._links.pop(_digest(token), None)
        now = self.now()
        if minted is None or _passed_s(minted, now) >= LINK_S:
            return None
        secret = self._secret()
        self._sessions[_digest(secret)] = Session(since=now, used=now)
        _keep_newest(self._sessions, SESSIONS_MAX)
        return secret

    def session(self, secret: str) -> Session | None:
        """The session of a cookie, which counts as used now; None when there is none."""
        key, now = _digest(secret), self.now()
        found = self._sessions.get(key)
        if found is None:
            return None
        if _passed_s(found.used, now) >= IDLE_S or found.left_s(now) <= 0:
            del self._sessions[key]
            return None
        self._sessions[key] = used = replace(found, used=now)
        return used

    def _secret(self) -> str:
        return urlsafe_b64encode(self._entropy(SECRET_BYTES)).decode().rstrip("=")


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


def _passed_s(since: Now, now: Now) -> int:
    by_wall, by_elapsed = now.wall_ms - since.wall_ms, now.elapsed_ms - since.elapsed_ms
    return max(by_wall, by_elapsed, 0) // 1000


def _keep_newest(kept: dict[bytes, Now] | dict[bytes, Session], most: int) -> None:
    while len(kept) > most:
        del kept[next(iter(kept))]
