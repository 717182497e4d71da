"""Refold: the state computed once more from a dump of a seat, in another order of arrival (I-7).

``python -m tieline.testing.refold FILE SEED`` prints the digest, so that it can be asked under
another hash seed, locale and time zone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

from tieline.record.content import Content, read_content
from tieline.record.entry import Ref, parse_entry
from tieline.record.merkle import Tree, hash_leaf
from tieline.record.strict import JsonValue
from tieline.replication.seat import Seat
from tieline.state.digest import state_digest
from tieline.state.fold import Fold, Item


def dump(seat: Seat) -> str:
    """Everything that the fold of a seat depends on, as JSON."""
    logs: dict[str, list[list[str]]] = {}
    for origin, copy in seat.copies.items():
        logs[origin] = []
        for leaf in seat.reader.leaves(origin, 0, copy.size):
            entry = parse_entry(leaf)
            first = entry.payloads[0].digest
            plain = seat.reader.plaintext(first) if entry.sealed else seat.reader.blob(first)
            others = (
                [] if entry.sealed else [seat.reader.blob(p.digest) for p in entry.payloads[1:]]
            )
            parts = [leaf, plain or b"", *(other or b"" for other in others)]
            logs[origin].append([part.hex() for part in parts])
    return json.dumps(
        {
            "line": seat.line,
            "parties": seat.parties,
            "owners": dict(seat.fold.registers.owners),
            "logs": logs,
        }
    )


class _Arrivals:
    """Entries that come one by one, log by log in a random order."""

    def __init__(self, logs: dict[str, list[list[str]]], rng: Random) -> None:
        self.items = {
            origin: [self._item(origin, p) for p in parts] for origin, parts in logs.items()
        }
        self.trees = {
            origin: Tree(hash_leaf(bytes.fromhex(parts[0])) for parts in all_parts)
            for origin, all_parts in logs.items()
        }
        self.held = dict.fromkeys(logs, 0)
        self.order = [origin for origin, items in self.items.items() for _ in items]
        rng.shuffle(self.order)

    @staticmethod
    def _item(origin: str, parts: list[str]) -> Item:
        leaf, plain, *others = (bytes.fromhex(part) for part in parts)
        entry = parse_entry(leaf)
        return Item(
            ref=Ref(origin, entry.index, hash_leaf(leaf)),
            entry=entry,
            content=read_content(entry, plain or None, others),
        )

    def source(self, origin: str, index: int) -> Item | None:
        return self.items[origin][index] if index < self.held.get(origin, 0) else None

    def root_at(self, origin: str, size: int) -> bytes | None:
        return self.trees[origin].root(size) if size <= self.held.get(origin, 0) else None


def refold(text: str, seed: int) -> bytes:
    """Digest of the state that a dump has, folded in an order that the seed draws."""
    return state_digest(folded(text, seed)[0])


def folded(text: str, seed: int) -> tuple[Fold, Callable[[Ref], Content]]:
    """The state of a dump, folded in an order that the seed draws, and what its entries say."""
    value: dict[str, JsonValue] = json.loads(text)
    logs, owners = value["logs"], value["owners"]
    parties = value["parties"]
    assert isinstance(parties, dict)
    assert isinstance(owners, dict)
    arrivals = _Arrivals(logs, Random(seed))  # type: ignore[arg-type]
    fold = Fold(
        str(value["line"]),
        {str(k): str(v) for k, v in parties.items()},
        arrivals.source,
        arrivals.root_at,
    )
    for origin in sorted(owners, reverse=bool(seed % 2)):
        if arrivals.items.get(origin) or origin in arrivals.held:
            fold.own(origin, str(owners[origin]))
    for origin in arrivals.order:
        arrivals.held[origin] += 1
        fold.advance()
    return fold, lambda ref: arrivals.items[ref.origin][ref.index].content


if __name__ == "__main__":
    sys.stdout.write(refold(Path(sys.argv[1]).read_text(), int(sys.argv[2])).hex() + "\n")
