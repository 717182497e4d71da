"""Whole nodes notify, answer, amend and stop under faults; each computes the same in the end."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tieline.errors import TielineError
from tieline.state.digest import state_digest
from tieline.testing.broken import BrokenPromiseError
from tieline.testing.noticefold import digests, overlaps
from tieline.testing.notices import run_notices
from tieline.testing.options import Options
from tieline.testing.planted import Planted, planted
from tieline.testing.plantednotices import PLANTED_NOTICES
from tieline.testing.refold import dump

FAULTS = {
    "cut and crashing": Options(cut=0.8, crash=0.004, unknown=0.02, faults_s=60, calm_s=45),
    "by pouch": Options(cut=0.8, pouch=1.0, loss=0.3, twice=0.2, late=0.2, faults_s=60, calm_s=45),
    "restored": Options(restore=0.5, lose_marks=True, crash=0.002, faults_s=60, calm_s=45),
    "bad clocks": Options(skew_s=7_200, jump=0.5, loss=0.1, faults_s=60, calm_s=45),
}
THREE = Options(parties=3, loss=0.1, cut=0.5, faults_s=60, calm_s=45)
LONG = range(2, 30)


@pytest.mark.parametrize("faults", FAULTS)
def test_notifications_are_told_answered_and_ended_under_faults(faults: str) -> None:
    run_notices(1, FAULTS[faults])


@pytest.mark.long
@pytest.mark.parametrize("seed", LONG)
@pytest.mark.parametrize("faults", FAULTS)
def test_many_seeds_break_no_promise(faults: str, seed: int) -> None:
    run_notices(seed, replace(FAULTS[faults], parties=2 + seed % 2))


@pytest.fixture(scope="module")
def record() -> tuple[str, str]:
    """A record of three parties, and what its holder computed from it: state and overlaps."""
    exercise = run_notices(1, THREE)
    seat = exercise.world.stations["alpha"].seat
    assert seat is not None
    found = overlaps(seat.view, seat.content, "alpha")
    between = {tuple(side.key for side in one.sides) for one in found.overlaps}
    assert ("gunnery", "survey") in between
    assert "closure" not in {key for pair in between for key in pair}
    return dump(seat), f"{state_digest(seat.fold).hex()} {found.digest}"


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_arrival_gives_the_same_overlaps(record: tuple[str, str], seed: int) -> None:
    text, expected = record
    assert digests(text, seed) == expected


@pytest.mark.parametrize(
    ("kernels", "surroundings"),
    [
        ("plain", {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"}),
        ("plain", {"PYTHONHASHSEED": "4711", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu"}),
        ("numba", {"PYTHONHASHSEED": "77", "LC_ALL": "C.UTF-8", "TZ": "America/St_Johns"}),
    ],
)
def test_surroundings_do_not_change_the_overlaps(
    record: tuple[str, str], kernels: str, surroundings: dict[str, str], tmp_path: Path
) -> None:
    if kernels == "numba" and importlib.util.find_spec("numba") is None:
        pytest.skip("numba is not installed: compiled overlaps were not compared")
    text, expected = record
    file = tmp_path / "record.json"
    file.write_text(text)
    printed = subprocess.run(
        [sys.executable, "-m", "tieline.testing.noticefold", str(file), "7", kernels],
        env=os.environ | surroundings | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == expected


@cache
def passes(seed: int, options: Options) -> bool:
    run_notices(seed, options)
    return True


def found_at(bug: Planted) -> int | None:
    for seed in range(bug.seeds):
        try:
            with planted(bug):
                run_notices(seed, bug.options)
        except (BrokenPromiseError, TielineError):
            return seed
    return None


@pytest.mark.parametrize("bug", PLANTED_NOTICES, ids=lambda bug: bug.name.replace(" ", "-"))
def test_a_planted_bug_of_notifications_is_found(bug: Planted) -> None:
    seed = found_at(bug)
    assert seed is not None, f"{bug.name} is not found in {bug.seeds} seeds"
    assert passes(seed, bug.options)
