"""Bad notifications of a peer: taken, receipted, flagged or a discrepancy; never a crash."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tieline.procedures.notification.covered import volumes_of
from tieline.space.body import write_volumes
from tieline.space.position import of_degrees
from tieline.space.shape import Point, Polygon
from tieline.space.spans import spans_between
from tieline.space.volume import Volume
from tieline.space.window import Interval, Repeat, TimeOfDay, Window
from tieline.state.board import Overlay
from tieline.state.model import Outcome
from tieline.state.notifications import find_notification, notification, notifications
from tieline.testing.noticefold import overlaps

MINUTE_MS = 60_000
DAY_MS = 86_400_000
QUICK_S = 60.0
"""Far more than any of these takes; what is unbounded takes for ever."""
HERE = {"lat_e7": 543_333_333, "lon_e7": 121_666_667}


def overlay(desk: Any) -> Overlay:
    return Overlay(
        own=desk.party, now_s=desk.clock.now().wall_s, held=desk.held_at, content=desk.content
    )


def shown(desk: Any, ref: Any) -> Any:
    view = desk.seat.view
    return notification(view, overlay(desk), view.case_at(ref), whole=True)


def point(at: Any) -> dict[str, Any]:
    return {"kind": "point", "at": at, "error_m": 0}


def ring(*pairs: tuple[float, float]) -> dict[str, Any]:
    shape = Polygon(ring=tuple(of_degrees(*pair) for pair in pairs))
    (body,) = write_volumes((Volume(shape=shape, window=Window(spans=(Interval(start_ms=0),))),))
    assert isinstance(body, dict)
    return dict(body["shape"])  # type: ignore[arg-type]


def window(*spans: Any) -> list[Any]:
    return list(spans) or [{"start_ms": 1_800_000_000_000, "end_ms": 1_800_003_600_000}]


def volume(shape: Any, *spans: Any) -> dict[str, Any]:
    return {"shape": shape, "window": window(*spans)}


def hazard(**body: Any) -> dict[str, Any]:
    return {"key": "bad", "title": "Bad", "sort": "mines"} | body


def sent(world: Any, kind: str, body: Any, **more: Any) -> tuple[Any, Any]:
    """What the receiver made of it: everything arrives, and both compute the same, in time."""
    alpha, bravo = world.desks
    started = time.monotonic()
    ref = alpha.forge(kind, body, **more)
    after = alpha.say("After it")
    world.sync()
    assert time.monotonic() - started < QUICK_S
    assert bravo.outcome(after) is Outcome.OPENS
    assert bravo.held_at(ref, "bravo") or alpha.held_at(ref, "bravo")
    return ref, bravo


SQUARE = ring((54, 12), (55, 12), (55, 13))
RULE = Repeat(
    first=date(1970, 1, 1),
    last=date(9999, 12, 31),
    since=TimeOfDay(minute=540),
    to=TimeOfDay(minute=1020),
)
REFUSED = {
    "no number": volume(point({"lat_e7": "NaN", "lon_e7": 0})),
    "beyond the pole": volume(point({"lat_e7": 910_000_000, "lon_e7": 0})),
    "a ring of two": volume(SQUARE | {"ring": SQUARE["ring"][:2]}),
    "a circle of 30,000 km": volume({"kind": "circle", "centre": HERE, "radius_m": 30_000_000}),
    "ends before it starts": volume(point(HERE), {"start_ms": 10**12, "end_ms": 10**12 - 1}),
    "too many corners": volume(SQUARE | {"ring": SQUARE["ring"] * 3_334}),
    "no shape": {"window": window()},
    "another kind of shape": volume({"kind": "cube", "at": HERE}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_a_discrepancy_of_its_author(world: Any, name: str) -> None:
    ref, bravo = sent(world, "hazard.notify", hazard(volumes=[REFUSED[name]]))
    assert bravo.outcome(ref) is Outcome.BAD_BODY
    (found,) = [d for d in bravo.board().discrepancies if d.party == "alpha"]
    assert found.words.startswith("alpha: a body that the procedure does not allow")
    assert found.detail


def odd(*pairs: tuple[float, float]) -> dict[str, Any]:
    return {"volumes": [volume(ring(*pairs))]}


FLAGGED: dict[str, tuple[dict[str, Any], str]] = {
    "nought and nought": (
        {"volumes": [volume(point({"lat_e7": 0, "lon_e7": 0}))]}, "names 0, 0",
    ),
    "for yesterday": (
        {"volumes": [volume(point(HERE), {"start_ms": 10**12, "end_ms": 10**12 + 1})]},
        "for a time that was over when it was written",
    ),
    "words and position disagree": (
        {"volumes": [volume(point(HERE))], "area": "off the mole, 12-34.5N 045-06.7E"},
        "words and positions disagree",
    ),
    "words in MGRS": (
        {"volumes": [volume(point(HERE))], "cause": "mines at 38P LV 51234 67890"},
        "words and positions disagree",
    ),
    "nothing at all": ({}, "left out"),
}  # fmt: skip


@pytest.mark.parametrize("name", FLAGGED)
def test_what_is_odd_is_taken_and_flagged(world: Any, name: str) -> None:
    body, why = FLAGGED[name]
    ref, bravo = sent(world, "hazard.notify", hazard(**body))
    assert bravo.outcome(ref) is Outcome.OPENS
    for desk in world.desks:
        assert [flag for flag in shown(desk, ref).flags if why in flag]


UNCOMPARED = {
    "more than a hemisphere": odd((-10, 0), (-10, 120), (-10, -120), (20, 180), (20, 60)),
    "edges that cross": odd((54, 12), (55, 13), (54, 13), (55, 12)),
    "a sliver": odd((54, 12), (54.00001, 12.5), (54.00002, 12)),
    "round the pole": odd((80, 0), (80, 120), (80, -120)),
    "over the antimeridian": odd((54, 179), (55, -179), (54, -178)),
}


@pytest.mark.parametrize("name", UNCOMPARED)
def test_an_outline_that_is_odd_keeps_no_other_from_being_compared(world: Any, name: str) -> None:
    alpha, bravo = world.desks
    near = {"volumes": [volume(point(HERE))]}
    alpha.post("hazard.notify", {"key": "mine", **near})
    bravo.post("activity.notify", {"key": "dive", **near})
    ref, _ = sent(world, "hazard.notify", hazard(**UNCOMPARED[name]))
    assert bravo.outcome(ref) is Outcome.OPENS
    found = [overlaps(desk.seat.view, desk.content, desk.party) for desk in world.desks]
    assert len({each.digest for each in found}) == 1
    pairs = [tuple(side.key for side in each.sides) for each in found[0].overlaps]
    assert ("mine", "dive") in pairs
    if name == "more than a hemisphere":
        assert [key for key, _, _ in found[0].uncompared] == ["bad"]


def test_a_rule_with_a_million_windows_is_taken_and_worked_out_where_asked(world: Any) -> None:
    shape = Point(at=of_degrees(54, 12))
    rules = tuple(replace(RULE, since=TimeOfDay(minute=minute)) for minute in range(200))
    body = hazard(volumes=write_volumes((Volume(shape=shape, window=Window(spans=rules)),)))
    ref, bravo = sent(world, "hazard.notify", body)
    assert bravo.outcome(ref) is Outcome.OPENS
    started = time.monotonic()
    one = shown(bravo, ref)
    (found,) = volumes_of(one.body)
    start = 113_000_000_000_000
    assert spans_between(found.window, start, start + 2 * DAY_MS, at=shape.at)
    overlaps(bravo.seat.view, bravo.content, "bravo")
    assert time.monotonic() - started < QUICK_S


def test_words_full_of_positions_and_shapes_of_all_corners_take_bounded_time(world: Any) -> None:
    words = " ".join(f"{n % 80:02d}-{n % 60:02d}N {n % 170:03d}-{n % 59:02d}E" for n in range(600))
    corners = [(40 + n / 10_000, 10 + (n % 2) / 100) for n in range(9_000)]
    ref, bravo = sent(
        world, "hazard.notify", hazard(cause=words[:1_900], volumes=[volume(ring(*corners))])
    )
    started = time.monotonic()
    one = shown(bravo, ref)
    assert sum("words and positions disagree" in flag for flag in one.flags) == 3
    assert time.monotonic() - started < QUICK_S


def test_one_key_twice_is_flagged_and_ours_is_found_first(world: Any) -> None:
    alpha, bravo = world.desks
    ours = alpha.post("hazard.notify", {"key": "mine", "title": "Ours"})
    world.sync()
    theirs = bravo.forge("hazard.notify", {"key": "mine", "title": "Theirs"})
    again = bravo.forge("activity.notify", {"key": "mine", "title": "Again"})
    world.sync()
    for desk in world.desks:
        assert desk.outcome(theirs) is Outcome.OPENS
        told = {one.title: one.flags for one in notifications(desk.seat.view, overlay(desk))}
        assert [f for f in told["Ours"] if f.startswith("its key also names bravo-1:")]
        assert [f for f in told["Again"] if "of alpha" in f]
    found = find_notification(alpha.seat.view, "mine", own="alpha")
    assert found is not None
    assert found.opener == ours
    bravo.post("hazard.cancel", {}, case=theirs)
    bravo.post("activity.cancel", {}, case=again)
    world.sync()
    assert not [f for f in shown(alpha, ours).flags if "its key" in f]


CHANGES = ("amend", "cancel", "replace")


@pytest.mark.parametrize("verb", CHANGES)
def test_what_another_party_says_of_ours_is_a_discrepancy_and_changes_nothing(
    world: Any, verb: str
) -> None:
    alpha, bravo = world.desks
    ours = bravo.post("hazard.notify", {"key": "ours", "title": "Ours"})
    world.sync()
    bodies = {"amend": {"title": "Theirs"}, "cancel": {}, "replace": {"by": "other"}}
    ref, _ = sent(world, f"hazard.{verb}", bodies[verb], case=ours, strands=("alpha", "bravo"))
    assert bravo.outcome(ref) is Outcome.OUT_OF_TURN
    one = shown(bravo, ours)
    assert (one.title, one.is_over) == ("Ours", False)
    assert [d for d in bravo.board().discrepancies if d.party == "alpha"]
    del alpha
