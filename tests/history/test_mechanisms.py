"""Part 2 of the history, "Mechanisms and channels": one test for each of its sentences."""

from __future__ import annotations

from datetime import date

import pytest

from tieline.answers import contact_of, contacts_of, mandates, mechanism, standing_keys, why
from tieline.observer import About, Force, frameworks, status
from tieline.observer.vocabulary import Extent, Result, Stage, Tie, Way

PARAGRAPH = "Mechanisms and channels"
FOUR = {"dsd", "economic-dialogue", "law-cyber-dialogue", "people-dialogue"}
LAST = date(2024, 1, 31)


def ids(cites):
    return {cite.id for cite in cites}


def values(told):
    return [each.value for each in told]


def results(contact):
    return [(each.value, ids(each.cites)) for each in contact.results]


def test_four_mechanisms_were_created_at_mar_a_lago_in_april(history):
    created = mandates(history, "mar-a-lago").down

    assert {step.target.key for step in created} == FOUR
    assert {step.tie for step in created} == {Tie.CREATES}
    assert {(step.target.key == "dsd", *ids(step.cites)) for step in created} == {
        (True, "001-5"),
        (False, "001-6"),
    }


@pytest.mark.parametrize("key", sorted(FOUR))
def test_the_year_2017_is_an_inference(history, key):
    settled = mechanism(history, key).established

    assert settled is not None
    assert (settled.days.earliest, settled.days.latest) == (date(2017, 4, 1), date(2017, 4, 30))
    assert "i-mechanisms-2017" in ids(settled.cites)
    (inference,) = (i for i in history.record.inferences if i.id == "i-mechanisms-2017")
    assert {"000-5", "001-5"} <= set(inference.grounds)


def test_without_the_inference_only_april_is_left_of_three_and_last_year_of_one(reports):
    for key in FOUR - {"dsd"}:
        began = mechanism(reports, key).established
        assert began is not None
        assert (began.days.known, began.days.wording) == (False, "April")
    began = mechanism(reports, "dsd").established
    assert began is not None
    assert began.days.latest == date(2017, 12, 31)


def test_the_defence_policy_coordination_talks_began_in_2005(history):
    talks = mechanism(history, "dpct")

    assert talks.thing.name == "Defence policy coordination talks"
    assert talks.established is not None
    assert talks.established.days.latest == date(2005, 12, 31)
    assert ids(talks.established.cites) == {"003-4"}


def test_the_framework_was_promised_by_the_us_side_only(history):
    (framework,) = frameworks(history)

    assert [(s.stage, s.by, s.cite.id, s.cite.force) for s in framework.stages] == [
        (Stage.PROMISED, ("US",), "000-10", Force.SAID)
    ]


def test_nothing_says_that_the_framework_was_drafted_agreed_or_in_force(history):
    (line,) = (line for line in status(history, on=LAST) if line.about is About.FRAMEWORK)

    assert line.words.startswith("promised, by US only")
    assert "not reported as drafted, agreed, in force" in line.words


def test_crisis_channels_are_answered_as_one_official_paraphrases_it(history, reports):
    answer = contact_of(reports, "crisis-answer")

    assert ids(answer.cites) == {"002-9"}
    assert [cite.force for cite in answer.cites] == [Force.SAID]
    assert answer.results == ()
    assert "outcome" in answer.unknown


def test_that_the_answer_amounts_to_a_refusal_is_an_inference(history):
    assert results(contact_of(history, "crisis-answer")) == [(Result.REFUSED, {"i-crisis-refusal"})]


def test_nothing_says_that_a_call_went_unanswered(history):
    told = [result for each in contacts_of(history) for result, _ in results(each)]

    assert Result.UNANSWERED not in told


def test_military_ties_were_severed_by_china_after_august_2022(history, reports):
    (cut,) = why(reports, "military-ties").suspensions

    assert (cut.word, cut.by, ids(cut.cites)) == ("severed", ("China",), {"004-3"})
    assert (cut.since.days.earliest, cut.since.days.latest) == (date(2022, 8, 1), None)
    assert why(history, "military-ties").restorations == ()


def test_military_communication_had_setbacks_was_hampered_and_is_restored_in_part(history):
    found = why(history, "military-communication")
    (back,) = found.restorations

    assert [ids(each.cites) for each in found.reported] == [{"002-8"}, {"002-13"}]
    assert found.reported[0].what == "had suffered setbacks"
    assert found.reported[1].what.startswith("hampered")
    assert (back.extent, [cite.force for cite in back.cites]) == (Extent.PART, [Force.UNNAMED])
    assert found.suspensions == ()


def test_the_presidents_met_called_and_planned_to_meet(history):
    contacts = {each.thing.key: each for each in contacts_of(history, "presidents")}

    assert {key: values(each.results) for key, each in contacts.items()} == {
        "mar-a-lago": [Result.HELD],
        "presidents-call-2018": [Result.HELD],
        "g20-2018": [Result.PLANNED],
        "san-francisco": [Result.HELD],
    }
    assert values(contacts["presidents-call-2018"].ways) == [Way.CALL]
    days = [contacts[key].days for key in ("presidents-call-2018", "g20-2018")]
    assert {each and each.days.latest for each in days} == {
        date(2018, 11, 10),
        date(2018, 11, 30),
    }


def test_that_the_summit_and_the_agreement_are_one_event_is_an_inference(history):
    apart = {each.thing.key for each in contacts_of(history.without(["i-summit-is-agreement"]))}

    assert contact_of(history, "late-year-agreement").thing.key == "san-francisco"
    assert {"san-francisco", "late-year-agreement"} <= apart


def test_one_article_names_no_presidents_and_the_other_no_city(reports):
    summit, agreement = (
        contact_of(reports, key) for key in ("san-francisco", "late-year-agreement")
    )

    assert (summit.who, values(summit.place)) == ((), ["San Francisco"])
    assert ({one.value for one in agreement.who}, agreement.place) == (
        {"Joe Biden", "Xi Jinping"},
        (),
    )


def test_the_chiefs_had_one_virtual_meeting(history):
    (met,) = contacts_of(history, "chiefs")

    assert (values(met.ways), values(met.results)) == ([Way.VIRTUAL], [Result.HELD])
    assert {(one.party, one.value) for one in met.who} == {
        ("US", "Charles Q. Brown"),
        ("China", "Liu Zhenli"),
    }
    assert "day" in met.unknown


def test_efforts_for_a_meeting_of_ministers_were_rebuffed_and_one_became_more_possible(history):
    found = {each.thing.key: each for each in contacts_of(history, "ministers")}

    assert results(found["austin-efforts"]) == [(Result.REBUFFED, {"002-8"})]
    assert values(found["austin-efforts"].by) == ["US"]
    assert results(found["ministers-next"]) == [(Result.POSSIBLE, {"003-12"})]


def test_the_ambassador_came_for_ninety_minutes(history):
    (visit,) = contacts_of(history, "embassy")

    assert (values(visit.ways), values(visit.place)) == ([Way.VISIT], ["Pentagon"])
    assert values(visit.length_min) == [90]
    assert {(one.party, one.person) for one in visit.present} == {
        ("China", "Xie Feng"),
        ("US", "Ratner"),
    }


def test_three_recent_visits_are_kept_without_a_day(history):
    visits = contacts_of(history, "visits")

    assert {one.value.split(" (")[0] for each in visits for one in each.who} == {
        "Janet Yellen",
        "John Kerry",
        "Antony Blinken",
    }
    assert all("day" in each.unknown for each in visits)
    assert all(each.days and each.days.days.wording == "recent" for each in visits)


def test_these_are_all_the_mechanisms_and_channels(history):
    assert set(standing_keys(history)) == FOUR | {
        "dpct",
        "presidents",
        "ministers",
        "chiefs",
        "embassy",
        "visits",
        "military-ties",
        "military-communication",
        "crisis-channels",
    }
