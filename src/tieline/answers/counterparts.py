"""Counterparts: the seats of each side on a day by level, and the next level filled on both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from tieline.answers.seats import IS_FILLED, Filled, SeatView, Tenure, seat_of, seat_on
from tieline.answers.told import as_known, find
from tieline.days import Sure
from tieline.observer.assertion import Seat
from tieline.observer.claims import told, unique

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tieline.observer.claims import Cite
    from tieline.observer.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One level: the seats on it by side, and by what they are put beside each other.

    ``paired_by`` is ``counterpart`` when a report or the record pairs them, ``rank`` or ``level``
    when they only share that, and empty when nothing pairs this seat. ``cites`` give the rank, the
    level and the pairing: these are often an inference.
    """

    rank: int | None
    level: str | None
    paired_by: str
    seats: tuple[SeatView, ...]
    missing: tuple[str, ...]
    cites: tuple[Cite, ...] = ()

    def filled_by(self, party: str) -> Sure:
        """Whether a seat of that party on this level is filled."""
        own = [seat for seat in self.seats if seat.party == party and seat.filled in IS_FILLED]
        if any(seat.sure is Sure.YES for seat in own):
            return Sure.YES
        return Sure.PERHAPS if own else Sure.NO

    @property
    def on_both(self) -> Sure:
        """Whether the level is filled on every side that the ladder has."""
        parties = unique([*(seat.party for seat in self.seats if seat.party), *self.missing])
        each = [self.filled_by(party) for party in parties]
        if len(each) < 2 or Sure.NO in each:
            return Sure.NO
        return Sure.PERHAPS if Sure.PERHAPS in each else Sure.YES


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderAnswer:
    """Every level, the highest first; levels without a rank come last, in the order of filing."""

    on: date
    known_on: date | None
    sides: tuple[str, ...]
    rungs: tuple[Rung, ...]
    vacancies: tuple[SeatView, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextFilled:
    """For a request to one seat: why it may not reach anybody, and the next level that would.

    ``next`` is None when no level is filled on both sides; ``passed`` are the levels looked at.
    """

    asked: SeatView
    why: str
    next: Rung | None
    sure: Sure
    passed: tuple[Rung, ...]


def ladder(
    picture: Picture,
    *,
    on: date,
    known_on: date | None = None,
    sides: Iterable[str] = (),
) -> LadderAnswer:
    """Counterparts and vacancies at the end of a day; ``sides`` keeps those parties only."""
    seen = as_known(picture, known_on)
    views = [seat_on(seen, key, on) for key in seen.things(Seat)]
    wanted = tuple(sides)
    if wanted:
        views = [view for view in views if view.party in wanted]
    parties = wanted or unique(view.party for view in views if view.party)
    rungs = _rungs(views, parties)
    return LadderAnswer(
        on=on,
        known_on=known_on,
        sides=parties,
        rungs=tuple(rungs),
        vacancies=tuple(view for view in views if view.filled is Filled.VACANT),
        unknown=tuple(view.thing.key for view in views if view.filled is Filled.UNKNOWN),
    )


def next_filled(
    picture: Picture,
    seat: str,
    *,
    on: date,
    known_on: date | None = None,
    sides: Iterable[str] = (),
) -> NextFilled:
    """Where a request to this seat can go: the nearest lower level filled on both sides, else
    the nearest higher one; the seat's own level when that is filled on both.

    Raises:
        UsageError: no seat has that key.
    """
    seen = as_known(picture, known_on)
    key = find(seen, seat, Seat)
    found = ladder(seen, on=on, sides=sides)
    own = next((r for r in found.rungs if key in {s.thing.key for s in r.seats}), None)
    asked = seat_on(seen, key, on)
    ranked = [rung for rung in found.rungs if rung.rank is not None]
    if own is not None and own.on_both is not Sure.NO and asked.filled in IS_FILLED:
        return NextFilled(asked=asked, why="", next=own, sure=own.on_both, passed=())
    here = own.rank if own is not None and own.rank is not None else None
    lower = [r for r in ranked if here is None or (r.rank or 0) > here]
    higher = [r for r in reversed(ranked) if here is not None and (r.rank or 0) < here]
    passed: list[Rung] = []
    for rung in (*lower, *higher):
        if rung is not own and rung.on_both is not Sure.NO:
            return NextFilled(
                asked=asked,
                why=_why(asked, own),
                next=rung,
                sure=rung.on_both,
                passed=tuple(passed),
            )
        passed.append(rung)
    return NextFilled(
        asked=asked, why=_why(asked, own), next=None, sure=Sure.NO, passed=tuple(passed)
    )


OPEN: Final = "reports leave open whether the seat is filled"


def _why(asked: SeatView, own: Rung | None) -> str:
    if asked.filled is Filled.VACANT:
        return "the seat is vacant"
    if asked.filled is Filled.UNKNOWN:
        return OPEN if asked.now else "who holds the seat is not reported"
    others = [s for s in own.seats if s.party != asked.party] if own is not None else []
    if not others:
        return "it has no counterpart"
    if any(one.filled is Filled.VACANT for one in others):
        return "its counterpart's seat is vacant"
    if any(one.now for one in others):
        return "reports leave open whether its counterpart's seat is filled"
    return "who holds its counterpart's seat is not reported"


def _rungs(views: list[SeatView], parties: tuple[str, ...]) -> list[Rung]:
    """Seats said to be counterparts; then those of one rank, of one level; then each alone."""
    groups = _paired(views)
    placed = {seat.thing.key for group in groups for seat in group}
    found = [("counterpart", group) for group in groups]
    left = [seat for seat in views if seat.thing.key not in placed]
    for by, name in (("rank", _rank), ("level", _level)):
        alike: dict[object, list[SeatView]] = {}
        for seat in left:
            alike.setdefault(name(seat), []).append(seat)
        left = alike.pop(None, [])
        for group in alike.values():
            is_pair = len({seat.party for seat in group}) > 1
            found.append((by if is_pair else "", group))
    found += [("", [seat]) for seat in left]
    rungs = [_rung(by, seats, parties) for by, seats in found]
    return sorted(rungs, key=lambda rung: (rung.rank is None, rung.rank or 0))


def _rank(seat: SeatView) -> int | None:
    return min((told.value for told in seat.rank), default=None)


def _level(seat: SeatView) -> str | None:
    return min((told.value.casefold() for told in seat.level), default=None)


def _paired(views: list[SeatView]) -> list[list[SeatView]]:
    """Seats joined by being named as each other's counterparts, however many."""
    by_key = {seat.thing.key: seat for seat in views}
    joined: dict[str, set[str]] = {}
    for seat in views:
        for other in (one.value.key for one in seat.counterpart):
            if other in by_key and other != seat.thing.key:
                joined.setdefault(seat.thing.key, set()).add(other)
                joined.setdefault(other, set()).add(seat.thing.key)
    groups: list[list[SeatView]] = []
    done: set[str] = set()
    for key in (seat.thing.key for seat in views if seat.thing.key in joined):
        if key in done:
            continue
        group, todo = {key}, [key]
        while todo:
            fresh = joined[todo.pop()] - group
            group |= fresh
            todo += fresh
        done |= group
        groups.append([by_key[each] for each in sorted(group)])
    return groups


def _rung(by: str, seats: list[SeatView], parties: tuple[str, ...]) -> Rung:
    ranks = [one.value for seat in seats for one in seat.rank]
    there = {seat.party for seat in seats}
    return Rung(
        rank=min(ranks, default=None),
        level=told(one.value for seat in seats for one in seat.level),
        paired_by=by,
        seats=tuple(sorted(seats, key=lambda s: _place(s.party, parties))),
        missing=tuple(party for party in parties if party not in there),
        cites=unique(cite for seat in seats for cite in _placing(by, seat)),
    )


def _placing(by: str, seat: SeatView) -> Iterator[Cite]:
    for told_of in (seat.rank, seat.level, seat.counterpart if by == "counterpart" else ()):
        for one in told_of:
            yield from one.cites


def _place(party: str | None, parties: tuple[str, ...]) -> int:
    return parties.index(party) if party in parties else len(parties)


__all__ = [
    "Filled",
    "LadderAnswer",
    "NextFilled",
    "Rung",
    "SeatView",
    "Tenure",
    "ladder",
    "next_filled",
    "seat_of",
]
