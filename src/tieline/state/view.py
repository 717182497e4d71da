"""View: the state as it stands in one past; all questions of the rules are asked here.

What an author may do is judged in the view of what that author had seen; what officers
are shown is the view of everything folded. Both are the same functions, so that a rule asked
before filing (then a refusal) and after receiving (then a discrepancy) is one rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from tieline.procedures.brackets import Clause
from tieline.procedures.line import framework as fw
from tieline.procedures.line import suspension
from tieline.procedures.procedure import joined
from tieline.procedures.terms import Terms
from tieline.record.entry import Ref, parse_ref
from tieline.record.receipt import MirrorKey
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

    def mirrors(self, party: str) -> tuple[MirrorKey, ...]:
        """Every mirror key that a roster has certified: receipts outlive a rotation."""
        known = [r for r in self.registers.rosters.get(party, ()) if self.holds(r.ref)]
        return tuple(dict.fromkeys(r.roster.mirror for r in known))

    def cut_off(self, party: str, key: str, ref: Ref) -> bool:
        """Whether a roster in this past says that the key no longer counts at that place."""
        roster = self.roster(party)
        return roster is not None and any(
            c.key == key and c.log == ref.origin and ref.index >= c.index and not c.suspect
            for c in roster.cutoffs
        )

    def sent_before_loss(self, ref: Ref) -> bool:
        """Whether an entry lies beyond what its party still knew of that log when it went on.

        It keeps the effect that it had; whoever shows it says that it was sent before the loss.
        """
        return any(
            at.continues == ref.origin and ref.index >= at.size and self.holds(at.ref)
            for at in self.registers.generations
            if self.registers.owners.get(ref.origin) == at.party
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
        if len(steps) > 1:
            # The opening step stays, so that a strand always stands somewhere.
            steps = [s for s in steps if not s.after or self.counts(s)]
        passed: set[Ref] = set()
        for step in steps:
            passed |= step.after
        # A step that was issued again in another log is passed with any of its copies.
        done = {(s.author, s.id) for s in steps if s.ref in passed}
        return [s for s in steps if (s.author, s.id) not in done]

    def state(self, case: Case, strand: str) -> str:
        """State of a strand; crossed when its newest steps did not see each other."""
        tips = self.tips(case, strand)
        return joined(frozenset(t.state for t in tips)) if tips else ""

    def states(self, case: Case) -> dict[str, str]:
        """State of every strand, by party."""
        return {strand: self.state(case, strand) for strand in sorted(case.strands)}

    def counts(self, step: Taken) -> bool:
        """Whether no key that signed a step was cut off before its place."""
        return not any(self.cut_off(step.author, key, step.ref) for key in step.signers)

    def _case_counts(self, case: Case) -> bool:
        return not any(
            self.cut_off(case.key.party, key, ref)
            for ref in case.openers
            if self.holds(ref)
            for key in case.signers
        )

    # -- the framework, and every other text that is negotiated in brackets

    def framework(self) -> Case | None:
        """The framework's case: the one in force, else the one that most parties moved.

        One that was denounced comes last: after it a new one may be begun.
        """
        found = list(self.cases("framework"))
        if len(found) <= 1:
            return found[0] if found else None
        return max(
            found,
            key=lambda c: (
                not self._denounced(c),
                self._signed(c)[0],
                self._moved(c),
                c.key.party,
                c.key.id,
            ),
        )

    def _denounced(self, case: Case) -> bool:
        return fw.DENOUNCED in self.states(case).values()

    def _moved(self, case: Case) -> int:
        return sum(state != fw.SILENT for state in self.states(case).values())

    def positions(self, case: Case, *, only: str = "") -> dict[str, dict[str, Clause]]:
        """Newest position of each party on each clause, or on the one named.

        Two that a party filed in two logs at once, and that differ, are no position at all: the
        clause stands in brackets until the party files one that follows both.
        """
        return {
            strand: self._positions_of(strand, steps, only)
            for strand, steps in case.strands.items()
        }

    def _positions_of(self, strand: str, steps: list[Taken], only: str) -> dict[str, Clause]:
        drafts = [
            s
            for s in steps
            if s.author == strand
            and s.ref in self.registers.clauses
            and self.holds(s.ref)
            and self.counts(s)
        ]
        newest: dict[str, list[Taken]] = {}
        # The sum of a past grows along every chain of causes, whatever the order of logs.
        for step in sorted(drafts, key=lambda s: sum(s.past)):
            for name in self.registers.clauses.get(step.ref, {}):
                if only and name != only:
                    continue
                before = newest.setdefault(name, [])
                logs = self.registers.logs
                before[:] = [
                    s for s in before if not logs.holds(step.past, s.ref.origin, s.ref.index)
                ]
                before.append(step)
        found: dict[str, Clause] = {}
        for name, last in newest.items():
            clauses = {self.registers.clauses[s.ref][name] for s in last}
            if len(clauses) == 1:
                found[name] = clauses.pop()
        return found

    def signatures(self, case: Case) -> dict[tuple[int, str], set[str]]:
        """Who has signed which version, by its digest."""
        found: dict[tuple[int, str], set[str]] = {}
        for step in (s for steps in case.strands.values() for s in steps):
            signed = self.registers.signed.get(step.ref)
            if signed is not None and self.holds(step.ref) and self.counts(step):
                version, digest, party = signed
                found.setdefault((version, digest), set()).add(party)
        return found

    def adopted(self, case: Case) -> str:
        """Digest of the text that all parties have adopted last; empty when there is none."""
        newest: dict[str, dict[str, int]] = {}
        for step in (s for steps in case.strands.values() for s in steps):
            signed = self.registers.signed.get(step.ref)
            if signed is not None and self.holds(step.ref) and self.counts(step):
                _, digest, party = signed
                who = newest.setdefault(digest, {})
                who[party] = max(who.get(party, 0), sum(step.past))
        # A text that is adopted for the second time is so again when the last party has done it.
        everyone = set(self.registers.parties)
        return max(
            ((min(who.values()), digest) for digest, who in newest.items() if set(who) == everyone),
            default=(0, ""),
        )[1]

    def signed_elsewhere(self, party: str, case: Case) -> bool:
        """Whether a party has signed another framework that nobody has denounced."""
        return any(
            party in who
            for other in self.cases("framework")
            if other.key != case.key and not self._denounced(other)
            for who in self.signatures(other).values()
        )

    def _signed(self, case: Case) -> tuple[int, str]:
        everyone = set(self.registers.parties)
        done = [key for key, who in self.signatures(case).items() if who == everyone]
        return max(done, default=(0, ""))

    def in_force(self) -> tuple[int, str]:
        """Version and digest of the framework in force; (0, "") when there is none."""
        case = self.framework()
        if case is None or self._denounced(case):
            return (0, "")
        return self._signed(case)

    def lapsed(self) -> bool:
        """Whether a party has denounced the framework."""
        case = self.framework()
        return case is not None and self._denounced(case)

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
        return [case for case in self._standing_suspensions() if case.channel == channel]

    def mechanism_suspensions(self) -> dict[str, list[Case]]:
        """Suspensions of single mechanisms that stand, by the key of the mechanism.

        A mechanism that was named by reference is found under the key that it was proposed with.
        """
        found: dict[str, list[Case]] = {}
        for case in self._standing_suspensions():
            named = case.message.body.get("mechanism")
            if isinstance(named, str):
                found.setdefault(self._mechanism_key(named), []).append(case)
        return found

    def _standing_suspensions(self) -> list[Case]:
        lifted = self.lifted()
        return [
            case
            for case in self.cases("suspension")
            if not lifted & set(case.openers) and self._case_counts(case)
        ]

    def _mechanism_key(self, named: str) -> str:
        case = self.case_at(parse_ref(named)) if " " in named else None
        key = case.message.body.get("key") if case is not None else None
        return key if isinstance(key, str) else named

    def lifted(self) -> set[Ref]:
        """Suspensions named by resumptions that every other party has accepted."""
        found: set[Ref] = set()
        for case in self.cases("resumption"):
            # On a line of one party there is nobody else to accept.
            if all(state == suspension.ACCEPTED for state in self.states(case).values()):
                found |= self.registers.lifts.get(case.key, frozenset())
        return found

    def suspended(self, channel: str) -> bool:
        """Whether anything suspends the channel."""
        return bool(channel) and bool(self.suspensions(channel))
