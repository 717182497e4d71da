"""Judging: whether two volumes that come close break a rule, which one, and how gravely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tieline.deconfliction import times
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import (
    Nature,
    Overlap,
    Side,
    order_of,
    overlap_id,
    volume_digest,
)
from tieline.deconfliction.rules import Pack, Separation, Severity, Support, separations_of
from tieline.space.band import Datum
from tieline.space.position import Position
from tieline.space.spans import MINUTE_MS
from tieline.space.volume import Volume

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
RULES_KEPT: Final = 4_096
"""Combinations of two kinds and parties whose rules are remembered."""
DIGESTS_KEPT: Final = 65_536
"""Volumes whose digests are remembered: one may overlap with thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One volume of a notification; ``number`` counts from 0, ``id`` is never given twice."""

    id: int
    told: Notified
    number: int
    volume: Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Clearance (negative where they share room), how far off it may be, whether that is firm."""

    clear_m: float
    slack_m: float
    is_firm: bool
    at: Position


class Judge:
    """Judges pairs of rows by some packs; what it worked out of a row it keeps for the next pair.

    Args:
        packs: rule packs that apply; without any, only volumes with room in common are found.
        volumes: of the rows by their ids; may grow and shrink.
    """

    def __init__(
        self, packs: tuple[Pack, ...], volumes: Sequence[Volume] | Mapping[int, Volume]
    ) -> None:
        self._packs = packs
        self._clock = times.Clock(volumes)
        self._rules = lru_cache(maxsize=RULES_KEPT)(self._looked_up)
        self._digests = lru_cache(maxsize=DIGESTS_KEPT)(lambda row: volume_digest(volumes[row]))

    def _looked_up(
        self, kind: str, party: str, other_kind: str, other_party: str
    ) -> tuple[tuple[Pack | None, Separation], ...]:
        asked = separations_of(self._packs, kind, party, other_kind, other_party)
        return (*asked, (None, BARE))

    def overlap(self, first: Row, second: Row, measure: Measure) -> Overlap | None:
        """The overlap by the rule that makes it gravest; None if every rule is kept."""
        rules = self._rules(first.told.kind, first.told.party, second.told.kind, second.told.party)
        found = [
            made
            for pack, rule in rules
            if (made := self._by_rule(first, second, measure, pack, rule)) is not None
        ]
        return min(found, key=lambda each: (each.marginal, *order_of(each))) if found else None

    def _by_rule(
        self,
        first: Row,
        second: Row,
        measure: Measure,
        pack: Pack | None,
        rule: Separation,
    ) -> Overlap | None:
        beyond = measure.clear_m - rule.distance_m
        height_gap = _height_gap_m(first.volume, second.volume)
        if beyond > measure.slack_m or height_gap > rule.height_m:
            return None
        common = self._clock.common(first.id, second.id, rule.time_min * MINUTE_MS)
        if not common.times and not common.is_unsettled:
            return None
        # A hair above nought is nought: on another processor it may lie below.
        is_met = measure.clear_m <= measure.slack_m and height_gap <= 0
        nature = Nature.MEET if is_met else Nature.NEAR
        marginal = common.is_marginal or common.is_unsettled
        marginal |= not measure.is_firm
        marginal |= abs(beyond) <= measure.slack_m or abs(measure.clear_m) <= measure.slack_m
        doubts = tuple(_doubts(first, second, beyond, common))
        severity = rule.meet if nature is Nature.MEET else rule.near
        sides = sorted(
            (self._side(first), self._side(second)), key=lambda s: (s.party, s.key, s.digest)
        )
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
            is_cut=common.is_cut,
            marginal=marginal,
            doubts=doubts,
            severity=LOWERED[severity] if doubts else severity,
            pack=pack.name if pack is not None else "",
            rule=rule.id,
            source=rule.source,
        )

    def _side(self, row: Row) -> Side:
        return Side(
            key=row.told.key,
            party=row.told.party,
            kind=row.told.kind,
            name=row.told.name,
            number=row.number,
            digest=self._digests(row.id),
        )


def _height_gap_m(first: Volume, second: Volume) -> int:
    """Metres between two bands, 0 or less where they share heights.

    Two flight levels are compared as they are: the pressure is the same for both.
    """
    one, other = first.band, second.band
    if one.datum is other.datum is Datum.PRESSURE:
        lows = [low for low in (one.lower_m, other.lower_m) if low is not None]
        highs = [high for high in (one.upper_m, other.upper_m) if high is not None]
        if lows and highs:
            return max(lows) - min(highs)
    (low, high), (other_low, other_high) = first.band.certain_m(), second.band.certain_m()
    return max(low, other_low) - min(high, other_high)


def _doubts(first: Row, second: Row, beyond_m: float, common: times.Common) -> Iterator[str]:
    """What makes an overlap less sure: stated errors, outer bounds, heights, sunrise."""
    for row in (first, second):
        if row.volume.coarse:
            yield f"{row.told.key} gives an outer bound; its detail may keep clear of this"
    error_m = first.volume.shape.error_m + second.volume.shape.error_m
    if error_m and beyond_m + error_m > 0:
        yield f"only if positions are as far off as stated ({error_m} m together)"
    if _heights_are_loose(first.volume, second.volume):
        yield "heights are above ground or flight levels, taken at the widest that they can mean"
    if common.is_marginal:
        yield "the times in common hang on sunrise or sunset to within minutes"
    if common.is_unsettled:
        yield "the rules of repetition do not meet within the days that were worked out"


def _heights_are_loose(first: Volume, second: Volume) -> bool:
    """Whether bands may share heights only because one was taken at its widest."""
    data = {first.band.datum, second.band.datum}
    if data == {Datum.PRESSURE} or not data & {Datum.GROUND, Datum.PRESSURE}:
        return False
    return _height_gap_m(first, second) > -_height_slack_m(first, second)


def _height_slack_m(first: Volume, second: Volume) -> int:
    """How much of the heights in common may come from how heights above ground were taken."""
    slack = 0
    for volume in (first, second):
        low, high = volume.band.certain_m()
        stated_low, stated_high = volume.band.lower_m, volume.band.upper_m
        slack += high - stated_high if stated_high is not None else 0
        slack += stated_low - low if stated_low is not None else 0
    return slack
