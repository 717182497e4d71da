"""Conditions: who said that something is a condition, in what force, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tieline.answers.told import (
    Named,
    Told,
    as_known,
    cites_of,
    each_side,
    find,
    given,
    given_things,
    named,
    statements_by_id,
)
from tieline.observer.assertion import Contact, Precondition
from tieline.observer.claims import unique
from tieline.observer.statement import Force
from tieline.observer.vocabulary import Demand, Result

if TYPE_CHECKING:
    from datetime import date

    from tieline.days import Days
    from tieline.observer.claims import Cite, Claim
    from tieline.observer.picture import Picture
    from tieline.observer.statement import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionSaid:
    """One passage on a condition: what it says of its stage, who speaks and in what force.

    ``stage`` is None where no stage is said: that something may be a condition names it nowhere.
    ``force`` is None for an inference; ``speaker`` None where the report itself speaks. ``by`` is
    whose demand it is said to be, which need not be the speaker's side.
    """

    stage: Demand | None
    by: tuple[str, ...]
    speaker: str | None
    force: Force | None
    author: str | None
    words: str | None
    days: Days
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionAnswer:
    """One condition with all that is said of it, oldest first.

    ``of`` is what is to wait for it. ``unknown`` names what no passage says.
    """

    thing: Named
    of: tuple[Told[Named], ...]
    words: tuple[Told[str], ...]
    by: tuple[Told[str], ...]
    measure: tuple[Told[Named], ...]
    said: tuple[ConditionSaid, ...]
    forces: tuple[Force, ...]
    unknown: tuple[str, ...]
    cites: tuple[Cite, ...]


def conditions(
    picture: Picture,
    of: str | None = None,
    *,
    side: str | None = None,
    known_on: date | None = None,
) -> tuple[ConditionAnswer, ...]:
    """Every condition, or those named for one thing (``of``) or by one side.

    Terms on which a contact was accepted or refused are conditions too.

    Raises:
        UsageError: nothing is reported under the key ``of``.
    """
    seen = as_known(picture, known_on)
    found = [
        _condition(seen, key, list(seen.about(Precondition, key)))
        for key in seen.things(Precondition)
    ]
    found += [
        _terms(seen, key, terms) for key in seen.things(Contact) if (terms := _own_terms(seen, key))
    ]
    wanted = seen.key(of) if of is not None else None
    if wanted is not None and not seen.kinds(wanted):
        find(seen, wanted)
    return tuple(
        one
        for one in found
        if (wanted is None or _is_about(one, wanted))
        and (side is None or side in {told.value for told in one.by})
    )


def _is_about(one: ConditionAnswer, key: str) -> bool:
    return key in {one.thing.key, *(told.value.key for told in one.of)}


def _condition(picture: Picture, key: str, claims: list[Claim[Precondition]]) -> ConditionAnswer:
    by_id = statements_by_id(picture, (c.cite.id for c in claims))
    said = [
        _said(
            claim,
            by_id.get(claim.cite.id),
            stage=claim.assertion.stage,
            by=claim.assertion.by,
            words=claim.assertion.words,
        )
        for claim in claims
    ]
    of = given_things(picture, claims, lambda one: one.of)
    by = each_side(claims)
    return ConditionAnswer(
        thing=named(picture, key),
        of=of,
        words=given(claims, lambda one: one.words),
        by=by,
        measure=given_things(picture, claims, lambda one: one.measure),
        said=tuple(sorted(said, key=lambda one: one.days.sort_key())),
        forces=unique(c.cite.force for c in claims if c.cite.force),
        unknown=tuple(
            name for name, value in (("whose demand", by), ("for what", of)) if not value
        ),
        cites=cites_of(claims),
    )


def _said(
    claim: Claim[Precondition] | Claim[Contact],
    statement: Statement | None,
    *,
    stage: Demand | None,
    by: tuple[str, ...] = (),
    words: str | None,
) -> ConditionSaid:
    days, cite = claim.when()
    return ConditionSaid(
        stage=stage,
        by=by,
        speaker=statement.speaker if statement else None,
        force=cite.force,
        author=cite.author,
        words=words or (statement.text if statement else None),
        days=days,
        cite=cite,
    )


def _own_terms(picture: Picture, key: str) -> list[Claim[Contact]]:
    """What is reported as terms of a contact.

    On a line a party names its conditions one by one, and its other words are no conditions.
    """
    return [
        c
        for c in picture.about(Contact, key)
        if c.assertion.terms
        and c.cite.force is not Force.SIGNED
        and c.assertion.result is not Result.UNANSWERED
    ]


def _terms(picture: Picture, key: str, claims: list[Claim[Contact]]) -> ConditionAnswer:
    by_id = statements_by_id(picture, (c.cite.id for c in claims))
    thing = named(picture, key)
    said = [
        _said(
            c,
            by_id.get(c.cite.id),
            stage=Demand.NAMED if c.assertion.result is Result.CONDITIONAL else None,
            words=c.assertion.terms,
        )
        for c in claims
    ]
    cites = cites_of(claims)
    return ConditionAnswer(
        thing=thing,
        of=(Told(value=thing, cites=cites),),
        words=given(claims, lambda one: one.terms),
        by=(),
        measure=(),
        said=tuple(sorted(said, key=lambda one: one.days.sort_key())),
        forces=unique(c.cite.force for c in claims if c.cite.force),
        unknown=("whose demand",),
        cites=cites,
    )
