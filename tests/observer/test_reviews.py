from dataclasses import replace
from datetime import date

from tieline.days import parse_days
from tieline.observer import not_reviewed, review_of, status
from tieline.observer.statement import Review, Verdict, Withdrawal


def review(id_, of, reviewer, verdict=Verdict.AGREES, on="1931-08-01"):
    return Review(id=id_, of=of, reviewer=reviewer, verdict=verdict, on=parse_days(on))


def test_a_second_person_agrees_or_objects_by_name(river_picture):
    seen = river_picture.with_items(
        [review("v-1", "g-1", "Ann"), review("v-2", "g-1", "Bo", Verdict.OBJECTS)]
    )

    assert review_of(seen, "g-1").words() == "Ann agrees, Bo objects"
    assert review_of(seen, "g-2").words() == "not reviewed"
    assert "g-1" not in not_reviewed(seen)
    assert "h-3" not in not_reviewed(seen)
    assert {"g-2", "i-gap"} <= set(not_reviewed(seen))


def test_the_last_word_of_a_person_counts(river_picture):
    seen = river_picture.with_items(
        [review("v-1", "g-1", "Ann", Verdict.OBJECTS), review("v-2", "g-1", "Ann")]
    )

    assert review_of(seen, "g-1").words() == "Ann agrees"


def test_who_wrote_it_is_no_second_person(river_picture):
    seen = river_picture.with_items([review("v-1", "i-gap", "Desk"), review("v-2", "g-1", "Ann")])

    assert not review_of(seen, "i-gap").is_reviewed
    assert [one.id for one in review_of(seen, "i-gap").own] == ["v-1"]
    assert not review_of(seen, "g-1", author="ann").is_reviewed


def test_a_review_that_was_taken_back_counts_no_more(river_picture):
    back = Withdrawal(
        id="w-9", of="v-1", author="Ann", on=parse_days("1931-11-01"), why="wrong page"
    )
    seen = river_picture.with_items([review("v-1", "g-1", "Ann"), back])

    assert not review_of(seen, "g-1").is_reviewed
    assert review_of(seen.known_on(date(1931, 10, 31)), "g-1").is_reviewed
    assert not review_of(seen.known_on(date(1931, 7, 31)), "g-1").is_reviewed


def test_an_inference_that_was_taken_back_leaves_what_it_had_joined_apart(river_picture):
    back = Withdrawal(
        id="w-9", of="i-gap", author="desk", on=parse_days("1931-11-01"), why="a guess"
    )

    lines = status(river_picture.with_items([back]), on=date(1931, 7, 5))

    assert not any("vacant" in line.words for line in lines)
    assert any("vacant" in line.words for line in status(river_picture, on=date(1931, 7, 5)))


def test_status_says_what_was_reviewed_only_on_request(river_picture):
    seen = river_picture.with_items([review("v-1", "g-2", "Ann")])
    (line,) = [one for one in status(seen, on=date(1931, 8, 1)) if one.thing == "jetty"]

    assert "reviewed" not in line.text()
    told = line.text(lambda id_: review_of(seen, id_).words())
    assert "g-2 (source gazette ¶2, press), Ann agrees" in told
    bare = replace(line, cites=()).text(lambda id_: "never asked")
    assert bare == f"{line.name}: {line.words}"
