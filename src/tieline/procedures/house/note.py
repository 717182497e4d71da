"""Note: whatever the house wants to remember of a counterpart, a round or a person."""

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

NOTE = "house.note"
REVISE = "house.note.revise"
DROP = "house.note.drop"
MARK = mark_kind(NOTE)

STANDS, DROPPED = "stands", "dropped"

NOTE_FORM = Form(
    fields=(
        MARKING,
        form.line("title", "what it is about", most=TITLE_CHARS_MAX),
        form.key("about", "the mechanism, round, contact or seat that it is about"),
        form.texts("texts", "the words", required=True),
        form.references("references", "entries of any of our lines that it is about"),
    )
)

HOUSE_NOTE = Procedure(
    name="house-note",
    version=1,
    channel=None,
    openings=(Opening(kind=NOTE, own=STANDS),),
    strands=Strands.OPENER,
    steps=(
        *staying(REVISE, STANDS),
        *steps(By.ANYONE, DROP, {STANDS: DROPPED, CROSSED: DROPPED}),
        *staying(MARK, STANDS, DROPPED),
    ),
    bodies={
        NOTE: NOTE_FORM,
        REVISE: Form(
            fields=(
                form.texts("texts", "the words from here on", required=True),
                form.words("why", "why they were changed"),
            )
        ),
        DROP: DROP_FORM,
        MARK: MARK_FORM,
    },
    closed=frozenset({STANDS, DROPPED}),
    says={
        STANDS: "stands",
        DROPPED: "given up",
        CROSSED: "changed and given up at once, in two logs",
    },
)
