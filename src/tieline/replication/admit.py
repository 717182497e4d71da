"""Admit: from a parcel's bytes to entries that we hold, in numbered steps.

A peer may send anything. What does not earn trust is refused by name and leaves no trace; what is
ours to keep goes into one batch. Two signed heads of one log that contradict each other are
kept as evidence, and the log is frozen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tieline.errors import (
    BrokenProofError,
    GapError,
    MalformedError,
    UnknownKeyError,
    WrongLineError,
)
from tieline.record.checkpoint import (
    Checkpoint,
    LogKey,
    VerifiedCheckpoint,
    parse_checkpoint,
    verify_checkpoint,
)
from tieline.record.content import read_content
from tieline.record.entry import Entry, Ref, parse_entry
from tieline.record.merkle import Tree, hash_leaf, verify_consistency
from tieline.record.names import line_of
from tieline.record.note import parse_note
from tieline.record.rosterchain import read_roster, verify_first
from tieline.replication.changes import (
    AppendEntry,
    Change,
    PutBlob,
    PutCheckpoint,
    PutEvidence,
    PutLocal,
    PutPlaintext,
)
from tieline.replication.house import (
    Step,
    backing_key,
    claims_key,
    cut_key,
    fork_key,
    steps_key,
    write_claims,
    write_fork,
    write_steps,
)
from tieline.replication.parcel import LogPart, log_name
from tieline.replication.seat import LogCopy, Seat
from tieline.replication.withdrawing import may_lack, note_gaps
from tieline.state.fold import Item

CLAIMS_MAX = 64
"""Most signed heads of one log that are remembered before they are filled."""
STEPS_MAX = 64
"""Most proofs of one log that are kept behind its newest filled head; the last one moves on."""


@dataclass(slots=True, kw_only=True)
class Admitted:
    """What one log's part of a parcel brought. ``complete`` is a head that we fill now."""

    origin: str
    changes: list[Change] = field(default_factory=list)
    complete: Checkpoint | None = None
    alarms: list[str] = field(default_factory=list)
    entries: int = 0


def admit(
    seat: Seat,
    part: LogPart,
    blobs: Mapping[bytes, bytes],
    withdrawn: Collection[bytes] = frozenset(),
) -> Admitted:
    """Take one log's part of a parcel into the seat.

    1. The head names a log of this line, under the name that the part has.
    2. Its key is certified by a roster that we trust, or by the first roster that it brings.
    3. Both signatures of the head hold.
    4. A second signed head that contradicts ours freezes the log.
    5. Entries follow ours without a gap, and together have the root that the head names (or,
       when more is to come, a proof joins them to it).
    6. Each leaf is of the grammar, of this log and place, and forgets no head it named; its
       payloads are here. What comes after a leaf that is not so is not stored. Attachments that
       the sender says were ``withdrawn`` may be absent: they are remembered as gaps.
    7. What can be opened is opened.

    Raises:
        UnverifiedError: which step refused, and why; nothing was taken.
    """
    if part.checkpoint is None:
        raise MalformedError("entries without a signed head")
    # (1)
    claimed = parse_checkpoint(parse_note(part.checkpoint).text)
    if line_of(claimed.origin) != seat.line:
        raise WrongLineError(f"{claimed.origin} is not a log of the line {seat.line}")
    if log_name(claimed.origin) != part.name:
        raise WrongLineError(f"a head of {claimed.origin} under another log's name")
    # (2)
    copy = seat.copies.get(claimed.origin)
    key, owner = (copy.key, "") if copy is not None else _certified(seat, part, claimed, blobs)
    # (3)
    verified = verify_checkpoint(part.checkpoint, key)
    if copy is None:
        copy = seat.copies[claimed.origin] = LogCopy(origin=claimed.origin, key=key, tree=Tree())
        if owner:
            seat.fold.own(claimed.origin, owner)
    admitted = Admitted(origin=claimed.origin)
    # (4)
    _check_fork(seat, copy, verified, part, admitted)
    _check_claims(seat, copy, verified, admitted)
    if copy.forked is not None or copy.stopped is not None:
        return admitted
    # (5)
    leaves = _new_leaves(copy, part, verified)
    # (6)
    good = _envelopes(seat, copy, leaves, blobs, withdrawn, admitted)
    # (7)
    _take(seat, copy, good, blobs, admitted)
    if good and copy.size < verified.checkpoint.size:
        _back(copy, part, verified, admitted)
    if copy.size >= verified.checkpoint.size > copy.head_size:
        _fill(copy, verified, admitted)
    _check_claims(seat, copy, verified, admitted)
    if seat.copies[copy.origin].forked is None and copy.size >= verified.checkpoint.size > 0:
        admitted.complete = verified.checkpoint
    return admitted


def _certified(
    seat: Seat, part: LogPart, claimed: Checkpoint, blobs: Mapping[bytes, bytes]
) -> tuple[LogKey, str]:
    known = seat.log_key(claimed.origin)
    if known is not None:
        return known, ""
    run = part.runs.get(0)
    if not run:
        raise UnknownKeyError(f"no roster that we trust certifies the log {claimed.origin}")
    entry = parse_entry(run[0])
    if entry.sealed or len(entry.payloads) != 2:
        raise UnknownKeyError(f"{claimed.origin} does not begin with an invitation")
    envelope = blobs.get(entry.payloads[1].digest)
    if envelope is None:
        raise UnknownKeyError(f"{claimed.origin} comes without its first roster")
    _, roster = read_roster(envelope)
    digits = seat.parties.get(roster.party)
    if digits is None:
        raise UnknownKeyError(f"{roster.party} is no party of this line")
    roster = verify_first(envelope, line=seat.line, party=roster.party, digits=digits)
    certificate = roster.log(claimed.origin)
    if certificate is None:
        raise UnknownKeyError(f"{roster.party}'s roster does not certify {claimed.origin}")
    return certificate.key, roster.party


def _check_fork(
    seat: Seat, copy: LogCopy, verified: VerifiedCheckpoint, part: LogPart, admitted: Admitted
) -> None:
    notes = [verified]
    if part.fork is not None:
        notes.append(verify_checkpoint(part.fork, copy.key))
    for each in notes:
        checkpoint = each.checkpoint
        if checkpoint.size <= copy.size and copy.tree.root(checkpoint.size) != checkpoint.root:
            freeze(seat, copy, copy.head or copy.backing or b"", each.note, admitted)
    head = verified.checkpoint
    if head.size > copy.size and _leads_elsewhere(copy, part, head):
        freeze(seat, copy, copy.head or copy.backing or b"", verified.note, admitted)


def _leads_elsewhere(copy: LogCopy, part: LogPart, head: Checkpoint) -> bool:
    """Whether a part proves that its head lies over other entries than those that we hold."""
    for start, leaves in part.runs.items():
        hashes = [hash_leaf(leaf) for leaf in leaves[: max(0, head.size - start)]]
        ours = [copy.tree.node(0, at) for at in range(start, min(copy.size, start + len(hashes)))]
        if start > copy.size or hashes[: len(ours)] == ours:
            continue
        total, root = start + len(hashes), copy.tree.frontier(start).extend(hashes).root()
        proof = part.proofs.get((total, head.size))
        if total == head.size:
            return root == head.root
        if proof is not None:
            verify_consistency(total, root, head.size, head.root, proof)
            return True
    return False


def _check_claims(
    seat: Seat, copy: LogCopy, verified: VerifiedCheckpoint, admitted: Admitted
) -> None:
    """Remember signed heads beyond what we hold, and hold them against each other and our own."""
    head, before = verified.checkpoint, set(copy.claims)
    if head.size > copy.size and (head.size in copy.claims or len(copy.claims) < CLAIMS_MAX):
        root, note = copy.claims.setdefault(head.size, (head.root, verified.note))
        if root != head.root:
            freeze(seat, copy, note, verified.note, admitted)
    for size in [size for size in copy.claims if size <= copy.size]:
        root, note = copy.claims.pop(size)
        if copy.tree.root(size) != root:
            freeze(seat, copy, copy.head or copy.backing or verified.note, note, admitted)
    if before != set(copy.claims):
        value = write_claims(copy.claims)
        admitted.changes.append(PutLocal(key=claims_key(copy.origin), value=value))


def freeze(seat: Seat, copy: LogCopy, ours: bytes, theirs: bytes, admitted: Admitted) -> None:
    """Keep both signed heads as evidence and take nothing more of this log."""
    if copy.forked is not None:
        return
    copy.forked = (ours, theirs)
    admitted.changes.append(PutLocal(key=fork_key(copy.origin), value=write_fork(ours, theirs)))
    digest = hashlib.sha256(ours + theirs).hexdigest()[:16]
    name = f"fork/{log_name(copy.origin)[:16]}/{digest}"
    for side, data in (("ours", ours), ("theirs", theirs)):
        admitted.changes.append(PutEvidence(name=f"{name}/{side}", data=data))
    whose = seat.owner(copy.origin) or "an unknown party"
    admitted.alarms.append(
        f"{whose} signed two histories of {copy.origin}; both heads are kept, the log is frozen"
    )


def _new_leaves(copy: LogCopy, part: LogPart, verified: VerifiedCheckpoint) -> list[bytes]:
    head = verified.checkpoint
    fresh: list[bytes] = []
    for start, leaves in sorted(part.runs.items()):
        at = copy.size + len(fresh)
        if start > at:
            raise GapError(f"{copy.origin}: entries from {start}, we hold {at}")
        fresh += leaves[at - start :]
    fresh = fresh[: max(0, head.size - copy.size)]
    if not fresh and head.size > copy.size:
        return []
    total = copy.size + len(fresh)
    frontier = copy.tree.frontier().extend(hash_leaf(leaf) for leaf in fresh)
    root = frontier.root()
    if head.size < total or not fresh:
        return fresh
    if total == head.size:
        if root != head.root:
            raise BrokenProofError(
                f"{copy.origin}: entries that do not have the signed root",
                evidence=(verified.note,),
            )
        return fresh
    proof = part.proofs.get((total, head.size))
    if proof is None:
        raise BrokenProofError(f"{copy.origin}: no proof joins {total} entries to the signed head")
    verify_consistency(total, root, head.size, head.root, proof)
    return fresh


def _fill(copy: LogCopy, verified: VerifiedCheckpoint, admitted: Admitted) -> None:
    """Keep the head that the entries fill now."""
    size = verified.checkpoint.size
    admitted.changes.append(PutCheckpoint(origin=copy.origin, size=size, note=verified.note))
    copy.head_size, copy.head = size, verified.note
    _keep_steps(copy, [step for step in copy.steps if step.size > size], admitted)


def _back(copy: LogCopy, part: LogPart, verified: VerifiedCheckpoint, admitted: Admitted) -> None:
    """Keep the head under which entries were proven, until they fill one, and the proof."""
    copy.backing = verified.note
    admitted.changes.append(PutLocal(key=backing_key(copy.origin), value=verified.note))
    proof = part.proofs.get((copy.size, verified.checkpoint.size))
    if proof is not None:
        step = Step(size=copy.size, note=verified.note, proof=tuple(proof))
        _keep_steps(copy, [*copy.steps[: STEPS_MAX - 1], step], admitted)


def _keep_steps(copy: LogCopy, steps: list[Step], admitted: Admitted) -> None:
    if steps != copy.steps:
        copy.steps = steps
        value = write_steps(steps)
        admitted.changes.append(PutLocal(key=steps_key(copy.origin), value=value))


def _envelopes(  # noqa: PLR0917 - what a parcel brings of a log
    seat: Seat,
    copy: LogCopy,
    leaves: list[bytes],
    blobs: Mapping[bytes, bytes],
    withdrawn: Collection[bytes],
    admitted: Admitted,
) -> list[tuple[bytes, Entry]]:
    good: list[tuple[bytes, Entry]] = []
    last = copy.last
    for number, leaf in enumerate(leaves):
        index = copy.size + number
        if index < seat.reader.size(copy.origin) and seat.reader.leaf(copy.origin, index) != leaf:
            raise BrokenProofError(f"{copy.origin}: our disk has set another entry {index} aside")
        try:
            entry = parse_entry(leaf)
            _check_place(copy.origin, index, entry, last)
            _check_payloads(seat, entry, blobs)
        except MalformedError as error:
            copy.stopped = index
            whose = seat.owner(copy.origin) or copy.origin
            admitted.alarms.append(
                f"{whose} signed entry {index} of {copy.origin} with a bad envelope: {error}; "
                "nothing from there on is receipted"
            )
            break
        absent = _absent(seat, entry, blobs)
        if absent and not may_lack(entry, absent, withdrawn):
            break
        good.append((leaf, entry))
        last = entry
    return good


def _check_place(origin: str, index: int, entry: Entry, last: Entry | None) -> None:
    if entry.log != origin or entry.index != index:
        raise MalformedError(f"says it is entry {entry.index} of {entry.log}")
    before = {head.origin: head.size for head in last.seen} if last is not None else {}
    now = {head.origin: head.size for head in entry.seen}
    for name, size in before.items():
        if now.get(name, -1) < size:
            raise MalformedError(f"forgets that {name} had {size} entries")


def _check_payloads(seat: Seat, entry: Entry, blobs: Mapping[bytes, bytes]) -> None:
    """Whether it came along or is held already: everybody has to find the same."""
    for payload in entry.payloads:
        data = _payload(seat, blobs, payload.digest)
        if data is not None and len(data) != payload.length:
            raise MalformedError(f"a payload of {len(data)} bytes, not {payload.length}")


def _absent(seat: Seat, entry: Entry, blobs: Mapping[bytes, bytes]) -> tuple[int, ...]:
    """Numbers of the payloads that neither came along nor are held."""
    return tuple(
        number
        for number, payload in enumerate(entry.payloads)
        if payload.digest not in blobs and not seat.reader.has_blob(payload.digest)
    )


def _take(
    seat: Seat,
    copy: LogCopy,
    good: list[tuple[bytes, Entry]],
    blobs: Mapping[bytes, bytes],
    admitted: Admitted,
) -> None:
    for leaf, entry in good:
        payloads = {p.digest: blobs[p.digest] for p in entry.payloads if p.digest in blobs}
        for digest, data in payloads.items():
            admitted.changes.append(PutBlob(digest=digest, data=data))
        absent = _absent(seat, entry, payloads)
        if absent:
            admitted.changes.append(note_gaps(seat, copy.origin, entry.index, absent))
        take_entry(seat, copy, leaf, entry, payloads, admitted.changes)
    admitted.entries = len(good)


def _payload(seat: Seat, payloads: Mapping[bytes, bytes], digest: bytes) -> bytes | None:
    """A payload that came along, which may be empty, or one that is held already."""
    found = payloads.get(digest)
    return seat.reader.blob(digest) if found is None else found


def take_entry(  # noqa: PLR0917 - what an entry consists of
    seat: Seat,
    copy: LogCopy,
    leaf: bytes,
    entry: Entry,
    payloads: Mapping[bytes, bytes],
    changes: list[Change],
    plaintext: bytes | None = None,
) -> Item:
    """Put one verified entry at the end of a copy, open it, and hand it to the fold."""
    first = entry.payloads[0].digest
    data = _payload(seat, payloads, first)
    if entry.sealed:
        if plaintext is None:
            plaintext = seat.unseal(data) if data is not None else None
        if plaintext is not None:
            changes.append(PutPlaintext(digest=first, data=plaintext))
        content = read_content(entry, plaintext)
    else:
        others = [_payload(seat, payloads, p.digest) for p in entry.payloads[1:]]
        content = read_content(entry, data, [o for o in others if o is not None])
    if entry.index < seat.reader.size(copy.origin):
        # Behind a cut: the very bytes that we had set aside came back from a peer.
        changes.append(PutLocal(key=cut_key(copy.origin), value=str(entry.index + 1).encode()))
    else:
        changes.append(AppendEntry(origin=copy.origin, index=entry.index, leaf=leaf))
    hashed = hash_leaf(leaf)
    copy.tree.append(hashed)
    copy.last = entry
    item = Item(ref=Ref(copy.origin, entry.index, hashed), entry=entry, content=content)
    seat.items[(copy.origin, entry.index)] = item
    return item
