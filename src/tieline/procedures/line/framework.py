"""Framework: what all parties of a line agree and sign.

Promised, drafted in bracketed text, agreed, in force, amended, lapsed. Every party has a strand.
The text is a set of clauses, negotiated as `tieline.procedures.brackets` says. When no bracket is
left a party *signs* version n by the text's digest, and the version is in force when all have
signed the same one. Positions filed afterwards negotiate version n+1 while version n stays in
force. Any party can *denounce*: then the framework has lapsed.
"""

from __future__ import annotations

from collections.abc import Mapping

from tieline.procedures import bodies
from tieline.procedures.brackets import Clause, check_clauses, digest_of
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps
from tieline.procedures.terms import Terms, parse_terms
from tieline.record.strict import Fields

PROMISE = "framework.promise"
DRAFT = "framework.draft"
SIGN = "framework.sign"
DENOUNCE = "framework.denounce"

SILENT, PROMISED, DRAFTING, SIGNED, DENOUNCED = (
    "silent", "promised", "drafting", "signed", "denounced",
)  # fmt: skip
OPEN = (SILENT, PROMISED, DRAFTING)
VERSION_MAX = 10_000


def check_promise(fields: Fields) -> None:
    """What is promised, in texts, and by when in the author's words (may be empty)."""
    bodies.texts(fields)
    fields.text("due", 200)


def check_draft(fields: Fields) -> None:
    """The author's positions, and a note."""
    check_clauses(fields)
    bodies.note(fields)


def check_sign(fields: Fields) -> None:
    """``version`` and the ``digest`` of the agreed text."""
    fields.integer("version", 1, VERSION_MAX)
    fields.hex("digest", 32)


def text_digest(text: Mapping[str, Clause]) -> str:
    """What a signature names: the digest of an agreed framework."""
    return digest_of(text, "tieline/framework@v1")


def terms_of(version: int, text: Mapping[str, Clause]) -> Terms:
    """The machine-readable half of an agreed text."""
    tables = {name: parse_terms(clause.terms) for name, clause in text.items() if clause.terms}
    return Terms(version=version, clauses=tables)


FRAMEWORK = Procedure(
    name="framework",
    version=1,
    channel=None,
    openings=(
        Opening(kind=PROMISE, own=PROMISED, others=SILENT),
        Opening(kind=DRAFT, own=DRAFTING, others=SILENT),
    ),
    strands=Strands.ALL,
    steps=(
        *steps(By.OWNER, PROMISE, {SILENT: PROMISED, PROMISED: PROMISED}),
        # A party's own two logs can cross, after a loss: its next step in the new one counts.
        *steps(By.OWNER, DRAFT, dict.fromkeys((*OPEN, SIGNED, CROSSED), DRAFTING)),
        *steps(By.OWNER, SIGN, dict.fromkeys((DRAFTING, SIGNED, CROSSED), SIGNED)),
        *steps(By.OWNER, DENOUNCE, dict.fromkeys((*OPEN, SIGNED, CROSSED), DENOUNCED)),
    ),
    bodies={
        PROMISE: check_promise,
        DRAFT: check_draft,
        SIGN: check_sign,
        DENOUNCE: bodies.reason,
    },
    closed=frozenset({SIGNED, DENOUNCED}),
    says={
        SILENT: "has said nothing",
        PROMISED: "has promised it",
        DRAFTING: "is negotiating",
        SIGNED: "has signed",
        DENOUNCED: "has denounced it",
        CROSSED: "has said two things at once, in two logs",
    },
)
