"""Reported: statements of an observer's record, kept in clear as they were filed."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import UsageError
from tieline.procedures.reported import KINDS
from tieline.state.model import Outcome


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_of_one_party_keeps_reported_statements(desks: Any, kind: str) -> None:
    world = desks.open_line("watcher")
    (watcher,) = world.desks
    ref = watcher.post(kind, {"item": {"id": "s1"}})
    assert watcher.outcome(ref) is Outcome.OPENS
    assert watcher.seat._item(ref.origin, ref.index).entry.sealed is False


def test_a_statement_is_one_object(desks: Any) -> None:
    (watcher,) = desks.open_line("watcher").desks
    with pytest.raises(UsageError, match="item"):
        watcher.post("reported.statement", {"item": "they met"})
    with pytest.raises(UsageError, match="not known"):
        watcher.post("reported.statement", {"item": {}, "more": 1})
