"""Windows are worked out for the time asked about; the sun is where almanacs say."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import UsageError
from tieline.space.position import of_degrees
from tieline.space.spans import DAY_MS, envelope_ms, first_ms, in_common, joined, spans_between
from tieline.space.sun import sun_minute
from tieline.space.window import Interval, Repeat, Sun, TimeOfDay, Window


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def window(*spans) -> Window:
    return Window(spans=tuple(spans))


def rule(first: str, last: str | None, since: TimeOfDay, to: TimeOfDay, **more) -> Repeat:
    ends = date.fromisoformat(last) if last else None
    return Repeat(first=date.fromisoformat(first), last=ends, since=since, to=to, **more)


MORNING, NOON = TimeOfDay(minute=480), TimeOfDay(minute=720)


def test_a_daily_rule_gives_one_span_a_day():
    found = spans_between(
        window(rule("2026-12-01", "2026-12-03", MORNING, NOON)),
        ms("2026-11-30T00:00"),
        ms("2026-12-10T00:00"),
    )

    assert found == tuple(
        (ms(f"2026-12-0{day}T08:00"), ms(f"2026-12-0{day}T12:00")) for day in (1, 2, 3)
    )


def test_a_night_goes_over_midnight_and_a_zone_moves_it():
    night = rule("2026-12-01", "2026-12-01", NOON, MORNING, zone="+09:00")

    found = spans_between(window(night), ms("2026-11-28T00:00"), ms("2026-12-05T00:00"))

    assert found == ((ms("2026-12-01T03:00"), ms("2026-12-01T23:00")),)


def test_every_other_day_and_chosen_weekdays():
    other = rule("2026-12-01", None, MORNING, NOON, every_days=2)
    mondays = rule("2026-12-01", None, MORNING, NOON, weekdays=(0,))
    times = (ms("2026-12-01T00:00"), ms("2026-12-08T00:00"))

    assert [s % DAY_MS // 3_600_000 for s, _ in spans_between(window(other), *times)] == [8] * 4
    assert spans_between(window(mondays), *times) == (
        (ms("2026-12-07T08:00"), ms("2026-12-07T12:00")),
    )


def test_until_cancelled_has_no_end_of_its_own():
    found = window(Interval(start_ms=5))

    assert spans_between(found, 0, 100) == ((5, 100),)
    assert envelope_ms(found)[1] > ms("9999-01-01T00:00")


HERE = of_degrees(54.0, 12.0)


def test_a_rule_first_holds_on_the_first_day_that_it_names_and_no_day_before():
    thursdays = rule("2026-12-01", "2026-12-31", MORNING, NOON, weekdays=(3,), zone="+02:00")
    third = rule("2026-12-01", None, MORNING, NOON, every_days=3, weekdays=(0,))
    night = rule("2026-12-01", None, TimeOfDay(minute=0, sun=Sun.SET), NOON)

    assert first_ms(window(thursdays), HERE) == ms("2026-12-03T06:00")
    assert first_ms(window(third), HERE) == ms("2026-12-07T08:00")
    assert first_ms(window(third, Interval(start_ms=7)), HERE) == 7
    assert ms("2026-12-01T14:30") < (first_ms(window(night), HERE) or 0) < ms("2026-12-01T15:30")


def test_a_rule_without_a_day_never_begins():
    sundays = rule("2026-12-01", "2026-12-03", MORNING, NOON, weekdays=(6,))
    assert first_ms(window(sundays), HERE) is None


def test_a_rule_of_a_million_days_is_refused_and_not_worked_out():
    with pytest.raises(UsageError, match="shorter"):
        spans_between(window(rule("1970-01-01", None, MORNING, NOON)), 0, ms("9000-01-01T00:00"))


@pytest.mark.parametrize("zone", ["Europe/Paris", "+2", "+15:00", "+00:00", "+02:60"])
def test_only_offsets_are_zones(zone):
    with pytest.raises(UsageError, match="offset"):
        rule("2026-12-01", None, MORNING, NOON, zone=zone)


# Rise and set in UTC, from the U.S. Naval Observatory's tables for 2024.
ALMANAC = [
    ("2024-06-20", 51.48, 0.0, Sun.RISE, "03:43"),
    ("2024-06-20", 51.48, 0.0, Sun.SET, "20:21"),
    ("2024-12-21", 51.48, 0.0, Sun.RISE, "08:04"),
    ("2024-12-21", 51.48, 0.0, Sun.SET, "15:53"),
    ("2024-03-20", 0.0, 0.0, Sun.RISE, "06:04"),
    ("2024-03-20", 0.0, 0.0, Sun.SET, "18:11"),
]


@pytest.mark.parametrize(("on", "lat", "lon", "event", "told"), ALMANAC)
def test_the_sun_is_where_the_almanac_has_it(on, lat, lon, event, told):
    found = sun_minute(date.fromisoformat(on), of_degrees(lat, lon), event)

    hours, minutes = map(int, told.split(":"))
    assert found is not None
    assert abs(found - (hours * 60 + minutes)) <= 2


def test_where_the_sun_does_not_set_a_night_is_empty_and_a_day_is_whole():
    north = of_degrees(80, 10)
    dark, light = TimeOfDay(minute=0, sun=Sun.SET), TimeOfDay(minute=0, sun=Sun.RISE)
    times = (ms("2026-06-21T00:00"), ms("2026-06-22T00:00"))
    night = rule("2026-06-01", "2026-06-30", dark, light)
    day = rule("2026-06-01", "2026-06-30", light, dark)

    assert spans_between(window(night), *times, at=north) == ()
    assert spans_between(window(day), *times, at=north) == (times,)


def test_a_window_with_the_sun_needs_a_place():
    dusk = rule("2026-06-01", None, TimeOfDay(minute=0, sun=Sun.SET), NOON)
    with pytest.raises(UsageError, match="place"):
        spans_between(window(dusk), 0, ms("2026-06-05T00:00"))


pairs = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 9)).map(lambda p: (p[0], p[0] + p[1])), max_size=9
)


@given(pairs, pairs)
def test_times_in_common_are_those_that_both_have(one, other):
    first, second = joined(one), joined(other)

    found = {t for start, end in in_common(first, second) for t in range(start, end)}

    here, there = ({t for s, e in times for t in range(s, e)} for times in (one, other))
    assert found == here & there


@given(st.integers(0, 400), st.integers(1, 40))
def test_a_part_of_a_window_is_the_window_in_that_part(start_day, length):
    repeating = window(
        rule("2026-01-01", "2026-12-31", TimeOfDay(minute=0, sun=Sun.SET), MORNING, every_days=3)
    )
    at = of_degrees(35, 20)
    whole = (ms("2026-01-01T00:00"), ms("2027-03-01T00:00"))
    part = (whole[0] + start_day * DAY_MS, whole[0] + (start_day + length) * DAY_MS)

    cut = in_common(spans_between(repeating, *whole, at=at), (part,))

    assert spans_between(repeating, *part, at=at) == cut
