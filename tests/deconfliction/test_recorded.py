"""What a line's record says of overlaps is the same on every node, earlier wordings included."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tieline.deconfliction.finding import find
from tieline.deconfliction.recorded import (
    CROSSED,
    Filed,
    filed,
    keys_of,
    knew,
    stands_agreed,
    stood_together,
)

T0 = 1_900_000_000_000
HOUR_MS = 3_600_000


def load(name: str) -> ModuleType:
    known = f"tieline_test_{name}"
    if known not in sys.modules:
        path = Path(__file__).parent.parent / "procedures" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(known, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[known] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[known])
    return sys.modules[known]


@pytest.fixture(autouse=True, scope="module")
def quick_seals() -> Iterator[None]:
    load("bodies")
    with load("desks").quick_seals():
        yield


@pytest.fixture
def world() -> Any:
    return load("desks").open_line("alpha", "bravo")


def circle(lat_e7: int = 543_333_333, hours: int = 0) -> list[Any]:
    start = T0 + hours * HOUR_MS
    return [
        {
            "shape": {
                "kind": "circle",
                "centre": {"lat_e7": lat_e7, "lon_e7": 121_666_667},
                "radius_m": 9_260,
            },
            "window": [{"start_ms": start, "end_ms": start + 8 * HOUR_MS}],
        }
    ]


def notify(desk: Any, key: str, **more: Any) -> Any:
    body = {"key": key, "title": key, "sort": "firing", "volumes": circle()} | more
    return desk.post("activity.notify", body)


def amend(desk: Any, case: Any, **more: Any) -> Any:
    return desk.post("activity.amend", {"title": "again", "sort": "firing"} | more, case=case)


def all_filed(desk: Any) -> dict[Any, Filed]:
    view = desk.seat.view
    named = keys_of(view)
    found = [filed(view, desk.seat.content, view.case(key), name) for key, name in named.items()]
    return {each.slot: each for each in found}


def result_of(desk: Any) -> Any:
    return find((each.told.notified for each in all_filed(desk).values()), known_ms=T0)


def test_both_nodes_take_the_same_volumes_and_wordings_from_the_record(world: Any) -> None:
    alpha, bravo = world.desks
    case = notify(alpha, "gunnery")
    world.sync()
    notify(bravo, "survey")
    amend(alpha, case, volumes=circle(hours=4))
    world.sync()

    ours, theirs = all_filed(alpha), all_filed(bravo)
    assert ours.keys() == theirs.keys() == {("alpha", "gunnery"), ("bravo", "survey")}
    for slot, one in ours.items():
        assert one.told == theirs[slot].told
        assert [(w.slot, w.notified, w.ends) for w in one.wordings] == [
            (w.slot, w.notified, w.ends) for w in theirs[slot].wordings
        ]
    gunnery = ours["alpha", "gunnery"].told
    assert [each.volumes for each in gunnery.earlier] != []
    assert gunnery.earlier[0].volumes != gunnery.notified.volumes
    assert result_of(alpha) == result_of(bravo)
    assert len(result_of(alpha).overlaps) == 1


def test_wordings_stood_together_unless_an_author_had_seen_the_end_of_the_other(
    world: Any,
) -> None:
    alpha, bravo = world.desks
    case = notify(alpha, "gunnery")
    world.sync()
    notify(bravo, "beside")
    amend(alpha, case, volumes=circle(hours=4))
    world.sync()
    notify(bravo, "after")

    logs, there = bravo.seat.view.registers.logs, all_filed(bravo)
    first, second = there["alpha", "gunnery"].wordings
    (beside,), (after,) = there["bravo", "beside"].wordings, there["bravo", "after"].wordings
    assert stood_together(logs, first, beside)
    assert stood_together(logs, second, beside)
    assert not stood_together(logs, first, after)
    assert not stood_together(logs, after, first)
    assert stood_together(logs, second, after)


def test_who_had_received_what_when_he_filed_is_proven_either_way(world: Any) -> None:
    alpha, bravo = world.desks
    case = notify(alpha, "gunnery")
    world.sync()
    notify(bravo, "survey")
    world.sync()

    def words(desk: Any) -> list[str]:
        logs = desk.seat.view.registers.logs
        (each,) = result_of(desk).overlaps
        return [one.words for one in knew(logs, each, all_filed(desk))]

    assert words(alpha) == words(bravo)
    assert words(alpha) == [
        "alpha had not received survey when it filed gunnery",
        "bravo had received gunnery when it filed survey",
    ]
    amend(alpha, case, volumes=circle(hours=4))
    world.sync()
    assert words(bravo) == [
        "alpha had received survey when it amended gunnery",
        "bravo had not received the amended gunnery when it filed survey",
    ]
    # Another title says nothing new about where and when.
    amend(alpha, case, volumes=circle(hours=4), purpose="practice")
    assert words(alpha) == words(bravo)


def test_crossed_wordings_stand_both_and_say_so(world: Any) -> None:
    alpha, bravo = world.desks
    case = notify(alpha, "gunnery")
    world.sync()
    moved = {"title": "again", "sort": "firing"}
    alpha.forge("activity.amend", moved | {"volumes": circle(550_000_000)}, case=case)
    express = {"role": "express", "to": ("bravo/watch",)}
    alpha.forge(
        "activity.amend", moved | {"volumes": circle(560_000_000)}, case=case,
        after=(case,), **express,
    )  # fmt: skip
    world.sync()

    told = all_filed(bravo)["alpha", "gunnery"].told.notified
    assert len(told.volumes) == 2
    assert told.doubts == (CROSSED,)


def test_a_key_that_is_used_again_is_told_apart_by_its_entry(world: Any) -> None:
    alpha, _ = world.desks
    first = notify(alpha, "gunnery")
    alpha.post("activity.cancel", {}, case=first)
    again = notify(alpha, "gunnery")

    found = all_filed(alpha)
    assert found["alpha", "gunnery"].case.opener == first
    assert found["alpha", "gunnery"].told.notified.state == "cancelled"
    (other,) = found.keys() - {("alpha", "gunnery")}
    assert found[other].case.opener == again
    assert other[1].startswith("gunnery (alpha-1:")
    assert found[other].told.notified.state == ""


def test_an_agreement_counts_only_if_whoever_agreed_had_seen_both(world: Any) -> None:
    alpha, bravo = world.desks
    case = notify(alpha, "gunnery")
    world.sync()
    survey = notify(bravo, "survey")
    bravo.post("activity.separate", {"distance_m": 18_520}, case=case)
    world.sync()
    alpha.post("activity.agree", {}, case=case, strands=("bravo",))
    world.sync()

    def stands(desk: Any) -> bool:
        (each,) = result_of(desk).overlaps
        return stands_agreed(desk.seat.view.registers.logs, each, all_filed(desk))

    assert stands(alpha)
    assert stands(bravo)
    amend(bravo, survey, volumes=circle(hours=2))
    world.sync()
    assert not stands(alpha)
    assert not stands(bravo)
