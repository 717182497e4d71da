"""Search: full text over all that is said, in every script, with the field that matched.

Words of scripts that put blanks between them are found by their beginning; case, and the marks that
Latin, Greek, Cyrillic, Hebrew and Arabic letters carry, make no difference. Chinese, Japanese,
Korean, Thai, Lao, Khmer and Burmese are found by any run of characters, of one, two or more.
"""

from __future__ import annotations

import math
import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tieline.answers.fold_text import Term, fold_text, query_terms, terms_of
from tieline.days import Days
from tieline.errors import UsageError
from tieline.observer.claims import Cite
from tieline.observer.picture import cite_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tieline.observer.picture import Picture
    from tieline.observer.statement import Inference, Record, Statement

QUERY_CHARS_MAX: Final = 200
"""Longer than any name or sentence that people look for."""
HITS_MAX: Final = 50
"""Hits shown unless told: about two screens."""
PHRASE_CHECKED_MAX: Final = 300
"""Best hits that are looked at again for the words standing together."""
PREFIX_CHARS_MIN: Final = 2
"""A single letter is looked up as a whole word: as a beginning it would mean everything."""

FIELDS: Final[Mapping[str, float]] = {
    "speaker": 4.0,
    "names": 3.0,
    "topic": 3.0,
    "text": 2.0,
    "note": 1.0,
    "passage": 1.0,
    "id": 4.0,
}
"""What is searched, with the weight of a match there: who speaks counts more than who is mentioned."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchIndex:
    """The words of a record, made once and asked often; it never changes.

    ``postings`` holds for each field and term the numbers of the items; ``words`` each field's
    vocabulary in order, to find words by their beginning.
    """

    items: tuple[Statement | Inference, ...]
    postings: Mapping[str, Mapping[str, array[int]]] = field(repr=False)
    words: Mapping[str, tuple[str, ...]] = field(repr=False)


def index_of(record: Record) -> SearchIndex:
    """Read every statement and inference of a record into an index."""
    items: tuple[Statement | Inference, ...] = (*record.statements, *record.inferences)
    postings: dict[str, dict[str, array[int]]] = {name: {} for name in FIELDS}
    for number, item in enumerate(items):
        for name, text in _texts(item):
            into = postings[name]
            for term in terms_of(text):
                listed = into.get(term)
                if listed is None:
                    into[term] = array("I", (number,))
                elif listed[-1] != number:
                    listed.append(number)
    words = {name: tuple(sorted(terms)) for name, terms in postings.items()}
    return SearchIndex(items=items, postings=postings, words=words)


def search(
    picture: Picture,
    query: str,
    *,
    index: SearchIndex | None = None,
    fields: Iterable[str] = (),
    limit: int = HITS_MAX,
) -> SearchAnswer:
    """Everything that holds all words of a query; words in double quotes must stand together.

    ``index`` saves reading the record again; it has to be of this picture's record.

    Raises:
        UsageError: the query holds no word, is too long, or a field is not one of `FIELDS`.
    """
    if len(query) > QUERY_CHARS_MAX:
        raise UsageError(f"the query has {len(query)} characters; at most {QUERY_CHARS_MAX}")
    wanted = tuple(fields) or tuple(FIELDS)
    unknown = [name for name in wanted if name not in FIELDS]
    if unknown:
        raise UsageError(f"{unknown[0][:40]!r} is no field; there are {', '.join(FIELDS)}")
    terms = query_terms(query)
    if not terms:
        raise UsageError(f"there is no word to look for in {query!r}")
    own = index or index_of(picture.record)
    found = [_matches(own, term, wanted) for term in terms]
    common = set(found[0]).intersection(*found[1:])
    numbers = [n for n in common if own.items[n].id not in picture.fallen]
    scores = {n: sum(one[n] for one in found) for n in numbers}
    ranked = sorted(numbers, key=lambda n: (-scores[n], n))
    ranked = _together(own, ranked, scores, terms)
    return SearchAnswer(
        query=query,
        total=len(numbers),
        set_aside=len(common) - len(numbers),
        hits=tuple(_hit(picture, own, n, scores[n], terms, wanted) for n in ranked[:limit]),
        terms=tuple(
            TermCount(term=term.text, count=len(one))
            for term, one in zip(terms, found, strict=True)
        ),
    )


def _texts(item: Statement | Inference) -> Iterator[tuple[str, str]]:
    """The texts of an item by field."""
    yield "id", item.id
    yield "text", item.text
    for name in ("note", "speaker", "passage"):
        text = getattr(item, name, None)
        if text:
            yield name, text
    for topic in getattr(item, "topics", ()):
        yield "topic", topic
    author = getattr(item, "author", None)
    if author:
        yield "speaker", author
    for assertion in item.assertions:
        for value in _words_in(assertion):
            yield "names", value


_NAMES: Final = (
    *("name", "names", "person", "holder", "office", "place", "planned_place", "to_place"),
    *("what", "words", "reason", "item", "subject", "party", "side", "by", "who", "offices"),
    *("condition", "evidence", "terms", "channel", "mandate", "why", "levels", "level"),
)


def _words_in(assertion: object) -> Iterator[str]:
    for name in _NAMES:
        value = getattr(assertion, name, None)
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            for one in value:
                yield one if isinstance(one, str) else str(getattr(one, "value", ""))


def _matches(index: SearchIndex, term: Term, fields: tuple[str, ...]) -> dict[int, float]:
    """The items that hold a term, with what that counts for."""
    found: dict[int, float] = {}
    for name in fields:
        for number, weight in _in_field(index, name, term).items():
            if weight > found.get(number, 0.0):
                found[number] = weight
    rarity = math.log(1 + len(index.items) / (1 + len(found)))
    return {number: weight * (1 + rarity) for number, weight in found.items()}


def _in_field(index: SearchIndex, name: str, term: Term) -> dict[int, float]:
    postings, weight = index.postings[name], FIELDS[name]
    sets = [_of_part(index, name, part, is_last) for part, is_last in term.parts]
    if not all(sets):
        return {}
    numbers: Iterable[int] = sets[0]
    if len(sets) > 1:
        numbers = set(sets[0]).intersection(*sets[1:])
    if term.is_run:
        numbers = [n for n in numbers if _holds(index, n, name, term)]
    whole = set(postings.get(term.parts[-1][0], ())) if len(sets) == 1 else set()
    # A word that is there whole says more than one that only begins so.
    return {n: weight if n in whole or term.is_run else weight * 0.75 for n in numbers}


def _of_part(index: SearchIndex, name: str, part: str, by_beginning: bool) -> set[int]:
    postings = index.postings[name]
    if not by_beginning or len(part) < PREFIX_CHARS_MIN:
        return set(postings.get(part, ()))
    found: set[int] = set()
    words = index.words[name]
    at = bisect_left(words, part)
    while at < len(words) and words[at].startswith(part):
        found.update(postings[words[at]])
        at += 1
    return found


def _holds(index: SearchIndex, number: int, name: str, term: Term) -> bool:
    """Whether the parts of a run stand together in that field."""
    item = index.items[number]
    own = [text for field_name, text in _texts(item) if field_name == name]
    if any(term.text in text for text in own):
        return True
    return any(term.folded in _spaced(text) for text in own)


_BLANKS: Final = re.compile(r"\W+")


def _spaced(text: str) -> str:
    return _BLANKS.sub(" ", fold_text(text))


def _together(
    index: SearchIndex, ranked: list[int], scores: dict[int, float], terms: tuple[Term, ...]
) -> list[int]:
    """Put hits in which the words stand together, in the order asked, before the others."""
    if len(terms) < 2:
        return ranked
    phrase = " ".join(term.folded for term in terms)
    for number in ranked[:PHRASE_CHECKED_MAX]:
        if phrase in _spaced(index.items[number].text):
            scores[number] *= 1.5
    return sorted(ranked, key=lambda n: (-scores[n], n))


def _hit(
    picture: Picture,
    index: SearchIndex,
    number: int,
    score: float,
    terms: tuple[Term, ...],
    fields: tuple[str, ...],
) -> Hit:
    item = index.items[number]
    where = tuple(
        name for name in fields if any(number in _in_field(index, name, term) for term in terms)
    )
    is_statement = hasattr(item, "force")
    cite = (
        cite_of(item)  # type: ignore[arg-type]
        if is_statement
        else Cite(id=item.id, author=getattr(item, "author", None))
    )
    return Hit(
        id=item.id,
        kind="statement" if is_statement else "inference",
        text=item.text,
        speaker=getattr(item, "speaker", None),
        happened=getattr(item, "happened", None),
        learned=picture.learned.get(item.id),
        fields=where,
        score=round(score, 3),
        cite=cite,
    )
