from __future__ import annotations

import random
from typing import Any

import pytest

from tieline.errors import DamagedStoreError, UsageError
from tieline.evidence.message import evidence_for
from tieline.evidence.onemessage import audit_evidence
from tieline.record.tlogproof import parse_proof


@pytest.fixture(scope="module")
def evidence(small_line: Any) -> dict[str, bytes]:
    return made(small_line)


def made(line: Any, **options: Any) -> dict[str, bytes]:
    store = line.desks["bravo"].store
    origin = f"{line.line}/alpha-1"
    return dict(evidence_for(store, line.line, line.parties, origin, 1, **options))


def test_evidence_proves_who_spoke_and_who_held_it(evidence: Any, small_line: Any) -> None:
    report = audit_evidence(evidence, small_line.parties)

    assert (report.verdict, report.findings) == ("sound", ())
    assert report.counts["persons"] == 1
    assert report.counts["receipts"] >= 2


def test_its_head_carries_log_and_mirror(evidence: Any) -> None:
    names = [row.split(b" ")[1] for row in parse_proof(evidence["proof"]).note.split(b"\n")[4:-1]]
    assert [name.rpartition(b"/")[2] for name in names] == [
        b"alpha-1",
        b"alpha-1",
        b"bravo-mirror-1",
        b"bravo-mirror-1",
    ]


def test_without_plaintext_the_message_stays_sealed(small_line: Any) -> None:
    report = audit_evidence(made(small_line, plaintext=False), small_line.parties)

    assert report.verdict == "sound"
    assert "sealed" in report.findings[0].what


def test_evidence_that_nobody_compared_is_partial(evidence: Any) -> None:
    assert audit_evidence(evidence).verdict == "partial"


def test_every_flipped_bit_is_found(evidence: Any, small_line: Any) -> None:
    rng = random.Random(3)
    for path, data in evidence.items():
        for _ in range(4):
            changed = bytearray(data)
            changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            report = audit_evidence(evidence | {path: bytes(changed)}, small_line.parties)
            assert report.verdict == "wrong", path


def test_a_file_that_is_not_asked_for_is_named(evidence: Any, small_line: Any) -> None:
    report = audit_evidence(evidence | {"more": b""}, small_line.parties)
    assert report.first is not None
    assert report.first.what.startswith("more:")


def test_evidence_is_refused_for_what_is_not_under_a_head(small_line: Any) -> None:
    store = small_line.desks["alpha"].store
    for name, index in (("alpha-1", 10_000), ("alpha-9", 0), ("alpha-1", -1)):
        with pytest.raises(UsageError):
            dict(
                evidence_for(
                    store, small_line.line, small_line.parties, f"{small_line.line}/{name}", index
                )
            )


def test_evidence_is_refused_out_of_a_damaged_home(small_line: Any, home_of: Any) -> None:
    store, origin = home_of(small_line, "alpha"), f"{small_line.line}/alpha-1"
    snapshot = store.snapshot()
    leaves = snapshot.logs[origin].leaves
    leaves[2] = leaves[2].replace(b"time 1", b"time 2")
    store.restore(snapshot)

    with pytest.raises(DamagedStoreError, match="root that was signed"):
        dict(evidence_for(store, small_line.line, small_line.parties, origin, 1))
