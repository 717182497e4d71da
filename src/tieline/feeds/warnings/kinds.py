"""Kinds: what a warning is about, by the key words that the standard prescribes for its subject."""

from __future__ import annotations

import re
from typing import Final

from tieline.feeds.warnings.model import Kind

HEAD_CHARS: Final = 400
"""The subject comes first; further down a survey may mention a light."""
CLAUSE_CHARS: Final = 120
"""About two lines: so far apart two key words belong to two subjects."""

_KINDS: Final = (
    (Kind.LIST, "WARNINGS IN FORCE|WARNINGS INFORCE|INFORCE AS OF|IN FORCE AS OF"),
    (Kind.CORRIDOR, "HUMANITARIAN CORRIDOR|GRAIN INITIATIVE|SAFE CORRIDOR|SAFE PASSAGE"),
    (Kind.GNSS, "GPS|GNSS|SATELLITE NAVIGATION|GLONASS"),
    (Kind.LAUNCH, "ROCKET LAUNCH|SPACE LAUNCH|LAUNCHING|MISSILE LAUNCH"),
    (Kind.DEBRIS, "SPACE DEBRIS|SPACECRAFT|ROCKET DEBRIS|REENTRY|RE ENTRY|SPLASHDOWN"),
    (Kind.FIRING, "GUNNERY|FIRING|MISSILE|BOMBING|ROCKET|TORPEDO |LIVE FIRE|UNDERWATER EXPLO"),
    (Kind.EXERCISE, "EXERCISE |EXERCISES |NAVAL OPERATIONS|MILITARY|SUBMARINE OPERATIONS"),
    (
        Kind.RESCUE,
        (
            "DISTRESS|OVERBOARD|OVERDUE|UNREPORTED|MEDEVAC|MEDICAL|SINKING|TAKING ON WATER|"
            "CAPSIZED|ASSIST IF POSSIBLE|FLARE |FLARES |ABANDONING|SEARCH AND RESCUE"
        ),
    ),
    (
        Kind.ATTACK,
        "ATTACKED|PIRA|ARMED |BOARDED|HIJACK|SUSPICIOUS|THREAT |THREATS |WAR RISK|HOSTIL",
    ),
    (Kind.ICE, "ICEBERG|SEA ICE|ICE LIMIT|GROWLER"),
    (Kind.MINES, "MINE |MINES |ORDNANCE|TORPEDOES|EXPLOSIVES"),
    (Kind.SURVEY, "SURVEY|SEISMIC|HYDROGRAPHIC|RESEARCH OPERATIONS"),
    (Kind.CABLE, "CABLE|PIPELINE"),
    (
        Kind.WRECK,
        "WRECK|OBSTRUCTION|SHOAL|SANK |SUNK|ROCK |LEAST DEPTH|DEPTH |DEPTHS |SUBMERGED OBJECT",
    ),
    (Kind.DERELICT, "ADRIFT|DERELICT|FLOATING|ABANDONED"),
    (
        Kind.AID,
        (
            "LIGHT |LIGHTS |LIGHTED|LIGHTHOUSE|LIGHTFLOAT|BUOY|RACON|BEACON|FOG SIGNAL|RANGE |"
            "LANBY|AIS |NAVIGATIONAL AID"
        ),
    ),
    (
        Kind.RADIO,
        "NAVTEX|DSC |R/T |STATION|SAFETYNET|BROADCAST|RADIO|COMMUNICATION|PHONE IS|LORAN|TRANSMI",
    ),
    (
        Kind.DRILLING,
        "DRILL|RIG |RIGS |PLATFORM|MOORING|TURBINE|WIND FARM|WELLHEAD|FPSO |STRUCTURE",
    ),
    (Kind.UNDERWATER, "UNDERWATER|DIVING|SUBMERSIBLE|SUBSEA|DREDGING|TOW |TOWING"),
    (Kind.PROHIBITED, "PROHIBITED|RESTRICTED|SAFETY ZONE|EXCLUSION"),
    (Kind.HAZARD, "HAZARDOUS|DANGER"),
)
STEM: Final = 3
_BY_STEM: Final[dict[str, list[tuple[int, str]]]] = {}
for _rank, (_kind, _text) in enumerate(_KINDS):
    for _words in _text.split("|"):
        _BY_STEM.setdefault(_words[:STEM].rstrip(), []).append((_rank, _words))
_ENDS: Final = re.compile(r"CANCEL [^.]{1,1200} AND THIS MSG|CANCEL THIS MSG\b(?! \d)")

_KEPT: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/")
_BLANKS: Final = {code: " " for code in range(128) if chr(code) not in _KEPT}
_BEYOND: Final = re.compile(r"[^\x00-\x7f]")


def kind_of(body: str) -> Kind:
    """The kind of the first subject that the text names; ``body`` is without opening lines."""
    if _ENDS.match(body):
        return Kind.CANCELLATION
    head = body[:HEAD_CHARS]
    if not head.isascii():
        head = _BEYOND.sub(" ", head)
    head = f" {' '.join(head.translate(_BLANKS).split())} "
    first: dict[int, int] = {}
    place = 1
    for word in head.split():
        for rank, words in _BY_STEM.get(word[:STEM], ()):
            if rank not in first and head.startswith(words, place):
                first[rank] = place
        place += len(word) + 1
    best, at = Kind.GENERAL, len(head)
    for rank in sorted(first):
        # Kinds further up are the more particular ones, and win within one clause.
        if best is Kind.GENERAL or first[rank] + CLAUSE_CHARS < at:
            best, at = _KINDS[rank][0], first[rank]
    return best
