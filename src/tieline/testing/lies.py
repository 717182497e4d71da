"""Lies: what a dishonest peer does, with good keys and a node that it has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from random import Random

from tieline.procedures.line import message as msg
from tieline.record.checkpoint import Checkpoint
from tieline.record.dsse import pad_to_bucket
from tieline.record.entry import Entry, Head, Payload, Ref, encode_entry
from tieline.record.message import Mark, Message, Office, encode_message
from tieline.record.strict import JsonValue
from tieline.replication import effects as fx
from tieline.replication.admit import take_entry
from tieline.replication.changes import Change, PutBlob
from tieline.replication.drafts import Draft
from tieline.replication.filing import compose, seal
from tieline.replication.parcel import Parcel, encode_parcel, log_name, parse_parcel
from tieline.replication.seat import Seat
from tieline.replication.seen import seen_heads
from tieline.signer.memory import MemorySigner
from tieline.state.model import Outcome
from tieline.testing.officers import Officers, words
from tieline.testing.station import Station
from tieline.testing.world import World


def copied(signer: MemorySigner) -> MemorySigner:
    """A signer with the same keys and marks, as a copy of a whole machine has it."""
    return deepcopy(signer)


EVERY_MS = 9_000
UNHELD = 50
"""How far beyond its end a log is said to have been seen."""


@dataclass(slots=True)
class Liar:
    """One party that lies in one way, again and again, until it is stopped."""

    world: World
    officers: Officers
    lie: str
    rng: Random
    told: int = 0
    stopped: bool = False
    clone: Station | None = None
    tricks: dict[str, Callable[[Seat], None]] = field(default_factory=dict)

    @property
    def station(self) -> Station:
        return self.officers.station

    def start(self) -> None:
        """Begin to lie."""
        self.world.watch.dishonest.add(self.station.handle)
        self.tricks = {
            "bad-envelope": self.bad_envelope,
            "bad-body": self.bad_body,
            "false-root": self.false_root,
            "unheld-head": self.unheld_head,
            "revoked": self.revoked,
            "single": self.single,
            "same-id": self.same_id,
        }
        if self.lie == "fork":
            self.world.later(EVERY_MS, self.run_twice)
        elif self.lie in self.tricks:
            self.world.later(EVERY_MS, self._again)
        else:
            self.world.intercept = self.tamper

    def stop(self) -> None:
        """The calm phase: no more lies, and one machine only."""
        self.stopped = True
        self.world.intercept = None
        self.world.network.blocked.clear()
        self.world.network.route.clear()
        if self.clone is not None:
            self.clone.retired = True
            self.clone.crash("retired")

    def _again(self) -> None:
        if self.stopped:
            return
        seat = self.station.seat
        if seat is not None and not seat.locked and self.world.faulty:
            self.told += 1
            self.tricks[self.lie](seat)
        self.world.later(EVERY_MS, self._again)

    # -- entries that no honest node would file

    def message(self, seat: Seat, role: str = "main", *, level: str = "ROUTINE") -> Message:
        """Something to say to everybody."""
        body: dict[str, JsonValue] = {
            "subject": "", "texts": words("false"), "codes": [], "channel": "dialogue",
            "answer_by_s": 0, "references": [], "attachments": [],
        }  # fmt: skip
        draft = Draft(kind=msg.SAY, office="watch", body=body, level=level, mark=Mark.ACTUAL)
        message = compose(seat, draft, self.station.now()).message
        return replace(message, log=seat.own[role])

    def sign(self, message: Message, *who: int) -> bytes:
        """Under the signatures of some of our people."""
        names = [f"{self.station.handle}-{n}" for n in who or (1,)]
        return self.station.party.sign(encode_message(message), names)

    def forge(  # noqa: PLR0917 - what an entry consists of
        self,
        seat: Seat,
        plain: bytes,
        expected: set[Outcome],
        role: str = "main",
        seen: tuple[Head, ...] | None = None,
        commit: bytes = b"",
    ) -> Ref | None:
        """Put an entry at the end of our log that nobody has judged, and sign it."""
        copy = seat.copies.get(seat.own[role])
        if copy is None:
            return None
        plain = pad_to_bucket(plain)
        blob = seal(seat, plain)
        digest = hashlib.sha256(blob).digest()
        entry = Entry(
            log=copy.origin,
            index=copy.size,
            time_s=self.station.now().wall_s,
            sealed=True,
            payloads=(Payload(length=len(blob), digest=digest),),
            commit=commit or hashlib.sha256(plain).digest(),
            seen=seen if seen is not None else seen_heads(seat, role, ()),
        )
        changes: list[Change] = [PutBlob(digest=digest, data=blob)]
        leaf = encode_entry(entry)
        item = take_entry(seat, copy, leaf, entry, {digest: blob}, changes, plain)
        if expected:
            self.world.watch.expected[item.ref] = frozenset(expected)
        crashing, self.world.crashing = self.world.crashing, False
        self.station.carry([fx.Persist(changes=tuple(changes))])
        self.station.give(fx.Flush())
        self.world.crashing = crashing
        return item.ref

    def bad_envelope(self, seat: Seat) -> None:
        """An entry that forgets what its log had seen."""
        self.forge(seat, self.sign(self.message(seat)), set(), seen=())

    def bad_body(self, seat: Seat) -> None:
        """Good envelopes around all kinds of nonsense."""
        message = self.message(seat)
        stranger = Office(next(p for p in seat.parties if p != seat.party), "watch")
        good = self.sign(message)
        plain, outcome = self.rng.choice(
            [
                (self.rng.randbytes(200), Outcome.MALFORMED),
                (b'{"payloadType":' * 400, Outcome.MALFORMED),
                (self.sign(replace(message, body={"subject": 7})), Outcome.BAD_BODY),
                (self.sign(replace(message, kind="message.shout")), Outcome.UNKNOWN_KIND),
                (self.sign(replace(message, sender=stranger)), Outcome.WRONG_SPEAKER),
                (self.sign(replace(message, line=message.line + "x")), Outcome.WRONG_LINE),
                (self._badly_signed(message), Outcome.BAD_SIGNATURE),
            ]
        )
        if self.rng.random() < 0.1:
            self.forge(seat, good, {Outcome.MALFORMED, Outcome.UNREADABLE}, commit=bytes(32))
        else:
            self.forge(seat, plain, {outcome})

    def _badly_signed(self, message: Message) -> bytes:
        party = self.station.party
        names = list(party.people)
        swapped = replace(party, people={names[0]: party.people[names[1]]})
        return swapped.sign(encode_message(message), names[:1])

    def _heads(self, seat: Seat, change: Callable[[Head], Head]) -> tuple[Head, ...]:
        heads = seen_heads(seat, "main", ())
        at = [n for n, h in enumerate(heads) if seat.owner(h.origin) != seat.party and h.size]
        if not at:
            return heads
        chosen = self.rng.choice(at)
        return tuple(change(h) if n == chosen else h for n, h in enumerate(heads))

    def false_root(self, seat: Seat) -> None:
        """A head that was never signed, of a size that everybody holds."""
        seen = self._heads(seat, lambda h: replace(h, root=self.rng.randbytes(32)))
        self.forge(seat, self.sign(self.message(seat)), set(), seen=seen)

    def unheld_head(self, seat: Seat) -> None:
        """A head far beyond what anybody holds: our log waits, and no other one."""
        if self.told > 1:
            return
        seen = self._heads(seat, lambda h: replace(h, size=h.size + UNHELD))
        self.forge(seat, self.sign(self.message(seat)), set(), seen=seen)

    def revoked(self, seat: Seat) -> None:
        """A person speaks whom our own roster has cut off before that place."""
        person = f"{self.station.handle}-3"
        if person not in self.officers.revoked:
            self.officers.new_roster(seat, person)
            return
        self.forge(seat, self.sign(self.message(seat), 3), {Outcome.NOT_ENTITLED})

    def single(self, seat: Seat) -> None:
        """One person says what takes two."""
        message = self.message(seat, level=seat.view.terms().highest())
        self.forge(seat, self.sign(message, 1), {Outcome.NEEDS_TWO})

    def same_id(self, seat: Seat) -> None:
        """Two messages under one id on two logs that did not see each other, and a third."""
        one, other = self.message(seat), self.message(seat, "express")
        body = dict(one.body) | {"channel": "safety", "texts": words("otherwise")}
        other = replace(other, id=one.id, body=body, to=one.to[:1])
        early = seen_heads(seat, "express", ())
        self.forge(seat, self.sign(one), {Outcome.OPENS})
        if self.forge(seat, self.sign(other), {Outcome.OPENS}, "express", early) is not None:
            third = replace(one, body=dict(one.body) | {"subject": "third"})
            self.forge(seat, self.sign(third), {Outcome.SAME_ID})

    # -- bytes that are changed on their way out

    def tamper(self, station: Station, output: fx.Send | fx.Reply) -> bytes:
        """What leaves the liar instead of what its node wanted to send."""
        data = output.data
        if station is not self.station or self.rng.random() < 0.5:
            return data
        if self.lie == "garbage":
            at = self.rng.randrange(len(data))
            return data[:at] + self.rng.randbytes(1) + data[at + 1 :]
        parcel = parse_parcel(data)
        if self.lie == "withhold":
            for part in parcel.parts.values():
                part.runs = {start: leaves[:-1] for start, leaves in part.runs.items()}
        elif self.lie == "shrink":
            self._shrink(parcel)
        elif self.lie == "hollow-receipt" and isinstance(output, fx.Reply):
            self._hollow(parcel)
        return encode_parcel(parcel)

    def _shrink(self, parcel: Parcel) -> None:
        for origin in self.station.own().values():
            older = [self.station.disk.checkpoint_at(origin, size) for size in range(1, 8)]
            known = [note for note in older if note is not None]
            if known:
                parcel.part(log_name(origin)).checkpoint = self.rng.choice(known)
        parcel.have = tuple(replace(h, size=h.size // 2) for h in parcel.have if h.size > 1)

    def _hollow(self, parcel: Parcel) -> None:
        for other in self.world.honest():
            for origin in other.own().values():
                stored = other.disk.checkpoint(origin)
                copy = other.seat.copies.get(origin) if other.seat is not None else None
                if stored is not None and copy is not None and copy.head is not None:
                    head = copy.at(copy.head_size)
                    parcel.receipts.append(self._receipt(head))

    def _receipt(self, head: Head) -> bytes:
        checkpoint = Checkpoint(origin=head.origin, size=head.size, root=head.root)
        return self.station.mirror.cosign(checkpoint, time_s=self.station.now().wall_s)

    # -- two machines with one key

    def run_twice(self) -> None:
        """Start a second machine from the same disk and keys, and show each to other parties."""
        station = self.station
        if station.seat is None:
            self.world.later(EVERY_MS, self.run_twice)
            return
        clone = self.clone = self.world.new_station(station.party)
        clone.name = station.name + "*"
        clone.generation = station.generation
        clone.disk.restore(station.disk.snapshot())
        clone.signer = copied(station.signer)
        others = sorted(set(self.world.stations) - {station.handle})
        for peer in others[: max(1, len(others) // 2)]:
            self.world.network.route[peer, station.handle] = clone
            self.world.network.blocked.add((station.name, peer))
        for peer in others[max(1, len(others) // 2) :]:
            self.world.network.blocked.add((clone.name, peer))
        self.world.boot(clone)
        self.world.start_ticking(clone)
        people = Officers(clone, Random(self.rng.random()))
        self._speak_on(people, 0)
        self._speak_on(self.officers, 0)
        if len(others) == 1:
            self.world.later(40_000, self.swap)

    def _speak_on(self, people: Officers, count: int) -> None:
        if self.stopped or count > 3:
            return
        people.act()
        self.world.later(EVERY_MS, lambda: self._speak_on(people, count + 1))

    def swap(self) -> None:
        """With one peer only: show it the other machine."""
        if self.clone is not None and not self.stopped:
            self.world.network.route.clear()
            self.world.network.blocked = {(self.clone.name, p) for p in self.world.stations}
