"""Terms: agreements as data; what is odd falls back to the fixed defaults."""

from __future__ import annotations

import pytest

from tieline.errors import MalformedError
from tieline.procedures.terms import (
    ANSWER_S,
    LEVELS,
    RECEIPT_S,
    TAKE_S,
    TERMS_CHARS_MAX,
    Terms,
    parse_terms,
)


def terms(**clauses: str) -> Terms:
    return Terms(version=1, clauses={name: parse_terms(text) for name, text in clauses.items()})


def test_without_terms_the_defaults_hold() -> None:
    none = Terms()
    assert none.levels() == LEVELS
    assert none.highest() == "FLASH"
    assert none.ladder() == ("watch", "desk", "principal")
    assert [none.take_s(level) for level in LEVELS] == list(TAKE_S.values())
    assert [none.answer_s(level) for level in LEVELS] == list(ANSWER_S.values())
    assert [none.receipt_s(level) for level in LEVELS] == list(RECEIPT_S.values())
    assert none.suspendable("dialogue")
    assert not none.suspendable("safety")
    assert none.counterpart("alpha/watch") is None


def test_mariners_levels_take_the_clocks_of_their_rank() -> None:
    found = terms(levels='names = ["distress", "urgency", "safety", "routine"]')
    assert found.highest() == "distress"
    assert found.take_s("urgency") == TAKE_S["IMMEDIATE"]
    assert found.answer_s("routine") == ANSWER_S["ROUTINE"]


def test_a_level_that_nobody_agreed_on_has_the_clocks_of_the_lowest() -> None:
    assert Terms().take_s("ULTRA") == TAKE_S["ROUTINE"]
    two = terms(levels='names = ["HIGH", "LOW"]', clocks="take_LOW_s = 7")
    assert two.take_s("ULTRA") == TAKE_S["IMMEDIATE"]
    assert two.take_s("LOW") == 7


def test_more_levels_than_the_defaults_have_end_with_the_slowest_clock() -> None:
    five = terms(levels='names = ["A", "B", "C", "D", "E"]')
    assert five.take_s("E") == TAKE_S["ROUTINE"]


@pytest.mark.parametrize("value", ["0", "-5", '"soon"', "[1]", "31622401", "{}"])
def test_a_clock_of_no_sane_length_falls_back(value: str) -> None:
    assert terms(clocks=f"take_FLASH_s = {value}").take_s("FLASH") == TAKE_S["FLASH"]


@pytest.mark.parametrize("value", ["[]", "[1]", '"FLASH"', '["A", 1]'])
def test_levels_of_no_sane_shape_fall_back(value: str) -> None:
    assert terms(levels=f"names = {value}").levels() == LEVELS


def test_channels_are_fixed_or_suspendable_as_agreed() -> None:
    found = terms(channels='dialogue = "fixed"\nsafety = "suspendable"\nnotification = "odd"')
    assert not found.suspendable("dialogue")
    assert found.suspendable("safety")
    assert found.suspendable("notification")


@pytest.mark.parametrize(
    ("kind", "level", "mark", "channel", "needed"),
    [
        ("message.say", "FLASH", "ACTUAL", "dialogue", True),
        ("message.say", "FLASH", "ACTUAL", "safety", False),
        ("message.say", "FLASH", "EXERCISE", "dialogue", False),
        ("message.say", "IMMEDIATE", "ACTUAL", "dialogue", False),
        ("message.answer", "FLASH", "ACTUAL", "", False),
        ("framework.sign", "ROUTINE", "ACTUAL", "", True),
        ("suspension.declare", "ROUTINE", "ACTUAL", "", True),
        ("resumption.accept", "ROUTINE", "ACTUAL", "", True),
        ("resumption.refuse", "ROUTINE", "ACTUAL", "", False),
    ],
)
def test_two_persons_release_what_is_grave(
    kind: str, level: str, mark: str, channel: str, needed: bool
) -> None:
    assert Terms().needs_two(kind, level, mark, channel) is needed


def test_a_framework_names_what_two_persons_release() -> None:
    found = terms(release='two_persons = ["message.answer"]')
    assert found.needs_two("message.answer", "ROUTINE", "ACTUAL", "")
    assert not found.needs_two("framework.sign", "ROUTINE", "ACTUAL", "")
    assert not found.needs_two("message.say", "FLASH", "ACTUAL", "dialogue")
    assert not found.needs_two("message.answer", "ROUTINE", "ACTUAL", "safety")


def test_offices_that_face_each_other_are_found_from_both_sides() -> None:
    found = terms(offices='counterparts = [["alpha/watch", "bravo/desk"], ["x"], 3]')
    assert found.counterpart("alpha/watch") == "bravo/desk"
    assert found.counterpart("bravo/desk") == "alpha/watch"
    assert found.counterpart("x") is None


def test_codes_are_words_only() -> None:
    assert terms(codes='K7 = "recalling"\nK8 = 3').codes() == {"K7": "recalling"}


@pytest.mark.parametrize(
    "text", ["a = 1.0", "a = 2026-01-01", "a = 10:00:00", "a =", "[" * 2_000, "a = nan", "a = inf"]
)
def test_what_is_no_toml_of_words_and_whole_numbers_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        parse_terms(text)


def test_terms_have_a_limit() -> None:
    with pytest.raises(MalformedError, match="characters"):
        parse_terms("#" * (TERMS_CHARS_MAX + 1))
