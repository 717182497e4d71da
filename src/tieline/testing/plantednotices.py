"""Planted bugs of notifications: each must be found by an exercise of `testing.notices`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final
from unittest.mock import patch

from tieline import notifying
from tieline.procedures.notification import movement
from tieline.procedures.procedure import By, roles_of
from tieline.replication import clocks
from tieline.state import judge, readbacks
from tieline.state.view import View
from tieline.testing.options import Options
from tieline.testing.planted import Planted

HURRY_S: Final = 8
"""By how much the planted clock of an arrival runs out too early."""
QUIET: Final = Options(faults_s=60, calm_s=30)
CUT: Final = Options(faults_s=60, calm_s=30, loss=0.2, cut=1.0)


def _hurried() -> Sequence[Any]:
    """*Overdue* is filed before its time, and says that it was not."""
    real = clocks._arrival_clocks  # noqa: SLF001

    def early(*args: Any) -> Any:
        return [replace(each, allowed_s=each.allowed_s - HURRY_S) for each in real(*args)]

    return [patch.object(clocks, "_arrival_clocks", early)]


def _plan_only() -> Sequence[Any]:
    """An arrival that was stated after the plan is not heard."""

    def stated(_: View, case: Any) -> int | None:
        return movement.due_ms(case.message.body, case.message.body)

    return [
        patch.object(clocks, "stated_due_ms", stated),
        patch("tieline.state.expiries.stated_due_ms", stated),
    ]


def _filled_only() -> Sequence[Any]:
    """A *stop* passes over offices that a roster calls vacant."""
    real = notifying.stop_shown

    def shown(node: Any, args: Any) -> Any:
        plan: Any = real(node, args)
        view = node.seat("").view
        filled = {
            f"{party}/{office.name}"
            for party in view.registers.parties
            for office in view.roster(party).offices
            if office.filled
        }
        return plan | {"to": [name for name in plan["to"] if name in filled]}

    return [patch.object(notifying, "stop_shown", shown)]


def _anybody() -> Sequence[Any]:
    """Whoever says it counts as the notifier too."""

    def roles(author: str, *, opener: str, strand: str) -> frozenset[By]:
        found = roles_of(author, opener=opener, strand=strand)
        return found | roles_of(opener, opener=opener, strand=strand)

    return [
        patch.object(judge, "roles_of", roles),
        patch("tieline.replication.filing.roles_of", roles),
    ]


def _wording(choose: Callable[[tuple[Any, ...]], Any]) -> Sequence[Any]:
    """A read-back is compared with another wording than the one that was read."""

    def read_of(_: View, worded: tuple[Any, ...], *__: Any) -> Any:
        return choose(worded)

    return [patch.object(readbacks, "_read_of", read_of)]


def _all_channels() -> Sequence[Any]:
    """What suspends one channel suspends every channel, safety too."""

    def suspended(self: View, channel: str) -> bool:
        standing = self._standing_suspensions()
        return bool(channel) and bool(standing)

    return [patch.object(View, "suspended", suspended)]


PLANTED_NOTICES: Final = (
    Planted(name="overdue is filed early", patches=_hurried, options=QUIET, seeds=2),
    Planted(name="an arrival put off is not heard", patches=_plan_only, options=QUIET, seeds=2),
    Planted(
        name="a stop passes over a vacant office", patches=_filled_only, options=QUIET, seeds=2
    ),
    Planted(name="others amend what we notified", patches=_anybody, options=QUIET, seeds=3),
    Planted(
        name="a read-back is compared with the newest wording",
        patches=lambda: _wording(lambda worded: worded[-1]),
        options=CUT,
        seeds=3,
    ),
    Planted(
        name="a suspension closes safety too", patches=_all_channels, options=QUIET, seeds=2
    ),
)  # fmt: skip
"""Every planted bug of notifications with the options under which it must be found."""
