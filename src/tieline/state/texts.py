"""Texts: what may be drafted, adopted and signed, in the view of its author's past."""

from __future__ import annotations

from tieline.procedures.brackets import agreed_text, bracketed, changed, clauses_of
from tieline.procedures.dialogue import text as tx
from tieline.procedures.line import framework as fw
from tieline.record.message import Message
from tieline.state.model import Case, Outcome
from tieline.state.view import View

Fault = tuple[Outcome, str]
"""The outcome that a message has instead of its effect, and the detail."""


def opening_fault(message: Message) -> Fault | None:
    """A text is opened by a draft that says what it is."""
    if message.kind == tx.DRAFT and "key" not in message.body:
        return Outcome.BAD_BODY, f"a text is opened with {', '.join(tx.NAMES_THE_TEXT)}"
    return None


def step_fault(view: View, case: Case, message: Message) -> Fault | None:
    """Why a draft, an adoption or a signature does not count, or None."""
    if message.kind == tx.DRAFT:
        return _draft_fault(view, case, message)
    if message.kind == tx.ADOPT:
        return _adopt_fault(view, case, message)
    if message.kind == fw.SIGN:
        return _sign_fault(view, case, message)
    return None


def _draft_fault(view: View, case: Case, message: Message) -> Fault | None:
    for name in tx.ONLY_AT_OPENING:
        if name in message.body:
            return Outcome.BAD_BODY, f"body.{name} was said when the text was opened"
    filed = clauses_of(message.body)
    locked = changed(view.positions(case), view.registers.parties, filed)
    named = message.body.get("reopens", [])
    passed_over = [name for name in locked if not isinstance(named, list) or name not in named]
    if passed_over:
        return Outcome.LOCKED, f"{', '.join(passed_over)}: name it in reopens to open it again"
    return None


def _adopt_fault(view: View, case: Case, message: Message) -> Fault | None:
    positions, parties = view.positions(case), view.registers.parties
    digest = message.body["digest"]
    gone = [p for p, state in view.states(case).items() if state == tx.WITHDRAWN]
    if gone:
        return Outcome.NOT_AGREED, f"{', '.join(gone)} has withdrawn from it"
    text = agreed_text(positions, parties)
    if text is None:
        still_open = ", ".join(bracketed(positions, parties))
        return Outcome.NOT_AGREED, f"in brackets: {still_open}" if still_open else "it is empty"
    if tx.text_digest(text) != digest:
        return Outcome.NOT_AGREED, f"the agreed text has the digest {tx.text_digest(text)}"
    if digest == view.adopted(case):
        return Outcome.NOT_AGREED, "all have adopted it already"
    return None


def _sign_fault(view: View, case: Case, message: Message) -> Fault | None:
    if view.signed_elsewhere(message.sender.party, case):
        return Outcome.NOT_AGREED, "has signed another framework that still stands"
    positions, parties = view.positions(case), view.registers.parties
    text = agreed_text(positions, parties)
    version, digest = view.in_force()
    if text is None or fw.text_digest(text) != message.body["digest"]:
        return Outcome.NOT_AGREED, ", ".join(bracketed(positions, parties))
    if message.body["version"] != version + 1 or message.body["digest"] == digest:
        return Outcome.NOT_AGREED, f"version {version} is in force"
    return None
