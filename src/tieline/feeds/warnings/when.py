"""When: the times that a warning's sentences give, and those that could not be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from tieline.feeds.warnings.stamps import NotReadError, Piece, past, resolve, spans_of
from tieline.feeds.warnings.timephrases import Phrases
from tieline.feeds.warnings.timewords import MONTHS, T, Word, time_words
from tieline.space.window import SPANS_MAX, Span, Window


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
    return _Sentence(text, time_words(text), issued_ms, is_report).times()


@dataclass(slots=True)
class _Sentence(Phrases):
    spans: list[Span] = field(default_factory=list)
    spare: list[Span] = field(default_factory=list)
    observed: list[int] = field(default_factory=list)

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
        resolve([s for piece in phrase for r in piece.ranges for s in r if s], self.issued_ms)
        if self._is_past(phrase):
            return True
        for piece in phrase:
            made = list(spans_of(piece, self.issued_ms))
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
        self.observed.append(past(stamp, self.issued_ms).ms())
        return True


def _why_not(words: list[Word]) -> str:
    kinds = {word.kind for word in words}
    if T.LOCAL in kinds:
        return "local time, and the zone is not named"
    if any(word.value in _LOOSE for word in words):
        return "a time that is not told by clock or sun"
    if kinds & {T.WEEKDAY, T.DAILY, T.CLOCK, T.SUN}:
        return "times of day, and no days follow"
    return "words of time that fit no rule"
