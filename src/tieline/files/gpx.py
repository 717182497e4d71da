"""GPX 1.1 (topografix.com/GPX/1/1): routes, tracks and waypoints of a receiver, read only.

A route or a track becomes a corridor without width, a waypoint a point. Where every point of a
track has a time, the window is from the first to the last of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from tieline.deconfliction.notified import UNNAMED, Notified
from tieline.errors import UsageError
from tieline.files import making
from tieline.files.making import Gathering, Reading
from tieline.files.xmltree import Element, parse
from tieline.space.position import Position
from tieline.space.shape import EdgeKind, Point, Shape
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window
from tieline.words import shown

NUMBER_CHARS_MAX = 40


def read(data: bytes, *, source: str, party: str = UNNAMED, kind: str = "movement") -> Reading:
    """Notifications of a GPX text, one a waypoint, route or track; lines are geodesics.

    Raises:
        UsageError: not GPX, or over a limit. A part that is wrong is a fault.
    """
    gathering = Gathering(source)
    root = parse(data, source=source, root="gpx")
    for number, each in enumerate(root.all("wpt", "rte", "trk"), start=1):
        title = making.clipped(each.words("name"), making.TITLE_CHARS_MAX)
        where = (
            f"{each.name} {number} (line {each.line}{f', {shown(title, 40)!r}' if title else ''})"
        )
        try:
            volumes, doubts = _volumes(each)
            gathering.take(
                Notified(
                    key=gathering.key(title or f"{each.name} {number}"),
                    party=party,
                    kind=kind,
                    title=title,
                    text=each.words("desc")[: making.TEXT_CHARS_MAX],
                    volumes=volumes,
                    doubts=doubts,
                )
            )
        except UsageError as error:
            gathering.fault(where, str(error))
    return gathering.done()


def _volumes(each: Element) -> tuple[tuple[Volume, ...], tuple[str, ...]]:
    found, doubts = [], list[str]()
    for points in _lines(each):
        positions = _positions(points)
        window, doubt = _window(points)
        doubts += [*doubt, *making.doubts_of(positions)]
        shape: Shape
        if each.name == "wpt" or len(set(positions)) == 1:
            shape = Point(at=positions[0])
        else:
            shape = making.line(positions, EdgeKind.GEODESIC)
        found.append(Volume(shape=shape, window=window))
    return tuple(found), tuple(dict.fromkeys(doubts))


def _lines(each: Element) -> Iterator[list[Element]]:
    if each.name == "wpt":
        yield [each]
    elif each.name == "rte":
        yield _some(list(each.all("rtept")), "route")
    else:
        for segment in each.all("trkseg"):
            yield _some(list(segment.all("trkpt")), "track")


def _some(points: list[Element], what: str) -> list[Element]:
    if not points:
        raise UsageError(f"a {what} without points")
    making.check_count(len(points))
    return points


def _positions(points: list[Element]) -> list[Position]:
    found = []
    for number, each in enumerate(points, start=1):
        try:
            found.append(making.place(_degrees(each, "lat"), _degrees(each, "lon")))
        except UsageError as error:
            raise UsageError(f"point {number} (line {each.line}): {error}") from None
    return found


def _degrees(each: Element, name: str) -> Decimal:
    text = each.attributes.get(name, "")
    try:
        return Decimal(text[:NUMBER_CHARS_MAX].strip())
    except InvalidOperation:
        raise UsageError(f"{name} is {shown(text)!r}, which is no number") from None


def _window(points: list[Element]) -> tuple[Window, tuple[str, ...]]:
    times = [each.words("time") for each in points]
    if not all(times):
        return making.ALWAYS, (making.NO_TIME,)
    instants = [making.instant_ms(time) for time in times]
    start, end = min(instants), max(instants)
    return Window(spans=(Interval(start_ms=start, end_ms=end + 1),)), ()
