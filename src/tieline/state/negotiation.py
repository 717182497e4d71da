"""Negotiation: a text in brackets as it stands in a view, for a framework and a joint text alike.

Each side's alternative is given as that side filed it; nothing here merges two of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tieline.procedures.brackets import (
    Clause,
    agreed_clauses,
    agreed_text,
    clause_names,
)
from tieline.procedures.dialogue import text as tx
from tieline.procedures.line import framework as fw
from tieline.record.entry import Ref
from tieline.state.model import Case, Taken
from tieline.state.view import View

_DIGESTS = {"framework": fw.text_digest, "text": tx.text_digest}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseStanding:
    """One clause: each party's newest position on it, in the order of parties.

    ``is_locked``: all have the same position. ``missing`` names parties that have none, or two
    that crossed.
    """

    id: str
    is_locked: bool
    alternatives: Mapping[str, Clause]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One position in the history of a clause.

    ``time_s`` and ``issued_ms`` are as its author claims. ``reopened``: the clause was agreed in
    what the author had seen, with other words.
    """

    ref: Ref
    party: str
    time_s: int
    issued_ms: int
    clause: Clause
    reopened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Negotiation:
    """A whole text.

    Attributes:
        standing: state of each party's strand.
        clauses: in the order of ids.
        text: what all agree on, when no bracket is left; ``digest`` is its digest, else empty.
        given_by: parties that have signed or adopted exactly that digest.
        adopted: the text that all have adopted last (of a framework: that is in force), by
            ``adopted_digest``, which is empty when there is none.
    """

    standing: Mapping[str, str]
    clauses: tuple[ClauseStanding, ...]
    text: Mapping[str, Clause]
    digest: str
    given_by: tuple[str, ...]
    adopted: Mapping[str, Clause]
    adopted_digest: str

    def status(self) -> str:
        """One of: in brackets, agreed, adopted, adopted and being changed."""
        if self.adopted_digest:
            return "adopted" if self.digest == self.adopted_digest else "adopted and being changed"
        return "agreed" if self.digest else "in brackets"

    def withdrawn(self) -> tuple[str, ...]:
        """Parties that have withdrawn; while there is one, nothing can be adopted."""
        return tuple(p for p, state in self.standing.items() if state == tx.WITHDRAWN)


def negotiation(view: View, case: Case) -> Negotiation:
    """A framework's case or a text's, as it stands in this view."""
    positions, parties = view.positions(case), view.registers.parties
    text = agreed_text(positions, parties)
    digest = _DIGESTS[case.procedure.name](text) if text is not None else ""
    adopted = _adopted(view, case)
    given = {p for (_, d), who in view.signatures(case).items() if d == digest for p in who}
    return Negotiation(
        standing=view.states(case),
        clauses=clause_standings(positions, parties),
        text=text or {},
        digest=digest,
        given_by=tuple(sorted(given)),
        adopted=view.registers.texts.get(adopted, {}),
        adopted_digest=adopted,
    )


def clause_standings(
    positions: Mapping[str, Mapping[str, Clause]], parties: tuple[str, ...]
) -> tuple[ClauseStanding, ...]:
    """Every clause on which somebody has a position."""
    locked = agreed_clauses(positions, parties)
    return tuple(
        ClauseStanding(
            id=name,
            is_locked=name in locked,
            alternatives={
                party: positions[party][name]
                for party in parties
                if name in positions.get(party, {})
            },
            missing=tuple(p for p in parties if name not in positions.get(p, {})),
        )
        for name in clause_names(positions)
    )


def _adopted(view: View, case: Case) -> str:
    if case.procedure.name != "framework":
        return view.adopted(case)
    current = view.framework()
    return view.in_force()[1] if current is not None and current.key == case.key else ""


def clause_history(view: View, case: Case, name: str) -> tuple[Filing, ...]:
    """Every position that was filed on a clause, causes before effects.

    Positions that did not see each other stand side by side; the order among them means nothing.
    """
    filed: dict[tuple[str, str], Taken] = {}
    for step in (s for steps in case.strands.values() for s in steps):
        if name in view.registers.clauses.get(step.ref, {}) and view.holds(step.ref):
            # A draft that was filed again in another log is one draft; the first place shows it.
            known = filed.get((step.author, step.id))
            if view.counts(step) and (known is None or step.ref < known.ref):
                filed[step.author, step.id] = step
    ordered = sorted(filed.values(), key=lambda step: (sum(step.past), step.ref))
    return tuple(_filing(view, case, step, name) for step in ordered)


def _filing(view: View, case: Case, step: Taken, name: str) -> Filing:
    before = View(view.registers, step.past).positions(case, only=name)
    agreed = agreed_clauses(before, view.registers.parties).get(name)
    clause = view.registers.clauses[step.ref][name]
    return Filing(
        ref=step.ref,
        party=step.author,
        time_s=step.time_s,
        issued_ms=step.issued_ms,
        clause=clause,
        reopened=agreed is not None and agreed != clause,
    )
