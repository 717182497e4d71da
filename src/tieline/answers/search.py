"""Search: full text over all that is said, in every script, with the fields that matched.

Words of scripts that put blanks between them are found by their beginning; case, and the marks that
Latin, Greek, Cyrillic, Hebrew and Arabic letters carry, make no difference. Chinese, Japanese,
Korean, Thai, Lao, Khmer and Burmese are found by any run of characters: of one, of two, or more.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tieline.answers.foldtext import Term, query_terms, spaced
from tieline.answers.told import no_such
from tieline.answers.wordindex import FIELDS, SearchIndex, index_of
from tieline.errors import UsageError
from tieline.observer.claims import Cite
from tieline.observer.picture import cite_of
from tieline.observer.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tieline.days import Days
    from tieline.observer.picture import Picture

QUERY_CHARS_MAX: Final = 200
"""Longer than any name or sentence that people look for."""
HITS_MAX: Final = 50
"""Hits shown unless told: about two screens."""
TOGETHER_CHECKED_MAX: Final = 300
"""Best hits that are looked at again for the words standing together."""
TOGETHER: Final = 1.5
"""What such a hit weighs, against one where they stand apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A statement or inference that holds every word asked for; ``fields`` says where."""

    id: str
    kind: str
    text: str
    speaker: str | None
    happened: Days | None
    learned: Days | None
    fields: tuple[str, ...]
    score: float
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class TermCount:
    """How many items hold one of the words asked for."""

    term: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """The best hits first. ``total`` counts all; ``set_aside`` those taken back or not yet known.

    ``terms`` tells how often each word was found alone, so that an empty answer explains itself.
    """

    query: str
    total: int
    set_aside: int
    hits: tuple[Hit, ...]
    terms: tuple[TermCount, ...]


def search(
    picture: Picture,
    query: str,
    *,
    index: SearchIndex | None = None,
    fields: Iterable[str] = (),
    limit: int = HITS_MAX,
) -> SearchAnswer:
    """Everything that holds all words of a query; words in double quotes must stand together.

    ``index`` saves reading the record again; it has to be of this picture's record. Of two hits
    that weigh the same the one filed first comes first.

    Raises:
        UsageError: the query holds no word, is too long, or a field is not one of `FIELDS`.
    """
    terms = _checked(query)
    wanted = tuple(fields) or tuple(FIELDS)
    for name in wanted:
        if name not in FIELDS:
            raise no_such(name, FIELDS, "there is no field")
    own = index or index_of(picture.record)
    found = [{name: own.matches(name, term) for name in wanted} for term in terms]
    weights = [_weights(each, own.count) for each in found]
    common = set(weights[0]).intersection(*weights[1:])
    scores = {
        number: sum(each[number] for each in weights)
        for number in common
        if own.item(number).id not in picture.fallen
    }
    ranked = _ranked(own, scores, terms, limit)
    return SearchAnswer(
        query=query,
        total=len(scores),
        set_aside=len(common) - len(scores),
        hits=tuple(_hit(picture, own, number, scores, found) for number in ranked),
        terms=tuple(
            TermCount(term=term.text, count=len(each))
            for term, each in zip(terms, weights, strict=True)
        ),
    )


def _checked(query: str) -> tuple[Term, ...]:
    if len(query) > QUERY_CHARS_MAX:
        raise UsageError(f"the query has {len(query)} characters; shorten it to {QUERY_CHARS_MAX}")
    terms = query_terms(query)
    if not terms:
        raise UsageError(f"there is no word to look for in {query!r}; write at least one")
    return terms


Fields = dict[str, dict[int, float]]


def _weights(found: Fields, items: int) -> dict[int, float]:
    """What a term weighs in each item: in its best field, and the more the rarer it is.

    The rarity is the inverse document frequency of Spärck Jones (1972), smoothed by one.
    """
    best: dict[int, float] = {}
    for numbers in found.values():
        for number, weight in numbers.items():
            if weight > best.get(number, 0.0):
                best[number] = weight
    rarity = 1 + math.log((1 + items) / (1 + len(best)))
    return {number: weight * rarity for number, weight in best.items()}


def _ranked(
    index: SearchIndex, scores: dict[int, float], terms: tuple[Term, ...], limit: int
) -> list[int]:
    """The best first; where several words stand together in the order asked, that weighs more."""

    def place(number: int) -> tuple[float, int]:
        return -scores[number], number

    best = heapq.nsmallest(max(limit, TOGETHER_CHECKED_MAX), scores, key=place)
    phrase = " ".join(term.folded for term in terms)
    for number in best[:TOGETHER_CHECKED_MAX] if len(terms) > 1 else ():
        if phrase in spaced(index.item(number).text):
            scores[number] *= TOGETHER
    return sorted(best, key=place)[:limit]


def _hit(
    picture: Picture,
    index: SearchIndex,
    number: int,
    scores: dict[int, float],
    found: list[Fields],
) -> Hit:
    item = index.item(number)
    if isinstance(item, Statement):
        kind, speaker, happened, cite = "statement", item.speaker, item.happened, cite_of(item)
    else:
        kind, speaker, happened = "inference", None, None
        cite = Cite(id=item.id, author=item.author)
    return Hit(
        id=item.id,
        kind=kind,
        text=item.text,
        speaker=speaker,
        happened=happened,
        learned=picture.learned.get(item.id),
        fields=tuple(name for name in FIELDS if any(number in f.get(name, ()) for f in found)),
        score=round(scores[number], 3),
        cite=cite,
    )
