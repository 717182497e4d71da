"""Notified: what a party told of an activity, closure, movement or site, as the engine takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tieline.space.spans import envelope_ms
from tieline.space.volume import Volume

UNNAMED: Final = "not named"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """One notification, however it came: from a line, a warning or a file.

    Attributes:
        key: what both sides call it: the reference in the record, or the name in a file. Together
            with the party it is part of the identifier of its overlaps.
        party: whose it is.
        kind: ``exercise``, ``launch``, ``movement``, ``site`` ..; what rules are looked up by.
        filed_ms: when it was notified; None if that is not known.
        counts: how many people or pieces, by name.
        fields: names of what it says at all; None where that is not known, as in a file.
        emergency: marked by its author as one that cannot wait.
        state: where it stands: empty while it holds, else ``cancelled``, ``replaced``, ``over``.
        doubts: what its reader found odd, in words.
    """

    key: str
    party: str
    kind: str
    volumes: tuple[Volume, ...]
    title: str = ""
    text: str = ""
    filed_ms: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    fields: frozenset[str] | None = None
    emergency: bool = False
    state: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Key and title for people."""
        return f"{self.key} ({self.title})" if self.title and self.title != self.key else self.key

    def envelope_ms(self) -> tuple[int, int] | None:
        """First start and last end of all its volumes; None if it has none."""
        found = [envelope_ms(volume.window) for volume in self.volumes]
        if not found:
            return None
        return min(start for start, _ in found), max(end for _, end in found)
