"""Telling: a warning as a notification, for comparison with what parties notify."""

from __future__ import annotations

from typing import Final

from tieline.deconfliction.notified import Notified
from tieline.feeds.warnings.asking import volumes
from tieline.feeds.warnings.model import NavWarning
from tieline.space.geodesy import NM_M

PARTY: Final = "warnings"
"""Whose warnings are: one party for all publishers, so that they are not compared among
themselves; that a firing and a survey overlap is for their publishers to say."""
KEEP_OFF: Final = "keep_off_m"
"""Among the counts: how far to stay off, in metres, the largest that any of its parts asks."""


def to_notified(
    warning: NavWarning, *, party: str = PARTY, state: str = "", doubts: tuple[str, ...] = ()
) -> Notified:
    """The warning under its own name; a distance to keep is told, and widens no volume."""
    off_m = max((part.keep_off_m or 0 for part in warning.parts), default=0)
    where = warning.areas[0].rstrip(".") if warning.areas else ""
    asked = f"keep off {off_m / NM_M:g} nm" if off_m else ""
    return Notified(
        key=warning.name,
        party=party,
        kind=warning.kind.value,
        title=", ".join(words for words in (where, asked) if words),
        text=warning.raw.text,
        volumes=volumes(warning),
        filed_ms=warning.raw.issued_ms,
        counts={KEEP_OFF: off_m} if off_m else {},
        state=state,
        doubts=doubts,
    )
