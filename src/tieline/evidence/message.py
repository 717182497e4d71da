"""Evidence for one message: a small folder that proves what was said, by whom, and who had it.

::

    EVIDENCE                                line, log, index, and each party's fingerprint
    leaf                                    the entry
    proof                                   its place under a signed head (C2SP tlog-proof)
    receipts/<log>/<size>-<mirror>-<time>   its place under a head that a mirror signed: tlog-proofs
    blob/..., plaintext/...                 payloads and content, as in an export
    roster/<party>/<version>                whose keys count, from the first roster on

Beside the log's two signatures the head of ``proof`` carries those of every mirror that signed
the same head. ``receipts`` holds the earliest receipt of each mirror.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tieline.errors import DamagedStoreError, UsageError
from tieline.evidence.export import File, entry_at, payload_files, signed_head
from tieline.evidence.material import HomeMaterial, rosters_in
from tieline.evidence.trust import build_trust
from tieline.record.merkle import Tree, hash_leaf
from tieline.record.note import Note, parse_note, rebuild
from tieline.record.tlogproof import TlogProof
from tieline.replication.parcel import receipt_name
from tieline.replication.reader import Reader, StoredReceipt

EVIDENCE = "EVIDENCE"
FIRST = "tieline/evidence@v1"
LEAF = "leaf"
PROOF = "proof"


def evidence_page(line: str, origin: str, index: int, parties: Mapping[str, str]) -> bytes:
    """The first page: all of it follows from the other files."""
    lines = [FIRST, f"line {line}", f"log {origin}", f"index {index}"]
    lines += [f"party {party} {digits}" for party, digits in sorted(parties.items())]
    return ("\n".join(lines) + "\n").encode("ascii")


def roster_path(party: str, version: int) -> str:
    """Where one version of a party's roster stands."""
    return f"roster/{party}/{version}"


def evidence_for(
    reader: Reader,
    line: str,
    parties: Mapping[str, str],
    origin: str,
    index: int,
    *,
    plaintext: bool = True,
) -> Iterator[File]:
    """Everything that proves one entry, out of a home.

    Args:
        reader: the store.
        line: the line's id.
        parties: fingerprint of each party, sixty digits.
        origin: the log.
        index: the entry.
        plaintext: also what was sealed, where it is kept here.

    Raises:
        UsageError: no such entry, or none under a signed head yet.
        DamagedStoreError: something is missing or not what was signed.
    """
    material = HomeMaterial(reader, line, signed_only=True)
    trust = build_trust(line, parties, rosters_in(material))
    head = signed_head(material, trust, origin) if origin in material.origins() else None
    if head is None or not 0 <= index < head[0].size:
        raise UsageError(f"{origin} has no entry {index} under a signed head here")
    leaf, entry = entry_at(reader, origin, index)
    size = head[0].size
    tree = Tree(hash_leaf(each) for each in reader.leaves(origin, 0, size))
    if tree.size != size or tree.root() != head[0].root:
        raise DamagedStoreError(f"{origin}: the entries do not have the root that was signed")
    yield LEAF, leaf
    covering = [r for r in reader.receipts(origin) if index < r.size <= size]
    note = _richest(reader, origin, covering, size, head[1])
    yield PROOF, _proof(tree, index, note)
    for receipt in _earliest(covering):
        name = receipt_name(origin, receipt.size, receipt.cosigner, receipt.time_s)
        yield name, _proof(tree, index, receipt.note)
    yield from payload_files(reader, entry, plaintexts=plaintext)
    for party, chain in sorted(trust.chains.items()):
        for envelope, roster in chain:
            yield roster_path(party, roster.version), envelope
    yield EVIDENCE, evidence_page(line, origin, index, parties)


def _proof(tree: Tree, index: int, note: bytes) -> bytes:
    size = int(note.split(b"\n", 2)[1])
    return TlogProof(index=index, hashes=tree.inclusion_proof(index, size), note=note).encode()


def _earliest(receipts: list[StoredReceipt]) -> list[StoredReceipt]:
    first: dict[str, StoredReceipt] = {}
    for receipt in receipts:
        held = first.get(receipt.cosigner)
        if held is None or (receipt.time_s, receipt.size) < (held.time_s, held.size):
            first[receipt.cosigner] = receipt
    return [first[name] for name in sorted(first)]


def _richest(
    reader: Reader, origin: str, receipts: list[StoredReceipt], size: int, newest: bytes
) -> bytes:
    """The head that most mirrors signed too, with all their lines; the smallest of several."""
    best, most = parse_note(newest), 0
    by_size: dict[int, dict[str, Note]] = {}
    for receipt in receipts:
        by_size.setdefault(receipt.size, {}).setdefault(receipt.cosigner, parse_note(receipt.note))
    for at, notes in sorted(by_size.items()):
        kept = newest if at == size else reader.checkpoint_at(origin, at)
        if kept is None or len(notes) <= most:
            continue
        head = parse_note(kept)
        lines = [each for _, n in sorted(notes.items()) if n.text == head.text for each in n.lines]
        best, most = Note(text=head.text, lines=(*head.lines, *lines)), len(notes)
    return rebuild(best.text, best.lines)
