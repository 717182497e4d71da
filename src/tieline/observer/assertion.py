"""Assertions: what a statement says in a form that can be counted, one small value per fact.

Each is about one ``thing``, named by a key that the observer chose. Fields that a report does
not fill stay empty and are never guessed; an empty ``by`` means "by whom is not said". Days
left out are those of the statement that carries the assertion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tieline.days import Days
    from tieline.observer.vocabulary import (
        Act,
        Demand,
        Draft,
        Extent,
        Fate,
        Manner,
        Move,
        Outcome,
        Presence,
        Result,
        Stage,
        Tie,
        Way,
        Where,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OfSide:
    """A value of one side; ``party`` is None when the report names no side."""

    party: str | None
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """A standing series of talks."""

    thing: str
    name: str | None = None
    established: Days | None = None
    place: str | None = None
    by: tuple[str, ...] = ()
    parent: str | None = None
    mandate: str | None = None
    levels: tuple[OfSide, ...] = ()
    subject: str | None = None
    offices: tuple[OfSide, ...] = ()
    rhythm: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way of being in touch that is no series of rounds: ties, calls, contacts of an office."""

    thing: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One meeting of a mechanism: what was planned and what was held are kept apart."""

    thing: str
    of: str | None = None
    number: int | None = None
    planned: Days | None = None
    planned_place: str | None = None
    held: Days | None = None
    place: str | None = None
    levels: tuple[OfSide, ...] = ()
    mandate: str | None = None
    host: str | None = None
    presence: Presence | None = None
    length_min: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Something was done with a round (``thing``), other than putting it off: ``days`` is when."""

    thing: str
    move: Move
    by: tuple[str, ...] = ()
    days: Days | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponement:
    """A round (``thing``) was put off; ``to`` and ``to_place`` when a new day or place is named."""

    thing: str
    by: tuple[str, ...] = ()
    reason: str | None = None
    to: Days | None = None
    to_place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A mechanism or channel was suspended; ``word`` is the report's own verb, if it matters."""

    thing: str
    by: tuple[str, ...] = ()
    since: Days | None = None
    extent: Extent | None = None
    word: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoration:
    """A mechanism or channel was resumed."""

    thing: str
    by: tuple[str, ...] = ()
    since: Days | None = None
    extent: Extent | None = None
    word: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How a mechanism or channel is reported to fare, short of a suspension.

    What somebody demands before they go on is a `Precondition`.
    """

    thing: str
    words: str
    since: Days | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who held an office: ``start`` to ``end``, or seen there ``at`` a round or contact.

    Without any of these, the report styles the holder so on the day when it was published.
    ``rank`` orders the levels of one party, 1 the highest; ``counterpart`` is the key of the other
    party's seat that it is paired with.
    """

    thing: str
    party: str | None = None
    office: str | None = None
    holder: str | None = None
    vacant: bool = False
    at: str | None = None
    start: Days | None = None
    end: Days | None = None
    level: str | None = None
    rank: int | None = None
    manner: Manner | None = None
    counterpart: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A stage in a framework's life, as said of or by certain sides."""

    thing: str
    stage: Stage
    name: str | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Somebody (``by``) is reported to have undertaken something, due on days or on a condition.

    ``side`` is whose view it is that it was met, missed or disputed; None is the source's own.
    """

    thing: str
    what: str | None = None
    by: tuple[str, ...] = ()
    due: Days | None = None
    outcome: Outcome | None = None
    condition: str | None = None
    evidence: str | None = None
    side: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One contact; ``of`` is the channel that it belongs to, ``by`` who sought it.

    ``terms`` are the conditions on which it was accepted, or refused; ``level`` is the level at
    which it was sought, or a message's precedence.
    """

    thing: str
    way: Way | None = None
    result: Result | None = None
    of: str | None = None
    by: tuple[str, ...] = ()
    who: tuple[OfSide, ...] = ()
    days: Days | None = None
    place: str | None = None
    length_min: int | None = None
    terms: str | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """A person was present at a round or contact, styled as the report styles them."""

    thing: str
    person: str
    party: str | None = None
    office: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The statement is a position of one side on a topic (``thing``)."""

    thing: str
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """An item of the agenda of a round or contact (``thing``), and what became of it.

    ``by`` is the side that proposed or raised it; ``where``, if it was raised, whether in the room
    or to the press.
    """

    thing: str
    item: str
    by: tuple[str, ...] = ()
    topic: str | None = None
    fate: Fate | None = None
    where: Where | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A joint text under negotiation: a statement, a framework, a commitment."""

    thing: str
    stage: Draft | None = None
    name: str | None = None
    of: str | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Readout:
    """The statement is what one side said afterwards of a round or contact, in its own words."""

    thing: str
    side: str
    channel: str | None = None
    said: Days | None = None
    embargo: Days | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Precondition:
    """Something that ``by`` is said to demand before ``of`` (a mechanism, channel, contact)."""

    thing: str
    of: str | None = None
    words: str | None = None
    by: tuple[str, ...] = ()
    stage: Demand | None = None
    measure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What one side did outside the talks, that causes and conditions refer to."""

    thing: str
    name: str | None = None
    act: Act | None = None
    by: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    start: Days | None = None
    end: Days | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened outside the talks and belongs to no other kind."""

    thing: str
    name: str | None = None
    days: Days | None = None
    by: tuple[str, ...] = ()
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why something (``thing``) was put off, stood still or was suspended, as it is said.

    ``because`` is the key of a measure, event or other thing; ``words`` serve where there is none.
    """

    thing: str
    because: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One thing leads to another: talks prepare ministers, a summit mandates talks."""

    thing: str
    tie: Tie
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person, under all the names and spellings that sources give."""

    thing: str
    names: tuple[str, ...] = ()
    party: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """Two keys name one thing."""

    thing: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Reports about a thing do not fit, in a way that no field shows."""

    thing: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dating:
    """A source (``thing``) became known on these days."""

    thing: str
    days: Days


Assertion = (
    Mechanism
    | Channel
    | Round
    | Turn
    | Postponement
    | Suspension
    | Restoration
    | Condition
    | Seat
    | Framework
    | Commitment
    | Contact
    | Attendance
    | Position
    | AgendaItem
    | Text
    | Readout
    | Precondition
    | Measure
    | Event
    | Cause
    | Link
    | Person
    | Same
    | Disagreement
    | Dating
)
