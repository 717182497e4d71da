"""What both ends of a connection share: addresses, options of the socket, own time limits."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from typing import TYPE_CHECKING, Final, TypeVar

from tieline.errors import SettingsError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tieline.errors import TransportError

USER_TIMEOUT_S: Final = 12
"""Sent bytes unacknowledged for so long end the connection: below the 15 s after which a link is
shown as down, and above two retransmissions on a link with a round trip of 2 s."""

KEEPALIVE_IDLE_S: Final = 5
KEEPALIVE_INTERVAL_S: Final = 2
KEEPALIVE_PROBES: Final = 3
"""A vanished far side is noticed on an idle connection after about 11 s."""

PORT_MAX: Final = 65535

_IPV6_GROUP_BITS: Final = 64

_ADDRESS = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.%a-z]+)\]|(?P<name>[A-Za-z0-9.-]+)):(?P<port>\d+)")

T = TypeVar("T")


def split_address(address: str) -> tuple[str, int]:
    """Return host and port of ``host:port`` or ``[IPv6]:port``. Raises ``SettingsError``."""
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 <= int(match["port"]) <= PORT_MAX:
        raise SettingsError(f"not an address of the form host:port: {address!r}")
    return match["six"] or match["name"], int(match["port"])


def address_group(host: str) -> str:
    """Return what connections are counted by: the IPv4 address, or the IPv6 /64.

    One subscriber usually holds a whole /64 (RFC 6177), so single IPv6 addresses bound nothing.
    """
    address = ipaddress.ip_address(host.split("%", 1)[0])
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address), _IPV6_GROUP_BITS), strict=False))


def set_options(connection: socket.socket) -> None:
    """No delay for small parcels, and an end for connections whose far side has vanished."""
    connection.setblocking(False)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", KEEPALIVE_IDLE_S),
        ("TCP_KEEPINTVL", KEEPALIVE_INTERVAL_S),
        ("TCP_KEEPCNT", KEEPALIVE_PROBES),
        ("TCP_USER_TIMEOUT", USER_TIMEOUT_S * 1000),
    ):
        option = getattr(socket, name, None)  # not every system has all four
        if option is not None:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)


async def within(
    seconds: float,
    work: Awaitable[T],
    what: str,
    *,
    late: Callable[[str], TransportError] = UnreachableError,
) -> T:
    """Await ``work`` for at most ``seconds``; ``what`` names it in the error.

    Raises ``late`` when our own limit ran out, ``UnreachableError`` when the link died meanwhile.
    Never Python's TimeoutError: since 3.11 that is also what a dead link raises (ETIMEDOUT), so
    that "slow" and "gone" would become one.
    """
    limit = asyncio.timeout(max(0.0, seconds))
    try:
        async with limit:
            return await work
    except TimeoutError as error:
        if limit.expired():
            raise late(f"{what} took longer than {seconds:.1f} s") from error
        raise UnreachableError(f"{what}: the link is dead ({error})") from error
