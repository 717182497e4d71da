"""Separating: how far the packs want rows apart, as the table by classes that the engine reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from tieline.deconfliction.notified import Notified
from tieline.deconfliction.packed import Floats, Packed
from tieline.deconfliction.rules import Pack, Separation, separations_of
from tieline.deconfliction.times import SUN_SLACK_MS
from tieline.errors import UsageError
from tieline.space.spans import MINUTE_MS

CLASSES_MAX: Final = 2_000
"""Most combinations of party and kind that separations tell apart; their table is its square."""


class Classes:
    """Kinds and parties that the separations of some packs tell apart, numbered as they turn up."""

    def __init__(self, packs: tuple[Pack, ...]) -> None:
        self._packs = packs
        asked = [rule for each in packs for rule in each.rules if isinstance(rule, Separation)]
        self._kinds = {kind for rule in asked for kind in (*rule.kinds, *rule.other_kinds)}
        self._parties = {party for rule in asked for party in rule.between}
        self._parties |= {party for each in packs for party in each.parties}
        self._names: dict[tuple[str, str], int] = {}
        self._table = np.zeros((0, 0))
        self.widest_m = float(max((rule.distance_m for rule in asked), default=0))
        self._height_m = max((rule.height_m for rule in asked), default=0)
        self._longest_ms = max((rule.time_min for rule in asked), default=0) * MINUTE_MS

    def of(self, told: Notified) -> int:
        """The class of a notification.

        Raises:
            UsageError: there are too many.
        """
        kind = told.kind if told.kind in self._kinds else ""
        party = told.party if told.party in self._parties else ""
        found = self._names.setdefault((kind, party), len(self._names))
        if len(self._names) > CLASSES_MAX:
            del self._names[kind, party]
            raise UsageError(f"more than {CLASSES_MAX} kinds and parties with rules")
        return found

    def limits_m(self) -> Floats:
        """The widest separation of each class from each, shape (k, k), symmetric, in metres."""
        known = len(self._table)
        if known == len(self._names):
            return self._table
        names = list(self._names)
        found = np.zeros((len(names), len(names)))
        found[:known, :known] = self._table
        for a in range(known, len(names)):
            for b in range(a + 1):
                rules = separations_of(self._packs, *names[a], *names[b])
                found[a, b] = found[b, a] = rules[0][1].distance_m if rules else 0
        self._table = found
        return found

    def widened(self, packed: Packed) -> Packed:
        """Rows with the largest separations in height and time; pairs are looked at again."""
        return replace(
            packed,
            lower_m=(packed.lower_m - self._height_m).astype(np.int32),
            start_ms=packed.start_ms - self._longest_ms - SUN_SLACK_MS,
        )
