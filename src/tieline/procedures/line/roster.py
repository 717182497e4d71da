"""Roster: a party tells the line of a new version of its keys, offices and revocations.

The message names the version in words; its second payload, in clear, is the roster itself,
signed by the operator key. What the roster says counts by its own signatures (`record.roster`);
a missing second person on the message is a discrepancy, not an obstacle: when keys were
stolen there may be no second person left.
"""

from __future__ import annotations

from tieline.procedures import bodies
from tieline.procedures.procedure import Opening, Procedure, Strands
from tieline.record.strict import Fields

KIND = "roster.publish"


def check(fields: Fields) -> None:
    """``version`` of the roster attached, and what changed: ``change`` in a few words."""
    fields.integer("version", 1, 2**31 - 1)
    fields.text("change", bodies.REASON_CHARS_MAX)


ROSTER = Procedure(
    name="roster",
    version=1,
    channel=None,
    openings=(Opening(kind=KIND),),
    strands=Strands.NONE,
    steps=(),
    bodies={KIND: check},
    clear=frozenset({KIND}),
    says={"": "published"},
)
