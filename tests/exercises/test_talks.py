"""Two parties go through a whole dialogue under faults, and have one record of it."""

from __future__ import annotations

import pytest

from tieline.answers.online import picture_of_line
from tieline.observer import commitments, rounds
from tieline.observer.assertion import Readout
from tieline.testing.options import Options
from tieline.testing.talks import run_talks

FAULTS = {
    "none": Options(),
    "lossy": Options(loss=0.3, twice=0.2, late=0.2, faults_s=120),
    "cut and crashing": Options(cut=0.8, crash=0.004, unknown=0.02, faults_s=120),
    "by pouch": Options(cut=0.8, pouch=1.0, loss=0.3, faults_s=120),
    "restored": Options(restore=0.5, lose_marks=True, crash=0.002, faults_s=120),
    "bad clocks": Options(skew_s=7_200, jump=0.5, loss=0.1, faults_s=120),
}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("faults", FAULTS)
def test_a_dialogue_is_held_to_its_end(faults: str, seed: int) -> None:
    exercise = run_talks(seed, FAULTS[faults])

    station = exercise.world.stations["alpha"]
    assert station.seat is not None
    seen = picture_of_line(station.seat.fold, station.seat.content)
    (held,) = rounds(seen)
    assert held.held is not None
    assert next(days.words() for days, _, _ in held.planned if days) == "2026-12"
    assert {c.assertion.side for c in seen.about(Readout, "round-1")} == {"alpha", "bravo"}
    assert {view.key for view in commitments(seen)} == {"survey", "charts", "pilots"}
