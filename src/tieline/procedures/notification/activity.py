"""Activity: what a party is going to do: an exercise, a patrol, a firing, a launch, a flight.

Counts of people and pieces are those that agreements on prior notification set thresholds for (the
Vienna Document's list, among others); what an agreement asks for stands in its rule pack.
"""

from __future__ import annotations

from typing import Final

from tieline.procedures import form
from tieline.procedures.form import Field, Form
from tieline.procedures.notification.parts import (
    CANCELLED,
    COUNT_MAX,
    END_TAKEN,
    LIVE,
    NOTIFICATION,
    NOTIFIED,
    PARTED,
    REPLACE,
    REPLACED,
    TOLD,
    WHY,
    WITHDRAW_FILE,
    Answers,
    amended,
    head,
    says,
    tail,
    withdraw_kind,
    withdrawing,
)
from tieline.procedures.procedure import CROSSED, Opening, Procedure, Strands

NOTIFY, AMEND, REPLACES, CANCEL = (
    "activity.notify", "activity.amend", "activity.replace", "activity.cancel",
)  # fmt: skip
SORTS: Final = (
    "exercise", "patrol", "firing", "launch", "flight", "research", "transit", "deployment",
    "other",
)  # fmt: skip
COUNTS: Final = {
    "personnel": "people taking part",
    "landing_personnel": "people landed from the sea or the air",
    "tanks": "battle tanks",
    "armoured_vehicles": "armoured combat vehicles",
    "antitank_launchers": "anti-tank missile launchers on vehicles",
    "artillery": "guns, mortars and rocket launchers of 100 mm and above",
    "helicopters": "helicopters",
    "aircraft": "aircraft",
    "sorties": "sorties planned",
    "ships": "ships",
    "submarines": "submarines",
    "divisions": "divisions, or formations of that size",
}
"""What is counted, and in what words."""
EXPECTED: Final = ("title", "sort", "volumes", "purpose", "contact")
"""Fields without which it is flagged as incomplete."""


def _counts() -> tuple[Field, ...]:
    return tuple(
        form.integer(name, f"how many: {words}", most=COUNT_MAX) for name, words in COUNTS.items()
    )


NOTIFY_FORM: Final = Form(
    fields=(
        *head("activity"),
        form.choice("sort", "what sort of activity it is", SORTS),
        form.volumes("volumes", "where and when"),
        form.words("area", "where, in words"),
        form.words("purpose", "what for"),
        form.line("command", "who commands it, at what level"),
        form.line_by_party("forces", "forces taking part, for each party of the line"),
        form.lines("units", "formations and units taking part, of other states too"),
        *_counts(),
        form.words("phases", "phases, with their days and places"),
        form.choice("no_notice", "whether it was told to those taking part at its start", ("yes",)),
        form.choice("observers", "whether observers are invited", ("invited", "not invited")),
        form.line("calendar", "how it differs from what a calendar of activities announced"),
        form.lines("warnings", "published warnings that belong to it, by series and number"),
        form.key_or_ref("replaces", "the notification that it stands in place of"),
        *tail(),
    )
)
ANSWERS: Final = Answers(name="activity", ends=(CANCELLED, REPLACED), parts=True)
STATES: Final = (NOTIFIED, *LIVE, *PARTED, CANCELLED, REPLACED, END_TAKEN, CROSSED)

ACTIVITY = Procedure(
    name="activity",
    version=1,
    channel=NOTIFICATION,
    openings=(Opening(kind=NOTIFY, own=NOTIFIED, others=TOLD),),
    strands=Strands.ALL,
    steps=(
        *ANSWERS.changed("amend", {NOTIFIED: NOTIFIED, CROSSED: NOTIFIED}),
        *ANSWERS.ended("replace", REPLACED, (NOTIFIED,)),
        *ANSWERS.ended("cancel", CANCELLED, (NOTIFIED,)),
        *ANSWERS.rows(),
        *withdrawing("activity", STATES),
    ),
    bodies={
        NOTIFY: NOTIFY_FORM,
        AMEND: amended(NOTIFY_FORM),
        REPLACES: REPLACE,
        CANCEL: WHY,
        withdraw_kind("activity"): WITHDRAW_FILE,
        **ANSWERS.bodies(),
    },
    whole=frozenset({AMEND, REPLACES, CANCEL}),
    closed=ANSWERS.closed(),
    says=says(STATES),
)
