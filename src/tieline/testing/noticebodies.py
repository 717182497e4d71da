"""Bodies of the notifications of an exercise, at fixed places off an invented coast."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from tieline.record.strict import JsonValue
from tieline.space.body import write_position, write_volumes
from tieline.space.position import of_degrees
from tieline.space.shape import Circle, Point
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window

Body = dict[str, JsonValue]
FROM_MS: Final = 1_795_300_000_000
"""A moment some hours after virtual time begins."""
LONG_MS: Final = 86_400_000
CLINIC: Final = (54.5, 12.5)
CONVOY: Final = (53.5, 12.0)
STEP_DEG: Final = 0.01


def texts(words: str) -> list[JsonValue]:
    """The same words, in one language."""
    return [{"lang": "en", "text": words, "original": "yes"}]


def circle(lat: float, lon: float, radius_m: int) -> Body:
    """An area for a day, with what is expected beside it."""
    shape = Circle(centre=of_degrees(lat, lon), radius_m=radius_m)
    window = Window(spans=(Interval(start_ms=FROM_MS, end_ms=FROM_MS + LONG_MS),))
    return {"title": "An area", "volumes": write_volumes((Volume(shape=shape, window=window),))}


GUNNERY: Final[Body] = circle(54.3333, 12.1667, 9_260) | {"sort": "firing", "personnel": 120}
GUNNERY_MOVED: Final[Body] = circle(54.2833, 12.1667, 9_260) | {"sort": "firing", "personnel": 130}


def site(number: int) -> Body:
    """One row of a sheet of sites."""
    lat, lon = CLINIC
    shape = Point(at=of_degrees(lat + number * STEP_DEG, lon), error_m=100)
    window = Window(spans=(Interval(start_ms=FROM_MS),))
    return {
        "title": f"Clinic {number}",
        "sort": "clinic",
        "volumes": write_volumes((Volume(shape=shape, window=window),)),
        "relation": "run",
        "statement": "yes",
        "reconfirm_by_ms": FROM_MS + 30 * LONG_MS,
        "contact": ["channel 16"],
    }


def plan(now_ms: int, long_ms: int, lat: float) -> Body:
    """A movement of three waypoints that arrives after so long, without slack."""
    places = [(lat + n * STEP_DEG, CONVOY[1] + n * STEP_DEG) for n in range(3)]
    assert all(a != b for a, b in pairwise(places))
    route: list[JsonValue] = [
        {**write_position(of_degrees(*at)), "at_ms": now_ms + n * long_ms // 2}
        for n, at in enumerate(places)
    ]
    return {
        "title": "A convoy",
        "sort": "aid convoy",
        "route": route,
        "depart_ms": now_ms,
        "arrive_ms": now_ms + long_ms,
        "slack_min": 0,
        "half_width_m": 500,
        "people": 9,
    }
