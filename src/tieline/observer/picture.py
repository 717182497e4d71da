"""The picture: what a sequence of bodies adds up to, each value with what it rests on.

The fold is total: a body that cannot be read becomes a fault in the picture and nothing else.
The order of bodies decides only the order of display, and which of two items of one id counts.
A picture is a function of its record; what it works out on the way is kept for the next question,
and for the pictures that are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from tieline.days import Days
from tieline.errors import MalformedError
from tieline.observer.assertion import Assertion
from tieline.observer.basis import (
    EMPTY,
    Basis,
    Dossier,
    basis_of,
    cite_of,
    extended,
    record_of,
    space,
)
from tieline.observer.body import from_body
from tieline.observer.claims import Claim
from tieline.observer.selection import Kept, Selection, select
from tieline.observer.sight import Before, Sight, View, Watch, touched_by
from tieline.observer.statement import (
    REPORTED_FORCES,
    Force,
    Item,
    Record,
    Statement,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

__all__ = ["Picture", "Sight", "cite_of", "fold", "picture_of"]

A = TypeVar("A", bound=Assertion)
T = TypeVar("T")
DAYS_KEPT: Final = 4
"""Pictures of days that a picture keeps for the next question; each takes some megabytes."""
VALUES_KEPT: Final = 2
"""Values of one thing that are kept, from pictures of different days."""


@dataclass(frozen=True, slots=True, eq=False)
class _Memo:
    """What pictures of one record, and of what it grows to, share."""

    kept: Kept = field(default_factory=Kept)
    values: dict[tuple[object, str], list[tuple[Watch, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A folded record.

    Attributes:
        record: all that was filed, withdrawn items too.
        faults: bodies that could not be read or did not fit, in words.
        dropped: ids left out on request.
        day: the day whose knowledge this is, or None for all.
    """

    record: Record
    faults: tuple[str, ...] = ()
    dropped: frozenset[str] = frozenset()
    day: date | None = None
    _memo: _Memo = field(default_factory=_Memo, repr=False, compare=False)
    _own: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)
    _views: dict[object, View] = field(default_factory=dict, repr=False, compare=False)
    _days: dict[date | None, Picture] = field(default_factory=dict, repr=False, compare=False)

    # ---- claims

    @property
    def claims(self) -> tuple[Claim[Assertion], ...]:
        """The assertions that count, in the order of filing, inferences last."""
        return self.once(_all_claims)

    def of(self, kind: type[A]) -> list[Claim[A]]:
        """All claims of one kind of assertion, those about one thing together."""
        return [claim for key in self.things(kind) for claim in self.about(kind, key)]

    def about(self, kind: type[A], thing: str) -> list[Claim[A]]:
        """All claims of one kind about one thing, under any of its keys; not to be changed."""
        return cast("list[Claim[A]]", self.dossier(thing).claims.get(kind, []))

    def rows(self, kind: type[A], thing: str) -> list[int]:
        """The numbers of these claims in the order of filing, inferences last."""
        return self.dossier(thing).rows.get(kind, [])

    def key(self, thing: str) -> str:
        """The key under which this picture shows a thing."""
        return self.selection.aliases.get(thing, thing)

    def things(self, kind: type[Any]) -> tuple[str, ...]:
        """The keys of all things of one kind, in the order of filing."""
        by_kind: dict[type[Any], tuple[str, ...]] = self.once(_things)
        return by_kind.get(kind, ())

    def all_things(self) -> tuple[str, ...]:
        """The keys of all things of any kind, in the order of filing."""
        return self.once(_all_things)

    def kinds(self, thing: str) -> frozenset[type[Any]]:
        """The kinds of assertion that there are about a thing."""
        return frozenset(self.dossier(thing).claims)

    def dossier(self, thing: str) -> Dossier:
        """All claims about one thing, by kind."""
        return self.selection.dossiers.get(self.key(thing), EMPTY)

    def referring(self, thing: str, kind: type[Any]) -> tuple[str, ...]:
        """The keys of the things of one kind that name this one in a field, in order of filing."""
        found: tuple[str, ...] | None = self._own.get((thing, kind))
        if found is None:
            dossiers = self.selection.dossiers
            told = [
                (dossiers[one].rows[kind][0], one)
                for one in self.neighbours(thing)
                if kind in dossiers[one].rows
            ]
            found = self._own[thing, kind] = tuple(one for _, one in sorted(told))
        return found

    def neighbours(self, thing: str) -> tuple[str, ...]:
        """The keys of all things that name this one in a field, in no particular order."""
        selection, referring = self.selection, self.basis.referring
        aliases, dossiers = selection.aliases, selection.dossiers
        key = aliases.get(thing, thing)
        names = selection.members.get(key, (key,))
        found = {aliases.get(one, one) for name in names for one in referring.get(name, ())}
        return tuple(one for one in found if one in dossiers)

    # ---- what counts

    @property
    def fallen(self) -> Mapping[str, str]:
        """Ids that do not count, each with the reason."""
        return self.selection.fallen

    @property
    def learned(self) -> Mapping[str, Days]:
        """For each statement that counts, when it became known."""
        return self.once(_learned)

    @property
    def aliases(self) -> Mapping[str, str]:
        """Keys that name the same thing as another, each with that other."""
        return self.selection.aliases

    def statement(self, id_: str) -> Statement | None:
        """The statement of this id, whether it counts or not."""
        return self.basis.statement(id_)

    # ---- other pictures of the same record

    def without(self, ids: Iterable[str]) -> Picture:
        """The picture when these statements or inferences are left out."""
        return self._other(self.dropped | frozenset(ids), self.day)

    def without_inferences(self) -> Picture:
        """The picture of reports alone."""
        return self.without(inference.id for inference in self.record.inferences)

    def known_on(self, day: date | None) -> Picture:
        """The picture from what was, or may have been, known by the end of that day."""
        if day == self.day:
            return self
        found = self._days.get(day)
        if found is None:
            found = self._other(self.dropped, day, self._days)
            self._days.setdefault(self.day, self)
            self._days[day] = found
            for other in [one for one in self._days if one not in {None, day}][:-DAYS_KEPT]:
                self._days.pop(other, None)
        return found

    def with_items(self, new: Iterable[Item]) -> Picture:
        """The picture with more items filed; what they do not touch is not worked out again.

        Of two items of one id the first counts, and the other is a fault, as in `fold`.
        """
        basis, faults = self.basis, list(self.faults)
        fresh: dict[tuple[type[Any], str], Item] = {}
        for item in new:
            place = (space(item), item.id)
            first = basis.filed.get(place) or fresh.setdefault(place, item)
            if first is not item and first != item:
                faults.append(f"another item is filed as {item.id}; the first counts")
        grown = extended(basis, record_of(fresh.values()))
        picture = Picture(
            record=grown.record,
            faults=tuple(faults),
            dropped=self.dropped,
            day=self.day,
            _memo=self._memo,
            _own={Basis: grown},
        )
        touched = touched_by(self, fresh.values())
        # What was taken back, or what falls or stands with a new item, is not told by its keys.
        if touched is not None and picture.fallen == self.fallen:
            picture._own[Before] = Before(self._views, touched)
        return picture

    def _other(
        self,
        dropped: frozenset[str],
        day: date | None,
        days: dict[date | None, Picture] | None = None,
    ) -> Picture:
        return Picture(
            record=self.record,
            faults=self.faults,
            dropped=dropped,
            day=day,
            _memo=self._memo,
            _own={Basis: self.basis},
            _days={} if days is None else days,
        )

    # ---- what is worked out once

    @property
    def basis(self) -> Basis:
        """The record by thing, with nothing left out."""
        found: Basis | None = self._own.get(Basis)
        if found is None:
            found = self._own[Basis] = basis_of(self.record)
        return found

    @property
    def selection(self) -> Selection:
        """What of the record counts in this picture."""
        found: Selection | None = self._own.get(Selection)
        if found is None:
            found = select(self.basis, self.dropped, self.day, self._memo.kept)
            self._own[Selection] = found
        return found

    def once(self, make: Callable[[Picture], T]) -> T:
        """A value of the whole picture, worked out at the first question for it."""
        found = self._own.get(make, _own_missing)
        if found is _own_missing:
            found = self._own[make] = make(self)
        return found  # type: ignore[no-any-return]

    def view(self, make: Callable[[Sight, str], T], thing: str) -> T:
        """A value of one thing, worked out again only when something that it looked at changed.

        ``make`` must depend on nothing but the `Sight` and the key that it is given.
        """
        return cast("T", self.seen(make, self.key(thing))[1])

    def seen(self, make: Callable[[Sight, str], T], key: str) -> View:
        """The value of one thing with all the keys that it was made from."""
        place = (make, key)
        found = self._views.get(place)
        if found is None:
            found = self._inherited(place) or self._viewed(make, key)
            self._views[place] = found
        return found

    def _inherited(self, place: object) -> View | None:
        """The value that the picture before this one had, if no new item touches it."""
        before = self._own.get(Before)
        if before is None:
            return None
        found: View | None = before.views.get(place)
        return found if found is not None and found[0].isdisjoint(before.touched) else None

    def _viewed(self, make: Callable[[Sight, str], T], key: str) -> View:
        made = self._memo.values.setdefault((make, key), [])
        for watch, value in made:
            if watch.holds(self):
                return watch.looked, value
        watch = Watch(self)
        value = make(watch, key)
        watch.close()
        made.insert(0, (watch, value))
        del made[VALUES_KEPT:]
        return watch.looked, value


_own_missing: Final = object()


def _all_things(picture: Picture) -> tuple[str, ...]:
    pairs = [
        (min(rows[0] for rows in dossier.rows.values()), key)
        for key, dossier in picture.selection.dossiers.items()
    ]
    return tuple(key for _, key in sorted(pairs))


def _things(picture: Picture) -> dict[type[Any], tuple[str, ...]]:
    found: dict[type[Any], list[tuple[int, str]]] = {}
    for key, dossier in picture.selection.dossiers.items():
        for kind, rows in dossier.rows.items():
            found.setdefault(kind, []).append((rows[0], key))
    return {kind: tuple(key for _, key in sorted(pairs)) for kind, pairs in found.items()}


def _all_claims(picture: Picture) -> tuple[Claim[Assertion], ...]:
    pairs = [
        (row, claim)
        for dossier in picture.selection.dossiers.values()
        for kind, rows in dossier.rows.items()
        for row, claim in zip(rows, dossier.claims[kind], strict=True)
    ]
    pairs.sort(key=lambda pair: pair[0])
    return tuple(claim for _, claim in pairs)


def _learned(picture: Picture) -> dict[str, Days]:
    fallen, learned = picture.selection.fallen, picture.selection.learned
    return {
        one.id: days
        for one, days in zip(picture.record.statements, learned, strict=True)
        if one.id not in fallen
    }


def fold(
    bodies: Iterable[tuple[str, Mapping[str, object]]],
    forces: frozenset[Force] = REPORTED_FORCES,
) -> Picture:
    """Fold (kind, body) pairs; never raises for what they hold.

    A statement with a force that such a record cannot hold is a fault and counts for nothing.
    """
    kept: dict[tuple[type[Any], str], Item] = {}
    faults: list[str] = []
    for number, (kind, body) in enumerate(bodies):
        try:
            item = from_body(kind, body)
        except MalformedError as error:
            faults.append(f"body {number}: {error}")
            continue
        if isinstance(item, Statement) and item.force not in forces:
            faults.append(f"body {number}: force {item.force.value} has no place in this record")
            continue
        first = kept.setdefault((space(item), item.id), item)
        if first != item:
            faults.append(f"body {number}: another item is filed as {item.id}; the first counts")
    return Picture(record=record_of(kept.values()), faults=tuple(faults))


def picture_of(record: Record) -> Picture:
    """The picture of a record that was read from a text."""
    return Picture(record=record)
