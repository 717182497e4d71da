"""Export: one line of a home as files that anyone can check without this program."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from tieline.errors import DamagedStoreError, UnverifiedError
from tieline.evidence import layout
from tieline.evidence.handling import Handling
from tieline.evidence.material import HomeMaterial, rosters_in
from tieline.evidence.trust import Trust, build_trust
from tieline.record.checkpoint import Checkpoint, verify_checkpoint
from tieline.record.entry import Entry, parse_entry
from tieline.record.merkle import Tree, hash_leaf
from tieline.record.tile import bundles, encode_bundle, tile_bytes, tiles
from tieline.replication.parcel import blob_name, log_name, receipt_name
from tieline.replication.reader import Reader

File = tuple[str, bytes]


def export_files(
    reader: Reader,
    line: str,
    parties: Mapping[str, str],
    *,
    plaintexts: bool = False,
    forks: Iterable[bytes] = (),
    handling: Handling | None = None,
) -> Iterator[File]:
    """One line of a home, up to the newest signed head of each log.

    The same home gives the same files, byte for byte, so that a medium that was cut short can
    simply be written again. The MANIFEST comes last: a folder without one is not complete.

    Args:
        reader: the store.
        line: the line's id.
        parties: fingerprint of each party, sixty digits.
        plaintexts: also what was in sealed payloads, where it is kept here and is what the
            entry commits to. Whether that may be shown is for the operator to decide.
        forks: signed heads that are kept as evidence; those that contradict a log go along.
        handling: what the audience may read; contents of other entries are left out. None leaves
            out nothing.

    Raises:
        DamagedStoreError: something is missing or not what was signed; verify the home first.
    """
    material = HomeMaterial(reader, line, signed_only=True)
    trust = build_trust(line, parties, rosters_in(material))
    others = list(forks)
    written: set[str] = set()
    sizes: list[tuple[str, int]] = []
    for origin in material.origins():
        head = signed_head(material, trust, origin)
        if head is None:
            continue
        sizes.append((origin, head[0].size))
        found = _log_files(
            reader, trust, origin, head, others, plaintexts=plaintexts, handling=handling
        )
        for file in found:
            if file[0] not in written:
                written.add(file[0])
                yield file
    yield layout.MANIFEST, layout.manifest(parties, trust, sizes)


def signed_head(
    material: HomeMaterial, trust: Trust, origin: str
) -> tuple[Checkpoint, bytes] | None:
    """The newest head of a log that has both signatures, or None where none is kept.

    Raises:
        DamagedStoreError: it does not hold, or nobody certifies the log.
    """
    note, key = material.head(origin), trust.key(origin)
    if note is None:
        return None
    if key is None:
        raise DamagedStoreError(f"no roster in this home certifies the log {origin}")
    try:
        verified = verify_checkpoint(note, key)
    except UnverifiedError as error:
        raise DamagedStoreError(f"the head of {origin} does not hold: {error}") from error
    return verified.checkpoint, verified.note


def entry_at(reader: Reader, origin: str, index: int) -> tuple[bytes, Entry]:
    """One leaf, and what it says.

    Raises:
        DamagedStoreError: it is missing, or no entry.
    """
    leaf = reader.leaf(origin, index)
    if leaf is None:
        raise DamagedStoreError(f"entry {index} of {origin} is missing from the store")
    try:
        return leaf, parse_entry(leaf)
    except UnverifiedError as error:
        raise DamagedStoreError(f"entry {index} of {origin} is damaged: {error}") from error


def payload_files(reader: Reader, entry: Entry, *, plaintexts: bool) -> Iterator[File]:
    """The payloads of an entry, and what was in the first one if that is asked for.

    Attachments that were erased here, because their author withdrew them, are left out.

    Raises:
        DamagedStoreError: a payload is missing, or not the one that the entry names.
    """
    for number, payload in enumerate(entry.payloads):
        data = reader.blob(payload.digest)
        if data is None and number and reader.tombstone(payload.digest) is not None:
            continue
        if data is None or hashlib.sha256(data).digest() != payload.digest:
            where = f"entry {entry.index} of {entry.log}"
            raise DamagedStoreError(f"a payload of {where} is missing or damaged")
        yield blob_name(payload.digest), data
    if plaintexts and entry.sealed:
        digest = entry.payloads[0].digest
        content = reader.plaintext(digest)
        if content is not None and hashlib.sha256(content).digest() == entry.commit:
            yield layout.plaintext_path(digest), content


def _log_files(
    reader: Reader,
    trust: Trust,
    origin: str,
    head: tuple[Checkpoint, bytes],
    forks: Iterable[bytes],
    *,
    plaintexts: bool,
    handling: Handling | None,
) -> Iterator[File]:
    checkpoint, note = head
    size, prefix = checkpoint.size, log_name(origin)
    tree = Tree(hash_leaf(leaf) for leaf in reader.leaves(origin, 0, size))
    if tree.size != size or tree.root() != checkpoint.root:
        raise DamagedStoreError(f"{origin}: the entries do not have the root that was signed")
    for tile in tiles(size):
        yield f"{prefix}/{tile.path}", tile_bytes(tree.hashes, tile)
    for bundle in bundles(size):
        stop = bundle.start + bundle.width
        leaves = list(reader.leaves(origin, bundle.start, stop))
        yield f"{prefix}/{bundle.path}", encode_bundle(leaves)
    for index in range(size):
        _, entry = entry_at(reader, origin, index)
        may_read = plaintexts and (handling is None or handling.allows(origin, index))
        yield from payload_files(reader, entry, plaintexts=may_read)
    for receipt in reader.receipts(origin):
        if receipt.size <= size:
            name = receipt_name(origin, receipt.size, receipt.cosigner, receipt.time_s)
            yield name, receipt.note
    for other in forks:
        if _contradicts(other, trust, origin, tree):
            yield layout.fork_path(origin, other), other
    yield layout.checkpoint_path(origin), note


def _contradicts(note: bytes, trust: Trust, origin: str, tree: Tree) -> bool:
    key = trust.key(origin)
    if key is None:
        return False
    try:
        other = verify_checkpoint(note, key).checkpoint
    except UnverifiedError:
        return False
    return other.size <= tree.size and tree.root(other.size) != other.root
