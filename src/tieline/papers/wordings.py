"""Wordings: answers as the short sentences of a brief, in the order in which people ask.

Values of several reports stand beside each other with a stroke; nothing is chosen, and what an
answer names as unknown is said to be unknown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tieline.answers import (
    CauseTold,
    DueItem,
    Filled,
    PositionTold,
    ReadoutView,
    RoundAnswer,
    RoundStep,
    SeatView,
    SpellTold,
    Tenure,
)
from tieline.days import Days, Sure
from tieline.papers.paper import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tieline.answers import Told


def day_words(days: Days) -> str:
    """Days without the report's own expression, which the passage keeps."""
    return replace(days, wording="").words()


def either(told: Iterable[Told[int]] | Iterable[Told[str]]) -> str:
    """Every value that is told, side by side; empty when there is none."""
    return " / ".join(str(one.value) for one in told)


def round_entry(answer: RoundAnswer, *, label: str = "") -> Entry:
    """A round in one sentence: number, days, place, and how its plan went."""
    number = either(answer.number)
    name = f"Round {number}" if number else "A round whose number is not said"
    parts = [_held_words(name, answer)]
    plan = answer.first_plan
    if plan is not None:
        told = ", ".join(p for p in (plan.days.words() if plan.days else "", plan.place or "") if p)
        parts.append(f"first planned for {told}")
    parts += [step_words(step) for step in answer.steps]
    cites = [*answer.cites, *(answer.held.cites if answer.held else ())]
    cites += [cite for step in answer.steps for cite in step.cites]
    return Entry(label=label, text="; ".join(parts) + ".", cites=tuple(dict.fromkeys(cites)))


def _held_words(name: str, answer: RoundAnswer) -> str:
    place = either(answer.place)
    at = f", {place}" if place else ""
    if answer.held is not None and answer.held.days.known:
        return f"{name}: held {answer.held.days.words()}{at}"
    return f"{name}: day not reported{at}"


def step_words(step: RoundStep) -> str:
    """A move with by whom, to when, and why, each as far as it is said."""
    by = ", ".join(step.by) or "whom is not said"
    to = ", ".join(p for p in (step.to.words() if step.to else "", step.to_place or "") if p)
    reasons = "; ".join(
        f"{one.value} (inferred)" if all(c.inferred for c in one.cites) else one.value
        for one in step.reasons
    )
    words = f"{step.what} by {by}"
    words += f", to {to}" if to else ""
    return words + (f", because: {reasons}" if reasons else "")


def spell_entry(spell: SpellTold, *, label: str = "") -> Entry:
    """A suspension, a restoration or a reported condition."""
    if spell.what not in {"suspended", "restored"}:
        words = spell.what
    else:
        verb = spell.word or spell.what
        part = f", {spell.extent.value} of it" if spell.extent else ""
        by = f"by {', '.join(spell.by)}" if spell.by else "by whom is not said"
        words = f"{verb[:1].upper()}{verb[1:]}{part}, {by}"
    since = spell.since.days.words()
    why = "; ".join(one.value for one in spell.reasons)
    return Entry(
        label=label,
        text=f"{words}; since: {since}" + (f"; because: {why}." if why else "."),
        cites=tuple(dict.fromkeys([*spell.cites, *spell.since.cites])),
    )


def cause_entry(cause: CauseTold) -> Entry:
    """A cause with the force in which it is named."""
    named = cause.words or (cause.because.name if cause.because else "not named")
    force = "inferred only" if cause.inferred else ", ".join(f.value for f in cause.forces)
    return Entry(label=force, text=f"Of {cause.of.name}: {named}.", cites=cause.cites)


def tenure_words(one: Tenure) -> str:
    """Who, how and on which days, as far as anybody says."""
    who = one.holder or ("vacant" if one.vacant else "holder not named")
    parts = [f"{who} ({one.manner.value})" if one.manner else who]
    parts += [f"from {day_words(one.start.days)}"] if one.start else []
    parts += [f"until {day_words(one.end.days)}"] if one.end else []
    if one.seen and one.seen.days.known:
        parts.append(f"{'last seen' if one.end is None else 'seen'} {day_words(one.seen.days)}")
    elif one.end is None:
        parts.append("no end reported")
    return ", ".join(parts)


def seat_words(seat: SeatView) -> str:
    """How a seat stands on the day, with its doubt."""
    if seat.filled is Filled.NO_SEAT:
        return "no seat on this level"
    if not seat.now:
        return "unknown: no holder is reported for the day or before"
    return "; or ".join(tenure_words(one) for one in seat.now)


def seat_entry(seat: SeatView) -> Entry:
    office = seat.office or seat.thing.key
    level = either(seat.level)
    return Entry(
        label=seat.party or "side not said",
        lead=f"{office} ({level})" if level else office,
        text=f"{seat_words(seat)}.",
        cites=seat.cites,
    )


def due_entry(item: DueItem, *, counted: bool = True) -> Entry:
    """A commitment with its state on the day, its owners and what each side says of it.

    ``counted`` adds how many days are left, or have passed.
    """
    owners = ", ".join(one.value for one in item.owners) or "owner not said"
    parts = [item.what]
    if item.sure is not Sure.YES:
        parts.append("whether made by then is not reported")
    if item.due is not None:
        parts.append(f"due {item.due.days.words()}{_left_words(item) if counted else ''}")
    parts += [f"on condition: {words}" for words in item.conditions]
    parts += [f"{v.side or 'the source'} says: {v.last.outcome.value}" for v in item.views]
    if item.silent and item.views:
        parts.append(f"nothing said by {', '.join(item.silent)}")
    cites = [*item.cites, *(item.due.cites if item.due else ())]
    return Entry(
        label=item.state.value,
        lead=owners,
        text="; ".join(parts) + ".",
        cites=tuple(dict.fromkeys(cites)),
    )


def _left_words(item: DueItem) -> str:
    latest = item.days_left[1]
    if latest is None:
        return ""
    if latest < 0:
        return f", {-latest} days ago"
    return f", in {latest} days at the latest" if latest else ", today at the latest"


def position_entry(one: PositionTold, *, topic: bool = True) -> Entry:
    """One statement in the words of the record, with speaker, force and day."""
    said = day_words(one.said or Days())
    who = f"{one.speaker}, {one.force.value}" if one.speaker else one.force.value
    note = f" [{one.note}]" if one.note else ""
    return Entry(
        label=one.side,
        lead=topic_words(one.topic) if topic else "",
        text=f"{one.text} ({who}; {said}){note}",
        cites=(one.cite,),
    )


def readout_entry(one: ReadoutView) -> Entry:
    """One readout with speaker, channel and the day on which it was given."""
    who = ", ".join(part for part in (one.speaker, one.channel) if part) or "speaker not said"
    embargo = f"; embargoed until {day_words(one.embargo)}" if one.embargo else ""
    return Entry(
        label=one.side,
        text=f"{one.text} ({who}; {day_words(one.said)}{embargo})",
        cites=(one.cite,),
    )


def topic_words(topic: str) -> str:
    """A topic's key for readers."""
    return topic.replace("-", " ").replace("_", " ")


def unknown_entry(label: str, names: Iterable[str]) -> list[Entry]:
    """What is not reported of one thing, counted and named; nothing when nothing is missing."""
    listed = list(dict.fromkeys(names))
    if not listed:
        return []
    return [Entry(label=f"{len(listed)} of {label}", text="; ".join(listed) + ".")]


def newest(days: Days | None, on: date) -> tuple[int, int]:
    """A key that puts what is nearest before the day first, and what has no day last."""
    if days is None or not days.known:
        return (1, 0)
    anchor = days.latest or days.earliest or on
    return (0, abs((on - anchor).days))
