"""Value: any answer as plain JSON values, field by field, nothing left out."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Final

from tieline.answers.counterparts import Rung
from tieline.answers.rounds import RoundAnswer
from tieline.days import Days
from tieline.observer.claims import Cite
from tieline.observer.status import StatusLine

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

ALSO: Final[dict[type, tuple[str, ...]]] = {
    Cite: ("inferred",),
    Rung: ("on_both",),
    RoundAnswer: ("first_plan", "was_postponed"),
    StatusLine: ("forces", "inferences"),
}
"""Properties that a program wants beside the fields."""


def plain(value: object) -> Plain:
    """An answer for `json.dumps`: days as ISO 8601 with their wording, closed words as written.

    Raises:
        TypeError: holds something that no answer holds.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Days):
        return {
            "earliest": plain(value.earliest),
            "latest": plain(value.latest),
            "wording": value.wording,
            "words": value.words(),
        }
    kind = type(value)
    names = _NAMES.get(kind)
    if names is None:
        names = _NAMES[kind] = _names_of(kind)
    if names:
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    raise TypeError(f"{type(value).__name__} is no part of an answer")


_NAMES: Final[dict[type, tuple[str, ...]]] = {}


def _names_of(kind: type) -> tuple[str, ...]:
    """The fields of a kind of value, and the properties shown beside them; none for others."""
    if not is_dataclass(kind):
        return ()
    return (*(field.name for field in fields(kind)), *ALSO.get(kind, ()))
