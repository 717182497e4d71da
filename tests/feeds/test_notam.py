"""Notices to airmen, in our own words and of places that do not exist."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.errors import MalformedError
from tieline.feeds.notam import read_notam
from tieline.feeds.notamschedule import read_schedule
from tieline.space.band import Datum
from tieline.space.shape import Circle, EdgeKind, Polygon
from tieline.space.window import Interval, Repeat, Sun, TimeOfDay

NOTICE = """(A0123/24 NOTAMN
Q) XXYY/QWMLW/IV/BO/W/000/350/4430N03030E025
A) XXYY B) 2404151200 C) 2404201800 EST
D) {schedule}
E) FIRING WILL TAKE PLACE IN AREA BOUNDED BY
443000N 0300000E - 443000N 0310000E - 440000N 0303000E.
F) SFC G) FL350)
"""
PLAIN = NOTICE.replace("D) {schedule}\n", "")


def test_every_item_is_read():
    notam = read_notam(PLAIN)
    assert (notam.name, notam.kind, notam.region, notam.code) == ("A0123/24", "N", "XXYY", "WMLW")
    assert notam.places == ("XXYY",)
    assert notam.circle is not None
    assert notam.circle.radius_m == 46_300
    assert isinstance(notam.shape, Polygon)
    assert notam.shape.edge is EdgeKind.GEODESIC
    assert (notam.band.lower_m, notam.band.upper_m, notam.band.datum) == (
        None,
        10_668,
        Datum.PRESSURE,
    )
    assert notam.window is not None
    assert notam.window.spans == (Interval(start_ms=1_713_182_400_000, end_ms=1_713_636_000_000),)
    assert notam.is_estimated
    assert notam.unread == ()
    (volume,) = notam.volumes()
    assert not volume.coarse


def test_without_a_sound_area_the_circle_stands_and_is_coarse():
    text = PLAIN.replace("440000N 0303000E", "450000N 0303000E AND 20NM AROUND")
    text = text.replace("IN AREA BOUNDED BY", "NEAR")
    notam = read_notam(text)
    assert notam.shape is None
    assert notam.unread[0][0] == "E"
    (volume,) = notam.volumes()
    assert isinstance(volume.shape, Circle)
    assert volume.coarse


@pytest.mark.parametrize(
    ("text", "item"),
    [
        (PLAIN.replace("/000/350/", "/350/000/"), "Q"),
        (PLAIN.replace("4430N03030E025", "9530N03030E025"), "Q"),
        (PLAIN.replace("2404151200", "2404311200"), "B"),
        (PLAIN.replace("2404201800", "2404101800"), "C"),
        (PLAIN.replace("440000N 0303000E", "446000N 0303000E"), "E"),
        (PLAIN.replace("- 440000N 0303000E", ""), "E"),
        (PLAIN.replace("F) SFC", "F) 3000FT AGL"), "F"),
        (PLAIN.replace("G) FL350", "G) HIGH"), "G"),
        (NOTICE.format(schedule="WHEN DARK"), "D"),
    ],
)
def test_what_an_item_says_wrongly_stays_text_with_the_reason(text, item):
    assert item in [name for name, _ in read_notam(text).unread]


def test_a_schedule_that_was_not_read_leaves_the_whole_time_and_is_coarse():
    (volume,) = read_notam(NOTICE.format(schedule="WHEN DARK")).volumes()
    assert isinstance(volume.window.spans[0], Interval)
    assert volume.coarse


def test_a_cancellation_takes_up_nothing():
    notam = read_notam("A0124/24 NOTAMC A0123/24\nQ) XXYY/QWMXX/IV/BO/W/000/350/4430N03030E025\n"
                       "A) XXYY B) 2404151200\nE) CNL.")  # fmt: skip
    assert (notam.kind, notam.refers, notam.volumes()) == ("C", "A0123/24", ())


def test_a_permanent_notice_has_no_end():
    notam = read_notam(PLAIN.replace("2404201800 EST", "PERM"))
    assert notam.window is not None
    assert notam.window.spans == (Interval(start_ms=1_713_182_400_000),)


def rule(first: int, last: int, since: int, to: int, weekdays: tuple[int, ...] = ()) -> Repeat:
    return Repeat(
        first=date(2024, 4, first),
        last=date(2024, 4, last),
        since=TimeOfDay(minute=since * 60),
        to=TimeOfDay(minute=to * 60),
        weekdays=weekdays,
    )


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("DAILY 0600-1800", [rule(15, 20, 6, 18)]),
        ("0600-1800", [rule(15, 20, 6, 18)]),
        ("DLY 0600-1000 1200-1400", [rule(15, 20, 6, 10), rule(15, 20, 12, 14)]),
        ("MON-FRI 0700-1500", [rule(15, 20, 7, 15, (0, 1, 2, 3, 4))]),
        ("SAT SUN 0800-1200", [rule(15, 20, 8, 12, (5,)), rule(15, 20, 8, 12, (6,))]),
        ("FRI-MON 2000-0400", [rule(15, 20, 20, 4, (0, 4, 5, 6))]),
        ("16 18-19 0900-1100", [rule(16, 16, 9, 11), rule(18, 19, 9, 11)]),
        ("APR 16 H24", [rule(16, 16, 0, 24)]),
        ("MON 0600-1000, TUE 0700-1100", [rule(15, 20, 6, 10, (0,)), rule(15, 20, 7, 11, (1,))]),
    ],
)
def test_schedules_are_read(text, spans):
    assert read_schedule(text, date(2024, 4, 15), date(2024, 4, 20)) == (tuple(spans), "")


def test_the_sun_may_begin_and_end_a_schedule():
    (span,), _ = read_schedule("SR-30-SS+30", date(2024, 4, 15), date(2024, 4, 20))
    assert isinstance(span, Repeat)
    assert (span.since, span.to) == (
        TimeOfDay(minute=-30, sun=Sun.RISE),
        TimeOfDay(minute=30, sun=Sun.SET),
    )
    (span,), _ = read_schedule("SR-0900", date(2024, 4, 15), date(2024, 4, 20))
    assert isinstance(span, Repeat)
    assert span.to == TimeOfDay(minute=540)


@pytest.mark.parametrize(
    "text", ["", "EXC HOL 0600-1800", "25 0600-1800", "0600-2560", "MON", "x" * 2_000]
)
def test_other_schedules_are_none_with_a_reason(text):
    spans, reason = read_schedule(text, date(2024, 4, 15), date(2024, 4, 20))
    assert spans == ()
    assert reason


def test_what_is_no_notice_is_refused():
    for text in ("", "HELLO", "x" * 30_000):
        with pytest.raises(MalformedError):
            read_notam(text)


PIECES = ["Q)", " A) ", "B) 2404151200 ", "C) ", "D) ", "E) ", "F) ", "443000N 0300000E ", "AREA ",
          "0600-1800 ", "MON-FRI ", ",", "\n", "(", "9", "SR-"]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_pieces_in_any_order_are_read_without_an_error(text: str) -> None:
    read_notam(f"A0123/24 NOTAMN {text}").volumes()


@pytest.mark.parametrize("piece", PIECES)
def test_a_notice_of_one_piece_many_times_is_read_in_bounded_time(piece: str) -> None:
    start = time.process_time()
    read_notam("A0123/24 NOTAMN E) " + piece * (19_900 // len(piece)))
    assert time.process_time() - start < 2
