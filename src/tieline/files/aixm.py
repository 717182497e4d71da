"""Airspace data as published: AIXM 5.1.1 messages (EUROCONTROL and FAA), with Digital NOTAM events.

One notification is made of each time slice of an airspace with an activation that holds, and of
each route segment that is closed. Outlines, names and limits come from the slice, else from another
slice of the same feature in the file; where the file holds no outline, the circle of the NOTAM
stands in as an outer bound, marked as coarse. What could not be read as told is a fault with its
place, beside the notification; what is left out as not in force is said in its doubts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeAlias

from tieline.deconfliction.notified import UNNAMED, Notified
from tieline.errors import UsageError
from tieline.files import making
from tieline.files.aixmevents import Event, disagreements, event_of
from tieline.files.aixmlimits import Limits, limits_of, unlimited
from tieline.files.aixmshapes import (
    Frame,
    curve_shape,
    length_m,
    positions,
    surface_shapes,
)
from tieline.files.aixmtimes import Told, validity, window_of
from tieline.files.making import Gathering, Reading
from tieline.files.xmltree import Element, parse
from tieline.space.position import Position
from tieline.space.shape import Corridor, Shape
from tieline.space.volume import Volume
from tieline.space.window import Interval
from tieline.words import shown

ROOT: Final = "AIXMBasicMessage"
HEAD_BYTES: Final = 20_000
"""So far in must the outermost element begin; licences and comments come before it."""
MEMBERS: Final = ("hasMember", "featureMember", "featureMembers", "member")
READ: Final = ("Airspace", "RouteSegment")
REFERRED: Final = ("Event", "DesignatedPoint", "Navaid", "Route", "Unit", "OrganisationAuthority")
"""Features that others point to, and that are no activity themselves."""
ACTIVE: Final = ("ACTIVE", "IN_USE", "INTERMITTENT")
ON_REQUEST: Final = "AVBL_FOR_ACTIVATION"
CLOSED: Final = ("CLSD",)
KINDS: Final = {
    "EXERCISE": "exercise", "TRAINING": "exercise", "MILOPS": "exercise",
    "ARTILLERY": "firing", "MISSILES": "firing", "SHIPS_FIRING": "firing", "SHOOTING": "firing",
    "SPACE_FLIGHT": "launch",
}  # fmt: skip
"""CodeAirspaceActivityType of AIXM 5.1.1 where rules know a kind of their own for it."""
BOUNDED: Final = "the circle of its NOTAM is taken as an outer bound"

Placed: TypeAlias = tuple[Shape, Limits]


def is_aixm(data: bytes) -> bool:
    """Whether a file is such a message, by its outermost element."""
    begin = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return begin == b"<" and ROOT.encode() in data[:HEAD_BYTES]


def read(data: bytes, *, source: str, party: str = "", kind: str = "hazard") -> Reading:
    """Notifications of a message, one a time slice that is in force.

    Args:
        data: the file.
        source: what to call it in a fault.
        party: whose they are; if empty, the region that the NOTAM of each names.
        kind: of activities that rules know no kind of their own for.

    Raises:
        UsageError: no such message, not well-formed, or over a limit. A feature that is wrong is a
            fault.
    """
    return _Message(parse(data, source=source, root=ROOT), source, party, kind).read()


@dataclass(slots=True, kw_only=True)
class _Slice:
    """A time slice of a feature, what it belongs to, and what was found odd about it."""

    told: Element
    feature: str
    others: tuple[Element, ...]
    event: Event
    doubts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def first(self, name: str) -> Element | None:
        """What the slice says, else what another slice of the feature says."""
        found = (each.first(name) for each in (self.told, *self.others))
        return next((each for each in found if each is not None), None)

    def words(self, name: str) -> str:
        found = self.first(name)
        return found.text.strip() if found is not None else ""

    def fault(self, why: str) -> None:
        if why not in self.faults:
            self.faults.append(why)


class _Message:
    def __init__(self, root: Element, source: str, party: str, kind: str) -> None:
        self._gathering = Gathering(source)
        self._party, self._kind = party, kind
        self._features = [f for m in root.all(*MEMBERS) for f in m.inside]
        self._by_id = {_id(feature): feature for feature in self._features}
        self._events: dict[str, Event] = {}

    def read(self) -> Reading:
        for feature in self._features:
            if feature.name == "Event":
                self._guarded(feature, partial(self._event, feature))
        for feature in self._features:
            if feature.name in READ:
                for told in _latest(feature):
                    self._guarded(told, partial(self._slice, feature, told))
        left = Counter(f.name for f in self._features if f.name not in READ + REFERRED)
        for name, count in sorted(left.items()):
            self._gathering.fault(f"{count} of {shown(name)}", "features of this sort are not read")
        found = self._gathering.done()
        if not found.notified and not found.faults:
            self._gathering.fault("all of it", "holds no airspace and no route segment")
        return self._gathering.done()

    def _guarded(self, element: Element, take: Callable[[], None]) -> None:
        try:
            take()
        except UsageError as error:
            self._gathering.fault(f"line {element.line} ({element.name})", str(error))

    def _event(self, feature: Element) -> None:
        self._events[_id(feature)] = event_of(feature)

    def _slice(self, feature: Element, told: Element) -> None:
        others = tuple(each for each in _latest(feature) if each is not told)
        one = _Slice(told=told, feature=feature.name, others=others, event=self._event_of(told))
        acts = list(_acts(one))
        if not acts:
            if one.told.words("interpretation") != "TEMPDELTA" and others:
                return
            raise UsageError(f"{_title(one) or 'it'} says nothing of when it is in force")
        holding = [act for act in acts if act.words("status") in _HOLDING[feature.name]]
        left = Counter(act.words("status") for act in acts if act not in holding)
        one.doubts += [f"left out: {n} that say {shown(s)}" for s, n in sorted(left.items())]
        if not holding:
            raise UsageError(f"{_title(one) or 'it'} is not in force: {', '.join(sorted(left))}")
        self._gathering.take(self._notified(one, holding))
        for why in one.faults:
            self._gathering.fault(f"line {told.line} ({_title(one) or one.event.key})", why)

    def _event_of(self, told: Element) -> Event:
        for link in told.walk("theEvent"):
            found = self._events.get(_plain(link.attributes.get("href", "")))
            if found is not None:
                return found
        return Event(name="", valid=None, notams=(), filed_ms=None)

    def _notified(self, one: _Slice, acts: list[Element]) -> Notified:
        valid = _valid(one)
        placed, is_coarse = self._placed(one)
        volumes: list[Volume] = []
        used: list[Limits] = []
        for act in acts:
            told = Told()
            window = window_of(_sheets(act), valid, told)
            one.faults += [why for why in told.doubts if told.is_more and why not in one.faults]
            one.doubts += told.doubts
            if act.words("status") == ON_REQUEST:
                one.doubts.append("may be activated on request: taken as in force")
            if window is None:
                one.fault("no time of its timesheets lies within its validity")
                continue
            for shape, own in placed:
                for limits in _levels(act, own):
                    used.append(limits)
                    coarse = is_coarse or told.is_more or not limits.is_read
                    volumes.append(
                        Volume(shape=shape, window=window, band=limits.band, coarse=coarse)
                    )
        for limits in used:
            one.doubts += limits.doubts
            one.faults += limits.doubts if not limits.is_read else ()
        shapes = tuple(shape for shape, _ in placed) if not is_coarse else ()
        for why in disagreements(one.event, shapes, valid, tuple(used)):
            one.fault(why)
        one.faults = list(dict.fromkeys(one.faults))
        return self._made(one, acts, tuple(dict.fromkeys(volumes)))

    def _made(self, one: _Slice, acts: list[Element], volumes: tuple[Volume, ...]) -> Notified:
        title = _title(one)
        designator = one.words("designator")
        key = " ".join(filter(None, (one.event.key or one.event.name, designator))) or title
        activity = acts[0].words("activity")
        kind = "closure" if one.feature == "RouteSegment" else KINDS.get(activity, self._kind)
        words = [activity.removeprefix("OTHER:").replace("_", " "), one.event.text]
        return Notified(
            key=self._gathering.key(key or f"line {one.told.line}"),
            party=self._party or one.event.party or UNNAMED,
            kind=kind,
            title=making.clipped(title or one.event.name, making.TITLE_CHARS_MAX),
            text=making.clipped(": ".join(filter(None, words)), making.TEXT_CHARS_MAX),
            volumes=volumes,
            filed_ms=one.event.filed_ms,
            state="cancelled" if one.event.is_cancelled else "",
            doubts=tuple(dict.fromkeys([*one.faults, *one.doubts])),
        )

    # -- places

    def _placed(self, one: _Slice) -> tuple[list[Placed], bool]:
        """Shapes with limits of height; whether the circle of the NOTAM stands in for them."""
        frame, why = Frame(), "no outline stands in this file"
        try:
            read = self._airspace if one.feature == "Airspace" else self._segment
            placed = list(read(one, frame))
        except UsageError as error:
            placed, why = [], str(error)
        one.doubts += frame.doubts
        if placed:
            return placed, False
        circle = one.event.circle()
        if circle is None:
            raise UsageError(f"{_title(one) or 'it'}: {why}, and no NOTAM bounds it")
        one.fault(f"{why}: {BOUNDED}")
        limits = _own(one.told) or one.event.limits() or unlimited("no limits of height are given")
        return [(circle, limits)], True

    def _airspace(self, one: _Slice, frame: Frame) -> Iterator[Placed]:
        holder = next((e for e in (one.told, *one.others) if e.first("geometryComponent")), None)
        if holder is None:
            return
        for component in holder.all("geometryComponent"):
            part = component.first("AirspaceGeometryComponent")
            volume = part.first("theAirspaceVolume", "AirspaceVolume") if part is not None else None
            if part is None or volume is None:
                raise UsageError("a part of its outline is empty, or named by reference")
            operation = part.words("operation")
            if operation == "SUBTR":
                one.fault("a part that is to be taken away is not: the area is taken whole")
                continue
            if operation == "INTERS":
                one.fault("only what two parts have in common is meant: each is taken whole")
            limits = _own(volume) or _own(one.told) or unlimited("no limits of height are given")
            for shape in self._shapes(volume, frame, depth=1):
                yield shape, limits

    def _shapes(self, volume: Element, frame: Frame, depth: int) -> Iterator[Shape]:
        surface = _inner(volume.first("horizontalProjection"))
        line = _inner(volume.first("centreline"))
        other = volume.first("contributorAirspace", "AirspaceVolumeDependency", "theAirspace")
        if surface is not None:
            yield from surface_shapes(surface, frame)
        elif line is not None:
            width = volume.first("width")
            half_m = -(-length_m(width) // 2) if width is not None else 0
            yield curve_shape(line, frame, half_m)
        elif other is not None and depth:
            feature = self._by_id.get(_plain(other.attributes.get("href", "")))
            inner = list(feature.walk("AirspaceVolume")) if feature is not None else []
            if not inner:
                raise UsageError("its outline is that of an airspace that is not in this file")
            for each in inner:
                yield from self._shapes(each, frame, depth - 1)
        else:
            raise UsageError("a part of its outline is empty, or named by reference")

    def _segment(self, one: _Slice, frame: Frame) -> Iterator[Placed]:
        limits = next(filter(None, map(_own, (one.told, *one.others))), None)
        limits = limits or one.event.limits() or unlimited("no limits of height are given")
        sides = [one.first(name) for name in ("widthLeft", "widthRight")]
        widths = [length_m(side) for side in sides if side is not None]
        if len(set(widths)) > 1:
            one.doubts.append("the wider side of the route is taken for both")
        half_m = max(widths, default=0)
        curve = _inner(one.first("curveExtent"))
        if curve is not None:
            yield curve_shape(curve, frame, half_m), limits
            return
        ends = [self._end(one.first(name), frame) for name in ("start", "end")]
        points = [at for at in ends if at is not None]
        if len(points) == 2:
            yield Corridor(points=tuple(points), half_width_m=half_m), limits

    def _end(self, end: Element | None, frame: Frame) -> Position | None:
        """Where a segment begins or ends, if that place is in the file."""
        inside = end.inside[0].inside if end is not None and end.inside else []
        for link in inside:
            feature = self._by_id.get(_plain(link.attributes.get("href", "")))
            for held in (link, feature):
                place = next(held.walk("Point", "ElevatedPoint"), None) if held else None
                if place is not None:
                    return positions(place, frame)[0]
        return None


_HOLDING: Final = {"Airspace": (*ACTIVE, ON_REQUEST), "RouteSegment": CLOSED}


def _id(feature: Element) -> str:
    return feature.words("identifier") or _plain(feature.attributes.get("id", ""))


def _plain(link: str) -> str:
    """An identifier without the ways in which links write it."""
    return link.rpartition("#")[2].removeprefix("urn:uuid:").removeprefix("uuid.")


def _latest(feature: Element) -> list[Element]:
    """Time slices, of each only its last correction."""
    found: dict[tuple[str, str], Element] = {}
    for held in feature.all("timeSlice"):
        for each in held.inside:
            key = (each.words("interpretation"), each.words("sequenceNumber"))
            before = found.get(key)
            if before is None or _correction(each) >= _correction(before):
                found[key] = each
    return list(found.values())


def _correction(told: Element) -> int:
    text = told.words("correctionNumber")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _acts(one: _Slice) -> Iterator[Element]:
    for held in one.told.all("activation", "availability"):
        yield from held.all("AirspaceActivation", "RouteAvailability")


def _sheets(act: Element) -> list[Element]:
    return [sheet for held in act.all("timeInterval") for sheet in held.all("Timesheet")]


def _valid(one: _Slice) -> Interval:
    found = validity(one.told.first("validTime")) or validity(one.told.first("featureLifetime"))
    found = found or one.event.valid
    if found is None:
        raise UsageError("it does not say when it is valid")
    return found


def _own(element: Element) -> Limits | None:
    try:
        return limits_of(element)
    except UsageError as error:
        return unlimited(str(error))


def _levels(act: Element, own: Limits) -> Iterable[Limits]:
    layers = [layer for held in act.all("levels") for layer in held.all("AirspaceLayer")]
    if not layers:
        return (own,)
    found = []
    for layer in layers:
        try:
            found.append(limits_of(layer, own) or own)
        except UsageError as error:
            found.append(unlimited(str(error)))
    return found


def _inner(element: Element | None) -> Element | None:
    return element.inside[0] if element is not None and element.inside else None


def _title(one: _Slice) -> str:
    return making.clipped(f"{one.words('designator')} {one.words('name')}", 120)
