"""Instruction: what an office or a person of ours is told to do or to say, and until when."""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.form import Form
from tieline.procedures.house.shared import (
    DROP_FORM,
    MARK_FORM,
    MARKING,
    TITLE_CHARS_MAX,
    mark_kind,
    staying,
)
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps

INSTRUCT = "house.instruction"
END = "house.instruction.end"
MARK = mark_kind(INSTRUCT)

IN_FORCE, ENDED = "in force", "ended"

INSTRUCT_FORM = Form(
    fields=(
        MARKING,
        form.line("title", "what it is about", most=TITLE_CHARS_MAX),
        form.lines("to", "offices or persons of ours", required=True),
        form.key("about", "the mechanism, round or contact that it is for"),
        form.texts("texts", "the words", required=True),
        form.instant("until_ms", "when it lapses by itself"),
    )
)

HOUSE_INSTRUCTION = Procedure(
    name="house-instruction",
    version=1,
    channel=None,
    openings=(Opening(kind=INSTRUCT, own=IN_FORCE),),
    strands=Strands.OPENER,
    steps=(
        *steps(By.ANYONE, END, {IN_FORCE: ENDED, CROSSED: ENDED}),
        *staying(MARK, IN_FORCE, ENDED),
    ),
    bodies={INSTRUCT: INSTRUCT_FORM, END: DROP_FORM, MARK: MARK_FORM},
    closed=frozenset({ENDED}),
    says={
        IN_FORCE: "in force until it ends or its day comes",
        ENDED: "ended",
        CROSSED: "ended, and its mark changed, at once in two logs",
    },
)
