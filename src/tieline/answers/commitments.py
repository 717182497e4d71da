"""Commitments: what was undertaken, by whom and by when, and what each side says became of it."""

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
    merges,
    named,
    settled,
)
from tieline.days import Days
from tieline.observer.assertion import Commitment
from tieline.observer.claims import unique
from tieline.observer.undertakings import made_days

if TYPE_CHECKING:
    from datetime import date

    from tieline.observer.claims import Cite, Claim, Settled
    from tieline.observer.picture import Picture, Sight
    from tieline.observer.vocabulary import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTold:
    """One report of what became of a commitment; ``side`` None is the source's own view.

    ``due`` and ``condition`` are those that a renewal sets.
    """

    side: str | None
    outcome: Outcome
    days: Days
    due: Days | None
    condition: str | None
    evidence: str | None
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentBrief:
    """One undertaking as reported; ``owners`` holds each reported set of owners.

    ``due`` is the first date set: renewals keep theirs among ``outcomes``.
    """

    thing: Named
    what: tuple[Told[str], ...]
    owners: tuple[Told[str], ...]
    made: Settled | None
    at: tuple[Told[Named], ...]
    due: Settled | None
    conditions: tuple[Told[str], ...]
    evidence: tuple[Told[str], ...]
    outcomes: tuple[OutcomeTold, ...]
    unknown: tuple[str, ...]
    cites: tuple[Cite, ...]


def commitments_of(
    picture: Picture, *, known_on: date | None = None
) -> tuple[CommitmentBrief, ...]:
    """Every commitment, in the order of filing."""
    seen = as_known(picture, known_on)
    return tuple(seen.view(_commitment, key) for key in seen.things(Commitment))


def commitment_of(picture: Picture, key: str, *, known_on: date | None = None) -> CommitmentBrief:
    """One commitment.

    Raises:
        UsageError: none has that key.
    """
    seen = as_known(picture, known_on)
    return seen.view(_commitment, find(seen, key, Commitment))


def commitments_at(picture: Picture, at: str) -> tuple[CommitmentBrief, ...]:
    """The commitments reported as made at a round or contact."""
    shown = picture.key(at)
    return tuple(
        picture.view(_commitment, key)
        for key in picture.referring(shown, Commitment)
        if shown
        in {picture.key(c.assertion.at) for c in picture.about(Commitment, key) if c.assertion.at}
    )


def _commitment(picture: Sight, key: str) -> CommitmentBrief:
    claims = picture.about(Commitment, key)
    making = [c for c in claims if c.assertion.outcome is None]
    at = given_things(picture, claims, lambda one: one.at)
    made = made_days(picture, claims)
    due = settled(making, lambda one: one.due)
    owners = each_side(making)
    conditions = given(making, lambda one: one.condition)
    unknown = [
        name
        for name, value in (
            ("owner", owners),
            ("made on", made and made.days.known),
            ("due day or condition", due or conditions),
        )
        if not value
    ]
    return CommitmentBrief(
        thing=named(picture, key),
        what=given(claims, lambda one: one.what),
        owners=owners,
        made=made,
        at=at,
        due=due,
        conditions=conditions,
        evidence=given(claims, lambda one: one.evidence),
        outcomes=_outcomes(claims),
        unknown=tuple(unknown),
        cites=unique([*cites_of(claims), *merges(picture, key)]),
    )


def _outcomes(claims: list[Claim[Commitment]]) -> tuple[OutcomeTold, ...]:
    told = [
        OutcomeTold(
            side=c.assertion.side,
            outcome=c.assertion.outcome,
            days=c.happened or Days(),
            due=c.assertion.due,
            condition=c.assertion.condition,
            evidence=c.assertion.evidence,
            cites=(c.cite,),
        )
        for c in claims
        if c.assertion.outcome is not None
    ]
    return tuple(sorted(told, key=lambda one: one.days.sort_key()))
