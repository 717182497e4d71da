"""Shared: what all items of a party's own house have in common.

The house is a line of one party, sealed to its own keys. Every item bears a handling mark from the
moment it is filed. The mark never changes with something else: changing it is a step of its own,
with an author and a reason.
"""

from __future__ import annotations

from tieline.procedures import form
from tieline.procedures.form import Field, Form
from tieline.procedures.procedure import By, Step, steps
from tieline.record.marking import Marking

PREFIX = "house"
"""First word of every kind that belongs into a house and nowhere else."""
TITLE_CHARS_MAX = 300

MARKING: Field = form.choice("marking", "how far the item may go", tuple(Marking), required=True)
MARK_FORM = Form(
    fields=(
        form.choice(
            "marking", "how far the item may go from here on", tuple(Marking), required=True
        ),
        form.choice("before", "the mark that its author saw on it", tuple(Marking), required=True),
        form.words("why", "why the mark is changed", required=True),
    )
)
"""Body of every step that changes a mark."""
DROP_FORM = Form(fields=(form.words("why", "why it is given up"),))


def is_house(kind: str) -> bool:
    """Whether a kind of message belongs into a party's own house, in whatever version."""
    return kind.partition(".")[0] == PREFIX


def mark_kind(opening: str) -> str:
    """The kind of step that changes the mark of items of a kind."""
    return f"{opening}.mark"


def staying(kind: str, *states: str) -> tuple[Step, ...]:
    """Rows of a step that anybody of the house may take and that leads nowhere else."""
    return steps(By.ANYONE, kind, {state: state for state in states})
