"""Word index: every word of a record by field, made once and asked often."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import is_
from typing import TYPE_CHECKING, Final

from tieline.answers.foldtext import Term, spaced, terms_of

if TYPE_CHECKING:
    from tieline.observer.statement import Inference, Record, Statement

INFERENCES: Final = 1 << 31
"""Numbers of inferences begin here, so that statements filed later keep the order of all."""
PREFIX_CHARS_MIN: Final = 2
"""A single letter is looked up as a whole word: as a beginning it would mean everything."""
BEGINNING: Final = 0.75
"""What a word that only begins as asked weighs, against one that is there whole."""

FIELDS: Final[Mapping[str, float]] = {
    "id": 4.0,
    "speaker": 4.0,
    "names": 3.0,
    "topic": 3.0,
    "text": 2.0,
    "note": 1.0,
    "passage": 1.0,
}
"""What is searched, and what a match there weighs: who speaks more than who is mentioned."""

_NAMES: Final = (
    *("name", "names", "person", "holder", "office", "place", "planned_place", "to_place"),
    *("what", "words", "reason", "item", "subject", "party", "side", "by", "who", "offices"),
    *("condition", "evidence", "terms", "channel", "mandate", "why", "levels", "level"),
)
"""Fields of assertions that hold words for readers; keys and days are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchIndex:
    """The words of a record; it never changes.

    ``postings`` holds for each field and term the numbers of the items, those of inferences from
    ``INFERENCES`` on; ``words`` each field's vocabulary in order, to find words by their beginning.
    """

    statements: tuple[Statement, ...]
    inferences: tuple[Inference, ...]
    postings: Mapping[str, Mapping[str, array[int]]] = field(repr=False)
    words: Mapping[str, tuple[str, ...]] = field(repr=False)

    @property
    def count(self) -> int:
        return len(self.statements) + len(self.inferences)

    def item(self, number: int) -> Statement | Inference:
        if number >= INFERENCES:
            return self.inferences[number - INFERENCES]
        return self.statements[number]

    def extended(self, record: Record) -> SearchIndex:
        """The index of what this record grew to; made anew where it is no longer its beginning."""
        told, inferred = record.statements, record.inferences
        whole = _begins(told, self.statements) and _begins(inferred, self.inferences)
        return _grown(self if whole else NOTHING, record)

    def matches(self, name: str, term: Term) -> dict[int, float]:
        """The items that hold a term in a field, with what that weighs."""
        weight = FIELDS[name]
        if len(term.parts) == 1:
            part, by_beginning = term.parts[0]
            begun = self._begun(name, part) if by_beginning else set()
            found = dict.fromkeys(begun, weight * BEGINNING)
            found.update(dict.fromkeys(self.postings[name].get(part, ()), weight))
            return found
        sets = [self.postings[name].get(part, ()) for part, _ in term.parts]
        numbers = set(min(sets, key=len)).intersection(*sets) if all(sets) else set()
        if term.is_run:
            numbers = {number for number in numbers if self._holds(number, name, term)}
        return dict.fromkeys(numbers, weight)

    def _begun(self, name: str, part: str) -> set[int]:
        if len(part) < PREFIX_CHARS_MIN:
            return set()
        found: set[int] = set()
        words, postings = self.words[name], self.postings[name]
        for at in range(bisect_left(words, part), len(words)):
            if not words[at].startswith(part):
                break
            found.update(postings[words[at]])
        return found

    def _holds(self, number: int, name: str, term: Term) -> bool:
        """Whether the parts of a run stand together in that field."""
        item = self.item(number)
        if name in {"id", "text"}:
            return _has(term, getattr(item, name))
        return any(_has(term, text) for field_name, text in texts_of(item) if field_name == name)


def _has(term: Term, text: str) -> bool:
    # What stands there as it was asked needs no folding: most runs do.
    return (not term.is_phrase and term.folded in text) or term.is_in(spaced(text))


def index_of(record: Record) -> SearchIndex:
    """Read every statement and inference of a record into an index."""
    return _grown(NOTHING, record)


NOTHING: Final = SearchIndex(
    statements=(),
    inferences=(),
    postings={name: {} for name in FIELDS},
    words=dict.fromkeys(FIELDS, ()),
)


def _begins(whole: tuple[object, ...], beginning: tuple[object, ...]) -> bool:
    return len(whole) >= len(beginning) and all(map(is_, whole, beginning))


def _grown(before: SearchIndex, record: Record) -> SearchIndex:
    """An index with more items; what the one before holds stays as it is."""
    old_told, old_inferred = len(before.statements), len(before.inferences)
    fresh: list[tuple[int, Statement | Inference]] = [
        *enumerate(record.statements[old_told:], start=old_told),
        *enumerate(record.inferences[old_inferred:], start=INFERENCES + old_inferred),
    ]
    added: dict[str, dict[str, array[int]]] = {name: {} for name in FIELDS}
    for number, item in fresh:
        for name, text in texts_of(item):
            into = added[name]
            for term in terms_of(text):
                listed = into.get(term)
                if listed is None:
                    into[term] = array("I", (number,))
                elif listed[-1] != number:
                    listed.append(number)
    postings, words = {}, {}
    for name, new in added.items():
        old = before.postings[name]
        joined = {term: old[term] + more if term in old else more for term, more in new.items()}
        postings[name] = {**old, **joined}
        unseen = new.keys() - old.keys()
        words[name] = (
            tuple(sorted([*before.words[name], *unseen])) if unseen else before.words[name]
        )
    return SearchIndex(
        statements=record.statements, inferences=record.inferences, postings=postings, words=words
    )


def texts_of(item: Statement | Inference) -> Iterator[tuple[str, str]]:
    """The texts of an item by field; an inference is spoken by its author."""
    yield "id", item.id
    yield "text", item.text
    for name, attribute in (
        ("note", "note"),
        ("speaker", "speaker"),
        ("speaker", "author"),
        ("passage", "passage"),
    ):
        text = getattr(item, attribute, None)
        if text:
            yield name, text
    for topic in getattr(item, "topics", ()):
        yield "topic", topic
    for assertion in item.assertions:
        for value in _words_in(assertion):
            yield "names", value


def _words_in(assertion: object) -> Iterator[str]:
    kind = type(assertion)
    names = _NAMES_OF.get(kind)
    if names is None:
        names = _NAMES_OF[kind] = tuple(name for name in _NAMES if hasattr(kind, name))
    for name in names:
        value = getattr(assertion, name)
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            for one in value:
                yield one if isinstance(one, str) else str(getattr(one, "value", ""))


_NAMES_OF: Final[dict[type, tuple[str, ...]]] = {}
"""The fields of each kind of assertion that hold words for readers."""
