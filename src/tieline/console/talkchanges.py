"""Changes: the days on which something in a record changed, and what did.

Days that are known only as an interval change things twice: on the first day it may have happened,
and on the last, when it surely had.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from tieline.days import Days
from tieline.observer import Picture
from tieline.observer.claims import Cite
from tieline.observer.views import (
    DraftView,
    FrameworkView,
    RoundView,
    StageView,
    StandingView,
    TextView,
    commitments,
    frameworks,
    measures,
    preconditions,
    rounds,
    seats,
    standings,
    texts,
)
from tieline.observer.wording import contact_words, round_title, spell_words, stage_words

CUT: Final = "cut"
BACK: Final = "back"
MET: Final = "met"
SLIPPED: Final = "slipped"
WORD: Final = "word"
WEIGHT: Final = (CUT, BACK, MET, SLIPPED, WORD)
"""Sorts of change, the one that a mark shows first where several fall on one day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that changed, of a sort in `WEIGHT`; ``place`` and ``key`` lead to its page."""

    days: Days
    sort: str
    key: str
    place: str
    name: str
    words: str
    cite: Cite | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Every change in the order of days, and the days on which there is one."""

    rows: tuple[Change, ...]
    days: tuple[date, ...]
    sorts: tuple[str, ...]

    def until(self, day: date) -> tuple[date, ...]:
        """The days up to and with this one."""
        return self.days[: bisect_right(self.days, day)]

    def before(self, day: date) -> date | None:
        """The last day of change before this one."""
        at = bisect_left(self.days, day)
        return self.days[at - 1] if at else None

    def after(self, day: date) -> date | None:
        """The first day of change after this one."""
        at = bisect_right(self.days, day)
        return self.days[at] if at < len(self.days) else None

    def step(self, day: date) -> int:
        """The number of the day, or of the last one before it; 0 before all of them."""
        return max(0, bisect_right(self.days, day) - 1)

    def around(self, day: date, each_way: int) -> tuple[int, tuple[Change, ...]]:
        """Rows nearest a day, half of them before it; the number of the first."""
        at = bisect_right(self.rows, day, key=_anchor)
        first = max(0, min(at - each_way, len(self.rows) - 2 * each_way))
        return first, self.rows[first : first + 2 * each_way]


def _anchor(row: Change) -> date:
    return row.days.earliest or row.days.latest or date.max


def changes_of(picture: Picture) -> Changes:
    """All changes of a picture whose day somebody gives at least at one end."""
    rows = [row for row in _rows(picture) if row.days.known]
    rows.sort(key=lambda row: (_anchor(row), row.days.latest or date.max))
    by_day: dict[date, str] = {}
    for row in rows:
        for day in {row.days.earliest, row.days.latest} - {None}:
            assert day is not None
            known = by_day.get(day, WORD)
            by_day[day] = min(known, row.sort, key=WEIGHT.index)
    days = tuple(sorted(by_day))
    return Changes(rows=tuple(rows), days=days, sorts=tuple(by_day[day] for day in days))


def _rows(picture: Picture) -> Iterator[Change]:
    for view in standings(picture):
        yield from _standing(view)
    names = {view.key: view.name for view in standings(picture)}
    for one in rounds(picture):
        yield from _round(one, names.get(one.of or "", "a mechanism not named"))
    yield from _promises(picture)
    yield from _papers(picture)
    yield from _seats(picture)


def _standing(view: StandingView) -> Iterator[Change]:
    def change(days: Days, sort: str, words: str, cites: Iterable[Cite]) -> Change:
        return Change(
            days=days,
            sort=sort,
            key=view.key,
            place="mechanism",
            name=view.name,
            words=words,
            cite=next(iter(cites), None),
        )

    if view.established is not None:
        yield change(view.established.days, WORD, "established", view.established.cites)
    spells = ((CUT, view.suspensions), (BACK, view.restorations), (WORD, view.conditions))
    for sort, listed in spells:
        for one in listed:
            yield change(one.since.days, sort, spell_words(one.assertion), one.since.cites)
    for contact in view.contacts:
        yield Change(
            days=contact.days.days,
            sort=MET,
            key=contact.key,
            place="thing",
            name=view.name,
            words=contact_words(contact),
            cite=next(iter(contact.cites), None),
        )


def _round(view: RoundView, series: str) -> Iterator[Change]:
    def change(days: Days | None, sort: str, words: str, cites: Iterable[Cite]) -> Change:
        return Change(
            days=days or Days(),
            sort=sort,
            key=view.key,
            place="round",
            name=series,
            words=f"{round_title(view).removesuffix(',')}: {words}",
            cite=next(iter(cites), None),
        )

    if view.held is not None:
        where = f", {view.place}" if view.place else ""
        yield change(view.held.days, MET, f"held{where}", view.held.cites)
    for claim in view.postponed:
        by = ", ".join(claim.assertion.by) or "whom is not said"
        yield change(claim.happened, SLIPPED, f"put off, by {by}", [claim.cite])
    for turn in view.turns:
        by = ", ".join(turn.by) or "whom is not said"
        sort = SLIPPED if turn.move.value in {"moved", "cancelled", "declined"} else WORD
        yield change(turn.days, sort, f"{turn.move.value}, by {by}", [turn.cite])


def _promises(picture: Picture) -> Iterator[Change]:
    for view in commitments(picture):
        name, by = view.what, ", ".join(view.by) or "whom is not said"
        promised = [(view.made.days, f"promised, by {by}", view.made.cites)]
        promised += [(view.due.days, "due", view.due.cites)] if view.due else []
        promised += [
            (one.days, f"{one.outcome.value}, as {one.side or 'the source'} has it", (one.cite,))
            for one in (*view.outcomes, *view.renewals)
        ]
        for days, words, cites in promised:
            yield _word(days, view.key, "commitment", name, words, cites)


def _papers(picture: Picture) -> Iterator[Change]:
    papers: list[FrameworkView | TextView] = [*frameworks(picture), *texts(picture)]
    for one in papers:
        stages: Iterable[StageView | DraftView] = one.stages
        for stage in stages:
            words = f"{stage.stage.value}, by {', '.join(stage.by) or 'whom is not said'}"
            yield _word(stage.days, one.key, "thing", one.name, words, (stage.cite,))
    for demand in preconditions(picture):
        for step in demand.steps:
            by = ", ".join(step.by) or "whom is not said"
            words = f"condition: {stage_words(step.stage)}, by {by}"
            yield _word(step.days, demand.key, "thing", demand.words, words, (step.cite,))
    for measure in measures(picture):
        for settled, words in ((measure.start, "begins"), (measure.end, "ends")):
            if settled is not None:
                yield _word(settled.days, measure.key, "thing", measure.name, words, settled.cites)


def _seats(picture: Picture) -> Iterator[Change]:
    for view in seats(picture):
        name = f"{view.office or view.key}, {view.party}" if view.party else view.office or view.key
        for one in view.holdings:
            who = one.holder or "vacant"
            for settled, words in ((one.start, f"{who}, from"), (one.end, f"{who}, until")):
                if settled is not None:
                    yield _word(settled.days, view.key, "thing", name, words, settled.cites)


def _word(  # noqa: PLR0917
    days: Days, key: str, place: str, name: str, words: str, cites: Iterable[Cite]
) -> Change:
    cite = next(iter(cites), None)
    return Change(days=days, sort=WORD, key=key, place=place, name=name, words=words, cite=cite)
