"""Warm: runs every compiled function once on a few rows, so that all are compiled and kept."""

from __future__ import annotations

from typing import Final

import numpy as np

from tieline.deconfliction.bulk import all_pairs
from tieline.deconfliction.compiled import kernels
from tieline.deconfliction.incremental import Engine
from tieline.deconfliction.packed import RING, packed_rings
from tieline.deconfliction.packing import pack

ROWS: Final = 64
CORNERS: Final = 4
DAY_MS: Final = 86_400_000


def warm() -> None:
    """Compile what bulk and single notifications use, for flat and for geodesic edges."""
    rng = np.random.default_rng(0)
    lat, lon = rng.uniform(-80, 80, ROWS), rng.uniform(-180, 180, ROWS)
    turn = np.arange(CORNERS) * (2 * np.pi / CORNERS)
    lats = (lat[:, None] + 8 * np.sin(turn)).clip(-90, 90).ravel()
    lons = (lon[:, None] + 8 * np.cos(turn)).ravel()
    packed, first = pack([], party=[]), np.arange(0, ROWS * CORNERS + 1, CORNERS)
    start = rng.integers(0, DAY_MS, ROWS)
    for flat in (True, False):
        # The last of the two is what the engine of single notifications holds.
        packed = packed_rings(
            lats, lons, first, start_ms=start, end_ms=start + DAY_MS,
            lower_m=np.zeros(ROWS, np.int32), upper_m=np.ones(ROWS, np.int32),
            party=np.arange(ROWS, dtype=np.int32), flat=flat,
        )  # fmt: skip
        all_pairs(packed, np.zeros((1, 1)), compiled=True)
    engine = Engine(np.zeros((1, 1)), compiled=True)
    engine.load(packed)
    row = engine.add_packed(packed_rings(
        lats[:CORNERS], lons[:CORNERS], first[:2], start_ms=start[:1], end_ms=start[:1] + DAY_MS,
        lower_m=np.zeros(1, np.int32), upper_m=np.ones(1, np.int32),
        party=np.zeros(1, np.int32), flat=False,
    ))  # fmt: skip
    engine.meets(row)
    engine.remove(row)
    kernels("packing_frames_compiled").frames(
        lats, lons, first[:-1], np.full(ROWS, CORNERS, np.int32), np.full(ROWS, RING, np.int8)
    )
