"""Site: a protected place, on the word of whoever runs it, until it has to be confirmed again.

Each site is a notification of its own, so that its positions are read back and its units confirm
one by one. An entry past its day still stands, and is flagged. Removal changes no legal status.
"""

from __future__ import annotations

from typing import Final

from tieline.procedures import form
from tieline.procedures.form import Form
from tieline.procedures.notification.parts import (
    END_TAKEN,
    LIVE,
    NOTIFIED,
    SAFETY,
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
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands, steps

NOTIFY, AMEND, RECONFIRM, REMOVE = (
    "site.notify", "site.amend", "site.reconfirm", "site.remove",
)  # fmt: skip
REMOVED = "removed"
SORTS: Final = (
    "hospital", "clinic", "ambulance post", "school", "shelter", "camp", "warehouse", "food",
    "water", "power", "worship", "heritage", "office", "residence", "other",
)  # fmt: skip
RELATIONS: Final = ("run", "supported", "operated", "owned", "none")
EXPECTED: Final = (
    "title", "sort", "volumes", "relation", "statement", "reconfirm_by_ms", "contact",
)  # fmt: skip
"""Fields without which it is flagged as incomplete (OCHA's fields of a static site)."""
STATED: Final = form.choice("statement", "the owner states that the data are correct", ("yes",))
BY_DATE: Final = form.instant("reconfirm_by_ms", "until when it counts without being confirmed")

NOTIFY_FORM: Final = Form(
    fields=(
        *head("site"),
        form.choice("sort", "what sort of site it is", SORTS),
        form.volumes("volumes", "where it is, and since when; its footprint if known"),
        form.words("area", "address and district, in words"),
        form.line("function", "what it is used for at present"),
        form.choice("relation", "what the owner has to do with it", RELATIONS),
        form.line("owner", "the organisation that answers for the data"),
        form.line("focal_point", "its office for questions; persons stand in an attachment"),
        form.lines("markings", "how it is marked, as seen from the air and the road"),
        STATED,
        form.line("stated_by", "the office of the owner that states it"),
        form.lines("consent", "to whom the owner lets it be shown"),
        form.days("from", "since when it is protected"),
        BY_DATE,
        *tail(),
    )
)
RECONFIRM_FORM: Final = Form(
    fields=(
        form.instant(BY_DATE.name, BY_DATE.help, required=True),
        STATED,
        form.line("stated_by", "the office of the owner that states it"),
        form.words("note", "anything beside it"),
    )
)
ANSWERS: Final = Answers(name="site", ends=(REMOVED,))
STATES: Final = (NOTIFIED, *LIVE, REMOVED, END_TAKEN, CROSSED)
REMOVED_SAYS: Final = "removed from the list; its legal status is unchanged"

SITE = Procedure(
    name="site",
    version=1,
    channel=SAFETY,
    openings=(Opening(kind=NOTIFY, own=NOTIFIED, others=TOLD),),
    strands=Strands.ALL,
    steps=(
        *ANSWERS.changed("amend", {NOTIFIED: NOTIFIED, CROSSED: NOTIFIED}),
        *ANSWERS.ended("remove", REMOVED, (NOTIFIED,)),
        *steps(By.AUTHOR, RECONFIRM, dict.fromkeys((NOTIFIED, CROSSED), NOTIFIED)),
        *ANSWERS.rows(),
        *withdrawing("site", STATES),
    ),
    bodies={
        NOTIFY: NOTIFY_FORM,
        AMEND: amended(NOTIFY_FORM),
        RECONFIRM: RECONFIRM_FORM,
        REMOVE: WHY,
        withdraw_kind("site"): WITHDRAW_FILE,
        **ANSWERS.bodies(),
    },
    whole=frozenset({AMEND, REMOVE}),
    closed=ANSWERS.closed(),
    says=says(STATES, removed=REMOVED_SAYS),
)
