"""Times of warnings, of which months and years are told by the day of issue."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tieline.feeds.warnings.when import read_times
from tieline.space.window import Interval, Repeat, Span, Sun, TimeOfDay, Window

ISSUED = datetime(2024, 4, 12, 4, 26, tzinfo=UTC)
ISSUED_MS = round(ISSUED.timestamp() * 1000)


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def span(start: str, end: str | None) -> Interval:
    start_ms = ISSUED_MS if start == "issue" else ms(start)
    return Interval(start_ms=start_ms, end_ms=None if end is None else ms(end))


def daily(
    first: str, last: str | None, since: str, to: str, weekdays: tuple[int, ...] = ()
) -> Repeat:
    return Repeat(
        first=date.fromisoformat(first),
        last=None if last is None else date.fromisoformat(last),
        since=clock(since),
        to=clock(to),
        weekdays=weekdays,
    )


def listed(window: Window | None) -> tuple[Span, ...]:
    assert window is not None
    return window.spans


def clock(text: str) -> TimeOfDay:
    if text in ("sunrise", "sunset"):
        return TimeOfDay(minute=0, sun=Sun(text))
    return TimeOfDay(minute=int(text[:2]) * 60 + int(text[2:]))


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("151200Z TO 161800Z APR", [span("2024-04-15 12:00", "2024-04-16 18:00")]),
        ("302300Z TO 010500Z MAY", [span("2024-04-30 23:00", "2024-05-01 05:00")]),
        ("301200Z APR TO 021200Z MAY", [span("2024-04-30 12:00", "2024-05-02 12:00")]),
        ("28 DEC THRU 03 JAN 25", [span("2024-12-28 00:00", "2025-01-04 00:00")]),
        ("15 APR", [span("2024-04-15 00:00", "2024-04-16 00:00")]),
        ("IN PROGRESS UNTIL 31 MAY", [span("issue", "2024-06-01 00:00")]),
        ("IN PROGRESS UNTIL FURTHER NOTICE", [span("issue", None)]),
        ("20 APR UNTIL FURTHER NOTICE", [span("2024-04-20 00:00", None)]),
        ("UNLIT UNTIL 120800Z JAN 25", [span("issue", "2025-01-12 08:00")]),
        ("UNLIT UNTIL 13 JAN", [span("issue", "2025-01-14 00:00")]),
        (
            "0800Z TO 1500Z DAILY 15 THRU 17 APR",
            [daily("2024-04-15", "2024-04-17", "0800", "1500")],
        ),
        (
            "2200Z TO 0300Z DAILY 30 APR THRU 02 MAY",
            [daily("2024-04-30", "2024-05-02", "2200", "0300")],
        ),
        (
            "0800Z TO 1000Z AND 1200Z TO 1400Z DAILY 15 AND 17 APR",
            [
                daily("2024-04-15", "2024-04-15", "0800", "1000"),
                daily("2024-04-15", "2024-04-15", "1200", "1400"),
                daily("2024-04-17", "2024-04-17", "0800", "1000"),
                daily("2024-04-17", "2024-04-17", "1200", "1400"),
            ],
        ),
        (
            "SUNRISE TO SUNSET DAILY 15 THRU 17 APR",
            [daily("2024-04-15", "2024-04-17", "sunrise", "sunset")],
        ),
        (
            "0800Z TO 1500Z DAILY 15 THRU 30 APR EXCEPT SATURDAYS AND SUNDAYS",
            [daily("2024-04-15", "2024-04-30", "0800", "1500", (0, 1, 2, 3, 4))],
        ),
        (
            "0800Z TO 1500Z DAILY MONDAY THRU THURSDAY 15 THRU 30 APR",
            [daily("2024-04-15", "2024-04-30", "0800", "1500", (0, 1, 2, 3))],
        ),
        (
            "IN PROGRESS 0800Z TO 1500Z DAILY UNTIL 30 APR",
            [daily("2024-04-12", "2024-04-30", "0800", "1500")],
        ),
        (
            "151200Z TO 151800Z APR, 0500Z TO 0900Z DAILY 21 AND 22 APR AND 241000Z TO 241100Z APR",
            [
                span("2024-04-15 12:00", "2024-04-15 18:00"),
                daily("2024-04-21", "2024-04-21", "0500", "0900"),
                daily("2024-04-22", "2024-04-22", "0500", "0900"),
                span("2024-04-24 10:00", "2024-04-24 11:00"),
            ],
        ),
    ],
)
def test_times_are_read(text, spans):
    times = read_times(f"GUNNERY EXERCISES {text} IN AREA BOUND BY @.", ISSUED_MS)
    assert times.faults == ()
    assert times.window is not None
    assert list(times.window.spans) == spans


def test_spare_times_are_kept_apart():
    times = read_times(
        "FIRING 151200Z TO 151800Z APR, ALTERNATE 161200Z TO 161800Z APR IN", ISSUED_MS
    )
    assert listed(times.window) == (span("2024-04-15 12:00", "2024-04-15 18:00"),)
    assert listed(times.alternate) == (span("2024-04-16 12:00", "2024-04-16 18:00"),)


def test_a_spare_time_may_begin_before_the_first_choice_ends():
    text = "FIRING 302307Z APR TO 010607Z MAY, ALTERNATE 010138Z TO 010607Z MAY IN"
    first, _ = *listed(read_times(text, ISSUED_MS).window), None
    assert first == span("2024-04-30 23:07", "2024-05-01 06:07")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("BETWEEN 0500 TO 2100 LOCAL ALONG TRACKLINE", "local"),
        ("1100Z TO 2000Z 07 THRU 14 MAY IN AREA", "on each day, or throughout"),
        ("1100Z TO 2000Z IN AREA", "no days follow"),
        ("UNTIL COMPLETION OF WORKS", "event"),
        ("291200Z TO 192100Z APR IN", "before it begins"),
        ("321200Z TO 332100Z APR IN", "no day 32"),
        ("152560Z TO 162100Z APR IN", "no time 2560"),
        ("30 FEB THRU 02 MAR 25 IN", "no day 30"),
        ("011200Z TO 021200Z MAR 24 IN", "before the warning was issued"),
        ("DURING DAYLIGHT HOURS 15 THRU 16 APR", "clock or sun"),
        ("DAILY 15 THRU 16 APR", "daily"),
    ],
)
def test_what_cannot_be_told_is_said_with_the_reason(text, why):
    times = read_times(text, ISSUED_MS)
    assert why in " ".join(reason for _, reason in times.faults)


def test_days_out_of_order_stay_in_the_year_of_issue():
    text = (
        "0500Z TO 1400Z DAILY 04 AND 06 MAY, 200500Z TO 201200Z APR AND 010500Z TO 011100Z MAY IN"
    )
    found = listed(read_times(f"FIRING {text} AREA", ISSUED_MS).window)
    assert found[0] == daily("2024-05-04", "2024-05-04", "0500", "1400")
    assert found[2] == span("2024-04-20 05:00", "2024-04-20 12:00")


def test_holidays_stay_in_and_are_told():
    times = read_times(
        "0800Z TO 1500Z DAILY 15 THRU 30 APR EXCEPT SUNDAYS AND HOLIDAYS IN", ISSUED_MS
    )
    (rule,) = listed(times.window)
    assert rule == daily("2024-04-15", "2024-04-30", "0800", "1500", (0, 1, 2, 3, 4, 5))
    assert "kept in" in times.faults[0][1]


def test_without_a_day_of_issue_months_are_not_guessed():
    assert "day of issue" in read_times("151200Z TO 161800Z APR IN", None).faults[0][1]


def test_words_like_months_are_no_times():
    assert (
        read_times("VESSELS MAY PASS. 12 MAY BE SEEN. SEE LOCAL NOTICES.", ISSUED_MS).window is None
    )


def test_a_time_seen_lies_before_the_warning():
    assert read_times("SEEN AT 101200Z IN @", ISSUED_MS).observed_ms == ms("2024-04-10 12:00")
    assert read_times("SEEN AT 301200Z MAR IN @", ISSUED_MS).observed_ms == ms("2024-03-30 12:00")
    assert read_times("SEEN ON 08 APR IN @", ISSUED_MS).observed_ms == ms("2024-04-08 00:00")
