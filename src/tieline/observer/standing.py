"""Standing: mechanisms and channels, with their rounds, contacts, suspensions and restorations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from tieline.observer.assertion import (
    Assertion,
    Cause,
    Channel,
    Condition,
    Contact,
    Mechanism,
    OfSide,
    Restoration,
    Round,
    Suspension,
)
from tieline.observer.claims import Cite, Claim, Settled, refine, settle, told, unique
from tieline.observer.meetings import (
    ContactView,
    RoundView,
    contact_view,
    round_order,
    round_view,
)

if TYPE_CHECKING:
    from tieline.observer.picture import Picture, Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A suspension, restoration or reported condition of a mechanism or channel."""

    assertion: Suspension | Restoration | Condition
    since: Settled


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingView:
    """A mechanism or channel with all that is reported of it."""

    key: str
    name: str
    series: bool
    established: Settled | None
    place: str | None
    parent: str | None
    mandate: str | None
    subject: str | None
    rhythm: str | None
    levels: tuple[tuple[OfSide, Cite], ...]
    offices: tuple[tuple[OfSide, Cite], ...]
    rounds: tuple[RoundView, ...]
    contacts: tuple[ContactView, ...]
    suspensions: tuple[Spell, ...]
    restorations: tuple[Spell, ...]
    conditions: tuple[Spell, ...]
    causes: tuple[Claim[Cause], ...]
    cites: tuple[Cite, ...]


_KINDS: Final[tuple[type[Assertion], ...]] = (
    Mechanism,
    Channel,
    Suspension,
    Restoration,
    Condition,
)


def standings(picture: Picture) -> tuple[StandingView, ...]:
    """Every mechanism and channel that something is reported of."""
    return picture.once(_standings)


def _standings(picture: Picture) -> tuple[StandingView, ...]:
    keys = [key for kind in _KINDS for key in picture.things(kind)]
    meetings: list[Claim[Round | Contact]] = [*picture.of(Round), *picture.of(Contact)]
    keys += [picture.key(c.assertion.of) for c in meetings if c.assertion.of]
    return tuple(picture.view(standing_view, key) for key in unique(keys))


def standing_view(sight: Sight, key: str) -> StandingView:
    """One mechanism or channel, for `Picture.view`."""
    series = sight.about(Mechanism, key)
    named: list[Claim[Mechanism | Channel]] = [*series, *sight.about(Channel, key)]
    own_rounds, own_contacts = _meetings(sight, key)
    return StandingView(
        key=key,
        name=told(c.assertion.name for c in named) or key,
        series=bool(series or own_rounds),
        established=settle(
            (c.assertion.established, c.cite) for c in series if c.assertion.established
        ),
        place=told(c.assertion.place for c in series),
        parent=min(
            (sight.key(c.assertion.parent) for c in series if c.assertion.parent), default=None
        ),
        mandate=told(c.assertion.mandate for c in series),
        subject=told(c.assertion.subject for c in series),
        rhythm=told(c.assertion.rhythm for c in series),
        levels=tuple((level, c.cite) for c in series for level in c.assertion.levels),
        offices=tuple((office, c.cite) for c in series for office in c.assertion.offices),
        rounds=own_rounds,
        contacts=own_contacts,
        suspensions=_spells(sight.about(Suspension, key)),
        restorations=_spells(sight.about(Restoration, key)),
        conditions=_spells(sight.about(Condition, key)),
        causes=tuple(sight.about(Cause, key)),
        cites=unique(claim.cite for claim in named),
    )


def _meetings(sight: Sight, key: str) -> tuple[tuple[RoundView, ...], tuple[ContactView, ...]]:
    """The rounds in the order of days, the contacts in that of filing."""
    met = [sight.view(round_view, one) for one in sight.referring(key, Round)]
    touched = [sight.view(contact_view, one) for one in sight.referring(key, Contact)]
    return (
        tuple(sorted((view for view in met if view.of == key), key=round_order)),
        tuple(view for view in touched if view.of == key),
    )


_Spell = TypeVar("_Spell", Suspension, Restoration, Condition)


def _spells(claims: list[Claim[_Spell]]) -> tuple[Spell, ...]:
    spells = []
    for group in refine(claims):
        since = settle((c.days(c.assertion.since), c.cite) for c in group)
        if since is not None:
            spells.append(Spell(assertion=group[0].assertion, since=since))
    return tuple(spells)
