"""The sample that travels with the package, against the facts that it was made from."""

import re
from datetime import date
from pathlib import Path

import pytest

from tieline.observer import (
    Force,
    commitments,
    contacts,
    discrepancies,
    frameworks,
    positions,
    rounds,
    seats,
    standings,
)
from tieline.observer.assertion import Measure
from tieline.observer.vocabulary import Result, Stage

FACTS = Path(__file__).parents[2].parent / "shared" / "history" / "FACTS.md"
ROW = re.compile(r"^\| (\d{3}-\d+a?) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
IN_2018 = date(2018, 11, 10)
STATEMENTS = 75


def _facts():
    if not FACTS.is_file():
        pytest.skip("history/FACTS.md is not beside this checkout; the ids were not compared")
    return ROW.findall(FACTS.read_text(encoding="utf-8").split("## Part 2")[0])


def _force(who: str) -> Force:
    found = re.search(r"\b(readout|press|said|post|narrated|unnamed|opinion)\b", who)
    # 003-3 names a body and no channel.
    return Force(found.group(1)) if found else Force.SAID


def _days(settled):
    assert settled is not None
    return getattr(settled, "days", settled)


def test_every_reported_statement_is_there_with_its_force_and_passage(talks):
    facts = _facts()
    by_id = {one.id: one for one in talks.statements}

    assert len(facts) == STATEMENTS
    assert {(one.id, one.passage, one.force) for one in by_id.values()} == {
        (id_, passage.strip(), _force(who)) for id_, passage, who, _ in facts
    }


def test_every_statement_cites_its_article_by_file(talks):
    files = {source.id: source.file for source in talks.sources}

    assert len(talks.statements) == STATEMENTS
    assert all(files[one.source].startswith(f"{one.id[:3]}_") for one in talks.statements)


def test_every_inference_has_an_author_and_grounds(talks):
    assert {one.author for one in talks.inferences} == {"observer"}
    assert all(one.grounds for one in talks.inferences)


def test_a_chain_of_sources_is_kept(talks):
    (one,) = (one for one in talks.statements if one.id == "003-3")

    assert (one.source, one.via) == ("003", ("AP and others", "US Department of Defense"))


# ---- part 2: mechanisms, rounds, channels


def test_four_mechanisms_were_set_up_in_a_year_that_is_inferred(talks_picture):
    set_up = [
        view
        for view in standings(talks_picture)
        if view.established and "i-mechanisms-2017" in {c.id for c in view.established.cites}
    ]

    assert len(set_up) == 4
    assert {str(_days(view.established).earliest) for view in set_up} == {"2017-04-01"}
    bare = standings(talks_picture.without_inferences())
    months = [_days(v.established) for v in bare if v.key == "people-dialogue"]
    assert [days.known for days in months] == [False]


def test_the_second_round_was_planned_elsewhere_and_postponed_by_nobody_named(talks_picture):
    (view,) = (view for view in rounds(talks_picture) if view.key == "dsd-2")

    days, place, cite = view.planned[0]
    assert (str(_days(days).earliest), str(_days(days).latest), place) == (
        "2018-10-01",
        "2018-10-31",
        "Beijing",
    )
    assert cite.id == "000-6"
    assert [claim.assertion.by for claim in view.postponed] == [(), ()]
    causes = [claim for claim in view.postponed if claim.assertion.reason]
    assert [claim.cite.id for claim in causes] == ["i-dsd-2-causes"]


def test_the_day_of_the_second_round_is_an_inference(talks_picture):
    def held(picture):
        (view,) = (view for view in rounds(picture) if view.key == "dsd-2")
        return _days(view.held)

    assert held(talks_picture).earliest == held(talks_picture).latest == date(2018, 11, 9)
    bare = held(talks_picture.without_inferences())
    assert (bare.earliest, bare.latest, bare.wording) == (None, IN_2018, "Friday")


def test_round_seventeen_is_merged_by_inference_and_falls_apart_without_it(talks_picture):
    (one,) = (view for view in rounds(talks_picture) if view.number == 17)
    apart = rounds(talks_picture.without(["i-round-17-one"]))

    assert one.of == "dpct"
    assert (_days(one.held).earliest, _days(one.held).latest) == (
        date(2024, 1, 8),
        date(2024, 1, 9),
    )
    assert [(v.of, v.number) for v in apart if v.key.startswith("talks-")] == [
        ("dpct", None),
        (None, 17),
    ]


def test_without_inferences_the_year_of_round_seventeen_is_unknown(talks_picture):
    (one,) = (v for v in rounds(talks_picture.without_inferences()) if v.number == 17)

    assert not _days(one.held).known
    assert _days(one.held).wording == "two days, concluded on Tuesday"


def test_a_level_reported_in_two_ways_is_a_discrepancy_with_both_kept(talks_picture):
    (level,) = (one for one in discrepancies(talks_picture) if one.field == "level")

    assert {cite.id for _, cite in level.values} == {"003-1", "003-3", "004-4"}
    assert "deputy vice minister" in level.words()


def test_the_order_of_causes_is_a_discrepancy(talks_picture):
    (one,) = (one for one in discrepancies(talks_picture) if one.why)

    assert {cite.id for _, cite in one.values} == {"i-balloon-order", "004-2", "004-3"}


def test_nothing_else_is_a_discrepancy(talks_picture):
    assert len(discrepancies(talks_picture)) == 2


def test_the_summit_and_the_agreement_are_one_by_inference(talks_picture):
    keys = [view.key for view in contacts(talks_picture)]
    apart = [view.key for view in contacts(talks_picture.without(["i-summit-is-agreement"]))]

    assert "late-year-agreement" not in keys
    assert {"san-francisco", "late-year-agreement"} <= set(apart)


def test_that_an_answer_was_a_refusal_is_inference_and_no_call_is_unanswered(talks_picture):
    (one,) = (view for view in contacts(talks_picture) if view.key == "crisis-answer")
    results = {result for view in contacts(talks_picture) for result, _ in view.results}

    assert [(result, cite.inferred) for result, cite in one.results] == [(Result.REFUSED, True)]
    assert Result.UNANSWERED not in results


def test_the_framework_is_promised_by_one_side_and_nothing_more(talks_picture):
    (view,) = frameworks(talks_picture)

    assert [(s.stage, s.by, s.cite.id) for s in view.stages] == [
        (Stage.PROMISED, ("US",), "000-10")
    ]


# ---- part 2: seats, commitments, positions


@pytest.mark.parametrize(
    ("seat", "holders"),
    [
        ("us-state", ["Rex Tillerson", "Michael Pompeo", "Antony Blinken"]),
        ("us-defense", ["Jim Mattis", "James Mattis", "Lloyd Austin"]),
        ("china-dialogue-lead", ["Yang Jiechi", "Yang Jiechi"]),
        ("china-dialogue-military", ["Fang Fenghui", "Wei Fenghe"]),
        ("china-defence-minister", ["Wei Fenghe", "Li Shangfu", None, "Dong Jun"]),
    ],
)
def test_seats_have_the_holders_reported(talks_picture, seat, holders):
    (view,) = (view for view in seats(talks_picture) if view.key == seat)

    assert [holding.holder for holding in view.holdings] == holders


def test_that_the_minister_s_seat_was_vacant_is_inference_with_no_known_start(talks_picture):
    (view,) = (view for view in seats(talks_picture) if view.key == "china-defence-minister")
    (vacancy,) = (holding for holding in view.holdings if holding.holder is None)

    assert all(cite.inferred for cite in vacancy.cites)
    assert _days(vacancy.start).latest is None
    bare = seats(talks_picture.without_inferences())
    assert all(holding.holder for view in bare for holding in view.holdings)


def test_commitments_stand_with_their_sides_and_unknown_outcomes(talks_picture):
    found = {view.key: view for view in commitments(talks_picture)}

    assert found["rescue-exercises"].by == ("China",)
    assert found["finalise-framework"].by == ("US",)
    assert found["better-communication"].by == ("US", "China")
    assert all(view.outcome is None for view in found.values())
    assert "oil-exemptions" not in found


def test_the_exemptions_are_a_measure_with_an_end_that_is_inferred(talks_picture):
    def end(picture):
        return [c.assertion.end for c in picture.about(Measure, "oil-exemptions")]

    assert [str(days.latest) for days in end(talks_picture) if days] == ["2019-05-31"]
    assert set(end(talks_picture.without_inferences())) == {None}


def test_positions_on_trade_and_korea_keep_speaker_and_force(talks_picture):
    trade = positions(talks_picture, topic="trade")
    korea = positions(talks_picture, topic="korea", side="US")

    assert [(p.side, p.statement.id, p.cite.force) for p in trade] == [
        ("China", "000-21", Force.PRESS),
        ("US", "000-25", Force.POST),
    ]
    assert [p.statement.id for p in korea] == ["000-13", "001-8"]


def test_general_statements_are_tied_to_no_sea_and_no_island(talks, talks_picture):
    at_sea = {p.statement.id for p in positions(talks_picture, topic="south-china-sea")}

    assert at_sea == {"000-16", "000-17", "000-18", "003-10", "004-8"}
    general = [one for one in talks.statements if one.id in {"003-6", "003-7"}]
    assert not {"south-china-sea", "taiwan"} & {topic for one in general for topic in one.topics}
