"""Readout: what one side says afterwards about a round or a contact, in its own words.

Nobody answers a readout, and nobody's words are put into another's: two sides have two readouts of
one round, and what they share is for the reader's tool to show. A translation is the author's own,
of its own readout; a translation by anybody else is a text of somebody else.
"""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.dialogue.parts import CHANNEL, spoken_by
from tieline.procedures.form import Form
from tieline.procedures.procedure import Opening, Procedure, Strands

GIVE = "readout.give"
TRANSLATE = "readout.translate"

GIVE_FORM = Form(
    fields=(
        form.key_or_ref("of", "the round, contact or other event that it is about", required=True),
        form.texts("texts", "the readout, in full", required=True),
        form.keys("topics", "what it speaks of"),
        *spoken_by(),
        form.instant("embargo_ms", "before when nobody is to publish it"),
    )
)
TRANSLATE_FORM = Form(
    fields=(
        form.reference("of", "the author's own readout", required=True),
        form.translations("texts", "the same words in other languages", required=True),
    )
)

READOUT = Procedure(
    name="readout",
    version=1,
    channel=CHANNEL,
    openings=(Opening(kind=GIVE), Opening(kind=TRANSLATE)),
    strands=Strands.NONE,
    steps=(),
    bodies={GIVE: GIVE_FORM, TRANSLATE: TRANSLATE_FORM},
    says={"": "its author's own words"},
)
