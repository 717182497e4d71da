"""Shelf: the records of a node, each by its name in addresses.

A record stands in addresses by its kind, or by the last part of its line's id; it is looked up,
never taken apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tieline.asking import HOUSE, LINE, OBSERVER, RecordName, records
from tieline.node import Node

WHAT: Final[Mapping[str, tuple[str, str]]] = {
    OBSERVER: (
        "Observer's record",
        "What public reports say, each with its source. What no report covers is unknown.",
    ),
    HOUSE: (
        "Our own notes",
        "Recorded by us only. The other side has signed none of this and may see it otherwise.",
    ),
    LINE: (
        "Line",
        "What the parties themselves have signed on this line. What nobody signed is unknown.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A record by its name in addresses; ``what`` and ``words`` say what kind of record it is."""

    slug: str
    record: RecordName

    @property
    def title(self) -> str:
        """Its name on pages: lines go by their title."""
        title = self.record.title if self.record.kind == LINE else ""
        return title or WHAT[self.record.kind][0]

    @property
    def what(self) -> str:
        return WHAT[self.record.kind][0]

    @property
    def words(self) -> str:
        return WHAT[self.record.kind][1]


def shelves(node: Node) -> dict[str, Shelf]:
    """Every record of a node by its name in addresses, observer's and own ones first."""
    listed = records(node)
    kinds = [one.kind for one in listed]
    found = {}
    for one in listed:
        alone = one.kind != LINE and kinds.count(one.kind) == 1
        slug = one.kind if alone else one.line.rpartition("/")[2]
        found[slug] = Shelf(slug=slug, record=one)
    return found
