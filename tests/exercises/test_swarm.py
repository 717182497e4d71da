"""Every seed draws its own mixture of faults; every promise holds until the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tieline.testing.exercise import run
from tieline.testing.options import LIES, Options, drawn

QUICK = (0, 2, 4, 7, 9, 12, 15, 19)
LONG = range(100, 260)
# A run of the quick ones repeats the seeds that found something, so that it cannot come back.
FOUND = {
    "an old head came late": (0, Options(loss=0.2, twice=0.2, late=0.1, cut=0.5, faults_s=60)),
    "a test was overtaken": (6, drawn(6)),
    "a receipt that a crash kept back": (118, drawn(118)),
    "an old log that came back without its head": (130, drawn(130)),
    "entries that no filled head covers": (113, drawn(113)),
    "a second restore before the first is over": (120, drawn(120)),
    "our own log waits after a restore": (141, drawn(141)),
    "receipts after a restore": (0, Options(restore=0.8, faults_s=90)),
}


@pytest.mark.parametrize("seed", QUICK)
def test_a_mixture_of_faults_breaks_no_promise(seed: int) -> None:
    run(seed, replace(drawn(seed), parties=2, faults_s=60, calm_s=60))


@pytest.mark.parametrize("name", FOUND)
def test_what_an_exercise_found_once_stays_repaired(name: str) -> None:
    seed, options = FOUND[name]
    run(seed, options)


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_hurts_its_author_alone(lie: str) -> None:
    run(3, Options(liar=True, lies=lie, faults_s=50, calm_s=40, acts_per_minute=8.0))


def test_the_same_seed_gives_the_same_world() -> None:
    options = Options(faults_s=30, calm_s=30, loss=0.2, twice=0.2, crash=0.01)
    assert run(11, options) == run(11, options)


@pytest.mark.long
@pytest.mark.parametrize("seed", LONG)
def test_a_long_mixture_of_faults_breaks_no_promise(seed: int) -> None:
    run(seed)


@pytest.mark.long
@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("seed", range(6))
def test_three_parties_and_a_lie_with_faults(seed: int, lie: str) -> None:
    options = Options(parties=3, liar=True, lies=lie, loss=0.1, crash=0.002, cut=0.5, pouch=0.5)
    run(seed, options)
