"""Seat: one party's place on one line, in memory: copies of all logs, the state, the peers.

Everything here can be rebuilt from the store. `step` changes it before its outputs are carried
out; a driver that could not carry out a `Persist` throws the seat away and loads it anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tieline.errors import DamagedStoreError, SealError, UnverifiedError
from tieline.record.checkpoint import Checkpoint, LogKey, verify_checkpoint
from tieline.record.content import Content, read_content
from tieline.record.entry import Entry, Head, Ref, parse_entry
from tieline.record.merkle import Tree, hash_leaf
from tieline.record.names import line_of
from tieline.record.receipt import MirrorKey
from tieline.record.roster import Roster
from tieline.record.strict import JsonValue
from tieline.replication.changes import Change
from tieline.replication.drafts import Draft
from tieline.replication.effects import Lane
from tieline.replication.house import (
    Step,
    backing_key,
    claims_key,
    cut_key,
    cut_size,
    fork_key,
    read_claims,
    read_fork,
    read_steps,
    steps_key,
)
from tieline.replication.reader import Reader
from tieline.replication.withdrawals import Withdrawals
from tieline.state.fold import Fold, Item
from tieline.state.model import CaseKey
from tieline.state.view import View

BUDGET_FIRST = 4_096
"""Bytes of the first parcel to a peer, and of every one on a slow link (DESIGN, Express)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a seat may use of the world, as plain functions.

    ``entropy`` gives fresh random bytes; ``node_sign`` signs as the node (Ed25519, 64 bytes);
    ``open_blob`` decrypts with the reading key, raising ``SealError``.
    """

    entropy: Callable[[int], bytes]
    node_sign: Callable[[bytes], bytes]
    open_blob: Callable[[bytes], bytes]


@dataclass(slots=True, kw_only=True)
class LogCopy:
    """A log as held here. ``head`` is the newest verified signed note that it fills.

    ``backing`` is a larger signed head that the entries are proven to lie under, ``claims`` are
    signed heads of sizes that are not filled yet, ``steps`` join entries behind ``head`` to larger
    heads. ``stopped`` is the index of a leaf whose
    envelope is bad: nothing from there on is stored. ``forked`` holds the two notes that convict
    its author; such a log is frozen.
    """

    origin: str
    key: LogKey
    tree: Tree
    head_size: int = 0
    head: bytes | None = None
    last: Entry | None = None
    backing: bytes | None = None
    claims: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    stopped: int | None = None
    forked: tuple[bytes, bytes] | None = None

    @property
    def size(self) -> int:
        return self.tree.size

    def newest(self, filled: Checkpoint) -> Checkpoint:
        """The newest signed head that is filled, given one that is."""
        if self.head_size <= filled.size:
            return filled
        return Checkpoint(
            origin=self.origin, size=self.head_size, root=self.tree.root(self.head_size)
        )

    def at(self, size: int) -> Head:
        """The head at a size that is held."""
        return Head(origin=self.origin, size=size, root=self.tree.root(size))


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A peer's receipt for one of the logs: everything below ``size`` since ``time_s``."""

    size: int
    time_s: int
    note: bytes


@dataclass(slots=True, kw_only=True)
class LaneState:
    """One connection to a peer."""

    busy: bool = False
    telling: dict[str, int] = field(default_factory=dict)
    proving: set[tuple[str, int]] = field(default_factory=set)
    saying: bytes = b""
    said: bytes = b""
    retry_at_ms: int = 0
    failures: int = 0
    sent_at_ms: int = 0


@dataclass(slots=True, kw_only=True)
class Peer:
    """What we know of a peer's node.

    ``has`` and ``want`` are its own, unsigned words; ``told`` the receipts, and ``proved`` the
    contradictions, that it has answered.
    """

    party: str
    has: dict[str, Head] = field(default_factory=dict)
    want: tuple[tuple[str, int, int], ...] = ()
    told: dict[str, int] = field(default_factory=dict)
    proved: set[tuple[str, int]] = field(default_factory=set)
    heard_at_ms: int | None = None
    up: bool = False
    budget: int = BUDGET_FIRST
    lanes: dict[Lane, LaneState] = field(
        default_factory=lambda: {"express": LaneState(), "main": LaneState()}
    )


@dataclass(slots=True, kw_only=True)
class Armed:
    """A clock that runs: when it was armed, by both clocks, and how long it had run before."""

    wall_ms: int
    elapsed_ms: int
    spent_ms: int = 0


class Seat:
    """One party's place on one line."""

    def __init__(
        self,
        *,
        line: str,
        party: str,
        parties: Mapping[str, str],
        own: Mapping[str, str],
        mirror: str,
        reader: Reader,
        tools: Tools,
    ) -> None:
        """``own`` maps ``main`` and ``express`` to the origins that this node signs."""
        self.line = line
        self.party = party
        self.parties = dict(sorted(parties.items()))
        self.own = dict(own)
        self.alone: frozenset[str] = frozenset()  # Lines that are ours alone.
        self.mirror = mirror
        self.reader = reader
        self.tools = tools
        self.copies: dict[str, LogCopy] = {}
        self.items: dict[tuple[str, int], Item] = {}
        self.fold = Fold(line, parties, self._item, self._root_at)
        self.peers = {p: Peer(party=p) for p in self.parties if p != party}
        self.held: dict[tuple[str, str], list[Held]] = {}
        self.given: dict[str, tuple[int, bytes]] = {}
        self.clocks: dict[str, Armed] = {}
        self.bodies: dict[Ref, dict[str, JsonValue]] = {}
        self.watched: set[CaseKey] = set()
        self.to_open: list[tuple[Ref, str, str]] = []
        self.to_echo: list[Draft] = []
        self.open_since_ms: int | None = None
        self.later: list[Change] = []
        self.locked: dict[str, str] = {}
        self.returned: dict[str, int] = {}
        self.pending: dict[int, tuple[bytes, ...]] = {}
        self.withdrawals = Withdrawals()
        self.waiting_since: dict[tuple[str, int], int] = {}
        self.last_test_ms: int | None = None
        self.saved_clocks_ms = 0

    def forget(self) -> None:
        """Forget all copies and what was folded from them."""
        self.copies = {}
        self.fold = Fold(self.line, self.parties, self._item, self._root_at)

    @property
    def view(self) -> View:
        """The state as it stands here."""
        return self.fold.view

    def roster(self, party: str) -> Roster | None:
        """A party's newest roster."""
        return self.view.roster(party)

    def owner(self, origin: str) -> str | None:
        """Whose log it is, once certified."""
        return self.fold.registers.owners.get(origin)

    def role(self, origin: str) -> str:
        """``main`` or ``express``, by the owner's roster."""
        owner = self.owner(origin)
        roster = self.roster(owner) if owner is not None else None
        certificate = roster.log(origin) if roster is not None else None
        return certificate.role if certificate is not None else "main"

    def log_key(self, origin: str) -> LogKey | None:
        """Public keys of a log that some roster certifies."""
        copy = self.copies.get(origin)
        if copy is not None:
            return copy.key
        for items in self.fold.registers.rosters.values():
            for item in items:
                certificate = item.roster.log(origin)
                if certificate is not None:
                    return certificate.key
        return None

    def mirror_of(self, cosigner: str) -> tuple[str, MirrorKey] | None:
        """The party whose mirror has, or had, this name, and the key."""
        view = self.view
        for party in self.parties:
            for key in reversed(view.mirrors(party)):
                if key.name == cosigner:
                    return party, key
        return None

    def held_by(self, origin: str, party: str) -> int:
        """Entries of a log that a party provably holds: its own log, or its newest receipt."""
        if self.owner(origin) == party:
            return self.fold.size(origin)
        return self.held_by_receipt(origin, party)

    def held_by_receipt(self, origin: str, party: str) -> int:
        """Entries of a log that a party's newest receipt covers."""
        known = self.held.get((origin, party))
        return known[-1].size if known else 0

    def receipt_for(self, ref: Ref, party: str) -> Held | None:
        """The first receipt of a party that covers an entry."""
        known = self.held.get((ref.origin, party), [])
        low, high = 0, len(known)
        while low < high:
            middle = (low + high) // 2
            if known[middle].size > ref.index:
                high = middle
            else:
                low = middle + 1
        return known[low] if low < len(known) else None

    def add_receipt(self, origin: str, party: str, held: Held) -> bool:
        """Take a verified receipt; True when it says something new."""
        known = self.held.setdefault((origin, party), [])
        if known and held.size <= known[-1].size:
            return False
        known.append(held)
        return True

    def have(self) -> list[Head]:
        """What we hold of each log, for the peer's planning."""
        return [copy.at(copy.size) for _, copy in sorted(self.copies.items())]

    # -- reading

    def _root_at(self, origin: str, size: int) -> bytes | None:
        copy = self.copies.get(origin)
        return copy.tree.root(size) if copy is not None and size <= copy.size else None

    def _item(self, origin: str, index: int) -> Item | None:
        copy = self.copies.get(origin)
        if copy is None or index >= copy.size:
            return None
        # It stays until it is folded: an entry that waits is asked for again.
        fresh = self.items.get((origin, index))
        return fresh if fresh is not None else self.item(origin, index)

    def item(self, origin: str, index: int) -> Item:
        """An entry that is held, read from the store.

        Raises:
            DamagedStoreError: the store lacks it.
        """
        leaf = self.reader.leaf(origin, index)
        if leaf is None:
            raise DamagedStoreError(f"entry {index} of {origin} is missing from the store")
        entry = parse_entry(leaf)
        content: Content
        if entry.sealed:
            digest = entry.payloads[0].digest
            content = read_content(entry, self._plaintext(digest))
        else:
            payloads = [self.reader.blob(p.digest) for p in entry.payloads]
            content = read_content(entry, payloads[0], [p for p in payloads[1:] if p is not None])
        return Item(ref=Ref(origin, index, hash_leaf(leaf)), entry=entry, content=content)

    def _plaintext(self, digest: bytes) -> bytes | None:
        cached = self.reader.plaintext(digest)
        if cached is not None:
            return cached
        blob = self.reader.blob(digest)
        return self.unseal(blob) if blob is not None else None

    def unseal(self, blob: bytes) -> bytes | None:
        """The plaintext of a blob, or None when our keys do not open it."""
        try:
            return self.tools.open_blob(blob)
        except (SealError, UnverifiedError):
            return None

    def content(self, ref: Ref) -> Content:
        """What can be read of an entry that is held."""
        return self.item(ref.origin, ref.index).content


def held_tree(reader: Reader, origin: str) -> Tree:
    """The tree of a log, from the leaves in the store.

    Raises:
        DamagedStoreError: not all of them can be read.
    """
    size = cut_size(reader.size(origin), reader.local(cut_key(origin)))
    tree = Tree(hash_leaf(leaf) for leaf in reader.leaves(origin, 0, size))
    if tree.size != size:
        raise DamagedStoreError(f"{origin}: {tree.size} of {size} entries can be read")
    return tree


def open_copy(seat: Seat, origin: str, key: LogKey, tree: Tree | None = None) -> LogCopy:
    """A log's copy, filled with what the store holds and verified against its signed head.

    ``tree`` is :func:`held_tree`, if the caller has made it already.

    Raises:
        DamagedStoreError: the entries in the store do not have the root that was signed.
    """
    reader = seat.reader
    tree = held_tree(reader, origin) if tree is None else tree
    size = tree.size
    copy = LogCopy(origin=origin, key=key, tree=tree)
    if size:
        last = reader.leaf(origin, size - 1)
        copy.last = parse_entry(last) if last is not None else None
    stored = reader.checkpoint(origin)
    if stored is not None:
        verified = verify_checkpoint(stored[1], key).checkpoint
        if verified.size > size or tree.root(verified.size) != verified.root:
            raise DamagedStoreError(f"{origin}: the entries do not have the root that was signed")
        copy.head_size, copy.head = verified.size, stored[1]
    copy.backing = reader.local(backing_key(origin))
    copy.claims = read_claims(reader.local(claims_key(origin)))
    steps = read_steps(reader.local(steps_key(origin)))
    copy.steps = [step for step in steps if copy.head_size < step.size <= size]
    copy.forked = read_fork(reader.local(fork_key(origin)))
    return copy


def line_origins(seat: Seat) -> list[str]:
    """Logs of this line in the store."""
    return [origin for origin in seat.reader.origins() if line_of(origin) == seat.line]
