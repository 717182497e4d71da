"""Round: one meeting of a mechanism, from its first proposal to its length.

Every party has a strand: whether it agreed to the round as it is planned now. What is done with
the round as a whole (moved, put off, cancelled, opened, closed) is done in every strand together.
Nothing replaces what was said before: the days and places first planned stay in the record.

Steps that crossed are settled by a later one that names them: a new move, another postponement, a
cancellation, or an acceptance that says which proposal it accepts. Two postponements that crossed
leave the round postponed, with both of them standing.
"""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.dialogue.parts import (
    CHANNEL,
    NUMBER_MAX,
    PRESENCES,
    WHY,
    length,
)
from tieline.procedures.form import Field, Form
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps

PROPOSE = "round.propose"
ACCEPT = "round.accept"
DECLINE = "round.decline"
MOVE = "round.move"
POSTPONE = "round.postpone"
CANCEL = "round.cancel"
OPEN_KIND = "round.open"
CLOSE = "round.close"

PROPOSED, AGREED, DECLINED, POSTPONED, CANCELLED, OPEN, CLOSED = (
    "proposed", "agreed", "declined", "postponed", "cancelled", "open", "closed",
)  # fmt: skip
PLANNED = (PROPOSED, AGREED, DECLINED, POSTPONED, CROSSED)
"""States before a round is held."""


def _planned() -> tuple[Field, ...]:
    return (
        form.days("planned", "the days planned"),
        form.line("place", "the place planned"),
        form.choice("form", "how the sides meet", PRESENCES),
    )


PROPOSE_FORM = Form(
    fields=(
        form.key("key", "names the round in answers", required=True),
        form.key_or_ref("mechanism", "the mechanism that it is a round of", required=True),
        form.integer("number", "which round it is, from 1", least=1, most=NUMBER_MAX),
        form.party("host", "who hosts it"),
        *_planned(),
        form.key("mandate", "the meeting, summit or text that called for it"),
        form.texts("texts", "the proposal in words"),
    )
)
ACCEPT_FORM = Form(
    fields=(
        form.reference("proposal", "the proposal or move accepted, where several crossed"),
        form.words("note", "anything beside it"),
    )
)
MOVE_FORM = Form(
    fields=(*_planned(), form.words("why", "the reason, in the author's words")),
    either=(("planned", "place", "form"),),
)
POSTPONE_FORM = Form(
    fields=(
        form.line("by", "whose wish it was: the party, or as the author says it"),
        form.days("to", "the new days, or *unknown*"),
        form.line("to_place", "the new place"),
        form.words("why", "the reason, in the author's words"),
    )
)
OPEN_FORM = Form(
    fields=(
        form.instant("at_ms", "when it opened", required=True),
        form.line("place", "where it was held"),
        form.choice("form", "how the sides met", PRESENCES),
    )
)
CLOSE_FORM = Form(
    fields=(form.instant("at_ms", "when it closed", required=True), length()),
)

ROUND = Procedure(
    name="round",
    version=1,
    channel=CHANNEL,
    openings=(Opening(kind=PROPOSE, own=AGREED, others=PROPOSED),),
    strands=Strands.ALL,
    steps=(
        *steps(By.OWNER, ACCEPT, dict.fromkeys((PROPOSED, DECLINED, CROSSED), AGREED)),
        *steps(By.OWNER, DECLINE, dict.fromkeys((PROPOSED, CROSSED), DECLINED)),
        *steps(By.OWNER, MOVE, dict.fromkeys(PLANNED, AGREED)),
        *steps(By.OTHER, MOVE, dict.fromkeys(PLANNED, PROPOSED)),
        *steps(By.ANYONE, POSTPONE, dict.fromkeys(PLANNED, POSTPONED)),
        *steps(By.ANYONE, CANCEL, dict.fromkeys(PLANNED, CANCELLED)),
        *steps(By.ANYONE, OPEN_KIND, dict.fromkeys((AGREED, OPEN, CROSSED), OPEN)),
        # Whoever opens a round that it was asked to has agreed to it.
        *steps(By.OWNER, OPEN_KIND, {PROPOSED: OPEN}),
        # Each side may tell its own hour and length; both stand.
        *steps(By.ANYONE, CLOSE, dict.fromkeys((OPEN, CLOSED), CLOSED)),
    ),
    bodies={
        PROPOSE: PROPOSE_FORM,
        ACCEPT: ACCEPT_FORM,
        DECLINE: WHY,
        MOVE: MOVE_FORM,
        POSTPONE: POSTPONE_FORM,
        CANCEL: WHY,
        OPEN_KIND: OPEN_FORM,
        CLOSE: CLOSE_FORM,
    },
    whole=frozenset({MOVE, POSTPONE, CANCEL, OPEN_KIND, CLOSE}),
    closed=frozenset({CANCELLED, CLOSED}),
    says={
        PROPOSED: "proposed, not answered yet",
        AGREED: "agreed as planned now",
        DECLINED: "declined",
        POSTPONED: "postponed",
        CANCELLED: "cancelled",
        OPEN: "open",
        CLOSED: "held and closed",
        CROSSED: "two steps crossed; both stand",
    },
)
