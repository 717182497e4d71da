"""Offices: seats of the parties, their levels and counterparts, and who is reported in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tieline.days import Days
from tieline.observer.assertion import Contact, Person, Round, Same, Seat
from tieline.observer.basis import name_place
from tieline.observer.claims import Cite, Claim, Settled, refine, settle, strongest, told, unique
from tieline.observer.statement import Force
from tieline.observer.surroundings import only

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tieline.observer.picture import Picture, Sight
    from tieline.observer.vocabulary import Manner


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A name with the others that a person is said to have, and who says so."""

    person: str
    names: tuple[str, ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A holder, or a vacancy (``holder`` None); ``seen`` is set when only seen at an event.

    ``manner`` is None for somebody appointed; ``at`` is the key of the event, if one is named.
    ``person`` is the key of whoever has this name; ``also`` are the other names of theirs that are
    reported in this seat.
    """

    holder: str | None
    seen: Settled | None
    start: Settled | None
    end: Settled | None
    cites: tuple[Cite, ...]
    manner: Manner | None = None
    at: str | None = None
    person: str | None = None
    also: tuple[str, ...] = ()

    @property
    def who(self) -> str | None:
        """One value for each holder, however spelled; None for a vacancy."""
        return self.holder and (self.person or self.holder)

    def anchor(self) -> Days:
        """The earliest days that this holding is tied to."""
        first = self.start or self.seen or self.end
        return first.days if first else Days()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatView:
    """A seat of one party and those reported in it.

    ``rank`` (1 the highest) is None when not said, or said differently; ``counterpart`` is the
    key of the seat opposite.
    """

    key: str
    party: str | None
    office: str | None
    holdings: tuple[Holding, ...]
    level: str | None = None
    rank: int | None = None
    counterpart: str | None = None
    lines: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """A person under every name that is given, each with who gives it."""

    key: str
    names: tuple[tuple[str, tuple[Cite, ...]], ...]
    party: str | None
    cites: tuple[Cite, ...]


def seats(picture: Picture) -> tuple[SeatView, ...]:
    """Every seat, its holders in the order of the days that they are tied to."""
    return picture.once(_seats)


def _seats(picture: Picture) -> tuple[SeatView, ...]:
    return tuple(picture.view(seat_view, key) for key in picture.things(Seat))


def seat_view(sight: Sight, key: str) -> SeatView:
    """One seat, for `Picture.view`."""
    claims = sight.about(Seat, key)
    who = joined_names(sight, claims)

    def same(a: Seat, b: Seat) -> bool:
        return (_one(a, who), a.vacant) == (_one(b, who), b.vacant)

    groups = refine([claim for claim in claims if _of_holder(claim.assertion)], same)
    holdings = [_holding(sight, group, who) for group in groups]
    holdings.sort(key=lambda holding: holding.anchor().sort_key())
    pairs = [sight.key(c.assertion.counterpart) for c in claims if c.assertion.counterpart]
    return SeatView(
        key=key,
        party=told(c.assertion.party for c in claims),
        office=told(c.assertion.office for c in claims),
        holdings=tuple(holdings),
        level=told(c.assertion.level for c in claims),
        rank=only(c.assertion.rank for c in claims),
        counterpart=min(pairs, default=None),
    )


def _of_holder(one: Seat) -> bool:
    # What only says where a seat stands, its level or counterpart, puts nobody in it.
    placed = one.level or one.rank is not None or one.counterpart
    return bool(one.holder or one.vacant or not placed)


def _one(seat: Seat, who: Mapping[str, Joined]) -> str | None:
    joined = who.get(seat.holder or "")
    return joined.person if joined else seat.holder


def joined_names(sight: Sight, claims: Iterable[Claim[Seat]]) -> dict[str, Joined]:
    """The holders of a seat that are one person under several names, by name.

    A name that two persons have joins nothing, since it cannot be told which of them is meant.
    """
    parties: dict[str, str | None] = {}
    for claim in claims:
        if claim.assertion.holder:
            parties.setdefault(claim.assertion.holder, claim.assertion.party)
    found = {name: _person_named(sight, name, party) for name, party in parties.items()}
    joined = {}
    for name, person in found.items():
        names = tuple(other for other in found if person and found[other] == person)
        if person and len(names) > 1:
            claimed = sight.about(Person, person)
            cites = [c.cite for c in claimed if set(c.assertion.names) & set(names)]
            cites += [c.cite for c in sight.about(Same, person)]
            joined[name] = Joined(person=person, names=names, cites=unique(cites))
    return joined


def _person_named(sight: Sight, name: str, party: str | None) -> str | None:
    keys = [
        key
        for key in sight.referring(name_place(name), Person)
        if any(
            name in c.assertion.names
            and (None in {party, c.assertion.party} or c.assertion.party == party)
            for c in sight.about(Person, key)
        )
    ]
    return keys[0] if len(keys) == 1 else None


def _holding(sight: Sight, group: list[Claim[Seat]], who: Mapping[str, Joined]) -> Holding:
    start = settle((c.assertion.start, c.cite) for c in group if c.assertion.start)
    end = settle((c.assertion.end, c.cite) for c in group if c.assertion.end)
    seen = settle(
        (days, cite)
        for c in group
        if c.assertion.at or not (c.assertion.start or c.assertion.end)
        for days, cite in seen_days(sight, c)
    )
    used = [cite for part in (start, seen, end) if part for cite in part.cites]
    holder = None if group[0].assertion.vacant else group[0].assertion.holder
    joined = who.get(holder or "")
    return Holding(
        holder=holder,
        seen=seen,
        start=start,
        end=end,
        cites=unique(
            [*strongest([c.cite for c in group], used), *(joined.cites if joined else ())]
        ),
        person=joined.person if joined else None,
        also=tuple(name for name in joined.names if name != holder) if joined else (),
        manner=only(c.assertion.manner for c in group),
        at=next((sight.key(c.assertion.at) for c in group if c.assertion.at), None),
    )


def seen_days(sight: Sight, claim: Claim[Seat]) -> list[tuple[Days, Cite]]:
    """The days of the event at which a holder was seen.

    Without an event it is the day of the report, which styles its persons as of then.
    """
    at = claim.assertion.at
    if at is None:
        return [claim.when_learned()]
    held = event_days(sight, at)
    # On a line a word about a meeting has the day on which it was filed, not that of the meeting.
    own = (
        []
        if held and claim.cite.force is Force.SIGNED
        else [(claim.happened or Days(), claim.cite)]
    )
    return [*own, *held]


def event_days(sight: Sight, key: str) -> list[tuple[Days, Cite]]:
    """The days of a round or contact as each report gives them."""
    held = [(c.assertion.held, c.cite) for c in sight.about(Round, key) if c.assertion.held]
    met = [(c.assertion.days, c.cite) for c in sight.about(Contact, key) if c.assertion.days]
    return [*held, *met]


def persons(picture: Picture) -> tuple[PersonView, ...]:
    """Every person that has a key, under all their names."""
    return tuple(picture.view(person_view, key) for key in picture.things(Person))


def person_view(sight: Sight, key: str) -> PersonView:
    """One person, for `Picture.view`."""
    claims = sight.about(Person, key)
    names: dict[str, list[Cite]] = {}
    for claim in claims:
        for name in claim.assertion.names:
            names.setdefault(name, []).append(claim.cite)
    return PersonView(
        key=key,
        names=tuple((name, unique(cites)) for name, cites in names.items()),
        party=told(c.assertion.party for c in claims),
        cites=unique(c.cite for c in claims),
    )
