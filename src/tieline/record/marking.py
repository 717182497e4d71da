"""Marking: how far an item may go, and what an export for an audience may therefore hold.

Every item of a party's own house, and every statement of an observer, bears one of three handling
marks. :func:`may_see` is the only rule; whatever leaves the house asks it, by :func:`cut`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from tieline.errors import UsageError

T = TypeVar("T")


class Marking(StrEnum):
    """How far an item may go, the closest first."""

    OWN = "own"
    LINE = "line"
    PUBLISHABLE = "publishable"


class Audience(StrEnum):
    """Who will read what is shown or exported, the closest first."""

    OWN = "own"
    LINE = "line"
    PUBLIC = "public"


MARKING_MEANING: dict[Marking, str] = {
    Marking.OWN: "for our own house only",
    Marking.LINE: "may be shown to the parties of a line",
    Marking.PUBLISHABLE: "may be shown to anyone",
}
AUDIENCE_MEANING: dict[Audience, str] = {
    Audience.OWN: "our own house: everything",
    Audience.LINE: "the parties of a line: what is marked line or publishable",
    Audience.PUBLIC: "anyone: what is marked publishable",
}
_MARKINGS, _AUDIENCES = tuple(Marking), tuple(Audience)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(Generic[T]):
    """What an audience may see, in the order given, and how many items were withheld."""

    shown: tuple[T, ...]
    withheld: int


def may_see(audience: Audience, marking: Marking) -> bool:
    """Whether an item with this mark may be in what this audience is given."""
    return _MARKINGS.index(marking) >= _AUDIENCES.index(audience)


def cut(audience: Audience, items: Iterable[T], marking_of: Callable[[T], Marking]) -> Cut[T]:
    """Leave out what the audience may not see; only the number of such items is told."""
    listed = list(items)
    shown = tuple(item for item in listed if may_see(audience, marking_of(item)))
    return Cut(shown=shown, withheld=len(listed) - len(shown))


def narrowest(markings: Iterable[Marking]) -> Marking:
    """The mark that goes least far of several; ``own`` where there is none."""
    return min(markings, key=_MARKINGS.index, default=Marking.OWN)


def read_marking(value: object) -> Marking:
    """The mark that a stored item bears; whatever is absent or not a mark counts as ``own``."""
    return Marking(value) if isinstance(value, str) and value in set(Marking) else Marking.OWN


def parse_marking(text: str) -> Marking:
    """Read a mark that somebody typed.

    Raises:
        UsageError: it is none of the three.
    """
    if text not in set(Marking):
        raise UsageError(f"handling mark {text[:40]!r} is not one of {', '.join(Marking)}")
    return Marking(text)


def parse_audience(text: str) -> Audience:
    """Read an audience that somebody typed.

    Raises:
        UsageError: it is none of the three.
    """
    if text not in set(Audience):
        raise UsageError(f"audience {text[:40]!r} is not one of {', '.join(Audience)}")
    return Audience(text)
