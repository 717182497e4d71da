"""The same pairs to the byte, whatever the surroundings: seeds, zones, cores, numba or none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tieline.deconfliction.compiled import has_numba

PROGRAM = """
import sys
if sys.argv[1] == "plain":
    sys.modules["numba"] = None  # as if it were not installed
import hashlib, random, importlib.util
import numpy as np
from tieline.deconfliction import compiled
compiled.COMPILED_FROM = compiled.LOADED_FROM = 100
from tieline.deconfliction.bulk import all_pairs
from tieline.deconfliction.packing import pack
spec = importlib.util.spec_from_file_location("drawn", sys.argv[2])
drawn = importlib.util.module_from_spec(spec)
spec.loader.exec_module(drawn)
chance = random.Random(17)
volumes = [drawn.drawn_volume(chance) for _ in range(300)]
packed = pack(volumes, party=[n % 5 for n in range(300)])
assert compiled.use_compiled(300) == (sys.argv[1] == "fast")
found = all_pairs(packed, np.full((1, 1), 4_000.0), workers=int(sys.argv[3]))
pairs = np.ascontiguousarray(found.pairs, dtype="<i4")
print(len(pairs), hashlib.sha256(pairs.tobytes()).hexdigest())
"""
SURROUNDINGS = {
    "plain": ("plain", 1, {}),
    "plain, another seed and zone": ("plain", 1, {"PYTHONHASHSEED": "1", "TZ": "Asia/Kabul"}),
    "fast": ("fast", 1, {}),
    "fast, three threads": ("fast", 3, {"PYTHONHASHSEED": "77"}),
    "fast, another language and zone": (
        "fast", 2, {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "America/St_Johns"}
    ),
}  # fmt: skip


def said(how: str, workers: int, surroundings: dict[str, str]) -> str:
    drawn = Path(__file__).with_name("conftest.py")
    command = [sys.executable, "-c", PROGRAM, how, str(drawn), str(workers)]
    paths = [path for path in sys.path if path]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)} | surroundings
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr.decode()[-2_000:]
    return done.stdout.decode()


def test_the_same_pairs_are_found_in_all_surroundings():
    told = {
        name: said(*given)
        for name, given in SURROUNDINGS.items()
        if given[0] == "plain" or has_numba()
    }

    assert len(set(told.values())) == 1, told
    assert int(told["plain"].split()[0]) > 100
    if not has_numba():
        pytest.skip("numba is absent: only plain numpy was tried")
