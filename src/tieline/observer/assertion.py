"""Assertions: what a statement says in a form that can be counted, one small value per fact.

Each is about one ``thing``, named by a key that the observer chose. Fields that a report does
not fill stay empty and are never guessed; an empty ``by`` means "by whom is not said". Days
left out are those of the statement that carries the assertion.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tieline.days import Days


class Stage(Enum):
    """The life of a framework."""

    PROMISED = "promised"
    DRAFTED = "drafted"
    AGREED = "agreed"
    IN_FORCE = "in force"
    AMENDED = "amended"
    LAPSED = "lapsed"


class Extent(Enum):
    """How much of a channel a suspension or a restoration touches."""

    WHOLE = "whole"
    PART = "part"


class Outcome(Enum):
    """What is reported to have become of a commitment."""

    KEPT = "kept"
    PARTLY = "partly kept"
    BROKEN = "not kept"


class Way(Enum):
    """How two sides were, or were to be, in contact."""

    VISIT = "visit"
    CALL = "call"
    MEETING = "meeting"
    VIRTUAL = "virtual meeting"
    SUMMIT = "summit"
    LETTER = "letter"
    ANSWER = "answer"


class Result(Enum):
    """What is reported to have become of a contact."""

    HELD = "held"
    PLANNED = "planned"
    POSSIBLE = "possible"
    REBUFFED = "rebuffed"
    REFUSED = "refused"
    UNANSWERED = "unanswered"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponement:
    """A round (``thing``) was put off."""

    thing: str
    by: tuple[str, ...] = ()
    reason: str | None = None


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
    """How a mechanism or channel is reported to fare, short of a suspension."""

    thing: str
    words: str
    since: Days | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who held an office: ``start`` to ``end``, or seen there ``at`` a round or contact.

    Without any of these, the report styles the holder so on the day when it was published.
    """

    thing: str
    party: str | None = None
    office: str | None = None
    holder: str | None = None
    vacant: bool = False
    at: str | None = None
    start: Days | None = None
    end: Days | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A stage in a framework's life, as said of or by certain sides."""

    thing: str
    stage: Stage
    name: str | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Somebody is reported to have undertaken something."""

    thing: str
    what: str | None = None
    by: tuple[str, ...] = ()
    due: Days | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One contact; ``of`` is the channel that it belongs to, ``by`` who sought it."""

    thing: str
    way: Way | None = None
    result: Result | None = None
    of: str | None = None
    by: tuple[str, ...] = ()
    who: tuple[OfSide, ...] = ()
    days: Days | None = None
    place: str | None = None


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
    | Same
    | Disagreement
    | Dating
)
