"""Files that were withdrawn: a record without them is sound, one that lost them is not."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tieline.evidence.audit import audit_files, audit_reader
from tieline.evidence.export import export_files
from tieline.evidence.message import evidence_for
from tieline.evidence.onemessage import audit_evidence
from tieline.evidence.report import Report, Severity
from tieline.record.entry import Ref, parse_entry
from tieline.replication.changes import EraseBlob
from tieline.replication.drafts import Draft
from tieline.store.memory import MemoryStore
from tieline.testing.exercise import Exercise
from tieline.testing.options import Options

CREW = bytes(32) + b"six names"
VERIFIER = Path(__file__).resolve().parents[2] / "verifier" / "tieline_verify.py"


class Scene:
    """Bravo's home on a line on which alpha filed a personal file."""

    def __init__(self) -> None:
        self.exercise = Exercise(9, Options(acts_per_minute=0.0))
        self.exercise.open()
        self.world = self.exercise.world
        item = {"name": "crew.txt", "type": "", "length": len(CREW), "personal": "yes"}
        body: Any = {
            "key": "convoy",
            "attachments": [item | {"sha256": hashlib.sha256(CREW).hexdigest()}],
        }
        draft = Draft(kind="activity.notify", office="watch", body=body)
        ref = self.exercise.officers["alpha"].say(draft, attachments=(CREW,))
        assert ref is not None
        self.ref: Ref = ref
        self.world.run(6_000)

    @property
    def disk(self) -> MemoryStore:
        return self.world.stations["bravo"].disk

    @property
    def digest(self) -> bytes:
        leaf = self.disk.leaf(self.ref.origin, self.ref.index)
        assert leaf is not None
        return parse_entry(leaf).payloads[1].digest

    def lose(self) -> None:
        """Take the bytes away although nobody withdrew them."""
        self.disk.commit([EraseBlob(digest=self.digest, by="nobody")])

    def withdraw(self) -> None:
        body: Any = {"files": [{"of": self.ref.text(), "attachment": 1}], "why": "over"}
        draft = Draft(kind="activity.withdraw-file", office="watch", body=body, case=self.ref)
        assert self.exercise.officers["alpha"].say(draft) is not None
        self.world.run(15_000)
        assert not self.disk.has_blob(self.digest)

    def audit(self, disk: MemoryStore | None = None) -> Report:
        return audit_reader(disk or self.disk, self.world.line, self.world.fingerprints)

    def export(self, **options: Any) -> dict[str, bytes]:
        found = export_files(self.disk, self.world.line, self.world.fingerprints, **options)
        return dict(found)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def wrong(report: Report) -> str:
    return " ".join(finding.what for finding in report.of(Severity.WRONG))


def test_a_home_without_a_file_that_was_withdrawn_is_sound_and_says_so(scene: Scene) -> None:
    assert scene.audit().verdict == "sound"
    scene.withdraw()
    report = scene.audit()
    assert (report.verdict, report.counts["withdrawn"]) == ("sound", 1)


def test_a_home_that_lost_a_file_nobody_withdrew_is_wrong(scene: Scene) -> None:
    scene.lose()
    assert "its author has not withdrawn it" in wrong(scene.audit())


def test_where_the_authors_entries_cannot_be_read_it_is_left_unchecked(scene: Scene) -> None:
    scene.withdraw()
    held = scene.disk.snapshot()
    held.plaintexts.clear()
    blind = MemoryStore()
    blind.restore(held)
    report = scene.audit(blind)
    assert wrong(report) == ""
    (found,) = report.of(Severity.UNCHECKED)
    assert "may have withdrawn it" in found.what


def test_an_export_goes_without_the_file_and_the_evidence_says_what_it_cannot_tell(
    scene: Scene, tmp_path: Path
) -> None:
    scene.withdraw()
    files = scene.export(plaintexts=True)
    digits = scene.world.fingerprints
    report = audit_files(files, digits)
    assert (report.verdict, report.counts["withdrawn"]) == ("sound", 1)

    ref = scene.ref
    message = dict(evidence_for(scene.disk, scene.world.line, digits, ref.origin, ref.index))
    report = audit_evidence(message, digits)
    assert wrong(report) == ""
    assert any("the whole line tells" in f.what for f in report.of(Severity.UNCHECKED))

    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    given = [f"--fingerprint={party}={text}" for party, text in digits.items()]
    command = [sys.executable, str(VERIFIER), str(tmp_path), *given, "--json"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 3
    found = json.loads(done.stdout)["findings"]
    assert any("file 1 is withdrawn, or lost" in each["what"] for each in found)
    assert not any(each["severity"] == "wrong" for each in found)
