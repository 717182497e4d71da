"""Reported: statements of an observer's record, in clear, each with its sources and force.

The record keeps them as they were filed; what they add up to is `tieline.observer`'s affair.
"""

from __future__ import annotations

from tieline.procedures.procedure import Opening, Procedure, Strands
from tieline.record.strict import Fields

SOURCE = "reported.source"
STATEMENT = "reported.statement"
INFERENCE = "reported.inference"
WITHDRAWAL = "reported.withdrawal"
REVIEW = "reported.review"
KINDS = (SOURCE, STATEMENT, INFERENCE, WITHDRAWAL, REVIEW)


def check(fields: Fields) -> None:
    """``item``: one object, read in full by the observer's own reader."""
    item = fields.value("item")
    if not isinstance(item, dict):
        fields.refuse("item", "is not an object")


REPORTED = Procedure(
    name="reported",
    version=1,
    channel=None,
    openings=tuple(Opening(kind=kind) for kind in KINDS),
    strands=Strands.NONE,
    steps=(),
    bodies=dict.fromkeys(KINDS, check),
    clear=frozenset(KINDS),
    says={"": "reported"},
)
