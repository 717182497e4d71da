"""Chart: a small map of notifications and their overlaps, as a list of things to draw.

Within a few thousand kilometres the projection is azimuthal and equidistant at the middle, beyond
that it is equidistant cylindrical. It is for looking, on a globe; nothing is measured on it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Nature, Overlap, volume_digest
from tieline.deconfliction.report import SHORT_ID
from tieline.files.cutting import Lonlat, capsules, circle, drawn, lines_cut, outline, unrolled
from tieline.observer.layout import width_px
from tieline.space.shape import Circle, Corridor, Point, Shape, corners, reach_m
from tieline.space.volume import Volume

WIDTH: Final = 1000
HEAD: Final = 80
FOOT: Final = 30
MARGIN: Final = 24
HEIGHT_MAX: Final = 1000
NEAR_DEG: Final = 40.0
"""Furthest from the middle, in degrees of arc, that the azimuthal projection is used for."""
LEAST_DEG: Final = 0.02
SHAPES_MAX: Final = 5_000
"""Most shapes of one picture; with more nobody sees anything."""
LABELS_MAX: Final = 60
LABEL_CHARS: Final = 36
STEPS_DEG: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30)
GRID_LINES: Final = 8
COLOURS: Final = (
    "#1f5fa8", "#b3541e", "#2f7d4f", "#7b4ba0", "#9c2f4f", "#4d6b78", "#8a7a18", "#355e3b",
)  # fmt: skip
ALARM: Final = "#c8102e"
GRID: Final = "#d5dade"

XY = tuple[float, float]
Rings: TypeAlias = tuple[tuple[XY, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Rings painted as one, half through, with one outline each."""

    rings: Rings
    colour: str
    outlined: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line through points."""

    points: tuple[XY, ...]
    colour: str
    width: float = 1.5
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A place; a ``cross`` is where an overlap is."""

    at: XY
    colour: str
    cross: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hatch:
    """Where two sets of rings have room in common."""

    first: Rings
    second: Rings


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Words at a place; ``side`` is start, middle or end."""

    at: XY
    words: str
    side: str = "start"
    style: str = ""


Thing: TypeAlias = Area | Line | Dot | Hatch | Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Things to draw in order, on a sheet of so many pixels; ``frame`` is the map within it."""

    title: str
    under: str
    width: float
    height: float
    frame: tuple[float, float, float, float]
    things: tuple[Thing, ...]
    left_out: tuple[str, ...]


def make_chart(
    notified: Sequence[Notified], overlaps: Iterable[Overlap], *, title: str, under: str
) -> Chart:
    """A map of what was notified; overlaps are hatched and marked with their short identifier."""
    placed = [(told, volume) for told in notified for volume in told.volumes]
    left_out = []
    if len(placed) > SHAPES_MAX:
        left_out.append(f"{len(placed) - SHAPES_MAX} of {len(placed)} places are not drawn")
        placed = placed[:SHAPES_MAX]
    view = _View(placed)
    parties = sorted({told.party for told, _ in placed})
    colours = {name: COLOURS[n % len(COLOURS)] for n, name in enumerate(parties)}
    things: list[Thing] = list(view.graticule())
    for told, volume in placed:
        things += view.shape(volume.shape, colours[told.party])
    by_digest = {volume_digest(volume): volume for _, volume in placed}
    for each in overlaps:
        things += view.overlap(each, by_digest)
    things += view.labels(placed)
    things += _legend(colours, view.height)
    if len(placed) > LABELS_MAX:
        left_out.append(f"names beyond the first {LABELS_MAX} are not written")
    return Chart(
        title=title,
        under=under,
        width=WIDTH,
        height=view.height,
        frame=view.frame,
        things=tuple(things),
        left_out=tuple(left_out),
    )


def _legend(colours: dict[str, str], height: float) -> list[Thing]:
    found: list[Thing] = []
    x = float(MARGIN)
    for name, colour in colours.items():
        words = name[:30]
        if x + width_px(words, 12) + 40 > WIDTH:
            break
        found.append(Dot(at=(x + 5, height - FOOT - 6), colour=colour))
        found.append(Label(at=(x + 14, height - FOOT - 2), words=words))
        x += width_px(words, 12) + 40
    return found


class _View:
    """From longitudes and latitudes to pixels."""

    def __init__(self, placed: list[tuple[Notified, Volume]]) -> None:
        places = [at for _, volume in placed for at in _outer(volume.shape)] or [
            (-180.0, -60.0),
            (180.0, 60.0),
        ]
        self.centre, far = _middle(places)
        self._project: Callable[[Lonlat], XY] = self._azimuthal
        self.is_globe = far > NEAR_DEG
        if self.is_globe:
            self._project = _cylindrical
            places = [(-180.0, -85.0), (180.0, 85.0)]
        flat = [self._project(at) for at in places]
        west, east = min(x for x, _ in flat), max(x for x, _ in flat)
        south, north = min(y for _, y in flat), max(y for _, y in flat)
        room = max(east - west, (north - south) / 2, LEAST_DEG) * (1.0 if self.is_globe else 1.12)
        self._scale = (WIDTH - 2 * MARGIN) / room
        tall = max((north - south) * (1.0 if self.is_globe else 1.12), room / 2.5)
        if tall * self._scale > HEIGHT_MAX - HEAD - FOOT:
            self._scale = (HEIGHT_MAX - HEAD - FOOT) / tall
        self._x0, self._y0 = (west + east) / 2, (south + north) / 2
        self._tall = tall * self._scale
        self.height = self._tall + HEAD + FOOT + MARGIN
        self.frame = (MARGIN, HEAD, WIDTH - 2 * MARGIN, self._tall)
        self._half = ((WIDTH - 2 * MARGIN) / 2 / self._scale, self._tall / 2 / self._scale)

    def _azimuthal(self, at: Lonlat) -> XY:
        """Equidistant on a sphere (Snyder, USGS PP 1395, chapter 25), in degrees of arc."""
        lon0, lat0 = map(math.radians, self.centre)
        turn, lat = math.radians(at[0]) - lon0, math.radians(at[1])
        cos = math.sin(lat0) * math.sin(lat) + math.cos(lat0) * math.cos(lat) * math.cos(turn)
        x = math.cos(lat) * math.sin(turn)
        y = math.cos(lat0) * math.sin(lat) - math.sin(lat0) * math.cos(lat) * math.cos(turn)
        far = math.hypot(x, y)
        arc = math.degrees(math.atan2(far, cos))
        return (arc * x / far, arc * y / far) if far > 1e-15 else (0.0, 0.0)

    def at(self, place: Lonlat) -> XY:
        """Pixels of a place."""
        x, y = self._project(place)
        return (
            WIDTH / 2 + (x - self._x0) * self._scale,
            HEAD + self._tall / 2 - (y - self._y0) * self._scale,
        )

    def _path(self, points: Iterable[Lonlat]) -> tuple[XY, ...]:
        return tuple(self.at(place) for place in points)

    def rings(self, shape: Shape) -> Rings:
        """What a shape covers; a point or a line without a width covers nothing."""
        return tuple(self._path(ring) for ring in covering(shape, cut=self.is_globe))

    def shape(self, shape: Shape, colour: str) -> Iterable[Thing]:
        rings = self.rings(shape)
        if rings:
            yield Area(rings=rings, colour=colour, outlined=not isinstance(shape, Corridor))
        if isinstance(shape, Corridor):
            line = outline(shape)
            for part in lines_cut(line) if self.is_globe else (tuple(unrolled(line)),):
                yield Line(points=self._path(part), colour=colour)
        elif isinstance(shape, Point):
            yield Dot(at=self.at((shape.at.lon_deg, shape.at.lat_deg)), colour=colour)

    def overlap(self, each: Overlap, volumes: dict[str, Volume]) -> Iterable[Thing]:
        pair = [volumes.get(side.digest) for side in each.sides]
        first, second = pair
        if each.nature is Nature.MEET and first is not None and second is not None:
            one, other = self.rings(first.shape), self.rings(second.shape)
            if one and other:
                yield Hatch(first=one, second=other)
        at = self.at((each.at.lon_deg, each.at.lat_deg))
        yield Dot(at=at, colour=ALARM, cross=True)
        yield Label(at=(at[0] + 8, at[1] - 6), words=each.id[:SHORT_ID], style="alarm")

    def labels(self, placed: list[tuple[Notified, Volume]]) -> Iterable[Label]:
        """Keys beside places, where there is room: they are what lists and telephones use."""
        taken: list[tuple[float, float, float]] = []
        told_once = set[str]()
        for told, volume in placed:
            if told.key in told_once or len(told_once) >= LABELS_MAX:
                continue
            told_once.add(told.key)
            first = corners(volume.shape)[0]
            x, y = self.at((first.lon_deg, first.lat_deg))
            words = told.key[:LABEL_CHARS]
            wide = width_px(words, 12)
            x = min(max(x + 6, MARGIN + 2), WIDTH - MARGIN - wide - 2)
            free = (
                at
                for at in (y, y + 13, y - 13, y + 26)
                if not any(abs(at - b) < 13 and x < c and a < x + wide for a, b, c in taken)
            )
            at = next(free, None)
            if at is not None:
                taken.append((x, at, x + wide))
                yield Label(at=(x, at + 4), words=words, style="name")

    def graticule(self) -> Iterable[Thing]:
        """Meridians and parallels at round degrees, named at the edge of the map."""
        step = next((s for s in STEPS_DEG if 2 * max(self._half) / s <= GRID_LINES), STEPS_DEG[-1])
        lon0, lat0 = (0.0, 0.0) if self.is_globe else self.centre
        narrow = max(math.cos(math.radians(min(abs(lat0) + self._half[1], 85))), 0.05)
        tall, wide = self._half[1] * 1.3, min(self._half[0] * 1.3 / narrow, 180)
        lon_step = next((s for s in STEPS_DEG if 2 * wide / s <= 2 * GRID_LINES), STEPS_DEG[-1])
        south, north = max(lat0 - tall, -90), min(lat0 + tall, 90)
        for n in range(
            math.ceil((lon0 - wide) / lon_step), math.floor((lon0 + wide) / lon_step) + 1
        ):
            lon = n * lon_step
            points = [(lon, south + (north - south) * k / 24) for k in range(25)]
            yield from self._grid(points, _degrees(lon, "EW"), along=False)
        for n in range(math.ceil(south / step), math.floor(north / step) + 1):
            lat = n * step
            points = [(lon0 - wide + 2 * wide * k / 48, lat) for k in range(49)]
            yield from self._grid(points, _degrees(lat, "NS"), along=True)

    def _grid(self, points: list[Lonlat], words: str, *, along: bool) -> Iterable[Thing]:
        path = self._path(points)
        yield Line(points=path, colour=GRID, width=0.8)
        left, top, wide, tall = self.frame
        inside = [(x, y) for x, y in path if left <= x <= left + wide and top <= y <= top + tall]
        if not inside:
            return
        if along:
            yield Label(at=(left + 3, min(inside)[1] - 2), words=words, style="small")
        else:
            low = max(inside, key=lambda at: at[1])
            yield Label(at=(low[0] + 2, top + tall - 4), words=words, style="small")


def _cylindrical(at: Lonlat) -> XY:
    return at


def _degrees(value: float, letters: str) -> str:
    turned = (value + 180) % 360 - 180 if letters == "EW" else value
    return f"{abs(turned):g}°{letters[turned < 0] if turned else ''}"


def covering(shape: Shape, *, cut: bool) -> tuple[tuple[Lonlat, ...], ...]:
    """Rings that a shape covers, with its stated error; cut at 180 degrees where the map ends."""
    if isinstance(shape, Corridor):
        return capsules(shape)
    if isinstance(shape, Point):
        if not shape.error_m:
            return ()
        shape = Circle(centre=shape.at, radius_m=shape.error_m)
    if cut:
        return drawn(shape).rings
    return (tuple(outline(shape)),)


def _outer(shape: Shape) -> list[Lonlat]:
    """Places that a picture of the shape has to hold."""
    reach = reach_m(shape)
    found = [(at.lon_deg, at.lat_deg) for at in corners(shape)]
    if reach and len(found) <= 64:
        found += [at for lon, lat in found for at in circle(lon, lat, reach)[::15]]
    return found


def _middle(places: list[Lonlat]) -> tuple[Lonlat, float]:
    """The middle of places on the globe, and how far the furthest lies from it, in degrees."""
    vectors = [
        (math.cos(b) * math.cos(a), math.cos(b) * math.sin(a), math.sin(b))
        for a, b in ((math.radians(lon), math.radians(lat)) for lon, lat in places)
    ]
    x, y, z = ((min(v[k] for v in vectors) + max(v[k] for v in vectors)) / 2 for k in range(3))
    length = math.sqrt(x * x + y * y + z * z)
    if length < 0.2:
        return (0.0, 0.0), 180.0
    middle = (x / length, y / length, z / length)
    nearest = min(sum(a * b for a, b in zip(v, middle, strict=True)) for v in vectors)
    far = math.degrees(math.acos(max(-1.0, min(1.0, nearest))))
    lon, lat = math.degrees(math.atan2(y, x)), math.degrees(math.asin(middle[2]))
    return (lon, lat), far
