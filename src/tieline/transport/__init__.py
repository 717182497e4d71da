"""How parcels travel: dumb carriers that move opaque bytes and bring opaque bytes back.

A carrier knows no line, no log and no party. Who speaks is proven by the signatures *inside* a
parcel; a carrier only decides whose packets are let in at all. It may lose, repeat, delay and
reorder; nothing above depends on arrival, and **every handler must be idempotent**: a carrier
that lost an answer sends the same parcel again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

PARCEL_BYTES_MAX: Final = 8 * 1024 * 1024
"""Largest parcel, bytes. A sender on a slow link chooses far smaller ones (see REQUEST_S)."""

ANSWER_BYTES_MAX: Final = 4 * 1024 * 1024
"""Largest answer, bytes."""

CONNECT_S: Final = 5.0
"""Name look-up and TCP connection together, for each address tried."""

HANDSHAKE_S: Final = 5.0
"""TLS handshake, from the first byte to the admitted identity."""

REQUEST_S: Final = 30.0
"""One exchange as a whole: parcel, the handler's work, answer."""

HEAD_S: Final = 10.0
"""Complete request head, from its first byte (OWASP ASVS 5.0 asks for bounded requests)."""

PROGRESS_S: Final = 10.0
"""Window in which a body must bring at least PROGRESS_BYTES_MIN."""

PROGRESS_BYTES_MIN: Final = 1024
"""Least bytes in a window: 0.8 kbit/s, just under the slowest link that we serve (1 kbit/s)."""

IDLE_S: Final = 60.0
"""How long an admitted connection may rest between two parcels."""

STOP_S: Final = 2.0
"""What a running exchange may still take once the server is told to stop."""

CLOSE_S: Final = 0.5
"""How long a closing connection waits for the peer's own goodbye."""

LINGER_S: Final = 1.0
"""How long the rest of a refused request is read and thrown away: closing at once would make the
system reset the connection, and the reset can overtake the refusal."""

CONNECTIONS_PER_ADDRESS_MAX: Final = 20
"""Connections of one address (IPv6: one /64) that are not admitted yet."""

CONNECTIONS_PER_IDENTITY_MAX: Final = 8
"""Connections of one admitted certificate; a further one closes the oldest."""

HANDSHAKES_MAX: Final = 256
"""Connections from everywhere that are not admitted yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Who was let in: not an author, only whose certificate opened the connection.

    Attributes:
        spki: SHA-256 of the certificate's SubjectPublicKeyInfo, 64 lower-case hex digits.
        address: remote address as text, for counts and displays, never for decisions.
    """

    spki: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one carrier, seconds and bytes; the defaults are the constants above."""

    parcel_bytes_max: int = PARCEL_BYTES_MAX
    answer_bytes_max: int = ANSWER_BYTES_MAX
    connect_s: float = CONNECT_S
    handshake_s: float = HANDSHAKE_S
    request_s: float = REQUEST_S
    head_s: float = HEAD_S
    progress_s: float = PROGRESS_S
    progress_bytes_min: int = PROGRESS_BYTES_MIN
    idle_s: float = IDLE_S
    stop_s: float = STOP_S
    linger_s: float = LINGER_S
    connections_per_address_max: int = CONNECTIONS_PER_ADDRESS_MAX
    connections_per_identity_max: int = CONNECTIONS_PER_IDENTITY_MAX
    handshakes_max: int = HANDSHAKES_MAX


Handler = Callable[[Peer, bytes], Awaitable[bytes]]
"""What a server does with a parcel; returns the answer.

Raises ``UnverifiedError``: the peer is told its ``code`` and nothing else. Any other exception:
the peer learns only that we could not. Must be idempotent; may be cancelled when the server
stops. An empty parcel is a sign of life and is answered by an empty answer.
"""


class Carrier(Protocol):
    """Brings one parcel to one peer. Several exchanges may run at once."""

    async def exchange(self, parcel: bytes) -> bytes:
        """Return the peer's answer to ``parcel``.

        Raises:
            UsageError: the parcel is larger than the carrier takes; nothing was sent.
            UnreachableError: no connection, or no complete answer in time. The parcel may
                have arrived all the same.
            PeerRefusedError: the peer answered, and refused.
        """
        ...

    async def close(self) -> None:
        """Drop all connections; a later exchange opens a new one. Closing twice is fine."""
        ...
