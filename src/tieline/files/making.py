"""Making notifications of what files say: times, positions and shapes, with faults and doubts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from tieline.deconfliction.notified import Notified
from tieline.errors import UsageError
from tieline.space.band import EVERYWHERE, Band
from tieline.space.position import E7, Position, position
from tieline.space.shape import VERTICES_MAX, Corridor, EdgeKind, Polygon
from tieline.space.volume import VOLUMES_MAX
from tieline.space.window import INSTANT_MS_MAX, Interval, Window
from tieline.words import shown

FILE_BYTES_MAX: Final = 64 * 1024 * 1024
ITEMS_MAX: Final = 100_000
"""Most notifications of one file."""
FAULTS_MAX: Final = 1_000
"""Most faults that are kept of one file; the others are counted."""
KEY_CHARS_MAX: Final = 200
TITLE_CHARS_MAX: Final = 300
TEXT_CHARS_MAX: Final = 20_000
ALWAYS: Final = Window(spans=(Interval(start_ms=0),))
NO_TIME: Final = "no time is given: taken as holding always"
TURNED_DEG: Final = 180
_INSTANT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?(Z|z|[+-]\d\d:\d\d))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file holds, and what of it could not be read, each fault with its place."""

    notified: tuple[Notified, ...]
    faults: tuple[str, ...] = ()
    more_faults: int = 0


class Gathering:
    """What was read so far; an item that is wrong becomes a fault and stops no other."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._found: list[Notified] = []
        self._faults: list[str] = []
        self._more = 0
        self._keys: dict[str, int] = {}

    def fault(self, where: str, why: str) -> None:
        if len(self._faults) < FAULTS_MAX:
            self._faults.append(f"{self._source}, {where}: {why}")
        else:
            self._more += 1

    def take(self, told: Notified) -> None:
        """Keep a notification under a key of its own.

        Raises:
            UsageError: the file has too many, or this one has too many volumes.
        """
        if len(self._found) >= ITEMS_MAX:
            raise UsageError(f"{self._source} has more than {ITEMS_MAX} items; divide it")
        if len(told.volumes) > VOLUMES_MAX:
            raise UsageError(
                f"{len(told.volumes)} places; at most {VOLUMES_MAX} belong to one item"
            )
        self._found.append(told)

    def key(self, wanted: str) -> str:
        """A key that no other item of the file has."""
        wanted = clipped(wanted, KEY_CHARS_MAX)
        count = self._keys[wanted] = self._keys.get(wanted, 0) + 1
        return wanted if count == 1 else self.key(f"{wanted} #{count}")

    def done(self) -> Reading:
        return Reading(
            notified=tuple(self._found), faults=tuple(self._faults), more_faults=self._more
        )


def clipped(text: str, most: int) -> str:
    """Words of a stranger on one line, without characters that hide, at most so many."""
    plain = "".join(c if c.isprintable() else " " for c in text[: 4 * most])
    return " ".join(plain.split())[:most]


def bounded(data: bytes, source: str) -> bytes:
    """The same bytes; raises `UsageError` if there are too many."""
    if len(data) > FILE_BYTES_MAX:
        raise UsageError(f"{source} has {len(data)} bytes; at most {FILE_BYTES_MAX} are read")
    return data


def instant_ms(text: str) -> int:
    """An instant of RFC 3339, or a day, which begins at midnight UTC.

    Raises:
        UsageError: another form, no zone, or no such time from 1970 on.
    """
    found = _INSTANT.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            f"{shown(text)!r} is no instant; write 2026-12-01T08:00:00Z, with Z or an offset"
        )
    told = f"{found[1]}T{found[2] or '00:00'}{found[3] or ''}{found[4] or 'Z'}".upper()
    try:
        then = datetime.fromisoformat(told)
    except ValueError as error:
        raise UsageError(f"{shown(text)!r} is no instant: {error}") from None
    since = then.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    time_ms = (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
    if not 0 <= time_ms <= INSTANT_MS_MAX:
        raise UsageError(f"{shown(text)!r} is before 1970")
    return time_ms


def rfc3339(time_ms: int) -> str:
    """``2026-12-01T08:00:00Z``; milliseconds only where there are any."""
    then = datetime.fromtimestamp(time_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    rest = time_ms % 1000
    return f"{then}.{rest:03d}Z" if rest else f"{then}Z"


def window(start: str | None, end: str | None) -> tuple[Window, tuple[str, ...]]:
    """A window from two texts that may be missing, and what is doubtful about it.

    Raises:
        UsageError: not instants, or the end is not after the start.
    """
    if not start and not end:
        return ALWAYS, (NO_TIME,)
    start_ms = instant_ms(start) if start else 0
    end_ms = instant_ms(end) if end else None
    doubts = () if start else ("no beginning is given: taken as holding already",)
    return Window(spans=(Interval(start_ms=start_ms, end_ms=end_ms),)), doubts


def band(lower_m: int | None, upper_m: int | None) -> Band:
    """A band above the sea; everywhere if neither end is given."""
    if lower_m is None and upper_m is None:
        return EVERYWHERE
    return Band(lower_m=lower_m, upper_m=upper_m)


def place(lat: Decimal, lon: Decimal) -> Position:
    """A position from decimal degrees, rounded to 1e-7.

    Raises:
        UsageError: out of range, with a hint where latitude and longitude look swapped.
    """
    for value in (lat, lon):
        if not value.is_finite():
            raise UsageError(f"{value} is no number of degrees")
    if not -90 <= lat <= 90:
        swapped = abs(lat) <= 180 and abs(lon) <= 90
        hint = "; latitude and longitude look swapped" if swapped else ""
        raise UsageError(f"latitude {_short(lat)} is not from -90 to 90{hint}")
    if not -180 <= lon <= 180:
        raise UsageError(f"longitude {_short(lon)} is not from -180 to 180")
    return position(round(lat * E7), round(lon * E7))


def _short(value: Decimal) -> str:
    text = str(value)
    return text if len(text) <= 20 else f"{text[:17]}..."


def doubts_of(points: Sequence[Position]) -> tuple[str, ...]:
    """What looks like a mistake among positions, and is asked about rather than corrected."""
    found = []
    if any(not at.lat_e7 and not at.lon_e7 for at in points):
        found.append("a position is 0, 0, which is likelier missing than meant")
    return tuple(found)


def area(ring: Sequence[Position], edge: EdgeKind) -> Polygon:
    """An area from a ring that may repeat its first corner at the end, or corners in a row.

    Raises:
        UsageError: fewer than three different corners, or too many.
    """
    points = _distinct(ring)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return Polygon(ring=tuple(points), edge=edge)


def line(points: Sequence[Position], edge: EdgeKind, half_width_m: int = 0) -> Corridor:
    """A line, or a corridor if it has a width; raises `UsageError` as :func:`area` does."""
    return Corridor(points=tuple(_distinct(points)), edge=edge, half_width_m=half_width_m)


def _distinct(points: Sequence[Position]) -> list[Position]:
    check_count(len(points))
    return [at for n, at in enumerate(points) if n == 0 or at != points[n - 1]]


def check_count(count: int) -> None:
    """Refuse an outline of too many corners before anything is made of it.

    Raises:
        UsageError: more than ``VERTICES_MAX`` and the closing one.
    """
    if count > VERTICES_MAX + 1:
        raise UsageError(f"an outline of {count} corners; at most {VERTICES_MAX} are taken")
