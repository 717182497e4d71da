"""Sight: what the view of a thing may look at, and a watch over what it did look at.

A value made from a picture stays good in another one as long as all that was looked at is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from tieline.observer.assertion import Assertion, Dating, Same
from tieline.observer.basis import EMPTY, Dossier, referred
from tieline.observer.claims import Claim
from tieline.observer.statement import Inference, Item, Source, Statement, Withdrawal

if TYPE_CHECKING:
    from tieline.observer.picture import Picture

A = TypeVar("A", bound=Assertion)
T = TypeVar("T")


class Sight(Protocol):
    """What the view of a thing may look at: claims, keys and other views, and nothing else."""

    def about(self, kind: type[A], thing: str) -> list[Claim[A]]: ...
    def rows(self, kind: type[A], thing: str) -> list[int]: ...
    def key(self, thing: str) -> str: ...
    def referring(self, thing: str, kind: type[Any]) -> tuple[str, ...]: ...
    def kinds(self, thing: str) -> frozenset[type[Any]]: ...
    def view(self, make: Callable[[Sight, str], T], thing: str) -> T: ...


View = tuple[frozenset[str], Any]
"""The keys that a value was made from, and the value."""


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """The views of the picture that this one grew from, and the keys that new items touch."""

    views: dict[object, View]
    touched: frozenset[str]


class Watch:
    """A `Sight` that remembers what was looked at."""

    __slots__ = ("dossiers", "keys", "looked", "picture", "referred", "values")

    def __init__(self, picture: Picture) -> None:
        self.picture: Picture | None = picture
        self.keys: dict[str, str] = {}
        self.dossiers: dict[str, Dossier | None] = {}
        self.referred: dict[tuple[str, type[Any]], tuple[str, ...]] = {}
        self.values: dict[tuple[Callable[[Sight, str], Any], str], View] = {}
        self.looked: frozenset[str] = frozenset()

    def about(self, kind: type[A], thing: str) -> list[Claim[A]]:
        found = self._dossier(thing)
        return cast("list[Claim[A]]", found.claims.get(kind, [])) if found else []

    def rows(self, kind: type[A], thing: str) -> list[int]:
        found = self._dossier(thing)
        return found.rows.get(kind, []) if found else []

    def kinds(self, thing: str) -> frozenset[type[Any]]:
        found = self._dossier(thing)
        return frozenset(found.claims) if found else frozenset()

    def _dossier(self, thing: str) -> Dossier | None:
        key = self.key(thing)
        found = self.dossiers.get(key, EMPTY)
        if found is EMPTY:
            found = self.dossiers[key] = _open(self.picture).selection.dossiers.get(key)
        return found

    def key(self, thing: str) -> str:
        found = self.keys.get(thing)
        if found is None:
            found = self.keys[thing] = _open(self.picture).key(thing)
        return found

    def referring(self, thing: str, kind: type[Any]) -> tuple[str, ...]:
        found = self.referred.get((thing, kind))
        if found is None:
            found = self.referred[thing, kind] = _open(self.picture).referring(thing, kind)
        return found

    def view(self, make: Callable[[Sight, str], T], thing: str) -> T:
        picture = _open(self.picture)
        found = self.values[make, thing] = picture.seen(make, picture.key(thing))
        return cast("T", found[1])

    def close(self) -> None:
        """Look no more, and sum up the keys that were looked at, nested values' included."""
        self.picture = None
        keys = {*self.keys, *self.keys.values(), *self.dossiers}
        keys.update(thing for thing, _ in self.referred)
        keys.update(thing for _, thing in self.values)
        self.looked = frozenset(keys.union(*(looked for looked, _ in self.values.values())))

    def holds(self, picture: Picture) -> bool:
        """Whether all that was looked at is the same in another picture."""
        selection = picture.selection
        aliases, dossiers = selection.aliases, selection.dossiers
        for key, dossier in self.dossiers.items():
            if dossiers.get(key) is not dossier:
                return False
        for thing, key in self.keys.items():
            if aliases.get(thing, thing) != key:
                return False
        for (thing, kind), found in self.referred.items():
            if picture.referring(thing, kind) != found:
                return False
        return all(
            picture.view(make, key) is value for (make, key), (_, value) in self.values.items()
        )


def _open(picture: Picture | None) -> Picture:
    assert picture is not None, "a view kept its sight and used it later"
    return picture


def touched_by(before: Picture, items: Iterable[Item]) -> frozenset[str] | None:
    """The keys that new items say something of; None if keys cannot tell what they change."""
    found: set[str] = set()
    for item in items:
        if isinstance(item, Withdrawal):
            return None
        if isinstance(item, Source) and before.basis.by_source.get(item.id):
            return None
        for one in item.assertions if isinstance(item, Statement | Inference) else ():
            if isinstance(one, Same | Dating):
                return None
            found |= {one.thing, *referred(one)}
    return frozenset(found | {before.key(key) for key in found})
