"""Overlaps as pages show them: what the node keeps warm, with marks, links and how each stands.

Nothing is ever told as more than *found*, or *none found among these notifications, as known at*.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tieline.console.noticewords import Place, place, times_words
from tieline.deconfliction import report
from tieline.deconfliction.book import Slot
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Overlap, Result, Side
from tieline.deconfliction.recorded import made_by
from tieline.deconfliction.rules import Severity
from tieline.deconfliction.settling import Standing, State
from tieline.node import Node
from tieline.overlapping.kept import Line, line_of
from tieline.record.message import Mark
from tieline.replication.seat import Seat
from tieline.state.model import CaseKey
from tieline.state.shortref import short_ref

BUSY_S_MAX: Final = 0.25
"""Longest that the first page lets overlaps be worked out before it says that they still are."""
DONE: Final = frozenset({State.SETTLED, State.PASSED, State.WITHDRAWN})
"""States in which nothing is left to be talked about; none of them is a clearance."""
GROUP: Final = 4
"""Digits of a hash in one group, to be read over the telephone."""
GROUPS_READ: Final = 5
"""Groups that two officers compare by voice; the rest stands below."""
TIMES_MAX: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SideShown:
    """One notification of an overlap; ``ref`` is empty for a warning that is none of the line."""

    party: str
    key: str
    name: str
    kind: str
    ref: str
    mark: str
    is_ours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapRow:
    """An overlap in one line. ``is_drill``: one of the two is marked EXERCISE or TEST."""

    id: str
    short: str
    severity: str
    marginal: bool
    state: str
    state_words: str
    is_done: bool
    is_drill: bool
    sides: tuple[SideShown, ...]
    gap: str
    when: str
    times_more: int
    where: Place
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that was found on a line, and what it was found among."""

    kept: Line
    result: Result
    known_ms: int
    own_too: bool
    by_case: Mapping[CaseKey, Slot]

    def row(self, each: Overlap, became: Standing | None = None) -> OverlapRow:
        """One overlap; ``became`` is what it came to if it is no more."""
        state = became or self.kept.standing(each, self.known_ms)
        sides = tuple(self._side(side) for side in each.sides)
        return OverlapRow(
            id=each.id,
            short=each.id[: report.SHORT_ID],
            severity=each.severity.value,
            marginal=each.marginal,
            state=state.state.value,
            state_words=state.words,
            is_done=state.state in DONE,
            is_drill=any(side.mark not in {"", "ACTUAL"} for side in sides),
            sides=sides,
            gap=report.gap_words(each),
            when=times_words(*each.common[0]) if each.common else "not worked out",
            times_more=max(0, each.spans - 1),
            where=place(each.at),
            doubts=each.doubts,
        )

    def state(self, each: Overlap) -> State:
        """How it stands with an overlap that was found."""
        return self.kept.standing(each, self.known_ms).state

    def is_drill(self, each: Overlap) -> bool:
        """Whether one of its notifications is marked EXERCISE or TEST."""
        slots = ((side.party, side.key) for side in each.sides)
        found = [self.kept.filed.get(slot) for slot in slots]
        return any(one is not None and one.case.mark is not Mark.ACTUAL for one in found)

    def _side(self, side: Side) -> SideShown:
        filed = self.kept.filed.get((side.party, side.key))
        told = self.notified(side.party, side.key)
        case = filed.case if filed is not None else None
        return SideShown(
            party=side.party,
            key=side.key,
            name=(told.title if told is not None else "") or side.key,
            kind=side.kind,
            ref=short_ref(case.opener) if case is not None else "",
            mark=case.mark.value if case is not None else "",
            is_ours=side.party == self.kept.seat.party and case is not None,
        )

    def notified(self, party: str, key: str) -> Notified | None:
        """A notification of the line or a warning, as it holds now."""
        filed = self.kept.filed.get((party, key))
        if filed is not None:
            return filed.told.notified
        return self.kept.warnings.get((party, key))

    def then(self, side: Side) -> Notified | None:
        """A notification in the wording that an overlap lies in, which may be an earlier one."""
        filed = self.kept.filed.get((side.party, side.key))
        made = made_by(filed.wordings, side.digest) if filed is not None else None
        return made.notified if made is not None else self.notified(side.party, side.key)

    def gone(self) -> tuple[tuple[Overlap, Standing], ...]:
        """Overlaps that earlier wordings had, and what became of each."""
        return self.kept.gone(self.result, self.known_ms, own_too=self.own_too)

    def of_case(self, case: CaseKey) -> Iterator[Overlap]:
        """Overlaps of one notification."""
        slot = self.by_case.get(case)
        for each in self.result.overlaps if slot is not None else ():
            if any((side.party, side.key) == slot for side in each.sides):
                yield each

    def gone_of(self, case: CaseKey) -> Iterator[tuple[Overlap, Standing]]:
        """Overlaps that one notification had, and what became of each."""
        slot = self.by_case.get(case)
        for each, became in self.gone() if slot is not None else ():
            if any((side.party, side.key) == slot for side in each.sides):
                yield each, became


def find_on(
    node: Node, seat: Seat, *, own_too: bool = False, busy_s: float | None = None
) -> Found | None:
    """What is found on a line now; None if ``busy_s`` was not enough to work it out."""
    kept, known_ms = line_of(node, seat.line), node.now().wall_ms
    kept.look(known_ms)
    until_s = time.monotonic() + busy_s if busy_s is not None else None
    book = kept.book(own_too=own_too, until_s=until_s)
    if book is None:
        return None
    return Found(
        kept=kept,
        result=book.result(known_ms),
        known_ms=known_ms,
        own_too=own_too,
        by_case={filed.case.key: filed.slot for filed in kept.filed.values()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapCounts:
    """Overlaps of one or more lines in numbers, drills apart."""

    notified: int = 0
    open: Mapping[str, int] = field(default_factory=dict)
    unseen_high: int = 0
    done: int = 0
    drills: int = 0
    is_due: bool = False
    worst: tuple[OverlapRow, ...] = ()

    @property
    def total(self) -> int:
        """Those that are not settled, passed or withdrawn."""
        return sum(self.open.values())


def count_on(found: Found | None, shown: int) -> OverlapCounts:
    """Overlaps of a line by severity, with the gravest few that are not done."""
    if found is None:
        return OverlapCounts(is_due=True)
    real: Counter[str] = Counter()
    done = drills = unseen = 0
    worst: list[tuple[bool, Overlap]] = []
    for each in found.result.overlaps:
        state, is_drill = found.state(each), found.is_drill(each)
        drills += is_drill
        done += state in DONE and not is_drill
        if state in DONE:
            continue
        worst.append((is_drill, each))
        if not is_drill:
            real[each.severity.value] += 1
            unseen += each.severity is Severity.HIGH and state is State.FOUND
    worst.sort(key=lambda pair: pair[0])
    return OverlapCounts(
        notified=found.result.notified,
        open=real,
        unseen_high=unseen,
        done=done,
        drills=drills,
        worst=tuple(found.row(each) for _, each in worst[:shown]),
    )


def summed(each: Iterable[OverlapCounts]) -> OverlapCounts:
    """Several lines together."""
    counts = list(each)
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one.open)
    return OverlapCounts(
        notified=sum(one.notified for one in counts),
        open=total,
        unseen_high=sum(one.unseen_high for one in counts),
        done=sum(one.done for one in counts),
        drills=sum(one.drills for one in counts),
        is_due=any(one.is_due for one in counts),
    )


def severity_words(counts: OverlapCounts) -> str:
    """``1 high, 2 medium``."""
    return ", ".join(f"{counts.open[s]} {s.value}" for s in Severity if counts.open.get(s.value))


def in_groups(digest: str) -> list[str]:
    """A hash in groups of four digits."""
    return [digest[n : n + GROUP] for n in range(0, len(digest), GROUP)]
