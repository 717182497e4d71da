"""One notification on its page: everything that is held of it, step by step, nothing inferred."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tieline import overview
from tieline.console.noticekept import NoticeRow, row_of
from tieline.console.noticestops import StopShown, stop_shown
from tieline.console.noticewords import (
    Place,
    VolumeShown,
    field_words,
    instant_ms,
    place_of,
    span_words,
    value_words,
    volume_shown,
    where_words,
)
from tieline.node import Node
from tieline.procedures.notification.covered import volumes_of
from tieline.record.strict import JsonValue
from tieline.replication.seat import Seat
from tieline.state.model import Case
from tieline.state.notices import redacted_of
from tieline.state.notifications import (
    Notification,
    ReadBack,
    Receiver,
    Reply,
    Unit,
    find_notification,
    notification,
)
from tieline.state.shortref import short_ref
from tieline.state.shown import TextShown
from tieline.state.standing import NOTICES, Revision, revisions
from tieline.state.talks import Did

FAR_M: Final = 500
"""From here on a read-back that differs is marked as far off, in metres."""
FIELD_CHARS_MAX: Final = 4_000
CHANGE_CHARS_MAX: Final = 400
READ_MAX: Final = 60
"""Positions of one read-back on its page."""
STEPS_MAX: Final = 200
ROUTE_MAX: Final = 100
KNOWN_MAX: Final = 100
APART: Final = frozenset(
    {"key", "title", "volumes", "texts", "must_know", "attachments", "route", "redacted", "at",
     "half_width_m", "linked"}
)  # fmt: skip
"""Fields that have a place of their own on the page."""
STOP_APART: Final = APART | {"what", "of", "error_m", "fire", "contact"}
STEP_FIELDS: Final = frozenset({"texts", "attachments", "volumes", "route", "positions", "of"})
"""Fields of a step that are not told in one line beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaypointShown:
    """A place of a route, when it is passed, and how long it is stopped at."""

    place: Place | None
    name: str
    at: str
    halt_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairShown:
    """One position of a read-back. ``apart`` in metres, None where there is nothing to compare."""

    sent: Place | None
    read: Place | None
    apart_m: int | None

    @property
    def is_far(self) -> bool:
        return self.apart_m is not None and self.apart_m >= FAR_M


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadShown:
    """A read-back, position by position."""

    back: ReadBack
    pairs: tuple[PairShown, ...]
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """A step of the history: who did what, and what was said with it."""

    did: Did
    fields: tuple[tuple[str, str], ...]
    texts: tuple[TextShown, ...]
    is_opening: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingShown:
    """A wording of the notification, and what it changed: field, before, after."""

    ref: str
    time_s: int
    why: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A notification of another side that the author had received when he filed his."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeShown:
    """Everything about one notification."""

    row: NoticeRow
    notice: Notification
    author: str
    author_party: str
    is_ours: bool
    when: tuple[str, ...]
    due: str
    fields: tuple[tuple[str, str], ...]
    at: Place | None
    volumes: tuple[VolumeShown, ...]
    route: tuple[WaypointShown, ...]
    route_left: int
    half_width: str
    texts: tuple[TextShown, ...]
    files: tuple[Mapping[str, Any], ...]
    linked: tuple[str, ...]
    withheld: tuple[str, ...]
    receivers: tuple[Receiver, ...]
    units: tuple[Unit, ...]
    readbacks: tuple[ReadShown, ...]
    replies: tuple[Reply, ...]
    wordings: tuple[WordingShown, ...]
    known: tuple[Known, ...]
    known_left: int
    steps: tuple[StepShown, ...]
    steps_left: int
    stop: StopShown | None


def notice_case(seat: Seat, name: str) -> Case | None:
    """The case that a reference or a key names; of several under one key the newest that stands."""
    if ":" in name:
        wanted = [c for p in NOTICES for c in seat.view.cases(p) if name in _refs(c)]
        return wanted[0] if wanted else None
    return find_notification(seat.view, name)


def _refs(case: Case) -> set[str]:
    return {short_ref(ref) for ref in case.openers}


def notice_shown(node: Node, seat: Seat, case: Case, names: Mapping[str, NoticeRow]) -> NoticeShown:
    """One notification; ``names`` are the rows of the line by reference."""
    overlay = overview.overlay(node, seat, rows_max=1)
    one = notification(seat.view, overlay, case, whole=True)
    body, now_ms = one.body, overlay.now_s * 1000
    row = row_of(seat, overlay, case, now_ms)
    worded = revisions(seat.view, overlay.content, case)
    route, half = body.get("route"), body.get("half_width_m")
    linked = body.get("linked")
    steps = one.history[-STEPS_MAX:]
    return NoticeShown(
        row=row,
        notice=one,
        author=one.opened_by,
        author_party=case.key.party,
        is_ours=case.key.party == seat.party,
        when=row.when(now_ms),
        due=instant_ms(one.due_ms) if one.due_ms is not None else "",
        fields=tuple(_fields(body, STOP_APART if one.procedure == "stop" else APART)),
        at=place_of(body.get("at")),
        volumes=tuple(volume_shown(v, n) for n, v in enumerate(row.volumes, start=1)),
        route=tuple(_waypoints(route)),
        route_left=max(0, len(route) - ROUTE_MAX) if isinstance(route, list) else 0,
        half_width=value_words("half_width_m", half) if isinstance(half, int) else "",
        texts=texts_of(body),
        files=tuple(_dicts(body.get("attachments"))),
        linked=tuple(map(str, linked)) if isinstance(linked, list) else (),
        withheld=redacted_of(body),
        receivers=tuple(r for r in one.receivers if r.party != case.key.party),
        units=one.units,
        readbacks=tuple(map(_read, one.readbacks)),
        replies=one.replies,
        wordings=tuple(_wordings(worded)) if len(worded) > 1 else (),
        known=tuple(_known(ref, names) for ref in one.known[:KNOWN_MAX]),
        known_left=max(0, len(one.known) - KNOWN_MAX),
        steps=tuple(_step(did, is_opening=did.ref == one.ref) for did in steps),
        steps_left=len(one.history) - len(steps),
        stop=stop_shown(seat, overlay, case) if one.procedure == "stop" else None,
    )  # fmt: skip


def _dicts(value: JsonValue) -> Iterator[Mapping[str, Any]]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item


def _fields(body: Mapping[str, JsonValue], apart: frozenset[str]) -> Iterator[tuple[str, str]]:
    for name, value in body.items():
        if name not in apart:
            yield field_words(name), value_words(name, value)[:FIELD_CHARS_MAX]


def texts_of(body: Mapping[str, JsonValue]) -> tuple[TextShown, ...]:
    """Texts of a body, the original first."""
    found = [
        TextShown(
            lang=str(item.get("lang", "")),
            text=str(item.get("text", "")),
            original=item.get("original") == "yes",
        )
        for item in _dicts(body.get("texts"))
    ]
    return tuple(sorted(found, key=lambda text: not text.original))


def _waypoints(route: JsonValue) -> Iterator[WaypointShown]:
    for item in list(_dicts(route))[:ROUTE_MAX]:
        at, halt = item.get("at_ms"), item.get("stop_min")
        yield WaypointShown(
            place=place_of(item),
            name=str(item.get("name", "")),
            at=instant_ms(at) if isinstance(at, int) else "",
            halt_min=halt if isinstance(halt, int) else 0,
        )


def _read(back: ReadBack) -> ReadShown:
    count = max(len(back.read), len(back.sent))
    pairs = [
        PairShown(
            sent=place_of(back.sent[n]) if n < len(back.sent) else None,
            read=place_of(back.read[n]) if n < len(back.read) else None,
            apart_m=back.apart_m[n] if n < len(back.apart_m) else None,
        )
        for n in range(min(count, READ_MAX))
    ]
    return ReadShown(back=back, pairs=tuple(pairs), left=max(0, count - READ_MAX))


def _wordings(worded: tuple[Revision, ...]) -> Iterator[WordingShown]:
    before: Mapping[str, JsonValue] = {}
    for number, one in enumerate(worded):
        names = dict.fromkeys([*before, *one.body]) if number else {}
        yield WordingShown(
            ref=short_ref(one.ref),
            time_s=one.time_s,
            why=str(one.body.get("why", "")),
            changes=tuple(
                (field_words(name), _short(name, before), _short(name, one.body))
                for name in names
                if name != "why" and before.get(name) != one.body.get(name)
            ),
        )
        before = one.body


def _short(name: str, body: Mapping[str, JsonValue]) -> str:
    if name not in body:
        return "not said"
    words = _covering(body) if name in {"volumes", "route"} else value_words(name, body[name])
    return words if len(words) <= CHANGE_CHARS_MAX else f"{words[:CHANGE_CHARS_MAX]} …"


def _covering(body: Mapping[str, JsonValue]) -> str:
    return "; ".join(
        f"{where_words(volume)}, {', '.join(map(span_words, volume.window.spans[:4]))}"
        for volume in volumes_of(body)[:8]
    )


def _known(ref: str, names: Mapping[str, NoticeRow]) -> Known:
    row = names.get(ref)
    return Known(ref=ref, name=row.name if row is not None else "")


def _step(did: Did, *, is_opening: bool) -> StepShown:
    fields = [
        (field_words(name), value_words(name, value)[:FIELD_CHARS_MAX])
        for name, value in did.body.items()
        if name not in STEP_FIELDS and not isinstance(value, dict)
    ]
    is_whole = is_opening or did.kind.endswith((".amend", ".reroute"))
    why = [pair for pair in fields if pair[0] == "why"]
    return StepShown(
        did=did,
        fields=tuple(why if is_whole else fields),
        texts=() if is_whole else texts_of(did.body),
        is_opening=is_opening,
    )
