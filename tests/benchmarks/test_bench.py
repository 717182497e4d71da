"""The benchmarks run, and their numbers agree with each other. No time is asserted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a run with tiny sizes writes."""
    cache = tmp_path_factory.mktemp("cache")
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS), "--quick", "--entries", "40", "--json", "-"],
        check=False,
        env=os.environ | {"TIELINE_BENCH_CACHE": str(cache)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def samples(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, dict):
        return []
    if "median" in value:
        return [value]
    return [found for inner in value.values() for found in samples(inner)]


def test_every_sample_has_its_median_between_its_ends(numbers: dict[str, Any]) -> None:
    found = samples(numbers)
    assert len(found) > 15
    for each in found:
        assert 0 <= each["min"] <= each["median"] <= each["max"]
        assert each["count"] >= 1


def test_the_limits_are_the_sums_of_the_primitives(numbers: dict[str, Any]) -> None:
    parts = {name: each["median"] for name, each in numbers["primitives_s"].items()}
    syncs = 5
    trip = parts["TLS exchange"] + syncs * parts["fsync"]
    assert numbers["round_trip_s"] == pytest.approx(trip)
    whole = sum(parts.values()) + (syncs - 1) * parts["fsync"]
    assert numbers["all_primitives_s"] == pytest.approx(whole)
    assert numbers["singly_limit_per_s"] == pytest.approx(1 / whole)
    assert numbers["grouped_limit_per_s"] > numbers["singly_limit_per_s"]


def test_the_long_record_has_the_entries_that_were_asked_for(numbers: dict[str, Any]) -> None:
    assert numbers["record_entries"] >= 40
    assert numbers["snapshot_bytes"] > 40 * 32


def test_a_verb_that_is_no_benchmark_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS), "nothing"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "invalid choice" in done.stderr


def test_growth_is_drawn_from_the_numbers_of_a_run(numbers: dict[str, Any], tmp_path: Path) -> None:
    ours = [key for key in numbers if key.startswith("overlaps_") and key.endswith("_ours")]
    assert ours
    pairs = next(numbers[key]["pairs"] for key in ours if "one" not in key)
    given, drawn = tmp_path / "numbers.json", tmp_path / "growth.svg"
    given.write_text(json.dumps(numbers))

    subprocess.run(
        [sys.executable, str(BENCHMARKS / "growth.py"), str(given), str(drawn)], check=True
    )

    root = ET.fromstring(drawn.read_text())
    texts = [each.text or "" for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert any(text.startswith("Tieline, geodesic ") for text in texts)
    assert str(pairs) in texts
