"""Board: how every mechanism and channel stood on a day, one row each.

Nothing is carried forward: where no report reaches the day, the row says *unknown* and names the
last event. On a line silence of the parties is itself on the record, so that what both agreed to
and nobody has suspended is *open*.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from tieline.answers import DueItem, DueState, named
from tieline.console.talkcites import Passages, day_words, passages
from tieline.console.talkkept import due_on
from tieline.console.talkstate import ORDER, UNKNOWN, State, state_of
from tieline.days import Days, Sure
from tieline.observer import Picture
from tieline.observer.assertion import Channel, OfSide
from tieline.observer.claims import Cite, unique
from tieline.observer.views import RoundView, StandingView, commitments, standings
from tieline.observer.vocabulary import Move, Result

ROWS_MAX: Final = 40
"""Rows on one page of the board."""
WHY_MAX: Final = 3
"""Causes told in one cell."""
OPEN_STATES: Final = frozenset(
    {
        DueState.SOON,
        DueState.PASSED,
        DueState.PERHAPS_PASSED,
        DueState.OPEN,
        DueState.NO_DAY,
        DueState.CONDITION,
        DueState.DISPUTED,
        DueState.SIDES_DIFFER,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one cell says, and what it rests on. ``lines`` say more than the first words."""

    words: str
    lines: tuple[str, ...] = ()
    passages: Passages
    sort: str = ""
    href: str = ""

    @property
    def known(self) -> bool:
        return self.sort != UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One mechanism or channel on the day."""

    key: str
    name: str
    is_channel: bool
    state: State
    standing: Cell
    last: Cell
    following: Cell
    who: Cell
    promises: Cell
    why: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Rows of one page, how many there are in all, and how many stand how."""

    rows: tuple[Row, ...]
    total: int
    first: int
    counts: tuple[tuple[str, str, int], ...]


def board(picture: Picture, on: date, *, first: int = 0) -> Board:
    """The board at the end of a day, what is cut off first, what nobody reports last."""
    stood = [(state_of(view, on), view) for view in standings(picture)]
    stood.sort(key=lambda pair: _place(*pair))
    by_label: dict[tuple[str, str], int] = {}
    for state, _ in stood:
        named = (state.kind, _GROUPS[state.kind])
        by_label[named] = by_label.get(named, 0) + 1
    shown = stood[first : first + ROWS_MAX]
    promised = _promised(picture, on, [view for _, view in shown])
    return Board(
        rows=tuple(_row(picture, view, state, on, promised[view.key]) for state, view in shown),
        total=len(stood),
        first=first,
        counts=tuple((kind, label, n) for (kind, label), n in by_label.items()),
    )


def _place(state: State, view: StandingView) -> tuple[int, bool, bool, str]:
    """What is cut off first; of what nobody reports, that of which most is said."""
    met = bool(view.rounds or view.contacts)
    return ORDER.index(state.kind), not view.rounds, not met, view.name


_GROUPS: Final = {
    "suspended": "suspended",
    "perhaps-suspended": "perhaps suspended",
    "restored": "restored",
    "perhaps-restored": "perhaps restored",
    "open": "open",
    "proposed": "proposed, not agreed",
    "ended": "ended",
    UNKNOWN: "unknown",
    "not-yet": "not yet established",
}


# ---- one row


def _row(
    picture: Picture, view: StandingView, state: State, on: date, promised: list[DueItem]
) -> Row:
    channel = not picture.about(Channel, view.key) and view.series
    said = [
        one.assertion.words
        for one in view.conditions
        if hasattr(one.assertion, "words") and one.since.days.begun_by(on) is not Sure.NO
    ]
    cites = [*state.cites, *(cite for one in view.conditions for cite in one.since.cites)]
    return Row(
        key=view.key,
        name=view.name,
        is_channel=not channel,
        state=state,
        standing=Cell(
            words=state.words,
            lines=tuple(said[:WHY_MAX]) if state.kind != "open" else (),
            passages=passages(picture, cites or view.cites),
            sort=state.kind,
        ),
        last=_last(picture, view, on),
        following=_next(picture, view, on),
        who=_who(picture, view, on),
        promises=_promise_cell(picture, promised),
        why=_why(picture, view, on),
    )


def _unknown(words: str) -> Cell:
    return Cell(words=words, passages=Passages(shown=(), more=0), sort=UNKNOWN)


def _last(picture: Picture, view: StandingView, on: date) -> Cell:
    """The last round, or for a channel the last contact, that had surely taken place."""
    held = [one for one in view.rounds if one.held and one.held.days.begun_by(on) is Sure.YES]
    if not held:
        return _last_contact(picture, view, on)
    one = held[-1]
    assert one.held is not None
    lines = [_plan_line(one)] if one.plans else ["first plan not on record"]
    lines += [f"put off {_times(len(one.postponed))}"] if one.postponed else []
    cites = [*one.held.cites, *one.cites, *(claim.cite for claim in one.postponed)]
    words = f"{_title(one)}, held {day_words(one.held.days)}"
    return Cell(
        words=words + (f", {one.place}" if one.place else ""),
        lines=tuple(lines),
        passages=passages(picture, cites),
        href=one.key,
    )


def _last_contact(picture: Picture, view: StandingView, on: date) -> Cell:
    told = [
        (one, one.days.days.begun_by(on))
        for one in view.contacts
        if any(result is not Result.PLANNED for result, _ in one.results)
    ]
    sure = [one for one, begun in told if begun is Sure.YES]
    past = sure or [one for one, begun in told if begun is Sure.PERHAPS]
    if not past:
        return _unknown("none on record")
    one = max(past, key=lambda each: each.days.days.latest or date.min)
    results = " / ".join(unique(result.value for result, _ in one.results))
    way = one.way.value if one.way else "contact"
    sought = [f"sought by {', '.join(one.by)}"] if one.by else []
    words = f"{way}, {results}, {day_words(one.days.days)}"
    return Cell(
        words=words if sure else f"perhaps a {words}",
        lines=tuple(sought if sure else [*sought, "whether by then is not said"]),
        passages=passages(picture, [*one.cites, *one.days.cites]),
    )


def _next(picture: Picture, view: StandingView, on: date) -> Cell:
    """The first round that had not taken place; days of plans are never replaced."""
    ahead = [one for one in view.rounds if _is_ahead(one, on)]
    if not ahead:
        return _unknown("none on record")
    one = min(ahead, key=lambda each: _plan_days(each).sort_key())
    off = any(turn.move is Move.CANCELLED for turn in one.turns)
    lines = [_plan_line(one)]
    planned = _plan_days(one)
    if one.held is not None and one.plans:
        lines.append(f"held later, {day_words(one.held.days)}")
    elif one.held is None and planned.over_by(on) is Sure.YES:
        lines.append("the day has passed; whether it was held is unknown")
    words = f"{_title(one)}, {'cancelled' if off else _newest_plan(one)}"
    cites = [*one.cites, *(each.cite for each in one.plans)]
    return Cell(words=words, lines=tuple(lines), passages=passages(picture, cites), href=one.key)


def _newest_plan(one: RoundView) -> str:
    if not one.plans:
        return f"held later, {day_words(one.held.days)}" if one.held else "planned, day not said"
    plan = one.plans[-1]
    when = f" {day_words(plan.days)}" if plan.days else ", to when is not said"
    return f"{plan.how.value}{when}"


def _is_ahead(one: RoundView, on: date) -> bool:
    if one.held is not None:
        return one.held.days.begun_by(on) is Sure.NO and _spoken_of(one, on)
    return bool(one.plans or one.turns) and _spoken_of(one, on)


def _spoken_of(one: RoundView, on: date) -> bool:
    """Whether anything of the round may have been said by then."""
    made = [plan.made for plan in one.plans] + [turn.days for turn in one.turns]
    held = [one.held.days] if one.held else []
    return (
        not made
        or any(days.begun_by(on) is not Sure.NO for days in held)
        or any(days.begun_by(on) is not Sure.NO for days in made)
    )


def _plan_days(one: RoundView) -> Days:
    listed = [plan.days for plan in one.plans if plan.days is not None]
    return listed[-1] if listed else Days()


def _plan_line(one: RoundView) -> str:
    if not one.plans:
        return "first plan not on record"
    first = one.plans[0]
    told = ", ".join(
        p for p in (day_words(first.days) if first.days else "", first.place or "") if p
    )
    return f"first planned for {told or 'a day not said'}"


def _title(one: RoundView) -> str:
    return f"round {one.number}" if one.number is not None else "a round (number not said)"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _who(picture: Picture, view: StandingView, on: date) -> Cell:
    """Offices or levels by side, or who was there at the newest round or contact by then."""
    told = [(_sided(one), cite) for one, cite in view.offices or view.levels]
    for one in reversed(view.rounds):
        if told:
            break
        if one.held is not None and one.held.days.begun_by(on) is not Sure.NO:
            told = [(_sided(level), cite) for level, cite in one.levels]
            told = told or [
                (f"{c.assertion.party or 'side not said'}: {c.assertion.person}", c.cite)
                for c in one.present
            ]
    told = told or [
        (_sided(who), each.cites[0])
        for each in view.contacts
        for who in each.who
        if each.cites and each.days.days.begun_by(on) is not Sure.NO
    ]
    if not told:
        return _unknown("not on record")
    words = _some(unique(text for text, _ in told))
    return Cell(words=words, passages=passages(picture, (cite for _, cite in told)))


def _sided(one: OfSide) -> str:
    return f"{one.party}: {one.value}" if one.party else one.value


def _some(words: tuple[str, ...]) -> str:
    more = f"; and {len(words) - WHY_MAX} more" if len(words) > WHY_MAX else ""
    return "; ".join(words[:WHY_MAX]) + more


def _promised(picture: Picture, on: date, views: list[StandingView]) -> dict[str, list[DueItem]]:
    """What was promised at the rounds and contacts of each, on the day."""
    at: dict[str, str] = {}
    for view in views:
        at |= {one.key: view.key for one in view.rounds}
        at |= {one.key: view.key for one in view.contacts}
        at[view.key] = view.key
    found: dict[str, list[DueItem]] = {view.key: [] for view in views}
    for item, keys in due_by_place(picture, on):
        for key in unique(at[each] for each in keys if each in at):
            found[key].append(item)
    return found


def due_by_place(picture: Picture, on: date) -> Iterable[tuple[DueItem, tuple[str, ...]]]:
    """Every promise with the keys of where it is said to have been made."""
    at = {view.key: (view.at,) for view in commitments(picture) if view.at}
    for item in due_on(picture, on).items:
        yield item, tuple(picture.key(one) for one in at.get(item.thing.key, ()))


def _promise_cell(picture: Picture, items: list[DueItem]) -> Cell:
    if not items:
        return _unknown("none on record")
    counts: dict[str, int] = {}
    for item in items:
        counts[item.state.value] = counts.get(item.state.value, 0) + 1
    return Cell(
        words="; ".join(f"{count} {state}" for state, count in counts.items()),
        lines=tuple(item.what for item in items[:WHY_MAX]),
        passages=passages(picture, (cite for item in items for cite in item.cites)),
        sort="due" if any(item.state in OPEN_STATES for item in items) else "",
        href="commitments",
    )


def _why(picture: Picture, view: StandingView, on: date) -> Cell:
    """What is said to be the reason that it stands as it does, or slipped, by then."""
    told: list[tuple[str, Cite]] = []
    for spell in view.suspensions:
        reason = getattr(spell.assertion, "reason", None)
        if reason and spell.since.days.begun_by(on) is not Sure.NO and spell.since.cites:
            told.append((reason, spell.since.cites[0]))
    for claim in view.causes if _has_effect(view, on) else ():
        one = claim.assertion
        because = named(picture, one.because).name if one.because else "not named"
        told.append((one.words or because, claim.cite))
    for meeting in view.rounds:
        if _spoken_of(meeting, on):
            told += [(one.words, one.cite) for one in meeting.causes]
            told += [(c.assertion.reason, c.cite) for c in meeting.postponed if c.assertion.reason]
    if not told:
        return _unknown("not on record")
    told.sort(key=lambda pair: pair[1].inferred)
    words = _some(unique(f"{text} (inferred)" if cite.inferred else text for text, cite in told))
    return Cell(
        words=words,
        passages=passages(picture, (cite for _, cite in told)),
        sort="inferred" if all(cite.inferred for _, cite in told) else "",
    )


def _has_effect(view: StandingView, on: date) -> bool:
    """Whether what causes are named for may have begun by then."""
    spells = (*view.suspensions, *view.restorations)
    return not spells or any(one.since.days.begun_by(on) is not Sure.NO for one in spells)
