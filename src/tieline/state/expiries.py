"""Expiries: whether a clock that is said to have run out could have done so."""

from __future__ import annotations

from tieline.errors import TielineError
from tieline.procedures.dialogue import contact
from tieline.procedures.line import message as msg
from tieline.procedures.line import test as line_test
from tieline.procedures.notification import movement, stop
from tieline.record.message import Message
from tieline.record.receipt import MirrorKey, Receipt, verify_receipt
from tieline.state.model import Case
from tieline.state.notices import stated_due_ms
from tieline.state.view import View

TIMED = frozenset(
    {
        *(msg.EXPIRED, msg.UNREACHED, line_test.EXPIRED, contact.EXPIRED),
        *(movement.OVERDUE, stop.UNREACHED, stop.EXPIRED),
    }
)
"""Kinds that say that a clock ran out."""


def too_early(view: View, case: Case, message: Message) -> str:
    """Why the clock cannot have run out yet, or an empty text.

    Counted from the receipt that the message carries (or from the filing, without one), on the
    claimed times alone: the fold has no clock.
    """
    try:
        if message.kind == contact.EXPIRED:
            _check_contact(case, message)
        elif message.kind == movement.OVERDUE:
            _check_arrival(view, case, message)
        elif message.kind == stop.EXPIRED and _is_acknowledged(view, case, message):
            _check_action(view, case, message)
        else:
            _check(view, case, message)
    except _EarlyError as early:
        return str(early)
    return ""


class _EarlyError(TielineError):
    """Ends a check. Never leaves this module."""


def _check(view: View, case: Case, message: Message) -> None:
    body = message.body
    # Only what lies in this view counts: elsewhere it may have been filed a second time.
    start_s = min(case.filed_s.get(ref, case.time_s) for ref in case.openers if view.holds(ref))
    if message.kind in (msg.EXPIRED, stop.EXPIRED) and not body["receipt"]:
        raise _EarlyError("no receipt named")
    if message.kind == msg.EXPIRED and body["clock"] == "take" and _is_taken(view, case, message):
        raise _EarlyError("somebody has taken it; the clock for an answer runs now")
    if body["receipt"]:
        start_s = _receipt_time(view, case, message)
    allowed = int(str(body["allowed"]))
    if allowed < _allowed_s(view, case, message):
        raise _EarlyError(f"{allowed} s allowed")
    if message.issued_ms < (start_s + allowed) * 1000:
        raise _EarlyError(f"said {message.issued_ms} ms, {allowed} s allowed")


def _check_contact(case: Case, message: Message) -> None:
    """A request names the instant itself; nothing is counted from a receipt."""
    named = case.message.body.get("answer_by_ms")
    if not isinstance(named, int):
        raise _EarlyError("the request names no time for an answer")
    if message.body["answer_by_ms"] != named:
        raise _EarlyError(f"the request names {named} ms")
    if message.issued_ms < named:
        raise _EarlyError(f"said {message.issued_ms} ms, asked for by {named} ms")


def _check_arrival(view: View, case: Case, message: Message) -> None:
    """Counted from the arrival that was stated last, with its slack."""
    due_ms = stated_due_ms(view, case)
    if due_ms is None:
        raise _EarlyError("no arrival was stated")
    if message.body["due_ms"] != due_ms:
        raise _EarlyError(f"it is due, with its slack, at {due_ms} ms")
    if message.issued_ms < due_ms:
        raise _EarlyError(f"said {message.issued_ms} ms, due at {due_ms} ms")


def _is_acknowledged(view: View, case: Case, message: Message) -> bool:
    states = {view.state(case, strand) for strand in message.strands}
    return states == {stop.ACKNOWLEDGED}


def _check_action(view: View, case: Case, message: Message) -> None:
    """Counted from when an officer acknowledged the call."""
    start_s = max(tip.time_s for s in message.strands for tip in view.tips(case, s))
    allowed = int(str(message.body["allowed"]))
    if allowed < view.terms().take_s(case.level):
        raise _EarlyError(f"{allowed} s allowed")
    if message.issued_ms < (start_s + allowed) * 1000:
        raise _EarlyError(f"said {message.issued_ms} ms, {allowed} s allowed")


def _is_taken(view: View, case: Case, message: Message) -> bool:
    states = {view.state(case, strand) for strand in message.strands}
    return bool(states & {msg.TAKEN, msg.TAKEN_LATE})


def _allowed_s(view: View, case: Case, message: Message) -> int:
    """Least time that the framework gives before this clock may be said to have run out."""
    terms, rung = view.terms(), int(str(message.body["rung"]))
    if message.kind == line_test.EXPIRED:
        return terms.test_answer_s()
    if message.kind in (msg.UNREACHED, stop.UNREACHED):
        return terms.receipt_s(case.level)
    if message.kind == stop.EXPIRED:
        return terms.take_s(case.level)
    own = int(str(case.message.body["answer_by_s"]))
    if message.body["clock"] == "answer":
        return own or terms.answer_s(case.level)
    return terms.take_s(case.level) * (rung + 1)


def _verified(note: bytes, mirrors: tuple[MirrorKey, ...]) -> Receipt:
    why = ""
    for mirror in mirrors:
        try:
            return verify_receipt(note, mirror)
        except TielineError as error:
            why = str(error)
    raise _EarlyError(f"the receipt does not hold: {why}")


def _receipt_time(view: View, case: Case, message: Message) -> int:
    strand = message.strands[0]
    mirrors = view.mirrors(strand)
    if not mirrors or len(message.strands) != 1:
        raise _EarlyError("the receipt belongs to no single party")
    receipt = _verified(str(message.body["receipt"]).encode(), mirrors)
    covers = any(
        ref.origin == receipt.checkpoint.origin and ref.index < receipt.checkpoint.size
        for ref in case.openers
        if view.holds(ref)
    )
    if not covers:
        raise _EarlyError("the receipt does not cover the message")
    return receipt.time_s
