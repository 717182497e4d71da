"""Overlaps of a folded line: what every node works out from the notifications that it holds.

``python -m tieline.testing.noticefold FILE SEED numba|plain`` prints the digests of state and
overlaps of a dump, so that both can be asked under another hash seed, locale and time zone, with
compiled kernels and without.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from unittest.mock import patch

from tieline.deconfliction import compiled
from tieline.deconfliction.finding import find
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Result
from tieline.procedures.notification.covered import volumes_of
from tieline.state.digest import state_digest
from tieline.state.notifications import Notification, notification
from tieline.state.shown import Overlay
from tieline.state.standing import COVERING, ContentOf
from tieline.state.view import View
from tieline.testing.refold import folded


def shown(view: View, content: ContentOf, own: str) -> tuple[Notification, ...]:
    """Every notification of a line, whole, as any node must show it: no clock, no receipts."""
    overlay = Overlay(own=own, now_s=0, held=lambda *_: None, content=content)
    return tuple(
        notification(view, overlay, case, whole=True)
        for name in (*COVERING, "stop")
        for case in sorted(view.cases(name), key=lambda case: case.opener)
    )


def notified_of(one: Notification) -> Notified:
    """A notification as the engine takes it."""
    sort = one.body.get("sort")
    is_activity = one.procedure == "activity" and isinstance(sort, str)
    return Notified(
        key=one.key,
        party=one.opened_by.partition("/")[0],
        kind=str(sort) if is_activity else one.procedure,
        title=one.title,
        volumes=volumes_of(one.body),
        filed_ms=one.opened_s * 1000,
        state=one.state if one.is_over else "",
    )


def overlaps(view: View, content: ContentOf, own: str) -> Result:
    """What overlaps on a line, as one node finds it."""
    told = [notified_of(one) for one in shown(view, content, own) if one.procedure != "stop"]
    return find(told, known_ms=0)


def digests(text: str, seed: int) -> str:
    """Digests of state and overlaps of a dump, folded in an order that the seed draws."""
    fold, content = folded(text, seed)
    found = overlaps(fold.view, content, "alpha")
    return f"{state_digest(fold).hex()} {found.digest}"


def main(path: str, seed: str, kernels: str) -> str:
    """The digests with compiled kernels for every size of set, or for none."""
    text = Path(path).read_text(encoding="utf-8")
    if kernels == "plain":
        with patch.dict(sys.modules, {"numba": None}):
            return digests(text, int(seed))
    assert compiled.has_numba(), "numba is not installed"
    with patch.object(compiled, "COMPILED_FROM", 0), patch.object(compiled, "LOADED_FROM", 0):
        return digests(text, int(seed))


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[1:4]) + os.linesep)
