"""Every cell (state, message, side) of every table is either a step or out of turn."""

from __future__ import annotations

import importlib.util
import itertools
from pathlib import Path
from typing import Any

import pytest

from tieline.procedures import BY_KIND, BY_NAME, PROCEDURES
from tieline.procedures.brackets import Clause
from tieline.procedures.dialogue import text as tx
from tieline.procedures.form import Form
from tieline.procedures.house.shared import is_house
from tieline.procedures.line import framework as fw
from tieline.procedures.line import message as msg
from tieline.procedures.procedure import CROSSED, By, Procedure, Strands, joined, roles_of
from tieline.record.content import Spoken
from tieline.record.dsse import parse
from tieline.record.entry import Ref
from tieline.record.message import MESSAGE_TYPE, Mark, Message, Office, encode_message
from tieline.state.judge import judge
from tieline.state.model import Case, CaseKey, Outcome, Taken
from tieline.state.view import View

_spec = importlib.util.spec_from_file_location("forms", Path(__file__).with_name("forms.py"))
assert _spec is not None
assert _spec.loader is not None
forms: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(forms)

OPENER, OWNER, THIRD = "alpha", "bravo", "charlie"
WITH_STRANDS = [p for p in PROCEDURES if p.strands is not Strands.NONE]
LATER_S = 400 * 86_400
CLAUSE = Clause(title="Levels", text="As agreed.", terms="")


def states(procedure: Procedure) -> list[str]:
    """Every state that a strand can be in, crossed included."""
    named = {o.own for o in procedure.openings} | {o.others for o in procedure.openings}
    named |= {s.source for s in procedure.steps} | {s.target for s in procedure.steps}
    return sorted((named - {"", "named by the outcome"}) | {CROSSED})


def cells() -> list[Any]:
    return [
        pytest.param(p, state, kind, id=f"{state}-{kind}")
        for p in WITH_STRANDS
        for state in states(p)
        for kind in sorted(p.kinds() - p.loose)
    ]


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_no_two_rows_say_different_things_for_one_cell(procedure: Procedure) -> None:
    sides = [
        roles_of(author, opener=OPENER, strand=strand)
        for author, strand in itertools.product((OPENER, OWNER, THIRD), repeat=2)
    ]
    for state, kind, roles in itertools.product(states(procedure), procedure.kinds(), sides):
        rows = {
            s.target
            for s in procedure.steps
            if (s.source, s.kind) == (state, kind) and s.by in roles
        }
        # A row for *owner* and one for *other* never meet; *owner* and *anyone* do.
        assert len(rows) <= 1, (state, kind, roles)
        assert procedure.target(state, kind, roles) == next(iter(rows), None)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_every_row_names_a_kind_and_a_state_that_the_procedure_has(procedure: Procedure) -> None:
    kinds = procedure.kinds()
    assert {s.kind for s in procedure.steps} <= kinds
    assert {o.kind for o in procedure.openings} <= kinds
    assert procedure.machine | procedure.clear | procedure.loose | procedure.whole <= kinds
    first = procedure.name.replace("-", ".")
    assert [k for k in kinds if k != first and not k.startswith(f"{first}.")] == []
    assert all(BY_KIND[kind] is procedure for kind in kinds)
    assert BY_NAME[procedure.name] is procedure
    moved = {s.kind for s in procedure.steps} | {o.kind for o in procedure.openings}
    assert moved | procedure.loose == kinds


@pytest.mark.parametrize("procedure", WITH_STRANDS, ids=lambda p: p.name)
def test_every_state_can_be_reached_and_has_words(procedure: Procedure) -> None:
    reached = {o.own for o in procedure.openings} | {o.others for o in procedure.openings}
    reached = (reached - {""}) | {CROSSED}
    while True:
        more = {s.target for s in procedure.steps if s.source in reached} - reached
        if not more:
            break
        reached |= more
    reached -= {"named by the outcome"}
    assert set(states(procedure)) == reached
    assert reached <= set(procedure.says)
    assert procedure.closed <= reached


@pytest.mark.parametrize("procedure", WITH_STRANDS, ids=lambda p: p.name)
def test_an_open_state_always_has_a_way_on(procedure: Procedure) -> None:
    sources = {s.source for s in procedure.steps}
    assert set(states(procedure)) - procedure.closed <= sources


@pytest.mark.parametrize("procedure", WITH_STRANDS, ids=lambda p: p.name)
def test_a_strand_that_crossed_has_a_way_on_for_its_owner(procedure: Procedure) -> None:
    """Any strand can cross: its owner may have a second log, after a loss."""
    owner = frozenset({By.OWNER, By.HEARER, By.ANYONE})
    kinds = procedure.kinds() - procedure.machine
    assert [k for k in kinds if procedure.target(CROSSED, k, owner)]


def test_the_state_of_a_strand_is_that_of_its_newest_steps_if_they_agree() -> None:
    assert joined(frozenset({"taken"})) == "taken"
    assert joined(frozenset({"taken", "not taken"})) == CROSSED


class Bench:
    """A judge with one case on it, put into any state."""

    def __init__(self, desks: Any) -> None:
        self.desks = desks
        self.world = desks.open_line(OPENER, OWNER, THIRD)
        self.view: View = self.world.desks[0].seat.view
        self.numbers = itertools.count(1)
        self.first = next(iter(self.view.registers.steps_of))
        self.receipts = {d.party: d.receipt(self.first).decode() for d in self.world.desks}

    def ref(self) -> Ref:
        """A place that lies in every past, under a hash of its own."""
        return Ref(self.first.origin, self.first.index, next(self.numbers).to_bytes(32))

    def case(self, procedure: Procedure, opener: str, strand: str, state: str) -> Case:
        registers = self.view.registers
        ref = self.ref()
        key = CaseKey(opener, ref.leaf_hash.hex()[:32])
        opening = procedure.openings[0].kind
        found = [state] if state != CROSSED else [s for s in states(procedure) if s != CROSSED][:2]
        steps = []
        for one in found:
            at = self.ref()
            registers.steps_of[at] = key
            registers.clauses[at] = {"levels": CLAUSE}
            steps.append(self.taken(at, one, strand))
        case = Case(
            key=key,
            procedure=procedure,
            opener=ref,
            message=self.message(opening, opener, self.body(opening, ())),
            time_s=self.desks.START_MS // 1000,
            flags=(),
            signers=(),
            openers=[ref, self.first],
            filed_s=dict.fromkeys((ref, self.first), self.desks.START_MS // 1000),
            strands={strand: steps},
        )
        for other in (OPENER, OWNER, THIRD):
            at = self.ref()
            registers.clauses[at] = {"levels": CLAUSE}
            alone = [self.taken(at, states(procedure)[0], other)]
            case.strands.setdefault(other, list(steps) if procedure.whole else alone)
        registers.cases[key] = case
        registers.case_of[ref] = key
        return case

    def taken(self, ref: Ref, state: str, author: str) -> Taken:
        return Taken(
            id="",
            ref=ref,
            kind=fw.DRAFT,
            state=state,
            author=author,
            signers=(),
            after=frozenset(),
            past=(),
            issued_ms=0,
            time_s=0,
        )

    def body(self, kind: str, found: Any, strand: str = OWNER) -> dict[str, Any]:
        desks = self.desks
        verb = kind.partition(".")[2]
        receipt = self.receipts[strand].encode()
        digest = fw.text_digest({"levels": CLAUSE})
        test = {"rules": 1, "state": "00" * 32, "unreadable": "00" * 32, "text": ""}
        bodies = {
            "message.say": desks.say_body(),
            "message.answer": desks.answer_body(),
            "message.reconcile": {"outcome": next(iter(found), "none"), "note": ""},
            "framework.promise": {"texts": desks.texts("Soon."), "due": ""},
            "framework.draft": desks.draft_body(desks.clause("levels")),
            "framework.sign": {"version": 1, "digest": digest},
            "text.draft": {"clauses": [desks.clause("levels")]},
            "text.adopt": {"digest": tx.text_digest({"levels": CLAUSE})},
            "test.call": test,
            "test.echo": test,
            "resumption.propose": {"lifts": [self.first.text()], "note": ""},
            "correction.file": {
                "corrects": self.first.text(),
                "texts": desks.texts("One."),
                "reason": "",
            },
        }
        form = BY_KIND[kind].bodies[kind]
        if isinstance(form, Form):
            full = kind in {"contact.request", "movement.plan"}
            return dict(bodies.get(kind, forms.full(form) if full else forms.least(form)))
        if verb in {"expired", "unreached"}:
            return dict(desks.expiry_body(clock="answer", allowed=21_600, receipt=receipt))
        reasons = {"decline", "withdraw", "refuse", "dispute", "denounce"}
        return dict(bodies.get(kind, {"reason": "x"} if verb in reasons else {"note": ""}))

    def message(self, kind: str, author: str, body: Any, **changes: Any) -> Message:
        number = next(self.numbers).to_bytes(16).hex()
        desk = next(d for d in self.world.desks if d.party == author)
        fields: dict[str, Any] = {
            "line": self.view.registers.line,
            "log": desk.seat.own["main"],
            "id": number,
            "salt": "00" * 32,
            "issued_ms": self.desks.START_MS + LATER_S * 1000,
            "sender": Office(author, "watch"),
            "to": (Office(OWNER, "watch"),),
            "rosters": {},
            "mark": Mark.ACTUAL,
            "level": "ROUTINE",
            "kind": kind,
            "case": None,
            "after": (),
            "strands": (),
            "body": body,
        }
        return Message(**{**fields, **changes})

    def judged(self, case: Case, kind: str, author: str, strand: str) -> Any:
        strands = sorted(case.strands) if kind in case.procedure.whole else [strand]
        tips = self.view.tips(case, strand)
        body = self.body(kind, sorted({t.state for t in tips}), strand)
        if kind.endswith(".withdraw-file"):
            # A file that is there to be withdrawn: whether the step fits is all that is asked.
            at = next(t.ref for t in tips)
            self.view.registers.personal[at] = ("", (1,))
            self.view.registers.steps_of[at] = case.key
            body |= {"files": [{"of": at.text(), "attachment": 1}]}
        message = self.message(
            kind,
            author,
            body,
            case=case.opener,
            after=tuple(t.ref for t in tips),
            strands=tuple(strands),
        )
        desk = next(d for d in self.world.desks if d.party == author)
        people = sorted(desk.persons)
        if kind in case.procedure.machine:
            people = ["node"]
        envelope = desk.sign(encode_message(message), *people)
        spoken = Spoken(message=message, envelope=parse(envelope, MESSAGE_TYPE))
        place = Ref(message.log, 1_000, bytes(32))
        return judge(self.view, place, author, spoken)


@pytest.fixture(scope="module")
def bench(desks: Any) -> Bench:
    return Bench(desks)


@pytest.mark.parametrize(("procedure", "state", "kind"), cells())
def test_every_cell_is_a_step_or_out_of_turn(
    bench: Bench, procedure: Procedure, state: str, kind: str
) -> None:
    for strand, author in itertools.product((OPENER, OWNER, THIRD), repeat=2):
        case = bench.case(procedure, OPENER, strand, state)
        moved = sorted(case.strands) if kind in procedure.whole else [strand]
        wanted = [
            (s, procedure.target(state, kind, roles_of(author, opener=OPENER, strand=s)))
            for s in moved
        ]
        if wanted[0][1] is not None and kind == msg.RECONCILE:
            wanted = [(strand, min(t.state for t in bench.view.tips(case, strand)))]

        judged = bench.judged(case, kind, author, strand)

        where = (strand, author, judged.detail)
        if is_house(kind):
            assert judged.outcome is Outcome.HOUSE_ONLY, where
        elif any(target is None for _, target in wanted):
            assert judged.outcome is Outcome.OUT_OF_TURN, where
        else:
            assert judged.outcome is Outcome.MOVES, where
            assert [(m.strand, m.state) for m in judged.moves] == wanted, where


@pytest.mark.parametrize("procedure", WITH_STRANDS, ids=lambda p: p.name)
def test_a_step_of_one_procedure_is_never_a_step_of_another(
    bench: Bench, procedure: Procedure
) -> None:
    state = states(procedure)[0]
    case = bench.case(procedure, OPENER, OWNER, state)
    for kind in sorted(set(BY_KIND) - procedure.kinds()):
        other = BY_KIND[kind]
        if other.strands is Strands.NONE:
            continue
        judged = bench.judged(case, kind, OWNER, OWNER)
        machine = kind in other.machine
        assert judged.outcome in {
            Outcome.HOUSE_ONLY if is_house(kind) else Outcome.UNKNOWN_CASE,
            *([Outcome.NOT_ENTITLED] if machine else []),
        }, kind
