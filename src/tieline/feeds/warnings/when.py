"""When: the times of a warning's sentences, resolved by the day on which it was issued.

Months and years that a text leaves out follow from what stands to the right (``30 THRU 02 MAY``
begins in April), and at the end of a list from the day of issue. What does not come out near that
day, or backwards, is not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from tieline.feeds.warnings.timewords import MONTHS, T, Word, time_words
from tieline.space.window import (
    MINUTES_A_DAY,
    SPANS_MAX,
    Interval,
    Repeat,
    Span,
    Sun,
    TimeOfDay,
    Window,
)

DAY_MS: Final = 86_400_000
MINUTE_MS: Final = 60_000
PAST_DAYS_MAX: Final = 400
"""A warning of a season or a year is sometimes issued again after it began."""
AHEAD_DAYS_MAX: Final = 800
LATE_DAYS: Final = 2
"""A window may have ended so long before its warning was issued; more is a misreading."""


class NotReadError(Exception):
    """A time that cannot be read, with the reason; never leaves this package."""


@dataclass(slots=True)
class Stamp:
    """A day, or a time on a day, as written; month and year may be left out."""

    day: int
    minute: int | None = None
    month: int | None = None
    year: int | None = None

    def date(self) -> date:
        assert self.year is not None
        assert self.month is not None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            raise NotReadError(f"there is no day {self.day} in that month") from None

    def ms(self) -> int:
        """Start of the day, or the time on it."""
        moment = datetime.combine(self.date(), datetime.min.time(), UTC)
        return round(moment.timestamp() * 1000) + (self.minute or 0) * MINUTE_MS

    def end_ms(self) -> int:
        """The time, or the end of the day: *until 5 May* includes the fifth."""
        return self.ms() + (DAY_MS if self.minute is None else 0)


Clock = tuple[TimeOfDay, TimeOfDay]


@dataclass(slots=True)
class Piece:
    """One span as written: its clocks if it repeats, its days or its two times."""

    ranges: list[tuple[Stamp | None, Stamp | None]]
    clocks: list[Clock] = field(default_factory=list)
    weekdays: tuple[int, ...] = ()
    is_alternate: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """What the sentences of a text say about time.

    ``faults`` are (words, reason); ``used`` are the spans of the text that were read.
    """

    window: Window | None = None
    alternate: Window | None = None
    observed_ms: int | None = None
    faults: tuple[tuple[str, str], ...] = ()


NOTHING: Final = Times()
_TELLING: Final = frozenset(
    {T.DTG, T.CLOCK, T.MONTH, T.DAILY, T.UNTIL, T.SUN, T.NOTICE, T.PROGRESS, T.ALTERNATE,
     T.WEEKDAY, T.LOCAL, T.HOLIDAYS}
)  # fmt: skip
_ELSEWHERE: Final = frozenset({T.MONTH, T.PROGRESS, T.HOLIDAYS, T.ALTERNATE, T.WEEKDAY, T.LOCAL})
"""Words of time that stand for something else too (``MAY``), unless a day goes before."""
_LOOSE: Final = frozenset({"DAYLIGHT", "INTERMITTENT", "INTERMITTENTLY", "WEEKENDS", "WEEKDAYS"})
_OPENERS: Final = _TELLING | {T.DAY, T.FROM, T.THRU, T.BARE}
_STARTERS: Final = _OPENERS | {T.SEEN}
_HINT: Final = re.compile(
    r"\dZ\b|UNTIL|PROGRESS|DAILY|SUNRISE|SUNSET|ALTERN|LOCAL|INTERMIT|DAYLIGHT|WEEK|DAYS?\b"
    rf"|\d (?:{'|'.join(MONTHS)})\b|EVERY"
)
"""Whether a text tells of time at all: most items are positions and nothing else."""
_JOINERS: Final = frozenset({T.AND, T.COMMA, T.TO, T.THRU})


def read_times(text: str, issued_ms: int | None, *, is_report: bool = False) -> Times:
    """Every time that a text gives; ``is_report`` for texts that tell what was seen.

    Positions must have been taken out of the text. Times that a report gives are when something
    was seen or was due, unless they say until when.
    """
    if _HINT.search(text) is None:
        return NOTHING
    return _Sentence(text, time_words(text), issued_ms, is_report=is_report).times()


@dataclass(slots=True)
class _Sentence:
    text: str
    words: list[Word]
    issued_ms: int | None
    is_report: bool
    at: int = 0
    spans: list[Span] = field(default_factory=list)
    spare: list[Span] = field(default_factory=list)
    observed: list[int] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)

    def times(self) -> Times:
        while self.at < len(self.words):
            start = self.at
            word = self.words[start]
            if word.kind not in _STARTERS and word.value not in _LOOSE:
                self.at += 1
                continue
            try:
                if not self._take(start):
                    self._leave(start)
            except NotReadError as reason:
                self.at = max(self._end_of_time(start), self.at, start + 1)
                self._fault(start, self.at, str(reason))
        return Times(
            window=self._window(self.spans),
            alternate=self._window(self.spare),
            observed_ms=max(self.observed, default=None),
            faults=tuple(self.faults),
        )

    def _window(self, spans: list[Span]) -> Window | None:
        if len(spans) > SPANS_MAX:
            self.faults.append((self.text[:60], f"more than {SPANS_MAX} times"))
            return None
        return Window(spans=tuple(spans)) if spans else None

    def _leave(self, start: int) -> None:
        """Step over a word; one that tells of time and fits nowhere is a fault."""
        word = self.words[start]
        self.at = start + 1
        follows_day = start > 0 and self.words[start - 1].kind in (T.DAY, T.DTG, T.BARE, T.CLOCK)
        telling = word.kind in _TELLING and (word.kind not in _ELSEWHERE or follows_day)
        if telling or word.value in _LOOSE:
            self.at = max(self._end_of_time(start), start + 1)
            self._fault(start, self.at, _why_not(self.words[start : self.at]))

    def _end_of_time(self, start: int) -> int:
        """Where words of time end, so that one fault is told once."""
        at = start
        while at < len(self.words) and self.words[at].kind in (_OPENERS | _JOINERS | {T.YEAR}):
            at += 1
        while at > start and self.words[at - 1].kind in _JOINERS:
            at -= 1
        return at

    def _fault(self, start: int, end: int, reason: str) -> None:
        words = self.words[max(start - 1, 0) : end] or self.words[start : start + 1]
        self.faults.append((self.text[words[0].start : words[-1].end], reason))

    def _take(self, start: int) -> bool:
        """Take one phrase of time here, if there is one."""
        seen = self._seen()
        if seen:
            return True
        self.at = start
        phrase = self._phrase()
        if not phrase:
            self.at = start
            return False
        if self.at < len(self.words) and self.words[self.at].kind is T.LOCAL:
            raise NotReadError("local time, and the zone is not named")
        if self.issued_ms is None:
            raise NotReadError("the day of issue, by which months are told, is not given")
        _resolve([s for piece in phrase for r in piece.ranges for s in r if s], self.issued_ms)
        if self._is_past(phrase):
            return True
        for piece in phrase:
            made = list(_spans(piece, self.issued_ms))
            (self.spare if piece.is_alternate else self.spans).extend(made)
        return True

    def _is_past(self, phrase: list[Piece]) -> bool:
        """A single day or time that lay before the warning was a sighting."""
        assert self.issued_ms is not None
        if len(phrase) != 1 or phrase[0].clocks or len(phrase[0].ranges) != 1:
            return False
        first, last = phrase[0].ranges[0]
        if first is None or last is None or first is not last:
            return False
        if self.is_report or last.end_ms() <= self.issued_ms:
            self.observed.append(first.ms())
            return True
        return False

    def _seen(self) -> bool:
        """``AT 041200Z MAY``: when something was seen; not before a range."""
        at = self.at
        if self._kind(at) is T.SEEN:
            at += 1
        elif not (self.is_report and self._kind(at) is T.DTG):
            return False
        if self._kind(at) is not T.DTG or self._kind(at + 1) in (T.TO, T.THRU):
            return False
        self.at = at
        stamp = self._stamp()
        assert stamp is not None
        if self._kind(self.at) in (T.TO, T.THRU):
            return False
        if self._kind(self.at) is T.AND and self._kind(self.at + 1) is T.DTG:
            return False
        if self.issued_ms is None:
            return True
        self.observed.append(_past(stamp, self.issued_ms).ms())
        return True

    def _kind(self, at: int) -> T | None:
        return self.words[at].kind if at < len(self.words) else None

    # A phrase: pieces joined by commas, AND, ALTERNATE.

    def _phrase(self) -> list[Piece]:
        pieces: list[Piece] = []
        is_alternate = False
        while True:
            back = self.at
            joined = self._join()
            if self._kind(self.at) is T.ALTERNATE:
                self.at += 1
                is_alternate = joined = True
                if self._kind(self.at) is T.COMMA:
                    self.at += 1
            if pieces and not joined:
                return pieces
            piece = self._piece()
            if piece is None:
                self.at = back
                return pieces
            piece.is_alternate = is_alternate
            pieces.append(piece)
            if len(pieces) > SPANS_MAX:
                raise NotReadError(f"more than {SPANS_MAX} times")

    def _join(self) -> bool:
        start = self.at
        while self._kind(self.at) in (T.COMMA, T.AND):
            self.at += 1
        return self.at > start

    def _piece(self) -> Piece | None:
        start = self.at
        progress = self._progress()
        days = self._kind(self.at) is T.DAILY
        if days:
            self.at += 1
        clocks = self._clocks()
        if clocks:
            return self._repeated(clocks, progress=progress, is_daily=days)
        if days:
            raise NotReadError("daily, and no two times follow")
        if self._kind(self.at) in (T.FROM, T.SEEN):
            self.at += 1
        plain = self._range(progress=progress)
        if plain is None:
            self.at = start
            return None
        return self._unless(Piece([plain]))

    def _progress(self) -> bool:
        found = self._kind(self.at) is T.PROGRESS
        if found:
            self.at += 1
            if self._kind(self.at) is T.COMMA:
                self.at += 1
        return found

    def _clocks(self) -> list[Clock]:
        clocks: list[Clock] = []
        while True:
            back = self.at
            if clocks and not self._join():
                return clocks
            since = self._clock()
            if since is None or self._kind(self.at) is not T.TO:
                self.at = back
                return clocks
            self.at += 1
            to = self._clock()
            if to is None:
                self.at = back
                return clocks
            clocks.append((since, to))

    def _clock(self) -> TimeOfDay | None:
        word = self.words[self.at] if self.at < len(self.words) else None
        if word is None or word.kind not in (T.CLOCK, T.SUN):
            return None
        self.at += 1
        if word.kind is T.SUN:
            return TimeOfDay(minute=0, sun=Sun.RISE if word.value == "SUNRISE" else Sun.SET)
        return TimeOfDay(minute=_minute(word.value))

    def _repeated(self, clocks: list[Clock], *, progress: bool, is_daily: bool) -> Piece:
        if self._kind(self.at) is T.FROM and self._kind(self.at + 1) is T.DAILY:
            self.at += 1
        if self._kind(self.at) is T.DAILY:
            self.at += 1
            is_daily = True
        weekdays = self._weekdays()
        if self._kind(self.at) in (T.SEEN, T.FROM):
            self.at += 1
        ranges = self._days()
        if not ranges:
            until = self._until(progress=progress)
            if until is None and not is_daily:
                raise NotReadError("times of day, and no days follow")
            ranges = [until or (None, None)]
            is_daily = True
        # Nobody says once for several days that something lasts from sunrise to sunset.
        is_daily = is_daily or bool(weekdays) or any(c.sun for clock in clocks for c in clock)
        if not is_daily and any(first is not last for first, last in ranges):
            raise NotReadError("two times and two days: on each day, or throughout, is not said")
        return self._unless(Piece(ranges, clocks=clocks, weekdays=weekdays))

    def _weekdays(self) -> tuple[int, ...]:
        days: list[int] = []
        while self._kind(self.at) is T.WEEKDAY:
            first = self.words[self.at].number
            self.at += 1
            if self._kind(self.at) in (T.THRU, T.TO) and self._kind(self.at + 1) is T.WEEKDAY:
                last = self.words[self.at + 1].number
                self.at += 2
                days += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
            else:
                days.append(first)
            back = self.at
            if not self._join() or self._kind(self.at) is not T.WEEKDAY:
                self.at = back
                break
        return tuple(sorted(set(days)))

    def _unless(self, piece: Piece) -> Piece:
        """``EXCEPT SUNDAYS``; holidays cannot be known, and stay in."""
        if self._kind(self.at) is T.COMMA and self._kind(self.at + 1) is T.EXCEPT:
            self.at += 1
        if self._kind(self.at) is not T.EXCEPT:
            return piece
        start = self.at
        self.at += 1
        without = self._weekdays()
        if without:
            days = set(piece.weekdays or range(7)) - set(without)
            if not piece.clocks or not days:
                raise NotReadError("days are excepted from what has no times of day")
            piece.weekdays = tuple(sorted(days))
        back = self.at
        self._join()
        if self._kind(self.at) is T.HOLIDAYS:
            self.at += 1
            reason = "holidays are excepted, and are not named: they are kept in"
            self._fault(start + 1, self.at, reason)
        elif without:
            self.at = back
        else:
            raise NotReadError("what is excepted was not read")
        return piece

    # Days and date-time groups.

    def _days(self) -> list[tuple[Stamp | None, Stamp | None]]:
        """``05, 06 AND 10 THRU 12 JUL``: ranges of days, the last with its month."""
        found: list[tuple[Stamp | None, Stamp | None]] = []
        while True:
            back = self.at
            if found and not self._join():
                break
            first = self._day()
            if first is None:
                self.at = back
                break
            last = first
            if self._kind(self.at) in (T.THRU, T.TO) and self._kind(self.at + 1) is T.DAY:
                self.at += 1
                last = self._day() or first
            found.append((first, last))
        return found

    def _day(self) -> Stamp | None:
        if self._kind(self.at) is not T.DAY:
            return None
        if self._kind(self.at + 1) in (T.TO, T.AND, T.COMMA, T.THRU, T.MONTH, T.DAILY, None):
            return self._stamp()
        return None

    def _stamp(self) -> Stamp | None:
        """A date-time group or a day, with the month and year that follow it."""
        kind = self._kind(self.at)
        if kind is T.DTG:
            digits = self.words[self.at].value
            stamp = Stamp(int(digits[:2]), _minute(digits[2:]))
        elif kind is T.DAY:
            stamp = Stamp(self.words[self.at].number)
        else:
            return None
        if not 1 <= stamp.day <= 31:
            raise NotReadError(f"there is no day {stamp.day}")
        self.at += 1
        if self._kind(self.at) is T.MONTH:
            stamp.month = self.words[self.at].number
            self.at += 1
            if self._kind(self.at) is T.YEAR:
                stamp.year = self.words[self.at].number
                self.at += 1
        return stamp

    def _range(self, *, progress: bool) -> tuple[Stamp | None, Stamp | None] | None:
        back = self.at
        until = self._until(progress=progress)
        if until is not None:
            return until
        kind = self._kind(self.at)
        if kind is T.DAY and not self._is_date(self.at):
            self.at = back
            return None
        first = self._stamp()
        if first is None:
            self.at = back
            return None
        if self._kind(self.at) in (T.TO, T.THRU):
            if self._kind(self.at + 1) is T.CLOCK and first.minute is not None:
                self.at += 1
                last = Stamp(first.day, _minute(self.words[self.at].value), first.month, first.year)
                self.at += 1
                return first, last
            if self._kind(self.at + 1) in (T.DTG, T.DAY):
                self.at += 1
                return first, self._stamp()
        if self._kind(self.at) is T.UNTIL:
            open_end = self._until(progress=False)
            if open_end is not None:
                return first, open_end[1]
        if first.minute is not None:
            self._single(first)
        return first, first

    def _single(self, stamp: Stamp) -> None:
        """A single time is one of something seen, if it lies before the warning."""
        if self.issued_ms is not None:
            _resolve([stamp], self.issued_ms)
        if self.issued_ms is None or stamp.ms() > self.issued_ms:
            raise NotReadError("a single time, which neither begins nor ends anything")

    def _is_date(self, at: int) -> bool:
        """Whether days, commas, AND and THRU lead to a month, so that a figure is a day."""
        while self._kind(at) in (T.DAY, T.COMMA, T.AND, T.THRU, T.TO):
            at += 1
        return self._kind(at) is T.MONTH and self._kind(at - 1) is T.DAY

    def _until(self, *, progress: bool) -> tuple[Stamp | None, Stamp | None] | None:
        kind = self._kind(self.at)
        if kind is not T.UNTIL and not (kind is T.THRU and progress):
            if progress and self._kind(self.at) not in (T.DTG, T.DAY, T.FROM, T.CLOCK, T.DAILY):
                return (None, None)
            return None
        if self._kind(self.at + 1) is T.NOTICE:
            self.at += 2
            return (None, None)
        if self._kind(self.at + 1) in (T.DTG, T.DAY):
            self.at += 1
            return (None, self._stamp())
        if self._kind(self.at + 1) in (T.SEEN, T.FROM) and self._kind(self.at + 2) is T.DTG:
            self.at += 2
            return (None, self._stamp())
        raise NotReadError("until an event whose time is not given")


def _minute(clock: str) -> int:
    hours, minutes = int(clock[:2]), int(clock[2:])
    if minutes > 59 or hours * 60 + minutes > MINUTES_A_DAY:
        raise NotReadError(f"there is no time {clock}")
    return hours * 60 + minutes


def _why_not(words: list[Word]) -> str:
    kinds = {word.kind for word in words}
    if T.LOCAL in kinds:
        return "local time, and the zone is not named"
    if any(word.value in _LOOSE for word in words):
        return "a time that is not told by clock or sun"
    if kinds & {T.WEEKDAY, T.DAILY, T.CLOCK, T.SUN}:
        return "times of day, and no days follow"
    return "words of time that fit no rule"


def _resolve(stamps: list[Stamp], issued_ms: int) -> None:
    """Give every stamp its month and year, from the right to the left."""
    issued = datetime.fromtimestamp(issued_ms / 1000, UTC).date()
    later: Stamp | None = None
    for stamp in reversed(stamps):
        if stamp is later:
            continue
        if later is None:
            _resolve_last(stamp, issued)
        else:
            _resolve_before(stamp, later, issued)
        days = (stamp.date() - issued).days
        if not -PAST_DAYS_MAX <= days <= AHEAD_DAYS_MAX:
            raise NotReadError("a day far from the day of issue")
        later = stamp


def _resolve_last(stamp: Stamp, issued: date) -> None:
    if stamp.month is None:
        if stamp.minute is None:
            raise NotReadError("a day without its month")
        stamp.month = issued.month
        if stamp.day < issued.day:
            stamp.month = issued.month % 12 + 1
    if stamp.year is None:
        stamp.year = issued.year
        # A window that was over before its warning came is one of next year.
        if stamp.date() < issued - timedelta(days=PAST_DAYS_MAX // 8):
            stamp.year += 1


def _resolve_before(stamp: Stamp, later: Stamp, issued: date) -> None:
    assert later.month is not None
    assert later.year is not None
    # Days alone are compared: a spare time may begin before the first choice has ended.
    if stamp.month is None:
        back = stamp.day > later.day
        stamp.month = (later.month - 2) % 12 + 1 if back else later.month
        stamp.year = later.year - (back and later.month == 1)
        if back and stamp.date() < issued - timedelta(days=LATE_DAYS):
            # Days out of order: the month before would lie before the warning.
            stamp.month, stamp.year = later.month, later.year
        return
    if stamp.year is None:
        stamp.year = later.year - (stamp.month > later.month)


def _past(stamp: Stamp, issued_ms: int) -> Stamp:
    """A time seen lies before the warning: the last such day."""
    issued = datetime.fromtimestamp(issued_ms / 1000, UTC).date() + timedelta(days=1)
    month, year = stamp.month or issued.month, stamp.year or issued.year
    if stamp.month is None and stamp.day > issued.day:
        month, year = (12, year - 1) if month == 1 else (month - 1, year)
    found = Stamp(stamp.day, stamp.minute, month, year)
    if stamp.year is None and found.date() > issued:
        found.year = year - 1
    return found


def _spans(piece: Piece, issued_ms: int) -> list[Span]:
    spans: list[Span] = []
    for first, last in piece.ranges:
        if piece.clocks:
            spans += _repeats(piece, first, last, issued_ms)
            continue
        start = issued_ms if first is None else first.ms()
        end = None if last is None else last.end_ms()
        if end is not None and end <= start:
            raise NotReadError("it ends before it begins")
        if end is not None and end < issued_ms - LATE_DAYS * DAY_MS:
            raise NotReadError("it ended before the warning was issued")
        spans.append(Interval(start_ms=start, end_ms=end))
    return spans


def _repeats(piece: Piece, first: Stamp | None, last: Stamp | None, issued_ms: int) -> list[Span]:
    if any(stamp is not None and stamp.minute is not None for stamp in (first, last)):
        raise NotReadError("times of day between two times")
    since = datetime.fromtimestamp(issued_ms / 1000, UTC).date() if first is None else first.date()
    until = None if last is None else last.date()
    if until is not None and until < since:
        raise NotReadError("it ends before it begins")
    if until is not None and (until - since).days > AHEAD_DAYS_MAX:
        raise NotReadError("it goes on for more than two years")
    return [
        Repeat(first=since, last=until, since=clock[0], to=clock[1], weekdays=piece.weekdays)
        for clock in piece.clocks
    ]


def last_ms(span: Span) -> int:
    """The latest that a span may end, to a day where it has clocks; 0 where it has no end."""
    match span:
        case Interval(end_ms=end):
            return end or 0
        case Repeat(last=last):
            if last is None:
                return 0
            return Stamp(last.day, 0, last.month, last.year).ms() + DAY_MS
