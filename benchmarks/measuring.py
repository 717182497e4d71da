"""Measuring: medians with their spread, and the tables and JSON made of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

REPETITIONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Median, smallest and largest of several measurements of one thing."""

    median: float
    low: float
    high: float
    count: int

    def scaled(self, factor: float) -> Sample:
        return Sample(
            median=self.median * factor,
            low=self.low * factor,
            high=self.high * factor,
            count=self.count,
        )

    def value(self) -> dict[str, Any]:
        return {
            "median": self.median, "min": self.low, "max": self.high, "count": self.count
        }  # fmt: skip


def sample(values: list[float]) -> Sample:
    return Sample(median=median(values), low=min(values), high=max(values), count=len(values))


def per_call(act: Callable[[], object], *, calls: int, repetitions: int = REPETITIONS) -> Sample:
    """Seconds of one call; each repetition is the mean of some calls."""
    act()
    values = []
    for _ in range(repetitions):
        start = time.perf_counter()
        for _ in range(calls):
            act()
        values.append((time.perf_counter() - start) / calls)
    return sample(values)


def span(found: Sample, digits: int = 2) -> str:
    """Median and spread in one cell."""
    return f"{found.median:,.{digits}f}  ({found.low:,.{digits}f} .. {found.high:,.{digits}f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One benchmark's result: rows for people, values for programs."""

    title: str
    rows: list[tuple[str, str]]
    values: dict[str, Any]

    def text(self) -> str:
        width = max(len(name) for name, _ in self.rows)
        lines = [self.title, *(f"  {name:<{width}}  {cell}" for name, cell in self.rows)]
        return "\n".join(lines) + "\n"
