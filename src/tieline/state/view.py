"""View: the state as it stands in one past; all questions of the rules are asked here.

What an author may do is judged in the view of what that author had seen; what officers
are shown is the view of everything folded. Both are the same functions, so that a rule asked
before filing (then a refusal) and after receiving (then a discrepancy) is one rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from tieline.procedures.line import framework as fw
from tieline.procedures.line import suspension
from tieline.procedures.procedure import joined
from tieline.procedures.terms import Terms
from tieline.record.entry import Ref
from tieline.record.roster import Roster
from tieline.state.model import Case, CaseKey, Taken
from tieline.state.past import Past
from tieline.state.registers import Registers, RosterAt


class View:
    """Registers, seen from one past."""

    def __init__(self, registers: Registers, past: Past) -> None:
        self.registers = registers
        self.past = past
        self._terms: Terms | None = None

    def holds(self, ref: Ref) -> bool:
        """Whether an entry lies in this past."""
        return self.registers.logs.holds(self.past, ref.origin, ref.index)

    def roster_at(self, party: str) -> RosterAt | None:
        """The newest roster; where two stand for one version, the version before them."""
        best: RosterAt | None = None
        known = [r for r in self.registers.rosters.get(party, ()) if self.holds(r.ref)]
        for item in known:
            version = item.roster.version
            twins = {r.envelope for r in known if r.roster.version == version}
            if len(twins) == 1 and (best is None or version > best.roster.version):
                best = item
        return best

    def roster(self, party: str) -> Roster | None:
        """As :meth:`roster_at`, without the place."""
        found = self.roster_at(party)
        return found.roster if found is not None else None

    def cut_off(self, party: str, key: str, ref: Ref) -> bool:
        """Whether a roster in this past says that the key no longer counts at that place."""
        roster = self.roster(party)
        return roster is not None and any(
            c.key == key and c.log == ref.origin and ref.index >= c.index and not c.suspect
            for c in roster.cutoffs
        )

    # -- cases

    def case(self, key: CaseKey) -> Case | None:
        """A case, if its opening message lies in this past."""
        found = self.registers.cases.get(key)
        if found is None or not any(self.holds(ref) for ref in found.openers):
            return None
        return found

    def case_at(self, ref: Ref) -> Case | None:
        """The case that an entry opened."""
        key = self.registers.case_of.get(ref)
        return self.case(key) if key is not None and self.holds(ref) else None

    def cases(self, procedure: str) -> Iterator[Case]:
        """Cases of a procedure."""
        for key in self.registers.by_procedure.get(procedure, ()):
            found = self.case(key)
            if found is not None:
                yield found

    def tips(self, case: Case, strand: str) -> list[Taken]:
        """The newest steps of a strand: those that no other step had in view."""
        steps = [s for s in case.strands.get(strand, ()) if self.holds(s.ref)]
        if len(steps) > 1 and self._any_cutoffs(steps):
            steps = [s for s in steps if not self._all_cut_off(s)]
        passed: set[Ref] = set()
        for step in steps:
            passed |= step.after
        return [s for s in steps if s.ref not in passed]

    def state(self, case: Case, strand: str) -> str:
        """State of a strand; crossed when its newest steps did not see each other."""
        tips = self.tips(case, strand)
        return joined(frozenset(t.state for t in tips)) if tips else ""

    def states(self, case: Case) -> dict[str, str]:
        """State of every strand, by party."""
        return {strand: self.state(case, strand) for strand in sorted(case.strands)}

    def _any_cutoffs(self, steps: list[Taken]) -> bool:
        parties = {s.author for s in steps}
        return any((r := self.roster(p)) is not None and r.cutoffs for p in parties)

    def _all_cut_off(self, step: Taken) -> bool:
        return all(self.cut_off(step.author, key, step.ref) for key in step.signers)

    # -- the framework

    def framework(self) -> Case | None:
        """The framework's case: the one in force, else the one that most parties moved."""
        found = list(self.cases("framework"))
        if len(found) <= 1:
            return found[0] if found else None
        return max(found, key=lambda c: (self._signed(c)[0], self._moved(c), c.key.party, c.key.id))

    def _moved(self, case: Case) -> int:
        return sum(state != fw.SILENT for state in self.states(case).values())

    def positions(self, case: Case) -> dict[str, dict[str, fw.Clause]]:
        """Newest position of each party on each clause."""
        found: dict[str, dict[str, fw.Clause]] = {}
        for strand, steps in case.strands.items():
            drafts = [s for s in steps if s.kind == fw.DRAFT and self.holds(s.ref)]
            drafts = [s for s in drafts if s.author == strand]
            own = found.setdefault(strand, {})
            # The sum of a past grows along every chain of causes, whatever the order of logs.
            for step in sorted(drafts, key=lambda s: (sum(s.past), s.ref)):
                own.update(self.registers.clauses.get(step.ref, {}))
        return found

    def signatures(self, case: Case) -> dict[tuple[int, str], set[str]]:
        """Who has signed which version, by its digest."""
        found: dict[tuple[int, str], set[str]] = {}
        for ref, (version, digest, party) in self.registers.signed.items():
            if self.registers.steps_of.get(ref) == case.key and self.holds(ref):
                found.setdefault((version, digest), set()).add(party)
        return found

    def _signed(self, case: Case) -> tuple[int, str]:
        everyone = set(self.registers.parties)
        done = [key for key, who in self.signatures(case).items() if who == everyone]
        return max(done, default=(0, ""))

    def in_force(self) -> tuple[int, str]:
        """Version and digest of the framework in force; (0, "") when there is none."""
        case = self.framework()
        if case is None or fw.DENOUNCED in self.states(case).values():
            return (0, "")
        return self._signed(case)

    def lapsed(self) -> bool:
        """Whether a party has denounced the framework."""
        case = self.framework()
        return case is not None and fw.DENOUNCED in self.states(case).values()

    def terms(self) -> Terms:
        """The terms in force; the fixed defaults before and after."""
        if self._terms is None:
            key = version, digest = self.in_force()
            text = self.registers.texts.get(digest)
            if version and text and key not in self.registers.terms:
                self.registers.terms[key] = fw.terms_of(version, text)
            self._terms = self.registers.terms.get(key) or Terms()
        return self._terms

    # -- suspension

    def suspensions(self, channel: str) -> list[Case]:
        """Suspensions of a channel that no completed resumption lifts."""
        if not self.registers.by_procedure.get("suspension"):
            return []
        lifted = self.lifted()
        return [
            case
            for case in self.cases("suspension")
            if case.channel == channel and not lifted & set(case.openers)
        ]

    def lifted(self) -> set[Ref]:
        """Suspensions named by resumptions that every other party has accepted."""
        found: set[Ref] = set()
        for case in self.cases("resumption"):
            if set(self.states(case).values()) == {suspension.ACCEPTED}:
                found |= self.registers.lifts.get(case.key, frozenset())
        return found

    def suspended(self, channel: str) -> bool:
        """Whether anything suspends the channel."""
        return bool(channel) and bool(self.suspensions(channel))
