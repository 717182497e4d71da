"""Positions: what each side holds on a topic through time, one statement at a time, none merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tieline.answers.told import as_known, no_such, statements_by_id
from tieline.days import Days, Sure
from tieline.observer.assertion import Position
from tieline.observer.claims import unique

if TYPE_CHECKING:
    from datetime import date

    from tieline.observer.claims import Cite
    from tieline.observer.picture import Picture
    from tieline.observer.statement import Force


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionTold:
    """One statement of a position.

    ``said`` is when it was said, as far as is reported; ``learned`` when it became known.
    """

    topic: str
    side: str
    speaker: str | None
    force: Force
    said: Days | None
    learned: Days
    text: str
    note: str | None
    language: str | None
    source: str
    via: tuple[str, ...]
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class SidePositions:
    """One side's statements on one topic, oldest first; those without a day come last."""

    side: str
    positions: tuple[PositionTold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPositions:
    """A topic, side by side. ``undated`` counts statements whose day nobody gives.

    ``others`` are statements marked with the topic that are no position of a side.
    """

    topic: str
    sides: tuple[SidePositions, ...]
    undated: int
    others: int


def positions_on(
    picture: Picture,
    topic: str | None = None,
    *,
    side: str | None = None,
    on: date | None = None,
    known_on: date | None = None,
) -> tuple[TopicPositions, ...]:
    """Statements of position by topic and side; ``on`` leaves out what was surely said later.

    Raises:
        UsageError: nobody states a position on that topic, or that side states none at all.
    """
    seen = as_known(picture, known_on)
    claims = seen.of(Position)
    topics = unique(seen.key(c.assertion.thing) for c in claims)
    marked = _marked(seen)
    if topic is not None and seen.key(topic) not in topics and topic not in marked:
        raise no_such(topic, [*topics, *marked], "nobody states a position on")
    sides = unique(c.assertion.side for c in claims)
    if side is not None and side not in sides:
        raise no_such(side, sides, "no position is reported of")
    by_id = statements_by_id(seen, (c.cite.id for c in claims))
    told: dict[str, dict[str, list[PositionTold]]] = {}
    if topic is not None:
        told[seen.key(topic)] = {}
    for claim in claims:
        key = seen.key(claim.assertion.thing)
        statement = by_id.get(claim.cite.id)
        if statement is None or (topic is not None and key != seen.key(topic)):
            continue
        if side is not None and claim.assertion.side != side:
            continue
        if on is not None and (statement.happened or Days()).begun_by(on) is Sure.NO:
            continue
        told.setdefault(key, {}).setdefault(claim.assertion.side, []).append(
            PositionTold(
                topic=key,
                side=claim.assertion.side,
                speaker=statement.speaker,
                force=statement.force,
                said=statement.happened,
                learned=seen.learned.get(statement.id, Days()),
                text=statement.text,
                note=statement.note,
                language=statement.language,
                source=statement.source,
                via=statement.via,
                cite=claim.cite,
            )
        )
    return tuple(_topic(key, columns, marked.get(key, 0)) for key, columns in told.items())


def _marked(picture: Picture) -> dict[str, int]:
    """How many statements that count are marked with each topic."""
    found: dict[str, int] = {}
    for statement in picture.record.statements:
        if statement.id not in picture.fallen:
            for topic in statement.topics:
                found[topic] = found.get(topic, 0) + 1
    return found


def _topic(key: str, columns: dict[str, list[PositionTold]], marked: int) -> TopicPositions:
    sides = tuple(
        SidePositions(side=side, positions=tuple(sorted(listed, key=_order)))
        for side, listed in columns.items()
    )
    every = [one for column in sides for one in column.positions]
    return TopicPositions(
        topic=key,
        sides=sides,
        undated=sum(one.said is None or not one.said.known for one in every),
        others=max(0, marked - len({one.cite.id for one in every})),
    )


def _order(one: PositionTold) -> tuple[int, date, date]:
    return (one.said if one.said is not None and one.said.known else one.learned).sort_key()
