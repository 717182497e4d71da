"""Withdrawals: what a seat remembers of files that were taken back; see `withdrawing`."""

from __future__ import annotations

from dataclasses import dataclass, field

from tieline.record.entry import Ref
from tieline.state.withdrawn import Place


@dataclass(slots=True)
class Withdrawals:
    """What a seat remembers of withdrawals; all of it follows from its fold and its store.

    ``gaps`` are numbers of payloads by log and index; ``seen`` counts what ``places`` was made of.
    """

    places: dict[Place, Ref] = field(default_factory=dict)
    seen: tuple[int, int] = (0, 0)
    to_erase: dict[Place, Ref] = field(default_factory=dict)
    to_confirm: set[Ref] = field(default_factory=set)
    erased_at_ms: int | None = None
    gaps: dict[tuple[str, int], tuple[int, ...]] = field(default_factory=dict)
    gap_since: dict[Place, int] = field(default_factory=dict)
