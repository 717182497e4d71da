"""Reviews: whether a second person compared an item with what it rests on, and what they found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tieline.days import Sure
from tieline.observer.basis import INFERENCES
from tieline.observer.rules_items import is_same_person
from tieline.observer.statement import Inference, Review, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tieline.observer.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What second persons found of one item, each with their last word.

    ``own`` are reviews by whoever wrote it: they are kept, and count for nothing.
    """

    of: str
    agrees: tuple[Review, ...] = ()
    objects: tuple[Review, ...] = ()
    own: tuple[Review, ...] = ()

    @property
    def is_reviewed(self) -> bool:
        return bool(self.agrees or self.objects)

    def words(self) -> str:
        """``not reviewed``, or ``Orr agrees, Dunn objects``."""
        told = [f"{one.reviewer} agrees" for one in self.agrees]
        told += [f"{one.reviewer} objects" for one in self.objects]
        return ", ".join(told) or "not reviewed"


def review_of(picture: Picture, id_: str, author: str | None = None) -> Reviewed:
    """What was found of a statement or inference.

    ``author`` is who filed it, where the caller knows: a statement does not say so itself. A
    review that was taken back, or is not surely of a day by then, does not count.
    """
    found = _by_item(picture).get(id_, ())
    author = author or _author(picture, id_)
    own = [one for one in found if author is not None and is_same_person(one.reviewer, author)]
    last = {one.reviewer: one for one in found if one not in own}
    return Reviewed(
        of=id_,
        agrees=tuple(one for one in last.values() if one.verdict is Verdict.AGREES),
        objects=tuple(one for one in last.values() if one.verdict is Verdict.OBJECTS),
        own=tuple(own),
    )


def not_reviewed(picture: Picture, authors: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Ids of the statements and inferences that count and that nobody else has looked at."""
    authors = authors or {}
    ids = [one.id for one in picture.record.statements]
    ids += [one.id for one in picture.record.inferences]
    return tuple(
        id_
        for id_ in ids
        if id_ not in picture.fallen and not review_of(picture, id_, authors.get(id_)).is_reviewed
    )


def _author(picture: Picture, id_: str) -> str | None:
    number = picture.basis.numbers.get(id_)
    if number is None or number < INFERENCES:
        return None
    item = picture.basis.item(number)
    return item.author if isinstance(item, Inference) else None


def _by_item(picture: Picture) -> dict[str, list[Review]]:
    return picture.once(_reviews)


def _reviews(picture: Picture) -> dict[str, list[Review]]:
    found: dict[str, list[Review]] = {}
    for review in picture.record.reviews:
        if review.id in picture.fallen:
            continue
        if picture.day is None or review.on.begun_by(picture.day) is Sure.YES:
            found.setdefault(review.of, []).append(review)
    return found
