"""Seat: an office of one party, who holds it, and which seat of another party it faces.

The party that names a seat is the only one that moves it. A seat is held by one person at a time:
another holder is appointed after it was vacated, or follows directly, which ends the term before.
Naming a seat that was vacant since some day is naming it and saying since when.
"""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.dialogue.parts import CHANNEL, NOTE, RANK_MAX
from tieline.procedures.form import Form
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps

NAME = "seat.name"
APPOINT = "seat.appoint"
VACATE = "seat.vacate"
ACT = "seat.act"
DELEGATE = "seat.delegate"
ABOLISH = "seat.abolish"

UNFILLED, FILLED, VACANT, ACTING, ABOLISHED = "unfilled", "filled", "vacant", "acting", "abolished"
STANDING = (UNFILLED, FILLED, VACANT, ACTING, CROSSED)

NAME_FORM = Form(
    fields=(
        form.key("key", "names the seat in answers", required=True),
        form.line("office", "what the office is called", required=True),
        form.line("level", "its level, in the words of its party"),
        form.integer("rank", "its rank among the seats of its party; 1 is the highest",
                     least=1, most=RANK_MAX),
        form.key_by_party("counterpart", "the seat of each other party that it faces"),
    )
)  # fmt: skip
HOLDER_FORM = Form(
    fields=(
        form.line("holder", "who holds it", required=True),
        form.days("from", "since when"),
        form.words("note", "anything beside it"),
    )
)
VACATE_FORM = Form(
    fields=(
        form.days("since", "since when nobody holds it"),
        form.words("why", "the reason, in the author's words"),
    )
)
DELEGATE_FORM = Form(
    fields=(
        form.key_or_ref("round", "the round or contact that it is for", required=True),
        form.line("holder", "who comes instead", required=True),
        form.line("office", "the office of whoever comes instead"),
        form.words("note", "anything beside it"),
    )
)

SEAT = Procedure(
    name="seat",
    version=1,
    channel=CHANNEL,
    openings=(Opening(kind=NAME, own=UNFILLED),),
    strands=Strands.OPENER,
    steps=(
        *steps(By.OWNER, APPOINT, dict.fromkeys(STANDING, FILLED)),
        *steps(By.OWNER, ACT, dict.fromkeys(STANDING, ACTING)),
        *steps(By.OWNER, VACATE, dict.fromkeys(STANDING, VACANT)),
        *steps(By.OWNER, DELEGATE, {s: s for s in STANDING if s != CROSSED}),
        *steps(By.OWNER, ABOLISH, dict.fromkeys(STANDING, ABOLISHED)),
    ),
    bodies={
        NAME: NAME_FORM,
        APPOINT: HOLDER_FORM,
        VACATE: VACATE_FORM,
        ACT: HOLDER_FORM,
        DELEGATE: DELEGATE_FORM,
        ABOLISH: NOTE,
    },
    closed=frozenset({FILLED, ABOLISHED}),
    says={
        UNFILLED: "named; its party has not said who holds it",
        FILLED: "filled",
        VACANT: "vacant",
        ACTING: "held by somebody acting",
        ABOLISHED: "abolished",
        CROSSED: "its party said two things at once, in two logs",
    },
)
