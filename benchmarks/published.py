"""Warnings as published: how many are read, how fast, and how well beside others' readings."""

from __future__ import annotations

import gzip
import html
import json
import re
import resource
import time
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

from facts import FACTS, facts, score
from measuring import Sample, Table, sample

from tieline.errors import MalformedError
from tieline.feeds.warnings import NavWarning, Raw, read_file, read_warning
from tieline.feeds.warnings.model import Part, Phrase
from tieline.feeds.warnings.plaintext import read_plain
from tieline.feeds.warnings.sources import issued_ms
from tieline.space.geodesy import NM_M, distance_m
from tieline.space.position import Position, of_degrees
from tieline.space.shape import Circle, Corridor, Point, Polygon, Shape, corners

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
YEARS = [
    DATA / "nga-hydrolant-2022-2023" / f"broadcast-warn_navArea-A_{year}.xml.gz"
    for year in (2022, 2023)
]
IN_FORCE = DATA / "nga-msi-inforce-20230421" / "navwarnings.json"
PLOTTED = DATA / "nga-navwarn-daily-201808"
LABELLED = Path(__file__).resolve().parents[1] / "tests" / "feeds" / "labelled.toml"

EQUAL_M = 50.0
NEAR_M = 0.1 * NM_M
REPETITIONS = 3
DEGREE_M = 60 * NM_M


def run(*, quick: bool) -> list[Table]:
    if not DATA.is_dir():
        print(f"no data beside the checkout ({DATA.name}): warnings are not measured")
        return []
    raws = [raw for path in YEARS for raw in read_file(path.read_bytes())]
    return [
        _speed(raws, 1 if quick else REPETITIONS),
        _counts("6,331 of two years", [read_warning(raw) for raw in raws]),
        _counts("in force on 21 April 2023", read_all([IN_FORCE])),
        _ends(raws),
        _plotted([]),
        _labelled({raw.name: raw for raw in raws}),
    ]


def read_all(paths: list[Path]) -> list[NavWarning]:
    return [read_warning(raw) for path in paths for raw in read_file(path.read_bytes())]


def _speed(raws: list[Raw], repetitions: int) -> Table:
    walls, works = [], []
    for _ in range(repetitions):
        wall, work = time.perf_counter(), time.process_time()
        count = len(read_all(YEARS))
        walls.append(time.perf_counter() - wall)
        works.append(time.process_time() - work)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = [
        ("unpacked and read, s", _span(sample(walls))),
        ("of processor time", _span(sample(works))),
        ("a warning, ms", f"{1000 * min(works) / count:.2f}"),
        ("peak memory of the process, MiB", f"{peak:.0f}"),
    ]
    values = {"warnings_read_s": sample(walls).value(), "warnings_cpu_s": sample(works).value()}
    return Table(
        title=f"(g) {len(raws)} warnings of two years, one process", rows=rows, values=values
    )


def _span(found: Sample) -> str:
    return f"{found.median:.2f}  ({found.low:.2f} .. {found.high:.2f})"


def _counts(title: str, warnings: list[NavWarning]) -> Table:
    phrases = Counter(part.phrase.value for one in warnings for part in one.parts)
    reasons: Counter[str] = Counter()
    for one in warnings:
        for left in one.unread:
            reason = re.sub(r'".*"|\d+|outside .*', "..", left.reason)
            reasons[f"unread {left.about.value}: {reason}"] += 1
    whole = sum(not one.unread for one in warnings)
    rows = [("warnings", str(len(warnings))), ("nothing left unread", str(whole))]
    rows += [(f"read: {name}", str(count)) for name, count in phrases.most_common()]
    rows += [(name, str(count)) for name, count in reasons.most_common()]
    return Table(title=f"What was read: {title}", rows=rows, values={f"read {title}": whole})


def _ends(raws: list[Raw]) -> Table:
    """Cancellations beside the publisher's own list of what cancelled what, and when."""
    listed = {}
    for path in YEARS:
        text = gzip.decompress(path.read_bytes()).decode()
        for row in re.split(r"</broadcastWarn\w*>", text):
            fields = dict(re.findall(r"<(\w+)>([^<]*)</", row))
            if "cancelDate" in fields:
                listed[int(fields["msgYear"]), int(fields["msgNumber"])] = fields
    known = {(raw.year, raw.number): read_warning(raw) for raw in raws}
    own: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for key, fields in listed.items():
        by = (int(fields["cancelMsgYear"]), int(fields["cancelMsgNumber"]))
        if by == key:
            said = known[key].cancelled_ms
            due = issued_ms(fields["cancelDate"])
            if said is None or due is None:
                own["not read"] += 1
            else:
                # Where the text names a day alone, the list says one minute past midnight.
                own["equal" if abs(said - due) <= 60_000 else "differs"] += 1
        elif by in known and fields["cancelNavArea"] == "A":
            named = {(ref.year, ref.number) for ref in known[by].cancels}
            others["equal" if key in named else "not named by what we read"] += 1
    wrong = sum(
        1
        for key, one in known.items()
        for ref in one.cancels
        if ref.series == "HYDROLANT" and (ref.year, ref.number) in known
        and (ref.year, ref.number) not in listed
    )  # fmt: skip
    rows = [(f"ends by its own words: {name}", str(n)) for name, n in own.most_common()]
    rows += [(f"ended by another: {name}", str(n)) for name, n in others.most_common()]
    rows.append(("read as cancelled, and listed as still active", str(wrong)))
    return Table(title="Cancellations beside the publisher's list", rows=rows, values={})


# NGA's own plotted geometry.


@dataclass
class Drawn:
    """One feature as NGA drew it: positions in order, and whether they close."""

    name: str
    points: list[Position]

    @property
    def kind(self) -> str:
        if len(self.points) == 1:
            return "point"
        return "ring" if self.points[0] == self.points[-1] else "line"


@dataclass
class Tally:
    apart: list[float] = field(default_factory=list)
    unread: int = 0
    alone: int = 0


def plotted() -> dict[str, tuple[Raw, list[Drawn]]]:
    """Each message once, with the features of the first day on which it is complete."""
    found: dict[str, tuple[Raw, list[Drawn]]] = {}
    for path in sorted(PLOTTED.glob("*.geojson.gz")):
        day: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for feature in json.loads(gzip.decompress(path.read_bytes()))["features"]:
            day[feature["properties"]["name"].split("[")[0].strip()].append(feature)
        for name, features in day.items():
            raw = _raw(name, features[0]["properties"]["description"])
            if name not in found and raw is not None:
                drawn = [one for feature in features for one in _drawn(name, feature)]
                found[name] = (raw, drawn)
    return found


def _raw(name: str, description: str) -> Raw | None:
    text = html.unescape(re.sub(r"<[^>]*>", "", description))
    body, _, rest = text.partition("Authority:")
    date = re.search(r"Date: (\d{6}Z [A-Z]{3} \d\d)", rest)
    head = f"{name}.\n" + (f"{date[1]}\n" if date else "")
    try:
        return read_plain(head + body)[0]
    except MalformedError:
        return None


def _drawn(name: str, feature: dict[str, Any]) -> list[Drawn]:
    geometry = feature["geometry"]
    if geometry is None:
        return []
    if geometry["type"] == "Point":
        return [Drawn(name, [_at(geometry["coordinates"])])]
    return [
        Drawn(name, [_at(spot) for spot in part["coordinates"]])
        for part in geometry["geometries"]
        if part["type"] == "LineString"
    ]


def _at(spot: list[float]) -> Position:
    return of_degrees(spot[1], spot[0])


def compare(raw: Raw, drawn: list[Drawn], tallies: dict[str, Tally], odd: list[str]) -> None:
    """Pair each feature with the nearest of our parts that none nearer took."""
    parts = list(read_warning(raw).parts)
    pairs = sorted(
        (
            (_apart(part, one), at, number)
            for at, one in enumerate(drawn)
            for number, part in enumerate(parts)
            if _alike(part.shape, one)
        ),
    )
    seen, taken = set(), set()
    for apart, at, number in pairs:
        if at in seen or number in taken:
            continue
        seen.add(at)
        taken.add(number)
        tallies[parts[number].phrase.value].apart.append(apart)
        if apart >= EQUAL_M:
            odd.append(f"{raw.name} {parts[number].label} {parts[number].phrase}: {apart:.0f} m")
    for at, one in enumerate(drawn):
        if at not in seen:
            tallies[f"drawn as a {one.kind}"].unread += 1
            odd.append(f"{raw.name}: a {one.kind} that was not read")
    for number, part in enumerate(parts):
        if number not in taken:
            tallies[part.phrase.value].alone += 1
            odd.append(f"{raw.name} {part.label} {part.phrase}: read, and not drawn")


def _alike(shape: Shape, one: Drawn) -> bool:
    match shape:
        case Point():
            return one.kind == "point"
        case Corridor(half_width_m=0):
            return one.kind != "point"
        case _:
            return one.kind == "ring"


def _apart(part: Part, one: Drawn) -> float:
    """Largest distance of a corner of one from the nearest of the other, metres.

    For circles, sectors and corridors, which NGA draws as rings of many corners: how far their
    corners lie from our outline.
    """
    match part.shape:
        case Polygon(ring=ring) if part.phrase is Phrase.SECTOR:
            return max(_from_line(spot, (*ring, ring[0])) for spot in one.points)
        case Circle(centre=centre, radius_m=radius):
            return max(abs(distance_m(centre, spot) - radius) for spot in one.points)
        case Corridor(points=points, half_width_m=half) if half:
            return max(abs(_from_line(spot, points) - half) for spot in one.points)
        case _:
            ours = corners(part.shape)
            return max(_far(ours, one.points), _far(one.points, ours))


def _far(one: Any, other: Any) -> float:
    return max(min(distance_m(a, b) for b in _nearest(a, other)) for a in one)


def _nearest(spot: Position, others: Any) -> list[Position]:
    return sorted(others, key=lambda o: hypot(*_plane(spot, o)))[:2]


def _plane(origin: Position, spot: Position) -> tuple[float, float]:
    lon = (spot.lon_deg - origin.lon_deg + 540) % 360 - 180
    return lon * cos(radians(origin.lat_deg)) * DEGREE_M, (spot.lat_deg - origin.lat_deg) * DEGREE_M


def _from_line(spot: Position, points: tuple[Position, ...]) -> float:
    best = float("inf")
    for one, other in pairwise(points):
        (ax, ay), (bx, by) = _plane(spot, one), _plane(spot, other)
        dx, dy = bx - ax, by - ay
        share = max(0.0, min(1.0, -(ax * dx + ay * dy) / ((dx * dx + dy * dy) or 1)))
        best = min(best, hypot(ax + share * dx, ay + share * dy))
    return best


def _plotted(told: list[str]) -> Table:
    tallies: dict[str, Tally] = defaultdict(Tally)
    messages = plotted()
    for raw, drawn in messages.values():
        compare(raw, drawn, tallies, told)
    rows = [("", "drawn   < 50 m   < 0.1 nm   further   unread   read alone   median m")]
    for name, tally in sorted(tallies.items(), key=lambda row: -len(row[1].apart)):
        equal = sum(apart < EQUAL_M for apart in tally.apart)
        near = sum(EQUAL_M <= apart < NEAR_M for apart in tally.apart)
        count = len(tally.apart) + tally.unread
        median = sorted(tally.apart)[len(tally.apart) // 2] if tally.apart else 0.0
        further = len(tally.apart) - equal - near
        cells = f"{count:5}   {equal:6}   {near:8}   {further:7}   {tally.unread:6}"
        rows.append((name, f"{cells}   {tally.alone:10}   {median:8.2f}"))
    title = f"{len(messages)} messages beside NGA's plotted geometry (August 2018)"
    return Table(title=title, rows=rows, values={"plotted_messages": len(messages)})


def _labelled(raws: dict[str, Raw]) -> Table:
    """Precision and recall over a labelled sample, for each kind of fact."""
    labels = tomllib.loads(LABELLED.read_text())["warning"]
    totals = {kind: [0, 0, 0] for kind in FACTS}
    for label in labels:
        found = score(facts(read_warning(raws[label["name"]])), label)
        for kind, counts in found.items():
            totals[kind] = [a + b for a, b in zip(totals[kind], counts, strict=True)]
    rows = [("", "right   wrong   missed   precision   recall")]
    for kind, (right, wrong, missed) in totals.items():
        shares = f"{right / (right + wrong):9.3f}   {right / (right + missed):6.3f}"
        rows.append((kind, f"{right:5}   {wrong:5}   {missed:6}   {shares}"))
    return Table(title=f"{len(labels)} labelled warnings", rows=rows, values={"labelled": totals})


if __name__ == "__main__":
    notes: list[str] = []
    print(_plotted(notes).text())
    print("\n".join(notes))
