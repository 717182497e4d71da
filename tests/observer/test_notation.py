"""An assertion in one line is read back to an equal value, or refused with the remedy."""

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given

from tieline.errors import UsageError
from tieline.observer import Source
from tieline.observer import assertion as a
from tieline.observer.notation import make_item, parse_assertion, write_assertion

_spec = importlib.util.spec_from_file_location(
    "round_trip", Path(__file__).with_name("test_round_trip.py")
)
assert _spec is not None
assert _spec.loader is not None
round_trip = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(round_trip)


def test_every_assertion_of_the_sample_survives(talks):
    said = [one for item in (*talks.statements, *talks.inferences) for one in item.assertions]
    assert said
    assert [parse_assertion(write_assertion(one)) for one in said] == said


@given(round_trip.records())
def test_any_assertion_survives(record):
    for item in (*record.statements, *record.inferences):
        for one in item.assertions:
            assert parse_assertion(write_assertion(one)) == one


def test_blanks_and_line_breaks_around_parts_do_not_matter():
    found = parse_assertion(" round  r-2 ;\n held = 1931-05-02 ; place=Old\\; port\\\\ ;")
    assert isinstance(found, a.Round)
    assert (found.thing, found.place) == ("r-2", "Old; port\\")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("meeting r-2", "not one of mechanism"),
        ("round", "thing: "),
        ("round r-2; held", 'no "="'),
        ("round r-2; day=1931", "it has of, number"),
        ("round r-2; held=1931-13", "held: there is no day"),
        ("round r-2; held=1931; held=1932", "stands twice"),
        ("turn r-2", "move: is missing"),
        ("round r 2", "not a key"),
    ],
)
def test_what_is_wrong_is_named(text, words):
    with pytest.raises(UsageError, match=words):
        parse_assertion(text)


def test_an_item_is_made_of_fields_as_the_text_has_them():
    made = make_item("source", [("id", "s"), ("published", "1931-06"), ("file", "s.txt")])
    assert isinstance(made, Source)
    assert made.published.words() == "1931-06"
    with pytest.raises(UsageError, match="source, published: is missing"):
        make_item("source", [("id", "s"), ("file", "s.txt")])
