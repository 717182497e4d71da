"""Worlds: activities made up with a fixed seed, for every engine the same, kept as a file.

70 % lie around 60 hot spots, the others anywhere; areas, corridors drawn as areas, closures, flight
blocks and sites with a median size of 4 to 70 km; minutes to 30 days long within a year; five bands
of height, 20 parties. Nothing crosses the antimeridian, which the planar peers would read inverted.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

YEAR_MS = 365 * 86_400_000
DAY_MS = 86_400_000
SPOTS = 60
RADIUS_KM = np.array([35.0, 22.0, 20.0, 10.0, 2.0])
CORNERS = np.array([8, 14, 12, 16, 7])
BANDS_M = np.array([[-500, 0], [0, 300], [0, 6_000], [6_000, 15_000], [0, 20_000]])


def made(count: int, seed: int = 7) -> dict[str, Any]:
    """Rings as `packed_rings` takes them."""
    rng = np.random.default_rng(seed)
    spots = np.stack((rng.uniform(-160, 160, SPOTS), rng.uniform(-60, 65, SPOTS)), axis=1)
    at = spots[rng.integers(0, SPOTS, count)] + rng.normal(0, 3, (count, 2))
    free = np.flatnonzero(rng.random(count) >= 0.7)
    anywhere = np.degrees(np.arcsin(rng.uniform(-0.93, 0.93, len(free))))
    at[free] = np.stack((rng.uniform(-172, 172, len(free)), anywhere), axis=1)
    kind = rng.integers(0, 5, count)
    radius = np.minimum(RADIUS_KM[kind] * np.exp(rng.normal(0, 0.5, count)), 250)
    long = np.where(kind == 1, rng.uniform(2, 5, count), 1.0)
    corners = CORNERS[kind] + rng.integers(-2, 3, count)
    first = np.concatenate(([0], np.cumsum(corners))).astype(np.int64)
    row = np.repeat(np.arange(count), corners)
    turn = np.arange(first[-1]) - first[:-1][row]
    angle = 2 * np.pi * (turn + rng.uniform(0, 0.8, first[-1])) / corners[row]
    size = radius[row] * rng.uniform(0.7, 1.2, first[-1]) / 111.2
    along, across = size * np.cos(angle) * long[row], size * np.sin(angle)
    course = rng.uniform(0, np.pi, count)[row]
    east = along * np.cos(course) - across * np.sin(course)
    north = along * np.sin(course) + across * np.cos(course)
    lat = np.clip(at[:, 1], -78, 78)[row]
    start = rng.integers(0, YEAR_MS, count)
    long_ms = np.exp(rng.uniform(np.log(600_000), np.log(30 * DAY_MS), count)).astype(np.int64)
    bands = BANDS_M[rng.integers(0, 5, count)]
    return {
        "lat_deg": np.clip(lat + north, -85, 85),
        "lon_deg": np.clip(at[:, 0][row] + east / np.cos(np.radians(lat)), -179.9, 179.9),
        "first": first,
        "start_ms": start,
        "end_ms": start + long_ms,
        "lower_m": bands[:, 0].astype(np.int32),
        "upper_m": bands[:, 1].astype(np.int32),
        "party": rng.integers(0, 20, count).astype(np.int32),
    }


def cache() -> Path:
    """Where large inputs are kept between runs."""
    place = os.environ.get("TIELINE_BENCH_CACHE")
    found = Path(place) if place else Path(tempfile.gettempdir()) / "tieline-benchmarks"
    found.mkdir(parents=True, exist_ok=True)
    return found


def kept(count: int) -> Path:
    """The file of a world, made if it is not there."""
    path = cache() / f"world-{count}.npz"
    if not path.exists():
        part = path.with_suffix(".part.npz")
        np.savez(part, **made(count))
        part.replace(path)
    return path


def read(path: Path) -> dict[str, Any]:
    with np.load(path) as found:
        return {name: found[name] for name in found.files}
