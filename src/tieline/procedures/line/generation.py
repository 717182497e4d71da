"""Generation: a party goes on in a new log after its old one could no longer be signed.

The first entry of a log that was certified as a spare. It names the log that it continues and the
last size and root known of it. What turns up of the old log beyond that size was *sent before
the loss*: it keeps the effect that it had when it was filed, and is flagged.
"""

from __future__ import annotations

from tieline.procedures import bodies
from tieline.procedures.procedure import Opening, Procedure, Strands
from tieline.record.names import ORIGIN_BYTES_MAX, check_origin
from tieline.record.strict import JSON_INTEGER_MAX, Fields

KIND = "generation.open"


def check(fields: Fields) -> None:
    """``continues`` (origin), ``size`` and ``root`` last known, and the ``reason``."""
    check_origin(fields.text("continues", ORIGIN_BYTES_MAX))
    fields.integer("size", 0, JSON_INTEGER_MAX)
    fields.hex("root", 32)
    bodies.reason(fields, least=1)


GENERATION = Procedure(
    name="generation",
    version=1,
    channel=None,
    openings=(Opening(kind=KIND),),
    strands=Strands.NONE,
    steps=(),
    bodies={KIND: check},
    clear=frozenset({KIND}),
    says={"": "goes on in a new log"},
)
