"""Exercises find every planted bug, and find nothing where no bug is planted."""

from __future__ import annotations

from functools import cache

import pytest

from tieline.errors import TielineError
from tieline.testing.broken import BrokenPromiseError
from tieline.testing.exercise import run
from tieline.testing.options import Options
from tieline.testing.planted import PLANTED, Planted, planted


@cache
def passes(seed: int, options: Options) -> bool:
    run(seed, options)
    return True


def found_at(bug: Planted) -> int | None:
    for seed in range(bug.seeds):
        try:
            with planted(bug):
                run(seed, bug.options)
        except (BrokenPromiseError, TielineError):
            return seed
    return None


@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.name.replace(" ", "-"))
def test_a_planted_bug_is_found(bug: Planted) -> None:
    seed = found_at(bug)
    assert seed is not None, f"{bug.name} is not found in {bug.seeds} seeds"
    assert passes(seed, bug.options)


def test_there_are_enough_planted_bugs() -> None:
    assert len(PLANTED) >= 12
