"""The observer's record: cited sources, what they report, and what an observer infers.

A statement is never more than "this source, in this passage, with this force, says so". What
an observer concludes stands apart as an `Inference`, names its author and grounds, and can be
withdrawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tieline.days import Days
    from tieline.observer.assertion import Assertion


class Force(Enum):
    """Through what channel a source says something; none is ever turned into another."""

    READOUT = "readout"
    PRESS = "press"
    SAID = "said"
    POST = "post"
    NARRATED = "narrated"
    UNNAMED = "unnamed"
    OPINION = "opinion"
    SIGNED = "signed"
    RECORDED = "recorded"


REPORTED_FORCES = frozenset(Force) - {Force.SIGNED, Force.RECORDED}
"""What an observer's record may hold: the other two come from a line, and from our own house."""

FORCE_MEANING: dict[Force, str] = {
    Force.READOUT: "an official text or summary",
    Force.PRESS: "a named official to journalists",
    Force.SAID: "a named person or body, channel not given",
    Force.POST: "a named person on a social network",
    Force.NARRATED: "the journalist, no source given",
    Force.UNNAMED: 'attributed to "officials", "observers", "seen as"',
    Force.OPINION: "a named outside commentator",
    Force.SIGNED: "a party's own signed word on a line",
    Force.RECORDED: "recorded by us only",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A published report. ``published`` may be unknown; ``sha256`` is of the file, in hex."""

    id: str
    title: str | None = None
    outlet: str | None = None
    published: Days
    file: str
    sha256: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one passage says, in our words.

    ``span`` is where the passage stands in the report, as characters counted from 0: ``120-240``.

    Attributes:
        source: key of the source it was read in; ``via`` goes on from there to its origin.
        passage: paragraph or heading, ``5``, ``8, 9``, ``standfirst``.
        happened: when what it tells of was; None when it tells of no event.
        learned: when it became known (published); None takes the source's day.
        language: of the original passage, when not that of our text.
    """

    id: str
    source: str
    via: tuple[str, ...] = ()
    passage: str
    speaker: str | None = None
    force: Force
    happened: Days | None = None
    learned: Days | None = None
    text: str
    note: str | None = None
    language: str | None = None
    topics: tuple[str, ...] = ()
    span: str | None = None
    assertions: tuple[Assertion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """What an observer concludes from ``grounds`` (ids of statements), for anyone to drop."""

    id: str
    author: str
    text: str
    grounds: tuple[str, ...]
    assertions: tuple[Assertion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A statement or inference (``of``) is taken back; it stays readable and counts no more."""

    id: str
    of: str
    author: str
    on: Days
    why: str


class Verdict(Enum):
    """What a second person finds on comparing an item with its passage or grounds."""

    AGREES = "agrees"
    OBJECTS = "objects"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A second person has compared a statement or inference (``of``) with what it rests on."""

    id: str
    of: str
    reviewer: str
    verdict: Verdict
    on: Days
    note: str | None = None


Item = Source | Statement | Inference | Withdrawal | Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that an observer has filed, each kind in the order of filing."""

    sources: tuple[Source, ...] = ()
    statements: tuple[Statement, ...] = ()
    inferences: tuple[Inference, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    reviews: tuple[Review, ...] = ()

    def items(self) -> tuple[Item, ...]:
        return (
            *self.sources,
            *self.statements,
            *self.inferences,
            *self.withdrawals,
            *self.reviews,
        )
