"""Gain: what a picture would become by new items, told before they are filed.

Which things they join, which are new, and what would then not fit; nothing is decided here.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tieline.observer.assertion import Same
from tieline.observer.forms import ASSERTION_FORM_OF
from tieline.observer.rules import Discrepancy, faults_of
from tieline.observer.statement import Inference, Item, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tieline.observer.assertion import Assertion
    from tieline.observer.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """A thing that new items are about.

    Attributes:
        word: the assertion's kind, as ``round``.
        thing: its key, as the picture shows it.
        with_ids: statements and inferences that are about it already; empty for a new thing.
        other_kinds: kinds under which the key is known, where none is this one.
        like: keys that differ from a new one only in case, accents or punctuation.
    """

    word: str
    thing: str
    with_ids: tuple[str, ...] = ()
    other_kinds: tuple[str, ...] = ()
    like: tuple[str, ...] = ()

    def words(self) -> str:
        """One line for readers."""
        if self.with_ids:
            return f"joins {self.word} {self.thing}: {', '.join(self.with_ids)}"
        if self.other_kinds:
            return f"joins {self.thing} ({', '.join(self.other_kinds)}): now {self.word} too"
        told = f"new: {self.word} {self.thing}"
        if self.like:
            told += f" (is it {' or '.join(self.like)}, that is there already?)"
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What new items bring: joints, and discrepancies that were not there before.

    Those in ``refused`` cannot be, so the items are not to be entered; ``against`` may stand.
    """

    joints: tuple[Joint, ...]
    against: tuple[Discrepancy, ...]
    refused: tuple[Discrepancy, ...]
    picture: Picture

    @property
    def contradicts(self) -> bool:
        return bool(self.against)


def gain(picture: Picture, items: Sequence[Item]) -> Gain:
    """What these items would bring to a picture that does not hold them yet."""
    after = picture.with_items(items)
    found = faults_of(picture, items)
    return Gain(
        joints=tuple(_joints(picture, after, items)),
        against=tuple(one for one in found if not one.refused),
        refused=tuple(one for one in found if one.refused),
        picture=after,
    )


def impossible(picture: Picture, items: Iterable[Item]) -> tuple[Discrepancy, ...]:
    """What cannot be if these items are entered; those that are there already do not count."""
    there = set(picture.record.items())
    fresh = [item for item in items if item not in there]
    return tuple(one for one in faults_of(picture, fresh) if one.refused) if fresh else ()


def known_keys(picture: Picture) -> dict[str, list[str]]:
    """Every key of a thing with the words of the kinds under which it is known."""
    found: dict[str, list[str]] = {}
    for make, form in ASSERTION_FORM_OF.items():
        for thing in picture.things(make):
            found.setdefault(thing, []).append(form.word)
    return found


def _joints(before: Picture, after: Picture, items: Iterable[Item]) -> Iterator[Joint]:
    keys = known_keys(before)
    bare: dict[str, list[str]] = {}
    for key in keys:
        bare.setdefault(_bare(key), []).append(key)
    seen: set[tuple[str, str]] = set()
    for one in _assertions(items):
        if isinstance(one, Same):
            yield _merged(before, one)
            continue
        word = ASSERTION_FORM_OF[type(one)].word
        thing = after.key(one.thing)
        if (word, thing) in seen:
            continue
        seen.add((word, thing))
        ids = dict.fromkeys(claim.cite.id for claim in before.about(type(one), one.thing))
        others = [kind for kind in keys.get(before.key(one.thing), ()) if kind != word]
        like = [] if one.thing in keys else bare.get(_bare(one.thing), [])
        yield Joint(
            word=word,
            thing=thing,
            with_ids=tuple(ids),
            other_kinds=() if ids else tuple(others),
            like=tuple(like),
        )


def _merged(before: Picture, one: Same) -> Joint:
    ids: dict[str, None] = {}
    for make in ASSERTION_FORM_OF:
        for key in (one.thing, one.other):
            ids.update(dict.fromkeys(claim.cite.id for claim in before.about(make, key)))
    return Joint(word="as one", thing=f"{one.thing} and {one.other}", with_ids=tuple(ids))


def _assertions(items: Iterable[Item]) -> Iterator[Assertion]:
    for item in items:
        if isinstance(item, Statement | Inference):
            yield from item.assertions


def _bare(key: str) -> str:
    apart = unicodedata.normalize("NFKD", key).casefold()
    return "".join(c for c in apart if c.isalnum())
