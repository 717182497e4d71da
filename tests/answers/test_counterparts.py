"""Counterparts: who sat opposite whom on a day, and where a request can go instead."""

from datetime import date
from typing import Any

import pytest

from tieline.answers import Filled, ladder, next_filled, seat_of
from tieline.days import Sure
from tieline.errors import UsageError
from tieline.observer import status

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


def test_days_that_rest_on_a_dating_name_it(talks):
    austin = seat_of(talks, "us-defense", on=date(2024, 1, 9)).now[0]

    assert austin.seen is not None
    assert {cite.id: cite.dated_by for cite in austin.cites} == {"002-8": ("i-visit-day",)}
    line = next(x for x in status(talks, on=date(2024, 1, 9)) if x.thing == "us-defense")
    assert line.inferences == ("i-visit-day",)
    bare = seat_of(talks.without(["i-visit-day"]), "us-defense", on=date(2024, 1, 9))
    assert {cite.dated_by for one in bare.now for cite in one.cites} == {()}


def test_two_spellings_of_one_person_are_one_holder(talks):
    found = seat_of(talks, "us-defense", on=date(2018, 11, 9))

    (mattis,) = found.now
    assert [told.value for told in mattis.names] == ["James Mattis", "Jim Mattis"]
    assert found.sure is Sure.YES
    assert {"000-4", "001-4", "i-mattis-one"} <= {cite.id for cite in mattis.cites}
    line = next(x for x in status(talks, on=date(2018, 11, 9)) if x.thing == "us-defense")
    assert line.words.count("Mattis") == 2
    assert (line.sure, "i-mattis-one" in line.inferences) == (Sure.YES, True)


def test_names_that_nobody_joins_stay_two_holders(talks):
    found = seat_of(talks.without(["i-mattis-one"]), "us-defense", on=date(2018, 11, 9))

    assert {one.holder for one in found.now} == {"James Mattis", "Jim Mattis"}
    assert found.sure is Sure.PERHAPS


def held(*names):
    """A holder seen in a month, and the same under another name on a day of it."""
    return [
        f"{seat('a', 'Aval')}; holder: {name}; from: {days}"
        for name, days in zip(names, ("1931-05-01..1931-06-30", "1931-05-05"), strict=True)
    ]


def test_keys_that_are_one_person_join_the_names_of_both(folded, said):
    one, two = held("Ann Lee", "A. Lee")
    persons = ("person p; name: Ann Lee", "person q; name: A. Lee", "same p; as: q")

    assert len(seat_of(folded(said("g-1", one) + said("g-2", two)), "a", on=ON).now) == 2
    joined = seat_of(
        folded(said("g-1", one) + said("g-2", two) + said("g-3", *persons)), "a", on=ON
    )
    (ann,) = joined.now
    assert {told.value for told in ann.names} == {"Ann Lee", "A. Lee"}
    assert "g-3" in {cite.id for cite in ann.cites}


@pytest.mark.parametrize(
    "persons",
    [
        ("person p; name: Ann Lee; name: A. Lee", "person q; name: A. Lee"),
        ("person p; name: Ann Lee; name: A. Lee; party: Borun",),
    ],
    ids=["two persons have that name", "a person of another side"],
)
def test_a_name_that_may_mean_somebody_else_joins_nothing(folded, said, persons):
    text = "".join(said(f"g-{n}", one) for n, one in enumerate(held("Ann Lee", "A. Lee")))

    assert len(seat_of(folded(text + said("g-9", *persons)), "a", on=ON).now) == 2


def test_a_person_filed_later_joins_the_names_at_once(folded, said):
    text = "".join(said(f"g-{n}", one) for n, one in enumerate(held("Ann Lee", "A. Lee")))
    before = folded(text)
    assert len(seat_of(before, "a", on=ON).now) == 2
    person = folded(said("g-9", "person p; name: Ann Lee; name: A. Lee")).record.statements

    assert len(seat_of(before.with_items(person), "a", on=ON).now) == 1


def test_an_earlier_holder_whose_end_is_later_stays_beside_a_newer_one(folded, said):
    picture = folded(
        said("g-1", seat("a", "Aval") + f"; holder: Ann; {TENURE}")
        + said("g-2", seat("a", "Aval") + "; holder: Bo; at: r-1", happened="1931-02-01")
    )

    found = seat_of(picture, "a", on=ON)

    assert [one.holder for one in found.now] == ["Ann", "Bo"]
    assert found.sure is Sure.PERHAPS


def test_levels_and_pairs_name_the_inference_that_they_rest_on(talks):
    rung = next(one for one in ladder(talks, on=date(2023, 12, 1)).rungs if one.rank == 1)

    assert {cite.id for cite in rung.cites} == {"i-ranks", "i-ministers-paired"}
