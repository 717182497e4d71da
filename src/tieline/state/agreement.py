"""Agreement: the framework's page, clause by clause, with brackets and who has signed."""

from __future__ import annotations

from tieline.procedures.brackets import Clause, agreed_text, bracketed
from tieline.procedures.line import framework as fw
from tieline.state.ladder import said_at, texts_of, word
from tieline.state.model import Case
from tieline.state.negotiation import ClauseStanding, clause_standings
from tieline.state.shortref import short_ref
from tieline.state.shown import (
    AgreedShown,
    ClauseShown,
    FrameworkShown,
    Overlay,
    PositionShown,
    PromiseShown,
)
from tieline.state.view import View

WORDS = {
    "none": "no framework yet: the fixed defaults hold",
    "promised": "promised, nothing drafted yet",
    "drafted": "being negotiated; not in force",
    "agreed": "agreed in every clause; not signed by all",
    "in force": "in force, signed by all",
    "amended": "in force; the next version is being negotiated",
    "lapsed": "lapsed: a party has denounced it; the fixed defaults hold",
}


def framework_shown(view: View, overlay: Overlay) -> FrameworkShown:
    """The framework as it stands: what is in force, and what is being negotiated."""
    case = view.framework()
    version, digest = view.in_force()
    parties = view.registers.parties
    positions = view.positions(case) if case is not None else {}
    text = agreed_text(positions, parties) if positions else None
    fresh = fw.text_digest(text) if text is not None else ""
    fresh = fresh if fresh != digest else ""
    signatures = view.signatures(case) if case is not None else {}
    status = _status(view, case, positions, fresh)
    return FrameworkShown(
        status=status,
        words=WORDS[status],
        ref=short_ref(case.opener) if case is not None else "",
        version=version,
        digest=digest,
        next_version=version + 1,
        next_digest=fresh,
        signed=tuple(sorted(signatures.get((version, digest), ()))),
        next_signed=tuple(sorted(signatures.get((version + 1, fresh), ()))),
        standing=_standing(view, case),
        promises=_promises(view, overlay),
        clauses=tuple(map(_clause, clause_standings(positions, parties))),
        in_force=_in_force(view, digest),
    )


def _status(
    view: View, case: Case | None, positions: dict[str, dict[str, Clause]], fresh: str
) -> str:
    if case is None:
        return "none"
    if view.lapsed():
        return "lapsed"
    brackets = bracketed(positions, view.registers.parties)
    if view.in_force()[0]:
        return "amended" if fresh or brackets else "in force"
    if fresh:
        return "agreed"
    return "drafted" if any(positions.values()) else "promised"


def _standing(view: View, case: Case | None) -> tuple[tuple[str, str], ...]:
    if case is None:
        return ()
    says = case.procedure.says
    return tuple((party, says.get(s, s)) for party, s in view.states(case).items())


def _promises(view: View, overlay: Overlay) -> tuple[PromiseShown, ...]:
    found = []
    for case in view.cases("framework"):
        for party, steps in case.strands.items():
            for step in steps:
                if step.kind != fw.PROMISE or step.author != party or not view.holds(step.ref):
                    continue
                message = said_at(overlay, step.ref)
                shown = PromiseShown(
                    party=party,
                    time_s=step.time_s,
                    due=word(message, "due"),
                    texts=texts_of(message),
                )
                found.append((sum(step.past), step.ref, shown))
    return tuple(shown for _, _, shown in sorted(found, key=lambda item: item[:2]))


def _position(party: str, clause: Clause) -> PositionShown:
    return PositionShown(
        party=party,
        title=clause.title,
        text=clause.text,
        terms=clause.terms,
        left_out=clause.left_out(),
    )


def _clause(standing: ClauseStanding) -> ClauseShown:
    return ClauseShown(
        id=standing.id,
        is_bracketed=not standing.is_locked,
        positions=tuple(_position(party, c) for party, c in standing.alternatives.items()),
        missing=standing.missing,
    )


def _in_force(view: View, digest: str) -> tuple[AgreedShown, ...]:
    text = view.registers.texts.get(digest, {})
    return tuple(
        AgreedShown(id=name, title=clause.title, text=clause.text, terms=clause.terms)
        for name, clause in sorted(text.items())
    )
