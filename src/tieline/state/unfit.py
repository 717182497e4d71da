"""Unfit: calls to stop fire that are no step of this line, and are shown before all else anyway.

A framework pins the procedures of a line, so that one which is older than *stop* has none; another
program may write a call that ours cannot read. The record takes such an entry, receipts it and
says that it does not fit. Whoever sent it may be under fire: it is never only a line in a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tieline.errors import MalformedError, UsageError
from tieline.procedures.notification import stop
from tieline.procedures.terms import Terms
from tieline.record.content import Spoken
from tieline.record.strict import Fields, JsonValue
from tieline.space.body import read_position
from tieline.space.position import Position
from tieline.state.model import Discrepancy, Outcome
from tieline.state.notifications import Match, matches
from tieline.state.shortref import short_ref
from tieline.state.shown import Overlay
from tieline.state.view import View

SAID_CHARS_MAX = 400
"""How much of what is happening is shown in the list; the whole stands in the entry."""
SHOWN_MAX = 50
"""Newest calls that are shown; a peer that files thousands hides nothing of them in the record."""
NO_LONGER_ASKED = frozenset({Outcome.SAME_ID, Outcome.DUPLICATE})
"""Outcomes of a call that was made before under its id, and stands elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfitStop:
    """A call to stop that moves nothing here. ``why`` says what does not fit, in words."""

    ref: str
    full_ref: str
    opened_by: str
    opened_s: int
    key: str
    title: str
    fire: str
    why: str
    at: dict[str, JsonValue]
    matches: tuple[Match, ...]


def has_stop(terms: Terms) -> bool:
    """Whether *stop*, in the version that we speak, is a procedure of these terms."""
    pinned = terms.clauses.get("procedures")
    return not pinned or pinned.get(stop.STOP.name) == stop.STOP.version


def unfit_stops(view: View, overlay: Overlay) -> tuple[UnfitStop, ...]:
    """Calls of others that fit no step here and that we have not answered, the newest first.

    One counts as answered once a message of ours names it among its references.
    """
    answered = _named_by_us(view, overlay.own)
    found = [
        shown
        for each in view.registers.discrepancies
        if each.party != overlay.own
        and each.outcome not in NO_LONGER_ASKED
        and view.holds(each.ref)
        and each.ref.text() not in answered
        for shown in _shown(view, overlay, each)
    ]
    newest = sorted(found, key=lambda one: (-one.opened_s, one.ref))
    return tuple({one.ref: one for one in newest}.values())[:SHOWN_MAX]


def _named_by_us(view: View, own: str) -> set[str]:
    named: set[str] = set()
    for case in view.cases("message"):
        refs = case.message.body.get("references") if case.key.party == own else None
        named.update(str(ref) for ref in refs) if isinstance(refs, list) else None
    return named


def _shown(view: View, overlay: Overlay, each: Discrepancy) -> Iterator[UnfitStop]:
    content = overlay.content(each.ref)
    if not isinstance(content, Spoken) or content.message.kind != stop.CALL:
        return
    message = content.message
    at = place_of(message.body)
    yield UnfitStop(
        ref=short_ref(each.ref),
        full_ref=each.ref.text(),
        # Whose log it stands in is proven; for whom it says to speak is not.
        opened_by=f"{each.party}/{message.sender.name}",
        opened_s=message.issued_ms // 1000,
        key=_said(message.body, "key"),
        title=_said(message.body, "title"),
        fire=_said(message.body, "fire"),
        why=f"{each.outcome.value} ({each.detail})" if each.detail else each.outcome.value,
        at={"lat_e7": at.lat_e7, "lon_e7": at.lon_e7} if at is not None else {},
        matches=matches(view, overlay, at) if at is not None else (),
    )


def _said(body: Mapping[str, JsonValue], name: str) -> str:
    value = body.get(name)
    return " ".join(value.split())[:SAID_CHARS_MAX] if isinstance(value, str) else ""


def place_of(body: Mapping[str, JsonValue]) -> Position | None:
    """Where a call says that it is, whatever its form; None if that cannot be read."""
    at = body.get("at")
    if not isinstance(at, dict):
        return None
    try:
        return read_position(Fields(at))
    except (MalformedError, UsageError):
        return None
