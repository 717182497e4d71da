"""Due: what was promised and by when, on a day; a day that has passed decides nothing else.

An outcome counts as each side tells it. Where the sides' last words differ, both stand and the
state says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final

from tieline.answers.commitments import CommitmentBrief, OutcomeTold, commitments_of
from tieline.answers.told import Named, OfParty, as_known, cites_of, named, settled
from tieline.days import Days, Sure
from tieline.observer.assertion import Measure
from tieline.observer.claims import Cite, Settled, settle, unique
from tieline.observer.statement import Force
from tieline.observer.vocabulary import Outcome

if TYPE_CHECKING:
    from tieline.observer.picture import Picture

WITHIN_DAYS: Final = 30
"""How far ahead "due soon" looks unless told: one reporting month."""


class DueState(Enum):
    """How a commitment, or the end of a measure, stands on a day."""

    SOON = "due soon"
    PASSED = "due passed, outcome unknown"
    PERHAPS_PASSED = "due perhaps passed, outcome unknown"
    OPEN = "open"
    NO_DAY = "open, no day set"
    CONDITION = "open, due on a condition"
    MET = "met"
    PARTLY = "partly met"
    MISSED = "missed"
    LAPSED = "lapsed"
    DISPUTED = "disputed"
    SIDES_DIFFER = "the sides' accounts differ"
    ENDED = "ended"


ORDER: Final = tuple(DueState)
_OVERDUE: Final = frozenset({DueState.PASSED, DueState.PERHAPS_PASSED})
_OF_OUTCOME: Final = {
    Outcome.MET: DueState.MET,
    Outcome.PARTLY: DueState.PARTLY,
    Outcome.MISSED: DueState.MISSED,
    Outcome.LAPSED: DueState.LAPSED,
    Outcome.DISPUTED: DueState.DISPUTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SideView:
    """The last that one side says became of it by the day; None is the source's own view."""

    side: str | None
    last: OutcomeTold
    earlier: tuple[OutcomeTold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueItem:
    """One commitment, or a measure with an end, as it stood on a day.

    ``due`` is the day in force then; ``first_due`` the first one set. ``days_left`` counts to the
    earliest and to the latest day that it may be due; None where that end is unknown.
    """

    thing: Named
    what: str
    owners: tuple[OfParty, ...]
    state: DueState
    sure: Sure
    made: Settled | None
    first_due: Settled | None
    due: Settled | None
    days_left: tuple[int | None, int | None]
    conditions: tuple[str, ...]
    views: tuple[SideView, ...]
    silent: tuple[str, ...]
    unknown: tuple[str, ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueAnswer:
    """Every commitment made by a day, and every measure with an end; ``counts`` by state."""

    on: date
    known_on: date | None
    within_days: int
    items: tuple[DueItem, ...]
    counts: tuple[tuple[DueState, int], ...]


def due(
    picture: Picture,
    *,
    on: date,
    known_on: date | None = None,
    within_days: int = WITHIN_DAYS,
    side: str | None = None,
) -> DueAnswer:
    """What was due, overdue, met or unknown at the end of a day, the most pressing first.

    ``side`` keeps what that side owns, or what nobody is named as owner of.
    """
    seen = as_known(picture, known_on)
    items = [
        item
        for brief in commitments_of(seen)
        if (item := _item(brief, on, within_days)) is not None
    ]
    items += _measures(seen, on, within_days)
    if side is not None:
        items = [i for i in items if not i.owners or side in {one.party for one in i.owners}]
    items.sort(key=lambda item: (ORDER.index(item.state), (item.due or _NEVER).days.sort_key()))
    counts = tuple(
        (state, count) for state in ORDER if (count := sum(item.state is state for item in items))
    )
    return DueAnswer(
        on=on, known_on=known_on, within_days=within_days, items=tuple(items), counts=counts
    )


_NEVER: Final = Settled(days=Days())


def _item(brief: CommitmentBrief, on: date, within_days: int) -> DueItem | None:
    made = (brief.made or _NEVER).days.begun_by(on)
    if made is Sure.NO:
        return None
    views = _views(brief, on)
    renewed = [one for view in views for one in (*view.earlier, view.last) if one.due]
    in_force = brief.due
    if renewed:
        latest = max(renewed, key=lambda one: one.days.sort_key())
        in_force = Settled(days=latest.due or Days(), cites=latest.cites)
    conditions = unique(
        [told.value for told in brief.conditions]
        + [one.condition for view in views for one in (view.last,) if one.condition]
    )
    owners = tuple(OfParty(party=t.value, value=t.value, cites=t.cites) for t in brief.owners)
    spoken = {view.side for view in views}
    state = _state(views, in_force, conditions, on, within_days)
    return DueItem(
        thing=brief.thing,
        what=" / ".join(told.value for told in brief.what) or brief.thing.key,
        owners=owners,
        state=state,
        sure=made,
        made=brief.made,
        first_due=brief.due,
        due=in_force,
        days_left=_left(in_force, on),
        conditions=conditions,
        views=views,
        silent=tuple(one.value for one in owners if one.value not in spoken),
        unknown=(*brief.unknown, "outcome") if state in _OVERDUE else brief.unknown,
        cites=brief.cites,
    )


def _views(brief: CommitmentBrief, on: date) -> tuple[SideView, ...]:
    by_then = [one for one in brief.outcomes if one.days.begun_by(on) is not Sure.NO]
    sides = unique(one.side for one in by_then)
    found = []
    for side in sides:
        own = [one for one in by_then if one.side == side]
        found.append(SideView(side=side, last=own[-1], earlier=tuple(own[:-1])))
    return tuple(found)


def _state(
    views: tuple[SideView, ...],
    in_force: Settled | None,
    conditions: tuple[str, ...],
    on: date,
    within_days: int,
) -> DueState:
    last = {view.last.outcome for view in views} - {Outcome.RENEWED}
    if len(last) > 1:
        return DueState.SIDES_DIFFER
    if last and all(view.last.outcome is not Outcome.RENEWED for view in views):
        return _OF_OUTCOME[last.pop()]
    if last:
        return DueState.SIDES_DIFFER
    return _by_day(in_force, on, within_days, otherwise=DueState.CONDITION if conditions else None)


def _by_day(
    in_force: Settled | None, on: date, within_days: int, otherwise: DueState | None = None
) -> DueState:
    if in_force is None or not in_force.days.known:
        return otherwise or DueState.NO_DAY
    days = in_force.days
    over = days.over_by(on)
    # "By the end of the year" is an interval without a first day: it can only be over at its end.
    if over is Sure.YES:
        return DueState.PASSED
    if days.earliest is not None and days.earliest < on:
        return DueState.PERHAPS_PASSED
    if days.latest is None and days.earliest is None:
        return DueState.NO_DAY
    nearest = days.earliest or days.latest
    if nearest is not None and nearest <= on + timedelta(days=within_days):
        return DueState.SOON
    return DueState.OPEN


def _left(in_force: Settled | None, on: date) -> tuple[int | None, int | None]:
    if in_force is None:
        return (None, None)
    ends = (in_force.days.earliest, in_force.days.latest)
    return tuple((end - on).days if end else None for end in ends)  # type: ignore[return-value]


def _is_signed(cite: Cite) -> bool:
    return cite.force is Force.SIGNED


def _measures(picture: Picture, on: date, within_days: int) -> list[DueItem]:
    found = []
    for key in picture.things(Measure):
        claims = picture.about(Measure, key)
        end = settled(claims, lambda one: one.end)
        first = next(((c.assertion.end, c.cite) for c in claims if c.assertion.end), None)
        start = settled(claims, lambda one: one.start)
        if end is None or (start is not None and start.days.begun_by(on) is Sure.NO):
            continue
        state = _by_day(end, on, within_days)
        by = unique((side, c.cite) for c in claims for side in c.assertion.by)
        found.append(
            DueItem(
                thing=named(picture, key),
                what=f"{named(picture, key).name}: ends",
                owners=tuple(OfParty(party=side, value=side, cites=(cite,)) for side, cite in by),
                state=DueState.ENDED if state is DueState.PASSED else state,
                sure=(start or _NEVER).days.begun_by(on),
                made=start,
                first_due=settle([first]) if first and _is_signed(first[1]) else end,
                due=end,
                days_left=_left(end, on),
                conditions=(),
                views=(),
                silent=(),
                unknown=() if start else ("start",),
                cites=cites_of(claims),
            )
        )
    return found
