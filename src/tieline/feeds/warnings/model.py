"""A navigational warning as it was read: what it says, when and where, and what was not read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tieline.space.band import EVERYWHERE, Band
from tieline.space.shape import EdgeKind, Shape
from tieline.space.window import Window

PUBLISHER_AREAS: Final = {
    "A": "HYDROLANT",
    "P": "HYDROPAC",
    "C": "HYDROARC",
    "4": "NAVAREA IV",
    "12": "NAVAREA XII",
}
"""Letters and figures by which the United States' NGA names its five series in data files."""


NOTICES: Final = "NOTAM "
"""How a series of notices to airmen begins: ``NOTAM EDGG A``, for letters alone say not whose."""


def name_of(series: str, number: int, year: int) -> str:
    """``HYDROLANT 603/23``; ``NOTAM EDGG A0603/23``, as notices are written."""
    if series.startswith(NOTICES):
        return f"{series}{number:04d}/{year % 100:02d}"
    return f"{series} {number}/{year % 100:02d}"


class Kind(StrEnum):
    """What a warning is about."""

    FIRING = "firing"
    LAUNCH = "launch"
    DEBRIS = "space debris"
    EXERCISE = "exercise"
    HAZARD = "hazardous area"
    PROHIBITED = "prohibited or restricted area"
    CORRIDOR = "humanitarian corridor"
    SURVEY = "survey"
    CABLE = "cable or pipeline"
    UNDERWATER = "underwater operations"
    DRILLING = "drilling units and platforms"
    WRECK = "wreck or obstruction"
    DERELICT = "derelict or adrift"
    ICE = "ice"
    MINES = "mines and ordnance"
    RESCUE = "search and rescue"
    ATTACK = "attack or threat"
    AID = "light, buoy or other aid"
    RADIO = "radio service"
    GNSS = "satellite navigation"
    LIST = "list of warnings in force"
    CANCELLATION = "cancellation only"
    GENERAL = "general"


class Phrase(StrEnum):
    """By which words a place was given."""

    AREA = "area bound by"
    BETWEEN = "between parallels and meridians"
    CIRCLE = "within a distance of a position"
    SECTOR = "within a distance of a position, between bearings"
    LINE = "trackline"
    WITHIN_LINE = "within a distance of a trackline"
    WITHIN_AREA = "within a distance of an area"
    POINT = "position"
    PLACE = "position of a place named"


class About(StrEnum):
    """What kind of piece could not be read."""

    SHAPE = "shape"
    WINDOW = "window"
    CANCELLATION = "cancellation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A warning as its publisher wrote it, before anything in its text was read.

    ``issued_ms`` is None if the source gives none; ``status`` is the source's own word, and
    ``ended_ms`` when its list of cancellations says that the warning ended.
    """

    series: str
    number: int
    year: int
    text: str
    subregions: tuple[str, ...] = ()
    issued_ms: int | None = None
    status: str = ""
    authority: str = ""
    ended_ms: int | None = None

    @property
    def name(self) -> str:
        """``HYDROLANT 603/23``."""
        return name_of(self.series, self.number, self.year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Words that were not read, and why."""

    about: About
    label: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One place that a warning names, with its time.

    Attributes:
        label: paragraph and item, ``1.A``; empty if the text has none.
        phrase: by which words the place was given.
        words: these words as written.
        shape: the place.
        window: when, as the text says; None: as long as the warning is in force.
        alternate: spare times, if the first cannot be kept.
        keep_off_m: how far to stay off, as requested or ordered; not part of the shape.
        observed_ms: when it was seen there, as the text says.
        is_vague: the text says *in vicinity*.
        is_timed: False if the text gives a time that was not read.
        band: heights; notices to airmen alone give any.
    """

    label: str
    phrase: Phrase
    words: str
    shape: Shape
    window: Window | None = None
    alternate: Window | None = None
    keep_off_m: int | None = None
    observed_ms: int | None = None
    is_vague: bool = False
    is_timed: bool = True
    band: Band = EVERYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Another warning that the text names."""

    series: str
    number: int
    year: int

    @property
    def name(self) -> str:
        """``HYDROLANT 603/23``."""
        return name_of(self.series, self.number, self.year)


@dataclass(frozen=True, slots=True, kw_only=True)
class NavWarning:
    """A warning as read; ``raw.text`` stays the authority.

    Attributes:
        raw: what was published.
        kind: what it is about.
        areas: its opening lines: seas, coasts, charts.
        parts: what was read.
        unread: what was not, with reasons.
        cancels: warnings that it cancels.
        references: warnings that it names otherwise.
        cancelled_ms: when it ends by its own words; None: by another message only.
        edge: how edges were taken to run.
    """

    raw: Raw
    kind: Kind
    areas: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    unread: tuple[Unread, ...] = ()
    cancels: tuple[Reference, ...] = ()
    references: tuple[Reference, ...] = ()
    cancelled_ms: int | None = None
    edge: EdgeKind = EdgeKind.RHUMB

    @property
    def name(self) -> str:
        """``HYDROLANT 603/23``."""
        return self.raw.name
