"""Flight intents of InterUSS (ASTM F3548-21): what they expect to conflict does, no other."""

from __future__ import annotations

import math
import re
from copy import deepcopy
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tieline.deconfliction import compiled as engine
from tieline.deconfliction.compiled import has_numba
from tieline.deconfliction.finding import find
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Nature
from tieline.space.band import Band, Datum
from tieline.space.position import of_degrees
from tieline.space.shape import Polygon
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window

NOW_MS = 1_700_000_000_000
UNITS_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
FOLDER = "monitoring/uss_qualifier/test_data/flight_intents/standard"
FILES = ("conflicting_flights", "invalid_flight_intents", "non_conflicting")
STATED = [
    # What the scenarios of uss_qualifier demand of their intents before they use them.
    ("conflicting_flights", "flight1_planned", "flight2_planned", True),
    ("conflicting_flights", "flight1_activated", "flight2_activated", True),
    ("conflicting_flights", "flight1m_activated", "flight2_activated", True),
    ("conflicting_flights", "flight1_activated", "flight2m_activated", False),
    ("conflicting_flights", "flight1c_activated", "flight2m_activated", True),
    ("conflicting_flights", "flight1_planned", "equal_prio_flight2m_planned", False),
    ("conflicting_flights", "flight1_activated", "equal_prio_flight2_nonconforming", True),
    # A corner that lies 1.1 cm within the other area.
    ("invalid_flight_intents", "valid_flight", "valid_conflict_tiny_overlap", True),
    ("invalid_flight_intents", "valid_flight", "invalid_too_far_away", False),
    ("non_conflicting", "flight_1", "flight_2", False),
    ("non_conflicting", "flight_1_planned", "flight_2_planned_modified", False),
]


def intents(folder: Path) -> dict[str, Any]:
    yaml = pytest.importorskip("yaml", reason="PyYAML is absent: intents cannot be read")
    found: dict[str, Any] = yaml.safe_load(folder.read_text())["intents"]
    return found


def merged(base: Any, change: Any) -> Any:
    """A change over what it changes: objects by key, lists by place, a key with + added to."""
    if isinstance(base, dict) and isinstance(change, dict):
        found = deepcopy(base)
        for key, value in change.items():
            name = key.removeprefix("+")
            found[name] = value if key.startswith("+") else merged(found.get(name), value)
        return found
    if isinstance(base, list) and isinstance(change, list) and len(base) == len(change):
        return [merged(one, other) for one, other in zip(base, change, strict=True)]
    return change


def full(all_: dict[str, Any], name: str) -> Any:
    intent = all_[name]
    if "full" in intent:
        return intent["full"]
    return merged(full(all_, intent["delta"]["source"]), intent["delta"]["mutation"])


def moment(time: dict[str, Any]) -> int:
    offset = time["offset_from"].get("offset", "0s")
    found = re.fullmatch(r"(-?\d+)([smhd])", offset)
    assert found is not None
    return NOW_MS + int(found[1]) * UNITS_MS[found[2]]


def volumes(intent: Any) -> list[Volume]:
    found = []
    for area in intent["basic_information"]["area"]:
        ring = tuple(of_degrees(at["lat"], at["lng"]) for at in area["outline_polygon"]["vertices"])
        start = moment(area["start_time"])
        end = moment(area["end_time"]) if area.get("end_time") else start + 45 * 60_000
        low, high = area["altitude_lower"]["value"], area["altitude_upper"]["value"]
        # Whole metres hold at least what was given.
        band = Band(lower_m=math.floor(low), upper_m=math.ceil(high), datum=Datum.ELLIPSOID)
        window = Window(spans=(Interval(start_ms=start, end_ms=end),))
        found.append(Volume(shape=Polygon(ring=ring), window=window, band=band))
    return found


def met(one: Any, other: Any) -> bool:
    told = [
        Notified(key=party, party=party, kind="flight", volumes=tuple(volumes(intent)))
        for party, intent in (("one", one), ("other", other))
    ]
    return any(each.nature is Nature.MEET for each in find(told, known_ms=NOW_MS).overlaps)


@pytest.fixture(params=[False, True] if has_numba() else [False], ids=["plain", "compiled"])
def _engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both engines, which otherwise share the work by its size."""
    least = 1 if request.param else 1 << 40
    for name in ("COMPILED_FROM", "LOADED_FROM"):
        monkeypatch.setattr(engine, name, least)


@pytest.mark.usefixtures("_engine")
@pytest.mark.parametrize("case", STATED, ids=lambda case: f"{case[1]}-{case[2]}")
def test_intents_conflict_as_the_scenarios_demand(shared_data, case):
    file, one, other, conflict = case
    all_ = intents(shared_data("interuss-flight-intents") / FOLDER / f"{file}.yaml")

    assert met(full(all_, one), full(all_, other)) == conflict


@pytest.mark.usefixtures("_engine")
def test_every_two_intents_of_a_file_conflict_as_the_rule_of_the_tests_says(shared_data):
    """Their rule: shared time and height, ends included, and outlines that GEOS lets intersect."""
    shapely = pytest.importorskip("shapely", reason="shapely (GEOS) is absent: no oracle")
    compared, conflicts = 0, 0
    for file in FILES:
        all_ = intents(shared_data("interuss-flight-intents") / FOLDER / f"{file}.yaml")
        for one, other in combinations(sorted(all_), 2):
            first, second = full(all_, one), full(all_, other)
            expected = any(touch(shapely, a, b) for a in areas(first) for b in areas(second))
            assert met(first, second) == expected, (file, one, other)
            compared, conflicts = compared + 1, conflicts + expected
    assert compared > 90
    assert 0 < conflicts < compared


def areas(intent: Any) -> list[tuple[int, int, int, int, Any]]:
    """Lower, upper, start, end and corners of each area, as the file has them."""
    found = []
    for area in intent["basic_information"]["area"]:
        start = moment(area["start_time"])
        end = moment(area["end_time"]) if area.get("end_time") else start + 45 * 60_000
        low, high = area["altitude_lower"]["value"], area["altitude_upper"]["value"]
        corners = [(at["lng"], at["lat"]) for at in area["outline_polygon"]["vertices"]]
        found.append((low, high, start, end, corners))
    return found


def touch(shapely: Any, one: Any, other: Any) -> bool:
    (low1, high1, start1, end1, ring1), (low2, high2, start2, end2, ring2) = one, other
    if low1 > high2 or low2 > high1 or start1 > end2 or start2 > end1:
        return False
    return bool(shapely.intersects(shapely.Polygon(ring1), shapely.Polygon(ring2)))
