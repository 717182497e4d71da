"""Standstill: why a mechanism or channel stood still, as it is said, with force and inference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tieline.answers.causes import CauseTold, are_causes, causes_of
from tieline.answers.conditions import ConditionAnswer, conditions
from tieline.answers.contacts import ContactAnswer, contacts_of
from tieline.answers.rounds import RoundStep, rounds_named, rounds_of
from tieline.answers.told import Named, Told, as_known, cites_of, find, given, named, settled
from tieline.days import Days
from tieline.observer.assertion import (
    Cause,
    Channel,
    Condition,
    Contact,
    Mechanism,
    Restoration,
    Round,
    Seat,
    Suspension,
)
from tieline.observer.claims import refine, settle, unique
from tieline.observer.discrepancy import Discrepancy, discrepancies_at
from tieline.observer.rule import surely_before
from tieline.observer.vocabulary import Extent, Result

if TYPE_CHECKING:
    from datetime import date

    from tieline.observer.claims import Cite, Claim, Settled
    from tieline.observer.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class SpellTold:
    """A suspension, restoration or reported condition; ``by`` empty when by whom is not said.

    ``reasons_are_causes`` if they only repeat what the same items name as causes.
    """

    what: str
    by: tuple[str, ...]
    extent: Extent | None
    word: str | None
    since: Settled
    reasons: tuple[Told[str], ...]
    cites: tuple[Cite, ...]
    reasons_are_causes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """A round that was put off, declined or cancelled, and what is said of it."""

    round: Named
    step: RoundStep


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyTold:
    """A seat said to be vacant, and what ties it to the thing: never that it is a cause."""

    seat: Named
    tied_by: tuple[str, ...]
    start: Settled | None
    end: Settled | None
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandstillAnswer:
    """Everything reported that bears on a standstill; the order claims no causation.

    ``discrepancies`` are those of the thing, of its rounds and contacts, and of what is named as a
    cause.
    """

    thing: Named
    suspensions: tuple[SpellTold, ...]
    restorations: tuple[SpellTold, ...]
    reported: tuple[SpellTold, ...]
    causes: tuple[CauseTold, ...]
    conditions: tuple[ConditionAnswer, ...]
    put_off: tuple[PutOff, ...]
    refused: tuple[ContactAnswer, ...]
    vacancies: tuple[VacancyTold, ...]
    discrepancies: tuple[Discrepancy, ...]
    unknown: tuple[str, ...]


def why(picture: Picture, key: str, *, known_on: date | None = None) -> StandstillAnswer:
    """Why a mechanism or channel stood still.

    Raises:
        UsageError: no mechanism or channel has that key.
    """
    seen = as_known(picture, known_on)
    shown = seen.key(key)
    if not rounds_named(seen, shown) and not contacts_of(seen, shown):
        shown = find(seen, key, Mechanism, Channel, Suspension, Restoration, Condition)
    suspensions = spells(seen, shown, Suspension)
    restorations = spells(seen, shown, Restoration)
    own_rounds = rounds_of(seen, shown) if rounds_named(seen, shown) else ()
    about = [shown, *(one.thing.key for one in own_rounds)]
    about += [one.thing.key for one in contacts_of(seen, shown)]
    causes = tuple(cause for each in about for cause in causes_of(seen, each))
    put_off = tuple(
        PutOff(round=one.thing, step=step)
        for one in own_rounds
        for step in one.steps
        if step.what in {"postponed", "declined", "cancelled"}
    )
    both = (*suspensions, *restorations)
    unknown = [f"{one.what} by whom" for one in both if not one.by]
    unknown += [f"{one.what} since when" for one in both if not one.since.days.known]
    if (suspensions or put_off) and not causes and not any(s.reasons for s in suspensions):
        unknown.append("cause")
    unknown += [
        f"{each.round.key} {each.step.what} by whom" for each in put_off if not each.step.by
    ]
    return StandstillAnswer(
        thing=named(seen, shown),
        suspensions=suspensions,
        restorations=restorations,
        reported=spells(seen, shown, Condition),
        causes=causes,
        conditions=conditions(seen, shown),
        put_off=put_off,
        refused=_refused(seen, shown),
        vacancies=_vacancies(seen, shown, about),
        discrepancies=discrepancies_at(seen, [*about, *_because(seen, about)]),
        unknown=unique(unknown),
    )


NOT_HELD: Final = frozenset({Result.REBUFFED, Result.REFUSED, Result.UNANSWERED, Result.CANCELLED})


def _refused(picture: Picture, key: str) -> tuple[ContactAnswer, ...]:
    return tuple(
        one
        for one in contacts_of(picture, key)
        if any(told.value in NOT_HELD for told in one.results)
    )


def _vacancies(picture: Picture, key: str, about: list[str]) -> tuple[VacancyTold, ...]:
    """Vacant seats that the thing depends on, by what ties them to it."""
    offices = {
        (one.party, one.value)
        for claim in picture.about(Mechanism, key)
        for one in claim.assertion.offices
    }
    causes = set(_because(picture, about))
    found = []
    for seat in unique(c.assertion.thing for c in picture.of(Seat) if c.assertion.vacant):
        claims = picture.about(Seat, seat)
        own = {(c.assertion.party, c.assertion.office) for c in claims}
        vacant = [c for c in claims if c.assertion.vacant]
        start = settled(vacant, lambda one: one.start)
        end = settled(vacant, lambda one: one.end)
        ties = ["named as a cause"] if seat in causes else []
        ties += ["an office of it"] if own & offices else []
        ties += _seated_opposite(picture, seat, about, (start, end))
        if ties:
            found.append(
                VacancyTold(
                    seat=named(picture, seat),
                    tied_by=tuple(ties),
                    start=start,
                    end=end,
                    cites=cites_of(vacant),
                )
            )
    return tuple(found)


def _because(picture: Picture, about: list[str]) -> list[str]:
    """The keys of all that is named as a cause of one of these things."""
    named_so = [c.assertion.because for each in about for c in picture.about(Cause, each)]
    return [picture.key(key) for key in named_so if key]


def _seated_opposite(
    picture: Picture, seat: str, about: list[str], span: tuple[Settled | None, Settled | None]
) -> list[str]:
    """The seats opposite a vacant one whose holders were at a meeting of these while it was vacant.

    A meeting on days that nobody gives is tied to no vacancy by them.
    """
    claims = picture.about(Seat, seat)
    facing = [picture.key(c.assertion.counterpart) for c in claims if c.assertion.counterpart]
    facing += [
        other
        for other in picture.referring(seat, Seat)
        for c in picture.about(Seat, other)
        if c.assertion.counterpart and picture.key(c.assertion.counterpart) == seat
    ]
    return [
        f"opposite it, {named(picture, other).name} was at {named(picture, at).name} in that time"
        for other in unique(facing)
        for at in unique(
            picture.key(c.assertion.at) for c in picture.about(Seat, other) if c.assertion.at
        )
        if at in about and _in_that_time(_when_met(picture, at), *span)
    ]


def _when_met(picture: Picture, key: str) -> Days:
    held = settled(picture.about(Round, key), lambda one: one.held)
    met = settled(picture.about(Contact, key), lambda one: one.days)
    found = held or met
    return found.days if found else Days()


def _in_that_time(days: Days, start: Settled | None, end: Settled | None) -> bool:
    if not days.known:
        return False
    first, last = start.days if start else Days(), end.days if end else Days()
    begins_later = surely_before(days, first)
    return not begins_later and not surely_before(last, days)


def spells(
    picture: Picture, key: str, kind: type[Suspension | Restoration | Condition]
) -> tuple[SpellTold, ...]:
    """Each report of a spell on its own, with the inferences drawn from it; oldest first."""
    found = []
    for group in refine(picture.about(kind, key)):
        since = settle((c.days(c.assertion.since), c.cite) for c in group)
        if since is None:
            continue
        spell = _spell(group, since)
        if spell.reasons:
            again = are_causes(spell.reasons, causes_of(picture, key))
            spell = replace(spell, reasons_are_causes=again)
        found.append(spell)
    return tuple(sorted(found, key=lambda one: one.since.days.sort_key()))


def _spell(group: list[Claim[Suspension | Restoration | Condition]], since: Settled) -> SpellTold:
    first = group[0].assertion
    reasons = given(group, lambda one: one.reason if isinstance(one, Suspension) else None)
    cites = unique([*cites_of(group), *since.cites])
    if isinstance(first, Condition):
        return SpellTold(
            what=first.words,
            by=(),
            extent=None,
            word=None,
            since=since,
            reasons=reasons,
            cites=cites,
        )
    return SpellTold(
        what="suspended" if isinstance(first, Suspension) else "restored",
        by=unique(
            by for c in group if not isinstance(c.assertion, Condition) for by in c.assertion.by
        ),
        extent=first.extent,
        word=first.word,
        since=since,
        reasons=reasons,
        cites=cites,
    )


__all__ = [
    "CauseTold",
    "PutOff",
    "SpellTold",
    "StandstillAnswer",
    "VacancyTold",
    "causes_of",
    "spells",
    "why",
]
