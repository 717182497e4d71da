"""Mechanism: a standing series of talks: its subject, levels, mandate, offices and rhythm.

Every party has a strand: whether it takes the mechanism for its own too. Which meeting mandated it
and what it prepares are keys of other things, so that talks lead up to ministers and ministers to
a summit. Any party can end it, for all of them at once; what ended is proposed anew, not revived.
"""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.dialogue.parts import CHANNEL, NOTE, WHY
from tieline.procedures.form import Form
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps

PROPOSE = "mechanism.propose"
ACCEPT = "mechanism.accept"
DECLINE = "mechanism.decline"
WITHDRAW = "mechanism.withdraw"
END = "mechanism.end"

PROPOSED, ACCEPTED, DECLINED, WITHDRAWN, ENDED = (
    "proposed", "accepted", "declined", "withdrawn", "ended",
)  # fmt: skip

PROPOSE_FORM = Form(
    fields=(
        form.key("key", "names the mechanism in answers", required=True),
        form.line("name", "what it is called", required=True),
        form.line("subject", "what the talks are about"),
        form.line_by_party("levels", "at what level each side talks"),
        form.line_by_party("offices", "which office of each side talks"),
        form.words("mandate", "what it may do, and who said so"),
        form.key("mandated_by", "the meeting, summit or text that created, revived or bound it"),
        form.line("rhythm", "how often it meets"),
        form.keys("prepares", "what it prepares: other mechanisms, rounds, contacts"),
        form.key("parent", "the mechanism that it is a part of"),
        form.texts("texts", "the proposal in words"),
    )
)

MECHANISM = Procedure(
    name="mechanism",
    version=1,
    channel=CHANNEL,
    openings=(Opening(kind=PROPOSE, own=ACCEPTED, others=PROPOSED),),
    strands=Strands.ALL,
    steps=(
        *steps(By.OWNER, ACCEPT, dict.fromkeys((PROPOSED, DECLINED, CROSSED), ACCEPTED)),
        *steps(By.OWNER, DECLINE, dict.fromkeys((PROPOSED, CROSSED), DECLINED)),
        # A proposal is withdrawn as a whole: once another strand is accepted, it can only end.
        *steps(By.OPENER, WITHDRAW, dict.fromkeys((PROPOSED, DECLINED, CROSSED), WITHDRAWN)),
        *steps(By.OWNER, WITHDRAW, {ACCEPTED: WITHDRAWN}),
        *steps(By.ANYONE, END, dict.fromkeys((PROPOSED, ACCEPTED, DECLINED, CROSSED), ENDED)),
    ),
    bodies={PROPOSE: PROPOSE_FORM, ACCEPT: NOTE, DECLINE: WHY, WITHDRAW: WHY, END: WHY},
    whole=frozenset({WITHDRAW, END}),
    closed=frozenset({ACCEPTED, DECLINED, WITHDRAWN, ENDED}),
    says={
        PROPOSED: "proposed, not answered yet",
        ACCEPTED: "accepted",
        DECLINED: "declined",
        WITHDRAWN: "proposal withdrawn",
        ENDED: "ended",
        CROSSED: "two steps crossed; both stand",
    },
)
