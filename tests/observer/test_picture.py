"""A second, unrelated record: nothing may be tied to the first."""

from datetime import date

import pytest

from tieline.observer import (
    About,
    Force,
    Sure,
    commitments,
    discrepancies,
    fold,
    frameworks,
    positions,
    rounds,
    seats,
    standings,
    status,
    to_bodies,
)
from tieline.observer.vocabulary import Outcome, Stage


def _about(picture, about, thing, on, known_on=None):
    lines = status(picture, on=on, known_on=known_on)
    return [line for line in lines if (line.about, line.thing) == (about, thing)]


def test_planned_and_held_stay_apart_and_the_first_plan_stays(river_picture):
    (view,) = rounds(river_picture)

    assert view.number == 2
    assert [(days and str(days.earliest), place) for days, place, _ in view.planned] == [
        ("1931-04-20", "Newport")
    ]
    assert [claim.assertion.by for claim in view.postponed] == [("Aval",)]


def test_two_reports_of_one_round_are_a_discrepancy_and_both_are_kept(river_picture):
    told = {
        (one.field, *(value for value, _ in one.values)) for one in discrepancies(river_picture)
    }

    assert ("place", "Oldport", "Newport") in told
    assert ("held", "1931-05-02", "1931-05-03") in told


def test_contradicting_days_are_shown_as_a_span_and_none_is_chosen(river_picture):
    (line,) = _about(river_picture, About.ROUND, "ferry", date(1931, 5, 31))

    assert "held 1931-05-02 to 1931-05-03" in line.words
    assert "reports differ" in line.words
    assert "Newport / Oldport" in line.words
    assert {cite.id for cite in line.cites} >= {"g-1", "h-2"}


@pytest.mark.parametrize(
    ("day", "suspended", "restored"),
    [
        (date(1931, 5, 19), [], []),
        (date(1931, 5, 20), ["cut off, by Borun"], []),
        (date(1931, 7, 1), ["cut off, by Borun"], ["restored, by Aval, Borun"]),
    ],
)
def test_a_channel_is_cut_off_and_restored_on_the_days_reported(
    river_picture, day, suspended, restored
):
    cut = _about(river_picture, About.SUSPENSION, "telephone", day)
    back = _about(river_picture, About.RESTORATION, "telephone", day)

    assert [line.words.split(";")[0] for line in cut] == suspended
    assert [line.words.split(";")[0] for line in back] == restored
    assert all(line.sure is Sure.YES for line in cut + back)


def test_what_was_not_yet_published_is_not_known(river_picture):
    day = date(1931, 7, 2)

    (now,) = _about(river_picture, About.RESTORATION, "telephone", day)
    then = _about(river_picture, About.RESTORATION, "telephone", day, known_on=day)

    assert now.forces == (Force.READOUT,)
    assert then == []


def test_a_day_within_the_month_of_publication_says_that_it_may_have_been_known(river_picture):
    day = date(1931, 9, 15)

    (line,) = _about(river_picture, About.RESTORATION, "telephone", day, known_on=day)

    assert [cite.known for cite in line.cites] == [Sure.PERHAPS]
    assert "day of publication not known" in line.text()


@pytest.mark.parametrize(
    ("day", "holder", "sure"),
    [
        (date(1924, 12, 31), "unknown: no holder", Sure.NO),
        (date(1931, 6, 30), "Dunn, from 1925-01-01, until 1931-06-30", Sure.YES),
        (date(1931, 7, 5), "vacant, from 1931-07-01, until 1931-07-14", Sure.YES),
        (date(1931, 7, 15), "Ebb, from 1931-07-15", Sure.PERHAPS),
    ],
)
def test_a_seat_is_held_or_vacant_as_reported(river_picture, day, holder, sure):
    (line,) = _about(river_picture, About.SEAT, "harbour", day)

    assert line.words.startswith(holder)
    assert line.sure is sure


def test_a_vacancy_that_was_inferred_can_be_dropped(river_picture):
    day = date(1931, 7, 5)

    (with_it,) = _about(river_picture, About.SEAT, "harbour", day)
    (without,) = _about(river_picture.without_inferences(), About.SEAT, "harbour", day)

    assert with_it.inferences == ("i-gap",)
    assert without.inferences == ()
    assert "vacant" not in without.words


def test_a_withdrawn_statement_is_kept_and_counts_no_more(river_picture):
    (now,) = commitments(river_picture)
    (before,) = commitments(river_picture.known_on(date(1931, 9, 30)))

    assert now.outcome is None
    assert before.outcome is Outcome.MET
    assert "h-3" in {statement.id for statement in river_picture.record.statements}
    assert river_picture.fallen["h-3"] == "withdrawn by desk: the paper took it back"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(1931, 8, 31), "open"),
        (date(1931, 9, 1), "due passed, outcome unknown"),
    ],
)
def test_a_due_day_that_has_passed_decides_no_outcome(river_picture, day, words):
    (line,) = _about(river_picture, About.COMMITMENT, "jetty", day)

    assert line.words.endswith(words)


def test_a_framework_in_force_is_so_for_the_sides_named(river_picture):
    (view,) = frameworks(river_picture)

    assert [(stage.stage, stage.by) for stage in view.stages] == [
        (Stage.IN_FORCE, ("Aval", "Borun"))
    ]


def test_an_inference_falls_with_its_ground(river_picture):
    fallen = river_picture.without(["h-4"])

    assert fallen.fallen["i-gap"] == "its ground h-4 does not count"
    assert seats(fallen) == ()


def test_positions_are_listed_by_topic_and_side(river_picture):
    assert [one.statement.id for one in positions(river_picture, topic="jetty")] == ["g-2"]
    assert positions(river_picture, side="Borun") == ()


def test_the_first_of_two_items_with_one_id_counts_and_the_other_is_a_fault(river):
    bodies = to_bodies(river)
    kind, body = next(pair for pair in bodies if pair[1]["id"] == "g-3")

    picture = fold([*bodies, (kind, {**body, "text": "Something else."})])

    assert picture.faults == (
        f"body {len(bodies)}: another item is filed as g-3; the first counts",
    )
    assert picture.record == river


def test_a_bad_body_is_a_fault_and_the_rest_stands(river, river_picture):
    picture = fold([("reported.statement", {"id": "x"}), *to_bodies(river)])

    assert picture.faults == ("body 0: source: is missing from this statement",)
    assert standings(picture) == standings(river_picture)
