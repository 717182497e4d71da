"""Prose: positions that stand in running text, in the styles that leave no doubt.

Only what a person would take for a position is picked out: two angles with their letters, a
reference of the military grid, or two decimals of some length with a comma between. Each is then
read by `space.reading`; what that refuses is no position.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final

from tieline.errors import UsageError
from tieline.space.position import Position
from tieline.space.reading import read_position

FOUND_MAX: Final = 64
"""Most positions picked out of one text; beyond them it is a list, and no words."""
TRIED_MAX: Final = 256
"""Most words that look like a position and are tried; a text of more is a list as well."""
SCANNED_CHARS_MAX: Final = 100_000
_DEG: Final = r"\d{1,3}"
_PART: Final = r"\d{1,2}(?:[.,]\d{1,6})?"
_HYPHENS: Final = rf"{_DEG}-{_PART}(?:-{_PART})?"
_SIGNS: Final = rf"{_DEG}(?:[.,]\d{{1,8}})? ?[°º](?: ?{_PART} ?['′’](?: ?{_PART} ?(?:\"|″|”|''))?)?"
_DECIMAL: Final = r"\d{1,3}\.\d{1,8}"
_GAP: Final = r"(?: ?[,;/] ?| )?"
_ANGLE: Final = rf"(?:{_HYPHENS}|{_SIGNS}|{_DECIMAL})"
_FOUND: Final = re.compile(
    rf"(?<![\w.-])(?:"
    rf"{_ANGLE} ?[NS]{_GAP}{_ANGLE} ?[EW](?!\w)"
    rf"|[NS] ?{_ANGLE}{_GAP}[EW] ?{_ANGLE}(?!\w)"
    rf"|\d{{4,6}}[NS] ?\d{{5,7}}[EW](?!\w)"
    rf"|\d{{1,2}}[C-HJ-NP-X] ?[A-HJ-NP-Z]{{2}} ?(?:\d{{4}} ?\d{{4}}|\d{{5}} ?\d{{5}})(?!\w)"
    rf"|[+\-−]?\d{{1,2}}\.\d{{3,8}}, ?[+\-−]?\d{{1,3}}\.\d{{3,8}}(?![\w.])"
    rf")"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A position as it stands in a text."""

    words: str
    at: Position


def positions_in(text: str) -> tuple[Named, ...]:
    """Every position that stands in a text, once each, at most ``FOUND_MAX`` of them."""
    found: dict[Position, Named] = {}
    plain = " ".join(text[:SCANNED_CHARS_MAX].upper().split())
    for match in islice(_FOUND.finditer(plain), TRIED_MAX):
        if len(found) >= FOUND_MAX:
            break
        try:
            at = read_position(match.group()).at
        except UsageError:
            continue
        found.setdefault(at, Named(words=match.group(), at=at))
    return tuple(found.values())
