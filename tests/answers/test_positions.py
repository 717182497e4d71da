"""Positions and readouts: each side's own words, one by one, and never merged."""

from datetime import date
from typing import Any

import pytest

from tieline.answers import positions_on, readouts_of, topics_shown
from tieline.errors import UsageError
from tieline.observer.statement import Force


def test_positions_on_taiwan_stand_by_side_with_speaker_and_force(talks):
    (topic,) = positions_on(talks, "taiwan")

    told = {column.side: [one.cite.id for one in column.positions] for column in topic.sides}
    assert told == {"US": ["000-16"], "China": ["003-9", "004-8"]}
    assert topic.sides[0].positions[0].force is Force.SAID
    assert topic.undated == 2
    assert topic.others > 0


def test_general_statements_are_tied_to_no_sea_and_no_island(talks):
    found = {
        one.cite.id
        for key in ("taiwan", "south-china-sea")
        for topic in positions_on(talks, key)
        for column in topic.sides
        for one in column.positions
    }

    assert not {"003-6", "003-7"} & found


def test_positions_come_in_the_order_of_days_and_what_was_said_later_is_left_out(folded, said):
    picture = folded(
        said("a", "position ice; side: Aval", happened="1931-05-02")
        + said("b", "position ice; side: Aval", happened="1931-05-01")
        + said("c", "position ice; side: Aval", source="herald")
    )

    (topic,) = positions_on(picture, "ice")
    assert [one.cite.id for one in topic.sides[0].positions] == ["b", "a", "c"]
    (topic,) = positions_on(picture, "ice", on=date(1931, 5, 1))
    assert [one.cite.id for one in topic.sides[0].positions] == ["b", "c"]


def test_one_side_s_positions_alone(talks):
    found = positions_on(talks, side="US")

    assert {column.side for topic in found for column in topic.sides} == {"US"}


def test_a_topic_on_which_nobody_states_a_position_is_empty_and_an_unknown_one_refused(
    talks, folded, said
):
    (topic,) = positions_on(folded(said("a", topic="ice")), "ice")
    assert (topic.sides, topic.others) == ((), 1)
    with pytest.raises(UsageError, match="taiwan"):
        positions_on(talks, "tiwan")
    with pytest.raises(UsageError, match="China"):
        positions_on(talks, side="Chine")


def test_readouts_stand_side_by_side_in_their_own_words(folded, said):
    picture = folded(
        said("a", "round r-1; of: ferry")
        + said(
            *("b", "readout r-1; side: Aval; channel: ministry; said: 1931-05-03"),
            text="Good talks.",
            topic="ice",
            speaker="Ann",
        )
        + said("c", "readout r-1; side: Borun; embargo: 1931-05-04", text="坦率。", language="zh")
    )

    first: Any
    second: Any
    first, second = readouts_of(picture, "r-1")

    assert (first.side, [one.text for one in first.readouts]) == ("Aval", ["Good talks."])
    assert (first.readouts[0].speaker, first.readouts[0].channel) == ("Ann", "ministry")
    assert (second.readouts[0].text, second.readouts[0].language) == ("坦率。", "zh")
    assert str(second.readouts[0].embargo.earliest) == "1931-05-04"
    assert [(one.topic, one.sides) for one in topics_shown((first, second))] == [("ice", ("Aval",))]


def test_a_round_without_readouts_has_none_and_an_unknown_round_is_refused(folded, said):
    assert readouts_of(folded(said("a", "round r-1; of: ferry")), "r-1") == ()
    with pytest.raises(UsageError, match="r-1"):
        readouts_of(folded(said("a", "round r-1; of: ferry")), "r-2")
