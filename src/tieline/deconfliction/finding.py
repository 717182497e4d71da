"""Finding: every pair of volumes of different notifications that is closer than agreed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Final

import numpy as np

from tieline.deconfliction import firm
from tieline.deconfliction.bulk import Found, all_pairs, exact
from tieline.deconfliction.compiled import use_compiled
from tieline.deconfliction.gap import slack_m
from tieline.deconfliction.judging import Judge, Measure, Row
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Overlap, Result, order_of, result_digest
from tieline.deconfliction.packed import Flags, Floats, Packed
from tieline.deconfliction.packing import Skeleton, pack, skeleton
from tieline.deconfliction.packing_check import position_of
from tieline.deconfliction.rules import Pack
from tieline.deconfliction.separating import Classes
from tieline.errors import UsageError

VOLUMES_ALL_MAX: Final = 2_000_000
OVERLAPS_MAX: Final = 1_000_000
"""Most pairs that are measured; beyond it the volumes or the separations cannot be meant."""

Uncompared = tuple[str, int, str]
"""A volume that the engine cannot hold: key, number in its list from 0, and why."""


def find(
    notified: Iterable[Notified],
    *,
    known_ms: int,
    packs: Sequence[Pack] = (),
    own_too: bool = False,
) -> Result:
    """Every pair of volumes of different notifications that is closer than agreed.

    The result hangs on what is given and not on its order; only where two notifications of one
    party have one key, they count in the order given.

    Args:
        notified: what is known; those whose state says that they are over are left out.
        known_ms: by when it was known; stands in the result and decides nothing.
        packs: rule packs that apply; without any, only volumes with room in common are found.
        own_too: pairs of one party as well.

    Raises:
        UsageError: more volumes, classes or pairs than can be taken.
    """
    told = sorted((each for each in notified if not each.state), key=lambda e: (e.party, e.key))
    volumes = sum(len(each.volumes) for each in told)
    if volumes > VOLUMES_ALL_MAX:
        raise too_many_volumes(volumes)
    classes = Classes(tuple(packs))
    parties = {name: n for n, name in enumerate(sorted({each.party for each in told}))}
    rows, drawn, left = held(told, count())
    packed = packed_rows(rows, drawn, parties, classes)
    limits = classes.limits_m()
    found = closer(rows, packed, limits, own_too=own_too, compare=_differ)
    if len(found.pairs) > OVERLAPS_MAX:
        raise too_many_pairs(len(found.pairs))
    if use_compiled(packed.rows):
        # Compiled code may differ in the last digit, and no number may hang on the size of the set.
        packed = packed_rows(rows, drawn, parties, classes, compiled=False)
        found = exact(packed, found.pairs, limits, compiled=False)
    judge = Judge(tuple(packs), {row.id: row.volume for row in rows})
    pairs = ((rows[i], rows[j]) for i, j in found.pairs.tolist())
    judged = (
        judge.overlap(one, other, measure)
        for (one, other), measure in zip(pairs, measured(packed, found), strict=True)
    )
    return result_of(
        (each for each in judged if each is not None),
        notified=told,
        uncompared=uncompared_of(left),
        known_ms=known_ms,
        packs=packs,
        own_too=own_too,
    )


def _differ(one: Row, other: Row) -> bool:
    return one.told is not other.told


def result_of(
    found: Iterable[Overlap],
    *,
    notified: Sequence[Notified],
    uncompared: tuple[Uncompared, ...],
    known_ms: int,
    packs: Sequence[Pack],
    own_too: bool,
) -> Result:
    """A result of overlaps in the order of their rows; of two with one name the first counts."""
    unique: dict[str, Overlap] = {}
    for each in found:
        unique.setdefault(each.id, each)
    ordered = tuple(sorted(unique.values(), key=order_of))
    names = tuple(f"{each.id}@{each.edition}" for each in packs)
    return Result(
        overlaps=ordered,
        notified=len(notified),
        placeless=sum(not each.volumes for each in notified),
        uncompared=uncompared,
        volumes=sum(len(each.volumes) for each in notified) - len(uncompared),
        known_ms=known_ms,
        packs=names,
        digest=result_digest(ordered, names, own_too=own_too),
    )


def too_many_volumes(count: int) -> UsageError:
    return UsageError(f"{count} volumes; at most {VOLUMES_ALL_MAX} are compared at once")


def too_many_pairs(count: int) -> UsageError:
    return UsageError(
        f"{count} pairs are closer than agreed; at most {OVERLAPS_MAX} are measured",
        advice="Look at fewer files, or at a pack with smaller separations.",
    )


# -- rows


def held(
    told: Iterable[Notified], ids: Iterator[int]
) -> tuple[list[Row], list[Skeleton], list[tuple[Row, str]]]:
    """Rows that the engine can hold, their skeletons, and those that it cannot, with the reason.

    One outline that cannot be compared must not keep all others from it.
    """
    rows: list[Row] = []
    drawn: list[Skeleton] = []
    left: list[tuple[Row, str]] = []
    for each in told:
        for number, volume in enumerate(each.volumes):
            row = Row(id=next(ids), told=each, number=number, volume=volume)
            try:
                drawn.append(skeleton(volume.shape))
                rows.append(row)
            except UsageError as error:
                left.append((row, str(error)))
    try:
        _packed(rows, drawn)
    except UsageError:
        kept = []
        for row, one in zip(rows, drawn, strict=True):
            try:
                _packed([row], [one])
                kept.append((row, one))
            except UsageError as error:
                left.append((row, str(error)))
        rows, drawn = [row for row, _ in kept], [one for _, one in kept]
        left.sort(key=lambda each: each[0].id)
    return rows, drawn, left


def uncompared_of(left: Iterable[tuple[Row, str]]) -> tuple[Uncompared, ...]:
    """What a result says of rows that the engine cannot hold."""
    return tuple((row.told.key, row.number, why) for row, why in left)


def _packed(rows: Sequence[Row], drawn: Sequence[Skeleton], **more: Any) -> Packed:
    given = {"party": [0] * len(rows)} | more
    return pack([row.volume for row in rows], skeletons=drawn, **given)


def packed_rows(
    rows: Sequence[Row],
    drawn: Sequence[Skeleton],
    parties: Mapping[str, int],
    classes: Classes,
    *,
    compiled: bool | None = None,
) -> Packed:
    """Rows as the engine takes them, widened by what the packs ask in height and time.

    Raises:
        UsageError: more kinds and parties than can be told apart.
    """
    packed = _packed(
        rows,
        drawn,
        party=[parties[row.told.party] for row in rows],
        klass=[classes.of(row.told) for row in rows],
        compiled=compiled,
    )
    return classes.widened(packed)


# -- pairs


def closer(
    rows: Sequence[Row],
    packed: Packed,
    limits_m: Floats,
    *,
    own_too: bool,
    compare: Callable[[Row, Row], bool],
) -> Found:
    """Pairs of rows that are to be compared and come as close as agreed, each once, in order."""
    found = all_pairs(packed, limits_m, own_too=own_too)
    keep = [compare(rows[i], rows[j]) for i, j in found.pairs.tolist()]
    return those(found, np.array(keep, bool))


def those(found: Found, keep: Flags) -> Found:
    """Some of the pairs."""
    return Found(
        pairs=found.pairs[keep],
        gap_m=found.gap_m[keep],
        limit_m=found.limit_m[keep],
        at=found.at[keep],
    )


def measured(packed: Packed, found: Found) -> Iterator[Measure]:
    """The measure of each pair: the same to the last digit, one by one or all at once."""
    i, j = found.pairs[:, 0], found.pairs[:, 1]
    clear, where, fixed = firm.clearances(packed, found)
    slack = slack_m(packed, i, j, packed.reach_m[i] + packed.reach_m[j] + found.limit_m)
    for n in range(len(i)):
        yield Measure(
            clear_m=float(clear[n]),
            slack_m=float(slack[n]),
            is_firm=bool(fixed[n]),
            at=position_of(where[n]),
        )
