"""Hazard: a danger or a closure that others should keep clear of, whoever causes it."""

from __future__ import annotations

from typing import Final

from tieline.procedures import form
from tieline.procedures.form import Form
from tieline.procedures.notification.parts import (
    CANCELLED,
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
    "hazard.notify", "hazard.amend", "hazard.replace", "hazard.cancel",
)  # fmt: skip
SORTS: Final = (
    "firing", "missile or rocket", "space debris", "mines", "unexploded ordnance", "wreck",
    "obstruction", "drifting object", "survey or cable work", "closed area", "closed airspace",
    "jamming", "weather", "other",
)  # fmt: skip
EXPECTED: Final = ("title", "sort", "volumes")
"""Fields without which it is flagged as incomplete."""

NOTIFY_FORM: Final = Form(
    fields=(
        *head("hazard"),
        form.choice("sort", "what sort of hazard it is", SORTS),
        form.volumes("volumes", "where and when"),
        form.words("area", "where, in words"),
        form.choice("closed", "whether the area is closed, or only dangerous", ("yes", "no")),
        form.words("cause", "what causes it"),
        form.lines("charts", "charts that it lies on"),
        form.lines("warnings", "published warnings that belong to it, by series and number"),
        form.key_or_ref("replaces", "the notification that it stands in place of"),
        *tail(),
    )
)
ANSWERS: Final = Answers(name="hazard", ends=(CANCELLED, REPLACED), parts=True)
STATES: Final = (NOTIFIED, *LIVE, *PARTED, CANCELLED, REPLACED, END_TAKEN, CROSSED)

HAZARD = Procedure(
    name="hazard",
    version=1,
    channel=NOTIFICATION,
    openings=(Opening(kind=NOTIFY, own=NOTIFIED, others=TOLD),),
    strands=Strands.ALL,
    steps=(
        *ANSWERS.changed("amend", {NOTIFIED: NOTIFIED, CROSSED: NOTIFIED}),
        *ANSWERS.ended("replace", REPLACED, (NOTIFIED,)),
        *ANSWERS.ended("cancel", CANCELLED, (NOTIFIED,)),
        *ANSWERS.rows(),
        *withdrawing("hazard", STATES),
    ),
    bodies={
        NOTIFY: NOTIFY_FORM,
        AMEND: amended(NOTIFY_FORM),
        REPLACES: REPLACE,
        CANCEL: WHY,
        withdraw_kind("hazard"): WITHDRAW_FILE,
        **ANSWERS.bodies(),
    },
    whole=frozenset({AMEND, REPLACES, CANCEL}),
    closed=ANSWERS.closed(),
    says=says(STATES),
)
