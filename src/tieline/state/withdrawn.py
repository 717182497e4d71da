"""Withdrawn: files of personal data that their author took back, and what may therefore be absent.

The leaf of an entry names a file by its digest, and nothing in the fold reads it. So its bytes can
go, and every tree, signature and state stays provable. What is withdrawn follows from the logs
alone; whether a store has erased it yet is in no state.
"""

from __future__ import annotations

from collections.abc import Mapping

from tieline.procedures.notification import NOTIFICATIONS
from tieline.procedures.notification.parts import withdraw_kind
from tieline.record.entry import Entry, Ref, parse_ref
from tieline.record.message import Message
from tieline.record.strict import JsonValue
from tieline.state.model import Case, CaseKey, Outcome
from tieline.state.registers import Registers
from tieline.state.view import View

KINDS = frozenset(withdraw_kind(procedure.name) for procedure in NOTIFICATIONS)
"""Kinds of message that withdraw files."""
Place = tuple[str, int, int]
"""A payload of an entry: its log, index and number; 0 is the message itself."""


def personal_numbers(message: Message, entry: Entry) -> tuple[int, ...]:
    """Numbers (from 1) of the attachments of an entry that its message declares personal."""
    listed = message.body.get("attachments")
    if not entry.sealed or not isinstance(listed, list):
        return ()
    return tuple(
        number
        for number, item in enumerate(listed, 1)
        if isinstance(item, dict) and item.get("personal") == "yes" and number < len(entry.payloads)
    )


def files_named(body: Mapping[str, JsonValue]) -> tuple[tuple[Ref, int], ...]:
    """Entries and numbers that the body of a withdrawal names; its form has taken it."""
    listed = body["files"]
    assert isinstance(listed, list)
    return tuple(
        (parse_ref(str(item["of"])), int(str(item["attachment"])))
        for item in listed
        if isinstance(item, dict)
    )


def withdrawal_fault(view: View, case: Case, message: Message) -> tuple[Outcome, str] | None:
    """Why a message may not withdraw what it names; None for any other message too.

    Each file belongs to a step of this case, by the same party, and was declared personal there.
    """
    if message.kind not in KINDS:
        return None
    registers = view.registers
    for ref, number in files_named(message.body):
        if registers.steps_of.get(ref) != case.key or not view.holds(ref):
            return Outcome.UNSEEN_STEP, ref.text()
        _, numbers = registers.personal.get(ref, ("", ()))
        if registers.owners.get(ref.origin) != message.sender.party or number not in numbers:
            return Outcome.NOT_PERSONAL, f"attachment {number} of {ref.text()}"
    return None


def withdrawn_places(registers: Registers) -> dict[Place, Ref]:
    """Every payload that was withdrawn, with the first entry (by reference) that did so.

    A message that was filed in two logs has its files twice, sealed anew: both are withdrawn. That
    somebody's key was cut off later changes nothing: no erasure can be undone.
    """
    found: dict[Place, Ref] = {}
    for by, files in sorted(registers.withdrawn.items()):
        for ref, number in files:
            for copy in _copies(registers, ref):
                if number in registers.personal[copy][1]:
                    found.setdefault((copy.origin, copy.index, number), by)
    return found


def _copies(registers: Registers, ref: Ref) -> list[Ref]:
    """An entry that declares files personal, and every other one that says the same."""
    own_id, _ = registers.personal[ref]
    uses = registers.ids.get(CaseKey(registers.owners[ref.origin], own_id), [])
    said = {digest for at, digest in uses if at == ref}
    return [at for at, digest in uses if digest in said and at in registers.personal]
