"""Part 2 of the history: causes, commitments, positions, and who called what a condition."""

from __future__ import annotations

from datetime import date

import pytest

from tieline.answers import (
    DueState,
    commitment_of,
    commitments_of,
    conditions,
    contact_of,
    due,
    mandates,
    positions_on,
    search,
    why,
)
from tieline.observer import Force, discrepancies
from tieline.observer.assertion import Event, Measure
from tieline.observer.vocabulary import Act, Demand, Result, Tie

PARAGRAPHS = ("Order of causes", "Commitments and expectations", "Positions")
LATER = date(2024, 2, 1)


def ids(cites):
    return {cite.id for cite in cites}


def values(told):
    return [each.value for each in told]


# ---- the order of causes


def causes(picture, key):
    return {cause.because.key: cause for cause in why(picture, key).causes if cause.because}


def test_a_balloon_is_said_to_have_contributed_to_the_rupture(history):
    balloon = causes(history, "military-ties")["balloon"]

    assert balloon.words.startswith("contributed")
    assert (balloon.forces, ids(balloon.cites)) == ((Force.NARRATED,), {"004-2"})
    assert not balloon.inferred


def test_the_year_of_the_balloon_is_general_knowledge_and_so_an_inference(history, reports):
    def days(picture):
        return [c.assertion.days for c in picture.about(Event, "balloon") if c.assertion.days]

    assert [(each.known, each.wording) for each in days(reports)] == [(False, "February")]
    (told,) = (c for c in history.about(Event, "balloon") if c.cite.inferred)
    assert (told.cite.id, told.assertion.days.earliest) == ("i-balloon-year", date(2023, 2, 1))


def test_that_the_rupture_followed_august_2022_is_kept_with_the_discrepancy(history):
    (noted,) = (one for one in discrepancies(history) if one.why and one.thing == "military-ties")

    assert {cite.id for _, cite in noted.values} == {"i-balloon-order", "004-2", "004-3"}
    (cut,) = why(history, "military-ties").suspensions
    assert cut.since.days.earliest == date(2022, 8, 1)


def test_that_the_visit_was_the_cause_is_an_inference(history, reports):
    visit = causes(history, "military-ties")["speaker-visit"]

    assert visit.inferred
    assert set(causes(reports, "military-ties")) == {"balloon"}


def test_the_talks_were_suspended_because_relations_grew_worse_as_narrated(history):
    (cause,) = why(history, "dpct").causes

    assert (cause.words, cause.forces, cause.because) == (
        "relations grew worse",
        (Force.NARRATED,),
        None,
    )


def test_a_condition_is_named_by_an_outside_commentator_alone(history):
    (one,) = conditions(history, "military-communication")
    (said,) = one.said

    assert (said.speaker, said.force) == ("Sun Yun, Stimson Center", Force.OPINION)
    assert values(one.measure)[0].key == "li-sanctions"
    assert one.by == ()
    assert "whose demand" in one.unknown
    assert said.stage in {None, Demand.NAMED}
    assert conditions(history) == (one,)


# ---- commitments and expectations


def item(picture, key, on=LATER):
    (found,) = (each for each in due(picture, on=on).items if each.thing.key == key)
    return found


def owners(found):
    return [one.value for one in found.owners]


def test_the_exercises_were_promised_by_wei_alone_until_the_end_of_2018(history):
    found = commitment_of(history, "rescue-exercises")

    assert values(found.owners) == ["China"]
    assert found.due is not None
    assert found.due.days.latest == date(2018, 12, 31)
    assert [(cite.id, cite.force) for cite in found.cites] == [("000-12", Force.PRESS)]


def test_whether_they_were_held_nobody_says(history):
    found = item(history, "rescue-exercises")

    assert found.state is DueState.PASSED
    assert found.state.value == "due passed, outcome unknown"
    assert found.views == ()
    assert "outcome" in found.unknown
    assert item(history, "rescue-exercises", date(2018, 11, 11)).state in {
        DueState.OPEN,
        DueState.SOON,
    }


def test_finalising_the_framework_is_open_and_the_us_s(history):
    found = item(history, "finalise-framework")

    assert (owners(found), found.state, ids(found.cites)) == (["US"], DueState.NO_DAY, {"000-10"})


def test_improving_communication_is_both_sides_as_yang_has_it(history):
    found = item(history, "better-communication")

    assert (owners(found), ids(found.cites)) == (["US", "China"], {"000-19"})
    (said,) = (one for one in history.record.statements if one.id == "000-19")
    assert (said.speaker, said.force) == ("Yang Jiechi", Force.SAID)


def test_discussing_engagements_is_in_a_us_readout_and_garbled(history):
    found = item(history, "discuss-engagements")

    assert (owners(found), ids(found.cites)) == (["US"], {"003-8"})
    assert {cite.force for cite in found.cites} == {Force.READOUT}
    (said,) = (one for one in history.record.statements if one.id == "003-8")
    assert "Garbled" in said.note


def test_resuming_engagement_is_both_presidents_by_two_articles(history, reports):
    found = item(history, "resume-exchanges")

    assert owners(found) == ["US", "China"]
    assert ids(found.cites) == {"003-2", "004-4", "i-summit-is-agreement"}
    assert found.made is not None
    assert (found.made.days.words()[:7], "i-summit-day" in ids(found.made.cites)) == (
        "2023-11",
        True,
    )
    assert {each.thing.key for each in commitments_of(reports)} >= {
        "resume-exchanges",
        "resume-engagement",
    }


def test_the_g20_meeting_was_groundwork_and_no_commitment(history):
    met = contact_of(history, "g20-2018")
    (step,) = (s for s in mandates(history, "g20-2018").up if s.source.key == "dsd-2")

    assert values(met.results) == [Result.PLANNED]
    assert (step.tie, ids(step.cites)) == (Tie.PREPARES, {"000-3"})
    assert not any("g20" in each.thing.key for each in commitments_of(history))


def test_the_exemptions_ran_for_six_months_with_both_ends_inferred(history, reports):
    def ends(picture):
        told = [c.assertion for c in picture.about(Measure, "oil-exemptions")]
        return [one.start for one in told if one.start], [one.end for one in told if one.end]

    (act,) = {c.assertion.act for c in history.about(Measure, "oil-exemptions") if c.assertion.act}
    (start,), (end,) = ends(history)
    assert act is Act.EXEMPTION
    assert (start.latest, end.latest) == (date(2018, 11, 10), date(2019, 5, 31))
    assert ends(reports) == ([], [])
    (name,) = {c.assertion.name for c in reports.about(Measure, "oil-exemptions")}
    assert "six months" in name


def test_their_end_stands_among_what_is_due_and_cites_the_inference(history, reports):
    assert "i-exemptions-end" in ids(item(history, "oil-exemptions").due.cites)
    assert not any(i.thing.key == "oil-exemptions" for i in due(reports, on=LATER).items)


# ---- positions


def listed(picture, topic, side=None):
    (found,) = positions_on(picture, topic, side=side)
    return {column.side: [one.cite.id for one in column.positions] for column in found.sides}


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("trade", {"China": ["000-21"], "US": ["000-25"]}),
        ("korea", {"US": ["001-8", "000-13"], "China": ["001-9", "001-10"]}),
        ("south-china-sea", {"US": ["000-16", "000-17"], "China": ["000-18", "003-10", "004-8"]}),
        ("taiwan", {"US": ["000-16"], "China": ["003-9", "004-8"]}),
        ("one-china", {"US": ["003-7"], "China": ["003-9", "004-8"]}),
    ],
)
def test_positions_are_listed_by_topic_and_side_and_merged_nowhere(history, topic, said):
    found = listed(history, topic)

    assert {side: sorted(each) for side, each in found.items()} == {
        side: sorted(each) for side, each in said.items()
    }


def test_each_keeps_its_speaker_channel_and_day(history):
    (found,) = positions_on(history, "korea", side="US")
    first, second = (
        next(one for one in found.sides[0].positions if one.cite.id == id_)
        for id_ in ("001-8", "000-13")
    )

    assert first.said is not None
    assert (first.speaker, first.force, first.said.wording) == (
        "Donald Trump",
        Force.POST,
        "on the eve",
    )
    assert second.said is not None
    assert (second.speaker, second.force, second.said.latest) == (
        "Michael Pompeo",
        Force.PRESS,
        date(2018, 11, 10),
    )


def test_the_general_statements_are_tied_to_no_sea_and_no_island(history):
    general = [one for one in history.record.statements if one.id in {"003-6", "003-7"}]

    assert len(general) == 2
    for topic in ("south-china-sea", "taiwan"):
        assert not {"003-6", "003-7"} & {
            i for each in listed(history, topic).values() for i in each
        }
        assert all(topic not in one.topics for one in general)


def test_what_was_said_is_found_by_its_words(history):
    hits = {hit.id for hit in search(history, "Spratly").hits}

    assert "000-17" in hits
