"""Phrases: by which words a place is given, and the shapes that they make of positions."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from tieline.feeds.warnings.model import Phrase
from tieline.feeds.warnings.numbers import DISTANCE, metres

LEAD_CHARS_MAX: Final = 160
"""So much of the text before a position is looked at for the phrase that leads to it."""

_D: Final = rf"(?P<distance>{DISTANCE})"
_JOINING: Final = (
    r"(?:TRACKLINES?|TRACK LINES?|TRACKINE|TRACKLING|TRACKS?|LINES?)"
    r"(?: (?:JOINING|CONNECTING|BETWEEN|JOINGING))?"
)
_WITHIN: Final = (
    rf"(?:WITHIN(?: AN?)?(?: RADIUS)?(?: OF)? {_D}(?: RADIUS)?(?: OF| FROM| AROUND)"
    rf"|{_D.replace('distance', 'sides')} (?:EITHER SIDE|EACH SIDE|ON EITHER SIDE) OF)"
    r"(?: THE| A)?"
)
_BOUND: Final = r"(?:BOUND(?:ED)?|DELIMITED|LIMITED|ENCLOSED)(?: BY)?(?: POSITIONS?| POINTS?)?"
_LEADS: Final = tuple(
    (phrase, re.compile(pattern + r" ?:?"))
    for phrase, pattern in (
        (Phrase.WITHIN_AREA, rf"{_WITHIN} AREAS? {_BOUND}"),
        (Phrase.WITHIN_LINE, rf"{_WITHIN} {_JOINING}"),
        (Phrase.AREA, _BOUND),
        (Phrase.LINE, _JOINING),
        (Phrase.CIRCLE, rf"{_WITHIN}(?: POSITIONS?| POINTS?)?"),
        (
            Phrase.CIRCLE,
            (
                rf"{_D} RADIUS(?: AREA| CIRCLE)?(?: OF| FROM| AROUND)?"
                r"(?: CENTERED)?(?: ON| AT| IN)?(?: POSITIONS?)?"
            ),
        ),
        (
            Phrase.CIRCLE,
            (
                rf"(?:CIRCLE|AREA)(?: OF| WITH)?(?: A)? RADIUS(?: OF)? {_D},? CENTERED"
                r"(?: ON| AT| IN)(?: POSITIONS?)?"
            ),
        ),
    )
)
# The words by which each phrase ends: a cheap look before the patterns are tried.
_STARTS: Final = re.compile(
    r"\b(?:WITHIN|BOUND|BOUNDED|DELIMITED|LIMITED|ENCLOSED|TRACK\w*|LINES?|CIRCLE|AREA|"
    rf"{DISTANCE})"
)
_SUSPECT: Final = re.compile(
    r"\b(?:WITHIN|BOUND\w*|RADIUS|CIRCLE|SECTOR|ARC|TRACK\w*|EITHER SIDE|LINES? JOINING|"
    r"AREAS?|CORRIDOR|JOINING|QUADRANT|SEMICIRCLE)\b[^.]{0,60}$|\bBETWEEN[ :]*$"
)
_POSITION: Final = re.compile(r"\b(?:POSITIONS?|VICINITY|ADRIFT|SANK)(?: IN| OF| VICINITY)? ?:?$")
_ASTRAY: Final = re.compile(
    r"\b(?:WITHIN(?! (?:THE |AN )?AREAS?\b)|RADIUS)\b[^.,:@]{0,30}$"
    rf"|{DISTANCE} (?:OF|FROM)[^.,:@]{{0,20}}$"
)
_CONTINUED: Final = re.compile(r"(?:ALONG|JOINING|BOUND BY|BETWEEN|AREA|AREA BOUND BY) ?:?")
_VICINITY: Final = re.compile(r"\bVICINITY(?: OF)?(?: TRACKLINES?| POSITIONS?)?\b[^.@]{0,30}$")
_WIDE: Final = re.compile(rf"({DISTANCE}) WIDE\b")
_LONG: Final = re.compile(rf"({DISTANCE}) LONG\b(?! CABLE| TOW| STREAMER)")
_BERTH: Final = re.compile(rf"({DISTANCE})(?: RADIUS)? (?:BERTH|CLEARANCE)\b")
_STANDOFF: Final = re.compile(
    rf"\bCLOSE (?:TO )?WITHIN(?: A)?(?: RADIUS)?(?: OF)? ({DISTANCE}) OF ANY VESSEL"
)
_BEARING: Final = r"(\d{1,3}(?:\.\d)?) ?DEG(?:REES?)?(?: TRUE)?"
_BEARINGS: Final = rf"(?:BETWEEN|FROM) {_BEARING} (?:AND|TO) {_BEARING}"
_SECTOR_BEFORE: Final = re.compile(rf"\b{_BEARINGS}(?: IN)?(?: THE| AN?)?(?: AREAS?)? ?$")
_SECTOR_AFTER: Final = re.compile(rf"[ ,.]*{_BEARINGS}(?! ?TO)")
_TURNED_BEFORE: Final = re.compile(r"DEG(?:REES?)?\b[^.]{0,60}$")
_TURNED_AFTER: Final = re.compile(r"[ ,.]*(?:(?:BETWEEN|FROM) )?\d{1,3}(?:\.\d)? ?DEG")
_CORRIDOR: Final = re.compile(r"\bCORRIDOR \(([A-Z]{2,8})\)")
NO_SECTOR: Final = "a sector of a circle whose bearings were not read"


class Lead(NamedTuple):
    """How a place is given: the phrase, its distance, its words.

    ``bearings`` are those between which a circle counts, true and clockwise, seen from its middle.
    """

    phrase: Phrase
    words: str
    distance_m: int | None = None
    fault: str = ""
    bearings: tuple[float, float] | None = None


def lead_of(text: str) -> Lead | None:
    """The phrase with which a text ends, if it ends with one of a place."""
    ending = text[-LEAD_CHARS_MAX:].rstrip()
    for start in _STARTS.finditer(ending):
        for phrase, pattern in _LEADS:
            found = pattern.fullmatch(ending, start.start())
            if found is not None:
                return _lead(phrase, found, ending[: found.start()])
    return None


def _lead(phrase: Phrase, found: re.Match[str], before: str) -> Lead:
    groups = found.groupdict()
    stated = groups.get("distance") or groups.get("sides")
    words = found.group().rstrip(" :")
    if stated is None:
        astray = _ASTRAY.search(before)
        return Lead(phrase, words, fault=f'"{astray.group()}" was not read' if astray else "")
    distance = metres(stated)
    fault = "" if distance else f'"{stated}": metres or miles is not said'
    if phrase is Phrase.CIRCLE and "DEG" in before:
        turned = _SECTOR_BEFORE.search(before)
        if turned is not None:
            bearings = (float(turned[1]), float(turned[2]))
            return Lead(
                Phrase.SECTOR, f"{turned.group().strip()} {words}", distance, fault, bearings
            )
        if _TURNED_BEFORE.search(before):
            return Lead(phrase, words, distance, fault or NO_SECTOR)
    return Lead(phrase, words, distance, fault)


def sector_of(lead: Lead, after: str) -> Lead:
    """A circle as the sector that the words after its middle make of it, if they do."""
    if lead.phrase is not Phrase.CIRCLE or "DEG" not in after:
        return lead
    turned = _SECTOR_AFTER.match(after)
    if turned is not None:
        bearings = (float(turned[1]), float(turned[2]))
        words = f"{lead.words} ... {turned.group().strip(' ,.')}"
        return Lead(Phrase.SECTOR, words, lead.distance_m, lead.fault, bearings)
    return lead._replace(fault=lead.fault or NO_SECTOR) if _TURNED_AFTER.match(after) else lead


def is_continued(text: str) -> bool:
    """Whether an item has only the end of the phrase that its paragraph began."""
    return _CONTINUED.fullmatch(text.strip()) is not None


def is_suspect(text: str) -> bool:
    """Whether words of a place stand before a position that no phrase was found for."""
    ending = text[-LEAD_CHARS_MAX:].rstrip()
    return _SUSPECT.search(ending) is not None and _POSITION.search(ending[-40:]) is None


def is_vicinity(text: str) -> bool:
    """Whether a position is only *in vicinity*."""
    return "VICINITY" in text and _VICINITY.search(text[-LEAD_CHARS_MAX:]) is not None


def width_m(text: str) -> int | None:
    """The width of a corridor, if the text gives just one."""
    return _only(_WIDE, text) if " WIDE" in text else None


def length_m(text: str) -> int | None:
    """The length of a corridor, if the text gives just one."""
    return _only(_LONG, text) if " LONG" in text else None


def berth_m(text: str) -> int | None:
    """The berth that is requested, if the text gives just one in figures."""
    return _only(_BERTH, text) if "BERTH" in text or "CLEARANCE" in text else None


def standoff_m(text: str) -> int | None:
    """How far others stay off vessels in a corridor."""
    return _only(_STANDOFF, text) if " OF ANY VESSEL" in text else None


def corridor_names(text: str) -> frozenset[str]:
    """Short names that the text gives to corridors."""
    return frozenset(_CORRIDOR.findall(text)) if "CORRIDOR (" in text else frozenset()


def _only(pattern: re.Pattern[str], text: str) -> int | None:
    found = {metres(stated) for stated in pattern.findall(text)}
    return found.pop() if len(found) == 1 else None
