"""NOTAM: notices to airmen in the format of ICAO Annex 15, read into shape, band and window.

Items as in Annex 15, Appendix 3 (NOTAM format) and ICAO Doc 8126: Q (region, code, limits, centre
and radius), A (places), B and C (from, to), D (schedule), E (text), F and G (limits of height).
The circle of item Q encloses the area and is rounded outwards; an area that item E bounds by
positions is read if its outline is sound, else the circle stands, marked as coarse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Final

from tieline.errors import MalformedError, UsageError
from tieline.feeds.notamschedule import read_schedule
from tieline.feeds.warnings.checks import DoubtError, make_shape
from tieline.feeds.warnings.model import Phrase
from tieline.feeds.warnings.phrases import Lead
from tieline.space.band import HEIGHT_M_MAX, Band, Datum
from tieline.space.geodesy import FT_M, NM_M
from tieline.space.position import Position
from tieline.space.reading import read_position
from tieline.space.shape import Circle, EdgeKind, Shape
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window

TEXT_CHARS_MAX: Final = 20_000
CORNERS_MAX: Final = 400
LEVEL_FT: Final = 100
"""A flight level is a hundred feet of pressure altitude (ICAO Annex 11)."""
UNLIMITED: Final = 999
"""Flight level that stands for no upper limit in item Q."""

_NAME: Final = re.compile(r"\(?([A-Z])(\d{4})/(\d{2}) NOTAM([NRC])(?: ([A-Z]\d{4}/\d{2}))?")
_ITEM: Final = re.compile(r"(?:^|[\s)])([QABCDEFG])\)[ \t]*")
_Q: Final = re.compile(
    r"([A-Z]{4})/Q([A-Z]{4})/([IVK]{1,3})/([NBOMK]{1,4})/([AEWK]{1,3})/(\d{3})/(\d{3})/"
    r"(\d{4}[NS]\d{5}[EW])(\d{3})"
)
_TIME: Final = re.compile(r"(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?: ?(EST))?")
_CORNER: Final = re.compile(r"\b\d{4,6}(?:\.\d{1,2})?[NS] ?\d{5,7}(?:\.\d{1,2})?[EW]\b")
_AREA: Final = re.compile(
    r"\b(?:AREA|BOUNDED BY|WI AREA|WITHIN|LATERAL LIMITS|WI COORD\w*|FLW COORD\w*)\b[^.]{0,60}$"
)
_STEP: Final = re.compile(r"[\s,;.-]*(?:(?:TO|AND|THENCE|THEN)[\s,]*)?")
_LEVEL: Final = re.compile(r"FL ?(\d{3})|(\d{1,6}) ?(FT|M)(?: ?(AMSL|AGL|MSL|ASFC))?|SFC|GND|UNL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notam:
    """A notice as read.

    Attributes:
        name: series, number and year.
        kind: N new, R replaces, C cancels; ``refers`` is the one that it replaces or cancels.
        code: the four letters after Q that tell subject and state.
        places: location indicators of item A.
        circle: of item Q, which encloses all.
        shape: of item E if it was read; else None and the circle stands.
        band: of items F and G, else of item Q.
        window: of items B, C and D; None for a cancellation, or if it was not read.
        is_estimated: the end is estimated, and another notice will tell it.
        text: item E, as it stands.
        unread: what was not read, with the reason.
    """

    name: str
    kind: str
    refers: str
    region: str
    code: str
    places: tuple[str, ...]
    circle: Circle | None
    shape: Shape | None
    band: Band
    window: Window | None
    is_estimated: bool
    text: str
    unread: tuple[tuple[str, str], ...] = ()

    def volumes(self) -> tuple[Volume, ...]:
        """What the notice takes up; the enclosing circle where no nearer shape was read."""
        shape = self.shape or self.circle
        if shape is None or self.window is None:
            return ()
        coarse = self.shape is None or any(item == "D" for item, _ in self.unread)
        return (Volume(shape=shape, window=self.window, band=self.band, coarse=coarse),)


def read_notam(text: str) -> Notam:
    """Read one notice.

    Raises:
        MalformedError: too long, or not in this format; what a single item says wrongly is in
            ``unread`` instead.
    """
    if len(text) > TEXT_CHARS_MAX:
        raise MalformedError(f"a notice of more than {TEXT_CHARS_MAX} characters")
    flat = text.upper().strip()
    name = _NAME.search(flat[:200])
    if name is None:
        raise MalformedError('no number such as "A1234/24 NOTAMN" begins the notice')
    items = _items(flat[name.end() :])
    unread: list[tuple[str, str]] = []
    circle, band, head = _line_q(items.get("Q", ""), unread)
    window, is_estimated = _window(items, name[4], unread)
    return Notam(
        name=f"{name[1]}{name[2]}/{name[3]}",
        kind=name[4],
        refers=name[5] or "",
        region=head[0],
        code=head[1],
        places=tuple(items.get("A", "").split()),
        circle=circle,
        shape=_shape(items.get("E", ""), unread),
        band=_band(items, band, unread),
        window=window,
        is_estimated=is_estimated,
        text=items.get("E", ""),
        unread=tuple(unread),
    )


def _items(text: str) -> dict[str, str]:
    """Items by their letter, each the first of its kind and after the one before it."""
    order = "QABCDEFG"
    marks: list[tuple[str, int, int]] = []
    for found in _ITEM.finditer(text):
        if not marks or order.index(found[1]) > order.index(marks[-1][0]):
            marks.append((found[1], found.start(), found.end()))
    ends = [start for _, start, _ in marks[1:]] + [len(text)] * bool(marks)
    items = {
        letter: text[begin:end].strip() for (letter, _, begin), end in zip(marks, ends, strict=True)
    }
    if marks:
        last = marks[-1][0]
        items[last] = items[last].removesuffix(")").strip()
    return items


def _line_q(
    text: str, unread: list[tuple[str, str]]
) -> tuple[Circle | None, Band, tuple[str, str]]:
    found = _Q.fullmatch(text.replace(" ", ""))
    if found is None:
        unread.append(("Q", "it is not of the form that Annex 15 gives"))
        return None, Band(), ("", "")
    head = (found[1], found[2])
    lower, upper = int(found[6]), int(found[7])
    band = Band()
    if lower <= upper:
        band = Band(
            lower_m=_feet(lower * LEVEL_FT) if lower else None,
            upper_m=None if upper == UNLIMITED else _feet(upper * LEVEL_FT),
            datum=Datum.PRESSURE,
        )
    else:
        unread.append(("Q", "its lower limit is above the upper"))
    try:
        centre = read_position(found[8]).at
        return Circle(centre=centre, radius_m=int(found[9]) * NM_M), band, head
    except UsageError as error:
        unread.append(("Q", str(error)))
        return None, band, head


def _window(
    items: dict[str, str], kind: str, unread: list[tuple[str, str]]
) -> tuple[Window | None, bool]:
    start, _ = _moment("B", items.get("B", ""), unread)
    if start is None:
        return None, False
    ends = items.get("C", "")
    end, is_estimated = None, False
    if kind == "C":
        return None, False
    if ends != "PERM":
        end, is_estimated = _moment("C", ends, unread)
        if end is None:
            return None, False
    if end is not None and end <= start:
        unread.append(("C", "it ends before it begins"))
        return None, False
    whole = Window(spans=(Interval(start_ms=start, end_ms=end),))
    schedule = items.get("D", "")
    if not schedule:
        return whole, is_estimated
    if end is None:
        unread.append(("D", "a schedule without an end"))
        return whole, is_estimated
    spans, reason = read_schedule(schedule, _day(start), _day(end))
    if reason:
        # Somewhere between its first and its last time: more than it says, never less.
        unread.append(("D", reason))
        return whole, is_estimated
    return Window(spans=spans), is_estimated


def _day(value_ms: int) -> date:
    return datetime.fromtimestamp(value_ms / 1000, UTC).date()


def _moment(item: str, text: str, unread: list[tuple[str, str]]) -> tuple[int | None, bool]:
    found = _TIME.fullmatch(" ".join(text.split()))
    try:
        if found is None:
            raise ValueError
        year, month, day, hour, minute = (int(found[place]) for place in range(1, 6))
        moment = datetime(2000 + year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        unread.append((item, "no time such as 2404211200"))
        return None, False
    return round(moment.timestamp() * 1000), found[6] is not None


def _shape(text: str, unread: list[tuple[str, str]]) -> Shape | None:
    """An area that item E bounds by one list of positions; anything else is left as text."""
    found = list(_CORNER.finditer(text))
    if not found:
        return None
    joined = all(_STEP.fullmatch(text[one.end() : other.start()]) for one, other in pairwise(found))
    if len(found) < 3 or not joined or len(found) > CORNERS_MAX:
        unread.append(("E", "positions that are not one list of corners"))
        return None
    if _AREA.search(text[: found[0].start()][-120:]) is None:
        unread.append(("E", "several positions, and that they bound an area is not said"))
        return None
    try:
        corners = tuple(_corner(one.group()) for one in found)
        lead = Lead(Phrase.AREA, "")
        return make_shape(lead, corners, 0, edge=EdgeKind.GEODESIC, seas=())
    except (DoubtError, UsageError) as error:
        unread.append(("E", str(error)))
        return None


def _corner(text: str) -> Position:
    return read_position(text.replace(" ", "")).at


def _band(items: dict[str, str], coded: Band, unread: list[tuple[str, str]]) -> Band:
    """Of items F and G, which are nearer than item Q; open ends where they say so."""
    if "F" not in items and "G" not in items:
        return coded
    lower, upper = (
        _level("F", items.get("F", "SFC"), unread),
        _level("G", items.get("G", ""), unread),
    )
    if lower is None or upper is None:
        return coded
    data = {datum for value, datum in (lower, upper) if value is not None}
    if len(data) > 1:
        unread.append(("F", "limits from two references: those of item Q stand"))
        return coded
    try:
        datum = data.pop() if data else Datum.SEA
        return Band(lower_m=lower[0], upper_m=upper[0], datum=datum)
    except UsageError as error:
        unread.append(("F", str(error)))
        return coded


def _level(item: str, text: str, unread: list[tuple[str, str]]) -> tuple[int | None, Datum] | None:
    found = _LEVEL.fullmatch(" ".join(text.split()))
    if found is None:
        unread.append((item, f'no height: "{text[:20]}"'))
        return None
    if found[1] is not None:
        return _feet(int(found[1]) * LEVEL_FT), Datum.PRESSURE
    if found[2] is None:
        return None, Datum.SEA
    metres = _feet(int(found[2])) if found[3] == "FT" else int(found[2])
    if metres > HEIGHT_M_MAX:
        unread.append((item, "a height above what is taken"))
        return None
    return metres, Datum.GROUND if found[4] in ("AGL", "ASFC") else Datum.SEA


def _feet(feet: int) -> int:
    return round(feet * FT_M)
