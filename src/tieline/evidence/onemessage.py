"""The evidence for one message, checked: what `tieline.evidence.message` has put together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from tieline.errors import BadSignatureError, MalformedError, UnverifiedError
from tieline.evidence import layout
from tieline.evidence.audit import compare_digits
from tieline.evidence.folder import RECEIPTS, Files
from tieline.evidence.inside import holds
from tieline.evidence.message import EVIDENCE, FIRST, LEAF, PROOF, evidence_page, roster_path
from tieline.evidence.report import Notebook, Report, Side
from tieline.evidence.trust import Trust
from tieline.record.checkpoint import parse_checkpoint, verify_checkpoint
from tieline.record.content import Malformed, Spoken, Unreadable, read_content
from tieline.record.entry import Entry, parse_entry
from tieline.record.merkle import hash_leaf, verify_inclusion
from tieline.record.names import line_of
from tieline.record.note import Note, SignatureLine, parse_note, rebuild
from tieline.record.receipt import Receipt, verify_receipt
from tieline.record.rosterchain import parse_fingerprint, read_roster, verify_first, verify_next
from tieline.record.tlogproof import parse_proof
from tieline.replication.parcel import blob_name, receipt_name


def audit_evidence(files: Files, fingerprints: Mapping[str, str] | None = None) -> Report:
    """Verify the evidence for one message.

    1. Each party's rosters follow from its fingerprint.
    2. The leaf stands under a head that its log signed twice, and under those of mirrors.
    3. Payloads, plaintext and the signatures of persons hold.
    4. The first page says what the rest says, and no file belongs to nothing.

    Anything that does not hold is wrong; it ends the check there.

    Args:
        files: paths below the folder, and their bytes.
        fingerprints: digits that somebody compared, by party; groups may be spaced.

    Raises:
        MalformedError: a fingerprint that is none.
    """
    given = {p: parse_fingerprint(text) for p, text in (fingerprints or {}).items()}
    book, line, parties = Notebook(), "", dict(given)
    try:
        line, parties = layout.parse_page(files.get(EVIDENCE, b""), FIRST)
        compare_digits(parties, given, book)
        _check(files, line, parties, book)
    except UnverifiedError as error:
        book.wrong(str(error), side=Side.UNKNOWN)
    return Report(
        line=line,
        parties=dict(sorted(parties.items())),
        compared=tuple(sorted(given)),
        findings=tuple(book.findings),
        counts=dict(sorted(book.counts.items())),
    )


def _check(files: Files, line: str, parties: Mapping[str, str], book: Notebook) -> None:
    used = {EVIDENCE, LEAF, PROOF}
    trust = _rosters(files, line, parties, used)  # (1)
    book.counts["rosters"] += sum(len(chain) for chain in trust.chains.values())
    entry = parse_entry(files.get(LEAF, b""))
    if line_of(entry.log) != line:
        raise MalformedError(f"{entry.log} is not a log of the line {line}")
    _proofs(files, trust, entry, used, book)  # (2)
    _inside(files, trust, entry, used, book)  # (3)
    if files[EVIDENCE] != evidence_page(line, entry.log, entry.index, parties):  # (4)
        raise MalformedError(f"{EVIDENCE}: it does not say what the other files here say")
    for path in sorted(set(files) - used):
        book.wrong(f"{path}: this file belongs to nothing in the evidence")


def _rosters(files: Files, line: str, parties: Mapping[str, str], used: set[str]) -> Trust:
    trust = Trust(line=line)
    for party, digits in sorted(parties.items()):
        chain = trust.chains.setdefault(party, [])
        while (path := roster_path(party, len(chain) + 1)) in files:
            used.add(path)
            envelope = files[path]
            if read_roster(envelope)[1].party != party:
                raise MalformedError(f"{path}: a roster of another party")
            if chain:
                after, roster = chain[-1]
                verified = verify_next(envelope, after=roster, after_envelope=after)
            else:
                verified = verify_first(envelope, line=line, party=party, digits=digits)
            chain.append((envelope, verified))
    return trust


def _proofs(files: Files, trust: Trust, entry: Entry, used: set[str], book: Notebook) -> None:
    key = trust.key(entry.log)
    if key is None:
        raise MalformedError(f"no roster here certifies the log {entry.log}")
    for path in [PROOF, *sorted(path for path in files if path.startswith(RECEIPTS))]:
        used.add(path)
        proof = parse_proof(files.get(path, b""))
        note = parse_note(proof.note)
        head = parse_checkpoint(note.text)
        if (head.origin, proof.index) != (entry.log, entry.index):
            raise MalformedError(f"{path}: it is about another entry")
        verify_inclusion(hash_leaf(files[LEAF]), proof.index, head.size, proof.hashes, head.root)
        kept: list[SignatureLine] = []
        if path == PROOF:
            kept += parse_note(verify_checkpoint(note, key).note).lines
            book.counts["heads"] += 1
        for receipt in _receipts(note, entry.log, trust, path):
            kept += parse_note(receipt.note).lines
            book.counts["receipts"] += 1
        if replace(proof, note=rebuild(note.text, kept)).encode() != files[path]:
            raise MalformedError(f"{path}: it has more than the signatures that belong there")


def _receipts(note: Note, log: str, trust: Trust, path: str) -> list[Receipt]:
    found = []
    for name in dict.fromkeys(line.name for line in note.lines if line.name != log):
        if name not in trust.mirrors():
            raise MalformedError(f"{path}: signed by {name}, which no roster here names")
        receipt = verify_receipt(note, trust.mirrors()[name][1])
        size, time_s = receipt.checkpoint.size, receipt.time_s
        if path not in {PROOF, receipt_name(log, size, name, time_s)}:
            raise MalformedError(f"{path}: it is not what its name says")
        found.append(receipt)
    return found


def _inside(files: Files, trust: Trust, entry: Entry, used: set[str], book: Notebook) -> None:
    payloads = []
    for number, payload in enumerate(entry.payloads):
        path = blob_name(payload.digest)
        used.add(path)
        if number and entry.sealed and path not in files:
            words = f"attachment {number} is not in this folder; whether its author withdrew it,"
            words += " the whole line tells"
            book.unchecked(words, party=trust.owner(entry.log), origin=entry.log, index=entry.index)
            continue
        data = files.get(path, b"")
        if (len(data), hashlib.sha256(data).digest()) != (payload.length, payload.digest):
            raise MalformedError(f"{path}: missing, or not what the entry names")
        payloads.append(data)
        book.counts["blobs"] += 1
    first: bytes | None = payloads[0]
    party = trust.owner(entry.log)
    if entry.sealed:
        path = layout.plaintext_path(entry.payloads[0].digest)
        used.add(path)
        first = files.get(path)
        if first is None:
            words = "the message is sealed, and its plaintext is not in this folder"
            book.unreadable(words, party=party, origin=entry.log)
            return
    content = read_content(entry, first, payloads[1:])
    if isinstance(content, Malformed):
        raise MalformedError(f"{party}'s entry {entry.index}: {content.why}")
    if isinstance(content, Unreadable):
        raise MalformedError(f"{party}'s entry {entry.index}: not the plaintext committed to")
    book.counts["plaintexts"] += entry.sealed
    _persons(trust, entry, content, book)


def _persons(trust: Trust, entry: Entry, spoken: Spoken, book: Notebook) -> None:
    party = trust.owner(entry.log)
    message = spoken.message
    if (message.line, message.log, message.sender.party) != (trust.line, entry.log, party):
        raise MalformedError(f"{party}'s entry {entry.index} speaks of another log or party")
    for signature in spoken.envelope.signatures:
        keys = trust.signers(party, signature.keyid, message.sender.name)
        if not any(holds(key, signature.sig, spoken.envelope.pae) for key in keys):
            why = "does not hold" if keys else f"is by nobody who may speak for {message.sender}"
            raise BadSignatureError(f"the signature of {signature.keyid} {why}")
        book.counts["persons"] += 1
        _cut_off(trust, entry, signature.keyid, book)


def _cut_off(trust: Trust, entry: Entry, keyid: str, book: Notebook) -> None:
    """Name later rosters that cut the key off: when they came, only the whole line can tell."""
    party = trust.owner(entry.log)
    for roster in trust.rosters(party):
        for cut in roster.cutoffs:
            if (cut.key, cut.log) == (keyid, entry.log) and cut.index <= entry.index:
                words = f"{keyid} is cut off from entry {cut.index} on by roster version "
                words += f"{roster.version}; whether before this entry, the whole line tells"
                book.unchecked(words, party=party, origin=entry.log, index=entry.index)
