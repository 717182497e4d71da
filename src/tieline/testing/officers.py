"""Officers of an exercise: they speak, answer, negotiate, suspend and correct at random.

All goes the way of `serve`: composed by the node, signed by one person or two, filed. When the
machine dies before it answers, they file the very same message again once it is back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random

from tieline.errors import MovedError, RefusedError
from tieline.procedures import BY_NAME
from tieline.procedures.brackets import agreed_text
from tieline.procedures.line import correction, suspension
from tieline.procedures.line import framework as fw
from tieline.procedures.line import message as msg
from tieline.procedures.line import roster as roster_book
from tieline.procedures.line import test as line_test
from tieline.record.entry import Ref
from tieline.record.message import Mark, Office
from tieline.record.roster import Cutoff
from tieline.record.strict import JsonValue
from tieline.replication import founding
from tieline.replication.drafts import Draft
from tieline.replication.filing import compose
from tieline.replication.machine import test_draft
from tieline.replication.seat import Seat
from tieline.state.model import Case
from tieline.testing.broken import BrokenPromiseError
from tieline.testing.parties import OFFICES
from tieline.testing.station import Station

Body = dict[str, JsonValue]
TRIES_MAX = 20
OPENING_TRIES = 8
CLOCKS = (
    "receipt_FLASH_s=12\ntake_FLASH_s=20\nanswer_FLASH_s=45\nreceipt_IMMEDIATE_s=25\n"
    "take_IMMEDIATE_s=40\nanswer_IMMEDIATE_s=90"
)


@dataclass(slots=True)
class Pending:
    """A message that was signed, and whose filing has not been answered yet."""

    envelope: bytes
    clear: tuple[bytes, ...] = ()
    attachments: tuple[bytes, ...] = ()
    tries: int = 0


@dataclass(slots=True)
class Officers:
    """The people of one party."""

    station: Station
    rng: Random
    pending: list[Pending] = field(default_factory=list)
    refused: int = 0
    filed: int = 0
    revoked: set[str] = field(default_factory=set)

    def act(self) -> None:
        """Try one thing; what the rules refuse is refused."""
        seat = self.station.seat
        if seat is None:
            return
        if self.pending:
            self.retry()
            return
        if seat.locked:
            return
        acts: list[tuple[int, Callable[[Seat], Ref | None]]] = [
            (8, self.speak), (10, self.move), (1, self.suspend), (1, self.resume),
            (1, self.correct), (1, self.amend), (1, self.call), (1, self.publish),
        ]  # fmt: skip
        chosen = self.rng.choices([a for _, a in acts], [w for w, _ in acts])[0]
        try:
            chosen(seat)
        except RefusedError:
            self.refused += 1

    def say(
        self, draft: Draft, clear: tuple[bytes, ...] = (), attachments: tuple[bytes, ...] = ()
    ) -> Ref | None:
        """Compose, sign and file; None when the power failed before the answer."""
        seat = self.station.seat
        if seat is None:
            return None
        composed = compose(seat, draft, self.station.now())
        people = [p for p in self.station.party.people if p not in self.revoked]
        signed = self.station.party.sign(composed.payload, people[: composed.persons])
        pending = Pending(signed, clear, attachments)
        self.pending.append(pending)
        return self._file(pending)

    def retry(self) -> None:
        """File again what has not been answered."""
        for pending in list(self.pending):
            try:
                self._file(pending)
            except RefusedError:
                self.refused += 1

    def again(self) -> Ref | None:
        """File the oldest message that was not answered, once more."""
        return self._file(self.pending[0])

    def invite(self) -> Ref | None:
        """Our invitation, the first entry of our log."""
        station = self.station
        party = station.party
        message = founding.invitation_message(
            line=station.line,
            handle=party.handle,
            office="watch",
            parties=station.parties,
            title="exercise",
            entropy=self.rng.randbytes,
            now=station.now(),
        )
        pending = Pending(party.sign(message, [f"{party.handle}-1"]), (party.roster,))
        self.pending.append(pending)
        return self._file(pending)

    def agree(self) -> Ref | None:
        """Sign the framework as it is agreed, once our machine is on."""
        return self.sign_framework(self.station.seat) if self.station.seat is not None else None

    def _file(self, pending: Pending) -> Ref | None:
        pending.tries += 1
        try:
            ref = self.station.file(pending.envelope, pending.clear, pending.attachments)
        except MovedError:
            self.pending.remove(pending)
            raise
        except RefusedError:
            if self.station.seat is not None or pending.tries > TRIES_MAX:
                self.pending.remove(pending)
            raise
        if ref is not None:
            self.filed += 1
            self.pending.remove(pending)
        return ref

    # -- what they do

    def speak(self, seat: Seat, level: str = "") -> Ref | None:
        """A message to one or more offices of one or more parties."""
        others = [p for p in seat.parties if p != seat.party]
        chosen = self.rng.sample(others, self.rng.randint(1, len(others)))
        levels = seat.view.terms().levels()
        body: Body = {
            "subject": "exercise",
            "texts": words(f"exercise {self.rng.randrange(10**6)}"),
            "codes": [],
            "channel": self.rng.choice(msg.CHANNELS),
            "answer_by_s": self.rng.choice((0, 0, 30)),
            "references": [],
            "attachments": [],
        }
        return self.say(
            Draft(
                kind=msg.SAY,
                office=self.rng.choice(OFFICES),
                body=body,
                to=tuple(Office(p, self.rng.choice(OFFICES)) for p in sorted(chosen)),
                level=level or self.rng.choice((levels[0], *levels)),
                mark=self.rng.choice((Mark.EXERCISE, Mark.ACTUAL, Mark.TEST)),
            )
        )

    def move(self, seat: Seat) -> Ref | None:
        """A step that some open case allows us."""
        names = ("message", "message", "correction", "resumption", "test")
        cases = list(seat.view.cases(self.rng.choice(names)))[-6:]
        if not cases:
            return None
        case = self.rng.choice(cases)
        strand = self.rng.choice(sorted(case.strands) or [""])
        state = seat.view.state(case, strand)
        table = BY_NAME[case.procedure.name].steps
        kinds = sorted({row.kind for row in table if row.source == state} - machine_kinds(case))
        if not kinds:
            return None
        kind = self.rng.choice(kinds)
        return self.say(
            Draft(
                kind=kind,
                office="watch",
                body=self._body(seat, case, strand, kind),
                case=case.opener,
                strands=(strand,),
            )
        )

    def say_take(self, case: Case) -> Ref | None:
        """Take a message that is addressed to us."""
        draft = Draft(kind=msg.TAKE, office="watch", body={"note": ""}, case=case.opener)
        return self.say(draft)

    def _body(self, seat: Seat, case: Case, strand: str, kind: str) -> Body:
        if kind in (msg.TAKE, correction.NOTE, suspension.ACCEPT, line_test.CONFIRM):
            return {"note": ""}
        if kind == msg.ANSWER:
            return {"texts": words("answer"), "codes": []}
        if kind == msg.RECONCILE:
            tips = sorted({t.state for t in seat.view.tips(case, strand)})
            return {"outcome": self.rng.choice(tips), "note": ""}
        return {"reason": "exercise"}

    def suspend(self, seat: Seat) -> Ref | None:
        """Sever a channel, by two persons."""
        body: Body = {
            "channel": self.rng.choice(msg.CHANNELS[:2]),
            "reason": "exercise",
            "conditions": [],
        }
        if len(list(seat.view.cases("suspension"))) > 3:
            return None
        return self.say(Draft(kind=suspension.DECLARE, office="principal", body=body))

    def resume(self, seat: Seat) -> Ref | None:
        """Propose to lift what stands."""
        standing = [c for channel in msg.CHANNELS for c in seat.view.suspensions(channel)]
        if not standing:
            return None
        lifts: list[JsonValue] = [case.opener.text() for case in standing[:8]]
        body: Body = {"lifts": lifts, "note": ""}
        return self.say(Draft(kind=suspension.PROPOSE, office="principal", body=body))

    def correct(self, seat: Seat) -> Ref | None:
        """Amend something that we said."""
        ours = [c for c in seat.view.cases("message") if c.key.party == seat.party]
        if not ours:
            return None
        body: Body = {
            "corrects": self.rng.choice(ours).opener.text(),
            "texts": words("corrected"),
            "reason": "",
        }
        return self.say(Draft(kind=correction.FILE, office="desk", body=body))

    def call(self, _: Seat) -> Ref | None:
        """A test by hand."""
        seat = self.station.seat
        assert seat is not None
        return self.say(test_draft(seat, "watch", "by hand"))

    def amend(self, seat: Seat) -> Ref | None:
        """Negotiate: a position on a clause, or a signature on what is agreed."""
        case = seat.view.framework()
        if case is None:
            return None
        agreed = agreed_text(seat.view.positions(case), tuple(seat.parties))
        version, digest = seat.view.in_force()
        if agreed is not None and fw.text_digest(agreed) != digest:
            return self.sign_framework(seat)
        text = self.rng.choice(("one", "two"))
        clause: Body = {"id": "tone", "title": "Tone", "text": text, "terms": ""}
        body: Body = {"clauses": [clause], "note": f"towards {version + 1}"}
        return self.say(Draft(kind=fw.DRAFT, office="desk", body=body, case=case.opener))

    def sign_framework(self, seat: Seat) -> Ref | None:
        """Sign the agreed text, by two persons."""
        case = seat.view.framework()
        assert case is not None
        agreed = agreed_text(seat.view.positions(case), tuple(seat.parties))
        if agreed is None:
            return None
        body: Body = {"version": seat.view.in_force()[0] + 1, "digest": fw.text_digest(agreed)}
        return self.say(Draft(kind=fw.SIGN, office="principal", body=body, case=case.opener))

    def publish(self, seat: Seat) -> Ref | None:
        """A new roster: now and then it revokes our third person from here on."""
        revoke = f"{seat.party}-3" if self.rng.random() < 0.4 else ""
        return self.new_roster(seat, revoke)

    def new_roster(self, seat: Seat, revoke: str) -> Ref | None:
        """Publish the next version; ``revoke`` cuts a person off from where our logs end."""
        found = seat.view.roster_at(seat.party)
        if found is None:
            return None
        cutoffs = {(c.key, c.log): c for c in found.roster.cutoffs}
        if revoke:
            for origin in seat.own.values():
                size = seat.copies[origin].size if origin in seat.copies else 0
                cut = Cutoff(
                    key=revoke, log=origin, index=size + 1, reason="exercise", suspect=False
                )
                cutoffs.setdefault((revoke, origin), cut)
        envelope = founding.next_roster(
            found.roster,
            found.envelope,
            self.station.party.vault.operator,
            cutoffs=tuple(sorted(cutoffs.values())),
        )
        body: Body = {"version": found.roster.version + 1, "change": "exercise"}
        ref = self.say(Draft(kind=roster_book.KIND, office="principal", body=body), (envelope,))
        if revoke:
            self.revoked.add(revoke)
        return ref


def machine_kinds(case: Case) -> set[str]:
    """Steps that no officer can say: a machine's, or one that needs what only a machine has."""
    return set(case.procedure.machine)


def words(text: str) -> list[JsonValue]:
    """The same words, in one language."""
    return [{"lang": "en", "text": text, "original": "yes"}]


def found_line(officers: list[Officers], settle: Callable[[], None]) -> None:
    """Open the line: invitations, a framework with short clocks, all signatures.

    A machine may lose its power at any moment of it; its officers try again once it is back.

    Raises:
        BrokenPromiseError: it cannot be opened however often they try.
    """
    for each in officers:
        _surely(each, each.invite, settle)
    settle()
    clauses: list[JsonValue] = [
        {"id": "clocks", "title": "Clocks", "text": "Short ones.", "terms": CLOCKS},
        {"id": "test", "title": "Tests", "text": "Often.", "terms": "every_s=70\nanswer_s=20"},
    ]
    body: Body = {"clauses": clauses, "note": ""}
    case: Ref | None = None
    for each in officers:
        draft = Draft(kind=fw.DRAFT, office="desk", body=body, case=case)
        ref = _surely(each, partial(each.say, draft), settle)
        case = case or ref
        settle()
    for each in officers:
        _surely(each, each.agree, settle)
        settle()


def _surely(each: Officers, say: Callable[[], Ref | None], settle: Callable[[], None]) -> Ref:
    """Say something until it is filed, under one id as long as it may have been filed before."""
    why = "the power failed each time"
    for _ in range(OPENING_TRIES):
        found: Ref | None = None
        try:
            found = each.again() if each.pending else say()
        except RefusedError as error:
            why = str(error)
        if found is not None:
            return found
        settle()
    raise BrokenPromiseError("opening", f"{each.station.name} cannot open the line: {why}")
