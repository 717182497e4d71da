"""Position: what one side holds on a topic, in its own words, until it says otherwise.

Positions are kept one by one, with speaker, channel and time, and are listed by topic and side. A
position that takes the place of an earlier one names it; the earlier one is kept.
"""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.dialogue.parts import CHANNEL, spoken_by
from tieline.procedures.form import Form
from tieline.procedures.procedure import Opening, Procedure, Strands

STATE = "position.state"

STATE_FORM = Form(
    fields=(
        form.key("topic", "the topic, by its key", required=True),
        form.texts("texts", "the position", required=True),
        *spoken_by(),
        form.reference("replaces", "the author's own earlier position that this one replaces"),
    )
)

POSITION = Procedure(
    name="position",
    version=1,
    channel=CHANNEL,
    openings=(Opening(kind=STATE),),
    strands=Strands.NONE,
    steps=(),
    bodies={STATE: STATE_FORM},
    says={"": "its author's own words"},
)
