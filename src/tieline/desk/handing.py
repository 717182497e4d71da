"""Handing: recipients without a node: what each was handed, when it went, what each answered.

All of it is recorded by us only, in our own house. A gap is what an officer has to see to: papers
that are not known to have gone, an earlier wording, an end that was not told, no word since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tieline.desk import house
from tieline.desk.addresses import Recipient
from tieline.desk.notifying import Shown
from tieline.desk.speaking import Desk, Said
from tieline.errors import UsageError
from tieline.papers.notice import Place, places_of
from tieline.procedures.house import handed as hd
from tieline.procedures.notification.covered import volumes_of
from tieline.record.strict import JsonValue
from tieline.space.position import Position
from tieline.space.spans import envelope_ms
from tieline.state.readbacks import apart
from tieline.words import shown

FAR_M: Final = 500
"""From here on a position read back differently is a gap, in metres; as with those on a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPosition:
    """A position that was read back, beside the one of its number; ``apart_m`` in whole metres."""

    number: int
    sent: Position | None
    read: Position
    written: str
    apart_m: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One answer, as we wrote it down. ``missing`` positions were not read back, of those sent."""

    ref: str
    time_s: int
    speaker: str
    way: str
    what: str
    words: str
    note: str
    place: str
    read: tuple[ReadPosition, ...]
    missing: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodeless:
    """One recipient of one notification who has no node; recorded by us only.

    Attributes:
        ref: the item of the house with the newest papers; ``handed`` counts all of them.
        reference: what his papers bear; ``wording`` is the entry, in short, that they tell.
        made_s: when the papers were made; ``went_s`` when they went, if that is known.
        gaps: what an officer has to see to, in words; empty if there is nothing.
    """

    to: str
    address: str
    ref: str
    handed: int
    reference: str
    wording: str
    state: str
    words: str
    made_s: int
    went_s: int | None
    way: str
    server: str
    redacted: tuple[str, ...]
    heard: tuple[Heard, ...]
    gaps: tuple[str, ...]


# -- what the house has


def items(desk: Desk, key: str = "") -> list[house.Item]:
    """What was handed over and not withdrawn, of one notification or of all, in order."""
    if not house.house_line(desk):
        return []
    found = [i for i in house.items(desk) if i["kind"] == hd.HANDED and i["state"] != hd.WITHDRAWN]
    return [item for item in found if not key or item["body"]["key"] == key]


def last_answer_to(desk: Desk) -> list[str]:
    """Where the last recipient was asked to answer: an office seldom moves."""
    found = items(desk)
    return list(found[-1]["body"]["answer_to"]) if found else []


def _who(body: Mapping[str, Any]) -> str:
    return str(body.get("address") or body["to"]).casefold()


def find(desk: Desk, key: str, who: str) -> list[house.Item]:
    """What one recipient was handed of a notification, the newest last.

    Args:
        desk: where the officer sits.
        key: of the notification.
        who: his name, his address, or a part of them that fits nobody else; empty for the only one.

    Raises:
        UsageError: it was handed to nobody like that, or to several.
    """
    found = items(desk, key)
    by_who: dict[str, list[house.Item]] = {}
    for item in found:
        by_who.setdefault(_who(item["body"]), []).append(item)
    names = "; ".join(_words(each[-1]["body"]) for each in by_who.values())
    if not by_who:
        raise UsageError(
            f"{shown(key)} was handed to nobody without a node",
            advice=f"Hand it first: `tieline notify hand {shown(key)} --to 'Name <address>'`.",
        )
    wanted = who.strip().casefold()
    for fits in (_is_named, _is_like):
        chosen = [each for each in by_who.values() if fits(each[-1]["body"], wanted)]
        if len(chosen) == 1:
            return chosen[0]
    raise UsageError(f"{shown(who) or 'nobody'} is no one of them; it was handed to: {names}")


def _words(body: Mapping[str, Any]) -> str:
    return Recipient(name=str(body["to"]), address=str(body.get("address", ""))).words


def _is_named(body: Mapping[str, Any], wanted: str) -> bool:
    names = {str(body["to"]).casefold(), str(body.get("address", "")).casefold()}
    return not wanted or wanted in {*names, _words(body).casefold()}


def _is_like(body: Mapping[str, Any], wanted: str) -> bool:
    return wanted in _words(body).casefold()


def file_step(
    desk: Desk,
    item: house.Item,
    kind: str,
    body: dict[str, JsonValue],
    *,
    office: str,
    attachments: tuple[bytes, ...] = (),
) -> Said:
    """File one step about papers, with what came in writing."""
    return desk.say(
        line=house.there(desk),
        kind=kind,
        body=body,
        office=office,
        case=str(item["full_ref"]),
        attachments=attachments,
    )


# -- how it stands


def nodeless(
    found: Iterable[house.Item], line: str, notice: Shown, now_s: int
) -> tuple[Nodeless, ...]:
    """Recipients without a node of one notification, in the order in which they were first named.

    Args:
        found: items of the house, in order.
        line: the line of the notification.
        notice: as the node shows it; with its history, read-backs are compared.
        now_s: the time, by which silence is counted.
    """
    by_who: dict[str, list[house.Item]] = {}
    for item in found:
        if item["body"]["key"] == notice["key"] and item["body"]["line"] == line:
            by_who.setdefault(_who(item["body"]), []).append(item)
    return tuple(_nodeless(each, notice, now_s) for each in by_who.values())


def _nodeless(handed: Sequence[house.Item], notice: Shown, now_s: int) -> Nodeless:
    item = handed[-1]
    body = item["body"]
    heard = tuple(one for each in handed for one in _heard(each, notice))
    went = next((step for step in reversed(item["steps"]) if step["kind"] == hd.GONE), None)
    said = went["body"] if went is not None else {}
    gaps = _gaps(item, notice, tuple(_heard(item, notice)), went, now_s)
    return Nodeless(
        to=str(body["to"]),
        address=str(body.get("address", "")),
        ref=str(item["ref"]),
        handed=len(handed),
        reference=str(body["reference"]),
        wording=short(str(body["wording"])),
        state=str(item["state"]),
        words=str(item["words"]),
        made_s=int(item["time_s"]),
        went_s=_time_s(went) if went is not None else None,
        way=str(said.get("way", "")),
        server=str(said.get("server", "")),
        redacted=tuple(body.get("redacted", ())),
        heard=heard,
        gaps=tuple(gaps),
    )


def short(ref: str) -> str:
    """``alpha-1:12`` of a full reference."""
    origin, index, _ = ref.split(" ")
    return f"{origin.rpartition('/')[2]}:{index}"


def _time_s(step: Mapping[str, Any]) -> int:
    at_ms = step["body"].get("at_ms")
    return int(at_ms) // 1000 if at_ms is not None else int(step["time_s"])


def _gaps(
    item: house.Item,
    notice: Shown,
    heard: Sequence[Heard],
    went: Mapping[str, Any] | None,
    now_s: int,
) -> Iterator[str]:
    body = item["body"]
    if notice["is_over"]:
        if body.get("over") != "yes":
            yield f"{notice['words']}, and he has not been told: hand it again"
        elif went is None:
            yield "papers on its end are made, and not known to have gone"
        return
    if is_past(notice["body"], now_s):
        return
    if short(str(body["wording"])) != notice["wordings"][-1]:
        yield "has an earlier wording: hand it again"
    elif went is None and item["state"] == hd.READY:
        yield f"papers made {age(now_s - int(item['time_s']))} ago, not known to have gone"
    yield from _unanswered(heard, went, now_s)


def _unanswered(
    heard: Sequence[Heard], went: Mapping[str, Any] | None, now_s: int
) -> Iterator[str]:
    if not heard:
        if went is not None:
            yield f"handed over {age(now_s - _time_s(went))} ago, not heard from since"
        return
    last = heard[-1]
    if last.what == hd.QUERIED:
        yield "asks, and waits for an answer"
    if last.what == hd.OBJECTED:
        yield "objects"
    read = [one for one in heard if one.read]
    if read:
        far = sum((each.apart_m or 0) >= FAR_M for each in read[-1].read)
        if far:
            yield f"{far} position(s) read back {FAR_M} m or more away"
        if read[-1].missing:
            yield f"{read[-1].missing} position(s) not read back"


def age(seconds: int) -> str:
    """How long, in one unit."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{max(seconds, 0)} s"


def is_past(body: Mapping[str, Any], now_s: int) -> bool:
    """Whether all its windows are over: then nobody has to be told of anything any more."""
    ends = [envelope_ms(volume.window)[1] for volume in volumes_of(body)]
    return bool(ends) and max(ends) <= now_s * 1000


# -- answers


def _heard(item: house.Item, notice: Shown) -> Iterator[Heard]:
    for step in item["steps"]:
        if step["kind"] != hd.HEARD:
            continue
        body = step["body"]
        sent = sent_places(item, notice) if "positions" in body else ()
        read = tuple(_compared(body.get("positions", ()), sent))
        yield Heard(
            ref=str(step["ref"]),
            time_s=_time_s(step),
            speaker=str(body["speaker"]),
            way=str(body["way"]),
            what=str(body.get("what", "")),
            words=str(body.get("words", "")),
            note=str(body.get("note", "")),
            place=str(body.get("place", "")),
            read=read,
            missing=max(0, len(sent) - len({each.number for each in read})) if read else 0,
            files=tuple(f"{f['name']}, SHA-256 {f['sha256']}" for f in body.get("attachments", ())),
        )


def sent_places(item: house.Item, notice: Shown) -> tuple[Place, ...]:
    """The positions of the wording that was handed over, without what was left out for him."""
    left = set(item["body"].get("redacted", ()))
    wanted = short(str(item["body"]["wording"]))
    refs = list(notice["wordings"])
    before = refs[: refs.index(wanted) + 1] if wanted in refs else refs
    bodies = {did["ref"]: did["body"] for did in notice["history"]}
    # A step that changes single fields has no positions; those of the wording before it stand.
    for ref in reversed(before):
        body = {n: v for n, v in bodies.get(ref, {}).items() if n not in left}
        found = places_of(body)
        if found:
            return found[: hd.READ_MAX]
    return ()


def _compared(read: Iterable[Mapping[str, Any]], sent: Sequence[Place]) -> Iterator[ReadPosition]:
    by_number = {place.number: place.at for place in sent}
    for count, each in enumerate(read, start=1):
        text, _, written = str(each.get("name", "")).partition(": ")
        number = int(text) if text.isascii() and text.isdecimal() else count
        at = Position(lat_e7=int(each["lat_e7"]), lon_e7=int(each["lon_e7"]))
        there = by_number.get(number)
        away = apart((there,), (at,))[0] if there is not None else None
        yield ReadPosition(number=number, sent=there, read=at, written=written, apart_m=away)


def positions_body(read: Iterable[tuple[int, Position, str]]) -> list[JsonValue]:
    """Positions read back, as a body has them: the number and what was written go before."""
    return [
        {"lat_e7": at.lat_e7, "lon_e7": at.lon_e7, "name": f"{number}: {written}"}
        for number, at, written in read
    ]
