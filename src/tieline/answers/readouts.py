"""Readouts: what each side said afterwards, side by side in its own words and never merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tieline.answers.told import as_known, find, statements_by_id
from tieline.days import Days
from tieline.observer.assertion import Readout

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tieline.observer.claims import Cite
    from tieline.observer.picture import Picture
    from tieline.observer.statement import Force


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadoutView:
    """One readout as one statement gives it.

    ``said`` falls back on when it became known; ``topics`` are the statement's own.
    """

    side: str
    speaker: str | None
    channel: str | None
    force: Force | None
    said: Days
    embargo: Days | None
    text: str
    note: str | None
    language: str | None
    topics: tuple[str, ...]
    via: tuple[str, ...]
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class SideReadouts:
    """All readouts of one side, oldest first; a side that gave none is not listed."""

    side: str
    readouts: tuple[ReadoutView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicShown:
    """A topic, and the sides whose readouts are marked with it: the reader's tool, no finding."""

    topic: str
    sides: tuple[str, ...]


def readouts_of(
    picture: Picture, key: str, *, known_on: date | None = None
) -> tuple[SideReadouts, ...]:
    """The readouts of a round or contact, a column for each side in the order of filing.

    Raises:
        UsageError: nothing is reported under that key.
    """
    seen = as_known(picture, known_on)
    claims = seen.about(Readout, key)
    if not claims:
        find(seen, key)
    by_id = statements_by_id(seen, (claim.cite.id for claim in claims))
    columns: dict[str, list[ReadoutView]] = {}
    for claim in claims:
        statement = by_id.get(claim.cite.id)
        if statement is None:
            continue
        one = claim.assertion
        columns.setdefault(one.side, []).append(
            ReadoutView(
                side=one.side,
                speaker=statement.speaker,
                channel=one.channel,
                force=statement.force,
                said=one.said or statement.happened or seen.learned.get(statement.id, Days()),
                embargo=one.embargo,
                text=statement.text,
                note=statement.note,
                language=statement.language,
                topics=statement.topics,
                via=statement.via,
                cite=claim.cite,
            )
        )
    return tuple(
        SideReadouts(side=side, readouts=tuple(sorted(views, key=lambda v: v.said.sort_key())))
        for side, views in columns.items()
    )


def topics_shown(columns: Iterable[SideReadouts]) -> tuple[TopicShown, ...]:
    """Which side's readouts are marked with which topic, those of several sides first."""
    sides: dict[str, list[str]] = {}
    for column in columns:
        for view in column.readouts:
            for topic in view.topics:
                told = sides.setdefault(topic, [])
                if column.side not in told:
                    told.append(column.side)
    shown = [TopicShown(topic=topic, sides=tuple(told)) for topic, told in sides.items()]
    return tuple(sorted(shown, key=lambda one: -len(one.sides)))
