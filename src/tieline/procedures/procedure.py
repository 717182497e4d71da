"""Procedure: a kind of conversation, as a table that one engine reads.

A case has one *strand* for each party whose move is awaited; a strand is in one state. A row
of the table says: in this state, this message, from this side, leads there. No table knows which
side it is playing, so that all sides are judged alike. Two steps that did not see each other
leave a strand *crossed*; a later step that names both moves on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tieline.record.strict import Fields

CROSSED = "crossed"
"""State of a strand whose newest steps did not see each other and do not agree."""


class By(StrEnum):
    """Whose move a row is."""

    OPENER = "the party that opened the case"
    OWNER = "the party whose strand it is"
    OTHER = "a party whose strand it is not"
    AUTHOR = "the party that opened the case, on its own strand"
    HEARER = "a party that did not open the case, on its own strand"
    ANYONE = "any party of the line"


class Strands(StrEnum):
    """Which parties have a strand in a case."""

    NONE = "no strand: the message is the whole case"
    OPENER = "one, of the opener"
    ADDRESSEES = "one for each party that the opening message is addressed to"
    OTHERS = "one for each party but the opener"
    ALL = "one for each party of the line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row: in ``source``, ``kind`` from ``by`` leads to ``target``."""

    source: str
    kind: str
    by: By
    target: str


def steps(by: By, kind: str, moves: Mapping[str, str]) -> tuple[Step, ...]:
    """Rows of one message: source state to target state."""
    return tuple(Step(source=s, kind=kind, by=by, target=t) for s, t in moves.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """States of the strands when a case opens: the opener's own, and the others'.

    ``strands`` stands where this way to open a case gives other parties a strand than the
    procedure does.
    """

    kind: str
    own: str = ""
    others: str = ""
    strands: Strands | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A table with the words that belong to it.

    Attributes:
        name: first word of its kinds; version: pinned by the framework.
        channel: the channel that it belongs to; None has none, and cannot be suspended.
        bodies: for each kind, what reads its body and raises ``MalformedError``.
        machine: kinds that the node key may sign alone.
        clear: kinds that travel unsealed.
        loose: kinds that attach to nothing and move no strand (facts, batches).
        whole: kinds that move every strand of the case together, or none.
        closed: states in which nobody owes anything more.
        says: for each state, the words for an officer.
    """

    name: str
    version: int
    channel: str | None
    openings: tuple[Opening, ...]
    strands: Strands
    steps: tuple[Step, ...]
    bodies: Mapping[str, Callable[[Fields], None]]
    machine: frozenset[str] = frozenset()
    clear: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    says: Mapping[str, str] = field(default_factory=dict)

    def opening(self, kind: str) -> Opening | None:
        """How this kind opens a case, or None if it does not."""
        return next((o for o in self.openings if o.kind == kind), None)

    def target(self, state: str, kind: str, roles: frozenset[By]) -> str | None:
        """Where a step leads, or None when it is out of turn."""
        for row in self.steps:
            if row.source == state and row.kind == kind and row.by in roles:
                return row.target
        return None

    def kinds(self) -> frozenset[str]:
        """Every kind of message of this procedure."""
        return frozenset(self.bodies)


def roles_of(author: str, *, opener: str, strand: str) -> frozenset[By]:
    """The sides that a party is on, in one strand of a case."""
    roles = {By.ANYONE, By.OWNER if author == strand else By.OTHER}
    if author == opener:
        roles.add(By.OPENER)
    if author == strand:
        roles.add(By.AUTHOR if author == opener else By.HEARER)
    return frozenset(roles)


def joined(states: frozenset[str]) -> str:
    """State of a strand whose newest steps are in these states."""
    return next(iter(states)) if len(states) == 1 else CROSSED
