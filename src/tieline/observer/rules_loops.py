"""Rules of order: nothing mandates, prepares, follows or contains itself through others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tieline.observer.assertion import Link, Mechanism, Round
from tieline.observer.rule import Discrepancy, Rule, Weight, fault
from tieline.observer.vocabulary import Tie

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tieline.observer.claims import Cite
    from tieline.observer.picture import Picture

LOOP: Final = Rule(
    code="loop", words="this comes round to where it began", weight=Weight.IMPOSSIBLE
)
_MANDATES: Final = "mandates"
_CONTAINS: Final = "contains"
_WORD: Final = {Tie.CREATES: _MANDATES, Tie.MANDATES: _MANDATES}
Edges = dict[str, dict[str, "Cite"]]
"""For each thing those that it leads to, with who says so first."""


def loops(picture: Picture) -> tuple[Discrepancy, ...]:
    """Every ring of things, each once, by kind of tie: talks may prepare what mandates them."""
    return picture.once(_loops)


def _loops(picture: Picture) -> tuple[Discrepancy, ...]:
    found: list[Discrepancy] = []
    for word, edges in _ties(picture).items():
        for ring in _rings(edges):
            inside = set(ring)
            values = [
                (f"{one} {word} {other}", cite)
                for one in ring
                for other, cite in edges[one].items()
                if other in inside
            ]
            found.append(fault(LOOP, ring[0], *values))
    return tuple(found)


def _ties(picture: Picture) -> dict[str, Edges]:
    ties: dict[str, Edges] = {}

    def tie(word: str, one: str, other: str, cite: Cite) -> None:
        to = ties.setdefault(word, {}).setdefault(picture.key(one), {})
        to.setdefault(picture.key(other), cite)

    for claim in picture.of(Link):
        link = claim.assertion
        tie(_WORD.get(link.tie, link.tie.value), link.thing, link.to, claim.cite)
    for talks in picture.of(Mechanism):
        if talks.assertion.parent:
            tie(_CONTAINS, talks.assertion.parent, talks.assertion.thing, talks.cite)
    for met in picture.of(Round):
        if met.assertion.mandate:
            tie(_MANDATES, met.assertion.mandate, met.assertion.thing, met.cite)
    return ties


def _rings(edges: Edges) -> Iterator[list[str]]:
    """Sets of things of which each leads to each, in order of their keys.

    Tarjan's strongly connected components (1972), without recursion.
    """
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    waiting: dict[str, None] = {}
    for start in edges:
        if start in order:
            continue
        path = [(start, iter(edges[start]))]
        order[start] = low[start] = len(order)
        waiting[start] = None
        while path:
            one, others = path[-1]
            other = next(others, None)
            if other is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[one])
                if low[one] == order[one]:
                    ring = _taken(waiting, one)
                    if len(ring) > 1 or one in edges.get(one, {}):
                        yield ring
            elif other not in order:
                order[other] = low[other] = len(order)
                waiting[other] = None
                path.append((other, iter(edges.get(other, ()))))
            elif other in waiting:
                low[one] = min(low[one], order[other])


def _taken(waiting: dict[str, None], until: str) -> list[str]:
    ring = []
    while True:
        one, _ = waiting.popitem()
        ring.append(one)
        if one == until:
            return sorted(ring)
