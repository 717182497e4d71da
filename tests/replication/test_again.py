"""Parcels that come twice, late or in another order change nothing but what they bring."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieline.replication import effects as fx
from tieline.replication.offers import offer
from tieline.replication.parcel import encode_parcel
from tieline.replication.seat import Peer
from tieline.state.digest import state_digest
from tieline.store.memory import MemorySnapshot
from tieline.testing import invariants
from tieline.testing.exercise import Exercise
from tieline.testing.options import Options
from tieline.testing.station import Station

ROUNDS = 5
ENOUGH = 10**6


class Story:
    """What alpha and bravo said while charlie was away, as parcels from alpha and from bravo."""

    def __init__(
        self,
        exercise: Exercise,
        before: MemorySnapshot,
        parcels: list[tuple[str, bytes]],
        whole: list[tuple[str, bytes]],
    ) -> None:
        self.exercise = exercise
        self.charlie = exercise.world.stations["charlie"]
        self.before, self.parcels, self.whole = before, parcels, whole


def packed(station: Station, has: dict[str, Any], budget: int = ENOUGH) -> tuple[str, bytes]:
    assert station.seat is not None
    parcel = offer(station.seat, Peer(party="charlie", has=has), None, budget)
    assert parcel is not None
    return station.handle, encode_parcel(parcel)


@pytest.fixture(autouse=True, scope="module")
def quick_seals() -> None:
    """Parties of an exercise open real seals."""


@pytest.fixture(scope="module")
def story() -> Story:
    exercise = Exercise(3, Options(parties=3, acts_per_minute=0.0))
    exercise.open()
    world = exercise.world
    charlie = world.stations["charlie"]
    assert charlie.seat is not None
    first = {h.origin: h for h in charlie.seat.have()}
    before, parcels = charlie.disk.snapshot(), []
    world.network.cuts = {
        (a, b) for a in world.stations for b in world.stations if "charlie" in a + b
    }
    has = first
    for _ in range(ROUNDS):
        for handle in ("alpha", "bravo"):
            people = exercise.officers[handle]
            assert people.station.seat is not None
            people.speak(people.station.seat, "ROUTINE")
            people.speak(people.station.seat, "FLASH")
        world.run(6_000)
        for handle in ("alpha", "bravo"):
            station = world.stations[handle]
            parcels += [packed(station, has), packed(station, first), packed(station, first, 9_000)]
        assert world.stations["alpha"].seat is not None
        has = {h.origin: h for h in world.stations["alpha"].seat.have()}
    whole = [packed(world.stations[handle], first) for handle in ("alpha", "bravo")]
    return Story(exercise, before, parcels, whole)


def back_then(story: Story) -> Station:
    """Charlie as it was before it went away, and nothing that it sends arrives."""
    charlie = story.charlie
    charlie.seat = None
    charlie.disk.restore(story.before)
    story.exercise.world.watch.ledger.forget_receipts("charlie")
    charlie.boot()
    assert charlie.seat is not None
    charlie.seat.own = {role: origin + "-mute" for role, origin in charlie.own().items()}
    charlie.seat.locked = dict.fromkeys(charlie.seat.own.values(), "it only listens")
    return charlie


def take(charlie: Station, number: int, parcel: tuple[str, bytes]) -> None:
    peer, data = parcel
    assert charlie.give(fx.Arrived(data=data, peer=peer, token=number))


def marks(charlie: Station) -> dict[str, tuple[int, int, int]]:
    """Sizes of copies, of filled heads and of receipts given, by log."""
    seat = charlie.seat
    assert seat is not None
    return {
        o: (charlie.disk.size(o), c.head_size, seat.given.get(o, (0, b""))[0])
        for o, c in seat.copies.items()
    }


def nothing_shrinks(before: dict[str, Any], after: dict[str, Any]) -> None:
    for origin, sizes in before.items():
        assert all(now >= then for then, now in zip(sizes, after[origin], strict=True))


def is_sound(story: Story) -> None:
    charlie = story.charlie
    assert charlie.seat is not None
    assert not any(c.forked or c.stopped is not None for c in charlie.seat.copies.values())
    assert not charlie.disk.evidence()
    invariants.true_copies(charlie, story.exercise.world.honest(), set())
    invariants.honest_pasts(charlie.seat)
    invariants.equal_states([charlie, story.exercise.world.stations["alpha"]])


orders = st.lists(st.integers(0, 6 * ROUNDS - 1), max_size=12)
quick = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@quick
@given(orders)
def test_parcels_in_any_order_and_number_lead_to_one_state(story: Story, order: list[int]) -> None:
    charlie = back_then(story)
    known = marks(charlie)
    for number, at in enumerate(order):
        take(charlie, number, story.parcels[at])
        nothing_shrinks(known, marks(charlie))
        known = marks(charlie)
        is_sound(story)
    for number, parcel in enumerate(story.whole, len(order)):
        take(charlie, number, parcel)
    is_sound(story)
    alpha = story.exercise.world.stations["alpha"].seat
    assert charlie.seat is not None
    assert alpha is not None
    assert charlie.seat.fold.waiting == {}
    assert state_digest(charlie.seat.fold) == state_digest(alpha.fold)


@quick
@given(orders.filter(bool))
def test_a_parcel_that_was_taken_already_changes_nothing(story: Story, order: list[int]) -> None:
    charlie = back_then(story)
    for number, parcel in enumerate(story.whole):
        take(charlie, number, parcel)
    assert charlie.seat is not None
    known, digest = marks(charlie), state_digest(charlie.seat.fold)
    blobs = len(charlie.disk.snapshot().blobs)
    for number, at in enumerate(order, 2):
        for _ in range(2):
            take(charlie, number, story.parcels[at])
        assert charlie.seat is not None
        assert marks(charlie) == known
        assert state_digest(charlie.seat.fold) == digest
        assert len(charlie.disk.snapshot().blobs) == blobs
    is_sound(story)


def test_entries_that_no_filled_head_covers_are_passed_on(story: Story) -> None:
    charlie = back_then(story)
    assert charlie.seat is not None
    first = {h.origin: h for h in charlie.seat.have()}
    for number, parcel in enumerate(story.parcels[-4::3]):
        take(charlie, number, parcel)
    partly = {o: c.size for o, c in charlie.seat.copies.items() if c.size > c.head_size}
    assert partly
    charlie.disk.commit(charlie.seat.later)
    again = back_at(charlie)
    relayed = packed(again, first)
    other = back_then(story)
    take(other, 9, relayed)
    assert {o: other.disk.size(o) for o in partly} == partly
    is_sound(story)


def back_at(charlie: Station) -> Station:
    """The same disk after a restart: what joins entries to larger heads is kept."""
    charlie.seat = None
    charlie.boot()
    return charlie
