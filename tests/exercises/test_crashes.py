"""The power fails between every pair of outputs, once, and nothing that was said is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tieline.testing.exercise import run
from tieline.testing.options import Options

OPENING = Options(faults_s=5, calm_s=15, acts_per_minute=20.0)
"""Most of its outputs open the line: invitations, rosters and the framework on their way."""
OPENING_OUTPUTS = 480
BUSY = Options(faults_s=20, calm_s=30, acts_per_minute=20.0)
SEED = 5


def crash_at(output: int, options: Options) -> None:
    assert run(SEED, replace(options, crash_at=output)).restarts <= 1


@pytest.mark.parametrize("part", range(8))
def test_a_crash_while_a_line_is_opened_loses_nothing(part: int) -> None:
    for output in range(1 + part * 13, 400, 104):
        crash_at(output, OPENING)


@pytest.mark.parametrize("part", range(8))
def test_a_crash_at_some_output_loses_nothing(part: int) -> None:
    crash_at(400 + part * 67, BUSY)


@pytest.mark.parametrize("seed", range(4))
def test_a_line_is_opened_however_often_the_power_fails(seed: int) -> None:
    run(seed, Options(parties=2 + seed % 2, early=0.02, faults_s=5, calm_s=20))


@pytest.mark.long
@pytest.mark.parametrize("part", range(40))
def test_a_crash_at_any_output_of_an_opening_loses_nothing(part: int) -> None:
    for output in range(1 + part, OPENING_OUTPUTS, 40):
        crash_at(output, OPENING)


@pytest.mark.long
@pytest.mark.parametrize("part", range(100))
def test_a_crash_at_any_output_loses_nothing(part: int) -> None:
    for output in range(OPENING_OUTPUTS + part, run(SEED, BUSY).outputs, 100):
        crash_at(output, BUSY)
