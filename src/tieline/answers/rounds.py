"""Rounds: each with every plan from the first on, every move and by whom, and what was held.

Plans are never replaced. What no report gives is named in ``unknown``, field by field.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from tieline.answers.agenda import AgendaLine, OneSided, agenda_of, one_sided
from tieline.answers.causes import CauseTold, are_causes, causes_of
from tieline.answers.commitments import CommitmentBrief, commitments_at
from tieline.answers.readouts import SideReadouts, readouts_of
from tieline.answers.told import (
    Named,
    OfParty,
    Told,
    as_known,
    by_party,
    cites_of,
    find,
    given,
    given_things,
    merges,
    named,
    settled,
)
from tieline.days import Days
from tieline.observer.assertion import (
    Attendance,
    Mechanism,
    Postponement,
    Round,
    Turn,
)
from tieline.observer.claims import Cite, Claim, Settled, refine, unique
from tieline.observer.vocabulary import Move, Presence

if TYPE_CHECKING:
    from tieline.observer.picture import Picture, Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Days and place that a round was planned for; None where the report gives none."""

    days: Days | None
    place: str | None
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundStep:
    """Something done with a round. ``by`` is empty when by whom is not said.

    ``what`` is a word of `Move`, or ``postponed``; ``days`` when it was done, ``to`` the new days.
    ``reasons`` may hold a report's and an inference's, each with its citation. They are causes if
    they only repeat what the same items name as such.
    """

    what: str
    by: tuple[str, ...]
    days: Days
    to: Days | None
    to_place: str | None
    reasons: tuple[Told[str], ...]
    cites: tuple[Cite, ...]
    reasons_are_causes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A person at a round or contact, styled as reported."""

    person: str
    party: str | None
    offices: tuple[Told[str], ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundAnswer:
    """One round. ``unknown`` names the fields that no report gives.

    ``merged_by`` says that reports under several keys are of one round.
    """

    thing: Named
    mechanism: Named | None
    number: tuple[Told[int], ...]
    plans: tuple[Plan, ...]
    steps: tuple[RoundStep, ...]
    held: Settled | None
    place: tuple[Told[str], ...]
    host: tuple[Told[str], ...]
    presence: tuple[Told[Presence], ...]
    length_min: tuple[Told[int], ...]
    levels: tuple[OfParty, ...]
    mandate: tuple[Told[Named], ...]
    present: tuple[Present, ...]
    agenda: tuple[AgendaLine, ...]
    readouts: tuple[SideReadouts, ...]
    one_sided: tuple[OneSided, ...]
    commitments: tuple[CommitmentBrief, ...]
    causes: tuple[CauseTold, ...]
    unknown: tuple[str, ...]
    cites: tuple[Cite, ...]
    merged_by: tuple[Cite, ...] = ()

    @property
    def first_plan(self) -> Plan | None:
        """What was planned before any move; None when no plan is reported."""
        return self.plans[0] if self.plans else None

    @property
    def was_postponed(self) -> bool:
        return any(step.what == "postponed" for step in self.steps)


def rounds_of(
    picture: Picture,
    key: str | None = None,
    *,
    known_on: date | None = None,
    offset: int = 0,
    limit: int | None = None,
) -> tuple[RoundAnswer, ...]:
    """Every round of a mechanism, or of all (``key`` None), in the order of the days held.

    ``offset`` and ``limit`` choose some of them; `round_keys` gives all their keys.

    Raises:
        UsageError: no mechanism, and no round of one, has that key.
    """
    seen = as_known(picture, known_on)
    keys = round_keys(seen, key)
    return tuple(
        _round(seen, each) for each in keys[offset : None if limit is None else offset + limit]
    )


def round_keys(
    picture: Picture, key: str | None = None, *, known_on: date | None = None
) -> tuple[str, ...]:
    """The keys of the rounds of a mechanism, or of all, in the order of days.

    Raises:
        UsageError: no mechanism, and no round of one, has that key.
    """
    seen = as_known(picture, known_on)
    if key is None:
        keys = seen.things(Round)
    else:
        keys = rounds_named(seen, key)
        if not keys:
            find(seen, key, Mechanism)
    return tuple(sorted(keys, key=lambda each: seen.view(_order, each)))


def rounds_named(picture: Picture, key: str) -> tuple[str, ...]:
    """The keys of rounds that name a thing as their mechanism."""
    shown = picture.key(key)
    return tuple(
        each for each in picture.referring(shown, Round) if shown in _series_of(picture, each)
    )


def _order(picture: Sight, key: str) -> tuple[int, date, date]:
    """By the days held, else by those last planned for; rounds without any come last."""
    claims = picture.about(Round, key)
    held = settled(claims, lambda one: one.held)
    if held is not None and held.days.known:
        return held.days.sort_key()
    planned = [c.assertion.planned for c in claims if c.assertion.planned]
    return (planned[-1] if planned else Days()).sort_key()


def round_of(picture: Picture, key: str, *, known_on: date | None = None) -> RoundAnswer:
    """One round.

    Raises:
        UsageError: no round has that key.
    """
    seen = as_known(picture, known_on)
    return _round(seen, find(seen, key, Round))


def _series_of(picture: Picture, key: str) -> set[str]:
    claims = picture.about(Round, key)
    return {picture.key(c.assertion.of) for c in claims if c.assertion.of}


def _round(picture: Picture, key: str) -> RoundAnswer:
    claims = picture.about(Round, key)
    of = sorted(_series_of(picture, key))
    causes = causes_of(picture, key)
    steps = tuple(
        replace(step, reasons_are_causes=are_causes(step.reasons, causes)) if step.reasons else step
        for step in _steps(picture, key)
    )
    readouts = readouts_of(picture, key)
    agenda = agenda_of(picture, key)
    return _with_unknown(
        RoundAnswer(
            thing=named(picture, key),
            mechanism=named(picture, of[0]) if of else None,
            number=given(claims, lambda one: one.number),
            plans=_plans(picture, key),
            steps=steps,
            held=settled(claims, lambda one: one.held),
            place=given(claims, lambda one: one.place),
            host=given(claims, lambda one: one.host),
            presence=given(claims, lambda one: one.presence),
            length_min=given(claims, lambda one: one.length_min),
            levels=by_party(claims, lambda one: one.levels),
            mandate=given_things(picture, claims, lambda one: one.mandate),
            present=present_at(picture, key),
            agenda=agenda,
            readouts=readouts,
            one_sided=one_sided(agenda, readouts),
            commitments=commitments_at(picture, key),
            causes=causes,
            unknown=(),
            cites=unique([*cites_of(claims), *merges(picture, key)]),
            merged_by=merges(picture, key),
        )
    )


def _plans(picture: Picture, key: str) -> tuple[Plan, ...]:
    """The plans that were told of first; then those that a move or a postponement led to.

    Each part is in the order of filing, which on a line is that of causes. A told plan that one of
    the later ones leads to is no first plan.
    """
    place = picture.once(_filed)
    moved = {c.cite.id for c in picture.about(Turn, key) if c.assertion.move is Move.MOVED}
    told = [
        Plan(days=c.assertion.planned, place=c.assertion.planned_place, cites=(c.cite,))
        for c in picture.about(Round, key)
        if c.assertion.planned or c.assertion.planned_place
    ]
    later = [plan for plan in told if plan.cites[0].id in moved]
    later += [
        Plan(days=c.assertion.to, place=c.assertion.to_place, cites=(c.cite,))
        for c in picture.about(Postponement, key)
        if c.assertion.to or c.assertion.to_place
    ]
    later.sort(key=lambda plan: place.get(plan.cites[0].id, 0))
    named_later = {_days_of(plan) for plan in later}
    first = [plan for plan in told if _days_of(plan) not in named_later]
    plans: dict[tuple[object, ...], Plan] = {}
    for plan in (*first, *later, *told):
        name = (_days_of(plan), plan.place)
        # A later plan that names no place changes only the days.
        near = next((n for n in plans if n[0] == name[0] and None in {n[1], name[1]}), name)
        known = plans.get(near)
        if known is None:
            plans[name] = plan
        else:
            cites = unique([*known.cites, *plan.cites])
            plans[near] = replace(known, place=known.place or plan.place, cites=cites)
    return tuple(plans.values())


def _filed(picture: Picture) -> dict[str, int]:
    """For each statement, its place in the order of filing."""
    return {one.id: number for number, one in enumerate(picture.record.statements)}


def _days_of(plan: Plan) -> tuple[date | None, date | None] | None:
    return (plan.days.earliest, plan.days.latest) if plan.days else None


def _steps(picture: Sight, key: str) -> tuple[RoundStep, ...]:
    steps = [
        RoundStep(
            what=group[0].assertion.move.value,
            by=unique(by for c in group for by in c.assertion.by),
            days=group[0].days(group[0].assertion.days),
            to=None,
            to_place=None,
            reasons=given(group, lambda one: one.reason),
            cites=cites_of(group),
        )
        for group in refine(picture.about(Turn, key), lambda a, b: a.move is b.move)
    ]
    steps += [
        RoundStep(
            what="postponed",
            by=unique(by for c in group for by in c.assertion.by),
            days=group[0].happened or Days(),
            to=group[0].assertion.to,
            to_place=group[0].assertion.to_place,
            reasons=given(group, lambda one: one.reason),
            cites=cites_of(group),
        )
        for group in refine(picture.about(Postponement, key))
    ]
    return tuple(sorted(steps, key=lambda step: step.days.sort_key()))


def present_at(picture: Sight, key: str) -> tuple[Present, ...]:
    """Who was there, by person and side, in the order of filing."""
    groups: dict[tuple[str, str | None], list[Claim[Attendance]]] = {}
    for claim in picture.about(Attendance, key):
        one = claim.assertion
        groups.setdefault((one.person, one.party), []).append(claim)
    return tuple(
        Present(
            person=person,
            party=party,
            offices=given(claims, lambda one: one.office),
            cites=cites_of(claims),
        )
        for (person, party), claims in groups.items()
    )


def _with_unknown(answer: RoundAnswer) -> RoundAnswer:
    missing = [
        name
        for name, value in (
            ("number", answer.number),
            ("mechanism", answer.mechanism),
            ("first plan", answer.plans),
            ("day held", answer.held and answer.held.days.known),
            ("place", answer.place),
            ("host", answer.host),
            ("in person or virtual", answer.presence),
            ("length", answer.length_min),
            ("levels", answer.levels),
            ("who was there", answer.present),
            ("agenda", answer.agenda),
            ("readouts", answer.readouts),
        )
        if not value
    ]
    sides = [one.party for one in answer.present if one.party]
    sides += [one.party for one in answer.levels if one.party]
    spoken = {column.side for column in answer.readouts}
    missing += [f"readout of {side}" for side in unique(sides) if spoken and side not in spoken]
    missing += [f"{step.what} by whom" for step in answer.steps if not step.by]
    missing += [
        "postponed to when" for step in answer.steps if step.what == "postponed" and not step.to
    ]
    return replace(answer, unknown=unique(missing))
