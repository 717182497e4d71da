"""Cancelling: when a warning ends by its own words, and which others it ends or names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from tieline.feeds.warnings.model import About, Reference, Unread
from tieline.feeds.warnings.timewords import MONTHS

REFERENCES_MAX: Final = 1_000
SENTENCES_MAX: Final = 50
"""Most sentences of one warning that cancel; real ones have two or three."""
CANCEL_CHARS_MAX: Final = 12_000
SERIES: Final = r"HYDROLANT|HYDROPAC|HYDROARC|NAVAREA [IVX]{1,5}"

_SENTENCE: Final = re.compile(r"\bCANCEL\b")
_SELF: Final = re.compile(
    r"THIS (?:MSG|MESSAGE|WARNING)"
    r"(?: (?:(?P<time>\d{6})Z|(?P<day>\d{1,2})) (?P<month>[A-Z]{3})"
    r"(?: (?P<year>20\d\d|\d\d))?(?=[.,;/ ]|$))?"
)
_REFERENCE: Final = re.compile(
    rf"(?:(?P<series>{SERIES}) )?(?P<number>\d{{1,4}})/(?P<year>20\d\d|\d\d)"
    r"(?P<region>\([A-Z0-9,]{1,20}\))?(?![\d/])"
)
_MENTION: Final = re.compile(r"\b\d{1,4}/(20\d\d|\d\d)(?![\d/])")
_SERIES_BEFORE: Final = re.compile(rf"(?:{SERIES}) $")
SERIES_CHARS: Final = 14
_STEP: Final = re.compile(r"(?:,? AND |, ?| & |; ?| (?=\d|THIS M))")
_WORDS: Final = re.compile(r"[^.]{0,60}")


@dataclass(slots=True)
class Cancelling:
    """What a text cancels and names."""

    cancels: list[Reference] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    cancelled_ms: int | None = None
    unread: list[Unread] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)


def read_cancelling(text: str, series: str, issued_ms: int | None) -> Cancelling:
    """Read every sentence that cancels, and every other mention of a warning.

    The first name without a series is of the warning's own one, later ones of the one before.
    """
    found = Cancelling()
    for sentence in islice(_SENTENCE.finditer(text), SENTENCES_MAX):
        _sentence(text, sentence, series, issued_ms, found)
    inside = found.spans
    last = series
    for mention in _MENTION.finditer(text):
        at = mention.start()
        if any(start <= at < end for start, end in inside):
            continue
        named = _SERIES_BEFORE.search(text, max(at - SERIES_CHARS, 0), at)
        last = named.group().rstrip() if named else last
        if named or _is_listed(text, mention):
            number, _, year = mention.group().partition("/")
            found.references.append(_reference(number, year, last))
        if len(found.references) >= REFERENCES_MAX:
            break
    return found


def _is_listed(text: str, mention: re.Match[str]) -> bool:
    """A number without its series is a warning's only in a list or in brackets."""
    before = text[max(mention.start() - 2, 0) : mention.start()]
    return len(mention[1]) == 4 or before.endswith(("(", ", ", ","))


def _sentence(
    text: str, start: re.Match[str], series: str, issued_ms: int | None, found: Cancelling
) -> None:
    at = start.end() + 1
    last, count = series, 0
    limit = min(len(text), at + CANCEL_CHARS_MAX)
    while at < limit:
        self_named = _SELF.match(text, at)
        if self_named is not None:
            _own_end(self_named, issued_ms, found)
            at = self_named.end()
        else:
            named = _REFERENCE.match(text, at)
            if named is None:
                break
            last = named["series"] or last
            reference = _reference(named["number"], named["year"], last)
            if issued_ms is not None and reference.year > _year(None, issued_ms):
                reason = f"{reference.name} is of a year to come"
                _fail(text, start.start(), reason, found)
            else:
                found.cancels.append(reference)
            at = named.end()
        count += 1
        step = _STEP.match(text, at)
        if step is None:
            break
        at = step.end()
        if not (_SELF.match(text, at) or _REFERENCE.match(text, at)):
            # ", AID RESTORED." follows; but a name with another spelling must not be lost.
            _leftover(text, start.start(), at, found)
            break
    if not count:
        _fail(text, start.start(), "it is not said by number or time what is cancelled", found)
    elif re.match(r" (?:UPON|WHEN|ON|AFTER|IF) ", text[at : at + 8]):
        _fail(text, start.start(), "cancelled by an event, not by a time", found)
    found.spans.append((start.start(), at))


def _leftover(text: str, start: int, at: int, found: Cancelling) -> None:
    rest = _WORDS.match(text, at)
    if rest is not None and re.search(r"\d/\d\d", rest.group()):
        _fail(text, start, "a warning is named in a way that was not read", found)


def _fail(text: str, start: int, reason: str, found: Cancelling) -> None:
    words = _WORDS.match(text, start)
    shown = words.group() if words else ""
    found.unread.append(Unread(about=About.CANCELLATION, label="", text=shown, reason=reason))


def _reference(number: str, digits: str, series: str) -> Reference:
    year = int(digits)
    return Reference(series=series, number=int(number), year=year if year > 99 else 2000 + year)


def _own_end(named: re.Match[str], issued_ms: int | None, found: Cancelling) -> None:
    """``CANCEL THIS MSG 041600Z MAY 23``; a day alone ends it as that day begins."""
    month = named["month"]
    if month is None:
        if found.cancelled_ms is None:
            found.cancelled_ms = issued_ms
        return
    digits = named["time"] or f"{int(named['day']):02d}0000"
    try:
        year = _year(named["year"], issued_ms)
        moment = datetime(year, MONTHS.index(month) + 1, int(digits[:2]), tzinfo=UTC)
        minute = int(digits[2:4]) * 60 + int(digits[4:])
        if minute > 1_440 or int(digits[4:]) > 59:
            raise ValueError
    except ValueError:
        _fail(named.group(), 0, "there is no such time", found)
        return
    end = round(moment.timestamp() * 1000) + minute * 60_000
    if issued_ms is not None and end < issued_ms:
        if named["year"] is None:
            _fail(named.group(), 0, "without a year, and before the warning was issued", found)
        else:
            _fail(named.group(), 0, "it would end before it was issued", found)
        return
    found.cancelled_ms = end if found.cancelled_ms is None else min(end, found.cancelled_ms)


def _year(text: str | None, issued_ms: int | None) -> int:
    if text is not None:
        return int(text) if len(text) == 4 else 2000 + int(text)
    if issued_ms is None:
        raise ValueError
    return datetime.fromtimestamp(issued_ms / 1000, UTC).year
