"""Addresses, the group that connections are counted by, and time limits of our own."""

from __future__ import annotations

import asyncio
import errno
import socket

import pytest

from tieline.errors import SettingsError, UnreachableError
from tieline.transport.sockets import address_group, set_options, split_address, within


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1:443", ("127.0.0.1", 443)),
        ("node.example:1", ("node.example", 1)),
        ("[2001:db8::1]:65535", ("2001:db8::1", 65535)),
        ("[fe80::1%eth0]:8", ("fe80::1%eth0", 8)),
    ],
)
def test_an_address_is_host_and_port(address, expected):
    assert split_address(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "",
        "host",
        "host:",
        ":1",
        "host:x",
        "host:65536",
        "2001:db8::1:5",
        "a b:1",
        "https://h:1",
        "h:1/",
    ],
)
def test_anything_else_is_an_error_of_settings(address):
    with pytest.raises(SettingsError):
        split_address(address)


def test_ipv6_is_counted_by_subscriber_and_ipv4_by_address():
    assert address_group("192.0.2.7") == "192.0.2.7"
    assert address_group("::ffff:192.0.2.7") == "192.0.2.7"
    assert address_group("2001:db8:0:1::1") == address_group("2001:db8:0:1:ffff::2")
    assert address_group("2001:db8:0:1::1") != address_group("2001:db8:0:2::1")
    assert address_group("fe80::1%eth0") == "fe80::/64"


def test_a_connection_ends_when_its_far_side_has_vanished_for_under_fifteen_seconds():
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is None:
        pytest.skip("this system has no TCP_USER_TIMEOUT")
    with socket.socket() as connection:
        set_options(connection)
        assert 0 < connection.getsockopt(socket.IPPROTO_TCP, option) < 15_000
        idle, interval, probes = (
            connection.getsockopt(socket.IPPROTO_TCP, each)
            for each in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        )
        assert idle + interval * probes < 15
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_our_own_limit_and_a_dead_link_are_told_apart():
    async def dead():
        raise OSError(errno.ETIMEDOUT, "Connection timed out")

    with pytest.raises(UnreachableError, match="the link is dead"):
        asyncio.run(within(5, dead(), "work"))
    with pytest.raises(UnreachableError, match="work took longer"):
        asyncio.run(within(0.01, asyncio.sleep(5), "work"))
