"""Counterparts: who sat opposite whom on a day, and where a request can go instead."""

from datetime import date
from typing import Any

import pytest

from tieline.answers import Filled, ladder, next_filled, seat_of
from tieline.days import Sure
from tieline.errors import UsageError

ON = date(1931, 6, 1)
TENURE = "from: 1931-01-01; until: 1931-12-31"


def seat(key, party, **fields):
    more = "".join(f"; {name}: {value}" for name, value in fields.items())
    return f"seat {key}; party: {party}; office: {key}{more}"


@pytest.fixture
def two_levels(folded, said):
    """Ministers, of whom Borun's seat is vacant, and deputies on both sides."""
    return folded(
        said(
            "g-1",
            seat("a-min", "Aval", rank=1, counterpart="b-min") + f"; holder: Ann; {TENURE}",
            seat("b-min", "Borun", rank=1) + "; vacant: yes; from: 1931-03-01; until: 1931-07-01",
            seat("a-dep", "Aval", rank=2) + f"; holder: Abe; {TENURE}",
            seat("b-dep", "Borun", rank=2) + f"; holder: Bo; manner: acting; {TENURE}",
            seat("a-env", "Aval", rank=3) + f"; holder: Ada; {TENURE}",
        )
    )


def test_levels_are_paired_by_the_record_first_and_by_rank_alone_otherwise(two_levels):
    found = ladder(two_levels, on=ON)

    assert [(r.rank, r.paired_by, r.missing) for r in found.rungs] == [
        (1, "counterpart", ()),
        (2, "rank", ()),
        (3, "", ("Borun",)),
    ]
    assert [s.filled for s in found.rungs[1].seats] == [Filled.HELD, Filled.ACTING]
    assert [s.thing.key for s in found.vacancies] == ["b-min"]
    assert [r.on_both for r in found.rungs] == [Sure.NO, Sure.YES, Sure.NO]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("b-min", "the seat is vacant"),
        ("a-min", "its counterpart's seat is vacant"),
        ("a-env", "it has no counterpart"),
    ],
)
def test_a_request_that_reaches_nobody_is_offered_the_next_level_filled_on_both(
    two_levels, asked, why
):
    found: Any = next_filled(two_levels, asked, on=ON)

    assert found.why == why
    assert found.next.rank == 2
    assert found.sure is Sure.YES


def test_a_request_to_a_filled_seat_with_a_filled_counterpart_goes_there(two_levels):
    found: Any = next_filled(two_levels, "a-dep", on=ON)

    assert (found.why, found.next.rank) == ("", 2)


def test_no_level_is_offered_where_none_is_filled_on_both(folded, said):
    picture = folded(
        said("g-1", seat("a", "Aval", rank=1) + f"; holder: Ann; {TENURE}", seat("b", "B"))
    )

    found: Any = next_filled(picture, "a", on=ON)

    assert (found.why, found.next, found.sure) == ("it has no counterpart", None, Sure.NO)


def test_a_holder_seen_before_the_day_is_perhaps_still_there_and_never_surely(folded, said):
    picture = folded(
        said("g-1", seat("a", "Aval") + "; holder: Ann; at: r-1", happened="1931-02-01")
    )

    assert seat_of(picture, "a", on=ON).sure is Sure.PERHAPS
    assert seat_of(picture, "a", on=date(1931, 2, 1)).sure is Sure.YES
    before = seat_of(picture, "a", on=date(1931, 1, 1))
    assert (before.filled, before.now) == (Filled.UNKNOWN, ())


def test_two_holders_of_one_day_both_stand(folded, said):
    picture = folded(
        said("g-1", seat("a", "Aval") + "; holder: Ann; from: unknown")
        + said("g-2", seat("a", "Aval") + "; holder: Bo; from: 1931-05-01")
    )

    found = seat_of(picture, "a", on=ON)

    assert {one.holder for one in found.now} == {"Ann", "Bo"}
    assert found.sure is Sure.PERHAPS


def test_in_the_sample_whether_the_minister_s_seat_is_vacant_in_2023_stays_open(talks):
    found = seat_of(talks, "china-defence-minister", on=date(2023, 11, 1))

    assert found.filled is Filled.UNKNOWN
    assert {one.holder for one in found.now} >= {"Li Shangfu", None}
    vacancy = next(one for one in found.now if one.vacant)
    assert all(cite.inferred for cite in vacancy.cites)
    assert "open" in next_filled(talks, "china-defence-minister", on=date(2023, 11, 1)).why
    after = seat_of(talks, "china-defence-minister", on=date(2024, 1, 9))
    assert [one.holder for one in after.now] == ["Dong Jun"]


def test_only_the_sides_asked_for_are_shown(talks):
    found = ladder(talks, on=ON, sides=["US"])

    assert found.sides == ("US",)
    assert {seat.party for rung in found.rungs for seat in rung.seats} == {"US"}


def test_a_seat_that_is_not_there_brings_near_ones(talks):
    with pytest.raises(UsageError, match="us-state"):
        seat_of(talks, "us-stat", on=ON)
