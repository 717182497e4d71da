"""Compare: whether two nodes compute one state from one record, asked by every test and echo."""

from __future__ import annotations

from tieline.procedures.line import test as line_test
from tieline.record.entry import Head
from tieline.record.message import Message
from tieline.record.strict import JsonValue
from tieline.replication.effects import Tell
from tieline.replication.seat import Seat
from tieline.state.digest import state_digest, unreadable_digest
from tieline.state.fold import RULES_VERSION, Folded
from tieline.state.model import Outcome
from tieline.state.past import Past


def digests(seat: Seat, past: Past | None) -> dict[str, JsonValue]:
    """What a test carries: rules version, state digest, digest of the unreadable set."""
    return {
        "rules": RULES_VERSION,
        "state": state_digest(seat.fold, past).hex(),
        "unreadable": unreadable_digest(seat.fold, past).hex(),
    }


def is_stale(seat: Seat, message: Message, past: Past) -> bool:
    """Whether a test call of ours speaks of another state than the one that it would see."""
    return message.kind == line_test.CALL and any(
        message.body.get(name) != value for name, value in digests(seat, past).items()
    )


def _other_history(seat: Seat, seen: tuple[Head, ...]) -> str:
    """A log of which an author had seen a head that is not on ours, or nothing."""
    for head in seen:
        copy = seat.copies.get(head.origin)
        held = copy is not None and head.size <= copy.size
        if held and copy is not None and copy.tree.root(head.size) != head.root:
            return head.origin
    return ""


def compare_test(seat: Seat, folded: Folded) -> Tell | None:
    """Whether a test or echo of a peer shows a state other than ours at the same past."""
    message = folded.message
    if message is None or message.kind not in (line_test.CALL, line_test.ECHO):
        return None
    if folded.party == seat.party or folded.judgement.outcome not in (
        Outcome.OPENS,
        Outcome.MOVES,
    ):
        return None
    at = folded.ref if message.kind == line_test.CALL else message.case
    if at is None or message.body["rules"] != RULES_VERSION:
        return None
    past = seat.fold.past_of(at)
    split = _other_history(seat, folded.seen)
    if split:
        return Tell(
            event="alarm",
            words=f"{folded.party} was shown another history of {split}: not comparable",
            ref=folded.ref,
            party=folded.party,
        )
    if unreadable_digest(seat.fold, past).hex() != message.body["unreadable"]:
        return Tell(
            event="alarm",
            words=f"{folded.party} cannot read what we can, or the other way: not comparable",
            ref=folded.ref,
            party=folded.party,
        )
    if state_digest(seat.fold, past).hex() != message.body["state"]:
        return Tell(
            event="alarm",
            words=f"{folded.party} computes another state from the same record",
            ref=folded.ref,
            party=folded.party,
        )
    return None
