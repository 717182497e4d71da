"""Brackets: a text that several parties write together, clause by clause.

Each party files its *position* on a clause: title, text, and terms in TOML. A clause stands in
brackets until the newest positions of all parties are equal, letter for letter; then it is
*agreed*, and stays so while nobody files another one. When no bracket is left the whole text is
agreed and has a digest. The framework of a line and every joint text are negotiated this way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from tieline.procedures.terms import TERMS_CHARS_MAX, parse_terms
from tieline.record.message import check_handle
from tieline.record.strict import Fields, JsonValue

CLAUSES_MAX = 60
CLAUSE_CHARS_MAX = 20_000
CLAUSE_ID_CHARS_MAX = 32
TITLE_CHARS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One party's position on a clause; an empty text and empty terms propose to leave it out."""

    title: str
    text: str
    terms: str

    def left_out(self) -> bool:
        return not self.text and not self.terms


Positions = Mapping[str, Mapping[str, Clause]]
"""Party to clause id to newest position."""


def check_clauses(fields: Fields, *, least: int = 1) -> frozenset[str]:
    """``clauses``: positions by clause id; a clause not named keeps the position it had.

    Returns the ids that it names.
    """
    items = fields.objects("clauses", CLAUSES_MAX, min_items=least)
    names = [check_handle(item.text("id", CLAUSE_ID_CHARS_MAX), "clause") for item in items]
    if len(set(names)) != len(names):
        fields.refuse("clauses", "names one clause twice")
    for item in items:
        item.text("title", TITLE_CHARS_MAX)
        item.text("text", CLAUSE_CHARS_MAX)
        parse_terms(item.text("terms", TERMS_CHARS_MAX))
    return frozenset(names)


def clauses_of(body: Mapping[str, JsonValue]) -> dict[str, Clause]:
    """Positions that a draft files. The body has passed :func:`check_clauses`."""
    fields = Fields(dict(body))
    return {
        item.text("id", CLAUSE_ID_CHARS_MAX): Clause(
            title=item.text("title", TITLE_CHARS_MAX),
            text=item.text("text", CLAUSE_CHARS_MAX),
            terms=item.text("terms", TERMS_CHARS_MAX),
        )
        for item in fields.objects("clauses", CLAUSES_MAX)
    }


def clause_names(positions: Positions) -> tuple[str, ...]:
    """Every clause on which some party has a position, in the order of ids."""
    return tuple(sorted({name for own in positions.values() for name in own}))


def bracketed(positions: Positions, parties: tuple[str, ...]) -> tuple[str, ...]:
    """Clauses that are not agreed: some party lacks a position on it, or has another one."""
    return tuple(
        name
        for name in clause_names(positions)
        if len({positions.get(party, {}).get(name) for party in parties}) != 1
    )


def agreed_clauses(positions: Positions, parties: tuple[str, ...]) -> dict[str, Clause]:
    """Clauses on which all parties have the same position, those all leave out included."""
    still_open = set(bracketed(positions, parties))
    return {
        name: positions[parties[0]][name]
        for name in clause_names(positions)
        if name not in still_open
    }


def agreed_text(positions: Positions, parties: tuple[str, ...]) -> dict[str, Clause] | None:
    """The whole text when no bracket is left and something is in it, else None."""
    if bracketed(positions, parties):
        return None
    text = {n: c for n, c in sorted(positions.get(parties[0], {}).items()) if not c.left_out()}
    return text or None


def changed(
    positions: Positions, parties: tuple[str, ...], filed: Mapping[str, Clause]
) -> tuple[str, ...]:
    """Agreed clauses on which a draft files another position, in the order of ids."""
    agreed = agreed_clauses(positions, parties)
    return tuple(sorted(n for n, clause in filed.items() if agreed.get(n, clause) != clause))


def digest_of(text: Mapping[str, Clause], first_line: str) -> str:
    """Hex SHA-256 over the first line and one line per clause, in the order of ids.

    Each line: ``clause``, the id, and the hex SHA-256 of title, text and terms in UTF-8. The first
    line names the kind of text and its version, so that one digest is never taken for another.
    """
    lines = [first_line]
    for name, clause in sorted(text.items()):
        parts = (clause.title, clause.text, clause.terms)
        lines.append(" ".join(["clause", name, *(_sha(part) for part in parts)]))
    return _sha("\n".join(lines) + "\n")


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
