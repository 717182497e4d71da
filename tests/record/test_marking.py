"""Handling marks: who may see what, by one rule."""

from __future__ import annotations

import pytest

from tieline.errors import UsageError
from tieline.record.marking import (
    AUDIENCE_MEANING,
    MARKING_MEANING,
    Audience,
    Marking,
    cut,
    may_see,
    narrowest,
    parse_audience,
    parse_marking,
    read_marking,
)


def test_an_audience_sees_its_own_mark_and_whatever_goes_further():
    seen = {a: {m for m in Marking if may_see(a, m)} for a in Audience}
    assert seen == {
        Audience.OWN: {Marking.OWN, Marking.LINE, Marking.PUBLISHABLE},
        Audience.LINE: {Marking.LINE, Marking.PUBLISHABLE},
        Audience.PUBLIC: {Marking.PUBLISHABLE},
    }


def test_what_is_withheld_is_counted_and_not_named():
    items = [("a", Marking.OWN), ("b", Marking.PUBLISHABLE), ("c", Marking.LINE)]
    found = cut(Audience.PUBLIC, items, lambda item: item[1])
    assert found.shown == (("b", Marking.PUBLISHABLE),)
    assert found.withheld == 2
    assert cut(Audience.OWN, items, lambda item: item[1]).withheld == 0


@pytest.mark.parametrize("value", [None, "", "secret", "OWN", 2, ["publishable"]])
def test_what_bears_no_mark_is_for_our_own_house(value):
    assert read_marking(value) is Marking.OWN


def test_the_narrowest_of_several_marks_counts():
    assert narrowest([Marking.PUBLISHABLE, Marking.LINE]) is Marking.LINE
    assert narrowest([]) is Marking.OWN


def test_a_word_that_is_no_mark_or_audience_is_refused_with_those_that_are():
    assert parse_marking("line") is Marking.LINE
    assert parse_audience("public") is Audience.PUBLIC
    with pytest.raises(UsageError, match="own, line, publishable"):
        parse_marking("public")
    with pytest.raises(UsageError, match="own, line, public"):
        parse_audience("publishable")


def test_every_mark_and_audience_has_its_meaning():
    assert set(MARKING_MEANING) == set(Marking)
    assert set(AUDIENCE_MEANING) == set(Audience)
