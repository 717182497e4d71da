"""Text: any words that all parties write together, in brackets until they agree.

A joint statement, a commitment, an agenda: negotiated clause by clause as the framework is
(`tieline.procedures.brackets`). Every party has a strand. A clause on which all have the same
position is *agreed* and locked: a draft that files another position on it names it in ``reopens``,
so that nobody takes an agreed passage back in passing. When no bracket is left each party can
*adopt* the text by its digest; what all have adopted stays adopted, whatever is drafted later.
"""

from __future__ import annotations

from collections.abc import Mapping

from tieline.procedures import form
from tieline.procedures.brackets import CLAUSES_MAX, Clause, check_clauses, digest_of
from tieline.procedures.form import Form
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps
from tieline.record.strict import Fields

DRAFT = "text.draft"
ADOPT = "text.adopt"
WITHDRAW = "text.withdraw"

SILENT, DRAFTING, ADOPTED, WITHDRAWN = "silent", "drafting", "adopted", "withdrawn"
PURPOSES = ("joint statement", "commitment", "agenda", "other")
NAMES_THE_TEXT = ("key", "title", "for")
"""Fields of the draft that opens a text, and of no other."""
ONLY_AT_OPENING = (*NAMES_THE_TEXT, "round")


def _check_clauses(fields: Fields) -> None:
    named = check_clauses(fields)
    if not fields.has("reopens"):
        return
    others = set(fields.texts("reopens", CLAUSES_MAX, form.HANDLE_CHARS_MAX)) - named
    if others:
        fields.refuse("reopens", f"names what the draft has no clause for: {min(others)}")


DRAFT_FORM = Form(
    fields=(
        form.key("key", "names the text in answers; in the draft that opens it"),
        form.line("title", "what the text is called; in the draft that opens it"),
        form.choice("for", "what it is to become; in the draft that opens it", PURPOSES),
        form.key_or_ref("round", "the round that it is negotiated in"),
        form.keys("reopens", "agreed clauses that this draft puts back in brackets",
                  most=CLAUSES_MAX),
        form.words("note", "why"),
    ),
    together=(NAMES_THE_TEXT,),
    also=_check_clauses,
)  # fmt: skip
ADOPT_FORM = Form(
    fields=(
        form.digest("digest", "of the agreed text", required=True),
        form.words("note", "anything beside it"),
    )
)
WITHDRAW_FORM = Form(fields=(form.words("why", "the reason, in the author's words"),))


def text_digest(text: Mapping[str, Clause]) -> str:
    """What an adoption names: the digest of an agreed text."""
    return digest_of(text, "tieline/text@v1")


TEXT = Procedure(
    name="text",
    version=1,
    channel="dialogue",
    openings=(Opening(kind=DRAFT, own=DRAFTING, others=SILENT),),
    strands=Strands.ALL,
    steps=(
        *steps(
            By.OWNER,
            DRAFT,
            dict.fromkeys((SILENT, DRAFTING, ADOPTED, WITHDRAWN, CROSSED), DRAFTING),
        ),
        *steps(By.OWNER, ADOPT, dict.fromkeys((DRAFTING, ADOPTED, CROSSED), ADOPTED)),
        *steps(By.OWNER, WITHDRAW, dict.fromkeys((SILENT, DRAFTING, ADOPTED, CROSSED), WITHDRAWN)),
    ),
    bodies={DRAFT: DRAFT_FORM, ADOPT: ADOPT_FORM, WITHDRAW: WITHDRAW_FORM},
    closed=frozenset({ADOPTED, WITHDRAWN}),
    says={
        SILENT: "has said nothing",
        DRAFTING: "is negotiating",
        ADOPTED: "has adopted it",
        WITHDRAWN: "has withdrawn from it",
        CROSSED: "has said two things at once, in two logs",
    },
)
