"""Positions in running text, in the style of navigational warnings, by whole numbers only.

`space.reading` reads one position in any style; here thousands are picked out of prose, and only
in the style that the standard for warnings prescribes: degrees-minutes with decimals, or
degrees-minutes-seconds, and a letter. Both give the same units (tests compare them).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from tieline.space.position import E7, Position, position

_ANGLE: Final = r"(\d{1,3})-(\d{1,2})(?:\.(\d{1,6})|-(\d{1,2})(?:\.(\d{1,4}))?)?"
_FOUND: Final = re.compile(rf"(?<![\d.-]){_ANGLE} ?([NS]),? ?{_ANGLE} ?([EW])(?![A-Z0-9])")
_DIGIT: Final = re.compile(r"\d")
_LIKE: Final = re.compile(r"\b\d{1,3}[- .][-.\dO]{1,9} ?[NSEW]\b")
_SIXTIETHS: Final = (1, 3, 7, 9)
"""Which groups of a position are minutes and seconds."""
REMEMBERED: Final = 1_024
"""Positions whose reading is remembered: half of all stood in a warning shortly before."""
MINUTE_M: Final = 1_862
"""Longest minute of latitude on WGS84, at the poles, in metres."""


class Mark(NamedTuple):
    """A position in a text; ``fault`` tells why it is none."""

    start: int
    end: int
    at: Position | None
    precision_m: int
    fault: str = ""


def find_positions(text: str) -> list[Mark]:
    """Every position in a text whose blanks are single, in order; faulty ones are marked so."""
    marks = []
    for found in _FOUND.finditer(text):
        at, precision_m, fault = _read(found.group())
        marks.append(Mark(found.start(), found.end(), at, precision_m, fault))
    return marks


def looks_like_position(text: str) -> str:
    """The first piece of what is left of a text that may be a position spelt wrongly, or ''."""
    if _DIGIT.search(text) is None:
        return ""
    for found in _LIKE.finditer(text):
        piece = found.group()
        if "-" in piece or "." in piece:
            return piece
    return ""


@lru_cache(maxsize=REMEMBERED)
def _read(words: str) -> tuple[Position | None, int, str]:
    """The position that a piece of text is, its precision in metres, and what is wrong."""
    found = _FOUND.fullmatch(words)
    assert found is not None, "what was found in a text is found again by itself"
    groups = found.groups()
    lat, lat_per = _angle(*groups[0:5])
    lon, lon_per = _angle(*groups[6:11])
    if lat > 90 * E7 or lon > 180 * E7 or not _is_sexagesimal(groups):
        return None, 0, _fault(lat, lon)
    at = position(-lat if groups[5] == "S" else lat, -lon if groups[11] == "W" else lon)
    return at, -(-MINUTE_M * 30 // min(lat_per, lon_per)), ""


def _angle(
    degrees: str, minutes: str, decimals: str | None, seconds: str | None, fraction: str | None
) -> tuple[int, int]:
    """Units of 1e-7 degree, and how many of the last digit make a degree."""
    if seconds is None:
        digits = decimals or ""
        per = 60 * 10 ** len(digits)
        units = int(minutes + digits)
    else:
        digits = fraction or ""
        per = 3_600 * 10 ** len(digits)
        units = int(f"{int(minutes) * 60 + int(seconds)}{digits}")
    whole, rest = divmod(units * E7, per)
    # To the nearest, ties to the even unit, as positions are read everywhere.
    up = rest * 2 > per or (rest * 2 == per and whole % 2 == 1)
    return int(degrees) * E7 + whole + up, per


def _is_sexagesimal(groups: tuple[str | None, ...]) -> bool:
    for place in _SIXTIETHS:
        part = groups[place]
        if part is not None and len(part) == 2 and part >= "60":
            return False
    return True


def _fault(lat: int, lon: int) -> str:
    if lat > 90 * E7:
        return "a latitude goes to 90 degrees"
    if lon > 180 * E7:
        return "a longitude goes to 180 degrees"
    return "minutes and seconds go to 59"
