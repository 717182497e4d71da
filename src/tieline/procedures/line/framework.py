"""Framework: what all parties of a line agree and sign.

Promised, drafted in bracketed text, agreed, in force, amended, lapsed. Every party has a strand.
The text is a set of clauses; each party files its *position* on a clause (title, text, and terms
in TOML), and a clause stands in brackets until the newest positions of all parties are equal. When
no bracket is left, the text is *agreed* and has a digest; a party *signs* version n by that digest,
and the version is in force when all have signed the same one. Positions filed afterwards negotiate
version n+1 while version n stays in force. Any party can *denounce*: then the framework has lapsed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from tieline.procedures import bodies
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps
from tieline.procedures.terms import TERMS_CHARS_MAX, Terms, parse_terms
from tieline.record.message import check_handle
from tieline.record.strict import Fields, JsonValue

PROMISE = "framework.promise"
DRAFT = "framework.draft"
SIGN = "framework.sign"
DENOUNCE = "framework.denounce"

SILENT, PROMISED, DRAFTING, SIGNED, DENOUNCED = (
    "silent", "promised", "drafting", "signed", "denounced",
)  # fmt: skip
OPEN = (SILENT, PROMISED, DRAFTING)
CLAUSES_MAX = 60
CLAUSE_CHARS_MAX = 20_000
VERSION_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One party's position on a clause; an empty text and empty terms propose to leave it out."""

    title: str
    text: str
    terms: str

    def left_out(self) -> bool:
        return not self.text and not self.terms


def check_promise(fields: Fields) -> None:
    """What is promised, in texts, and by when in the author's words (may be empty)."""
    bodies.texts(fields)
    fields.text("due", 200)


def check_draft(fields: Fields) -> None:
    """``clauses``: positions by clause id; a clause not named keeps the position it had."""
    items = fields.objects("clauses", CLAUSES_MAX, min_items=1)
    names = [check_handle(item.text("id", 32), "clause") for item in items]
    if len(set(names)) != len(names):
        fields.refuse("clauses", "names one clause twice")
    for item in items:
        item.text("title", 200)
        item.text("text", CLAUSE_CHARS_MAX)
        parse_terms(item.text("terms", TERMS_CHARS_MAX))
    bodies.note(fields)


def check_sign(fields: Fields) -> None:
    """``version`` and the ``digest`` of the agreed text."""
    fields.integer("version", 1, VERSION_MAX)
    fields.hex("digest", 32)


def clauses_of(body: Mapping[str, JsonValue]) -> dict[str, Clause]:
    """Positions that a draft files. The body has passed :func:`check_draft`."""
    fields = Fields(dict(body))
    return {
        item.text("id", 32): Clause(
            title=item.text("title", 200),
            text=item.text("text", CLAUSE_CHARS_MAX),
            terms=item.text("terms", TERMS_CHARS_MAX),
        )
        for item in fields.objects("clauses", CLAUSES_MAX)
    }


Positions = Mapping[str, Mapping[str, Clause]]
"""Party to clause id to newest position."""


def brackets(positions: Positions, parties: tuple[str, ...]) -> tuple[str, ...]:
    """Clauses that are not agreed: some party lacks a position on it, or has another one."""
    names = sorted({name for own in positions.values() for name in own})
    return tuple(
        name
        for name in names
        if len({positions.get(party, {}).get(name) for party in parties}) != 1
    )


def agreed_text(positions: Positions, parties: tuple[str, ...]) -> dict[str, Clause] | None:
    """The whole text when no bracket is left and something is in it, else None."""
    if brackets(positions, parties):
        return None
    text = {n: c for n, c in sorted(positions.get(parties[0], {}).items()) if not c.left_out()}
    return text or None


def text_digest(text: Mapping[str, Clause]) -> str:
    """Hex SHA-256 over one line per clause, in the order of ids.

    Each line: ``clause``, the id, and the hex SHA-256 of title, text and terms in UTF-8.
    """
    lines = ["tieline/framework@v1"]
    for name, clause in sorted(text.items()):
        parts = (clause.title, clause.text, clause.terms)
        lines.append(" ".join(["clause", name, *(_sha(part) for part in parts)]))
    return _sha("\n".join(lines) + "\n")


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


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
