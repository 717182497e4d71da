"""How it stands with an overlap follows from the record, and nothing is ever called clear."""

from __future__ import annotations

import pathlib
from dataclasses import replace

import pytest

import tieline.deconfliction.report as report_module
from tieline.deconfliction import report
from tieline.deconfliction.finding import find
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.settling import State, Told, crowd_of, gone, standing
from tieline.procedures.notification import parts
from tieline.space.position import of_degrees
from tieline.space.shape import Circle
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window

T0 = 1_700_000_000_000
HOUR_MS = 3_600_000


def told(key, party, *, lon=0.0, state=""):
    window = Window(spans=(Interval(start_ms=T0, end_ms=T0 + HOUR_MS),))
    shape = Circle(centre=of_degrees(10, lon), radius_m=2_000)
    volumes = (Volume(shape=shape, window=window),)
    return Notified(key=key, party=party, kind="exercise", volumes=volumes, state=state)


A, B = told("a", "North"), told("b", "South")
RESULT = find([A, B], known_ms=T0)
OVERLAP = RESULT.overlaps[0]


def by_key(*all_told):
    return {(each.notified.party, each.notified.key): each for each in all_told}


@pytest.mark.parametrize(
    ("north_of_b", "south_of_a", "state"),
    [
        (parts.TOLD, parts.TOLD, State.FOUND),
        (parts.TAKEN, parts.TOLD, State.SEEN),
        (parts.TOLD, parts.READ, State.SEEN),
        (parts.TAKEN, parts.OBJECTED, State.TALK),
        (parts.QUERIED, parts.TAKEN, State.TALK),
        (parts.OFFERED, parts.OBJECTED, State.TALK),
        (parts.AGREED, parts.TOLD, State.SETTLED),
        (parts.AGREED, parts.OBJECTED, State.TALK),
    ],
)
def test_an_agreement_settles_only_when_nothing_about_the_other_one_is_open(
    north_of_b, south_of_a, state
):
    record = by_key(
        Told(notified=A, strands={"South": south_of_a, "West": parts.AGREED}),
        Told(notified=B, strands={"North": north_of_b}),
    )

    assert standing(OVERLAP, record, T0).state is state


def test_an_agreement_with_a_party_that_has_two_overlaps_settles_neither():
    other = told("c", "South")
    record = by_key(
        Told(notified=A, strands={"South": parts.AGREED}), Told(notified=B), Told(notified=other)
    )
    found = find([A, B, other], known_ms=T0)

    stand = [standing(each, record, T0, crowd_of(found.overlaps)) for each in found.overlaps]

    assert [each.state for each in stand] == [State.TALK, State.TALK]
    assert "not said from which of several" in stand[0].words
    assert standing(OVERLAP, record, T0, crowd_of(RESULT.overlaps)).state is State.SETTLED


def test_an_overlap_that_comes_round_again_later_has_not_passed():
    cut = replace(OVERLAP, is_cut=True)

    assert standing(cut, {}, T0 + HOUR_MS).state is State.FOUND


def test_an_overlap_passes_with_its_last_time_in_common():
    assert standing(OVERLAP, {}, T0 + HOUR_MS - 1).state is State.FOUND
    assert standing(OVERLAP, {}, T0 + HOUR_MS).state is State.PASSED


def test_a_cancelled_notification_withdraws_its_overlaps():
    record = by_key(Told(notified=replace(A, state="cancelled")), Told(notified=B))

    found = standing(OVERLAP, record, T0)

    assert (found.state, found.words) == (State.WITHDRAWN, "a was cancelled")


@pytest.mark.parametrize(
    ("volumes", "uncompared", "why"),
    [
        ((), {}, "b says no place any more"),
        (told("b", "South", lon=3.0).volumes, {("South", "b"): "too many"}, "b was not compared"),
    ],
)
def test_what_is_not_compared_any_more_is_not_settled_by_that(volumes, uncompared, why):
    b = replace(B, volumes=volumes)
    record = by_key(Told(notified=A), Told(notified=b))
    after = find([A] if uncompared else [A, b], known_ms=T0)

    ((_, became),) = gone(RESULT, after, record, uncompared=uncompared)

    assert became.state is State.FOUND
    assert why in became.words


def test_an_amendment_that_moves_away_settles_and_one_that_does_not_goes_on():
    away, near = told("b", "South", lon=1.0), told("b", "South", lon=0.001)

    def became(b):
        record = by_key(Told(notified=A), Told(notified=b, earlier=(B,)))
        return gone(RESULT, find([A, b], known_ms=T0), record)

    ((_, found),) = became(away)
    assert (found.state, found.words) == (State.SETTLED, "settled by amending b")
    assert became(near) == ()
    ((_, lost),) = gone(RESULT, find([A], known_ms=T0), by_key(Told(notified=A)))
    assert lost.state is State.WITHDRAWN


def test_an_empty_result_says_exactly_what_it_is():
    assert report.summary(find([A], known_ms=T0)) == (
        "none found among these 1 notifications, as known at 2023-11-14 22:13Z"
    )
    assert report.summary(RESULT).startswith("1 found among these 2 notifications, as known at")


def test_no_word_of_the_report_says_clear():
    source = pathlib.Path(report_module.__file__).read_text()
    words = source.replace("*clear*", "").replace("no clearance", "").replace("NO_CLEARANCE", "")

    assert "clear" not in words.lower()
    shown = [
        *report.caveats(RESULT),
        *(text for _, text in report.facts(OVERLAP, standing(OVERLAP, {}, T0))),
    ]
    assert not any("clear" in text.replace("no clearance", "") for text in shown)


def test_a_position_is_shown_in_several_styles():
    facts = dict(report.facts(OVERLAP, standing(OVERLAP, {}, T0)))

    assert (
        facts["where"] == "10-00.00N 000-00.00E; 10.00000, 0.00000; 10°00'00.00\"N 000°00'00.00\"E"
    )
