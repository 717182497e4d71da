"""Every paragraph of part 2 has a file of questions here."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ASKING = ("test_mechanisms.py", "test_rounds.py", "test_seats.py", "test_commitments.py")


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_paragraph_of_part_two_is_asked_about():
    facts = load(HERE / "facts.py")
    if not facts.headings():
        pytest.skip(facts.ABSENT)
    asked: list[str] = []
    for name in ASKING:
        module = load(HERE / name)
        asked += getattr(module, "PARAGRAPHS", None) or [module.PARAGRAPH]

    assert sorted(asked) == sorted(facts.headings())
