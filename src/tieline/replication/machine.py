"""Machine steps: what a node says by itself, signed with the node key.

Batches of *opened*, echoes of tests, tests at the agreed interval, and clocks that ran out.
"""

from __future__ import annotations

from dataclasses import replace

from tieline.errors import UnverifiedError
from tieline.procedures.dialogue import contact
from tieline.procedures.line import message as msg
from tieline.procedures.line import opened
from tieline.procedures.line import test as line_test
from tieline.procedures.notification import movement, stop
from tieline.record import dsse
from tieline.record.entry import Ref, parse_entry
from tieline.record.message import MESSAGE_TYPE, Mark, Office
from tieline.record.roster import Roster
from tieline.record.rosterchain import read_roster, verify_first
from tieline.record.strict import JsonValue
from tieline.replication.changes import PutLocal
from tieline.replication.clocks import MACHINE_OFFICE, expiries
from tieline.replication.compare import compare_test, digests
from tieline.replication.drafts import Draft
from tieline.replication.effects import Now
from tieline.replication.filing import Filing, compose, file
from tieline.replication.seat import Seat
from tieline.replication.seen import past_of_next
from tieline.replication.withdrawing import confirmations
from tieline.state.fold import Folded
from tieline.state.model import Outcome
from tieline.state.past import Past

__all__ = ["compare_test", "digests", "due_drafts", "notice", "remember", "say", "test_draft"]

OPEN_BATCH_MS = 2_000
"""How long *opened* is gathered before it is said; for the highest level it is said at once."""
WATCHED = frozenset({msg.SAY, line_test.CALL, movement.PLAN, stop.CALL})
"""Kinds of our own whose cases have clocks."""


def say(seat: Seat, draft: Draft, now: Now) -> Filing:
    """File a message signed by the node alone."""
    if draft.kind == line_test.CALL:
        # What was said a moment ago belongs to the state that the test compares.
        draft = replace(draft, body=dict(draft.body) | digests(seat, _past_of_test(seat, draft.to)))
    composed = compose(seat, draft, now)
    covered = dsse.pae(MESSAGE_TYPE, composed.payload)
    envelope = dsse.Envelope(
        payload_type=MESSAGE_TYPE,
        body=composed.payload,
        signatures=(dsse.Signature(keyid="node", sig=seat.tools.node_sign(covered)),),
    ).encode()
    return file(seat, envelope, (), (), now)


# -- what a folded entry asks of the machine


def notice(seat: Seat, folded: Folded, now: Now) -> list[Draft]:
    """Remember what a folded entry asks for; the answers that are due at once."""
    message, outcome = folded.message, folded.judgement.outcome
    if folded.party != seat.party and (message is None or message.kind != opened.KIND):
        _remember_open(seat, folded, now)
    case = folded.judgement.case
    if message is None or case is None:
        return []
    ours = case.party == seat.party and outcome is Outcome.OPENS
    timed = message.kind == contact.REQUEST and "answer_by_ms" in message.body
    if ours and (timed or message.kind in WATCHED):
        seat.watched.add(case)
    if message.kind == line_test.CALL and folded.party != seat.party:
        return _echo(seat, folded.ref)
    return []


def _remember_open(seat: Seat, folded: Folded, now: Now) -> None:
    if folded.message is not None and not folded.message.to:
        return
    results = {
        Outcome.UNREADABLE: "unreadable",
        Outcome.MALFORMED: "malformed",
        Outcome.BAD_SIGNATURE: "bad-signature",
    }
    level = folded.message.level if folded.message is not None else ""
    seat.to_open.append((folded.ref, results.get(folded.judgement.outcome, "ok"), level))
    if seat.open_since_ms is None:
        seat.open_since_ms = now.elapsed_ms


def _echo(seat: Seat, ref: Ref) -> list[Draft]:
    case = seat.view.case_at(ref)
    if case is None or seat.party not in case.strands:
        return []
    if seat.view.state(case, seat.party) not in (line_test.CALLED, line_test.SILENT):
        return []
    body = digests(seat, seat.fold.past_of(ref)) | {"text": "echo"}
    return [
        Draft(
            kind=line_test.ECHO,
            office=MACHINE_OFFICE,
            body=body,
            case=ref,
            to=(Office(case.key.party, "watch"),),
        )
    ]


# -- what time asks of the machine


def due_drafts(seat: Seat, now: Now) -> list[Draft]:
    """Everything that the machine has to say at this instant."""
    echoes, seat.to_echo = seat.to_echo, []
    batches = [*_opened_batches(seat, now), *confirmations(seat)]
    return [*echoes, *batches, *expiries(seat, now), *_tests(seat, now)]


def _opened_batches(seat: Seat, now: Now) -> list[Draft]:
    highest = seat.view.terms().highest()
    urgent = [item for item in seat.to_open if item[2] == highest]
    old = seat.open_since_ms is not None and now.elapsed_ms - seat.open_since_ms >= OPEN_BATCH_MS
    drafts = []
    rest = [item for item in seat.to_open if item[2] != highest] if old else []
    most = opened.ITEMS_MAX // 2
    for items, level in ((urgent, highest), (rest, "")):
        drafts += [
            _opened(items[start : start + most], level) for start in range(0, len(items), most)
        ]
    return drafts


def _opened(items: list[tuple[Ref, str, str]], level: str) -> Draft:
    body: dict[str, JsonValue] = {
        "items": [{"ref": ref.text(), "result": result} for ref, result, _ in items]
    }
    return Draft(kind=opened.KIND, office=MACHINE_OFFICE, body=body, level=level)


def said(seat: Seat, draft: Draft) -> None:
    """Forget what a draft that was filed has settled."""
    if draft.kind != opened.KIND:
        return
    items = draft.body["items"]
    said_of = [i for i in items if isinstance(i, dict)] if isinstance(items, list) else []
    # That something was erased does not say that the entry which withdrew it was opened.
    done = {str(i["ref"]) for i in said_of if i["result"] != opened.ERASED}
    for ref, _, _ in seat.to_open:
        if ref.text() in done:
            seat.later.append(PutLocal(key=opened_key(ref), value=str(ref.index + 1).encode()))
    seat.to_open = [item for item in seat.to_open if item[0].text() not in done]
    if not seat.to_open:
        seat.open_since_ms = None


def opened_key(ref: Ref) -> str:
    """Where it is kept up to which entry of a log we have said what was opened."""
    return f"opened/{ref.origin}"


def remember(seat: Seat, folded: list[Folded], now: Now) -> None:
    """After a restart: what was not yet said to be opened, and which cases of ours run."""
    for each in folded:
        told = int(seat.reader.local(opened_key(each.ref)) or b"0")
        if each.ref.index >= told or each.party == seat.party:
            notice(seat, each, now)
    for case in seat.view.cases("test"):
        if case.key.party != seat.party:
            seat.to_echo.extend(_echo(seat, case.opener))


def first_roster(seat: Seat, origin: str) -> Roster | None:
    """The roster that a log's first entry brings, checked against the party's fingerprint."""
    leaf = seat.reader.leaf(origin, 0)
    entry = parse_entry(leaf) if leaf is not None else None
    if entry is None or entry.sealed or len(entry.payloads) != 2:
        return None
    envelope = seat.reader.blob(entry.payloads[1].digest)
    if envelope is None:
        return None
    try:
        _, roster = read_roster(envelope)
        digits = seat.parties.get(roster.party, "")
        return verify_first(envelope, line=seat.line, party=roster.party, digits=digits)
    except UnverifiedError:
        return None


def _tests(seat: Seat, now: Now) -> list[Draft]:
    terms = seat.view.terms()
    if not terms.version or any(origin in seat.locked for origin in seat.own.values()):
        return []
    if seat.last_test_ms is None:
        seat.last_test_ms = now.elapsed_ms
        return []
    if now.elapsed_ms - seat.last_test_ms < terms.test_every_s() * 1000:
        return []
    seat.last_test_ms = now.elapsed_ms
    return [test_draft(seat, MACHINE_OFFICE, "scheduled test")]


def test_draft(seat: Seat, office: str, text: str) -> Draft:
    """A test call to all other parties."""
    to = tuple(Office(p, "watch") for p in seat.parties if p != seat.party)
    body = digests(seat, _past_of_test(seat, to)) | {"text": text}
    return Draft(kind=line_test.CALL, office=office, body=body, to=to, mark=Mark.TEST)


def _past_of_test(seat: Seat, to: tuple[Office, ...]) -> Past | None:
    return past_of_next(seat, "main", to)
