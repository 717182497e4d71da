"""Watching: a node that stays up tells of each overlap that is new on a line, unasked.

What was told of is remembered beside the record, so that a start tells only of what came since.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from tieline.deconfliction import report
from tieline.deconfliction.overlaps import Overlap, order_of
from tieline.errors import TielineError
from tieline.home import short_line
from tieline.node import Node
from tieline.overlapping.kept import Line, keeping_of, line_of
from tieline.replication import effects as fx
from tieline.store.derived import read_derived, write_derived

EVENT: Final = "overlap"
LOOK_S: Final = 2.0
"""How often it is looked what changed; without a change that costs a few milliseconds."""
BUSY_S_MAX: Final = 0.05
"""Longest that the node measures before it does anything else; the rest comes in the next turn."""
TOLD_MAX: Final = 10
"""New overlaps that are told of one by one; others are counted."""
REMEMBERED_MAX: Final = 100_000


class _Watch:
    """What a node has told of on one line, and when it looked last."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.told: set[str] | None = _read(path)
        self.fault = ""


_WATCHES: WeakKeyDictionary[Node, dict[str, _Watch]] = WeakKeyDictionary()
_LOOKED_S: WeakKeyDictionary[Node, float] = WeakKeyDictionary()


async def watch(node: Node) -> None:
    """Take up what changed, at most for `BUSY_S_MAX` on each line, and tell what is new.

    Warnings are read in a thread of their own: their file may be long.
    """
    if time.monotonic() - _LOOKED_S.get(node, -LOOK_S) < LOOK_S:
        return
    now_ms = node.now().wall_ms
    lines = [config.line for config in node.configs.values() if len(config.parties) > 1]
    with suppress(TielineError):
        if any(line_of(node, line).are_warnings_due(now_ms) for line in lines):
            await asyncio.to_thread(keeping_of(node).in_force, now_ms)
    is_done = True
    for line in lines:
        if line in node.seats:
            is_done &= _looked(node, line_of(node, line), now_ms)
    if is_done:
        _LOOKED_S[node] = time.monotonic()


def _looked(node: Node, kept: Line, now_ms: int) -> bool:
    """Go on with one line; one that cannot be worked out is told of, and keeps no other back."""
    found = _WATCHES.setdefault(node, {})
    if kept.line not in found:
        name = f"{short_line(kept.line)}.overlaps"
        found[kept.line] = _Watch(node.home.path / "derived" / name)
    watch_ = found[kept.line]
    try:
        is_done = _look(node, kept, watch_, now_ms)
    except Exception as error:
        if node.is_spoiled:
            raise
        words = f"overlaps of this line are not watched: {str(error) or type(error).__name__}"
        if words != watch_.fault:
            watch_.fault = words
            node.carry(kept.seat, [fx.Tell(event=EVENT, words=words)])
        return True
    watch_.fault = ""
    return is_done


def _look(node: Node, kept: Line, watch_: _Watch, now_ms: int) -> bool:
    """Take up what changed on one line; whether that was all of it."""
    kept.look(now_ms)
    book = kept.book(until_s=time.monotonic() + BUSY_S_MAX)
    if book is None:
        return False
    fresh = _fresh(watch_, {each.id: each for each in book.overlaps()})
    if fresh:
        tells = [fx.Tell(event=EVENT, words=words) for words in _words(fresh)]
        node.carry(kept.seat, tells)
    return True


def _fresh(watch_: _Watch, there: dict[str, Overlap]) -> list[Overlap]:
    """Overlaps that were not told of yet, gravest first; remembers all that are there."""
    names = there.keys()
    if watch_.told is not None and names == watch_.told:
        return []
    fresh = [each for name, each in there.items() if watch_.told is None or name not in watch_.told]
    watch_.told = set(names)
    with suppress(OSError):
        # What cannot be remembered is told of once more after the next start.
        write_derived(watch_.path, json.dumps(sorted(names)[:REMEMBERED_MAX]).encode())
    return sorted(fresh, key=order_of)


def _words(fresh: list[Overlap]) -> list[str]:
    """What is told of new overlaps: each of the gravest, and how many more there are."""
    found = [
        f"new overlap {each.id[: report.SHORT_ID]}, {each.severity.value}: "
        f"{report.between_words(each)}; {report.gap_words(each)}; {report.time_words(each)}"
        for each in fresh[:TOLD_MAX]
    ]
    if len(fresh) > TOLD_MAX:
        found.append(f"{len(fresh) - TOLD_MAX} more new overlaps: `tieline overlaps list`")
    return found


def _read(path: Path) -> set[str] | None:
    """What was told of before; None if that is not known."""
    try:
        data = read_derived(path)
        found = json.loads(data) if data is not None else None
    except (OSError, ValueError):
        return None
    return {str(each) for each in found} if isinstance(found, list) else None
