"""Ladder: how far a message got with each party, never higher than proven.

Filed by us, *held by their system* (a receipt), opened by their machine, taken by an office,
answered or declined. A step of a party proves the lower ones, because its entry names what its
author had; what only the other side's later step proves is marked so.
"""

from __future__ import annotations

from tieline.procedures.dialogue import contact
from tieline.procedures.line import message as msg
from tieline.procedures.line import test as line_test
from tieline.procedures.procedure import CROSSED, roles_of
from tieline.record.content import Spoken
from tieline.record.entry import Ref
from tieline.record.message import Message
from tieline.state.model import Case, Taken
from tieline.state.registers import OpenedAt
from tieline.state.shortref import short_ref
from tieline.state.shown import ClockShown, LadderShown, Overlay, Rung, TextShown
from tieline.state.view import View

CLOCK_WORDS = {
    "receipt": "until we say that their system does not hold it",
    "take": "until the next office is called",
    "answer": "until no answer is recorded",
    "echo": "until the test counts as silent",
}
OPENED_WORDS = {
    "ok": "opened by their machine",
    "unreadable": "held, but their machine cannot read it",
    "malformed": "held, but their machine takes it for no message",
    "bad-signature": "held, but its signature does not hold there",
    "erased": "their node says that it erased what was withdrawn",
}
STANDING = {
    msg.ANSWERED: "answered",
    msg.ANSWERED_LATE: "answered",
    msg.DECLINED: "declined",
    msg.DECLINED_LATE: "declined",
    msg.WITHDRAWN: "withdrawn",
    CROSSED: "crossed",
    msg.NOT_HELD: "technical fault",
}
NO_ANSWER = frozenset({msg.NOT_TAKEN, msg.NOT_ANSWERED, line_test.SILENT, contact.SILENT})


def filed_s(case: Case) -> int:
    """When a case was filed, as its author claims; the earliest time if it was filed twice."""
    return min(case.filed_s.values(), default=case.time_s)


def signers_of(case: Case) -> tuple[str, ...]:
    """Who signed the filing that the case is shown by, whichever of two came in first here."""
    for steps in case.strands.values():
        for step in steps:
            if step.ref == case.opener:
                return step.signers
    return case.signers


def said_at(overlay: Overlay, ref: Ref) -> Message | None:
    """The message of an entry, or None when it cannot be read here."""
    content = overlay.content(ref)
    return content.message if isinstance(content, Spoken) else None


def texts_of(message: Message | None) -> tuple[TextShown, ...]:
    """The words of a message in all its languages, the original first."""
    items = message.body.get("texts") if message is not None else None
    found = [
        TextShown(
            lang=str(i.get("lang", "")),
            text=str(i.get("text", "")),
            original=i.get("original") == "yes",
        )
        for i in (items if isinstance(items, list) else [])
        if isinstance(i, dict)
    ]
    return tuple(sorted(found, key=lambda text: not text.original))


def strings(message: Message | None, name: str) -> tuple[str, ...]:
    """A list of strings in a body."""
    value = message.body.get(name) if message is not None else None
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def word(message: Message | None, name: str) -> str:
    """One string in a body, empty when it has none."""
    value = message.body.get(name) if message is not None else None
    return value if isinstance(value, str) else ""


def coded(view: View, message: Message | None) -> tuple[str, ...]:
    """Agreed codes with what the framework says they mean."""
    meanings = view.terms().codes()
    return tuple(
        f"{code}: {meanings.get(code, 'not agreed in the framework')}"
        for code in strings(message, "codes")
    )


def ladder(view: View, case: Case, party: str, overlay: Overlay) -> LadderShown:
    """How far the case got with one party that has a strand in it."""
    tips = view.tips(case, party)
    state = view.state(case, party)
    moves = _in_order(view, case, party)
    rungs = [_filed(case)]
    if case.procedure.name in {"message", "test"}:
        spoke = next((s for s in moves if s.author == party), None)
        rungs += [_held(case, party, overlay, spoke), _opened(view, case, party, overlay, spoke)]
    rungs += [_move(view, step, overlay) for step in moves]
    is_open = state not in case.procedure.closed
    words = case.procedure.says.get(state, state)
    takers = [_office(overlay, t) for t in tips if t.state in (msg.TAKEN, msg.TAKEN_LATE)]
    if takers and state != CROSSED:
        words = f"{state} by {takers[0]}"
    elif state == CROSSED:
        words = f"{words}: {', '.join(sorted({t.state for t in tips}))}"
    theirs = [r.step for r in rungs if r.proven and r.who.partition("/")[0] == party]
    return LadderShown(
        party=party,
        offices=tuple(str(office) for office in case.message.to if office.party == party),
        state=state,
        words=words,
        standing=_standing(view, case, party, state, is_open=is_open),
        reached=theirs[-1] if theirs else "filed",
        is_open=is_open,
        rungs=tuple(rungs),
        clocks=_clocks(case, party, overlay),
        allowed=allowed(view, case, party, overlay.own),
    )


def allowed(view: View, case: Case, strand: str, own: str) -> tuple[str, ...]:
    """Kinds of message by which our officers may move this strand now."""
    procedure, states = case.procedure, view.states(case)

    def can(kind: str, one: str) -> bool:
        roles = roles_of(own, opener=case.key.party, strand=one)
        return procedure.target(states[one], kind, roles) is not None

    return tuple(
        kind
        for kind in sorted(procedure.kinds() - procedure.machine)
        if all(can(kind, one) for one in (states if kind in procedure.whole else (strand,)))
    )


def _in_order(view: View, case: Case, party: str) -> list[Taken]:
    """Steps after the opening, causes before their effects; the tie-break is for display only."""
    opened = set(case.openers)
    steps = [s for s in case.strands.get(party, ()) if view.holds(s.ref) and s.ref not in opened]
    return sorted(steps, key=lambda s: (sum(s.past), s.ref))


def _filed(case: Case) -> Rung:
    return Rung(
        step="filed",
        words=f"filed by {case.message.sender}",
        proven=True,
        time_s=filed_s(case),
        who=str(case.message.sender),
        signers=signers_of(case),
        ref=short_ref(case.opener),
    )


def _held(case: Case, party: str, overlay: Overlay, spoke: Taken | None) -> Rung:
    times = [t for ref in case.openers if (t := overlay.held(ref, party)) is not None]
    ours = party == overlay.own
    if times or ours or spoke is not None:
        whose = "our" if ours else "their"
        return Rung(
            step="held",
            words=f"held by {whose} system",
            proven=True,
            implied=not times and not ours,
            time_s=min(times, default=None),
            who=party,
        )
    return Rung(step="held", words="not known to be held by their system", proven=False)


def _opened(view: View, case: Case, party: str, overlay: Overlay, spoke: Taken | None) -> Rung:
    facts = [
        fact
        for ref in case.openers
        for fact in view.registers.opened.get(ref, ())
        if fact.party == party and view.holds(fact.by)
    ]
    facts.sort(key=_first_good)
    if facts and facts[0].result == "ok":
        return _opened_rung(facts[0], party, overlay, proven=True)
    if spoke is not None:
        whose = "our" if party == overlay.own else "their"
        words = f"opened by {whose} machine"
        return Rung(step="opened", words=words, proven=True, implied=True, who=party)
    if facts:
        return _opened_rung(facts[0], party, overlay, proven=False)
    return Rung(step="opened", words="not known to be opened", proven=False)


def _first_good(fact: OpenedAt) -> tuple[bool, int, Ref]:
    return (fact.result != "ok", fact.time_s, fact.by)


def _opened_rung(fact: OpenedAt, party: str, overlay: Overlay, *, proven: bool) -> Rung:
    words = OPENED_WORDS.get(fact.result, fact.result)
    if party == overlay.own:
        words = words.replace("their", "our").replace("there", "here")
    return Rung(
        step="opened",
        words=words,
        proven=proven,
        time_s=fact.time_s,
        who=party,
        ref=short_ref(fact.by),
    )


def _office(overlay: Overlay, step: Taken) -> str:
    message = said_at(overlay, step.ref)
    return str(message.sender) if message is not None else step.author


def _move(view: View, step: Taken, overlay: Overlay) -> Rung:
    message = said_at(overlay, step.ref)
    who = str(message.sender) if message is not None else step.author
    return Rung(
        step=step.state,
        words=_move_words(step, message, who),
        proven=True,
        time_s=step.time_s,
        who=who,
        signers=step.signers,
        ref=short_ref(step.ref),
        texts=texts_of(message),
        codes=coded(view, message),
        reason=next(filter(None, (word(message, n) for n in ("reason", "why", "note"))), ""),
    )


def _move_words(step: Taken, message: Message | None, who: str) -> str:
    if step.kind == msg.RECONCILE:
        return f"settled as {step.state} by {who}"
    if step.kind == msg.UNREACHED:
        return f"not held by their system in time, says the machine of {step.author}"
    if step.kind == msg.EXPIRED:
        after = word(message, "next")
        clock = "answered" if word(message, "clock") == "answer" else "taken"
        called = f"; next to be called: {after}" if after else ""
        return f"not {clock} in time, says the machine of {step.author}{called}"
    if step.kind == line_test.EXPIRED:
        return f"no echo in time, says the machine of {step.author}"
    if step.kind == contact.EXPIRED:
        return f"no answer by the time asked for, says the machine of {step.author}"
    if step.kind == line_test.ECHO:
        return f"echoed by the machine of {step.author}"
    return f"{step.state} by {who}"


def _standing(view: View, case: Case, party: str, state: str, *, is_open: bool) -> str:
    """Silence is a result: which of its kinds, or what came instead of it."""
    if state in STANDING:
        return STANDING[state]
    if not is_open:
        return "done"
    if case.procedure.name == "message" and _is_suspended(view, case):
        return "suspended"
    if _is_vacant(view, case, party):
        return "vacant"
    return "no answer" if state in NO_ANSWER else "waiting"


def _is_suspended(view: View, case: Case) -> bool:
    return "sent under suspension" in case.flags or view.suspended(case.channel)


def _is_vacant(view: View, case: Case, party: str) -> bool:
    """Whether every office of the party that the case is addressed to is vacant now."""
    roster = view.roster(party)
    named = [office.name for office in case.message.to if office.party == party]
    if roster is None or not named or case.procedure.name != "message":
        return False
    seats = [roster.office(name) for name in named]
    return all(seat is None or not seat.filled for seat in seats)


def _clocks(case: Case, party: str, overlay: Overlay) -> tuple[ClockShown, ...]:
    found = [c for c in overlay.clocks if (c.case, c.strand) == (case.key, party)]
    return tuple(
        ClockShown(
            clock=c.clock,
            words=CLOCK_WORDS.get(c.clock, c.clock),
            due_in_s=c.due_in_s,
        )
        for c in sorted(found, key=lambda c: c.due_in_s)
    )
