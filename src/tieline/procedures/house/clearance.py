"""Clearance: one office is asked whether a draft may go.

A clearance is given for a revision. When the draft changes afterwards it has to be given again;
the record keeps which text each office had before it.
"""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.form import Form
from tieline.procedures.house.draft import REVISIONS_MAX
from tieline.procedures.house.shared import (
    DROP_FORM,
    MARK_FORM,
    MARKING,
    mark_kind,
    staying,
)
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps

ASK = "house.clearance"
CLEAR = "house.clearance.clear"
REFUSE = "house.clearance.refuse"
COMMENT = "house.clearance.comment"
WITHDRAW = "house.clearance.withdraw"
MARK = mark_kind(ASK)

ASKED, CLEARED, REFUSED, WITHDRAWN = "asked", "cleared", "refused", "no longer asked"

_REVISION = form.integer(
    "revision", "which of the draft's texts was seen", required=True, least=1, most=REVISIONS_MAX
)

ASK_FORM = Form(
    fields=(
        MARKING,
        form.reference("draft", "the entry that opened the draft", required=True),
        form.line("office", "the office of ours that is asked", required=True, most=32),
        _REVISION,
        form.words("note", "what the office should look at"),
    )
)

HOUSE_CLEARANCE = Procedure(
    name="house-clearance",
    version=1,
    channel=None,
    openings=(Opening(kind=ASK, own=ASKED),),
    strands=Strands.OPENER,
    steps=(
        *steps(By.ANYONE, CLEAR, dict.fromkeys((ASKED, CLEARED, REFUSED, CROSSED), CLEARED)),
        *steps(By.ANYONE, REFUSE, dict.fromkeys((ASKED, CLEARED, REFUSED, CROSSED), REFUSED)),
        *staying(COMMENT, ASKED, CLEARED, REFUSED),
        *steps(By.ANYONE, WITHDRAW, dict.fromkeys((ASKED, REFUSED, CROSSED), WITHDRAWN)),
        *staying(MARK, ASKED, CLEARED, REFUSED, WITHDRAWN),
    ),
    bodies={
        ASK: ASK_FORM,
        CLEAR: Form(fields=(_REVISION, form.words("note", "what goes with it"))),
        REFUSE: Form(fields=(_REVISION, form.words("why", "why it may not go", required=True))),
        COMMENT: Form(fields=(_REVISION, form.words("note", "the comment", required=True))),
        WITHDRAW: DROP_FORM,
        MARK: MARK_FORM,
    },
    closed=frozenset({CLEARED, REFUSED, WITHDRAWN}),
    says={
        ASKED: "asked, not given yet",
        CLEARED: "cleared",
        REFUSED: "refused, with a reason",
        WITHDRAWN: "no longer asked",
        CROSSED: "cleared and refused at once, in two logs",
    },
)
