"""Overview: what one node knows beside the record, and the board that comes of both."""

from __future__ import annotations

from tieline.node import Node
from tieline.record.content import Spoken
from tieline.record.entry import Ref
from tieline.record.strict import JsonValue
from tieline.replication.clocks import clocks_of, remaining_s
from tieline.replication.seat import Seat
from tieline.state.board import Board, board
from tieline.state.shown import Link, Overlay, RunningClock

ROWS_MAX = 500


def overlay(node: Node, seat: Seat, *, rows_max: int = ROWS_MAX) -> Overlay:
    """Receipts, links and clocks of a seat, as a board wants them."""

    def held(ref: Ref, party: str) -> int | None:
        if party == seat.party:
            return None
        receipt = seat.receipt_for(ref, party)
        return receipt.time_s if receipt is not None else None

    now = node.now()
    links = {}
    for party, peer in seat.peers.items():
        if peer.heard_at_ms is None:
            links[party] = Link(state="never")
        else:
            heard_s = (now.elapsed_ms - peer.heard_at_ms) // 1000
            links[party] = Link(state="up" if peer.up else "down", heard_s=heard_s)
    return Overlay(
        own=seat.party,
        now_s=now.wall_s,
        held=held,
        content=seat.content,
        links=links,
        clocks=tuple(_clocks(node, seat)),
        rows_max=rows_max,
    )


def _clocks(node: Node, seat: Seat) -> list[RunningClock]:
    found = []
    now = node.now()
    for key in sorted(seat.watched):
        case = seat.view.case(key)
        for strand in sorted(case.strands) if case is not None else ():
            for clock in clocks_of(seat, case, strand) if case is not None else ():
                name = "receipt" if clock.receipt is None and case is not None else clock.clock
                found.append(
                    RunningClock(
                        case=key,
                        strand=strand,
                        clock=name,
                        due_in_s=remaining_s(seat, clock, now),
                    )
                )
    return found


def board_of(node: Node, seat: Seat, *, rows_max: int = ROWS_MAX) -> Board:
    """Everything that is shown of a line."""
    return board(seat.fold, overlay(node, seat, rows_max=rows_max))


def reported(seat: Seat) -> list[tuple[str, dict[str, JsonValue], str, int]]:
    """Items of an observer's record: kind, item, full reference, time filed (POSIX s)."""
    found: list[tuple[str, dict[str, JsonValue], str, int]] = []
    for case in sorted(seat.view.cases("reported"), key=lambda c: c.opener):
        content = seat.content(case.opener)
        item = content.message.body.get("item") if isinstance(content, Spoken) else None
        if isinstance(item, dict):
            found.append((case.message.kind, item, case.opener.text(), case.time_s))
    return found
