"""Due: what was promised and by when; a day that has passed decides nothing else."""

from datetime import date
from typing import Any

import pytest

from tieline.answers import DueAnswer, DueState, commitment_of, due
from tieline.days import Sure

MADE = "commitment jetty; what: mend the jetty; by: Aval"


def only(found: DueAnswer) -> Any:
    (item,) = found.items
    return item


def state(picture, on, **more):
    item = only(due(picture, on=on, **more))
    return item.state


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(1931, 6, 15), DueState.OPEN),
        (date(1931, 8, 1), DueState.SOON),
        (date(1931, 8, 31), DueState.SOON),
        (date(1931, 9, 1), DueState.PASSED),
    ],
)
def test_a_commitment_due_by_a_day_passes_with_outcome_unknown(folded, said, on, expected):
    picture = folded(said("g-1", f"{MADE}; due: ..1931-08-31", happened="1931-06-01"))

    assert state(picture, on) is expected


def test_a_due_day_known_only_to_a_month_has_perhaps_passed_within_it(folded, said):
    picture = folded(said("g-1", f"{MADE}; due: 1931-08", happened="1931-06-01"))

    assert state(picture, date(1931, 8, 15)) is DueState.PERHAPS_PASSED
    item = only(due(picture, on=date(1931, 8, 1), within_days=5))
    assert item.days_left == (0, 30)


def test_nothing_is_due_before_it_was_made_and_perhaps_where_the_day_is_unknown(folded, said):
    picture = folded(said("g-1", MADE, happened="1931-06-01"))

    assert due(picture, on=date(1931, 5, 31)).items == ()
    unknown = folded(said("g-1", MADE))
    item = only(due(unknown, on=date(1931, 5, 31)))
    assert item.sure is Sure.PERHAPS
    assert set(item.unknown) == {"made on", "due day or condition"}


def test_both_sides_views_stand_and_where_they_differ_the_state_says_so(folded, said):
    picture = folded(
        said("g-1", f"{MADE}; by: Borun; due: 1931-07-01", happened="1931-06-01")
        + said("g-2", "commitment jetty; outcome: met; side: Aval", happened="1931-07-02")
        + said("g-3", "commitment jetty; outcome: missed; side: Borun", happened="1931-07-03")
    )

    item = only(due(picture, on=date(1931, 7, 2)))
    assert (item.state, item.silent) == (DueState.MET, ("Borun",))
    item = only(due(picture, on=date(1931, 7, 3)))
    assert item.state is DueState.SIDES_DIFFER
    assert [(view.side, view.last.outcome.value) for view in item.views] == [
        ("Aval", "met"),
        ("Borun", "missed"),
    ]


def test_a_renewal_sets_a_new_day_and_the_first_one_stays(folded, said):
    picture = folded(
        said("g-1", f"{MADE}; due: 1931-07-01", happened="1931-06-01")
        + said("g-2", "commitment jetty; outcome: renewed; due: 1932-01-01", happened="1931-07-05")
    )

    item = only(due(picture, on=date(1931, 8, 1)))
    assert item.state is DueState.OPEN
    assert str(item.first_due.days.earliest) == "1931-07-01"
    assert str(item.due.days.earliest) == "1932-01-01"
    assert state(picture, date(1931, 7, 4)) is DueState.PASSED


def test_a_condition_is_no_day(folded, said):
    picture = folded(said("g-1", f"{MADE}; condition: when the ice breaks", happened="1931-06-01"))

    item = only(due(picture, on=date(1932, 1, 1)))
    assert (item.state, item.conditions) == (DueState.CONDITION, ("when the ice breaks",))


def test_the_end_of_a_measure_is_due_too_and_ends(folded, said):
    measure = "measure ban; name: Ban on nets; by: Aval; from: 1931-01-01; until: 1931-06-30"
    picture = folded(said("g-1", measure))

    assert state(picture, date(1931, 6, 10)) is DueState.SOON
    assert state(picture, date(1931, 7, 1)) is DueState.ENDED
    assert due(picture, on=date(1930, 12, 31)).items == ()


def test_the_exercises_of_the_sample_are_due_passed_with_outcome_unknown(talks):
    items = {item.thing.key: item for item in due(talks, on=date(2019, 1, 1)).items}

    assert items["rescue-exercises"].state is DueState.PASSED
    assert [one.party for one in items["rescue-exercises"].owners] == ["China"]
    assert "outcome" in items["rescue-exercises"].unknown
    assert items["finalise-framework"].state is DueState.NO_DAY
    counts = dict(due(talks, on=date(2019, 1, 1)).counts)
    assert sum(counts.values()) == len(items)


def test_a_side_sees_its_own_and_what_nobody_owns(folded, said):
    picture = folded(said("g-1", MADE, "commitment nets; what: fewer nets", happened="1931-06-01"))

    def owned(side):
        return [one.thing.key for one in due(picture, on=date(1931, 7, 1), side=side).items]

    assert owned("Aval") == ["jetty", "nets"]
    assert owned("Borun") == ["nets"]


def test_a_commitment_was_made_on_the_days_of_the_meeting_at_which_it_was(talks):
    made: Any = commitment_of(talks, "resume-exchanges").made

    assert made.days.words().startswith("2023-11")
    assert {"003-2", "i-summit-day"} <= {cite.id for cite in made.cites}
    bare: Any = commitment_of(talks.without(["i-summit-day"]), "resume-exchanges").made
    assert not bare.days.known


def test_a_day_said_for_a_commitment_is_not_moved_by_a_meeting_on_another(folded, said):
    text = said("a", "commitment c; by: Aval; at: r", "round r; held: 1931-05-01",
                happened="1931-06-01")  # fmt: skip
    made: Any = commitment_of(folded(text), "c").made

    assert made.days.words() == "1931-06-01"
