"""Words of time in a warning: date-time groups, days, clocks, months, and what joins them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                 "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")  # fmt: skip
WEEKDAYS: Final = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


class T(Enum):
    """Kinds of words."""

    DTG = auto()
    CLOCK = auto()
    DAY = auto()
    MONTH = auto()
    YEAR = auto()
    SUN = auto()
    WEEKDAY = auto()
    TO = auto()
    THRU = auto()
    AND = auto()
    COMMA = auto()
    DAILY = auto()
    ALTERNATE = auto()
    UNTIL = auto()
    NOTICE = auto()
    PROGRESS = auto()
    FROM = auto()
    SEEN = auto()
    EXCEPT = auto()
    HOLIDAYS = auto()
    LOCAL = auto()
    BARE = auto()
    STOP = auto()
    WORD = auto()


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its place in the text; ``value`` is digits, or an index of month or day."""

    kind: T
    start: int
    end: int
    value: str = ""
    number: int = 0


_WORD: Final = re.compile(r"[A-Z0-9@][A-Z0-9@./'+\-]*|[,:;()]")
_DTG: Final = re.compile(r"\d{6}Z")
_FIXED: Final = {
    "TO": T.TO, "THRU": T.THRU, "THROUGH": T.THRU, "AND": T.AND, ",": T.COMMA, ";": T.COMMA,
    "DAILY": T.DAILY, "ALTERNATE": T.ALTERNATE, "ALTERNATELY": T.ALTERNATE, "UNTIL": T.UNTIL,
    "FROM": T.FROM, "COMMENCING": T.FROM, "STARTING": T.FROM, "BEGINNING": T.FROM,
    "AT": T.SEEN, "ON": T.SEEN, "OF": T.SEEN, "SINCE": T.SEEN, "AFTER": T.SEEN,
    "EXCEPT": T.EXCEPT, "EXCLUDING": T.EXCEPT, "HOLIDAYS": T.HOLIDAYS, "HOLIDAY": T.HOLIDAYS,
    "LOCAL": T.LOCAL, "LT": T.LOCAL, "SUNRISE": T.SUN, "SUNSET": T.SUN,
    "EVERYDAY": T.DAILY,
}  # fmt: skip
_PAIRS: Final = {
    ("FURTHER", "NOTICE"): T.NOTICE,
    ("IN", "PROGRESS"): T.PROGRESS,
    ("EACH", "DAY"): T.DAILY,
    ("EVERY", "DAY"): T.DAILY,
    ("LOCAL", "TIME"): T.LOCAL,
}
_AFTER_MAY: Final = frozenset({"BE", "NOT", "HAVE", "CAUSE", "EXIST", "REQUIRE"})
"""Verbs that make of *may* no month."""


def time_words(text: str) -> list[Word]:
    """The words of a text with single blanks, classed by what they say about time."""
    raw = [(found.group(), found.start(), found.end()) for found in _WORD.finditer(text)]
    words: list[Word] = []
    at = 0
    while at < len(raw):
        word, start, end = raw[at]
        bare = word.rstrip(".")
        follower = raw[at + 1][0].rstrip(".") if at + 1 < len(raw) else ""
        pair = _PAIRS.get((word, follower))
        if pair is not None:
            at += 1
            word, end = raw[at][0], raw[at][2]
            words.append(Word(pair, start, end))
        elif bare == "MAY" and follower in _AFTER_MAY:
            words.append(Word(T.WORD, start, end, bare))
        elif bare:
            words.append(_classed(bare, start, end, words[-1] if words else None))
        if word.endswith(".") and len(word) > 1:
            words.append(Word(T.STOP, end, end))
        at += 1
    return words


def _classed(word: str, start: int, end: int, before: Word | None) -> Word:
    fixed = _FIXED.get(word)
    if fixed is not None:
        return Word(fixed, start, end, word)
    if word[0].isdigit():
        return _digits(word, start, end, before)
    if word in MONTHS:
        return Word(T.MONTH, start, end, word, MONTHS.index(word) + 1)
    day = word.removesuffix("S")
    if day in WEEKDAYS:
        return Word(T.WEEKDAY, start, end, word, WEEKDAYS.index(day))
    return Word(T.WORD, start, end, word)


def _digits(word: str, start: int, end: int, before: Word | None) -> Word:
    size = len(word)
    if size == 7 and _DTG.fullmatch(word):
        return Word(T.DTG, start, end, word[:6])
    if size == 5 and word[:4].isdecimal() and word[4] == "Z":
        return Word(T.CLOCK, start, end, word[:4])
    if not word.isdecimal():
        return Word(T.WORD, start, end, word)
    after_month = before is not None and before.kind is T.MONTH
    if after_month and (size == 2 or (size == 4 and word[:2] == "20")):
        return Word(T.YEAR, start, end, word, 2000 + int(word[-2:]))
    if size <= 2:
        return Word(T.DAY, start, end, word, int(word))
    return Word(T.BARE if size == 4 else T.WORD, start, end, word)
