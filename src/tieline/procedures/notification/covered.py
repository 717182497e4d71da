"""Covered: the volumes that a notification covers, whatever fields it says them in."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from tieline.errors import MalformedError, UsageError
from tieline.procedures.notification.movement import SLACK_MIN, due_ms
from tieline.record.strict import Fields, JsonValue
from tieline.space.body import read_position, read_volumes
from tieline.space.position import Position
from tieline.space.shape import Corridor, Point, Shape, corners
from tieline.space.volume import VOLUMES_MAX, Volume
from tieline.space.window import INSTANT_MS_MAX, Interval, Window

MINUTE_MS: Final = 60_000
Stop = tuple[Position, int | None, int]
"""A waypoint: where, when (ms since 1970 UTC) and for how long (ms)."""


def volumes_of(
    body: Mapping[str, JsonValue], plan: Mapping[str, JsonValue] | None = None
) -> tuple[Volume, ...]:
    """Volumes of a body that its form has taken: those said, else those of its route.

    A route whose waypoints all have a time gives a corridor for each leg, at the time of that leg
    and the slack around it; any other gives one corridor for the whole time, and one without times
    covers all time and is coarse. ``plan`` is the opening body, for the slack.
    """
    try:
        if "volumes" in body:
            return read_volumes(Fields({"volumes": body["volumes"]}))
        if "route" in body:
            return _route(body, plan or body)
    except (MalformedError, UsageError):
        return ()
    return ()


def positions_of(body: Mapping[str, JsonValue]) -> tuple[Position, ...]:
    """Every position that a body was written with, in order."""
    if "route" in body:
        return tuple(at for at, _, _ in _stops(body))
    at = body.get("at")
    if isinstance(at, dict):
        return (read_position(Fields(at)),)
    return tuple(at for volume in volumes_of(body) for at in corners(volume.shape))


def _stops(body: Mapping[str, JsonValue]) -> list[Stop]:
    found = []
    for item in Fields({"route": body["route"]}).objects("route", 100_000):
        at_ms = item.optional_integer("at_ms", 0, INSTANT_MS_MAX)
        halt_ms = (item.optional_integer("stop_min", 0, INSTANT_MS_MAX) or 0) * MINUTE_MS
        found.append((read_position(item), at_ms, halt_ms))
    return found


def _route(body: Mapping[str, JsonValue], plan: Mapping[str, JsonValue]) -> tuple[Volume, ...]:
    stops = _stops(body)
    width = body.get("half_width_m")
    half = width if isinstance(width, int) else 0
    slack = body.get("slack_min", plan.get("slack_min", SLACK_MIN))
    slack_ms = (slack if isinstance(slack, int) else SLACK_MIN) * MINUTE_MS
    timed = [(at, at_ms, halt) for at, at_ms, halt in stops if at_ms is not None]
    if len(timed) == len(stops) and 1 < len(stops) <= VOLUMES_MAX:
        return tuple(
            Volume(
                shape=_leg((one[0], other[0]), half),
                window=_window(one[1] - slack_ms, other[1] + other[2] + slack_ms),
            )
            for one, other in pairwise(timed)
        )
    start = body.get("depart_ms")
    end = due_ms(body, plan)
    shape = _leg(tuple(at for at, _, _ in stops), half)
    known = isinstance(start, int)
    window = _window(start if isinstance(start, int) else 0, end)
    return (Volume(shape=shape, window=window, coarse=not known or end is None),)


def _leg(points: tuple[Position, ...], half_width_m: int) -> Shape:
    moved = points[:1] + tuple(b for a, b in pairwise(points) if a != b)
    if len(set(moved)) < 2:
        return Point(at=moved[0], error_m=half_width_m)
    return Corridor(points=moved, half_width_m=half_width_m)


def _window(start_ms: int, end_ms: int | None) -> Window:
    start_ms = max(start_ms, 0)
    end = None if end_ms is None or end_ms > INSTANT_MS_MAX else max(end_ms, start_ms + 1)
    return Window(spans=(Interval(start_ms=start_ms, end_ms=end),))
