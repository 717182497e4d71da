"""Meetings: rounds with every plan that was made for them, and contacts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from tieline.days import Days
from tieline.observer.assertion import (
    AgendaItem,
    Attendance,
    Cause,
    Contact,
    OfSide,
    Postponement,
    Round,
    Same,
    Turn,
)
from tieline.observer.basis import ROW_BITS
from tieline.observer.claims import Cite, Claim, Settled, settle, told, unique
from tieline.observer.surroundings import CauseView, cause_views, only
from tieline.observer.vocabulary import Move, Presence, Result, Way

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tieline.observer.picture import Picture, Sight

NEVER: Final = Settled(days=Days())


class Planned(Enum):
    """How a plan came about."""

    TOLD = "planned"
    PROPOSED = "proposed"
    MOVED = "moved"
    PUT_OFF = "put off"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """One plan for a round: when and where it was to be, by whom and why, and when that was said.

    ``days`` and ``place`` are None where the report names none: put off, to when is not said.
    """

    how: Planned
    days: Days | None
    place: str | None
    by: tuple[str, ...]
    why: str | None
    made: Days
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """Something done with a round, and when."""

    move: Move
    by: tuple[str, ...]
    days: Days
    reason: str | None
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """One round. ``planned`` lists every plan in the order of filing: the first one stays.

    ``plans`` are the same with who made each and why, postponements among them. ``number``,
    ``presence`` and ``length_min`` (minutes) are None when not said, or said differently.
    ``held`` are the days reported of it, or else those of its opening. ``lines`` keeps the lines
    of status that were written of it.
    """

    key: str
    of: str | None
    number: int | None
    planned: tuple[tuple[Days | None, str | None, Cite], ...]
    plans: tuple[PlanView, ...]
    held: Settled | None
    place: str | None
    host: str | None
    presence: Presence | None
    length_min: int | None
    turns: tuple[TurnView, ...]
    postponed: tuple[Claim[Postponement], ...]
    levels: tuple[tuple[OfSide, Cite], ...]
    mandate: str | None
    present: tuple[Claim[Attendance], ...]
    agenda: tuple[Claim[AgendaItem], ...]
    causes: tuple[CauseView, ...]
    cites: tuple[Cite, ...]
    lines: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """One contact; ``results`` may hold more than one, a report's and an inference's.

    ``steps`` are the same with the days when each came. ``length_min`` (minutes) is None when
    not said, or said differently; ``terms`` are the conditions of an answer.
    """

    key: str
    way: Way | None
    results: tuple[tuple[Result, Cite], ...]
    steps: tuple[tuple[Result, Days, Cite], ...]
    of: str | None
    by: tuple[str, ...]
    who: tuple[OfSide, ...]
    days: Settled
    place: str | None
    length_min: int | None
    terms: str | None
    present: tuple[Claim[Attendance], ...]
    agenda: tuple[Claim[AgendaItem], ...]
    cites: tuple[Cite, ...]
    lines: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)


def rounds(picture: Picture) -> tuple[RoundView, ...]:
    """Every round in the order of days, those of a mechanism that no report names included."""
    return picture.once(_rounds)


def _rounds(picture: Picture) -> tuple[RoundView, ...]:
    keys = unique(key for kind in (Round, Turn, Postponement) for key in picture.things(kind))
    views = [picture.view(round_view, key) for key in keys]
    return tuple(sorted(views, key=round_order))


def round_order(view: RoundView) -> tuple[Any, ...]:
    """Sorts rounds by the days on which they were held; those not known come last."""
    return (view.held or NEVER).days.sort_key()


def round_view(sight: Sight, key: str) -> RoundView:
    """One round, for `Picture.view`."""
    claims = sight.about(Round, key)
    of = min((sight.key(c.assertion.of) for c in claims if c.assertion.of), default=None)
    mandate = min((c.assertion.mandate for c in claims if c.assertion.mandate), default=None)
    turns = _turns(sight, key)
    cites = _cites(c for c in claims if not _only_inferred_days(c))
    if not claims:
        put_off = [claim.cite for claim in sight.about(Postponement, key)]
        cites = unique([*(turn.cite for turn in turns), *put_off])
    return RoundView(
        key=key,
        of=of,
        number=only(c.assertion.number for c in claims),
        planned=tuple(
            (c.assertion.planned, c.assertion.planned_place, c.cite)
            for c in claims
            if c.assertion.planned or c.assertion.planned_place
        ),
        plans=_plans(sight, key, turns),
        held=settle((c.assertion.held, c.cite) for c in claims if c.assertion.held)
        or settle((turn.days, turn.cite) for turn in turns if turn.move is Move.OPENED),
        place=told(c.assertion.place for c in claims),
        host=told(c.assertion.host for c in claims),
        presence=only(c.assertion.presence for c in claims),
        length_min=only(c.assertion.length_min for c in claims),
        turns=turns,
        postponed=tuple(sight.about(Postponement, key)),
        levels=tuple((level, c.cite) for c in claims for level in c.assertion.levels),
        mandate=_event_words(sight, mandate) if mandate else None,
        present=tuple(sight.about(Attendance, key)),
        agenda=tuple(sight.about(AgendaItem, key)),
        causes=cause_views(sight, key) if sight.about(Cause, key) else (),
        cites=with_merges(sight, key, cites),
    )


def _turns(sight: Sight, key: str) -> tuple[TurnView, ...]:
    return tuple(
        TurnView(
            move=c.assertion.move,
            by=c.assertion.by,
            days=c.days(c.assertion.days),
            reason=c.assertion.reason,
            cite=c.cite,
        )
        for c in sight.about(Turn, key)
    )


_HOW: Final = {Move.PROPOSED: Planned.PROPOSED, Move.MOVED: Planned.MOVED}


def _plans(sight: Sight, key: str, turns: tuple[TurnView, ...]) -> tuple[PlanView, ...]:
    """Plans in the order of filing, which on a line is that of causes.

    Of what one statement tells, the plan comes before the postponement of it. Who made a plan is
    told where one statement tells of both: the move, and the day planned.
    """
    made = {turn.cite.id: turn for turn in turns if turn.move in _HOW}
    plans = []
    for row, claim in zip(sight.rows(Round, key), sight.about(Round, key), strict=True):
        one = claim.assertion
        if one.planned or one.planned_place:
            turn = made.get(claim.cite.id)
            plan = PlanView(
                how=_HOW[turn.move] if turn else Planned.TOLD,
                days=one.planned,
                place=one.planned_place,
                by=turn.by if turn else (),
                why=turn.reason if turn else None,
                made=turn.days if turn else claim.days(None),
                cite=claim.cite,
            )
            plans.append((row >> ROW_BITS, 0, plan))
    late = zip(sight.rows(Postponement, key), sight.about(Postponement, key), strict=True)
    plans += [(row >> ROW_BITS, 1, _put_off(claim)) for row, claim in late]
    plans.sort(key=lambda placed: placed[:2])
    return tuple(plan for _, _, plan in plans)


def _put_off(claim: Claim[Postponement]) -> PlanView:
    one = claim.assertion
    return PlanView(
        how=Planned.PUT_OFF,
        days=one.to,
        place=one.to_place,
        by=one.by,
        why=one.reason,
        made=claim.days(None),
        cite=claim.cite,
    )


def _event_words(sight: Sight, key: str) -> str:
    """An event for readers: what it was and where, or its key when nobody reports that."""
    claims = sight.about(Contact, key)
    way = next((c.assertion.way for c in claims if c.assertion.way), None)
    place = told(c.assertion.place for c in claims)
    return ", ".join(part for part in (way.value if way else "", place or "") if part) or key


def _only_inferred_days(claim: Claim[Round]) -> bool:
    # Such a claim is cited where its days were used, and nowhere else.
    return claim.cite.inferred and claim.assertion.held is not None


def contacts(picture: Picture) -> tuple[ContactView, ...]:
    """Every contact."""
    return picture.once(_contacts)


def _contacts(picture: Picture) -> tuple[ContactView, ...]:
    return tuple(picture.view(contact_view, key) for key in picture.things(Contact))


def contact_view(sight: Sight, key: str) -> ContactView:
    """One contact, for `Picture.view`."""
    claims = sight.about(Contact, key)
    days = settle(
        (c.days(c.assertion.days), c.cite)
        for c in claims
        if c.assertion.days or (not c.cite.inferred and c.happened)
    )
    of = min((sight.key(c.assertion.of) for c in claims if c.assertion.of), default=None)
    results = [c for c in claims if c.assertion.result]
    return ContactView(
        key=key,
        way=next((c.assertion.way for c in claims if c.assertion.way), None),
        results=unique((c.assertion.result, c.cite) for c in results if c.assertion.result),
        steps=tuple(
            (c.assertion.result, c.days(None), c.cite) for c in results if c.assertion.result
        ),
        of=of,
        by=unique(by for c in claims for by in c.assertion.by),
        who=unique(who for c in claims for who in c.assertion.who),
        days=days or NEVER,
        place=told(c.assertion.place for c in claims),
        length_min=only(c.assertion.length_min for c in claims),
        terms=told(c.assertion.terms for c in claims),
        present=tuple(sight.about(Attendance, key)),
        agenda=tuple(sight.about(AgendaItem, key)),
        cites=with_merges(sight, key, _cites(claims)),
    )


def _cites(claims: Iterable[Claim[Any]]) -> tuple[Cite, ...]:
    return unique(claim.cite for claim in claims)


def with_merges(sight: Sight, key: str, cites: tuple[Cite, ...]) -> tuple[Cite, ...]:
    """Citations with those of whoever says that the thing has several keys."""
    merged = sight.about(Same, key)
    return unique([*cites, *(claim.cite for claim in merged)]) if merged else cites
