"""Notice: a notification for a recipient who has no node, before it becomes pages and sheets.

It holds what we notified and nothing that anybody else said of it: no other recipient, no reply, no
place in our logs. What was left out for this recipient is named, as it is for those with a node.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tieline.papers import noticewords
from tieline.procedures.form import Form
from tieline.procedures.notification.covered import volumes_of
from tieline.procedures.sorts import Sort
from tieline.record.marking import Marking
from tieline.record.message import Mark
from tieline.record.strict import Fields, JsonValue
from tieline.space.body import read_position
from tieline.space.position import Position
from tieline.space.shape import Circle, Corridor, Point, Polygon, Shape
from tieline.space.volume import Volume

REFERENCE_DIGITS: Final = 8
"""Of the hash of the wording: enough to tell two wordings apart on the telephone."""
NOT_SAID: Final = frozenset(
    {"key", "title", "volumes", "route", "at", "texts", "must_know", "attachments", "redacted"}
)
"""Fields that have a place of their own, or that are for others: units of parties of a line."""
KIND_WORDS: Final = {
    "activity": "Activity",
    "hazard": "Hazard or closure",
    "site": "Protected site",
    "movement": "Movement",
    "stop": "STOP: protected site or movement under fire",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position as it was notified, under the number by which it is read back, from 1.

    ``volume`` is the number of the volume that it belongs to, 0 for none; ``what`` tells what it
    is there: a centre, a corner, a waypoint.
    """

    number: int
    at: Position
    what: str
    volume: int = 0
    name: str = ""
    at_ms: int | None = None
    stop_min: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Words of the notification in one language."""

    lang: str
    text: str
    is_original: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the papers of one notification say to one recipient.

    Attributes:
        reference: what every answer has to name; it changes with the wording.
        office: who notified it, ``party (office)``, in words.
        opened_ms: when it was first notified; ``worded_ms`` when in these words; ``made_ms`` when
            the papers were made. Milliseconds UTC.
        standing: how it stands, in words; ``is_over`` if its author ended it.
        handling: how far the recipient may pass it on.
        answer_to: telephones and addresses of the office.
        zone: offset of a local clock that times are given by as well; empty for none.
        facts: every other field, by name, in the order of its form.
        kept_back: how many files belong to it and do not go along.
    """

    key: str
    reference: str
    wording: str
    procedure: str
    title: str
    level: str
    mark: Mark
    handling: Marking
    office: str
    recipient: str
    opened_ms: int
    worded_ms: int
    made_ms: int
    standing: str
    is_over: bool
    answer_to: tuple[str, ...]
    volumes: tuple[Volume, ...]
    places: tuple[Place, ...]
    facts: tuple[tuple[str, str], ...]
    texts: tuple[Told, ...]
    redacted: tuple[str, ...]
    kept_back: int
    passed_on: tuple[str, ...] = ()
    zone: str = ""

    @property
    def name(self) -> str:
        """Its title, or its key where it has none."""
        return self.title or self.key

    @property
    def heading(self) -> str:
        """Mark, kind and name on one line: a subject, a file's title."""
        mark = noticewords.MARK_WORDS[self.mark]
        over = f"ENDED ({self.standing}) - " if self.is_over else ""
        return f"{mark} - {over}{KIND_WORDS.get(self.procedure, self.procedure)}: {self.name}"


def reference_of(key: str, wording: str) -> str:
    """What answers name: the key and the beginning of the hash of a wording.

    Args:
        key: of the notification.
        wording: full reference of the entry. Neither its line nor its place in our log is shown.
    """
    return f"{key}/{wording.rpartition(' ')[2][:REFERENCE_DIGITS]}"


# -- positions


def places_of(body: Mapping[str, JsonValue]) -> tuple[Place, ...]:
    """Every position of a body under its number: waypoints, then where it is, then volumes."""
    return tuple(
        Place(number=number, **found) for number, found in enumerate(_places(body), start=1)
    )


def _places(body: Mapping[str, JsonValue]) -> Iterator[dict[str, Any]]:
    route = body.get("route")
    for number, item in enumerate(route if isinstance(route, list) else (), start=1):
        if isinstance(item, dict):
            yield {
                "at": _at(item),
                "what": f"waypoint {number}",
                "name": str(item.get("name", "")),
                "at_ms": item.get("at_ms"),
                "stop_min": item.get("stop_min"),
            }
    at = body.get("at")
    if isinstance(at, dict):
        yield {"at": _at(at), "what": "the place"}
    volumes = volumes_of({"volumes": body["volumes"]}) if "volumes" in body else ()
    for number, volume in enumerate(volumes, start=1):
        for what, corner in _named(volume.shape):
            yield {"at": corner, "what": what, "volume": number}


def _at(item: Mapping[str, JsonValue]) -> Position:
    return read_position(Fields({"lat_e7": item["lat_e7"], "lon_e7": item["lon_e7"]}))


def _named(shape: Shape) -> Iterator[tuple[str, Position]]:
    match shape:
        case Point(at=at):
            yield "place", at
        case Circle(centre=centre):
            yield "centre", centre
        case Corridor(points=points):
            for n, at in enumerate(points, start=1):
                yield f"line {n} of {len(points)}", at
        case Polygon(ring=ring):
            for n, at in enumerate(ring, start=1):
                yield f"corner {n} of {len(ring)}", at


# -- everything else


def facts_of(
    form: Form, body: Mapping[str, JsonValue], zone: str = ""
) -> tuple[tuple[str, str], ...]:
    """Fields that have no place of their own, in the order of the form, in words."""
    found = []
    for field in form:
        if field.name in body and field.name not in NOT_SAID:
            label = field.name.removesuffix("_ms").replace("_", " ")
            found.append((label, words_of(field.sort, body[field.name], zone)))
    return tuple(found)


REFERRING: Final = frozenset({Sort.REFERENCE, Sort.REFERENCES, Sort.KEY_OR_REF})


def words_of(sort: Sort, value: JsonValue, zone: str = "") -> str:
    """One value of a body, in words; an outsider learns neither a line nor a place in our log."""
    if sort in REFERRING and isinstance(value, str) and " " in value:
        return "an entry of ours"
    if sort is Sort.INSTANT and isinstance(value, int):
        return noticewords.instant(value, zone)
    if isinstance(value, dict) and "lat_e7" in value:
        at = _at(value)
        return f"{noticewords.in_minutes(at)} ({noticewords.in_degrees(at)})"
    if isinstance(value, dict) and "party" in value:
        return f"{value['party']}: {value.get('value', '')}"
    if isinstance(value, list):
        return "; ".join(words_of(sort, item, zone) for item in value)
    return str(value)


def texts_of(body: Mapping[str, JsonValue], lang: str = "") -> tuple[Told, ...]:
    """The words in their languages: the one wanted first, then the original, then the others."""
    texts = body.get("texts")
    found = [
        Told(lang=str(t["lang"]), text=str(t["text"]), is_original=t.get("original") == "yes")
        for t in (texts if isinstance(texts, list) else ())
        if isinstance(t, dict)
    ]
    return tuple(sorted(found, key=lambda t: (t.lang != lang, not t.is_original)))
