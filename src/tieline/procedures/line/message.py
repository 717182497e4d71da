"""Message: something said by an office to offices, taken and answered, or visibly not.

Each addressee has a strand. *Taken* means that an officer took it; it is no agreement. A clock
that runs out is *expired*, said by the sender's machine: not held at all (a technical fault), not
taken, or taken and not answered. An answer that crosses an expiry is crossed, a later one is
late, and both stand.
"""

from __future__ import annotations

from tieline.procedures import bodies
from tieline.procedures.line import expiry
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps
from tieline.record.strict import Fields

SAY = "message.say"
TAKE = "message.take"
ANSWER = "message.answer"
DECLINE = "message.decline"
WITHDRAW = "message.withdraw"
EXPIRED = "message.expired"
UNREACHED = "message.unreached"
RECONCILE = "message.reconcile"

CHANNELS = ("dialogue", "notification", "safety")
CODES_MAX = 8
ATTACHMENTS_MAX = 15

SENT, TAKEN, ANSWERED, DECLINED = "sent", "taken", "answered", "declined"
NOT_HELD, NOT_TAKEN, NOT_ANSWERED = "not held", "not taken", "not answered"
TAKEN_LATE, ANSWERED_LATE, DECLINED_LATE = "taken late", "answered late", "declined late"
WITHDRAWN = "withdrawn"


def check_say(fields: Fields) -> None:
    """Subject, texts, agreed codes, channel, own answer time, references, attachments."""
    fields.text("subject", bodies.SUBJECT_CHARS_MAX)
    coded = fields.texts("codes", CODES_MAX, 64)
    bodies.texts(fields, least=0 if coded else 1)
    fields.choice("channel", CHANNELS)
    fields.integer("answer_by_s", 0, bodies.SECONDS_MAX)
    bodies.references(fields)
    for item in fields.objects("attachments", ATTACHMENTS_MAX):
        item.text("name", 200, min_chars=1)
        item.text("type", 100)
        item.integer("length", 0, 2**31)
        item.hex("sha256", 32)


def check_answer(fields: Fields) -> None:
    """The answer's texts or agreed codes."""
    coded = fields.texts("codes", CODES_MAX, 64)
    bodies.texts(fields, least=0 if coded else 1)


def check_decline(fields: Fields) -> None:
    """A reason is owed with a refusal."""
    bodies.reason(fields, least=1)


def check_reconcile(fields: Fields) -> None:
    """Which of the crossed states stands from here on."""
    fields.text("outcome", 40, min_chars=1)
    bodies.note(fields)


def _late(kind: str, in_time: str, late: str) -> dict[str, str]:
    early = {SENT: in_time, TAKEN: in_time}
    after = dict.fromkeys((NOT_HELD, NOT_TAKEN, NOT_ANSWERED, TAKEN_LATE, CROSSED), late)
    return (
        early | after
        if kind != TAKE
        else {SENT: in_time} | dict.fromkeys((NOT_HELD, NOT_TAKEN, CROSSED), late)
    )


MESSAGE = Procedure(
    name="message",
    version=1,
    channel=None,
    openings=(Opening(kind=SAY, others=SENT),),
    strands=Strands.ADDRESSEES,
    steps=(
        *steps(By.OWNER, TAKE, _late(TAKE, TAKEN, TAKEN_LATE)),
        *steps(By.OWNER, ANSWER, _late(ANSWER, ANSWERED, ANSWERED_LATE)),
        *steps(By.OWNER, DECLINE, _late(DECLINE, DECLINED, DECLINED_LATE)),
        *steps(By.OPENER, UNREACHED, {SENT: NOT_HELD, NOT_HELD: NOT_HELD}),
        *steps(
            By.OPENER,
            EXPIRED,
            {
                SENT: NOT_TAKEN,
                NOT_HELD: NOT_TAKEN,
                NOT_TAKEN: NOT_TAKEN,
                TAKEN: NOT_ANSWERED,
                TAKEN_LATE: NOT_ANSWERED,
                NOT_ANSWERED: NOT_ANSWERED,
                CROSSED: NOT_ANSWERED,
            },
        ),
        *steps(
            By.OPENER,
            WITHDRAW,
            dict.fromkeys((SENT, TAKEN, NOT_HELD, NOT_TAKEN, NOT_ANSWERED, TAKEN_LATE), WITHDRAWN),
        ),
        *steps(By.ANYONE, RECONCILE, {CROSSED: "named by the outcome"}),
    ),
    bodies={
        SAY: check_say,
        TAKE: bodies.note,
        ANSWER: check_answer,
        DECLINE: check_decline,
        WITHDRAW: bodies.reason,
        EXPIRED: expiry.check,
        UNREACHED: expiry.check,
        RECONCILE: check_reconcile,
    },
    machine=frozenset({EXPIRED, UNREACHED}),
    closed=frozenset({ANSWERED, DECLINED, ANSWERED_LATE, DECLINED_LATE, WITHDRAWN}),
    says={
        SENT: "sent, nothing heard yet",
        TAKEN: "taken by their office",
        ANSWERED: "answered",
        DECLINED: "declined, with a reason",
        NOT_HELD: "technical fault: not held by their system in time",
        NOT_TAKEN: "no answer: held, taken by nobody in time",
        NOT_ANSWERED: "no answer: taken, not answered in time",
        TAKEN_LATE: "taken late",
        ANSWERED_LATE: "answered late",
        DECLINED_LATE: "declined late",
        WITHDRAWN: "withdrawn by the sender",
        CROSSED: "two steps crossed; both stand",
    },
)
