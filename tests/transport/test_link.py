"""When a link is up, degraded or dead, and when to try again: on a clock of our own."""

from __future__ import annotations

import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import PeerRefusedError, UnreachableError
from tieline.transport.link import Link, LinkHealth, LinkPace, LinkState


def least(count):
    return bytes(count)


def most(count):
    return b"\xff" * count


def test_a_link_of_which_nothing_is_known_is_degraded_and_due_at_once():
    health = LinkHealth.begin(100)
    assert health.state(100) is LinkState.DEGRADED
    assert health.is_due(100)


def test_a_link_that_never_answered_is_dead_after_fifteen_seconds():
    health = LinkHealth.begin(100).tried(100)
    assert health.state(114.9) is LinkState.DEGRADED
    assert health.state(115) is LinkState.DEAD


def test_an_answer_makes_it_up_and_the_next_sign_of_life_is_due_five_seconds_later():
    health = LinkHealth.begin(100).tried(101).answered(102)
    assert health.state(102) is LinkState.UP
    assert not health.is_due(106.9)
    assert health.is_due(107)


def test_silence_degrades_and_then_kills():
    health = LinkHealth.begin(0).tried(0).answered(0)
    assert health.state(10) is LinkState.UP
    assert health.state(10.1) is LinkState.DEGRADED
    assert health.state(14.9) is LinkState.DEGRADED
    assert health.state(15) is LinkState.DEAD


def test_sending_without_an_answer_does_not_keep_it_alive():
    health = LinkHealth.begin(0).answered(0)
    for second in range(1, 16):
        health = health.tried(second)
    assert health.state(15) is LinkState.DEAD


def test_a_failure_degrades_at_once_and_an_answer_heals():
    health = LinkHealth.begin(0).answered(0).failed(1, least)
    assert health.state(1) is LinkState.DEGRADED
    assert health.answered(2).state(2) is LinkState.UP


def test_a_refusal_is_a_sign_of_life_but_is_not_pressed():
    health = LinkHealth.begin(0).refused(14, most)
    assert health.state(20) is LinkState.DEGRADED
    assert not health.is_due(14.5)


def test_rests_grow_to_half_a_minute_and_begin_again_after_an_answer():
    health, rests = LinkHealth.begin(0), []
    for _ in range(6):
        health = health.failed(0, most)
        rests.append(round(health.rest_s, 6))
    assert rests == [3, 9, 27, 30, 30, 30]
    assert round(health.answered(0).failed(0, most).rest_s, 6) == 3


@given(st.integers(0, 2**32), st.integers(1, 60))
def test_every_rest_lies_between_one_and_thirty_seconds(seed, failures):
    entropy = random.Random(seed).randbytes
    health = LinkHealth.begin(0)
    for _ in range(failures):
        health = health.failed(50, entropy)
        assert 1 <= health.rest_s <= 30
        assert health.due_s() == 50 + health.rest_s


def test_peers_that_lost_the_same_link_do_not_come_back_in_step():
    returns = set()
    for seed in range(100):
        entropy = random.Random(seed).randbytes
        health = LinkHealth.begin(0)
        for _ in range(4):
            health = health.failed(0, entropy)
        returns.add(round(health.due_s(), 2))
    assert len(returns) > 90


def test_the_same_events_give_the_same_health():
    def play():
        entropy = random.Random(7).randbytes
        health = LinkHealth.begin(0).tried(1).failed(2, entropy).tried(4)
        return health.refused(5, entropy).tried(9).answered(10)

    assert play() == play()


def test_a_slow_link_takes_other_figures():
    pace = LinkPace(heartbeat_s=60, dead_s=180)
    health = LinkHealth.begin(0, pace=pace).tried(0).answered(1)
    assert not health.is_due(60)
    assert health.is_due(61)
    assert health.state(179) is LinkState.DEGRADED
    assert health.state(181) is LinkState.DEAD


# The shell around it


class Far:
    """A carrier whose far side does as it is told."""

    def __init__(self):
        self.mode = "answer"
        self.parcels = []

    async def exchange(self, parcel):
        self.parcels.append(parcel)
        if self.mode == "refuse":
            raise PeerRefusedError("no")
        if self.mode == "gone":
            raise UnreachableError("gone")
        if self.mode == "silent":
            await asyncio.sleep(3600)
        return parcel

    async def close(self):
        self.mode = "closed"


QUICK = LinkPace(heartbeat_s=0.3, dead_s=1.2, retry_s_min=0.1, retry_s_max=0.3)


async def until(condition):
    for _ in range(250):
        if condition():
            return
        await asyncio.sleep(0.02)
    pytest.fail("it did not happen in five seconds")


def test_signs_of_life_flow_and_a_silent_far_side_is_found_dead_and_healed():
    async def main():
        far = Far()
        shown: list[str] = []
        link = Link(far, entropy=least, changed=shown.append, pace=QUICK)
        running = asyncio.create_task(link.run())
        await until(lambda: len(far.parcels) >= 3)
        await until(lambda: link.state is LinkState.UP)
        assert set(far.parcels) == {b""}
        far.mode = "silent"
        await until(lambda: link.state is LinkState.DEAD)
        far.mode = "answer"
        await until(lambda: link.state is LinkState.UP)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return shown

    shown = asyncio.run(main())
    assert shown == ["degraded", "up", "degraded", "dead", "up"]


def test_an_exchange_is_tried_at_once_even_while_the_link_rests():
    async def main():
        far = Far()
        link = Link(far, entropy=most, pace=LinkPace())
        far.mode = "gone"
        with pytest.raises(UnreachableError):
            await link.exchange(b"bulk")
        assert not link.health.is_due(link.health.heard_s)
        far.mode = "answer"
        return await link.exchange(b"flash"), link.state

    assert asyncio.run(main()) == (b"flash", LinkState.UP)


def test_a_refusal_passes_through_and_counts_as_life():
    async def main():
        far = Far()
        far.mode = "refuse"
        link = Link(far, entropy=least)
        with pytest.raises(PeerRefusedError):
            await link.exchange(b"x")
        return link.health.has_answered, link.state

    assert asyncio.run(main()) == (True, LinkState.DEGRADED)


def test_patience_that_ends_is_an_error_of_ours_and_not_of_python():
    async def main():
        far = Far()
        far.mode = "silent"
        link = Link(far, entropy=least)
        with pytest.raises(UnreachableError) as caught:
            await link.exchange(b"x", patience_s=0.1)
        assert not isinstance(caught.value, TimeoutError)
        assert link.health.retry_s is not None

    asyncio.run(main())
