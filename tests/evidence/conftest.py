"""A short line between two parties, driven in memory, for whoever checks its files."""

from __future__ import annotations

import hashlib
import itertools
import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from tieline.record import age, dsse, ed25519
from tieline.record.checkpoint import Checkpoint, sign_checkpoint
from tieline.record.entry import Entry, Payload, encode_entry, parse_entry
from tieline.record.merkle import Tree, hash_leaf
from tieline.record.message import MESSAGE_TYPE, Office
from tieline.record.roster import OfficeSeat, Person
from tieline.replication import effects as fx
from tieline.replication import founding as fd
from tieline.replication.changes import AppendEntry, Change, PutBlob, PutCheckpoint, PutPlaintext
from tieline.replication.drafts import Draft
from tieline.replication.filing import compose
from tieline.replication.seat import Seat, Tools
from tieline.replication.step import load, step
from tieline.signer import MirrorSigner
from tieline.signer.memory import MemorySigner
from tieline.store.memory import MemoryStore

OFFICES = ("watch", "desk", "principal")
START_MS = 1_795_257_600_000


@dataclass
class Desk:
    """One party with its keys, store and seat."""

    handle: str
    line: str
    entropy: Any
    vault: Any = None
    keys: Any = None
    people: dict[str, bytes] = field(default_factory=dict)
    store: MemoryStore = field(default_factory=MemoryStore)
    signer: MemorySigner = field(default_factory=MemorySigner)
    seat: Any = None
    roster: bytes = b""

    def __post_init__(self) -> None:
        self.vault = fd.new_vault(self.entropy)
        self.keys = fd.new_line_keys(self.line, self.handle, self.entropy)
        self.people = {f"{self.handle}-p{n}": self.entropy(32) for n in (1, 2)}
        for origin, seeds in self.keys.logs.items():
            self.signer.create_log(origin, seeds.ed25519, seeds.mldsa44)
        seeds = self.keys.mirror
        self.mirror = MirrorSigner(self.keys.mirror_name, seeds.ed25519, seeds.mldsa44)
        self.identity = age.HybridIdentity(self.keys.reading)
        self.roster = fd.first_roster(
            handle=self.handle,
            name=self.handle.title(),
            vault=self.vault,
            keys=self.keys,
            persons=tuple(
                Person(id=i, key=ed25519.public_of(s), offices=OFFICES)
                for i, s in self.people.items()
            ),
            offices=tuple(OfficeSeat(name=n, title=n, filled=True) for n in OFFICES),
        )

    def open_blob(self, blob: bytes) -> bytes:
        return age.decrypt(blob, [self.identity])

    def sign(self, payload: bytes, *who: str) -> bytes:
        return dsse.sign_many(MESSAGE_TYPE, payload, {w: self.people[w] for w in who})


class SmallLine:
    """Two desks that exchange over nothing but a list."""

    def __init__(self, seed: int = 1) -> None:
        entropy = random.Random(seed).randbytes
        self.entropy = entropy
        self.line = fd.new_line_id(entropy)
        self.clock_ms = START_MS
        self.desks = {h: Desk(h, self.line, entropy) for h in ("alpha", "bravo")}
        self.parties = {h: d.vault.fingerprint() for h, d in self.desks.items()}
        self._queue: list[tuple[str, Any]] = []
        self._replies: dict[int, bytes] = {}
        self._tokens = itertools.count()
        for desk in self.desks.values():
            self._sit(desk)
        for desk in self.desks.values():
            body = fd.invitation_message(
                line=self.line,
                handle=desk.handle,
                office="watch",
                parties=self.parties,
                title="a test",
                entropy=entropy,
                now=self.now(),
            )
            envelope = desk.sign(body, f"{desk.handle}-p1")
            self._run(
                desk, step(desk.seat, fx.File(envelope=envelope, clear=(desk.roster,)), self.now())
            )
        self.pump()
        self.tick()

    def _sit(self, desk: Desk) -> None:
        tools = Tools(
            entropy=self.entropy,
            node_sign=lambda message: ed25519.sign(desk.keys.node, message),
            open_blob=desk.open_blob,
        )
        roles = ("main", "express")
        desk.seat = Seat(
            line=self.line,
            party=desk.handle,
            parties=self.parties,
            own={role: fd.log_origin(self.line, desk.handle, role, 1) for role in roles},
            mirror=desk.keys.mirror_name,
            reader=desk.store,
            tools=tools,
        )
        load(desk.seat, self.now())

    def now(self) -> fx.Now:
        return fx.Now(wall_ms=self.clock_ms, elapsed_ms=self.clock_ms)

    def _run(self, desk: Desk, outputs: Any) -> None:
        seat, now = desk.seat, self.now()
        for out in outputs:
            match out:
                case fx.Persist():
                    desk.store.commit(out.changes)
                case fx.Sign(checkpoint=head):
                    mark, tree = desk.signer.mark(head.origin), seat.copies[head.origin].tree
                    assert mark is not None
                    proof = tree.consistency_proof(mark.size, head.size)
                    note = desk.signer.sign(head, consistency=proof, time_s=now.wall_s)
                    self._run(desk, step(seat, fx.Signed(origin=head.origin, note=note), now))
                case fx.Cosign(checkpoints=heads, token=token):
                    notes = tuple(desk.mirror.cosign(h, time_s=now.wall_s) for h in heads)
                    self._run(desk, step(seat, fx.Cosigned(token=token, notes=notes), now))
                case fx.Send():
                    self._queue.append((desk.handle, out))
                case fx.Reply(token=token, data=data):
                    self._replies[token] = data
                case _:
                    pass

    def pump(self) -> None:
        while self._queue:
            source, sent = self._queue.pop(0)
            token = next(self._tokens)
            peer = self.desks[sent.peer]
            arrived = fx.Arrived(data=sent.data, peer=source, token=token)
            self._run(peer, step(peer.seat, arrived, self.now()))
            self.clock_ms += 20
            answered = fx.Answered(
                peer=sent.peer,
                lane=sent.lane,
                data=self._replies.pop(token),
                sent_bytes=len(sent.data),
                took_ms=20,
            )
            self._run(self.desks[source], step(self.desks[source].seat, answered, self.now()))

    def tick(self, ms: int = 1000) -> None:
        self.clock_ms += ms
        for desk in self.desks.values():
            self._run(desk, step(desk.seat, fx.Tick(), self.now()))
        self.pump()

    def say(self, handle: str, kind: str, body: Any, **more: Any) -> Any:
        desk = self.desks[handle]
        draft = Draft(kind=kind, office="watch", body=body, **more)
        composed = compose(desk.seat, draft, self.now())
        who = [f"{handle}-p{n + 1}" for n in range(max(1, composed.persons))]
        envelope = desk.sign(composed.payload, *who)
        outputs = step(desk.seat, fx.File(envelope=envelope), self.now())
        (ref,) = [o.ref for o in outputs if isinstance(o, fx.Tell) and o.event == "filed"]
        self._run(desk, outputs)
        self.pump()
        self.tick()
        return ref

    def ask(self, handle: str, words: str = "hello") -> Any:
        """A message to the other party, taken and answered there."""
        (other,) = set(self.desks) - {handle}
        texts = [{"lang": "en", "text": words, "original": "yes"}]
        body = {
            "subject": "s",
            "texts": texts,
            "codes": [],
            "channel": "dialogue",
            "answer_by_s": 0,
            "references": [],
            "attachments": [],
        }
        ref = self.say(handle, "message.say", body, level="ROUTINE", to=(Office(other, "watch"),))
        self.say(other, "message.take", {"note": ""}, case=ref)
        self.say(other, "message.answer", {"texts": texts, "codes": []}, case=ref)
        return ref


def copied_home(line: SmallLine, handle: str) -> MemoryStore:
    """A copy of a party's store, to be damaged."""
    store = MemoryStore()
    store.restore(line.desks[handle].store.snapshot())
    return store


def appended(
    line: SmallLine, store: MemoryStore, handle: str, plaintext: bytes, **fields: Any
) -> tuple[str, int]:
    """One more sealed entry in a party's main log, whatever it says, under an honest signature."""
    desk = line.desks[handle]
    origin = fd.log_origin(line.line, handle, "main", 1)
    blob = b"sealed " + plaintext
    size = store.size(origin)
    last = store.leaf(origin, size - 1)
    assert last is not None
    values: dict[str, Any] = {
        "log": origin,
        "index": size,
        "time_s": START_MS // 1000,
        "sealed": True,
        "payloads": (Payload(length=len(blob), digest=hashlib.sha256(blob).digest()),),
        "commit": hashlib.sha256(plaintext).digest(),
        "seen": parse_entry(last).seen,
    }
    leaf = encode_entry(Entry(**(values | fields)))
    digest = hashlib.sha256(blob).digest()
    changes: list[Change] = [
        PutBlob(digest=digest, data=blob),
        PutPlaintext(digest=digest, data=plaintext),
        AppendEntry(origin=origin, index=size, leaf=leaf),
    ]
    store.commit(changes)
    tree = Tree(hash_leaf(each) for each in store.leaves(origin, 0, size + 1))
    note = signed_head(desk, Checkpoint(origin=origin, size=size + 1, root=tree.root()))
    store.commit([PutCheckpoint(origin=origin, size=size + 1, note=note)])
    return origin, size


def signed_head(desk: Desk, head: Checkpoint, time_s: int = START_MS // 1000) -> bytes:
    """A head under both signatures of its log."""
    seeds = desk.keys.logs[head.origin]
    return sign_checkpoint(head, seeds.ed25519, seeds.mldsa44, time_s)


@pytest.fixture(scope="session")
def small_line() -> SmallLine:
    """About twenty entries in four logs; read it, copy it, never change it."""
    line = SmallLine()
    for handle in ("alpha", "bravo", "alpha"):
        line.ask(handle)
    return line


@pytest.fixture(scope="session")
def home_of() -> Any:
    return copied_home


@pytest.fixture(scope="session")
def append() -> Any:
    return appended


@pytest.fixture(scope="session")
def signed() -> Any:
    return signed_head


@pytest.fixture(scope="session")
def another_line() -> SmallLine:
    """The same parties' handles on a line of its own, with other keys."""
    line = SmallLine(seed=2)
    line.ask("alpha")
    return line
