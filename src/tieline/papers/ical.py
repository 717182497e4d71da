"""Calendar: rounds, due days and expiries as iCalendar (RFC 5545), for a file or a feed.

A day that nobody gave is not invented. An interval becomes an event over all of it that says
"some day in", is TENTATIVE and leaves the time free; what has no second end is left out and named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from icalendar import Alarm, Calendar, Event

from tieline.answers import as_known
from tieline.papers.happenings import Happening, Kind, Standing, happenings
from tieline.papers.wordings import day_words
from tieline.record.marking import Marking

if TYPE_CHECKING:
    from tieline.observer.picture import Picture

PRODUCT: Final = "-//Tieline//Papers//EN"
MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
SPAN_DAYS_MAX: Final = 366
"""A longer "some day in" would lie across the whole calendar and say nothing."""
REMIND_DAYS: Final = (7, 1)
"""A week to ask, a day to act."""
REFRESH: Final = timedelta(hours=1)
_CLASS: Final = {
    Marking.OWN: "CONFIDENTIAL",
    Marking.LINE: "PRIVATE",
    Marking.PUBLISHABLE: "PUBLIC",
}
_STATUS: Final = {
    Standing.SURE: "CONFIRMED",
    Standing.OPEN: "TENTATIVE",
    Standing.OFF: "CANCELLED",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A calendar as bytes.

    Attributes:
        etag: a weak entity tag (RFC 9110, section 8.8.3) that stays while the content does,
            whatever the time stamp.
        count: events in it.
        left_out: what has no day that a calendar can show, in words.
    """

    data: bytes
    etag: str
    count: int
    left_out: tuple[str, ...]


def make_calendar(
    picture: Picture,
    *,
    record: str,
    name: str,
    stamp: datetime,
    on: date,
    mark: Marking,
    known_on: date | None = None,
) -> Feed:
    """Every round, due day, expiry and embargo of a picture.

    Args:
        picture: folded from what the readers under ``mark`` may see.
        record: what names the record for good, such as the id of its line; part of every UID.
        name: of the calendar.
        stamp: DTSTAMP of every event; aware.
        on: the day as of which states are told.
        mark: the handling mark.
        known_on: use what was known by then; None for all.
    """
    found = happenings(as_known(picture, known_on), on=on)
    shown = [one for one in found if _why_not(one) == ""]
    left_out = tuple(f"{one.title}: {_why_not(one)}" for one in found if _why_not(one))
    settled = datetime(1970, 1, 1, tzinfo=UTC)
    plain = _written(shown, record=record, name=name, stamp=settled, mark=mark)
    return Feed(
        data=_written(shown, record=record, name=name, stamp=stamp.astimezone(UTC), mark=mark),
        etag=f'W/"{sha256(plain).hexdigest()[:32]}"',
        count=len(shown),
        left_out=left_out,
    )


def uid_of(record: str, kind: Kind, key: str) -> str:
    """The UID of an event: the same for one thing of one record, for ever."""
    told = f"{record}\n{kind.value}\n{key}".encode()
    return f"{sha256(told).hexdigest()[:40]}@tieline.invalid"


def _why_not(one: Happening) -> str:
    """Why a happening cannot stand in a calendar; empty when it can."""
    days = one.days
    if not days.known:
        return "no day is reported"
    if days.earliest is None and not one.by_end:
        return f"{days.words()}: the first day it may have been is not reported"
    if days.latest is None:
        return f"{days.words()}: the last day it may be is not reported"
    if days.earliest and not one.by_end and (days.latest - days.earliest).days > SPAN_DAYS_MAX:
        return f"{days.words()}: longer than {SPAN_DAYS_MAX} days"
    return ""


def _written(
    shown: list[Happening], *, record: str, name: str, stamp: datetime, mark: Marking
) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-tieline-mark", mark.value)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for one in shown:
        calendar.add_component(_event(one, record=record, stamp=stamp, mark=mark))
    return bytes(calendar.to_ical(sorted=False))


def _event(one: Happening, *, record: str, stamp: datetime, mark: Marking) -> Any:
    first, last = _ends(one)
    exact = one.whole or first == last
    open_ = one.standing is Standing.SURE and not exact
    one = replace(one, standing=Standing.OPEN) if open_ else one
    event = Event()
    event.add("uid", uid_of(record, one.kind, one.key))
    event.add("dtstamp", stamp)
    event.add("sequence", one.changes)
    event.add("dtstart", first)
    event.add("dtend", last + timedelta(days=1))
    title = one.title if exact else f"{one.title} (some day in {day_words(one.days)})"
    event.add("summary", title)
    event.add("description", "\n".join([*one.told, f"Handling: {mark.value}."]))
    if one.place:
        event.add("location", one.place)
    event.add("status", _STATUS[one.standing])
    busy = one.standing is Standing.SURE and one.kind is Kind.ROUND
    event.add("transp", "OPAQUE" if busy else "TRANSPARENT")
    event.add("class", _CLASS[mark])
    event.add("categories", [one.kind.value])
    if one.remind and one.standing is not Standing.OFF:
        for before in REMIND_DAYS:
            event.add_component(_alarm(title, before))
    return event


def _ends(one: Happening) -> tuple[date, date]:
    """First and last day; what is due "by the end of" something stands on that end."""
    last = one.days.latest or one.days.earliest
    assert last is not None
    if one.by_end and one.days.earliest is None:
        return last, last
    return one.days.earliest or last, last


def _alarm(title: str, before: int) -> Any:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(days=-before))
    return alarm
