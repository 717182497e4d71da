"""Contacts: meetings, calls and letters outside of rounds, sought by whom and with what outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tieline.answers.rounds import Present, present_at
from tieline.answers.told import (
    Named,
    OfParty,
    Told,
    as_known,
    by_party,
    cites_of,
    each_side,
    find,
    given,
    merges,
    named,
)
from tieline.days import Days
from tieline.observer.assertion import Contact
from tieline.observer.claims import settle, unique
from tieline.observer.vocabulary import Result, Way

if TYPE_CHECKING:
    from datetime import date

    from tieline.observer.claims import Cite, Settled
    from tieline.observer.picture import Picture, Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAnswer:
    """One contact. ``by`` is who sought it; ``results`` may hold several, each with its cites.

    ``merged_by`` says that reports under several keys are of one contact.
    """

    thing: Named
    ways: tuple[Told[Way], ...]
    results: tuple[Told[Result], ...]
    by: tuple[Told[str], ...]
    who: tuple[OfParty, ...]
    level: tuple[Told[str], ...]
    days: Settled | None
    place: tuple[Told[str], ...]
    length_min: tuple[Told[int], ...]
    terms: tuple[Told[str], ...]
    present: tuple[Present, ...]
    unknown: tuple[str, ...]
    cites: tuple[Cite, ...]
    merged_by: tuple[Cite, ...] = ()


def contacts_of(
    picture: Picture, key: str | None = None, *, known_on: date | None = None
) -> tuple[ContactAnswer, ...]:
    """The contacts of a channel, or all of them, in the order of days."""
    seen = as_known(picture, known_on)
    shown = seen.key(key) if key is not None else None
    keys = [
        each
        for each in (seen.things(Contact) if shown is None else seen.referring(shown, Contact))
        if shown is None
        or shown in {seen.key(c.assertion.of) for c in seen.about(Contact, each) if c.assertion.of}
    ]
    found = [seen.view(_contact, each) for each in keys]
    return tuple(sorted(found, key=lambda one: (one.days.days if one.days else Days()).sort_key()))


def contact_of(picture: Picture, key: str, *, known_on: date | None = None) -> ContactAnswer:
    """One contact.

    Raises:
        UsageError: none has that key.
    """
    seen = as_known(picture, known_on)
    return seen.view(_contact, find(seen, key, Contact))


def _contact(seen: Sight, key: str) -> ContactAnswer:
    claims = seen.about(Contact, key)
    sought = each_side(claims)
    days = settle(
        (c.days(c.assertion.days), c.cite)
        for c in claims
        if c.assertion.days or (not c.cite.inferred and c.happened)
    )
    results = given(claims, lambda one: one.result)
    return ContactAnswer(
        thing=named(seen, key),
        ways=given(claims, lambda one: one.way),
        results=results,
        by=sought,
        who=by_party(claims, lambda one: one.who),
        level=given(claims, lambda one: one.level),
        days=days,
        place=given(claims, lambda one: one.place),
        length_min=given(claims, lambda one: one.length_min),
        terms=given(claims, lambda one: one.terms),
        present=present_at(seen, key),
        unknown=tuple(
            name
            for name, value in (
                ("outcome", results),
                ("whether it was held", {told.value for told in results} - AHEAD or not results),
                ("day", days and days.days.known),
                ("sought by whom", sought),
            )
            if not value
        ),
        cites=unique([*cites_of(claims), *merges(seen, key)]),
        merged_by=merges(seen, key),
    )


AHEAD: Final = frozenset({Result.PLANNED, Result.POSSIBLE})
"""What is said of a contact before it: whether it came to be, it leaves open."""
