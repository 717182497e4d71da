"""Mixture: notifications drawn from a seed that lie as awkwardly as the rules of the world allow.

Half of them gather at the antimeridian, at both poles and at the equator. Some share a border or a
corner with the one before, are equal to it, or touch it as closely as whole metres let them: where
the last digit of a float decides, two machines would part. Windows are instants, rules by weekday,
rules by the sun, open ends; heights have every datum; some are coarse and some in error. With them
come a convoy, an exercise near it and, where the data lies beside the checkout, the warnings that
were in force on 21 April 2023.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from tieline.deconfliction.notified import Notified
from tieline.feeds.warnings import read_file, read_warning
from tieline.feeds.warnings.asking import volumes as volumes_of
from tieline.record.strict import Fields, dump_json, load_json
from tieline.space.band import Band, Datum
from tieline.space.body import read_volumes, write_volumes
from tieline.space.geodesy import distance_m, offset
from tieline.space.position import Position, of_degrees
from tieline.space.shape import Circle, Corridor, EdgeKind, Point, Polygon, Shape, reach_m
from tieline.space.volume import VOLUMES_MAX, Volume
from tieline.space.window import Interval, Repeat, Sun, TimeOfDay, Window

WARNINGS = Path(__file__).resolve().parents[2].joinpath(
    "shared", "data", "nga-msi-inforce-20230421", "navwarnings.json"
)  # fmt: skip
START = datetime(2023, 4, 21, tzinfo=UTC)
T0 = int(START.timestamp()) * 1000
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
KINDS = ("exercise", "movement", "firing", "launch", "site", "hazard")
PARTIES = ("N", "S", "W", "E", "third")
SEAMS = ((0.0, 180.0), (12.0, -179.8), (-41.0, 179.6), (89.4, 20.0), (-89.2, -140.0), (0.0, 0.0))
"""Two in three of these are the antimeridian or a pole."""
PLACES = ((45.6, 30.9), (54.0, 4.0), (-33.9, 18.2), (24.5, 119.5))
EARTH_M = 6_371_000
Chance = random.Random


def spot(chance: Chance, *, spread: float = 1.5) -> tuple[float, float]:
    """A place at a seam of the map as often as not; sometimes anywhere."""
    if chance.random() < 0.08:
        return math.degrees(math.asin(chance.uniform(-1, 1))), chance.uniform(-180, 180)
    lat, lon = chance.choice(SEAMS if chance.random() < 0.55 else PLACES)
    return near((lat, lon), chance.gauss(0, spread) * 60_000, chance.uniform(0, 360))


def near(at: tuple[float, float], metres: float, course: float) -> tuple[float, float]:
    """About so far from a place on a course in degrees; on a globe, which is exact enough here."""
    lat, lon, turn, far = (*map(math.radians, (*at, course)), abs(metres) / EARTH_M)
    sine = math.sin(lat) * math.cos(far) + math.cos(lat) * math.sin(far) * math.cos(turn)
    east = math.sin(turn) * math.sin(far) * math.cos(lat)
    lon += math.atan2(east, math.cos(far) - math.sin(lat) * sine)
    return math.degrees(math.asin(max(-1.0, min(1.0, sine)))), math.degrees(lon)


def around(chance: Chance, at: tuple[float, float], size_m: float) -> tuple[Position, ...]:
    """Corners around a place, whatever meridian or pole lies between them."""
    many = chance.randrange(3, 10)
    turns = [360 * (k + chance.uniform(0, 0.7)) / many for k in range(many)]
    return tuple(of_degrees(*near(at, size_m * chance.uniform(0.5, 1.2), turn)) for turn in turns)


def shape(chance: Chance) -> Shape:
    at, edge = spot(chance), chance.choice(list(EdgeKind))
    if abs(at[0]) > 88:
        edge = EdgeKind.GEODESIC  # the others are not meant for a pole
    return shape_at(chance, at, math.exp(chance.uniform(math.log(300), math.log(90_000))), edge)


def shape_at(chance: Chance, at: tuple[float, float], size_m: float, edge: EdgeKind) -> Shape:
    """A point, a circle, a corridor or an area of about a size."""
    kind = chance.randrange(10)
    if kind < 2:
        return Point(at=of_degrees(*at), error_m=chance.choice((0, 0, 200, 4_000)))
    if kind < 4:
        return Circle(centre=of_degrees(*at), radius_m=max(int(size_m), 1))
    if kind < 6:
        turn, points = chance.uniform(0, 360), [at]
        for _ in range(chance.randrange(1, 5)):
            turn += chance.gauss(0, 40)
            points.append(near(points[-1], size_m * chance.uniform(0.5, 3), turn))
        line = tuple(of_degrees(*point) for point in points)
        return Corridor(points=line, half_width_m=chance.choice((0, 500, 9_260)), edge=edge)
    ring = around(chance, at, size_m)
    return Polygon(ring=ring, edge=edge, within_m=chance.choice((0, 0, 0, 1_852)))


def beside(chance: Chance, before: Shape) -> Shape:
    """A shape that shares with another what it can: outline, border, corner, or a hair's gap."""
    how = chance.randrange(4)
    if isinstance(before, Polygon) and how == 0:
        return Polygon(ring=before.ring[::-1], edge=before.edge, within_m=before.within_m)
    if isinstance(before, Polygon) and how < 3:
        one, other = next(pairwise(before.ring))
        far = offset(one, chance.uniform(0, 360), chance.uniform(1_000, 30_000))
        ring = (one, other, far) if how == 1 else (one, far, offset(far, 20, 5_000))
        return Polygon(ring=ring, edge=before.edge)
    if isinstance(before, Point | Circle):
        centre = before.at if isinstance(before, Point) else before.centre
        reach = reach_m(before)
        there = offset(centre, chance.uniform(0, 360), reach + chance.uniform(5, 60_000))
        radius = round(distance_m(centre, there)) - reach + chance.choice((-1, 0, 0, 1))
        return Circle(centre=there, radius_m=max(radius, 1))
    return before


def window(chance: Chance) -> Window:
    start = T0 + chance.randrange(-20 * 24, 60 * 24) * HOUR_MS
    kind = chance.randrange(8)
    if kind == 0:
        return Window(spans=(Interval(start_ms=start),))
    if kind < 5:
        end = start + chance.randrange(1, 30 * 24) * HOUR_MS
        return Window(spans=(Interval(start_ms=start, end_ms=end),))
    first = START.date() + timedelta(days=chance.randrange(-30, 60))
    last = None if chance.random() < 0.3 else first + timedelta(days=chance.randrange(90))
    if kind == 5:
        times = [TimeOfDay(minute=0, sun=Sun.SET), TimeOfDay(minute=0, sun=Sun.RISE)]
    else:
        times = [TimeOfDay(minute=chance.randrange(0, 1_440, 30)) for _ in range(2)]
    days = tuple(sorted(chance.sample(range(7), 3))) if kind == 6 else ()
    rule = Repeat(
        first=first, last=last, since=times[0], to=times[1], weekdays=days,
        every_days=chance.choice((1, 1, 2)), zone=chance.choice(("UTC", "+05:30", "-03:00")),
    )  # fmt: skip
    return Window(spans=(rule,))


def band(chance: Chance) -> Band:
    lower, upper = chance.choice((None, -200, 0, 300)), chance.choice((None, 300, 1_000, 9_000))
    return Band(lower_m=lower, upper_m=upper, datum=chance.choice(list(Datum)))


def random_ones(count: int, seed: int) -> Iterator[Notified]:
    """Notifications of one to three volumes each."""
    chance, before = random.Random(seed), Point(at=of_degrees(0, 0))
    last: Shape = before
    for n in range(count):
        volumes = []
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            last = beside(chance, last) if chance.random() < 0.25 else shape(chance)
            volumes.append(
                Volume(
                    shape=last, window=window(chance), band=band(chance),
                    coarse=chance.random() < 0.05,
                )
            )  # fmt: skip
        yield Notified(
            key=f"n{n}", party=chance.choice(PARTIES), kind=chance.choice(KINDS),
            volumes=tuple(volumes),
        )  # fmt: skip


def voyage() -> Iterator[Notified]:
    """A convoy along the corridor of HYDROLANT 603/23, and a firing near it."""
    places = ((44.8833, 30.6583), (45.6183, 30.8017), (46.2, 31.1667))
    route = Corridor(points=tuple(of_degrees(*at) for at in places), half_width_m=2_778)
    firing = Circle(centre=of_degrees(45.6167, 31.0833), radius_m=9_260)
    for key, party, kind, drawn, begin, end in (
        ("convoy-12", "N", "movement", route, 5, 12),
        ("gunnery-4", "S", "firing", firing, 8, 11),
    ):
        span = Interval(start_ms=T0 + begin * HOUR_MS, end_ms=T0 + end * HOUR_MS)
        volume = Volume(shape=drawn, window=Window(spans=(span,)))
        yield Notified(key=key, party=party, kind=kind, volumes=(volume,))


def warnings() -> Iterator[Notified]:
    """The real ones, if they are there."""
    if WARNINGS.is_file():
        for raw in read_file(WARNINGS.read_bytes()):
            found = read_warning(raw)
            yield Notified(
                key=found.name, party="published", kind=found.kind.value, volumes=volumes_of(found)
            )


def notifications(count: int, seed: int) -> list[Notified]:
    return [*voyage(), *warnings(), *random_ones(count, seed)]


def write(told: list[Notified]) -> bytes:
    """One line each: whole numbers and texts, so that every machine reads the same."""
    lines = []
    for each in told:
        body = {"key": each.key, "party": each.party, "kind": each.kind}
        lines.append(dump_json({**body, "volumes": write_volumes(each.volumes)}))
    return b"\n".join(lines) + b"\n"


def read(data: bytes) -> list[Notified]:
    found = []
    for line in data.splitlines():
        body: Any = load_json(line)
        # A warning that was published may have more than one notification of a line can.
        parts = [
            read_volumes(Fields({"volumes": body["volumes"][n : n + VOLUMES_MAX]}))
            for n in range(0, len(body["volumes"]), VOLUMES_MAX)
        ]
        volumes = tuple(volume for part in parts for volume in part)
        found.append(
            Notified(key=body["key"], party=body["party"], kind=body["kind"], volumes=volumes)
        )
    return found
