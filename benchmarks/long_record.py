"""The long record: a home whose line has many entries, made once, kept outside the repository.

Group commits of messages, takes and answers, with the batches of *opened* that the machines say.
Its payloads are not sealed: what is measured on it is the state, which is read from the cache of
plaintexts. All signatures are real.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from houses import Officer, Pipe, open_unsealed, settle, unsealed

from tieline import node as nodes
from tieline.node import Node
from tieline.record.entry import Ref
from tieline.replication.machine import OPEN_BATCH_MS

BATCH = 250
TICK_S = 0.1
DELIVERIES_MAX = 400
VERSION = 1
"""Changes when the record's make-up does: an older one in the cache is made anew."""


def cache() -> Path:
    named = os.environ.get("TIELINE_BENCH_CACHE")
    return Path(named) if named else Path(tempfile.gettempdir()) / "tieline-benchmarks"


def long_record(entries: int) -> Path:
    """The home of one party of a line with at least so many entries."""
    folder = cache() / f"record-{VERSION}-{entries}"
    done = folder / "done"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _make(folder, entries)
        done.touch()
    return folder


def _make(folder: Path, entries: int) -> None:
    with unsealed():
        alpha, bravo = settle(folder)
        nodes.SNAPSHOT_EVERY = entries
        both = [Node(alpha.settings), Node(bravo.settings)]
        officers = [Officer(node) for node in both]
        for officer in officers:
            open_unsealed(officer.seat)
        pipe = Pipe(*both)
        start = time.monotonic()
        number = 0
        while (have := officers[0].seat.fold.count) < entries:
            one, other = officers if number % 2 == 0 else officers[::-1]
            number += 1
            _round(one, other, pipe, min(BATCH, 1 + (entries - have) // 3))
            took = time.monotonic() - start
            have = officers[0].seat.fold.count
            print(f"\r  {have:,} of {entries:,} entries, {took:.0f} s", end="", file=sys.stderr)
        print(file=sys.stderr)
        for node in both:
            node.close()


def _round(one: Officer, other: Officer, pipe: Pipe, count: int) -> None:
    """Some messages, taken, and all but every tenth answered."""
    cases = one.file([one.saying(n) for n in range(count)])
    _deliver(cases, other, pipe)
    other.file([other.taking(case) for case in cases])
    other.file([other.answering(case) for n, case in enumerate(cases) if n % 10])
    pipe.run()
    for officer in (one, other):
        if officer.seat.open_since_ms is not None:
            officer.seat.open_since_ms = officer.node.now().elapsed_ms - OPEN_BATCH_MS
        officer.node.tick()
    pipe.run()


def _deliver(cases: list[Ref], other: Officer, pipe: Pipe) -> None:
    """Carry until the other party has folded all of them; a lane that failed waits a while."""
    for _ in range(DELIVERIES_MAX):
        pipe.run()
        if all(other.seat.fold.size(case.origin) > case.index for case in cases):
            return
        time.sleep(TICK_S)
        pipe.tick()
    raise AssertionError(f"{len(cases)} messages did not arrive")
