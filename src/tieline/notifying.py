"""Notifying: what an operator's program can ask a node about notifications on a line."""

from __future__ import annotations

from typing import Final

from tieline.errors import UsageError
from tieline.node import Node
from tieline.overview import overlay, ref_of
from tieline.procedures.notification.covered import volumes_of
from tieline.replication.seat import Seat
from tieline.space.position import Position
from tieline.space.shape import corners
from tieline.space.spans import spans_between
from tieline.space.volume import Volume
from tieline.state.board import plain
from tieline.state.model import Case
from tieline.state.nearness import nearest_m
from tieline.state.notifications import (
    Notification,
    find_notification,
    matches,
    notification,
    notifications,
)
from tieline.state.standing import NOTICES
from tieline.state.unfit import has_stop, unfit_stops
from tieline.verbargs import Args, Json, Verb, json_of, object_arg, text_arg

NEAR_M_MAX: Final = 20_000_000
"""Half way round the Earth: further away there is nothing."""


def notices_shown(node: Node, args: Args) -> Json:
    """Notifications on a line, of one kind or of all, the newest step first."""
    seat, procedure = node.seat(text_arg(args, "line")), text_arg(args, "procedure")
    if procedure and procedure not in NOTICES:
        raise UsageError(f"{procedure[:40]!r} is not one of {', '.join(NOTICES)}")
    return json_of([plain(one) for one in notifications(seat.view, overlay(node, seat), procedure)])


def notice_shown(node: Node, args: Args) -> Json:
    """One notification, by its key or by an entry of it, with everything said; empty if none."""
    seat = node.seat(text_arg(args, "line"))
    case = _case(seat, text_arg(args, "name"))
    if case is None:
        return {}
    return json_of(plain(notification(seat.view, overlay(node, seat), case, whole=True)))


def notices_near(node: Node, args: Args) -> Json:
    """Notifications that stand within ``within_m`` of a place, nearest first, with ``apart_m``."""
    seat, at = node.seat(text_arg(args, "line")), _position(args)
    within = args.get("within_m")
    most = within if isinstance(within, int) and 0 <= within <= NEAR_M_MAX else NEAR_M_MAX
    found = []
    for one in notifications(seat.view, overlay(node, seat)):
        away = nearest_m(volumes_of(one.body), at)
        if away is not None and away <= most and not one.is_over:
            found.append({"apart_m": away, **plain(one)})
    return json_of(sorted(found, key=lambda one: (one["apart_m"], one["ref"])))


def notices_on(node: Node, args: Args) -> Json:
    """Notifications that stand at some time of a span, each with its ``times`` in it (ms)."""
    seat = node.seat(text_arg(args, "line"))
    start, end = args.get("start_ms"), args.get("end_ms")
    if not isinstance(start, int) or not isinstance(end, int) or start >= end:
        raise UsageError("start_ms and end_ms name no span of time")
    found = []
    for one in notifications(seat.view, overlay(node, seat)):
        times = _times(one, start, end)
        if times and not one.is_over:
            found.append({"times": times, **plain(one)})
    return json_of(sorted(found, key=lambda one: (one["times"], one["ref"])))


def _times(one: Notification, start: int, end: int) -> list[tuple[int, int]]:
    volumes: tuple[Volume, ...] = volumes_of(one.body)
    found = {
        times
        for volume in volumes
        for times in spans_between(volume.window, start, end, at=corners(volume.shape)[0])
    }
    return sorted(found)


def stop_shown(node: Node, args: Args) -> Json:
    """What a *stop* at a place needs: whom it goes to, at what level, and what lies near.

    It goes to every office of the ladder of every other party, to those that are vacant by its
    roster too: a roster may be old, and somebody may sit there. ``listed`` says whether the
    framework has a *stop* at all.
    """
    seat = node.seat(text_arg(args, "line"))
    terms = seat.view.terms()
    targets: list[str] = []
    for party in sorted(seat.peers):
        roster = seat.view.roster(party)
        there = {office.name for office in roster.offices} if roster is not None else set()
        names = [name for name in terms.ladder() if name in there]
        targets += [f"{party}/{name}" for name in names or ["watch"]]
    near = matches(seat.view, overlay(node, seat), _position(args)) if "at" in args else ()
    return json_of(
        {
            "level": terms.highest(),
            "to": targets,
            "matches": [plain(one) for one in near],
            "listed": has_stop(terms),
            "take_s": terms.take_s(terms.highest()),
        }
    )


def stops_unfit(node: Node, args: Args) -> Json:
    """Calls to stop that fit no step of this line and that nobody of us has answered."""
    seat = node.seat(text_arg(args, "line"))
    return json_of([plain(one) for one in unfit_stops(seat.view, overlay(node, seat))])


def _position(args: Args) -> Position:
    at = object_arg(args, "at")
    lat, lon = at.get("lat_e7"), at.get("lon_e7")
    if not isinstance(lat, int) or not isinstance(lon, int):
        raise UsageError("at names no position")
    return Position(lat_e7=lat, lon_e7=lon)


def _case(seat: Seat, name: str) -> Case | None:
    """The notification of a key, or the one that an entry belongs to."""
    if ":" not in name and " " not in name:
        return find_notification(seat.view, name, own=seat.party)
    named = seat.view.registers.steps_of.get(ref_of(seat, name))
    case = seat.view.case(named) if named is not None else None
    return case if case is not None and case.procedure.name in NOTICES else None


VERBS: dict[str, Verb] = {
    "notices": notices_shown,
    "notice": notice_shown,
    "notices.near": notices_near,
    "notices.on": notices_on,
    "stop.plan": stop_shown,
    "stops.unfit": stops_unfit,
}
