"""Rules of sides: one may break off alone, and none may resume alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tieline.observer.assertion import Restoration, Suspension
from tieline.observer.claims import unique
from tieline.observer.rule import Discrepancy, Rule, Weight, fault, surely_before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tieline.observer.picture import Sight

RESUMED_BY_ONE: Final = Rule(
    code="resumed-by-one",
    words="what one side suspended all must resume, and one only is said to have resumed it",
    weight=Weight.BREACH,
)


def resumed_by_one(sight: Sight, key: str) -> Iterator[Discrepancy]:
    """A mechanism or channel that one party alone is said to have resumed.

    A report that does not say who resumed it says nothing of this.
    """
    restored = [c for c in sight.about(Restoration, key) if c.assertion.by]
    parties = unique(party for c in restored for party in c.assertion.by)
    if len(parties) != 1:
        return
    last = max(
        (c.days(c.assertion.since) for c in restored), key=lambda days: str(days.latest or "9999")
    )
    cut = [
        c
        for c in sight.about(Suspension, key)
        if not surely_before(last, c.days(c.assertion.since))
    ]
    if cut:
        by = [(f"suspended by {', '.join(c.assertion.by) or 'unknown'}", c.cite) for c in cut]
        yield fault(
            RESUMED_BY_ONE, key, *by, *((f"resumed by {parties[0]}", c.cite) for c in restored)
        )
