"""Shown: what the command line and the web page both show of a line, as plain values.

Every field is text, a whole number, a flag, or a tuple of such values, so that `plain` turns
any of them into JSON. Times are POSIX seconds as their authors claimed them, None where nobody
named one. References are short (``alpha-1:12``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tieline.record.content import Content
from tieline.record.entry import Ref
from tieline.state.model import CaseKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How the connection to a party stands: ``up``, ``down`` or ``never``; seconds since heard."""

    state: str
    heard_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningClock:
    """A clock of ours that runs: for which strand, ``receipt``, ``take`` or ``answer``, time left.

    ``due_in_s`` is negative once it ran out and its expiry is not filed yet.
    """

    case: CaseKey
    strand: str
    clock: str
    due_in_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What one node knows beside the record itself.

    Attributes:
        own: our party.
        now_s: POSIX seconds, for the page's own clock.
        held: time (s) of the receipt by which a party's system holds an entry, None without.
        content: what can be read of an entry.
        links: by party; a party that is absent was never reached.
        clocks: our clocks that run.
        rows_max: most rows of the timeline and most closed messages that are shown.
    """

    own: str
    now_s: int
    held: Callable[[Ref, str], int | None]
    content: Callable[[Ref], Content]
    links: Mapping[str, Link] = field(default_factory=dict)
    clocks: tuple[RunningClock, ...] = ()
    rows_max: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TextShown:
    """The words in one language; ``original`` marks the one that is authoritative."""

    lang: str
    text: str
    original: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder. ``time_s`` and ``who`` are empty while it is not proven.

    ``implied`` says that a later step of the same party proves it, without a receipt of its own.
    """

    step: str
    words: str
    proven: bool
    implied: bool = False
    time_s: int | None = None
    who: str = ""
    signers: tuple[str, ...] = ()
    ref: str = ""
    texts: tuple[TextShown, ...] = ()
    codes: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockShown:
    """A clock that runs."""

    clock: str
    words: str
    due_in_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderShown:
    """How far a message got with one party.

    ``standing`` is one word of: waiting, answered, declined, withdrawn, crossed, no answer,
    technical fault, suspended, vacant, done. ``reached`` is the highest step of theirs that is
    proven; ``allowed`` lists the kinds of message by which our officers may move it now.
    """

    party: str
    offices: tuple[str, ...]
    state: str
    words: str
    standing: str
    reached: str
    is_open: bool
    rungs: tuple[Rung, ...]
    clocks: tuple[ClockShown, ...] = ()
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentShown:
    """A file that came with a message; ``length`` in bytes."""

    name: str
    type: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShown:
    """A message with its ladders. ``title`` is the subject, or the procedure's own words."""

    ref: str
    procedure: str
    kind: str
    title: str
    sender: str
    to: tuple[str, ...]
    is_ours: bool
    is_open: bool
    mark: str
    level: str
    channel: str
    time_s: int
    signers: tuple[str, ...]
    flags: tuple[str, ...]
    texts: tuple[TextShown, ...]
    codes: tuple[str, ...]
    answer_by_s: int
    references: tuple[str, ...]
    attachments: tuple[AttachmentShown, ...]
    corrections: tuple[str, ...]
    ladders: tuple[LadderShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelShown:
    """Messages of one precedence level, open ones first, the newest first among them."""

    level: str
    messages: tuple[MessageShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeShown:
    """An office; ``counterpart`` is the office that it is paired with, empty without."""

    name: str
    title: str
    filled: bool
    counterpart: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyShown:
    """A party, its offices, and how it can be reached. Version 0: nothing heard of it yet."""

    party: str
    name: str
    is_ours: bool
    fingerprint: str
    roster_version: int
    offices: tuple[OfficeShown, ...]
    link: str
    heard_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionShown:
    """A suspension that stands."""

    ref: str
    by: str
    office: str
    time_s: int
    reason: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumptionShown:
    """A proposal to lift suspensions, with what each other party made of it."""

    ref: str
    by: str
    time_s: int
    lifts: tuple[str, ...]
    note: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelShown:
    """A channel: open, or suspended by whom, since when and why."""

    name: str
    is_open: bool
    suspendable: bool
    words: str
    suspensions: tuple[SuspensionShown, ...]
    proposals: tuple[ResumptionShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionShown:
    """What one party proposes for a clause; ``left_out`` when it proposes to have none."""

    party: str
    title: str
    text: str
    terms: str
    left_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseShown:
    """A clause: alike for all, or in brackets with each party's position.

    ``missing`` names parties that have filed no position on it.
    """

    id: str
    is_bracketed: bool
    positions: tuple[PositionShown, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedShown:
    """A clause of the text in force."""

    id: str
    title: str
    text: str
    terms: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseShown:
    """A framework promised by one side."""

    party: str
    time_s: int
    due: str
    texts: tuple[TextShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkShown:
    """The framework's life. ``status`` is one of: none, promised, drafted, agreed, in force,
    amended, lapsed. ``amended`` means that a version is in force and the next one is negotiated.

    ``next_digest`` is what a party signs now, empty while a bracket is left or all is signed.
    """

    status: str
    words: str
    ref: str
    version: int
    digest: str
    next_version: int
    next_digest: str
    signed: tuple[str, ...]
    next_signed: tuple[str, ...]
    standing: tuple[tuple[str, str], ...]
    promises: tuple[PromiseShown, ...]
    clauses: tuple[ClauseShown, ...]
    in_force: tuple[AgreedShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyShown:
    """Something that does not fit, with its author, in plain words."""

    ref: str
    party: str
    words: str
    detail: str
    time_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the timeline. ``is_minor`` marks what only machines said."""

    ref: str
    case: str
    time_s: int | None
    party: str
    office: str
    what: str
    kind: str
    mark: str
    level: str
    is_minor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything that is shown of one line."""

    line: str
    title: str
    own: str
    now_s: int
    parties: tuple[PartyShown, ...]
    channels: tuple[ChannelShown, ...]
    framework: FrameworkShown
    levels: tuple[LevelShown, ...]
    tests: tuple[MessageShown, ...]
    corrections: tuple[MessageShown, ...]
    discrepancies: tuple[DiscrepancyShown, ...]
    unreadable: tuple[str, ...]
    timeline: tuple[Row, ...]


def plain(value: Any) -> dict[str, Any]:
    """Any value of this module as what `json.dumps` takes."""
    return asdict(value)
