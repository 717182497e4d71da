"""Links and sessions: once, for a while, and by both clocks."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tieline.console.access import ABSOLUTE_S, IDLE_S, LINK_S, LINKS_MAX, SESSIONS_MAX, Access


@pytest.fixture
def access(clock: Any) -> Access:
    return Access(port=8700, now=clock, entropy=os.urandom)


def let_in(access: Access) -> str:
    secret = access.exchange(access.mint())
    assert secret is not None
    return secret


def test_a_link_carries_256_bits(access: Access) -> None:
    assert len(access.mint()) == 43
    assert access.mint() != access.mint()


def test_a_link_works_once(access: Access) -> None:
    token = access.mint()
    assert access.exchange(token) is not None
    assert access.exchange(token) is None


def test_a_link_ends_after_ten_minutes(access: Access, clock: Any) -> None:
    early, late = access.mint(), access.mint()
    clock.pass_s(LINK_S - 1)
    assert access.exchange(early) is not None
    clock.pass_s(1)
    assert access.exchange(late) is None


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "\udcff", "é"])
def test_no_other_token_opens_anything(access: Access, token: str) -> None:
    access.mint()
    assert access.exchange(token) is None
    assert access.session(token) is None


def test_a_session_ends_when_it_is_not_used(access: Access, clock: Any) -> None:
    secret = let_in(access)
    for _ in range(3):
        clock.pass_s(IDLE_S - 1)
        assert access.session(secret) is not None
    clock.pass_s(IDLE_S)
    assert access.session(secret) is None


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(
    access: Access, clock: Any
) -> None:
    secret = let_in(access)
    for _ in range(ABSOLUTE_S // 600 - 1):
        clock.pass_s(600)
        assert access.session(secret) is not None
    clock.pass_s(600)
    assert access.session(secret) is None


def test_a_wall_clock_set_back_keeps_no_session_alive(access: Access, clock: Any) -> None:
    secret = let_in(access)
    clock.pass_s(IDLE_S)
    clock.wall_step_ms = -3_600_000
    assert access.session(secret) is None


def test_a_machine_that_slept_keeps_no_session_alive(access: Access, clock: Any) -> None:
    secret = let_in(access)
    clock.wall_step_ms = IDLE_S * 1000
    assert access.session(secret) is None


def test_neither_links_nor_sessions_fill_the_memory(access: Access) -> None:
    first_link = access.mint()
    for _ in range(LINKS_MAX):
        access.mint()
    assert access.exchange(first_link) is None
    first = let_in(access)
    for _ in range(SESSIONS_MAX):
        let_in(access)
    assert access.session(first) is None


def test_only_digests_are_kept(access: Access) -> None:
    token = access.mint()
    kept = repr(vars(access))
    secret = access.exchange(token)
    assert token not in kept
    assert str(secret) not in repr(vars(access))


def test_the_cookie_is_named_after_the_port(access: Access) -> None:
    assert access.cookie == "tieline-8700"
