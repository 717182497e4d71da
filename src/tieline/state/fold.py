"""Fold: how one more entry changes the state.

The fold is total and has no clock. It takes an entry once everything that its author had seen is
held, judges it in exactly that past, and files the outcome; two entries that did not see each
other never influence each other's outcome, so the order of arrival decides nothing. Each log has a
chain of outcomes; chains and cases together give the state's digest at any past.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tieline.procedures import BY_KIND
from tieline.procedures.brackets import agreed_text, clauses_of
from tieline.procedures.dialogue import text as tx
from tieline.procedures.line import framework as fw
from tieline.procedures.line import suspension as susp
from tieline.procedures.line.generation import KIND as GENERATION
from tieline.procedures.line.opened import KIND as OPENED
from tieline.procedures.notification import movement
from tieline.record.content import Content, Malformed, Spoken, Unreadable
from tieline.record.entry import Entry, Head, Ref, parse_ref
from tieline.record.message import Message
from tieline.record.strict import Fields
from tieline.state import withdrawn
from tieline.state.judge import ONE_PERSON, Judgement, case_key, content_digest, judge
from tieline.state.model import PLAIN, Case, CaseKey, Discrepancy, Outcome, Taken
from tieline.state.past import Past, merged, raised
from tieline.state.registers import GenerationAt, OpenedAt, Registers, RosterAt
from tieline.state.view import View

RULES_VERSION = 1
"""Version of what this fold makes of the logs; stands in every state digest."""

CHAIN_START = bytes(32)
NO_VERSION = 0
"""Stands for the version in the adoption of a text, which names its digest alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One verified entry with what could be read of it."""

    ref: Ref
    entry: Entry
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """What became of one entry, for whoever drives the fold."""

    ref: Ref
    party: str
    message: Message | None
    judgement: Judgement
    seen: tuple[Head, ...] = ()


Source = Callable[[str, int], Item | None]
"""The entry of a log at an index, or None while it is not held."""

RootAt = Callable[[str, int], bytes | None]
"""Root of a held log at a size, or None while that much is not held."""


class Fold:
    """The state of one line, advanced entry by entry."""

    def __init__(
        self, line: str, parties: Mapping[str, str], source: Source, root_at: RootAt
    ) -> None:
        self.registers = Registers(line, parties)
        self._source = source
        self._root_at = root_at
        self.pasts: dict[str, list[Past]] = {}
        self.chains: dict[str, list[bytes]] = {}
        self.waiting: dict[str, tuple[int, str]] = {}
        self._view: View | None = None

    @property
    def view(self) -> View:
        """The state as it stands in everything folded."""
        if self._view is None or self._view.past is not self.registers.full:
            self._view = View(self.registers, self.registers.full)
        return self._view

    def size(self, origin: str) -> int:
        """Number of entries of a log that are folded."""
        return len(self.pasts.get(origin, ()))

    @property
    def count(self) -> int:
        """Number of entries of all logs that are folded."""
        return sum(map(len, self.pasts.values()))

    def past_of(self, ref: Ref) -> Past:
        """What an entry's author had seen."""
        return self.pasts[ref.origin][ref.index]

    def own(self, origin: str, party: str) -> None:
        """Say whose log it is, once its certificate has been verified."""
        self.registers.owners.setdefault(origin, party)
        self.registers.logs.position(origin)

    def advance(self) -> list[Folded]:
        """Fold everything that can be folded, in any order that respects causes."""
        done: list[Folded] = []
        moved = True
        while moved:
            moved = False
            for origin in sorted(self.registers.owners):
                for folded in self._advance_log(origin):
                    done.append(folded)
                    moved = True
        return done

    def _advance_log(self, origin: str) -> Iterator[Folded]:
        while True:
            index = self.size(origin)
            item = self._source(origin, index)
            if item is None:
                self.waiting.pop(origin, None)
                return
            past = self.past_after(origin, item.entry)
            if past is None:
                return
            yield self._take(item, past)

    def past_after(self, origin: str, entry: Entry) -> Past | None:
        """The past of the next entry of a log, or None while something it names is missing."""
        own = self.pasts.get(origin)
        if entry.index > len(own or ()):
            return None  # An entry before it waits: after a restore, our own log can.
        position = self.registers.logs.position(origin)
        past = raised(own[-1], position, entry.index) if own else ()
        for head in entry.seen:
            if head.size == 0:
                continue
            known = self.pasts.get(head.origin, ())
            if head.size > len(known):
                self.waiting[origin] = (entry.index, f"{head.origin} at size {head.size}")
                return None
            if not self._is_true(head):
                continue
            past = merged(past, known[head.size - 1])
            past = raised(past, self.registers.logs.position(head.origin), head.size)
        self.waiting.pop(origin, None)
        return past

    def _is_true(self, head: Head) -> bool:
        return head.size == 0 or self._root_at(head.origin, head.size) == head.root

    def _file_false_heads(self, item: Item, party: str) -> None:
        """A head that never was is not seen; that somebody signed it is on the record."""
        for head in item.entry.seen:
            if not self._is_true(head):
                self.registers.discrepancies.append(
                    Discrepancy(
                        ref=item.ref,
                        party=party,
                        outcome=Outcome.FALSE_SEEN,
                        detail=f"{head.origin} at size {head.size}",
                    )
                )

    def _take(self, item: Item, past: Past) -> Folded:
        ref, registers = item.ref, self.registers
        party = registers.owners[ref.origin]
        view = View(registers, past)
        judgement = self._judged(view, item, party)
        message = item.content.message if isinstance(item.content, Spoken) else None
        self._file(item, past, view, party, judgement)
        self._file_false_heads(item, party)
        self._chain(ref, judgement)
        self.pasts.setdefault(ref.origin, []).append(past)
        position = registers.logs.position(ref.origin)
        registers.full = raised(merged(registers.full, past), position, ref.index + 1)
        return Folded(
            ref=ref, party=party, message=message, judgement=judgement, seen=item.entry.seen
        )

    def _judged(self, view: View, item: Item, party: str) -> Judgement:
        match item.content:
            case Unreadable():
                return Judgement(outcome=Outcome.UNREADABLE)
            case Malformed(why=why):
                return Judgement(outcome=Outcome.MALFORMED, detail=why)
            case Spoken() as spoken:
                return judge(view, item.ref, party, spoken)

    def _chain(self, ref: Ref, judgement: Judgement) -> None:
        chain = self.chains.setdefault(ref.origin, [])
        moves = "".join(f" {m.strand}={m.state}" for m in judgement.moves)
        line = f"{ref.text()} {judgement.outcome.name}{moves}\n".encode()
        chain.append(hashlib.sha256((chain[-1] if chain else CHAIN_START) + line).digest())

    # -- filing

    def _file(self, item: Item, past: Past, view: View, party: str, judgement: Judgement) -> None:
        registers = self.registers
        if judgement.outcome is Outcome.UNREADABLE:
            registers.unreadable.append(item.ref)
        if judgement.outcome not in PLAIN:
            registers.discrepancies.append(
                Discrepancy(
                    ref=item.ref, party=party, outcome=judgement.outcome, detail=judgement.detail
                )
            )
        if ONE_PERSON in judgement.flags:
            detail = "the roster stands by its operator's signature"
            registers.discrepancies.append(
                Discrepancy(ref=item.ref, party=party, outcome=Outcome.NEEDS_TWO, detail=detail)
            )
        if not isinstance(item.content, Spoken):
            return
        message = item.content.message
        match judgement.outcome:
            case Outcome.OPENS:
                self._open(item, past, message, judgement)
                self._file_special(item, view, party, judgement)
            case Outcome.MOVES:
                self._move(item, past, message, judgement)
                self._file_special(item, view, party, judgement)
            case Outcome.FACT if message.kind == OPENED:
                self._file_opened(item, message, party)
            case Outcome.DUPLICATE:
                self._alias(item, message, party)
            case _:
                pass

    def _remember_id(self, item: Item, message: Message, party: str) -> None:
        key = CaseKey(party, message.id)
        self.registers.ids.setdefault(key, []).append((item.ref, content_digest(message)))
        personal = withdrawn.personal_numbers(message, item.entry)
        if personal:
            self.registers.personal[item.ref] = (message.id, personal)

    def _alias(self, item: Item, message: Message, party: str) -> None:
        self._remember_id(item, message, party)
        case = self.registers.cases.get(case_key(party, message))
        if case is not None:
            self._opened_by(case, item)
            self.registers.steps_of[item.ref] = case.key

    def _opened_by(self, case: Case, item: Item) -> None:
        case.openers.append(item.ref)
        case.opener = min(case.openers)
        case.filed_s[item.ref] = item.entry.time_s
        self.registers.case_of[item.ref] = case.key

    def _open(self, item: Item, past: Past, message: Message, judgement: Judgement) -> None:
        registers, key = self.registers, judgement.case
        assert key is not None
        self._remember_id(item, message, key.party)
        case = registers.cases.get(key)
        if case is None:
            procedure = BY_KIND[message.kind]
            case = registers.cases[key] = Case(
                key=key,
                procedure=procedure,
                opener=item.ref,
                message=message,
                time_s=item.entry.time_s,
                flags=judgement.flags,
                signers=judgement.signers,
            )
            registers.by_procedure.setdefault(procedure.name, []).append(key)
        self._opened_by(case, item)
        self._steps(case, item, past, message, judgement)

    def _move(self, item: Item, past: Past, message: Message, judgement: Judgement) -> None:
        assert judgement.case is not None
        self._remember_id(item, message, self.registers.owners[item.ref.origin])
        self._steps(self.registers.cases[judgement.case], item, past, message, judgement)

    def _steps(
        self, case: Case, item: Item, past: Past, message: Message, judgement: Judgement
    ) -> None:
        self.registers.steps_of[item.ref] = case.key
        for move in judgement.moves:
            case.strands.setdefault(move.strand, []).append(
                Taken(
                    ref=item.ref,
                    id=message.id,
                    kind=message.kind,
                    state=move.state,
                    author=message.sender.party,
                    signers=judgement.signers,
                    after=move.after,
                    past=past,
                    issued_ms=message.issued_ms,
                    time_s=item.entry.time_s,
                )
            )

    def _file_opened(self, item: Item, message: Message, party: str) -> None:
        self._remember_id(item, message, party)
        for each in Fields(dict(message.body)).objects("items", 10_000):
            ref = parse_ref(each.text("ref", 400))
            self.registers.opened.setdefault(ref, []).append(
                OpenedAt(
                    by=item.ref,
                    party=party,
                    result=each.text("result", 40),
                    time_s=item.entry.time_s,
                )
            )

    def _file_special(self, item: Item, view: View, party: str, judgement: Judgement) -> None:
        assert isinstance(item.content, Spoken)
        registers, message, ref = self.registers, item.content.message, item.ref
        if judgement.roster is not None:
            registers.rosters[party].append(
                RosterAt(ref=ref, roster=judgement.roster, envelope=item.content.clear[0])
            )
            for certificate in judgement.roster.logs:
                self.own(certificate.origin, party)
        if message.kind in (fw.DRAFT, tx.DRAFT):
            registers.clauses[ref] = clauses_of(message.body)
        elif message.kind in (fw.SIGN, tx.ADOPT) and message.case is not None:
            self._file_signature(view, message, ref, party)
        elif message.kind == susp.PROPOSE and judgement.case is not None:
            lifts = Fields(dict(message.body)).texts("lifts", 1_000, 400)
            registers.lifts[judgement.case] = frozenset(map(parse_ref, lifts))
        elif "arrive_ms" in message.body and judgement.case is not None:
            plan = registers.cases[judgement.case].message.body
            due_ms = movement.due_ms(message.body, plan)
            if due_ms is not None:
                registers.arrivals[ref] = due_ms
        elif message.kind in withdrawn.KINDS:
            registers.withdrawn[ref] = withdrawn.files_named(message.body)
        elif message.kind == GENERATION:
            fields = Fields(dict(message.body))
            registers.generations.append(
                GenerationAt(
                    ref=ref,
                    party=party,
                    continues=fields.text("continues", 255),
                    size=fields.integer("size", 0, 2**53),
                )
            )

    def _file_signature(self, view: View, message: Message, ref: Ref, party: str) -> None:
        fields = Fields(dict(message.body))
        digest = fields.text("digest", 64)
        version = fields.optional_integer("version", 1, fw.VERSION_MAX) or NO_VERSION
        self.registers.signed[ref] = (version, digest, party)
        case = view.case_at(message.case) if message.case is not None else None
        text = agreed_text(view.positions(case), view.registers.parties) if case else None
        if text is not None:
            self.registers.texts[digest] = text
