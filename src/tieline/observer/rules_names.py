"""Rule of names: two spellings of perhaps one person, unless a person joins them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tieline.observer.assertion import Assertion, Attendance, Contact, Person, Round, Seat
from tieline.observer.claims import Cite, Claim, unique
from tieline.observer.names import folded, keys_of, perhaps_one
from tieline.observer.rule import Discrepancy, fault
from tieline.observer.rules_seats import PERHAPS_ONE, one_office_two_names

if TYPE_CHECKING:
    from tieline.observer.picture import Picture, Sight

BLOCK_MAX: Final = 200
"""Names under one key that are compared with each other."""
Pair = tuple[str, str, Cite, Cite]


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """The names of a record: by name the parties with who says so first; names by shared key."""

    parties: dict[str, dict[str | None, Cite]] = field(default_factory=dict)
    blocks: dict[str, list[str]] = field(default_factory=dict)
    persons: dict[str, set[str]] = field(default_factory=dict)

    def add(self, picture: Picture, claim: Claim[Assertion]) -> list[str]:
        """Take in the names of one claim; those that were not there are given back."""
        fresh = []
        for name, party in _named(claim.assertion):
            if name not in self.parties:
                fresh.append(name)
                self.parties[name] = {}
                for key in unique(keys_of(name)):
                    self.blocks.setdefault(key, []).append(name)
            self.parties[name].setdefault(party, claim.cite)
            if isinstance(claim.assertion, Person):
                self.persons.setdefault(name, set()).add(picture.key(claim.assertion.thing))
        return fresh

    def near(self, name: str, own: Mapping[str | None, Cite] | None = None) -> Iterator[str]:
        """Other spellings that this name could have; ``own`` are its parties if it is not here."""
        parties = (self.parties.get(name, {}) if own is None else own).keys()
        bare = _is_bare(name)
        seen = {name}
        for key in keys_of(name):
            for other in self.blocks.get(key, ())[:BLOCK_MAX]:
                if other in seen or (key[0] == "." and not bare and not _is_bare(other)):
                    continue
                seen.add(other)
                if _one_party(parties, self.parties[other].keys()) and perhaps_one(name, other):
                    yield other

    def joined(self, one: str, two: str) -> bool:
        """Whether a person is said to have both names."""
        return bool(self.persons.get(one, set()) & self.persons.get(two, set()))

    def cite(self, name: str) -> Cite:
        return next(iter(self.parties[name].values()))


def _one_party(first: AbstractSet[str | None], second: AbstractSet[str | None]) -> bool:
    return None in first or None in second or bool(first & second)


def _is_bare(name: str) -> bool:
    return any(len(part) == 1 for part in folded(name))


def _named(one: Assertion) -> Iterator[tuple[str, str | None]]:
    if isinstance(one, Seat) and one.holder:
        yield one.holder, one.party
    elif isinstance(one, Attendance):
        yield one.person, one.party
    elif isinstance(one, Person):
        yield from ((name, one.party) for name in one.names)


def names_of(picture: Picture) -> Names:
    """All names of a picture."""
    return picture.once(_names)


def _names(picture: Picture) -> Names:
    names = Names()
    for kind in (Seat, Attendance, Person):
        claims: list[Claim[Assertion]] = picture.of(kind)
        for claim in claims:
            names.add(picture, claim)
    return names


def names_faults(picture: Picture) -> tuple[Discrepancy, ...]:
    """Every pair of spellings of perhaps one person, each once."""
    return picture.once(_names_faults)


def _names_faults(picture: Picture) -> tuple[Discrepancy, ...]:
    names = names_of(picture)
    pairs = [
        (one, two, names.cite(one), names.cite(two))
        for one in names.parties
        for two in names.near(one)
        if one < two
    ]
    events = unique(key for kind in (Round, Contact) for key in picture.things(kind))
    events = unique([*events, *picture.things(Attendance)])
    pairs += [pair for key in events for pair in picture.view(pairs_at, key)]
    return tuple(faults_in(pairs, names))


def pairs_at(sight: Sight, key: str) -> tuple[Pair, ...]:
    """Names under one office at one event, for `Picture.view`."""
    return tuple(one_office_two_names(sight, key))


def faults_in(pairs: Iterable[Pair], names: Names) -> Iterator[Discrepancy]:
    """The pairs that no person joins, each once."""
    seen = set()
    for one, two, cite, other in pairs:
        low, high = sorted(((one, cite), (two, other)), key=lambda told: told[0])
        if (low[0], high[0]) not in seen and not names.joined(one, two):
            seen.add((low[0], high[0]))
            yield fault(PERHAPS_ONE, low[0], low, high)
