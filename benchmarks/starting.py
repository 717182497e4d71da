"""Starting: the state of a long record, cold and from its snapshot, in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from long_record import long_record
from measuring import REPETITIONS, Sample, Table, sample, span

PROBE = Path(__file__).with_name("probe.py")
COLD_REPETITIONS = 1
"""A cold start of the long record takes a minute or more, so it is made once."""


def run(entries: int, *, quick: bool) -> list[Table]:
    folder = long_record(entries)
    home, marks = folder / "alpha", folder / "alpha-marks"
    cold = [_probe(home, marks, "cold") for _ in range(3 if quick else COLD_REPETITIONS)]
    warm = [_probe(home, marks, "warm") for _ in range(REPETITIONS)]
    assert len({found["state"] for found in (*cold, *warm)}) == 1, "two starts, two states"
    assert all(found["folded"] == found["entries"] for found in cold)
    assert all(found["folded"] == 0 for found in warm)
    return [_table(cold, warm)]


def _probe(home: Path, marks: Path, how: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(PROBE), str(home), str(marks), how],
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _of(found: list[dict[str, Any]], name: str, factor: float = 1.0) -> Sample:
    return sample([each[name] * factor for each in found])


def _table(cold: list[dict[str, Any]], warm: list[dict[str, Any]]) -> Table:
    entries = cold[0]["entries"]
    rows = []
    values: dict[str, Any] = {"record_entries": entries}
    for name, found in (("cold", cold), ("from snapshot", warm)):
        wall, cpu = _of(found, "wall_s"), _of(found, "cpu_s")
        memory = _of(found, "peak_bytes", 1 / 2**20)
        rows += [
            (f"{name}, s", span(wall)),
            ("  of processor time", span(cpu)),
            ("  peak memory, MiB", span(memory, 0)),
        ]
        key = name.replace(" ", "_")
        values |= {
            f"{key}_s": wall.value(),
            f"{key}_cpu_s": cpu.value(),
            f"{key}_peak_mib": memory.value(),
        }
    floor = _of(warm, "leaves_s")
    rows += [
        ("  least: read and hash all leaves, s", span(floor)),
        ("  ratio to it, processor time", f"{_of(warm, 'cpu_s').median / floor.median:,.2f}"),
        ("snapshot, MiB", f"{warm[0]['snapshot_bytes'] / 2**20:,.1f}"),
        ("  packing it after a cold start, s", span(_of(cold, "pack_s"))),
        ("  writing it, s", span(_of(cold, "write_s"))),
        ("state digest right after a start from it, s", span(_of(warm, "digest_s"))),
    ]
    values |= {
        "leaves_s": floor.value(),
        "snapshot_bytes": warm[0]["snapshot_bytes"],
        "snapshot_pack_s": _of(cold, "pack_s").value(),
        "snapshot_write_s": _of(cold, "write_s").value(),
        "digest_s": _of(warm, "digest_s").value(),
    }
    return Table(title=f"(c) Opening a home of {entries:,} entries", rows=rows, values=values)
