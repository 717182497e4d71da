"""Due pages: promises in groups, the most pressing first, each side's view by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from tieline.answers import DueItem, DueState
from tieline.console.talkcites import Passages, day_words, passages
from tieline.console.talkkept import due_on
from tieline.observer import Picture
from tieline.observer.claims import unique
from tieline.observer.vocabulary import Outcome

SIDES_MAX: Final = 12
"""Sides offered as a filter."""
GROUPS: Final[Mapping[str, tuple[DueState, ...]]] = {
    "due passed, outcome unknown": (DueState.PASSED, DueState.PERHAPS_PASSED),
    "due soon": (DueState.SOON,),
    "the sides differ": (DueState.SIDES_DIFFER, DueState.DISPUTED),
    "open": (DueState.OPEN, DueState.NO_DAY, DueState.CONDITION),
    "met": (DueState.MET, DueState.PARTLY),
    "missed or lapsed": (DueState.MISSED, DueState.LAPSED),
    "ended": (DueState.ENDED,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewShown:
    """What one side says became of it; ``words`` empty when it says nothing."""

    side: str
    words: str
    more: str
    passages: Passages


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A commitment, or a measure that ends, as it stood on the day."""

    item: DueItem
    owners: str
    due: str
    left: str
    first_due: str
    made: str
    views: tuple[ViewShown, ...]
    passages: Passages


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """Groups with the promises shown, in order; ``counts`` for all of them."""

    groups: tuple[tuple[str, tuple[Promise, ...]], ...]
    counts: tuple[tuple[str, int], ...]
    sides: tuple[str, ...]
    total: int
    first: int
    shown: int


def commitments_shown(
    picture: Picture, on: date, *, side: str, group: str, first: int, most: int
) -> Promises:
    """One page of promises; ``side`` and ``group`` choose some, both may be empty."""
    whole = due_on(picture, on)
    sides = unique(one.value for item in whole.items for one in item.owners)
    items = [
        one
        for one in whole.items
        if not side or not one.owners or side in {owner.value for owner in one.owners}
    ]
    group_of = {state: name for name, states in GROUPS.items() for state in states}
    counts = dict.fromkeys(GROUPS, 0)
    for item in items:
        counts[group_of[item.state]] += 1
    order = list(GROUPS)
    chosen = [one for one in items if group not in GROUPS or group_of[one.state] == group]
    chosen.sort(key=lambda one: order.index(group_of[one.state]))
    part = chosen[first : first + most]
    shown: dict[str, list[Promise]] = {}
    for item in part:
        shown.setdefault(group_of[item.state], []).append(promise_of(picture, item, on))
    return Promises(
        groups=tuple((name, tuple(listed)) for name, listed in shown.items()),
        counts=tuple((name, count) for name, count in counts.items() if count),
        sides=sides[:SIDES_MAX],
        total=len(chosen),
        first=first,
        shown=len(part),
    )


def promise_of(picture: Picture, item: DueItem, on: date) -> Promise:
    """One promise in words."""
    first = item.first_due.days if item.first_due else None
    in_force = item.due.days if item.due else None
    renewed = first is not None and in_force is not None and not first.same_ends(in_force)
    return Promise(
        item=item,
        owners=", ".join(one.value for one in item.owners),
        due=in_force.words() if in_force and in_force.known else "",
        left=_left(item, on),
        first_due=day_words(first) if renewed and first else "",
        made=day_words(item.made.days) if item.made else "",
        views=_views(picture, item),
        passages=passages(picture, item.cites),
    )


def _views(picture: Picture, item: DueItem) -> tuple[ViewShown, ...]:
    told = []
    for view in item.views:
        last = view.last
        label = "evidence" if last.outcome in {Outcome.MET, Outcome.PARTLY} else "reason"
        more = [f"{label}: {last.evidence}"] if last.evidence else []
        more += [f"due {day_words(last.due)}"] if last.due else []
        more += [f"on condition: {last.condition}"] if last.condition else []
        more += [day_words(last.days)] if last.days.known else []
        earlier = ", ".join(one.outcome.value for one in view.earlier)
        more += [f"before that: {earlier}"] if earlier else []
        told.append(
            ViewShown(
                side=view.side or "the report",
                words=last.outcome.value,
                more="; ".join(more),
                passages=passages(picture, last.cites),
            )
        )
    silent = Passages(shown=(), more=0)
    told += [ViewShown(side=one, words="", more="", passages=silent) for one in item.silent]
    return tuple(told)


def _left(item: DueItem, on: date) -> str:
    del on
    latest = item.days_left[1]
    if latest is None or item.state in {DueState.MET, DueState.ENDED}:
        return ""
    if latest < 0:
        return f"{_days(-latest)} ago"
    return f"in {_days(latest)}" if latest else "today"


def _days(count: int) -> str:
    if count < 60:
        return "1 day" if count == 1 else f"{count} days"
    return f"{count // 30} months" if count < 730 else f"{count // 365} years"
