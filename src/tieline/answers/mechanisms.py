"""Mechanisms and channels: what is reported of one, all together, each part with its citations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tieline.answers.commitments import CommitmentBrief
from tieline.answers.conditions import ConditionAnswer, conditions
from tieline.answers.contacts import ContactAnswer, contacts_of
from tieline.answers.mandates import Tied, mandates
from tieline.answers.rounds import RoundAnswer, rounds_named, rounds_of
from tieline.answers.standstill import CauseTold, SpellTold, causes_of, spells
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
    given_things,
    named,
    settled,
)
from tieline.days import Days
from tieline.observer.assertion import (
    Channel,
    Condition,
    Contact,
    Mechanism,
    Restoration,
    Round,
    Suspension,
    Text,
)
from tieline.observer.claims import unique
from tieline.observer.vocabulary import Draft

if TYPE_CHECKING:
    from datetime import date

    from tieline.observer.claims import Cite, Settled
    from tieline.observer.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAnswer:
    """A joint text and each stage that it is said to have reached, by or of which sides."""

    thing: Named
    of: tuple[Told[Named], ...]
    stages: tuple[TextStage, ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStage:
    """One reported stage of a joint text."""

    stage: Draft
    by: tuple[str, ...]
    days: Days
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MechanismAnswer:
    """A mechanism or channel. ``unknown`` names the fields of which nobody says anything."""

    thing: Named
    established: Settled | None
    place: tuple[Told[str], ...]
    by: tuple[Told[str], ...]
    subject: tuple[Told[str], ...]
    mandate: tuple[Told[str], ...]
    levels: tuple[OfParty, ...]
    offices: tuple[OfParty, ...]
    rhythm: tuple[Told[str], ...]
    rounds: tuple[RoundAnswer, ...]
    contacts: tuple[ContactAnswer, ...]
    suspensions: tuple[SpellTold, ...]
    restorations: tuple[SpellTold, ...]
    reported: tuple[SpellTold, ...]
    causes: tuple[CauseTold, ...]
    conditions: tuple[ConditionAnswer, ...]
    texts: tuple[TextAnswer, ...]
    commitments: tuple[CommitmentBrief, ...]
    up: tuple[Tied, ...]
    down: tuple[Tied, ...]
    unknown: tuple[str, ...]
    cites: tuple[Cite, ...]


def standing_keys(picture: Picture) -> tuple[str, ...]:
    """Every mechanism and channel, mechanisms first, in the order of filing."""
    kinds = (Mechanism, Channel, Suspension, Restoration, Condition)
    keys = [key for kind in kinds for key in picture.things(kind)]
    keys += [picture.key(c.assertion.of) for c in picture.of(Round) if c.assertion.of]
    keys += [picture.key(c.assertion.of) for c in picture.of(Contact) if c.assertion.of]
    return unique(keys)


def mechanism(picture: Picture, key: str, *, known_on: date | None = None) -> MechanismAnswer:
    """One mechanism or channel with all that hangs on it.

    Raises:
        UsageError: nothing is reported of one under that key.
    """
    seen = as_known(picture, known_on)
    shown = seen.key(key)
    if shown not in seen.once(standing_keys):
        shown = find(seen, key, Mechanism, Channel)
    claims = seen.about(Mechanism, shown)
    contacts = contacts_of(seen, shown)
    meetings = rounds_of(seen, shown) if rounds_named(seen, shown) else ()
    tied = mandates(seen, shown) if claims or meetings else None
    answer_fields = {
        "established": settled(claims, lambda one: one.established),
        "place": given(claims, lambda one: one.place),
        "by": each_side(claims),
        "subject": given(claims, lambda one: one.subject),
        "mandate": given(claims, lambda one: one.mandate),
        "levels": by_party(claims, lambda one: one.levels),
        "offices": by_party(claims, lambda one: one.offices),
        "rhythm": given(claims, lambda one: one.rhythm),
    }
    unknown = tuple(name for name, value in answer_fields.items() if claims and not value)
    return MechanismAnswer(
        thing=named(seen, shown),
        **answer_fields,  # type: ignore[arg-type]
        rounds=meetings,
        contacts=contacts,
        suspensions=spells(seen, shown, Suspension),
        restorations=spells(seen, shown, Restoration),
        reported=spells(seen, shown, Condition),
        causes=causes_of(seen, shown),
        conditions=conditions(seen, shown),
        texts=texts_of(seen, [shown, *(one.thing.key for one in meetings)]),
        commitments=unique(one for each in meetings for one in each.commitments),
        up=tied.up if tied else (),
        down=tied.down if tied else (),
        unknown=unknown,
        cites=unique([*cites_of(claims), *cites_of(seen.about(Channel, shown))]),
    )


def texts_of(picture: Picture, of: list[str]) -> tuple[TextAnswer, ...]:
    """Joint texts that belong to one of these things."""
    wanted = set(of)
    found = []
    for key in picture.things(Text):
        claims = picture.about(Text, key)
        owners = given_things(picture, claims, lambda one: one.of)
        if not wanted & {told.value.key for told in owners}:
            continue
        found.append(
            TextAnswer(
                thing=named(picture, key),
                of=owners,
                stages=tuple(
                    TextStage(
                        stage=c.assertion.stage,
                        by=c.assertion.by,
                        days=c.days(None),
                        cites=(c.cite,),
                    )
                    for c in claims
                    if c.assertion.stage
                ),
                cites=cites_of(claims),
            )
        )
    return tuple(found)
