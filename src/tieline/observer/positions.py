"""Positions: what each side is reported to hold on a topic, one statement at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tieline.days import Days
from tieline.observer.assertion import Position

if TYPE_CHECKING:
    from tieline.observer.claims import Cite
    from tieline.observer.picture import Picture
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
    claims = picture.of(Position) if topic is None else picture.about(Position, topic)
    views = [
        PositionView(
            topic=picture.key(c.assertion.thing),
            side=c.assertion.side,
            statement=statement,
            learned=c.learned or Days(),
            cite=c.when_learned()[1],
        )
        for c in claims
        if side in {None, c.assertion.side}
        if (statement := picture.statement(c.cite.id)) is not None
    ]
    return tuple(sorted(views, key=lambda view: (view.topic, view.side)))
