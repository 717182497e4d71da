"""Positions: what each side is reported to hold on a topic, one statement at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tieline.observer.assertion import Position
from tieline.observer.picture import Picture, cite_of

if TYPE_CHECKING:
    from tieline.days import Days
    from tieline.observer.claims import Cite
    from tieline.observer.statement import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionView:
    """One statement of one side on one topic; never merged with another."""

    topic: str
    side: str
    statement: Statement
    learned: Days
    cite: Cite


def positions(
    picture: Picture, *, topic: str | None = None, side: str | None = None
) -> tuple[PositionView, ...]:
    """Statements of position by topic and side: listed, never merged."""
    by_id = {statement.id: statement for statement in picture.record.statements}
    views = [
        PositionView(
            topic=c.assertion.thing,
            side=c.assertion.side,
            statement=by_id[c.cite.id],
            learned=picture.learned[c.cite.id],
            cite=cite_of(by_id[c.cite.id], c.cite.known),
        )
        for c in picture.of(Position)
        if c.cite.id in by_id
    ]
    chosen = [v for v in views if topic in {None, v.topic} and side in {None, v.side}]
    return tuple(sorted(chosen, key=lambda view: (view.topic, view.side)))
