"""Phrases of time: a warning's words of time, taken in by one rule after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tieline.feeds.warnings.stamps import Clock, NotReadError, Piece, Stamp, minute_of, resolve
from tieline.feeds.warnings.timewords import T, Word
from tieline.space.window import SPANS_MAX, Sun, TimeOfDay

Range = tuple[Stamp | None, Stamp | None]
"""First and last; None is the day of issue, and until further notice."""
NO_END: Final[Range] = (None, None)


@dataclass(slots=True)
class Phrases:
    """A reader that stands at a word; each rule takes words in, or leaves it where it was."""

    text: str
    words: list[Word]
    issued_ms: int | None
    is_report: bool
    at: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)

    def _kind(self, at: int) -> T | None:
        return self.words[at].kind if at < len(self.words) else None

    def _fault(self, start: int, end: int, reason: str) -> None:
        words = self.words[max(start - 1, 0) : end] or self.words[start : start + 1]
        self.faults.append((self.text[words[0].start : words[-1].end], reason))

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
        return TimeOfDay(minute=minute_of(word.value))

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

    def _days(self) -> list[Range]:
        """``05, 06 AND 10 THRU 12 JUL``: ranges of days, the last with its month."""
        found: list[Range] = []
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
            stamp = Stamp(int(digits[:2]), minute_of(digits[2:]))
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

    def _range(self, *, progress: bool) -> Range | None:
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
                last = Stamp(
                    first.day, minute_of(self.words[self.at].value), first.month, first.year
                )
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
            resolve([stamp], self.issued_ms)
        if self.issued_ms is None or stamp.ms() > self.issued_ms:
            raise NotReadError("a single time, which neither begins nor ends anything")

    def _is_date(self, at: int) -> bool:
        """Whether days, commas, AND and THRU lead to a month, so that a figure is a day."""
        while self._kind(at) in (T.DAY, T.COMMA, T.AND, T.THRU, T.TO):
            at += 1
        return self._kind(at) is T.MONTH and self._kind(at - 1) is T.DAY

    def _until(self, *, progress: bool) -> Range | None:
        kind = self._kind(self.at)
        if kind is not T.UNTIL and not (kind is T.THRU and progress):
            if progress and self._kind(self.at) not in (T.DTG, T.DAY, T.FROM, T.CLOCK, T.DAILY):
                return NO_END
            return None
        if self._kind(self.at + 1) is T.NOTICE:
            self.at += 2
            return NO_END
        if self._kind(self.at + 1) in (T.DTG, T.DAY):
            self.at += 1
            return (None, self._stamp())
        if self._kind(self.at + 1) in (T.SEEN, T.FROM) and self._kind(self.at + 2) is T.DTG:
            self.at += 2
            return (None, self._stamp())
        raise NotReadError("until an event whose time is not given")
