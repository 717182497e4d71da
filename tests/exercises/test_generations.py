"""A party whose disk or marks are lost goes on in new logs; nobody forks (I-21)."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError
from tieline.procedures.line.generation import KIND
from tieline.replication import generation
from tieline.state.digest import state_digest
from tieline.testing.exercise import Exercise
from tieline.testing.options import Options


def opened(**options: Any) -> Exercise:
    exercise = Exercise(1, Options(acts_per_minute=0.0, **options))
    exercise.open()
    return exercise


def speak(exercise: Exercise, handle: str, level: str = "ROUTINE") -> Any:
    people = exercise.officers[handle]
    return people.speak(people.station.seat, level)  # type: ignore[arg-type]


def states(exercise: Exercise) -> set[bytes]:
    return {state_digest(s.seat.fold) for s in exercise.world.stations.values() if s.seat}


def test_a_lost_store_comes_back_from_the_peer_and_is_never_signed_again() -> None:
    exercise = opened()
    alpha = exercise.world.stations["alpha"]
    speak(exercise, "alpha")
    exercise.world.run(5_000)
    old = alpha.own()["main"]
    size = alpha.disk.size(old)

    exercise.faults.restore(alpha, lose_marks=True)
    exercise.world.run(7_500)
    assert alpha.seat is not None
    assert old in alpha.seat.locked
    with pytest.raises(RefusedError, match="cannot be signed any more"):
        speak(exercise, "alpha")
    exercise.world.run(60_000)

    assert alpha.own()["main"].endswith("/alpha-2")
    assert alpha.disk.size(old) == size
    assert alpha.seat.fold.registers.generations[0].continues == old
    assert alpha.seat.fold.registers.generations[0].size == size
    speak(exercise, "alpha")
    exercise.world.run(10_000)
    assert len(states(exercise)) == 1
    exercise.converged()


def test_without_a_peer_a_generation_is_opened_from_what_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exercise = opened()
    world, alpha = exercise.world, exercise.world.stations["alpha"]
    backup = alpha.backup()
    said = speak(exercise, "alpha")
    world.run(8_000)

    world.network.cuts = {("alpha", "bravo"), ("bravo", "alpha")}
    exercise.faults.backups["alpha"] = [backup]
    monkeypatch.setattr(exercise.faults.rng, "choice", lambda options: options[-1])
    exercise.faults.restore(alpha, lose_marks=False)
    world.run(60_000)
    assert alpha.own()["main"].endswith("/alpha-2")
    assert alpha.seat is not None
    assert alpha.seat.copies[said.origin].size == said.index
    world.network.cuts.clear()
    world.run(60_000)

    assert alpha.seat.copies[said.origin].size > said.index
    assert alpha.seat.view.sent_before_loss(said)
    assert alpha.seat.view.case_at(said) is not None
    assert len(states(exercise)) == 1
    exercise.converged()


def test_what_was_never_signed_is_set_aside_and_can_be_issued_again_under_its_id() -> None:
    exercise = opened()
    world, alpha = exercise.world, exercise.world.stations["alpha"]
    signer = alpha.signer
    said: list[Any] = []

    def refuse(station: Any, *_: object) -> None:
        if station is alpha and not said:
            signer.lose_marks()

    world.around_commit = refuse  # type: ignore[method-assign,assignment]
    said.append(speak(exercise, "alpha"))
    assert alpha.seat is not None
    assert alpha.seat.locked
    plan = generation.plan(alpha.seat, reason="test")
    assert [(item.ref, item.signed) for item in plan.possibly_sent] == [(said[0], False)]
    message = plan.possibly_sent[0].message
    assert message is not None

    exercise.faults.recover(alpha)
    world.run(40_000)

    cases = list(alpha.seat.view.cases("message"))
    assert alpha.seat.copies[said[0].origin].size == said[0].index
    assert {case.key.message_id for case in cases} <= {message.id}
    assert len(states(exercise)) == 1
    exercise.converged()


def test_a_disk_from_before_a_generation_does_not_go_back_to_the_old_logs() -> None:
    exercise = opened()
    world, alpha = exercise.world, exercise.world.stations["alpha"]
    backup = alpha.backup()
    exercise.faults.restore(alpha, lose_marks=True)
    world.run(60_000)
    assert alpha.generation == 2

    alpha.restore(backup, lose_marks=False)
    alpha.generation = 1
    exercise.faults._excuse(alpha)
    world.boot(alpha)
    world.run(20_000)

    assert alpha.seat is not None
    assert set(alpha.own().values()) <= set(alpha.seat.locked)
    plan = generation.plan(alpha.seat, reason="test")
    assert plan.own["main"].endswith("/alpha-3")


def test_a_clone_without_marks_signs_nothing_and_goes_on_in_a_new_generation() -> None:
    exercise = opened()
    world, alpha = exercise.world, exercise.world.stations["alpha"]
    speak(exercise, "alpha")
    world.run(3_000)
    clone = world.new_station(alpha.party)
    clone.disk.restore(alpha.disk.snapshot())
    clone.signer.lose_marks()
    world.boot(clone)
    world.start_ticking(clone)
    later = speak(exercise, "alpha")
    world.run(8_000)

    assert clone.seat is not None
    assert set(clone.own().values()) <= set(clone.seat.locked)
    assert alpha.seat is not None
    assert not alpha.seat.locked
    alpha.retired = True
    alpha.crash("the clone takes over")
    world.stations["alpha"] = exercise.officers["alpha"].station = clone
    exercise.faults.recover(clone)
    world.run(60_000)

    assert clone.own()["main"].endswith("/alpha-2")
    assert clone.disk.size(later.origin) > later.index
    assert not world.watch.ledger.forked
    assert len(states(exercise)) == 1
    exercise.converged()


def test_spare_logs_run_out_with_an_advice() -> None:
    exercise = opened()
    alpha = exercise.world.stations["alpha"]
    assert alpha.seat is not None
    for number in (2, 3, 4):
        plan = generation.plan(alpha.seat, reason="test")
        assert plan.own["main"].endswith(f"/alpha-{number}")
        alpha.seat.own = dict(plan.own)
        assert [draft.kind for draft in generation.drafts(plan, "watch")][:1] in ([KIND], [])
    with pytest.raises(RefusedError, match="no spare log"):
        generation.plan(alpha.seat, reason="test")
