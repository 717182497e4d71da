"""The power fails between every pair of outputs, once, and nothing that was said is lost."""

from __future__ import annotations

import pytest

from tieline.testing.exercise import run
from tieline.testing.options import Options

QUIET = Options(faults_s=20, calm_s=30, acts_per_minute=20.0)
FIRST = 400
"""Outputs before this one belong to the opening of the line."""


def outputs() -> int:
    return run(5, QUIET).outputs


def crash_at(output: int) -> None:
    options = Options(faults_s=20, calm_s=30, acts_per_minute=20.0, crash_at=output)
    assert run(5, options).restarts <= 1


@pytest.mark.parametrize("part", range(12))
def test_a_crash_at_some_output_loses_nothing(part: int) -> None:
    crash_at(FIRST + part * 45)


@pytest.mark.long
@pytest.mark.parametrize("part", range(100))
def test_a_crash_at_any_output_loses_nothing(part: int) -> None:
    for output in range(FIRST + part, outputs(), 100):
        crash_at(output)
