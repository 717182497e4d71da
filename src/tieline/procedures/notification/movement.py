"""Movement: a convoy, ship or flight on its way, from plan to arrival.

Where it is stands on the strand of whoever leads it; what others do with the plan stands on theirs.
*Overdue* is said by the machine of the leading party once the arrival that it stated last, and the
slack, have passed without a word of arrival; any later word goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tieline.procedures import form
from tieline.procedures.form import Field, Form
from tieline.procedures.notification.parts import (
    CANCELLED,
    COUNT_MAX,
    END_TAKEN,
    LIVE,
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
from tieline.record.strict import JsonValue
from tieline.space.shape import HALF_WIDTH_M_MAX

PLAN, AMEND, DEPART, WAYPOINT, HOLD, REROUTE, ARRIVE, ABORT, CANCEL, OVERDUE = (
    "movement.plan", "movement.amend", "movement.depart", "movement.waypoint", "movement.hold",
    "movement.reroute", "movement.arrive", "movement.abort", "movement.cancel", "movement.overdue",
)  # fmt: skip
PLANNED, DEPARTED, AT_WAYPOINT, HELD, REROUTED, LATE, ARRIVED, ABORTED = (
    "planned", "departed", "at waypoint", "held", "rerouted", "overdue", "arrived", "aborted",
)  # fmt: skip
RUNNING: Final = (PLANNED, DEPARTED, AT_WAYPOINT, HELD, REROUTED)
"""States in which a word of arrival is waited for."""
OVER: Final = frozenset({ARRIVED, ABORTED, CANCELLED})
SORTS: Final = (
    "aid convoy", "staff", "evacuation", "medical", "migrants", "general cargo", "ship", "flight",
    "other",
)  # fmt: skip
EXPECTED: Final = (
    "sort", "route", "depart_ms", "arrive_ms", "vehicles", "people", "guards", "contact",
)  # fmt: skip
"""Fields without which it is flagged as incomplete (OCHA's fields of a movement)."""
SLACK_MIN: Final = 30
"""Minutes after the stated arrival, where the plan names none; our default."""
SLACK_MIN_MAX: Final = 10_080
MINUTE_MS: Final = 60_000


def _arrival() -> tuple[Field, ...]:
    return (
        form.instant("arrive_ms", "when it arrives"),
        form.integer("slack_min", "how late it may be, in minutes", most=SLACK_MIN_MAX),
    )


def _where() -> tuple[Field, ...]:
    return (
        form.instant("at_ms", "when"),
        form.position("position", "where"),
        form.line("place", "where, in words"),
        *_arrival(),
        form.words("note", "anything beside it"),
    )


PLAN_FORM: Final = Form(
    fields=(
        *head("movement"),
        form.choice("sort", "what sort of movement it is", SORTS),
        form.choice("emergency", "whether it cannot wait for the usual notice", ("yes",)),
        form.words("urgency", "why it cannot wait"),
        form.waypoints("route", "every waypoint, with the time at each and the stops"),
        form.integer("half_width_m", "how far off the route, in metres", most=HALF_WIDTH_M_MAX),
        form.instant("depart_ms", "when it departs"),
        *_arrival(),
        form.volumes("volumes", "where and when, in place of what follows from the route"),
        form.lines("vehicles", "each with type, colour, plate and markings", most=256),
        form.integer("people", "how many people", most=COUNT_MAX),
        form.line("guards", "guards or escort: who, whether armed; or none"),
        form.integer("armed_guards", "how many of them are armed", most=COUNT_MAX),
        form.words("cargo", "what it carries"),
        *tail(),
    )
)
MOVED_FORM: Final = Form(fields=_where())
HOLD_FORM: Final = Form(fields=(*_where(), form.words("why", "why it is held")))
ARRIVE_FORM: Final = Form(fields=tuple(f for f in _where() if f.name in {"at_ms", "place", "note"}))
OVERDUE_FORM: Final = Form(
    fields=(
        form.instant("due_ms", "the arrival that was stated last, and the slack", required=True),
    )
)
ANSWERS: Final = Answers(name="movement", ends=(CANCELLED, ABORTED))
STATES: Final = (*RUNNING, LATE, ARRIVED, *LIVE, CANCELLED, ABORTED, END_TAKEN, CROSSED)
UNDER_WAY: Final = (*RUNNING, LATE)


def due_ms(body: Mapping[str, JsonValue], plan: Mapping[str, JsonValue]) -> int | None:
    """When a body's stated arrival and the slack have passed; None if it states no arrival.

    The slack is the body's own, else the plan's, else ``SLACK_MIN`` minutes.
    """
    arrive, slack = body.get("arrive_ms"), body.get("slack_min", plan.get("slack_min", SLACK_MIN))
    if not isinstance(arrive, int) or not isinstance(slack, int):
        return None
    return arrive + slack * MINUTE_MS


MOVEMENT = Procedure(
    name="movement",
    version=1,
    channel=SAFETY,
    openings=(Opening(kind=PLAN, own=PLANNED, others=TOLD),),
    strands=Strands.ALL,
    steps=(
        *ANSWERS.changed("amend", {state: state for state in UNDER_WAY if state != LATE}),
        *ANSWERS.changed("reroute", dict.fromkeys((*UNDER_WAY, CROSSED), REROUTED)),
        *steps(By.AUTHOR, DEPART, dict.fromkeys((*UNDER_WAY, CROSSED), DEPARTED)),
        *steps(By.AUTHOR, WAYPOINT, dict.fromkeys((*UNDER_WAY, CROSSED), AT_WAYPOINT)),
        *steps(By.AUTHOR, HOLD, dict.fromkeys((*UNDER_WAY, CROSSED), HELD)),
        *steps(By.AUTHOR, ARRIVE, dict.fromkeys((*UNDER_WAY, ARRIVED, CROSSED), ARRIVED)),
        *steps(By.AUTHOR, OVERDUE, dict.fromkeys(RUNNING, LATE)),
        *ANSWERS.ended("abort", ABORTED, UNDER_WAY),
        *ANSWERS.ended("cancel", CANCELLED, UNDER_WAY),
        *ANSWERS.rows(),
        *withdrawing("movement", STATES),
    ),
    bodies={
        PLAN: PLAN_FORM,
        AMEND: amended(PLAN_FORM),
        DEPART: MOVED_FORM,
        WAYPOINT: MOVED_FORM,
        HOLD: HOLD_FORM,
        REROUTE: amended(PLAN_FORM, *_where()[:3]),
        ARRIVE: ARRIVE_FORM,
        ABORT: WHY,
        CANCEL: WHY,
        OVERDUE: OVERDUE_FORM,
        withdraw_kind("movement"): WITHDRAW_FILE,
        **ANSWERS.bodies(),
    },
    machine=frozenset({OVERDUE}),
    whole=frozenset({AMEND, REROUTE, ABORT, CANCEL}),
    closed=(ANSWERS.closed() - {"notified"}) | OVER,
    says=says(
        STATES,
        planned="planned; not departed yet",
        departed="departed",
        held="held on its way",
        rerouted="on another route than planned",
        overdue="overdue: no word of its arrival by the time stated",
        arrived="arrived",
        aborted="aborted",
        **{AT_WAYPOINT: "at a waypoint"},
    ),
)
