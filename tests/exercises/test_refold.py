"""One record gives one state: in any order of arrival, hash seed, locale and time zone (I-7)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tieline.state.digest import state_digest
from tieline.testing.exercise import Exercise
from tieline.testing.options import Options
from tieline.testing.refold import dump, refold


@pytest.fixture(scope="module")
def record() -> tuple[str, bytes]:
    """A record with crossings, and what its holder computed from it."""
    exercise = Exercise(4, Options(faults_s=60, calm_s=20, cut=3.0, acts_per_minute=16.0))
    exercise.open()
    exercise.trouble()
    exercise.calm()
    seat = exercise.world.stations["alpha"].seat
    assert seat is not None
    return dump(seat), state_digest(seat.fold)


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_arrival_gives_one_state(record: tuple[str, bytes], seed: int) -> None:
    text, digest = record
    assert refold(text, seed) == digest


@pytest.mark.parametrize(
    "surroundings",
    [
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"},
        {"PYTHONHASHSEED": "4711", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu"},
    ],
)
def test_surroundings_do_not_change_the_state(
    record: tuple[str, bytes], surroundings: dict[str, str], tmp_path: Path
) -> None:
    text, digest = record
    file = tmp_path / "record.json"
    file.write_text(text)
    printed = subprocess.run(
        [sys.executable, "-m", "tieline.testing.refold", str(file), "7"],
        env=os.environ | surroundings | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == digest.hex()
