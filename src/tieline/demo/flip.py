"""Act (g): one byte is changed in a copy, and the verifier names the entry and the side."""

from __future__ import annotations

import shutil
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path

from tieline.control import LocalClient
from tieline.demo.line import LINE
from tieline.demo.report import Report
from tieline.demo.stage import House, Stage
from tieline.evidence.audit import audit_files
from tieline.evidence.export import export_files
from tieline.record.names import name_of
from tieline.record.tile import parse_bundle
from tieline.replication.parcel import log_name

BUNDLE_WIDTH = 256
"""Entries in a full bundle (C2SP tlog-tiles)."""


def play(stage: Stage, house: House, report: Report) -> None:
    """Export the line, verify the copy, flip one byte of it, verify again."""
    report.begin("g", "One byte is changed in a copy")
    folder = stage.folder / "export"
    client = LocalClient(house.settings)
    try:
        seat = client.node.seat(LINE)
        size = _write(folder, export_files(client.node.store, seat.line, seat.parties))
        parties, line = dict(seat.parties), seat.line
    finally:
        client.close()
    report.command(f"tieline export export --line {LINE}; tieline verify export")
    sound = audit_files(_read(folder), parties)
    report.prove(
        f"the export of {size} files verifies", f"{sound.verdict}, {sound.counts}",
        holds=sound.first is None,
    )  # fmt: skip
    changed = stage.folder / "export-changed"
    shutil.copytree(folder, changed)
    origin = f"{line}/bravo-1"
    index = _flip(changed, origin)
    report.say(f"One bit of entry {index} of {name_of(origin)} is flipped in a copy of the folder.")
    report.command("tieline verify export-changed")
    found = audit_files(_read(changed), parties).first
    holds = found is not None and (found.origin, found.index) == (origin, index)
    report.prove(
        "the verifier names the entry and whose it is",
        found.what if found is not None else "nothing",
        holds=holds and found is not None and found.party == "bravo",
    )


def _write(folder: Path, files: Iterable[tuple[str, bytes]]) -> int:
    count = 0
    for name, data in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        count += 1
    return count


def _read(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _flip(folder: Path, origin: str) -> int:
    """Flip one bit in the middle of a log's first bundle; the entry that it hits."""
    room = folder / log_name(origin) / "tile" / "entries"
    path = next(p for p in sorted(room.rglob("*")) if p.is_file())
    data = bytearray(path.read_bytes())
    at = len(data) // 2
    data[at] ^= 1
    ends = list(accumulate(2 + len(leaf) for leaf in _leaves(path)))
    path.write_bytes(bytes(data))
    return bisect_right(ends, at)


def _leaves(path: Path) -> tuple[bytes, ...]:
    width = int(path.name) if path.parent.name.endswith(".p") else BUNDLE_WIDTH
    return parse_bundle(path.read_bytes(), width)
