"""Read-backs: what was read beside what was sent, in bounded time whatever a peer reads back."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tieline.space.geodesy import distance_m
from tieline.space.position import of_degrees
from tieline.state import readbacks
from tieline.state.readbacks import apart


def test_positions_beyond_those_sent_are_compared_with_the_nearest_without_a_geodesic_to_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = tuple(of_degrees(n / 10, 179.9) for n in range(200))
    more = tuple(of_degrees(n / 10 + 0.01, -179.9) for n in range(200))
    asked = []

    def counted(one: Any, other: Any) -> float:
        asked.append(one)
        return distance_m(one, other)

    monkeypatch.setattr(readbacks, "distance_m", counted)
    found = apart(sent, (*sent, *more))
    assert len(asked) == 400
    assert found[:200] == (0,) * 200
    assert found[200:] == tuple(
        math.ceil(distance_m(one, at)) for one, at in zip(sent, more, strict=True)
    )
