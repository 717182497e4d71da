"""Reading: what the pages show of a node, taken from its seats as plain values.

Nothing here changes the node.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tieline import overview
from tieline.console.shelf import shelves
from tieline.node import Node
from tieline.observer import Picture
from tieline.observer import fold as fold_record
from tieline.procedures.line import message as msg
from tieline.procedures.reported import REPORTED
from tieline.record.entry import Ref
from tieline.replication.effects import Now
from tieline.replication.seat import Seat
from tieline.state.board import Board, board
from tieline.state.model import Case
from tieline.state.saying import message_shown
from tieline.state.shortref import short_ref
from tieline.state.shown import MessageShown, Overlay, RunningClock

ALARMS_MAX = 12
"""Most alarms on the overview; the journal holds more."""
OVERVIEW_ROWS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What the node raised an alarm about, how often, and when last (POSIX seconds)."""

    words: str
    party: str
    time_s: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineHead:
    """What every page of a line names: ``id`` in addresses, levels with the highest first."""

    id: str
    title: str
    own: str
    now_s: int
    level_names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePage(LineHead):
    """A line with everything that is shown of it; ``talks`` names its record in addresses."""

    board: Board
    locked: tuple[tuple[str, str], ...]
    alarms: tuple[Alarm, ...]
    persons: tuple[tuple[str, int], ...]
    has_record: bool
    talks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """A line as the menu names it. ``is_alone`` says that nobody else is on it."""

    id: str
    title: str
    has_record: bool
    is_alone: bool


def menu_item(node: Node, seat: Seat) -> MenuItem:
    """A line for the menu."""
    return MenuItem(
        id=line_id(seat),
        title=node.configs[seat.line].title or "untitled line",
        has_record=has_record(seat),
        is_alone=len(seat.parties) == 1,
    )


def overlay(node: Node, seat: Seat, *, rows_max: int) -> Overlay:
    """What this node knows beside the record, and the clocks that others count for us."""
    known = overview.overlay(node, seat, rows_max=rows_max)
    return replace(known, clocks=(*known.clocks, *_their_clocks(seat, node.now())))


def _their_clocks(seat: Seat, now: Now) -> list[RunningClock]:
    """Clocks that the other side counts for what it sent us, from when it says it sent it.

    Theirs start at our receipt, which is later, so these never show more time than there is.
    """
    found = []
    for case in seat.view.cases("message"):
        if case.key.party == seat.party or seat.party not in case.strands:
            continue
        state = seat.view.state(case, seat.party)
        for kind, allowed_s in _owed(seat, case, state):
            due_in_s = case.time_s + allowed_s - now.wall_s
            found.append(
                RunningClock(case=case.key, strand=seat.party, clock=kind, due_in_s=due_in_s)
            )
    return found


def _owed(seat: Seat, case: Case, state: str) -> list[tuple[str, int]]:
    terms = seat.view.terms()
    own = case.message.body.get("answer_by_s")
    answer_s = own if isinstance(own, int) and own else terms.answer_s(case.level)
    owed = [("take", terms.take_s(case.level))] if state in {msg.SENT, msg.NOT_HELD} else []
    if state in {msg.SENT, msg.NOT_HELD, msg.NOT_TAKEN, msg.TAKEN, msg.TAKEN_LATE}:
        owed.append(("answer", answer_s))
    return owed


def line_head(node: Node, seat: Seat) -> LineHead:
    """What a page of one message needs of its line."""
    return LineHead(
        id=line_id(seat),
        title=node.configs[seat.line].title or "untitled line",
        own=seat.party,
        now_s=node.now().wall_s,
        level_names=seat.view.terms().levels(),
    )


def line_page(node: Node, seat: Seat, *, rows_max: int = OVERVIEW_ROWS) -> LinePage:
    """A line with all that is shown of it."""
    shown = board(seat.fold, overlay(node, seat, rows_max=rows_max))
    head = line_head(node, seat)
    rosters = {party: seat.roster(party) for party in seat.parties}
    return LinePage(
        id=head.id,
        title=head.title,
        own=head.own,
        now_s=head.now_s,
        level_names=head.level_names,
        board=shown,
        locked=tuple(sorted(seat.locked.items())),
        alarms=_alarms(node, seat),
        persons=tuple((p, len(r.persons)) for p, r in rosters.items() if r is not None),
        has_record=has_record(seat),
        talks=next((s.slug for s in shelves(node).values() if s.record.line == seat.line), ""),
    )


def has_record(seat: Seat) -> bool:
    """Whether an observer's record stands on the line."""
    return bool(seat.fold.registers.by_procedure.get(REPORTED.name))


def case_of(seat: Seat, ref: Ref) -> Case | None:
    """The case that an entry opened or moved, if it is one that has ladders."""
    key = seat.fold.registers.steps_of.get(ref)
    case = seat.view.case(key) if key is not None else None
    return case if case is not None and case.procedure.name in overview.LADDERED else None


def case_shown(node: Node, seat: Seat, case: Case) -> MessageShown:
    """A case with its ladders, their clocks, and what corrects it."""
    full = case.opener.text()
    amended = [
        c.opener for c in seat.view.cases("correction") if c.message.body.get("corrects") == full
    ]
    corrections = tuple(map(short_ref, sorted(amended)))
    return message_shown(seat.view, case, overlay(node, seat, rows_max=1), corrections)


def line_id(seat: Seat) -> str:
    """What stands for a line in an address: the last part of its id."""
    return seat.line.rpartition("/")[2]


def seat_of(node: Node, name: str) -> Seat | None:
    """The seat on the line of an address; looked up, never taken apart."""
    return next((seat for seat in node.seats.values() if line_id(seat) == name), None)


def _alarms(node: Node, seat: Seat) -> tuple[Alarm, ...]:
    """Alarms since the node started, alike ones once, the newest first."""
    found: dict[tuple[str, str], Alarm] = {}
    for time_ms, line, tell in node.journal:
        if line != seat.line or tell.event != "alarm":
            continue
        key = (tell.words, tell.party)
        before = found.pop(key, None)
        count = before.count + 1 if before is not None else 1
        found[key] = Alarm(words=tell.words, party=tell.party, time_s=time_ms // 1000, count=count)
    return tuple(reversed(found.values()))[:ALARMS_MAX]


def record_of(seat: Seat) -> Picture:
    """The observer's record that a line holds, in the order of filing."""
    found = sorted(overview.reported(seat), key=lambda item: (item[3], item[2]))
    return fold_record((kind, item) for kind, item, _, _ in found)
