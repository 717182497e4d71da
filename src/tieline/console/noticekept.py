"""Kept notifications: one short row for each, worked out again only where something was said.

A page is made anew at every request, on the loop that drives the node; two thousand notifications
may not hold it up. So a row is kept by how many steps its case has, and dated by the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tieline import overview
from tieline.console.noticewords import instant_ms, span_words, times_words, where_words
from tieline.errors import UsageError
from tieline.node import Node
from tieline.procedures.notification import movement, parts, stop
from tieline.procedures.notification.covered import positions_of, volumes_of
from tieline.procedures.procedure import CROSSED
from tieline.record.strict import JsonValue
from tieline.replication.seat import Seat
from tieline.space.position import Position
from tieline.space.reading import Style
from tieline.space.shape import corners
from tieline.space.spans import DAY_MS, Times, envelope_ms, joined, spans_between
from tieline.space.volume import Volume
from tieline.space.window import INSTANT_MS_MAX, Repeat, Window
from tieline.space.writing import write_position
from tieline.state.model import Case, CaseKey
from tieline.state.notifications import Notification, notification
from tieline.state.shown import Overlay
from tieline.state.standing import NOTICES

SOON_DAYS: Final = 14
WHERE_CHARS_MAX: Final = 160
TIMES_SHOWN: Final = 2
"""Times of the next days that a row names."""
SEARCHED_CHARS_MAX: Final = 4_000
"""So much of what a notification says is searched by the filter of the list."""
NOW, SOON, OPEN, LATER, NOWHEN, PASSED, OVER = (
    "now", "soon", "open", "later", "no time", "passed", "over",
)  # fmt: skip
GROUPS: Final[Mapping[str, str]] = {
    NOW: "Holding now",
    SOON: f"Today and the next {SOON_DAYS} days",
    OPEN: "Holding now, until cancelled",
    LATER: "Later",
    NOWHEN: "No time known",
    PASSED: "Passed, not ended by its notifier",
    OVER: "Over",
}
"""When a notification holds, in the order of the list."""
HOLDING: Final = frozenset({NOW, OPEN})
UNREAD: Final = frozenset({parts.TOLD, parts.AMENDED, CROSSED})
"""States in which no officer of ours has taken a notification as it stands now."""
STOP_DONE: Final = frozenset({stop.ACTED, stop.CANNOT_COMPLY, stop.ENDED})
"""States in which nothing more is asked of a party about a stop."""
THEY_WAIT: Final[Mapping[str, str]] = {
    parts.QUERIED: "asks, and nobody has explained yet",
    parts.ASKED: "asks to keep apart, and has no answer yet",
    CROSSED: "two steps crossed; read both",
}
"""States of another party in which it waits for a word of the notifier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """A notification in one line.

    ``times`` are those of today and the next days, in milliseconds UTC; ``rule`` is the rule by
    which it repeats, in words, if it has one.
    """

    ref: str
    case: CaseKey
    procedure: str
    sort: str
    key: str
    title: str
    party: str
    mark: str
    level: str
    opened_s: int
    is_ours: bool
    is_over: bool
    state: str
    words: str
    flags: tuple[str, ...]
    units: int
    gaps: int
    waits: tuple[str, ...]
    where: str
    volumes: tuple[Volume, ...]
    envelope: Times | None
    times: tuple[Times, ...]
    rule: str
    reconfirm_by_ms: int | None
    searched: str

    @property
    def name(self) -> str:
        """What it is called: title, else key, else reference."""
        return self.title or self.key or self.ref

    def group(self, now_ms: int) -> str:
        """When it holds, seen from now."""
        if self.is_over:
            return OVER
        if self.procedure == "stop" or self.state == movement.LATE:
            return NOW
        if self.envelope is None:
            return NOWHEN
        if any(start <= now_ms < end for start, end in self.times):
            return OPEN if self.envelope[1] >= INSTANT_MS_MAX else NOW
        if any(start > now_ms for start, _ in self.times):
            return SOON
        return LATER if self.envelope[1] > now_ms else PASSED

    def when(self, now_ms: int) -> tuple[str, ...]:
        """Its times that are not over, in words; at most a few."""
        if self.procedure == "stop":
            return (f"called {instant_ms(self.opened_s * 1000)}",)
        if self.envelope is None:
            return ()
        left = [each for each in self.times if each[1] > now_ms]
        shown = [times_words(*each) for each in left[:TIMES_SHOWN]]
        if len(left) > TIMES_SHOWN:
            shown.append(f"and {len(left) - TIMES_SHOWN} more in {SOON_DAYS} days")
        if self.rule:
            return (*shown, self.rule)
        return tuple(shown) or (times_words(*self.envelope),)

    def starts_ms(self, now_ms: int) -> int:
        """What rows of one group are ordered by: the next start, or the end of what holds."""
        if self.procedure == "stop" or self.state == movement.LATE:
            return 0
        if self.group(now_ms) in HOLDING:
            return min((end for start, end in self.times if start <= now_ms < end), default=0)
        later = [start for start, _ in self.times if start > now_ms]
        return min(later, default=self.envelope[0] if self.envelope else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A row, what it was worked out from (steps of the case, rosters), and for which day."""

    row: NoticeRow
    age: tuple[int, int]
    day: int


class KeptNotices:
    """Rows of every line, kept as long as nothing was said that could change them."""

    def __init__(self) -> None:
        self._lines: dict[str, tuple[Seat, dict[CaseKey, _Kept]]] = {}

    def rows(self, node: Node, seat: Seat) -> list[NoticeRow]:
        """A row for each notification of a line, in no order."""
        now_ms = node.now().wall_s * 1000
        kept, day = self._of(seat), now_ms // DAY_MS
        overlay: Overlay | None = None
        rosters = sum(map(len, seat.view.registers.rosters.values()))
        found = []
        for name in NOTICES:
            for case in seat.view.cases(name):
                before = kept.get(case.key)
                age = (_steps(case), rosters)
                if before is None or before.age != age or _turned(before.row, now_ms):
                    overlay = overlay or overview.overlay(node, seat, rows_max=1)
                    row = row_of(seat, overlay, case, now_ms)
                    before = kept[case.key] = _Kept(row=row, age=age, day=day)
                elif before.day != day:
                    row = replace(before.row, times=_times(before.row.volumes, now_ms))
                    before = kept[case.key] = _Kept(row=row, age=age, day=day)
                found.append(before.row)
        return found

    def _of(self, seat: Seat) -> dict[CaseKey, _Kept]:
        """What is kept of a line; a line that was loaded anew begins anew."""
        before = self._lines.get(seat.line)
        if before is None or before[0] is not seat:
            self._lines[seat.line] = before = (seat, {})
        return before[1]


def _steps(case: Case) -> int:
    return sum(map(len, case.strands.values()))


def _turned(row: NoticeRow, now_ms: int) -> bool:
    """Whether the day by which it had to be confirmed again has passed since."""
    by = row.reconfirm_by_ms
    return by is not None and by <= now_ms and not row.is_over


def row_of(seat: Seat, overlay: Overlay, case: Case, now_ms: int) -> NoticeRow:
    """The row of one notification."""
    one = notification(seat.view, overlay, case)
    body, party = one.body, case.key.party
    volumes = volumes_of(body, case.message.body)
    envelopes = [envelope_ms(volume.window) for volume in volumes]
    by = body.get("reconfirm_by_ms")
    return NoticeRow(
        ref=one.ref,
        case=case.key,
        procedure=one.procedure,
        sort=str(body.get("sort", "")),
        key=one.key,
        title=one.title,
        party=party,
        mark=one.mark,
        level=one.level,
        opened_s=one.opened_s,
        is_ours=party == seat.party,
        is_over=one.is_over,
        state=one.state,
        words=one.words,
        flags=one.flags,
        units=len(one.units),
        gaps=one.gaps,
        waits=() if one.is_over else tuple(_waits(one, seat.party, party)),
        where=_where(body, volumes)[:WHERE_CHARS_MAX],
        volumes=volumes,
        envelope=(min(s for s, _ in envelopes), max(e for _, e in envelopes)) if volumes else None,
        times=_times(volumes, now_ms),
        rule=next(map(span_words, _rules(volumes)), ""),
        reconfirm_by_ms=by if isinstance(by, int) and by > now_ms else None,
        searched=_searched(one),
    )


def _where(body: Mapping[str, JsonValue], volumes: tuple[Volume, ...]) -> str:
    area = body.get("area")
    if isinstance(area, str) and area.strip():
        return " ".join(area.split())
    if "route" in body and "volumes" not in body:
        return _along(positions_of(body))
    if not volumes:
        at = positions_of(body)[:1] if "at" in body else ()
        return f"at {write_position(at[0], Style.WARNING)}" if at else ""
    more = f", and {len(volumes) - 1} more" if len(volumes) > 1 else ""
    return where_words(volumes[0]) + more


def _along(points: tuple[Position, ...]) -> str:
    first, last = (write_position(at, Style.WARNING) for at in (points[0], points[-1]))
    return f"along {len(points)} waypoints from {first} to {last}"


def _rules(volumes: tuple[Volume, ...]) -> Iterator[Repeat]:
    for volume in volumes:
        yield from (span for span in volume.window.spans if isinstance(span, Repeat))


def _times(volumes: tuple[Volume, ...], now_ms: int) -> tuple[Times, ...]:
    """Every time that reaches into today and the next days; one that began earlier stays whole."""
    start_ms = now_ms // DAY_MS * DAY_MS
    end_ms = start_ms + (SOON_DAYS + 1) * DAY_MS
    found: list[Times] = []
    for volume in volumes:
        at = corners(volume.shape)[0]
        for span in volume.window.spans:
            if isinstance(span, Repeat):
                found += _repeated(span, start_ms - DAY_MS, end_ms, at)
                continue
            end = INSTANT_MS_MAX if span.end_ms is None else span.end_ms
            if end > start_ms and span.start_ms < end_ms:
                found.append((span.start_ms, end))
    return joined([each for each in found if each[1] > start_ms])


def _repeated(rule: Repeat, start_ms: int, end_ms: int, at: Position) -> tuple[Times, ...]:
    try:
        return spans_between(Window(spans=(rule,)), max(start_ms, 0), end_ms, at=at)
    except UsageError:
        return ()


def _waits(one: Notification, own: str, party: str) -> list[str]:
    """What is still owed to a notification, in words; nothing of what another side owes us."""
    states = {each.party: each.state for each in one.receivers if each.party != party}
    if party == own:
        if one.procedure == "stop":
            return []
        return [f"{p} {THEY_WAIT[s]}" for p, s in states.items() if s in THEY_WAIT]
    ours = states.get(own, "")
    if one.procedure == "stop":
        return [] if ours in STOP_DONE else ["a call to stop that we have not acted on"]
    if ours in UNREAD:
        again = " as it stands now" if ours == parts.AMENDED else ""
        return [f"not taken by us{again}"]
    if ours == parts.OFFERED:
        return ["they offer to keep apart, and have no answer of ours yet"]
    if ours == parts.TAKEN and positions_of(one.body):
        return ["positions not read back by us"]
    return []


def _searched(one: Notification) -> str:
    words = [one.ref, one.key, one.title, one.procedure, one.opened_by]
    words += [value for value in one.body.values() if isinstance(value, str)]
    texts = one.body.get("texts")
    for text in texts if isinstance(texts, list) else ():
        if isinstance(text, dict):
            words.append(str(text.get("text", "")))
    return " ".join(words)[:SEARCHED_CHARS_MAX].casefold()
