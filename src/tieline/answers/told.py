"""Told: a value with the passages that give it, and the names of the things that answers speak of.

An answer never picks one report over another. Where two give different values both stand, each
with its citations; where none gives any, the answer names what is unknown.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from tieline.days import Days
from tieline.errors import UsageError
from tieline.observer.assertion import (
    Assertion,
    Channel,
    Commitment,
    Contact,
    Event,
    Framework,
    Measure,
    Mechanism,
    Person,
    Precondition,
    Round,
    Same,
    Seat,
    Text,
)
from tieline.observer.claims import Cite, Claim, Settled, settle, standing, told, unique

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from tieline.observer.picture import Picture, Sight
    from tieline.observer.statement import Statement

NEAR_MATCHES_MAX: Final = 6
"""Keys that an error proposes: one line of a terminal."""

COMPARED_MAX: Final = 2_000
"""Keys compared letter by letter for an error; beyond that only those of the same first letter."""

KINDS: Final[dict[str, type[Assertion]]] = {
    "mechanism": Mechanism,
    "channel": Channel,
    "round": Round,
    "contact": Contact,
    "framework": Framework,
    "commitment": Commitment,
    "seat": Seat,
    "text": Text,
    "precondition": Precondition,
    "measure": Measure,
    "event": Event,
    "person": Person,
}
"""Kinds of things that have a key and a life of their own, in the order in which one is chosen."""

T = TypeVar("T")
A = TypeVar("A", bound=Assertion)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Generic[T]):
    """One value, and all that gives it."""

    value: T
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A thing by its key, with what it is and its name for readers.

    ``kind`` is empty when nothing is reported of the thing itself.
    """

    key: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfParty:
    """A value of one side; ``party`` is None when no side is named."""

    party: str | None
    value: str
    cites: tuple[Cite, ...]


def as_known(picture: Picture, known_on: date | None) -> Picture:
    """The picture from what was known by a day; the picture itself for no day."""
    if known_on is None or picture.day == known_on:
        return picture
    return picture.known_on(known_on)


def cites_of(claims: Iterable[Claim[A]]) -> tuple[Cite, ...]:
    return unique(claim.cite for claim in claims)


def gather(values: Iterable[tuple[T, Cite]]) -> tuple[Told[T], ...]:
    """Different values in the order of filing, each with all its citations."""
    found: dict[T, list[Cite]] = {}
    for value, cite in values:
        found.setdefault(value, []).append(cite)
    return tuple(Told(value=value, cites=unique(cites)) for value, cites in found.items())


def given(claims: Iterable[Claim[A]], get: Callable[[A], T | None]) -> tuple[Told[T], ...]:
    """What the claims give for one field."""
    listed = [(get(claim.assertion), claim.cite) for claim in claims]
    return gather((value, cite) for value, cite in listed if value is not None)


def merges(picture: Sight, key: str) -> tuple[Cite, ...]:
    """What says that several keys name this thing."""
    return cites_of(picture.about(Same, key))


def given_things(
    picture: Sight, claims: Iterable[Claim[A]], get: Callable[[A], str | None]
) -> tuple[Told[Named], ...]:
    """Things that the claims name; where two keys are one thing, what says so is cited too."""
    pairs: list[tuple[Named, Cite]] = []
    for claim in claims:
        key = get(claim.assertion)
        if key:
            thing = named(picture, key)
            pairs.append((thing, claim.cite))
            pairs += [(thing, cite) for cite in merges(picture, key)]
    return gather(pairs)


def settled(claims: Iterable[Claim[A]], get: Callable[[A], Days | None]) -> Settled | None:
    """Days of one field, narrowed as `settle` says; None when no claim gives any.

    Of what one party signed on a line its newest word counts.
    """
    listed = [(get(claim.assertion), claim.cite) for claim in claims]
    return settle(standing((days, cite) for days, cite in listed if days is not None))


def by_party(
    claims: Iterable[Claim[A]], get: Callable[[A], Iterable[object]]
) -> tuple[OfParty, ...]:
    """Values of sides (`OfSide`) with their citations."""
    pairs = [
        ((getattr(one, "party", None), str(getattr(one, "value", one))), claim.cite)
        for claim in claims
        for one in get(claim.assertion)
    ]
    return tuple(
        OfParty(party=each.value[0], value=each.value[1], cites=each.cites)
        for each in gather(pairs)
    )


def each_side(claims: Iterable[Claim[A]]) -> tuple[Told[str], ...]:
    """Every side that the claims name in ``by``; empty when by whom is not said."""
    listed = list(claims)
    return gather((side, c.cite) for c in listed for side in getattr(c.assertion, "by", ()))


def statements_by_id(picture: Picture, ids: Iterable[str]) -> dict[str, Statement]:
    """The statements with these ids."""
    found = {id_: picture.statement(id_) for id_ in ids}
    return {id_: one for id_, one in found.items() if one is not None}


def kind_of(picture: Sight, key: str) -> str:
    """What a key names; empty when nothing is reported of it."""
    kinds = picture.kinds(key)
    return next((name for name, kind in KINDS.items() if kind in kinds), "")


def named(picture: Sight, key: str) -> Named:
    """A thing with its kind and name; the key serves where no report gives a name."""
    key = picture.key(key)
    kind = kind_of(picture, key)
    return Named(key=key, kind=kind, name=_name(picture, kind, key) or key)


def _name(picture: Sight, kind: str, key: str) -> str | None:
    if kind == "round":
        return _round_name(picture, key)
    if kind == "contact":
        claims = picture.about(Contact, key)
        ways = told(c.assertion.way.value for c in claims if c.assertion.way)
        parts = [ways, told(c.assertion.place for c in claims)]
        return ", ".join(part for part in parts if part) or None
    if kind == "person":
        return next((n for c in picture.about(Person, key) for n in c.assertion.names), None)
    field = {"commitment": "what", "seat": "office", "precondition": "words"}.get(kind, "name")
    claims_of = picture.about(KINDS[kind], key) if kind else []
    return told(getattr(c.assertion, field, None) for c in claims_of)


def _round_name(picture: Sight, key: str) -> str:
    claims = picture.about(Round, key)
    of = next((c.assertion.of for c in claims if c.assertion.of), None)
    numbers = sorted({c.assertion.number for c in claims if c.assertion.number is not None})
    series = named(picture, of).name if of else "a mechanism not named"
    return f"{series}, round {' / '.join(map(str, numbers)) or 'number not said'}"


def find(picture: Picture, key: str, *kinds: type[Assertion]) -> str:
    """The key under which a thing is shown, when something is reported of it.

    Raises:
        UsageError: nothing of these kinds has that key; keys like it are named.
    """
    shown = picture.key(key)
    wanted = kinds or tuple(KINDS.values())
    if any(picture.about(kind, shown) for kind in wanted):
        return shown
    keys = unique(thing for kind in wanted for thing in picture.things(kind))
    raise no_such(key, keys, "nothing is reported under")


def things(picture: Picture, kind: str | None = None) -> tuple[Named, ...]:
    """Everything that has a key, or all of one kind, in the order of filing.

    Raises:
        UsageError: there is no such kind.
    """
    return tuple(named(picture, key) for key in thing_keys(picture, kind))


def thing_keys(picture: Picture, kind: str | None = None) -> tuple[str, ...]:
    """The keys of everything, or of all of one kind; raises as `things` does."""
    if kind is not None and kind not in KINDS:
        raise no_such(kind, KINDS, "there is no kind of thing called")
    chosen = KINDS.values() if kind is None else (KINDS[kind],)
    return unique(key for each in chosen for key in picture.things(each))


def no_such(key: str, keys: Iterable[str], words: str) -> UsageError:
    """An error that names the keys nearest to one that is not there."""
    listed = list(keys)
    near = [each for each in listed if key.casefold() in each.casefold()] if key else []
    if len(near) < NEAR_MATCHES_MAX:
        alike = listed if len(listed) <= COMPARED_MAX else [k for k in listed if k[:1] == key[:1]]
        near += difflib.get_close_matches(key, alike[:COMPARED_MAX], n=NEAR_MATCHES_MAX, cutoff=0.5)
    shown = list(unique(near))[:NEAR_MATCHES_MAX] or sorted(listed)[:NEAR_MATCHES_MAX]
    more = f"; there are {', '.join(shown)}" if shown else ""
    return UsageError(
        f"{words} {key[:80]!r}{more}",
        advice="`tieline ask things` lists every key with its name.",
    )
