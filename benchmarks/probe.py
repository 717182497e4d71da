"""Probe: opens one home in a process of its own and prints what that took, as JSON.

Cold removes the snapshot first. A node that folded a long record writes a snapshot at once; that is
timed by itself.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tieline import node as nodes
from tieline.node import Node
from tieline.replication import snapshots
from tieline.replication.seat import held_tree, line_origins
from tieline.settings import Settings
from tieline.state.digest import state_digest
from tieline.state.fold import Fold


@dataclass(slots=True)
class Spent:
    """How long a function took in all, and the length of what it gave."""

    seconds: float = 0.0
    length: int = 0


def timed(owner: Any, name: str) -> Spent:
    """Put a watch on a function of a module or class."""
    real: Callable[..., Any] = getattr(owner, name)
    spent = Spent()

    def watched(*args: Any) -> Any:
        start = time.perf_counter()
        result = real(*args)
        spent.seconds += time.perf_counter() - start
        spent.length += len(result) if result is not None else 0
        return result

    setattr(owner, name, watched)
    return spent


def main(home: Path, marks: Path, how: str) -> dict[str, Any]:
    derived = home / "derived"
    if how == "cold":
        for path in derived.glob("*"):
            path.unlink()
    nodes.SNAPSHOT_EVERY = 1
    folding = timed(Fold, "advance")
    packing, writing = timed(snapshots, "freeze"), timed(nodes, "write_derived")
    settings = Settings(home=home, marks=marks, vault=home, listen="", console="")
    wall, cpu = time.perf_counter(), time.process_time()
    node = Node(settings)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    (seat,) = node.seats.values()
    start = time.process_time()
    for origin in line_origins(seat):
        held_tree(node.store, origin)
    leaves = time.process_time() - start
    start = time.perf_counter()
    state = state_digest(seat.fold).hex()
    digest = time.perf_counter() - start
    found = {
        "wall_s": wall - packing.seconds - writing.seconds,
        "cpu_s": cpu,
        "peak_bytes": peak,
        "leaves_s": leaves,
        "digest_s": digest,
        "entries": seat.fold.count,
        "folded": folding.length,
        "pack_s": packing.seconds,
        "write_s": writing.seconds,
        "snapshot_bytes": sum(p.stat().st_size for p in derived.glob("*")),
        "state": state,
    }
    node.close()
    return found


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]), sys.stdout)
