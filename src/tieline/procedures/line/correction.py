"""Correction: a party amends what it said before, without erasing it."""

from __future__ import annotations

from tieline.procedures import bodies
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps
from tieline.record.entry import parse_ref
from tieline.record.message import REF_CHARS_MAX
from tieline.record.strict import Fields

FILE = "correction.file"
NOTE = "correction.note"
DISPUTE = "correction.dispute"

FILED, NOTED, DISPUTED = "filed", "noted", "disputed"


def check_file(fields: Fields) -> None:
    """``corrects``: the entry; the corrected words; the reason."""
    parse_ref(fields.text("corrects", REF_CHARS_MAX))
    bodies.texts(fields)
    bodies.reason(fields)


CORRECTION = Procedure(
    name="correction",
    version=1,
    channel=None,
    openings=(Opening(kind=FILE, others=FILED),),
    strands=Strands.OTHERS,
    steps=(
        *steps(By.OWNER, NOTE, dict.fromkeys((FILED, DISPUTED, CROSSED), NOTED)),
        *steps(By.OWNER, DISPUTE, dict.fromkeys((FILED, NOTED, CROSSED), DISPUTED)),
    ),
    bodies={FILE: check_file, NOTE: bodies.note, DISPUTE: bodies.reason},
    closed=frozenset({NOTED, DISPUTED}),
    says={
        FILED: "correction filed",
        NOTED: "correction noted",
        DISPUTED: "correction disputed",
        CROSSED: "noted and disputed at once, in two logs",
    },
)
