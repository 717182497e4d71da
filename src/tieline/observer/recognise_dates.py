"""Dates in a passage: absolute ones in the usual styles, and those counted from publication.

A partial or relative date often has two readings, the one that had passed and the one to come; both
are proposed. Nothing is taken from anywhere but the passage and the day of publication.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from tieline.days import Days, format_days
from tieline.errors import UsageError
from tieline.observer.recognise import Found, Proposal
from tieline.observer.recognise_calendar import WEEKDAYS, Anchor
from tieline.observer.recognise_eastern import EASTERN
from tieline.observer.recognise_english import ENGLISH

if TYPE_CHECKING:
    from tieline.observer.recognise_rules import Style

PASSAGE_CHARS_MAX: Final = 20_000
"""So much of one passage is searched; a paragraph of a report has about 500."""
PROPOSALS_MAX: Final = 200
_AHEAD_CHARS: Final = 40
_AHEAD: Final = re.compile(
    r"\b(?:will|would|shall|to be|scheduled|planned|plans|due|upcoming|expected|ahead of|later)\b"
    r"|将|將|拟|예정|予定",
    re.IGNORECASE,
)
_NAMED_WEEKDAY: Final = re.compile("|".join(WEEKDAYS), re.IGNORECASE)
STYLES: Final = (*ENGLISH, *EASTERN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hit:
    start: int
    end: int
    match: re.Match[str]
    style: Style


def dates_in(text: str, published: Days | None = None) -> tuple[Proposal, ...]:
    """Every date that a passage names, in its order; several readings of one stand together.

    Args:
        text: the passage.
        published: when its source was published; unknown ends leave unknown ends.
    """
    anchor = Anchor(published=published or Days())
    found: list[Proposal] = []
    for hit in _longest(text[:PASSAGE_CHARS_MAX]):
        found += _read(text, hit, anchor)
    return tuple(found[:PROPOSALS_MAX])


def _longest(text: str) -> list[_Hit]:
    """Matches that no longer one touches: "9 November 2018" hides "November 2018"."""
    hits = [
        _Hit(start=match.start("it"), end=match.end("it"), match=match, style=style)
        for style in STYLES
        for match in style.pattern.finditer(text)
    ]
    hits.sort(key=lambda hit: (hit.start - hit.end, hit.start))
    taken = bytearray(len(text))
    kept: list[_Hit] = []
    for hit in hits:
        if not any(taken[hit.start : hit.end]):
            taken[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _read(text: str, hit: _Hit, anchor: Anchor) -> list[Proposal]:
    words = " ".join(text[hit.start : hit.end].split())
    try:
        readings = list(hit.style.read(hit.match, anchor))
    except (ValueError, OverflowError, StopIteration, RuntimeError, UsageError):
        # The 31st of June, "the 9th to the 8th", a day before the calendar begins: no date.
        return []
    if len(readings) > 1 and _AHEAD.search(text, max(0, hit.start - _AHEAD_CHARS), hit.start):
        # What is announced is more likely to come; both readings stay.
        readings.sort(key=lambda reading: reading.ahead, reverse=True)
    kept: dict[Days, Proposal] = {}
    for reading in readings:
        days = replace(reading.days, wording=words)
        why = reading.why + _wrong_weekday(words, days)
        kept.setdefault(
            days,
            Proposal(
                found=Found.DAYS,
                words=words,
                start=hit.start,
                end=hit.end,
                value=format_days(days),
                why=why,
                days=days,
            ),
        )
    return list(kept.values())


def _wrong_weekday(words: str, days: Days) -> str:
    """A dateline that names a weekday which that day was not is worth a look."""
    named = _NAMED_WEEKDAY.search(words)
    first: date | None = days.earliest
    if named is None or first is None or days.latest != first:
        return ""
    really = WEEKDAYS[first.weekday()]
    return "" if named[0].casefold() == really.casefold() else f"; but that day was a {really}"
