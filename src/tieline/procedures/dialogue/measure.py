"""Measure: a step of one side that other things refer to, as their cause or their condition.

A sanction, a sale, a deployment, an exemption with an end. The party that states it is the only
one that moves it, and may state a measure of its own or of somebody else.
"""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.dialogue.parts import CHANNEL, WHY
from tieline.procedures.form import Form
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps

STATE = "measure.state"
EXTEND = "measure.extend"
END = "measure.end"
WITHDRAW = "measure.withdraw"

STATED, ENDED, WITHDRAWN = "stated", "ended", "withdrawn"
SORTS = (
    "sanction", "sale", "deployment", "exemption", "tariff", "export control", "other",
)  # fmt: skip

STATE_FORM = Form(
    fields=(
        form.key("key", "names the measure in answers", required=True),
        form.choice("what", "what sort of measure it is", SORTS, required=True),
        form.texts("texts", "the measure", required=True),
        form.line("by", "whose measure it is, if not the author's"),
        form.line("on", "on whom or what"),
        form.days("from", "since when"),
        form.days("until", "until when, where an end was named"),
    )
)
EXTEND_FORM = Form(
    fields=(
        form.days("until", "the new end", required=True),
        form.words("why", "the reason, in the author's words"),
    )
)
END_FORM = Form(
    fields=(
        form.days("on", "when it ended"),
        form.words("why", "the reason, in the author's words"),
    )
)

MEASURE = Procedure(
    name="measure",
    version=1,
    channel=CHANNEL,
    openings=(Opening(kind=STATE, own=STATED),),
    strands=Strands.OPENER,
    steps=(
        *steps(By.OWNER, EXTEND, {STATED: STATED, CROSSED: STATED}),
        *steps(By.OWNER, END, {STATED: ENDED, CROSSED: ENDED}),
        *steps(By.OWNER, WITHDRAW, dict.fromkeys((STATED, ENDED, CROSSED), WITHDRAWN)),
    ),
    bodies={STATE: STATE_FORM, EXTEND: EXTEND_FORM, END: END_FORM, WITHDRAW: WHY},
    closed=frozenset({ENDED, WITHDRAWN}),
    says={
        STATED: "stated, not said to have ended",
        ENDED: "ended",
        WITHDRAWN: "statement withdrawn",
        CROSSED: "its author said two things at once, in two logs",
    },
)
