"""Views: rounds, seats, frameworks, commitments and contacts, gathered from a picture's claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from tieline.days import Days
from tieline.observer.assertion import (
    Assertion,
    Attendance,
    Channel,
    Commitment,
    Condition,
    Contact,
    Framework,
    Mechanism,
    OfSide,
    Postponement,
    Restoration,
    Round,
    Same,
    Seat,
    Suspension,
)
from tieline.observer.claims import Cite, Claim, Settled, refine, settle, told, unique
from tieline.observer.vocabulary import Outcome, Result, Stage, Way

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tieline.observer.picture import Picture


T = TypeVar("T", bound=Assertion)
NEVER: Final = Settled(days=Days())


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """One round. ``planned`` lists every plan in the order of filing: the first one stays.

    ``number`` is None when it is not said, or said differently.
    """

    key: str
    of: str | None
    number: int | None
    planned: tuple[tuple[Days | None, str | None, Cite], ...]
    held: Settled | None
    place: str | None
    postponed: tuple[Claim[Postponement], ...]
    levels: tuple[tuple[OfSide, Cite], ...]
    mandate: str | None
    present: tuple[Claim[Attendance], ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A suspension, restoration or reported condition of a mechanism or channel."""

    assertion: Suspension | Restoration | Condition
    since: Settled


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """One contact; ``results`` may hold more than one, a report's and an inference's."""

    key: str
    way: Way | None
    results: tuple[tuple[Result, Cite], ...]
    of: str | None
    by: tuple[str, ...]
    who: tuple[OfSide, ...]
    days: Settled
    place: str | None
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingView:
    """A mechanism or channel with all that is reported of it."""

    key: str
    name: str
    series: bool
    established: Settled | None
    place: str | None
    rounds: tuple[RoundView, ...]
    contacts: tuple[ContactView, ...]
    suspensions: tuple[Spell, ...]
    restorations: tuple[Spell, ...]
    conditions: tuple[Spell, ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A holder, or a vacancy (``holder`` None); ``seen`` is set when only seen at an event."""

    holder: str | None
    seen: Settled | None
    start: Settled | None
    end: Settled | None
    cites: tuple[Cite, ...]

    def anchor(self) -> Days:
        """The earliest days that this holding is tied to."""
        first = self.start or self.seen or self.end
        return first.days if first else Days()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatView:
    """A seat of one party and those reported in it."""

    key: str
    party: str | None
    office: str | None
    holdings: tuple[Holding, ...]


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
class CommitmentView:
    """An undertaking as reported."""

    key: str
    what: str
    by: tuple[str, ...]
    made: Settled
    due: Settled | None
    outcome: Outcome | None
    cites: tuple[Cite, ...]


def standings(picture: Picture) -> tuple[StandingView, ...]:
    """Every mechanism and channel that something is reported of."""
    kinds: tuple[type[Assertion], ...] = (
        Mechanism,
        Channel,
        Suspension,
        Restoration,
        Condition,
    )
    keys = [key for kind in kinds for key in picture.things(kind)]
    keys += [picture.key(claim.assertion.of) for claim in picture.of(Round) if claim.assertion.of]
    keys += [picture.key(claim.assertion.of) for claim in picture.of(Contact) if claim.assertion.of]
    all_rounds, all_contacts = rounds(picture), contacts(picture)
    return tuple(_standing(picture, key, all_rounds, all_contacts) for key in unique(keys))


def _standing(
    picture: Picture, key: str, all_rounds: Iterable[RoundView], all_contacts: Iterable[ContactView]
) -> StandingView:
    series = picture.about(Mechanism, key)
    channel = picture.about(Channel, key)
    named: list[Claim[Mechanism | Channel]] = [*series, *channel]
    own_rounds = tuple(view for view in all_rounds if view.of == key)
    return StandingView(
        key=key,
        name=told(c.assertion.name for c in named) or key,
        series=bool(series or own_rounds),
        established=settle(
            (c.assertion.established, c.cite) for c in series if c.assertion.established
        ),
        place=told(c.assertion.place for c in series),
        rounds=own_rounds,
        contacts=tuple(view for view in all_contacts if view.of == key),
        suspensions=_spells(picture.about(Suspension, key)),
        restorations=_spells(picture.about(Restoration, key)),
        conditions=_spells(picture.about(Condition, key)),
        cites=_cites(named),
    )


_Spell = TypeVar("_Spell", Suspension, Restoration, Condition)


def _spells(claims: list[Claim[_Spell]]) -> tuple[Spell, ...]:
    spells = []
    for group in refine(claims):
        since = settle((c.days(c.assertion.since), c.cite) for c in group)
        if since is not None:
            spells.append(Spell(assertion=group[0].assertion, since=since))
    return tuple(spells)


def rounds(picture: Picture) -> tuple[RoundView, ...]:
    """Every round in the order of days, those of a mechanism that no report names included."""
    views = [_round(picture, key) for key in picture.things(Round)]
    return tuple(sorted(views, key=lambda view: (view.held or NEVER).days.sort_key()))


def _round(picture: Picture, key: str) -> RoundView:
    claims = picture.about(Round, key)
    of = min((picture.key(c.assertion.of) for c in claims if c.assertion.of), default=None)
    mandate = min((c.assertion.mandate for c in claims if c.assertion.mandate), default=None)
    numbers = {c.assertion.number for c in claims if c.assertion.number is not None}
    return RoundView(
        key=key,
        of=of,
        number=numbers.pop() if len(numbers) == 1 else None,
        planned=tuple(
            (c.assertion.planned, c.assertion.planned_place, c.cite)
            for c in claims
            if c.assertion.planned or c.assertion.planned_place
        ),
        held=settle((c.assertion.held, c.cite) for c in claims if c.assertion.held),
        place=told(c.assertion.place for c in claims),
        postponed=tuple(picture.about(Postponement, key)),
        levels=tuple((level, c.cite) for c in claims for level in c.assertion.levels),
        mandate=_event_words(picture, mandate) if mandate else None,
        present=tuple(picture.about(Attendance, key)),
        cites=_with_merges(picture, key, _cites(c for c in claims if not _only_inferred_days(c))),
    )


def _event_words(picture: Picture, key: str) -> str:
    """An event for readers: what it was and where, or its key when nobody reports that."""
    view = _contact(picture, key)
    parts = [view.way.value if view.way else "", view.place or ""]
    return ", ".join(part for part in parts if part) or key


def _only_inferred_days(claim: Claim[Round]) -> bool:
    # Such a claim is cited where its days were used, and nowhere else.
    return claim.cite.inferred and claim.assertion.held is not None


def contacts(picture: Picture) -> tuple[ContactView, ...]:
    """Every contact."""
    return tuple(_contact(picture, key) for key in picture.things(Contact))


def _contact(picture: Picture, key: str) -> ContactView:
    claims = picture.about(Contact, key)
    days = settle(
        (c.days(c.assertion.days), c.cite)
        for c in claims
        if c.assertion.days or (not c.cite.inferred and c.happened)
    )
    of = min((picture.key(c.assertion.of) for c in claims if c.assertion.of), default=None)
    return ContactView(
        key=key,
        way=next((c.assertion.way for c in claims if c.assertion.way), None),
        results=unique((c.assertion.result, c.cite) for c in claims if c.assertion.result),
        of=of,
        by=unique(by for c in claims for by in c.assertion.by),
        who=unique(who for c in claims for who in c.assertion.who),
        days=days or NEVER,
        place=told(c.assertion.place for c in claims),
        cites=_with_merges(picture, key, _cites(claims)),
    )


def seats(picture: Picture) -> tuple[SeatView, ...]:
    """Every seat, its holders in the order of the days that they are tied to."""
    views = []
    for key in picture.things(Seat):
        claims = picture.about(Seat, key)
        groups = refine(claims, lambda a, b: (a.holder, a.vacant) == (b.holder, b.vacant))
        holdings = [_holding(picture, group) for group in groups]
        holdings.sort(key=lambda holding: holding.anchor().sort_key())
        views.append(
            SeatView(
                key=key,
                party=told(c.assertion.party for c in claims),
                office=told(c.assertion.office for c in claims),
                holdings=tuple(holdings),
            )
        )
    return tuple(views)


def _holding(picture: Picture, group: list[Claim[Seat]]) -> Holding:
    start = settle((c.assertion.start, c.cite) for c in group if c.assertion.start)
    end = settle((c.assertion.end, c.cite) for c in group if c.assertion.end)
    seen = settle(
        (days, cite)
        for c in group
        if c.assertion.at or not (c.assertion.start or c.assertion.end)
        for days, cite in _seen(picture, c)
    )
    used = [cite for part in (start, seen, end) if part for cite in part.cites]
    return Holding(
        holder=None if group[0].assertion.vacant else group[0].assertion.holder,
        seen=seen,
        start=start,
        end=end,
        cites=unique([c.cite for c in group] + used),
    )


def _seen(picture: Picture, claim: Claim[Seat]) -> list[tuple[Days, Cite]]:
    """The days of the event at which a holder was seen.

    Without an event it is the day of the report, which styles its persons as of then.
    """
    at = claim.assertion.at
    if at is None:
        return [(picture.learned.get(claim.cite.id, Days()), claim.cite)]
    held = [(c.assertion.held, c.cite) for c in picture.about(Round, at) if c.assertion.held]
    met = [(c.assertion.days, c.cite) for c in picture.about(Contact, at) if c.assertion.days]
    return [(claim.happened or Days(), claim.cite), *held, *met]


def frameworks(picture: Picture) -> tuple[FrameworkView, ...]:
    """Every framework with the stages reported of it."""
    views = []
    for key in picture.things(Framework):
        claims = picture.about(Framework, key)
        name = told(c.assertion.name for c in claims)
        stages = tuple(
            StageView(stage=c.assertion.stage, by=c.assertion.by, days=c.days(None), cite=c.cite)
            for c in claims
        )
        views.append(FrameworkView(key=key, name=name or key, stages=stages))
    return tuple(views)


def commitments(picture: Picture) -> tuple[CommitmentView, ...]:
    """Every commitment."""
    return tuple(_commitment(picture, key) for key in picture.things(Commitment))


def _commitment(picture: Picture, key: str) -> CommitmentView:
    claims = picture.about(Commitment, key)
    made = settle(
        (c.days(None), c.cite) for c in claims if not c.cite.inferred and not c.assertion.outcome
    )
    return CommitmentView(
        key=key,
        what=told(c.assertion.what for c in claims) or key,
        by=unique(by for c in claims for by in c.assertion.by),
        made=made or NEVER,
        due=settle((c.assertion.due, c.cite) for c in claims if c.assertion.due),
        outcome=next((c.assertion.outcome for c in claims if c.assertion.outcome), None),
        cites=_cites(claims),
    )


def _cites(claims: Iterable[Claim[T]]) -> tuple[Cite, ...]:
    return unique(claim.cite for claim in claims)


def _with_merges(picture: Picture, key: str, cites: tuple[Cite, ...]) -> tuple[Cite, ...]:
    merged = [c.cite for c in picture.of(Same) if picture.key(c.assertion.thing) == key]
    return unique([*cites, *merged])
