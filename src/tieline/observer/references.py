"""References: what items name must be there, among themselves or in what is recorded already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieline.observer.forms import ITEM_FORM_OF
from tieline.observer.statement import (
    REPORTED_FORCES,
    Inference,
    Item,
    Record,
    Review,
    Source,
    Statement,
    Withdrawal,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def reference_faults(
    items: Iterable[tuple[int, Item]], known: Record, where: Callable[[int], str]
) -> Iterator[tuple[int, str, str]]:
    """What does not fit among items, and between them and what is recorded already.

    Args:
        items: each with the number by which its faults are told: a line, a row.
        known: what is recorded already.
        where: words for a number, as ``line 12``.

    Yields:
        number, field and remedy for each fault.
    """
    listed = list(items)
    whole = (*known.items(), *(item for _, item in listed))
    sources = {item.id for item in whole if isinstance(item, Source)}
    statements = {item.id for item in whole if isinstance(item, Statement)}
    said = statements | {item.id for item in whole if isinstance(item, Inference)}
    there = {(_space(item), item.id): item for item in known.items()}
    taken: dict[tuple[str, str], int] = {}
    for number, item in listed:
        key = (_space(item), item.id)
        first, old = taken.setdefault(key, number), there.get(key)
        word = ITEM_FORM_OF[type(item)].word
        if first != number:
            yield number, word, f'"{item.id}" is taken on {where(first)}; choose another key'
        elif old is not None and old != item:
            what = f'"{item.id}" is recorded already and says something else; choose another key'
            yield number, word, what
        if isinstance(item, Statement) and item.source not in sources:
            yield number, "source", f'"{item.source}" has no source block; add one'
        if isinstance(item, Inference):
            for ground in item.grounds:
                if ground not in statements:
                    yield number, "ground", f'"{ground}" is no statement here; correct it'
        if isinstance(item, Statement) and item.force not in REPORTED_FORCES:
            what = (
                f'"{item.force.value}" is not for reports; write said if the channel is not given'
            )
            yield number, "force", what
        if isinstance(item, Withdrawal | Review) and item.of not in said:
            yield number, "of", f'"{item.of}" is no statement or inference; correct it'


def _space(item: Item) -> str:
    # Statements and inferences share one space of ids: a withdrawal names either.
    return "said" if isinstance(item, Statement | Inference) else type(item).__name__
