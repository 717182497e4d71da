"""The verifier as an auditor runs it: a program, a folder, an exit status."""

from __future__ import annotations

import ast
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tieline.evidence.onemessage import audit_evidence
from tieline.record.roster import Cutoff
from tieline.record.rosterchain import read_roster
from tieline.replication.founding import next_roster

REPOSITORY = Path(__file__).resolve().parents[2]
VERIFIER = REPOSITORY / "verifier" / "tieline_verify.py"


@pytest.fixture
def run(tools: Any, tmp_path: Path, small_line: Any) -> Any:
    def go(files: dict[str, bytes], *options: str, compared: bool = True, **more: Any) -> Any:
        words = tools.compared(small_line.parties) if compared else []
        return tools.verify(tools.write(tmp_path / "f", files), *words, *options, **more)

    return go


def words_of(found: dict[str, Any], severity: str) -> list[str]:
    return [f["what"] for f in found["findings"] if f["severity"] == severity]


def test_it_uses_the_standard_library_only() -> None:
    tree = ast.parse(VERIFIER.read_bytes())
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_an_auditor_can_read_it_in_an_afternoon() -> None:
    lines = VERIFIER.read_text(encoding="utf-8").splitlines()
    assert len(lines) < 500
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("kind", ["exported", "evidence"])
def test_what_is_whole_ends_in_0_or_says_what_was_not_checked(
    run: Any, request: pytest.FixtureRequest, openssl_has_mldsa: bool, kind: str
) -> None:
    code, found = run(request.getfixturevalue(kind))

    if openssl_has_mldsa:
        assert (code, found["verdict"]) == (0, "sound")
        assert found["counts"]["ML-DSA-44 signatures"] > 0
        return
    assert code == 3
    (words,) = words_of(found, "unchecked")
    assert "ML-DSA-44 signatures" in words
    assert "ML-DSA-44 signatures" not in found["counts"]


def test_ml_dsa_signatures_are_verified(
    run: Any, exported: dict[str, bytes], openssl_has_mldsa: bool
) -> None:
    if not openssl_has_mldsa:
        pytest.skip("this openssl has no ML-DSA-44: half of the signatures were NOT verified here")
    path = next(p for p in exported if p.endswith("/checkpoint"))
    rows = exported[path].split(b"\n")
    # Not near its end: there a signature has bytes of padding, which are zero already.
    rows[-2] = rows[-2][:1000] + b"AAAA" + rows[-2][1004:]

    code, found = run(exported | {path: b"\n".join(rows)})

    assert code == 1
    assert "the ML-DSA-44 signature" in words_of(found, "wrong")[0]


def test_without_fingerprints_nobody_has_compared_them(run: Any, exported: Any) -> None:
    code, found = run(exported, compared=False)
    assert code == 3
    assert "nobody compared the fingerprint of alpha" in words_of(found, "unchecked")


def test_a_fingerprint_may_be_given_in_groups(run: Any, exported: Any, small_line: Any) -> None:
    digits = small_line.parties["alpha"]
    spaced = " ".join(digits[i : i + 5] for i in range(0, 60, 5))
    _, found = run(exported, "--fingerprint", f"alpha={spaced}", compared=False)
    unchecked = words_of(found, "unchecked")
    assert "nobody compared the fingerprint of bravo" in unchecked
    assert "nobody compared the fingerprint of alpha" not in unchecked


def test_a_note_without_its_ml_dsa_line_fails_and_says_whose_it_is(
    run: Any, exported: Any, small_line: Any
) -> None:
    """With any openssl: that a line is missing can be seen without verifying one."""
    path = next(p for p in exported if p.endswith("/checkpoint") and b"bravo-1\n" in exported[p])
    rows = exported[path].split(b"\n")
    code, found = run(exported | {path: b"\n".join([*rows[:-2], b""])})
    assert code == 1
    first = words_of(found, "wrong")[0]
    assert first.startswith("checkpoint of bravo's log bravo-1: without the ML-DSA-44 signature")


def test_a_changed_leaf_is_named(run: Any, exported: Any) -> None:
    path = next(p for p in exported if "/tile/entries/" in p)
    changed = exported[path].replace(b"index 3\n", b"index 4\n")
    code, found = run(exported | {path: changed})
    assert code == 1
    assert "entry [3]: changed here; its signed head says otherwise" in words_of(found, "wrong")[0]


def test_evidence_with_a_flipped_bit_fails(
    run: Any, evidence: dict[str, bytes], openssl_has_mldsa: bool
) -> None:
    rng = random.Random(5)
    for path, data in evidence.items():
        changed = bytearray(data)
        changed[rng.randrange(len(data) // 20)] ^= 2
        code, _ = run(evidence | {path: bytes(changed)})
        assert code == 1, path


def test_a_key_that_a_roster_cuts_off_is_named_by_both(
    run: Any, evidence: dict[str, bytes], small_line: Any
) -> None:
    desk, envelope = small_line.desks["alpha"], evidence["roster/alpha/1"]
    first = read_roster(envelope)[1]
    log = f"{small_line.line}/alpha-1"
    cutoff = Cutoff(key="alpha-p1", log=log, index=1, reason="lost", suspect=False)
    second = next_roster(first, envelope, desk.vault.operator, cutoffs=(cutoff,))
    files = evidence | {"roster/alpha/2": second}

    code, found = run(files)
    report = audit_evidence(files, small_line.parties)

    assert code == 3
    assert any(
        "cut off from entry 1 on by roster version 2" in w for w in words_of(found, "unchecked")
    )
    assert report.verdict == "partial"
    assert "cut off from entry 1 on by roster version 2" in report.findings[0].what


def test_a_roster_that_its_operator_did_not_sign_is_refused_by_both(
    run: Any, evidence: dict[str, bytes], small_line: Any
) -> None:
    envelope = evidence["roster/alpha/1"]
    first = read_roster(envelope)[1]
    forged = next_roster(first, envelope, small_line.desks["bravo"].vault.operator, name="x")
    files = evidence | {"roster/alpha/2": forged}

    assert run(files)[0] == 1
    assert audit_evidence(files, small_line.parties).verdict == "wrong"


def test_a_link_is_refused(tools: Any, exported: Any, tmp_path: Path) -> None:
    folder = tools.write(tmp_path / "f", exported)
    (folder / "link").symlink_to(tmp_path)
    code, found = tools.verify(folder)
    assert code == 1
    assert "a link" in words_of(found, "wrong")[0]


def test_what_is_no_export_is_wrong(run: Any) -> None:
    code, found = run({"x": b""})
    assert (code, found["verdict"]) == (1, "wrong")


@pytest.mark.parametrize("program", ["false", "no-such-program"])
def test_a_program_that_cannot_verify_is_refused(run: Any, exported: Any, program: str) -> None:
    code, _ = run(exported, openssl=program)
    assert code == 2


def test_a_program_that_accepts_everything_is_refused(run: Any, exported: Any) -> None:
    assert run(exported, openssl="true")[0] == 2


def test_a_wrong_fingerprint_is_wrong_usage(tools: Any, tmp_path: Path) -> None:
    code, found = tools.verify(tmp_path, "--fingerprint", "alpha=12")
    assert code == 2
    assert "sixty digits" in found["stderr"]


def test_its_words_are_for_people(tools: Any, exported: Any, tmp_path: Path) -> None:
    folder = tools.write(tmp_path / "f", exported)
    command = [sys.executable, "-I", str(VERIFIER), str(folder), "--openssl", tools.OPENSSL]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    assert said.splitlines()[0] == "UNCHECKED: nobody compared the fingerprint of alpha"
    assert said.splitlines()[-1] == "NOTHING WRONG FOUND, BUT SEE THE LIST"
