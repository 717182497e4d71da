"""Settling: how it stands with an overlap, from what the record says of its two notifications.

*Settled* is what the two parties agreed or did; no state here is a clearance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Overlap, Result, Side, volume_digest
from tieline.procedures.notification import parts

HISTORY_MAX: Final = 100_000
"""Most overlaps of earlier results that are followed."""


class State(StrEnum):
    """How it stands with an overlap."""

    FOUND = "found"
    SEEN = "seen"
    TALK = "under talk"
    SETTLED = "settled"
    PASSED = "passed"
    WITHDRAWN = "withdrawn"


TALKING: Final = frozenset(
    {parts.QUERIED, parts.EXPLAINED, parts.OBJECTED, parts.REPLIED, parts.ASKED, parts.OFFERED}
)
TAKEN: Final = frozenset({parts.TAKEN, parts.READ})
OVER_WORDS: Final = {
    parts.CANCELLED: "was cancelled",
    parts.REPLACED: "was replaced by another notification",
    "aborted": "was aborted",
    "arrived": "has arrived",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notification as the record has it.

    Attributes:
        notified: with the volumes that hold now.
        strands: how it stands with each other party, in the words of the procedure.
        earlier: volumes that an amendment put others in place of.
    """

    notified: Notified
    strands: Mapping[str, str] = field(default_factory=dict)
    earlier: tuple[Notified, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """State of an overlap, and in words what it follows from."""

    state: State
    words: str


Crowd = frozenset[tuple[str, str, str]]
"""Notifications that overlap with several of one other party: party, key, and that other party."""


def crowd_of(overlaps: Iterable[Overlap]) -> Crowd:
    """Where an agreement to keep apart does not say from what."""
    met: dict[tuple[str, str, str], set[str]] = {}
    for each in overlaps:
        one, other = each.sides
        met.setdefault((one.party, one.key, other.party), set()).add(other.key)
        met.setdefault((other.party, other.key, one.party), set()).add(one.key)
    return frozenset(slot for slot, keys in met.items() if len(keys) > 1)


def standing(
    overlap: Overlap,
    told: Mapping[tuple[str, str], Told],
    now_ms: int,
    crowd: Crowd = frozenset(),
) -> Standing:
    """How it stands with an overlap that was found among the volumes that hold.

    ``told`` is by party and key; what is not in it is known from a file or a warning only, and then
    nothing but its times can move the state. An agreement settles nothing while something about the
    other notification is open, or where ``crowd`` says that it may be about another overlap.
    """
    first, second = (told.get((side.party, side.key)) for side in overlap.sides)
    for side, one in zip(overlap.sides, (first, second), strict=True):
        if one is not None and one.notified.state:
            return Standing(state=State.WITHDRAWN, words=_over(side, one))
    is_known = not overlap.is_open and not overlap.is_cut
    if is_known and overlap.spans <= len(overlap.common) and overlap.end_ms <= now_ms:
        return Standing(state=State.PASSED, words="the last of the times in common is over")
    said = list(_said(overlap, first, second))
    words = [f"{side.key}: {_words(overlap, side, strand, crowd)}" for side, strand in said
             if strand in TALKING or strand == parts.AGREED]  # fmt: skip
    if words:
        is_settled = all(strand not in TALKING for _, strand in said) and any(
            strand == parts.AGREED and not _is_crowded(overlap, side, crowd)
            for side, strand in said
        )
        return Standing(state=State.SETTLED if is_settled else State.TALK, words="; ".join(words))
    taken = [side.key for side, strand in said if strand in TAKEN]
    if taken:
        return Standing(state=State.SEEN, words=f"taken by an officer: {', '.join(taken)}")
    return Standing(state=State.FOUND, words="nobody has spoken about it")


def _is_crowded(overlap: Overlap, side: Side, crowd: Crowd) -> bool:
    other = overlap.sides[overlap.sides[0] == side]
    return (side.party, side.key, other.party) in crowd


def _words(overlap: Overlap, side: Side, strand: str, crowd: Crowd) -> str:
    if strand == parts.AGREED and _is_crowded(overlap, side, crowd):
        return f"{parts.SAYS[strand]}, and not said from which of several"
    return parts.SAYS[strand]


def _over(side: Side, one: Told) -> str:
    return f"{side.key} {OVER_WORDS.get(one.notified.state, one.notified.state)}"


def _said(overlap: Overlap, first: Told | None, second: Told | None) -> Iterable[tuple[Side, str]]:
    """The strand of each notification that belongs to the other one's party."""
    one, other = overlap.sides
    if first is not None and other.party in first.strands:
        yield one, first.strands[other.party]
    if second is not None and one.party in second.strands:
        yield other, second.strands[one.party]


def gone(
    before: Result,
    after: Result,
    told: Mapping[tuple[str, str], Told],
    *,
    uncompared: Mapping[tuple[str, ...], str] = MappingProxyType({}),
) -> tuple[tuple[Overlap, Standing], ...]:
    """Overlaps of an earlier result that are no more, and what became of each.

    What was not compared any more settled nothing: ``uncompared`` says of which notifications, by
    party and key, and why; those without a place and those in ``after.uncompared`` are as well.

    A pair whose volumes were amended is *settled* by that if the two notifications have no overlap
    left; if they have another, it goes on under that one's name and is not listed here.
    """
    left = {each.id for each in after.overlaps}
    still = {_between(each) for each in after.overlaps}
    unknown = {slot[:2]: f"was not compared: {why}" for slot, why in uncompared.items()}
    keys = {key for key, _, _ in after.uncompared}
    for slot, one in told.items():
        if not one.notified.volumes:
            unknown.setdefault(slot, "says no place any more")
        elif one.notified.key in keys:
            unknown.setdefault(slot, "has a volume that cannot be compared")
    found = []
    for each in before.overlaps[:HISTORY_MAX]:
        if each.id in left or _between(each) in still:
            continue
        found.append((each, _what_became(each, told, unknown)))
    return tuple(found)


def _between(each: Overlap) -> tuple[tuple[str, str], ...]:
    return tuple((side.party, side.key) for side in each.sides)


def _what_became(
    each: Overlap,
    told: Mapping[tuple[str, str], Told],
    unknown: Mapping[tuple[str, ...], str],
) -> Standing:
    for side in each.sides:
        one = told.get((side.party, side.key))
        if one is None or one.notified.state:
            words = _over(side, one) if one is not None else f"{side.key} is not known any more"
            return Standing(state=State.WITHDRAWN, words=words)
    for side in each.sides:
        if (side.party, side.key) in unknown:
            words = f"nobody can tell: {side.key} {unknown[side.party, side.key]}"
            return Standing(state=State.FOUND, words=words)
    amended = [side.key for side in each.sides if not _still_said(side, told)]
    words = f"settled by amending {' and '.join(amended)}" if amended else "no longer closer"
    return Standing(state=State.SETTLED, words=words)


def _still_said(side: Side, told: Mapping[tuple[str, str], Told]) -> bool:
    volumes = told[side.party, side.key].notified.volumes
    return any(volume_digest(volume) == side.digest for volume in volumes)
