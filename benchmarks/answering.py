"""Answering: what a long observer's record takes, cold, and each question from a warm picture."""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from asked import ASKED
from measuring import REPETITIONS, Sample, Table, sample, span
from reports import record_of

from tieline.days import Days
from tieline.observer import (
    Picture,
    Statement,
    discrepancies,
    picture_of,
    positions,
    status,
    timeline,
)
from tieline.observer import assertion as a
from tieline.observer.meetings import contact_view, round_view
from tieline.observer.offices import seat_view
from tieline.observer.rules import faults_of
from tieline.observer.standing import standing_view
from tieline.observer.statement import Force
from tieline.observer.undertakings import commitment_view

ON = date(2014, 6, 1)
KNOWN = date(2015, 1, 1)
LIMIT_S = 1.0
"""What every answer must take less than, from a warm picture of 100,000 statements."""

Question = tuple[str, Callable[[Picture], object]]


def _next_days() -> Callable[[Picture], object]:
    """Each time another day's knowledge, so that no picture of that day is kept."""
    days = iter(date(2012, 1, 1).replace(year=2012 + n % 9, month=1 + n % 12) for n in range(900))
    return lambda picture: status(picture, on=ON, known_on=next(days))


def _new(number: int) -> list[Statement]:
    said = a.Round(thing=f"round-{number}", held=Days(earliest=ON, latest=ON), place="Newport")
    return [
        Statement(
            id=f"new-{number}", source="s-1", passage="1", force=Force.SAID, text="x",
            assertions=(said,),
        )
    ]  # fmt: skip


QUESTIONS: list[Question] = [
    ("status on a day", lambda p: status(p, on=ON)),
    ("status on a day, as known on a day", lambda p: status(p, on=ON, known_on=KNOWN)),
    ("the same, another day's knowledge each time", _next_days()),
    ("discrepancies", discrepancies),
    ("discrepancies, as known on a day", lambda p: discrepancies(p.known_on(KNOWN))),
    ("timeline", timeline),
    ("timeline, as known on a day", lambda p: timeline(p.known_on(KNOWN))),
    ("positions on a topic", lambda p: positions(p, topic="topic-3")),
    ("one mechanism", lambda p: p.view(standing_view, "m-7")),
    ("one round", lambda p: p.view(round_view, "round-70")),
    ("one contact", lambda p: p.view(contact_view, "contact-70")),
    ("one seat", lambda p: p.view(seat_view, "seat-70")),
    ("one commitment", lambda p: p.view(commitment_view, "promise-70")),
    ("what a new statement would not fit", lambda p: faults_of(p, _new(70))),
    ("filing one statement", lambda p: p.with_items(_new(71)).things(a.Round)),
    ("status after filing one", lambda p: status(p.with_items(_new(72)), on=ON)),
    *ASKED,
]
"""Each is asked of a picture that was asked everything once."""


def run(statements: int) -> list[Table]:
    """Measure in a process of its own, so that its memory is its own."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__)), str(statements)],
        check=True,
        stdout=subprocess.PIPE,
    )
    return [_table(json.loads(done.stdout))]


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall, and of processor time: other work on the machine shows in the first."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - cpu


def _asked(picture: Picture, ask: Callable[[Picture], object]) -> dict[str, Any]:
    times = [_timed(lambda: ask(picture)) for _ in range(REPETITIONS)]
    wall, cpu = zip(*times, strict=True)
    return {"wall": sample(list(wall)).value(), "cpu": sample(list(cpu)).value()}


def _measure(statements: int) -> dict[str, Any]:
    record = record_of(statements)
    gc.collect()
    gc.freeze()
    held = _resident_bytes()
    picture = picture_of(record)
    _, cold = _timed(lambda: picture.selection)
    first = {name: _timed(lambda ask=ask: ask(picture))[1] for name, ask in QUESTIONS}  # type: ignore[misc]
    # What stays for the life of a node is set aside, so that collections do not walk it each time.
    gc.collect()
    gc.freeze()
    asked = {name: _asked(picture, ask) for name, ask in QUESTIONS}
    grown = _resident_bytes() - held
    tracemalloc.start()
    again = picture_of(record)
    assert again.selection.dossiers
    folded = tracemalloc.get_traced_memory()[0]
    return {
        "statements": statements,
        "things": len(picture.all_things()),
        "lines": len(status(picture, on=ON)),
        "discrepancies": len(discrepancies(picture)),
        "cold_s": cold,
        "first_s": first,
        "asked_s": asked,
        "record_bytes": held,
        "picture_bytes": grown,
        "folded_bytes": folded,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def _sample(value: dict[str, Any]) -> Sample:
    return Sample(median=value["median"], low=value["min"], high=value["max"], count=value["count"])


def _table(found: dict[str, Any]) -> Table:
    rows = [
        ("folding it, s of processor time", f"{found['cold_s']:,.2f}"),
        ("resident with the record read, MiB", f"{found['record_bytes'] / 2**20:,.0f}"),
        ("  more with a picture asked everything", f"{found['picture_bytes'] / 2**20:,.0f}"),
        ("  of that the folded picture alone", f"{found['folded_bytes'] / 2**20:,.0f}"),
        ("peak of the process, MiB", f"{found['peak_bytes'] / 2**20:,.0f}"),
    ]
    for name, asked in found["asked_s"].items():
        wall, cpu = _sample(asked["wall"]), _sample(asked["cpu"])
        late = "  OVER THE LIMIT" if cpu.median >= LIMIT_S else ""
        first = found["first_s"][name]
        rows.append(
            (f"{name}, s", f"{span(cpu, 4)}  wall {wall.median:,.2f}  first {first:,.2f}{late}")
        )
    title = (
        f"(d) A record of {found['statements']:,} statements, {found['things']:,} things, "
        f"{found['lines']:,} lines of status, {found['discrepancies']:,} discrepancies;\n"
        "    each question from a warm picture in s of processor time: median (min .. max)"
    )
    values = {f"answers_{name}": value for name, value in found.items()}
    return Table(title=title, rows=rows, values=values)


if __name__ == "__main__":
    print(json.dumps(_measure(int(sys.argv[1]))))
