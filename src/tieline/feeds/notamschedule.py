"""Schedules of NOTAM item D: daily, on weekdays, on dates; anything else stays text.

Forms of ICAO Doc 8126 and of the European guide for operating procedures (OPADD): ``DAILY
0600-1800``, ``MON-FRI 0700-1500``, ``SAT SUN 0800-1200``, ``21 23-25 0900-1100``, ``SR-SS``, joined
by commas. Times are UTC.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from tieline.errors import UsageError
from tieline.space.window import MINUTES_A_DAY, Repeat, Span, Sun, TimeOfDay

CHARS_MAX: Final = 1_000
PIECES_MAX: Final = 64
DAYS_MAX: Final = 400
"""A notice holds for at most three months or so (Annex 15); this is far beyond."""
WEEKDAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")

_CLOCK: Final = r"(?:\d{4}|SR(?:[+-]\d{1,3}(?!\d))?|SS(?:[+-]\d{1,3}(?!\d))?)"
_TIMES: Final = re.compile(rf"{_CLOCK}-{_CLOCK}")
_DAYS: Final = re.compile(r"(?:MON|TUE|WED|THU|FRI|SAT|SUN)(?:-(?:MON|TUE|WED|THU|FRI|SAT|SUN))?")
_DATES: Final = re.compile(r"\d{2}(?:-\d{2})?")
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                  "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")  # fmt: skip

Days = tuple[date, date, tuple[int, ...]]


def read_schedule(text: str, first: date, last: date) -> tuple[tuple[Span, ...], str]:
    """The spans of a schedule between the days of items B and C; or a reason, and no spans."""
    words = " ".join(text.upper().rstrip(".").split())
    if len(words) > CHARS_MAX:
        return (), "a schedule of more than a thousand characters"
    if (last - first).days > DAYS_MAX:
        return (), "a schedule over more than a year"
    pieces = [piece.strip() for piece in words.split(",")]
    if len(pieces) > PIECES_MAX:
        return (), "a schedule of too many pieces"
    spans: list[Span] = []
    try:
        days: list[Days] = []
        for piece in pieces:
            days = _piece(piece, first, last, days, spans)
    except (ValueError, UsageError):
        return (), "a schedule in another form"
    return tuple(spans), ""


def _piece(text: str, first: date, last: date, before: list[Days], spans: list[Span]) -> list[Days]:
    """Days, then times; a piece with times alone is of the days before it."""
    words = text.split()
    at = 0
    month: int | None = None
    days: list[Days] = []
    while at < len(words) and _TIMES.fullmatch(words[at]) is None and words[at] != "H24":
        word = words[at]
        if word in ("DAILY", "DLY"):
            days.append((first, last, ()))
        elif word in _MONTHS:
            month = _MONTHS.index(word) + 1
        elif _DAYS.fullmatch(word):
            days.append((first, last, _weekdays(word)))
        elif _DATES.fullmatch(word):
            days.append(_dates(word, month, first, last))
        else:
            raise ValueError(word)
        at += 1
    days = days or before or [(first, last, ())]
    times = words[at:]
    if not times:
        raise ValueError(text)
    for time in times:
        since, to = _times(time)
        for start, end, weekdays in days:
            spans.append(Repeat(first=start, last=end, since=since, to=to, weekdays=weekdays))
    return days


def _weekdays(word: str) -> tuple[int, ...]:
    one, _, other = word.partition("-")
    start = WEEKDAYS.index(one)
    end = WEEKDAYS.index(other) if other else start
    return tuple(sorted((start + step) % 7 for step in range((end - start) % 7 + 1)))


def _dates(word: str, month: int | None, first: date, last: date) -> Days:
    """Days of the month named, else of the only month in which they lie within the notice."""
    one, _, other = word.partition("-")
    start = _date(int(one), month, first, last)
    end = _date(int(other), month, start, last) if other else start
    if end < start:
        raise ValueError(word)
    return start, end, ()


def _date(day: int, month: int | None, first: date, last: date) -> date:
    fits = []
    for turn in range((last.year - first.year) * 12 + last.month - first.month + 1):
        years, months = divmod(first.month - 1 + turn, 12)
        if month is not None and months + 1 != month:
            continue
        try:
            found = date(first.year + years, months + 1, day)
        except ValueError:
            continue
        if first <= found <= last:
            fits.append(found)
    if len(fits) != 1:
        raise ValueError(day)
    return fits[0]


def _times(word: str) -> tuple[TimeOfDay, TimeOfDay]:
    if word == "H24":
        return TimeOfDay(minute=0), TimeOfDay(minute=MINUTES_A_DAY)
    found = re.findall(_CLOCK, word)
    if _TIMES.fullmatch(word) is None or len(found) != 2:
        raise ValueError(word)
    return _clock(found[0]), _clock(found[1])


def _clock(word: str) -> TimeOfDay:
    if word.startswith("S"):
        sun = Sun.RISE if word.startswith("SR") else Sun.SET
        return TimeOfDay(minute=int(word[2:] or "0"), sun=sun)
    hours, minutes = int(word[:2]), int(word[2:])
    if minutes > 59:
        raise ValueError(word)
    return TimeOfDay(minute=hours * 60 + minutes)
