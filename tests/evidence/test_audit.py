from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tieline.errors import DamagedStoreError
from tieline.evidence.audit import audit_files, audit_reader
from tieline.evidence.export import export_files
from tieline.evidence.report import Finding, Report, Severity, Side
from tieline.record.checkpoint import Checkpoint
from tieline.record.entry import Head, parse_entry
from tieline.record.names import name_of
from tieline.replication.founding import log_origin
from tieline.replication.parcel import log_name
from tieline.state.digest import state_digest
from tieline.store.memory import MemoryStore


@pytest.fixture
def main_logs(small_line: Any) -> dict[str, str]:
    return {h: log_origin(small_line.line, h, "main", 1) for h in small_line.desks}


def damaged(small_line: Any, home_of: Any, change: Any) -> Any:
    """The report on alpha's home after something on its disk was changed."""
    store = home_of(small_line, "alpha")
    snapshot = store.snapshot()
    change(snapshot)
    store.restore(snapshot)
    return audit_reader(store, small_line.line, small_line.parties)


def first_of(report: Report) -> Finding:
    assert report.first is not None
    return report.first


def flipped(data: bytes, at: int = -2) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


@pytest.mark.parametrize("handle", ["alpha", "bravo"])
def test_a_home_that_nobody_touched_is_sound_and_has_the_state_of_its_seat(
    small_line: Any, handle: str
) -> None:
    desk = small_line.desks[handle]

    report = audit_reader(desk.store, small_line.line, small_line.parties, open_blob=desk.open_blob)

    assert (report.verdict, report.findings) == ("sound", ())
    assert report.state == state_digest(desk.seat.fold).hex()
    assert report.counts["entries"] == sum(desk.store.size(o) for o in desk.store.origins())
    assert report.counts["persons"] >= report.counts["entries"]


def test_both_parties_come_to_the_same_state(small_line: Any) -> None:
    states = {
        audit_reader(d.store, small_line.line, small_line.parties).state
        for d in small_line.desks.values()
    }
    assert len(states) == 1


def test_a_changed_leaf_is_named_with_its_author_and_place(
    small_line: Any, home_of: Any, main_logs: Any
) -> None:
    def change(snapshot: Any) -> None:
        leaves = snapshot.logs[main_logs["bravo"]].leaves
        leaves[3] = flipped(leaves[3])

    report = damaged(small_line, home_of, change)

    assert report.verdict == "wrong"
    first = first_of(report)
    assert (first.party, name_of(first.origin), first.index) == ("bravo", "bravo-1", 3)
    assert first.side is Side.HERE
    assert "the head that bravo signed says otherwise" in first.what


def test_a_damaged_blob_is_named_with_its_entry(
    small_line: Any, home_of: Any, main_logs: Any
) -> None:
    origin = main_logs["alpha"]
    digest = parse_entry(small_line.desks["alpha"].store.leaf(origin, 5)).payloads[0].digest

    def change(snapshot: Any) -> None:
        snapshot.blobs[digest] = flipped(snapshot.blobs[digest])

    report = damaged(small_line, home_of, change)

    assert (first_of(report).party, first_of(report).index) == ("alpha", 5)
    assert f"blob {digest.hex()} is damaged here" in first_of(report).what


def test_a_missing_blob_is_named(small_line: Any, home_of: Any, main_logs: Any) -> None:
    origin = main_logs["bravo"]
    digest = parse_entry(small_line.desks["alpha"].store.leaf(origin, 2)).payloads[0].digest

    report = damaged(small_line, home_of, lambda snapshot: snapshot.blobs.pop(digest))

    assert (first_of(report).party, first_of(report).index) == ("bravo", 2)
    assert "is not here" in first_of(report).what


@pytest.mark.parametrize(("left_out", "named"), [(-1, "ML-DSA-44"), (-2, "Ed25519")])
def test_a_head_without_one_of_its_signatures_is_wrong(
    small_line: Any, home_of: Any, main_logs: Any, left_out: int, named: str
) -> None:
    def change(snapshot: Any) -> None:
        heads = snapshot.logs[main_logs["bravo"]].checkpoints
        rows = heads[max(heads)].split(b"\n")[:-1]
        del rows[left_out]
        heads[max(heads)] = b"\n".join(rows) + b"\n"

    report = damaged(small_line, home_of, change)

    assert first_of(report).what == (
        f"checkpoint of bravo's log bravo-1: without the {named} signature"
    )


def test_entries_that_were_cut_off_are_missed(
    small_line: Any, home_of: Any, main_logs: Any
) -> None:
    report = damaged(
        small_line, home_of, lambda snapshot: snapshot.logs[main_logs["bravo"]].leaves.pop()
    )
    assert first_of(report).party == "bravo"
    assert "are here" in first_of(report).what


def test_a_whole_older_log_is_contradicted_by_the_receipts(
    small_line: Any, home_of: Any, main_logs: Any
) -> None:
    """A disk that was set back has sound signatures; the receipts remember more."""

    def change(snapshot: Any) -> None:
        log = snapshot.logs[main_logs["alpha"]]
        log.leaves.pop()
        del log.checkpoints[max(log.checkpoints)]

    report = damaged(small_line, home_of, change)

    assert report.verdict == "wrong"
    assert "signed a receipt for" in first_of(report).what


def test_a_plaintext_that_was_changed_is_not_believed(
    small_line: Any, home_of: Any, main_logs: Any
) -> None:
    origin = main_logs["alpha"]
    digest = parse_entry(small_line.desks["alpha"].store.leaf(origin, 4)).payloads[0].digest

    def change(snapshot: Any) -> None:
        snapshot.plaintexts[digest] = flipped(snapshot.plaintexts[digest])

    report = damaged(small_line, home_of, change)

    assert (first_of(report).index, first_of(report).side) == (4, Side.HERE)
    assert "not what the entry commits to" in first_of(report).what


def test_without_plaintexts_what_is_unreadable_is_listed(small_line: Any, home_of: Any) -> None:
    report = damaged(small_line, home_of, lambda snapshot: snapshot.plaintexts.clear())

    assert report.verdict == "sound"
    listed = report.of(Severity.UNREADABLE)
    assert {f.party for f in listed} == {"alpha", "bravo"}
    assert report.counts["unreadable"] == report.counts["entries"] - 2


def test_another_fingerprint_leaves_nothing_certified(small_line: Any) -> None:
    desk = small_line.desks["alpha"]
    parties = small_line.parties | {"bravo": "1" * 60}

    report = audit_reader(desk.store, small_line.line, parties)

    assert first_of(report).party == "bravo"
    assert "fingerprint" in first_of(report).what


def test_rubbish_under_an_honest_head_is_its_authors_discrepancy(
    small_line: Any, home_of: Any, append: Any
) -> None:
    store = home_of(small_line, "alpha")
    _, index = append(small_line, store, "alpha", b"no message")

    report = audit_reader(store, small_line.line, small_line.parties)

    assert report.verdict == "sound"
    (found,) = report.of(Severity.DISCREPANCY)
    assert (found.party, found.index, found.side) == ("alpha", index, Side.AUTHOR)


def test_an_envelope_for_another_place_convicts_its_author(
    small_line: Any, home_of: Any, append: Any
) -> None:
    store = home_of(small_line, "alpha")
    _, index = append(small_line, store, "alpha", b"x", index=0)

    report = audit_reader(store, small_line.line, small_line.parties)

    assert (first_of(report).index, first_of(report).side) == (index, Side.AUTHOR)
    assert "a bad envelope that alpha signed" in first_of(report).what


def test_a_head_that_never_was_is_a_discrepancy_of_who_names_it(
    small_line: Any, home_of: Any, append: Any, main_logs: Any
) -> None:
    store = home_of(small_line, "alpha")
    size = store.size(main_logs["bravo"])
    false = Head(origin=main_logs["bravo"], size=size, root=b"\7" * 32)
    append(small_line, store, "alpha", b"x", seen=(false,))

    report = audit_reader(store, small_line.line, small_line.parties)

    words = [f.what for f in report.of(Severity.DISCREPANCY)]
    assert any("that this log never had" in each for each in words)


def test_a_head_that_is_not_here_yet_is_unchecked(
    small_line: Any, home_of: Any, append: Any, main_logs: Any
) -> None:
    store = home_of(small_line, "alpha")
    ahead = Head(origin=main_logs["bravo"], size=1_000, root=b"\7" * 32)
    append(small_line, store, "alpha", b"x", seen=(ahead,))

    report = audit_reader(store, small_line.line, small_line.parties)

    assert report.verdict == "partial"
    assert any("1000 entries" in f.what for f in report.of(Severity.UNCHECKED))
    assert any("not folded" in f.what for f in report.of(Severity.UNCHECKED))


def test_entries_above_the_newest_head_are_unchecked(
    small_line: Any, home_of: Any, main_logs: Any
) -> None:
    def change(snapshot: Any) -> None:
        log = snapshot.logs[main_logs["alpha"]]
        del log.checkpoints[max(log.checkpoints)]
        for held in log.receipts.values():
            size = held.sizes[-1]
            if size == len(log.leaves):
                held.sizes.pop()
                del held.by_size[size]

    report = damaged(small_line, home_of, change)

    assert report.verdict == "partial"
    assert "under no signed head" in report.of(Severity.UNCHECKED)[0].what


def test_two_histories_are_named_as_their_authors_doing(
    small_line: Any, home_of: Any, signed: Any, main_logs: Any
) -> None:
    origin = main_logs["bravo"]
    other = signed(small_line.desks["bravo"], Checkpoint(origin=origin, size=4, root=b"\1" * 32))
    store = home_of(small_line, "alpha")
    files = dict(
        export_files(store, small_line.line, small_line.parties, forks=[other, other[:-9]])
    )

    report = audit_files(files, small_line.parties)

    assert [f.side for f in report.of(Severity.WRONG)] == [Side.AUTHOR]
    assert "bravo signed two histories of 4 entries" in first_of(report).what


def test_a_store_that_cannot_read_a_row_is_reported_by_entry(
    small_line: Any, main_logs: Any
) -> None:
    class Broken(MemoryStore):
        def leaf(self, origin: str, index: int) -> bytes | None:
            if (origin, index) == (main_logs["alpha"], 2):
                raise DamagedStoreError("a bad row")
            return super().leaf(origin, index)

    store = Broken()
    store.restore(small_line.desks["alpha"].store.snapshot())

    report = audit_reader(store, small_line.line, small_line.parties)

    assert (first_of(report).party, first_of(report).index) == ("alpha", 2)
    assert "cannot be read back" in first_of(report).what


def test_a_report_is_plain_json(small_line: Any) -> None:
    import json

    report = audit_reader(small_line.desks["alpha"].store, small_line.line, {})
    value = json.loads(json.dumps(report.value()))
    assert value["verdict"] == "wrong"
    assert value["findings"][0]["severity"] in set(Severity)


def test_a_manifest_that_says_something_else_is_refused(small_line: Any) -> None:
    store = small_line.desks["alpha"].store
    files = dict(export_files(store, small_line.line, small_line.parties))
    files["MANIFEST"] = files["MANIFEST"].replace(b" main 1 ", b" main 2 ", 1)

    report = audit_files(files, small_line.parties)

    assert first_of(report).what.startswith("MANIFEST")


def test_files_that_belong_to_nothing_are_named(small_line: Any, main_logs: Any) -> None:
    store = small_line.desks["alpha"].store
    files = dict(export_files(store, small_line.line, small_line.parties))
    stray = f"{log_name(main_logs['alpha'])}/tile/9/000.p/1"

    report = audit_files(files | {stray: b""}, small_line.parties)

    assert [f.what for f in report.of(Severity.WRONG)] == [
        f"{stray}: this file belongs to nothing in the record"
    ]


def test_findings_are_values() -> None:
    finding = Finding(severity=Severity.WRONG, what="x")
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.what = "y"  # type: ignore[misc]
