"""Registers: what the fold has taken from the logs so far, before any view is chosen.

Written by `fold` only. Every question about them is asked through a `View`, which looks at the
part that lies in one past and so never depends on the order of arrival.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass

from tieline.procedures.brackets import Clause
from tieline.procedures.terms import Terms
from tieline.record.entry import Ref
from tieline.record.roster import Roster
from tieline.state.model import Case, CaseKey, Discrepancy
from tieline.state.past import Logs, Past


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterAt:
    """One version of a party's roster, and the entry that published it."""

    ref: Ref
    roster: Roster
    envelope: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationAt:
    """A log that continues another one, and up to where that one was known."""

    ref: Ref
    party: str
    continues: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedAt:
    """One party's machine on one entry."""

    by: Ref
    party: str
    result: str
    time_s: int


class Registers:
    """Everything that the folded entries have filed.

    ``personal`` has the message's id and the numbers (from 1) of the attachments that an entry
    declares personal; ``withdrawn`` what each entry that withdraws files names.
    """

    def __init__(self, line: str, parties: Mapping[str, str]) -> None:
        self.line = line
        self.fingerprints = dict(sorted(parties.items()))
        self.logs = Logs()
        self.rosters: dict[str, list[RosterAt]] = {party: [] for party in self.fingerprints}
        self.owners: dict[str, str] = {}
        self.cases: MutableMapping[CaseKey, Case] = {}
        self.case_of: MutableMapping[Ref, CaseKey] = {}
        self.steps_of: MutableMapping[Ref, CaseKey] = {}
        self.by_procedure: dict[str, list[CaseKey]] = {}
        self.ids: MutableMapping[CaseKey, list[tuple[Ref, bytes]]] = {}
        self.clauses: dict[Ref, Mapping[str, Clause]] = {}
        self.texts: dict[str, Mapping[str, Clause]] = {}
        self.signed: dict[Ref, tuple[int, str, str]] = {}
        self.arrivals: dict[Ref, int] = {}
        self.personal: dict[Ref, tuple[str, tuple[int, ...]]] = {}
        self.withdrawn: dict[Ref, tuple[tuple[Ref, int], ...]] = {}
        self.lifts: dict[CaseKey, frozenset[Ref]] = {}
        self.opened: MutableMapping[Ref, list[OpenedAt]] = {}
        self.generations: list[GenerationAt] = []
        self.discrepancies: list[Discrepancy] = []
        self.unreadable: list[Ref] = []
        self.full: Past = ()
        self.terms: dict[tuple[int, str], Terms] = {}

    @property
    def parties(self) -> tuple[str, ...]:
        """Handles of the line's parties, in alphabetical order."""
        return tuple(self.fingerprints)
