"""Machine steps: what a node says by itself, signed with the node key.

Batches of *opened*, echoes of tests, tests at the agreed interval, and clocks that ran out. A
clock is counted on the elapsed-time clock of the party that waits; it is kept in the store and
armed again after a restart from both clocks, and the earlier wins.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from tieline.errors import UnverifiedError
from tieline.procedures.line import message as msg
from tieline.procedures.line import opened
from tieline.procedures.line import test as line_test
from tieline.record import dsse
from tieline.record.content import Spoken
from tieline.record.entry import Ref, parse_entry
from tieline.record.message import MESSAGE_TYPE, Mark, Office
from tieline.record.roster import Roster, read_roster, verify_first
from tieline.record.strict import JsonValue
from tieline.replication.changes import DropLocal, PutLocal
from tieline.replication.drafts import Draft
from tieline.replication.effects import Now, Tell
from tieline.replication.filing import Filing, compose, file, past_of_next
from tieline.replication.seat import Armed, Held, Seat
from tieline.state.digest import state_digest, unreadable_digest
from tieline.state.fold import RULES_VERSION, Folded
from tieline.state.model import Case, Outcome
from tieline.state.past import Past

OPEN_BATCH_MS = 2_000
"""How long *opened* is gathered before it is said; for the highest level it is said at once."""
CLOCKS_SAVE_MS = 30_000
"""How often the time that running clocks have spent is kept."""
MACHINE_OFFICE = "node"
STILL_OPEN = frozenset({msg.SENT, msg.TAKEN, msg.TAKEN_LATE, msg.NOT_HELD, msg.NOT_TAKEN})


def say(seat: Seat, draft: Draft, now: Now) -> Filing:
    """File a message signed by the node alone."""
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
    if ours and message.kind in (msg.SAY, line_test.CALL):
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


def digests(seat: Seat, past: Past | None) -> dict[str, JsonValue]:
    """What a test carries: rules version, state digest, digest of the unreadable set."""
    return {
        "rules": RULES_VERSION,
        "state": state_digest(seat.fold, past).hex(),
        "unreadable": unreadable_digest(seat.fold, past).hex(),
    }


# -- what time asks of the machine


def due_drafts(seat: Seat, now: Now) -> list[Draft]:
    """Everything that the machine has to say at this instant."""
    echoes, seat.to_echo = seat.to_echo, []
    return [*echoes, *_opened_batches(seat, now), *_expiries(seat, now), *_tests(seat, now)]


def _opened_batches(seat: Seat, now: Now) -> list[Draft]:
    highest = seat.view.terms().highest()
    urgent = [item for item in seat.to_open if item[2] == highest]
    old = seat.open_since_ms is not None and now.elapsed_ms - seat.open_since_ms >= OPEN_BATCH_MS
    drafts = []
    if urgent:
        drafts.append(_opened(urgent, highest))
    rest = [item for item in seat.to_open if item[2] != highest] if old else []
    while rest:
        drafts.append(_opened(rest[: opened.ITEMS_MAX // 2], ""))
        rest = rest[opened.ITEMS_MAX // 2 :]
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
    done = (
        {str(i["ref"]) for i in items if isinstance(i, dict)} if isinstance(items, list) else set()
    )
    for ref, _, _ in seat.to_open:
        if ref.text() in done:
            seat.later.append(PutLocal(key=_opened_key(ref), value=str(ref.index + 1).encode()))
    seat.to_open = [item for item in seat.to_open if item[0].text() not in done]
    if not seat.to_open:
        seat.open_since_ms = None


def _opened_key(ref: Ref) -> str:
    return f"opened/{ref.origin}"


def remember(seat: Seat, folded: list[Folded], now: Now) -> None:
    """After a restart: what was not yet said to be opened, and which cases of ours run."""
    for each in folded:
        told = int(seat.reader.local(_opened_key(each.ref)) or b"0")
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
    if not terms.version or seat.locked:
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
    body = digests(seat, past_of_next(seat, "main", to)) | {"text": text}
    return Draft(kind=line_test.CALL, office=office, body=body, to=to, mark=Mark.TEST)


# -- clocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock that runs for one strand of a case of ours. ``name`` is unique while it runs."""

    name: str
    kind: str
    clock: str
    rung: int
    allowed_s: int
    next_office: str
    receipt: Held | None


def clocks_of(seat: Seat, case: Case, strand: str) -> list[Clock]:
    """The clocks that run for one strand, from the state and the receipts held here."""
    view, state = seat.view, seat.view.state(case, strand)
    held = next(
        (h for ref in case.openers if (h := seat.receipt_for(ref, strand)) is not None), None
    )
    base = f"{case.key.party}/{case.key.id}/{strand}"
    if case.procedure.name == "test":
        if state != line_test.CALLED:
            return []
        allowed = view.terms().test_answer_s()
        return [_clock(f"{base}/filed/echo", line_test.EXPIRED, "answer", 0, allowed, "", None)]
    if state not in STILL_OPEN:
        return []
    terms = view.terms()
    if held is None:
        if state != msg.SENT:
            return []
        allowed = terms.receipt_s(case.level)
        return [_clock(f"{base}/filed/receipt", msg.UNREACHED, "take", 0, allowed, "", None)]
    expired = [s for s in case.strands[strand] if s.kind == msg.EXPIRED]
    bodies = [_body(seat, s.ref) for s in expired]
    clocks = []
    rung = sum(b.get("clock") == "take" for b in bodies)
    ladder = terms.ladder()
    if rung < len(ladder) and state not in (msg.TAKEN, msg.TAKEN_LATE):
        suspended = view.suspended(case.channel)
        after = ladder[rung + 1] if rung + 1 < len(ladder) and not suspended else ""
        allowed = terms.take_s(case.level) * (rung + 1)
        name = f"{base}/held/take{rung}"
        clocks.append(
            _clock(
                name, msg.EXPIRED, "take", rung, allowed, f"{strand}/{after}" if after else "", held
            )
        )
    if not any(b.get("clock") == "answer" for b in bodies):
        own = case.message.body.get("answer_by_s")
        allowed = own if isinstance(own, int) and own else terms.answer_s(case.level)
        clocks.append(_clock(f"{base}/held/answer", msg.EXPIRED, "answer", 0, allowed, "", held))
    return clocks


def _clock(  # noqa: PLR0917 - a clock in one line
    name: str, kind: str, clock: str, rung: int, allowed: int, after: str, held: Held | None
) -> Clock:
    return Clock(
        name=name,
        kind=kind,
        clock=clock,
        rung=rung,
        allowed_s=allowed,
        next_office=after,
        receipt=held,
    )


def _body(seat: Seat, ref: Ref) -> dict[str, JsonValue]:

    content = seat.content(ref)
    return dict(content.message.body) if isinstance(content, Spoken) else {}


def spent_ms(armed: Armed, now: Now) -> int:
    """How long a clock has run: by elapsed time, plus what it had run before a restart."""
    return armed.spent_ms + max(0, now.elapsed_ms - armed.elapsed_ms)


def _armed_name(clock: Clock) -> str:
    """All clocks that count from one event share what was armed: filed, or held."""
    return clock.name.rpartition("/")[0]


def _expiries(seat: Seat, now: Now) -> list[Draft]:
    drafts: list[Draft] = []
    for key in sorted(seat.watched):
        case = seat.view.case(key)
        if case is None:
            continue
        for strand in sorted(case.strands):
            for clock in clocks_of(seat, case, strand):
                armed = seat.clocks.get(_armed_name(clock)) or _arm(seat, clock, now)
                if spent_ms(armed, now) >= clock.allowed_s * 1000:
                    drafts.append(_expired(case, strand, clock))
                    break
    _settle(seat)
    return drafts


def _arm(seat: Seat, clock: Clock, now: Now) -> Armed:
    armed = Armed(wall_ms=now.wall_ms, elapsed_ms=now.elapsed_ms)
    seat.clocks[_armed_name(clock)] = armed
    save_clock(seat, _armed_name(clock), armed, now)
    return armed


def _expired(case: Case, strand: str, clock: Clock) -> Draft:
    start_s = clock.receipt.time_s if clock.receipt is not None else case.time_s
    body: dict[str, JsonValue] = {
        "clock": clock.clock,
        "rung": clock.rung,
        "next": clock.next_office,
        "receipt": clock.receipt.note.decode() if clock.receipt is not None else "",
        "allowed": clock.allowed_s,
    }
    # A peer whose clock runs ahead must not make our expiry look early.
    return Draft(
        kind=clock.kind,
        office=MACHINE_OFFICE,
        body=body,
        case=case.opener,
        strands=(strand,),
        issued_ms=(start_s + clock.allowed_s) * 1000,
    )


def _settle(seat: Seat) -> None:
    for key in sorted(seat.watched):
        case = seat.view.case(key)
        if case is None:
            continue
        if any(clocks_of(seat, case, strand) for strand in case.strands):
            continue
        if all(state in case.procedure.closed for state in seat.view.states(case).values()):
            seat.watched.discard(key)
            prefix = f"{key.party}/{key.id}/"
            for name in [n for n in seat.clocks if n.startswith(prefix)]:
                del seat.clocks[name]
                seat.later.append(DropLocal(key=clock_key(seat, name)))


def clock_key(seat: Seat, name: str) -> str:
    """Where a clock is kept in the store."""
    return f"clock/{seat.line}/{name}"


def save_clock(seat: Seat, name: str, armed: Armed, now: Now) -> None:
    """Keep a clock with the next thing that is persisted."""
    value = {"wall_ms": armed.wall_ms, "spent_ms": spent_ms(armed, now)}
    seat.later.append(PutLocal(key=clock_key(seat, name), value=json.dumps(value).encode()))


def load_clocks(seat: Seat, now: Now) -> None:
    """Arm the clocks again after a restart, from both clocks; the earlier wins."""
    prefix = f"clock/{seat.line}/"
    for key, value in seat.reader.locals(prefix):
        kept = json.loads(value)
        by_wall = max(0, now.wall_ms - int(kept["wall_ms"]))
        seat.clocks[key.removeprefix(prefix)] = Armed(
            wall_ms=int(kept["wall_ms"]),
            elapsed_ms=now.elapsed_ms,
            spent_ms=max(int(kept["spent_ms"]), by_wall),
        )


def keep_clocks(seat: Seat, now: Now) -> None:
    """Now and then, keep how long the running clocks have run."""
    if now.elapsed_ms - seat.saved_clocks_ms >= CLOCKS_SAVE_MS:
        seat.saved_clocks_ms = now.elapsed_ms
        for name, armed in seat.clocks.items():
            save_clock(seat, name, armed, now)


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
