"""Stop: a protected site or movement is under fire.

It goes at the highest level to all offices of the ladder at once, and each hop has a clock of the
framework: held by their system, acknowledged by an officer, acted on. It may be passed on by
telephone or radio, and is logged so. No list has to know the place: what fires there has to stop.
"""

from __future__ import annotations

from typing import Final

from tieline.procedures import form
from tieline.procedures.form import Form
from tieline.procedures.line import expiry
from tieline.procedures.notification.parts import (
    NOTE,
    SAFETY,
    WHY,
    WITHDRAW_FILE,
    withdraw_kind,
    withdrawing,
)
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps
from tieline.space.position import ERROR_M_MAX

CALL, ACKNOWLEDGE, ACT, CANNOT, RELAY, END, UNREACHED, EXPIRED = (
    "stop.call", "stop.acknowledge", "stop.act", "stop.cannot", "stop.relay", "stop.end",
    "stop.unreached", "stop.expired",
)  # fmt: skip
CALLING, CALLED, ACKNOWLEDGED, ACTED, CANNOT_COMPLY, ENDED = (
    "calling", "called", "acknowledged", "acted on", "cannot comply", "ended",
)  # fmt: skip
NOT_HELD, NOT_TAKEN, SILENT = "not held", "not taken", "not acted on"
WHAT: Final = ("site", "movement", "other")
HOW: Final = ("telephone", "satellite telephone", "radio", "in person", "e-mail", "messenger")
RESULTS: Final = ("reached", "no answer", "refused", "line dead")
EXPECTED: Final = ("at", "fire")
"""Fields without which it is flagged as incomplete."""

CALL_FORM: Final = Form(
    fields=(
        form.key("key", "names the call on every line that it is sent on", required=True),
        form.choice("what", "what is under fire", WHAT),
        form.key_or_ref("of", "the site or movement, where its entry is known"),
        form.line("title", "what it is called"),
        form.position("at", "where it is"),
        form.integer("error_m", "how far off the position may be, in metres", most=ERROR_M_MAX),
        form.words("fire", "what is happening: from where, with what, since when"),
        form.instant("since_ms", "since when"),
        form.texts("texts", "what else there is to say"),
        form.lines("contact", "how to reach whoever is there"),
        form.attachments("attachments", "files beside it"),
        form.lines("redacted", "fields that were left out for this recipient"),
    )
)
RELAY_FORM: Final = Form(
    fields=(
        form.line("to", "the office or unit that was called", required=True),
        form.choice("how", "how it was passed on", HOW, required=True),
        form.instant("at_ms", "when", required=True),
        form.choice("result", "what came of it", RESULTS, required=True),
        form.line("who", "who answered, by office"),
        form.words("said", "what was answered, word for word"),
    )
)
ACT_FORM: Final = Form(
    fields=(
        form.words("what", "what was ordered, or done"),
        form.instant("at_ms", "when"),
        form.lines("units", "the units that have it"),
    )
)
CANNOT_FORM: Final = Form(
    fields=(form.words("why", "why not, in the author's words", required=True),)
)
HEARING: Final = (CALLED, NOT_HELD, NOT_TAKEN, ACKNOWLEDGED, SILENT, ACTED, CANNOT_COMPLY)
"""States of a party that was called, while the call stands."""
WAITED: Final = (CALLED, NOT_HELD, NOT_TAKEN, CROSSED)

STOP = Procedure(
    name="stop",
    version=1,
    channel=SAFETY,
    openings=(Opening(kind=CALL, own=CALLING, others=CALLED),),
    strands=Strands.ALL,
    steps=(
        *steps(By.HEARER, ACKNOWLEDGE, dict.fromkeys((*WAITED, SILENT), ACKNOWLEDGED)),
        *steps(By.HEARER, ACT, dict.fromkeys((*HEARING, CROSSED), ACTED)),
        *steps(By.HEARER, CANNOT, dict.fromkeys((*HEARING, CROSSED), CANNOT_COMPLY)),
        # The caller's own log of whom it rang up; a party called passes it on to its units.
        *steps(By.AUTHOR, RELAY, dict.fromkeys((CALLING, CROSSED), CALLING)),
        *steps(
            By.HEARER,
            RELAY,
            {s: s for s in (ACKNOWLEDGED, SILENT, ACTED, CANNOT_COMPLY)}
            | dict.fromkeys(WAITED, ACKNOWLEDGED),
        ),
        *steps(By.OPENER, END, dict.fromkeys((CALLING, *HEARING, ENDED, CROSSED), ENDED)),
        *steps(By.OPENER, UNREACHED, {CALLED: NOT_HELD}),
        *steps(
            By.OPENER,
            EXPIRED,
            {CALLED: NOT_TAKEN, NOT_HELD: NOT_TAKEN, ACKNOWLEDGED: SILENT},
        ),
        *withdrawing("stop", (CALLING, ENDED, CROSSED)),
    ),
    bodies={
        CALL: CALL_FORM,
        ACKNOWLEDGE: NOTE,
        ACT: ACT_FORM,
        CANNOT: CANNOT_FORM,
        RELAY: RELAY_FORM,
        END: WHY,
        UNREACHED: expiry.check,
        EXPIRED: expiry.check,
        withdraw_kind("stop"): WITHDRAW_FILE,
    },
    machine=frozenset({UNREACHED, EXPIRED}),
    whole=frozenset({END}),
    closed=frozenset({ACTED, CANNOT_COMPLY, ENDED}),
    says={
        CALLING: "calls for fire to stop",
        CALLED: "called; nothing heard yet",
        NOT_HELD: "technical fault: not held by their system in time; use the telephone",
        NOT_TAKEN: "no answer: held, acknowledged by nobody in time; use the telephone",
        ACKNOWLEDGED: "acknowledged by an officer; not acted on yet",
        SILENT: "acknowledged, and no word of action in time; use the telephone",
        ACTED: "says that it has acted",
        CANNOT_COMPLY: "says that it cannot comply, with reasons",
        ENDED: "the call is over",
        CROSSED: "two steps crossed; both stand",
    },
)
