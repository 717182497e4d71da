"""Which warnings hold when, and lie where."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from geographiclib.geodesic import Geodesic

from tieline.errors import UsageError
from tieline.feeds.warnings.asking import holds_between, is_near, volumes
from tieline.space.position import of_degrees
from tieline.space.reading import read_position

DAY_MS = 86_400_000


def day(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def on(warning, text):
    return holds_between(warning, day(text), day(text) + DAY_MS)


def test_a_daily_window_holds_on_its_days_only(read):
    one = read(
        "FIRING 0800Z TO 1000Z DAILY 15 AND 17 APR IN AREA WITHIN ONE MILE OF 44-00N 030-00E."
    )
    found = [on(one, f"2024-04-{n}") for n in range(14, 19)]
    assert found == [False, True, False, True, False]


def test_without_times_a_warning_holds_from_its_issue_until_its_end(read):
    one = read("1. LIGHT 44-00N 030-00E UNLIT.\n2. CANCEL THIS MSG 151600Z APR 24.")
    assert [on(one, f"2024-04-{n}") for n in (11, 12, 15, 16)] == [False, True, True, False]


def test_spare_times_count(read):
    one = read("FIRING 15 APR, ALTERNATE 18 APR IN AREA WITHIN ONE MILE OF 44-00N 030-00E.")
    assert on(one, "2024-04-18")
    assert len(volumes(one)) == 2


def test_a_part_whose_time_was_not_read_is_coarse(read):
    one = read("FIRING 1100Z TO 2000Z 15 THRU 17 APR IN AREA WITHIN ONE MILE OF 44-00N 030-00E.")
    (volume,) = volumes(one)
    assert volume.coarse
    assert on(one, "2024-06-01")


def test_places_that_are_only_named_take_up_nothing(read):
    assert volumes(read("S/V SAMPLE OVERDUE PORTO (43-00N 030-00E).")) == ()


@pytest.mark.parametrize(
    "text",
    [
        "AREA WITHIN TEN MILES OF 44-00.00N 179-55.00E",
        "AREA BOUND BY 44-10N 179-50E, 44-10N 179-50W, 43-50N 179-50W, 43-50N 179-50E",
        "VICINITY OF TRACKLINE JOINING 43-00N 179-55E, 45-00N 179-55E",
    ],
)
def test_near_is_measured_from_the_outline_and_over_the_antimeridian(read, text):
    one = read(f"SURVEY IN {text}.")
    assert is_near(one, read_position("44-00N 179-56W").at, 10 * 1852)
    assert not is_near(one, read_position("44-00N 170-00W").at, 100 * 1852)
    inside = read_position("44-00N 179-55E").at
    assert is_near(one, inside, 0)


def test_near_agrees_with_the_geodesic_to_a_percent(read):
    one = read("CONTAINER ADRIFT IN 44-00N 030-00E.")
    for bearing in range(0, 360, 30):
        found = Geodesic.WGS84.Direct(44, 30, bearing, 100_000)
        at = of_degrees(found["lat2"], found["lon2"])
        assert is_near(one, at, 102_000)
        assert not is_near(one, at, 97_000)


def test_near_has_a_limit(read):
    with pytest.raises(UsageError, match="at most"):
        is_near(read("LIGHT 44-00N 030-00E UNLIT."), of_degrees(0, 0), 2_000_000)
