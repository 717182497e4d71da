"""The stand-alone verifier as a child process, and folders for it."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tieline.evidence.export import export_files
from tieline.evidence.message import evidence_for

REPOSITORY = Path(__file__).resolve().parents[2]
VERIFIER = REPOSITORY / "verifier" / "tieline_verify.py"
OPENSSL = os.environ.get("TIELINE_OPENSSL", "openssl")

_path = REPOSITORY / "tests" / "evidence" / "conftest.py"
_spec = importlib.util.spec_from_file_location("tieline_small_line", _path)
assert _spec is not None
assert _spec.loader is not None
small = importlib.util.module_from_spec(_spec)
sys.modules["tieline_small_line"] = small
_spec.loader.exec_module(small)

small_line, another_line = small.small_line, small.another_line
append, home_of, signed = small.append, small.home_of, small.signed


def write(folder: Path, files: dict[str, bytes]) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def verify(folder: Path, *options: str, openssl: str = OPENSSL) -> tuple[int, dict[str, Any]]:
    """Exit status and JSON of one run, without anything of ours on the path."""
    command = [sys.executable, "-I", str(VERIFIER), str(folder), "--json", "--openssl", openssl]
    done = subprocess.run(
        [*command, *options], capture_output=True, text=True, check=False, timeout=300
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else {"stderr": done.stderr}


def compared(parties: dict[str, str]) -> list[str]:
    return [word for p, d in parties.items() for word in ("--fingerprint", f"{p}={d}")]


@pytest.fixture(scope="session")
def openssl_has_mldsa() -> bool:
    words = [OPENSSL, "genpkey", "-algorithm", "ML-DSA-44", "-outform", "DER"]
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        pytest.skip(f"{OPENSSL} cannot be run: the stand-alone verifier was NOT tested")


@pytest.fixture(scope="session")
def exported(small_line: Any) -> dict[str, bytes]:
    """A whole export, plaintexts included."""
    store = small_line.desks["alpha"].store
    return dict(export_files(store, small_line.line, small_line.parties, plaintexts=True))


@pytest.fixture(scope="session")
def evidence(small_line: Any) -> dict[str, bytes]:
    """The evidence for alpha's first question."""
    origin = f"{small_line.line}/alpha-1"
    store = small_line.desks["alpha"].store
    return dict(evidence_for(store, small_line.line, small_line.parties, origin, 1))


class InProcess:
    """The verifier's own functions, with openssl asked once about each signature."""

    def __init__(self, folder: Path) -> None:
        spec = importlib.util.spec_from_file_location("tieline_verify", VERIFIER)
        assert spec is not None
        assert spec.loader is not None
        self.module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.module)
        self.folder, self.program = folder, OPENSSL
        self._known: dict[Any, bool] = {}
        asked = self.module.Audit.holds

        def holds(audit: Any, job: Any) -> bool:
            if job not in self._known:
                self._known[job] = asked(audit, job)
            return self._known[job]

        self.module.Audit.holds = holds
        self.can = {"ML-DSA-44": "ML-DSA-44" in self.audit(folder).algorithms}

    def audit(self, folder: Path) -> Any:
        return self.module.Audit(folder, self.program)

    def __call__(self, files: dict[str, bytes], parties: dict[str, str]) -> Any:
        """Severities, in order, and sentences."""
        audit = self.audit(write(self.folder / "folder", files))
        with audit.catching("folder"):
            self.module.check(audit, parties)
        return audit


@pytest.fixture(scope="session")
def verifier(tmp_path_factory: pytest.TempPathFactory, openssl_has_mldsa: bool) -> InProcess:
    return InProcess(tmp_path_factory.mktemp("verifier"))


@pytest.fixture(scope="session")
def tools(openssl_has_mldsa: bool) -> Any:
    """This module: its functions, for tests."""
    return sys.modules[__name__]
