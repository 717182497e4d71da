"""Happenings: what of a picture can stand in a calendar, and how often each has changed.

The count of changes is that of the items of the record that speak of a thing, those taken back
and their withdrawals included. A record only grows, so the count never goes down.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from tieline.answers import DueItem, DueState, RoundAnswer, due, rounds_of
from tieline.days import Days
from tieline.observer.assertion import Commitment, Measure, Readout, Round, Same
from tieline.papers.wordings import due_entry, either, round_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from tieline.observer.assertion import Assertion
    from tieline.observer.claims import Cite
    from tieline.observer.picture import Picture
    from tieline.observer.statement import Inference, Statement


class Kind(Enum):
    """What a happening is; the value is its category."""

    ROUND = "round"
    DUE = "due"
    EXPIRY = "expiry"
    EMBARGO = "embargo"


class Standing(Enum):
    """Whether it is sure, still open, or off."""

    SURE = "sure"
    OPEN = "open"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something with days.

    Attributes:
        whole: the days are all days of it, and not those between which one is looked for.
        by_end: an interval without a first day means "by its end" and not "we know only the end".
        told: what is known, line by line, with citations.
        changes: how many items of the record have changed it since the first.
        remind: whether somebody has to act before it.
    """

    kind: Kind
    key: str
    title: str
    days: Days
    standing: Standing
    changes: int
    told: tuple[str, ...]
    place: str = ""
    whole: bool = False
    by_end: bool = False
    remind: bool = False


def happenings(picture: Picture, *, on: date) -> list[Happening]:
    """Rounds, due days, expiries and embargoes, then what was merged or taken back."""
    counts = _Changes(picture)
    found = [_round(one, counts) for one in rounds_of(picture)]
    found += [_due(one, counts) for one in due(picture, on=on).items if one.due is not None]
    found += _embargoes(picture, counts)
    return [*found, *_gone(picture, counts)]


class _Changes:
    """Counts items by the key that they speak of."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._items: dict[str, set[str]] = {}
        taken_back: dict[str, int] = {}
        for withdrawal in picture.record.withdrawals:
            taken_back[withdrawal.of] = taken_back.get(withdrawal.of, 0) + 1
        self._taken_back = taken_back
        for item in _items(picture):
            for one in item.assertions:
                keys = {one.thing, one.other} if isinstance(one, Same) else {one.thing}
                for key in keys:
                    self._items.setdefault(key, set()).add(item.id)

    def of(self, key: str) -> int:
        """Changes since the first item; 0 for a thing that one item alone speaks of."""
        keys = {key, *(a for a, shown in self._picture.aliases.items() if shown == key)}
        ids = {id_ for each in keys for id_ in self._items.get(each, set())}
        return max(0, len(ids) + sum(self._taken_back.get(id_, 0) for id_ in ids) - 1)


def _items(picture: Picture) -> Iterator[Statement | Inference]:
    """Every item that had become known by the day of the picture, taken back or not."""
    unknown = {id_ for id_, why in picture.fallen.items() if why.startswith("not known by")}
    every: list[Statement | Inference] = [*picture.record.statements, *picture.record.inferences]
    for item in every:
        if item.id not in unknown:
            yield item


def _cited(cites: Iterable[Cite]) -> str:
    return "; ".join(cite.words() for cite in dict.fromkeys(cites))


def _round(one: RoundAnswer, counts: _Changes) -> Happening:
    entry = round_entry(one)
    days, standing, state = _round_days(one)
    lasted = _lasted(one) if state == "held" else None
    place = either(one.place) if state == "held" else ""
    if not place:
        places = [plan.place for plan in one.plans if plan.place]
        place = places[-1] if places else either(one.place)
    return Happening(
        kind=Kind.ROUND,
        key=one.thing.key,
        title=f"{one.thing.name} ({state})",
        days=lasted or days,
        whole=lasted is not None,
        standing=standing,
        changes=counts.of(one.thing.key),
        told=(entry.text, f"Rests on: {_cited(entry.cites)}"),
        place=place,
        remind=state == "planned",
    )


def _round_days(one: RoundAnswer) -> tuple[Days, Standing, str]:
    if one.held is not None and one.held.days.known:
        return one.held.days, Standing.SURE, "held"
    plans = [plan.days for plan in one.plans if plan.days is not None and plan.days.known]
    days = plans[-1] if plans else Days()
    last = next((step for step in reversed(one.steps) if step.what in _DECIDES), None)
    if last is not None and last.what in {"cancelled", "declined"}:
        return days, Standing.OFF, last.what
    if last is not None and last.what == "postponed" and last.to is None:
        return days, Standing.OFF, "put off, no new day said"
    return days, Standing.OPEN, "planned"


def _lasted(one: RoundAnswer) -> Days | None:
    """From the day of opening to that of closing, when both are reported exactly."""
    ends = []
    for what in ("opened", "closed"):
        days = next((step.days for step in one.steps if step.what == what), Days())
        if days.earliest is None or days.earliest != days.latest:
            return None
        ends.append(days.earliest)
    return Days(earliest=ends[0], latest=ends[1]) if ends[0] <= ends[1] else None


_DECIDES = frozenset({"cancelled", "declined", "postponed", "proposed", "accepted", "moved"})
_DONE = frozenset({DueState.MET, DueState.LAPSED, DueState.ENDED, DueState.MISSED})


def _due(item: DueItem, counts: _Changes) -> Happening:
    entry = due_entry(item, counted=False)
    is_measure = item.thing.kind == "measure"
    lead = f"{entry.lead}: " if entry.lead else ""
    return Happening(
        kind=Kind.EXPIRY if is_measure else Kind.DUE,
        key=item.thing.key,
        title=item.what if is_measure else f"Due: {lead}{item.what}",
        days=item.due.days if item.due else Days(),
        standing=Standing.SURE,
        changes=counts.of(item.thing.key),
        told=(f"{entry.label}. {lead}{entry.text}", f"Rests on: {_cited(entry.cites)}"),
        by_end=True,
        remind=item.state not in _DONE,
    )


def _embargoes(picture: Picture, counts: _Changes) -> list[Happening]:
    """Readouts that may not be told before a day; each is known by its statement."""
    return [
        Happening(
            kind=Kind.EMBARGO,
            key=claim.cite.id,
            title=f"Embargo ends: readout of {claim.assertion.side} on {claim.assertion.thing}",
            days=claim.assertion.embargo,
            standing=Standing.SURE,
            changes=max(0, counts.of(claim.assertion.thing)),
            told=(f"Rests on: {claim.cite.words()}",),
            remind=True,
        )
        for claim in picture.of(Readout)
        if claim.assertion.embargo is not None
    ]


def _gone(picture: Picture, counts: _Changes) -> list[Happening]:
    """Things that a calendar may still show: merged into another, or wholly taken back."""
    withdrawn = {one.of for one in picture.record.withdrawals if one.of in picture.fallen}
    found: dict[tuple[Kind, str], Happening] = {}
    for item in _items(picture):
        fell = item.id in withdrawn or bool(withdrawn & set(getattr(item, "grounds", ())))
        for one in item.assertions:
            told = _days_of(one)
            if told is None or not told[1].known:
                continue
            kind, days = told
            shown = picture.key(one.thing)
            merged = shown != one.thing
            if not merged and not (fell and not picture.about(type(one), one.thing)):
                continue
            found[kind, one.thing] = Happening(
                kind=kind,
                key=one.thing,
                title=f"{one.thing} ({f'now kept as {shown}' if merged else 'taken back'})",
                days=days,
                standing=Standing.OFF,
                changes=counts.of(shown),
                told=(f"Was told by {item.id}.",),
                by_end=kind is not Kind.ROUND,
            )
    return list(found.values())


def _days_of(one: Assertion) -> tuple[Kind, Days] | None:
    if isinstance(one, Round):
        return Kind.ROUND, one.held or one.planned or Days()
    if isinstance(one, Commitment):
        return Kind.DUE, one.due or Days()
    if isinstance(one, Measure):
        return Kind.EXPIRY, one.end or Days()
    return None
