"""Measure: stated by one party, extended, ended and taken back by nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError, UsageError
from tieline.state.model import Outcome


def stated(desk: Any, desks: Any, **changes: Any) -> Any:
    body = {
        "key": "oil-exemption",
        "what": "exemption",
        "texts": desks.texts("Eight buyers are exempt for six months."),
        "on": "eight buyers of oil",
        "from": "2018-11",
        "until": "2019-05",
    }
    return desk.post("measure.state", body | changes)


def state(desk: Any, case: Any) -> dict[str, str]:
    found: dict[str, str] = desk.seat.view.states(desk.seat.view.case_at(case))
    return found


def test_a_measure_is_moved_by_its_author_alone(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = stated(alpha, desks)
    world.sync()
    assert state(bravo, case) == {"alpha": "stated"}
    for kind, body in (
        ("measure.extend", {"until": "2019-11"}),
        ("measure.end", {}),
        ("measure.withdraw", {}),
    ):
        with pytest.raises(RefusedError, match="not a step"):
            bravo.post(kind, body, case=case)
        forged = bravo.forge(kind, body, case=case, strands=("bravo",))
        world.sync()
        assert alpha.outcome(forged) is Outcome.NO_STRAND
    alpha.post("measure.extend", {"until": "2019-11"}, case=case)
    alpha.post("measure.end", {"on": "2019-05-02", "why": "not renewed"}, case=case)
    world.sync()
    assert state(bravo, case) == {"alpha": "ended"}
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post("measure.extend", {"until": "2020"}, case=case)
    alpha.post("measure.withdraw", {"why": "wrongly stated"}, case=case)
    world.sync()
    assert state(bravo, case) == {"alpha": "withdrawn"}


def test_a_measure_is_of_a_known_sort_and_an_extension_names_the_end(
    world: Any, desks: Any
) -> None:
    alpha, _ = world.desks
    with pytest.raises(UsageError, match=r"body\.what is not one of"):
        stated(alpha, desks, what="gesture")
    case = stated(alpha, desks)
    with pytest.raises(UsageError, match=r"body\.until is missing"):
        alpha.post("measure.extend", {}, case=case)
