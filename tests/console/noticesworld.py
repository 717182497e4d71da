"""A calm coast: a gunnery, an aid convoy, a survey, a clinic, and a drill of STOP.

The same content serves the tests and the pictures in the docs (`picturing.py`). All of it is
made up.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tieline.overview import ref_of
from tieline.record.message import Mark, Office
from tieline.replication import effects as fx
from tieline.replication.drafts import Draft
from tieline.replication.filing import compose
from tieline.state.shortref import short_ref

_spec = importlib.util.spec_from_file_location(
    "console_pair", Path(__file__).with_name("conftest.py")
)
assert _spec is not None
assert _spec.loader is not None
_pair = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_pair)
Pair = _pair.Pair
Look = _pair.Look
said = _pair.said

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
DAY_0_MS = _pair.START_MS // DAY_MS * DAY_MS
"""Midnight of the first day, 21 November 2026."""
OFFICES = ("watch", "desk", "principal")


def at(day: int, hour: float) -> int:
    """An instant some days after the first one, milliseconds UTC."""
    return int(DAY_0_MS + day * DAY_MS + hour * HOUR_MS)


def position(lat: float, lon: float) -> dict[str, int]:
    return {"lat_e7": round(lat * 1e7), "lon_e7": round(lon * 1e7)}


def until(start_ms: int, end_ms: int | None) -> list[dict[str, Any]]:
    return [{"start_ms": start_ms} | ({} if end_ms is None else {"end_ms": end_ms})]


def circle(lat: float, lon: float, radius_m: int, window: list[dict[str, Any]]) -> dict[str, Any]:
    shape = {"kind": "circle", "centre": position(lat, lon), "radius_m": radius_m}
    return {"shape": shape, "window": window}


def area(ring: Sequence[tuple[float, float]], window: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "shape": {"kind": "area", "ring": [list(position(*corner).values()) for corner in ring]},
        "window": window,
    }


def point(lat: float, lon: float, error_m: int, window: list[dict[str, Any]]) -> dict[str, Any]:
    shape = {"kind": "point", "at": position(lat, lon), "error_m": error_m}
    return {"shape": shape, "window": window}


def tell(
    pair: Any,
    desk: Any,
    kind: str,
    body: Mapping[str, Any],
    *,
    case: str = "",
    to: Sequence[str] = (),
    level: str = "",
    mark: str = "",
    office: str = "watch",
) -> str:
    """File a message about a notification and carry it over; its short reference."""
    seat = desk.node.seat(pair.line)
    draft = Draft(
        kind=kind,
        office=office,
        body=body,
        to=tuple(Office(*one.split("/")) for one in to),
        level=level,
        mark=Mark(mark) if mark else None,
        case=ref_of(seat, case) if case else None,
    )
    composed = compose(seat, draft, pair.clock())
    ref = desk.node.file(seat, desk._sign(composed.payload, composed.persons))
    pair.pump()
    pair.pass_s(1)
    return str(short_ref(ref))


def gunnery(pair: Any) -> str:
    """Alpha's firing: taken, read back, one unit confirmed and one not, one reply."""
    alpha, bravo = pair.alpha, pair.bravo
    body = {
        "key": "gunnery-4",
        "title": "Gunnery 4",
        "sort": "firing",
        "volumes": [circle(54.3333, 12.1667, 9_260, until(at(2, 8), at(2, 16)))],
        "purpose": "yearly practice",
        "contact": ["channel 16"],
        "must_know": [
            {"party": "bravo", "value": "radar 4"},
            {"party": "bravo", "value": "coast station 2"},
        ],
        "texts": said({"en": "Shells of up to 100 mm. Firing stops when a ship comes near."}),
    }
    case = tell(pair, alpha, "activity.notify", body)
    tell(pair, bravo, "activity.take", {}, case=case)
    tell(
        pair,
        bravo,
        "activity.readback",
        {"positions": [position(54.3335, 12.1663)], "place": "north of the sand bank",
         "written": ["54.3335 north, 12.1663 east"]},
        case=case,
    )  # fmt: skip
    confirm = {"unit": "radar 4", "state": "confirmed", "by": "duty officer"}
    tell(pair, bravo, "activity.confirm", confirm, case=case)
    tell(pair, bravo, "activity.reply", {"words": "Noted. We keep our position."}, case=case)
    return case


def convoy(pair: Any) -> str:
    """Bravo's aid convoy, which passes through the firing area; alpha has not taken it."""
    body = {
        "key": "convoy-7",
        "title": "Aid convoy 7",
        "sort": "aid convoy",
        "route": [
            position(54.18, 11.92) | {"at_ms": at(2, 9), "name": "Depot"},
            position(54.31, 12.14) | {"at_ms": at(2, 10), "name": "Lightship"},
            position(54.44, 12.42) | {"at_ms": at(2, 12), "name": "Clinic pier"},
        ],
        "half_width_m": 500,
        "depart_ms": at(2, 9),
        "arrive_ms": at(2, 12),
        "vehicles": ["two grey coasters, red bands"],
        "people": 14,
        "guards": "none",
        "contact": ["satellite telephone at the desk"],
        "texts": said({"zh": "运送药品。", "en": "Medicine for the clinic."}),
    }
    return tell(pair, pair.bravo, "movement.plan", body)


def settled(pair: Any) -> tuple[str, str]:
    """Bravo's survey and alpha's patrol, which overlapped until alpha moved its window."""
    ring = [(54.52, 11.80), (54.60, 11.80), (54.60, 12.05), (54.52, 12.05)]
    survey = tell(
        pair,
        pair.bravo,
        "hazard.notify",
        {
            "key": "survey-2",
            "title": "Cable survey",
            "sort": "survey or cable work",
            "volumes": [area(ring, [{"first": "2026-11-22", "last": "2026-12-04",
                                     "since": {"minute": 360}, "to": {"minute": 1080}}])],
        },
    )  # fmt: skip
    body = {
        "title": "Patrol 9",
        "sort": "patrol",
        "volumes": [circle(54.55, 11.98, 6_000, until(at(3, 8), at(3, 12)))],
        "purpose": "watch over fishing grounds",
        "contact": ["channel 16"],
    }
    patrol = tell(pair, pair.alpha, "activity.notify", {"key": "patrol-9", **body})
    tell(pair, pair.alpha, "hazard.take", {}, case=survey)
    moved = {**body, "volumes": [circle(54.55, 11.98, 6_000, until(at(3, 19), at(3, 22)))]}
    why = {"why": "to keep clear of the survey"}
    tell(pair, pair.alpha, "activity.amend", {**moved, **why}, case=patrol)
    tell(pair, pair.bravo, "activity.take", {}, case=patrol)
    return survey, patrol


def more(pair: Any) -> None:
    """A clinic, a closed area of a drill, and a movement that was cancelled."""
    clinic = tell(
        pair,
        pair.bravo,
        "site.notify",
        {
            "key": "clinic-3",
            "title": "Clinic on the pier",
            "sort": "clinic",
            "volumes": [point(54.4405, 12.4195, 50, until(at(0, 0), None))],
            "area": "end of the long pier, white building",
            "relation": "supported",
            "statement": "yes",
            "reconfirm_by_ms": at(30, 0),
            "contact": ["matron's desk"],
        },
    )
    tell(pair, pair.alpha, "site.take", {}, case=clinic)
    tell(
        pair,
        pair.alpha,
        "hazard.notify",
        {
            "key": "drill-area-1",
            "title": "Closed for a drill",
            "sort": "closed area",
            "volumes": [circle(54.1, 12.5, 7_000, until(at(5, 6), at(5, 18))) | {"coarse": "yes"}],
            "redacted": ["cause"],
        },
        mark="EXERCISE",
    )
    dropped = tell(
        pair,
        pair.alpha,
        "activity.notify",
        {"key": "launch-1", "title": "Balloon launch", "sort": "launch"},
    )
    tell(pair, pair.alpha, "activity.cancel", {"why": "weather"}, case=dropped)


def ferry(pair: Any) -> str:
    """A movement of bravo of whose arrival nobody hears; it is late by an hour."""
    body = {
        "key": "ferry-2",
        "title": "Supply boat",
        "sort": "ship",
        "route": [position(54.0, 11.9), position(54.25, 11.95)],
        "depart_ms": at(0, 20.1),
        "arrive_ms": at(0, 21),
        "slack_min": 30,
        "people": 6,
        "contact": ["channel 12"],
    }
    case = tell(pair, pair.bravo, "movement.plan", body)
    tell(pair, pair.alpha, "movement.take", {}, case=case)
    at_buoy = {"at_ms": at(0, 20.2), "position": position(54.08, 11.92), "place": "east buoy"}
    tell(pair, pair.bravo, "movement.depart", {"at_ms": at(0, 20.1)}, case=case)
    tell(pair, pair.bravo, "movement.waypoint", at_buoy, case=case)
    pair.pass_s(2.5 * 3600, step_s=120)
    return case


def call_stop(pair: Any, *, mark: str = "EXERCISE", key: str = "stop-1f2e") -> str:
    """Bravo calls STOP near the clinic, to all offices of alpha; watch acknowledges."""
    alpha, bravo = pair.alpha, pair.bravo
    body = {
        "key": key,
        "what": "site",
        "title": "Clinic on the pier",
        "at": position(54.4412, 12.4201),
        "error_m": 100,
        "fire": "shells from the south-west since 22:28",
        "contact": ["matron's desk"],
    }
    to = [f"alpha/{office}" for office in OFFICES]
    level = bravo.node.seat(pair.line).view.terms().highest()
    case = tell(pair, bravo, "stop.call", body, to=to, level=level, mark=mark)
    called = {
        "to": "alpha/desk", "how": "telephone", "at_ms": pair.clock().wall_ms,
        "result": "no answer",
    }  # fmt: skip
    tell(pair, bravo, "stop.relay", called, case=case, level=level)
    pair.pass_s(20)
    tell(
        pair, alpha, "stop.acknowledge", {"note": "battery is being asked"}, case=case, level=level
    )
    return case


def fill(pair: Any, *, stop: bool = True) -> dict[str, str]:
    """Everything; references by key."""
    pair.agree(_pair.CLAUSES)
    found = {"gunnery-4": gunnery(pair), "convoy-7": convoy(pair)}
    found["survey-2"], found["patrol-9"] = settled(pair)
    more(pair)
    found["ferry-2"] = ferry(pair)
    if stop:
        found["stop"] = call_stop(pair)
    return found


def many(pair: Any, count: int) -> None:
    """So many notifications, half of each side, filed at once."""
    start_ms = pair.clock().wall_ms
    for side, desk in enumerate((pair.alpha, pair.bravo)):
        seat, events = desk.node.seat(pair.line), []
        for n in range(count // 2):
            start = start_ms + n % 60 * 8 * HOUR_MS
            lat, lon = 50 + n % 40 * 0.2 + side * 0.05, 10 + n // 40 * 0.3
            body: dict[str, Any] = {
                "key": f"{desk.handle}-{n}",
                "title": f"Practice {n}",
                "sort": "firing",
                "volumes": [circle(lat, lon, 8_000, until(start, start + 10 * HOUR_MS))],
                "purpose": "practice",
                "contact": ["channel 16"],
                "must_know": [{"party": pair.other(desk).handle, "value": "radar 4"}],
            }
            draft = Draft(kind="activity.notify", office="watch", body=body)
            composed = compose(seat, draft, pair.clock())
            signed = desk._sign(composed.payload, composed.persons)
            events.append(fx.File(envelope=signed))
        desk.node.do(seat, *events)
        pair.pump()
        pair.pass_s(10)


__all__ = ["Look", "Pair", "call_stop", "fill", "many", "said", "tell"]
