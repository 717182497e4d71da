"""Values of the state: outcomes of entries, cases, their strands and steps, discrepancies."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tieline.procedures.procedure import Procedure
from tieline.record.entry import Ref
from tieline.record.message import Mark, Message
from tieline.state.past import Past


class Outcome(StrEnum):
    """What became of an entry. All but the first four are discrepancies of its author."""

    OPENS = "opens a case"
    MOVES = "moves a case"
    FACT = "states a fact"
    DUPLICATE = "said before under the same id"
    UNREADABLE = "unreadable here"
    MALFORMED = "not a message of this version"
    WRONG_LINE = "speaks of another line or log"
    WRONG_SPEAKER = "speaks for another party"
    UNKNOWN_KIND = "a kind of message that this version does not know"
    HOUSE_ONLY = "an item of a party's own house, on a line with others"
    NOT_IN_FRAMEWORK = "a procedure that the framework does not have"
    BAD_BODY = "a body that the procedure does not allow"
    BAD_SIGNATURE = "a signature that does not hold"
    NOT_ENTITLED = "signed by nobody who may speak for that office"
    NEEDS_TWO = "two persons must sign this"
    SAME_ID = "another message under an id already used"
    UNKNOWN_CASE = "a step in a case that its author had not seen"
    UNSEEN_STEP = "names a step that its author had not seen, or of another case"
    STALE = "passes over a newer step that its author had seen"
    OUT_OF_TURN = "not a step that the procedure has here"
    NO_STRAND = "moves the strand of a party that has none in this case"
    EARLY = "a clock said to have run out before it did"
    NOT_SUSPENDABLE = "a channel that the framework does not let one party suspend"
    NOT_AGREED = "signs a text that is not agreed"
    LOCKED = "changes an agreed passage without reopening it"
    BAD_ROSTER = "a roster that does not follow the one before"
    NOT_PERSONAL = "withdraws a file that was not declared personal"
    OTHER_PARTIES = "an invitation that names other parties"
    FALSE_SEEN = "says to have seen a log as it never was"


PLAIN = frozenset(
    {Outcome.OPENS, Outcome.MOVES, Outcome.FACT, Outcome.DUPLICATE, Outcome.UNREADABLE}
)
"""Outcomes that are nobody's fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """Something that does not fit, with its author. It has no other effect."""

    ref: Ref
    party: str
    outcome: Outcome
    detail: str


@dataclass(frozen=True, slots=True, order=True)
class CaseKey:
    """A case inside a state: the party that opened it and its id.

    The id is the message's id, a full stop, and some digits of what it says: a party that says
    two things under one id, at two places that did not see each other, opens two cases.
    """

    party: str
    id: str

    @property
    def message_id(self) -> str:
        """The id of the message that opened the case."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One step of one strand: where it stands, where it led, what it had in view.

    ``id`` is its message's: the same step filed in two logs is one step.
    """

    ref: Ref
    id: str
    kind: str
    state: str
    author: str
    signers: tuple[str, ...]
    after: frozenset[Ref]
    past: Past
    issued_ms: int
    time_s: int


@dataclass(slots=True, kw_only=True)
class Case:
    """One running instance of a procedure.

    ``strands`` maps a party to its steps, in the order in which they were folded here; the
    order means nothing. ``openers`` has more than one entry when the message was filed twice,
    and ``filed_s`` the claimed time of each of them.
    """

    key: CaseKey
    procedure: Procedure
    opener: Ref
    message: Message
    time_s: int
    flags: tuple[str, ...]
    signers: tuple[str, ...]
    openers: list[Ref] = field(default_factory=list)
    filed_s: dict[Ref, int] = field(default_factory=dict)
    strands: dict[str, list[Taken]] = field(default_factory=dict)

    @property
    def channel(self) -> str:
        """The channel that the case belongs to; empty when it has none."""
        named = self.message.body.get("channel")
        return self.procedure.channel or (named if isinstance(named, str) else "")

    @property
    def level(self) -> str:
        return self.message.level

    @property
    def mark(self) -> Mark:
        return self.message.mark
