"""Timeline: everything that was said on a line, one row for each entry, causes before effects.

Entries that did not see each other stand side by side in the record; the order shown among them
is a fixed tie-break and means nothing.
"""

from __future__ import annotations

from tieline.procedures import BY_KIND
from tieline.record.entry import Ref
from tieline.record.message import Message
from tieline.state import house, noticed
from tieline.state.fold import Fold
from tieline.state.ladder import said_at, word
from tieline.state.model import Outcome
from tieline.state.saying import shortened
from tieline.state.shortref import known_refs, short_ref
from tieline.state.shown import DiscrepancyShown, Overlay, Row

WHAT = (
    {
        "line.invite": "invited to the line",
        "framework.promise": "promised a framework",
        "framework.draft": "filed positions on the framework",
        "framework.sign": "signed the framework",
        "framework.denounce": "denounced the framework",
        "roster.publish": "published a roster",
        "generation.open": "went on in a new log",
        "test.call": "called a test",
        "test.echo": "echoed the test",
        "test.confirm": "confirmed the test",
        "test.expired": "heard no echo in time",
        "message.say": "said",
        "message.take": "took the message",
        "message.answer": "answered",
        "message.decline": "declined",
        "message.withdraw": "withdrew the message",
        "message.expired": "had no answer in time",
        "message.unreached": "had no sign that their system holds it",
        "message.reconcile": "settled what had crossed",
        "opened.batch": "opened",
        "suspension.declare": "suspended",
        "suspension.mechanism": "suspended a mechanism",
        "resumption.propose": "proposed to resume",
        "resumption.accept": "agreed to resume",
        "resumption.refuse": "refused to resume",
        "resumption.withdraw": "withdrew the proposal to resume",
        "correction.file": "corrected",
        "correction.note": "noted the correction",
        "correction.dispute": "disputed the correction",
        "text.draft": "filed positions on a text",
        "text.adopt": "adopted the text",
        "text.withdraw": "withdrew from the text",
        "readout.give": "gave a readout",
        "readout.translate": "translated its readout",
        "position.state": "stated a position",
        "commitment.make": "stated a commitment",
        "commitment.accept": "accepted the commitment",
        "commitment.dispute": "disputed the commitment",
        "commitment.meet": "said that the commitment is met",
        "commitment.miss": "said that the commitment was missed",
        "commitment.lapse": "said that the commitment has lapsed",
        "commitment.renew": "renewed the commitment",
        "precondition.name": "named a precondition",
        "precondition.meet": "said that the precondition is met",
        "precondition.withdraw": "withdrew the precondition",
        "precondition.acknowledge": "acknowledged the precondition",
        "precondition.reject": "rejected the precondition",
        "measure.state": "stated a measure",
        "measure.extend": "extended the measure",
        "measure.end": "ended the measure",
        "measure.withdraw": "withdrew the statement of a measure",
        "cause.name": "named a cause",
        "mechanism.propose": "proposed a mechanism",
        "mechanism.accept": "accepted the mechanism",
        "mechanism.decline": "declined the mechanism",
        "mechanism.withdraw": "withdrew the mechanism",
        "mechanism.end": "ended the mechanism",
        "round.propose": "proposed a round",
        "round.accept": "agreed to the round",
        "round.decline": "declined the round",
        "round.move": "moved the round",
        "round.postpone": "postponed the round",
        "round.cancel": "cancelled the round",
        "round.open": "opened the round",
        "round.close": "closed the round",
        "seat.name": "named a seat",
        "seat.appoint": "filled the seat",
        "seat.vacate": "said that the seat is vacant",
        "seat.act": "said who acts in the seat",
        "seat.delegate": "sent somebody in place of the seat",
        "seat.abolish": "abolished the seat",
        "contact.request": "asked for a contact",
        "contact.accept": "accepted the contact",
        "contact.rebuff": "rebuffed the contact",
        "contact.condition": "accepted the contact on conditions",
        "contact.hold": "held the contact",
        "contact.cancel": "called the contact off",
        "contact.expired": "had no answer about the contact in time",
        "contact.record": "told of a contact",
        "agenda.propose": "proposed an item of the agenda",
        "agenda.accept": "accepted the item",
        "agenda.decline": "declined the item",
        "agenda.leave": "left the item to the side that proposed it",
        "agenda.withdraw": "withdrew the item",
        "agenda.raise": "told of an item that one side raised",
        "reported.source": "recorded a source",
        "reported.statement": "recorded a statement",
        "reported.inference": "recorded an inference",
        "reported.withdrawal": "withdrew a recorded statement",
        "reported.review": "reviewed a recorded statement",
    }
    | house.DID
    | noticed.DID
)
"""What the author did, in the past tense, for every kind that this version knows."""

ABOUT = ("subject", "reason", "why", "change", "name", "office", "holder", "key")
"""Fields that say in short what a message is about, the first of them that it has."""


def timeline(fold: Fold, overlay: Overlay) -> tuple[Row, ...]:
    """The newest ``rows_max`` rows, the newest last."""
    refs = sorted(set(known_refs(fold)), key=lambda ref: (sum(fold.past_of(ref)), ref))
    faults = {found.ref: found.outcome for found in fold.registers.discrepancies}
    return tuple(_row(fold, overlay, ref, faults.get(ref)) for ref in refs[-overlay.rows_max :])


def _row(fold: Fold, overlay: Overlay, ref: Ref, fault: Outcome | None) -> Row:
    message = said_at(overlay, ref)
    party = fold.registers.owners[ref.origin]
    what = what_of(message) if message is not None else "filed what cannot be read here"
    if fault is not None:
        what = f"does not fit: {fault.value}"
    return Row(
        ref=short_ref(ref),
        case=_case(fold, ref),
        time_s=time_of(fold, overlay, ref),
        party=party,
        office=str(message.sender) if message is not None else "",
        what=what,
        kind=message.kind if message is not None else "",
        mark=message.mark.value if message is not None else "",
        level=message.level if message is not None else "",
        is_minor=_is_minor(message),
    )


def what_of(message: Message) -> str:
    """One phrase for what a message did."""
    did = WHAT.get(message.kind, message.kind)
    if message.kind == "opened.batch":
        items = message.body.get("items")
        return f"opened {len(items) if isinstance(items, list) else 0} entries"
    if message.kind == "suspension.declare":
        return f"{did} {word(message, 'channel')}: {word(message, 'reason')}"
    if message.kind == "correction.file":
        return " ".join([did, *shortened([word(message, "corrects")])])
    found = (word(message, name) for name in ABOUT)
    about = next(filter(None, found), "")
    return f"{did}: {about}" if about else did


def _is_minor(message: Message | None) -> bool:
    procedure = BY_KIND.get(message.kind) if message is not None else None
    if procedure is None or message is None:
        return False
    return message.kind in procedure.machine and message.sender.name == "node"


def _case(fold: Fold, ref: Ref) -> str:
    key = fold.registers.steps_of.get(ref)
    return short_ref(fold.registers.cases[key].opener) if key is not None else ""


def time_of(fold: Fold, overlay: Overlay, ref: Ref) -> int | None:
    """When an entry was filed, as its author claims; None when it cannot be read."""
    key = fold.registers.steps_of.get(ref)
    case = fold.registers.cases[key] if key is not None else None
    if case is not None:
        if ref in case.filed_s:
            return case.filed_s[ref]
        for steps in case.strands.values():
            found = next((s.time_s for s in steps if s.ref == ref), None)
            if found is not None:
                return found
    message = said_at(overlay, ref)
    return message.issued_ms // 1000 if message is not None else None


def discrepancies(fold: Fold, overlay: Overlay) -> tuple[DiscrepancyShown, ...]:
    """What does not fit, each with its author, the newest first."""
    found = sorted(
        fold.registers.discrepancies,
        key=lambda d: (-sum(fold.past_of(d.ref)), d.ref),
    )
    return tuple(
        DiscrepancyShown(
            ref=short_ref(d.ref),
            party=d.party,
            words=f"{d.party}: {d.outcome.value}",
            detail=d.detail,
            time_s=time_of(fold, overlay, d.ref),
        )
        for d in found
    )
