"""Times of a notification are moved as a whole, and rules of days only so far as they stay so."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.deconfliction import moving
from tieline.deconfliction.moving import shift_ms
from tieline.errors import UsageError
from tieline.procedures.notification.covered import volumes_of
from tieline.space.spans import envelope_ms
from tieline.space.window import INSTANT_MS_MAX

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
POINT = {"kind": "point", "at": {"lat_e7": 1, "lon_e7": 2}}


def moved(given: Any, by_ms: int) -> Any:
    return moving.moved(given, by_ms)


def placed(given: Any, start_ms: int, end_ms: int | None) -> Any:
    return moving.placed(given, start_ms, end_ms)


def body(*spans: Any) -> dict[str, Any]:
    return {"key": "gunnery", "volumes": [{"shape": POINT, "window": list(spans)}]}


def test_intervals_and_their_open_ends_move() -> None:
    given = body({"start_ms": DAY_MS, "end_ms": 2 * DAY_MS}, {"start_ms": 5 * DAY_MS})
    ((window,),) = [[v["window"] for v in moved(given, -HOUR_MS)["volumes"]]]

    assert window == [
        {"start_ms": DAY_MS - HOUR_MS, "end_ms": 2 * DAY_MS - HOUR_MS},
        {"start_ms": 5 * DAY_MS - HOUR_MS},
    ]


def test_every_time_of_a_movement_moves_and_its_places_stay() -> None:
    route = [{"lat_e7": 0, "lon_e7": n, "at_ms": n * HOUR_MS, "name": "x"} for n in (3, 5)]
    given: Any = {
        "key": "convoy",
        "route": route,
        "depart_ms": 3 * HOUR_MS,
        "arrive_ms": 5 * HOUR_MS,
    }
    found = given | moved(given, 6 * HOUR_MS)

    assert [(stop["lon_e7"], stop["at_ms"]) for stop in found["route"]] == [
        (3, 9 * HOUR_MS), (5, 11 * HOUR_MS),
    ]  # fmt: skip
    assert (found["depart_ms"], found["arrive_ms"]) == (9 * HOUR_MS, 11 * HOUR_MS)
    before, after = (envelope_ms(volumes_of(each)[0].window) for each in (given, found))
    assert after == (before[0] + 6 * HOUR_MS, before[1] + 6 * HOUR_MS)


def test_a_rule_moves_by_whole_days_and_one_of_weekdays_by_whole_weeks() -> None:
    rule = {
        "first": "2030-12-01", "last": "2030-12-05",
        "since": {"minute": 540}, "to": {"minute": 1020},
    }  # fmt: skip
    (volume,) = moved(body(rule), 2 * DAY_MS)["volumes"]
    assert volume["window"][0]["first"] == "2030-12-03"
    assert volume["window"][0]["last"] == "2030-12-07"
    with pytest.raises(UsageError, match="whole days"):
        moved(body(rule), HOUR_MS)
    weekly = body(rule | {"weekdays": ["mon", "wed"]})
    with pytest.raises(UsageError, match="whole weeks"):
        moved(weekly, DAY_MS)
    assert moved(weekly, 7 * DAY_MS)


@pytest.mark.parametrize(
    ("given", "by_ms"),
    [
        ({"key": "gunnery"}, HOUR_MS),
        ({"key": "convoy", "route": [{"lat_e7": 0, "lon_e7": 1}]}, HOUR_MS),
        (body({"start_ms": 5, "end_ms": 9}), -HOUR_MS),
        (body({"start_ms": INSTANT_MS_MAX - 5}), HOUR_MS),
        (
            body({"first": "9999-12-30", "since": {"minute": 0}, "to": {"minute": 9}}),
            3 * DAY_MS,
        ),
    ],
)
def test_what_says_no_times_or_would_leave_all_time_is_refused(given: Any, by_ms: int) -> None:
    with pytest.raises(UsageError, match=r"no times|1970"):
        moved(given, by_ms)


def test_a_window_is_placed_and_a_route_has_none() -> None:
    (volume,) = placed(body({"start_ms": 5}), DAY_MS, None)
    assert volume["window"] == [{"start_ms": DAY_MS}]
    with pytest.raises(UsageError, match="a route and no windows"):
        placed({"route": []}, 0, 1)
    with pytest.raises(UsageError, match="ends before"):
        placed(body({"start_ms": 5}), 7, 6)


@pytest.mark.parametrize(
    ("text", "ms"),
    [("6h", 6 * HOUR_MS), ("-90min", -90 * 60_000), ("2d", 2 * DAY_MS), ("+5 m", 300_000)],
)
def test_a_shift_is_read(text: str, ms: int) -> None:
    assert shift_ms(text) == ms


@pytest.mark.parametrize("text", ["", "6", "0h", "6x", "1e9h", "9999999d", "h"])
def test_what_is_no_shift_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="write 6h"):
        shift_ms(text)
