"""Coverage-guided fuzzing of everything that reads a stranger's bytes, each in its own process."""

from __future__ import annotations

import base64
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SECONDS = int(os.environ.get("TIELINE_FUZZ_SECONDS", "20"))
"""For each parser."""

TARGETS = {
    "entry": ("tieline.record.entry", "parse_entry"),
    "message": ("tieline.record.message", "parse_message"),
    "roster": ("tieline.record.rosterchain", "read_roster"),
    "parcel": ("tieline.replication.parcel", "parse_parcel"),
    "checkpoint": ("tieline.record.note", "parse_note"),
    "age": ("tieline.record.age", "stanzas"),
}

HARNESS = """
import importlib, sys
import atheris
with atheris.instrument_imports(include=["tieline"]):
    module = importlib.import_module(sys.argv.pop(1))
    parse = getattr(module, sys.argv.pop(1))
from tieline.errors import UnverifiedError

def one(data):
    try:
        parse(data)
    except UnverifiedError:
        pass

atheris.Setup(sys.argv, one)
atheris.Fuzz()
"""


def seeds(folder: str, target: Path) -> int:
    """The published cases as a corpus: fuzzing begins where the grammar is known."""
    count = 0
    for path in (REPOSITORY / "vectors" / folder).glob("*.txt"):
        head, _, body = path.read_bytes().partition(b"\n\n")
        data = base64.b64decode(body) if b"encoding: base64" in head else body
        (target / path.stem).write_bytes(data)
        count += 1
    return count


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(TARGETS))
def test_only_refusals_by_name_escape_from_a_parser(name, tmp_path):
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is absent: parsers were NOT fuzzed by coverage")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    assert seeds(name, corpus) >= 10
    options = [f"-max_total_time={SECONDS}", "-max_len=20000", "-rss_limit_mb=1000", "-timeout=10"]
    command = [sys.executable, "-c", HARNESS, *TARGETS[name], *options, str(corpus)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "src")}
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-3000:]
    assert b"DONE" in done.stderr or b"Done" in done.stderr
