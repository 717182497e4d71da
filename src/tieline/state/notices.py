"""Notices: what the rules say of a notification as it is filed: flags, and when it is due.

Nothing here refuses anything. Late, incomplete, for a time that is over: it is taken and flagged,
for refusing a notification because a field is missing can kill people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tieline.procedures.notification import activity, hazard, movement, site, stop
from tieline.procedures.notification.covered import positions_of, volumes_of
from tieline.record.message import Message
from tieline.record.strict import JsonValue
from tieline.space.shape import corners
from tieline.space.spans import envelope_ms, first_ms
from tieline.state.model import Case
from tieline.state.view import View

EXPECTED: Final[Mapping[str, tuple[str, ...]]] = {
    activity.NOTIFY: activity.EXPECTED,
    activity.AMEND: activity.EXPECTED,
    hazard.NOTIFY: hazard.EXPECTED,
    hazard.AMEND: hazard.EXPECTED,
    site.NOTIFY: site.EXPECTED,
    site.AMEND: site.EXPECTED,
    movement.PLAN: movement.EXPECTED,
    movement.AMEND: movement.EXPECTED,
    stop.CALL: stop.EXPECTED,
}
"""Kinds that notify, and the fields without which they are incomplete."""
IS_OVER: Final = "for a time that was over when it was written"
HAS_BEGUN: Final = "began before it was written"
NOWHERE: Final = "names 0, 0, which an empty field often gives"
COARSE: Final = "coarse: an outer bound, and no detail yet"


def flags(view: View, message: Message) -> list[str]:
    """What stands out in a notification when it is filed."""
    if message.kind not in EXPECTED:
        return []
    found = [*flags_of(message.kind, message.body), *_late(message)]
    if message.kind == stop.CALL and message.level != view.terms().highest():
        found.append("not at the highest level")
    return found


def redacted_of(body: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Names of the fields that were left out for this recipient."""
    named = body.get("redacted")
    return tuple(str(name) for name in named) if isinstance(named, list) else ()


def flags_of(kind: str, body: Mapping[str, JsonValue]) -> Iterator[str]:
    """What stands out in one wording, whenever it was said."""
    redacted = redacted_of(body)
    missing = [name for name in EXPECTED[kind] if name not in body and name not in redacted]
    if missing:
        yield f"left out: {', '.join(name.removesuffix('_ms') for name in missing)}"
    if redacted:
        yield f"withheld from this recipient: {', '.join(redacted)}"
    if any(at.lat_e7 == 0 and at.lon_e7 == 0 for at in positions_of(body)):
        yield NOWHERE
    if "volumes" in body and any(volume.coarse for volume in volumes_of(body)):
        yield COARSE


def _late(message: Message) -> Iterator[str]:
    body, now_ms = message.body, message.issued_ms
    if message.kind in (site.NOTIFY, site.AMEND):
        by = body.get("reconfirm_by_ms")
        if isinstance(by, int) and by <= now_ms:
            yield "past the day by which it had to be confirmed again"
        return
    volumes = volumes_of(body)
    if not volumes:
        return
    if max(envelope_ms(volume.window)[1] for volume in volumes) <= now_ms:
        yield IS_OVER
    elif message.kind != movement.AMEND:
        starts = [first_ms(each.window, corners(each.shape)[0]) for each in volumes]
        if min((start for start in starts if start is not None), default=now_ms) < now_ms:
            yield HAS_BEGUN


def stated_due_ms(view: View, case: Case) -> int | None:
    """When the arrival that was stated last, and its slack, have passed; None if none was.

    Of two words that did not see each other the later arrival counts: never too early.
    """
    plan = case.message.body
    arrivals, logs = view.registers.arrivals, view.registers.logs
    stated = [
        step
        for step in case.strands.get(case.key.party, ())
        if step.ref in arrivals and step.ref not in case.openers and view.holds(step.ref)
    ]
    newest = [
        step
        for step in stated
        if not any(logs.holds(later.past, step.ref.origin, step.ref.index) for later in stated)
    ]
    found = [arrivals[step.ref] for step in newest]
    return max(found) if found else movement.due_ms(plan, plan)
