"""Part 2 of the history, "Seats": who held them, since when, and opposite whom."""

from __future__ import annotations

from datetime import date

import pytest

from tieline.answers import Filled, contact_of, ladder, next_filled, round_of, seat_of
from tieline.observer import Sure

PARAGRAPH = "Seats"
IN_2018 = date(2018, 11, 9)
BEFORE_DONG = date(2023, 12, 1)
IN_2024 = date(2024, 1, 9)


def ids(cites):
    return {cite.id for cite in cites}


def holders(picture, key):
    history = seat_of(picture, key, on=IN_2024).history
    return [(one.holder, [at.key for at in one.at]) for one in history]


def test_secretaries_of_state_were_tillerson_pompeo_and_blinken(history):
    assert holders(history, "us-state") == [
        ("Rex Tillerson", ["dsd-1"]),
        ("Michael Pompeo", ["dsd-2"]),
        ("Antony Blinken", []),
    ]


def test_mattis_sat_at_both_rounds_and_austin_came_later(history):
    assert holders(history, "us-defense") == [
        ("Jim Mattis", ["dsd-1"]),
        ("James Mattis", ["dsd-2"]),
        ("Lloyd Austin", []),
    ]
    (same,) = (i for i in history.record.inferences if i.id == "i-mattis-one")
    assert same.assertions[0].names == ("James Mattis", "Jim Mattis")


def test_yang_sat_at_both_rounds_and_was_styled_differently(history):
    assert [name for name, _ in holders(history, "china-dialogue-lead")] == ["Yang Jiechi"] * 2
    styles = [
        told.value
        for key in ("dsd-1", "dsd-2")
        for one in round_of(history, key).present
        if one.person == "Yang Jiechi"
        for told in one.offices
    ]
    assert styles == ["foreign policy chief", "politburo member, former foreign minister"]


def test_the_military_seat_was_fang_s_and_then_wei_s(history):
    assert holders(history, "china-dialogue-military") == [
        ("Fang Fenghui", ["dsd-1"]),
        ("Wei Fenghe", ["dsd-2"]),
    ]


def test_ministers_of_defence_were_wei_li_and_dong(history):
    names = [name for name, _ in holders(history, "china-defence-minister")]

    assert names == ["Wei Fenghe", "Li Shangfu", None, "Dong Jun"]


def test_that_the_seat_was_vacant_is_an_inference_with_no_known_start(history, reports):
    seat = seat_of(history, "china-defence-minister", on=BEFORE_DONG)
    (vacancy,) = (one for one in seat.history if one.vacant)

    assert ids(vacancy.cites) == {"i-minister-vacant"}
    assert vacancy.start is not None
    assert vacancy.start.days.latest is None
    assert vacancy in seat.now
    bare = seat_of(reports, "china-defence-minister", on=BEFORE_DONG)
    assert not any(one.vacant for one in bare.history)


def test_whether_it_was_vacant_on_a_day_is_left_open(history):
    seat = seat_of(history, "china-defence-minister", on=BEFORE_DONG)

    assert (seat.filled, seat.sure) == (Filled.UNKNOWN, Sure.NO)


def test_dong_came_on_the_29th_which_is_that_of_december_2023_by_inference(history, reports):
    def start(picture):
        seat = seat_of(picture, "china-defence-minister", on=IN_2024)
        return next(one.start for one in seat.history if one.holder == "Dong Jun")

    assert start(history).days.earliest == start(history).days.latest == date(2023, 12, 29)
    assert "i-dong-day" in ids(start(history).cites)
    assert not start(reports).days.known
    assert start(reports).days.wording == "the 29th of the month before"


def rungs(picture, on):
    return [{seat.thing.key for seat in rung.seats} for rung in ladder(picture, on=on).rungs]


@pytest.mark.parametrize(
    ("seats", "source"),
    [({"us-dasd", "china-imco-deputy"}, "003-3"), ({"us-chief", "china-chief"}, "004-6")],
)
def test_chase_is_opposite_song_and_brown_opposite_liu(reports, seats, source):
    (rung,) = (
        each
        for each in ladder(reports, on=IN_2024).rungs
        if {seat.thing.key for seat in each.seats} == seats
    )

    assert rung.paired_by == "counterpart"
    paired = {id_ for seat in rung.seats for told in seat.counterpart for id_ in ids(told.cites)}
    assert paired == {source}


def test_chase_met_song_and_brown_met_liu(history):
    assert {one.person for one in round_of(history, "talks-003").present} == {
        "Michael Chase",
        "Song Yanchao",
    }
    assert {one.value for one in contact_of(history, "brown-liu").who} == {
        "Charles Q. Brown",
        "Liu Zhenli",
    }


def test_ratner_met_the_ambassador_who_is_not_his_counterpart_by_office(history):
    assert {one.person for one in contact_of(history, "xie-at-pentagon").present} == {
        "Xie Feng",
        "Ratner",
    }
    assert {"us-asd"} in rungs(history, IN_2024)
    assert {"china-ambassador"} in rungs(history, IN_2024)
    assert next_filled(history, "us-asd", on=IN_2024).why == "it has no counterpart"


def test_the_ministers_are_paired_by_inference_only(history, reports):
    both = {"us-defense", "china-defence-minister"}

    assert both in rungs(history, IN_2018)
    assert both not in rungs(reports, IN_2018)
