"""Standstill, conditions and mandates: what is said to have caused what, in what force."""

from datetime import date
from typing import Any

import pytest

from tieline.answers import conditions, mandates, why
from tieline.errors import UsageError
from tieline.observer import status
from tieline.observer.statement import Force
from tieline.observer.vocabulary import Demand, Tie


def test_military_ties_were_severed_by_china_and_the_visit_as_cause_is_inferred(talks):
    found: Any = why(talks, "military-ties")

    (severed,) = found.suspensions
    assert (severed.word, severed.by) == ("severed", ("China",))
    causes = {one.because.key: one for one in found.causes}
    assert causes["balloon"].forces == (Force.NARRATED,)
    assert not causes["balloon"].inferred
    assert (causes["speaker-visit"].forces, causes["speaker-visit"].inferred) == ((), True)
    bare: Any = why(talks.without_inferences(), "military-ties")
    assert [one.because.key for one in bare.causes] == ["balloon"]


def test_who_suspended_the_policy_talks_is_unknown(talks):
    found: Any = why(talks, "dpct")

    assert {"suspended by whom", "restored by whom"} <= set(found.unknown)
    assert [told.value for told in found.suspensions[0].reasons] or found.causes


def test_a_round_put_off_and_a_request_turned_down_belong_to_a_standstill(talks):
    assert [one.round.key for one in why(talks, "dsd").put_off] == ["dsd-2"]
    assert [one.thing.key for one in why(talks, "ministers").refused] == ["austin-efforts"]


def test_a_vacant_seat_is_named_with_what_ties_it_and_never_as_a_cause(folded, said):
    picture = folded(
        said(
            *("a", "mechanism ferry; office: Borun = Harbour master"),
            "seat harbour; party: Borun; office: Harbour master; vacant: yes; from: 1931-03-01",
            "seat mill; party: Borun; office: Miller; vacant: yes; from: 1931-03-01",
            "suspension ferry; by: Aval; since: 1931-04-01",
        )
    )

    found: Any = why(picture, "ferry")

    assert [(one.seat.key, one.tied_by) for one in found.vacancies] == [
        ("harbour", ("an office of it",))
    ]
    assert found.causes == ()
    assert "cause" in found.unknown


def test_an_opinion_that_something_could_be_a_condition_stays_an_opinion(talks):
    found = conditions(talks, "military-communication")

    one: Any = next(one for one in found if Force.OPINION in one.forces)
    assert one.forces == (Force.OPINION,)
    assert one.said[0].speaker.startswith("Sun Yun")
    assert one.by == ()
    assert "whose demand" in one.unknown
    assert [said.stage for said in one.said] == [None]
    assert {cite.id: cite.dated_by for cite in (one.said[0].cite,)} == {"002-11": ("i-visit-day",)}
    line = next(x for x in status(talks, on=date(2024, 2, 1)) if x.thing == one.thing.key)
    assert "named" not in line.words
    assert "stage not said, an opinion" in line.words


def test_a_condition_keeps_what_became_of_it_and_who_says_so(folded, said):
    picture = folded(
        said("a", "precondition bridge; of: ferry; words: first the bridge; by: Aval; stage: named",
             "mechanism ferry", speaker="Ann", force="press", happened="1931-05-01")
        + said("b", "precondition bridge; stage: rejected; by: Borun", happened="1931-05-09")
    )  # fmt: skip

    (one,) = conditions(picture, "ferry")

    assert [(s.stage, s.speaker, s.force) for s in one.said] == [
        (Demand.NAMED, "Ann", Force.PRESS),
        (Demand.REJECTED, None, Force.NARRATED),
    ]
    assert conditions(picture, side="Cald") == ()
    with pytest.raises(UsageError, match="ferry"):
        conditions(picture, "fery")


def test_a_condition_of_which_no_stage_is_said_is_not_named(folded, said):
    (one,) = conditions(folded(said("a", "precondition bridge; words: a bridge; by: Aval")))

    assert [(s.stage, s.force) for s in one.said] == [(None, Force.NARRATED)]


def test_that_nobody_answered_names_no_condition(folded, said):
    text = "contact c; by: Aval; result: unanswered; terms: no answer by Monday"

    assert conditions(folded(said("a", text))) == ()


def test_terms_of_a_contact_are_conditions_too(folded, said):
    text = "contact c; by: Aval; result: accepted on conditions; terms: no flags"
    (one,) = conditions(folded(said("a", text)), "c")

    assert [told.value for told in one.words] == ["no flags"]
    assert [s.stage for s in one.said] == [Demand.NAMED]


def test_the_sample_s_mechanisms_go_back_to_the_summit_and_the_summit_leads_to_them(talks):
    assert [one.source.key for one in mandates(talks, "dsd").up] == ["mar-a-lago"]
    down = {one.target.key for one in mandates(talks, "mar-a-lago").down}
    assert {"dsd", "economic-dialogue", "law-cyber-dialogue", "people-dialogue"} <= down


def link(thing, tie, to):
    return f"link {thing}; tie: {tie}; to: {to}"


def test_mandates_are_followed_up_and_down_nearest_first(folded, said):
    picture = folded(
        said(
            *("a", "event a; name: Summit"),
            link("a", "mandates", "b"),
            link("b", "prepares", "c"),
            link("d", "follows", "c"),
        )
    )

    found = mandates(picture, "b")
    assert [(t.depth, t.source.key) for t in found.up] == [(1, "a")]
    assert [(t.depth, t.tie, t.source.key, t.target.key) for t in found.down] == [
        (1, Tie.PREPARES, "b", "c"),
        (2, Tie.FOLLOWS, "c", "d"),
    ]
    assert (mandates(picture, "a", depth=1).left_off, found.has_cycle) == (1, False)


def test_a_cycle_is_shown_and_not_followed(folded, said):
    picture = folded(
        said(*("a", "event a"), link("a", "mandates", "b"), link("b", "prepares", "c"))
        + said("z", link("c", "mandates", "a"))
    )

    found = mandates(picture, "a")

    assert found.has_cycle
    assert [(t.target.key, t.closes_cycle) for t in found.down] == [
        ("b", False),
        ("c", False),
        ("a", True),
    ]


def test_a_thing_that_prepares_itself_ends_at_once(folded, said):
    found = mandates(folded(said("a", "event a", link("a", "prepares", "a"))), "a")

    assert [t.closes_cycle for t in found.up + found.down] == [True, True]


def test_a_diamond_is_no_cycle(folded, said):
    picture = folded(
        said(
            *("x", "event a", link("a", "prepares", "b"), link("a", "prepares", "c")),
            link("b", "prepares", "d"),
            link("c", "prepares", "d"),
        )
    )

    assert not mandates(picture, "a").has_cycle


@pytest.mark.parametrize("question", [why, mandates])
def test_an_unknown_thing_brings_near_ones(talks, question):
    with pytest.raises(UsageError, match="military-ties"):
        question(talks, "military-tie")


def test_a_vacancy_of_another_time_is_no_part_of_a_standstill(talks):
    """The minister sat at the round of 2018, and the seat was vacant in 2023."""
    assert why(talks, "dsd").vacancies == ()


def opposite(held):
    """Ann at a round of the ferry talks on these days; Bo's seat opposite is vacant in March."""
    return [
        f"round r; of: ferry; held: {held}",
        "seat a; party: Aval; office: Chair; holder: Ann; at: r; counterpart: b",
        "seat b; party: Borun; office: Head; vacant: yes; from: 1931-03-01; until: 1931-03-31",
    ]


def test_a_vacancy_opposite_whoever_came_is_tied_by_that(folded, said):
    (found,) = why(folded(said("g", "mechanism ferry", *opposite("1931-03-10"))), "ferry").vacancies

    assert found.seat.key == "b"
    assert found.tied_by == ("opposite it, Chair was at ferry, round number not said in that time",)


@pytest.mark.parametrize("held", ["1931-02-10", "1931-04-10", "unknown"])
def test_a_vacancy_before_or_after_the_meeting_is_not_tied(folded, said, held):
    picture = folded(said("g", "mechanism ferry", *opposite(held)))

    assert why(picture, "ferry").vacancies == ()


def test_what_does_not_fit_is_shown_with_why_it_stood_still(talks):
    found = why(talks, "military-ties").discrepancies

    assert ["balloon" in one.why for one in found] == [True]
    assert {"004-2", "004-3", "i-balloon-order"} == {cite.id for _, cite in found[0].values}
    assert [one.field for one in why(talks, "dpct").discrepancies] == ["level"]
    assert why(talks, "embassy").discrepancies == ()


def test_a_reason_that_the_named_causes_repeat_is_marked(talks, folded, said):
    assert [one.step.reasons_are_causes for one in why(talks, "dsd").put_off] == [True]
    assert [one.reasons_are_causes for one in why(talks, "dpct").suspensions] == [True]
    put_off = "postponement r; reason: high water and fever"
    picture = folded(
        said("g", "mechanism m", "round r; of: m", put_off, "cause r; words: High water")
    )
    assert [one.step.reasons_are_causes for one in why(picture, "m").put_off] == [False]
    elsewhere = said("g", "mechanism m", "round r; of: m", put_off) + said(
        "h", "cause r; words: high water, fever"
    )
    assert [one.step.reasons_are_causes for one in why(folded(elsewhere), "m").put_off] == [False]
