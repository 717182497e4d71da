"""One log, checked from its bytes: head, entries, payloads, receipts, in that order of blame.

A root that does not fit says only that something changed. Which entry it was follows from the
hashes that are kept apart from the leaves (tiles), or from the receipts: each is a signed root at
an earlier size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from tieline.errors import MalformedError, UnverifiedError
from tieline.evidence.material import Kept, Material
from tieline.evidence.report import Notebook, Side, spans
from tieline.evidence.trust import Trust
from tieline.record.checkpoint import Checkpoint, parse_checkpoint, verify_checkpoint
from tieline.record.entry import Entry, Head, parse_entry
from tieline.record.merkle import HASH_BYTES, Tree, hash_leaf, root_of
from tieline.record.names import name_of
from tieline.record.note import MLDSA44, VerifierKey, parse_note
from tieline.record.receipt import Receipt, verify_receipt
from tieline.replication.parcel import receipt_name

LOST = bytes(HASH_BYTES)
"""Stands for the hash of a leaf that cannot be read; no leaf is known to have it."""

Place = tuple[str, str, int]
"""Party, log and index of an entry."""


@dataclass(slots=True, kw_only=True)
class Checked:
    """A log after its check.

    Attributes:
        tree: over the leaves as they are here.
        whole: entries before the first one that is changed, lost or malformed.
        stands: whether the leaves have the root of the signed head.
        receipts: those whose signatures hold, with the party that signed.
        absent: index and number of the sealed attachments that are not here; the fold tells whether
            their author withdrew them.
    """

    origin: str
    party: str
    tree: Tree = field(default_factory=Tree)
    whole: int = 0
    head: Checkpoint | None = None
    stands: bool = False
    receipts: list[tuple[str, Receipt]] = field(default_factory=list)
    absent: list[tuple[int, int]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """How findings call it: whose log, and its last segment."""
        return f"{self.party or 'an unknown party'}'s log {name_of(self.origin)}"


@dataclass(slots=True, kw_only=True)
class _Trouble:
    """What the leaves showed, before it is known whether they are the author's."""

    envelopes: dict[int, str] = field(default_factory=dict)
    lost: list[int] = field(default_factory=list)
    payloads: list[tuple[int, str]] = field(default_factory=list)


def check_log(
    material: Material, trust: Trust, origin: str, book: Notebook, seen: dict[Head, Place]
) -> Checked:
    """Check one log.

    1. Its head has both signatures of the log's keys.
    2. Receipts have both signatures of their mirrors, of one time.
    3. Leaves are read, hashed and parsed; payloads are read and hashed.
    4. The leaves have the root of the head; else the changed ones are named.
    5. An envelope that is bad in an unchanged leaf is its author's doing.
    6. Each receipt has the root of the log at its size.

    Heads that entries name are gathered in ``seen``, each with the first entry that names it.
    """
    log = Checked(origin=origin, party=trust.owner(origin))
    log.head = _head(material, trust, log, book)  # (1)
    _receipts(material, trust, log, book)  # (2)
    trouble = _leaves(material, log, book, seen)  # (3)
    changed = _compare(material, log, trouble, book)  # (4)
    _blame(log, trouble, changed, book)  # (5)
    _hold(log, book)  # (6)
    return log


def _head(material: Material, trust: Trust, log: Checked, book: Notebook) -> Checkpoint | None:
    note, key = material.head(log.origin), trust.key(log.origin)
    if key is None:
        words = f"no roster here certifies the log {log.origin}"
        book.wrong(words, origin=log.origin, side=Side.UNKNOWN)
        return None
    if note is None:
        words = f"{log.name}: no signed head is here"
        (book.wrong if material.size(log.origin) else book.unchecked)(
            words, party=log.party, origin=log.origin
        )
        return None
    try:
        parsed = parse_note(note)
        verified = verify_checkpoint(parsed, key)
    except UnverifiedError as error:
        why = _why(note, key.verifiers(), error)
        book.wrong(f"checkpoint of {log.name}: {why}", party=log.party, origin=log.origin)
        return None
    if verified.note != note:
        words = f"checkpoint of {log.name}: lines beside the two signatures of the log"
        book.wrong(words, party=log.party, origin=log.origin)
    book.counts["heads"] += 1
    return verified.checkpoint


def _why(note: bytes, keys: tuple[VerifierKey, ...], error: UnverifiedError) -> str:
    """The error in words that name the algorithm, where a signature is what is wrong."""
    try:
        present = {(line.name, line.key_id) for line in parse_note(note).lines}
    except MalformedError:
        return str(error)
    names = {key: "ML-DSA-44" if key.type == MLDSA44 else "Ed25519" for key in keys}
    absent = [text for key, text in names.items() if (key.name, key.key_id) not in present]
    if absent:
        return f"without the {' and the '.join(absent)} signature"
    for key, text in names.items():
        if f"{key.name}+{key.key_id.hex()}" in str(error):
            return f"the {text} signature is wrong"
    return str(error)


def _receipts(material: Material, trust: Trust, log: Checked, book: Notebook) -> None:
    kept = material.receipts(log.origin)
    if kept is None:
        words = f"receipts of {log.name} cannot be read back here"
        book.wrong(words, party=log.party, origin=log.origin)
    for one in kept or ():
        _receipt(one, trust, log, book)


def _receipt(kept: Kept, trust: Trust, log: Checked, book: Notebook) -> None:
    party, known = "", []
    try:
        parsed = parse_note(kept.note)
        checkpoint = parse_checkpoint(parsed.text)
        if checkpoint.origin != log.origin:
            raise MalformedError(f"it is about {checkpoint.origin}")
        known = [pair for line in parsed.lines if (pair := trust.mirrors().get(line.name))]
        if not known:
            raise MalformedError("no mirror that a roster names has signed it")
        party, key = known[0]
        receipt = verify_receipt(parsed, key)
        if receipt.note != kept.note:
            raise MalformedError("it has lines beside the two of its mirror")
        _check_under(kept, receipt)
    except UnverifiedError as error:
        why = _why(kept.note, known[0][1].verifiers(), error) if party else str(error)
        whose = f"{party}'s receipt" if party else "a receipt"
        book.wrong(f"{whose} for {log.name}: {why}", party=party, origin=log.origin)
        return
    log.receipts.append((party, receipt))


def _check_under(kept: Kept, receipt: Receipt) -> None:
    size, name, time_s = receipt.checkpoint.size, receipt.cosigner, receipt.time_s
    path = receipt_name(receipt.checkpoint.origin, size, name, time_s)
    if kept.under not in {path, (size, name, time_s)}:
        raise MalformedError(f"it is kept as {kept.under}, and says {size}, {name}, {time_s}")


def _leaves(material: Material, log: Checked, book: Notebook, seen: dict[Head, Place]) -> _Trouble:
    trouble, last = _Trouble(), None
    hashes = []
    for index in range(material.size(log.origin)):
        leaf = material.leaf(log.origin, index)
        hashes.append(hash_leaf(leaf) if leaf is not None else LOST)
        if leaf is None:
            trouble.lost.append(index)
            continue
        try:
            entry = parse_entry(leaf)
            _check_place(log.origin, index, entry, last)
        except MalformedError as error:
            trouble.envelopes[index] = str(error)
            continue
        last = entry
        for head in entry.seen:
            if head.size:
                seen.setdefault(head, (log.party, log.origin, index))
        log.absent += _payloads(material, entry, trouble, book)
    log.tree.extend(hashes)
    return trouble


def _check_place(origin: str, index: int, entry: Entry, last: Entry | None) -> None:
    if (entry.log, entry.index) != (origin, index):
        raise MalformedError(f"it says that it is entry {entry.index} of {entry.log}")
    now = {head.origin: head.size for head in entry.seen}
    for head in last.seen if last is not None else ():
        if now.get(head.origin, -1) < head.size:
            raise MalformedError(f"it forgets that {head.origin} had {head.size} entries")


def _payloads(
    material: Material, entry: Entry, trouble: _Trouble, book: Notebook
) -> Iterator[tuple[int, int]]:
    """Check the payloads of an entry; the sealed attachments that are not here."""
    for number, payload in enumerate(entry.payloads):
        name = f"{'blob' if entry.sealed else 'clear payload'} {payload.digest.hex()}"
        data = material.blob(payload.digest)
        if data is None and number and entry.sealed:
            yield entry.index, number
        elif data is None:
            trouble.payloads.append((entry.index, f"{name} is not here, or cannot be read back"))
        elif hashlib.sha256(data).digest() != payload.digest:
            trouble.payloads.append((entry.index, f"{name} is damaged here"))
        elif len(data) != payload.length:
            words = f"it names {name} with {payload.length} bytes; it has {len(data)}"
            trouble.envelopes.setdefault(entry.index, words)
        else:
            book.counts["blobs"] += 1


def _compare(material: Material, log: Checked, trouble: _Trouble, book: Notebook) -> set[int]:
    """Name the leaves that changed; their indices, all of them that are in doubt."""
    here, signed = log.tree.size, _signed_size(log)
    if log.head is not None and here < signed:
        words = f"{log.name}: its head is signed for {signed} entries; {here} are here"
        book.wrong(words, party=log.party, origin=log.origin, index=here)
    if here > signed:
        words = f"{log.name}: entries from {signed} on ({here - signed}) are under no signed head"
        book.unchecked(words, party=log.party, origin=log.origin, index=signed)
    if trouble.lost:
        words = f"{log.name}, entry {spans(trouble.lost)}: lost, or cannot be read back here"
        book.wrong(words, party=log.party, origin=log.origin, index=trouble.lost[0])
    if log.head is None:
        return set(trouble.lost)
    if here >= signed and log.tree.root(signed) == log.head.root:
        log.stands = True
        return set()
    changed = set(trouble.lost) or _doubtful(material, log)
    if not trouble.lost and changed:
        exact = len(changed) == 1
        which = f"entry {min(changed)}" if exact else f"entries {min(changed)} to {max(changed)}"
        words = f"{log.name}, {which}: {'the leaf' if exact else 'a leaf'} changed in this copy;"
        words += f" the head that {log.party} signed says otherwise"
        book.wrong(words, party=log.party, origin=log.origin, index=min(changed))
    return changed


def _signed_size(log: Checked) -> int:
    """How much of a log is under a signature: its head, or else what receipts name."""
    if log.head is not None:
        return log.head.size
    return max((receipt.checkpoint.size for _, receipt in log.receipts), default=0)


def _doubtful(material: Material, log: Checked) -> set[int]:
    """Entries among which the changed one is."""
    assert log.head is not None
    known = range(min(log.tree.size, log.head.size))
    kept = [material.leaf_hash(log.origin, index) for index in known]
    hashes = [each for each in kept if each is not None]
    if len(hashes) == log.head.size and root_of(hashes) == log.head.root:
        return {i for i in known if hashes[i] != log.tree.node(0, i)}
    roots = {r.checkpoint.size: r.checkpoint.root for _, r in log.receipts}
    if len(known) == log.head.size:
        roots[log.head.size] = log.head.root
    sizes = sorted(size for size in roots if 0 < size <= log.tree.size)
    good = max((s for s in sizes if log.tree.root(s) == roots[s]), default=0)
    bad = min((s for s in sizes if s > good), default=good)
    return set(range(good, bad))


def _blame(log: Checked, trouble: _Trouble, changed: set[int], book: Notebook) -> None:
    for index, why in sorted(trouble.envelopes.items()):
        if index in changed:
            continue
        side = Side.AUTHOR if log.stands else Side.UNKNOWN
        words = f"{log.name}, entry {index}: a bad envelope that {log.party} signed: {why}"
        book.wrong(words, party=log.party, origin=log.origin, index=index, side=side)
    for index, why in trouble.payloads:
        if index not in changed:
            words = f"{log.name}, entry {index}: {why}"
            book.wrong(words, party=log.party, origin=log.origin, index=index)
    log.absent = [place for place in log.absent if place[0] not in changed]
    broken = changed | set(trouble.envelopes) | set(trouble.lost)
    log.whole = min(broken, default=log.tree.size)
    if log.stands and log.head is not None:
        book.counts["entries"] += log.head.size - len(trouble.envelopes.keys() - changed)


def _hold(log: Checked, book: Notebook) -> None:
    for party, receipt in log.receipts:
        size = receipt.checkpoint.size
        if size > log.tree.size:
            words = f"{log.name}: {party} signed a receipt for {size} entries; "
            words += f"{log.tree.size} are here"
            book.wrong(words, party=log.party, origin=log.origin, index=log.tree.size)
        elif log.tree.root(size) == receipt.checkpoint.root:
            book.counts["receipts"] += 1
        elif log.stands:
            words = f"{party} signed a receipt for another history of {log.name} at {size} entries"
            book.wrong(words, party=party, origin=log.origin, index=size - 1, side=Side.AUTHOR)
