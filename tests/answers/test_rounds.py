"""Rounds: the first plan, every move, what was held, and what nobody says."""

from datetime import date
from typing import Any

import pytest

from tieline.answers import (
    commitment_of,
    contact_of,
    contacts_of,
    mechanism,
    round_of,
    rounds_of,
)
from tieline.errors import UsageError


def test_the_second_round_of_the_sample_keeps_its_first_plan_and_who_put_it_off_is_unknown(talks):
    one: Any = round_of(talks, "dsd-2")

    assert (one.first_plan.days.words(), one.first_plan.place) == ('2018-10 ("October")', "Beijing")
    assert (one.held.days.earliest, one.held.days.latest) == (date(2018, 11, 9),) * 2
    assert any(cite.inferred for cite in one.held.cites)
    (step,) = [step for step in one.steps if step.what == "postponed"]
    assert step.by == ()
    assert [cite.inferred for reason in step.reasons for cite in reason.cites] == [True]
    assert {"postponed by whom", "postponed to when", "host", "length"} <= set(one.unknown)


def test_trade_and_korea_are_each_raised_by_one_side_to_the_press(talks):
    found = {one.topic: one for one in round_of(talks, "dsd-2").one_sided}

    assert found["trade"].side == "China"
    assert found["korea"].side == "US"
    assert "iran" not in found
    assert all(told.cites for told in found["trade"].where)


def test_the_mandate_of_round_seventeen_cites_what_makes_summit_and_agreement_one(talks):
    (told,) = round_of(talks, "talks-003").mandate

    assert {"003-2", "004-4", "i-summit-is-agreement"} <= {cite.id for cite in told.cites}
    apart = round_of(talks.without(["i-summit-is-agreement"]), "talks-003")
    assert len(apart.mandate) == 2


def test_every_plan_stays_and_two_reports_of_one_plan_are_one_with_both_citations(folded, said):
    picture = folded(
        said("g-1", "round r-1; of: ferry; planned: 1931-04-01; planned-place: Oldport")
        + said("g-2", "postponement r-1; by: Aval; to: 1931-05-01", happened="1931-03-20")
        + said("g-3", "round r-1; planned: 1931-04-01; planned-place: Oldport")
        + said("g-4", "postponement r-1; by: Borun; reason: ice", happened="1931-04-20")
        + said("g-5", "round r-1; planned: 1931-05-01; held: 1931-06-02", happened="1931-06-02")
    )

    one: Any = round_of(picture, "r-1")

    assert [str(plan.days.earliest) for plan in one.plans] == ["1931-04-01", "1931-05-01"]
    assert [cite.id for cite in one.first_plan.cites] == ["g-1", "g-3"]
    assert [cite.id for cite in one.plans[1].cites] == ["g-2", "g-5"]
    assert [(step.what, step.by) for step in one.steps] == [
        ("postponed", ("Aval",)),
        ("postponed", ("Borun",)),
    ]
    assert one.unknown.count("postponed to when") == 1


def test_two_reports_of_the_place_stand_side_by_side(folded, said):
    picture = folded(
        said("g-1", "round r-1; of: ferry; place: Oldport")
        + said("g-2", "round r-1; place: Newport; length-min: 90")
    )

    one: Any = round_of(picture, "r-1")

    assert [(told.value, [c.id for c in told.cites]) for told in one.place] == [
        ("Oldport", ["g-1"]),
        ("Newport", ["g-2"]),
    ]
    assert [told.value for told in one.length_min] == [90]
    assert one.held is None
    assert "day held" in one.unknown


def test_one_side_s_readouts_alone_make_no_topic_one_sided(folded, said):
    readout = said("g-1", "readout r-1; side: Aval", "round r-1; of: ferry", topic="ice")
    other = said("g-2", "readout r-1; side: Borun", topic="fish")

    assert round_of(folded(readout), "r-1").one_sided == ()
    both = round_of(folded(readout + other), "r-1").one_sided
    assert [(one.topic, one.side) for one in both] == [("ice", "Aval"), ("fish", "Borun")]


def test_a_side_that_was_there_and_gave_no_readout_is_named(folded, said):
    picture = folded(
        said(
            *("g-1", "round r-1; of: ferry", "readout r-1; side: Aval"),
            *("attendance r-1; person: Ann; party: Aval", "attendance r-1; person: Bo; party: B"),
        )
    )

    assert "readout of B" in round_of(picture, "r-1").unknown


def test_rounds_come_in_the_order_of_days_and_those_without_last(folded, said):
    picture = folded(
        said("g-1", "round a; of: ferry")
        + said("g-2", "round b; of: ferry; held: 1931-05-02")
        + said("g-3", "round c; of: ferry; planned: 1931-04-01")
        + said("g-4", "round d; of: other; held: 1931-01-01")
    )

    assert [one.thing.key for one in rounds_of(picture, "ferry")] == ["c", "b", "a"]
    assert len(rounds_of(picture)) == 4
    assert [one.thing.key for one in rounds_of(picture, "ferry", offset=1, limit=1)] == ["b"]


def test_what_was_not_known_on_a_day_is_left_out(folded, said):
    late = said("g-1", "round r-1; of: ferry; number: 1", learned="1931-06-10")
    picture = folded(said("g-0", "mechanism ferry", learned="1931-06-01") + late)

    assert rounds_of(picture, "ferry", known_on=date(1931, 6, 5)) == ()
    assert len(rounds_of(picture, "ferry", known_on=date(1931, 6, 10))) == 1


@pytest.mark.parametrize(("asked", "near"), [("dsd-9", "dsd-1"), ("", "dsd-1"), ("DSD", "dsd-2")])
def test_a_key_that_is_not_there_brings_near_ones(talks, asked, near):
    with pytest.raises(UsageError, match=near):
        round_of(talks, asked)


def test_a_contact_tells_what_is_unknown_of_it(talks):
    one = contact_of(talks, "crisis-answer")

    assert [(told.value.value, told.cites[0].inferred) for told in one.results] == [
        ("refused", True)
    ]
    assert "sought by whom" in one.unknown
    assert {each.thing.key for each in contacts_of(talks, "presidents")} >= {"mar-a-lago"}


def test_a_mechanism_has_its_rounds_and_names_what_nobody_says(talks):
    one = mechanism(talks, "dsd")

    assert [each.thing.key for each in one.rounds] == ["dsd-1", "dsd-2"]
    assert [tied.source.key for tied in one.up] == ["mar-a-lago"]
    assert "rhythm" in one.unknown
    assert mechanism(talks, "military-ties").suspensions
    with pytest.raises(UsageError, match="dpct"):
        mechanism(talks, "dpc")


def test_what_several_reports_joined_by_inference_say_names_it(talks):
    assert [cite.id for cite in round_of(talks, "talks-003").merged_by] == ["i-round-17-one"]
    summit = contact_of(talks, "san-francisco")
    assert [cite.id for cite in summit.merged_by] == ["i-summit-is-agreement"]
    assert "i-summit-is-agreement" in {c.id for c in commitment_of(talks, "resume-exchanges").cites}


def test_a_contact_that_was_to_be_says_that_its_outcome_is_not_reported(talks):
    assert "whether it was held" in contact_of(talks, "g20-2018").unknown
    assert "whether it was held" not in contact_of(talks, "san-francisco").unknown
