"""Parts: what the procedures of the dialogue share: their channel, limits and smallest bodies."""

from __future__ import annotations

from typing import Final

from tieline.procedures import form
from tieline.procedures.form import Field, Form

CHANNEL: Final = "dialogue"
NUMBER_MAX: Final = 10_000
"""Highest number of a round in its mechanism."""
RANK_MAX: Final = 100
"""Lowest rank of a seat; 1 is the highest."""
LENGTH_MIN_MAX: Final = 43_200
"""Longest meeting, in minutes: thirty days."""
WAYS: Final = ("visit", "call", "meeting", "virtual meeting", "summit", "letter")
"""How two sides are in contact."""
PRESENCES: Final = ("in person", "virtual", "in person and virtual")
"""How the sides of a round meet."""

NOTE: Final = Form(fields=(form.words("note", "anything beside it"),))
WHY: Final = Form(fields=(form.words("why", "the reason, in the author's words"),))


def spoken_by() -> tuple[Field, ...]:
    """Who said something, through which channel, and when."""
    return (
        form.line("speaker", "who said it"),
        form.line("channel", "where it was said: a statement, a press conference, a post"),
        form.instant("said_ms", "when it was said"),
    )


def length() -> Field:
    """How long a meeting lasted."""
    help_ = "how long it lasted, in minutes"
    return form.integer("length_min", help_, least=1, most=LENGTH_MIN_MAX)
