"""Wording: the state words of a status line, the same in the timeline and on the drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieline.days import Sure
from tieline.observer.assertion import Condition, Restoration, Suspension
from tieline.observer.claims import unique
from tieline.observer.vocabulary import Extent

if TYPE_CHECKING:
    from datetime import date

    from tieline.observer.views import CommitmentView, ContactView, Holding, RoundView


def round_title(view: RoundView) -> str:
    return f"round {view.number}" if view.number is not None else "a round, number not said,"


def held_words(view: RoundView, held: Sure) -> str:
    place = f", {view.place}" if view.place else ""
    if view.held is None:
        return f"day not reported{place}"
    if held is Sure.NO:
        return f"not yet held; held later, {view.held.days.words()}{place}"
    return f"held {view.held.days.words()}{place}"


def plan_words(view: RoundView) -> list[str]:
    words = []
    if view.planned:
        days, place, _ = view.planned[0]
        told = ", ".join(part for part in (days.words() if days else "", place or "") if part)
        words.append(f"first planned for {told}")
    if view.postponed:
        by = unique(by for claim in view.postponed for by in claim.assertion.by)
        reasons = [claim for claim in view.postponed if claim.assertion.reason]
        words.append(f"postponed, by {', '.join(by) or 'whom is not said'}")
        words += [
            f"reason{' (inferred)' if claim.cite.inferred else ''}: {claim.assertion.reason}"
            for claim in reasons
        ]
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
    parts = [f"{way}{by}: {' / '.join(results) or 'outcome not said'}", who, contact.place or ""]
    return ", ".join(part for part in [*parts, contact.days.days.words()] if part)


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
    parts = []
    if one.start:
        parts.append(f"from {one.start.days.words()}")
    if one.end:
        parts.append(f"until {one.end.days.words()}")
    if one.seen:
        exact = (one.seen.days.earliest, one.seen.days.latest) == (on, on)
        parts.append(f"{'seen' if exact else 'last seen'} {one.seen.days.words()}")
    return f"{who}, {', '.join(parts)}" if parts else who


def due_words(view: CommitmentView, on: date) -> str:
    """Whether a commitment is open on a day; a day that has passed decides nothing else."""
    if view.outcome is not None:
        return f"reported {view.outcome.value}"
    if view.due is None:
        return "no day set, outcome unknown"
    days = view.due.days
    told = f"due {days.words()}"
    if days.latest is None:
        return f"{told}: whether it has passed is unknown"
    if days.latest < on:
        return f"{told}: due passed, outcome unknown"
    if days.earliest is not None and days.earliest < on:
        return f"{told}: whether it has passed is unknown"
    return f"{told}: open"
