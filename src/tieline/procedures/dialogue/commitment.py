"""Commitment: something that one party or several are to do, by a day or on a condition.

Every party has a strand, and a strand is *that party's view*: one side may hold a commitment met
while the other disputes it, and both stand. Nobody's view follows from another's, nor from the
clock: a due day that has passed without a word is *due passed, outcome unknown* to those who ask.
"""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.dialogue.parts import CHANNEL, NOTE, WHY
from tieline.procedures.form import Form
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps

MAKE = "commitment.make"
ACCEPT = "commitment.accept"
DISPUTE = "commitment.dispute"
MEET = "commitment.meet"
MISS = "commitment.miss"
LAPSE = "commitment.lapse"
RENEW = "commitment.renew"

STATED, HEARD, ACCEPTED, DISPUTED = "stated", "heard", "accepted", "disputed"
MET, MISSED, LAPSED, RENEWED = "met", "missed", "lapsed", "renewed"
STATES = (STATED, HEARD, ACCEPTED, DISPUTED, MET, MISSED, LAPSED, RENEWED, CROSSED)
RUNNING = (STATED, HEARD, ACCEPTED, DISPUTED, RENEWED, CROSSED)
"""States in which nothing is said yet of what became of it."""

DUE = form.days("due", "by which day")
CONDITION = form.words("condition", "on what condition, where no day is named")
MAKE_FORM = Form(
    fields=(
        form.key("key", "names the commitment in answers", required=True),
        form.texts("texts", "what is promised", required=True),
        form.parties("owners", "who is to do it", required=True),
        DUE,
        CONDITION,
        form.key_or_ref("round", "the round or contact in which it was made"),
        form.key_or_ref("text", "the joint text that holds it"),
        form.words("evidence", "what will show that it is met"),
    )
)
MEET_FORM = Form(
    fields=(
        form.words("evidence", "what shows it"),
        form.references("references", "entries of the line that show it"),
        form.days("on", "when it was met"),
    )
)
RENEW_FORM = Form(
    fields=(DUE, CONDITION, form.words("why", "the reason, in the author's words")),
    either=(("due", "condition"),),
)

COMMITMENT = Procedure(
    name="commitment",
    version=1,
    channel=CHANNEL,
    openings=(Opening(kind=MAKE, own=STATED, others=HEARD),),
    strands=Strands.ALL,
    steps=(
        *steps(By.OWNER, ACCEPT, dict.fromkeys(RUNNING, ACCEPTED)),
        # Whoever only stated it may yet dispute what the other side says became of it.
        *steps(By.OWNER, DISPUTE, dict.fromkeys(STATES, DISPUTED)),
        *steps(By.OWNER, MEET, dict.fromkeys(STATES, MET)),
        *steps(By.OWNER, MISS, dict.fromkeys(STATES, MISSED)),
        *steps(By.OWNER, LAPSE, dict.fromkeys(STATES, LAPSED)),
        *steps(By.OWNER, RENEW, dict.fromkeys(STATES, RENEWED)),
    ),
    bodies={
        MAKE: MAKE_FORM,
        ACCEPT: NOTE,
        DISPUTE: WHY,
        MEET: MEET_FORM,
        MISS: WHY,
        LAPSE: WHY,
        RENEW: RENEW_FORM,
    },
    closed=frozenset({MET, MISSED, LAPSED}),
    says={
        STATED: "states it",
        HEARD: "has said nothing about it",
        ACCEPTED: "accepts it as it stands",
        DISPUTED: "disputes it, or what is said to have become of it",
        MET: "holds it met",
        MISSED: "holds it missed",
        LAPSED: "holds it lapsed",
        RENEWED: "renews it",
        CROSSED: "has said two things at once, in two logs",
    },
)
