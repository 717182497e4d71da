"""Draft: what may go out on a line, with its revisions, and where it went in the end.

A draft holds texts for a plain message, or the prepared body of any kind of message. Whether it
may go is not a state of its own: it follows from the clearances that were asked (`clearance.py`).
"""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.form import Form
from tieline.procedures.house.shared import (
    DROP_FORM,
    MARK_FORM,
    MARKING,
    TITLE_CHARS_MAX,
    mark_kind,
    staying,
)
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps
from tieline.record.message import LEVEL_CHARS_MAX
from tieline.record.strict import Fields

DRAFT = "house.draft"
REVISE = "house.draft.revise"
SENT = "house.draft.sent"
DROP = "house.draft.drop"
MARK = mark_kind(DRAFT)

IN_DRAFT, GONE, DROPPED = "in draft", "sent", "dropped"
REVISIONS_MAX = 1_000
KIND_CHARS_MAX = 140

_WHERE = (
    form.line("line", "the line that it is for: title or id"),
    form.line("kind", "the kind of message; without it, a plain message", most=KIND_CHARS_MAX),
    form.reference("case", "the entry that opened the case it is a step of"),
    form.lines("to", "the offices that it goes to, `party/office`"),
    form.line("level", "its precedence", most=LEVEL_CHARS_MAX),
    form.texts("texts", "the words"),
)


def _body(fields: Fields) -> None:
    """``body``: a prepared body instead of texts, read in full when the draft is sent."""
    if not fields.has("body"):
        if not fields.has("texts"):
            fields.refuse("texts", "is missing; a draft has texts or a prepared body")
        return
    if fields.has("texts"):
        fields.refuse("body", "stands beside texts; a draft has one of them")
    if not isinstance(fields.value("body"), dict):
        fields.refuse("body", "is not an object")


DRAFT_FORM = Form(
    fields=(
        MARKING,
        form.line("title", "what it is about", required=True, most=TITLE_CHARS_MAX),
        *_WHERE,
    ),
    also=_body,
)
REVISE_FORM = Form(
    fields=(
        form.integer("revision", "its number", required=True, least=2, most=REVISIONS_MAX),
        form.line("title", "what it is about, if that changes", most=TITLE_CHARS_MAX),
        *_WHERE,
        form.words("why", "why it was changed"),
    ),
    also=_body,
)
SENT_FORM = Form(
    fields=(
        form.line("line", "the id of the line on which it went", required=True),
        form.reference("entry", "the entry that it became", required=True),
        form.integer("revision", "which of its texts went", required=True, least=1),
    )
)

HOUSE_DRAFT = Procedure(
    name="house-draft",
    version=1,
    channel=None,
    openings=(Opening(kind=DRAFT, own=IN_DRAFT),),
    strands=Strands.OPENER,
    steps=(
        *staying(REVISE, IN_DRAFT),
        *steps(By.ANYONE, SENT, {IN_DRAFT: GONE, CROSSED: GONE}),
        *steps(By.ANYONE, DROP, {IN_DRAFT: DROPPED, CROSSED: DROPPED}),
        *staying(MARK, IN_DRAFT, GONE, DROPPED),
    ),
    bodies={
        DRAFT: DRAFT_FORM,
        REVISE: REVISE_FORM,
        SENT: SENT_FORM,
        DROP: DROP_FORM,
        MARK: MARK_FORM,
    },
    closed=frozenset({GONE, DROPPED}),
    says={
        IN_DRAFT: "in draft",
        GONE: "sent",
        DROPPED: "given up",
        CROSSED: "sent and given up at once, in two logs",
    },
)
