"""Audit: everything checked again from its bytes, in a home or in an exported folder.

Disk, manifest and folder names vouch for nothing; only the fingerprints that people compared do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tieline.errors import MalformedError
from tieline.evidence import layout
from tieline.evidence.folder import Files, FolderMaterial
from tieline.evidence.inside import Insides
from tieline.evidence.logs import Checked, Place, check_log
from tieline.evidence.material import HomeMaterial, Material, rosters_in
from tieline.evidence.report import Notebook, Report, Side
from tieline.evidence.trust import Published, Trust, build_trust
from tieline.record.entry import Head
from tieline.record.names import name_of
from tieline.record.rosterchain import parse_fingerprint
from tieline.replication.reader import Reader


def audit_reader(
    reader: Reader,
    line: str,
    parties: Mapping[str, str],
    *,
    open_blob: Callable[[bytes], bytes] | None = None,
) -> Report:
    """Verify one line of a home, from the bytes in its store.

    Args:
        reader: the store.
        line: the line's id.
        parties: fingerprint of each party, sixty digits, as they were compared.
        open_blob: decrypts with the reading key, raising `SealError`; without it, only what is
            kept as plaintext is read.

    Raises:
        StoreError: the store cannot even list what it has.
    """
    book = Notebook()
    material = HomeMaterial(reader, line, open_blob)
    trust, logs = _record(material, line, parties, book)
    state = _insides(material, trust, logs, parties, book)
    for words in material.damage.values():
        book.wrong(words)
    return _report(book, line, parties, tuple(parties), state)


def audit_files(files: Files, fingerprints: Mapping[str, str] | None = None) -> Report:
    """Verify an exported folder; for the evidence of one message see `audit_evidence`.

    1. The MANIFEST names the line and its parties; their digits are the ones given.
    2. Every log, roster, receipt, payload and plaintext holds (as in a home).
    3. Tiles are those of the entries; second histories are named.
    4. The MANIFEST says what rosters and heads say, and no file belongs to nothing.

    Args:
        files: paths below the folder, and their bytes.
        fingerprints: digits that somebody compared, by party; groups may be spaced.

    Raises:
        MalformedError: a fingerprint that is none.
    """
    given = {p: parse_fingerprint(text) for p, text in (fingerprints or {}).items()}
    book = Notebook()
    # (1)
    try:
        line, parties = layout.parse_page(files.get(layout.MANIFEST, b""))
    except MalformedError as error:
        book.wrong(f"{layout.MANIFEST}: {error}")
        return _report(book, "", given, tuple(given), ("", ""))
    compare_digits(parties, given, book)
    parties = parties | {p: digits for p, digits in given.items() if p in parties}
    # (2)
    material = FolderMaterial(files, line, book)
    trust, logs = _record(material, line, parties, book)
    # (3)
    for log in logs.values():
        material.check_tiles(log, book)
        material.check_forks(log, trust, book)
    state = _insides(material, trust, logs, parties, book)
    # (4)
    sizes = [(origin, log.head.size) for origin, log in logs.items() if log.head is not None]
    if layout.manifest(parties, trust, sizes) != files[layout.MANIFEST]:
        book.wrong(f"{layout.MANIFEST}: it does not say what the rosters and heads here say")
    material.check_names(book)
    return _report(book, line, parties, tuple(given), state)


def compare_digits(parties: Mapping[str, str], given: Mapping[str, str], book: Notebook) -> None:
    for party, digits in given.items():
        if party not in parties:
            book.wrong(f"{party} is no party of this line", party=party)
        elif parties[party] != digits:
            words = f"{party}'s fingerprint in the MANIFEST is not the one that was compared"
            book.wrong(words, party=party, side=Side.UNKNOWN)
    for party in sorted(parties.keys() - given.keys()):
        book.unchecked(f"nobody compared the fingerprint of {party}", party=party)


def _record(
    material: Material, line: str, parties: Mapping[str, str], book: Notebook
) -> tuple[Trust, dict[str, Checked]]:
    trust = build_trust(line, parties, rosters_in(material))
    book.counts["rosters"] += sum(len(chain) for chain in trust.chains.values())
    for published, party, why in trust.refused:
        _refused(trust, published, party, why, book)
    for party in sorted(parties):
        if party not in trust.chains:
            book.unchecked(f"no roster of {party} is here", party=party)
    seen: dict[Head, Place] = {}
    logs = {o: check_log(material, trust, o, book, seen) for o in material.origins()}
    book.counts["logs"] += len(logs)
    _check_seen(seen, logs, book)
    return trust, logs


def _refused(trust: Trust, published: Published, party: str, why: str, book: Notebook) -> None:
    origin, index = published.origin, published.index
    words = f"{name_of(origin)}, entry {index}: the roster of {party} does not count: {why}"
    if party in trust.chains:
        owner = trust.owner(origin) or party
        book.discrepancy(words, party=owner, origin=origin, index=index)
    else:
        book.wrong(words, party=party, origin=origin, index=index, side=Side.UNKNOWN)


def _check_seen(seen: Mapping[Head, Place], logs: Mapping[str, Checked], book: Notebook) -> None:
    absent: dict[str, tuple[int, Place]] = {}
    for head, place in seen.items():
        log = logs.get(head.origin)
        if log is None or head.size > log.tree.size:
            absent[head.origin] = max(absent.get(head.origin, (0, place)), (head.size, place))
        elif log.tree.root(head.size) == head.root:
            book.counts["seen"] += 1
        elif log.stands:
            party, origin, index = place
            words = f"{party}'s log {name_of(origin)}, entry {index}: names a head of "
            words += f"{name_of(head.origin)} at {head.size} that this log never had"
            book.discrepancy(words, party=party, origin=origin, index=index)
    for origin, (size, (party, by, index)) in sorted(absent.items()):
        here = logs[origin].tree.size if origin in logs else 0
        words = f"{party}'s log {name_of(by)}, entry {index}, names {size} entries of "
        words += f"{name_of(origin)}; {here} are here"
        book.unchecked(words, party=party, origin=by, index=index)


def _insides(
    material: Material,
    trust: Trust,
    logs: Mapping[str, Checked],
    parties: Mapping[str, str],
    book: Notebook,
) -> tuple[str, str]:
    return Insides(material, trust, logs, book).fold(parties)


def _report(
    book: Notebook,
    line: str,
    parties: Mapping[str, str],
    compared: tuple[str, ...],
    state: tuple[str, str],
) -> Report:
    return Report(
        line=line,
        parties=dict(sorted(parties.items())),
        compared=tuple(sorted(compared)),
        findings=tuple(book.findings),
        counts=dict(sorted(book.counts.items())),
        state=state[0],
        unreadable=state[1],
    )
