"""Standing: which notifications stand in a view, in what words, and what their author knew.

Other modules ask here what to compare: every wording that stands. Two amendments that did not see
each other both stand, until a later one names both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tieline.procedures.notification import activity, hazard, movement, site, stop
from tieline.record.content import Content, Spoken
from tieline.record.entry import Ref
from tieline.record.strict import JsonValue
from tieline.state.model import Case, Taken
from tieline.state.past import Past
from tieline.state.view import View

ContentOf = Callable[[Ref], Content]
COVERING: Final = ("activity", "hazard", "site", "movement")
"""Procedures whose notifications cover volumes that can overlap."""
NOTICES: Final = (*COVERING, "stop")
AMENDS: Final = frozenset(
    {activity.AMEND, hazard.AMEND, site.AMEND, movement.AMEND, movement.REROUTE}
)
"""Kinds that say a notification anew, as a whole."""
ADDS: Final = frozenset({site.RECONFIRM})
"""Kinds that change single fields."""
OVER: Final = frozenset(
    {"cancelled", "replaced", site.REMOVED, movement.ABORTED, movement.ARRIVED, stop.ENDED}
)
"""States of the notifier's own strand in which nothing stands any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One wording of a notification: where it was filed, and its whole body from then on."""

    ref: Ref
    kind: str
    time_s: int
    past: Past
    body: dict[str, JsonValue]


def steps_of(view: View, case: Case) -> list[Taken]:
    """Every step of a case once, its opening first, causes before their effects."""
    found: dict[tuple[str, str], Taken] = {}
    for steps in case.strands.values():
        for step in steps:
            if view.holds(step.ref):
                found.setdefault((step.author, step.id), step)
    return sorted(found.values(), key=lambda s: (s.ref not in case.openers, sum(s.past), s.ref))


def body_at(content: ContentOf, ref: Ref) -> dict[str, JsonValue]:
    """The body of a message; empty where it cannot be read here."""
    found = content(ref)
    return dict(found.message.body) if isinstance(found, Spoken) else {}


def revisions(view: View, content: ContentOf, case: Case) -> tuple[Revision, ...]:
    """Every wording of a notification, the first one first."""
    found: list[Revision] = []
    for step in steps_of(view, case):
        if step.ref in case.openers:
            body = dict(case.message.body)
        elif step.kind in AMENDS:
            body = {"key": case.message.body["key"], **body_at(content, step.ref)}
        elif step.kind in ADDS and found:
            body = found[-1].body | body_at(content, step.ref)
        else:
            continue
        found.append(
            Revision(ref=step.ref, kind=step.kind, time_s=step.time_s, past=step.past, body=body)
        )
    return tuple(found)


def newest(view: View, found: tuple[Revision, ...]) -> tuple[Revision, ...]:
    """The wordings that no later one had seen: one, unless two crossed."""
    logs = view.registers.logs
    return tuple(
        one
        for one in found
        if not any(logs.holds(later.past, one.ref.origin, one.ref.index) for later in found)
    )


def is_over(view: View, case: Case) -> bool:
    """Whether its own party has ended it; what crossed still stands."""
    return view.state(case, case.key.party) in OVER


def ends_of(view: View, case: Case, found: tuple[Revision, ...], one: Revision) -> tuple[Ref, ...]:
    """Where a wording ceased to stand: later wordings that had seen it, and ends of the case.

    Empty while it stands. An end that crossed is one too: whoever had seen it knew of it.
    """
    logs = view.registers.logs
    later = [each.ref for each in found if logs.holds(each.past, one.ref.origin, one.ref.index)]
    ends = [
        step.ref
        for step in case.strands.get(case.key.party, ())
        if step.state in OVER and view.holds(step.ref)
    ]
    return tuple(sorted({*later, *ends}))


def known_when_filed(view: View, case: Case) -> tuple[Ref, ...]:
    """Notifications of other parties that stood in what the author had seen when he filed a case.

    It follows from the heads that his entry names, so that *we did not know* can be proven or
    refuted. Where he filed the case twice, the first entry in the order of references counts.
    """
    steps = case.strands.get(case.key.party, ())
    opening = next((step for step in steps if step.ref == case.opener), None)
    if opening is None:
        return ()
    then = View(view.registers, opening.past)
    return tuple(
        sorted(
            other.opener
            for name in COVERING
            for other in then.cases(name)
            if other.key.party != case.key.party and not is_over(then, other)
        )
    )
