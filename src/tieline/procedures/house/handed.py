"""Handed: a notification of ours as papers for a recipient without a node, and what he answered.

Nobody else signed any of it, so it is shown as *recorded by us only* and never as more. That papers
were made ready is one step, that they went is another: a file in a folder has reached nobody. The
papers themselves are kept with the item, sealed to our own keys, byte for byte as they were made.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tieline.procedures import form
from tieline.procedures.bodies import TEXT_CHARS_MAX
from tieline.procedures.form import Form
from tieline.procedures.house.shared import (
    DROP_FORM,
    MARK_FORM,
    MARKING,
    mark_kind,
    staying,
)
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps
from tieline.record.marking import Marking
from tieline.record.message import Mark

HANDED: Final = "house.handed"
GONE: Final = "house.handed.gone"
HEARD: Final = "house.handed.heard"
WITHDRAW: Final = "house.handed.withdraw"
MARK: Final = mark_kind(HANDED)

READY, WENT, ANSWERED, WITHDRAWN = "made ready", "handed over", "heard from", "withdrawn"
BY_US: Final = "recorded by us only"
"""Stands beside everything that is shown of a recipient without a node."""
WAYS: Final = ("e-mail", "telephone", "radio", "letter", "fax", "in person")
TAKEN, QUERIED, OBJECTED, READ_BACK, CONFIRMED = (
    "taken", "queried", "objected", "read-back", "confirmed",
)  # fmt: skip
ANSWERS: Final = (TAKEN, QUERIED, OBJECTED, READ_BACK, CONFIRMED)
"""What an answer came to, as far as he who wrote it down could tell; none of it is a clearance."""
READ_MAX: Final = 4_096
"""Positions of one answer: as many as a read-back is compared with."""
ADDRESS_CHARS_MAX: Final = 254
"""Longest address of e-mail that can be delivered (RFC 5321, section 4.5.3.1.3, less brackets)."""

HANDED_FORM: Final = Form(
    fields=(
        MARKING,
        form.key("key", "the key of the notification", required=True),
        form.line("line", "the id of our line on which it stands", required=True),
        form.reference("wording", "the wording that was handed over", required=True),
        form.choice("mark", "how the notification is marked", tuple(Mark), required=True),
        form.line("standing", "how it stood when the papers were made"),
        form.choice("over", "whether it was over then", ("yes",)),
        form.line("to", "the recipient: a person, an office, an organisation", required=True),
        form.line("address", "where e-mail reaches him", most=ADDRESS_CHARS_MAX),
        form.choice("handling", "how far he may pass it on", tuple(Marking), required=True),
        form.line("reference", "what answers have to name", required=True),
        form.lines("redacted", "fields that were left out for him"),
        form.lines("answer_to", "where he was asked to answer", required=True),
        form.line("message_id", "the name of the e-mail that was made, on which answers build"),
        form.digest("letter", "of the whole e-mail as it was made"),
        form.attachments("attachments", "the papers as they were made, sealed with the item"),
        form.lines("passed_on", "files of the notification that went along: name and SHA-256"),
    )
)
GONE_FORM: Final = Form(
    fields=(
        form.choice("way", "how it went", WAYS, required=True),
        form.line("server", "the mail server that took it for delivery"),
        form.instant("at_ms", "when, if not now"),
        form.words("note", "anything beside it"),
    )
)
HEARD_FORM: Final = Form(
    fields=(
        form.line("speaker", "who answered", required=True),
        form.choice("way", "how the answer came", WAYS, required=True),
        form.choice("what", "what it came to", ANSWERS),
        form.words("words", "the answer, word for word", most=TEXT_CHARS_MAX),
        replace(form.waypoints("positions", "positions read back, by their number"), most=READ_MAX),
        form.line("place", "what place it is, in the reader's words"),
        form.instant("at_ms", "when, if not now"),
        form.attachments("attachments", "what came in writing, sealed with the item"),
        form.words("note", "what was odd about it, in our words"),
    ),
    either=(("words", "positions"),),
)

_OPEN = (READY, WENT, ANSWERED)
HOUSE_HANDED = Procedure(
    name="house-handed",
    version=1,
    channel=None,
    openings=(Opening(kind=HANDED, own=READY),),
    strands=Strands.OPENER,
    steps=(
        *steps(By.ANYONE, GONE, {READY: WENT, WENT: WENT, ANSWERED: ANSWERED, CROSSED: WENT}),
        *steps(By.ANYONE, HEARD, dict.fromkeys((*_OPEN, CROSSED), ANSWERED)),
        *steps(By.ANYONE, WITHDRAW, dict.fromkeys((*_OPEN, CROSSED), WITHDRAWN)),
        *staying(MARK, *_OPEN, WITHDRAWN),
    ),
    bodies={
        HANDED: HANDED_FORM,
        GONE: GONE_FORM,
        HEARD: HEARD_FORM,
        WITHDRAW: DROP_FORM,
        MARK: MARK_FORM,
    },
    closed=frozenset({WENT, ANSWERED, WITHDRAWN}),
    says={
        READY: f"made ready, not known to have gone; {BY_US}",
        WENT: f"handed over; {BY_US}",
        ANSWERED: f"heard from; {BY_US}",
        WITHDRAWN: f"withdrawn; {BY_US}",
        CROSSED: f"two steps crossed; {BY_US}",
    },
)
