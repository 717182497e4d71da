"""Filed: a message of a line that counts, and how its body is read for an answer.

What parties say on a line was judged when it was folded, so that a body here has passed its form.
What a body leaves out stays unsaid: every reader gives None or nothing, and never a default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from typing import TypeAlias, TypeVar

from tieline.days import Days, parse_days
from tieline.observer.assertion import Assertion, OfSide
from tieline.record.entry import Ref
from tieline.record.message import Message
from tieline.state.shortref import short_ref
from tieline.words import LINE_CHARS_MAX

E = TypeVar("E", bound=Enum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One message that opened or moved a case, or stated a fact.

    Attributes:
        ref: its entry; time_s: when it was filed, as its author claims (POSIX seconds).
        party: who said it; message: what was said.
        opener: the message that opened its case (itself, if it opened one).
        thing: the key of what its case is about.
        keys: for each entry that opened a case of this line, the key of its thing.
        completes: whether with this step every party has agreed.
        parties: all parties of the line; severed: for each suspension, what it suspended.
    """

    ref: Ref
    time_s: int
    party: str
    message: Message
    opener: Message
    thing: str
    keys: Mapping[str, str] = field(repr=False)
    severed: Mapping[str, str] = field(default_factory=dict, repr=False)
    parties: tuple[str, ...] = ()
    completes: bool = False

    @property
    def day(self) -> Days:
        """The day on which it was filed, in UTC, as its author claims."""
        return on_day(self.time_s * 1000)

    def text(self, name: str) -> str | None:
        """One text of the body, or None when it is not said."""
        value = self.message.body.get(name)
        return value if isinstance(value, str) and value else None

    def line(self, name: str) -> str | None:
        """A text as one line, for a table."""
        value = self.text(name)
        return " ".join(value.split()) or None if value else None

    def number(self, name: str) -> int | None:
        """A whole number of the body."""
        value = self.message.body.get(name)
        return value if isinstance(value, int) else None

    def days(self, name: str) -> Days | None:
        """Days of the body."""
        value = self.text(name)
        return parse_days(value) if value else None

    def instant(self, name: str) -> Days | None:
        """The day of an instant in milliseconds, in UTC."""
        value = self.number(name)
        return on_day(value) if value is not None else None

    def choice(self, name: str, words: type[E]) -> E | None:
        """A member of a closed list; None when it is not said or the list lacks the word."""
        value = self.text(name)
        return next((member for member in words if member.value == value), None)

    def named(self, name: str) -> str | None:
        """The key of a thing that the body names by key or by the entry that opened it."""
        value = self.text(name)
        return self.keys.get(value, value if " " not in value else None) if value else None

    def names(self, name: str) -> tuple[str, ...]:
        """The keys of a list of things."""
        return tuple(self.keys.get(value, value) for value in self.texts(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.message.body.get(name)
        return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()

    def sides(self, name: str) -> tuple[OfSide, ...]:
        """A list of values, one a party."""
        value = self.message.body.get(name)
        found = [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
        return tuple(OfSide(party=str(v["party"]), value=str(v["value"])) for v in found)


Act: TypeAlias = Callable[[Filed], tuple[Assertion, ...]]
"""What a message of one kind asserts."""


def on_day(time_ms: int) -> Days:
    """The UTC day of an instant; unknown where the calendar ends."""
    try:
        day: date = datetime.fromtimestamp(time_ms / 1000, UTC).date()
    except (OverflowError, ValueError, OSError):
        return Days()
    return Days(earliest=day, latest=day)


TEXT_FIELDS = ("texts", "item", "purpose")
"""Fields that hold words in several languages, one of them the original."""


def original(message: Message) -> tuple[str, str]:
    """Language and words of the original among a message's texts; empty when it has none."""
    for name in TEXT_FIELDS:
        value = message.body.get(name)
        for item in value if isinstance(value, list) else ():
            if isinstance(item, dict) and item.get("original") == "yes":
                return str(item["lang"]), str(item["text"])
    return "", ""


def shortly(message: Message, limit: int = LINE_CHARS_MAX) -> str:
    """The original words of a message as one line."""
    return " ".join(original(message)[1].split())[:limit]


def key_of(ref: Ref, message: Message) -> str:
    """The key of what a case is about: the one that its opener gave, else its place."""
    given = message.body.get("key")
    return given if isinstance(given, str) and given else short_ref(ref).replace(":", ".")
