"""Selection: what of a basis counts, on a day or at all, and under which keys it is shown.

Whatever counts in full is taken over as it stands; only things of which something is left out,
or not surely known, are laid out anew. A day's picture so costs little more than what changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from tieline.days import Days, Sure
from tieline.observer.assertion import Assertion, Dating, Same
from tieline.observer.basis import (
    INFERENCES,
    ROW_BITS,
    ROW_MASK,
    UNKNOWN,
    Basis,
    Dossier,
    Kind,
    cite_of,
    claims_of,
    inferred,
    learned_by,
)
from tieline.observer.claims import Claim
from tieline.observer.statement import Inference, Statement

Claims = list[Claim[Assertion]]
Told = tuple[Sure, tuple[str, ...], Days, tuple[str, ...]]
"""How surely a statement is known, the inferences that decide it, when it became known, and the
inferences that this day rests on."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What one selection laid out anew, for the next one to take over if it is the same.

    What is built upon a dossier stays good as long as the dossier is the same object.
    """

    dossiers: dict[tuple[str, bool, bool], Dossier] = field(default_factory=dict)
    claims: dict[tuple[str, Told], tuple[Statement | Inference, Claims]] = field(
        default_factory=dict
    )

    def dossier(self, key: str, made: Dossier, *, now: bool, merged: bool = False) -> Dossier:
        """The dossier made last time if it holds the very same claims, or else this one."""
        place = (key, now, merged)
        last = self.dossiers.get(place)
        if last is not None and made.like(last):
            return last
        self.dossiers[place] = made
        return made


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """What counts.

    Attributes:
        fallen: ids that do not count, each with the reason.
        learned: when each statement became known, datings included, by its number.
        aliases: keys that name the same thing as another, each with the one that is shown.
        members: for each key that others are shown under, all keys of that thing.
        dossiers: the claims of each thing, by the key that is shown.
    """

    fallen: Mapping[str, str]
    learned: list[Days]
    aliases: Mapping[str, str]
    members: Mapping[str, tuple[str, ...]]
    dossiers: Mapping[str, Dossier]


def select(basis: Basis, dropped: frozenset[str], day: date | None, kept: Kept) -> Selection:
    """Select in steps: (1) what is taken back, (2) what falls with it, (3) when each became
    known and what that leaves, (4) the claims of each thing, (5) one key for each thing.
    """
    # (1)
    fallen = dict.fromkeys(sorted(dropped), "left out")
    for withdrawal in basis.record.withdrawals:
        if day is None or withdrawal.on.begun_by(day) is Sure.YES:
            fallen[withdrawal.of] = f"withdrawn by {withdrawal.author}: {withdrawal.why}"
    # (2)
    _fell(basis, fallen)
    # (3): a dating holds whatever the day, since it says when something could be known at all.
    datings = _datings(basis, fallen)
    learned = _learned(basis, datings)
    unsure = _unsure(basis, learned, day, fallen) if day is not None else {}
    _fell(basis, fallen)
    # (4)
    marks = _marks(basis, fallen, _told(basis, learned, unsure, datings, day), kept)
    dossiers = _dossiers(basis, marks, kept, now=day is None)
    # (5)
    aliases = merged_keys(_same(basis, marks))
    members = _members(aliases)
    if members:
        dossiers = dict(dossiers)
        for key, names in members.items():
            _merge(dossiers, key, names, kept, now=day is None)
    return Selection(fallen, learned, aliases, members, dossiers)


def _fell(basis: Basis, fallen: dict[str, str]) -> None:
    for inference in basis.record.inferences:
        for id_ in inference.grounds:
            if id_ in fallen or basis.statement(id_) is None:
                fallen.setdefault(inference.id, f"its ground {id_} does not count")
                break


def _datings(basis: Basis, fallen: Mapping[str, str]) -> dict[str, list[tuple[str, Dating]]]:
    """By source, in the order of filing."""
    found: dict[str, list[tuple[str, Dating]]] = {}
    for number in dict.fromkeys(basis.datings):
        inference = basis.item(number)
        if inference.id not in fallen:
            for one in inference.assertions:
                if isinstance(one, Dating):
                    found.setdefault(one.thing, []).append((inference.id, one))
    return found


def _learned(basis: Basis, datings: Mapping[str, list[tuple[str, Dating]]]) -> list[Days]:
    if not datings:
        return basis.learned
    learned = list(basis.learned)
    for source, told in datings.items():
        days = basis.published(source)
        for _, dating in told:
            days = days.meet(dating.days) or days
        for number in basis.by_source.get(source, ()):
            narrowed = learned_by(basis.record.statements[number], days)
            if narrowed != learned[number]:
                learned[number] = narrowed
    return learned


def _unsure(
    basis: Basis, learned: list[Days], day: date, fallen: dict[str, str]
) -> dict[int, Sure]:
    """Statements not surely known by then: those surely not known fall."""
    found: dict[int, Sure] = {}
    last, sure = UNKNOWN, Sure.PERHAPS
    reason = f"not known by {day}"
    for number, days in enumerate(learned):
        if days is not last:
            last, sure = days, days.begun_by(day)
        if sure is Sure.YES:
            continue
        if sure is Sure.NO:
            fallen.setdefault(basis.record.statements[number].id, reason)
        else:
            found[number] = sure
    return found


def _marks(
    basis: Basis, fallen: Mapping[str, str], told: Mapping[int, Told], kept: Kept
) -> dict[int, Claims | None]:
    """Items whose claims do not stand as in the basis: None if they do not count at all."""
    marks: dict[int, Claims | None] = {}
    for id_ in fallen:
        number = basis.numbers.get(id_)
        if number is not None:
            marks[number] = None
    for number, how in told.items():
        if number not in marks:
            marks[number] = _claims_again(basis.record.statements[number], how, kept)
    unsure = {number for number, (known, *_) in told.items() if known is not Sure.YES}
    for at, inference in enumerate(basis.record.inferences if unsure else ()):
        number = INFERENCES + at
        if number not in marks and any(basis.numbers[id_] in unsure for id_ in inference.grounds):
            marks[number] = _claims_again(inference, (Sure.PERHAPS, (), UNKNOWN, ()), kept)
    return marks


def _told(
    basis: Basis,
    learned: list[Days],
    unsure: Mapping[int, Sure],
    datings: Mapping[str, list[tuple[str, Dating]]],
    day: date | None,
) -> dict[int, Told]:
    """How each statement is known of which more is to be said than that it is."""
    told: dict[int, Told] = {n: (sure, (), learned[n], ()) for n, sure in unsure.items()}
    for source, dating in datings.items():
        by = tuple(id_ for id_, _ in dating)
        for number in basis.by_source.get(source, ()):
            known = unsure.get(number, Sure.YES)
            if day is not None and basis.learned[number].begun_by(day) is not known:
                told[number] = (known, by, learned[number], by)
            elif learned[number] is not basis.learned[number]:
                told[number] = (known, (), learned[number], by)
    return told


def _claims_again(item: Statement | Inference, told: Told, kept: Kept) -> Claims:
    """The claims of an item as they are known now: the same objects as the last time."""
    found = kept.claims.get((item.id, told))
    if found is not None and found[0] is item:
        return found[1]
    known, by, learned, dated_by = told
    if isinstance(item, Inference):
        claims = inferred(item, known)
    else:
        claims = claims_of(item, replace(cite_of(item, known), dated_by=by), learned, dated_by)
    kept.claims[item.id, told] = (item, claims)
    return claims


def _dossiers(
    basis: Basis, marks: Mapping[int, Claims | None], kept: Kept, *, now: bool
) -> Mapping[str, Dossier]:
    if not marks:
        return basis.dossiers
    dossiers = dict(basis.dossiers)
    statements, inferences = basis.record.statements, basis.record.inferences
    gone: dict[str, int] = {}
    for number, again in marks.items():
        item = inferences[number - INFERENCES] if number >= INFERENCES else statements[number]
        for one in item.assertions:
            gone[one.thing] = gone.get(one.thing, 0) + (again is None)
    for key, count in gone.items():
        whole = basis.dossiers[key]
        # Most things of a later day are gone altogether.
        if count == sum(map(len, whole.rows.values())):
            del dossiers[key]
        else:
            dossiers[key] = kept.dossier(key, _cut(whole, marks), now=now)
    return dossiers


def _cut(whole: Dossier, marks: Mapping[int, Claims | None]) -> Dossier:
    cut: dict[Kind, Claims] = {}
    cut_rows: dict[Kind, list[int]] = {}
    for kind, rows in whole.rows.items():
        left, numbers = [], []
        for row, claim in zip(rows, whole.claims[kind], strict=True):
            number = row >> ROW_BITS
            if number not in marks:
                left.append(claim)
            elif (again := marks[number]) is not None:
                left.append(again[row & ROW_MASK])
            else:
                continue
            numbers.append(row)
        if left:
            cut[kind], cut_rows[kind] = left, numbers
    return Dossier(cut, cut_rows)


def _same(basis: Basis, marks: Mapping[int, Claims | None]) -> Iterator[tuple[str, str]]:
    for number in sorted(set(basis.merges)):
        if number not in marks or marks[number] is not None:
            for one in basis.item(number).assertions:
                if isinstance(one, Same):
                    yield one.thing, one.other


def merged_keys(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Join keys that are said to be one; each other key gets the one that was named first.

    Disjoint sets with path halving, the earliest key on top (Tarjan and van Leeuwen 1984).
    """
    above: dict[str, str] = {}
    rank: dict[str, int] = {}

    def top(key: str) -> str:
        while above[key] != key:
            above[key] = key = above[above[key]]
        return key

    for pair in pairs:
        for key in pair:
            above.setdefault(key, key)
            rank.setdefault(key, len(rank))
        first, second = sorted(map(top, pair), key=rank.__getitem__)
        above[second] = first
    return {key: top(key) for key in above if top(key) != key}


def _members(aliases: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    members: dict[str, list[str]] = {}
    for key, shown in aliases.items():
        members.setdefault(shown, [shown]).append(key)
    return {shown: tuple(keys) for shown, keys in members.items()}


def _merge(
    dossiers: dict[str, Dossier], key: str, names: Iterable[str], kept: Kept, *, now: bool
) -> None:
    parts = [dossiers.pop(name) for name in names if name in dossiers]
    if len(parts) == 1:
        dossiers[key] = parts[0]
    elif parts:
        rows: dict[Kind, list[tuple[int, Claim[Assertion]]]] = {}
        for part in parts:
            for kind, numbers in part.rows.items():
                rows.setdefault(kind, []).extend(zip(numbers, part.claims[kind], strict=True))
        whole = Dossier()
        for kind, told in rows.items():
            told.sort(key=lambda pair: pair[0])
            whole.rows[kind] = [row for row, _ in told]
            whole.claims[kind] = [claim for _, claim in told]
        dossiers[key] = kept.dossier(key, whole, now=now, merged=True)
