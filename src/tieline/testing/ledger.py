"""Ledger: every head and receipt that ever left a machine, and every word given to an officer.

Kept apart from the machines, so that it remembers what they forget. Checks I-1 to I-6 and I-13.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from tieline.errors import UnverifiedError
from tieline.record.checkpoint import Checkpoint, parse_checkpoint
from tieline.record.entry import Ref, parse_entry
from tieline.record.merkle import Tree, hash_leaf
from tieline.record.note import parse_note
from tieline.replication import effects as fx
from tieline.replication.parcel import Parcel, parse_parcel
from tieline.replication.withdrawing import places
from tieline.testing.broken import require
from tieline.testing.station import Station


@lru_cache(maxsize=512)
def read_parcel(data: bytes) -> Parcel | None:
    """A parcel, or None when the bytes are none."""
    try:
        return parse_parcel(data)
    except UnverifiedError:
        return None


@lru_cache(maxsize=4_096)
def read_head(note: bytes) -> Checkpoint | None:
    """The head that a note speaks of; its signatures are not looked at."""
    try:
        return parse_checkpoint(parse_note(note).text)
    except UnverifiedError:
        return None


@dataclass(slots=True, kw_only=True)
class Acknowledged:
    """An entry of which an officer was told that it is filed."""

    ref: Ref
    excused: bool = False
    in_recovery: bool = False


@dataclass(slots=True)
class Ledger:
    """What was signed, emitted, cosigned and acknowledged. ``forked`` logs have liars behind."""

    trees: dict[str, Tree] = field(default_factory=dict)
    forked: set[str] = field(default_factory=set)
    heads: dict[str, set[tuple[int, bytes]]] = field(default_factory=dict)
    cosigned: dict[tuple[str, str], int] = field(default_factory=dict)
    acknowledged: dict[tuple[str, str], Acknowledged] = field(default_factory=dict)

    # -- I-4

    def signed(self, station: Station, checkpoint: Checkpoint, *, liar: bool) -> None:
        """A log key signed a head: it lies on one chain with all others of that log."""
        assert station.seat is not None
        tree = station.seat.copies[checkpoint.origin].tree
        truth = self.trees.setdefault(checkpoint.origin, Tree())
        common = min(truth.size, checkpoint.size)
        if truth.root(common) != tree.root(common):
            self.forked.add(checkpoint.origin)
            what = f"{checkpoint.origin} signed two histories, the other one at {checkpoint.size}"
            require("I-4", liar, what)
            return
        start = truth.size
        hashes = tree.hashes(0, start, checkpoint.size) if checkpoint.size > start else b""
        truth.extend(hashes[at : at + 32] for at in range(0, len(hashes), 32))

    def emitted(self, data: bytes, what: str, *, liar: bool) -> None:
        """Bytes left a machine: every head in them was signed on the one chain."""
        parcel = read_parcel(data)
        if parcel is None or liar:
            return
        for part in parcel.parts.values():
            for note in (part.checkpoint, part.fork):
                head = read_head(note) if note is not None else None
                if head is None or head.origin in self.forked:
                    continue
                truth = self.trees.get(head.origin, Tree())
                known = head.size <= truth.size and truth.root(head.size) == head.root
                require("I-4", known, f"{what}: a head of {head.origin} that nobody signed")

    # -- I-1, I-3, I-13

    def filed(self, station: Station, message_id: str, ref: Ref) -> None:
        """An officer is told that a message is filed."""
        leaf = station.disk.leaf(ref.origin, ref.index)
        held = leaf is not None and hash_leaf(leaf) == ref.leaf_hash
        require("I-3", held, f"{station.name} said filed before {ref.text()[-90:]} was durable")
        known = self.acknowledged.get((station.handle, message_id))
        if known is not None and not known.excused and known.ref != ref:
            # After a restore, what is issued again before its first place came back gets a second
            # one: nobody here can know the first. That it counts once is checked in every state
            # (`invariants.one_case_per_id`), and the first place is still asked for below.
            gone = known.in_recovery and self._gone(station, known.ref)
            require("I-13", gone, f"{station.name}: one id, two places: {known.ref} and {ref}")
            self.acknowledged[station.handle, f"{message_id} at {known.ref.text()}"] = known
        self.acknowledged[station.handle, message_id] = Acknowledged(ref=ref)

    @staticmethod
    def _gone(station: Station, ref: Ref) -> bool:
        leaf = station.disk.leaf(ref.origin, ref.index)
        return leaf is None or hash_leaf(leaf) != ref.leaf_hash

    def still_filed(self, station: Station, *, healed: bool = False) -> None:
        """Everything that was said to be filed is on the disk, or comes back once it is healed."""
        for (handle, message_id), word in self.acknowledged.items():
            if handle != station.handle or word.excused or (word.in_recovery and not healed):
                continue
            leaf = station.disk.leaf(word.ref.origin, word.ref.index)
            held = leaf is not None and hash_leaf(leaf) == word.ref.leaf_hash
            require("I-1", held, f"{station.name} lost {message_id} at {word.ref.index}")

    def excuse(self, lost: Callable[[Ref], bool]) -> None:
        """After a restore: what only the lost disk held cannot be asked for."""
        for word in self.acknowledged.values():
            if lost(word.ref):
                word.excused = True

    # -- I-2, I-3, I-6

    def before_cosign(self, station: Station, cosign: fx.Cosign) -> None:
        """A receipt is about to leave: everything below it is durable, and none is taken back."""
        for checkpoint in cosign.checkpoints:
            key = (station.handle, checkpoint.origin)
            last = self.cosigned.get(key, 0)
            shrinks = (
                f"{station.name} cosigns {checkpoint.origin} at {checkpoint.size} after {last}"
            )
            require("I-6", checkpoint.size >= last, shrinks)
            self._holds(station, checkpoint)
            self.cosigned[key] = checkpoint.size

    @staticmethod
    def _holds(station: Station, checkpoint: Checkpoint) -> None:
        origin, disk = checkpoint.origin, station.disk
        leaves = list(disk.leaves(origin, 0, checkpoint.size))
        root = Tree(hash_leaf(leaf) for leaf in leaves).root()
        whole = len(leaves) == checkpoint.size and root == checkpoint.root
        require("I-3", whole, f"{station.name} cosigns {checkpoint.size} of {origin}, not stored")
        withdrawn = places(station.seat) if station.seat is not None else {}
        for index, leaf in list(enumerate(leaves))[-8:]:
            for number, payload in enumerate(parse_entry(leaf).payloads):
                there = disk.has_blob(payload.digest) or (origin, index, number) in withdrawn
                require("I-3", there, f"{station.name} cosigns {origin} without its payloads")

    def still_cosigned(self, station: Station) -> None:
        """After a restart: what was cosigned is still there."""
        for (handle, origin), size in self.cosigned.items():
            if handle == station.handle:
                held = station.disk.size(origin)
                what = f"{station.name} cosigned {size} entries of {origin} and holds {held}"
                require("I-2", held >= size, what)

    def forget_receipts(self, handle: str) -> None:
        """A restored disk cannot keep what the lost one promised."""
        for key in [key for key in self.cosigned if key[0] == handle]:
            del self.cosigned[key]

    def cosigned_handles(self) -> set[str]:
        """Parties for which somebody else has stored something."""
        return {origin.rpartition("/")[2].split("-")[0] for _, origin in self.cosigned}

    def excuse_lost(self, station: Station, others: list[Station]) -> None:
        """What no disk holds any more after a restore is lost; the rest has to come back."""
        disks = [station.disk, *(other.disk for other in others)]
        for (handle, _), word in self.acknowledged.items():
            word.in_recovery |= handle == station.handle

        def lost(ref: Ref) -> bool:
            leaves = (disk.leaf(ref.origin, ref.index) for disk in disks)
            return all(leaf is None or hash_leaf(leaf) != ref.leaf_hash for leaf in leaves)

        self.excuse(lost)

    def excuse_refs(self, refs: set[Ref]) -> None:
        """Entries that were set aside, and quoted to the officer as possibly sent."""
        self.excuse(lambda ref: ref in refs)
