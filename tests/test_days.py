from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.days import Days, Sure, format_days, parse_day, parse_days
from tieline.errors import UsageError


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2018-11-09", date(2018, 11, 9), date(2018, 11, 9)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2018", date(2018, 1, 1), date(2018, 12, 31)),
        ("2018-10..2018-11-03", date(2018, 10, 1), date(2018, 11, 3)),
        ("..2018-11-10", None, date(2018, 11, 10)),
        ("2023-05-23..", date(2023, 5, 23), None),
        ("unknown", None, None),
    ],
)
def test_days_are_read_with_the_ends_that_they_give(text, earliest, latest):
    days = parse_days(f'{text} "as said"')

    assert (days.earliest, days.latest, days.wording) == (earliest, latest, "as said")


@pytest.mark.parametrize(
    "text",
    ["", "..", "2018-13", "2018-02-30", "0000", "2018-1-1", "9 November", "2019..2018", "2018-00"],
)
def test_what_is_no_day_is_refused_with_a_remedy(text):
    with pytest.raises(UsageError, match=r"write 2018-11-09|swap the two days"):
        parse_days(text)


def test_a_single_day_takes_no_shorter_form():
    with pytest.raises(UsageError, match="write it as 2018-11-09"):
        parse_day("2018-11")


days_values = st.builds(
    lambda first, second, wording: Days(
        earliest=min(first, second) if first and second else first,
        latest=max(first, second) if first and second else second,
        wording=wording,
    ),
    st.none() | st.dates(),
    st.none() | st.dates(),
    st.sampled_from(["", "Friday", 'the "8th"', "十月"]),
)


@given(days_values)
def test_days_survive_being_written_and_read(days):
    assert parse_days(format_days(days)) == days


def test_begun_has_three_answers():
    days = Days(earliest=date(2022, 8, 1))

    assert days.begun_by(date(2022, 7, 31)) is Sure.NO
    assert days.begun_by(date(2022, 9, 1)) is Sure.PERHAPS
    assert Days(latest=date(2022, 8, 1)).begun_by(date(2022, 8, 1)) is Sure.YES
    assert Days().begun_by(date(2022, 8, 1)) is Sure.PERHAPS


def test_a_deadline_is_over_only_on_the_day_after():
    due = Days(latest=date(2018, 12, 31))

    assert due.over_by(date(2018, 12, 31)) is not Sure.YES
    assert due.over_by(date(2019, 1, 1)) is Sure.YES


@given(days_values, days_values, st.dates())
def test_days_that_both_allow_decide_no_less_than_either(first, second, day):
    met = first.meet(second)

    for one in (first, second):
        if met is not None and one.begun_by(day) is not Sure.PERHAPS:
            assert met.begun_by(day) is one.begun_by(day)
