"""Three parties: a split view is found by relay, and nobody who is away holds up a FLASH."""

from __future__ import annotations

import pytest

from tieline.testing.exercise import Exercise
from tieline.testing.lies import Liar
from tieline.testing.options import Options


def opened(options: Options) -> Exercise:
    exercise = Exercise(2, options)
    exercise.open()
    return exercise


def test_a_split_view_is_found_by_relay() -> None:
    exercise = opened(Options(parties=3, acts_per_minute=0.0))
    world = exercise.world
    world.faulty = True
    exercise.liar = Liar(world, exercise.officers["alpha"], "fork", exercise.rng)
    exercise.liar.start()
    exercise.liar.run_twice()
    assert exercise.liar.clone is not None

    for machine in (world.stations["alpha"], exercise.liar.clone):
        people = exercise.officers["bravo"].__class__(machine, exercise.rng)
        assert machine.seat is not None
        people.speak(machine.seat, "ROUTINE")
    world.run(30_000)

    (forked,) = world.watch.ledger.forked
    for handle in ("bravo", "charlie"):
        station = world.stations[handle]
        assert station.seat is not None
        assert station.seat.copies[forked].forked is not None
        assert any(name.startswith("fork/") for name, _ in station.disk.evidence())
        station.crash("to see that it remembers")
    world.run(10_000)
    for handle in ("bravo", "charlie"):
        seat = world.stations[handle].seat
        assert seat is not None
        assert seat.copies[forked].forked is not None


def test_a_party_that_is_away_does_not_hold_up_a_flash() -> None:
    exercise = opened(Options(parties=3, acts_per_minute=0.0))
    world = exercise.world
    away = world.stations["charlie"]
    away.retired = True
    away.crash("away")
    alpha, bravo = exercise.officers["alpha"], exercise.officers["bravo"]
    assert alpha.station.seat is not None
    assert bravo.station.seat is not None

    alpha.rng.sample = lambda *_: ["bravo"]  # type: ignore[method-assign]
    flash = alpha.speak(alpha.station.seat, "FLASH")
    world.run(3_000)

    assert flash is not None
    assert flash.origin.endswith("x")
    case = bravo.station.seat.view.case_at(flash)
    assert case is not None
    taken = bravo.say_take(case)
    assert taken is not None
    assert taken.origin.endswith("x")
    world.run(3_000)
    assert alpha.station.seat.view.state(case, "bravo") == "taken"


@pytest.mark.parametrize("speed", [2_400])
def test_a_flash_goes_before_the_backlog_on_a_slow_link(speed: int) -> None:
    exercise = opened(Options(acts_per_minute=0.0, bytes_per_s=speed))
    world, alpha = exercise.world, exercise.officers["alpha"]
    bravo = world.stations["bravo"].seat
    assert alpha.station.seat is not None
    assert bravo is not None
    routine = [alpha.speak(alpha.station.seat, "ROUTINE") for _ in range(12)]
    world.run(4_000)
    flash = alpha.speak(alpha.station.seat, "FLASH")
    world.run(22_000)

    assert flash is not None
    assert routine[-1] is not None
    assert bravo.view.case_at(flash) is not None
    assert bravo.view.case_at(routine[-1]) is None
