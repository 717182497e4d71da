"""Rules of citation: what every statement and review must say of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tieline.observer.basis import INFERENCES, Basis
from tieline.observer.claims import Cite
from tieline.observer.names import folded
from tieline.observer.rule import Discrepancy, Rule, Weight, fault, surely_before
from tieline.observer.statement import Force, Inference, Review, Source, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tieline.observer.picture import Picture

OPINION_UNNAMED: Final = Rule(
    code="opinion-without-name",
    words="an opinion is somebody's; name who holds it",
    weight=Weight.IMPOSSIBLE,
)
NO_SOURCE: Final = Rule(
    code="report-without-source",
    words="a report comes from a source, and this one is not in the record",
    weight=Weight.IMPOSSIBLE,
)
LEARNED_EARLY: Final = Rule(
    code="learned-before-published",
    words="nothing is learned from a source before it was published",
    weight=Weight.IMPOSSIBLE,
)
OWN_REVIEW: Final = Rule(
    code="own-review",
    words="who wrote something is not the second person to look at it",
    weight=Weight.IMPOSSIBLE,
)
_OURS: Final = frozenset({Force.SIGNED, Force.RECORDED})


def items_faults(picture: Picture) -> tuple[Discrepancy, ...]:
    """Faults of citation of all items that count, in the order of filing."""
    fallen = picture.fallen
    found = [one for one in _of_statements(picture.basis) if one.thing not in fallen]
    found += [one for review in picture.record.reviews for one in item_faults(picture, review)]
    return tuple(found)


def _of_statements(basis: Basis) -> list[Discrepancy]:
    """Faults of all statements, kept with the basis: only new ones are looked at again."""
    statements = basis.record.statements
    had, found = basis.made.get(_of_statements, (0, []))
    if had < len(statements):
        found = [*found, *(one for each in statements[had:] for one in _of_statement(basis, each))]
        basis.made[_of_statements] = (len(statements), found)
    return found  # type: ignore[no-any-return]


def item_faults(picture: Picture, item: object) -> Iterator[Discrepancy]:
    """Faults of one item."""
    if isinstance(item, Statement):
        if item.id not in picture.fallen:
            yield from _of_statement(picture.basis, item)
    elif isinstance(item, Review) and item.id not in picture.fallen:
        yield from _of_review(picture, item)


def _of_statement(basis: Basis, one: Statement) -> Iterator[Discrepancy]:
    if one.force in _OURS:
        return
    cite = basis.cites[basis.numbers[one.id]]
    if one.force is Force.OPINION and not one.speaker:
        yield fault(OPINION_UNNAMED, one.id, ("no name", cite))
    source = basis.filed.get((Source, one.source))
    if not isinstance(source, Source):
        yield fault(NO_SOURCE, one.id, (one.source, cite))
    elif one.learned is not None and surely_before(one.learned, source.published):
        told = f"learned {one.learned.words()}, published {source.published.words()}"
        yield fault(LEARNED_EARLY, one.id, (told, cite))


def _of_review(picture: Picture, review: Review) -> Iterator[Discrepancy]:
    number = picture.basis.numbers.get(review.of)
    if number is None or number < INFERENCES:
        return
    inference = picture.basis.item(number)
    if isinstance(inference, Inference) and is_same_person(review.reviewer, inference.author):
        cite = Cite(id=inference.id, author=inference.author)
        yield fault(OWN_REVIEW, review.id, (f"reviewed by {review.reviewer}", cite))


def is_same_person(first: str, second: str) -> bool:
    """Whether two names are the same but for case, marks and punctuation."""
    return (folded(first) or (first,)) == (folded(second) or (second,))
