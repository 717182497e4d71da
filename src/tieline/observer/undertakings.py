"""Undertakings: frameworks, joint texts, commitments and preconditions, each with its stages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tieline.days import Days
from tieline.observer.assertion import Commitment, Framework, Precondition, Text
from tieline.observer.claims import Cite, Claim, Settled, settle, told, unique
from tieline.observer.meetings import NEVER
from tieline.observer.offices import event_days
from tieline.observer.vocabulary import Demand, Draft, Outcome, Stage

if TYPE_CHECKING:
    from tieline.observer.picture import Picture, Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """A stage that a framework is said to have reached, and by or of which sides."""

    stage: Stage
    by: tuple[str, ...]
    days: Days
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkView:
    """A framework and the stages reported of it."""

    key: str
    name: str
    stages: tuple[StageView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A stage that a joint text is said to have reached, and through whom."""

    stage: Draft
    by: tuple[str, ...]
    days: Days
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class TextView:
    """A joint text; ``of`` is the key of the round, framework or commitment that it is for."""

    key: str
    name: str
    of: str | None
    stages: tuple[DraftView, ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeView:
    """What one side, or a source itself (``side`` None), says became of a commitment.

    Of a renewal ``due`` and ``condition`` are the new ones.
    """

    outcome: Outcome
    side: str | None
    days: Days
    due: Days | None
    condition: str | None
    evidence: str | None
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentView:
    """An undertaking as reported.

    ``due`` is as first undertaken; ``outcomes`` keep every side's view apart, renewals are beside
    them. ``outcome`` is set when all who say what became of it say the same.
    """

    key: str
    what: str
    by: tuple[str, ...]
    made: Settled
    due: Settled | None
    outcome: Outcome | None
    cites: tuple[Cite, ...]
    conditions: tuple[tuple[str, Cite], ...] = ()
    evidence: tuple[tuple[str, Cite], ...] = ()
    outcomes: tuple[OutcomeView, ...] = ()
    renewals: tuple[OutcomeView, ...] = ()
    at: str | None = None
    lines: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandView:
    """What is said of a precondition, through whom; ``stage`` None where none is said."""

    stage: Demand | None
    by: tuple[str, ...]
    days: Days
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class PreconditionView:
    """Something demanded before ``of`` goes on; ``by`` are those said to demand it."""

    key: str
    of: str | None
    words: str
    by: tuple[str, ...]
    measure: str | None
    steps: tuple[DemandView, ...]
    cites: tuple[Cite, ...]


def frameworks(picture: Picture) -> tuple[FrameworkView, ...]:
    """Every framework with the stages reported of it."""
    return tuple(picture.view(framework_view, key) for key in picture.things(Framework))


def framework_view(sight: Sight, key: str) -> FrameworkView:
    """One framework, for `Picture.view`."""
    claims = sight.about(Framework, key)
    stages = tuple(
        StageView(stage=c.assertion.stage, by=c.assertion.by, days=c.days(None), cite=c.cite)
        for c in claims
    )
    name = told(c.assertion.name for c in claims)
    return FrameworkView(key=key, name=name or key, stages=stages)


def texts(picture: Picture) -> tuple[TextView, ...]:
    """Every joint text with the stages reported of it."""
    return tuple(picture.view(text_view, key) for key in picture.things(Text))


def text_view(sight: Sight, key: str) -> TextView:
    """One joint text, for `Picture.view`."""
    claims = sight.about(Text, key)
    return TextView(
        key=key,
        name=told(c.assertion.name for c in claims) or key,
        of=min((sight.key(c.assertion.of) for c in claims if c.assertion.of), default=None),
        stages=tuple(
            DraftView(stage=c.assertion.stage, by=c.assertion.by, days=c.days(None), cite=c.cite)
            for c in claims
            if c.assertion.stage
        ),
        cites=unique(c.cite for c in claims),
    )


def commitments(picture: Picture) -> tuple[CommitmentView, ...]:
    """Every commitment."""
    return picture.once(_commitments)


def _commitments(picture: Picture) -> tuple[CommitmentView, ...]:
    return tuple(picture.view(commitment_view, key) for key in picture.things(Commitment))


def commitment_view(sight: Sight, key: str) -> CommitmentView:
    """One commitment, for `Picture.view`."""
    claims = sight.about(Commitment, key)
    first = [c for c in claims if c.assertion.outcome is not Outcome.RENEWED]
    made = made_days(sight, claims)
    views = [_outcome(c, c.assertion.outcome) for c in claims if c.assertion.outcome]
    outcomes = tuple(one for one in views if one.outcome is not Outcome.RENEWED)
    said = {one.outcome for one in outcomes}
    return CommitmentView(
        key=key,
        what=told(c.assertion.what for c in claims) or key,
        by=unique(by for c in claims for by in c.assertion.by),
        made=made or NEVER,
        due=settle((c.assertion.due, c.cite) for c in first if c.assertion.due),
        outcome=said.pop() if len(said) == 1 else None,
        cites=unique(c.cite for c in claims),
        conditions=tuple((c.assertion.condition, c.cite) for c in first if c.assertion.condition),
        evidence=tuple((c.assertion.evidence, c.cite) for c in claims if c.assertion.evidence),
        outcomes=outcomes,
        renewals=tuple(one for one in views if one.outcome is Outcome.RENEWED),
        at=min((sight.key(c.assertion.at) for c in claims if c.assertion.at), default=None),
    )


def made_days(sight: Sight, claims: list[Claim[Commitment]]) -> Settled | None:
    """When a commitment was made: as its reports say, narrowed by the days of where it was made."""
    making = [c for c in claims if not c.assertion.outcome]
    told = settle((c.days(None), c.cite) for c in making if not c.cite.inferred)
    keys = {sight.key(c.assertion.at) for c in making if c.assertion.at}
    held = settle(pair for key in sorted(keys) for pair in event_days(sight, key))
    if told is None or held is None:
        return told
    days = told.days.meet(held.days)
    if days is None or days.same_ends(told.days):
        return told
    return Settled(days=days, cites=unique([*told.cites, *held.cites]))


def _outcome(claim: Claim[Commitment], outcome: Outcome) -> OutcomeView:
    one = claim.assertion
    return OutcomeView(
        outcome=outcome,
        side=one.side,
        days=claim.days(None),
        due=one.due,
        condition=one.condition,
        evidence=one.evidence,
        cite=claim.cite,
    )


def preconditions(picture: Picture) -> tuple[PreconditionView, ...]:
    """Every precondition with what became of it."""
    return tuple(picture.view(precondition_view, key) for key in picture.things(Precondition))


def precondition_view(sight: Sight, key: str) -> PreconditionView:
    """One precondition, for `Picture.view`. That somebody named it only a stage says."""
    claims = sight.about(Precondition, key)
    named = [c for c in claims if c.assertion.stage in {None, Demand.NAMED}]
    return PreconditionView(
        key=key,
        of=min((sight.key(c.assertion.of) for c in claims if c.assertion.of), default=None),
        words=told(c.assertion.words for c in claims) or key,
        by=unique(by for c in named for by in c.assertion.by),
        measure=min(
            (sight.key(c.assertion.measure) for c in claims if c.assertion.measure), default=None
        ),
        steps=tuple(
            DemandView(
                stage=c.assertion.stage,
                by=c.assertion.by,
                days=c.days(None),
                cite=c.cite,
            )
            for c in claims
        ),
        cites=unique(c.cite for c in claims),
    )
