"""Overlaps: which notifications come closer than agreed, and how they are named on every node.

Every node works them out alone. An overlap is named by what it lies between and not by numbers that
floats made; the hash of a result is taken over names and natures, and leaves out what is marginal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from tieline.deconfliction.rules import RANKS, Severity
from tieline.record.strict import dump_json
from tieline.space.body import write_volumes
from tieline.space.position import Position
from tieline.space.spans import Times
from tieline.space.volume import Volume

ENGINE: Final = "tieline/overlaps@v1"
"""Version of the engine in every hash: raised when the same volumes could give other pairs."""


class Nature(StrEnum):
    """What an overlap is: room in common, or less room between than is agreed."""

    MEET = "room in common"
    NEAR = "closer than agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two volumes: whose, of which notification, which in its list (from 0)."""

    key: str
    party: str
    kind: str
    name: str
    number: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """A pair of volumes closer than agreed.

    Attributes:
        id: names the pair on every node; hexadecimal SHA-256.
        sides: the two volumes in order of party and key.
        gap_m: least distance between them; 0 where they have room in common.
        limit_m: the separation that applies.
        at: the middle of where they come closest.
        height_gap_m: height between them; 0 or less where bands share heights.
        common: the times that both hold, the first few, and how many there are.
        common_ms: all of them together, as far as rules were worked out.
        is_open: both hold until cancelled.
        is_cut: both go on past the times that were worked out.
        marginal: within the tolerance of a limit: shown, but kept out of the hash.
        doubts: what makes it less sure than it looks, in words.
        severity: by the rule that it breaks.
        pack, rule, source: that rule; empty pack if no separation is agreed.
    """

    id: str
    sides: tuple[Side, Side]
    nature: Nature
    gap_m: float
    limit_m: int
    at: Position
    height_gap_m: int
    common: tuple[Times, ...]
    spans: int
    common_ms: int
    is_open: bool
    is_cut: bool
    marginal: bool
    doubts: tuple[str, ...]
    severity: Severity
    pack: str
    rule: str
    source: str

    @property
    def end_ms(self) -> int:
        """When the last of the times in common that were worked out is over."""
        return self.common[-1][1] if self.common else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was found among some notifications, gravest first.

    Attributes:
        overlaps: all of them, marginal ones too.
        notified: how many notifications were looked at.
        placeless: how many of them have no volume and could not be compared.
        uncompared: volumes that could not be compared: key, number in its list, and why.
        volumes: how many volumes they have.
        known_ms: what was known by when.
        packs: names of the packs that were applied.
        digest: SHA-256 over what two nodes have to agree on.
    """

    overlaps: tuple[Overlap, ...]
    notified: int
    placeless: int
    uncompared: tuple[tuple[str, int, str], ...]
    volumes: int
    known_ms: int
    packs: tuple[str, ...]
    digest: str


def result_digest(overlaps: Iterable[Overlap], packs: tuple[str, ...], *, own_too: bool) -> str:
    """SHA-256 over the engine's version, the packs, and what is not marginal by name and nature."""
    lines = [
        ENGINE,
        f"packs {' '.join(sorted(packs)) or 'none'}",
        f"own {'yes' if own_too else 'no'}",
    ]
    lines += sorted(
        f"{each.id} {each.nature.name.lower()}" for each in overlaps if not each.marginal
    )
    return sha256("\n".join(lines).encode() + b"\n").hexdigest()


def volume_digest(volume: Volume) -> str:
    """SHA-256 of a volume's body: the same wherever it is read."""
    return sha256(dump_json(write_volumes((volume,)))).hexdigest()


def overlap_id(first: Side, second: Side) -> str:
    """Name of a pair: SHA-256 over party, key and digest of each side, in order."""
    lines = sorted(f"{side.party}\t{side.key}\t{side.digest}" for side in (first, second))
    return sha256("\n".join(["tieline/overlap@v1", *lines]).encode() + b"\n").hexdigest()


def order_of(each: Overlap) -> tuple[int, bool, float, int, str]:
    start = each.common[0][0] if each.common else 0
    return RANKS[each.severity], each.nature is Nature.NEAR, each.gap_m, start, each.id
