"""Two programs that share no code say the same of the same files."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tieline.evidence.audit import audit_files
from tieline.evidence.export import export_files
from tieline.record.checkpoint import Checkpoint, sign_checkpoint
from tieline.record.entry import Head
from tieline.record.tile import encode_bundle, parse_bundle

FLIPS_A_FILE = 2


def says_wrong(verifier: Any, files: dict[str, bytes], parties: dict[str, str]) -> bool:
    found = verifier(files, parties).findings
    return any(severity == "wrong" for severity, _ in found)


def agree(verifier: Any, files: dict[str, bytes], parties: dict[str, str]) -> str:
    """What both say; they must say the same."""
    ours, theirs = audit_files(files, parties), verifier(files, parties)
    wrong = [what for severity, what in theirs.findings if severity == "wrong"]
    if not verifier.can["ML-DSA-44"] and ours.verdict == "wrong":
        assert ours.first is not None
        if "ML-DSA-44 signature is wrong" in ours.first.what:
            assert any("ML-DSA-44" in what for _, what in theirs.findings)
            return "wrong"
    assert (ours.verdict == "wrong") == bool(wrong), (ours.findings, theirs.findings)
    if ours.verdict == "wrong" and ours.first is not None and ours.first.party:
        assert any(ours.first.party in what for what in wrong), (ours.first, wrong)
    return ours.verdict


def log_of(files: dict[str, bytes], name: str) -> str:
    """The folder of a log by the end of its origin."""
    return next(
        path.partition("/")[0]
        for path, data in files.items()
        if path.endswith("/checkpoint") and data.split(b"\n")[0].decode().endswith(f"/{name}")
    )


@pytest.fixture(params=["some", pytest.param("all", marks=pytest.mark.long)])
def chosen(exported: dict[str, bytes], request: pytest.FixtureRequest) -> list[str]:
    """Files to be damaged one by one: one or two of every kind, or all."""
    if request.param == "all":
        return list(exported)
    kinds = ("MANIFEST", "/checkpoint", "/tile/0/", "/tile/entries/", "blob/", "plaintext/")
    found = [next(p for p in exported if kind in p) for kind in kinds]
    rosters = [p for p, data in exported.items() if b"tieline.roster" in data[:60]]
    return [*found, rosters[0], *[p for p in exported if p.startswith("receipts/")][-1:]]


def test_both_find_an_untouched_export_sound(
    verifier: Any, exported: dict[str, bytes], small_line: Any
) -> None:
    assert agree(verifier, exported, small_line.parties) == "sound"
    severities = {severity for severity, _ in verifier(exported, small_line.parties).findings}
    assert severities <= ({"unchecked"} if not verifier.can["ML-DSA-44"] else set())


def test_both_count_the_same(verifier: Any, exported: dict[str, bytes], small_line: Any) -> None:
    ours = audit_files(exported, small_line.parties).counts
    theirs = verifier(exported, small_line.parties).counts
    pairs = [
        ("entries", "entries"),
        ("blobs", "payloads"),
        ("receipts", "receipts"),
        ("rosters", "rosters"),
        ("plaintexts", "plaintexts"),
        ("persons", "persons' signatures"),
    ]
    assert [ours[one] for one, _ in pairs] == [theirs[other] for _, other in pairs]


def test_a_flipped_bit_is_found_by_both(
    verifier: Any, exported: dict[str, bytes], small_line: Any, chosen: list[str]
) -> None:
    rng = random.Random(7)
    for path in chosen:
        data = exported[path]
        for _ in range(FLIPS_A_FILE):
            at = rng.randrange(len(data))
            changed = bytearray(data)
            changed[at] ^= 1 << rng.randrange(8)
            files = exported | {path: bytes(changed)}
            assert agree(verifier, files, small_line.parties) == "wrong", (path, at)


def test_a_file_cut_short_or_gone_is_found_by_both(
    verifier: Any, exported: dict[str, bytes], small_line: Any, chosen: list[str]
) -> None:
    """Only a receipt or a plaintext can go without a trace: the rest names all that there is."""
    for path in chosen:
        files = dict(exported)
        files[path] = files[path][:-1]
        assert agree(verifier, files, small_line.parties) == "wrong", path
        del files[path]
        optional = path.startswith(("receipts/", "plaintext/"))
        assert (agree(verifier, files, small_line.parties) == "sound") == optional, path


def swapped_entries(files: dict[str, bytes], line: Any, other: Any) -> dict[str, bytes]:
    path = next(p for p in files if p.startswith(log_of(files, "bravo-1")) and "/entries/" in p)
    leaves = list(parse_bundle(files[path], int(path.rpartition("/")[2])))
    leaves[2], leaves[3] = leaves[3], leaves[2]
    return files | {path: encode_bundle(leaves)}


def receipts_of_another_line(files: dict[str, bytes], line: Any, other: Any) -> dict[str, bytes]:
    store = other.desks["alpha"].store
    foreign = dict(export_files(store, other.line, other.parties))
    return files | {p: d for p, d in foreign.items() if p.startswith("receipts/")}


def foreign_receipt_in_place(files: dict[str, bytes], line: Any, other: Any) -> dict[str, bytes]:
    store = other.desks["alpha"].store
    foreign = dict(export_files(store, other.line, other.parties))
    mine = next(p for p in files if p.startswith("receipts/"))
    theirs = next(p for p in foreign if p.startswith("receipts/"))
    return files | {mine: foreign[theirs]}


def log_of_another_line(files: dict[str, bytes], line: Any, other: Any) -> dict[str, bytes]:
    store = other.desks["alpha"].store
    foreign = dict(export_files(store, other.line, other.parties))
    return files | {p: d for p, d in foreign.items() if p != "MANIFEST"}


def without_lines(end: str, algorithm: int) -> Any:
    def change(files: dict[str, bytes], line: Any, other: Any) -> dict[str, bytes]:
        chosen = (p for p in files if end in p)
        path = next(chosen)
        rows = files[path].split(b"\n")
        del rows[algorithm]
        return files | {path: b"\n".join(rows)}

    return change


def renamed_folder(files: dict[str, bytes], line: Any, other: Any) -> dict[str, bytes]:
    name = log_of(files, "alpha-1")
    return {path.replace(name, name[::-1]): data for path, data in files.items()}


def exchanged_folders(files: dict[str, bytes], line: Any, other: Any) -> dict[str, bytes]:
    one, two = log_of(files, "alpha-1"), log_of(files, "bravo-1")
    away = {path.replace(one, "-"): data for path, data in files.items()}
    away = {path.replace(two, one): data for path, data in away.items()}
    return {path.replace("-/", f"{two}/", 1): data for path, data in away.items()}


def wrong_origin(files: dict[str, bytes], line: Any, other: Any) -> dict[str, bytes]:
    path = f"{log_of(files, 'alpha-1')}/checkpoint"
    return files | {path: files[path].replace(b"alpha-1", b"alpha-2")}


def an_extra_line(files: dict[str, bytes], line: Any, other: Any) -> dict[str, bytes]:
    path = f"{log_of(files, 'alpha-1')}/checkpoint"
    last = files[path].rstrip(b"\n").rpartition(b"\n")[2]
    return files | {path: files[path] + last.replace(b"alpha-1", b"gamma-1") + b"\n"}


def an_older_head(files: dict[str, bytes], line: Any, other: Any) -> dict[str, bytes]:
    store = line.desks["alpha"].store
    origin = f"{line.line}/alpha-1"
    old = store.checkpoint_at(origin, store.size(origin) - 2)
    return files | {f"{log_of(files, 'alpha-1')}/checkpoint": old}


def two_histories(files: dict[str, bytes], line: Any, other: Any) -> dict[str, bytes]:
    head = Checkpoint(origin=f"{line.line}/bravo-1", size=3, root=b"\1" * 32)
    store = line.desks["alpha"].store
    desk = line.desks["bravo"]
    seeds = desk.keys.logs[head.origin]
    note = sign_checkpoint(head, seeds.ed25519, seeds.mldsa44, 1)
    return dict(export_files(store, line.line, line.parties, plaintexts=True, forks=[note]))


CASES = {
    "entries swapped": swapped_entries,
    "receipts of another line": receipts_of_another_line,
    "a receipt of another line in place of ours": foreign_receipt_in_place,
    "a log of another line": log_of_another_line,
    "a head without its ML-DSA line": without_lines("/checkpoint", -2),
    "a head without its Ed25519 line": without_lines("/checkpoint", -3),
    "a receipt without its ML-DSA line": without_lines("receipts/", -2),
    "a receipt without its Ed25519 line": without_lines("receipts/", -3),
    "a folder renamed": renamed_folder,
    "two folders exchanged": exchanged_folders,
    "a head that names another log": wrong_origin,
    "a head with a line too many": an_extra_line,
    "an older head over more entries": an_older_head,
    "two signed histories": two_histories,
}


@pytest.mark.parametrize("name", CASES)
def test_both_refuse(
    verifier: Any, exported: dict[str, bytes], small_line: Any, another_line: Any, name: str
) -> None:
    files = CASES[name](dict(exported), small_line, another_line)
    assert files != exported
    assert agree(verifier, files, small_line.parties) == "wrong"


def test_both_leave_what_authors_did_to_the_authors(
    verifier: Any, small_line: Any, home_of: Any, append: Any
) -> None:
    store = home_of(small_line, "alpha")
    append(small_line, store, "alpha", b"no message")
    bravo = f"{small_line.line}/bravo-1"
    false = Head(origin=bravo, size=store.size(bravo), root=b"\7" * 32)
    append(small_line, store, "alpha", b"x", seen=(false,))
    files = dict(export_files(store, small_line.line, small_line.parties, plaintexts=True))

    assert agree(verifier, files, small_line.parties) == "sound"
    found = verifier(files, small_line.parties).findings
    assert sum(severity == "discrepancy" for severity, _ in found) == 3


def test_both_convict_an_author_of_a_bad_envelope(
    verifier: Any, small_line: Any, home_of: Any, append: Any
) -> None:
    store = home_of(small_line, "alpha")
    append(small_line, store, "alpha", b"x", index=0)
    files = dict(export_files(store, small_line.line, small_line.parties))

    assert agree(verifier, files, small_line.parties) == "wrong"


def test_digits_that_were_compared_and_differ_are_wrong_for_both(
    verifier: Any, exported: dict[str, bytes], small_line: Any
) -> None:
    assert agree(verifier, exported, small_line.parties | {"bravo": "7" * 60}) == "wrong"
    assert agree(verifier, exported, {}) == "partial"
    assert says_wrong(verifier, exported, {"carol": "7" * 60})
