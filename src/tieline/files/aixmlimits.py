"""Limits of height in airspace data (AIXM 5.1.1), and in items F and G of a NOTAM, as bands.

A limit is a number with a unit (feet, metres, flight levels, tens of standard metres) and what it
is measured from, or a word: GND, UNL, and within activations FLOOR and CEILING, which stand for the
limits of the airspace itself.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

from tieline.errors import UsageError
from tieline.files.xmltree import Element
from tieline.space.band import EVERYWHERE, HEIGHT_M_MAX, Band, Datum
from tieline.words import shown

FOOT_M: Final = Fraction(3048, 10_000)
"""International yard and pound agreement, 1959."""
UNITS_M: Final = {"FT": FOOT_M, "M": Fraction(1), "FL": 100 * FOOT_M, "SM": Fraction(10)}
"""Metres of a unit of height: a flight level is a hundred feet (ICAO Annex 2)."""
DATA: Final = {
    "MSL": Datum.SEA, "SFC": Datum.GROUND, "STD": Datum.PRESSURE, "W84": Datum.ELLIPSOID,
}  # fmt: skip
"""CodeVerticalReferenceType of AIXM 5.1.1."""
NUMBER_CHARS_MAX: Final = 20
_NOTAM: Final = re.compile(
    r"FL ?(\d{1,3})|(\d{1,6}) ?(FT|M)(?: ?(AMSL|MSL|AGL|ASFC))?|(SFC|GND|UNL)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One end: metres above a datum, exactly; neither for an open end."""

    height: Fraction | None = None
    datum: Datum | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A band as read, what was doubtful, and its words; ``is_read`` unless it stands for more."""

    band: Band
    words: str
    doubts: tuple[str, ...] = ()
    is_read: bool = True


def limits_of(element: Element, own: Limits | None = None) -> Limits | None:
    """Upper and lower limit of an airspace volume or layer; None if it names neither.

    Args:
        element: what holds ``upperLimit``, ``lowerLimit`` and their references.
        own: what FLOOR and CEILING stand for.

    Raises:
        UsageError: a limit is neither a number with a known unit nor a word that is known.
    """
    lower, upper = element.words("lowerLimit"), element.words("upperLimit")
    if not lower and not upper:
        return None
    if lower == "FLOOR" and upper == "CEILING":
        return own
    ends = []
    for name, word in (("lowerLimit", "FLOOR"), ("upperLimit", "CEILING")):
        if element.words(name) == word:
            raise UsageError(f"{word} beside a limit of another kind")
        ends.append(_limit(element, name))
    doubts: tuple[str, ...] = ()
    if element.words("maximumLimit") and ends[1].height is not None:
        ends[1] = Limit(words=f"{ends[1].words} or higher")
        doubts = ("a maximum limit overrides the upper one in places: taken as without upper end",)
    return _made(ends[0], ends[1], doubts)


def limits_of_notam(lower: str, upper: str) -> Limits | None:
    """Items F and G of a NOTAM; None if there are none, or they cannot be read."""
    ends = []
    for text in (lower, upper):
        found = _NOTAM.fullmatch(" ".join(text.upper().split()))
        if found is None:
            return None
        if found[1]:
            ends.append(_height(Decimal(found[1]), "FL", Datum.PRESSURE))
        elif found[2]:
            datum = Datum.GROUND if found[4] in {"AGL", "ASFC"} else Datum.SEA
            ends.append(_height(Decimal(found[2]), found[3], datum))
        else:
            ends.append(Limit(words=found[5]))
    return _made(ends[0], ends[1], ())


def unlimited(why: str) -> Limits:
    """Every height, because of what could not be read."""
    words = f"{why}: every height is taken"
    return Limits(band=EVERYWHERE, words="not read", doubts=(words,), is_read=False)


def _limit(element: Element, name: str) -> Limit:
    found = element.first(name)
    text = element.words(name)
    if found is None or not text:
        return Limit(words="not given")
    if text in {"GND", "SFC", "UNL"}:
        return Limit(words=text)
    unit, reference = found.attributes.get("uom", ""), element.words(f"{name}Reference")
    try:
        number = Decimal(text[:NUMBER_CHARS_MAX])
    except InvalidOperation:
        raise UsageError(f"{name} {shown(text)!r} is no height") from None
    if unit not in UNITS_M or not number.is_finite():
        raise UsageError(f"{name} {shown(text)} {shown(unit)!r} is no height in a known unit")
    if unit in {"FL", "SM"}:
        return _height(number, unit, Datum.PRESSURE)
    if reference not in DATA:
        raise UsageError(
            f"{name} {shown(text)} {unit} does not say above what: {shown(reference)!r}"
        )
    return _height(number, unit, DATA[reference])


def _height(number: Decimal, unit: str, datum: Datum) -> Limit:
    if abs(number) > 10 * HEIGHT_M_MAX:
        raise UsageError(f"a limit of {number} {unit} is above what is taken")
    if number == 0 and datum is Datum.GROUND:
        return Limit(words="SFC")
    words = f"FL{number:03}" if unit == "FL" else f"{number} {unit} {datum.value}"
    return Limit(height=Fraction(number) * UNITS_M[unit], datum=datum, words=words)


def _made(lower: Limit, upper: Limit, doubts: tuple[str, ...]) -> Limits:
    """A band from two ends; rounded outwards to whole metres, and never turned round."""
    words = f"{lower.words} to {upper.words}"
    low = None if lower.height is None else math.floor(lower.height)
    high = None if upper.height is None else math.ceil(upper.height)
    data = [end.datum for end in (lower, upper) if end.datum is not None]
    try:
        if len(set(data)) > 1:
            widest = (
                Band(lower_m=low, datum=data[0]).certain_m()[0],
                Band(upper_m=high, datum=data[1]).certain_m()[1],
            )
            more = f"limits from two references ({words}): the widest that they can mean is taken"
            band = Band(lower_m=widest[0], upper_m=widest[1])
            return Limits(band=band, words=words, doubts=(*doubts, more))
        datum = data[0] if data else Datum.SEA
        return Limits(band=Band(lower_m=low, upper_m=high, datum=datum), words=words, doubts=doubts)
    except UsageError:
        more = f"the lower limit is above the upper one ({words}): every height is taken"
        return Limits(band=EVERYWHERE, words=words, doubts=(*doubts, more), is_read=False)
