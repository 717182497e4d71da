"""State: how one mechanism or channel stood on a day, in one word, by whom, and resting on what.

Nothing is carried forward: where no report reaches the day, it is *unknown*, with the last event.
On a line silence of the parties is itself on the record, so that what both agreed to and nobody has
suspended is *open*.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from tieline.console.talkcites import day_words
from tieline.days import Sure
from tieline.observer.assertion import Restoration, Suspension
from tieline.observer.claims import Cite, unique
from tieline.observer.statement import Force
from tieline.observer.views import Spell, StandingView
from tieline.observer.vocabulary import Extent, Result

UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How something stood: ``kind`` for shape and order, ``label`` the word, ``words`` by whom."""

    kind: str
    label: str
    words: str
    cites: tuple[Cite, ...]


ORDER: Final = (
    "suspended", "perhaps-suspended", "restored", "perhaps-restored",
    "open", "proposed", "ended", UNKNOWN, "not-yet",
)  # fmt: skip


def state_of(view: StandingView, on: date) -> State:
    """How a mechanism or channel stood at the end of a day, as far as anybody says."""
    spells = (*view.suspensions, *view.restorations)
    sure = [one for one in spells if one.since.days.begun_by(on) is Sure.YES]
    maybe = [one for one in spells if one.since.days.begun_by(on) is Sure.PERHAPS]
    if sure:
        return _spell_state(max(sure, key=_order), "", spells)
    if maybe:
        return _spell_state(max(maybe, key=_order), "perhaps-", spells)
    begun = view.established.days.begun_by(on) if view.established else Sure.PERHAPS
    if view.established is not None and begun is Sure.NO:
        words = f"that came {day_words(view.established.days)}"
        return State(
            kind="not-yet", label="not yet established", words=words, cites=view.established.cites
        )
    if view.cites and all(cite.force is Force.SIGNED for cite in view.cites):
        return _signed_state(view, on)
    last = _last_event(view, on)
    words = f"last event on record: {last}" if last else "no event on record by then"
    if view.established is not None and not last:
        words += f"; established {day_words(view.established.days)}"
    return State(kind=UNKNOWN, label="unknown", words=words, cites=())


def _order(one: Spell) -> tuple[date, bool]:
    days = one.since.days
    return days.latest or days.earliest or date.min, isinstance(one.assertion, Restoration)


def _spell_state(one: Spell, doubt: str, spells: Iterable[Spell]) -> State:
    said = one.assertion
    assert isinstance(said, Suspension | Restoration)
    kind = "suspended" if isinstance(said, Suspension) else "restored"
    verb = said.word or kind
    part = " in part" if said.extent is Extent.PART else ""
    label = f"perhaps {verb}{part}" if doubt else f"{verb}{part}"
    by = f"by {', '.join(said.by)}" if said.by else "by whom is not said"
    same = [each for each in spells if type(each.assertion) is type(said)]
    cites = unique(cite for each in [one, *same] for cite in each.since.cites)
    since = one.since.days.words()
    words = f"{by}; since {since}" if one.since.days.known else f"{by}; since when is not said"
    return State(kind=f"{doubt}{kind}", label=label, words=words, cites=cites)


def _signed_state(view: StandingView, on: date) -> State:
    told = [one for one in view.conditions if one.since.days.begun_by(on) is Sure.YES]
    if not told:
        return State(
            kind="not-yet", label="not yet proposed", words="nobody had by then", cites=view.cites
        )
    if view.established is None:
        last = told[-1]
        words = getattr(last.assertion, "words", "")
        return State(kind="proposed", label="not agreed", words=words, cites=last.since.cites)
    if len(told) > 1 and not getattr(told[-1].assertion, "words", "").startswith("accepted"):
        words = getattr(told[-1].assertion, "words", "")
        return State(kind="ended", label="ended", words=words, cites=told[-1].since.cites)
    words = f"agreed {day_words(view.established.days)}; no suspension is signed"
    return State(kind="open", label="open", words=words, cites=view.established.cites)


def _last_event(view: StandingView, on: date) -> str:
    events = [one.held.days for one in view.rounds if one.held]
    events += [
        one.days.days
        for one in view.contacts
        if any(result is Result.HELD for result, _ in one.results)
    ]
    past = [days for days in events if days.begun_by(on) is Sure.YES]
    newest = max(past, key=lambda days: days.earliest or days.latest or on, default=None)
    return day_words(newest) if newest else ""
