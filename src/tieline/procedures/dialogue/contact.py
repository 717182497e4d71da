"""Contact: a meeting or call that one party asks others for, or tells of.

Each addressee has a strand. Accepted, rebuffed, accepted on conditions that it names, and no
answer are four results and never one another. *No answer* is said by the machine of whoever asked,
when the time that it named is over and not before; a later answer is late, and stands. A visit or
ad hoc meeting that took place is told with `contact.record`, which asks nobody for anything.
"""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.dialogue.parts import CHANNEL, NOTE, WAYS, WHY, length
from tieline.procedures.form import Form
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps

REQUEST = "contact.request"
ACCEPT = "contact.accept"
REBUFF = "contact.rebuff"
CONDITION = "contact.condition"
HOLD = "contact.hold"
CANCEL = "contact.cancel"
EXPIRED = "contact.expired"
RECORD = "contact.record"

REQUESTED, ACCEPTED, REBUFFED, CONDITIONED = "requested", "accepted", "rebuffed", "conditioned"
SILENT, HELD, CANCELLED = "silent", "held", "cancelled"
ACCEPTED_LATE, REBUFFED_LATE, CONDITIONED_LATE = (
    "accepted late", "rebuffed late", "conditioned late",
)  # fmt: skip
CONDITIONS_MAX = 16
IN_TIME = (REQUESTED, ACCEPTED, REBUFFED, CONDITIONED, CROSSED)
LATE = (SILENT, ACCEPTED_LATE, REBUFFED_LATE, CONDITIONED_LATE)

REQUEST_FORM = Form(
    fields=(
        form.key("key", "names the contact in answers", required=True),
        form.choice("way", "how the sides are to be in contact", WAYS, required=True),
        form.texts("purpose", "what for"),
        form.line("level", "at what level"),
        form.key("channel", "the channel or mechanism that it belongs to"),
        form.days("days", "the days proposed"),
        form.line("place", "the place proposed"),
        form.instant("answer_by_ms", "by when an answer is asked for; left out: no time named"),
    )
)
CONDITION_FORM = Form(
    fields=(
        form.lines("conditions", "on what conditions", required=True, most=CONDITIONS_MAX),
        form.words("note", "anything beside it"),
    )
)
HOLD_FORM = Form(
    fields=(
        form.instant("at_ms", "when it began", required=True),
        length(),
        form.line("place", "where it was held"),
    )
)
EXPIRED_FORM = Form(
    fields=(form.instant("answer_by_ms", "the time that the request named", required=True),)
)
RECORD_FORM = Form(
    fields=(
        form.key("key", "names the contact in answers", required=True),
        form.choice("way", "how the sides were in contact", WAYS, required=True),
        form.line_by_party("who", "who took part, for each side"),
        form.key("channel", "the channel or mechanism that it belongs to"),
        form.days("days", "the days", required=True),
        form.line("place", "where it was held"),
        length(),
        form.texts("texts", "what there is to say of it"),
    )
)


def _answer(in_time: str, late: str) -> dict[str, str]:
    """Where an answer leads: a party may give another one until the contact is held."""
    early = {state: in_time for state in IN_TIME if state != in_time}
    return early | {state: late for state in LATE if state != late}


AWAITED = (ACCEPTED, CONDITIONED, ACCEPTED_LATE, CONDITIONED_LATE, CROSSED)
"""States in which the contact may come about, or either side may call it off."""

CONTACT = Procedure(
    name="contact",
    version=1,
    channel=CHANNEL,
    openings=(
        Opening(kind=REQUEST, others=REQUESTED),
        Opening(kind=RECORD, strands=Strands.NONE),
    ),
    strands=Strands.ADDRESSEES,
    steps=(
        *steps(By.OWNER, ACCEPT, _answer(ACCEPTED, ACCEPTED_LATE)),
        *steps(By.OWNER, REBUFF, _answer(REBUFFED, REBUFFED_LATE)),
        *steps(By.OWNER, CONDITION, _answer(CONDITIONED, CONDITIONED_LATE)),
        *steps(By.ANYONE, HOLD, dict.fromkeys((*AWAITED, HELD), HELD)),
        # Whoever meets without having answered has answered.
        *steps(By.OWNER, HOLD, dict.fromkeys((REQUESTED, SILENT), HELD)),
        *steps(By.ANYONE, CANCEL, dict.fromkeys(AWAITED, CANCELLED)),
        *steps(By.OPENER, CANCEL, dict.fromkeys((REQUESTED, SILENT), CANCELLED)),
        *steps(By.OPENER, EXPIRED, {REQUESTED: SILENT}),
    ),
    bodies={
        REQUEST: REQUEST_FORM,
        ACCEPT: NOTE,
        REBUFF: WHY,
        CONDITION: CONDITION_FORM,
        HOLD: HOLD_FORM,
        CANCEL: WHY,
        EXPIRED: EXPIRED_FORM,
        RECORD: RECORD_FORM,
    },
    machine=frozenset({EXPIRED}),
    closed=frozenset({REBUFFED, REBUFFED_LATE, HELD, CANCELLED}),
    says={
        REQUESTED: "requested, not answered yet",
        ACCEPTED: "accepted",
        REBUFFED: "rebuffed",
        CONDITIONED: "accepted on the conditions named",
        SILENT: "no answer by the time asked for",
        ACCEPTED_LATE: "accepted, after the time asked for",
        REBUFFED_LATE: "rebuffed, after the time asked for",
        CONDITIONED_LATE: "accepted on the conditions named, after the time asked for",
        HELD: "held",
        CANCELLED: "called off",
        CROSSED: "two steps crossed; both stand",
    },
)
