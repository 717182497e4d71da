"""Stops: what stands above everything while one is not over: where, how old, who has it.

How far a call got is told office by office, never further than somebody signed. What one office has
done is not done by another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tieline import overview
from tieline.console.noticemap import Map, make_map
from tieline.console.noticewords import Place, place_of
from tieline.deconfliction.notified import Notified
from tieline.node import Node
from tieline.procedures.notification import movement, stop
from tieline.procedures.notification.covered import volumes_of
from tieline.record.content import Spoken
from tieline.record.entry import parse_ref
from tieline.record.message import Mark
from tieline.record.strict import JsonValue
from tieline.replication.seat import Seat
from tieline.space.position import Position
from tieline.space.shape import Point
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window
from tieline.state.model import Case
from tieline.state.notifications import Match, Notification, Receiver, notification
from tieline.state.shortref import short_ref
from tieline.state.shown import ClockShown, Overlay
from tieline.state.standing import is_over, revisions
from tieline.state.talks import Did
from tieline.state.unfit import UnfitStop, unfit_stops

STOPS_MAX: Final = 12
"""Calls that the first page shows whole; the list of notifications has the others."""
NEAR_SHOWN: Final = 5
OVERDUE_MAX: Final = 12
MARKS: Final = ("ACTUAL", "EXERCISE", "TEST")
NEAR_M_MAX: Final = 20_000
"""Further away than this nothing is drawn beside a stop; the words still have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an office said or did about a stop, or how it was called by other means."""

    kind: str
    words: str
    by: str
    time_s: int
    detail: str
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeStop:
    """How far a stop got with one office. ``stands``: nobody, acknowledged, acted or cannot."""

    office: str
    is_vacant: bool
    stands: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyStop:
    """How far a stop got with one party. ``held`` says what is proven of their system."""

    party: str
    is_us: bool
    state: str
    words: str
    held: str
    held_s: int | None
    opened_s: int | None
    clocks: tuple[ClockShown, ...]
    offices: tuple[OfficeStop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StopShown:
    """One call to stop, as it stands."""

    notice: Notification
    is_ours: bool
    what: str
    where: Place | None
    error_m: int
    age_s: int
    fire: str
    of: str
    contact: tuple[str, ...]
    parties: tuple[PartyStop, ...]
    near: tuple[Match, ...]
    near_left: int
    is_due: bool

    @property
    def rank(self) -> tuple[int, int, str]:
        """What calls of several lines are ordered by: real before drills, newest first."""
        return _rank(self.notice.mark), -self.notice.opened_s, self.notice.ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A movement of whose arrival nobody has heard in time."""

    notice: Notification
    late_s: int | None
    last_words: str
    last_s: int | None
    last_place: Place | None
    last_name: str
    people: str
    contact: tuple[str, ...]


def standing_stops(seat: Seat) -> list[Case]:
    """Cases of calls that are not over, the gravest first: real before drills, newest first."""
    found = [case for case in seat.view.cases("stop") if not is_over(seat.view, case)]
    return sorted(found, key=lambda c: (_rank(c.mark.value), -c.time_s, c.opener))


def _rank(mark: str) -> int:
    return MARKS.index(mark) if mark in MARKS else len(MARKS)


def stops_shown(node: Node, seat: Seat) -> tuple[StopShown, ...]:
    """Every call on a line that is not over, as far as the first page shows them."""
    cases = standing_stops(seat)[:STOPS_MAX]
    if not cases:
        return ()
    overlay = overview.overlay(node, seat, rows_max=1)
    return tuple(stop_shown(seat, overlay, case) for case in cases)


def stop_shown(seat: Seat, overlay: Overlay, case: Case) -> StopShown:
    """One call: how far it got with each office, and what of the lists lies near."""
    one = notification(seat.view, overlay, case, whole=True)
    body = one.body
    contact = body.get("contact")
    error = body.get("error_m")
    parties = tuple(
        _party(seat, overlay, case, one, each)
        for each in one.receivers
        if each.party != case.key.party
    )
    return StopShown(
        notice=one,
        is_ours=case.key.party == seat.party,
        what=_what(body),
        where=place_of(body.get("at")),
        error_m=error if isinstance(error, int) else 0,
        age_s=max(0, overlay.now_s - one.opened_s),
        fire=str(body.get("fire", "")),
        of=str(body.get("of", "")),
        contact=tuple(map(str, contact)) if isinstance(contact, list) else (),
        parties=parties,
        near=one.matches[:NEAR_SHOWN],
        near_left=max(0, len(one.matches) - NEAR_SHOWN),
        is_due=any(p.is_us and p.state not in stop.STOP.closed for p in parties),
    )


def _what(body: Mapping[str, JsonValue]) -> str:
    told = {"site": "protected site under fire", "movement": "protected movement under fire"}
    return told.get(_word(body, "what"), "under fire")


def _party(
    seat: Seat, overlay: Overlay, case: Case, one: Notification, each: Receiver
) -> PartyStop:
    is_us = each.party == seat.party
    return PartyStop(
        party=each.party,
        is_us=is_us,
        state=each.state,
        words=each.words,
        held=_held(each, is_us=is_us),
        held_s=each.held_s,
        opened_s=each.opened_s,
        clocks=tuple(_clocks(seat, overlay, case, each)),
        offices=tuple(_offices(seat, case, one, each.party)),
    )


def _held(each: Receiver, *, is_us: bool) -> str:
    if is_us:
        return "held here"
    if each.held_s is not None:
        return "held by their system"
    if each.state not in {stop.CALLED, stop.NOT_HELD}:
        return "held by their system, as a later step of theirs shows"
    return "not known to be held by their system"


def _clocks(seat: Seat, overlay: Overlay, case: Case, each: Receiver) -> Iterator[ClockShown]:
    """Our own clocks, and for calls of others the time that we have, counted from sending."""
    if each.party == seat.party:
        allowed_s = seat.view.terms().take_s(case.level)
        if each.state in {stop.CALLED, stop.NOT_HELD, stop.NOT_TAKEN}:
            words = "for us to acknowledge, counted from sending"
            due = case.time_s + allowed_s - overlay.now_s
            yield ClockShown(clock="ours", words=words, due_in_s=due)
        elif each.state in {stop.ACKNOWLEDGED, stop.SILENT}:
            taken = [step for step in case.strands[each.party] if step.author == each.party]
            since_s = max((step.time_s for step in taken), default=case.time_s)
            due = since_s + allowed_s - overlay.now_s
            yield ClockShown(
                clock="ours", words="for us to act, counted from our word", due_in_s=due
            )
        return
    for clock in overlay.clocks:
        if (clock.case, clock.strand) == (case.key, each.party):
            yield ClockShown(clock=clock.clock, words=_until(each), due_in_s=clock.due_in_s)


def _until(each: Receiver) -> str:
    if each.state == stop.ACKNOWLEDGED:
        return "until we record that nobody acted in time"
    if each.held_s is not None:
        return "until we record that nobody acknowledged in time"
    return "until we record that their system does not hold it"


def _offices(seat: Seat, case: Case, one: Notification, party: str) -> Iterator[OfficeStop]:
    """Offices that were called, in their order, then others that spoke."""
    said: dict[str, list[Said]] = {
        str(office): [] for office in case.message.to if office.party == party
    }
    for did in one.history:
        office, told = _said(did, case)
        if office.partition("/")[0] == party and told is not None:
            said.setdefault(office, []).append(told)
    roster = seat.view.roster(party)
    for office, told_all in said.items():
        seat_of = roster.office(office.partition("/")[2]) if roster is not None else None
        yield OfficeStop(
            office=office,
            is_vacant=seat_of is not None and not seat_of.filled,
            stands=_stands([told.kind for told in told_all]),
            said=tuple(told_all),
        )


def _stands(kinds: list[str]) -> str:
    """How far an office is: the last of what it did and could not, else that it heard."""
    heard = "acknowledged" if "acknowledged" in kinds else "nobody"
    return next((kind for kind in reversed(kinds) if kind in {"acted", "cannot"}), heard)


def _said(did: Did, case: Case) -> tuple[str, Said | None]:
    """The office that a step is about, and the step in words."""
    body = did.body
    kinds = {
        stop.ACKNOWLEDGE: ("acknowledged", "acknowledged", _word(body, "note")),
        stop.ACT: ("acted", "acted on", _word(body, "what")),
        stop.CANNOT: ("cannot", "cannot comply", _word(body, "why")),
    }
    if did.kind in kinds:
        kind, words, detail = kinds[did.kind]
        return did.office, _made(did, kind, words, detail)
    if did.kind != stop.RELAY:
        return did.office, None
    if did.party != case.key.party:
        # A party that was called passes it on to its own units.
        words = f"passed on to {_word(body, 'to')} by {_word(body, 'how')}: {_word(body, 'result')}"
        return did.office, _made(did, "relay", words, _word(body, "said"))
    words = f"called by {_word(body, 'how')}: {_word(body, 'result')}"
    who = f", {_word(body, 'who')}" if _word(body, "who") else ""
    return _word(body, "to"), _made(did, "relay", words + who, _word(body, "said"))


def _made(did: Did, kind: str, words: str, detail: str) -> Said:
    return Said(
        kind=kind, words=words, by=did.office, time_s=did.time_s, detail=detail, ref=did.ref
    )


def _word(body: Mapping[str, JsonValue], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def stop_map(seat: Seat, shown: StopShown, *, name: str) -> Map | None:
    """Where a call is, with the nearest entries of the lists."""
    at = shown.notice.body.get("at")
    if not isinstance(at, dict) or shown.where is None:
        return None
    here = Position(lat_e7=int(str(at["lat_e7"])), lon_e7=int(str(at["lon_e7"])))
    window = Window(spans=(Interval(start_ms=max(shown.notice.opened_s, 0) * 1000),))
    mark = "" if shown.notice.mark == "ACTUAL" else f"{shown.notice.mark} "
    called = Notified(
        key=f"{mark}STOP",
        party=shown.notice.opened_by.partition("/")[0],
        kind="stop",
        volumes=(Volume(shape=Point(at=here, error_m=shown.error_m), window=window),),
    )
    near = [called]
    wanted = {match.ref for match in shown.near}
    by_ref = {
        ref: case
        for kind in ("site", "movement")
        for case in seat.view.cases(kind)
        if (ref := short_ref(case.opener)) in wanted
    }
    for match in shown.near:
        case = by_ref.get(match.ref)
        if case is not None and match.apart_m <= NEAR_M_MAX:
            near.append(
                Notified(
                    key=match.key,
                    party=match.party,
                    kind=match.procedure,
                    volumes=volumes_of(
                        revisions(seat.view, seat.content, case)[-1].body, case.message.body
                    ),
                )
            )
    title = f"Map: where {mark}STOP was called, and what lies near"
    return make_map(near, name=name, title=title, alarm=called.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfitShown:
    """A call to stop that is no step of this line, and is shown before all else anyway."""

    call: UnfitStop
    mark: str
    level: str
    where: Place | None
    near: tuple[Match, ...]
    near_left: int

    @property
    def rank(self) -> tuple[int, int, str]:
        """As that of other calls."""
        return _rank(self.mark), -self.call.opened_s, self.call.ref


def unfit_shown(node: Node, seat: Seat) -> tuple[UnfitShown, ...]:
    """Calls of others that fit no step of a line and that we have not answered."""
    if not seat.view.registers.discrepancies:
        return ()
    overlay = overview.overlay(node, seat, rows_max=1)
    found = []
    for one in unfit_stops(seat.view, overlay)[:STOPS_MAX]:
        content = seat.content(parse_ref(one.full_ref))
        said = content.message if isinstance(content, Spoken) else None
        found.append(
            UnfitShown(
                call=one,
                # What cannot be told for a drill is taken for real.
                mark=said.mark.value if said is not None else Mark.ACTUAL.value,
                level=said.level if said is not None else "",
                where=place_of(one.at),
                near=one.matches[:NEAR_SHOWN],
                near_left=max(0, len(one.matches) - NEAR_SHOWN),
            )
        )
    return tuple(found)


def overdue_shown(node: Node, seat: Seat) -> tuple[Overdue, ...]:
    """Movements of a line that are overdue, the longest overdue first."""
    cases = [
        case
        for case in seat.view.cases("movement")
        if seat.view.state(case, case.key.party) == movement.LATE
    ]
    if not cases:
        return ()
    overlay = overview.overlay(node, seat, rows_max=1)
    found = [_overdue(seat, overlay, case) for case in cases[:OVERDUE_MAX]]
    return tuple(sorted(found, key=lambda one: (_rank(one.notice.mark), -(one.late_s or 0))))


def _overdue(seat: Seat, overlay: Overlay, case: Case) -> Overdue:
    one = notification(seat.view, overlay, case, whole=True)
    spoken = [did for did in one.history if did.kind != movement.OVERDUE and did.party == _own(one)]
    last = spoken[-1] if spoken else None
    body = last.body if last is not None else {}
    contact = one.body.get("contact")
    return Overdue(
        notice=one,
        late_s=overlay.now_s - one.due_ms // 1000 if one.due_ms is not None else None,
        last_words=last.what if last is not None else "",
        last_s=last.time_s if last is not None else None,
        last_place=place_of(body.get("position")),
        last_name=_word(body, "place"),
        people=str(one.body.get("people", "")),
        contact=tuple(map(str, contact)) if isinstance(contact, list) else (),
    )


def _own(one: Notification) -> str:
    return one.opened_by.partition("/")[0]
