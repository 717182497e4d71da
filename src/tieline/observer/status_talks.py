"""Status lines of mechanisms and channels: rounds, contacts, suspensions and what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieline.days import Sure
from tieline.observer.assertion import Condition, Restoration, Suspension
from tieline.observer.claims import Cite
from tieline.observer.meetings import ContactView, Planned, RoundView, TurnView
from tieline.observer.statusline import About, StatusLine, doubted, line
from tieline.observer.surroundings import CauseView
from tieline.observer.vocabulary import Result
from tieline.observer.wording import (
    circumstance_words,
    contact_words,
    held_words,
    plan_words,
    round_title,
    spell_words,
    turn_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tieline.observer.standing import Spell, StandingView

_ABOUT = {
    Suspension: About.SUSPENSION,
    Restoration: About.RESTORATION,
    Condition: About.CONDITION,
}


def standing_lines(view: StandingView, on: date) -> list[StatusLine]:
    """All that stood of one mechanism or channel at the end of a day."""
    lines = _established(view, on)
    for one in view.rounds:
        lines += round_lines(one, on, name=view.name, thing=view.key)
    for contact in view.contacts:
        lines += _contact_lines(view, contact, on)
    spells: list[StatusLine] = []
    for spell in (*view.suspensions, *view.restorations, *view.conditions):
        spells += _spell_lines(view, spell, on)
    lines += spells
    if not any(one.sure is Sure.YES for one in spells):
        lines.append(_silence(view, on))
    return lines


def _established(view: StandingView, on: date) -> list[StatusLine]:
    if view.established is None:
        return []
    begun = view.established.days.begun_by(on)
    if begun is Sure.NO:
        words = f"not yet established; that came {view.established.days.words()}"
    else:
        words = f"established {view.established.days.words()}"
    place = f", at {view.place}" if view.place else ""
    sure = Sure.PERHAPS if begun is Sure.PERHAPS else Sure.YES
    cites = view.established.cites
    return [_line(view, About.ESTABLISHED, doubted(words + place, sure), sure, cites)]


def round_lines(view: RoundView, on: date, *, name: str, thing: str = "") -> list[StatusLine]:
    """A round as it stood: held, planned, put off, called off; none before anything was said."""
    held = view.held.days.begun_by(on) if view.held else Sure.PERHAPS
    told_by = (Sure.YES,) if held is Sure.NO else (Sure.YES, Sure.PERHAPS)
    turns = [turn for turn in view.turns if turn.days.begun_by(on) in told_by]
    if held is not Sure.YES and not turns and _is_ahead(view, held, on):
        return []
    state = (name, thing, held, *map(id, turns))
    if state not in view.lines:
        view.lines[state] = _round_line(view, held, turns, name=name, thing=thing or view.key)
    return [view.lines[state]]


def _round_line(
    view: RoundView, held: Sure, turns: list[TurnView], *, name: str, thing: str
) -> StatusLine:
    words = [f"{round_title(view)} {held_words(view, held)}"]
    words += circumstance_words(view) if held is not Sure.NO else []
    words += [*plan_words(view), *turn_words(turns)]
    words += [f"mandate: {view.mandate}"] if view.mandate else []
    words += [f"because of {_cause_words(one)}" for one in view.causes]
    used = view.held.cites if view.held else ()
    extra = [claim.cite for claim in view.postponed]
    extra += [turn.cite for turn in turns]
    extra += [cause.cite for cause in view.causes]
    told = "; ".join(words)
    return line(
        thing,
        name,
        About.ROUND,
        told if held is Sure.NO else doubted(told, held),
        Sure.YES if held is Sure.YES else Sure.PERHAPS,
        [*view.cites, *used, *extra],
    )


def _is_ahead(view: RoundView, held: Sure, on: date) -> bool:
    """Whether nothing of the round had been said by then.

    When a plan was made is seldom reported: from the days planned for, at the latest.
    """
    if held is not Sure.NO and not view.turns:
        return False
    planned = [days for days, _, _ in view.planned if days is not None]
    made = [plan.made for plan in view.plans if plan.how is not Planned.TOLD]
    return all(days.begun_by(on) is Sure.NO for days in [*planned, *made])


def _cause_words(one: CauseView) -> str:
    return f"{one.words} (inferred)" if one.cite.inferred else one.words


def _contact_lines(view: StandingView, contact: ContactView, on: date) -> list[StatusLine]:
    begun = contact.days.days.begun_by(on)
    ahead = {Result.PLANNED, Result.POSSIBLE}
    looked_to = bool(contact.results) and all(result in ahead for result, _ in contact.results)
    if begun is Sure.NO and not looked_to:
        return []
    over = looked_to and contact.days.days.over_by(on) is Sure.YES
    state = (view.name, view.key, begun, over)
    if state not in contact.lines:
        words = contact_words(contact)
        if over:
            words += "; the day has passed, whether it was held is unknown"
        sure = Sure.YES if begun is Sure.YES and not looked_to else Sure.PERHAPS
        words = words if looked_to else doubted(words, sure)
        cites = [*contact.cites, *contact.days.cites]
        contact.lines[state] = _line(view, About.CONTACT, words, sure, cites)
    return [contact.lines[state]]


def _spell_lines(view: StandingView, spell: Spell, on: date) -> list[StatusLine]:
    begun = spell.since.days.begun_by(on)
    if begun is Sure.NO:
        return []
    words = f"{spell_words(spell.assertion)}; since: {spell.since.days.words()}"
    about = _ABOUT[type(spell.assertion)]
    return [_line(view, about, doubted(words, begun), begun, spell.since.cites)]


def _silence(view: StandingView, on: date) -> StatusLine:
    events = [one.held.days for one in view.rounds if one.held]
    events += [
        one.days.days
        for one in view.contacts
        if any(result is Result.HELD for result, _ in one.results)
    ]
    past = [days for days in events if days.begun_by(on) is Sure.YES]
    words = f"unknown: how it stood on {on} is not reported"
    if past:
        last = max(past, key=lambda days: days.earliest or days.latest or on)
        words += f"; the last event reported by then: {last.words()}"
    return _line(view, About.STANDING, words, Sure.NO, ())


def _line(
    view: StandingView, about: About, words: str, sure: Sure, cites: Iterable[Cite]
) -> StatusLine:
    return line(view.key, view.name, about, words, sure, cites)
