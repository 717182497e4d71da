"""How the sample's talks stood on two days, with hindsight and as known then."""

from datetime import date

import pytest

from tieline.observer import About, Force, Sure, status

IN_2018 = date(2018, 11, 10)
IN_2022 = date(2022, 9, 1)


def _lines(picture, about, thing, on, known_on=None):
    lines = status(picture, on=on, known_on=known_on)
    return [line for line in lines if (line.about, line.thing) == (about, thing)]


def _one(picture, about, thing, on, known_on=None):
    (line,) = _lines(picture, about, thing, on, known_on)
    return line


def _ids(line):
    return {cite.id for cite in line.cites}


# ---- as it stood on 1 September 2022


def test_in_september_2022_ties_are_severed_by_one_side_on_a_day_not_given(talks_picture):
    line = _one(talks_picture, About.SUSPENSION, "military-ties", IN_2022)

    assert line.words.startswith("severed, by China; since: 2022-08-01")
    assert "whether by then is not said" in line.words
    assert line.sure is Sure.PERHAPS
    assert "004-3" in _ids(line)
    assert line.forces == (Force.NARRATED,)


def test_in_september_2022_nobody_could_yet_have_read_of_it(talks_picture):
    assert _lines(talks_picture, About.SUSPENSION, "military-ties", IN_2022, IN_2022) == []


def test_without_the_dating_it_is_open_whether_one_could(talks_picture):
    bare = talks_picture.without_inferences()

    line = _one(bare, About.SUSPENSION, "military-ties", IN_2022, IN_2022)

    assert {cite.known for cite in line.cites} == {Sure.PERHAPS}


def test_in_september_2022_the_framework_is_still_only_promised(talks_picture):
    line = _one(talks_picture, About.FRAMEWORK, "deconfliction-framework", IN_2022)

    assert line.words.startswith("promised, by US only")
    assert "not reported as drafted, agreed, in force" in line.words
    assert line.forces == (Force.SAID,)


def test_in_september_2022_the_dialogue_is_unknown_since_its_second_round(talks_picture):
    line = _one(talks_picture, About.STANDING, "dsd", IN_2022)

    assert line.words.startswith("unknown: how it stood on 2022-09-01 is not reported")
    assert "2018-11-09" in line.words


def test_in_september_2022_policy_talks_are_suspended_from_a_day_unknown(talks_picture):
    line = _one(talks_picture, About.SUSPENSION, "dpct", IN_2022)

    assert line.sure is Sure.PERHAPS
    assert "by whom is not said" in line.words
    assert "i-dpct-last-before-break" in line.inferences
    assert _lines(talks_picture, About.RESTORATION, "dpct", IN_2022) == []
    (held,) = _lines(talks_picture, About.ROUND, "dpct", IN_2022)
    assert "held 2020-01" in held.words


def test_in_september_2022_no_seat_is_carried_forward(talks_picture):
    line = _one(talks_picture, About.SEAT, "china-defence-minister", IN_2022)

    assert line.words.startswith("Wei Fenghe, last seen 2018-11-09")
    assert line.words.endswith("who held it on 2022-09-01 is not reported")


def test_in_september_2022_the_exercises_are_overdue_with_no_outcome(talks_picture):
    line = _one(talks_picture, About.COMMITMENT, "rescue-exercises", IN_2022)

    assert line.words.endswith("due passed, outcome unknown")
    assert line.forces == (Force.PRESS,)


# ---- as it stood on 10 November 2018


@pytest.mark.parametrize("known_on", [None, IN_2018])
def test_in_november_2018_the_second_round_has_been_held(talks_picture, known_on):
    lines = _lines(talks_picture, About.ROUND, "dsd", IN_2018, known_on)
    (line,) = (line for line in lines if line.words.startswith("round 2"))

    assert "held 2018-11-09" in line.words
    assert "first planned for 2018-10" in line.words
    assert "postponed, by whom is not said" in line.words
    assert line.sure is Sure.YES
    assert {"i-dsd-2-day", "i-dsd-2-causes"} <= set(line.inferences)
    assert {"000-1", "000-5", "000-6"} <= _ids(line)


@pytest.mark.parametrize("known_on", [None, IN_2018])
def test_in_november_2018_the_framework_is_promised_by_one_side(talks_picture, known_on):
    line = _one(talks_picture, About.FRAMEWORK, "deconfliction-framework", IN_2018, known_on)

    assert line.words.startswith("promised, by US only")
    assert line.sure is Sure.YES
    assert line.inferences == ()


def test_in_november_2018_nothing_is_severed(talks_picture):
    lines = status(talks_picture, on=IN_2018)

    assert [line.thing for line in lines if line.about is About.SUSPENSION] == []


def test_in_november_2018_the_exercises_are_still_open(talks_picture):
    line = _one(talks_picture, About.COMMITMENT, "rescue-exercises", IN_2018)

    assert line.words.endswith("open")


@pytest.mark.parametrize(
    ("seat", "holder"),
    [
        ("us-state", "Michael Pompeo"),
        ("us-defense", "James Mattis"),
        ("china-dialogue-lead", "Yang Jiechi"),
        ("china-defence-minister", "Wei Fenghe"),
    ],
)
def test_in_november_2018_seats_are_as_last_seen_at_the_round(talks_picture, seat, holder):
    line = _one(talks_picture, About.SEAT, seat, IN_2018)

    assert line.words.startswith(f"{holder}, last seen 2018-11-09")


def test_in_november_2018_the_presidents_have_called_and_plan_to_meet(talks_picture):
    lines = _lines(talks_picture, About.CONTACT, "presidents", IN_2018, IN_2018)
    words = [line.words for line in lines]

    assert any(told.startswith("call: held") for told in words)
    (planned,) = (told for told in words if told.startswith("meeting: planned"))
    assert "whether it was held is unknown" not in planned


def test_what_was_known_in_november_2018_has_one_article_dated_by_inference(talks_picture):
    lines = status(talks_picture, on=IN_2018, known_on=IN_2018)
    sources = {cite.source for line in lines for cite in line.cites if cite.source}
    dated = {id_ for line in lines for cite in line.cites for id_ in cite.dated_by}

    assert sources == {"000", "001"}
    assert dated == {"i-dsd-1-day"}


def test_a_picture_cut_to_a_day_is_not_widened_by_asking_how_things_stood(talks_picture):
    cut = talks_picture.known_on(IN_2018)

    assert status(cut, on=IN_2018) == status(talks_picture, on=IN_2018, known_on=IN_2018)
    assert status(cut, on=IN_2018) != status(talks_picture, on=IN_2018)
