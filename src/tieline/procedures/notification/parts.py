"""Parts: what all notifications share: how others answer one, what stands in every body.

A notification tells; it asks for no leave and nobody grants any. The notifier alone amends,
replaces and ends it; each other party takes it, reads its positions back, asks, objects or replies,
and says which of its units know. A reply is kept word for word, and is never a clearance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from tieline.procedures import form
from tieline.procedures.bodies import TEXT_CHARS_MAX
from tieline.procedures.form import Field, Form
from tieline.procedures.procedure import CROSSED, By, Step, steps

NOTIFICATION: Final = "notification"
SAFETY: Final = "safety"
NO_CLEARANCE: Final = "a reply is no clearance"
"""Stands beside every reply, wherever one is shown."""

NOTIFIED, TOLD, AMENDED, TAKEN, READ, QUERIED, EXPLAINED, OBJECTED, REPLIED = (
    "notified", "told", "amended", "taken", "read back", "queried", "explained", "objected",
    "replied",
)  # fmt: skip
ASKED, OFFERED, AGREED = "separation asked", "separation offered", "separation agreed"
CANCELLED, REPLACED, END_TAKEN = "cancelled", "replaced", "end taken"
UNIT_STATES: Final = ("told", "confirmed", "refused", "unreachable")
"""How it stands with a unit that must know, the last three final."""

COUNT_MAX: Final = 10_000_000
"""Most people or pieces of one kind that a notification counts."""
SEPARATION_M_MAX: Final = 1_000_000
HEIGHT_M_MAX: Final = 100_000

NOTE: Final = Form(fields=(form.words("note", "anything beside it"),))
WHY: Final = Form(fields=(form.words("why", "the reason, in the author's words"),))
OBJECT: Final = Form(
    fields=(form.words("why", "the reasons, in the author's words", required=True),)
)
QUERY: Final = Form(
    fields=(
        form.texts("texts", "what is asked", required=True),
        form.lines("about", "the fields of the notification that it is about"),
        form.instant("answer_by_ms", "by when an explanation is asked for"),
    )
)
EXPLAIN: Final = Form(
    fields=(
        form.texts("texts", "the explanation", required=True),
        form.references("references", "entries of the line that show it"),
    )
)
REPLY: Final = Form(
    fields=(
        form.words("words", "the reply, word for word", required=True, most=TEXT_CHARS_MAX),
        form.line("speaker", "who gave it"),
        form.line("channel", "how it came, if not by this line"),
        form.instant("said_ms", "when it was given"),
    )
)
READBACK: Final = Form(
    fields=(
        form.waypoints("positions", "the positions as they were read", required=True),
        form.lines("written", "the same, as they were read aloud, in another style than sent"),
        form.line("place", "what place it is, in the reader's words"),
        form.reference("of", "the notification or amendment that was read"),
    )
)
CONFIRM: Final = Form(
    fields=(
        form.line("unit", "the unit that must know", required=True),
        form.choice("state", "how it stands with the unit", UNIT_STATES, required=True),
        form.instant("at_ms", "when"),
        form.line("by", "who of the unit"),
        form.reference("of", "the notification or amendment that the unit knows"),
        form.words("note", "anything beside it"),
    )
)
SEPARATE: Final = Form(
    fields=(
        form.integer("distance_m", "how far apart, in metres", least=1, most=SEPARATION_M_MAX),
        form.integer("height_m", "how far apart in height, in metres", least=1, most=HEIGHT_M_MAX),
        form.volumes("volumes", "where and when the author would be instead"),
        form.texts("texts", "the proposal in words"),
    ),
    either=(("distance_m", "height_m", "volumes", "texts"),),
)
WITHDRAW_FILE: Final = Form(
    fields=(
        form.files("files", "the files withdrawn; each was declared personal when it was sent"),
        form.words("why", "the reason, in the author's words", required=True),
    )
)
REPLACE: Final = Form(
    fields=(
        form.key_or_ref("by", "the notification that stands in its place", required=True),
        form.words("why", "the reason, in the author's words"),
    )
)


def head(names: str) -> tuple[Field, ...]:
    """How every notification begins."""
    return (
        form.key("key", f"names the {names} on every line that it is sent on", required=True),
        form.line("title", "what it is called"),
    )


def tail() -> tuple[Field, ...]:
    """How every notification ends: words, who must know, files, what this recipient may not see."""
    return (
        form.texts("texts", "what else there is to say"),
        form.lines("contact", "how to reach whoever is there: frequencies, telephones"),
        form.units("must_know", "units of the parties told that must know"),
        form.keys("linked", "other notifications that belong to it"),
        form.attachments(
            "attachments", "files beside it; names of persons stand in these, declared personal"
        ),
        form.lines("redacted", "fields that were left out for this recipient"),
    )


def withdraw_kind(name: str) -> str:
    """The kind by which the notifier withdraws files of a procedure that hold personal data."""
    return f"{name}.withdraw-file"


def withdrawing(name: str, states: Iterable[str]) -> tuple[Step, ...]:
    """Rows that let the notifier withdraw a file at any time, and leave its strand as it is."""
    return steps(By.AUTHOR, withdraw_kind(name), {state: state for state in states})


def amended(notify: Form, *fields: Field) -> Form:
    """The whole notification as it stands from now on, without its key, and why it changed."""
    kept = tuple(field for field in notify.fields if field.name != "key")
    return Form(fields=(*kept, *fields, form.words("why", "why it changed")))


LIVE: Final = (TOLD, AMENDED, TAKEN, READ, QUERIED, EXPLAINED, OBJECTED, REPLIED)
"""States of a party that was told, while the notification stands."""
PARTED: Final = (ASKED, OFFERED, AGREED)
"""States of a party while both speak of keeping apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The rows by which other parties answer a notification, and its author explains.

    ``ends`` are the states in which it is over, ``parts`` whether keeping apart is spoken of.
    """

    name: str
    ends: tuple[str, ...]
    parts: bool = False

    def kind(self, verb: str) -> str:
        return f"{self.name}.{verb}"

    @property
    def live(self) -> tuple[str, ...]:
        """States of a party that was told, while the notification stands."""
        return (*LIVE, *PARTED) if self.parts else LIVE

    def rows(self) -> tuple[Step, ...]:
        """Every row of a hearer, and the explanation."""
        stays = {QUERIED: QUERIED, OBJECTED: OBJECTED} | {s: s for s in PARTED if self.parts}
        live = (*self.live, CROSSED)
        over = dict.fromkeys((*self.ends, END_TAKEN), END_TAKEN)
        reading = {s: stays.get(s, READ) for s in live}
        replying = {s: stays.get(s, READ if s == READ else REPLIED) for s in live}
        parted = stays.keys() - {QUERIED, OBJECTED}
        taking = {s: s if s in {QUERIED, READ, REPLIED, *parted} else TAKEN for s in live}
        confirming = {s: TAKEN if s in {TOLD, AMENDED, CROSSED} else s for s in live}
        explaining = {s: EXPLAINED if s == QUERIED else s for s in self.live}
        return (
            *steps(By.HEARER, self.kind("take"), taking | over),
            *steps(By.HEARER, self.kind("readback"), reading),
            *steps(By.HEARER, self.kind("query"), dict.fromkeys(live, QUERIED)),
            *steps(By.OPENER, self.kind("explain"), explaining),
            *steps(By.HEARER, self.kind("object"), dict.fromkeys(live, OBJECTED)),
            *steps(By.HEARER, self.kind("reply"), replying | over),
            *steps(By.HEARER, self.kind("confirm"), confirming | over),
            *(self._parting() if self.parts else ()),
        )

    def _parting(self) -> tuple[Step, ...]:
        return (
            *steps(By.HEARER, self.kind("separate"), dict.fromkeys((*self.live, CROSSED), ASKED)),
            *steps(By.OPENER, self.kind("separate"), dict.fromkeys(self.live, OFFERED)),
            *steps(By.HEARER, self.kind("agree"), {OFFERED: AGREED}),
            *steps(By.OPENER, self.kind("agree"), {ASKED: AGREED}),
        )

    def changed(self, verb: str, own: Mapping[str, str]) -> tuple[Step, ...]:
        """A change that the others have to read again; ``own`` is where the author's strand goes.

        No other party has a row of its own strand for it, and it moves all strands or none.
        """
        return (
            *steps(By.AUTHOR, self.kind(verb), own),
            *steps(By.OTHER, self.kind(verb), dict.fromkeys((*self.live, CROSSED), AMENDED)),
        )

    def ended(self, verb: str, target: str, own: Iterable[str]) -> tuple[Step, ...]:
        """An end for all; said twice it stays what it is."""
        sources = (*own, *self.live, CROSSED, *self.ends, END_TAKEN)
        return steps(By.OPENER, self.kind(verb), dict.fromkeys(sources, target))

    def bodies(self) -> dict[str, Form]:
        """The forms of the answers."""
        found = {
            "take": NOTE, "readback": READBACK, "query": QUERY, "explain": EXPLAIN,
            "object": OBJECT, "reply": REPLY, "confirm": CONFIRM,
        }  # fmt: skip
        found |= {"separate": SEPARATE, "agree": NOTE} if self.parts else {}
        return {self.kind(verb): body for verb, body in found.items()}

    def closed(self) -> frozenset[str]:
        """States in which nobody owes anything more."""
        parted = {AGREED} if self.parts else set()
        return frozenset({NOTIFIED, TAKEN, READ, REPLIED, *parted, *self.ends, END_TAKEN})


SAYS: Final[Mapping[str, str]] = {
    NOTIFIED: "notified, and stands",
    TOLD: "told; taken by no officer yet",
    AMENDED: "amended; to be read again",
    TAKEN: "taken by an officer; that is no clearance",
    READ: "positions read back",
    QUERIED: "asked about; not explained yet",
    EXPLAINED: "explained",
    OBJECTED: "objected to",
    REPLIED: f"replied to; {NO_CLEARANCE}",
    ASKED: "asks the notifier to keep apart",
    OFFERED: "was offered to keep apart",
    AGREED: "agreed with the notifier to keep apart",
    CANCELLED: "cancelled by the notifier",
    REPLACED: "replaced by another notification",
    END_TAKEN: "its end was taken by an officer",
    CROSSED: "two steps crossed; both stand",
}


def says(states: Iterable[str], **more: str) -> dict[str, str]:
    """Words for the states of one procedure."""
    return {state: more.get(state) or SAYS[state] for state in states}
