"""Noticed: what the author of each message about a notification did, in the past tense."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WITHDREW: Final = "withdrew files of personal data"
_ANSWERS: Final = {
    "take": "took the {}",
    "readback": "read the positions of the {} back",
    "query": "asked about the {}",
    "explain": "explained the {}",
    "object": "objected to the {}",
    "reply": "replied to the {} (no clearance)",
    "confirm": "said how a unit stands with the {}",
}
_PARTING: Final = {
    "separate": "proposed to keep apart over the {}",
    "agree": "agreed to keep apart over the {}",
}
_CHANGES: Final = {
    "notify": "notified the {}",
    "amend": "amended the {}",
    "replace": "replaced the {}",
    "cancel": "cancelled the {}",
}
_SITE: Final = {
    "notify": "notified the {}",
    "amend": "amended the {}",
    "reconfirm": "confirmed the {} again",
    "remove": "removed the {}",
}
_MOVEMENT: Final = {
    "plan": "planned the {}",
    "amend": "amended the {}",
    "depart": "said that the {} departed",
    "waypoint": "said that the {} is at a waypoint",
    "hold": "said that the {} is held",
    "reroute": "took the {} by another route",
    "arrive": "said that the {} arrived",
    "abort": "aborted the {}",
    "cancel": "cancelled the {}",
    "overdue": "heard of no arrival of the {} in time",
}


def _did(name: str, words: str, *tables: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}.{verb}": did.format(words) for table in tables for verb, did in table.items()}


DID: Final[dict[str, str]] = {
    **_did("activity", "activity", _CHANGES, _ANSWERS, _PARTING),
    "activity.withdraw-file": WITHDREW,
    **_did("hazard", "hazard", _CHANGES, _ANSWERS, _PARTING),
    "hazard.withdraw-file": WITHDREW,
    **_did("site", "protected site", _SITE, _ANSWERS),
    "site.withdraw-file": WITHDREW,
    **_did("movement", "movement", _MOVEMENT, _ANSWERS),
    "movement.withdraw-file": WITHDREW,
    "stop.call": "called STOP: under fire",
    "stop.acknowledge": "acknowledged the stop",
    "stop.act": "said that it acted on the stop",
    "stop.cannot": "said that it cannot comply with the stop",
    "stop.relay": "passed the stop on by other means",
    "stop.end": "ended the stop",
    "stop.withdraw-file": WITHDREW,
    "stop.unreached": "had no sign that their system holds the stop",
    "stop.expired": "heard nothing on the stop in time",
}
