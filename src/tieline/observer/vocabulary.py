"""Vocabulary: the closed lists of words that assertions use, each word as it is written."""

from __future__ import annotations

from enum import Enum


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

    MET = "met"
    PARTLY = "partly met"
    MISSED = "missed"
    LAPSED = "lapsed"
    DISPUTED = "disputed"
    RENEWED = "renewed"


class Way(Enum):
    """How two sides were, or were to be, in contact."""

    VISIT = "visit"
    CALL = "call"
    MEETING = "meeting"
    VIRTUAL = "virtual meeting"
    SUMMIT = "summit"
    LETTER = "letter"
    ANSWER = "answer"
    MESSAGE = "message"


class Result(Enum):
    """What is reported to have become of a contact."""

    HELD = "held"
    PLANNED = "planned"
    POSSIBLE = "possible"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    CONDITIONAL = "accepted on conditions"
    CANCELLED = "cancelled"
    REBUFFED = "rebuffed"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    ANSWERED = "answered"


class Presence(Enum):
    """How the two sides of a round were to meet, or met."""

    IN_PERSON = "in person"
    VIRTUAL = "virtual"
    HYBRID = "in person and virtual"


class Move(Enum):
    """What was done with a round, other than putting it off."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MOVED = "moved"
    CANCELLED = "cancelled"
    OPENED = "opened"
    CLOSED = "closed"


class Manner(Enum):
    """How a seat is held, other than by appointment to it."""

    ACTING = "acting"
    DELEGATE = "delegate"


class Tie(Enum):
    """How one thing leads to another: the thing named first does this to the second."""

    MANDATES = "mandates"
    CREATES = "creates"
    REVIVES = "revives"
    BINDS = "binds"
    PREPARES = "prepares"
    FOLLOWS = "follows"


class Fate(Enum):
    """What became of an item of an agenda."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LEFT = "left to one side"
    RAISED = "raised"


class Where(Enum):
    """Where an item was raised."""

    ROOM = "in the room"
    PRESS = "to the press"


class Draft(Enum):
    """How far a joint text has come."""

    OPENED = "opened"
    BRACKETED = "bracketed"
    AGREED = "agreed"
    ADOPTED = "adopted"
    WITHDRAWN = "withdrawn"


class Demand(Enum):
    """What became of a precondition."""

    NAMED = "named"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    MET = "met"
    WITHDRAWN = "withdrawn"


class Act(Enum):
    """Kinds of measures of one side that other things refer to."""

    SANCTION = "sanction"
    SALE = "sale"
    DEPLOYMENT = "deployment"
    EXEMPTION = "exemption"
    TARIFF = "tariff"
    EXPORT_CONTROL = "export control"
    OTHER = "other"
