"""Numbers with their unit in a warning's prose: ``TEN MILES``, ``200 METERS``, ``10NM``."""

from __future__ import annotations

import re
from typing import Final

from tieline.space.geodesy import FT_M, NM_M

WORDS: Final = {
    "ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5, "SIX": 6, "SEVEN": 7, "EIGHT": 8,
    "NINE": 9, "TEN": 10, "ELEVEN": 11, "TWELVE": 12, "FIFTEEN": 15, "TWENTY": 20, "THIRTY": 30,
}  # fmt: skip
METRES_FROM: Final = 100
"""From here on a bare ``M`` is metres: no stated distance from a line is 100 miles and more."""
YARD_M: Final = 0.9144
"""One yard in metres (international yard and pound agreement, 1959)."""
UNITS: Final = {
    "MILE": NM_M, "MILES": NM_M, "NM": NM_M, "NAUTICAL MILES": NM_M, "NAUTICAL MILE": NM_M,
    "METER": 1, "METERS": 1, "METRE": 1, "METRES": 1, "MTRS": 1,
    "KILOMETERS": 1000, "KILOMETER": 1000, "KM": 1000,
    "YARD": YARD_M, "YARDS": YARD_M, "FEET": FT_M, "FOOT": FT_M, "M": 1,
}  # fmt: skip
"""Metres in a unit; a mile is a nautical mile, as everywhere at sea."""

NUMBER: Final = rf"(?:\d{{0,5}}\.\d{{1,3}}|\d{{1,6}}|{'|'.join(WORDS)})"
UNIT: Final = (
    r"(?:NAUTICAL MILES?|MILES?|NM|MET(?:ER|RE)S?|MTRS|KM|KILOMETERS?|YARDS?|FEET|FOOT|M)\b"
)
DISTANCE: Final = rf"{NUMBER}[ -]?{UNIT}"
_SPLIT: Final = re.compile(rf"({NUMBER})[ -]?({UNIT})")


def metres(text: str) -> int | None:
    """Whole metres of a distance; None where its unit is not sure (``20M``)."""
    found = _SPLIT.fullmatch(text)
    if found is None:
        return None
    number = float(WORDS.get(found[1], 0) or found[1])
    if found[2] == "M" and number < METRES_FROM:
        return None
    return round(number * UNITS[found[2]])
