"""CAP 1.2 (OASIS Common Alerting Protocol, July 2010): hazards and stops out, for alerting systems.

One notification is one alert. CAP knows circles and polygons, so that a corridor becomes polygons
that cover it. What a system makes of an alert is its own affair; nothing here asks it to answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from tieline.deconfliction.notified import Notified
from tieline.deconfliction.report import instant
from tieline.errors import UsageError
from tieline.files.cutting import Lonlat, capsules, drawn
from tieline.files.kml import measures, safe
from tieline.space.band import Band
from tieline.space.geodesy import FT_M
from tieline.space.reading import Style
from tieline.space.shape import Circle, Corridor, Point, Shape, corners
from tieline.space.volume import Volume
from tieline.space.window import INSTANT_MS_MAX
from tieline.space.writing import write_position

MEDIA_TYPE: Final = "application/cap+xml"
NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
STATUSES: Final = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGES: Final = ("Alert", "Update", "Cancel")
POINT_KM: Final = 0.1
"""Radius around a point without a stated error: CAP has no points, and rounds kilometres."""
_SENDER: Final = re.compile(r"[^\s,<&]{1,200}")
_LEVELS: Final = {
    "stop": ("Immediate", "Extreme", "Observed", "Avoid"),
    "movement": ("Expected", "Moderate", "Likely", "Avoid"),
}
"""Urgency, severity, certainty and response by kind; others are ``Expected``, ``Unknown`` .."""
_OTHER: Final = ("Expected", "Unknown", "Likely", "Avoid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Who sends an alert, when, and as what.

    Attributes:
        sender: names the sender in the world, without blanks: an e-mail address or a domain.
        sent_ms: when it is sent.
        status: one of ``STATUSES``; an exercise is never ``Actual``.
        message: one of ``MESSAGES``.
        references: identifiers with sender and time of the alerts that it updates or cancels.
        restriction: who may have it; empty if anybody.
    """

    sender: str
    sent_ms: int
    status: str
    message: str = "Alert"
    references: tuple[str, ...] = ()
    restriction: str = ""


def write(told: Notified, head: Head) -> bytes:
    """One alert.

    Raises:
        UsageError: the head is not as CAP wants it, or there is no place.
    """
    if head.status not in STATUSES or head.message not in MESSAGES:
        raise UsageError(f"status is one of {', '.join(STATUSES)}; message {', '.join(MESSAGES)}")
    if _SENDER.fullmatch(head.sender) is None:
        raise UsageError("a sender has no blanks, commas, < or &; write an address or a domain")
    if head.message != "Alert" and not head.references:
        raise UsageError(f"an {head.message.lower()} names the alerts that it is about")
    if not told.volumes:
        raise UsageError(f"{told.name} has no place, which an alert needs")
    scope = ["<scope>Public</scope>"]
    if head.restriction:
        scope = ["<scope>Restricted</scope>", _tag("restriction", head.restriction)]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<alert xmlns="{NAMESPACE}">',
        _tag("identifier", identifier(told)),
        _tag("sender", head.sender),
        _tag("sent", _time(head.sent_ms)),
        _tag("status", head.status),
        _tag("msgType", head.message),
        *scope,
        *([_tag("references", " ".join(head.references))] if head.references else []),
        *(_info(told, volume, number) for number, volume in enumerate(told.volumes, start=1)),
        "</alert>",
    ]
    return ("\n".join(lines) + "\n").encode()


def identifier(told: Notified) -> str:
    """Names the alert for good, from party and key."""
    return f"tieline-{sha256(f'{told.party}{chr(10)}{told.key}'.encode()).hexdigest()[:32]}"


def reference(told: Notified, head: Head) -> str:
    """How a later alert names this one."""
    return f"{head.sender},{identifier(told)},{_time(head.sent_ms)}"


def _tag(name: str, text: str) -> str:
    return f"<{name}>{safe(text)}</{name}>"


def _time(time_ms: int) -> str:
    """CAP wants an offset and allows no Z (section 3.3.2)."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _info(told: Notified, volume: Volume, number: int) -> str:
    urgency, severity, certainty, response = _LEVELS.get(told.kind, _OTHER)
    span = Notified(key="", party="", kind="", volumes=(volume,)).envelope_ms()
    start_ms, end_ms = span or (0, INSTANT_MS_MAX)
    words = [told.text, f"From {instant(start_ms)} to {instant(end_ms)}." if start_ms else ""]
    lines = [
        "<info>",
        "<language>en</language>",
        "<category>Safety</category>",
        _tag("event", told.kind),
        _tag("responseType", response),
        _tag("urgency", urgency),
        _tag("severity", severity),
        _tag("certainty", certainty),
        *([_tag("onset", _time(start_ms))] if start_ms else []),
        *([_tag("expires", _time(end_ms))] if end_ms < INSTANT_MS_MAX else []),
        _tag("senderName", told.party),
        _tag("headline", (told.title or told.key)[:160]),
        _tag("description", "\n".join(filter(None, words)) or told.name),
        *_area(volume, number),
        "</info>",
    ]
    return "\n".join(lines)


def _area(volume: Volume, number: int) -> list[str]:
    shape = volume.shape
    first = write_position(corners(shape)[0], Style.WARNING)
    told = "; ".join(filter(None, (f"place {number}, at {first}", measures(shape))))
    lines = ["<area>", _tag("areaDesc", told)]
    lines += [_tag("polygon", _polygon(ring)) for ring in _rings(shape)]
    if isinstance(shape, Circle | Point):
        reach_km = shape.radius_m + shape.error_m if isinstance(shape, Circle) else shape.error_m
        at = corners(shape)[0]
        radius = max(reach_km / 1000, POINT_KM)
        lines.append(_tag("circle", f"{at.lat_deg:.6f},{at.lon_deg:.6f} {radius:.3f}"))
    return [*lines, *_heights(volume.band), "</area>"]


def _rings(shape: Shape) -> tuple[tuple[Lonlat, ...], ...]:
    if isinstance(shape, Corridor):
        found = capsules(shape)
        if not found:
            return capsules(
                Corridor(points=shape.points, half_width_m=round(POINT_KM * 1000), edge=shape.edge)
            )
        return found
    return () if isinstance(shape, Circle | Point) else drawn(shape).rings


def _polygon(ring: tuple[Lonlat, ...]) -> str:
    """Latitude first, the first corner again at the end (section 3.2.4)."""
    return " ".join(f"{lat:.6f},{lon:.6f}" for lon, lat in (*ring, ring[0]))


def _heights(band: Band) -> list[str]:
    """Feet above the sea, as CAP wants them; what is above ground at its widest."""
    if band.lower_m is None and band.upper_m is None:
        return []
    low, high = band.certain_m()
    lines = [_tag("altitude", str(int(low / FT_M // 1)))]
    return lines + (
        [_tag("ceiling", str(-int(-high / FT_M // 1)))] if band.upper_m is not None else []
    )
