"""Act (e): warnings as published, a convoy, an exercise near it, what overlaps, and a stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from tieline.demo.line import LINE
from tieline.demo.report import Report
from tieline.demo.stage import House, Stage
from tieline.demo.warnings import SHEET, sheet
from tieline.desk import notifying as nt
from tieline.desk import placing as pl
from tieline.desk.placing import Doubts
from tieline.errors import UsageError
from tieline.feeds.keeping import FILE_NAME, Keeping
from tieline.overlapping.packs import adopt
from tieline.record.strict import JsonValue
from tieline.space.body import write_position

RULES = "corridor.toml"
CORRIDOR, HAZARD = "HYDROLANT 603/23", "HYDROLANT 838/22"
CONVOY, GUNNERY, STOP = "convoy-12", "gunnery-4", "stop-1"
DAY_S, HOUR_MS = 86_400, 3_600_000
ROUTE = (
    ("44-53.0N 030-39.5E", 5, "Southern waypoint"),
    ("45-37.1N 030-48.1E", 9, "Bend"),
    ("46-12.0N 031-10.0E", 12, "Northern waypoint"),
)
"""Positions of the track line of HYDROLANT 603/23, and at what hour the convoy passes them."""
FIRING = "45-37N 031-05E r=5nm"
UNDER_FIRE = "45-40.0N 030-50.0E"


def play(stage: Stage, alpha: House, bravo: House, report: Report) -> None:
    """Both watches import the same warnings; what overlaps is worked out by each node alone."""
    report.begin("e", "What each side plans, what was published, and what of it overlaps")
    day_ms = (int(time.time()) // DAY_S + 2) * DAY_S * 1000
    _watch(alpha, bravo, report)
    _agree(alpha, bravo, report)
    _plans(stage, alpha, bravo, day_ms, report)
    _talk(stage, alpha, bravo, report)
    _stop(stage, alpha, bravo, report)
    _map(stage, alpha, report)


def _utc(time_ms: int) -> str:
    return f"{datetime.fromtimestamp(time_ms / 1000, UTC):%Y-%m-%dT%H:%MZ}"


def _volumes(text: str, start_ms: int, end_ms: int) -> list[JsonValue]:
    shapes = pl.shapes_of([("circle", text)], Doubts())
    window = pl.window_of(_utc(start_ms), _utc(end_ms), "")
    return pl.volumes_from(shapes, window, coarse=False, now_ms=start_ms)


def _notice(stage: Stage, house: House, key: str) -> dict[str, Any]:
    with stage.desk(house) as desk:
        try:
            return nt.lines_with(desk, key, [LINE])[LINE]
        except UsageError:
            return {}


def _state(stage: Stage, house: House, key: str, party: str) -> str:
    """How it stands with a party's strand of a notification, as a house sees it."""
    sides = _notice(stage, house, key).get("receivers", [])
    return next((str(side["state"]) for side in sides if side["party"] == party), "")


def _stands(stage: Stage, house: House, key: str, party: str, state: str) -> Callable[[], bool]:
    return lambda: _state(stage, house, key, party) == state


def _notify(stage: Stage, house: House, kind: str, body: dict[str, JsonValue]) -> None:
    with stage.desk(house) as desk:
        draft = nt.Draft(kind=kind, body=body)
        to = [nt.Recipient(line=LINE)]
        if kind == nt.OPENINGS["stop"]:
            nt.call_stop(desk, draft, to, office="watch", mark="EXERCISE")
        else:
            nt.send(desk, draft, to, office="watch", mark="EXERCISE")


def _say(stage: Stage, house: House, key: str, verb: str, body: dict[str, JsonValue]) -> None:
    notice = _notice(stage, house, key)
    kind = f"{notice['procedure']}.{verb}"
    with stage.desk(house) as desk:
        nt.step(desk, notice, line=LINE, kind=kind, body=body, office="watch")


def _overlaps(stage: Stage, house: House) -> dict[str, Any]:
    with stage.desk(house) as desk:
        told = desk.client.call("overlaps", line=LINE)
    found: dict[str, Any] = told if isinstance(told, dict) else {}
    return found


def _between(told: dict[str, Any], *keys: str) -> dict[str, Any]:
    """The first overlap between two notifications; empty if there is none."""
    for each in [*told["overlaps"], *told["gone"]]:
        if {side["key"] for side in each["between"]} == set(keys):
            found: dict[str, Any] = each
            return found
    return {}


def _pairs(told: dict[str, Any]) -> str:
    gravest: dict[str, str] = {}
    for each in told["overlaps"]:
        names = " / ".join(side["key"] for side in each["between"])
        gravest.setdefault(names, each["severity"])
    return "; ".join(f"{names}: {severity}" for names, severity in gravest.items())


def _same(stage: Stage, alpha: House, bravo: House) -> bool:
    return bool(_overlaps(stage, alpha)["digest"] == _overlaps(stage, bravo)["digest"])


# -- what was published


def _watch(alpha: House, bravo: House, report: Report) -> None:
    report.command(f"tieline warnings import {SHEET}   (each watch by itself)")
    now_ms = time.time_ns() // 1_000_000
    found = []
    for house in (alpha, bravo):
        kept = Keeping(house.home.path / FILE_NAME)
        taken = kept.take_file(sheet(), name=SHEET, now_ms=now_ms)
        told = {one.key: one for one in kept.in_force(now_ms)}
        kept.close()
        found.append((taken.new, len(told), CORRIDOR in told, HAZARD in told))
    new, force, *named = found[0]
    report.prove(
        "warnings as published on 21 April 2023, imported by each side, sent by neither",
        f"{new} imported, {force} in force as far as is known here, {CORRIDOR} and {HAZARD} "
        "among them",
        holds=found[0] == found[1] and all(named),
    )


def _agree(alpha: House, bravo: House, report: Report) -> None:
    report.command(f"tieline rules adopt {RULES}   (each side: forces keep 10 miles from convoys)")
    pack = files("tieline.demo").joinpath(RULES).read_bytes()
    for house in (alpha, bravo):
        adopt(house.home.path, pack, source=RULES)


# -- what each side plans


def _plans(stage: Stage, alpha: House, bravo: House, day_ms: int, report: Report) -> None:
    report.command(f"tieline notify new movement --key {CONVOY} --waypoint ...   (alpha)")
    typed = [f"{at} @{_utc(day_ms + hour * HOUR_MS)} ={name}" for at, hour, name in ROUTE]
    arrive_ms = day_ms + ROUTE[-1][1] * HOUR_MS
    convoy: dict[str, JsonValue] = {
        "key": CONVOY,
        "title": "Grain convoy 12",
        "sort": "aid convoy",
        "route": pl.route_of(typed, Doubts()),
        "half_width_m": 2778,
        "depart_ms": day_ms + ROUTE[0][1] * HOUR_MS,
        "arrive_ms": arrive_ms,
        "people": 60,
        "vehicles": ["three bulk carriers"],
        "guards": "none",
        "contact": ["channel 16"],
    }
    _notify(stage, alpha, nt.OPENINGS["movement"], convoy)
    stage.wait("bravo to hear of the convoy", lambda: bool(_notice(stage, bravo, CONVOY)))
    report.command(f"tieline notify read-back {CONVOY} '45.6183N 030.8017E'   (bravo)")
    read, written, _ = pl.read_back(["45.6183N 030.8017E"])
    _say(stage, bravo, CONVOY, "readback", {"positions": read, "written": [*written]})
    report.command(f"tieline notify new activity --key {GUNNERY} --circle '{FIRING}'   (bravo)")
    gunnery: dict[str, JsonValue] = {
        "key": GUNNERY,
        "title": "Gunnery 4",
        "sort": "exercise",
        "purpose": "yearly practice",
        "volumes": _volumes(FIRING, day_ms + 8 * HOUR_MS, day_ms + 11 * HOUR_MS),
        "contact": ["channel 12"],
    }
    _notify(stage, bravo, nt.OPENINGS["activity"], gunnery)
    stage.wait("alpha to hear of the exercise", lambda: bool(_notice(stage, alpha, GUNNERY)))
    told = {house.handle: _overlaps(stage, house) for house in (alpha, bravo)}
    report.command(f"tieline overlaps list --line {LINE}   (each side)")
    seen = told["alpha"]
    met = _between(seen, CONVOY, GUNNERY)
    report.prove(
        "both nodes find the same overlaps, each by itself; one hash over lines and warnings",
        f"{seen['digest'][:16]}...; {_pairs(seen)}",
        holds=seen["digest"] == told["bravo"]["digest"] and bool(met),
    )
    with stage.desk(alpha) as desk:
        whole: Any = desk.client.call("overlap", line=LINE, id=met["id"])
    words = "; ".join(each["words"] for each in whole["knew"])
    report.prove(
        "what bravo had received when it notified its exercise follows from the record",
        words,
        holds=f"bravo had received {CONVOY}" in words,
    )


# -- the talk about it


def _talk(stage: Stage, alpha: House, bravo: House, report: Report) -> None:
    report.command(f"tieline notify query {GUNNERY} 'Can you fire after our convoy?'   (alpha)")
    words: JsonValue = [
        {"lang": "en", "text": "Can you fire after our convoy has passed?", "original": "yes"}
    ]
    _say(stage, alpha, GUNNERY, "query", {"texts": words})
    asked = _stands(stage, bravo, GUNNERY, "alpha", "queried")
    stage.wait("bravo to read the question", asked)
    met = _between(_overlaps(stage, bravo), CONVOY, GUNNERY)
    report.prove(
        "the overlap is under talk", met["state_words"], holds=met["state"] == "under talk"
    )
    report.command(f"tieline overlaps settle {met['id'][:10]} --shift 6h --why ...   (bravo)")
    why = ("--why", "after the convoy")
    stage.run(bravo, "overlaps", "settle", met["id"], "--line", LINE, "--shift", "6h", *why)
    amended = _stands(stage, alpha, GUNNERY, "alpha", "amended")
    stage.wait("alpha to learn of the new hours", amended)
    told = _overlaps(stage, alpha)
    gone = _between({"overlaps": [], "gone": told["gone"]}, CONVOY, GUNNERY)
    report.prove(
        "moving the window settled it, on both nodes alike; the warnings still overlap",
        f"{gone['state_words']}; {_pairs(told)}",
        holds=_same(stage, alpha, bravo) and gone["state"] == "settled" and bool(told["overlaps"]),
    )


# -- a stop


def _stop(stage: Stage, alpha: House, bravo: House, report: Report) -> None:
    report.command(f"tieline notify stop call --at '{UNDER_FIRE}' --what movement   (alpha)")
    call: dict[str, JsonValue] = {
        "key": STOP,
        "what": "movement",
        "fire": "shells fall beside the convoy, from the east",
        "at": dict(write_position(Doubts().of(UNDER_FIRE))),
    }
    _notify(stage, alpha, nt.OPENINGS["stop"], call)
    seconds = stage.wait("bravo to hear the stop", lambda: bool(_notice(stage, bravo, STOP)))
    heard = _notice(stage, bravo, STOP)
    near = [str(each["key"]) for each in heard["matches"]]
    report.prove(
        "STOP, to all offices of the ladder at once, matched by its place to what was notified",
        f"{heard['level']}, {seconds:.1f} s; near it: {', '.join(near)}",
        holds=near[:1] == [CONVOY],
    )
    report.command(f"tieline notify stop act {STOP} --what 'battery ordered to cease'   (bravo)")
    _say(stage, bravo, STOP, "act", {"what": "battery ordered to cease fire"})
    acted = _stands(stage, alpha, STOP, "bravo", "acted on")
    report.prove("bravo says that it has acted", f"{stage.wait('the word of bravo', acted):.1f} s",
                 holds=True)  # fmt: skip


# -- a map


def _map(stage: Stage, house: House, report: Report) -> None:
    pictures = [stage.folder / f"map.{ending}" for ending in ("svg", "png")]
    only = [part for key in (CONVOY, GUNNERY, CORRIDOR, HAZARD) for part in ("--only", key)]
    command = ["map", "--line", LINE, "--kept", *only, "--svg", str(pictures[0])]
    command += ["--png", str(pictures[1])]
    report.command("tieline map --line demo --kept --only ... --svg map.svg --png map.png")
    stage.run(house, *command)
    report.prove(
        "a small map of them as SVG and PNG",
        ", ".join(f"{path.name}: {path.stat().st_size} bytes" for path in pictures),
        holds=all(path.stat().st_size for path in pictures),
    )
