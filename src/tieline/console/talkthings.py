"""Talk things: what the pages show of one mechanism and of one round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from tieline import answers
from tieline.answers import (
    MandateAnswer,
    MechanismAnswer,
    Present,
    RoundAnswer,
    StatisticsAnswer,
)
from tieline.answers.causes import causes_of
from tieline.answers.rounds import rounds_named
from tieline.answers.standstill import spells
from tieline.answers.told import KINDS
from tieline.console.talkcites import (
    Passages,
    day_words,
    passages,
)
from tieline.console.talkdue import Promise, promise_of
from tieline.console.talkkept import due_on, ladder_on
from tieline.console.talkstate import State, state_of
from tieline.console.talkwords import either
from tieline.days import Days
from tieline.observer import Picture
from tieline.observer.assertion import Condition, Restoration, Suspension
from tieline.observer.claims import Cite, unique
from tieline.observer.views import StandingView, standing_view


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRow:
    """A round in the table of a mechanism."""

    answer: RoundAnswer
    first: str
    held: str
    moves: tuple[str, ...]
    passages: Passages


@dataclass(frozen=True, slots=True, kw_only=True)
class MechanismShown:
    """A mechanism or channel: how it stood on the day, and all that is said of it."""

    view: StandingView
    state: State
    standing: Passages
    answer: MechanismAnswer
    rounds: tuple[RoundRow, ...]
    rounds_total: int
    promises: tuple[Promise, ...]
    statistics: StatisticsAnswer
    ties: MandateAnswer | None


def mechanism_shown(picture: Picture, key: str, on: date, rounds_max: int) -> MechanismShown:
    """All of one mechanism that its page shows."""
    view = picture.view(standing_view, key)
    found = _answer(picture, key)
    state = state_of(view, on)
    promised = {one.thing.key for one in found.commitments}
    items = [one for one in due_on(picture, on).items if one.thing.key in promised]
    return MechanismShown(
        view=view,
        state=state,
        standing=passages(picture, state.cites),
        answer=found,
        rounds=tuple(_round_row(picture, one) for one in found.rounds[-rounds_max:]),
        rounds_total=len(found.rounds),
        promises=tuple(promise_of(picture, one, on) for one in items[:rounds_max]),
        statistics=answers.statistics(picture, key),
        ties=answers.mandates(picture, key) if picture.kinds(key) & _WHOLE else None,
    )


def _answer(picture: Picture, key: str) -> MechanismAnswer:
    """What is said of a mechanism or channel, of one too that is only known as cut off."""
    if picture.kinds(key) & _WHOLE:
        return answers.mechanism(picture, key)
    return MechanismAnswer(
        thing=answers.named(picture, key),
        established=None,
        place=(),
        by=(),
        subject=(),
        mandate=(),
        levels=(),
        offices=(),
        rhythm=(),
        rounds=answers.rounds_of(picture, key) if rounds_named(picture, key) else (),
        contacts=answers.contacts_of(picture, key),
        suspensions=spells(picture, key, Suspension),
        restorations=spells(picture, key, Restoration),
        reported=spells(picture, key, Condition),
        causes=causes_of(picture, key),
        conditions=(),
        texts=(),
        commitments=(),
        up=(),
        down=(),
        unknown=("name",),
        cites=(),
    )


_WHOLE: Final = frozenset(KINDS.values())


def _round_row(picture: Picture, one: RoundAnswer) -> RoundRow:
    plan = one.first_plan
    first = ""
    if plan is not None:
        first = ", ".join(
            p for p in (day_words(plan.days) if plan.days else "", plan.place or "") if p
        )
    held = day_words(one.held.days) if one.held else ""
    place = either(one.place)
    moves = tuple(step_words(step) for step in one.steps if step.what not in {"opened", "closed"})
    cites = [*one.cites, *(one.held.cites if one.held else ())]
    cites += [cite for step in one.steps for cite in step.cites]
    return RoundRow(
        answer=one,
        first=first,
        held=f"{held}, {place}" if held and place else held or place,
        moves=moves,
        passages=passages(picture, cites),
    )


def step_words(step: answers.RoundStep) -> str:
    """``postponed by bravo to 2027-01, because: a storm (inferred)``."""
    by = ", ".join(step.by) or "whom is not said"
    to = ", ".join(p for p in (day_words(step.to) if step.to else "", step.to_place or "") if p)
    reasons = "; ".join(
        f"{one.value} (inferred)" if all(c.inferred for c in one.cites) else str(one.value)
        for one in step.reasons
    )
    words = f"{step.what} by {by}" + (f" to {to}" if to else "")
    if step.what == "postponed" and not to:
        words += ", to when is not said"
    return words + (f", because: {reasons}" if reasons else "")


# ---- a round


@dataclass(frozen=True, slots=True, kw_only=True)
class Opposite:
    """People of each side who were there; ``by`` says what puts them opposite each other."""

    by: str
    cells: tuple[tuple[Present, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundShown:
    """A round, with its people set opposite each other where something says so."""

    answer: RoundAnswer
    plans: tuple[tuple[str, str, tuple[Cite, ...]], ...]
    steps: tuple[tuple[str, str, tuple[Cite, ...]], ...]
    agenda: tuple[AgendaRow, ...]
    sides: tuple[str, ...]
    opposite: tuple[Opposite, ...]
    topics: tuple[answers.TopicShown, ...]
    silent: tuple[str, ...]


def round_shown(picture: Picture, key: str) -> RoundShown:
    """All of one round that its page shows."""
    found = answers.round_of(picture, key)
    sides = unique(one.party or "side not said" for one in found.present)
    spoken = [column.side for column in found.readouts]
    all_sides = unique([*(one for one in sides if one != "side not said"), *spoken])
    return RoundShown(
        answer=found,
        plans=tuple(
            (day_words(p.days) if p.days else "", p.place or "", p.cites) for p in found.plans
        ),
        steps=tuple(
            (day_words(s.days) if s.days.known else "", step_words(s), s.cites) for s in found.steps
        ),
        sides=sides,
        agenda=agenda_rows(found.agenda),
        opposite=_opposite(picture, found, sides),
        topics=answers.topics_shown(found.readouts),
        silent=tuple(side for side in all_sides if side not in spoken),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaRow:
    """An item of one side's, with all that became of it; a ``fate`` may be empty."""

    item: str
    topic: str
    sides: tuple[str, ...]
    fates: tuple[tuple[str, tuple[Cite, ...]], ...]


def agenda_rows(lines: Iterable[answers.AgendaLine]) -> tuple[AgendaRow, ...]:
    """The lines of an agenda, those of one item by one side together."""
    rows: dict[tuple[str, str, tuple[str, ...]], list[tuple[str, tuple[Cite, ...]]]] = {}
    for one in lines:
        where = f" {one.where.value}" if one.where else ""
        fate = one.fate.value if one.fate else ""
        if fate == "raised" and not one.where:
            where = ", where is not said"
        rows.setdefault((one.item, one.topic or "", one.sides), []).append(
            (fate + where, one.cites)
        )
    return tuple(
        AgendaRow(item=item, topic=topic, sides=sides, fates=tuple(fates))
        for (item, topic, sides), fates in rows.items()
    )


def _opposite(picture: Picture, one: RoundAnswer, sides: tuple[str, ...]) -> tuple[Opposite, ...]:
    """Persons whose seats are counterparts stand in one row, all others below in their columns."""
    if not one.present:
        return ()
    held = one.held.days if one.held else Days()
    day = held.latest or held.earliest
    rows: list[Opposite] = []
    left = list(one.present)
    for rung in ladder_on(picture, day).rungs if day else ():
        holders = {
            (seat.party, (tenure.holder or "").casefold())
            for seat in rung.seats
            for tenure in seat.now
        }
        there = [p for p in left if (p.party, p.person.casefold()) in holders]
        if len({p.party for p in there}) > 1 and rung.paired_by:
            rows.append(Opposite(by=rung.paired_by, cells=_cells(there, sides)))
            left = [p for p in left if p not in there]
    return (*rows, Opposite(by="", cells=_cells(left, sides))) if left else tuple(rows)


def _cells(there: list[Present], sides: tuple[str, ...]) -> tuple[tuple[Present, ...], ...]:
    return tuple(tuple(p for p in there if (p.party or "side not said") == side) for side in sides)
