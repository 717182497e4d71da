"""Wording: the state words of a status line, the same in the timeline and on the drawing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tieline.days import Days, Sure
from tieline.observer.assertion import Condition, Restoration, Suspension
from tieline.observer.claims import unique
from tieline.observer.vocabulary import Extent, Move, Result

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from enum import Enum

    from tieline.observer.claims import Cite
    from tieline.observer.meetings import ContactView, RoundView, TurnView
    from tieline.observer.offices import Holding
    from tieline.observer.undertakings import CommitmentView, OutcomeView


def round_title(view: RoundView) -> str:
    return f"round {view.number}" if view.number is not None else "a round, number not said,"


def held_words(view: RoundView, held: Sure) -> str:
    place = f", {view.place}" if view.place else ""
    if view.held is None:
        if any(turn.move is Move.CANCELLED for turn in view.turns):
            return f"not held{place}"
        return f"day not reported{place}"
    if held is Sure.NO:
        return f"not yet held; held later, {view.held.days.words()}{place}"
    return f"held {view.held.days.words()}{place}"


def circumstance_words(view: RoundView) -> list[str]:
    """Host, presence and length of a round, as far as they are said."""
    words = [f"host: {view.host}"] if view.host else []
    words += [view.presence.value] if view.presence else []
    return words + ([f"{view.length_min} minutes"] if view.length_min is not None else [])


def plan_words(view: RoundView) -> list[str]:
    words = []
    if view.planned:
        days, place, _ = view.planned[0]
        words.append(f"first planned for {_when_where(days, place)}")
    if view.postponed:
        by = unique(by for claim in view.postponed for by in claim.assertion.by)
        named = [(cause.words, cause.cite) for cause in view.causes]
        reasons = [
            claim
            for claim in view.postponed
            if claim.assertion.reason and not is_said_by(claim.assertion.reason, claim.cite, named)
        ]
        later = [c.assertion for c in view.postponed if c.assertion.to or c.assertion.to_place]
        to = [f" to {_when_where(one.to, one.to_place)}" for one in later]
        words.append(f"postponed{' and'.join(to)}, by {', '.join(by) or 'whom is not said'}")
        words += [
            f"reason{' (inferred)' if claim.cite.inferred else ''}: {claim.assertion.reason}"
            for claim in reasons
        ]
    return words


def is_said_by(reason: str, cite: Cite, causes: Iterable[tuple[str, Cite]]) -> bool:
    """Whether the causes that the same item names say every word of a reason that it gives."""
    own = " ".join(words for words, other in causes if other.id == cite.id).casefold()
    return bool(own) and set(_WORD.findall(reason.casefold())) <= set(_WORD.findall(own))


_WORD: Final = re.compile(r"\w+")


def _when_where(days: Days | None, place: str | None) -> str:
    return ", ".join(part for part in (days.words() if days else "", place or "") if part)


def turn_words(turns: Iterable[TurnView]) -> list[str]:
    """What was done with a round: ``accepted, by Aval, 1931-04-02``."""
    words = []
    for turn in turns:
        by = f", by {', '.join(turn.by)}" if turn.by else ", by whom is not said"
        when = f", {turn.days.words()}" if turn.days.known or turn.days.wording else ""
        inferred = " (inferred)" if turn.cite.inferred else ""
        why = f", because {turn.reason}" if turn.reason else ""
        words.append(f"{turn.move.value}{inferred}{by}{when}{why}")
    return words


def contact_words(contact: ContactView) -> str:
    """What is reported of a contact: way, result, people, place and days."""
    reported = {result for result, cite in contact.results if not cite.inferred}
    results = unique(
        result.value if result in reported else f"{result.value} (inferred)"
        for result, _ in contact.results
    )
    way = contact.way.value if contact.way else "contact"
    by = f" sought by {', '.join(contact.by)}" if contact.by else ""
    who = ", ".join(f"{one.value} ({one.party})" if one.party else one.value for one in contact.who)
    length = f"{contact.length_min} minutes" if contact.length_min is not None else ""
    is_term = any(result is Result.CONDITIONAL for result, _ in contact.results)
    terms = (
        f"{'on terms' if is_term else 'with the words'}: {contact.terms}" if contact.terms else ""
    )
    parts = [f"{way}{by}: {' / '.join(results) or 'outcome not said'}", who, contact.place or ""]
    parts += [contact.days.days.words(), length, terms]
    return ", ".join(part for part in parts if part)


def spell_words(one: Suspension | Restoration | Condition) -> str:
    """What is reported: the report's own verb if it was kept, by whom, how much of it, why."""
    if isinstance(one, Condition):
        return one.words
    verb = one.word or ("suspended" if isinstance(one, Suspension) else "restored")
    part = " in part" if one.extent is Extent.PART else ""
    by = f"by {', '.join(one.by)}" if one.by else "by whom is not said"
    reason = one.reason if isinstance(one, Suspension) else None
    return f"{verb}{part}, {by}" + (f", because {reason}" if reason else "")


def holding_words(one: Holding, on: date | None = None) -> str:
    """Who is reported in a seat and on which days; a seat is vacant only if that is reported."""
    who = one.holder or "vacant"
    parts = [one.manner.value] if one.manner else []
    if one.start:
        parts.append(f"from {one.start.days.words()}")
    if one.end:
        parts.append(f"until {one.end.days.words()}")
    if one.seen:
        exact = (one.seen.days.earliest, one.seen.days.latest) == (on, on)
        parts.append(f"{'seen' if exact else 'last seen'} {one.seen.days.words()}")
    parts += [f"also reported as {', '.join(one.also)}"] if one.also else []
    return f"{who}, {', '.join(parts)}" if parts else who


def stage_words(stage: Enum | None) -> str:
    """The stage that something is said to have reached; that none is said is no stage."""
    return str(stage.value) if stage is not None else "stage not said"


def due_words(view: CommitmentView, on: date) -> str:
    """What is said of a commitment by a day; a due day that has passed decides nothing else."""
    told = [one for one in view.outcomes if one.days.begun_by(on) is not Sure.NO]
    if told:
        return "; ".join(outcome_words(one, on) for one in told)
    renewed = [one for one in view.renewals if one.days.begun_by(on) is not Sure.NO]
    words = [outcome_words(one, on) for one in renewed]
    days = [one.due for one in renewed if one.due] or ([view.due.days] if view.due else [])
    return "; ".join([*words, _open_words(days[-1] if days else None, on)])


def outcome_words(one: OutcomeView, on: date) -> str:
    """``reported met``, or by side ``met, as Aval has it``."""
    inferred = " (inferred)" if one.cite.inferred else ""
    words = f"{one.outcome.value}{inferred}"
    words = f"{words}, as {one.side} has it" if one.side else f"reported {words}"
    words += f", evidence: {one.evidence}" if one.evidence else ""
    surely = one.days.begun_by(on) is Sure.YES or not one.days.known
    return words if surely else f"{words}, whether by then is not said"


def _open_words(days: Days | None, on: date) -> str:
    if days is None:
        return "no day set, outcome unknown"
    told = f"due {days.words()}"
    if days.latest is None:
        return f"{told}: whether it has passed is unknown"
    if days.latest < on:
        return f"{told}: due passed, outcome unknown"
    if days.earliest is not None and days.earliest < on:
        return f"{told}: whether it has passed is unknown"
    return f"{told}: open"
