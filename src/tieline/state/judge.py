"""Judge: what one message does, in the view of what its author had seen.

A pure function of the message and its past. Asked before filing it is the reason for a refusal;
asked after receiving, the outcome that every node records alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from tieline.errors import BadSignatureError, MalformedError, TielineError
from tieline.procedures import BY_KIND
from tieline.procedures.dialogue import contact
from tieline.procedures.line import framework as fw
from tieline.procedures.line import invitation
from tieline.procedures.line import message as msg
from tieline.procedures.line import suspension as susp
from tieline.procedures.line.generation import KIND as GENERATION
from tieline.procedures.line.roster import KIND as ROSTER
from tieline.procedures.procedure import Procedure, Strands, joined, roles_of
from tieline.record import ed25519
from tieline.record.content import Spoken
from tieline.record.entry import Ref, parse_ref
from tieline.record.message import Message
from tieline.record.roster import Roster
from tieline.record.rosterchain import verify_first, verify_next
from tieline.record.strict import Fields, JsonValue, dump_json
from tieline.state import house, notices
from tieline.state import texts as joint
from tieline.state.expiries import TIMED, too_early
from tieline.state.model import Case, CaseKey, Outcome
from tieline.state.naming import naming_fault, proposal_fault, stranger_fault
from tieline.state.view import View
from tieline.state.withdrawn import withdrawal_fault

FRAMEWORK_FREE = frozenset({"line", "framework", "roster", "generation", "opened", "reported"})
"""Procedures that no framework can leave out: they carry the line itself."""


ONE_PERSON = "signed by one person only"
"""Flag of a roster that stands although a second person was due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A strand and where the step leads it."""

    strand: str
    state: str
    after: frozenset[Ref]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an entry does. ``case`` is set when it opens or moves one."""

    outcome: Outcome
    detail: str = ""
    case: CaseKey | None = None
    moves: tuple[Move, ...] = ()
    flags: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    roster: Roster | None = None


class _FoundError(TielineError):
    """Ends a judgement early. Never leaves this module."""

    def __init__(self, outcome: Outcome, detail: str = "") -> None:
        super().__init__(detail)
        self.outcome = outcome


def judge(view: View, ref: Ref, party: str, spoken: Spoken) -> Judgement:
    """What the message at ``ref``, in a log of ``party``, does in the view of its past.

    1. It speaks of this line and log, for its own party, of a kind and body that we know.
    2. Rosters and first entries bring the keys that they are judged by.
    3. Its signatures hold, by persons who may speak for the office, or by the node for
       machine steps.
    4. An id that its author used before counts once.
    5. The framework has the procedure, and enough persons signed.
    6. It opens a case, states a fact, or moves strands of a case from exactly the steps that
       its author had in view.
    """
    try:
        return _judge(view, ref, party, spoken)
    except _FoundError as found:
        return Judgement(outcome=found.outcome, detail=str(found))


def _judge(view: View, ref: Ref, party: str, spoken: Spoken) -> Judgement:
    message = spoken.message
    # (1)
    procedure = _known(view, ref, party, message)
    # (2)
    brought = _roster_of(view, party, spoken)
    # (3)
    roster = brought or view.roster(party)
    if roster is None:
        raise _FoundError(Outcome.NOT_ENTITLED, "the party has no roster yet")
    signers = _signers(view, ref, procedure, spoken, roster)
    # (4)
    key = CaseKey(party, message.id)
    earlier = [(r, d) for r, d in view.registers.ids.get(key, ()) if view.holds(r)]
    if earlier:
        same = all(digest == content_digest(message) for _, digest in earlier)
        return Judgement(outcome=Outcome.DUPLICATE if same else Outcome.SAME_ID)
    # (5)
    _check_framework(view, procedure, message, signers)
    # (6)
    if message.kind in procedure.loose:
        return Judgement(outcome=Outcome.FACT, signers=signers)
    opening = procedure.opening(message.kind)
    if opening is not None and message.case is None:
        _check_opening(view, message)
        return Judgement(
            outcome=Outcome.OPENS,
            case=case_key(party, message),
            moves=_first_moves(view, party, procedure, message),
            flags=_flags(view, message, signers),
            signers=signers,
            roster=brought,
        )
    case, moves = _moves(view, party, message)
    _check_step(view, case, message)
    return Judgement(
        outcome=Outcome.MOVES,
        case=case.key,
        moves=moves,
        flags=_flags(view, message, signers),
        signers=signers,
    )


def _refuse(fault: tuple[Outcome, str] | None) -> None:
    if fault is not None:
        raise _FoundError(*fault)


def _known(view: View, ref: Ref, party: str, message: Message) -> Procedure:
    if message.line != view.registers.line or message.log != ref.origin:
        raise _FoundError(Outcome.WRONG_LINE, f"{message.line} {message.log}")
    if message.sender.party != party:
        raise _FoundError(Outcome.WRONG_SPEAKER, message.sender.party)
    _refuse(house.kind_fault(message, view.registers.parties))
    procedure = BY_KIND.get(message.kind)
    if procedure is None:
        raise _FoundError(Outcome.UNKNOWN_KIND, message.kind)
    try:
        fields = Fields(dict(message.body), path="body")
        procedure.bodies[message.kind](fields)
        fields.done()
    except MalformedError as error:
        raise _FoundError(Outcome.BAD_BODY, str(error)) from None
    _refuse(stranger_fault(view, procedure, message))
    return procedure


def _roster_of(view: View, party: str, spoken: Spoken) -> Roster | None:
    message = spoken.message
    if message.kind not in (invitation.KIND, ROSTER):
        return None
    if len(spoken.clear) != 1:
        raise _FoundError(Outcome.BAD_ROSTER, "the entry does not carry one roster")
    envelope = spoken.clear[0]
    line, digits = view.registers.line, view.registers.fingerprints[party]
    before = view.roster_at(party)
    try:
        if before is None:
            return verify_first(envelope, line=line, party=party, digits=digits)
        if envelope == before.envelope:
            return before.roster
        found = verify_next(envelope, after=before.roster, after_envelope=before.envelope)
    except TielineError as error:
        raise _FoundError(Outcome.BAD_ROSTER, str(error)) from None
    if message.kind == ROSTER and message.body["version"] != found.version:
        raise _FoundError(Outcome.BAD_ROSTER, f"says version {message.body['version']}")
    return found


def _signers(
    view: View, ref: Ref, procedure: Procedure, spoken: Spoken, roster: Roster
) -> tuple[str, ...]:
    message, envelope = spoken.message, spoken.envelope
    good: list[str] = []
    for signature in envelope.signatures:
        keyid = signature.keyid
        if keyid == "node":
            if message.kind not in procedure.machine:
                raise _FoundError(Outcome.NOT_ENTITLED, "a machine may not say this")
            public = roster.node
        else:
            person = roster.person(keyid)
            if person is None or message.sender.name not in person.offices:
                raise _FoundError(Outcome.NOT_ENTITLED, f"{keyid} for {message.sender}")
            public = person.key
        if view.cut_off(roster.party, keyid, ref):
            raise _FoundError(Outcome.NOT_ENTITLED, f"{keyid} was revoked before this place")
        try:
            ed25519.verify(public, signature.sig, envelope.pae)
        except BadSignatureError:
            raise _FoundError(Outcome.BAD_SIGNATURE, keyid) from None
        good.append(keyid)
    return tuple(sorted(good))


def _check_framework(
    view: View, procedure: Procedure, message: Message, signers: tuple[str, ...]
) -> None:
    terms = view.terms()
    pinned = terms.clauses.get("procedures")
    if pinned and procedure.name not in FRAMEWORK_FREE:
        wanted = pinned.get(procedure.name)
        if wanted != procedure.version:
            raise _FoundError(
                Outcome.NOT_IN_FRAMEWORK, f"{procedure.name} version {procedure.version}"
            )
    # A roster counts by the operator's signature; after a theft no second person may be left.
    if _lacks_second(view, message, signers) and procedure.name != "roster":
        raise _FoundError(Outcome.NEEDS_TWO, message.kind)


def _lacks_second(view: View, message: Message, signers: tuple[str, ...]) -> bool:
    channel = message.body.get("channel") if message.kind == msg.SAY else None
    in_channel = channel if isinstance(channel, str) else BY_KIND[message.kind].channel or ""
    persons = [signer for signer in signers if signer != "node"]
    needs = view.terms().needs_two(message.kind, message.level, message.mark.value, in_channel)
    return needs and len(persons) < 2


def _check_opening(view: View, message: Message) -> None:
    body = message.body
    _refuse(house.opening_fault(view, message))
    if message.kind == susp.DECLARE and not view.terms().suspendable(str(body["channel"])):
        raise _FoundError(Outcome.NOT_SUSPENDABLE, str(body["channel"]))
    if message.kind == susp.PROPOSE:
        for text in _texts(body, "lifts"):
            case = view.case_at(parse_ref(text))
            if case is None or case.procedure.name != "suspension":
                raise _FoundError(Outcome.UNSEEN_STEP, text)
    if message.kind == invitation.KIND:
        invited = {str(i["party"]): str(i["fingerprint"]) for i in _objects(body, "parties")}
        if invited != view.registers.fingerprints:
            raise _FoundError(Outcome.OTHER_PARTIES, ", ".join(sorted(invited)))
    if message.kind == contact.REQUEST:
        named = body.get("answer_by_ms")
        if isinstance(named, int) and named <= message.issued_ms:
            raise _FoundError(Outcome.BAD_BODY, "asks for an answer by a time that has passed")
    if message.kind == fw.DRAFT and view.framework() is not None and not view.lapsed():
        raise _FoundError(Outcome.OUT_OF_TURN, "a framework is under way already")
    _refuse(joint.opening_fault(message))
    _refuse(naming_fault(view, message))


def _first_moves(
    view: View, party: str, procedure: Procedure, message: Message
) -> tuple[Move, ...]:
    opening = procedure.opening(message.kind)
    assert opening is not None
    parties = view.registers.parties
    strands = {
        Strands.NONE: [],
        Strands.OPENER: [party],
        Strands.ADDRESSEES: sorted({office.party for office in message.to} - {party}),
        Strands.OTHERS: [other for other in parties if other != party],
        Strands.ALL: list(parties),
    }[opening.strands or procedure.strands]
    if not strands and (opening.strands or procedure.strands) is Strands.ADDRESSEES:
        raise _FoundError(Outcome.BAD_BODY, "addressed to nobody but its author")
    return tuple(
        Move(
            strand=strand,
            state=opening.own if strand == party else opening.others,
            after=frozenset(),
        )
        for strand in strands
    )


def _moves(view: View, party: str, message: Message) -> tuple[Case, tuple[Move, ...]]:
    if message.case is None:
        raise _FoundError(Outcome.OUT_OF_TURN, f"{message.kind} opens no case")
    case = view.case_at(message.case)
    if case is None or message.kind not in case.procedure.bodies:
        raise _FoundError(Outcome.UNKNOWN_CASE, message.case.text())
    if not message.strands or len(set(message.strands)) != len(message.strands):
        raise _FoundError(Outcome.NO_STRAND, "names no strand, or one twice")
    if message.kind in case.procedure.whole and set(message.strands) != set(case.strands):
        raise _FoundError(Outcome.NO_STRAND, f"{message.kind} moves every strand together")
    named, current, moves = frozenset(message.after), set[Ref](), []
    for strand in message.strands:
        if strand not in case.strands:
            raise _FoundError(Outcome.NO_STRAND, strand)
        tips = view.tips(case, strand)
        refs = frozenset(tip.ref for tip in tips)
        current |= refs
        roles = roles_of(party, opener=case.key.party, strand=strand)
        states = frozenset(tip.state for tip in tips)
        target = case.procedure.target(joined(states), message.kind, roles)
        if target is not None and message.kind == msg.RECONCILE:
            outcome = str(message.body["outcome"])
            target = outcome if outcome in states else None
        moves.append((strand, joined(states), target, refs))
    _check_after(view, case, message, named, current)
    for strand, state, target, _ in moves:
        if target is None:
            raise _FoundError(Outcome.OUT_OF_TURN, f"{message.kind} on {strand}, {state}")
    return case, tuple(
        Move(strand=strand, state=target or "", after=refs) for strand, _, target, refs in moves
    )


def _check_after(
    view: View, case: Case, message: Message, named: frozenset[Ref], current: set[Ref]
) -> None:
    for ref in named:
        if view.registers.steps_of.get(ref) != case.key or not view.holds(ref):
            raise _FoundError(Outcome.UNSEEN_STEP, ref.text())
    if named != current:
        raise _FoundError(Outcome.STALE, message.kind)


def _check_step(view: View, case: Case, message: Message) -> None:
    _refuse(house.step_fault(case, message))
    if message.kind in TIMED:
        early = too_early(view, case, message)
        if early:
            raise _FoundError(Outcome.EARLY, early)
    _refuse(joint.step_fault(view, case, message))
    _refuse(naming_fault(view, message))
    _refuse(proposal_fault(view, case, message))
    _refuse(withdrawal_fault(view, case, message))


def _flags(view: View, message: Message, signers: tuple[str, ...]) -> tuple[str, ...]:
    flags = []
    if message.kind == ROSTER and _lacks_second(view, message, signers):
        flags.append(ONE_PERSON)
    channel = BY_KIND[message.kind].channel
    said_in = message.body.get("channel") if message.kind == msg.SAY else channel
    if isinstance(said_in, str) and view.suspended(said_in):
        flags.append("sent under suspension")
    for office in message.to:
        roster = view.roster(office.party)
        seat = roster.office(office.name) if roster is not None else None
        if seat is None and roster is not None:
            flags.append(f"no such office: {office}")
        elif seat is not None and not seat.filled:
            flags.append(f"vacant: {office}")
    if message.level not in view.terms().levels() and message.kind == msg.SAY:
        flags.append(f"level not in the framework: {message.level}")
    if message.kind == GENERATION:
        flags.append("goes on in a new log")
    flags += notices.flags(view, message)
    return tuple(flags)


def case_key(party: str, message: Message) -> CaseKey:
    """The case that a message opens, wherever it is filed."""
    return CaseKey(party, f"{message.id}.{content_digest(message).hex()}")


def content_digest(message: Message) -> bytes:
    """SHA-256 over what a message says, whatever log it was filed in; finds true repetitions."""
    value: JsonValue = [
        message.kind,
        str(message.sender),
        [str(office) for office in message.to],
        message.mark.value,
        message.level,
        message.case.text() if message.case is not None else "",
        dict(message.body),
    ]
    return hashlib.sha256(dump_json(value)).digest()


def _texts(body: Mapping[str, JsonValue], name: str) -> list[str]:
    value = body[name]
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def _objects(body: Mapping[str, JsonValue], name: str) -> list[dict[str, JsonValue]]:
    value = body[name]
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
