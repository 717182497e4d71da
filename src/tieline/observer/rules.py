"""Rules: all that cannot be, or does not fit, in one place; what new items would add to it.

``discrepancies`` lists what a whole picture shows, ``faults_of`` what filing new items would newly
bring. When we enter something ourselves, what is ``refused`` of the latter is an error; all else
is filed, and shown as a discrepancy with both values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from tieline.observer.assertion import (
    Assertion,
    Commitment,
    Dating,
    Disagreement,
    Link,
    Measure,
    Mechanism,
    Restoration,
    Round,
    Same,
    Seat,
    Turn,
)
from tieline.observer.basis import Kind, referred
from tieline.observer.claims import Claim, unique
from tieline.observer.fitting import SINGLE, unfitting
from tieline.observer.rule import (
    FIELD,
    NOTED,
    Discrepancy,
    Rule,
    Weight,
    Within,
)
from tieline.observer.rules_items import (
    LEARNED_EARLY,
    NO_SOURCE,
    OPINION_UNNAMED,
    OWN_REVIEW,
    item_faults,
    items_faults,
)
from tieline.observer.rules_loops import LOOP, loops
from tieline.observer.rules_names import (
    Names,
    Pair,
    faults_in,
    names_faults,
    names_of,
    pairs_at,
)
from tieline.observer.rules_seats import (
    OTHER_LEVEL,
    PERHAPS_ONE,
    TWO_HOLDERS,
    other_level,
    other_rank,
    two_holders,
)
from tieline.observer.rules_sides import RESUMED_BY_ONE, resumed_by_one
from tieline.observer.rules_time import (
    CLOSED_BEFORE_OPENED,
    DUE_BEFORE_MADE,
    ENDED_BEFORE_BEGUN,
    HELD_BEFORE_ESTABLISHED,
    HELD_BEFORE_PROPOSED,
    of_commitment,
    of_measure,
    of_round,
    of_seat_ends,
    of_turns,
)
from tieline.observer.statement import Inference, Item, Statement, Withdrawal

if TYPE_CHECKING:
    from tieline.observer.picture import Picture, Sight

__all__ = [
    "RULES",
    "Discrepancy",
    "Rule",
    "Weight",
    "Within",
    "discrepancies",
    "discrepancies_at",
    "faults_of",
    "thing_faults",
]

RULES: Final = (
    CLOSED_BEFORE_OPENED,
    HELD_BEFORE_ESTABLISHED,
    HELD_BEFORE_PROPOSED,
    DUE_BEFORE_MADE,
    ENDED_BEFORE_BEGUN,
    TWO_HOLDERS,
    OTHER_LEVEL,
    RESUMED_BY_ONE,
    OPINION_UNNAMED,
    NO_SOURCE,
    LEARNED_EARLY,
    OWN_REVIEW,
    LOOP,
    PERHAPS_ONE,
    FIELD,
    NOTED,
)
"""Every rule; codes are unique and are never used again for another."""

_OF_THING: Final[dict[Kind, tuple[Callable[[Sight, str], Iterable[Discrepancy]], ...]]] = {
    Turn: (of_turns,),
    Round: (of_round, other_level),
    Commitment: (of_commitment,),
    Seat: (of_seat_ends, two_holders, other_rank),
    Measure: (of_measure,),
    Restoration: (resumed_by_one,),
}


def discrepancies(picture: Picture) -> tuple[Discrepancy, ...]:
    """All that does not fit: of things in the order of filing, of items, noted by an observer."""
    return picture.once(_discrepancies)


def _discrepancies(picture: Picture) -> tuple[Discrepancy, ...]:
    of_things = [one for key in picture.all_things() for one in picture.view(thing_faults, key)]
    return (
        *of_things,
        *items_faults(picture),
        *loops(picture),
        *names_faults(picture),
        *(_noted(picture, claim) for claim in picture.of(Disagreement)),
    )


def discrepancies_at(picture: Picture, keys: Iterable[str]) -> tuple[Discrepancy, ...]:
    """What does not fit of some things, noted by an observer or found by a rule of one thing."""
    things = unique(picture.key(key) for key in keys)
    found = [one for key in things for one in picture.view(thing_faults, key)]
    found += [_noted(picture, c) for key in things for c in picture.about(Disagreement, key)]
    return unique(found)


def thing_faults(sight: Sight, key: str) -> tuple[Discrepancy, ...]:
    """What does not fit of one thing, for `Picture.view`."""
    found: list[Discrepancy] = []
    kinds = sight.kinds(key)
    for kind in SINGLE:
        if kind in kinds:
            found += unfitting(sight, key, kind)
            for rule in _OF_THING.get(kind, ()):
                found += rule(sight, key)
    return tuple(found)


def _noted(picture: Picture, claim: Claim[Disagreement]) -> Discrepancy:
    cites, numbers = picture.basis.cites, picture.basis.numbers
    return Discrepancy(
        thing=picture.key(claim.assertion.thing),
        why=claim.assertion.why,
        values=(
            ("noted", claim.cite),
            *(("", cites[numbers[id_]]) for id_ in sorted(claim.grounds)),
        ),
        rule=NOTED,
    )


def faults_of(picture: Picture, new: Iterable[Item]) -> tuple[Discrepancy, ...]:
    """The discrepancies that filing these items would newly cause, those of things first.

    Only what the items touch is looked at. Those to refuse at entry say so by ``refused``.
    """
    items = list(new)
    grown = picture.with_items(items)
    found: list[Discrepancy] = []
    keys = _touched(grown, items)
    for key in keys:
        before = set(picture.view(thing_faults, key))
        found += [one for one in grown.view(thing_faults, grown.key(key)) if one not in before]
    found += [one for item in items for one in item_faults(grown, item)]
    said = [one for item in items for one in getattr(item, "assertions", ())]
    if any(_ties(one) for one in said):
        before = set(loops(picture))
        found += [one for one in loops(grown) if one not in before]
    found += _new_names(picture, grown, items, keys)
    ids = {item.id for item in items}
    noted = [one for key in keys for one in grown.about(Disagreement, key)]
    found += [_noted(grown, claim) for claim in noted if claim.cite.id in ids]
    return unique(found)


def _ties(one: Assertion) -> bool:
    if isinstance(one, Mechanism):
        return one.parent is not None
    if isinstance(one, Round):
        return one.mandate is not None
    return isinstance(one, Link | Same)


def _touched(grown: Picture, items: Iterable[Item]) -> tuple[str, ...]:
    """Keys of things of which a rule may say something else once the items are there."""
    named: list[str] = []
    for item in items:
        target = grown.basis.numbers.get(item.of) if isinstance(item, Withdrawal) else None
        told = item if target is None else grown.basis.item(target)
        for one in told.assertions if isinstance(told, Statement | Inference) else ():
            named += [one.thing, *referred(one)]
            if isinstance(one, Same):
                named.append(one.other)
            elif isinstance(one, Dating):
                numbers = grown.basis.by_source.get(one.thing, ())
                dated = [grown.basis.item(number) for number in numbers]
                named += [said.thing for source in dated for said in source.assertions]
    keys = unique(grown.key(name) for name in named)
    return unique([*keys, *(other for key in keys for other in grown.neighbours(key))])


def _new_names(
    picture: Picture, grown: Picture, items: Iterable[Item], keys: Iterable[str]
) -> Iterator[Discrepancy]:
    known, fresh = names_of(picture), Names()
    for item in items:
        if item.id in grown.fallen or not isinstance(item, Statement | Inference):
            continue
        for one in item.assertions:
            for claim in grown.about(type(one), one.thing):
                if claim.cite.id == item.id:
                    fresh.add(grown, claim)
    pairs: list[Pair] = []
    for name in fresh.parties:
        others = dict.fromkeys(fresh.near(name), fresh)
        others |= dict.fromkeys(known.near(name, fresh.parties[name]), known)
        for other, where in others.items():
            own = known if name in known.parties else fresh
            pairs.append((name, other, own.cite(name), where.cite(other)))
    for key in keys:
        there = set(picture.view(pairs_at, key))
        pairs += [pair for pair in grown.view(pairs_at, key) if pair not in there]
    had = {(one.values[0][0], one.values[1][0]) for one in names_faults(picture)}
    for found in faults_in(pairs, known):
        names = found.values[0][0], found.values[1][0]
        if names not in had and not fresh.joined(*names):
            yield found
