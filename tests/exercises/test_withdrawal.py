"""Personal data taken back: gone everywhere, whatever crashes, and the record goes on without it."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tieline.procedures.line.opened import ERASED
from tieline.record.entry import Ref, parse_entry
from tieline.replication.drafts import Draft
from tieline.replication.withdrawing import open_gaps
from tieline.state.digest import state_digest
from tieline.testing.exercise import Exercise
from tieline.testing.options import Options
from tieline.testing.station import Station

CREW = b"personal salt, and the names of six drivers"


def opened(seed: int = 5, **options: Any) -> Exercise:
    exercise = Exercise(seed, Options(acts_per_minute=0.0, **options))
    exercise.open()
    return exercise


def listed(data: bytes, *, personal: bool = True) -> dict[str, Any]:
    item = {
        "name": "crew.txt",
        "type": "text/plain",
        "length": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    return item | ({"personal": "yes"} if personal else {})


def notify(exercise: Exercise, key: str = "convoy", *files: bytes) -> Ref:
    body: Any = {"key": key, "attachments": [listed(data) for data in files or (CREW,)]}
    draft = Draft(kind="activity.notify", office="watch", body=body)
    ref = exercise.officers["alpha"].say(draft, attachments=files or (CREW,))
    assert ref is not None
    return ref


def withdraw(exercise: Exercise, of: Ref, number: int = 1) -> Ref | None:
    body: Any = {"files": [{"of": of.text(), "attachment": number}], "why": "the trip is over"}
    draft = Draft(kind="activity.withdraw-file", office="watch", body=body, case=of)
    return exercise.officers["alpha"].say(draft)


def digest_of(station: Station, ref: Ref, number: int = 1) -> bytes:
    leaf = station.disk.leaf(ref.origin, ref.index)
    assert leaf is not None
    return parse_entry(leaf).payloads[number].digest


def off(station: Station) -> None:
    station.retired = True
    station.crash("away")


def on(exercise: Exercise, station: Station) -> None:
    station.retired = False
    exercise.world.boot(station)
    exercise.world.start_ticking(station)


def digests(exercise: Exercise) -> set[bytes]:
    seats = [station.seat for station in exercise.world.stations.values()]
    return {state_digest(seat.fold) for seat in seats if seat is not None}


def said_erased(station: Station, by: Ref) -> set[str]:
    assert station.seat is not None
    facts = station.seat.fold.registers.opened.get(by, ())
    return {fact.party for fact in facts if fact.result == ERASED}


def receipts_over(station: Station, ref: Ref) -> set[str]:
    assert station.seat is not None
    return {party for party in station.seat.peers if station.seat.receipt_for(ref, party)}


def test_a_file_that_is_withdrawn_is_gone_from_every_store_and_all_say_so() -> None:
    exercise = opened(parties=3)
    world = exercise.world
    ref = notify(exercise)
    world.run(10_000)
    digest = digest_of(world.stations["alpha"], ref)
    assert all(station.disk.has_blob(digest) for station in world.stations.values())

    by = withdraw(exercise, ref)
    assert by is not None
    world.run(20_000)

    for station in world.stations.values():
        held = station.disk.snapshot()
        assert digest not in held.blobs
        assert held.erased[digest] == by.text()
        assert said_erased(station, by) == {"alpha", "bravo", "charlie"}
    assert len(digests(exercise)) == 1
    assert receipts_over(world.stations["alpha"], by) == {"bravo", "charlie"}


def test_a_party_that_was_away_takes_the_entry_without_the_file_and_gives_its_receipt() -> None:
    exercise = opened(parties=3)
    world, late = exercise.world, exercise.world.stations["charlie"]
    off(late)
    ref = notify(exercise)
    by = withdraw(exercise, ref)
    assert by is not None
    world.run(10_000)
    assert receipts_over(world.stations["alpha"], by) == {"bravo"}

    on(exercise, late)
    world.run(30_000)

    digest = digest_of(late, ref)
    assert not late.disk.has_blob(digest)
    assert late.disk.tombstone(digest) == by.text()
    assert open_gaps(late.seat) == []  # type: ignore[arg-type]
    assert receipts_over(world.stations["alpha"], by) == {"bravo", "charlie"}
    assert said_erased(world.stations["alpha"], by) == {"alpha", "bravo", "charlie"}
    assert len(digests(exercise)) == 1


def test_a_party_that_gets_the_file_from_who_has_not_heard_yet_erases_it_later() -> None:
    exercise = opened(parties=3)
    world = exercise.world
    late = world.stations["charlie"]
    off(late)
    ref = notify(exercise)
    world.run(5_000)
    digest = digest_of(world.stations["bravo"], ref)
    # Alpha is cut off; charlie comes back and gets the entry and the file from bravo alone.
    world.network.blocked |= {("alpha", "bravo"), ("alpha", "charlie")}
    world.network.blocked |= {("bravo", "alpha"), ("charlie", "alpha")}
    by = withdraw(exercise, ref)
    assert by is not None
    on(exercise, late)
    world.run(15_000)
    assert late.disk.has_blob(digest)

    world.network.blocked.clear()
    world.run(40_000)
    assert not late.disk.has_blob(digest)
    assert said_erased(world.stations["alpha"], by) == {"alpha", "bravo", "charlie"}
    assert len(digests(exercise)) == 1


@pytest.mark.parametrize("handle", ["alpha", "bravo"])
def test_a_lost_disk_is_healed_without_the_file(handle: str) -> None:
    exercise = opened()
    world = exercise.world
    ref = notify(exercise)
    by = withdraw(exercise, ref)
    later = notify(exercise, "second", b"salt and other names")
    assert by is not None
    world.run(15_000)
    digest = digest_of(world.stations["alpha"], ref)

    station = world.stations[handle]
    station.restore(None, lose_marks=handle == "alpha")
    exercise.faults._excuse(station)
    world.boot(station)
    world.run(60_000)

    assert station.seat is not None
    assert open_gaps(station.seat) == []
    assert not station.disk.has_blob(digest)
    assert station.disk.tombstone(digest) == by.text()
    assert station.disk.has_blob(digest_of(station, later))
    assert len(digests(exercise)) == 1


def test_a_power_cut_between_any_two_outputs_of_a_withdrawal_only_delays_it() -> None:
    restarts = []
    for crash_at in range(1, 40):
        exercise = opened()
        world = exercise.world
        ref = notify(exercise)
        world.run(5_000)
        digest = digest_of(world.stations["alpha"], ref)
        object.__setattr__(world.options, "crash_at", world.outputs + crash_at)
        withdraw(exercise, ref)
        world.run(10_000)
        exercise.officers["alpha"].retry()
        world.run(15_000)
        for station in world.stations.values():
            assert not station.disk.has_blob(digest), crash_at
            (by,) = station.seat.fold.registers.withdrawn  # type: ignore[union-attr]
            assert said_erased(station, by) == {"alpha", "bravo"}
        restarts.append(sum(station.restarts for station in world.stations.values()))
        assert len(digests(exercise)) == 1
    assert 1 in restarts
