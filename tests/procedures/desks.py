"""Desks: two or more parties on one line, in memory, for tests that read given, when, then.

What one desk files reaches another only by `sync` or `deliver`, so two desks that did not hear of
each other act at the same time. Sealing is replaced by a prefix; signatures are real.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import permutations
from typing import Any

import pytest

from tieline.errors import SealError
from tieline.procedures import BY_KIND
from tieline.procedures.house.shared import is_house
from tieline.record import bech32, dsse, ed25519
from tieline.record.checkpoint import Checkpoint
from tieline.record.content import Content, Spoken
from tieline.record.entry import Ref, encode_entry, parse_entry
from tieline.record.merkle import Tree
from tieline.record.message import MESSAGE_TYPE, Office, encode_message, parse_message
from tieline.record.roster import OfficeSeat, Person
from tieline.replication import filing
from tieline.replication import founding as fd
from tieline.replication.admit import take_entry
from tieline.replication.changes import PutBlob
from tieline.replication.drafts import Draft
from tieline.replication.effects import Now
from tieline.replication.seat import Held, LogCopy, Seat, Tools
from tieline.signer import MirrorSigner
from tieline.state.board import Board, Overlay, board
from tieline.state.digest import state_digest
from tieline.state.fold import Folded
from tieline.state.model import Outcome
from tieline.state.negotiation import negotiation
from tieline.store.memory import MemoryStore

bodies: Any = sys.modules["tieline_test_bodies"]
say_body, draft_body = bodies.say_body, bodies.draft_body
texts, clause = bodies.texts, bodies.clause
answer_body, expiry_body = bodies.answer_body, bodies.expiry_body
publish, vacate, call_test = bodies.publish, bodies.vacate, bodies.call_test

START_MS = 1_795_257_600_000
PREFIX = b"sealed:"
OFFICES = ("watch", "desk", "principal")


@contextmanager
def quick_seals() -> Iterator[None]:
    """Sealing costs most of the time and is tested where it lives."""

    def seal(seat: Seat, plain: bytes) -> bytes:
        assert all(seat.roster(party) is not None for party in seat.parties)
        return PREFIX + plain

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filing, "seal", seal)
        # Every roster is read again and again, and reading its recipients is most of that.
        patch.setattr(bech32, "decode", cache(bech32.decode))
        patch.setattr(bech32, "encode", cache(bech32.encode))
        yield


@dataclass(slots=True, kw_only=True)
class Clock:
    wall_ms: int = START_MS

    def now(self) -> Now:
        return Now(wall_ms=self.wall_ms, elapsed_ms=self.wall_ms)

    def wait(self, seconds: float) -> None:
        self.wall_ms += int(seconds * 1000)


class Desk:
    """One party's watch, with its node and its keys."""

    def __init__(self, party: str, rng: random.Random, clock: Clock) -> None:
        self.party = party
        self.clock = clock
        self.rng = rng
        self.vault = fd.new_vault(rng.randbytes)
        self.persons = {f"{party}-p{n}": rng.randbytes(32) for n in (1, 2)}
        self.blind: set[bytes] = set()
        self.outcomes: dict[Ref, Folded] = {}

    def sit(self, line: str, parties: Mapping[str, str]) -> None:
        self.keys = fd.new_line_keys(line, self.party, self.rng.randbytes)
        self.store = MemoryStore()
        self.mirror = MirrorSigner(
            self.keys.mirror_name, self.keys.mirror.ed25519, self.keys.mirror.mldsa44
        )
        self.seat = Seat(
            line=line,
            party=self.party,
            parties=parties,
            own={role: fd.log_origin(line, self.party, role, 1) for role in ("main", "express")},
            mirror=self.keys.mirror_name,
            reader=self.store,
            tools=Tools(
                entropy=self.rng.randbytes,
                node_sign=lambda data: ed25519.sign(self.keys.node, data),
                open_blob=self._open,
            ),
        )

    def _open(self, blob: bytes) -> bytes:
        if not blob.startswith(PREFIX) or hashlib.sha256(blob).digest() in self.blind:
            raise SealError("not for us")
        return blob.removeprefix(PREFIX)

    # -- saying

    def invite(
        self, parties: Mapping[str, str], title: str = "A line", *, check: bool = True
    ) -> Ref:
        people = tuple(
            Person(id=name, key=ed25519.public_of(seed), offices=OFFICES)
            for name, seed in self.persons.items()
        )
        offices = tuple(OfficeSeat(name=n, title=n.title(), filled=True) for n in OFFICES)
        roster = fd.first_roster(
            handle=self.party,
            name=self.party.title(),
            vault=self.vault,
            keys=self.keys,
            persons=people,
            offices=offices,
        )
        body = fd.invitation_message(
            line=self.seat.line,
            handle=self.party,
            office="watch",
            parties=parties,
            title="A line",
            entropy=self.rng.randbytes,
            now=self.clock.now(),
        )
        envelope = self.sign(body, f"{self.party}-p1")
        if not check:
            message = parse_message(body)
            return self.place(envelope, message, message.log, (roster,))
        return self._file(envelope, (roster,))

    def sign(self, payload: bytes, *people: str) -> bytes:
        seeds = {p: self.keys.node if p == "node" else self.persons[p] for p in people}
        return dsse.sign_many(MESSAGE_TYPE, payload, seeds)

    def draft(self, kind: str, body: Mapping[str, Any], **changes: Any) -> Draft:
        to = changes.pop("to", ())
        to = tuple(Office(*name.split("/")) for name in to)
        changes.setdefault("office", "watch")
        return Draft(kind=kind, body=body, to=to, **changes)

    def post(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        people: int | None = None,
        clear: tuple[bytes, ...] = (),
        attachments: tuple[bytes, ...] = (),
        **changes: Any,
    ) -> Ref:
        """File what the rules allow; by as many persons as they ask for, unless ``people``."""
        composed = filing.compose(self.seat, self.draft(kind, body, **changes), self.clock.now())
        count = composed.persons if people is None else people
        signers = sorted(self.persons)[:count] if count else ["node"]
        return self._file(self.sign(composed.payload, *signers), clear, attachments)

    def say(self, subject: str = "Convoy", *, to: Iterable[str] = (), **changes: Any) -> Ref:
        body = say_body(subject, **changes.pop("body", {}))
        return self.post("message.say", body, to=to, **changes)

    def machine(self, kind: str, body: Mapping[str, Any], **changes: Any) -> Ref:
        return self.post(kind, body, people=0, office="node", **changes)

    def forge(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        people: tuple[str, ...] | None = None,
        role: str | None = None,
        clear: tuple[bytes, ...] = (),
        message: Mapping[str, Any] | None = None,
        signer: Callable[[bytes], bytes] | None = None,
        **changes: Any,
    ) -> Ref:
        """Put a message in the log that no honest node would file; our own one takes it too."""
        seat = self.seat
        honest = kind in BY_KIND and not is_house(kind)
        draft = self.draft(kind if honest else "message.say", body, **changes)
        composed = filing.compose(seat, draft, self.clock.now())
        origin = seat.own[role] if role else composed.message.log
        said = replace(composed.message, **{"kind": kind, "log": origin, **(message or {})})
        payload = encode_message(said)
        if signer is not None:
            envelope = signer(payload)
        else:
            envelope = self.sign(payload, *(people or (f"{self.party}-p1",)))
        return self.place(envelope, said, origin, clear)

    def place(
        self, envelope: bytes, message: Any, origin: str, clear: tuple[bytes, ...] = ()
    ) -> Ref:
        seat = self.seat
        role = next(r for r, o in seat.own.items() if o == origin)
        copy = filing._own_copy(seat, origin, clear)
        sealed = not clear and message.kind not in getattr(
            BY_KIND.get(message.kind), "clear", frozenset()
        )
        entry, payloads, plain = filing._entry(
            seat, copy, role, message, envelope, clear, self.clock.now(), sealed
        )
        changes: list[Any] = [PutBlob(digest=d, data=b) for d, b in payloads.items()]
        item = take_entry(
            seat, copy, encode_entry(entry), entry, payloads, changes, plain if sealed else None
        )
        self._keep(changes)
        return item.ref

    def _file(
        self, envelope: bytes, clear: tuple[bytes, ...], attachments: tuple[bytes, ...] = ()
    ) -> Ref:
        filed = filing.file(self.seat, envelope, clear, attachments, self.clock.now())
        self._keep(filed.changes)
        return filed.ref

    def _keep(self, changes: list[Any]) -> None:
        self.store.commit(tuple(changes))
        for folded in self.seat.fold.advance():
            self.outcomes[folded.ref] = folded

    # -- hearing

    def hear(self, other: Desk, origin: str, size: int | None = None) -> None:
        """Take what another desk holds of a log, up to a size."""
        theirs = other.seat.copies[origin]
        ours = self.seat.copies.get(origin)
        if ours is None:
            ours = LogCopy(origin=origin, key=theirs.key, tree=Tree())
            self.seat.copies[origin] = ours
            owner = other.seat.owner(origin)
            assert owner is not None
            if origin.endswith("-1"):
                self.seat.fold.own(origin, owner)
        changes: list[Any] = []
        for leaf in list(other.store.leaves(origin, ours.size, size or theirs.size)):
            entry = parse_entry(leaf)
            blobs = {p.digest: other.store.blob(p.digest) or b"" for p in entry.payloads}
            changes += [PutBlob(digest=d, data=b) for d, b in blobs.items()]
            take_entry(self.seat, ours, leaf, entry, blobs, changes)
        self._keep(changes)
        self.acknowledge(other, origin)

    def acknowledge(self, other: Desk, origin: str) -> None:
        """Tell another desk what we hold of a log; the signed note is tested where it lives."""
        size = self.seat.copies[origin].size
        held = Held(size=size, time_s=self.clock.now().wall_s, note=b"")
        other.seat.add_receipt(origin, self.party, held)

    def deliver(self, to: Desk) -> None:
        """Everything that is held here."""
        for origin in sorted(self.seat.copies, key=lambda o: (o.endswith("x"), o)):
            if origin not in to.seat.own.values():
                to.hear(self, origin)

    def receipt(self, ref: Ref, *, at_s: int | None = None) -> bytes:
        """This party's receipt for everything up to an entry that it holds."""
        tree = self.seat.copies[ref.origin].tree
        size = ref.index + 1
        head = Checkpoint(origin=ref.origin, size=size, root=tree.root(size))
        return self.mirror.cosign(head, time_s=at_s or self.clock.now().wall_s)

    # -- looking

    def state(self, case: Ref, party: str) -> str:
        found = self.seat.view.case_at(case)
        assert found is not None
        return self.seat.view.state(found, party)

    def outcome(self, ref: Ref) -> Outcome:
        return self.outcomes[ref].judgement.outcome

    def flags(self, ref: Ref) -> tuple[str, ...]:
        return self.outcomes[ref].judgement.flags

    def content(self, ref: Ref) -> Content:
        return self.seat.content(ref)

    def spoken(self, ref: Ref) -> Spoken:
        content = self.content(ref)
        assert isinstance(content, Spoken)
        return content

    def digest(self) -> str:
        return state_digest(self.seat.fold).hex()

    def suspended(self, channel: str) -> bool:
        return self.seat.view.suspended(channel)

    def in_force(self) -> int:
        return self.seat.view.in_force()[0]

    def agreed_digest(self) -> str:
        view = self.seat.view
        case = view.framework()
        assert case is not None
        return negotiation(view, case).digest

    def held_at(self, ref: Ref, party: str) -> int | None:
        found = self.seat.receipt_for(ref, party)
        return found.time_s if found is not None else None

    def board(self, **changes: Any) -> Board:
        overlay = Overlay(
            own=self.party,
            now_s=self.clock.now().wall_s,
            held=self.held_at,
            content=self.content,
        )
        return board(self.seat.fold, replace(overlay, **changes))


@dataclass(slots=True, kw_only=True)
class World:
    """A line with its desks."""

    desks: tuple[Desk, ...]
    clock: Clock
    rng: random.Random
    case: Ref | None = field(default=None)

    def sync(self) -> None:
        """Everybody hears everything, and computes the same."""
        self.sync_unequal()
        assert len({desk.digest() for desk in self.desks}) == 1

    def sync_unequal(self) -> None:
        """Everybody hears everything, though not everybody can read it."""
        for one, other in [*permutations(self.desks, 2)] * 2:
            one.deliver(other)

    def agree(self, *clauses: dict[str, str]) -> Ref:
        """Draft, agree and sign a framework, or amend the one in force."""
        first, *others = self.desks
        drafted = first.post("framework.draft", draft_body(*clauses), case=self.case)
        self.case = self.case or drafted
        self.sync()
        for desk in others:
            desk.post("framework.draft", draft_body(*clauses), case=self.case)
            self.sync()
        self.sign()
        return self.case

    def sign(self) -> None:
        version = self.desks[0].in_force() + 1
        for desk in self.desks:
            body = {"version": version, "digest": desk.agreed_digest()}
            desk.post("framework.sign", body, case=self.case)
            self.sync()


def found(*parties: str, seed: int = 1) -> World:
    """Desks that know each other's fingerprints and have said nothing."""
    clock, rng = Clock(), random.Random(seed)
    desks = tuple(Desk(party, rng, clock) for party in parties)
    line = fd.new_line_id(rng.randbytes)
    digits = {desk.party: desk.vault.fingerprint() for desk in desks}
    for desk in desks:
        desk.sit(line, digits)
    return World(desks=desks, clock=clock, rng=rng)


def open_line(*parties: str, seed: int = 1) -> World:
    """A line on which everybody has everybody's invitation."""
    world = found(*parties, seed=seed)
    for desk in world.desks:
        desk.invite({other.party: other.vault.fingerprint() for other in world.desks})
    world.sync()
    return world


def forge_raw(desk: Desk, message: Mapping[str, Any]) -> Ref:
    """A message of a desk with some fields that no honest node would write."""
    seat = desk.seat
    composed = filing.compose(seat, desk.draft("message.say", say_body()), desk.clock.now())
    said = replace(composed.message, **message)
    envelope = desk.sign(encode_message(said), f"{desk.party}-p1")
    return desk.place(envelope, said, composed.message.log)
