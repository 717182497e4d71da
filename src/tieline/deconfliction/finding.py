"""Finding: every pair of volumes of different notifications that is closer than agreed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tieline.deconfliction import firm, times
from tieline.deconfliction.bulk import Found, all_pairs
from tieline.deconfliction.gap import slack_m
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import (
    Nature,
    Overlap,
    Result,
    Side,
    order_of,
    overlap_id,
    result_digest,
    volume_digest,
)
from tieline.deconfliction.packed import Floats, Packed
from tieline.deconfliction.packing import pack, with_klass
from tieline.deconfliction.packing_check import position_of
from tieline.deconfliction.rules import Pack, Separation, Severity, Support, separations_of
from tieline.errors import UsageError
from tieline.space.band import Datum
from tieline.space.position import Position
from tieline.space.spans import MINUTE_MS
from tieline.space.volume import Volume

VOLUMES_ALL_MAX: Final = 2_000_000
CLASSES_MAX: Final = 2_000
"""Most combinations of party and kind that separations tell apart; their table is its square."""
OVERLAPS_MAX: Final = 1_000_000
"""Most pairs that are measured; beyond it the volumes or the separations cannot be meant."""
LOWERED: Final = {
    Severity.HIGH: Severity.MEDIUM,
    Severity.MEDIUM: Severity.LOW,
    Severity.LOW: Severity.LOW,
}
BARE: Final = Separation(
    id="room in common",
    kinds=("any",),
    other_kinds=("any",),
    source="no separation is agreed: volumes that have room in common",
    support=Support.AGREED,
)
"""What holds between any two notifications, whatever the packs say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    told: Notified
    number: int
    volume: Volume


def find(
    notified: Iterable[Notified],
    *,
    known_ms: int,
    packs: Sequence[Pack] = (),
    own_too: bool = False,
) -> Result:
    """Every pair of volumes of different notifications that is closer than agreed.

    Args:
        notified: what is known; those whose state says that they are over are left out.
        known_ms: by when it was known; stands in the result and decides nothing.
        packs: rule packs that apply; without any, only volumes with room in common are found.
        own_too: pairs of one party as well.

    Raises:
        UsageError: more volumes, classes or pairs than can be taken, or a volume that the engine
            cannot hold.
    """
    told = tuple(each for each in notified if not each.state)
    rows = [_Row(told=e, number=n, volume=v) for e in told for n, v in enumerate(e.volumes)]
    if len(rows) > VOLUMES_ALL_MAX:
        raise UsageError(f"{len(rows)} volumes; at most {VOLUMES_ALL_MAX} are compared at once")
    rows, packed, uncompared = _packed(rows)
    found = tuple(_overlaps(rows, packed, tuple(packs), own_too=own_too))
    unique = {each.id: each for each in reversed(found)}
    ordered = tuple(sorted(unique.values(), key=order_of))
    names = tuple(f"{each.id}@{each.edition}" for each in packs)
    return Result(
        overlaps=ordered,
        notified=len(told),
        placeless=sum(not each.volumes for each in told),
        uncompared=uncompared,
        volumes=len(rows),
        known_ms=known_ms,
        packs=names,
        digest=result_digest(ordered, names, own_too=own_too),
    )


# -- one pair after the other


def _packed(rows: list[_Row]) -> tuple[list[_Row], Packed, tuple[tuple[str, int, str], ...]]:
    """Rows that the engine can hold, the same packed, and those that it cannot, with the reason.

    One outline that cannot be compared must not keep all others from it.
    """
    parties = {name: n for n, name in enumerate(sorted({row.told.party for row in rows}))}
    try:
        return rows, _pack(rows, parties), ()
    except UsageError:
        kept, left = [], []
        for row in rows:
            try:
                _pack([row], parties)
                kept.append(row)
            except UsageError as error:
                left.append((row.told.key, row.number, str(error)))
        return kept, _pack(kept, parties), tuple(left)


def _pack(rows: list[_Row], parties: dict[str, int]) -> Packed:
    return pack([row.volume for row in rows], party=[parties[row.told.party] for row in rows])


def _overlaps(
    rows: list[_Row], packed: Packed, packs: tuple[Pack, ...], *, own_too: bool
) -> Iterator[Overlap]:
    asked = [rule for each in packs for rule in each.rules if isinstance(rule, Separation)]
    classes, klass = _classes(rows, packs, asked)
    packed = with_klass(packed, klass)
    limits = _limits(classes, packs)
    wide = _widened(packed, asked)
    found = all_pairs(wide, limits, own_too=own_too)
    keep = [rows[i].told is not rows[j].told for i, j in found.pairs.tolist()]
    found = _those(found, np.array(keep, bool))
    if len(found.pairs) > OVERLAPS_MAX:
        raise UsageError(
            f"{len(found.pairs)} pairs are closer than agreed; at most {OVERLAPS_MAX} are measured",
            advice="Look at fewer files, or at a pack with smaller separations.",
        )
    i, j = found.pairs[:, 0], found.pairs[:, 1]
    clear, where, fixed = firm.clearances(packed, found)
    slack = slack_m(packed, i, j, packed.reach_m[i] + packed.reach_m[j] + found.limit_m)
    clock = times.Clock([row.volume for row in rows])
    for n, (one, other) in enumerate(found.pairs.tolist()):
        measure = _Measure(
            clear_m=float(clear[n]),
            slack_m=float(slack[n]),
            is_firm=bool(fixed[n]),
            at=position_of(where[n]),
        )
        overlap = _judged(rows[one], rows[other], one, other, measure, packs, clock)
        if overlap is not None:
            yield overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """Clearance (negative where they share room), how far off it may be, whether that is firm."""

    clear_m: float
    slack_m: float
    is_firm: bool
    at: Position


def _classes(
    rows: list[_Row], packs: tuple[Pack, ...], asked: list[Separation]
) -> tuple[list[tuple[str, str]], list[int]]:
    """Kinds and parties that separations tell apart, and the class of each row."""
    kinds = {kind for rule in asked for kind in (*rule.kinds, *rule.other_kinds)}
    parties = {party for rule in asked for party in rule.between}
    parties |= {party for each in packs for party in each.parties}
    names: dict[tuple[str, str], int] = {}
    found = []
    for row in rows:
        kind = row.told.kind if row.told.kind in kinds else ""
        party = row.told.party if row.told.party in parties else ""
        found.append(names.setdefault((kind, party), len(names)))
    if len(names) > CLASSES_MAX:
        raise UsageError(f"{len(names)} kinds and parties with rules; at most {CLASSES_MAX}")
    return list(names), found


def _limits(classes: list[tuple[str, str]], packs: tuple[Pack, ...]) -> Floats:
    found = np.zeros((len(classes), len(classes)))
    for a, (kind, party) in enumerate(classes):
        for b, (other_kind, other_party) in enumerate(classes[: a + 1]):
            rules = separations_of(packs, kind, party, other_kind, other_party)
            found[a, b] = found[b, a] = rules[0][1].distance_m if rules else 0
    return found


def _widened(packed: Packed, asked: list[Separation]) -> Packed:
    """Rows with the largest separations in height and time added; pairs are looked at again."""
    height = max((rule.height_m for rule in asked), default=0)
    longest = max((rule.time_min for rule in asked), default=0) * MINUTE_MS + times.SUN_SLACK_MS
    return replace(
        packed,
        lower_m=(packed.lower_m - height).astype(np.int32),
        start_ms=packed.start_ms - longest,
    )


def _those(found: Found, keep: NDArray[np.bool_]) -> Found:
    return Found(
        pairs=found.pairs[keep],
        gap_m=found.gap_m[keep],
        limit_m=found.limit_m[keep],
        at=found.at[keep],
    )


def _judged(
    first: _Row,
    second: _Row,
    one: int,
    other: int,
    measure: _Measure,
    packs: tuple[Pack, ...],
    clock: times.Clock,
) -> Overlap | None:
    """The overlap by the rule that makes it gravest; None if every rule is kept."""
    told = (first.told.kind, first.told.party, second.told.kind, second.told.party)
    rules: list[tuple[Pack | None, Separation]] = [*separations_of(packs, *told), (None, BARE)]
    found = [
        made
        for pack_, rule in rules
        if (made := _by_rule(first, second, one, other, measure, pack_, rule, clock)) is not None
    ]
    return min(found, key=lambda each: (each.marginal, *order_of(each))) if found else None


def _by_rule(
    first: _Row,
    second: _Row,
    one: int,
    other: int,
    measure: _Measure,
    pack_: Pack | None,
    rule: Separation,
    clock: times.Clock,
) -> Overlap | None:
    beyond = measure.clear_m - rule.distance_m
    height_gap = _height_gap_m(first.volume, second.volume)
    if beyond > measure.slack_m or height_gap > rule.height_m:
        return None
    common = clock.common(one, other, rule.time_min * MINUTE_MS)
    if not common.times and not common.is_unsettled:
        return None
    nature = Nature.MEET if measure.clear_m <= 0 and height_gap <= 0 else Nature.NEAR
    marginal = common.is_marginal or common.is_unsettled
    marginal |= not measure.is_firm
    marginal |= abs(beyond) <= measure.slack_m or abs(measure.clear_m) <= measure.slack_m
    doubts = tuple(_doubts(first, second, beyond, common))
    severity = rule.meet if nature is Nature.MEET else rule.near
    sides = sorted((_side(first), _side(second)), key=lambda s: (s.party, s.key, s.digest))
    return Overlap(
        id=overlap_id(*sides),
        sides=(sides[0], sides[1]),
        nature=nature,
        gap_m=max(measure.clear_m, 0.0),
        limit_m=rule.distance_m,
        at=measure.at,
        height_gap_m=height_gap,
        common=common.times[: times.SHOWN_MAX],
        spans=len(common.times),
        common_ms=sum(end - start for start, end in common.times),
        is_open=common.is_open,
        marginal=marginal,
        doubts=doubts,
        severity=LOWERED[severity] if doubts else severity,
        pack=pack_.name if pack_ is not None else "",
        rule=rule.id,
        source=rule.source,
    )


def _side(row: _Row) -> Side:
    return Side(
        key=row.told.key,
        party=row.told.party,
        kind=row.told.kind,
        name=row.told.name,
        number=row.number,
        digest=volume_digest(row.volume),
    )


def _height_gap_m(first: Volume, second: Volume) -> int:
    (low, high), (other_low, other_high) = first.band.certain_m(), second.band.certain_m()
    return max(low, other_low) - min(high, other_high)


def _doubts(first: _Row, second: _Row, beyond_m: float, common: times.Common) -> Iterator[str]:
    """What makes an overlap less sure: stated errors, outer bounds, heights, sunrise."""
    for row in (first, second):
        if row.volume.coarse:
            yield f"{row.told.key} gives an outer bound; its detail may keep clear of this"
    error_m = first.volume.shape.error_m + second.volume.shape.error_m
    if error_m and beyond_m + error_m > 0:
        yield f"only if positions are as far off as stated ({error_m} m together)"
    data = {row.volume.band.datum for row in (first, second)}
    if data & {Datum.GROUND, Datum.PRESSURE} and _height_gap_m(first.volume, second.volume) > (
        -_height_slack_m(first.volume, second.volume)
    ):
        yield "heights are above ground or flight levels, taken at the widest that they can mean"
    if common.is_marginal:
        yield "the times in common hang on sunrise or sunset to within minutes"
    if common.is_unsettled:
        yield "the rules of repetition do not meet within the days that were worked out"


def _height_slack_m(first: Volume, second: Volume) -> int:
    """How much of the heights in common may come from how heights above ground were taken."""
    slack = 0
    for volume in (first, second):
        low, high = volume.band.certain_m()
        stated_low, stated_high = volume.band.lower_m, volume.band.upper_m
        slack += high - stated_high if stated_high is not None else 0
        slack += stated_low - low if stated_low is not None else 0
    return slack
