"""Cites: what a value on a page rests on, as the passage itself and the force it is said in.

Four sorts are never to be confused, and each has a shape and a frame of its own: what a report
says, what a party signed, what only we wrote down, and what an observer concludes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tieline.days import Days, Sure
from tieline.observer import Picture
from tieline.observer.claims import Cite, pilcrow, unique
from tieline.observer.statement import FORCE_MEANING, Force, Inference, Source, Statement

REPORTED, HEARSAY, SIGNED, RECORDED, INFERRED = (
    "reported", "hearsay", "signed", "recorded", "inferred",
)  # fmt: skip
_WEAK: Final = frozenset({Force.NARRATED, Force.UNNAMED, Force.OPINION})
"""Reports in which no side speaks by name."""
SHOWN_MAX: Final = 4
"""Passages opened in place; the page of the thing has them all."""
WORDS: Final = {
    Force.READOUT: "official readout",
    Force.PRESS: "official to the press",
    Force.SAID: "said by name",
    Force.POST: "post by name",
    Force.NARRATED: "told by the reporter",
    Force.UNNAMED: "nobody named",
    Force.OPINION: "an outsider's opinion",
    Force.SIGNED: "signed",
    Force.RECORDED: "recorded by us only",
}


def sort_of(force: Force | None) -> str:
    """Which of the four sorts, reports in two strengths."""
    if force is None:
        return INFERRED
    if force is Force.SIGNED:
        return SIGNED
    if force is Force.RECORDED:
        return RECORDED
    return HEARSAY if force in _WEAK else REPORTED


def force_words(force: Force | None) -> str:
    """A force in a few words."""
    return WORDS[force] if force is not None else "inferred"


def meaning(force: Force | None) -> str:
    """What a force means, in the words of the record's own table."""
    return FORCE_MEANING[force] if force is not None else "an observer's conclusion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A statement or inference behind a value; ``doubt`` is what is odd about its day."""

    id: str
    sort: str
    force: str
    meaning: str
    who: str
    text: str
    language: str
    where: str
    doubt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """The passages shown, and how many more there are."""

    shown: tuple[Passage, ...]
    more: int

    def __bool__(self) -> bool:
        return bool(self.shown)


def item_of(picture: Picture, id_: str) -> Statement | Inference | None:
    """The statement or inference of this id, whether it counts or not."""
    found = picture.basis.filed.get((Statement, id_))
    return found if isinstance(found, Statement | Inference) else None


def source_of(picture: Picture, key: str) -> Source | None:
    """The source of this key."""
    found = picture.basis.filed.get((Source, key))
    return found if isinstance(found, Source) else None


def where_of(picture: Picture, statement: Statement) -> str:
    """Where a passage stands: ``Xinhua, 2018-11-10, ¶5``; for a line who signed it."""
    if statement.force is Force.SIGNED:
        return f"entry {statement.id}"
    if statement.force is Force.RECORDED:
        return "our own notes"
    source = source_of(picture, statement.source)
    outlet = (source.outlet or source.title) if source else None
    published = day_words(source.published) if source and source.published.known else ""
    parts = [outlet or f"source {statement.source}", published, pilcrow(statement.passage)]
    return ", ".join(part for part in parts if part)


def day_words(days: Days | None) -> str:
    """Days without the report's own expression for them."""
    if days is None:
        return Days().words()
    return Days(earliest=days.earliest, latest=days.latest).words()


def passages(picture: Picture, cites: Iterable[Cite], most: int = SHOWN_MAX) -> Passages:
    """What the citations lead to, the first ones."""
    listed = unique(cites)
    shown = tuple(one for cite in listed[:most] if (one := _passage(picture, cite)) is not None)
    return Passages(shown=shown, more=max(0, len(listed) - most))


def _passage(picture: Picture, cite: Cite) -> Passage | None:
    item = item_of(picture, cite.id)
    if item is None:
        return None
    if isinstance(item, Inference):
        who, where, language = item.author, f"rests on {', '.join(item.grounds[:4])}", ""
    else:
        who, where = item.speaker or "", where_of(picture, item)
        language = item.language or ""
    doubts = [] if cite.known is Sure.YES else ["day of publication not known"]
    doubts += [f"dated by {id_}, an inference" for id_ in cite.dated_by]
    force = item.force if isinstance(item, Statement) else None
    return Passage(
        id=item.id,
        sort=sort_of(force),
        force=force_words(force),
        meaning=meaning(force),
        who=who,
        text=item.text,
        language=language,
        where=where,
        doubt="; ".join(doubts),
    )


def strongest(cites: Iterable[Cite]) -> tuple[str, ...]:
    """The sorts that a value rests on, each once, in the order of the four."""
    order = (SIGNED, RECORDED, REPORTED, HEARSAY, INFERRED)
    found = {sort_of(cite.force) for cite in cites}
    return tuple(one for one in order if one in found)
