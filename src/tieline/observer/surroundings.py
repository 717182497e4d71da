"""Surroundings: readouts, measures, events, and what is said to lead to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tieline.observer.assertion import (
    Cause,
    Event,
    Link,
    Measure,
    Readout,
)
from tieline.observer.claims import Cite, Settled, settle, standing, told, unique

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tieline.days import Days
    from tieline.observer.picture import Picture, Sight
    from tieline.observer.statement import Statement
    from tieline.observer.vocabulary import Act, Tie


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadoutView:
    """What one side said afterwards of a round or contact (``of``), in its own words."""

    of: str
    side: str
    channel: str | None
    said: Days | None
    embargo: Days | None
    statement: Statement
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureView:
    """What one side did outside the talks; ``start`` and ``end`` as reported.

    ``replaced`` are ends that their own author has since replaced on a line, oldest first.
    """

    key: str
    name: str
    act: Act | None
    by: tuple[str, ...]
    on: tuple[str, ...]
    start: Settled | None
    end: Settled | None
    cites: tuple[Cite, ...]
    replaced: tuple[tuple[Days, Cite], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """Something that happened outside the talks."""

    key: str
    name: str
    days: Settled | None
    by: tuple[str, ...]
    place: str | None
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseView:
    """One reason given for something; ``because`` is a key, ``words`` is for readers."""

    thing: str
    because: str | None
    words: str
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """One thing is said to lead to another."""

    thing: str
    tie: Tie
    to: str
    cite: Cite


def readouts(picture: Picture, of: str | None = None) -> tuple[ReadoutView, ...]:
    """Readouts of one thing or of all, one by one, in the order of filing."""
    claims = picture.about(Readout, of) if of is not None else picture.of(Readout)
    return tuple(
        ReadoutView(
            of=picture.key(c.assertion.thing),
            side=c.assertion.side,
            channel=c.assertion.channel,
            said=c.assertion.said or c.happened,
            embargo=c.assertion.embargo,
            statement=statement,
            cite=c.cite,
        )
        for c in claims
        if (statement := picture.statement(c.cite.id)) is not None
    )


def measures(picture: Picture) -> tuple[MeasureView, ...]:
    """Every measure."""
    return tuple(picture.view(measure_view, key) for key in picture.things(Measure))


def measure_view(sight: Sight, key: str) -> MeasureView:
    """One measure, for `Picture.view`; without days of its own it is from when it is told of."""
    claims = sight.about(Measure, key)
    start = [(c.assertion.start, c.cite) for c in claims if c.assertion.start]
    start = start or [(c.happened, c.cite) for c in claims if c.happened and not c.assertion.end]
    ends = [(c.assertion.end, c.cite) for c in claims if c.assertion.end]
    last = standing(ends)
    return MeasureView(
        key=key,
        name=told(c.assertion.name for c in claims) or key,
        act=only(c.assertion.act for c in claims),
        by=unique(by for c in claims for by in c.assertion.by),
        on=unique(on for c in claims for on in c.assertion.on),
        start=settle(standing(start)),
        end=settle(last),
        cites=unique(c.cite for c in claims),
        replaced=tuple(told for told in ends if told not in last),
    )


def events(picture: Picture) -> tuple[EventView, ...]:
    """Every event that belongs to no other kind."""
    return tuple(picture.view(event_view, key) for key in picture.things(Event))


def event_view(sight: Sight, key: str) -> EventView:
    """One event, for `Picture.view`."""
    claims = sight.about(Event, key)
    days = [(c.days(c.assertion.days), c.cite) for c in claims if c.assertion.days or c.happened]
    return EventView(
        key=key,
        name=told(c.assertion.name for c in claims) or key,
        days=settle(days),
        by=unique(by for c in claims for by in c.assertion.by),
        place=told(c.assertion.place for c in claims),
        cites=unique(c.cite for c in claims),
    )


def causes(picture: Picture, of: str | None = None) -> tuple[CauseView, ...]:
    """Reasons given for one thing or for all, one by one."""
    keys = picture.things(Cause) if of is None else (of,)
    return tuple(view for key in keys for view in picture.view(cause_views, key))


def cause_views(sight: Sight, key: str) -> tuple[CauseView, ...]:
    """The reasons given for one thing, for `Picture.view`."""
    return tuple(
        CauseView(
            thing=key,
            because=sight.key(c.assertion.because) if c.assertion.because else None,
            words=c.assertion.words or name_of(sight, c.assertion.because) or "not said",
            cite=c.cite,
        )
        for c in sight.about(Cause, key)
    )


def name_of(sight: Sight, key: str | None) -> str | None:
    """What a measure or event is called, or its key."""
    if key is None:
        return None
    named: list[Any] = [*sight.about(Measure, key), *sight.about(Event, key)]
    return told(claim.assertion.name for claim in named) or key


def only(values: Iterable[Any]) -> Any:
    """The one value that is given; None where none is, or where they differ."""
    given = {value for value in values if value is not None}
    return given.pop() if len(given) == 1 else None


def links(picture: Picture) -> tuple[LinkView, ...]:
    """What is said to lead to what, one by one, in the order of filing."""
    return tuple(
        LinkView(
            thing=picture.key(c.assertion.thing),
            tie=c.assertion.tie,
            to=picture.key(c.assertion.to),
            cite=c.cite,
        )
        for c in picture.of(Link)
    )
