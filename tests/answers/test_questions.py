"""Questions by name: each answers in plain values, and refuses what it cannot take."""

import json
from datetime import date
from typing import Any

import pytest

from tieline.answers import QUESTIONS, Asked, Part, answer, plain
from tieline.errors import UsageError

ON = date(2022, 9, 1)
KEYS = {
    "mechanism": "dsd",
    "round": "dsd-2",
    "readouts": "dsd-2",
    "why": "military-ties",
    "mandates": "dsd",
}


def asked(picture, **args):
    return Asked(seen=picture, on=ON, args=args)


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_every_question_answers_in_plain_values(talks, question):
    args = {"key": KEYS[question]} if question in KEYS else {"query": "China"}
    args = args if question in {*KEYS, "search"} else {}

    found: Any = answer(question, asked(talks, **args))
    value = plain(found.value if isinstance(found, Part) else found)

    assert value
    assert json.loads(json.dumps(value)) == value


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_every_question_bears_a_record_without_statements(folded, question):
    if question in KEYS:
        with pytest.raises(UsageError, match="nothing"):
            answer(question, asked(folded(""), key="nothing"))
        return
    found: Any = answer(question, asked(folded(""), query="nothing"))
    plain(found.value if isinstance(found, Part) else found)


@pytest.mark.parametrize(
    ("question", "args", "words"),
    [
        ("stats", {}, "status"),
        ("round", {}, "name its key"),
        ("round", {"key": 3}, "not a text"),
        ("due", {"within": -1}, "whole number"),
        ("due", {"within": True}, "whole number"),
        ("things", {"kind": "ship"}, "no kind"),
        ("things", {"limit": 10**9}, "whole number"),
        ("status", {"about": "weather"}, "about"),
        ("statistics", {"period": "week"}, "quarter"),
        ("statistics", {"since": "yesterday"}, "yesterday"),
        ("counterparts", {"sides": "US"}, "list"),
        ("counterparts", {"sides": [1]}, "list of texts"),
        ("search", {"query": ""}, "no word"),
        ("discrepancies", {"key": "dsd-9"}, "dsd-1"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(talks, question, args, words):
    with pytest.raises(UsageError, match=words):
        answer(question, asked(talks, **args))


def test_a_long_answer_is_cut_and_what_is_left_off_counted(talks):
    whole: Any = answer("things", asked(talks))
    part: Any = answer("things", asked(talks, limit=3, offset=2))

    assert (part.shown, part.total) == (3, whole.total)
    assert part.value == whole.value[2:5]
    beyond: Any = answer("things", asked(talks, offset=10_000))
    assert beyond.shown == 0
    seats: Any = answer("counterparts", asked(talks, limit=2))
    assert sum(len(rung.seats) for rung in seats.value["ladder"].rungs) == 2
    assert seats.total > 2
    rounds: Any = answer("rounds", asked(talks, limit=1))
    assert len(rounds.value) == 1


def test_every_cite_in_an_answer_is_in_the_record(talks):
    ids = {one.id for one in (*talks.record.statements, *talks.record.inferences)}

    def cited(value):
        if isinstance(value, dict):
            if {"inferred", "passage", "force"} <= set(value):
                yield value["id"]
            for each in value.values():
                yield from cited(each)
        elif isinstance(value, list):
            for each in value:
                yield from cited(each)

    for question in sorted(QUESTIONS):
        args = {"key": KEYS[question]} if question in KEYS else {"query": "China"}
        found: Any = answer(
            question, asked(talks, **(args if question in {*KEYS, "search"} else {}))
        )
        told = set(cited(plain(found.value if isinstance(found, Part) else found)))
        assert told <= ids
        assert told or question == "things"


def test_a_value_that_no_answer_holds_is_refused():
    with pytest.raises(TypeError):
        plain(object())
