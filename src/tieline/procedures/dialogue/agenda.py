"""Agenda: items for a round, each proposed by one side and answered by every other.

An item that the others neither take nor refuse is *left to the side that proposed it*: it may
bring it up, and nobody has agreed to answer. An item that one side raised without proposing it, in
the room or to the press, is told with `agenda.raise`, which asks nobody for anything.
"""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.dialogue.parts import CHANNEL, NOTE, WHY
from tieline.procedures.form import Form
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps

PROPOSE = "agenda.propose"
ACCEPT = "agenda.accept"
DECLINE = "agenda.decline"
LEAVE = "agenda.leave"
WITHDRAW = "agenda.withdraw"
RAISE = "agenda.raise"

PROPOSED, ACCEPTED, DECLINED, LEFT, WITHDRAWN = (
    "proposed", "accepted", "declined", "left", "withdrawn",
)  # fmt: skip
STANDING = (PROPOSED, ACCEPTED, DECLINED, LEFT, CROSSED)
WHERE = ("in the room", "to the press")

PROPOSE_FORM = Form(
    fields=(
        form.key_or_ref("round", "the round or contact that it is for", required=True),
        form.texts("item", "the item", required=True),
        form.key("topic", "the topic that it belongs to"),
        form.words("note", "anything beside it"),
    )
)
RAISE_FORM = Form(
    fields=(
        form.key_or_ref("round", "the round or contact that it belongs to", required=True),
        form.texts("item", "the item", required=True),
        form.key("topic", "the topic that it belongs to"),
        form.choice("where", "where it was raised", WHERE, required=True),
        form.party("by", "which side raised it; left out: the author"),
        form.words("note", "anything beside it"),
    )
)


def _answer(to: str) -> dict[str, str]:
    return {state: to for state in STANDING if state != to}


AGENDA = Procedure(
    name="agenda",
    version=1,
    channel=CHANNEL,
    openings=(
        Opening(kind=PROPOSE, others=PROPOSED),
        Opening(kind=RAISE, strands=Strands.NONE),
    ),
    strands=Strands.OTHERS,
    steps=(
        *steps(By.OWNER, ACCEPT, _answer(ACCEPTED)),
        *steps(By.OWNER, DECLINE, _answer(DECLINED)),
        *steps(By.OWNER, LEAVE, _answer(LEFT)),
        *steps(By.OPENER, WITHDRAW, dict.fromkeys(STANDING, WITHDRAWN)),
    ),
    bodies={
        PROPOSE: PROPOSE_FORM,
        ACCEPT: NOTE,
        DECLINE: WHY,
        LEAVE: NOTE,
        WITHDRAW: WHY,
        RAISE: RAISE_FORM,
    },
    whole=frozenset({WITHDRAW}),
    closed=frozenset({ACCEPTED, DECLINED, LEFT, WITHDRAWN}),
    says={
        PROPOSED: "proposed, not answered yet",
        ACCEPTED: "accepted",
        DECLINED: "declined",
        LEFT: "left to the side that proposed it",
        WITHDRAWN: "withdrawn",
        CROSSED: "two steps crossed; both stand",
    },
)
