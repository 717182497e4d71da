"""Status lines of mechanisms and channels: rounds, contacts, suspensions and what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieline.days import Sure
from tieline.observer.assertion import Cause, Condition, Restoration, Suspension
from tieline.observer.claims import Cite, unique
from tieline.observer.meetings import ContactView, Planned, RoundView
from tieline.observer.statusline import About, StatusLine, doubted, line
from tieline.observer.surroundings import CauseView, cause_views
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

    from tieline.observer.picture import Picture
    from tieline.observer.standing import Spell, StandingView

_ABOUT = {
    Suspension: About.SUSPENSION,
    Restoration: About.RESTORATION,
    Condition: About.CONDITION,
}


def standing_lines(picture: Picture, view: StandingView, on: date) -> list[StatusLine]:
    """All that stood of one mechanism or channel at the end of a day."""
    lines = _established(view, on)
    for one in view.rounds:
        lines += round_lines(picture, one, on, name=view.name, thing=view.key)
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


def round_lines(
    picture: Picture, view: RoundView, on: date, *, name: str, thing: str = ""
) -> list[StatusLine]:
    """A round as it stood: held, planned, put off, called off; none before anything was said."""
    held = view.held.days.begun_by(on) if view.held else Sure.PERHAPS
    told_by = {Sure.YES} if held is Sure.NO else {Sure.YES, Sure.PERHAPS}
    turns = [turn for turn in view.turns if turn.days.begun_by(on) in told_by]
    if held is not Sure.YES and not turns and _is_ahead(view, held, on):
        return []
    words = [f"{round_title(view)} {held_words(view, held)}"]
    words += circumstance_words(view) if held is not Sure.NO else []
    words += [*plan_words(view), *turn_words(turns)]
    words += [f"mandate: {view.mandate}"] if view.mandate else []
    because = picture.view(cause_views, view.key) if picture.about(Cause, view.key) else ()
    words += [f"because of {_cause_words(one)}" for one in because]
    used = view.held.cites if view.held else ()
    extra = [claim.cite for claim in view.postponed] + [turn.cite for turn in turns]
    told = "; ".join(words)
    return [
        line(
            thing or view.key,
            name,
            About.ROUND,
            told if held is Sure.NO else doubted(told, held),
            Sure.YES if held is Sure.YES else Sure.PERHAPS,
            [*view.cites, *used, *extra, *(one.cite for one in because)],
        )
    ]


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
    words = contact_words(contact)
    if looked_to and contact.days.days.over_by(on) is Sure.YES:
        words += "; the day has passed, whether it was held is unknown"
    sure = Sure.YES if begun is Sure.YES and not looked_to else Sure.PERHAPS
    words = words if looked_to else doubted(words, sure)
    return [_line(view, About.CONTACT, words, sure, [*contact.cites, *contact.days.cites])]


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
    return line(view.key, view.name, about, words, sure, unique(cites))
