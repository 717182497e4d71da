"""Suspension and resumption: severing is unilateral, resuming takes everybody.

Each suspension of a channel, or of one mechanism, is its own case. A resumption names the
suspensions that it lifts; when every other party has accepted, those are lifted and the others
stand. While a channel is suspended, messages in it are still stored, delivered and receipted, and
shown as sent under suspension.
"""

from __future__ import annotations

from tieline.procedures import bodies, form
from tieline.procedures.form import Form
from tieline.procedures.line.message import CHANNELS
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps
from tieline.record.strict import Fields

DECLARE = "suspension.declare"
MECHANISM = "suspension.mechanism"
PROPOSE = "resumption.propose"
ACCEPT = "resumption.accept"
REFUSE = "resumption.refuse"
WITHDRAW = "resumption.withdraw"

PROPOSED, ACCEPTED, REFUSED, WITHDRAWN = "proposed", "accepted", "refused", "withdrawn"
CONDITIONS_MAX = 16


def check_declare(fields: Fields) -> None:
    """``channel``, the author's ``reason`` and ``conditions`` for resuming."""
    fields.choice("channel", CHANNELS)
    bodies.reason(fields, least=1)
    fields.texts("conditions", CONDITIONS_MAX, bodies.REASON_CHARS_MAX)


MECHANISM_FORM = Form(
    fields=(
        form.key_or_ref("mechanism", "the mechanism that is suspended", required=True),
        form.words("reason", "the reason, in the author's words", required=True),
        form.lines("conditions", "what has to be done first", most=CONDITIONS_MAX),
    )
)


def check_propose(fields: Fields) -> None:
    """``lifts``: the suspensions, by reference, and a note."""
    bodies.references(fields, "lifts", least=1)
    bodies.note(fields)


SUSPENSION = Procedure(
    name="suspension",
    version=1,
    channel=None,
    openings=(Opening(kind=DECLARE), Opening(kind=MECHANISM)),
    strands=Strands.NONE,
    steps=(),
    bodies={DECLARE: check_declare, MECHANISM: MECHANISM_FORM},
    says={"": "suspended"},
)

RESUMPTION = Procedure(
    name="resumption",
    version=1,
    channel=None,
    openings=(Opening(kind=PROPOSE, others=PROPOSED),),
    strands=Strands.OTHERS,
    steps=(
        *steps(By.OWNER, ACCEPT, {PROPOSED: ACCEPTED, REFUSED: ACCEPTED}),
        # What was accepted and withdrawn at once lifts nothing; it can only be laid to rest.
        *steps(By.OWNER, REFUSE, {PROPOSED: REFUSED, CROSSED: REFUSED}),
        *steps(By.OPENER, WITHDRAW, dict.fromkeys((PROPOSED, REFUSED, CROSSED), WITHDRAWN)),
    ),
    bodies={
        PROPOSE: check_propose,
        ACCEPT: bodies.note,
        REFUSE: bodies.reason,
        WITHDRAW: bodies.reason,
    },
    closed=frozenset({ACCEPTED, REFUSED, WITHDRAWN}),
    says={
        PROPOSED: "resumption proposed",
        ACCEPTED: "resumption accepted",
        REFUSED: "resumption refused",
        WITHDRAWN: "proposal withdrawn",
        CROSSED: "acceptance and withdrawal crossed",
    },
)
