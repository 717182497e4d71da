"""The picture: what a sequence of bodies adds up to, each value with what it rests on.

The fold is total: a body that cannot be read becomes a fault in the picture and nothing else.
The order of bodies decides only the order of display, and which of two items of one id counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from tieline.days import Days, Sure
from tieline.errors import MalformedError
from tieline.observer.assertion import Assertion, Dating, Same
from tieline.observer.body import from_body
from tieline.observer.claims import Cite, Claim
from tieline.observer.statement import (
    REPORTED_FORCES,
    Force,
    Inference,
    Item,
    Record,
    Review,
    Source,
    Statement,
    Withdrawal,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

A = TypeVar("A", bound=Assertion)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A folded record.

    Attributes:
        record: all that was filed, withdrawn items too.
        claims: the assertions that count, in the order of filing, inferences last.
        fallen: ids that do not count, each with the reason.
        learned: for each statement that counts, when it became known.
        aliases: keys that name the same thing as another, each with that other.
        index: the claims by kind of assertion and by the key of their thing.
        faults: bodies that could not be read or did not fit, in words.
        dropped: ids left out on request.
        day: the day whose knowledge this is, or None for all.
    """

    record: Record
    claims: tuple[Claim[Assertion], ...] = ()
    fallen: Mapping[str, str] = field(default_factory=dict)
    learned: Mapping[str, Days] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    index: Mapping[type[Any], Mapping[str, list[Claim[Assertion]]]] = field(
        default_factory=dict, repr=False, compare=False
    )
    faults: tuple[str, ...] = ()
    dropped: frozenset[str] = frozenset()
    day: date | None = None

    def of(self, kind: type[A]) -> list[Claim[A]]:
        """All claims of one kind of assertion, those about one thing together."""
        found = [claim for group in self.index.get(kind, {}).values() for claim in group]
        return cast("list[Claim[A]]", found)

    def about(self, kind: type[A], thing: str) -> list[Claim[A]]:
        """All claims of one kind about one thing, under any of its keys."""
        return cast("list[Claim[A]]", self.index.get(kind, {}).get(self.key(thing), []))

    def key(self, thing: str) -> str:
        """The key under which this picture shows a thing."""
        return self.aliases.get(thing, thing)

    def things(self, kind: type[Assertion]) -> tuple[str, ...]:
        """The keys of all things of one kind, in the order of filing."""
        return tuple(self.index.get(kind, {}))

    def without(self, ids: Iterable[str]) -> Picture:
        """The picture when these statements or inferences are left out."""
        return _build(self.record, self.faults, self.dropped | frozenset(ids), self.day)

    def without_inferences(self) -> Picture:
        """The picture of reports alone."""
        return self.without(inference.id for inference in self.record.inferences)

    def known_on(self, day: date | None) -> Picture:
        """The picture from what was, or may have been, known by the end of that day."""
        return _build(self.record, self.faults, self.dropped, day)


def fold(
    bodies: Iterable[tuple[str, Mapping[str, object]]],
    forces: frozenset[Force] = REPORTED_FORCES,
) -> Picture:
    """Fold (kind, body) pairs; never raises for what they hold.

    A statement with a force that such a record cannot hold is a fault and counts for nothing.
    """
    kept: dict[tuple[type[Item], str], Item] = {}
    faults: list[str] = []
    for number, (kind, body) in enumerate(bodies):
        try:
            item = from_body(kind, body)
        except MalformedError as error:
            faults.append(f"body {number}: {error}")
            continue
        if isinstance(item, Statement) and item.force not in forces:
            faults.append(f"body {number}: force {item.force.value} has no place in this record")
            continue
        first = kept.setdefault((_space(item), item.id), item)
        if first != item:
            faults.append(f"body {number}: another item is filed as {item.id}; the first counts")
    return _build(_record(kept.values()), tuple(faults), frozenset(), None)


def picture_of(record: Record) -> Picture:
    """The picture of a record that was read from a text."""
    return _build(record, (), frozenset(), None)


def _space(item: Item) -> type[Item]:
    return Statement if isinstance(item, Inference) else type(item)


def _record(items: Iterable[Item]) -> Record:
    listed = list(items)
    return Record(
        sources=tuple(item for item in listed if isinstance(item, Source)),
        statements=tuple(item for item in listed if isinstance(item, Statement)),
        inferences=tuple(item for item in listed if isinstance(item, Inference)),
        withdrawals=tuple(item for item in listed if isinstance(item, Withdrawal)),
        reviews=tuple(item for item in listed if isinstance(item, Review)),
    )


def _build(
    record: Record, faults: tuple[str, ...], dropped: frozenset[str], day: date | None
) -> Picture:
    """Build in steps: (1) what is taken back, (2) what falls with it, (3) when each became
    known and what that leaves, (4) claims, (5) one key for each thing.
    """
    # (1)
    fallen = dict.fromkeys(sorted(dropped), "left out")
    for withdrawal in record.withdrawals:
        if day is None or withdrawal.on.begun_by(day) is Sure.YES:
            fallen[withdrawal.of] = f"withdrawn by {withdrawal.author}: {withdrawal.why}"
    # (2)
    _fell_inferences(record, fallen)
    # (3): a dating holds whatever the day, since it says when something could be known at all.
    datings = _datings(record, fallen)
    learned = _learned(record, datings)
    known = _known(learned, day)
    for id_, sure in known.items():
        if sure is Sure.NO:
            fallen.setdefault(id_, f"not known by {day}")
    _fell_inferences(record, fallen)
    # (4)
    undated = _known(_learned(record, []), day)
    cites = {
        one.id: replace(
            cite_of(one, known[one.id]),
            dated_by=()
            if known[one.id] is undated[one.id]
            else tuple(id_ for id_, dating in datings if dating.thing == one.source),
        )
        for one in record.statements
    }
    claims = (*_reported(record, fallen, cites), *_inferred(record, fallen, known))
    picture = Picture(
        record=record,
        claims=claims,
        fallen=fallen,
        learned={id_: days for id_, days in learned.items() if id_ not in fallen},
        faults=faults,
        dropped=dropped,
        day=day,
    )
    # (5)
    same = [claim for claim in claims if isinstance(claim.assertion, Same)]
    aliases = _aliases(cast("list[Claim[Same]]", same))
    return replace(picture, aliases=aliases, index=_index(claims, aliases))


def _index(
    claims: Iterable[Claim[Assertion]], aliases: Mapping[str, str]
) -> dict[type[Assertion], dict[str, list[Claim[Assertion]]]]:
    index: dict[type[Assertion], dict[str, list[Claim[Assertion]]]] = {}
    for claim in claims:
        thing = claim.assertion.thing
        things = index.setdefault(type(claim.assertion), {})
        things.setdefault(aliases.get(thing, thing), []).append(claim)
    return index


def _fell_inferences(record: Record, fallen: dict[str, str]) -> None:
    statements = {statement.id for statement in record.statements}
    for inference in record.inferences:
        gone = [id_ for id_ in inference.grounds if id_ in fallen or id_ not in statements]
        if gone:
            fallen.setdefault(inference.id, f"its ground {gone[0]} does not count")


def _datings(record: Record, fallen: Mapping[str, str]) -> list[tuple[str, Dating]]:
    return [
        (inference.id, one)
        for inference in record.inferences
        if inference.id not in fallen
        for one in inference.assertions
        if isinstance(one, Dating)
    ]


def _learned(record: Record, datings: Iterable[tuple[str, Dating]]) -> dict[str, Days]:
    published = {source.id: source.published for source in record.sources}
    for _, dating in datings:
        days = published.get(dating.thing, Days())
        published[dating.thing] = days.meet(dating.days) or days
    learned: dict[str, Days] = {}
    for statement in record.statements:
        by_source = published.get(statement.source, Days())
        own = statement.learned or by_source
        learned[statement.id] = own.meet(by_source) or own
    return learned


def _known(learned: Mapping[str, Days], day: date | None) -> dict[str, Sure]:
    return {id_: Sure.YES if day is None else days.begun_by(day) for id_, days in learned.items()}


def _reported(
    record: Record, fallen: Mapping[str, str], cites: Mapping[str, Cite]
) -> list[Claim[Assertion]]:
    return [
        Claim(assertion=one, cite=cites[statement.id], happened=statement.happened)
        for statement in record.statements
        if statement.id not in fallen
        for one in statement.assertions
    ]


def _inferred(
    record: Record, fallen: Mapping[str, str], known: Mapping[str, Sure]
) -> list[Claim[Assertion]]:
    claims: list[Claim[Assertion]] = []
    for inference in record.inferences:
        if inference.id in fallen:
            continue
        surely = all(known[id_] is Sure.YES for id_ in inference.grounds)
        cite = Cite(
            id=inference.id,
            author=inference.author,
            known=Sure.YES if surely else Sure.PERHAPS,
        )
        grounds = frozenset(inference.grounds)
        claims += [Claim(assertion=one, cite=cite, grounds=grounds) for one in inference.assertions]
    return claims


def cite_of(statement: Statement, known: Sure = Sure.YES) -> Cite:
    """The citation of a statement."""
    return Cite(
        id=statement.id,
        source=statement.source,
        passage=statement.passage,
        force=statement.force,
        known=known,
    )


def _aliases(claims: Iterable[Claim[Same]]) -> dict[str, str]:
    """Join keys that are said to be one; the key that was named first is shown."""
    groups: list[list[str]] = []
    for claim in claims:
        pair = [claim.assertion.thing, claim.assertion.other]
        touched = [group for group in groups if set(group) & set(pair)]
        joined = list(dict.fromkeys([key for group in touched for key in group] + pair))
        groups = [group for group in groups if group not in touched] + [joined]
    return {key: group[0] for group in groups for key in group[1:]}
