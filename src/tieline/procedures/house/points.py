"""Points: what our side means to say on a topic, in a round or a contact."""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.form import Form
from tieline.procedures.house.shared import (
    DROP_FORM,
    MARK_FORM,
    MARKING,
    mark_kind,
    staying,
)
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps

POINTS = "house.points"
REVISE = "house.points.revise"
DROP = "house.points.drop"
MARK = mark_kind(POINTS)

STANDS, DROPPED = "stand", "dropped"

POINTS_FORM = Form(
    fields=(
        MARKING,
        form.key("about", "the round or contact that they are for", required=True),
        form.key("topic", "what they are on"),
        form.texts("texts", "the words", required=True),
    )
)

HOUSE_POINTS = Procedure(
    name="house-points",
    version=1,
    channel=None,
    openings=(Opening(kind=POINTS, own=STANDS),),
    strands=Strands.OPENER,
    steps=(
        *staying(REVISE, STANDS),
        *steps(By.ANYONE, DROP, {STANDS: DROPPED, CROSSED: DROPPED}),
        *staying(MARK, STANDS, DROPPED),
    ),
    bodies={
        POINTS: POINTS_FORM,
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
        STANDS: "to be said",
        DROPPED: "given up",
        CROSSED: "changed and given up at once, in two logs",
    },
)
