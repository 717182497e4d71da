"""Reading: a position as anybody writes it, with what its digits say of its precision.

Decimal degrees, degrees and minutes, degrees, minutes and seconds, the style of navigational
warnings (``12-34.5N 045-06.7W``), of aviation (``5128N00000W``) and MGRS. What may be a mistake
(latitude and longitude swapped, nought and nought) is said and never corrected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, NoReturn

import mgrs
from mgrs._native import MGRSError

from tieline.errors import UsageError
from tieline.space.position import E7, Position, position
from tieline.words import shown

TEXT_CHARS_MAX: Final = 80
DEGREE_M: Final = 111_694
"""Longest degree of latitude, at the poles of WGS84: bounds what a digit stands for."""
REMEDY: Final = (
    "write 51.4779, -0.0015 or 51-28.6N 000-00.1W or 51°28'40\"N 0°0'5\"W or 30U YC 08201 07355"
)


class Style(StrEnum):
    """How a position is written."""

    DECIMAL = "decimal degrees"
    MINUTES = "degrees and minutes"
    SECONDS = "degrees, minutes and seconds"
    WARNING = "navigational warning"
    AVIATION = "aviation"
    MGRS = "MGRS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A position that was read.

    Attributes:
        at: the position.
        style: how it was written.
        precision_m: how far off it may be because of its last digit, in metres, rounded up.
        doubts: what may be a mistake, in words, each to be asked about.
    """

    at: Position
    style: Style
    precision_m: int
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Angle:
    e7: int
    unit_e7: int
    letter: str
    parts: int


_MGRS = re.compile(r"([0-9]{1,2})?([A-Z])([A-Z]{2})([0-9]{2,10})")
_AVIATION = re.compile(r"([0-9]{4,8}(?:\.[0-9]+)?[NS])[ ]?([0-9]{5,9}(?:\.[0-9]+)?[EW])")
_NUMBER = r"[0-9]{1,3}(?:[.,][0-9]{1,10})?"
_GAP = r"[ \-:°º*'′’\"″”dms]{1,3}"
_ANGLE = re.compile(
    rf"(?P<sign>[+\-−]?)(?P<first>[NSEW]?)[ ]?(?P<parts>{_NUMBER}(?:{_GAP}{_NUMBER}){{0,2}})"
    rf"(?:[ °º*'′’\"″”dms]{{0,3}})(?P<last>[NSEW]?)"
)
_SPLIT = re.compile(
    r"(?<=[NSEW])[ ,;/]+(?=[0-9])|[,;/]+[ ]?|[ ]+(?=[NSEW])|[ ]{1,}(?=[+\-−]?[0-9])"
)


def read_position(text: str) -> Reading:
    """Read a position in any of the usual styles.

    Raises:
        UsageError: none of them, or degrees, minutes or seconds out of range; says what to write.
    """
    given = " ".join(text.upper().split())
    if len(given) > TEXT_CHARS_MAX:
        raise UsageError(f"a position of {len(given)} characters is none; {REMEDY}")
    if not given.isprintable():
        raise UsageError(f'"{shown(text)}" holds what cannot be printed; {REMEDY}')
    grid = _MGRS.fullmatch(given.replace(" ", ""))
    if grid is not None:
        return _grid(given.replace(" ", ""), grid)
    flown = _AVIATION.fullmatch(given)
    if flown is not None:
        return _made(_packed(flown[1], 2), _packed(flown[2], 3), Style.AVIATION, text)
    first, second = _halves(given, text)
    return _made(first, second, _style(given, first), text)


def _style(given: str, angle: _Angle) -> Style:
    if angle.letter and re.match(r"[0-9]{1,3}-[0-9]", given):
        return Style.WARNING
    return (Style.DECIMAL, Style.MINUTES, Style.SECONDS)[angle.parts - 1]


def _halves(given: str, text: str) -> tuple[_Angle, _Angle]:
    """The two angles of a text: at the only place where both sides read as one angle each."""
    found = []
    for split in _SPLIT.finditer(given):
        left, right = given[: split.start()].strip(), given[split.end() :].strip()
        one, other = _ANGLE.fullmatch(left), _ANGLE.fullmatch(right)
        # A half with a letter at each end holds the other half's letter.
        if one and other and not any(half["first"] and half["last"] for half in (one, other)):
            found.append((one, other))
    alike = [
        (one, other)
        for one, other in found
        if _count(one) == _count(other) and bool(_letters(one)) == bool(_letters(other))
    ]
    if len(alike) != 1:
        _refuse(text)
    return _angle(alike[0][0], text), _angle(alike[0][1], text)


def _count(angle: re.Match[str]) -> int:
    return len(re.findall(_NUMBER, angle["parts"]))


def _letters(angle: re.Match[str]) -> str:
    return angle["first"] + angle["last"]


def _angle(found: re.Match[str], text: str) -> _Angle:
    letters = _letters(found)
    numbers = [number.replace(",", ".") for number in re.findall(_NUMBER, found["parts"])]
    if letters and found["sign"]:
        _refuse(text)
    if any("." in number for number in numbers[:-1]):
        _refuse(text)
    sign = -1 if found["sign"] in ("-", "−") else 1
    return _sum(numbers, letters, sign, text)


def _sum(numbers: list[str], letter: str, sign: int, text: str) -> _Angle:
    if any(Decimal(number) >= 60 for number in numbers[1:]):
        raise UsageError(f'"{shown(text)}" has minutes or seconds of 60 or more')
    total = sum((Decimal(number) / 60**place for place, number in enumerate(numbers)), Decimal(0))
    digits = len(numbers[-1].partition(".")[2])
    unit = Decimal(1) / (10**digits * 60 ** (len(numbers) - 1))
    sign = -1 if letter and letter in "SW" else sign
    return _Angle(
        e7=sign * round(total * E7),
        unit_e7=max(round(unit * E7), 1),
        letter=letter,
        parts=len(numbers),
    )


def _packed(text: str, degrees: int) -> _Angle:
    """``512837N``: two or three digits of degrees, then minutes, then seconds."""
    digits, letter = text[:-1], text[-1]
    whole = digits.partition(".")[0]
    numbers = [digits[:degrees], digits[degrees:]]
    if len(whole) > degrees + 2:
        numbers = [digits[:degrees], digits[degrees : degrees + 2], digits[degrees + 2 :]]
    if len(whole) not in (degrees + 2, degrees + 4):
        _refuse(text)
    return _sum(numbers, letter, 1, text)


def _made(first: _Angle, second: _Angle, style: Style, text: str) -> Reading:
    letters = first.letter + second.letter
    if len(letters) == 1 or (letters and sorted(_axis(c) for c in letters) != ["lat", "lon"]):
        raise UsageError(f'"{shown(text)}" does not name one of N, S and one of E, W; {REMEDY}')
    lat, lon = (second, first) if letters and _axis(letters[0]) == "lon" else (first, second)
    doubts = []
    if not letters and abs(lat.e7) > 90 * E7 >= abs(lon.e7):
        raise UsageError(
            f'"{shown(text)}": the first number is no latitude; if the two are swapped, write the '
            "latitude first"
        )
    if lat.e7 == 0 and lon.e7 == 0:
        doubts.append("0, 0 lies in the Gulf of Guinea and is what an empty field often gives")
    if not letters:
        doubts.append("no N, S, E or W: latitude is taken to come first, north and east positive")
    unit = max(lat.unit_e7, lon.unit_e7)
    return Reading(
        at=position(lat.e7, lon.e7),
        style=style,
        precision_m=-(-unit * DEGREE_M // (2 * E7)),
        doubts=tuple(doubts),
    )


def _axis(letter: str) -> str:
    return "lat" if letter in "NS" else "lon"


def _grid(text: str, found: re.Match[str]) -> Reading:
    digits = found[4]
    if len(digits) % 2:
        raise UsageError(f'"{shown(text)}" has an odd number of digits; a grid reference is even')
    try:
        lat, lon = mgrs.MGRS().toLatLon(text)
    except (MGRSError, ValueError) as error:
        raise UsageError(f'"{shown(text)}" is no square of the military grid: {error}') from None
    size_m = 10 ** (5 - len(digits) // 2)
    # The reference names the south-west corner of its square; the middle is as likely as any.
    return Reading(
        at=position(round(lat * E7), round(lon * E7)),
        style=Style.MGRS,
        precision_m=-(-size_m * 1415 // 1000),
    )


def _refuse(text: str) -> NoReturn:
    raise UsageError(f'"{shown(text)}" is no position that we can read; {REMEDY}')


def swap_doubt(at: Position, others: tuple[Position, ...]) -> str:
    """Words of doubt if a position lies near the others only with its two numbers swapped."""
    if not others or abs(at.lon_e7) > 90 * E7:
        return ""
    swapped = position(at.lon_e7, at.lat_e7)
    here = min(_apart(at, other) for other in others)
    there = min(_apart(swapped, other) for other in others)
    if there * SWAP_FACTOR < here and here > SWAP_DEG_MIN * E7:
        return "latitude and longitude may be swapped: the other way round it lies by the others"
    return ""


SWAP_FACTOR: Final = 10
"""So many times nearer must the swapped position lie before it is asked about."""
SWAP_DEG_MIN: Final = 5
"""Positions of one notification seldom lie further apart than this, in degrees."""


def _apart(first: Position, second: Position) -> int:
    lon = abs(first.lon_e7 - second.lon_e7)
    return abs(first.lat_e7 - second.lat_e7) + min(lon, 360 * E7 - lon)
