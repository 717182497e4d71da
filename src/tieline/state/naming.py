"""Naming: which parties, earlier messages and mechanisms a message may name, in a view."""

from __future__ import annotations

from tieline.procedures.dialogue import mechanism, position, readout
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
        case (Sort.LINE_BY_PARTY | Sort.KEY_BY_PARTY), list(items):
            return {str(item["party"]) for item in items if isinstance(item, dict)}
        case _:
            return set()


def naming_fault(view: View, message: Message) -> Fault | None:
    """Why what a message names is not what it may name, or None."""
    if message.kind == suspension.MECHANISM:
        return _mechanism_fault(view, message.body["mechanism"])
    if message.kind in OWN and OWN[message.kind][0] in message.body:
        return _own_fault(view, message, *OWN[message.kind])
    return None


def _mechanism_fault(view: View, named: JsonValue) -> Fault | None:
    """By reference it has to be a mechanism of this line; by key it may be one of elsewhere."""
    case = named_case(view, named)
    if is_reference(named) and (case is None or case.message.kind != mechanism.PROPOSE):
        return Outcome.UNSEEN_STEP, f"no mechanism: {named}"
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
