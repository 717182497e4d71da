"""Builder: logs of a line, written entry by entry, with whatever their authors had seen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from making.common import ALPHA, BRAVO, FINGERPRINTS, LINE, TIME_S, Party, seed
from making.talk import dump
from tieline.record import age, dsse
from tieline.record.checkpoint import Checkpoint, sign_checkpoint
from tieline.record.content import Unreadable, read_content
from tieline.record.dsse import pad_to_bucket
from tieline.record.entry import Entry, Head, Payload, Ref, encode_entry
from tieline.record.merkle import Tree, hash_leaf
from tieline.record.message import MESSAGE_TYPE
from tieline.record.receipt import cosign
from tieline.replication.parcel import Parcel, files_of, log_name
from tieline.state.fold import Fold, Item

PARTIES = {party.handle: party for party in (ALPHA, BRAVO)}
MINUTE_S = 60


@dataclass(slots=True)
class Log:
    """One log under construction."""

    party: Party
    name: str
    tree: Tree = field(default_factory=Tree)
    leaves: list[bytes] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return self.party.origin(self.name)


class Line:
    """A line of alpha and bravo. Time goes on by a minute with each entry."""

    def __init__(self, name: str, *, sealed: bool, entropy: Callable[[int], bytes]) -> None:
        self.name, self.sealed, self.entropy = name, sealed, entropy
        self.logs: dict[str, Log] = {}
        self.blobs: dict[bytes, bytes] = {}
        self.time_s = TIME_S
        self.count = 0
        self.fold = Fold(LINE, FINGERPRINTS, self._item, self._root)
        self.outcomes: dict[Ref, str] = {}
        self.receipts: list[bytes] = []
        self.withdrawn: set[bytes] = set()

    def _item(self, origin: str, index: int) -> Item | None:
        log = self.logs.get(origin)
        return log.items[index] if log is not None and index < len(log.items) else None

    def _root(self, origin: str, size: int) -> bytes | None:
        log = self.logs.get(origin)
        return log.tree.root(size) if log is not None and size <= log.tree.size else None

    def log(self, handle: str, name: str = "1") -> Log:
        party = PARTIES[handle]
        origin = party.origin(name)
        self.fold.own(origin, handle)
        return self.logs.setdefault(origin, Log(party=party, name=name))

    def message(self, log: Log, kind: str, body: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """A message, complete; ``fields`` replace its header fields (``from_`` for ``from``)."""
        self.count += 1
        own = log.party.handle
        name = f"{self.name} {self.count}"
        value: dict[str, Any] = {
            "type": "tieline/message@v1",
            "line": LINE,
            "log": log.origin,
            "id": hashlib.sha256(f"id {name}".encode()).hexdigest()[:32],
            "salt": hashlib.sha256(f"salt {name}".encode()).hexdigest(),
            "issued": self.time_s * 1000,
            "from": f"{own}/watch",
            "to": [f"{other}/watch" for other in PARTIES if other != own],
            "rosters": {"alpha": 1, "bravo": 1},
            "mark": "EXERCISE",
            "level": "ROUTINE",
            "kind": kind,
            "case": "",
            "after": [],
            "strands": [],
            "body": body,
        }
        return value | {key.rstrip("_"): given for key, given in fields.items()}

    def say(
        self,
        handle: str,
        kind: str,
        body: dict[str, Any],
        *,
        log: str = "1",
        by: tuple[str, ...] = (),
        blind: bool = False,
        clear: tuple[bytes, ...] = (),
        files: tuple[bytes, ...] = (),
        **fields: Any,
    ) -> Ref:
        """Sign a message and file it. ``blind``: the author has seen nothing new."""
        target = self.log(handle, log)
        value = self.message(target, kind, body, **fields)
        signers = {w: _key(target.party, w) for w in by or (f"{handle}-p1",)}
        envelope = dsse.sign_many(MESSAGE_TYPE, dump(value), signers)
        return self.put(target, envelope, clear=clear, files=files, blind=blind)

    def put(
        self,
        log: Log,
        first: bytes,
        *,
        clear: tuple[bytes, ...] = (),
        files: tuple[bytes, ...] = (),
        blind: bool = False,
    ) -> Ref:
        """File any bytes as the first payload of the next entry."""
        sealed = self.sealed and not clear
        plain = pad_to_bucket(first) if sealed else first
        payloads = [*map(self._sealed, (plain, *files))] if sealed else [plain, *clear]
        entry = self._entry(log, payloads, plain if sealed else None, blind=blind)
        leaf = encode_entry(entry)
        content = read_content(entry, plain, clear)
        ref = Ref(log.origin, entry.index, hash_leaf(leaf))
        log.leaves.append(leaf)
        log.tree.append(ref.leaf_hash)
        log.items.append(Item(ref=ref, entry=entry, content=content))
        for folded in self.fold.advance():
            self.outcomes[folded.ref] = folded.judgement.outcome.name
        self.time_s += MINUTE_S
        return ref

    def erase(self, ref: Ref, number: int) -> None:
        """Leave a payload out of the pouch, because it was withdrawn."""
        log = next(log for log in self.logs.values() if log.origin == ref.origin)
        digest = log.items[ref.index].entry.payloads[number].digest
        del self.blobs[digest]
        self.withdrawn.add(digest)

    def _sealed(self, plain: bytes) -> bytes:
        recipients = [
            party.identity(name).recipient
            for party in PARTIES.values()
            for name in ("reading", "archive")
        ]
        return age.encrypt(plain, recipients, entropy=self.entropy)

    def _entry(self, log: Log, payloads: list[bytes], plain: bytes | None, *, blind: bool) -> Entry:
        if not blind:
            log.seen = {o: self.fold.size(o) for o in sorted(self.logs) if o != log.origin}
        listed = []
        for data in payloads:
            digest = hashlib.sha256(data).digest()
            self.blobs[digest] = data
            listed.append(Payload(length=len(data), digest=digest))
        return Entry(
            log=log.origin,
            index=len(log.leaves),
            time_s=self.time_s,
            sealed=plain is not None,
            payloads=tuple(listed),
            commit=hashlib.sha256(plain).digest() if plain is not None else None,
            seen=tuple(
                Head(origin=o, size=n, root=self.logs[o].tree.root(n))
                for o, n in sorted(log.seen.items())
            ),
        )

    def blind(self) -> Fold:
        """The line as somebody without reading keys folds it."""

        def item(origin: str, index: int) -> Item | None:
            found = self._item(origin, index)
            if found is None or not found.entry.sealed:
                return found
            return Item(ref=found.ref, entry=found.entry, content=Unreadable())

        fold = Fold(LINE, FINGERPRINTS, item, self._root)
        for origin, log in self.logs.items():
            fold.own(origin, log.party.handle)
        fold.advance()
        return fold

    def receipt(self, of: str, size: int, origin: str) -> bytes:
        """A party's mirror receipt over the first entries of a log, given now."""
        head = Checkpoint(origin=origin, size=size, root=self.logs[origin].tree.root(size))
        party = PARTIES[of]
        seeds = party.seed("mirror"), party.seed("mirror mldsa44")
        return cosign(head, party.mirror().name, *seeds, self.time_s)

    def files(self) -> dict[str, bytes]:
        """The line as a pouch. The heads are signed now, with fresh randomness."""
        parcel = Parcel(line=LINE)
        for origin, log in sorted(self.logs.items()):
            part = parcel.part(log_name(origin))
            size = log.tree.size
            head = Checkpoint(origin=origin, size=size, root=log.tree.root(size))
            part.checkpoint = sign_checkpoint(head, *log.party.log_seeds(log.name), self.time_s)
            part.runs[0] = log.leaves
        parcel.blobs, parcel.receipts = self.blobs, self.receipts
        parcel.withdrawn = self.withdrawn
        return files_of(parcel)


def _key(party: Party, who: str) -> bytes:
    return party.seed("node") if who == "node" else seed(who)
