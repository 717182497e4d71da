"""Recognition: dates, names and offices found in a passage, each with the words it came from.

Rules and the record's own registers, no learned models. What is found is a proposal: nobody but
the observer turns one into a field, and each says why it was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tieline.days import Days


class Found(Enum):
    """What kind of thing a proposal names."""

    DAYS = "days"
    PERSON = "person"
    OFFICE = "office"
    PARTY = "party"
    THING = "thing"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Something that a passage may name.

    Attributes:
        found: what kind of thing it is.
        words: the passage's own words, at characters ``start`` to ``end`` of the passage.
        value: what would be entered: days in the text format, a name, a key.
        why: how the words lead to the value.
        days: the value of a date.
        kind: for a thing, the word of its assertion, as ``mechanism``.
        key: of the thing, seat or person that is meant, where it has one.
    """

    found: Found
    words: str
    start: int
    end: int
    value: str
    why: str
    days: Days | None = None
    kind: str = ""
    key: str = ""
