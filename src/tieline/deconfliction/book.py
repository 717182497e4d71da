"""Book: notifications in force and their overlaps, kept as they come, change and go.

What it holds gives the same result, to the byte, as finding all overlaps at once; only pairs of
what changed are measured.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Final

import numpy as np

from tieline.deconfliction.bulk import Found, all_pairs, exact
from tieline.deconfliction.compiled import use_compiled
from tieline.deconfliction.finding import (
    OVERLAPS_MAX,
    VOLUMES_ALL_MAX,
    Uncompared,
    held,
    measured,
    packed_rows,
    result_of,
    those,
    too_many_pairs,
    too_many_volumes,
    uncompared_of,
)
from tieline.deconfliction.incremental import Engine
from tieline.deconfliction.judging import Judge, Row
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Overlap, Result
from tieline.deconfliction.packed import Ints, Packed, one_row
from tieline.deconfliction.rules import Pack
from tieline.deconfliction.separating import Classes
from tieline.errors import UsageError
from tieline.space.volume import Volume

AT_ONCE_FROM: Final = 32
"""Notifications from which an empty book finds pairs all at once and not one by one."""

Slot = tuple[str, ...]
"""What stands for what: party and key, and more where several wordings are held side by side."""
Pair = tuple[int, int]
"""Rows of a pair by their ids, in the order of their slots and numbers."""


def everything(one: Slot, other: Slot) -> bool:
    """Compare any two notifications."""
    del one, other
    return True


@dataclass(slots=True, kw_only=True)
class _Page:
    """A notification that is held: its rows by their numbers in the engine, and their pairs."""

    slot: Slot
    told: Notified
    rows: dict[int, Row]
    uncompared: tuple[Uncompared, ...]
    pairs: set[Pair] = field(default_factory=set)


class Book:
    """Notifications by their slots, and every overlap between them.

    Args:
        packs: rule packs that apply; without any, only volumes with room in common are found.
        own_too: pairs of one party as well.
        compare: which slots are compared, besides; it must answer the same for ever.
        compiled: whether to use compiled functions; by the number of rows if None.
    """

    def __init__(
        self,
        packs: Sequence[Pack] = (),
        *,
        own_too: bool = False,
        compare: Callable[[Slot, Slot], bool] = everything,
        compiled: bool | None = None,
    ) -> None:
        self.packs, self.own_too, self._compare = tuple(packs), own_too, compare
        self._classes = Classes(self.packs)
        widest = np.full((1, 1), self._classes.widest_m)
        self._engine = Engine(widest, own_too=own_too, compiled=compiled)
        self._volumes: dict[int, Volume] = {}
        self._judge = Judge(self.packs, self._volumes)
        self._pages: dict[Slot, _Page] = {}
        self._owner: dict[int, _Page] = {}
        self._pairs: dict[Pair, Overlap | None] = {}
        self._parties: dict[str, int] = {}
        self._ends: list[tuple[int, Slot]] = []
        self._ids = count()
        self._last: Result | None = None

    def __len__(self) -> int:
        return len(self._pages)

    def __contains__(self, slot: Slot) -> bool:
        return slot in self._pages

    def get(self, slot: Slot) -> Notified | None:
        """What is held in a slot."""
        page = self._pages.get(slot)
        return page.told if page is not None else None

    def slots(self) -> Iterator[Slot]:
        """What is held."""
        return iter(self._pages)

    def overlaps(self) -> Iterator[Overlap]:
        """Every overlap in no order; a name comes twice where a volume is said twice."""
        return (each for each in self._pairs.values() if each is not None)

    def put(self, told: Notified, slot: Slot = ()) -> bool:
        """Hold a notification in place of the one with its slot; whether anything changed.

        One that is over by its state is dropped instead, as finding leaves it out.

        Raises:
            UsageError: more volumes, classes or pairs than can be taken; it is then not held.
        """
        slot = slot or (told.party, told.key)
        before = self._pages.get(slot)
        if before is not None and before.told == told:
            before.told = told
            return False
        self.drop(slot)
        if told.state:
            return before is not None
        try:
            self._enter({slot: told})
            self._meet(self._pages[slot])
        except UsageError:
            self.drop(slot)
            raise
        return True

    def put_all(self, many: Mapping[Slot, Notified]) -> None:
        """Hold many; an empty book finds their pairs all at once.

        Raises:
            UsageError: as :meth:`put`; some may then be held.
        """
        given = {slot: told for slot, told in many.items() if not told.state}
        if self._pages or len(given) < AT_ONCE_FROM:
            for slot, told in given.items():
                self.put(told, slot)
            return
        try:
            self._meet_all(*self._enter(dict(sorted(given.items()))))
        except UsageError:
            for slot in given:
                self.drop(slot)
            raise

    def drop(self, slot: Slot) -> bool:
        """Hold a notification no longer; whether it was held."""
        page = self._pages.pop(slot, None)
        if page is None:
            return False
        self._last = None
        for number, row in page.rows.items():
            self._engine.remove(number)
            del self._owner[number], self._volumes[row.id]
        for pair in page.pairs:
            self._pairs.pop(pair, None)
        return True

    def pass_time(self, now_ms: int) -> tuple[Slot, ...]:
        """Drop what is over at a time; the slots of what was dropped."""
        over = []
        while self._ends and self._ends[0][0] <= now_ms:
            end, slot = heapq.heappop(self._ends)
            page = self._pages.get(slot)
            # What was put since may end later: that has an entry of its own.
            if page is not None and _end_ms(page.told) == end and self.drop(slot):
                over.append(slot)
        return tuple(over)

    def result(self, known_ms: int) -> Result:
        """What was found among all that is held, as `finding.find` gives it."""
        if self._last is None:
            pages = [self._pages[slot] for slot in sorted(self._pages)]
            places = {row.id: n for n, row in enumerate(r for p in pages for r in p.rows.values())}
            found = [(pair, each) for pair, each in self._pairs.items() if each is not None]
            found.sort(key=lambda each: (places[each[0][0]], places[each[0][1]]))
            self._last = result_of(
                (each for _, each in found),
                notified=[page.told for page in pages],
                uncompared=tuple(left for page in pages for left in page.uncompared),
                known_ms=known_ms,
                packs=self.packs,
                own_too=self.own_too,
            )
        return replace(self._last, known_ms=known_ms)

    def _enter(self, given: Mapping[Slot, Notified]) -> tuple[Packed, Ints]:
        """Hold notifications that are not held; their rows, packed, and their numbers."""
        self._last = None
        many = len(self._volumes) + sum(len(told.volumes) for told in given.values())
        if many > VOLUMES_ALL_MAX:
            raise too_many_volumes(many)
        made = [(slot, *held([told], self._ids)) for slot, told in given.items()]
        rows = [row for _, some, _, _ in made for row in some]
        drawn = [one for _, _, some, _ in made for one in some]
        for told in given.values():
            self._parties.setdefault(told.party, len(self._parties))
        packed = packed_rows(rows, drawn, self._parties, self._classes, compiled=False)
        self._engine.separation_m = self._classes.limits_m()
        if len(self._volumes):
            singly = [self._engine.add_packed(one_row(packed, n)) for n in range(len(rows))]
            numbers = np.array(singly, np.int32)
        else:
            numbers = self._engine.load(packed)
        left_over = iter(numbers.tolist())
        for slot, some, _, left in made:
            page = _Page(
                slot=slot,
                told=given[slot],
                rows={next(left_over): row for row in some},
                uncompared=uncompared_of(left),
            )
            self._pages[slot] = page
            self._owner.update(dict.fromkeys(page.rows, page))
            self._volumes.update({row.id: row.volume for row in some})
            end = _end_ms(page.told)
            if end is not None:
                heapq.heappush(self._ends, (end, slot))
        return packed, numbers

    def _compared(self, one: int, other: int) -> bool:
        a, b = self._owner[one].slot, self._owner[other].slot
        return a != b and self._compare(a, b)

    def _meet(self, page: _Page) -> None:
        """Measure the pairs of one notification with all others."""
        numbers = [
            (number, other) if page.slot < self._owner[other].slot else (other, number)
            for number in page.rows
            for other in self._engine.near(number).tolist()
            if self._compared(number, other)
        ]
        if numbers:
            self._judged(self._exact(np.array(numbers, np.int32)))

    def _meet_all(self, packed: Packed, rows: Ints) -> None:
        """Measure all pairs of rows that were just entered into an empty book."""
        found = all_pairs(packed, self._engine.separation_m, own_too=self.own_too)
        found = replace(found, pairs=rows[found.pairs])
        keep = [self._compared(one, other) for one, other in found.pairs.tolist()]
        found = those(found, np.array(keep, bool))
        if use_compiled(packed.rows):
            # Compiled code may differ in the last digit: no number may hang on the size of the set.
            found = self._exact(found.pairs)
        self._judged(found)

    def _exact(self, pairs: Ints) -> Found:
        return exact(self._engine.rows, pairs, self._engine.separation_m, compiled=False)

    def _judged(self, found: Found) -> None:
        """Measure and judge pairs of rows, each in the order of its slots."""
        held_rows = self._engine.rows
        if len(self._pairs) + len(found.pairs) > OVERLAPS_MAX:
            raise too_many_pairs(len(self._pairs) + len(found.pairs))
        for (i, j), measure in zip(found.pairs.tolist(), measured(held_rows, found), strict=True):
            one, other = self._owner[i], self._owner[j]
            first, second = one.rows[i], other.rows[j]
            pair = (first.id, second.id)
            self._pairs[pair] = self._judge.overlap(first, second, measure)
            one.pairs.add(pair)
            other.pairs.add(pair)


def _end_ms(told: Notified) -> int | None:
    """When a notification is over; None if it has no times."""
    envelope = told.envelope_ms()
    return envelope[1] if envelope is not None else None
