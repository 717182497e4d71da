"""The same pairs to the byte, whatever the surroundings: seeds, zones, cores, numba or none.

On another processor: `benchmarks/other_machine.sh`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

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


SAME = Path(__file__).resolve().parents[2] / "benchmarks" / "same.py"
OLD = "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX2 FMA3"
"""What numpy takes sines and products with where it may; without them last digits are others."""
RESULTS = {
    "here": (["--how", "plain"], {}),
    "an old processor, another seed and zone": (
        ["--how", "plain"],
        {"NPY_DISABLE_CPU_FEATURES": OLD, "OPENBLAS_CORETYPE": "Prescott", "PYTHONHASHSEED": "5",
         "TZ": "Asia/Kabul"},
    ),
    "compiled, three threads, another language": (
        ["--how", "fast", "--threads", "3"], {"LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "6"}
    ),
}  # fmt: skip


def ran(*words: str, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(SAME), *words],
        env=os.environ | more, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout


def test_what_people_are_shown_has_the_same_hash_in_all_surroundings(tmp_path: Path) -> None:
    kept = str(tmp_path / "set.jsonl")
    ran("make", kept, "--count", "250")
    found: dict[str, Any] = {
        name: json.loads(ran("find", kept, *words, **more))
        for name, (words, more) in RESULTS.items()
        if "fast" not in words or has_numba()
    }

    for result in found.values():
        del result["about"]
    assert all(result == found["here"] for result in found.values()), found
    assert found["here"]["bare"]["overlaps"] > 100
    assert found["here"]["bare"]["marginal"] > 5
