"""Side by side: what each side said of one round, in columns, nothing merged or marked as equal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tieline.answers import (
    ReadoutView,
    SideReadouts,
    as_known,
    find,
    named,
    readouts_of,
    topics_shown,
)
from tieline.errors import UsageError
from tieline.observer.assertion import Contact, Round
from tieline.papers.drawing import BODY, LINE, SMALL, cited, document, path, sign, text, wrapped
from tieline.papers.paper import mark_words
from tieline.papers.wordings import day_words, topic_words

if TYPE_CHECKING:
    from datetime import date

    from tieline.observer.picture import Picture
    from tieline.record.marking import Marking

_COLUMN: Final = 470.0
_GAP: Final = 30.0
_TOP: Final = 104.0
_SIDES_MAX: Final = 6
"""More columns cannot be read on one sheet."""
NO_WORDS: Final = "No readout of this side is in the record."


def columns_of(
    picture: Picture, key: str, *, known_on: date | None = None, sides: tuple[str, ...] = ()
) -> tuple[SideReadouts, ...]:
    """The readouts of a round or contact; a side that is asked for stands even if it gave none.

    Raises:
        UsageError: there is no such round or contact, or nobody gave a readout of it.
    """
    seen = as_known(picture, known_on)
    find(seen, key, Round, Contact)
    found = {column.side: column for column in readouts_of(seen, key)}
    if not found:
        raise UsageError(
            f"no readout of {key[:60]!r} is in the record",
            advice="`tieline ask rounds` lists what is; a readout is entered as one.",
        )
    order = [*sides, *(side for side in found if side not in sides)][:_SIDES_MAX]
    return tuple(found.get(side, SideReadouts(side=side, readouts=())) for side in order)


def readouts_svg(
    picture: Picture,
    key: str,
    *,
    on: date,
    mark: Marking,
    known_on: date | None = None,
    sides: tuple[str, ...] = (),
) -> str:
    """Draw the readouts of a round, a column for each side."""
    seen = as_known(picture, known_on)
    columns = columns_of(seen, key, sides=sides)
    width = 40 + len(columns) * _COLUMN + (len(columns) - 1) * _GAP
    parts: list[str] = []
    bottom = _TOP
    for number, column in enumerate(columns):
        x = 20 + number * (_COLUMN + _GAP)
        drawn, end = _column(column, x)
        parts += drawn
        bottom = max(bottom, end)
    for number in range(1, len(columns)):
        x = 20 + number * (_COLUMN + _GAP) - _GAP / 2
        parts.append(path((x, _TOP - 20), (x, bottom), colour=LINE))
    told, bottom = _topics(columns, bottom + 18, width)
    known = f", as known on {known_on}" if known_on else ""
    return document(
        [*parts, *told],
        title=f"{named(seen, key).name}: readouts side by side",
        under=f"As of {on}{known}. Each text is one side's own, as the record has it.",
        mark=mark_words(mark),
        width=width,
        height=bottom + 34,
    )


def _column(column: SideReadouts, x: float) -> tuple[list[str], float]:
    parts = [text(x, _TOP - 8, column.side, "n")]
    at = _TOP + 10
    if not column.readouts:
        return [*parts, text(x, at + 4, NO_WORDS, "i")], at + 20
    for one in column.readouts:
        for line in wrapped(head_words(one), _COLUMN - 10, 11):
            parts.append(text(x, at, line, "c"))
            at += 14
        at += 3
        for line in wrapped(one.text, _COLUMN - 10):
            parts.append(text(x, at, line))
            at += BODY * 1.4
        for line in wrapped(sign([one.cite]) + cited([one.cite]), _COLUMN - 10, SMALL):
            parts.append(text(x, at, line, "s"))
            at += 12
        at += 14
    return parts, at


def head_words(one: ReadoutView) -> str:
    """Speaker, channel, day, language and embargo, as far as they are said."""
    parts = [one.speaker or "speaker not said", one.channel or "", day_words(one.said)]
    parts += [f"from {one.language}"] if one.language else []
    parts += [f"embargo until {day_words(one.embargo)}"] if one.embargo else []
    return ", ".join(part for part in parts if part)


def _topics(columns: tuple[SideReadouts, ...], top: float, width: float) -> tuple[list[str], float]:
    """Which side's texts are marked with which topic: the reader's tool."""
    parts = [path((20, top - 10), (width - 20, top - 10))]
    parts.append(text(20, top + 6, "Topics that the readouts are marked with", "n"))
    at = top + 24
    for one in topics_shown(columns):
        parts.append(text(20, at, f"{topic_words(one.topic)}: {', '.join(one.sides)}", "c"))
        at += 15
    return parts, at
