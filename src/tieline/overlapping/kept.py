"""Kept: the overlaps of one line, warm in the node; only what changed is looked at again.

Three things change: the record of the line, the warnings that the home keeps, and the rule packs
that it has adopted. Each has a mark that is compared before anything is read.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

from tieline.deconfliction.book import Book, Slot
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Overlap, Result, result_digest
from tieline.deconfliction.recorded import (
    Filed,
    Wording,
    filed,
    keys_of,
    stands_agreed,
    stood_together,
)
from tieline.deconfliction.settling import Crowd, Standing, State, Told, crowd_of, gone, standing
from tieline.errors import TielineError, UsageError
from tieline.feeds.keeping import FILE_NAME, FileId, Keeping
from tieline.node import Node
from tieline.overlapping.packs import Adopted, Stamp, adopted, stamp_of
from tieline.replication.seat import Seat
from tieline.state.model import Case, CaseKey

WARNINGS_AGAIN_MS: Final = 60_000
"""Which warnings are in force is asked again after so long, though none was imported."""
FAULTS_MAX: Final = 20
PART: Final = 4
"""Notifications that are put between two looks at the clock; so many always are."""

Mark = tuple[object, ...]


@dataclass(slots=True)
class _Warm:
    """A book, and the wordings of all time beside it, for one answer to *own too*."""

    now: Book
    ever: Book
    is_due: bool = True
    is_ever_due: bool = True
    gone: tuple[tuple[Overlap, Standing], ...] | None = None
    crowd: Crowd | None = None
    left: dict[Slot, str] = field(default_factory=dict)
    ever_left: dict[Slot, str] = field(default_factory=dict)
    """What each book could not take, and why."""


class Line:
    """What is kept of one line."""

    def __init__(self, node: Node, line: str, keeping: Keeping) -> None:
        self.node, self.line, self._keeping = node, line, keeping
        self.filed: dict[Slot, Filed] = {}
        self.warnings: dict[Slot, Notified] = {}
        self._told: dict[tuple[str, str], Told] = {}
        self.adopted = Adopted()
        self._seat: Seat | None = None
        self._past: object = None
        self._marks: dict[CaseKey, Mark] = {}
        self._by_case: dict[CaseKey, Filed] = {}
        self._wordings: dict[Slot, Wording] = {}
        self._stamp: Stamp | None = None
        self._asked: tuple[FileId | None, int, int] | None = None
        self._warnings_fault = ""
        self._warm: dict[bool, _Warm] = {}
        self._crowd: Crowd = frozenset()

    @property
    def seat(self) -> Seat:
        return self.node.seats[self.line]

    # -- what changed

    def look(self, at_ms: int, *, exactly: bool = False) -> None:
        """Take up what has changed since; nothing is measured yet.

        ``at_ms`` is by when warnings are in force, to the minute unless ``exactly``.
        """
        changed = self._look_at_packs()
        changed |= self._look_at_record()
        changed |= self._look_at_warnings(at_ms, exactly=exactly)
        if changed:
            for warm in self._warm.values():
                warm.is_due = warm.is_ever_due = True
                warm.gone = None
                warm.crowd = None

    def _look_at_packs(self) -> bool:
        stamp = stamp_of(self.node.home.path, self.line)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        self.adopted = adopted(self.node.home.path, self.line)
        self._warm.clear()
        return True

    def _look_at_record(self) -> bool:
        seat, past = self.seat, self.seat.view.past
        if seat is self._seat and past == self._past:
            return False
        if seat is not self._seat:
            self._marks.clear()
        self._seat, self._past = seat, past
        keys = keys_of(seat.view)
        changed = self._by_case.keys() != keys.keys()
        for key, name in keys.items():
            case = seat.view.case(key)
            assert case is not None
            mark = (name, *_mark(seat, case))
            if self._marks.get(key) != mark:
                self._marks[key], changed = mark, True
                self._by_case[key] = filed(seat.view, seat.content, case, name)
        for key in self._by_case.keys() - keys.keys():
            del self._by_case[key]
        if changed:
            self.filed = {each.slot: each for each in self._by_case.values()}
            self._told = {
                (told.notified.party, told.notified.key): told
                for told in (each.told for each in self.filed.values())
            }
            self._wordings = {w.slot: w for each in self.filed.values() for w in each.wordings}
        return changed

    def _look_at_warnings(self, at_ms: int, *, exactly: bool) -> bool:
        """A file of warnings that cannot be read is told of, and keeps nothing else back."""
        try:
            if not self.are_warnings_due(at_ms, exactly=exactly):
                return False
            file, version = self._keeping.file(), self._keeping.version()
            found = self._keeping.in_force(at_ms) if version else ()
            self._asked, self._warnings_fault = (file, version, at_ms), ""
        except TielineError as error:
            found, self._warnings_fault = (
                (),
                f"warnings cannot be read: {error}. {error.advice}".rstrip(". "),
            )
            self._asked = None
        given: dict[Slot, Notified] = {(each.party, each.key): each for each in found}
        changed = given != self.warnings
        self.warnings = given
        return changed

    def are_warnings_due(self, at_ms: int, *, exactly: bool = False) -> bool:
        """Whether warnings have to be asked for anew; raises `StoreError` as `Keeping`."""
        if self._asked is None:
            return True
        *known, before_ms = self._asked
        near = 0 if exactly else WARNINGS_AGAIN_MS
        now = [self._keeping.file(), self._keeping.version()]
        return known != now or not 0 <= at_ms - before_ms <= near

    # -- books

    def book(self, *, own_too: bool = False, until_s: float | None = None) -> Book | None:
        """The book with everything that :meth:`look` took up.

        None if ``until_s`` (of `time.monotonic`) passed before all of it was put: it goes on from
        there the next time.
        """
        warm = self._warmed(own_too)
        if warm.is_due:
            if not self._put(warm.now, self._wanted(), warm.left, until_s):
                return None
            warm.is_due = False
        return warm.now

    def _warmed(self, own_too: bool) -> _Warm:  # noqa: FBT001 - a key of a dictionary
        found = self._warm.get(own_too)
        if found is None:
            packs = self.adopted.packs
            found = self._warm[own_too] = _Warm(
                Book(packs, own_too=own_too, compare=self._speaks_of_line),
                Book(packs, own_too=own_too, compare=self._together),
            )
        return found

    def _wanted(self) -> dict[Slot, Notified]:
        """Everything by its slot; what a party says under a name goes before a warning of it."""
        found = {slot: each.told.notified for slot, each in self.filed.items()}
        # Ours come first: should there be more pairs than can be measured, warnings are left out.
        return found | {s: told for s, told in self.warnings.items() if s not in found}

    def _speaks_of_line(self, one: Slot, other: Slot) -> bool:
        """Two warnings are not compared: that is for those who publish them."""
        return one in self.filed or other in self.filed

    def _together(self, one: Slot, other: Slot) -> bool:
        if one[:2] == other[:2]:
            return False
        logs = self.seat.view.registers.logs
        return stood_together(logs, self._wordings[one], self._wordings[other])

    def _put(
        self,
        book: Book,
        wanted: dict[Slot, Notified],
        left: dict[Slot, str],
        until_s: float | None = None,
    ) -> bool:
        for slot in [slot for slot in book.slots() if slot not in wanted]:
            book.drop(slot)
        for slot in sorted(left.keys() - wanted.keys()):
            del left[slot]
        due = {
            slot: told
            for slot, told in wanted.items()
            if book.get(slot) is not told and (not told.state or slot in book)
        }
        if until_s is None:
            # Where all of them together are too many, those that can be are put one by one.
            with suppress(UsageError):
                book.put_all(due)
                left.clear()
                return True
        for n, (slot, told) in enumerate(due.items()):
            if until_s is not None and n and n % PART == 0 and time.monotonic() > until_s:
                return False
            try:
                book.put(told, slot)
                left.pop(slot, None)
            except UsageError as error:
                left[slot] = str(error)
        return True

    # -- what is told

    def result(self, known_ms: int, *, own_too: bool = False) -> Result:
        """What is found among the line's notifications and the warnings in force."""
        book = self.book(own_too=own_too)
        assert book is not None
        found, warm = book.result(known_ms), self._warmed(own_too)
        if warm.crowd is None:
            warm.crowd = crowd_of(found.overlaps)
        self._crowd = warm.crowd
        return found

    def line_digest(self, result: Result, *, own_too: bool) -> str:
        """The hash of what is found only among what stands on the line: the same on every node."""
        among = (each for each in result.overlaps if self.is_of_line(each))
        return result_digest(among, result.packs, own_too=own_too)

    def is_of_line(self, each: Overlap) -> bool:
        """Whether both sides are notifications of the line."""
        return all((side.party, side.key) in self.filed for side in each.sides)

    def standing(self, each: Overlap, known_ms: int) -> Standing:
        """How it stands with an overlap of the last result; agreed only by who had seen both."""
        found = standing(each, self._told, known_ms, self._crowd)
        if found.state is State.SETTLED and not self._stands_agreed(each):
            return Standing(state=State.TALK, words=f"{found.words}, before the other was changed")
        return found

    def _stands_agreed(self, each: Overlap) -> bool:
        return stands_agreed(self.seat.view.registers.logs, each, self.filed)

    def ever(self, known_ms: int, *, own_too: bool = False) -> Result:
        """What was ever found among wordings of the line that stood side by side."""
        warm = self._warmed(own_too)
        if warm.is_ever_due:
            wanted = {slot: each.notified for slot, each in self._wordings.items()}
            self._put(warm.ever, wanted, warm.ever_left)
            warm.is_ever_due = False
        return warm.ever.result(known_ms)

    def gone(
        self, result: Result, known_ms: int, *, own_too: bool = False
    ) -> tuple[tuple[Overlap, Standing], ...]:
        """Overlaps that earlier wordings had and that are no more, and what became of each."""
        if not any(w.ends for w in self._wordings.values()):
            return ()
        warm = self._warmed(own_too)
        if warm.gone is None:
            ever, left = self.ever(known_ms, own_too=own_too), warm.left
            warm.gone = gone(ever, result, self._told, uncompared=left)
        return warm.gone

    def caveats(self) -> Iterator[str]:
        """What a reader has to know beside a result: what is missing in it, and why."""
        yield from self.adopted.faults
        if self._warnings_fault:
            yield self._warnings_fault
        left = {slot: why for warm in self._warm.values() for slot, why in warm.left.items()}
        for (_, key, *_), why in list(left.items())[:FAULTS_MAX]:
            yield f"{key} was not compared: {why}"
        if len(left) > FAULTS_MAX:
            yield f"{len(left) - FAULTS_MAX} more were not compared"
        for _, key in sorted(self.filed.keys() & self.warnings.keys())[:FAULTS_MAX]:
            yield f"the warning {key} was not compared: a notification bears its name"


def _mark(seat: Seat, case: Case) -> Mark:
    """What changes whenever a notification does; a roster can cut off keys that signed steps."""
    registers = seat.view.registers
    rosters = sum(len(each) for each in registers.rosters.values())
    return len(case.openers), rosters, *((p, len(steps)) for p, steps in case.strands.items())


_LINES: WeakKeyDictionary[Node, dict[str, Line]] = WeakKeyDictionary()
_KEEPINGS: WeakKeyDictionary[Node, Keeping] = WeakKeyDictionary()


def keeping_of(node: Node) -> Keeping:
    """The warnings that the home of a node keeps."""
    found = _KEEPINGS.get(node)
    if found is None:
        found = _KEEPINGS[node] = Keeping(node.home.path / FILE_NAME)
    return found


def line_of(node: Node, line: str) -> Line:
    """What is kept of a line, by its id."""
    kept = _LINES.setdefault(node, {})
    if line not in kept:
        kept[line] = Line(node, line, keeping_of(node))
    return kept[line]
