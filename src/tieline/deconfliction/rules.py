"""Rules: what an agreement says of notice, thresholds, distances and answers, as data with sources.

A pack is one agreement, in TOML. Every figure stands beside where it was found and whether the text
itself was read or only recalled. Who is a party, what is dangerous and how long ahead it is told
stands in packs and nowhere in the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

HOUR_MS: Final = 3_600_000
JUST_UNDER_PERCENT: Final = 10
"""How far below a threshold counts as just under it where a pack says nothing: our own choice,
so that 12,800 of 13,000 (1.5 %) and 8,500 of 9,000 (5.6 %) are both seen."""
ANY: Final = "any"
"""Stands for every kind in a rule."""


class Support(StrEnum):
    """How well a figure is supported."""

    FOUND = "found"
    RECALLED = "recalled"
    AGREED = "agreed"


SUPPORT_WORDS: Final = {
    Support.FOUND: "read in the source named",
    Support.RECALLED: "from general knowledge; not checked against the text",
    Support.AGREED: "agreed by the parties of this pack",
}


class Severity(StrEnum):
    """How grave an overlap is, highest first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


RANKS: Final = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What every rule has.

    Attributes:
        id: unique in its pack.
        kinds: of notifications; ``any`` for all.
        source: where the figure stands.
        support: how well that is known.
        note: what the figure leaves open.
        line: where it stands in the file, from 1.
    """

    id: str
    kinds: tuple[str, ...]
    source: str
    support: Support
    note: str = ""
    line: int = 0

    def covers(self, kind: str) -> bool:
        """Whether the rule speaks of such a notification."""
        return ANY in self.kinds or kind in self.kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Rule):
    """How long before its start something is notified.

    ``emergency_hours`` holds for what is marked an emergency, None if there is no such rule;
    ``advised_hours`` is what the text wishes beyond what it asks, None if nothing.
    """

    hours: int
    emergency_hours: int | None = None
    advised_hours: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold(Rule):
    """From how many of something on a duty begins."""

    quantity: str
    at_least: int
    duty: str
    just_under_percent: int = JUST_UNDER_PERCENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation(Rule):
    """How far apart a notification of ``kinds`` and one of ``other_kinds`` are kept.

    ``between`` names two parties, or nobody for any two. ``meet`` and ``near`` are how grave it is
    when volumes have room in common, and when they are only closer than ``distance_m``.
    """

    other_kinds: tuple[str, ...]
    between: tuple[str, ...] = ()
    distance_m: int = 0
    height_m: int = 0
    time_min: int = 0
    meet: Severity = Severity.HIGH
    near: Severity = Severity.MEDIUM

    def holds(self, kind: str, party: str, other_kind: str, other_party: str) -> bool:
        """Whether it speaks of these two notifications, in either order."""
        if self.between and {party, other_party} != set(self.between):
            return False
        there = self.covers(kind) and _covers(self.other_kinds, other_kind)
        return there or (self.covers(other_kind) and _covers(self.other_kinds, kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffer(Rule):
    """How far something keeps from a line or place that the agreement names, such as a border."""

    of: str
    distance_m: int
    measured: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Required(Rule):
    """What a notification has to say."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Rule):
    """By when a request is answered."""

    hours: int
    then: str = ""


AnyRule: TypeAlias = Notice | Threshold | Separation | Buffer | Required | Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One agreement as rules.

    Attributes:
        id: names the pack; ``name`` adds its edition.
        edition: raised with every change.
        dated: when its figures were looked up.
        parties: whom it binds; empty if anybody.
        ended: last day on which it holds; None if the source names none.
        source: where the agreement itself stands.
    """

    id: str
    edition: int
    title: str
    dated: date
    source: str
    parties: tuple[str, ...] = ()
    signed: date | None = None
    ended: date | None = None
    note: str = ""
    rules: tuple[AnyRule, ...] = ()

    @property
    def name(self) -> str:
        """``incsea-1972, edition 1``."""
        return f"{self.id}, edition {self.edition}"

    def binds(self, *parties: str) -> bool:
        """Whether all these parties are bound by it."""
        return not self.parties or all(party in self.parties for party in parties)


NONE: Final = Pack(
    id="none",
    edition=1,
    title="No agreement: only what has room in common is an overlap",
    dated=date(2026, 1, 1),
    source="none",
)
"""What holds where no pack is named."""


def _covers(kinds: tuple[str, ...], kind: str) -> bool:
    return ANY in kinds or kind in kinds


def separations_of(
    packs: tuple[Pack, ...], kind: str, party: str, other_kind: str, other_party: str
) -> tuple[tuple[Pack, Separation], ...]:
    """Every separation that a pack asks of two notifications, the widest first.

    Where several packs bind the same parties, each holds: a pair has to keep all of them.
    """
    found = [
        (pack, rule)
        for pack in packs
        if pack.binds(party, other_party)
        for rule in pack.rules
        if isinstance(rule, Separation) and rule.holds(kind, party, other_kind, other_party)
    ]
    return tuple(sorted(found, key=lambda each: -each[1].distance_m))
