"""Notifications: what people are shown of them: who has what, who knows, what was read back.

Nothing here is ever a clearance, and nothing is shown as a higher step than was proven. Distances
are computed for the reader and stand beside the record, never in its digest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tieline.procedures.notification import stop
from tieline.procedures.notification.covered import volumes_of
from tieline.procedures.notification.parts import NO_CLEARANCE
from tieline.record.entry import Ref
from tieline.record.strict import Fields, JsonValue
from tieline.space.body import read_position
from tieline.space.position import Position
from tieline.state.filed import FileShown, files_of
from tieline.state.flagged import flags_now, namesakes, shared_key
from tieline.state.ladder import allowed
from tieline.state.model import Case, Taken
from tieline.state.nearness import nearest_m
from tieline.state.noticed import DID
from tieline.state.notices import stated_due_ms
from tieline.state.readbacks import ReadBack, apart, readbacks_of
from tieline.state.shortref import short_ref
from tieline.state.shown import Overlay
from tieline.state.standing import (
    NOTICES,
    Revision,
    body_at,
    is_over,
    known_when_filed,
    newest,
    revisions,
    steps_of,
)
from tieline.state.talks import Did
from tieline.state.told import told_ms
from tieline.state.view import View

__all__ = [
    "Did",
    "Match",
    "Notification",
    "ReadBack",
    "Receiver",
    "Reply",
    "Unit",
    "apart",
    "find_notification",
    "matches",
    "notification",
    "notifications",
    "title_of",
]

NO_WORD: Final = "no word"
"""How it stands with a unit of which nobody has said anything."""
MATCHES_MAX: Final = 20
"""Entries of the lists that a *stop* is compared with, nearest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit that must know. ``earlier`` says that its word is of an earlier wording."""

    party: str
    unit: str
    state: str
    time_s: int | None
    by: str
    earlier: bool

    @property
    def is_gap(self) -> bool:
        return self.state != "confirmed" or self.earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """How far a notification got with one party: held, opened, and what its officers said."""

    party: str
    held_s: int | None
    opened_s: int | None
    state: str
    words: str
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a party replied, word for word; ``label`` always says that it is no clearance."""

    party: str
    ref: str
    time_s: int
    words: str
    label: str = NO_CLEARANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An entry of the lists near to where a *stop* was called; ``apart_m`` in whole metres."""

    ref: str
    procedure: str
    party: str
    key: str
    title: str
    apart_m: int
    state: str
    expired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One notification, as it stands on one line.

    ``told_s`` is when the start of what it now covers was first told (`state.told`).
    """

    ref: str
    full_ref: str
    procedure: str
    key: str
    title: str
    level: str
    mark: str
    opened_by: str
    opened_s: int
    told_s: int
    newest_s: int
    state: str
    words: str
    is_over: bool
    flags: tuple[str, ...]
    body: dict[str, JsonValue]
    wordings: tuple[str, ...]
    crossed: bool
    expired: bool
    due_ms: int | None
    receivers: tuple[Receiver, ...]
    units: tuple[Unit, ...]
    gaps: int
    readbacks: tuple[ReadBack, ...] = ()
    replies: tuple[Reply, ...] = ()
    known: tuple[str, ...] = ()
    matches: tuple[Match, ...] = ()
    files: tuple[FileShown, ...] = ()
    history: tuple[Did, ...] = ()


def notifications(view: View, overlay: Overlay, procedure: str = "") -> tuple[Notification, ...]:
    """Notifications of one kind, or of all, the newest step first."""
    names = (procedure,) if procedure else NOTICES
    keys = namesakes(view)
    found = [
        notification(view, overlay, case, keys=keys) for name in names for case in view.cases(name)
    ]
    return tuple(sorted(found, key=lambda one: (-one.newest_s, one.ref)))


def find_notification(view: View, key: str, *, own: str = "") -> Case | None:
    """The newest case with this key; what stands before what is over, ours before another's.

    Another party that takes a key of ours must not keep us from our own notification.
    """
    found = [
        case for name in NOTICES for case in view.cases(name) if case.message.body.get("key") == key
    ]
    return max(
        found,
        key=lambda c: (c.key.party == own, not is_over(view, c), c.time_s, c.opener),
        default=None,
    )


def notification(
    view: View,
    overlay: Overlay,
    case: Case,
    *,
    whole: bool = False,
    keys: Mapping[str, tuple[Case, ...]] | None = None,
) -> Notification:
    """One notification; with read-backs, replies, matches and all that was said if ``whole``.

    ``keys`` are all cases by their keys, if they are known already (:func:`namesakes`).
    """
    said = steps_of(view, case)
    worded = revisions(view, overlay.content, case)
    last = newest(view, worded)
    body = worded[-1].body
    own = view.state(case, case.key.party)
    units = _units(view, overlay, worded[-1], said)
    due_ms = stated_due_ms(view, case) if case.procedure.name == "movement" else None
    return Notification(
        ref=short_ref(case.opener),
        full_ref=case.opener.text(),
        procedure=case.procedure.name,
        key=str(body.get("key", "")),
        title=title_of(body),
        level=case.level,
        mark=case.mark.value,
        opened_by=str(case.message.sender),
        opened_s=case.filed_s.get(case.opener, case.time_s),
        told_s=_told_s(case, worded),
        newest_s=max(step.time_s for step in said) if said else case.time_s,
        state=own,
        words=case.procedure.says.get(own, own),
        is_over=is_over(view, case),
        flags=(
            *flags_now(case, body, expired=_is_expired(body, overlay)),
            *shared_key(view, case, namesakes(view) if keys is None else keys),
        ),
        body=body,
        wordings=tuple(short_ref(one.ref) for one in worded),
        crossed=len(last) > 1,
        expired=_is_expired(body, overlay),
        due_ms=due_ms,
        receivers=tuple(_receivers(view, overlay, case, worded[-1].ref)),
        units=units,
        gaps=sum(unit.is_gap for unit in units),
        readbacks=tuple(readbacks_of(view, overlay, worded, said)) if whole else (),
        replies=tuple(_replies(overlay, case, said)) if whole else (),
        known=tuple(map(short_ref, known_when_filed(view, case))) if whole else (),
        matches=_matches(view, overlay, case) if whole else (),
        files=tuple(files_of(view, overlay, worded)) if whole else (),
        history=tuple(_history(overlay, case, said)) if whole else (),
    )


def _told_s(case: Case, worded: tuple[Revision, ...]) -> int:
    first_s = case.filed_s.get(case.opener, case.time_s)
    if len(worded) == 1:
        return first_s
    said_ms = [first_s * 1000, *(one.time_s * 1000 for one in worded[1:])]
    covered = [volumes_of(one.body, case.message.body) for one in worded]
    return told_ms(covered, said_ms) // 1000


def title_of(body: Mapping[str, JsonValue]) -> str:
    """What a notification is called, in one line; empty if it says nothing of the kind."""
    for name in ("title", "area", "fire", "purpose"):
        value = body.get(name)
        if isinstance(value, str):
            return " ".join(value.split())[:120]
    texts = body.get("texts")
    for text in texts if isinstance(texts, list) else ():
        if isinstance(text, dict) and text.get("original") == "yes":
            return " ".join(str(text["text"]).split())[:120]
    return ""


def _is_expired(body: Mapping[str, JsonValue], overlay: Overlay) -> bool:
    by = body.get("reconfirm_by_ms")
    return isinstance(by, int) and by <= overlay.now_s * 1000


def _receivers(view: View, overlay: Overlay, case: Case, newest_ref: Ref) -> Iterator[Receiver]:
    for party, state in view.states(case).items():
        opened = [
            fact.time_s
            for fact in view.registers.opened.get(newest_ref, ())
            if fact.party == party and fact.result == "ok" and view.holds(fact.by)
        ]
        yield Receiver(
            party=party,
            held_s=overlay.held(newest_ref, party),
            opened_s=min(opened, default=None),
            state=state,
            words=case.procedure.says.get(state, state),
            allowed=allowed(view, case, party, overlay.own),
        )


def _units(view: View, overlay: Overlay, last: Revision, said: list[Taken]) -> tuple[Unit, ...]:
    """Units that must know, then others that a party named, with the newest word on each."""
    found: dict[tuple[str, str], Unit] = {}
    named = last.body.get("must_know")
    for item in named if isinstance(named, list) else ():
        if isinstance(item, dict):
            who = str(item["party"]), str(item["value"])
            found[who] = Unit(
                party=who[0], unit=who[1], state=NO_WORD, time_s=None, by="", earlier=False
            )
    for step in said:
        if not step.kind.endswith(".confirm"):
            continue
        body = body_at(overlay.content, step.ref)
        who = step.author, str(body.get("unit", ""))
        knew = view.registers.logs.holds(step.past, last.ref.origin, last.ref.index)
        found[who] = Unit(
            party=who[0],
            unit=who[1],
            state=str(body.get("state", NO_WORD)),
            time_s=step.time_s,
            by=str(body.get("by", "")),
            earlier=not knew or body.get("of", last.ref.text()) != last.ref.text(),
        )
    return tuple(found.values())


def _replies(overlay: Overlay, case: Case, said: list[Taken]) -> Iterator[Reply]:
    for step in said:
        if step.kind == f"{case.procedure.name}.reply":
            words = str(body_at(overlay.content, step.ref).get("words", ""))
            yield Reply(party=step.author, ref=short_ref(step.ref), time_s=step.time_s, words=words)


def _matches(view: View, overlay: Overlay, case: Case) -> tuple[Match, ...]:
    at = case.message.body.get("at") if case.procedure is stop.STOP else None
    return matches(view, overlay, read_position(Fields(at))) if isinstance(at, dict) else ()


def matches(view: View, overlay: Overlay, at: Position) -> tuple[Match, ...]:
    """Protected sites and movements near a place, nearest first.

    A site that was removed from the list comes along and is named so, for its status is what it
    was; a movement that is over does not. A *stop* needs no match.
    """
    found = []
    for name in ("site", "movement"):
        for case in view.cases(name):
            if name == "movement" and is_over(view, case):
                continue
            body = revisions(view, overlay.content, case)[-1].body
            away = nearest_m(volumes_of(body, case.message.body), at)
            if away is None:
                continue
            found.append(
                Match(
                    ref=short_ref(case.opener),
                    procedure=name,
                    party=case.key.party,
                    key=str(body.get("key", "")),
                    title=title_of(body),
                    apart_m=away,
                    state=view.state(case, case.key.party),
                    expired=_is_expired(body, overlay),
                )
            )
    return tuple(sorted(found, key=lambda one: (one.apart_m, one.ref))[:MATCHES_MAX])


def _history(overlay: Overlay, case: Case, said: list[Taken]) -> Iterator[Did]:
    for step in said:
        opens = step.ref in case.openers
        body = dict(case.message.body) if opens else body_at(overlay.content, step.ref)
        office = _office(overlay, step, case)
        yield Did(
            ref=short_ref(step.ref),
            time_s=step.time_s,
            party=step.author,
            office=office,
            what=DID.get(step.kind, step.kind),
            kind=step.kind,
            body=body,
        )


def _office(overlay: Overlay, step: Taken, case: Case) -> str:
    if step.ref in case.openers:
        return str(case.message.sender)
    message = getattr(overlay.content(step.ref), "message", None)
    return str(message.sender) if message is not None else step.author
