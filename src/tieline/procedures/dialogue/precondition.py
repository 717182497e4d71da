"""Precondition: what one party wants done before something else, and whether it says it was.

Only the party that named it says that it is met, or withdraws it; the others acknowledge that it
was named, or reject it. To acknowledge is not to agree.
"""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.dialogue.parts import CHANNEL, NOTE, WHY
from tieline.procedures.form import Form
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps

NAME = "precondition.name"
MEET = "precondition.meet"
WITHDRAW = "precondition.withdraw"
ACKNOWLEDGE = "precondition.acknowledge"
REJECT = "precondition.reject"

NAMED, MET, WITHDRAWN = "named", "met", "withdrawn"
HEARD, ACKNOWLEDGED, REJECTED = "heard", "acknowledged", "rejected"

NAME_FORM = Form(
    fields=(
        form.key("key", "names the precondition in answers", required=True),
        form.key_or_ref("of", "what it is a condition of", required=True),
        form.texts("texts", "what has to be done first", required=True),
        form.key_or_ref("measure", "the measure that it is about"),
    )
)

PRECONDITION = Procedure(
    name="precondition",
    version=1,
    channel=CHANNEL,
    openings=(Opening(kind=NAME, own=NAMED, others=HEARD),),
    strands=Strands.ALL,
    steps=(
        *steps(By.AUTHOR, MEET, {NAMED: MET, CROSSED: MET}),
        *steps(By.AUTHOR, WITHDRAW, {NAMED: WITHDRAWN, CROSSED: WITHDRAWN}),
        *steps(By.HEARER, ACKNOWLEDGE, dict.fromkeys((HEARD, REJECTED, CROSSED), ACKNOWLEDGED)),
        *steps(By.HEARER, REJECT, dict.fromkeys((HEARD, ACKNOWLEDGED, CROSSED), REJECTED)),
    ),
    bodies={NAME: NAME_FORM, MEET: NOTE, WITHDRAW: WHY, ACKNOWLEDGE: NOTE, REJECT: WHY},
    closed=frozenset({MET, WITHDRAWN, ACKNOWLEDGED, REJECTED}),
    says={
        NAMED: "names it as a condition",
        MET: "says that it is met",
        WITHDRAWN: "has withdrawn it",
        HEARD: "has said nothing about it",
        ACKNOWLEDGED: "acknowledges that it was named",
        REJECTED: "rejects it",
        CROSSED: "has said two things at once, in two logs",
    },
)
