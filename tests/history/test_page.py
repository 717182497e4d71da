"""The page on the samples prints answers: they cite what the program cites today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "observer" / "history.md"
ANSWER = re.compile(r"^\$ tieline ask (.+)\n((?:.+\n|\n)*?)```", re.MULTILINE)
CITED = re.compile(r"(?:\b\d{3}-\d+a?\b|≈i-[\w-]+)")
OF_THE_SECOND = "why lines"
ANSWERS = ANSWER.findall(PAGE.read_text(encoding="utf-8"))


def test_the_page_prints_answers():
    asked = [words for words, _ in ANSWERS]

    assert len(asked) >= 5
    assert OF_THE_SECOND in asked


@pytest.mark.parametrize(
    ("words", "printed"),
    [each for each in ANSWERS if each[0] != OF_THE_SECOND],
    ids=[words for words, _ in ANSWERS if words != OF_THE_SECOND],
)
def test_an_answer_on_the_page_cites_what_the_program_cites(observer, words, printed):
    told = observer.text("ask", *words.split())

    assert CITED.findall(printed)
    assert set(CITED.findall(" ".join(printed.split()))) == set(CITED.findall(told))
