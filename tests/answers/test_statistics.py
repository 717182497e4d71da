"""Statistics: exact bounds where days are intervals, and the unknown ones beside every number."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.answers import Bounds, Period, statistics
from tieline.answers.intervals import apart, median, spread
from tieline.days import Days
from tieline.errors import UsageError


def exact(number):
    return Bounds(low=Fraction(number), high=Fraction(number))


def rounds(said, *held):
    return "".join(
        said(f"g-{n}", f"round r-{n}; of: ferry" + (f"; held: {days}" if days else ""))
        for n, days in enumerate(held)
    )


def test_days_between_rounds_are_exact_where_the_days_are(folded, said):
    found = statistics(folded(rounds(said, "1931-01-01", "1931-01-11", "1931-02-10")), "ferry")

    between = found.days_between
    assert (between.n, between.unknown) == (2, 0)
    assert between.median == between.mean == exact(20)
    assert (between.least, between.most) == (exact(10), exact(30))


def test_a_month_gives_bounds_and_nothing_between_them_is_chosen(folded, said):
    between = statistics(folded(rounds(said, "1931-01-31", "1931-02")), "ferry").days_between

    assert between.median == Bounds(low=Fraction(1), high=Fraction(28))


def test_a_round_without_a_day_makes_its_gaps_unknown_unless_numbers_say_otherwise(folded, said):
    undated = rounds(said, "1931-01-01", "", "1931-03-01")
    between = statistics(folded(undated), "ferry").days_between
    assert (between.n, between.unknown, between.median) == (0, 2, None)

    numbered = said("n-0", "round r-0; number: 4") + said("n-2", "round r-2; number: 5")
    between = statistics(folded(undated + numbered), "ferry").days_between
    assert (between.n, between.unknown, between.median) == (1, 1, exact(59))


def test_rounds_whose_numbers_leave_a_gap_are_no_neighbours(folded, said):
    text = rounds(said, "1931-01-01", "1931-03-01")
    text += said("n-0", "round r-0; number: 4") + said("n-1", "round r-1; number: 7")

    between = statistics(folded(text), "ferry").days_between

    assert (between.n, between.unknown) == (0, 1)


def test_a_half_open_day_counts_as_unknown(folded, said):
    between = statistics(folded(rounds(said, "..1931-01-01", "1931-03-01")), "ferry").days_between

    assert (between.n, between.unknown) == (0, 1)


def test_the_delay_counts_from_the_first_plan(folded, said):
    picture = folded(
        said("a", "round r-1; of: ferry; planned: 1931-01-01; held: 1931-02-01")
        + said("b", "round r-2; of: ferry; planned: 1931-05; held: 1931-05-10")
        + said("c", "round r-3; of: ferry; held: 1931-07-01")
    )

    delay = statistics(picture, "ferry").delay

    assert (delay.n, delay.unknown) == (2, 1)
    assert delay.least == Bounds(low=Fraction(-21), high=Fraction(9))
    assert delay.most == exact(31)


def test_the_share_postponed_holds_whatever_the_unknown_ones_turn_out_to_be(folded, said):
    picture = folded(
        said("a", "round r-1; of: ferry; planned: 1931-01-01; held: 1931-01-01")
        + said("b", "round r-2; of: ferry", "postponement r-2; by: unknown")
        + said("c", "round r-3; of: ferry; held: 1931-07-01")
    )

    share = statistics(picture, "ferry").postponed

    assert (share.yes, share.no, share.unknown) == (1, 1, 1)
    assert share.share == Bounds(low=Fraction(1, 3), high=Fraction(2, 3))


def contact(said, id_, result, *, by="Aval", **fields):
    more = "".join(f"; {name}: {value}" for name, value in fields.items())
    return said(f"g-{id_}", f"contact c-{id_}; by: {by}; result: {result}; who: Borun = Bo{more}")


def test_answers_are_counted_by_side_level_and_period(folded, said):
    picture = folded(
        contact(said, 1, "accepted", level="minister", days="1931-01-05")
        + contact(said, 2, "rebuffed", level="minister", days="1931-02-05")
        + contact(said, 3, "unanswered", level="minister", days="1931-03")
        + contact(said, 4, "requested", level="minister", days="1931-03-05")
        + contact(said, 5, "cancelled", level="minister", days="1931-03-06")
        + contact(said, 6, "accepted", by="Borun", days="1932-01-01")
        + said("g-7", "contact c-7; result: held; way: visit; days: 1931-01-01")
    )

    first, second = statistics(picture, period=Period.YEAR).answers

    assert (first.sought_by, first.asked, first.level, first.period) == (
        *("Aval", "Borun", "minister", "1931"),
    )
    assert (first.requests, first.accepted, first.declined) == (4, 1, 1)
    assert (first.unanswered, first.unknown, first.cancelled) == (1, 1, 1)
    assert first.rate == Bounds(low=Fraction(1, 2), high=Fraction(3, 4))
    assert (second.sought_by, second.level, second.period) == ("Borun", None, "1932")


def test_an_answer_after_the_silence_is_late_and_reports_that_differ_are_unknown(folded, said):
    late = said("a", "contact c; by: Aval; result: unanswered", happened="1931-01-10") + said(
        "b", "contact c; result: accepted", happened="1931-01-20"
    )
    (row,) = statistics(folded(late)).answers
    assert (row.accepted, row.late, row.unanswered) == (1, 1, 0)

    differ = said("a", "contact c; by: Aval; result: rebuffed") + said(
        "b", "contact c; result: accepted"
    )
    (row,) = statistics(folded(differ)).answers
    assert (row.unknown, row.answered) == (1, 0)


def test_a_month_that_spans_two_periods_belongs_to_neither(folded, said):
    picture = folded(contact(said, 1, "accepted", days="1931-03-20..1931-04-10"))

    (by_quarter,) = statistics(picture, period=Period.QUARTER).answers
    (by_year,) = statistics(picture, period=Period.YEAR).answers
    assert (by_quarter.period, by_year.period) == (None, "1931")


def test_an_inference_answers_no_request_but_is_counted_beside_the_unknown(talks):
    rows = statistics(talks).answers

    assert sum(row.inferred for row in rows) == 1
    assert sum(row.unanswered for row in rows) == 0
    bare = statistics(talks.without_inferences()).answers
    assert sum(row.inferred for row in bare) == 0


def test_the_sample_says_how_many_of_its_numbers_rest_on_inferences(talks):
    dsd = statistics(talks, "dsd")

    assert (dsd.rounds, dsd.held) == (2, 2)
    assert dsd.delay.median == Bounds(low=Fraction(9), high=Fraction(39))
    assert (dsd.delay.inferred, dsd.delay.unknown) == (1, 1)
    assert (dsd.postponed.yes, dsd.postponed.unknown) == (1, 1)


def test_a_span_leaves_out_what_surely_lies_outside(folded, said):
    picture = folded(rounds(said, "1931-01-01", "1931-05-01", ""))

    found = statistics(picture, since=date(1931, 2, 1), until=date(1931, 12, 31))
    assert found.rounds == 2


def test_an_unknown_mechanism_brings_near_ones(talks):
    with pytest.raises(UsageError, match="dpct"):
        statistics(talks, "dpc")


intervals = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 20)).map(lambda p: (p[0], p[0] + p[1])),
    min_size=1,
    max_size=6,
)


@given(intervals, st.data())
def test_whatever_the_true_numbers_are_the_bounds_hold_them_and_are_reached(values, data):
    truth = sorted(data.draw(st.integers(low, high)) for low, high in values)
    found: Any = spread(values, [], [() for _ in values])

    middle = median(truth)
    assert found.median.low <= middle <= found.median.high
    assert found.mean.low <= Fraction(sum(truth), len(truth)) <= found.mean.high
    assert found.least.low <= truth[0] <= found.least.high
    assert found.most.low <= truth[-1] <= found.most.high
    assert found.median.low == median(sorted(low for low, _ in values))
    assert found.most.high == max(high for _, high in values)


days = st.tuples(st.integers(1, 28), st.integers(0, 20)).map(lambda p: (p[0], min(28, p[0] + p[1])))


@given(days, days)
def test_the_distance_of_two_intervals_is_the_least_and_most_of_all_their_days(one, other):
    def interval(pair):
        return Days(earliest=date(1931, 1, pair[0]), latest=date(1931, 1, pair[1]))

    all_of = [abs(b - a) for a in range(one[0], one[1] + 1) for b in range(other[0], other[1] + 1)]
    assert apart(interval(one), interval(other)) == (min(all_of), max(all_of))
