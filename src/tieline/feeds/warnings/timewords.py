"""Words of time in a warning: date-time groups, days, clocks, months, and what joins them."""

from __future__ import annotations

import re
from enum import IntEnum, auto
from typing import Final, NamedTuple

MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                 "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")  # fmt: skip
WEEKDAYS: Final = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


class T(IntEnum):
    """Kinds of words; whole numbers, whose hashes cost nothing."""

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


class Word(NamedTuple):
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
_NAMED: Final = {month: (T.MONTH, at + 1) for at, month in enumerate(MONTHS)} | {
    f"{day}{ending}": (T.WEEKDAY, at) for at, day in enumerate(WEEKDAYS) for ending in ("", "S")
}
_FIRST_OF_PAIRS: Final = frozenset(first for first, _ in _PAIRS)
_NO_NAME: Final = (T.WORD, 0)
_AFTER_MAY: Final = frozenset({"BE", "NOT", "HAVE", "CAUSE", "EXIST", "REQUIRE"})
"""Verbs that make of *may* no month."""


def time_words(text: str) -> list[Word]:
    """The words of a text with single blanks, classed by what they say about time."""
    raw = list(_WORD.finditer(text))
    words: list[Word] = []
    at, count = 0, len(raw)
    while at < count:
        found = raw[at]
        word, start, end = found.group(), found.start(), found.end()
        bare = word.rstrip(".")
        if word in _FIRST_OF_PAIRS or bare == "MAY":
            follower = raw[at + 1].group().rstrip(".") if at + 1 < count else ""
            pair = _PAIRS.get((word, follower))
            if pair is not None:
                at += 1
                word, end = raw[at].group(), raw[at].end()
                words.append(Word(pair, start, end))
            elif bare == "MAY" and follower in _AFTER_MAY:
                words.append(Word(T.WORD, start, end, bare))
            else:
                words.append(_classed(bare, start, end, words[-1] if words else None))
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
    kind, number = _NAMED.get(word, _NO_NAME)
    return Word(kind, start, end, word, number)


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
