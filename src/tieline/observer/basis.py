"""The basis of a picture: a record laid out by thing once, from which every day's picture is cut.

A row number says where a claim stands in the order of filing: the place of its item, and its own
place within the item. Statements come first, inferences after all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from tieline.days import Days, Sure
from tieline.observer.assertion import Assertion, Dating, Person, Same
from tieline.observer.claims import Cite, Claim
from tieline.observer.form import KEY
from tieline.observer.forms import ASSERTION_FORM_OF
from tieline.observer.statement import (
    Inference,
    Item,
    Record,
    Review,
    Source,
    Statement,
    Withdrawal,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Kind = type[Any]
INFERENCES: Final = 1 << 40
"""Number of the first inference: every statement has a smaller one."""
ROW_BITS: Final = 20
"""Room for the assertions of one item in a row number."""
ROW_MASK: Final = (1 << ROW_BITS) - 1

_REFERRING: Final = {
    make: tuple(
        f.attribute for f in form.fields if f.codec is KEY and f.name not in {"thing", "topic"}
    )
    for make, form in ASSERTION_FORM_OF.items()
    if make not in {Same, Dating}
}


@dataclass(frozen=True, slots=True, eq=False)
class Dossier:
    """All claims about one thing, by kind, in the order of filing; ``rows`` has their numbers."""

    claims: dict[Kind, list[Claim[Assertion]]] = field(default_factory=dict)
    rows: dict[Kind, list[int]] = field(default_factory=dict)

    def like(self, other: Dossier | None) -> bool:
        """Whether the very same claims stand in both."""
        if other is None or self.rows != other.rows:
            return False
        return all(
            one is two
            for kind, claims in self.claims.items()
            for one, two in zip(claims, other.claims[kind], strict=True)
        )


EMPTY: Final = Dossier()


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """A record by thing, with nothing left out; never changed once it is made.

    Attributes:
        filed: items by space of ids and id; the first of two items of one id.
        numbers: the number of each statement and inference.
        learned: when each statement became known, before any dating.
        cites: the citation of each statement, as known.
        by_source: numbers of the statements of each source.
        dossiers: claims by the key that their assertions name.
        referring: for each key the keys of things that name it in a field.
        datings: numbers of inferences that date a source.
        merges: numbers of the items that say that two keys are one.
        made: what questions laid out of the whole record, handed on to what it grows to.
    """

    record: Record = field(default_factory=Record)
    filed: dict[tuple[Kind, str], Item] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    learned: list[Days] = field(default_factory=list)
    cites: list[Cite] = field(default_factory=list)
    by_source: dict[str, list[int]] = field(default_factory=dict)
    dossiers: dict[str, Dossier] = field(default_factory=dict)
    referring: dict[str, dict[str, None]] = field(default_factory=dict)
    datings: list[int] = field(default_factory=list)
    merges: list[int] = field(default_factory=list)
    made: dict[object, Any] = field(default_factory=dict)

    def published(self, source: str) -> Days:
        found = self.filed.get((Source, source))
        return found.published if isinstance(found, Source) else UNKNOWN

    def item(self, number: int) -> Statement | Inference:
        if number >= INFERENCES:
            return self.record.inferences[number - INFERENCES]
        return self.record.statements[number]

    def statement(self, id_: str) -> Statement | None:
        found = self.filed.get((Statement, id_))
        return found if isinstance(found, Statement) else None


UNKNOWN: Final = Days()


def space(item: Item) -> Kind:
    """The space of ids that an item is named in: statements and inferences share one."""
    return Statement if isinstance(item, Inference) else type(item)


def record_of(items: Iterable[Item]) -> Record:
    """Items by kind, in their order."""
    listed = list(items)
    return Record(
        sources=tuple(item for item in listed if isinstance(item, Source)),
        statements=tuple(item for item in listed if isinstance(item, Statement)),
        inferences=tuple(item for item in listed if isinstance(item, Inference)),
        withdrawals=tuple(item for item in listed if isinstance(item, Withdrawal)),
        reviews=tuple(item for item in listed if isinstance(item, Review)),
    )


def basis_of(record: Record) -> Basis:
    """Lay out a whole record."""
    basis = Basis(record=record)
    _add(basis, record, set())
    return basis


def extended(basis: Basis, new: Record) -> Basis:
    """A basis with more items; the one given, and what it shares with this, stay as they are.

    A source that comes after statements that cite it dates them, so these are laid out anew.
    """
    old = basis.record
    late = any(basis.by_source.get(source.id) for source in new.sources)
    record = Record(
        sources=old.sources + new.sources,
        statements=old.statements + new.statements,
        inferences=old.inferences + new.inferences,
        withdrawals=old.withdrawals + new.withdrawals,
        reviews=old.reviews + new.reviews,
    )
    if late:
        return basis_of(record)
    grown = replace(
        basis,
        record=record,
        filed=dict(basis.filed),
        numbers=dict(basis.numbers),
        learned=list(basis.learned),
        cites=list(basis.cites),
        by_source=dict(basis.by_source),
        dossiers=dict(basis.dossiers),
        referring=dict(basis.referring),
        datings=list(basis.datings),
        merges=list(basis.merges),
        made=dict(basis.made),
    )
    for source in {statement.source for statement in new.statements}:
        grown.by_source[source] = list(grown.by_source.get(source, ()))
    said = [one for item in new.statements for one in item.assertions]
    said += [one for item in new.inferences for one in item.assertions]
    for key in {key for one in said for key in referred(one)}:
        grown.referring[key] = dict(grown.referring.get(key, {}))
    touched = {one.thing for one in said}
    for key in touched & grown.dossiers.keys():
        whole = grown.dossiers[key]
        grown.dossiers[key] = Dossier(
            {kind: list(claims) for kind, claims in whole.claims.items()},
            {kind: list(rows) for kind, rows in whole.rows.items()},
        )
    _add(grown, new, touched)
    return grown


def _add(basis: Basis, new: Record, touched: set[str]) -> None:
    """Lay out in steps: (1) items by id, (2) statements, (3) inferences, (4) order restored."""
    # (1)
    for item in new.items():
        basis.filed.setdefault((space(item), item.id), item)
    # (2)
    at = len(basis.learned)
    for number, statement in enumerate(new.statements, start=at):
        basis.numbers.setdefault(statement.id, number)
        days = learned_by(statement, basis.published(statement.source))
        basis.learned.append(days)
        cite = cite_of(statement)
        basis.cites.append(cite)
        basis.by_source.setdefault(statement.source, []).append(number)
        _lay(basis, number, claims_of(statement, cite, days))
    # (3)
    first = INFERENCES + len(basis.record.inferences) - len(new.inferences)
    for number, inference in enumerate(new.inferences, start=first):
        basis.numbers.setdefault(inference.id, number)
        _lay(basis, number, inferred(inference, Sure.YES))
    # (4)
    for key in touched:
        _restore(basis.dossiers[key])


def _lay(basis: Basis, number: int, claims: list[Claim[Assertion]]) -> None:
    for place, claim in enumerate(claims):
        one, kind = claim.assertion, type(claim.assertion)
        dossier = basis.dossiers.get(one.thing)
        if dossier is None:
            dossier = basis.dossiers[one.thing] = Dossier()
        if kind in dossier.claims:
            dossier.claims[kind].append(claim)
            dossier.rows[kind].append(number << ROW_BITS | place)
        else:
            dossier.claims[kind] = [claim]
            dossier.rows[kind] = [number << ROW_BITS | place]
        if kind is Same:
            basis.merges.append(number)
        elif kind is Dating and number >= INFERENCES:
            basis.datings.append(number)
        for key in referred(one):
            basis.referring.setdefault(key, {})[one.thing] = None


def _restore(dossier: Dossier) -> None:
    """Put a late statement before the inferences that were there first."""
    for kind, rows in dossier.rows.items():
        if any(first > second for first, second in pairwise(rows)):
            order = sorted(range(len(rows)), key=rows.__getitem__)
            claims = dossier.claims[kind]
            dossier.claims[kind] = [claims[n] for n in order]
            dossier.rows[kind] = [rows[n] for n in order]


def referred(one: Assertion) -> Iterator[str]:
    """The keys of other things that an assertion names in its fields, and places of names."""
    if isinstance(one, Person):
        yield from map(name_place, one.names)
    for name in _REFERRING.get(type(one), ()):
        key = getattr(one, name)
        if key is not None:
            yield key


def name_place(name: str) -> str:
    """Where the persons of a name are looked up: no key, since keys hold no blank."""
    return f"name {name}"


def learned_by(statement: Statement, published: Days) -> Days:
    """When a statement became known: what it says of itself, narrowed by its source's day."""
    if statement.learned is None:
        return published
    return statement.learned.meet(published) or statement.learned


def claims_of(
    statement: Statement, cite: Cite, learned: Days, dated_by: tuple[str, ...] = ()
) -> list[Claim[Assertion]]:
    """The claims of a statement under a citation."""
    happened = statement.happened
    return [
        Claim(assertion=one, cite=cite, happened=happened, learned=learned, dated_by=dated_by)
        for one in statement.assertions
    ]


def inferred(inference: Inference, known: Sure) -> list[Claim[Assertion]]:
    """The claims of an inference, known as surely as its grounds."""
    cite = Cite(id=inference.id, author=inference.author, known=known)
    grounds = frozenset(inference.grounds)
    return [Claim(assertion=one, cite=cite, grounds=grounds) for one in inference.assertions]


def cite_of(statement: Statement, known: Sure = Sure.YES) -> Cite:
    """The citation of a statement."""
    return Cite(
        id=statement.id,
        source=statement.source,
        passage=statement.passage,
        force=statement.force,
        known=known,
        speaker=statement.speaker,
    )
