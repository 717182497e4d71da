"""Rules of citation: what every statement and review must say of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tieline.observer.basis import INFERENCES
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
    record = picture.record
    items = (*record.statements, *record.reviews)
    return tuple(one for item in items for one in item_faults(picture, item))


def item_faults(picture: Picture, item: object) -> Iterator[Discrepancy]:
    """Faults of one item."""
    if isinstance(item, Statement):
        if item.id not in picture.fallen:
            yield from _of_statement(picture, item)
    elif isinstance(item, Review) and item.id not in picture.fallen:
        yield from _of_review(picture, item)


def _of_statement(picture: Picture, one: Statement) -> Iterator[Discrepancy]:
    if one.force in _OURS:
        return
    if one.force is Force.OPINION and not one.speaker:
        yield fault(OPINION_UNNAMED, one.id, ("no name", _cite(picture, one)))
    source = picture.basis.filed.get((Source, one.source))
    if not isinstance(source, Source):
        yield fault(NO_SOURCE, one.id, (one.source, _cite(picture, one)))
    elif one.learned is not None and surely_before(one.learned, source.published):
        told = f"learned {one.learned.words()}, published {source.published.words()}"
        yield fault(LEARNED_EARLY, one.id, (told, _cite(picture, one)))


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


def _cite(picture: Picture, one: Statement) -> Cite:
    return picture.basis.cites[picture.basis.numbers[one.id]]
