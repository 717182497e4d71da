"""Read-backs: what was sent beside what was read back, position by position.

Each is compared with the wording that its author read. Distances are computed for the reader and
stand beside the record, never in its digest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tieline.errors import MalformedError
from tieline.procedures.notification.covered import positions_of
from tieline.record.entry import parse_ref
from tieline.record.strict import Fields, JsonValue
from tieline.space.body import read_position
from tieline.space.geodesy import distance_m
from tieline.space.position import Position
from tieline.state.model import Taken
from tieline.state.shortref import short_ref
from tieline.state.shown import Overlay
from tieline.state.standing import Revision, body_at
from tieline.state.view import View

CHECKED_MAX: Final = 4_096
"""Positions of one notification that a read-back is compared with."""
Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """What was sent and what was read back, position by position; distances in whole metres.

    ``missing`` counts the positions sent that were not read back.
    """

    party: str
    ref: str
    sent: tuple[dict[str, JsonValue], ...]
    read: tuple[dict[str, JsonValue], ...]
    apart_m: tuple[int, ...]
    missing: int
    written: tuple[str, ...]
    place: str


def readbacks_of(
    view: View, overlay: Overlay, worded: tuple[Revision, ...], said: list[Taken]
) -> Iterator[ReadBack]:
    """Every read-back of a notification, compared with the wording that it is about."""
    for step in said:
        if not step.kind.endswith(".readback"):
            continue
        body = body_at(overlay.content, step.ref)
        sent = positions_of(_read_of(view, worded, step, body).body)[:CHECKED_MAX]
        read = _positions(body.get("positions"))
        written = body.get("written")
        yield ReadBack(
            party=step.author,
            ref=short_ref(step.ref),
            sent=tuple(map(_plain, sent)),
            read=tuple(map(_plain, read)),
            apart_m=apart(sent, read),
            missing=max(0, len(sent) - len(read)),
            written=tuple(map(str, written)) if isinstance(written, list) else (),
            place=str(body.get("place", "")),
        )


def apart(sent: tuple[Position, ...], read: tuple[Position, ...]) -> tuple[int, ...]:
    """Metres, rounded up, from each position read to the one sent in its place.

    What was read beyond the positions sent is compared with the nearest of them, found on a sphere:
    a geodesic to each would take minutes.
    """
    if not sent:
        return ()
    more = read[len(sent) :]
    places = [_vector(at) for at in sent] if more else []
    pairs = [*zip(sent, read, strict=False), *((_nearest(sent, places, at), at) for at in more)]
    return tuple(math.ceil(distance_m(one, at)) for one, at in pairs)


def _nearest(sent: Sequence[Position], places: Sequence[Vector], at: Position) -> Position:
    here = _vector(at)
    away = [math.dist(here, there) for there in places]
    return sent[away.index(min(away))]


def _vector(at: Position) -> Vector:
    lat, lon = math.radians(at.lat_deg), math.radians(at.lon_deg)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _read_of(
    view: View, worded: tuple[Revision, ...], step: Taken, body: Mapping[str, JsonValue]
) -> Revision:
    """The wording that a step is about: the one that it names, else the newest it had seen."""
    named = body.get("of")
    if isinstance(named, str):
        ref = parse_ref(named)
        for one in worded:
            if one.ref == ref:
                return one
    logs = view.registers.logs
    seen = [one for one in worded if logs.holds(step.past, one.ref.origin, one.ref.index)]
    return seen[-1] if seen else worded[0]


def _positions(value: JsonValue) -> tuple[Position, ...]:
    found = []
    for item in value if isinstance(value, list) else ():
        try:
            found.append(read_position(Fields(item)))
        except MalformedError:
            continue
    return tuple(found)


def _plain(at: Position) -> dict[str, JsonValue]:
    return {"lat_e7": at.lat_e7, "lon_e7": at.lon_e7}
