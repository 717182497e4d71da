"""Rule packs over notifications of real nodes: all are taken; what they do not keep is said."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.deconfliction.recorded import filed
from tieline.deconfliction.rulecheck import Fault, Finding, check
from tieline.deconfliction.rulereading import read_pack
from tieline.state.board import Overlay
from tieline.state.model import Outcome
from tieline.state.notifications import notification
from tieline.testing.noticebodies import circle

HOUR_MS = 3_600_000
PACK = b"""
format = "tieline/rules@v1"
id = "ours"
edition = 1
title = "Our agreement"
dated = 2026-11-01
source = "letters"
ended = 2026-12-31

[[notice]]
id = "ahead"
kinds = ["exercise"]
hours = 48
source = "point 1"
support = "agreed"

[[threshold]]
id = "troops"
kinds = ["exercise"]
quantity = "personnel"
at_least = 9000
duty = "notify"
source = "point 2"
support = "agreed"

[[required]]
id = "said"
kinds = ["exercise"]
fields = ["purpose", "personnel"]
source = "point 3"
support = "agreed"
"""


def exercise(desk: Any, key: str, *, in_h: float = 100, long_h: float = 10, **body: Any) -> Any:
    """An exercise that begins so many hours from now."""
    start = desk.clock.now().wall_ms + int(in_h * HOUR_MS)
    volumes: Any = circle(54.0, 12.0, 5_000)["volumes"]
    volumes[0]["window"] = [{"start_ms": start, "end_ms": start + int(long_h * HOUR_MS)}]
    whole = {"sort": "exercise", "volumes": volumes, "purpose": "yearly", "personnel": 100} | body
    whole = {name: value for name, value in whole.items() if value is not None}
    return desk.post("activity.notify", {"key": key, **whole})


def findings(world: Any) -> tuple[Finding, ...]:
    """What the pack says of the line; every node says the same."""
    world.sync()
    pack = read_pack(PACK, source="ours.toml")
    said = []
    for desk in world.desks:
        view = desk.seat.view
        cases = sorted(view.cases("activity"), key=lambda case: case.opener)
        told = [
            filed(view, desk.content, case, str(case.message.body["key"])).told.notified
            for case in cases
        ]
        said.append(check((pack,), told))
    assert all(each == said[0] for each in said)
    return said[0]


def faults(world: Any) -> dict[Fault, tuple[str, ...]]:
    return {one.fault: one.keys for one in findings(world)}


@pytest.mark.parametrize(
    ("given", "expected", "is_discrepancy"),
    [
        ({"in_h": 47.9}, Fault.LATE, True),
        ({"in_h": -1}, Fault.AFTER, True),
        ({"purpose": None}, Fault.INCOMPLETE, True),
        ({"personnel": None}, Fault.INCOMPLETE, True),
        ({"personnel": 9_000}, Fault.REACHED, False),
        ({"personnel": 8_999}, Fault.JUST_UNDER, False),
        ({"in_h": 24 * 60}, Fault.EXPIRED, True),
    ],
)
def test_what_does_not_keep_an_agreement_is_taken_and_said(
    world: Any, given: Any, expected: Fault, is_discrepancy: bool
) -> None:
    alpha, bravo = world.desks
    ref = exercise(alpha, "one", **given)
    found = findings(world)
    assert bravo.outcome(ref) is Outcome.OPENS
    (one,) = [each for each in found if each.fault is expected]
    assert one.keys == ("one",)
    assert one.is_discrepancy is is_discrepancy
    assert one.source
    bravo.post("activity.take", {}, case=ref)


def test_what_keeps_everything_is_said_nothing_of(world: Any) -> None:
    exercise(world.desks[0], "good", in_h=48)
    assert findings(world) == ()


def test_several_that_pass_a_threshold_together_are_named_while_they_stand(world: Any) -> None:
    alpha, bravo = world.desks
    exercise(alpha, "north", personnel=4_000)
    south = exercise(alpha, "south", personnel=5_000, in_h=105)
    exercise(alpha, "later", personnel=5_000, in_h=116)
    exercise(bravo, "theirs", personnel=5_000)
    assert faults(world) == {Fault.TOGETHER: ("north", "south")}
    alpha.post("activity.cancel", {}, case=south)
    assert faults(world) == {}


def test_the_newest_wording_counts_and_when_it_was_said(world: Any) -> None:
    alpha, _ = world.desks
    ref = exercise(alpha, "grows", in_h=100, personnel=100)
    assert faults(world) == {}
    world.clock.wait(60 * 3_600)
    case = alpha.seat.view.case_at(ref)
    body = {name: value for name, value in case.message.body.items() if name != "key"}
    alpha.post("activity.amend", body | {"personnel": 8_900}, case=ref)
    assert set(faults(world)) == {Fault.JUST_UNDER}

    # Another time within the notice: moving it is told as late as a new one would be.
    volumes = [dict(body["volumes"][0])]
    start = alpha.clock.now().wall_ms + HOUR_MS
    volumes[0]["window"] = [{"start_ms": start, "end_ms": start + HOUR_MS}]
    alpha.post("activity.amend", body | {"volumes": volumes}, case=ref)
    assert set(faults(world)) == {Fault.LATE}
    overlay = Overlay(own="alpha", now_s=0, held=alpha.held_at, content=alpha.content)
    shown = notification(alpha.seat.view, overlay, case)
    assert shown.told_s == alpha.clock.now().wall_s > shown.opened_s


def test_what_was_withheld_from_us_is_not_called_missing(world: Any) -> None:
    exercise(world.desks[0], "kept", purpose=None, redacted=["purpose"])
    assert faults(world) == {}
