"""Talking: how many messages a second are said and receipted, and how long one takes to be held."""

from __future__ import annotations

import asyncio
import time
from statistics import quantiles

from limits import MARK_SYNCS, STORE_SYNCS, Limits
from measuring import REPETITIONS, Sample, Table, sample, span
from wire import Wire, wired

from tieline.demo.stage import House

GROUP = 100
PAUSE_S = 0.02
"""Between two messages of an idle line."""


def run(alpha: House, bravo: House, limits: Limits, *, quick: bool) -> list[Table]:
    single, group, held = asyncio.run(_talk(alpha, bravo, quick))
    size = 5 if quick else GROUP
    return [_primitives(limits), _rate(limits, single, group, size), _latency(limits, held)]


async def _talk(alpha: House, bravo: House, quick: bool) -> tuple[Sample, Sample, list[float]]:  # noqa: FBT001
    async with wired(alpha, bravo) as wire:
        await _grouped(wire, 2)
        single = [await _singly(wire, 3 if quick else 60) for _ in range(REPETITIONS)]
        group = [await _grouped(wire, 5 if quick else GROUP) for _ in range(REPETITIONS)]
        held = [await _one(wire) for _ in range(10 if quick else 200)]
    return sample(single), sample(group), held


async def _singly(wire: Wire, count: int) -> float:
    """Messages a second, each said when the one before is held."""
    start = time.perf_counter()
    for number in range(count):
        (ref,) = wire.officer.file([wire.officer.saying(number)])
        await wire.until_held(ref)
    return count / (time.perf_counter() - start)


async def _grouped(wire: Wire, count: int) -> float:
    """Messages a second, filed together, as `file.many` does."""
    start = time.perf_counter()
    refs = wire.officer.file([wire.officer.saying(n) for n in range(count)])
    await wire.until_held(refs[-1])
    return count / (time.perf_counter() - start)


async def _one(wire: Wire) -> float:
    """Seconds from the officer's word to *held by their system*, on an idle line."""
    await asyncio.sleep(PAUSE_S)
    start = time.perf_counter()
    (ref,) = wire.officer.file([wire.officer.saying(1)])
    await wire.until_held(ref)
    return time.perf_counter() - start


def _primitives(limits: Limits) -> Table:
    found = {
        **limits.each,
        **limits.head,
        "TLS exchange": limits.exchange,
        "fsync": limits.fsync,
    }
    return Table(
        title="Primitives, ms: median (min .. max)",
        rows=[(name, span(value.scaled(1000), 3)) for name, value in found.items()],
        values={"primitives_s": {name: value.value() for name, value in found.items()}},
    )


def _rate(limits: Limits, single: Sample, group: Sample, size: int) -> Table:
    most, most_grouped = 1 / limits.seconds(), 1 / limits.seconds(size)
    return Table(
        title="(a) Messages a second, said by one node and receipted by another",
        rows=[
            ("singly", span(single, 1)),
            ("  limit, sum of primitives", f"{most:,.1f}"),
            ("  ratio to the limit", span(single.scaled(1 / most))),
            (f"{size} to a commit", span(group, 1)),
            ("  limit, sum of primitives", f"{most_grouped:,.1f}"),
            ("  ratio to the limit", span(group.scaled(1 / most_grouped))),
        ],
        values={
            "singly_per_s": single.value(),
            "singly_limit_per_s": most,
            "group": size,
            "grouped_per_s": group.value(),
            "grouped_limit_per_s": most_grouped,
        },
    )


def _latency(limits: Limits, held: list[float]) -> Table:
    found, least = sample(held), limits.round_trip()
    ninety = quantiles(held, n=10)[-1]
    whole = limits.seconds()
    return Table(
        title="(b) From the officer's word to *held by their system*, idle line, ms",
        rows=[
            ("median (min .. max)", span(found.scaled(1000))),
            ("90 of 100 within", f"{ninety * 1000:,.2f}"),
            (
                f"  one exchange and {STORE_SYNCS + MARK_SYNCS} fsyncs",
                f"{least * 1000:,.2f}; times {found.median / least:,.2f}",
            ),
            ("  all primitives", f"{whole * 1000:,.2f}; times {found.median / whole:,.2f}"),
        ],
        values={
            "held_s": found.value() | {"p90": ninety},
            "round_trip_s": least,
            "all_primitives_s": whole,
        },
    )
