"""The node answers each question as the library does: nothing is lost on the way."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tieline import answers
from tieline.cli.frame import desk_at
from tieline.observer import discrepancies, status

ON = "2022-09-01"
DAY = date(2022, 9, 1)
QUESTIONS = [
    ("status", {}, lambda seen: status(seen, on=DAY)),
    ("mechanism", {"key": "dsd"}, lambda seen: answers.mechanism(seen, "dsd")),
    ("round", {"key": "dsd-2"}, lambda seen: answers.round_of(seen, "dsd-2")),
    ("rounds", {"key": "dpct"}, lambda seen: answers.rounds_of(seen, "dpct")),
    ("contacts", {"key": "presidents"}, lambda seen: answers.contacts_of(seen, "presidents")),
    ("due", {}, lambda seen: answers.due(seen, on=DAY)),
    ("positions", {"topic": "korea"}, lambda seen: answers.positions_on(seen, "korea", on=DAY)),
    ("why", {"key": "military-ties"}, lambda seen: answers.why(seen, "military-ties")),
    ("mandates", {"key": "talks-003"}, lambda seen: answers.mandates(seen, "talks-003")),
    ("conditions", {}, answers.conditions),
    ("statistics", {}, answers.statistics),
    ("discrepancies", {}, discrepancies),
]


@pytest.fixture(scope="module")
def asked(observer):
    with desk_at(observer.home) as desk:
        yield lambda question, **args: desk.client.call(
            "ask", question=question, of="observer", args={"on": ON, **args}
        )


@pytest.mark.parametrize(
    ("question", "args", "function"), QUESTIONS, ids=[each[0] for each in QUESTIONS]
)
def test_a_question_is_answered_by_the_node_as_by_the_library(
    asked, history, question, args, function
):
    told = asked(question, **args)
    expected = json.loads(json.dumps(answers.plain(function(history))))

    assert told["answer"] == expected
    assert (told["record"], told["on"], told["set_aside"]) == ("observer", ON, 0)


def test_an_answer_says_how_much_it_was_made_from(asked, history):
    told = asked("due")

    assert told["statements"] == len(history.record.statements)
    assert told["faults"] == []


def test_nothing_of_a_later_article_is_used_for_what_was_known_earlier(asked):
    told = asked("contacts", known_on="2018-11-10")
    cited = {cite["source"] for each in told["answer"] for cite in each["cites"]}

    assert cited - {None} == {"000", "001"}
