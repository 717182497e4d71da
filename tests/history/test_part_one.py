"""Every row of the five articles' tables, asked for by `tieline observe show`."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("facts", Path(__file__).with_name("facts.py"))
assert _spec is not None
assert _spec.loader is not None
facts = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(facts)

ROWS = facts.rows()
EVERY = [pytest.param(row, id=row.id) for row in ROWS] or [
    pytest.param(None, id="absent", marks=pytest.mark.skip(reason=facts.ABSENT))
]
STATEMENTS = 75
SAME_WORDS_MAX = 7


@pytest.fixture
def beside():
    if not ROWS:
        pytest.skip(facts.ABSENT)


@pytest.mark.parametrize("row", EVERY)
def test_a_row_is_shown_with_its_article_paragraph_force_and_speaker(observer, row):
    shown = observer.json("observe", "show", row.id)

    assert (shown["id"], shown["passage"], shown["force"]) == (row.id, row.passage, row.force)
    assert shown["file"] == facts.articles()[row.id[:3]]
    if row.speaker is None:
        assert shown["speaker"] is None
    elif row.speaker:
        assert row.speaker.casefold() in shown["speaker"].casefold()
    else:
        assert "not named" in shown["speaker"]
    assert shown["counts"]


def test_the_tables_and_the_record_hold_the_same_statements(observer, beside):
    listed = [each["id"] for each in observer.json("observe", "list")]
    kept = [each for each in listed if not each.startswith("i-")]

    assert len(ROWS) == STATEMENTS
    assert kept == [row.id for row in ROWS]


def test_no_text_repeats_the_words_of_the_list(observer, beside):
    def runs(text):
        words = text.casefold().split()
        size = SAME_WORDS_MAX + 1
        return {tuple(words[n : n + size]) for n in range(len(words) - size + 1)}

    texts = {each["id"]: each["text"] for each in observer.json("observe", "list")}
    copied = [row.id for row in ROWS if runs(row.what) & runs(texts[row.id])]

    assert copied == []


def test_a_chain_of_sources_is_shown_from_its_origin(observer):
    shown = observer.json("observe", "show", "003-3")

    assert shown["via"] == ["AP and others", "US Department of Defense"]
    assert "US Department of Defense → AP and others → 003" in observer.text(
        "observe", "show", "003-3"
    )


def test_a_person_reads_force_and_paragraph_in_words(observer):
    told = observer.text("observe", "show", "002-11")

    assert "opinion: a named outside commentator" in told
    assert "¶5" in told
    assert "Sun Yun, Stimson Center" in told
