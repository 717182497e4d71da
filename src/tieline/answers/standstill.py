"""Standstill: why a mechanism or channel stood still, as it is said, with force and inference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tieline.answers.conditions import ConditionAnswer, conditions
from tieline.answers.rounds import RoundStep, rounds_of
from tieline.answers.told import Named, Told, as_known, cites_of, find, given, named
from tieline.observer.assertion import (
    Cause,
    Channel,
    Condition,
    Contact,
    Mechanism,
    Restoration,
    Round,
    Suspension,
)
from tieline.observer.claims import refine, settle, unique
from tieline.observer.vocabulary import Extent, Result

if TYPE_CHECKING:
    from datetime import date

    from tieline.observer.claims import Cite, Claim, Settled
    from tieline.observer.picture import Picture
    from tieline.observer.statement import Force


@dataclass(frozen=True, slots=True, kw_only=True)
class SpellTold:
    """A suspension, restoration or reported condition; ``by`` empty when by whom is not said."""

    what: str
    by: tuple[str, ...]
    extent: Extent | None
    word: str | None
    since: Settled
    reasons: tuple[Told[str], ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseTold:
    """One cause as it is said: of what, the thing that is the cause or the words for it.

    ``forces`` is empty, and ``inferred`` true, when only an observer concludes it.
    """

    of: Named
    because: Named | None
    words: str | None
    forces: tuple[Force, ...]
    inferred: bool
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """A round that was put off, declined or cancelled, and what is said of it."""

    round: Named
    step: RoundStep


@dataclass(frozen=True, slots=True, kw_only=True)
class StandstillAnswer:
    """Everything reported that bears on a standstill; the order claims no causation."""

    thing: Named
    suspensions: tuple[SpellTold, ...]
    restorations: tuple[SpellTold, ...]
    reported: tuple[SpellTold, ...]
    causes: tuple[CauseTold, ...]
    conditions: tuple[ConditionAnswer, ...]
    put_off: tuple[PutOff, ...]
    refused: tuple[Named, ...]
    unknown: tuple[str, ...]


def why(picture: Picture, key: str, *, known_on: date | None = None) -> StandstillAnswer:
    """Why a mechanism or channel stood still.

    Raises:
        UsageError: no mechanism or channel has that key.
    """
    seen = as_known(picture, known_on)
    shown = find(seen, key, Mechanism, Channel, Suspension, Restoration, Condition)
    suspensions = spells(seen, shown, Suspension)
    own_rounds = rounds_of(seen, shown) if _has_rounds(seen, shown) else ()
    about = [shown, *(one.thing.key for one in own_rounds)]
    causes = tuple(cause for each in about for cause in causes_of(seen, each))
    put_off = tuple(
        PutOff(round=one.thing, step=step)
        for one in own_rounds
        for step in one.steps
        if step.what in {"postponed", "declined", "cancelled"}
    )
    unknown = [f"{one.what} by whom" for one in suspensions if not one.by]
    unknown += [f"{one.what} since when" for one in suspensions if not one.since.days.known]
    if (suspensions or put_off) and not causes and not any(s.reasons for s in suspensions):
        unknown.append("cause")
    unknown += [
        f"{each.round.key} {each.step.what} by whom" for each in put_off if not each.step.by
    ]
    return StandstillAnswer(
        thing=named(seen, shown),
        suspensions=suspensions,
        restorations=spells(seen, shown, Restoration),
        reported=spells(seen, shown, Condition),
        causes=causes,
        conditions=conditions(seen, shown),
        put_off=put_off,
        refused=_refused(seen, shown),
        unknown=unique(unknown),
    )


def _has_rounds(picture: Picture, key: str) -> bool:
    return any(c.assertion.of and picture.key(c.assertion.of) == key for c in picture.of(Round))


def _refused(picture: Picture, key: str) -> tuple[Named, ...]:
    no = {Result.REBUFFED, Result.REFUSED, Result.UNANSWERED, Result.CANCELLED}
    keys = unique(
        picture.key(c.assertion.thing)
        for c in picture.of(Contact)
        if c.assertion.of and picture.key(c.assertion.of) == key
    )
    return tuple(
        named(picture, each)
        for each in keys
        if any(c.assertion.result in no for c in picture.about(Contact, each))
    )


def spells(
    picture: Picture, key: str, kind: type[Suspension | Restoration | Condition]
) -> tuple[SpellTold, ...]:
    """Each report of a spell on its own, with the inferences drawn from it; oldest first."""
    found = []
    for group in refine(picture.about(kind, key)):
        since = settle((c.days(c.assertion.since), c.cite) for c in group)
        if since is None:
            continue
        found.append(_spell(group, since))
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


def causes_of(picture: Picture, key: str) -> tuple[CauseTold, ...]:
    """What is said to be the cause of something: equal ones together, with every force."""
    groups: dict[tuple[str | None, str | None], list[Claim[Cause]]] = {}
    for claim in picture.about(Cause, key):
        one = claim.assertion
        because = picture.key(one.because) if one.because else None
        groups.setdefault((because, one.words), []).append(claim)
    return tuple(
        CauseTold(
            of=named(picture, key),
            because=named(picture, because) if because else None,
            words=words,
            forces=unique(c.cite.force for c in claims if c.cite.force),
            inferred=all(c.cite.inferred for c in claims),
            cites=cites_of(claims),
        )
        for (because, words), claims in groups.items()
    )
