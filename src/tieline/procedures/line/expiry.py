"""Expiry: a clock of the framework ran out, said by the machine of whoever was waiting.

The body names the clock, the rung of the ladder, the office that is called next, and carries
the receipt that the clock was counted from, so that every reader can check that it was not early.
Without a receipt the clock counts from the filing: nothing was held, a technical fault.
"""

from __future__ import annotations

from tieline.procedures import bodies
from tieline.record.strict import Fields

RECEIPT_CHARS_MAX = 12_000
RUNGS_MAX = 16


def check(fields: Fields) -> None:
    """``clock``, ``rung`` (from 0), ``next`` office or empty, ``receipt`` note or empty."""
    fields.choice("clock", ("take", "answer"))
    fields.integer("rung", 0, RUNGS_MAX)
    fields.text("next", 80)
    fields.text("receipt", RECEIPT_CHARS_MAX)
    fields.integer("allowed", 1, bodies.SECONDS_MAX)
