"""`tieline ask` answers each question as the library does: nothing is lost on the way."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tieline import answers
from tieline.observer import discrepancies, status

ON = "2022-09-01"
DAY = date(2022, 9, 1)
QUESTIONS = [
    (f"status --on {ON}", lambda seen: status(seen, on=DAY)),
    ("mechanism dsd", lambda seen: answers.mechanism(seen, "dsd")),
    ("round dsd-2", lambda seen: answers.round_of(seen, "dsd-2")),
    ("rounds dpct", lambda seen: answers.rounds_of(seen, "dpct")),
    ("contacts presidents", lambda seen: answers.contacts_of(seen, "presidents")),
    (f"due --on {ON}", lambda seen: answers.due(seen, on=DAY)),
    ("positions --topic korea", lambda seen: answers.positions_on(seen, "korea")),
    ("why military-ties", lambda seen: answers.why(seen, "military-ties")),
    ("mandates talks-003", lambda seen: answers.mandates(seen, "talks-003")),
    ("conditions", answers.conditions),
    ("statistics", answers.statistics),
    ("discrepancies", discrepancies),
]


@pytest.mark.parametrize(("words", "function"), QUESTIONS, ids=[words for words, _ in QUESTIONS])
def test_a_question_is_answered_by_the_program_as_by_the_library(
    observer, history, words, function
):
    told = observer.json("ask", *words.split())
    expected = json.loads(json.dumps(answers.plain(function(history))))

    assert told["answer"] == expected
    assert (told["record"], told["set_aside"]) == ("observer", 0)


def test_an_answer_says_how_much_it_was_made_from(observer, history):
    told = observer.json("ask", "due", "--on", ON)

    assert told["statements"] == len(history.record.statements)
    assert told["faults"] == []


def test_nothing_of_a_later_article_is_used_for_what_was_known_earlier(observer):
    told = observer.json("ask", "contacts", "--known-on", "2018-11-10")
    cited = {cite["source"] for each in told["answer"] for cite in each["cites"]}

    assert cited - {None} == {"000", "001"}


def test_a_person_reads_what_is_unknown_and_what_is_inferred(observer):
    told = observer.text("ask", "round", "dsd-2")

    assert "postponed, by whom is not said" in told
    assert "≈i-dsd-2-causes inferred" in told
    assert "first planned 2018-10" in told
