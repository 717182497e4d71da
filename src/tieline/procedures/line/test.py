"""Test: whether they can hear us, and see what we see.

Said by a machine or an officer; answered by the other machine, and confirmed by an officer. It
carries the digest of the state that its author computed over the heads that it had seen, so that
two nodes that differ find out at the next test.
"""

from __future__ import annotations

from tieline.procedures import bodies
from tieline.procedures.line import expiry
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps
from tieline.record.strict import Fields

CALL = "test.call"
ECHO = "test.echo"
CONFIRM = "test.confirm"
EXPIRED = "test.expired"

CALLED, ECHOED, CONFIRMED, SILENT = "called", "echoed", "confirmed", "silent"


def check_digest(fields: Fields) -> None:
    """``rules`` version, ``state`` digest, ``unreadable`` digest, and a human test text."""
    fields.integer("rules", 1, 10_000)
    fields.hex("state", 32)
    fields.hex("unreadable", 32)
    fields.text("text", bodies.REASON_CHARS_MAX)


TEST = Procedure(
    name="test",
    version=1,
    channel=None,
    openings=(Opening(kind=CALL, others=CALLED),),
    strands=Strands.ADDRESSEES,
    steps=(
        *steps(By.OWNER, ECHO, {CALLED: ECHOED, SILENT: ECHOED, CROSSED: ECHOED}),
        *steps(
            By.OWNER,
            CONFIRM,
            dict.fromkeys((CALLED, ECHOED, SILENT, CROSSED), CONFIRMED),
        ),
        *steps(By.OPENER, EXPIRED, {CALLED: SILENT}),
    ),
    bodies={
        CALL: check_digest,
        ECHO: check_digest,
        CONFIRM: bodies.note,
        EXPIRED: expiry.check,
    },
    machine=frozenset({CALL, ECHO, EXPIRED}),
    closed=frozenset({ECHOED, CONFIRMED}),
    says={
        CALLED: "called, nothing heard yet",
        ECHOED: "their machine echoed",
        CONFIRMED: "confirmed by their officer",
        SILENT: "no echo in time",
        CROSSED: "echo and expiry crossed",
    },
)
