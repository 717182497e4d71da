"""Mandates: what created, mandated, prepared or followed what, up and down, however far."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tieline.answers.told import Named, as_known, find, merges, named
from tieline.observer.assertion import Link, Mechanism, Round
from tieline.observer.claims import unique
from tieline.observer.vocabulary import Tie

if TYPE_CHECKING:
    from datetime import date

    from tieline.observer.claims import Cite
    from tieline.observer.picture import Picture

DEPTH_MAX: Final = 12
"""Levels followed each way; real chains of mandates have three or four."""
STEPS_MAX: Final = 1_000
"""Ties listed each way, so that a record full of ties still gives a page that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tied:
    """One tie on the way: ``source`` does ``tie`` to ``target``, ``depth`` levels from the thing.

    ``closes_cycle`` marks a tie that leads back to a thing already on the way: two reports, or a
    report and an inference, make each the cause of the other. It is shown and not followed.
    """

    depth: int
    source: Named
    tie: Tie
    target: Named
    closes_cycle: bool
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateAnswer:
    """``up`` leads to what this goes back on, ``down`` to what came of it, nearest first.

    ``mandate`` is what the reports say it is for. ``left_off`` counts ties beyond the limits.
    """

    thing: Named
    mandate: tuple[str, ...]
    up: tuple[Tied, ...]
    down: tuple[Tied, ...]
    has_cycle: bool
    left_off: int


def mandates(
    picture: Picture, key: str, *, known_on: date | None = None, depth: int = DEPTH_MAX
) -> MandateAnswer:
    """What mandated and prepared a thing, and what it mandated and prepared in turn.

    Raises:
        UsageError: nothing is reported under that key.
    """
    seen = as_known(picture, known_on)
    edges = seen.once(ties)
    shown = seen.key(key)
    if not any(shown in (edge[0], edge[2]) for edge in edges):
        shown = find(seen, key)
    up, cycle_up, off_up = _walk(seen, edges, shown, up=True, depth=depth)
    down, cycle_down, off_down = _walk(seen, edges, shown, up=False, depth=depth)
    words = unique(c.assertion.mandate for c in seen.about(Mechanism, shown) if c.assertion.mandate)
    return MandateAnswer(
        thing=named(seen, shown),
        mandate=words,
        up=up,
        down=down,
        has_cycle=cycle_up or cycle_down,
        left_off=off_up + off_down,
    )


Edge = tuple[str, Tie, str, tuple["Cite", ...]]


def ties(picture: Picture) -> list[Edge]:
    """Every tie as (source, tie, target, citations): links, and fields that name another thing."""
    found: dict[tuple[str, Tie, str], list[Cite]] = {}

    def add(source: str, tie: Tie, target: str, cite: Cite) -> None:
        key = (picture.key(source), tie, picture.key(target))
        found.setdefault(key, []).extend([cite, *merges(picture, source), *merges(picture, target)])

    for link in picture.of(Link):
        one = link.assertion
        if one.tie is Tie.FOLLOWS:
            add(one.to, one.tie, one.thing, link.cite)
        else:
            add(one.thing, one.tie, one.to, link.cite)
    for series in picture.of(Mechanism):
        if series.assertion.parent:
            add(series.assertion.parent, Tie.CREATES, series.assertion.thing, series.cite)
    for meeting in picture.of(Round):
        if meeting.assertion.mandate:
            add(meeting.assertion.mandate, Tie.MANDATES, meeting.assertion.thing, meeting.cite)
    return [(*key, unique(cites)) for key, cites in found.items()]


def _walk(
    picture: Picture, edges: list[Edge], start: str, *, up: bool, depth: int
) -> tuple[tuple[Tied, ...], bool, int]:
    """Breadth first, so that each thing is reached on its shortest way and followed once."""
    by_end: dict[str, list[Edge]] = {}
    for edge in edges:
        by_end.setdefault(edge[2] if up else edge[0], []).append(edge)
    found: list[Tied] = []
    above: dict[str, frozenset[str]] = {start: frozenset({start})}
    queue = deque([(start, 0)])
    left_off, has_cycle = 0, False
    while queue:
        key, level = queue.popleft()
        for source, tie, target, cites in by_end.get(key, ()):
            far = source if up else target
            if level >= depth or len(found) >= STEPS_MAX:
                left_off += 1
                continue
            closes = far in above[key]
            has_cycle = has_cycle or closes
            found.append(
                Tied(
                    depth=level + 1,
                    source=named(picture, source),
                    tie=tie,
                    target=named(picture, target),
                    closes_cycle=closes,
                    cites=cites,
                )
            )
            if not closes and far not in above:
                above[far] = above[key] | {far}
                queue.append((far, level + 1))
    return tuple(found), has_cycle, left_off
