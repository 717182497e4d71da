"""Events of airspace data (Digital NOTAM, AIXM 5.1.1 event schema): what their NOTAM say.

A NOTAM beside the data names it, tells it in words, and bounds it by a circle that encloses all
(item Q: ICAO Doc 8126). The circle stands in where the data hold no outline; where they hold one,
both are compared, and what disagrees is told and not corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tieline.deconfliction.report import instant
from tieline.errors import UsageError
from tieline.files import making
from tieline.files.aixmlimits import Limits, limits_of_notam
from tieline.files.aixmtimes import utc_ms, validity
from tieline.files.xmltree import Element
from tieline.space.geodesy import NM_M, distance_m
from tieline.space.reading import Style, read_position
from tieline.space.shape import Circle, Shape, corners, reach_m
from tieline.space.window import Interval
from tieline.space.writing import write_position
from tieline.words import shown

WHOLE_REGION_NM: Final = 999
"""Radius of item Q that stands for a whole flight information region (ICAO Doc 8126)."""
UNLIMITED_FL: Final = 999
ROUNDED_M: Final = 2 * NM_M
"""How far a shape may reach beyond the circle of item Q before they disagree: its centre is rounded
to a minute each way, and radii are seldom rounded up."""
CORNERS_TRIED: Final = 200
NOTAMS_MAX: Final = 64
_RADIUS: Final = re.compile(
    r"(\d{1,3}(?:\.\d{1,3})?) ?NM RADIUS|RADIUS (?:OF )?(\d{1,3}(?:\.\d+)?) ?NM"
)
_STAMP: Final = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event and its NOTAM; without any, ``notams`` is empty."""

    name: str
    valid: Interval | None
    notams: tuple[Element, ...]
    filed_ms: int | None

    @property
    def key(self) -> str:
        """Number of its first NOTAM, as ``A1200/18``; empty without one."""
        for notam in self.notams:
            series, number, year = (notam.words(n) for n in ("series", "number", "year"))
            if series and number:
                return making.clipped(f"{series}{number:0>4}/{year[-2:]}", 40)
        return ""

    @property
    def party(self) -> str:
        """The region that it is about, which is whose notice it is; empty if not told."""
        found = (n.words("affectedFIR") or n.words("location") for n in self.notams)
        return making.clipped(next(filter(None, found), ""), 80)

    @property
    def text(self) -> str:
        """The words of its NOTAM, each once."""
        texts = [" ".join(n.words("text").split()) for n in self.notams]
        return "\n".join(dict.fromkeys(filter(None, texts)))[: making.TEXT_CHARS_MAX]

    @property
    def is_cancelled(self) -> bool:
        """Whether its NOTAM cancels another one."""
        return any(notam.words("type") == "C" for notam in self.notams)

    def circle(self) -> Circle | None:
        """The circle of item Q that encloses it; None if there is none of any use.

        Raises:
            UsageError: it cannot be read.
        """
        for notam in self.notams:
            at, radius = notam.words("coordinates"), notam.words("radius")
            if not at or not radius:
                continue
            if not re.fullmatch(r"\d{1,3}", radius):
                raise UsageError(f"radius {shown(radius)!r} of its NOTAM is none")
            if int(radius) not in {0, WHOLE_REGION_NM}:
                return Circle(centre=read_position(at).at, radius_m=int(radius) * NM_M)
        return None

    def limits(self) -> Limits | None:
        """Items F and G, or the levels of item Q; None without either."""
        for notam in self.notams:
            lower, upper = notam.words("lowerLimit"), notam.words("upperLimit")
            found = limits_of_notam(lower, upper) if lower or upper else None
            if found is not None:
                return found
        for notam in self.notams:
            low, high = notam.words("minimumFL"), notam.words("maximumFL")
            if re.fullmatch(r"\d{1,3}", low) and re.fullmatch(r"\d{1,3}", high):
                lower = f"FL{low}" if int(low) else "SFC"
                upper = f"FL{high}" if int(high) != UNLIMITED_FL else "UNL"
                return limits_of_notam(lower, upper)
        return None


def event_of(element: Element) -> Event:
    """One event, as its latest time slice tells it; raises `UsageError` on times that are none."""
    slices = [e for held in element.all("timeSlice") for e in held.all("EventTimeSlice")]
    if not slices:
        raise UsageError("an event without a time slice")
    told = max(slices, key=lambda each: _number(each.words("correctionNumber")))
    notams = [n for held in told.all("textNOTAM", "notification") for n in held.all("NOTAM")]
    issued = [n.words("issued") for n in notams] + [told.words("revision")]
    filed = next(filter(None, issued), "")
    return Event(
        name=making.clipped(told.words("name"), 80),
        valid=validity(told.first("validTime")) or validity(told.first("featureLifetime")),
        notams=tuple(notams[:NOTAMS_MAX]),
        filed_ms=utc_ms(filed) if filed else None,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


# -- what disagrees


def disagreements(
    event: Event, shapes: tuple[Shape, ...], valid: Interval, limits: tuple[Limits, ...]
) -> Iterator[str]:
    """What the NOTAM of an event say otherwise than its data, in words."""
    for notam in event.notams:
        for name, end in (("effectiveStart", valid.start_ms), ("effectiveEnd", valid.end_ms)):
            stamp = _stamp_ms(notam.words(name))
            if stamp is not None and end is not None and stamp != end:
                yield f"the NOTAM says {instant(stamp)} where the data say {instant(end)}"
    said = event.limits()
    # Levels of item Q are rounded to hundreds of feet, and are not compared.
    has_items = any(notam.words("upperLimit") for notam in event.notams)
    if said is not None and has_items and all(said.band != each.band for each in limits):
        words = " and ".join(dict.fromkeys(each.words for each in limits)) or "nothing"
        yield f"the NOTAM says {said.words} where the data say {words}"
    yield from _of_places(event, shapes)


def _of_places(event: Event, shapes: tuple[Shape, ...]) -> Iterator[str]:
    try:
        circle = event.circle()
    except UsageError as error:
        yield str(error)
        circle = None
    for shape in shapes:
        if circle is None:
            break
        reach = reach_m(shape) - shape.error_m
        points = corners(shape)
        tried = points[:: 1 + len(points) // CORNERS_TRIED]
        far = max(distance_m(circle.centre, at) for at in tried) + reach
        if far > circle.radius_m + ROUNDED_M:
            at = write_position(circle.centre, Style.WARNING, digits=0)
            yield (
                f"the outline reaches {far / NM_M:.1f} NM from {at}, around which the NOTAM names "
                f"{circle.radius_m // NM_M} NM"
            )
    radii = [round(s.radius_m / NM_M, 2) for s in shapes if isinstance(s, Circle)]
    for found in _RADIUS.finditer(event.text.upper()):
        said = float(found[1] or found[2])
        if radii and all(abs(said - radius) > 0.01 * said for radius in radii):
            named = " and ".join(f"{radius:g}" for radius in dict.fromkeys(radii))
            yield f"the text says a radius of {said:g} NM where the data say {named} NM"


def _stamp_ms(text: str) -> int | None:
    """``1805010500``: year, month, day, hour and minute, UTC; None if it is no such time."""
    found = _STAMP.fullmatch(text.removesuffix("EST").strip())
    if found is None:
        return None
    try:
        year, month, day, hour, minute = (int(part) for part in found.groups())
        then = datetime(2000 + year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
    return int(then.timestamp()) * 1000
