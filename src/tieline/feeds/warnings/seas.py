"""Seas: coarse boxes for the seas and subregions that warnings name, to catch misprints.

A letter N for S, or one wrong digit of degrees, puts a place into another sea than the warning's
own opening line. The boxes are whole degrees and go some five degrees beyond each sea, so that only
what is surely elsewhere falls out. They are read off the world chart, and are no limits of seas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tieline.space.position import E7, Position


@dataclass(frozen=True, slots=True)
class Sea:
    """A box in whole degrees; west is greater than east over the antimeridian."""

    name: str
    south: int
    north: int
    west: int
    east: int

    def holds(self, at: Position) -> bool:
        """Whether a position lies in the box."""
        if not self.south * E7 <= at.lat_e7 <= self.north * E7:
            return False
        west, east = self.west * E7 <= at.lon_e7, at.lon_e7 <= self.east * E7
        return (west and east) if self.west <= self.east else (west or east)


_SEAS: Final = (
    ("WESTERN NORTH ATLANTIC", -8, 68, -100, -20), ("EASTERN NORTH ATLANTIC", -8, 75, -48, 20),
    ("NORTH ATLANTIC", -8, 75, -100, 25), ("WESTERN SOUTH ATLANTIC", -80, 12, -78, -10),
    ("EASTERN SOUTH ATLANTIC", -78, 10, -38, 32), ("SOUTH ATLANTIC", -85, 10, -78, 32),
    ("WEDDELL SEA", -88, -45, -95, 10), ("SCOTIA SEA", -82, -42, -85, 0),
    ("ANTARCTICA", -90, -45, -180, 180), ("NORTH SEA", 47, 65, -8, 15),
    ("ENGLISH CHANNEL", 46, 55, -12, 7), ("DOVER STRAIT", 47, 55, -4, 8),
    ("CELTIC SEA", 43, 56, -18, 2), ("BAY OF BISCAY", 40, 52, -18, 3),
    ("IRISH SEA", 49, 58, -11, 1), ("NORTH CHANNEL", 50, 60, -12, 0),
    ("BRISTOL CHANNEL", 48, 54, -10, 1), ("SAINT GEORGES CHANNEL", 48, 56, -11, 0),
    ("SEA OF THE HEBRIDES", 52, 61, -14, 0), ("BLACK SEA", 38, 50, 24, 45),
    ("SEA OF AZOV", 42, 50, 31, 43), ("EASTERN MEDITERRANEAN SEA", 27, 44, 5, 41),
    ("WESTERN MEDITERRANEAN SEA", 31, 48, -10, 21), ("MEDITERRANEAN SEA", 27, 48, -10, 41),
    ("AEGEAN SEA", 31, 44, 18, 33), ("IONIAN SEA", 31, 44, 10, 27),
    ("ADRIATIC SEA", 36, 49, 8, 24), ("TYRRHENIAN SEA", 33, 47, 4, 21),
    ("LIGURIAN SEA", 39, 48, 2, 15), ("ALBORAN SEA", 32, 41, -9, 5),
    ("STRAIT OF GIBRALTAR", 32, 40, -11, 0), ("STRAIT OF SICILY", 31, 42, 5, 20),
    ("SEA OF MARMARA", 37, 45, 22, 34), ("GULF OF MEXICO", 13, 35, -103, -75),
    ("CARIBBEAN SEA", 3, 27, -95, -53), ("EASTERN CARIBBEAN SEA", 3, 27, -80, -50),
    ("WESTERN CARIBBEAN SEA", 3, 28, -95, -65), ("STRAITS OF FLORIDA", 17, 33, -92, -72),
    ("NORWEGIAN SEA", 54, 78, -18, 33), ("BARENTS SEA", 62, 87, 6, 75),
    ("GREENLAND SEA", 58, 88, -55, 25), ("KARA SEA", 62, 87, 42, 112),
    ("LAPTEV SEA", 64, 87, 88, 152), ("EAST SIBERIAN SEA", 62, 87, 130, -165),
    ("BEAUFORT SEA", 60, 85, -175, -105), ("CHUKCHI SEA", 58, 83, 160, -145),
    ("BALTIC SEA", 49, 68, 4, 35), ("GULF OF BOTHNIA", 55, 70, 12, 30),
    ("GULF OF FINLAND", 54, 66, 15, 36), ("GULF OF GUINEA", -12, 13, -18, 18),
    ("PERSIAN GULF", 19, 35, 42, 61), ("GULF OF OMAN", 17, 32, 50, 67),
    ("ARABIAN SEA", -6, 32, 43, 86), ("GULF OF ADEN", 5, 21, 37, 58),
    ("RED SEA", 7, 35, 27, 50), ("BAY OF BENGAL", -4, 29, 73, 104),
    ("ANDAMAN SEA", -4, 24, 85, 106), ("GULF OF KHAMBHAT", 13, 29, 64, 79),
    ("MOZAMBIQUE CHANNEL", -34, -3, 26, 60), ("INDIAN OCEAN", -75, 31, 13, 132),
    ("SOUTHWESTERN INDIAN OCEAN", -75, 7, 10, 90), ("EASTERN INDIAN OCEAN", -70, 28, 65, 140),
    ("SOUTH CHINA SEA", -10, 31, 94, 128), ("EAST CHINA SEA", 18, 40, 112, 137),
    ("YELLOW SEA", 26, 46, 112, 134), ("SEA OF JAPAN", 28, 57, 122, 148),
    ("SEA OF OKHOTSK", 38, 67, 128, 170), ("GULF OF TONKIN", 12, 27, 100, 115),
    ("GULF OF THAILAND", 0, 20, 93, 112), ("PHILIPPINE SEA", -2, 40, 113, 152),
    ("JAVA SEA", -14, 4, 98, 124), ("CORAL SEA", -37, -2, 136, 176),
    ("TASMAN SEA", -57, -18, 138, -173), ("BERING SEA", 46, 72, 153, -148),
    ("WESTERN NORTH PACIFIC", -8, 68, 96, -160), ("EASTERN NORTH PACIFIC", -8, 70, 175, -68),
    ("NORTH PACIFIC", -8, 72, 96, -68), ("EASTERN SOUTH PACIFIC", -80, 10, 175, -58),
    ("WESTERN SOUTH PACIFIC", -80, 10, 128, -115), ("SOUTH PACIFIC", -85, 10, 128, -58),
)  # fmt: skip
_BY_NAME: Final = {row[0]: Sea(*row) for row in _SEAS}

_REGIONS: Final = {
    "1": Sea("subregions 11 to 19", 8, 90, 130, -25),
    "2": Sea("subregions 21 to 29", -90, 42, -135, 15),
    "3": Sea("subregions 35 to 38", 35, 90, -80, 40),
    "4": Sea("subregions 41 to 44", 45, 90, -30, -160),
    "5": Sea("subregions 51 to 57", -65, 55, -65, 60),
    "6": Sea("subregions 61 to 63", -80, 42, 5, 115),
    "7": Sea("subregions 71 to 76", -85, 25, 80, -155),
    "8": Sea("subregions 81 to 83", -65, 45, 120, -60),
    "9": Sea("subregions 91 to 97", -10, 75, 90, -165),
}
"""Regions of the world by the first digit of the chart numbers that NGA's subregions follow."""


def seas_named(
    areas: tuple[str, ...], subregions: tuple[str, ...], *, is_far: bool = False
) -> tuple[Sea, ...]:
    """The boxes of the seas named in opening lines, else of the subregions; none if none is.

    ``is_far`` for what crosses oceans: there the opening lines name one or two of them, and the
    subregions count as well.
    """
    seas = tuple(_BY_NAME[area] for area in areas if area in _BY_NAME)
    if not seas or is_far:
        return seas + _regions(subregions)
    return seas


def _regions(subregions: tuple[str, ...]) -> tuple[Sea, ...]:
    if not all(len(code) == 2 and code[0] in _REGIONS and code.isdecimal() for code in subregions):
        return ()
    return tuple(_REGIONS[code[0]] for code in subregions)


def outside(at: Position, seas: tuple[Sea, ...]) -> str:
    """The names of the seas of which none holds a position; '' if one does, or none is known."""
    if not seas:
        return ""
    for sea in seas:
        if sea.holds(at):
            return ""
    return " and ".join(dict.fromkeys(sea.name for sea in seas))
