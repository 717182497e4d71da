"""Cause: why something came about, as one party says under its own name.

A cause binds nobody else to it. What it explains and what it names as the reason are things that
other messages named, or the reason is given in words.
"""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.dialogue.parts import CHANNEL
from tieline.procedures.form import Form
from tieline.procedures.procedure import Opening, Procedure, Strands

NAME = "cause.name"

NAME_FORM = Form(
    fields=(
        form.key_or_ref("of", "what is explained", required=True),
        form.key_or_ref("because", "what brought it about"),
        form.words("words", "the reason in words"),
        form.words("note", "anything beside it"),
    ),
    either=(("because", "words"),),
)

CAUSE = Procedure(
    name="cause",
    version=1,
    channel=CHANNEL,
    openings=(Opening(kind=NAME),),
    strands=Strands.NONE,
    steps=(),
    bodies={NAME: NAME_FORM},
    says={"": "named by its author alone"},
)
