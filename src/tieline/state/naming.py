"""Naming: which parties, earlier messages and mechanisms a message may name, in a view."""

from __future__ import annotations

from tieline.procedures.dialogue import agenda, contact, mechanism, position, readout, seat
from tieline.procedures.dialogue import round as rounds
from tieline.procedures.form import Field, Form, Sort
from tieline.procedures.line import suspension
from tieline.procedures.procedure import Procedure
from tieline.record.entry import parse_ref
from tieline.record.message import Message
from tieline.record.strict import JsonValue
from tieline.state.model import Case, Outcome
from tieline.state.texts import Fault
from tieline.state.view import View

OWN = {
    readout.TRANSLATE: ("of", readout.GIVE),
    position.STATE: ("replaces", position.STATE),
}
"""Kinds that name an earlier message of the same party: the field, and the kind named."""
MEETINGS = frozenset({rounds.PROPOSE, contact.REQUEST, contact.RECORD})
THINGS = {
    suspension.MECHANISM: ("mechanism", frozenset({mechanism.PROPOSE})),
    rounds.PROPOSE: ("mechanism", frozenset({mechanism.PROPOSE})),
    agenda.PROPOSE: ("round", MEETINGS),
    agenda.RAISE: ("round", MEETINGS),
    seat.DELEGATE: ("round", MEETINGS),
}
"""Kinds that name a thing: the field, and the kinds that may have opened it."""


def stranger_fault(view: View, procedure: Procedure, message: Message) -> Fault | None:
    """Whom a message is addressed to and whom its body names are parties of the line."""
    parties = set(view.registers.parties)
    strangers = {office.party for office in message.to} - parties
    if strangers:
        return Outcome.BAD_BODY, f"addressed to strangers: {', '.join(sorted(strangers))}"
    form = procedure.bodies[message.kind]
    for field in form if isinstance(form, Form) else ():
        others = _parties_in(field, message.body.get(field.name)) - parties
        if others:
            return Outcome.BAD_BODY, f"body.{field.name}: {min(others)} is no party of this line"
    return None


def _parties_in(field: Field, value: JsonValue) -> set[str]:
    """Handles of parties that a field of a body names; the body has passed its form."""
    match field.sort, value:
        case Sort.PARTY, str(party):
            return {party}
        case Sort.OFFICE, str(office):
            return {office.partition("/")[0]}
        case Sort.PARTIES, list(parties):
            return {party for party in parties if isinstance(party, str)}
        case ((Sort.LINE_BY_PARTY | Sort.KEY_BY_PARTY | Sort.UNITS), list(items)):
            return {str(item["party"]) for item in items if isinstance(item, dict)}
        case _:
            return set()


def naming_fault(view: View, message: Message) -> Fault | None:
    """Why what a message names is not what it may name, or None."""
    if message.kind in THINGS:
        return _thing_fault(view, message, *THINGS[message.kind])
    if message.kind in OWN and OWN[message.kind][0] in message.body:
        return _own_fault(view, message, *OWN[message.kind])
    return None


def _thing_fault(view: View, message: Message, name: str, kinds: frozenset[str]) -> Fault | None:
    """By reference it has to be a thing of this line; by key it may be one of elsewhere."""
    named = message.body[name]
    case = named_case(view, named)
    if is_reference(named) and (case is None or case.message.kind not in kinds):
        return Outcome.UNSEEN_STEP, f"no {name}: {named}"
    return None


def proposal_fault(view: View, case: Case, message: Message) -> Fault | None:
    """An acceptance that says which proposal it accepts names one of its own round."""
    named = message.body.get("proposal")
    if message.kind != rounds.ACCEPT or not isinstance(named, str):
        return None
    ref = parse_ref(named)
    proposals = {*case.openers}
    proposals |= {s.ref for steps in case.strands.values() for s in steps if s.kind == rounds.MOVE}
    if ref not in proposals or not view.holds(ref):
        return Outcome.UNSEEN_STEP, f"no proposal of this round: {named}"
    return None


def _own_fault(view: View, message: Message, name: str, kind: str) -> Fault | None:
    case = named_case(view, message.body[name])
    if case is None or case.message.kind != kind:
        return Outcome.UNSEEN_STEP, f"no {kind}: {message.body[name]}"
    if case.key.party != message.sender.party:
        return Outcome.BAD_BODY, f"body.{name} is of {case.key.party}; name one of your own"
    return None


def is_reference(named: JsonValue) -> bool:
    """Whether a *key or reference* is a reference: a key has no blank in it."""
    return isinstance(named, str) and " " in named


def named_case(view: View, named: JsonValue) -> Case | None:
    """The case that a reference names, or None: not seen, no opening, or no reference."""
    return view.case_at(parse_ref(named)) if isinstance(named, str) and " " in named else None
