"""Recorded: a call, letter or meeting with a counterpart that has no node, as we wrote it down.

Nobody else signed any of it, so it is shown as *recorded by us only* and never as more. Each item
holds one statement in the observer's form, so that the answers read it like every other source.
What each side said in one contact are items of their own, joined by the contact's key; an answer
names the item that it answers.
"""

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
from tieline.record.strict import Fields

RECORDED = "house.recorded"
CORRECT = "house.recorded.correct"
SHEET = "house.recorded.sheet"
WITHDRAW = "house.recorded.withdraw"
MARK = mark_kind(RECORDED)

STANDS, WITHDRAWN = "recorded by us only", "withdrawn"
CONTACT, SAID = "contact", "said"
"""Parts: that the contact took place, or what one side said in it."""
VERBATIM, SUMMARY = "the side's own words", "our summary"
WAYS = ("call", "letter", "e-mail", "radio", "meeting", "virtual meeting", "visit")
SOURCE = "house"
"""Key of the source that every recorded statement names: ourselves."""


def _item(fields: Fields) -> None:
    """``item``: one object, read in full by the observer's own reader."""
    if not isinstance(fields.value("item"), dict):
        fields.refuse("item", "is not an object")


RECORDED_FORM = Form(
    fields=(
        MARKING,
        form.key("contact", "the key of the contact", required=True),
        form.choice(
            "part",
            "whether it tells of the contact or of what was said in it",
            (CONTACT, SAID),
            required=True,
        ),
        form.choice("way", "how the two sides were in touch", WAYS),
        form.line("side", "whose words they are, where something was said"),
        form.choice("words", "in whose words it is written down", (VERBATIM, SUMMARY)),
        form.texts("texts", "the words in full, where one line does not hold them"),
        form.reference("answers", "the recorded item that it answers"),
    ),
    together=(("side", "words"),),
    also=_item,
)

HOUSE_RECORDED = Procedure(
    name="house-recorded",
    version=1,
    channel=None,
    openings=(Opening(kind=RECORDED, own=STANDS),),
    strands=Strands.OPENER,
    steps=(
        *staying(CORRECT, STANDS),
        *staying(SHEET, STANDS),
        *steps(By.ANYONE, WITHDRAW, {STANDS: WITHDRAWN, CROSSED: WITHDRAWN}),
        *staying(MARK, STANDS, WITHDRAWN),
    ),
    bodies={
        RECORDED: RECORDED_FORM,
        CORRECT: Form(fields=(form.words("why", "what was wrong", required=True),), also=_item),
        SHEET: Form(
            fields=(
                form.digest("sha256", "of the document that was written", required=True),
                form.line("name", "its file name", required=True),
                form.line("to", "whom it was sent to, if it was"),
            )
        ),
        WITHDRAW: DROP_FORM,
        MARK: MARK_FORM,
    },
    closed=frozenset({STANDS, WITHDRAWN}),
    says={
        STANDS: "recorded by us only",
        WITHDRAWN: "withdrawn; recorded by us only",
        CROSSED: "corrected and withdrawn at once, in two logs",
    },
)
